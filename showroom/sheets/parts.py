"""Several tables on one sheet, beside or below each other: each is read for itself.

Their rows keep the numbers and columns they have in the file; they are called by the sheet and the
row or column where they begin: 名单·E. A form of one person above a list is a table, too, where it
can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from showroom.sheets import columns, contents, turned
from showroom.sheets.read import Sheet, Workbook
from showroom.sheets.synonyms import field_of, label_key
from showroom.sheets.write import letters

LOOK_AT: Final = 1000
"""So many rows are looked through for further headings."""

FEWEST: Final = 3
"""So many columns of a further table are known, its people among them."""


_OF_CUSTOMERS: Final = frozenset(
    "wechat birthday model level channel source trim status price arrived drive".split()
)
"""What is told of customers, and not of a shop or of who keeps its list."""

_OFFICE: Final = re.compile(r"单位|公司|门店|店名|经销商|部门|工号|岗位|制表|填表|dealer|shop")
"""What stands beside the name of who works there."""

_TOLD: Final[dict[str, Any]] = {"errors": 0, "unreckoned": 0, "odd": 0, "cut": 0}
"""What is told of a whole sheet is told of its first table."""


def split(book: Workbook) -> None:
    """Put each further table of a sheet behind the sheets of a workbook; the first one stays."""
    for place, sheet in enumerate(list(book.sheets)):
        if sheet.of or sheet.hidden or sheet.origin:
            continue
        first, *others = [one for part in _below(sheet) for one in _beside(part, part.name)]
        if others:
            book.sheets[place] = first
            book.sheets += [replace(one, of=sheet.name) for one in others]


def _heads(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The rows that head a table of people: where, and their headings as they are compared."""
    for at, row in enumerate(sheet.rows[:LOOK_AT]):
        known = {name for cell in row if (name := _field(cell))}
        if len(known) < 2 or not known & {"name", "phone"} or not columns.kind_of(known):
            continue
        if columns.heads(sheet, at, 1):
            yield at, [label_key(cell) for cell in row]


def _field(cell: Any) -> str:
    found = field_of(cell) if type(cell) is str else None
    return found[0] if found else ""


def _below(sheet: Sheet) -> list[Sheet]:
    """The tables below each other; a heading that only comes again begins none."""
    below = _below_form(sheet)
    starts = [below] if below else []
    former: list[str] = []
    last: tuple[int, list[str]] = -1, []
    for at, labels in _heads(sheet):
        fields = list(map(_field, labels))
        if at < below or last == (at - 1, fields):
            continue  # the same headings in another language
        last = at, fields
        if former and labels != former and len({*fields} - {""}) >= FEWEST:
            starts.append(_with_title(sheet.rows, at))
        former = former if former and labels == former else labels
    starts = list(dict.fromkeys(starts))
    if not starts:
        return [sheet]
    ends = [*starts[1:], len(sheet.rows)]
    found = [_rows(sheet, 0, starts[0], sheet.name)]
    for start, end in zip(starts, ends, strict=True):
        found.append(_rows(sheet, start, end, f"{sheet.name}·{start + 1}"))
    return found


def form(sheet: Sheet, end: int) -> range:
    """The rows, from 0, of a form of one person that stands above row `end`, the first of a list.

    The number of a mobile or two things that are told of customers make one; a title such as
    日期 | 2026-10, or 联系人 beside the number of the shop, makes none.
    """
    told: dict[str, Any] = {}
    lines = []
    for at, row in enumerate(sheet.rows[:end]):
        beside = _pairs(row)
        told = {**beside, **told}
        lines += [at] if beside else []
    of_customer = len(told.keys() & _OF_CUSTOMERS)
    works = any(_OFFICE.match(label_key(cell)) for row in sheet.rows[:end] for cell in row)
    with_phone = contents.is_phone(told.get("phone", "")) and (of_customer or not works)
    person = "name" in told and (with_phone or of_customer > 1)
    return range(lines[0], lines[-1] + 1) if person else range(0)


def _pairs(row: Sequence[Any]) -> dict[str, Any]:
    """What stands to the right of headings in a row, by what they mean."""
    fields = list(map(_field, row))
    return {
        name: value
        for name, value, also in zip(fields, row[1:], fields[1:], strict=False)
        if name and value != "" and not also
    }


def _below_form(sheet: Sheet) -> int:
    """Where the list begins below a form that can be read for itself, or 0."""
    if not form(sheet, columns.LOOK_AT):
        return 0
    layout = columns.layout(sheet)
    if layout is None or layout.fields.keys().isdisjoint({"name", "phone"}):
        return 0
    heads = [list(map(_field, row)) for row in sheet.rows[layout.first : layout.after]]
    if not any(one and two for row in heads for one, two in pairwise(row)):
        return 0  # headings with their values beside them: boxes of a card
    end = _with_title(sheet.rows, layout.first)
    block = _rows(sheet, 0, end, sheet.name)
    told = {name for row in block.rows for name in _pairs(row)}
    is_read = told & _OF_CUSTOMERS and form(block, end) and turned.as_list(block).origin
    return end if is_read else 0


def _with_title(rows: Sequence[Sequence[Any]], at: int) -> int:
    """Where a table begins: at the lines of words above its headings."""
    while at > 1:
        filled = [cell for cell in rows[at - 1] if cell != ""]
        if len(filled) != 1 or type(filled[0]) is not str or contents.is_total(filled[0]):
            break
        at -= 1
    return at


def _rows(sheet: Sheet, start: int, end: int, name: str) -> Sheet:
    empty: list[list[Any]] = [[] for _row in range(start)]
    return replace(
        sheet,
        name=name,
        rows=empty + sheet.rows[start:end],
        source=[b"[]"] * start + sheet.source[start:end],
        merged=[area for area in sheet.merged if start <= area[0] and area[2] < end],
        hidden_rows=[number for number in sheet.hidden_rows if start < number <= end],
        skip=start,
        **(_TOLD if start else {}),
    )


def _beside(sheet: Sheet, name: str) -> list[Sheet]:
    """The tables beside each other: the same headings once more. `name` is that of the first."""
    head = next(iter(_heads(sheet)), None)
    at = _again(head[1]) if head is not None else 0
    if not at:
        return [sheet]
    left = _columns(sheet, 0, at, sheet.name)
    right = _columns(sheet, at, max(map(len, sheet.rows)), f"{name}·{letters(at + 1)}")
    return [left, *_beside(right, name)]


def _again(labels: list[str]) -> int:
    """Where the headings of a table come again, or 0."""
    first = next((place for place, label in enumerate(labels) if label), 0)
    for at in range(first + 2, len(labels)):
        if labels[at] != labels[first]:
            continue
        block = labels[first:at]
        while block and not block[-1]:
            block.pop()
        fields = set(map(_field, block)) - {""}
        if labels[at : at + len(block)] == block and columns.kind_of(fields) and "name" in fields:
            return at
    return 0


def _columns(sheet: Sheet, start: int, end: int, name: str) -> Sheet:
    def cut(row: Sequence[Any]) -> list[Any]:
        return [""] * min(start, len(row)) + list(row[start:end])

    return replace(
        sheet,
        name=name,
        rows=[cut(row) for row in sheet.rows],
        merged=[area for area in sheet.merged if start <= area[1] and area[3] < end],
        hidden_columns=[
            [max(start + 1, first), min(end, last)]
            for first, last in sheet.hidden_columns
            if start < last and first <= end
        ],
        **(_TOLD | {"hidden_rows": []} if start else {}),
    )
