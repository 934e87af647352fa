"""What comes first in the short dates of a column: 03/04/26, 5/11 and 03/04/1990.

What one cell of the column proves holds for all of it; else what is likely: no visit is to come,
nor many years old, and a sheet of November holds days of November. What stays open is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from showroom.sheets.times import Context
from showroom.text import narrow

VISITED: Final = frozenset({"date", "arrived", "left"})
_SHORT: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{1,2}))?(?![./-]?\d)(\D.*)?")
WHOLE: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?$")
"""A day as every workbook tells it: nothing to decide."""

YEARS_BACK: Final = 3
"""Visits that are older are less likely than another reading of their dates."""


class Order(StrEnum):
    """What comes first in the dates of a column."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    OPEN = "open"
    BOTH = "both"


@dataclass(frozen=True)
class Dates:
    """The dates of one column that could be read both ways: how many, one of them, and how.

    `readings` are the days that the one would be: the day not first, and first.
    """

    count: int
    sample: str
    order: Order
    decided: bool
    readings: tuple[date, date] | None = None


class Short(NamedTuple):
    """A short date: its numbers (no year where none stands), what follows, and all of it."""

    one: int
    other: int
    year: str
    slash: bool
    rest: str
    text: str


class Column(NamedTuple):
    """What was found of a column: its dates, and the cells to be written anew by their row."""

    dates: Dates | None
    cells: dict[int, str]


def of(
    cells: Iterable[tuple[int, str]], name: str, about: Context, day_first: bool | None
) -> Column:
    """What the short dates of a column of a field are; `day_first` where somebody said it.

    `cells` are those of its texts, with their rows, that are no `WHOLE` days.
    """
    read: dict[str, Short | None] = {}
    found: list[tuple[int, Short]] = []
    for at, cell in cells:
        if cell not in read:
            read[cell] = _short(cell, name)
        short = read[cell]
        if short is not None:
            found.append((at, short))
    if not found:
        return Column(None, {})
    dates, order = _judge([short for _at, short in found], name, about, day_first)
    if order is Order.MONTH and not any(0 < len(short.year) < 4 for _at, short in found):
        return Column(dates, {})  # as such cells are read anyway
    told = {}
    for at, short in found:
        text = _told(short, order, name, about)
        if text:
            told[at] = text
    return Column(dates, told)


def _short(cell: str, name: str) -> Short | None:
    found = _SHORT.fullmatch(narrow(cell).strip())
    if found is None:
        return None
    one, sign, other, year, rest = found.groups(default="")
    if not year and name in ("arrived", "left") and not (sign != "." and ":" in rest):
        return None  # 9.30 is a time
    return Short(int(one), int(other), year, sign == "/", rest, found[0])


def _judge(
    found: Sequence[Short], name: str, about: Context, day_first: bool | None
) -> tuple[Dates | None, Order]:
    """What is told of the dates of a column, and how they are read."""
    distinct = list(dict.fromkeys(short._replace(rest="", text="") for short in found))
    orders = [Order.MONTH, Order.DAY]
    if any(0 < len(short.year) < 4 for short in distinct):
        orders.insert(0, Order.YEAR)
    costs = {order: _cost(distinct, order, name, about) for order in orders}
    other = min(orders[:-1], key=costs.__getitem__)
    open_ = [short for short in found if _ways(short, other, name, about)]
    if day_first is not None:
        chosen = Order.DAY if day_first else other
    else:
        chosen = Order.DAY if costs[Order.DAY] < costs[other] else other
    said = chosen
    if day_first is None and costs[chosen].impossible:
        said = Order.BOTH
    elif day_first is None and costs[Order.DAY] == costs[other]:
        # 10.3 without a year is the third of October
        said = Order.OPEN if any(short.year or short.slash for short in open_) else chosen
    if not open_ and chosen is not Order.DAY:
        return None, chosen
    sample = open_[0] if open_ else found[0]
    ways = _ways(sample, other, name, about)
    return Dates(len(open_), sample.text, said, day_first is not None, ways), chosen


class _Cost(NamedTuple):
    """How little an order fits a column: what cannot be, what is not likely, months it spans."""

    impossible: int
    unlikely: int
    months: int


def _cost(found: Sequence[Short], order: Order, name: str, about: Context) -> _Cost:
    days = [_day(short, order, name, about) for short in found]
    there = [day for day in days if day is not None]
    unlikely = sum(1 for day in there if not _likely(day, name, about))
    months = len({(day.year, day.month) for day in there})
    telling = name in VISITED and len(there) > 2 and months in (1, len(there))
    return _Cost(days.count(None), unlikely, (1 if months > 1 else 0) if telling else 0)


def _likely(day: date, name: str, about: Context) -> bool:
    if name == "birthday":
        return day.year >= 1920 and day <= about.today
    if name not in VISITED:
        return about.today.year - 20 <= day.year and day <= about.today + timedelta(days=366)
    if about.month and day.month != about.month:
        return False
    return about.today.year - YEARS_BACK <= day.year and day <= about.today


def _day(short: Short, order: Order, name: str, about: Context) -> date | None:
    one, other = short.one, short.other
    if not short.year:
        month, day = (other, one) if order is Order.DAY else (one, other)
        found = about.dated(month, day) if month <= 12 else None
        return found if type(found) is date else None
    last = int(short.year)
    year, month, day = {
        Order.YEAR: (one, other, last),
        Order.MONTH: (last, one, other),
        Order.DAY: (last, other, one),
    }[order]
    if len(short.year) == (4 if order is Order.YEAR else 1):
        return None
    if year < 100:
        year += 1900 if name == "birthday" and 2000 + year > about.today.year else 2000
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ways(short: Short, other: Order, name: str, about: Context) -> tuple[date, date] | None:
    """The two days that a date may be: the day not first, and first; nothing where it is one."""
    one, two = (_day(short, order, name, about) for order in (other, Order.DAY))
    return (one, two) if one is not None and two is not None and one != two else None


def _told(short: Short, order: Order, name: str, about: Context) -> str:
    """A short date written so that it can be read in one way only; "" where it stays."""
    if not short.year:
        turned = order is Order.DAY and short.other <= 12
        return f"{short.other}/{short.one}{short.rest}" if turned else ""
    for way in (order, Order.DAY, Order.MONTH):
        day = _day(short, way, name, about)
        if day is not None:
            return f"{day.isoformat()}{short.rest}"
    return ""
