"""A sheet with its headings down the side, a customer or a visit in each column: its columns are
read as rows.

Dealers keep the card of one customer so, and tables in which several are compared (DOMAIN §1.5).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from showroom.i18n import _
from showroom.sheets import card_form, columns, contents, stamps
from showroom.sheets.columns import Layout
from showroom.sheets.contents import Column
from showroom.sheets.read import Origin, Sheet
from showroom.sheets.synonyms import TITLES, field_of
from showroom.text import narrow

LONGEST: Final = 200
"""Nobody keeps so many headings below each other."""

FEWEST: Final = 3
"""So many of them are known; a name and a phone are enough."""

DEEPEST: Final = 3
"""Left of the headings stand a number and the heading of a group at most."""

MOST: Final = 0.6


def as_list(sheet: Sheet) -> Sheet:
    """A sheet whose columns are rows, or that is a card, as a list; any other as it is."""
    if sheet.origin is not None:
        return sheet
    made = as_rows(sheet, fewest=2) or card_form.as_table(sheet)
    return made if made.origin else as_rows(sheet, fewest=1) or sheet


def as_rows(sheet: Sheet, *, fewest: int) -> Sheet | None:
    """Such a sheet with its columns as rows; nothing for any other.

    It has `fewest` columns of values or more, makes no sense row by row, and in most of its columns
    somebody stands.
    """
    if sheet.origin or sheet.of or not 2 <= len(sheet.rows) <= LONGEST:
        return None
    place = _side(sheet.rows)
    if place < 0 or stamps.column(sheet.rows) is not None or _makes_sense(columns.layout(sheet)):
        return None
    width = max(map(len, sheet.rows))
    rows = [[row[at] if at < len(row) else "" for row in sheet.rows] for at in range(width)]
    filled = [row for row in rows[place + 1 :] if any(cell != "" for cell in row)]
    if len(filled) < fewest:
        return None
    _name_people(rows[place], filled)
    people = [
        at for at, cell in enumerate(rows[place]) if _field(cell) in ("name", "phone", "phone2")
    ]
    told = sum(1 for row in filled if any(_is_somebody(row[at]) for at in people))
    made = replace(
        sheet,
        rows=rows,
        source=[json.dumps(row, ensure_ascii=False).encode() for row in rows],
        merged=[(left, top, right, bottom) for top, left, bottom, right in sheet.merged],
        hidden_rows=[],
        hidden_columns=[],
        origin=Origin(sheet),
    )
    layout = columns.layout(made)
    sensible = layout is not None and layout.kind is not None and layout.after == place + 1
    return made if sensible and told >= MOST * len(filled) else None


def title(sheet: Sheet) -> str:
    """The words above and below the table of a sheet that was turned: lines of one cell."""
    assert sheet.origin is not None
    lines = [[cell for cell in row if cell != ""] for row in sheet.origin.sheet.rows]
    alone = [line[0] for line in lines if len(line) == 1 and type(line[0]) is str]
    return " ".join(narrow(cell) for cell in alone if not field_of(cell))


def _side(rows: Sequence[Sequence[Any]]) -> int:
    """The column of headings; -1 where none has enough that are known."""
    known = [
        {name for row in rows if place < len(row) and (name := _field(row[place]))}
        for place in range(DEEPEST)
    ]
    best = max(range(DEEPEST), key=lambda place: (len(known[place]), -place))
    enough = len(known[best]) >= FEWEST or {"name", "phone"} <= known[best]
    return best if enough else -1


def _makes_sense(layout: Layout | None) -> bool:
    """Whether a sheet is a list row by row: not where a row is taken for headings for one word."""
    return layout is not None and sum(1 for one in layout.columns if _field(one.label)) != 1


def _name_people(heads: list[Any], filled: Sequence[Sequence[Any]]) -> None:
    """Names across the top stand under no heading, or under one of the headings: 项目."""
    if any(_field(cell) == "name" for cell in heads):
        return
    for at, cell in enumerate(heads):
        column = Column(at, "")
        contents.name_columns([column], filled, fewest=1)
        if column.field == "name" and not _field(cell):
            heads[at] = _(TITLES["name"])
            return


def _is_somebody(cell: Any) -> bool:
    """Whether a name or a mobile number stands there."""
    column = Column(0, "")
    contents.name_columns([column], [[cell]], fewest=1)
    return cell != "" and column.field in ("name", "phone")


def _field(cell: Any) -> str:
    found = field_of(cell) if type(cell) is str else None
    return found[0] if found else ""
