"""The cells of a sheet as its answers leave them, before they are read.

Mended cells, words that mean something else here, and dates of which the column says what comes
first stand in the place of what the file has; the file itself is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from showroom.sheets import values
from showroom.sheets.answers import Answers
from showroom.sheets.columns import Column, Layout
from showroom.sheets.layouts import Words
from showroom.sheets.read import ErrorCell, Sheet
from showroom.text import narrow

DATES: Final = ("date", "arrived", "left", "birthday", "ordered", "delivered")
LISTED: Final = {
    "consultant": "consultant",
    "model": "model",
    "drive_model": "model",
    "channel": "channel",
    "colour": "colour",
    "level": "level",
    "sex": "sex",
    "status": "status",
    "payment": "payment",
    "purpose": "purpose",
    **dict.fromkeys(("drive", "first", "again", "do_not_contact"), "yes"),
}
"""The fields whose words may mean something else here, and under what they are remembered."""

_SLASHED: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)(.*)")


class Order(StrEnum):
    """What comes first in the dates of a column."""

    DAY = "day"
    MONTH = "month"
    OPEN = "open"
    BOTH = "both"


@dataclass(frozen=True)
class Dates:
    """The dates of one column that could be read both ways: how many, one of them, and how."""

    count: int
    sample: str
    order: Order
    decided: bool


def word(cell: Any) -> str:
    """The word of a cell as it is remembered."""
    if isinstance(cell, ErrorCell):
        return ""
    found = values.together(cell)
    return found if type(found) is str else ""


def prepare(
    sheet: Sheet,
    place: int,
    layout: Layout,
    answers: Answers,
    words: Words,
    day_first: Mapping[int, bool],
) -> tuple[Sheet, dict[int, Dates]]:
    """A sheet with the answers put in, and what its columns of dates are like.

    Rows that stay as they are are shared with the sheet they come from.
    """
    rows = list(sheet.rows)
    changed: set[int] = set()
    for (at, number, index), text in answers.cells.items():
        if at == place and 0 < number <= len(rows):
            row = _own(rows, number - 1, changed)
            row.extend([""] * (index + 1 - len(row)))
            row[index] = text
    found: dict[int, Dates] = {}
    for column in layout.columns:
        if column.field in DATES:
            told = _dates(rows, layout.after, column, day_first)
            if told is not None:
                found[column.index] = told
                if told.order is Order.DAY:
                    _turn(rows, layout.after, column.index, changed)
        elif column.field in LISTED and words:
            _translate(rows, layout.after, column, words, changed)
    return replace(sheet, rows=rows), found


def _own(rows: list[list[Any]], at: int, changed: set[int]) -> list[Any]:
    """A row that may be written into."""
    if at not in changed:
        rows[at] = list(rows[at])
        changed.add(at)
    return rows[at]


def _translate(
    rows: list[list[Any]], after: int, column: Column, words: Words, changed: set[int]
) -> None:
    group, place = LISTED[column.field], column.index
    known: dict[Any, str | None] = {}
    for at in range(after, len(rows)):
        cell = rows[at][place] if place < len(rows[at]) else ""
        if cell == "":
            continue
        if cell not in known:
            known[cell] = words.get((group, word(cell)))
        meaning = known[cell]
        if meaning is not None:
            _own(rows, at, changed)[place] = meaning


_WHOLE: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?$")
"""A day as every workbook tells it: nothing to decide."""


def _slashed(rows: list[list[Any]], after: int, place: int) -> Iterator[tuple[int, re.Match[str]]]:
    for at in range(after, len(rows)):
        cell = rows[at][place] if place < len(rows[at]) else ""
        if type(cell) is not str or _WHOLE.match(cell):
            continue
        if cell and (found := _SLASHED.fullmatch(narrow(cell).strip())):
            yield at, found


def _dates(
    rows: list[list[Any]], after: int, column: Column, day_first: Mapping[int, bool]
) -> Dates | None:
    """What comes first in a column: what was said, else what one date of it proves."""
    count, sample, first, second = 0, "", False, False
    for _at, found in _slashed(rows, after, column.index):
        one, other = int(found[1]), int(found[3])
        first, second = first or one > 12, second or other > 12
        if one <= 12 and other <= 12 and one != other:
            count, sample = count + 1, sample or found[0].strip()
    if column.index in day_first:
        order = Order.DAY if day_first[column.index] else Order.MONTH
        return Dates(count, sample, order, True) if count or first else None
    if first and second:
        return Dates(count, sample, Order.BOTH, False) if count else None
    if first:
        return Dates(count, sample, Order.DAY, False)
    if not count:
        return None
    return Dates(count, sample, Order.MONTH if second else Order.OPEN, False)


def _turn(rows: list[list[Any]], after: int, place: int, changed: set[int]) -> None:
    """Write the dates of a column so that they can be read in one way only."""
    for at, found in list(_slashed(rows, after, place)):
        one, other, year, rest = int(found[1]), int(found[3]), int(found[4]), found[5]
        day, month = (one, other) if other <= 12 else (other, one)
        try:
            told = date(year, month, day).isoformat()
        except ValueError:
            continue
        _own(rows, at, changed)[place] = f"{told}{rest}"
