"""The cells of a sheet as its answers leave them, before they are read.

Mended cells, words that mean something else here, and dates of which the column says what comes
first stand in the place of what the file has; the file itself is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from showroom.sheets import orders, values
from showroom.sheets.answers import Answers
from showroom.sheets.columns import Column, Layout
from showroom.sheets.layouts import Words
from showroom.sheets.orders import Dates
from showroom.sheets.read import ErrorCell, Sheet
from showroom.sheets.times import Context

DATES: Final = ("date", "arrived", "left", "birthday", "ordered", "delivered", "planned")
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
    about: Context,
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
            index = column.index
            cells = _dates(rows, layout.after, index)
            told = orders.of(cells, column.field, about, day_first.get(index))
            if told.dates is not None:
                found[index] = told.dates
            for at, text in told.cells.items():
                _own(rows, at, changed)[index] = text
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


def _dates(rows: list[list[Any]], after: int, place: int) -> list[tuple[int, str]]:
    """The texts of a column, by row, that may be dates of which it is to be said how they read."""
    whole = orders.WHOLE.match
    return [
        (at, cell)
        for at, row in enumerate(islice(rows, after, None), after)
        if place < len(row) and type(cell := row[place]) is str and cell and not whole(cell)
    ]
