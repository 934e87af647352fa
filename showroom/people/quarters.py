"""The quarter of a year: what the contest of archives is held by."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from showroom import dates
from showroom.i18n import _


class Quarter(NamedTuple):
    """Three months: `first` is the day it is known by."""

    first: date

    @property
    def last(self) -> date:
        """The last day."""
        return dates.add_months(self.first, 3) - timedelta(days=1)

    @property
    def number(self) -> int:
        """1 to 4."""
        return (self.first.month + 2) // 3

    @property
    def title(self) -> str:
        """In words: Q4 2026, 2026年第4季度."""
        return _("Q{number} {year}").format(number=self.number, year=self.first.year)

    def step(self, quarters: int) -> Quarter:
        """So many quarters later, or earlier."""
        return Quarter(dates.add_months(self.first, 3 * quarters))


def quarter_of(day: date) -> Quarter:
    """The quarter a day is in."""
    return Quarter(date(day.year, day.month - (day.month - 1) % 3, 1))
