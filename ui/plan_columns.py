"""The columns of a plan's rows and of what came in before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from showroom import dates
from showroom.i18n import N_, _, everywhere, headed
from showroom.sheets import grid, headings, plan, stamps
from showroom.sheets.columns import LOOK_AT
from showroom.sheets.columns import Column as FileColumn
from showroom.sheets.grid import GridCell, Mark
from showroom.sheets.plan import Outcome
from showroom.sheets.plan import Plan as PlanOf
from showroom.sheets.synonyms import TITLES
from showroom.sheets.values import plain
from showroom.sheets.write import letters
from showroom.text import clean
from ui import style
from ui.tables import Column

TONES: Final = {
    Outcome.NEW: "good",
    Outcome.FILLED: "accent",
    Outcome.CHANGED: "soon",
    Outcome.SAME: "muted",
    Outcome.DUPLICATE: "soon",
    Outcome.REFUSED: "late",
    Outcome.IGNORED: "muted",
}
CELLS: Final = {
    Mark.FILL: "accent",
    Mark.REPLACE: "soon",
    Mark.KEPT: "muted",
    Mark.REPAIRED: "good",
    Mark.MENDED: "good",
    Mark.DOUBT: "soon",
    Mark.WRONG: "late",
}
WIDTHS: Final = {
    **{"name": 96, "phone": 128, "phone2": 128, "note": 120, "vin": 130, "channel": 96},
    **dict.fromkeys(("date", "birthday", "ordered", "delivered"), 100),
}
FIXED: Final = 2
ASIDE: Final = "? "
OFFERED: Final = {**TITLES, "date": N_("Date of the visit")}


class PlanRow(NamedTuple):
    """One row of the file in the grid; `id` is its place in the plan, from 1, `line` the file's."""

    id: int
    sheet: str
    line: str
    row: plan.Row
    cells: dict[str, GridCell]


def shown_as(column: FileColumn) -> str:
    """Under what the grid shows a column of a file: its field, or "? " and its heading."""
    return column.field or f"{ASIDE}{heading(column)}"


def aside(shown: Sequence[str]) -> list[str]:
    """Of the columns in the grid those that are not taken and hold something to take."""
    counting = {name.casefold() for name in everywhere(stamps.HEADING)} | _NUMBERS
    others = [name.removeprefix(ASIDE) for name in shown if name.startswith(ASIDE)]
    return [f"{ASIDE}{name}" for name in others if name.strip(" .").casefold() not in counting]


_NUMBERS: Final = frozenset("序号 序列 行号 no #".split())


def heading(column: FileColumn) -> str:
    """What stands above a column; where nothing does, its letter."""
    return column.label or letters(column.index + 1)


def plan_rows(made: PlanOf, ids: Sequence[int]) -> list[PlanRow]:
    """The rows of these places, with what becomes of their cells."""
    known = sum(1 for sheet in made.sheets if sheet.kind)
    several = known > 1
    found = []
    for id in ids:
        row = made.rows[id - 1]
        sheet = made.sheets[row.sheet]
        cells: dict[str, GridCell] = {}
        for column in sheet.columns:
            name = shown_as(column)
            if not (name in cells and cells[name].text):
                cells[name] = grid.cell(made, row, column)
        if sheet.kind is None and (not sheet.columns or known):
            told = [str(cell) for cell in row.cells if cell not in ("", None)]
            cells = {"name": GridCell(" · ".join(told[:4]))}
        found.append(PlanRow(id, sheet.name if several else "", sheet.line(row), row, cells))
    return found


def file_column(made: PlanOf, row: plan.Row, name: str) -> FileColumn | None:
    """The column of a row's sheet that is shown so; of several the one that says something."""
    found = [column for column in made.sheets[row.sheet].columns if shown_as(column) == name]
    filled = [c for c in found if c.index < len(row.cells) and row.cells[c.index] != ""]
    return next(iter(filled or found), None)


def offered(of: Sequence[FileColumn], index: int) -> list[tuple[str, str]]:
    """What a column may be taken for, in words."""
    names = headings.offered(of, index)
    return [
        ("", _("Not taken")),
        *((name, _(said)) for name, said in OFFERED.items() if name in names),
    ]


def samples(made: PlanOf, at: int, column: FileColumn, most: int) -> list[str]:
    """What stands in a column of a sheet, each value once; the marks of rows say nothing."""
    sheet = made.sheets[at]
    rows = made.books[sheet.book].sheets[sheet.place].rows[sheet.after : sheet.after + LOOK_AT]
    found: dict[str, None] = {}
    for row in rows:
        if len(found) == most:
            break
        cell = row[column.index] if column.index < len(row) else ""
        if cell != "" and not stamps.read(cell):
            found[clean(plain(cell))] = None
    return list(found)


def fields(made: PlanOf) -> list[str]:
    """What the grid shows of the files: name and phone, the fields with something to look at, the
    rest, then the columns that are not taken, but for those that were put aside by hand.

    While no list is known in them: all columns as they stand there.
    """
    there: dict[str, None] = {}
    known = any(sheet.kind for sheet in made.sheets)
    for at, sheet in enumerate(made.sheets):
        for column in sheet.columns if sheet.kind or not known else ():
            aside = sheet.decided.fields.get(column.index) == ""
            if column.field or (not aside and samples(made, at, column, 1)):
                there[shown_as(column)] = None
    if not known:
        return list(there)
    telling: set[str] = set()
    heads = [
        [(headed(column.label, ""), column.field) for column in sheet.columns if column.label]
        for sheet in made.sheets
    ]
    for row in made.rows:
        if row.changes:
            telling.update(name.removesuffix("_id") for name in row.changes)
        if row.outcome is Outcome.REFUSED and row.field:
            telling.add(row.field)
        for said in (row.facts or {}).get("doubts", ()):
            telling.update(field for head, field in heads[row.sheet] if said.startswith(head))
    order = [name for name in TITLES if name in there]
    first = [name for name in ("name", "phone") if name in there]
    rest = sorted(
        (name for name in order if name not in first), key=lambda name: name not in telling
    )
    return first + rest + [name for name in there if name not in TITLES]


def columns(made: PlanOf, shown: Sequence[str]) -> list[Column]:
    """The columns of the grid for these files, with these fields."""
    there = [_(plan.OUTCOMES[outcome]) for outcome, count in made.counts.items() if count]
    return [
        Column(
            N_("Row"),
            lambda row: f"{row.sheet} {row.line}".strip(),
            align="right",
            width=52 if sum(1 for sheet in made.sheets if sheet.kind) < 2 else 96,
            tone="muted",
        ),
        Column(
            N_("Becomes"),
            lambda row: _(plan.OUTCOMES[row.row.outcome]),
            tag=lambda row: TONES[row.row.outcome],
            width=max(88, *(style.tag_width(word) + 20 for word in there)),
        ),
        *(_field_column(name) for name in shown),
        Column(
            N_("Why"),
            _why,
            tone=lambda row: "late" if row.row.outcome is Outcome.REFUSED else "muted",
            tip=_why,
            width=150,
            stretch=True,
        ),
    ]


def _field_column(name: str) -> Column:
    def cell(row: PlanRow) -> GridCell:
        return row.cells.get(name) or GridCell("")

    def said(row: PlanRow) -> str:
        found = cell(row)
        text = clean(found.text).replace("\n", " ")
        return f"{grid.SIGNS[found.mark]} {text}".strip() if found.mark else text

    def typable(row: PlanRow) -> str | None:
        if row.row.nothing is not None or name not in row.cells or name not in TITLES:
            return None
        found = cell(row)
        return found.before if found.mark is Mark.REPAIRED else found.text

    return Column(
        TITLES.get(name, name),
        said,
        width=WIDTHS.get(name, 82),
        tone=lambda row: (
            "muted"
            if name not in TITLES
            else CELLS[mark]
            if (mark := cell(row).mark)
            else _quiet(row)
        ),
        ground=lambda row: CELLS[mark] if (mark := cell(row).mark) else "",
        tip=lambda row: found.said if (found := cell(row)).mark else "",
        edit=typable,
    )


def _quiet(row: PlanRow) -> str:
    return "" if row.row.nothing is None else "muted"


def _why(row: PlanRow) -> str:
    reason = row.row.reason
    if row.row.likely:
        best = row.row.likely[0]
        maybe = _("Maybe {name}: {score} points").format(name=best.name, score=best.score)
        return " · ".join(filter(None, (maybe, reason)))
    if row.row.outcome is Outcome.REFUSED and row.row.column:
        return headed(row.row.column, reason)
    return reason


def _past(name: str) -> Callable[..., str]:
    return lambda row: str(getattr(row, name))


HISTORY = (
    Column(N_("File"), lambda row: row.file_name, width=220, stretch=True),
    Column(N_("When"), lambda row: f"{dates.local(row.at):%Y-%m-%d %H:%M}", width=130),
    Column(N_("By"), lambda row: row.staff, width=80, tone="muted"),
    Column(N_("New"), _past("new"), align="right", width=64),
    Column(N_("Overwrites"), _past("changed"), align="right", width=64, tone="muted"),
    Column(N_("Known"), _past("known"), align="right", width=64, tone="muted"),
    Column(
        N_("Not taken"),
        _past("refused"),
        align="right",
        width=72,
        tone=lambda row: "late" if row.refused else "muted",
    ),
    Column(
        N_("State"),
        lambda row: _("Taken back") if row.undone else "",
        tag=lambda row: "muted" if row.undone else "",
        width=90,
    ),
)
