"""The days of a customer's cars and his licence: noted by hand, or as the rules propose them.

Ctrl+Shift+D opens it in the place of the file. Ctrl+Enter notes the day that is typed; Enter on a
proposal notes that one, Ctrl+T all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import words
from showroom.care import key_dates, vehicle_dates
from showroom.care.key_dates import Noted, Proposal
from showroom.dates import show_day
from showroom.errors import ShowroomError
from showroom.i18n import N_, _, ngettext
from showroom.people import vehicles
from showroom.store.models import DateKind, Promise
from ui import style
from ui.customer_parts import FileTool
from ui.days import late_words
from ui.forms import Choice, Day, Form, Text
from ui.quiet import Quiet
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from showroom.people.customers import File
    from ui.pages.customers import CustomersPage

DRIVER = 0


class DatesTool(FileTool):
    """What is noted on top, one day to be typed, the proposals of the rules below."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.go = _("Note Day")
        self.id = 0
        self._noted: dict[int, Noted] = {}
        self._proposed: dict[int, Proposal] = {}
        self.table = Table(
            "customers.dates", self._columns(), self._rows, header=False, fit=True, max_rows=6
        )
        self.table.setAccessibleName(_("Days that are noted"))
        self.nothing = label("", "muted", name="customers.dates.nothing", wrap=True)
        self.out = Quiet(_("Take It Out"), icon="trash", name="customers.dates.out")
        self.form = self._make_form()
        self.proposals = Table(
            "customers.dates.proposals",
            self._proposal_columns(),
            self._proposal_rows,
            header=False,
            fit=True,
            max_rows=6,
        )
        self.proposals.setAccessibleName(_("What the rules propose"))
        self.all = Quiet(_("Take All"), icon="check", name="customers.dates.all")
        self.all.setToolTip(style.tip("Ctrl+T"))
        self.source = label("", "note", name="customers.dates.source", wrap=True)
        self.by_rule = QWidget()
        self._place()
        self.form.entered.connect(self.entered)
        self.form.edited.connect(self._on_edited)
        self.table.chosen.connect(self._show)
        self.table.opened.connect(lambda _id: self.form.focus("day"))
        self.proposals.chosen.connect(self._tell_source)
        self.proposals.opened.connect(self._take_one)
        self.out.clicked.connect(self._take_out)
        page.command(self.table, _("Take It Out"), "Del", self._take_out, name="dates.remove")
        page.command(self.proposals, _("Take All"), "Ctrl+T", self._take_all, name="dates.take_all")
        self.all.clicked.connect(self._take_all)

    def _make_form(self) -> Form:
        form = Form("customers.dates")
        kinds = [(kind.value, _(words.DAYS[Promise(kind.value)])) for kind in DateKind]
        form.row(Choice("kind", _("Kind of day"), kinds, optional=False))
        form.row(Choice("vehicle_id", _("Car"), optional=False))
        form.row(Day("day", _("Day"), today=self.db.today))
        form.row(
            Text("note", _("Note"), placeholder=_("Company, policy"), max_length=key_dates.LONGEST)
        )
        return form

    def _place(self) -> None:
        lower = QVBoxLayout(self.by_rule)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(style.S)
        head = QHBoxLayout()
        head.addWidget(label(_("By the rules"), "section"))
        head.addStretch()
        head.addWidget(self.all)
        lower.addLayout(head)
        lower.addWidget(self.proposals)
        lower.addWidget(self.source)
        line = QHBoxLayout()
        line.addStretch()
        line.addWidget(self.out)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.nothing, self.table):
            layout.addWidget(part)
        layout.addLayout(line)
        layout.addWidget(self.form)
        layout.addWidget(self.by_rule)
        layout.addStretch()

    def _columns(self) -> tuple[Column, ...]:
        today = self.db.today
        return (
            Column(
                N_("What"),
                lambda row: _(words.DAYS[Promise(row.kind.value)]),
                tip=lambda row: row.note,
                width=100,
                stretch=True,
            ),
            Column(N_("Car"), lambda row: row.car, width=88, tone="muted"),
            Column(
                N_("Day"),
                lambda row: f"{row.day:%Y-%m-%d}",
                tone=lambda row: "late" if row.day < today() else "",
                tip=lambda row: late_words(row.day, today()) or show_day(row.day, today()),
                width=92,
                align="right",
            ),
        )

    def _proposal_columns(self) -> tuple[Column, ...]:
        return (
            Column(
                N_("What"),
                _proposed,
                width=92,
                tip=lambda row: " · ".join(part for part in (_proposed(row), row.car) if part),
            ),
            Column(
                N_("Why"),
                lambda row: row.why,
                tip=lambda row: row.why,
                width=100,
                stretch=True,
                tone="muted",
            ),
            Column(N_("Day"), lambda row: f"{row.day:%Y-%m-%d}", width=92, align="right"),
        )

    # -- what the page uses --

    def begin(self, file: File) -> None:
        self.id = file.row.id
        with self.db.read() as session:
            cars = [(car.id, car.known) for car in vehicles.cars(session, self.id)]
        self._cars = cars
        self.form.fields["vehicle_id"].set_options(cars or [(DRIVER, _("Not on file"))])
        self._start()
        self._read()
        self.form.focus("kind")

    def reload(self) -> None:
        """Read both lists anew; what is typed is kept."""
        self._read()

    def accept(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            kind = DateKind(held.pop("kind"))
            with self.db.write() as session:
                key_dates.note(session, self.id, kind=kind, today=self.db.today(), **held)
            said = _("Noted: {what}, {day}.").format(
                what=_(words.DAYS[Promise(kind.value)]), day=held["day"]
            )
            self.page.said.emit(said)
            self._start()
            self._read()
            self.form.focus("kind")

    # -- inside --

    _cars: Sequence[tuple[int, str]] = ()

    def _start(self) -> None:
        """Nothing is typed: insurance is asked for most."""
        self.table.choose(0)
        self.form.clear()
        first = self._cars[0][0] if self._cars else DRIVER
        self.form.set_values({"kind": DateKind.INSURANCE.value, "vehicle_id": first})
        self._on_edited("kind")
        self.out.hide()

    def _on_edited(self, name: str) -> None:
        if name == "kind":
            of_driver = self.form.fields["kind"].value() in key_dates.OF_DRIVER
            self.form.show_row("vehicle_id", not of_driver and bool(self._cars))

    def _read(self) -> None:
        today = self.db.today()
        with self.db.read() as session:
            noted = key_dates.of_customer(session, self.id)
            proposed = key_dates.proposals(session, self.id, today=today)
        self._noted = {one.id: one for one in noted}
        self._proposed = {one.id: one for one in proposed}
        self.table.show_ids(list(self._noted))
        self.table.setVisible(bool(noted))
        self.nothing.setVisible(not noted)
        self.nothing.setText(
            _("No day is noted yet: type one, or take what the rules propose.")
            if proposed
            else _("No day is noted yet: type one. The rules propose more once a car is on file.")
        )
        self.proposals.show_ids(list(self._proposed))
        self.by_rule.setVisible(bool(proposed))
        self._tell_source(self.proposals.current_id())

    def _rows(self, ids: Sequence[int]) -> list[Noted]:
        return [self._noted[id] for id in ids if id in self._noted]

    def _proposal_rows(self, ids: Sequence[int]) -> list[Proposal]:
        return [self._proposed[id] for id in ids if id in self._proposed]

    def _show(self, id: int) -> None:
        one = self._noted.get(id)
        self.out.setVisible(one is not None)
        if one is not None:
            self.form.set_values(
                {
                    "kind": one.kind.value,
                    "vehicle_id": one.vehicle_id,
                    "day": one.day,
                    "note": one.note,
                }
            )
            self._on_edited("kind")

    def _tell_source(self, id: int) -> None:
        """From where the rule of the proposal that is marked comes."""
        one = self._proposed.get(id)
        rule = vehicle_dates.RULE[one.rule] if one is not None else None
        self.source.setText(f"{_(rule.title)} · {_(rule.source)}" if rule is not None else "")
        self.source.setVisible(rule is not None)

    def _take_one(self, id: int) -> None:
        one = self._proposed.get(id)
        if one is not None:
            self._take([one])
            self.proposals.setFocus()

    def _take_all(self) -> None:
        self._take(list(self._proposed.values()))

    def _take(self, proposed: list[Proposal]) -> None:
        with self.page.reporting():
            with self.db.write() as session:
                count = key_dates.take(session, self.id, proposed, today=self.db.today())
            self.page.said.emit(
                ngettext("{count} day noted.", "{count} days noted.", count).format(count=count)
            )
            self._read()

    def _take_out(self) -> None:
        with self.page.reporting():
            one = self._noted.get(self.table.current_id())
            if one is None:
                raise ShowroomError(_("This day is no longer noted."))
            with self.db.write() as session:
                key_dates.forget(session, one.id, today=self.db.today())
            self._start()
            self._read()
            self.form.focus("kind")

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier and (
            event.key() == Qt.Key.Key_T
        ):
            self._take_all()
        else:
            super().keyPressEvent(event)


def _proposed(row: Proposal) -> str:
    """What is proposed; of the two warranties which."""
    said = {"repair": _("Free repairs"), "return": _("Exchange and return")}
    return said.get(row.rule) or _(words.DAYS[Promise(row.kind.value)])
