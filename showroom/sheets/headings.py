"""Where the headings of a sheet stand: found, said by hand, or as in the last sheet like it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from showroom.i18n import everywhere
from showroom.sheets import columns, contents, stamps
from showroom.sheets.columns import LOOK_AT, Column, Kind, Layout
from showroom.sheets.layouts import Choices, Known, fingerprint
from showroom.sheets.read import Sheet
from showroom.sheets.rows import USED
from showroom.sheets.synonyms import FIELDS
from showroom.sheets.write import letters

KIND_OF: Final = {
    stamps.Of.CUSTOMER: Kind.CUSTOMERS,
    stamps.Of.VISIT: Kind.VISITS,
    stamps.Of.DEAL: Kind.DEALS,
}
NONE: Final = 0
"""So many rows headings take in a list that begins with its first row."""


class Found(NamedTuple):
    """How a sheet may be read, the layout it is known by, and how many rows its headings take
    where nobody but somebody at the desk could tell (else nothing)."""

    layout: Layout
    known: Known | None
    lines: int | None


def find(sheet: Sheet, known: Mapping[str, Known], told: tuple[int, int] | None) -> Found | None:
    """Find the headings of a sheet: where they were `told` to stand (first row from 0, how many),
    where they stood in a sheet like it, where they are plain to see, else the best guess.

    Nothing where the sheet holds no table at all: no row with two cells.
    """
    if told is not None:
        return _known_by(_there(sheet, *told), known, told[1])
    ours = _of_ours(sheet)
    if ours is not None:
        made = _there(sheet, *ours)
        made.kind = KIND_OF[next(stamp.of for row in sheet.rows for stamp in _stamps(row))]
        return _known_by(made, known, None)
    by_hand = [one for one in known.values() if one.choices.lines is not None]
    for one in by_hand:
        layout = _as_before(sheet, one)
        if layout is not None:
            return Found(layout, one, one.choices.lines)
    layout = columns.layout(sheet)
    if layout is not None:
        _widen(sheet, layout)
        return _known_by(layout, known, None)
    guess = _guess(sheet)
    return _known_by(_there(sheet, *guess), known, guess[1]) if guess is not None else None


def lines_at(sheet: Sheet, first: int) -> int:
    """How many rows the headings take that begin in a row, counted from 0: one or two."""
    return 2 if columns.in_two_rows(sheet, first) else 1


def offered(of: Sequence[Column], index: int) -> frozenset[str]:
    """The fields that a column may be taken for: those the list it then makes has a use for."""
    others = {column.field for column in of if column.field and column.index != index}
    found = set()
    for name in FIELDS:
        kind = columns.kind_of(others | {name})
        if kind is None or name in USED[kind] or (name == "date" and kind is Kind.CUSTOMERS):
            found.add(name)  # a day makes visits of people
    return frozenset(found)


def labels(of: Iterable[Column], choices: Choices) -> list[str]:
    """The headings by which such a sheet is known again.

    Without headings the letters of its columns and what they were taken for.
    """
    if choices.lines != NONE:
        return [column.label for column in of]
    return [f"{letters(column.index + 1)} {column.field}".strip() for column in of]


def _of_ours(sheet: Sheet) -> tuple[int, int] | None:
    """Where the headings stand of a form that left this desk, by those of its marks."""
    rows = sheet.rows[:LOOK_AT]
    place = stamps.column(rows)
    if place is None:
        return None
    names = everywhere(stamps.HEADING)
    first = next(
        (at for at, row in enumerate(rows) if place < len(row) and row[place] in names), -1
    )
    if first < 0:
        return None
    high = any(area[:2] == (first, place) and area[2] > first for area in sheet.merged)
    return first, 2 if high else 1


def _stamps(row: Sequence[Any]) -> list[stamps.Stamp]:
    return [stamp for cell in row if (stamp := stamps.read(cell))]


def _known_by(layout: Layout, known: Mapping[str, Known], lines: int | None) -> Found:
    mark = fingerprint([column.label for column in layout.columns])
    return Found(layout, None if lines == NONE else known.get(mark), lines)


def _as_before(sheet: Sheet, known: Known) -> Layout | None:
    """A sheet read as one whose headings were shown by hand; nothing where it is another."""
    lines = known.choices.lines or NONE
    if lines == NONE:
        layout = _there(sheet, 0, NONE)
        same = len(layout.columns) == len(known.labels)
        return layout if same and _fits(sheet, known.choices) else None
    mark = fingerprint(known.labels)
    for first in range(min(LOOK_AT, len(sheet.rows))):
        heads = columns.heads(sheet, first, lines, sure=True)
        if fingerprint([column.label for column in heads]) == mark:
            return _there(sheet, first, lines)
    return None


def _fits(sheet: Sheet, choices: Choices) -> bool:
    """Whether the columns hold what they were taken for, as far as that can be seen."""
    for index, name in choices.fields.items():
        cells = [row[index] for row in sheet.rows[:LOOK_AT] if index < len(row)]
        if name and not contents.fits(name, [cell for cell in cells if cell != ""]):
            return False
    return True


def _there(sheet: Sheet, first: int, lines: int) -> Layout:
    """The layout of a sheet whose headings stand in these rows, be they what they may."""
    after = first + lines if lines else 0
    of = columns.heads(sheet, first, lines, sure=True) if lines else []
    layout = columns.made_of(sheet, first if lines else 0, after, of)
    _widen(sheet, layout)
    if not lines:
        for column in layout.columns:
            column.label = letters(column.index + 1)
        contents.name_columns(layout.columns, sheet.rows, fewest=1)
        layout.fields = columns.by_field(layout.columns)
        layout.kind = columns.kind_of(layout.fields.keys())
    return layout


def _widen(sheet: Sheet, layout: Layout) -> None:
    """Cells that stand where no heading does have their column, too."""
    rows = sheet.rows[layout.first : layout.after + LOOK_AT]
    width = max((len(row) for row in rows), default=0)
    layout.columns += [Column(place, "") for place in range(len(layout.columns), width)]


def _guess(sheet: Sheet) -> tuple[int, int] | None:
    """Where headings may stand that say nothing we know: the widest row of words."""
    widths = [sum(1 for cell in row if cell != "") for row in sheet.rows[:LOOK_AT]]
    words = [
        first
        for first, width in enumerate(widths)
        if width > 1 and columns.heads(sheet, first, 1) and first + 1 < len(sheet.rows)
    ]
    if words:
        first = max(words, key=lambda first: (widths[first], -first))
        return first, lines_at(sheet, first)
    return (0, NONE) if any(width > 1 for width in widths) else None
