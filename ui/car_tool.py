"""The cars of a customer: plate or VIN, what it has run, the workshop (Ctrl+Shift+V)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.people import vehicles
from showroom.store.models import ChoiceKind
from ui import style
from ui.customer_parts import FileTool
from ui.forms import Choice, Day, Form, Number, Text
from ui.quiet import Quiet
from ui.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showroom.people.customers import File
    from showroom.people.vehicles import Car, Sold
    from ui.pages.customers import CustomersPage


class CarTool(FileTool):
    """One car is typed or corrected; `open_one(id)` opens one there is."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.go = _("Save Car")
        self.id, self.car_id = 0, 0
        self._cars: dict[int, Car] = {}
        self._sold: dict[int, Sold] = {}
        self.table = Table(
            "customers.cars", COLUMNS, self._rows, header=False, fit=True, max_rows=5
        )
        self.table.setAccessibleName(_("His cars"))
        self.form = self._make_form()
        self.new = Quiet(_("Another Car"), icon="plus", name="customers.car.new")
        self.out = Quiet(_("Take It Out"), icon="trash", name="customers.car.out")
        self.sold = Quiet(icon="plus", name="customers.car.sold")
        line = QHBoxLayout()
        line.addWidget(self.new)
        line.addStretch()
        line.addWidget(self.out)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.table, self.sold, self.form):
            layout.addWidget(part)
        layout.addLayout(line)
        layout.addStretch()
        self.form.entered.connect(self.entered)
        self.table.chosen.connect(self._show)
        self.table.opened.connect(lambda _id: self.form.focus("plate"))
        self.new.clicked.connect(lambda: self._show_new())
        self.out.clicked.connect(self._take_out)
        self.sold.clicked.connect(self._offer_sold)

    def _make_form(self) -> Form:
        form = Form("customers.car")
        today = self.db.today
        self.vin = Text("vin", _("VIN"), max_length=30)
        form.row(Text("plate", _("Plate"), placeholder="粤B12345", max_length=20))
        form.row(self.vin)
        form.row(Choice("model", _("Model"), search=True, free=True))
        form.row(Day("plated_on", _("Plate of"), today=today))
        form.row(
            Number("km", _("Has run, km"), most=vehicles.FARTHEST),
            Day("km_on", _("Read on"), today=today, width=118),
        )
        form.row(Number("services", _("Workshop visits"), most=999))
        self.vin.edited.connect(self._count)
        return form

    # -- what the page uses --

    def begin(self, file: File) -> None:
        from showroom import choices

        self.id = file.row.id
        with self.db.read() as session:
            models = choices.options(session, ChoiceKind.MODEL, everything=True)
        self.form.fields["model"].set_options([(one.label, one.label) for one in models])
        self._read()
        self._show_new()

    def open_one(self, id: int) -> None:
        """Open a car of his, or the one of a deal that was delivered (its id below 0)."""
        if id < 0 and -id in self._sold:
            self._show_new(self._sold[-id])
        elif id in self._cars:
            self.table.choose(id)
            self._show(id)
        self.form.focus("plate")

    def reload(self) -> None:
        """Read the list anew; what is typed is kept."""
        self._read()

    def accept(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            held["model"] = held["model"] or ""
            with self.db.write() as session:
                saved = vehicles.save(
                    session, self.id, self.car_id or None, today=self.db.today(), **held
                )
                known = saved.plate or saved.vin
            self.done.emit(_("Car saved: {car}.").format(car=known))

    # -- inside --

    def _read(self) -> None:
        with self.db.read() as session:
            self._cars = {car.id: car for car in vehicles.cars(session, self.id)}
            self._sold = {one.deal_id: one for one in vehicles.sold(session, self.id)}
        self.table.show_ids(list(self._cars))
        self.table.setVisible(bool(self._cars))
        first = next(iter(self._sold.values()), None)
        self.sold.setVisible(first is not None)
        if first is not None:
            words = _("Add the {model} of deal {number}")
            self.sold.setText(words.format(model=first.model, number=first.number))

    def _rows(self, ids: Sequence[int]) -> list[Car]:
        return [self._cars[id] for id in ids if id in self._cars]

    def _show(self, id: int) -> None:
        car = self._cars.get(id)
        if car is not None:
            self.car_id = id
            self.form.set_values(car._asdict())
            self._count()
            self.out.show()
            self.new.show()

    def _show_new(self, sold: Sold | None = None) -> None:
        self.car_id = 0
        self.table.choose(0)
        self.form.clear()
        if sold is not None:
            self.form.set_values({"model": sold.model, "vin": sold.vin})
        self._count()
        self.out.hide()
        self.new.hide()
        self.form.focus("plate")

    def _offer_sold(self) -> None:
        self._show_new(next(iter(self._sold.values()), None))

    def _take_out(self) -> None:
        with self.page.reporting():
            car = self._cars.get(self.car_id)
            if car is None:
                raise ShowroomError(_("This car is no longer in the file."))
            with self.db.write() as session:
                vehicles.remove(session, car.id)
            self.done.emit(_("Taken out: {car}.").format(car=car.known))

    def _count(self) -> None:
        typed = len(self.vin.text().strip())
        tone = "good" if typed == vehicles.VIN else "muted"
        self.vin.set_hint(f"{typed} / {vehicles.VIN}" if typed else "", tone)


COLUMNS = (
    Column(N_("Plate"), lambda car: car.known, width=130),
    Column(N_("Model"), lambda car: car.model, stretch=True, tone="muted"),
)
