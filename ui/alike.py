"""Warns while somebody is typed of who he may be: on file already, most likely first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.i18n import N_, _
from showroom.people import duplicates
from ui import style
from ui.tables import Column, Table
from ui.widgets import Button, label

if TYPE_CHECKING:
    from showroom.people.duplicates import Alike
    from showroom.people.likeness import Facts
    from showroom.store.db import Database

ROWS = 3
OPEN, SAME, COUPLE, DIFFERENT = "open", "same", "couple", "different"


class AlikeBox(QWidget):
    """At most three who may be the one that is typed, and what can be done with the marked one.

    `look(facts)` shows them, or nothing; it never keeps anything from being saved. `asked(what,
    id)` tells what was chosen: `OPEN` his file, `SAME` it is he, `COUPLE` they belong together,
    `DIFFERENT` they are two. `offers` says which of these there are. Escape in the list goes back.
    """

    asked = Signal(str, int)

    def __init__(self, db: Database, name: str, offers: Collection[str]) -> None:
        super().__init__()
        self.db = db
        self._found: dict[int, Alike] = {}
        self._back: QWidget | None = None
        columns = (
            Column(N_("Customer"), lambda row: row.name, width=84, stretch=True),
            Column(N_("Phone"), lambda row: row.phone, width=106, tone="muted"),
            Column(
                N_("Score"),
                lambda row: str(row.score),
                width=46,
                align="right",
                tag=lambda row: "late" if row.score >= 80 else "soon",
                tip=lambda row: row.why,
            ),
        )
        self.words = label(
            _("On file already? ↓ to choose"), "soon", name=f"{name}.words", wrap=True
        )
        self.table = _Rows(
            f"{name}.list", columns, self._rows, header=False, fit=True, max_rows=ROWS
        )
        self.table.setAccessibleName(_("Who it may be"))
        self.why = label("", "help", name=f"{name}.why", wrap=True)
        made: dict[str, tuple[str, str]] = {
            OPEN: (_("Open File"), "O"),
            SAME: (_("It Is He"), "S"),
            COUPLE: (_("Couple"), "K"),
            DIFFERENT: (_("Different"), "D"),
        }
        self.buttons: dict[str, Button] = {}
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for code, (text, key) in made.items():
            if code in offers:
                button = Button(text, key, kind="quiet", name=f"{name}.{code}")
                button.bare = True
                button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps the keyboard
                button.clicked.connect(self._asker(code))
                self.buttons[code] = button
                line.addWidget(button)
        line.addStretch()
        self.table.keys = {
            key.lower(): self._asker(code) for code, (_text, key) in made.items() if code in offers
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.S)
        for part in (self.words, self.table, self.why):
            layout.addWidget(part)
        layout.addLayout(line)
        self.table.chosen.connect(lambda _id: self._say())
        self.table.opened.connect(lambda _id: self._asker(SAME if SAME in offers else OPEN)())
        self.table.left.connect(self._go_back)
        self.hide()

    def look(self, facts: Facts, *, but: Collection[int] = ()) -> None:
        """Show who may be the one with these facts."""
        with self.db.read() as session:
            found = duplicates.alike(session, facts, but=but, limit=ROWS)
        self.show_found(found)

    def show_found(self, found: Sequence[Alike]) -> None:
        """Show these; nothing when there are none."""
        self._found = {row.id: row for row in found}
        self.table.show_ids(list(self._found))
        if found and not self.table.current_id():
            self.table.choose(found[0].id)
        self.setVisible(bool(found))
        self._say()

    def clear(self) -> None:
        """Show nobody."""
        self.show_found([])

    def shown(self) -> list[Alike]:
        """Who is shown, most likely first."""
        return list(self._found.values())

    def enter(self) -> None:
        """Take the keyboard, to walk through them; Escape gives it back."""
        if self._found:
            self._back = self.window().focusWidget()
            self.table.setFocus()

    # -- inside --

    def _rows(self, ids: Sequence[int]) -> list[Alike]:
        return [self._found[id] for id in ids if id in self._found]

    def _say(self) -> None:
        row = self._found.get(self.table.current_id())
        self.why.setText(row.why if row is not None else "")

    def _asker(self, code: str) -> Callable[[], None]:
        def ask() -> None:
            id = self.table.current_id()
            if id:
                self._go_back()
                self.asked.emit(code, id)

        return ask

    def _go_back(self) -> None:
        if self._back is not None and self.table.hasFocus():
            self._back.setFocus()


class _Rows(Table):
    """Letters do what the buttons below say; Escape leaves."""

    left = Signal()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.keys: dict[str, Callable[[], None]] = {}

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._means(event):
            self.keys[event.text().lower()]()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and (event.key() == Qt.Key.Key_Escape or self._means(event))
        ):
            event.accept()  # here it is no key of the page
            return True
        return super().event(event)

    def _means(self, event: QKeyEvent) -> bool:
        return event.text().lower() in self.keys and not _held(event)


def _held(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier)
