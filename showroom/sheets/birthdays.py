"""A birthday in a cell, taken whole or left out: no year is made up, nobody is refused for it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from showroom import lunar
from showroom.i18n import _
from showroom.sheets import times
from showroom.sheets.read import ErrorCell
from showroom.sheets.times import Context, Doubt, Wrong
from showroom.text import narrow

YOUNGEST: Final = 2
"""Whoever would be younger was given the year of the list by Excel."""

Birthday = date | str | Doubt | None


def born(cell: Any, about: Context) -> Birthday:
    """A day; of a lunar one its words, as a list of ours says them (`showroom.lunar`).

    Without a year, or with one that cannot be, it is in doubt.
    """
    if isinstance(cell, ErrorCell):
        return Doubt(times.day(cell, about) or "")
    said = narrow(cell).strip() if isinstance(cell, str) else ""
    heard = lunar.heard(said) or _lunar_february(said)
    if heard is not None:
        found, more = lunar.kept(heard)
        return _likely(found, about) or lunar.said(found, more, True)
    if times.without_year(said or cell):
        return Doubt(_("No year of birth: {text}.").format(text=said or f"{cell:g}"))
    day = times.day(cell, about)
    if isinstance(day, Wrong):
        return Doubt(day)
    if day is not None and day > about.today and said[:2].isdigit() and not said[:4].isdigit():
        day = day.replace(year=day.year - 100)  # 88.5.6
    return day and (_likely(day, about) or day)


def _lunar_february(said: str) -> str | None:
    """1981-02-30, which is no date."""
    try:
        return said if lunar.kept(said)[1] else None
    except ValueError:
        return None


def _likely(day: date, about: Context) -> Doubt | None:
    if day > about.today:
        return Doubt(_("{day} has not come yet.").format(day=day))
    if day.year > about.today.year - YOUNGEST:
        return Doubt(_("{year} is no year of birth.").format(year=day.year))
    return None
