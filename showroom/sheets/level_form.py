"""The form of levels (DOMAIN §1.3) as it comes back: what was written into it since it left.

A level is written into the day of the contact, or as the result of the month; the last word counts.
Into the sheet of an earlier month nothing is written any more: what stood then stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from showroom.i18n import N_, everywhere
from showroom.sheets import stamps
from showroom.sheets.columns import Kind, Layout
from showroom.sheets.read import Sheet
from showroom.sheets.stamps import Stamp
from showroom.sheets.times import Context

DAYS: Final = tuple(str(day) for day in range(1, 32))
RESULT: Final = N_("Result at the month's end")
ENTERED: Final = "entered"
MARKS: Final = {
    "level": ENTERED,
    "source": "",
    "result": "level",
    **{f"day{day}": f"day {day}" for day in DAYS},
}
"""What the columns of the form leave their mark as, by their codes."""

LEFT_AS: Final = {"past_level": "level"}
"""The level of a month that is over bears the mark of a level."""

DUE: Final = "*"
_NUMBER: Final = re.compile(r"(?<!\d)(\d{1,2})$")


def is_one(layout: Layout) -> bool:
    """Whether a sheet is such a form."""
    labels = [column.label for column in layout.columns]
    ended = any(label in everywhere(RESULT) for label in labels)
    return ended and sum(1 for label in labels if _day(label)) == len(DAYS)


def told(sheet: Sheet, layout: Layout, about: Context) -> tuple[Sheet, Layout]:
    """The form with the level that was written last as its result, the one column it is read by."""
    entered, days = -1, {}
    result = next(c for c in layout.columns if c.label in everywhere(RESULT))
    this_month = (about.year, about.month) == (about.today.year, about.today.month)
    for column in layout.columns:
        if day := _day(column.label):
            days[day] = column.index
        elif column.field == "level":
            entered = column.index
        if column.field != "name":
            column.field = ""
    result.field = "level" if this_month else "past_level"
    layout.fields = {
        "name": [column for column in layout.columns if column.field == "name"],
        result.field: [result],
    }
    layout.kind = Kind.CUSTOMERS
    rows = list(sheet.rows)
    for at in range(layout.after, len(rows)):
        row = rows[at]
        stamp = next((one for cell in reversed(row) if (one := stamps.read(cell))), None)
        said = stamp and _last_word(stamp, row, result.index, entered, days)
        if said:
            rows[at] = [*row[: result.index], said, *row[result.index + 1 :]]
    return replace(sheet, rows=rows), layout


def _day(label: str) -> str:
    """The day that a heading says: 5, also below that of its group."""
    found = _NUMBER.search(label)
    return found[1] if found and found[1] in DAYS else ""


def _last_word(
    stamp: Stamp, row: Sequence[Any], result: int, entered: int, days: dict[str, int]
) -> Any:
    """The level that was written in; nothing where none was."""

    def cell(place: int) -> Any:
        return row[place] if 0 <= place < len(row) else ""

    if not stamp.holds("level", cell(result)):
        return cell(result)
    for day in reversed(DAYS):
        said = cell(days[day])
        if said not in ("", DUE) and not stamp.holds(f"day {day}", said):
            return said
    said = cell(entered)
    return said if said != "" and not stamp.holds(ENTERED, said) else None
