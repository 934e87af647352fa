"""The form of levels (DOMAIN §1.3) as it comes back: what was written into it since it left.

A level is written into the day of the contact, or as the result of the month; the last word counts.
What was written into a day that others follow, or into the sheet of an earlier month, changes
nothing: what stood then stands, and the row says where it is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from showroom.i18n import N_, everywhere
from showroom.sheets import stamps
from showroom.sheets.columns import Kind, Layout
from showroom.sheets.read import Sheet
from showroom.sheets.stamps import Stamp
from showroom.sheets.times import Context

MOST_DAYS: Final = 31
DAYS: Final = tuple(str(day) for day in range(1, MOST_DAYS + 1))
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


class Written(NamedTuple):
    """What was written into a row since it left: the level of today, and the day it was written
    into (nothing for the result). `earlier`: also into a day after which he was rated again;
    `ahead`: also into one that has not come."""

    level: Any = None
    on: date | None = None
    earlier: bool = False
    ahead: bool = False


def told(sheet: Sheet, layout: Layout, about: Context) -> tuple[Sheet, Layout, dict[int, Written]]:
    """The form with the level that was written last as its result, the one column it is read by.

    And what was written into each row, by its number. A day that another level follows in the row
    is over: what stands there is history.
    """
    entered, days = -1, {}
    result = next(c for c in layout.columns if c.label in everywhere(RESULT))
    this_month = (about.year, about.month) == _month(about.today)
    for column in layout.columns:
        if day := _day(column.label):
            days[int(day)] = column.index
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
    written = {}
    for at in range(layout.after, len(rows)):
        row = rows[at]
        stamp = next((one for cell in reversed(row) if (one := stamps.read(cell))), None)
        if stamp is None:
            continue
        found = _written(stamp, row, result.index, {0: entered, **days}, about)
        if found is None:
            continue
        if found.level is not None:
            rows[at] = [*row[: result.index], found.level, *row[result.index + 1 :]]
        if this_month:
            written[at + 1] = found
    return replace(sheet, rows=rows), layout, written


def _day(label: str) -> str:
    """The day that a heading says: 5, also below that of its group."""
    found = _NUMBER.search(label)
    return found[1] if found and found[1] in DAYS else ""


def _written(
    stamp: Stamp, row: Sequence[Any], result: int, places: dict[int, int], about: Context
) -> Written | None:
    """What was written in; nothing where nothing was. Before day 1 stands what he began with."""

    def cell(place: int) -> Any:
        return row[place] if 0 <= place < len(row) else ""

    says = {day: cell(place) for day, place in places.items()}
    says = {day: said for day, said in says.items() if said not in ("", DUE)}
    edited = [
        day for day, said in says.items() if not stamp.holds(f"day {day}" if day else ENTERED, said)
    ]
    today = about.today.day if (about.year, about.month) == _month(about.today) else MOST_DAYS
    ahead = any(day > today for day in edited)
    edited = [day for day in edited if day <= today]
    last = max((day for day in says if day <= today), default=0)
    earlier = any(day < last for day in edited)
    if not stamp.holds("level", cell(result)):
        return Written(cell(result), None, earlier, ahead)
    if last in edited:
        return Written(says[last], _date(last, about), earlier, ahead)
    return Written(earlier=earlier, ahead=ahead) if earlier or ahead else None


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _date(day: int, about: Context) -> date | None:
    """The day of the month; what he began with stands before its first."""
    if not (about.year and about.month):
        return None
    first = date(about.year, about.month, 1)
    return first + timedelta(days=day - 1)
