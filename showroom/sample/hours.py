"""When things happen in the invented showroom: busy weekends, busy late mornings and afternoons."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from showroom import dates

OPENS, CLOSES = 9 * 60, 18 * 60 + 30  # minutes of the day
_BY_WEEKDAY: Final = (0.8, 0.8, 0.8, 0.8, 0.9, 1.7, 1.6)
_BY_HALF_HOUR: Final = (5, 8, 10, 11, 8, 4, 3, 4, 7, 10, 11, 10, 8, 6, 5, 3, 2)  # from 9:00


class Calendar:
    """The business days from `first` up to this moment; `now` is aware, `first` an earlier day."""

    def __init__(self, rng: Random, first: date, now: datetime) -> None:
        self.rng = rng
        self.now = now
        self.today = dates.local_day(now)
        self.first = first
        self.days = [first + timedelta(days=n) for n in range((self.today - first).days + 1)]
        clock = dates.local(now)
        passed = (clock.hour * 60 + clock.minute - OPENS - 60) / (CLOSES - OPENS)
        weights = [_BY_WEEKDAY[day.weekday()] for day in self.days]
        weights[-1] *= min(1.0, max(0.0, passed))
        self._shares = list(accumulate(weights))
        self._slots = list(accumulate(_BY_HALF_HOUR))
        self._midnights: dict[date, datetime] = {}

    def day(self) -> date:
        """A day a party came."""
        return self.rng.choices(self.days, cum_weights=self._shares)[0]

    def at(self, day: date, minutes: float) -> datetime:
        """The moment so many minutes after midnight, to the second."""
        midnight = self._midnights.get(day)
        if midnight is None:
            midnight = self._midnights[day] = dates.at(day, time())
        return midnight + timedelta(seconds=int(minutes * 60))

    def span(self, day: date, minutes: float) -> tuple[datetime, datetime]:
        """From when to when a party was here that stayed so long; by now it has left."""
        (slot,) = self.rng.choices(range(len(self._slots)), cum_weights=self._slots)
        arrived = self.at(day, OPENS + 30 * (slot + self.rng.random()))
        left = arrived + timedelta(seconds=int(minutes * 60))
        if left > self.now:
            opened = self.at(day, OPENS)
            back = (self.now - opened).total_seconds() * self.rng.random() * 0.4
            left = self.now - timedelta(seconds=int(back))
            arrived = max(opened, left - timedelta(seconds=int(minutes * 60)))
        return arrived, left
