"""The service sample: limits to type, what falls out at each step, the cars that are left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import settings
from showroom.errors import Invalid
from showroom.i18n import N_, _
from showroom.people import lists, service_sample
from showroom.people.service_sample import BUSY, LACKS, Car, Limits, Sample
from showroom.settings import CLASS_LIMITS
from ui import style
from ui.charts import Funnel, Step
from ui.class_pane import Pane, called
from ui.forms import Form, Number, Text
from ui.tables import Column, Table
from ui.widgets import Card, Fig, FigureRow, label

if TYPE_CHECKING:
    from pathlib import Path

    from showroom.people.customers import CustomerRow
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage


class CarRow(NamedTuple):
    """One car that was kept, with its owner."""

    id: int
    car: Car
    customer: CustomerRow


class SamplePane(Pane):
    """Enter in the last number counts; the result can be kept as a list and taken out."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.stale = True
        self._asked = 0
        self._sample: Sample | None = None
        self._cars: dict[int, Car] = {}
        self.form = Form("customers.sample", label_width=150)
        least = self._number("km_least", _("Kilometres a day, from"))
        most = self._number("km_most", _("to"))
        self.form.row(least, most)
        self.form.row(self._number("months", _("Months since the plate")))
        self.form.row(self._number("services", _("Visits to the workshop")))
        self.count = page.button(
            _("Count"), "Alt+Return", self.reload, kind="primary", name="sample.count"
        )
        self.figures = FigureRow("customers.sample")
        self.lacks = label("", "note", name="customers.sample.lacks", wrap=True)
        self.funnel = Funnel("customers.sample.steps")
        self.table = Table("customers.sample.cars", self._columns(), self._rows)
        self.table.set_empty(_("Counting…"))
        self.export = page.button(
            _("Export…"), "Alt+T", self._export, kind="quiet", icon="file-down", name="sample.out"
        )
        self.list = Form("customers.sample")
        self.list.row(Text("name", _("Keep as a list"), placeholder=_("Name, then Enter")))
        self._place()
        self.form.entered.connect(self._on_entered)
        self.list.entered.connect(self._keep)
        self.table.chosen.connect(self._on_car)

    def _number(self, name: str, caption: str) -> Number:
        low, high = CLASS_LIMITS[f"sample_{name}"]
        return Number(name, caption, least=low, most=high, width=72)

    def _place(self) -> None:
        left = QWidget()
        left.setFixedWidth(364)
        column = QVBoxLayout(left)
        column.setContentsMargins(style.L, style.M, style.L, style.M)
        column.setSpacing(style.M)
        column.addWidget(self.form)
        line = QHBoxLayout()
        line.addStretch()
        line.addWidget(self.count)
        column.addLayout(line)
        column.addStretch()
        right = QVBoxLayout()
        right.setContentsMargins(0, style.M, style.L, style.M)
        said = QHBoxLayout()
        said.setContentsMargins(style.L, 0, 0, 0)  # where the words of the steps begin
        said.addWidget(self.figures)
        right.addLayout(said)
        right.addWidget(self.funnel, 1)
        self.lacks.setContentsMargins(style.L, 0, 0, 0)
        right.addWidget(self.lacks)
        both = QHBoxLayout()
        both.setSpacing(0)
        both.addWidget(left)
        both.addLayout(right, 1)
        picture = Card(name="customers.sample.picture")
        picture.body.addLayout(both)
        self.card = Card(_("Cars of the sample"), name="customers.sample.card")
        self.card.head.addWidget(self.export)
        self.card.body.addWidget(self.table)
        foot = QHBoxLayout()
        foot.addWidget(self.list)
        foot.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(picture)
        layout.addWidget(self.card, 1)
        layout.addLayout(foot)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Plate"), lambda row: row.car.plate or "—", width=96),
            Column(N_("Customer"), lambda row: called(row.customer), width=120, stretch=True),
            Column(N_("Model"), lambda row: row.car.model, width=110),
            Column(N_("km a day"), lambda row: f"{row.car.daily_km:,.0f}", align="right", width=76),
            Column(N_("Plate since"), lambda row: f"{row.car.plated_on}", width=96, tone="muted"),
            Column(
                N_("Times in workshop"),
                lambda row: f"{row.car.services:,}",
                align="right",
                width=76,
            ),
            Column(N_("Consultant"), lambda row: row.customer.consultant or "—", width=84),
        )

    # -- counting --

    def reload(self) -> None:
        """Count with what is typed; the first time, and where nothing is typed, with the usual."""
        super().reload()
        with self.db.read() as session:
            usual = service_sample.limits(settings.load(session))
        if self._sample is None and not self._asked:
            self.form.set_values(usual._asdict())
        with self.form.reporting():
            held = self.form.values()
            limits = Limits(
                **{
                    name: limit if held[name] is None else held[name]
                    for name, limit in usual._asdict().items()
                }
            )
            service_sample.refuse(limits)
            self.form.set_values(limits._asdict())
            self._count(limits)

    def _count(self, limits: Limits) -> None:
        self._asked += 1
        mine = self._asked

        def work(progress: Progress) -> Sample:
            with self.db.read() as session:
                return service_sample.draw(
                    session, limits, today=self.db.today(), progress=progress
                )

        def done(sample: Sample) -> None:
            if mine == self._asked:
                self._show(sample)

        self.page.job(_("Looking at the cars…"), work, done)

    def take_keyboard(self) -> None:
        self.form.focus("km_least")

    def _on_entered(self) -> None:
        self.reload()
        if not any(problem.text() for problem in self.form.problems.values()):
            self.table.setFocus()

    def _show(self, sample: Sample) -> None:
        self._sample = sample
        self._cars = {car.id: car for car in sample.cars}
        kept = len(sample.cars)
        self.figures.show_figures(
            [
                Fig(
                    "share",
                    _percent(sample.share),
                    _("cars of the sample ÷ all cars"),
                    unit=f"{kept:,} / {sample.files:,}",
                    formula=_("cars that pass every step ÷ all cars of customers on file"),
                ),
                Fig(
                    "busy",
                    _percent(sample.busy_share),
                    _("of them drive {least}–{most} km a day").format(least=BUSY[0], most=BUSY[1]),
                    formula=_("cars of the sample that are driven so much ÷ cars of the sample"),
                ),
            ]
        )
        self.funnel.show_data(_steps(sample))
        parts = [f"{_(LACKS[lack])} {count:,}" for lack, count in sample.lacks.items() if count]
        said = _("Cannot be judged: {parts}.").format(parts=" · ".join(parts)) if parts else ""
        self.lacks.setText(said)
        self.lacks.setVisible(bool(said))
        self.card.set_title(_("Cars of the sample"), f"{kept:,}")
        self.table.set_empty(
            _("No car passes every step. Change a number above, and press Enter.")
            if sample.files
            else _("No car is on file yet: note them in the files (Ctrl+Shift+V), or import them.")
        )
        self.table.show_ids(list(self._cars))
        for widget in (self.export, self.list):
            widget.setEnabled(bool(kept))

    def _rows(self, ids: Sequence[int]) -> list[CarRow]:
        cars = [self._cars[id] for id in ids if id in self._cars]
        known = self.known([car.customer_id for car in cars])
        return [
            CarRow(car.id, car, known[car.customer_id]) for car in cars if car.customer_id in known
        ]

    def _on_car(self, id: int) -> None:
        if id in self._cars:
            self.chosen.emit(self._cars[id].customer_id)

    def of(self, customer_id: int) -> list[int]:
        """The cars of a customer."""
        return [car.id for car in self._cars.values() if car.customer_id == customer_id]

    # -- what becomes of it --

    def _keep(self) -> None:
        """Keep the owners of the cars as a named list."""
        with self.list.reporting():
            if self._sample is None or not self._sample.cars:
                raise Invalid({"name": _("No car passes every step: there is nobody to keep.")})
            ids = list(dict.fromkeys(car.customer_id for car in self._sample.cars))
            name = self.list.fields["name"].value()
            with self.db.write() as session:
                lists.add(session, name, ids=ids, now=self.db.now())
            self.list.clear()
            self.said.emit(
                _("Kept as a list: {name}, customers: {count}.").format(
                    name=name, count=f"{len(ids):,}"
                )
            )

    def _export(self) -> None:
        from showroom.figures import class_lists

        sample = self._sample
        if sample is None:
            return

        def write(session: Session, path: Path, progress: Progress) -> int:
            return class_lists.save_sample(session, sample, path, progress)

        self.take_out(_("Service sample"), write)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}".replace("%", " %")


def _steps(sample: Sample) -> list[Step]:
    limits = sample.limits
    counts = [
        (_("All cars"), sample.files),
        (_("Can be judged"), sample.judged),
        (
            _("{least}–{most} km a day").format(least=limits.km_least, most=limits.km_most),
            sample.daily,
        ),
        (_("{count}+ months").format(count=limits.months), sample.aged),
        (_("{count}+ visits").format(count=limits.services), len(sample.cars)),
    ]
    steps = []
    before = sample.files
    for name, count in counts:
        out = before - count
        steps.append(Step(name, count, f"−{out:,}" if out else ""))
        before = count
    return steps
