"""What the strip of moments is told: what may be said to this party, what to try next, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import shiboken6
from PySide6.QtCore import QTimer

from showroom.door import coach, scripts
from showroom.i18n import _
from ui.jobs import Job

if TYPE_CHECKING:
    from showroom.door.coach import Rate, Tally
    from showroom.door.scripts import Line
    from showroom.door.visits import VisitRow
    from showroom.progress import Progress
    from showroom.settings import Settings
    from showroom.store.models import Moment, Wording
    from ui.moments import MomentStrip
    from ui.page import Page


SHOWN_MS = 300  # the desk is shown first


class Advice(NamedTuple):
    """For one visit: its lines and rates by moment, the moment to try next, if any.

    `contact`: one is there, nothing is left to ask. `basis` says which asks the rates are of.
    """

    lines: Mapping[Moment, Line]
    rates: Mapping[Moment, Rate]
    suggested: Moment | None
    contact: bool
    least: int
    days: int
    again: bool

    def numbers(self, moment: Moment) -> str:
        """The rate of a moment with its numbers, 41% 37/90; "" while it says nothing."""
        rate = self.rates[moment]
        if not rate.enough:
            return ""
        return f"{rate.tried.rate:.0%} {rate.tried.given}/{rate.tried.asks}"

    def note(self, moment: Moment) -> str:
        """Why it is suggested, or how it did; that the numbers are not there yet, where so."""
        if self.contact:
            return _("Contact is there: nothing to ask.")
        numbers = self.numbers(moment)
        if not numbers:
            said = _("No numbers yet: {asks} of {least} asks")
            return said.format(asks=self.rates[moment].tried.asks, least=self.least)
        said = (
            _("Best of those open: {numbers}")
            if moment is self.suggested
            else _("Given: {numbers}")
        )
        return said.format(numbers=numbers)

    def formula(self, moment: Moment) -> str:
        """What the numbers are made of."""
        whose = _("all visits")
        if self.rates[moment].split:
            whose = _("visits again") if self.again else _("first visits")
        said = _("Given ÷ asked, walk-ins of the last {days} days, {whose}; {least} asks at least.")
        return said.format(days=self.days, whose=whose, least=self.least)


class Coach:
    """Keeps the strip of a page told about the visit that is shown.

    The asks of earlier days are counted on a thread, once a day; those of today after every write.
    A wording that a visit was shown with stays with it.
    """

    def __init__(self, page: Page, strip: MomentStrip) -> None:
        self._page, self._strip, self._db = page, strip, page.db
        self._past: Tally = {}
        self._counted: tuple[date, int] | None = None
        self._days, self._least = 0, 0
        self._visit: VisitRow | None = None
        self._kept: dict[int, dict[Moment, Wording]] = {}

    def read(self, shop: Settings) -> None:
        """Take the numbers the shop chose; what is behind them is counted once a day."""
        self._days, self._least = shop.rates_days, shop.rates_least
        wanted = (self._db.today(), shop.rates_days)
        if wanted == self._counted:
            return
        self._counted = wanted
        self._kept.clear()
        db, today = self._db, wanted[0]
        first = today - timedelta(days=shop.rates_days)

        def work(_progress: Progress) -> Tally:
            with db.read() as session:
                return coach.read(session, first, today - timedelta(days=1))

        def count() -> None:
            Job(self._page, "", work, self._on_counted, quiet=True)

        QTimer.singleShot(SHOWN_MS, self._page, count)

    def begin(self, visit: VisitRow) -> None:
        """A visit is shown anew: the strip starts at what to try next."""
        self.follow(visit)
        self._strip.start()

    def follow(self, visit: VisitRow) -> None:
        """Something was written: the visit, an ask, a script, a gift; the chosen moment stays."""
        self._visit = visit
        kept = self._kept.setdefault(visit.id, {})
        guest = scripts.Guest(
            again=visit.again,
            model_id=visit.model_id,
            model=visit.model,
            company=scripts.company(visit.honorific, visit.people),
        )
        today = self._db.today()
        with self._db.read() as session:
            tally = coach.add(self._past, coach.read(session, today, today))
            lines = scripts.lines(session, guest, today=today, tally=tally, kept=kept)
        for moment, line in lines.items():
            if line.wording is not None:
                kept.setdefault(moment, line.wording)
        found = coach.rates(tally, again=visit.again, least=self._least)
        contact = bool(visit.phone)
        shut = {moment for moment, line in lines.items() if line.wording is None}
        suggested = coach.suggest(visit.strip, found, shut=shut, contact=contact)
        self._strip.show_advice(
            Advice(lines, found, suggested, contact, self._least, self._days, visit.again)
        )

    def _on_counted(self, past: Tally) -> None:
        self._past = past
        if self._visit is not None and shiboken6.isValid(self._strip):
            self.follow(self._visit)
            if not self._strip.hasFocus():  # nobody is choosing there
                self._strip.start()
