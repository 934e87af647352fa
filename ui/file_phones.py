"""The numbers of a customer: each in its own line, corrected where it stands, the first on top."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from showroom.i18n import _, ngettext
from showroom.people import phones
from ui import style
from ui.fact import Fact
from ui.forms import Phone
from ui.quiet import Quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from showroom.people.customers import File
    from showroom.store.db import Session
    from ui.page import Page

FEW = 3
"""Further numbers that are shown at once."""


class FilePhones(QWidget):
    """The further numbers, the field for one more, and `first`, which the file places on top.

    `busy(bool)` while the first one is typed.
    """

    busy = Signal(bool)

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.file: File | None = None
        self._all = False
        self.lines: list[_Line] = []
        self.first = Fact(page, "phone", _("Phone"), self._field, self._save_first)
        self.more = Fact(page, "phone_new", _("Another phone"), self._field, self._add)
        self.rest = Quiet(icon="chevron-down", tone="muted", size=12, name=f"{page.code}.file.rest")
        self.rest.clicked.connect(self._show_all)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._rows)
        column.addWidget(self.rest, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.more)
        self.first.editing.connect(self.busy)
        self.more.editing.connect(lambda _on: self._arrange())

    def show_file(self, file: File) -> None:
        """Show the numbers of a file."""
        if self.file is None or file.row.id != self.file.row.id:
            self._all = False
        self.file = file
        number = file.phones[0][1] if file.phones else ""
        self.first.show_value(number or _("No phone"), number, tone="" if number else "muted")
        others = file.phones[1:]
        while len(self.lines) < len(others):
            line = _Line(self)
            self.lines.append(line)
            self._rows.addWidget(line)
        for line, (id, number) in zip(self.lines, others, strict=False):
            line.show_number(id, number)
        self._arrange()

    def text(self) -> str:
        """Return the further numbers."""
        return " · ".join(number for _id, number in self.file.phones[1:]) if self.file else ""

    def add(self) -> None:
        """Offer a field for one more number."""
        self.more.show_value("", "")
        self.more.edit()
        self._arrange()

    def facts(self) -> list[Fact]:
        """Return every fact there is here."""
        return [self.first, self.more, *(line.fact for line in self.lines)]

    # -- inside --

    def _arrange(self) -> None:
        others = len(self.file.phones) - 1 if self.file is not None else 0
        shown = others if self._all or others <= FEW + 1 else FEW
        for place, line in enumerate(self.lines):
            line.setVisible(place < shown)
        rest = others - shown
        words = ngettext("{count} more number", "{count} more numbers", rest)
        self.rest.setText(words.format(count=rest))
        self.rest.setVisible(rest > 0)
        self.more.setVisible(self.more.field is not None)
        self.setVisible(others > 0 or self.more.field is not None)

    def _show_all(self) -> None:
        self._all = True
        self._arrange()

    def _field(self, _session: Session) -> Phone:
        return Phone("phone", _("Phone"))

    def _save_first(self, session: Session, value: str) -> None:
        assert self.file is not None
        if not self.file.phones:
            self._add(session, value)
        else:
            correct(session, self.file.phones[0][0], value)

    def _add(self, session: Session, value: str) -> None:
        assert self.file is not None
        if value.strip():
            phones.add(session, self.file.row.id, value)


class _Line(QWidget):
    """One further number, with what can be done with it."""

    def __init__(self, owner: FilePhones) -> None:
        super().__init__()
        self.owner, self.id = owner, 0
        number = len(owner.lines) + 2
        self.fact = Fact(
            owner.page,
            f"phone_{number}",
            _("Another phone"),
            lambda _session: Phone("phone", _("Another phone")),
            lambda session, value: correct(session, self.id, value),
            copies=True,
        )
        more = f"{owner.page.code}.file.phone_{number}.more"
        self.menu_button = Quiet(icon="ellipsis", name=more)
        self.menu_button.setAccessibleName(_("More"))
        menu = QMenu(self.menu_button)
        menu.addAction(_("Make It the First"), partial(self._later, phones.put_first))
        menu.addAction(_("Take It Out"), partial(self._later, phones.remove))
        self.menu_button.set_menu(menu)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.S)
        line.addWidget(self.fact, 1)
        line.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignTop)

    def show_number(self, id: int, number: str) -> None:
        """Show one number."""
        self.id = id
        self.fact.show_value(number, number)

    def _later(self, do: Callable[[Session, int], None]) -> None:
        QTimer.singleShot(0, self, partial(self._do, do))

    def _do(self, do: Callable[[Session, int], None]) -> None:
        with self.owner.page.reporting(), self.owner.page.db.write() as session:
            do(session, self.id)


def correct(session: Session, phone_id: int, number: str) -> None:
    """Correct a number; emptied it goes."""
    if number.strip():
        phones.change(session, phone_id, number)
    else:
        phones.remove(session, phone_id)
