"""A customer's card as it comes back: its boxes, a heading beside each, become one row (§1.5)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from showroom.i18n import _
from showroom.sheets import stamps
from showroom.sheets.read import Sheet
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
    found: dict[str, tuple[str, Any]] = {}
    stamp, high = "", 0
    for at, row in enumerate(sheet.rows):
        labels = [place for place, cell in enumerate(row) if _field(cell)]
        if len(labels) > MOST:
            return sheet
        if len(labels) > 1 and all(b - a == 1 for a, b in pairwise(labels)):
            break  # headings side by side: here the table of the contacts begins
        high += bool(labels)
        for name, label, value in _boxes(sheet, at, row, labels):
            found.setdefault(name, (label, value))
        stamp = stamp or next((cell for cell in row if stamps.read(cell)), "")
    if len(found) < FEWEST or high < ROWS or "name" not in found:
        return sheet
    heads = [label for label, _value in found.values()]
    values = [value for _label, value in found.values()]
    if stamp:
        heads.append(_(stamps.HEADING))
        values.append(stamp)
    rows: list[list[Any]] = [heads, values]
    source = [json.dumps(row, ensure_ascii=False).encode() for row in rows]
    return replace(sheet, rows=rows, source=source, merged=[], hidden_rows=[])


def _boxes(
    sheet: Sheet, at: int, row: Sequence[Any], labels: Sequence[int]
) -> Iterator[tuple[str, str, Any]]:
    """The boxes of a row: field, heading and what stands to the right of it."""
    ends = {left: right for top, left, _bottom, right in sheet.merged if top == at}
    for place in labels:
        beside = ends.get(place, place) + 1
        value = row[beside] if beside < len(row) else ""
        yield _field(row[place]), row[place], "" if _field(value) else value


def _field(cell: Any) -> str:
    found = field_of(cell) if type(cell) is str else None
    return found[0] if found else ""
