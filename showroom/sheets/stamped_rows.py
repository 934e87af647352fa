"""The rows of a sheet that left this desk: which they are, and what was edited in them since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from showroom.sheets import columns, headings, level_form, stamps
from showroom.sheets.columns import Kind
from showroom.sheets.read import Sheet
from showroom.sheets.stamps import Of, Stamp

Stamped = dict[int, tuple[Stamp, frozenset[str]]]
"""By the number of a row its stamp, and the fields that were edited since it left."""

_STAYING: Final = frozenset({"name", "date", "arrived", "left", "span", "next", "next_at"})
_ANYBODY: Final = {"name": "某", "phone": "13000000000"}
"""What stands in for what is not looked at, so that the row can be read; it is never written."""


def find(session: Session, sheet: Sheet, layout: columns.Layout) -> tuple[Stamped, set[int], bool]:
    """The rows that left this desk, by number: their stamps, and the fields edited since.

    And the rows of those who are erased, merged or deleted since: they do not come in again;
    and whether all of it left a desk that nothing here knows of.
    """
    place = stamps.column(sheet.rows[layout.after :])
    if place is None:
        return {}, set(), False
    found = {}
    for number, row in enumerate(sheet.rows[layout.after :], layout.after + 1):
        stamp = stamps.read(row[place]) if place < len(row) else None
        if stamp is not None and headings.KIND_OF[stamp.of] is layout.kind:
            found[number] = stamp
    ours = stamps.ours(session, found.values())
    if not ours and not stamps.left(session, found.values()):
        return {}, set(), bool(found)
    ours -= stamps.erased(session, found.values())
    gone = {number for number, one in found.items() if (one.of, one.id) not in ours}
    told = {}
    looked = _looked(layout)
    for number, stamp in found.items():
        if number not in gone:
            cells = _of_fields(sheet.rows[number - 1], looked)
            edited = {
                name
                for name, column, cell in cells
                if cell != "" and _edited(stamp, name, column, cell, layout)
            }
            told[number] = stamp, frozenset(edited)
    return _without_copies(told), gone, False


def emptied(
    rows: list[list[Any]], layout: columns.Layout, stamped: Stamped
) -> dict[int, list[str]]:
    """The fields of which a cell was emptied since its row left, by the number of the row."""
    looked = _looked(layout) if stamped else []
    return {
        number: [
            name
            for name, column, cell in _of_fields(rows[number - 1], looked)
            if cell == "" and not column.tick and _edited(stamp, name, column, cell, layout)
        ]
        for number, (stamp, _touched) in stamped.items()
    }


def _edited(
    stamp: Stamp, name: str, column: columns.Column, cell: Any, layout: columns.Layout
) -> bool:
    """Whether a cell of a field was typed over since it left.

    Lists of before a contact had its time bear no mark of its day.
    """
    if stamp.holds(level_form.LEFT_AS.get(name, name), cell) or name not in stamp.taken:
        return False
    if stamp.holds_tick(column.tick or column.label, cell):
        return False
    return name != "next" or "next_at" in layout.fields


def _without_copies(
    told: Stamped,
) -> Stamped:
    """Of the rows with one stamp the untouched ones, else the first.

    A row that was copied and written over is the usual way to add somebody.
    """
    first: dict[tuple[Of, int], int] = {}
    for number in sorted(told, key=lambda number: (bool(told[number][1]), number)):
        first.setdefault(told[number][0][:2], number)
    return {
        number: (stamp, touched)
        for number, (stamp, touched) in told.items()
        if not touched or first[stamp[:2]] == number
    }


def _looked(layout: columns.Layout) -> list[tuple[str, columns.Column]]:
    """The columns in which an edit is looked for, by the fields under which they left."""
    deals = layout.kind is Kind.DEALS
    told = (
        (one.field or (stamps.aside(one.label) if deals else ""), one) for one in layout.columns
    )
    return [(name, column) for name, column in told if name]


def _of_fields(
    row: Sequence[Any], looked: Sequence[tuple[str, columns.Column]]
) -> Iterator[tuple[str, columns.Column, Any]]:
    for name, column in looked:
        yield name, column, row[column.index] if column.index < len(row) else ""


def untouched(
    found: list[list[Any]],
    layout: columns.Layout,
    stamped: Stamped,
) -> list[list[Any]]:
    """The rows with only what was edited in them, and what a row cannot be read without."""
    told = list(found)
    for number, (_stamp, touched) in stamped.items():
        row = list(told[number - 1])
        for column in layout.columns:
            name, place = column.field, column.index
            if not name or place >= len(row) or (name in touched and row[place] != ""):
                continue
            stays = name in _STAYING and row[place] != ""
            if not stays:
                row[place] = _ANYBODY.get(name, "") if layout.kind is not Kind.VISITS else ""
        told[number - 1] = row
    return told
