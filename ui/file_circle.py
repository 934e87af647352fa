"""Who belongs to a customer, his cars, who brought him, the lists he is on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from showroom.dates import show_day
from showroom.i18n import _, ngettext
from ui import style
from ui.customer_parts import Section
from ui.fact import Fact
from ui.forms import Text
from ui.quiet import Quiet
from ui.widgets import label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from showroom.people.circle import Brought, Invited
    from showroom.people.customers import File
    from showroom.people.relations import Kin
    from showroom.people.vehicles import Car, Sold
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage


class _Circle(NamedTuple):
    """What there is of a customer."""

    kin: list[Kin]
    cars: list[Car]
    sold: list[Sold]
    brought: list[Brought]
    lists: list[str]
    events: list[Invited]


class CircleTab(Section):
    """His people, cars, introductions, lists and events."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.id = 0
        self.parts: dict[str, _Part] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.XL)
        for code, title, tool, words, empty in (
            (
                "people",
                _("His people"),
                "link",
                _("Link"),
                _("Nobody linked: spouse, family, company."),
            ),
            ("cars", _("His cars"), "car", _("Add"), _("No car noted: plate or VIN.")),
            (
                "brought",
                _("Introductions"),
                "referral",
                _("Introduced By…"),
                _("Nobody brought him, he brought nobody."),
            ),
            ("lists", _("Lists and events"), "", "", _("On no list, at no event.")),
        ):
            part = self.parts[code] = _Part(page, code, title, empty)
            if tool:
                part.offer(words, partial(self.open_tool, tool))
            column.addWidget(part)

    @staticmethod
    def read(session: Session, id: int, today: date) -> _Circle:
        """Read all that is shown here of a customer."""
        from showroom.people import circle, lists, relations, vehicles

        return _Circle(
            relations.of_customer(session, id),
            vehicles.cars(session, id),
            vehicles.sold(session, id),
            circle.brought(session, id),
            lists.of_customer(session, id, today=today),
            circle.events(session, id),
        )

    def show_for(self, session: Session, file: File) -> None:
        if file.row.id == self.id and any(line.fact.is_typing() for line in self._kin()):
            return  # a note is being typed
        self.id = file.row.id
        today = self.db.today()
        found = self.read(session, self.id, today)
        self.parts["people"].show_lines([_KinLine(self, one) for one in found.kin])
        lines: list[QWidget] = [_CarLine(self, car) for car in found.cars]
        lines += [_SoldLine(self, one) for one in found.sold]
        self.parts["cars"].show_lines(lines)
        brought = [
            _Line(
                self.page,
                _("Introduced by") if one.he_came else _("Has introduced"),
                one.name,
                one.state,
                partial(self.page.show_id, one.other_id) if one.other_id else None,
            )
            for one in found.brought
        ]
        self.parts["brought"].show_lines(brought)
        lists = [_Line(self.page, _("On a list"), name, "") for name in found.lists]
        lists += [
            _Line(self.page, show_day(one.day, today), one.name, one.said) for one in found.events
        ]
        self.parts["lists"].show_lines(lists)

    def settle(self) -> bool:
        """Save a note that is being typed; False where it cannot be."""
        return all([line.fact.settle() for line in self._kin()])

    def leave(self) -> None:
        """Leave a note that is being typed as it was."""
        for line in self._kin():
            line.fact.leave()

    def open_tool(self, code: str, id: int = 0) -> None:
        """Open a tool for this customer; `id` is the car it begins with (`CarTool.open_one`)."""
        from ui.car_tool import CarTool

        with self.page.reporting():
            self.page.tools.open_code(code)
            tool = self.page.tools.current
            if id and isinstance(tool, CarTool):
                tool.open_one(id)

    def _kin(self) -> list[_KinLine]:
        return [line for line in self.parts["people"].lines if isinstance(line, _KinLine)]

    def do(self, what: Callable[[Session], object]) -> None:
        """Do something to what is shown, in one transaction of its own."""
        with self.page.reporting(), self.db.write() as session:
            what(session)


class _Part(QWidget):
    """A heading with its button, and the lines below it; a sentence where there are none."""

    def __init__(self, page: CustomersPage, code: str, title: str, empty: str) -> None:
        super().__init__()
        self.lines: list[QWidget] = []
        self.head = QHBoxLayout()
        self.head.addWidget(label(title, "section"))
        self.head.addStretch()
        self.setObjectName(f"{page.code}.circle.{code}")
        self.empty = label(empty, "muted", name=f"{page.code}.circle.{code}.empty", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.S)
        column.addLayout(self.head)
        column.addWidget(self.empty)
        column.addLayout(self._rows)

    def offer(self, words: str, slot: Callable[[], object]) -> None:
        """Put a button beside the heading."""
        button = Quiet(words, icon="plus", name=f"{self.objectName()}.add")
        button.clicked.connect(lambda: slot())
        self.head.addWidget(button)

    def show_lines(self, lines: Sequence[QWidget]) -> None:
        """Show these in place of those before."""
        for old in self.lines:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.lines = list(lines)
        for line in lines:
            self._rows.addWidget(line)
        self.empty.setVisible(not lines)


class _Line(QWidget):
    """What it is in muted words, its name (a button where it opens something), a note."""

    def __init__(
        self,
        page: CustomersPage,
        word: str,
        name: str,
        note: str,
        slot: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.word = label(word, "label")
        self.word.setFixedWidth(84)
        self.word.setWordWrap(True)
        self.note = label(note, "muted", wrap=True)
        self.name: Quiet | QLabel
        if slot is not None:
            self.name = Quiet(name)
            self.name.clicked.connect(lambda: QTimer.singleShot(0, page, slot))
        else:
            self.name = label(name, wrap=True)
            self.name.setContentsMargins(style.S, 2, 0, 2)
        self.row = QHBoxLayout()
        self.row.setSpacing(style.S)
        self.row.addWidget(self.word)
        self.row.addWidget(self.name, 0 if note else 1)
        if slot is not None and not note:
            self.name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if note:
            self.row.addWidget(self.note, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(self.row)

    def text(self) -> str:
        """Return all its words."""
        return " ".join(
            part for part in (self.word.text(), self.name.text(), self.note.text()) if part
        )


class _KinLine(_Line):
    """One of his people: a click opens that file, the menu changes how they belong together."""

    def __init__(self, tab: CircleTab, kin: Kin) -> None:
        from showroom.people import relations

        super().__init__(tab.page, kin.word, kin.name, "", partial(tab.page.show_id, kin.other_id))
        self.tab, self.kin = tab, kin
        name = f"{tab.page.code}.circle.{kin.id}"
        self.setObjectName(name)
        self.name.setObjectName(f"{name}.open")
        self.fact = Fact(
            tab.page,
            f"kin_{kin.id}",
            _("Note"),
            lambda _session: Text("note", _("Note"), max_length=400),
            self._note,
        )
        self.fact.show_value(kin.note, kin.note, tone="muted")
        self.fact.editing.connect(lambda on: self.fact.setVisible(on or bool(self.fact.text())))
        self.fact.setContentsMargins(84 + style.S, 0, 0, 0)
        self.column.addWidget(self.fact)
        self.fact.setVisible(bool(kin.note))  # not before: it would be a window
        self.more = Quiet(icon="ellipsis", name=f"{name}.more")
        self.more.setAccessibleName(_("More"))
        menu = QMenu(self.more)
        for kind, word in relations.KINDS.items():
            action = menu.addAction(_(word), partial(self._later, partial(self._change, kind)))
            action.setCheckable(True)
            action.setChecked(kind == kin.kind)
        menu.addSeparator()
        menu.addAction(_("Note…"), partial(QTimer.singleShot, 0, self, self.fact.edit))
        menu.addAction(_("Take the Link Away"), partial(self._later, self._unlink))
        self.more.set_menu(menu)
        self.row.addWidget(self.more)

    def _later(self, what: Callable[[Session], object]) -> None:
        QTimer.singleShot(0, self.tab, partial(self.tab.do, what))

    def _change(self, kind: str, session: Session) -> None:
        from showroom.people import relations

        relations.change(session, self.kin.id, self.tab.id, kind, note=self.kin.note)

    def _note(self, session: Session, note: str) -> None:
        from showroom.people import relations

        relations.change(session, self.kin.id, self.tab.id, self.kin.kind, note=note)

    def _unlink(self, session: Session) -> None:
        from showroom.people import relations

        relations.unlink(session, self.kin.id, self.tab.id)


class _CarLine(QWidget):
    """One car: a click opens it to be corrected; what is known of it below."""

    def __init__(self, tab: CircleTab, car: Car) -> None:
        super().__init__()
        self.car = car
        words = " · ".join(part for part in (car.known, car.model) if part)
        self.name = Quiet(words, icon="car", name=f"{tab.page.code}.car.{car.id}")
        self.name.clicked.connect(lambda: QTimer.singleShot(0, tab, self._open))
        self.note = label(known_of(car), "muted", wrap=True)
        self.note.setContentsMargins(style.XL + 6, 0, 0, 0)
        self.tab = tab
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.name, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.note)
        self.note.setVisible(bool(self.note.text()))  # not before: it would be a window

    def _open(self) -> None:
        self.tab.open_tool("car", self.car.id)


class _SoldLine(QWidget):
    """A car that was bought here and does not stand among his: one click, and it does."""

    def __init__(self, tab: CircleTab, sold: Sold) -> None:
        super().__init__()
        words = _("Add the {model} of deal {number}").format(model=sold.model, number=sold.number)
        name = f"{tab.page.code}.sold.{sold.deal_id}"
        self.button = Quiet(words, icon="plus", tone="muted", size=12, name=name)
        self.button.clicked.connect(
            lambda: QTimer.singleShot(0, tab, partial(tab.open_tool, "car", -sold.deal_id))
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.button)
        line.addStretch()


def known_of(car: Car) -> str:
    """What is known of a car beside what it is called."""
    parts = [_("VIN {vin}").format(vin=car.vin) if car.plate and car.vin else ""]
    if car.plated_on:
        parts.append(_("plate of {day}").format(day=car.plated_on))
    if car.km is not None:
        run = _("{km} km on {day}") if car.km_on else _("{km} km")
        parts.append(run.format(km=f"{car.km:,}", day=car.km_on))
    if car.services:
        count = ngettext(
            "{count} visit to the workshop", "{count} visits to the workshop", car.services
        )
        parts.append(count.format(count=car.services))
    return " · ".join(part for part in parts if part)
