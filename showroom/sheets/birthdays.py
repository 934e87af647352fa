"""A birthday in a cell, taken as far as it is said: no year is made up, nobody refused for it.

What says month and day only is kept without a year (`showroom.lunar`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final, NamedTuple

from showroom import lunar
from showroom.i18n import _
from showroom.sheets import times
from showroom.sheets.read import ErrorCell
from showroom.sheets.times import Context, Doubt, Wrong
from showroom.text import narrow

_UNYEARED: Final = re.compile(rf"^{lunar.NO_YEAR}[-./年]\s?(\d\d?\D\d\d?日?)(?: 0?0:00(?::00)?)?$")
"""A day as address books of phones write one without a year: 1604-10-03."""
YOUNGEST: Final = 2
"""Whoever would be younger was given the year of the list by Excel."""


class Unyeared(NamedTuple):
    """A birthday whose year is Excel's: as it is taken, and what is said of it."""

    day: date | str
    why: str


Birthday = date | str | Unyeared | Doubt | None


def born(cell: Any, about: Context) -> Birthday:
    """A day; in words, as a list of ours says them, a lunar one and one without a year.

    What cannot be is in doubt.
    """
    if isinstance(cell, ErrorCell):
        return Doubt(times.day(cell, about) or "")
    if type(cell) is str and lunar.WRITTEN.fullmatch(
        cell
    ):  # most are, and are done in a fifth of it
        day = times.day(cell, about)
        if type(day) is date and day.year <= about.today.year - YOUNGEST:
            return day
    said = _UNYEARED.sub(r"\1", narrow(cell).strip()) if isinstance(cell, str) else ""
    heard = lunar.heard(said) or _lunar_february(said)
    if heard is not None:
        return _likely(lunar.kept(heard)[0], about) or _said(heard, by_moon=True)
    try:
        unyeared = lunar.without_year(said or _month_and_day(cell))
    except ValueError:
        return Doubt(_("There is no such day: {text}.").format(text=said or f"{cell:g}"))
    if unyeared is not None:
        return _said(unyeared)
    if times.without_year(said or cell):
        return Doubt(_("No day of birth: {text}.").format(text=said or f"{cell:g}"))
    day = times.day(cell, about)
    if isinstance(day, Wrong):
        return Doubt(day)
    if day is not None and day > about.today and said[:2].isdigit() and not said[:4].isdigit():
        day = day.replace(year=day.year - 100)  # 88.5.6
    if day is not None and about.today.year - YOUNGEST < day.year <= about.today.year:
        why = _("{year} is no year of birth; the day is taken without one.").format(year=day.year)
        return Unyeared(_said(f"{day:%m-%d}"), why)
    return day and (_likely(day, about) or day)


def _said(kept: str, *, by_moon: bool = False) -> date | str:
    """A day as `lunar.kept` takes it in the words of a list."""
    found = lunar.said(*lunar.kept(kept), by_moon)
    assert found is not None
    return found


def _month_and_day(cell: Any) -> str:
    """12.6 as a number; "" for 10.1, which may be 10.10, and for what is no day."""
    text = f"{cell:g}"
    day = text.partition(".")[2] if cell < 13 else ""
    return text if len(day) == 2 or day > "3" else ""


def _lunar_february(said: str) -> str | None:
    """1981-02-30, which is no date."""
    try:
        return said if lunar.kept(said)[1] else None
    except ValueError:
        return None


def _likely(day: date, about: Context) -> Doubt | None:
    if not lunar.has_year(day):
        return None
    if day > about.today:
        return Doubt(_("{day} has not come yet.").format(day=day))
    if day.year > about.today.year - YOUNGEST:
        return Doubt(_("{year} is no year of birth.").format(year=day.year))
    return None
