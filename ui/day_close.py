"""The daily close: who is still here, what is incomplete, then the day is signed by name (F12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from showroom import dates
from showroom.door import close, reception, visits
from showroom.door.close import Closed, Standing
from showroom.errors import Invalid, ShowroomError
from showroom.figures import register
from showroom.figures.figures import Figure, show
from showroom.figures.tables import WEEKDAYS
from showroom.i18n import N_, _
from showroom.sheets import compare
from ui import dialogs, style, visit_columns
from ui.day_comparison import DayComparison
from ui.day_paper import DayPaper
from ui.day_signing import Signing
from ui.forms import Form, Text
from ui.owes import Owes
from ui.tables import Column, Table
from ui.views import View
from ui.visit_form import read_clock
from ui.widgets import Card, Fig, FigureRow, Tag, label

if TYPE_CHECKING:
    from pathlib import Path

    from showroom.progress import Progress
    from showroom.store.db import Database
    from ui.page import Page

UPPER = 6
"""So many figures stand in the upper row."""

KINDS = "(*.xlsx *.xlsm *.xls *.xlsb *.ods *.csv *.txt)"


class DayCloseView(View):
    """A day and its close: Page Up and Down another day, Enter shows a visit at the right."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.day: date | None = None
        self.standing = Standing([], [], [])
        self.sealed: Closed | None = None
        self._told: date | None = None
        self.setObjectName("desk.close")
        self.title = label("", "section", name="desk.close.day")
        self.tag = Tag(name="desk.close.state")
        button = partial(page.button, kind="quiet")
        self.earlier = button(_("Day Before"), "PgUp", lambda: self._step(-1), name="close.earlier")
        self.later = button(_("Day After"), "PgDown", lambda: self._step(1), name="close.later")
        self.figures = (FigureRow("desk.close"), FigureRow("desk.close"))
        self.here_card = Card(_("Still here"), name="desk.close.here.card")
        who = (
            Column(N_("Arrived"), self._came, width=92),
            Column(N_("People"), lambda row: str(row.people), align="right", width=52),
            Column(N_("Customer"), lambda row: row.name or _("no name"), width=76, stretch=True),
            Column(N_("Consultant"), lambda row: row.consultant, width=72, tone="muted"),
        )
        phone = Column(N_("Phone"), lambda row: row.phone, width=108, tone="muted")
        lacks = Column(
            N_("Missing"), visit_columns.missing, tag=lambda _row: "soon", width=110, stretch=True
        )
        self.here = Table("desk.close.here", (*who, phone), self._rows, fit=True, max_rows=4)
        self.when = Form("desk.close")
        self.incomplete_card = Card(_("To complete"), name="desk.close.incomplete.card")
        self.owes = Owes("desk.close.owes")
        self.incomplete = Table("desk.close.incomplete", (*who, lacks), self._rows, header=False)
        self.out = label("", "soon", name="desk.close.out", wrap=True)
        self.comparison = DayComparison(page)
        self.signing = Signing(page, self._sign, self._reopen)
        self.form, self.again = self.signing.form, self.signing.again
        self.paper = DayPaper(page, self._on)
        self.compare = page.button(
            _("Compare with a File…"), "Ctrl+M", self._choose_file, name="close.compare"
        )
        self._place()
        for table in (self.here, self.incomplete, self.comparison.table):
            table.opened.connect(self._open_row)
        page.command(self.here, _("They left just now"), "L", self._left_now, name="close.left")
        page.command(self.here, _("They left at …"), "T", self._ask_time, name="close.left_at")
        self.when.entered.connect(self._left_at)
        self.owes.chosen.connect(lambda _code: self.incomplete.show_ids(self.owes.ids()))
        self.paper.said.connect(self.said)
        self.comparison.closed.connect(self._show_visits)

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(style.M)
        head.addWidget(self.title)
        head.addWidget(self.tag)
        head.addStretch()
        head.addWidget(self.earlier)
        head.addWidget(self.later)
        self.here_card.body.addWidget(self.here)
        self.here_card.body.addWidget(self.when)
        self.when.row(Text("left_at", _("Left at"), placeholder="18:05", width=96))
        self.when.setContentsMargins(style.L, style.S, style.L, style.S)
        self.when.hide()
        self.incomplete_card.head.addWidget(self.owes)
        self.incomplete_card.body.addWidget(self.incomplete)
        visited = QWidget()
        left = QVBoxLayout(visited)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(style.M)
        left.addWidget(self.here_card)
        left.addWidget(self.incomplete_card, 1)
        left.addWidget(self.out)
        self.pile = QStackedWidget()
        self.pile.addWidget(visited)
        self.pile.addWidget(self.comparison)
        foot = QHBoxLayout()
        foot.setSpacing(style.M)
        foot.addWidget(self.paper)
        foot.addWidget(self.compare)
        foot.addStretch()
        both = QHBoxLayout()
        both.setSpacing(style.M)
        both.addWidget(self.pile, 1)
        both.addWidget(self.signing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        for row in self.figures:
            layout.addWidget(row)
        layout.addLayout(both, 1)
        layout.addLayout(foot)

    # -- showing --

    def begin(self) -> None:
        """Begin with today; take the keyboard where something is to be done first."""
        self.page.show_rights()
        if self.day is None:
            self._focus()
        else:
            self.show_day(self.db.today())  # another day is asked for anew

    def _focus(self) -> None:
        if self.here.rows.ids():
            self.here.choose(self.here.rows.ids()[0])
            self.here.setFocus()
        elif self.sealed is not None and not self.sealed.since:
            self.paper.print.setFocus()
        else:
            self.signing.begin()

    def show_day(self, day: date) -> None:
        """Another day; today is followed over midnight."""
        self.day = day if day < self.db.today() else None
        self._show_visits()
        self.reload()
        self._focus()

    def _on(self) -> date:
        return self.day or self.db.today()

    @classmethod
    def warm(cls, db: Database) -> None:
        today = db.today()
        with db.read() as session:
            close.standing(session, today)
            close.of_day(session, today)
            register.sums(session, today)
            close.signer(session)

    def reload(self) -> None:
        """Read the day anew; what is typed stays."""
        day = self._on()
        with self.db.read() as session:
            self.standing = close.standing(session, day)
            self.sealed = close.of_day(session, day)
            sums = register.sums(session, day)
            owing = visits.owing(session, self.standing.incomplete)
            signer = close.signer(session)
        if self._told != day:
            self._told = day
            self.signing.clear()
            self.when.hide()
        self._show_head(day)
        figs = [_fig(figure, self.sealed) for figure in sums]
        self.figures[0].show_figures(figs[:UPPER])
        self.figures[1].show_figures(figs[UPPER:])
        here, incomplete = self.standing.here, self.standing.incomplete
        keys = _("Enter shows · L left now · T left at …") if here else _("nobody")
        self.here_card.set_title(_("Still here"), f"{len(here)} · {keys}" if here else keys)
        self.here.show_ids(here)
        self.here.setVisible(bool(here))
        if not here:
            self.when.hide()
        self.incomplete_card.set_title(_("To complete"), str(len(incomplete)))
        self.owes.show_owing(owing, incomplete)
        self.owes.setVisible(bool(owing))
        self.incomplete.set_empty(_("Every visit of the day is complete."))
        self.incomplete.show_ids(self.owes.ids())
        self._show_out()
        self.signing.show_state(self.sealed, signer)

    def _show_head(self, day: date) -> None:
        today = self.db.today()
        named = [_("Daily close"), f"{day:%Y-%m-%d} {_(WEEKDAYS[day.weekday()])}"]
        self.title.setText(" · ".join([*named, _("Today")] if day == today else named))
        self.later.setEnabled(day < today)
        if self.sealed is not None:
            tone = "soon" if self.sealed.since else "good"
            self.tag.set_tag(_("Closed {time}").format(time=_when(self.sealed, day)), tone)
        else:
            self.tag.set_tag(_("Not closed"), "accent" if day == today else "late")

    def _show_out(self) -> None:
        words = [
            (
                _("{car}: test drive since {time}")
                if out.driving
                else _("{car}: key out since {time}")
            ).format(
                car=" ".join(filter(None, (out.car, out.who))), time=_time(out.since, self._on())
            )
            for out in self.standing.out
        ]
        self.out.setText(_("Not back yet: {cars}").format(cars=_(", ").join(words)))
        self.out.setVisible(bool(words))

    def _rows(self, ids: Sequence[int]) -> list[visits.VisitRow]:
        with self.db.read() as session:
            found = {row.id: row for row in visits.rows(session, ids)}
        return [found[id] for id in ids if id in found]

    def _came(self, row: visits.VisitRow) -> str:
        return _time(row.arrived_at, self._on())

    def _step(self, days: int) -> None:
        """Another day; none after today."""
        self.show_day(min(self._on() + timedelta(days=days), self.db.today()))

    # -- who is still here --

    def _open_row(self, visit_id: int) -> None:
        found = self.comparison.visit(visit_id) if self._compares() else visit_id
        if found:
            self.chosen.emit(found)

    def _left_now(self) -> None:
        """They left this moment; of who came on an earlier day it is asked when."""
        row: visits.VisitRow | None = self.here.current_row()
        if row is None:
            return
        if row.day != self.db.today():
            self._ask_time()
            return
        self._leave(row, self.db.now())

    def _ask_time(self) -> None:
        if self.here.current_row() is not None:
            self.when.clear()
            self.when.show()
            self.when.focus("left_at")

    def _left_at(self) -> None:
        row: visits.VisitRow | None = self.here.current_row()
        with self.when.reporting():
            clock = read_clock(self.when.fields["left_at"].value())
            if clock is None:
                raise Invalid({"left_at": _("Write the time as 18:05.")})
            if row is None:
                return
            at = dates.at(row.day, clock)
            if at < row.arrived_at and clock.hour < OVER_MIDNIGHT:
                at = dates.at(row.day + timedelta(days=1), clock)
            if at > self.db.now():
                raise Invalid({"left_at": _("It is not that late yet.")})
            try:
                self._leave(row, at)
            except Invalid as error:
                raise Invalid({"left_at": str(error)}) from None
            self.when.hide()

    def _leave(self, row: visits.VisitRow, at: datetime) -> None:
        try:
            with self.db.write() as session:
                reception.leave(session, row.id, at=at)
        except ShowroomError:
            self.chosen.emit(row.id)  # what keeps them is ended at the right
            raise
        self.reload()
        self._focus()

    # -- signing --

    def _sign(self) -> None:
        day = self._on()
        if self.standing.here:
            self.here.setFocus()
        with self.form.reporting(), self.db.write() as session:
            facts = self.form.values()
            totals = register.totals(session, day)
            close.sign(session, day, totals=totals, now=self.db.now(), **facts)
        self.reload()
        if self.sealed is not None and not self.sealed.since:
            self.said.emit(_("{day} is closed.").format(day=f"{day:%m-%d}"))
            self._focus()

    def _reopen(self) -> None:
        day = self._on()
        with self.again.reporting(), self.db.write() as session:
            close.reopen(session, day, why=self.again.fields["why"].value())
        self.reload()
        if self.sealed is None:
            self.again.clear()
            self.said.emit(_("{day} is open again.").format(day=f"{day:%m-%d}"))
            self._focus()

    # -- beside the other system --

    def _compares(self) -> bool:
        return self.pile.currentWidget() is self.comparison

    def _choose_file(self) -> None:
        lists = _("Workbooks and lists")
        paths = dialogs.choose_open(self.page, _("Compare with a File"), f"{lists} {KINDS}")
        if paths:
            self.compare_with(paths[0])

    def compare_with(self, path: Path) -> None:
        """Read the export of the other system and show what is missing or different."""
        day = self._on()

        def work(progress: Progress) -> compare.Comparison:
            return compare.run(self.db, path, day, progress)

        self.page.job(_("Reading {name}…").format(name=path.name), work, self._show_comparison)

    def _show_comparison(self, found: compare.Comparison) -> None:
        if found.day != self._on():
            raise ShowroomError(_("Another day is shown now: compare it again."))
        self.comparison.show_found(found)
        self.pile.setCurrentWidget(self.comparison)
        self.signing.hide()  # what differs needs room
        self.comparison.begin()

    def _show_visits(self) -> None:
        self.pile.setCurrentIndex(0)
        self.signing.show()
        if self.isVisible():
            self.compare.setFocus(Qt.FocusReason.OtherFocusReason)


OVER_MIDNIGHT = 6
"""An end before this hour and before the arrival is of the next day."""


def _when(closed: Closed, day: date) -> str:
    return _time(closed.closed_at, day)


def _time(at: datetime, day: date) -> str:
    clock = dates.show_clock(at)
    return clock if dates.local_day(at) == day else f"{dates.local(at):%m-%d} {clock}"


def _fig(figure: Figure, closed: Closed | None) -> Fig:
    """A figure as it was signed; beside it what it is now, when the day was corrected since."""
    unit = "" if figure.denominator is None else f"{figure.numerator} / {figure.denominator}"
    value, tone = figure.shown, ""
    if closed is not None and figure.code in closed.totals:
        signed: Any = closed.totals[figure.code]
        if signed != figure.value:
            value = show(signed, figure.kind)
            unit, tone = _("now {value}").format(value=figure.shown), "soon"
    elif figure.code in ("incomplete", "unmet") and figure.value:
        tone = "soon"
    return Fig(figure.code, value, figure.title, unit=unit, formula=figure.formula, tone=tone)
