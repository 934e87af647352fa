"""The columns of a plan's rows and of what came in before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from showroom import dates
from showroom.i18n import N_, _
from showroom.sheets import grid, plan
from showroom.sheets.columns import Column as FileColumn
from showroom.sheets.grid import GridCell, Mark
from showroom.sheets.plan import Outcome
from showroom.sheets.plan import Plan as PlanOf
from showroom.text import clean
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
TITLES: Final = {
    "name": N_("Name"),
    "phone": N_("Phone"),
    "date": N_("Date"),
    "arrived": N_("Arrived at"),
    "left": N_("Left at"),
    "span": N_("From – to"),
    "stay": N_("Length of stay"),
    "people": N_("People"),
    "first": N_("First visit?"),
    "again": N_("First or again"),
    "kind": N_("Walk-in or call"),
    "consultant": N_("Consultant"),
    "model": N_("Model"),
    "level": N_("Level"),
    "channel": N_("Channel"),
    "drive": N_("Test drive"),
    "drive_model": N_("Model driven"),
    "drive_start": N_("Drive began"),
    "drive_end": N_("Drive ended"),
    "purpose": N_("Purpose of visit"),
    "phone2": N_("Other phone"),
    "sex": N_("Honorific"),
    "position": N_("Position"),
    "wechat": N_("WeChat"),
    "birthday": N_("Birthday"),
    "address": N_("Address"),
    "postcode": N_("Postcode"),
    "status": N_("Status"),
    "price": N_("Price"),
    "deposit": N_("Deposit"),
    "ordered": N_("Ordered on"),
    "delivered": N_("Delivered on"),
    "colour": N_("Colour"),
    "vin": N_("VIN"),
    "payment": N_("Payment"),
    "do_not_contact": N_("Do not contact"),
    "note": N_("Note"),
}
"""What the fields are called, in the order in which the grid shows them."""

WIDTHS: Final = {
    **{"name": 96, "phone": 128, "phone2": 128, "note": 120, "vin": 130, "channel": 96},
    **dict.fromkeys(("date", "birthday", "ordered", "delivered"), 100),
}
FIXED: Final = 2


class PlanRow(NamedTuple):
    """One row of the file in the grid; `id` is its place in the plan, from 1."""

    id: int
    sheet: str
    row: plan.Row
    cells: dict[str, GridCell]


def plan_rows(made: PlanOf, ids: Sequence[int]) -> list[PlanRow]:
    """The rows of these places, with what becomes of their cells."""
    several = sum(1 for sheet in made.sheets if sheet.kind) > 1
    found = []
    for id in ids:
        row = made.rows[id - 1]
        sheet = made.sheets[row.sheet]
        cells: dict[str, GridCell] = {}
        for column in sheet.columns:
            if column.field and not (column.field in cells and cells[column.field].text):
                cells[column.field] = grid.cell(made, row, column)
        if sheet.kind is None or (row.nothing is not None and not cells):
            told = [str(cell) for cell in row.cells if cell not in ("", None)]
            cells = {"name": GridCell(" · ".join(told[:4]))}
        found.append(PlanRow(id, sheet.name if several else "", row, cells))
    return found


def file_column(made: PlanOf, row: plan.Row, field: str) -> FileColumn | None:
    """The column of a row's sheet that tells a field; of several the one that says something."""
    found = [column for column in made.sheets[row.sheet].columns if column.field == field]
    filled = [c for c in found if c.index < len(row.cells) and row.cells[c.index] != ""]
    return next(iter(filled or found), None)


def fields(made: PlanOf) -> list[str]:
    """The fields the files tell: name and phone, those with something to look at, the rest."""
    there = {column.field for sheet in made.sheets for column in sheet.columns if column.field}
    telling: set[str] = set()
    labels: set[tuple[int, str]] = set()
    for row in made.rows:
        if row.changes:
            telling.update(name.removesuffix("_id") for name in row.changes)
        if row.outcome is Outcome.REFUSED and row.field:
            telling.add(row.field)
        for said in (row.facts or {}).get("doubts", ()):
            labels.add((row.sheet, said.partition(": ")[0]))
    for at, label in labels:
        columns_of = made.sheets[at].columns
        telling.update(column.field for column in columns_of if column.label == label)
    order = [name for name in TITLES if name in there]
    first = [name for name in ("name", "phone") if name in there]
    return first + sorted(
        (name for name in order if name not in first), key=lambda name: name not in telling
    )


def columns(made: PlanOf, shown: Sequence[str]) -> list[Column]:
    """The columns of the grid for these files, with these fields."""
    return [
        Column(
            N_("Row"),
            lambda row: f"{row.sheet} {row.row.number}".strip(),
            align="right",
            width=52 if sum(1 for sheet in made.sheets if sheet.kind) < 2 else 96,
            tone="muted",
        ),
        Column(
            N_("Becomes"),
            lambda row: _(plan.OUTCOMES[row.row.outcome]),
            tag=lambda row: TONES[row.row.outcome],
            width=88,
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
        if row.row.nothing is not None or name not in row.cells:
            return None
        found = cell(row)
        return found.before if found.mark is Mark.REPAIRED else found.text

    return Column(
        TITLES[name],
        said,
        width=WIDTHS.get(name, 82),
        tone=lambda row: CELLS[mark] if (mark := cell(row).mark) else _quiet(row),
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
        return f"{row.row.column}: {reason}"
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
