"""The pictures of the figures page: days or hours, funnel, moments, hours of the week, consultants,
levels; each said in words, too, and each place of them leads to its rows."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtWidgets import QGridLayout, QStackedLayout, QWidget

from showroom import words
from showroom.figures import overview
from showroom.figures.cuts import MomentRow, Slice
from showroom.figures.figures import show
from showroom.figures.overview import Overview
from showroom.figures.tables import WEEKDAYS
from showroom.i18n import N_, _
from showroom.sheets.cells import Kind
from ui import charts, style
from ui.charts import Bars, Funnel, Heat
from ui.tables import Column, Table
from ui.then_and_now import Pair, Pairs
from ui.widgets import Card, Empty, label

STEP_HIGH, MIDDLE_HIGH, LOW_HIGH = 200, 276, 240


class _Moment(NamedTuple):
    """One moment in its list."""

    id: int
    row: MomentRow


class _Person(NamedTuple):
    """One consultant in his."""

    id: int
    slice: Slice


MOMENTS = (
    Column(N_("Moment"), lambda r: r.row.label, stretch=True),
    Column(N_("Asks"), lambda r: f"{r.row.asked:,}", align="right", width=80),
    Column(N_("Given"), lambda r: f"{r.row.given:,}", align="right", width=80),
    Column(
        N_("Given of asked"),
        lambda r: show(r.row.rate, Kind.SHARE),
        width=160,
        bar=lambda r: r.row.rate or 0.0,
    ),
    Column(N_("Most often refused for"), lambda r: _reason(r.row), width=226, tone="muted"),
)
CONSULTANTS = (
    Column(N_("Consultant"), lambda r: r.slice.label, stretch=True),
    Column(N_("Walk-ins"), lambda r: f"{r.slice.counts.walk_ins:,}", align="right", width=80),
    Column(
        N_("Contact rate"),
        lambda r: show(_rate(r.slice.counts.left, r.slice.counts.fresh), Kind.SHARE),
        width=150,
        bar=lambda r: _rate(r.slice.counts.left, r.slice.counts.fresh) or 0.0,
    ),
    Column(
        N_("Test drive rate"),
        lambda r: show(_rate(r.slice.counts.drives, r.slice.counts.walk_ins), Kind.SHARE),
        align="right",
        width=96,
    ),
    Column(N_("Orders"), lambda r: f"{r.slice.counts.orders:,}", align="right", width=72),
    Column(
        N_("Mean stay"),
        lambda r: show(_rate(r.slice.counts.stayed, r.slice.counts.stays), Kind.SPAN),
        align="right",
        width=108,
        tone="muted",
    ),
)


class Pictures(QWidget):
    """The six cards; `show_overview` fills them."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Overview | None = None
        self.bars, self.funnel = Bars("figures.bars"), Funnel("figures.funnel")
        self.heat, self.levels = Heat("figures.heat"), Pairs("figures.levels")
        self.moments = Table("figures.moments", MOMENTS, self._moments, fit=True, max_rows=7)
        self.consultants = Table(
            "figures.consultants", CONSULTANTS, self._people, fit=True, max_rows=8
        )
        self.consultants.set_empty(_("Nobody received anybody in this time."))
        self.moments.setAccessibleName(_("The seven moments"))
        self.consultants.setAccessibleName(_("Consultants"))
        self.bars_card = Card()
        self._pile = QStackedLayout()
        self.bars_card.body.addLayout(self._pile)  # first, or its widgets would open as windows
        self._pile.addWidget(self.bars)
        self._pile.addWidget(
            Empty(_("Nobody came in this time. A visit is opened at the desk with F2."))
        )
        for chart, title in (
            (self.bars, _("Walk-ins and first contacts")),
            (self.funnel, _("Funnel")),
            (self.heat, _("Hours")),
            (self.levels, _("Levels")),
        ):
            chart.make_pickable(title)
        self.words = label("", "quote", name="figures.words", wrap=True)
        self.words.setContentsMargins(style.L, style.M, style.L, style.M)
        hint = _("Enter or a click shows the rows")
        cards = (
            self.bars_card,
            self._card(_("Funnel"), hint, self.funnel),
            self._card(
                _("The seven moments"), _("given ÷ asked; most frequent reason"), self.moments
            ),
            self._card(_("Hours"), _("weekday × hour"), self.heat),
            self._card(_("Consultants"), _("first contacts, drives, orders"), self.consultants),
            self._card(_("Levels"), _("above: at the start · below: at the end"), self.levels),
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(style.L)
        for number, card in enumerate(cards):
            grid.addWidget(card, number // 2, number % 2)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        for row, high in enumerate((STEP_HIGH, MIDDLE_HIGH, LOW_HIGH)):
            grid.setRowStretch(row, 1)
            grid.setRowMinimumHeight(row, high)

    def _card(self, title: str, note: str, inside: QWidget) -> Card:
        made = Card(title, note)
        made.body.addWidget(inside)
        if inside is self.consultants:
            made.body.addWidget(self.words)
        if isinstance(inside, Table):
            made.body.addStretch()
        return made

    def weekday(self, number: int) -> str:
        """What a line of the hours is called."""
        return _(WEEKDAYS[number])

    def set_stale(self, stale: bool) -> None:
        """Paint the pictures paler: they are counted anew."""
        for chart in (self.bars, self.funnel, self.heat, self.levels):
            chart.set_stale(stale)

    def show_overview(self, found: Overview, *, hourly: bool) -> None:
        """Show a time; of a single day the bars are its hours."""
        self._shown = found
        self.bars_card.set_title(
            _("Parties by hour") if hourly else _("Walk-ins and first contacts"),
            "" if hourly else _("whole bar: walk-ins · full part: contacts left"),
        )
        self._pile.setCurrentIndex(0 if any(bar.walk_ins for bar in found.bars) else 1)
        self.bars.show_data(
            [charts.Bar(bar.label, bar.walk_ins, bar.left, _tip(bar)) for bar in found.bars]
        )
        self.funnel.show_data(
            [
                charts.Step(
                    step.label,
                    step.number,
                    show(step.share, Kind.SHARE) if number and step.share is not None else "",
                )
                for number, step in enumerate(found.steps)
            ]
        )
        self.moments.show_ids(list(range(1, len(found.moments) + 1)))
        self.consultants.show_ids(list(range(1, len(found.consultants) + 1)))
        said = [
            _("{what}: {words}").format(what=one.label, words=_("; ").join(found.words[one.key]))
            for one in found.consultants
            if found.words.get(one.key)
        ]
        self.words.setText("\n".join(said))
        self.words.setVisible(bool(said))
        self.heat.show_data(
            [self.weekday(day) for day in range(7)],
            [
                _("{hour}:00").format(hour=found.first_hour + number)
                for number in range(len(found.hours[0]))
            ],
            found.hours,
        )
        self.levels.show_data(
            [
                Pair(
                    level.label,
                    level.before,
                    level.now,
                    _("{letter}: {before} at the start, {now} at the end").format(
                        letter=level.label, before=level.before, now=level.now
                    ),
                )
                for level in found.levels
            ]
        )

    def _moments(self, ids: list[int]) -> list[_Moment]:
        found = self._shown
        return [_Moment(id, found.moments[id - 1]) for id in ids] if found is not None else []

    def _people(self, ids: list[int]) -> list[_Person]:
        found = self._shown
        return [_Person(id, found.consultants[id - 1]) for id in ids] if found is not None else []


def _rate(above: float, below: int) -> float | None:
    return above / below if below else None


def _tip(bar: overview.Bar) -> str:
    if bar.left is None:
        return _("{when}: {count} parties").format(when=bar.name, count=bar.walk_ins)
    return _("{when}: {count} walk-ins, {left} contacts left").format(
        when=bar.name, count=bar.walk_ins, left=bar.left
    )


def _reason(row: MomentRow) -> str:
    top = row.top
    return "" if top is None else f"{_(words.REFUSALS[top])} {row.refusals[top]}"
