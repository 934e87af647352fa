"""A customer's card as it comes back: its boxes, a heading beside each, become one row (§1.5)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from showroom.i18n import _
from showroom.sheets import columns, stamps
from showroom.sheets.read import Origin, Sheet
from showroom.sheets.synonyms import field_of

LONGEST: Final = 60
"""A card has fewer rows; a list may have a row of headings and values, too."""

FEWEST: Final = 5
"""So many boxes of a card have headings we know."""

ROWS: Final = 3
MOST: Final = 3
"""They stand in so many rows, and so many of them side by side: a list has more in one."""


def as_table(sheet: Sheet) -> Sheet:
    """A card as a table of one row under its headings; any other sheet as it is."""
    if len(sheet.rows) > LONGEST:
        return sheet
    found: dict[str, tuple[str, Any, tuple[int, int]]] = {}
    stamp, high = None, 0
    for at, row in enumerate(sheet.rows):
        labels = [place for place, cell in enumerate(row) if _field(cell)]
        if len(labels) > MOST:
            return sheet
        below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else []
        if len(labels) > 1 and (
            all(b - a == 1 for a, b in pairwise(labels))
            or any(place < len(below) and columns.is_data(below[place]) for place in labels)
        ):
            break  # headings side by side or above days: here the table of the contacts begins
        high += bool(labels)
        for name, label, value, place in _boxes(sheet, at, row, labels):
            found.setdefault(name, (label, value, (at + 1, place + 1)))
        marks = [(cell, place) for place, cell in enumerate(row, 1) if stamps.read(cell)]
        stamp = stamp or next(((cell, (at + 1, place)) for cell, place in marks), None)
    if len(found) < FEWEST or high < ROWS or "name" not in found:
        return sheet
    if stamp:
        found[stamps.HEADING] = _(stamps.HEADING), *stamp
    rows: list[list[Any]] = [list(told) for told in zip(*found.values(), strict=True)]
    origin = Origin(sheet, tuple(rows.pop()))
    source = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    hidden: dict[str, Any] = {"hidden_rows": [], "hidden_columns": []}
    return replace(sheet, rows=rows, source=source, merged=[], origin=origin, **hidden)


def _boxes(
    sheet: Sheet, at: int, row: Sequence[Any], labels: Sequence[int]
) -> Iterator[tuple[str, str, Any, int]]:
    """The boxes of a row: field, heading, what stands to the right of it, and in which column."""
    ends = {left: right for top, left, _bottom, right in sheet.merged if top == at}
    for place in labels:
        beside = ends.get(place, place) + 1
        value = row[beside] if beside < len(row) else ""
        yield _field(row[place]), row[place], "" if _field(value) else value, beside


def _field(cell: Any) -> str:
    found = field_of(cell) if type(cell) is str else None
    return found[0] if found else ""
