"""Figures: a day, week, month, quarter or year at one look, and the month's workbook."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedLayout, QWidget

from showroom import words
from showroom.figures import monthbook, overview
from showroom.figures.cuts import MomentRow
from showroom.figures.figures import Figure, show
from showroom.figures.overview import Overview, Span
from showroom.figures.tables import WEEKDAYS
from showroom.i18n import N_, _
from showroom.sheets.cells import Kind
from ui import charts, dialogs, leaving, style
from ui.charts import Bars, Funnel, Heat
from ui.page import Page
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.widgets import Button, Card, Empty, Fig, label

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Database
    from ui.jobs import Job

QUICK = 1000
"""So many visits are counted at once; more of them on a thread of their own."""

HEAD = ("parties", "contacts", "drive_rate", "orders", "owners", "cards", "first_call")
VERSUS = {
    Span.DAY: (N_("against the day before"), N_("against the day before")),
    Span.WEEK: (N_("against the week before"), N_("against the same days of the week before")),
    Span.MONTH: (N_("against the month before"), N_("against the same days of the month before")),
    Span.QUARTER: (
        N_("against the quarter before"),
        N_("against the same days of the quarter before"),
    ),
    Span.YEAR: (N_("against the year before"), N_("against the same days of the year before")),
}
CLOSER = {Span.WEEK: Span.DAY, Span.MONTH: Span.DAY, Span.QUARTER: Span.WEEK, Span.YEAR: Span.MONTH}


class _Row(NamedTuple):
    """One moment in the list."""

    id: int
    row: MomentRow


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
    Column(N_("Most often refused for"), lambda r: _reason(r.row), width=170, tone="muted"),
)


class FiguresPage(Page):
    """What came of a time: figures with their formulas, days, funnel, moments, hours."""

    title = N_("Figures")
    code = "figures"
    panel = False

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.day = db.today()
        self.shown: Overview | None = None
        self._counting = self._again = False
        self.span = Segmented(
            [(span, _(text)) for span, text in overview.SPANS.items()],
            name="figures.span",
            optional=False,
        )
        self.span.setAccessibleName(_("Time looked at"))
        self.span.set_code(Span.MONTH)
        self.earlier = Button("", icon="chevron-left", kind="quiet", name="figures.earlier")
        self.now = Button("", kind="quiet", name="figures.now")
        self.later = Button("", icon="chevron-right", kind="quiet", name="figures.later")
        self.versus = label("", "muted", name="figures.versus")
        self.export = self.button(
            _("Export Month"), "Ctrl+E", self._export, kind="primary", name="export"
        )
        self._place_head()

        self.bars, self.funnel, self.heat = (
            Bars("figures.bars"),
            Funnel("figures.funnel"),
            Heat("figures.heat"),
        )
        self.moments = Table("figures.moments", MOMENTS, self._rows, fit=True, max_rows=7)
        self.bars_card = Card()
        self._place_cards()

        self.span.chosen.connect(self._go_to_span)
        for button, words_of, key, by in (
            (self.earlier, _("Earlier"), "Alt+Left", -1),
            (self.later, _("Later"), "Alt+Right", 1),
        ):
            action = self.key(key, words_of, partial(self._step, by))
            button.setAccessibleName(words_of)
            button.setToolTip(style.tip(f"{words_of} ({key})"))
            button.clicked.connect(action.trigger)
        back = self.key("Alt+Home", _("Back to Today"), self._to_today)
        self.now.clicked.connect(back.trigger)
        self.bars.clicked.connect(self._open_bar)

    def _place_head(self) -> None:
        self.head.removeWidget(self.figures)
        time = QWidget()
        line = QHBoxLayout(time)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.S)
        line.addWidget(self.span)
        line.addSpacing(style.M)
        for button in (self.earlier, self.now, self.later):
            line.addWidget(button)
        line.addSpacing(style.M)
        line.addWidget(self.versus)
        line.addStretch()
        self.head.insertWidget(0, time, 1)
        self.buttons.addWidget(self.export)
        self.body.addWidget(self.figures)

    def _place_cards(self) -> None:
        self._pile = QStackedLayout()
        self.bars_card.body.addLayout(self._pile)  # first, or its widgets would open as windows
        self._pile.addWidget(self.bars)
        self._pile.addWidget(
            Empty(_("Nobody came in this time. A visit is opened at the desk with F2."))
        )
        funnel = Card(_("Funnel"), _("share of the walk-ins"))
        funnel.body.addWidget(self.funnel)
        moments = Card(_("The seven moments"), _("given ÷ asked; most frequent reason"))
        moments.body.addWidget(self.moments)
        moments.body.addStretch()
        heat = Card(_("Hours"), _("weekday × hour"))
        heat.body.addWidget(self.heat)
        grid = QGridLayout()
        grid.setSpacing(style.L)
        grid.addWidget(self.bars_card, 0, 0)
        grid.addWidget(funnel, 0, 1)
        grid.addWidget(moments, 1, 0)
        grid.addWidget(heat, 1, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(1, 1)
        self.body.addLayout(grid, 1)

    # -- showing --

    def reload(self) -> None:
        """Count anew; a long time is counted on a thread of its own."""
        span, day, today = Span(self.span.code()), self.day, self.db.today()
        self._name(span, day)
        if self._counting:
            self._again = True
            return
        with self.db.read() as session:
            if overview.visits(session, span, day, today) <= QUICK:
                self._show(overview.look(session, span, day, today))
                return

        def work(_progress: Progress) -> Overview:
            with self.db.read() as session:
                return overview.look(session, span, day, today)

        self._counting = True
        job = self.job(_("Counting…"), work, self._show)
        job.finished.connect(self._on_counted)

    def _on_counted(self) -> None:
        self._counting = False
        if self._again:
            self._again = False
            self.reload()

    def _name(self, span: Span, day: date) -> None:
        first, last = overview.bounds(span, day)
        self.now.setText(overview.name(span, day))
        self.now.setToolTip(_("Back to Today"))
        self.later.setEnabled(last < self.db.today())
        whole, part = VERSUS[span]
        self.versus.setText(_(part if first <= self.db.today() < last else whole))

    def _show(self, found: Overview) -> None:
        self.shown = found
        comparable = bool(found.before["parties"].value)
        self.figures.show_figures(
            [_fig(found.figures[code], found.before[code], comparable) for code in HEAD]
        )
        hourly = Span(self.span.code()) is Span.DAY
        self.bars_card.set_title(
            _("Parties by hour") if hourly else _("Walk-ins and first contacts"),
            "" if hourly else _("light: walk-ins · dark: contacts left"),
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
        self.heat.show_data(
            [_(day) for day in WEEKDAYS],
            [
                _("{hour}:00").format(hour=found.first_hour + number)
                for number in range(len(found.hours[0]))
            ],
            found.hours,
        )

    def _rows(self, ids: list[int]) -> list[_Row]:
        found = self.shown
        return [_Row(id, found.moments[id - 1]) for id in ids] if found is not None else []

    def focus_first(self) -> None:
        """The choice of the time takes the keyboard."""
        self.span.setFocus()

    # -- going through time --

    def _go_to_span(self, _code: str) -> None:
        self.reload()

    def _step(self, by: int) -> None:
        if by > 0 and not self.later.isEnabled():
            return
        self.day = overview.step(Span(self.span.code()), self.day, by)
        self.reload()

    def _to_today(self) -> None:
        self.day = self.db.today()
        self.reload()

    def _open_bar(self, number: int) -> None:
        """A bar of a long time opens the days it stands for."""
        span = Span(self.span.code())
        if self.shown is None or span not in CLOSER:
            return
        self.day = self.shown.bars[number].first
        self.span.set_code(CLOSER[span])
        self.reload()

    # -- the workbook --

    def _export(self) -> None:
        """Write the workbook of the month that is looked at."""
        month = self.day.replace(day=1)
        path = dialogs.choose_save(
            self, _("Export Month"), monthbook.file_name(month), _("Excel workbook (*.xlsx)")
        )
        if path is None:
            return
        now = self.db.now()

        code = f"{month:%Y-%m}"
        leaving.take_out(
            self,
            _("Exporting {month}…").format(month=monthbook.month_name(month)),
            _("Month's workbook {month}").format(month=code),
            path,
            lambda session, progress: monthbook.write_month(
                session, code, path, now=now, progress=progress
            ),
            lambda _count: self.said.emit(_("Saved: {path}").format(path=path)),
            watch=self._watch,
        )

    def _watch(self, job: Job) -> None:
        self.export.setEnabled(False)
        job.finished.connect(lambda: self.export.setEnabled(True))


def _fig(figure: Figure, before: Figure, comparable: bool) -> Fig:
    """A figure on top: its change since the time before, its formula and both sides of it."""
    said = [figure.formula]
    if figure.denominator is not None:
        said.append(f"{show(figure.numerator, Kind.WHOLE)} ÷ {figure.denominator}")
    said.append(_("Before: {value}").format(value=f"{before.shown} {before.unit}".strip()))
    return Fig(
        figure.code,
        figure.shown,
        f"{figure.title} {_change(figure, before) if comparable else ''}".strip(),
        unit=figure.unit,
        formula="\n".join(said),
    )


def _change(figure: Figure, before: Figure) -> str:
    """`▲ 12` or `▼ 2`, of rates in points; nothing when nothing changed or can be compared."""
    if figure.value is None or before.value is None:
        return ""
    change = float(figure.value) - float(before.value)
    if figure.kind is Kind.SHARE:
        change = round(figure.value * 100) - round(before.value * 100)
    shown = f"{abs(change):.1f}" if figure.kind is Kind.NUMBER else f"{abs(change):,.0f}"
    if not float(shown.replace(",", "")):
        return ""
    return f"{'▲' if change > 0 else '▼'} {shown}"


def _tip(bar: overview.Bar) -> str:
    if bar.left is None:
        return _("{when}: {count} parties").format(when=bar.name, count=bar.walk_ins)
    return _("{when}: {count} walk-ins, {left} contacts left").format(
        when=bar.name, count=bar.walk_ins, left=bar.left
    )


def _reason(row: MomentRow) -> str:
    top = row.top
    return "" if top is None else f"{_(words.REFUSALS[top])} {row.refusals[top]}"
