"""The figures of one day at the desk: each says how it is made, by day with Page Up and Down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from showroom.door.visits import Owing
from showroom.figures import desk
from showroom.figures.cuts import MomentRow, Slice
from showroom.figures.desk import Desk
from showroom.figures.figures import Figure, show
from showroom.figures.tables import WEEKDAYS
from showroom.i18n import N_, _
from showroom.sheets.cells import Kind
from showroom.store.models import Refusal
from ui import charts, style
from ui.charts import Bars
from ui.tables import Column, Table
from ui.views import View
from ui.widgets import Card, Fig, FigureRow, label

if TYPE_CHECKING:
    from showroom.store.db import Database
    from ui.page import Page

FIRST_ROW = 8
"""So many figures stand in the upper row."""

REASONS = {
    Refusal.SPAM: N_("Spam"),
    Refusal.CONTROL: N_("Control"),
    Refusal.NO_REASON: N_("Pretext"),
    Refusal.NOT_BUYER: N_("Looking"),
}
"""The four refusals, short enough for the head of a column."""


class _Row(NamedTuple):
    """One line of a list by its number."""

    id: int
    row: Any


def _refused(refusal: Refusal) -> Callable[[_Row], str]:
    return lambda line: str(line.row.refusals.get(refusal, "") or "")


def _rate(left: int, fresh: int) -> float | None:
    return left / fresh if fresh else None


def _contacts(line: _Row) -> str:
    counted = line.row.counts
    rate = show(_rate(counted.left, counted.fresh), Kind.SHARE)
    return f"{rate} {counted.left}/{counted.fresh}" if counted.fresh else rate


def _stay(line: _Row) -> str:
    counted = line.row.counts
    return show(_rate(counted.stayed, counted.stays), Kind.SPAN)


MOMENTS = (
    Column(N_("Moment"), lambda line: line.row.label, width=124, stretch=True),
    Column(N_("Asks"), lambda line: str(line.row.asked), align="right", width=44),
    Column(
        N_("Given"),
        lambda line: show(line.row.rate, Kind.SHARE),
        width=88,
        bar=lambda line: line.row.rate or 0.0,
    ),
    *(
        Column(words, _refused(refusal), align="right", width=46, tone="muted")
        for refusal, words in REASONS.items()
    ),
)
CONSULTANTS = (
    Column(N_("Consultant"), lambda line: line.row.label, width=72, stretch=True),
    Column(N_("Walk-ins"), lambda line: str(line.row.counts.walk_ins), align="right", width=58),
    Column(N_("Contacts"), _contacts, align="right", width=76),
    Column(N_("Stay"), _stay, align="right", width=56, tone="muted"),
)


class TodayView(View):
    """One day: figures, the formula of the chosen one, moments with reasons, consultants, hours.

    Left and Right choose a figure, Page Up and Down the day, Home today.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.day: date | None = None
        self.shown: Desk | None = None
        self._chosen = desk.CODES.index("contacts")
        self.setObjectName("desk.today")
        self.setAccessibleName(_("Figures of the day"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = label("", "section", name="desk.today.day")
        self.earlier = page.button(
            _("Day Before"), "PgUp", lambda: self._step(-1), kind="quiet", name="today.earlier"
        )
        self.later = page.button(
            _("Day After"), "PgDown", lambda: self._step(1), kind="quiet", name="today.later"
        )
        self.rows = (FigureRow("desk.today"), FigureRow("desk.today"))
        self.formula = label("", "quote", name="desk.today.formula")
        self.bars = Bars("desk.today.hours")
        self.bars.setMinimumHeight(96)
        self.moments = Table("desk.today.moments", MOMENTS, self._moments, fit=True, max_rows=7)
        self.consultants = Table(
            "desk.today.consultants", CONSULTANTS, self._consultants, fit=True, max_rows=4
        )
        self.owing = label("", "soon", name="desk.today.owing")
        for line in (self.formula, self.owing):  # cut off rather than wider than the page
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._place()
        for row in self.rows:
            row.clicked.connect(self._choose_code)

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(style.M)
        head.addWidget(self.title)
        head.addStretch()
        head.addWidget(self.earlier)
        head.addWidget(self.later)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, code, title, widgets in (
            (left, "moments", _("The seven moments"), (self.moments,)),
            (right, "hours", _("Parties by hour"), (self.bars,)),
            (right, "consultants", _("By consultant"), (self.consultants,)),
        ):
            card = Card(title, name=f"desk.today.{code}.card")
            card.setToolTip(style.tip(_(desk.FORMULAS[code])))
            for widget in widgets:
                card.body.addWidget(widget)
            column.addWidget(card, 1 if code == "hours" else 0)
            column.setSpacing(style.M)
        left.addWidget(self.owing)
        left.addStretch()
        both = QHBoxLayout()
        both.setSpacing(style.M)
        both.addLayout(left, 9)
        both.addLayout(right, 5)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        for row in self.rows:
            layout.addWidget(row)
        layout.addWidget(self.formula)
        layout.addLayout(both, 1)

    # -- showing --

    def begin(self) -> None:
        """Take the keyboard."""
        self.setFocus()

    @classmethod
    def warm(cls, db: Database) -> None:
        with db.read() as session:
            desk.look(session, db.today())

    def reload(self) -> None:
        """Count the day anew."""
        today = self.db.today()
        day = self.day or today
        with self.db.read() as session:
            found = self.shown = desk.look(session, day)
        named = [f"{day:%Y-%m-%d} {_(WEEKDAYS[day.weekday()])}"]
        self.title.setText(" · ".join([*named, _("Today")] if day == today else named))
        self.later.setEnabled(day < today)
        self._show_figures(found.figures)
        self.moments.show_ids(range(1, len(found.moments) + 1))
        self.consultants.show_ids(range(1, len(found.consultants) + 1))
        self.bars.show_data(
            [_bar(hour, count) for hour, count in enumerate(found.hours, found.first_hour)]
        )
        owed = " · ".join(_owes(owing) for owing in found.owing)
        self.owing.setText(_("To complete: {owed}").format(owed=owed) if owed else "")
        self.owing.setToolTip(style.tip(f"{self.owing.text()}\n{_(desk.FORMULAS['owing'])}"))

    def _show_figures(self, found: Sequence[Figure]) -> None:
        figs = [_fig(figure, number == self._chosen) for number, figure in enumerate(found)]
        self.rows[0].show_figures(figs[:FIRST_ROW])
        self.rows[1].show_figures(figs[FIRST_ROW:])
        self.formula.setText(_spelled(found[self._chosen]))
        self.formula.setToolTip(style.tip(self.formula.text()))

    def values(self) -> dict[str, str]:
        """What is shown, by code."""
        return self.rows[0].values() | self.rows[1].values()

    def _moments(self, ids: Sequence[int]) -> list[_Row]:
        rows: Sequence[MomentRow] = self.shown.moments if self.shown is not None else []
        return [_Row(id, rows[id - 1]) for id in ids]

    def _consultants(self, ids: Sequence[int]) -> list[_Row]:
        rows: Sequence[Slice] = self.shown.consultants if self.shown is not None else []
        return [_Row(id, rows[id - 1]) for id in ids]

    # -- choosing --

    def _step(self, days: int) -> None:
        """Another day; none after today."""
        today = self.db.today()
        day = min((self.day or today) + timedelta(days=days), today)
        self.day = day if day < today else None
        self.reload()

    def _choose_code(self, code: str) -> None:
        self._choose(desk.CODES.index(code))

    def _choose(self, number: int) -> None:
        if self.shown is not None and 0 <= number < len(self.shown.figures):
            self._chosen = number
            self._show_figures(self.shown.figures)

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._choose(self._chosen + step)
        elif event.key() == Qt.Key.Key_Home:
            self.day = None
            self.reload()
        else:
            super().keyPressEvent(event)


def _fig(figure: Figure, chosen: bool) -> Fig:
    """A figure with its formula; the chosen one stands in the accent."""
    sides = f"{_side(figure)} / {figure.denominator}" if figure.denominator else ""
    return Fig(
        figure.code,
        figure.shown,
        figure.title,
        unit=sides,
        formula=_spelled(figure),
        tone="accent" if chosen else "",
    )


def _side(figure: Figure) -> str:
    """What stands above the line; minutes as a span."""
    return show(figure.numerator, Kind.SPAN if figure.kind is Kind.SPAN else Kind.WHOLE)


def _spelled(figure: Figure) -> str:
    """A figure in words: what it is, how it is made, and with which numbers."""
    if figure.denominator is None:
        return f"{figure.title} {figure.shown} = {figure.formula}"
    sides = f"{_side(figure)} ÷ {figure.denominator}"
    said = _("{formula}: {numbers}").format(formula=figure.formula, numbers=sides)
    return f"{figure.title} {figure.shown} = {said}"


def _bar(hour: int, count: int) -> charts.Bar:
    name = _("{hour}:00").format(hour=hour)
    return charts.Bar(
        str(hour), count, tip=_("{when}: {count} parties").format(when=name, count=count)
    )


def _owes(owing: Owing) -> str:
    return (owing.consultant or _("not assigned")) + f" {len(owing.ids)}"
