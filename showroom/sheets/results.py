"""The same workbook saved back with what became of each row: a column, a reason, colours.

An .xlsx keeps everything else it holds: other sheets, widths, formulas, pictures as far as the
library knows them; an .xlsm its macros, too. Of a very large one and of any other file an .xlsx is
made with the rows as they were read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from sqlalchemy.orm import Session

from showroom.errors import ShowroomError
from showroom.guard import exports
from showroom.i18n import _
from showroom.progress import Progress
from showroom.sheets import grid
from showroom.sheets.cells import fit, is_active
from showroom.sheets.columns import Nothing
from showroom.sheets.outcomes import OUTCOMES, Outcome, Row, SheetPlan
from showroom.sheets.plan import Plan
from showroom.sheets.read import Sheet, Workbook
from showroom.sheets.saving import saving

_UNREADABLE: Final = (
    *(OSError, BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError),
    SyntaxError,
)
MACROS: Final = ".xlsm"
KEPT: Final = frozenset({".xlsx", MACROS})
CELLS: Final = 200_000
LARGEST: Final = 10_000_000
UNPACKED: Final = 10 * LARGEST
"""Beyond these a workbook is not opened again but made from its rows: cells, bytes, unpacked."""

FILLS: Final = {
    Outcome.NEW: "FFE3F4EA",
    Outcome.FILLED: "FFE3EEF9",
    Outcome.CHANGED: "FFFFF1D6",
    Outcome.DUPLICATE: "FFFFF1D6",
    Outcome.REFUSED: "FFFBE3E0",
    Outcome.SAME: "FFF0F2F5",
    Outcome.IGNORED: "FFF0F2F5",
}
CELL_FILLS: Final = {
    grid.Mark.FILL: "FFE3EEF9",
    grid.Mark.REPLACE: "FFFFF1D6",
    grid.Mark.REPAIRED: "FFE3F4EA",
    grid.Mark.MENDED: "FFE3F4EA",
    grid.Mark.DOUBT: "FFFFF1D6",
    grid.Mark.WRONG: "FFFBE3E0",
}


def save_all(session: Session, plan: Plan, path: Path, progress: Progress | None = None) -> int:
    """Write every file of a plan with its results into the folder `path`; returns how many rows."""
    exports.allow(session, len(plan.rows), contacts=True)
    count = 0
    for number, book in enumerate(plan.books):
        made = _as_it_was(book, macros=book.path.suffix.lower() == MACROS)
        ending = MACROS if made is not None and made.vba_archive else ".xlsx"
        name = Path(_("{name} with results.xlsx").format(name=book.path.stem)).with_suffix(ending)
        count += _save(plan, number, made, path / name, progress or Progress())
    return count


def save(session: Session, plan: Plan, path: Path, progress: Progress | None = None) -> int:
    """Write the first file of a plan with its results; returns how many rows it marked.

    Raises `ShowroomError` when it cannot be saved, and `exports.Refused` for who may not take so
    many rows out. `path` is one that `target` gave.
    """
    exports.allow(session, len(plan.of_book(0)), contacts=True)
    macros = path.suffix.lower() == MACROS
    made = _as_it_was(plan.book, macros=macros)
    if made is None and macros:
        raise ShowroomError(
            _("{name} cannot be opened again with its macros. Save it as .xlsx.").format(
                name=plan.book.name
            )
        )
    return _save(plan, 0, made, path, progress or Progress())


def target(plan: Plan, path: Path) -> Path:
    """Where the first file of a plan is saved for who chose `path`.

    A workbook that is no longer itself has no macros: Excel would not open it as an .xlsm. Raises
    `ShowroomError` where a file stands there that nobody was asked about.
    """
    if path.suffix.lower() == ".xlsx" or (
        path.suffix.lower() == MACROS and keeps_macros(plan.book)
    ):
        return path
    found = path.with_suffix(".xlsx")
    if found.exists():
        raise ShowroomError(
            _("{name} can only be saved as .xlsx, and {other} is there already.").format(
                name=path.name, other=found.name
            )
        )
    return found


def keeps_macros(book: Workbook) -> bool:
    """Whether a workbook can be saved back with its macros."""
    return book.path.suffix.lower() == MACROS and _is_small(book) and _is_same(book)


def _save(plan: Plan, number: int, own: Any, path: Path, progress: Progress) -> int:
    """Write a file with its results: the workbook that is its `own`, else one made of its rows."""
    book = plan.books[number]
    rows = plan.of_book(number)
    made = own if own is not None else _from_rows(book)
    count = 0
    for at, sheet in enumerate(plan.sheets):
        if (
            sheet.book != number
            or sheet.kind is None
            or _page_of(book.sheets[sheet.place]) not in made.sheetnames
        ):
            continue
        page = made[_page_of(book.sheets[sheet.place])]
        own_rows = [row for row in rows if row.sheet == at]
        count += _mark(plan, page, own_rows, sheet, progress)
    with saving(path) as file:
        made.save(file)
    if made.vba_archive:
        made.vba_archive.close()
    made.close()
    return count


def _page_of(sheet: Sheet) -> str:
    """The name of a sheet in the file; of one of several tables that of all."""
    return sheet.of or sheet.name


def _is_small(book: Workbook) -> bool:
    """Whether a workbook may be opened whole in this process: it came from a stranger."""
    import zipfile

    if (
        book.path.suffix.lower() not in KEPT
        or sum(len(row) for sheet in book.sheets for row in sheet.rows) > CELLS
    ):
        return False
    try:
        if book.path.stat().st_size > LARGEST:
            return False
        with zipfile.ZipFile(book.path) as packed:
            return sum(part.file_size for part in packed.infolist()) <= UNPACKED
    except _UNREADABLE:
        return False


def _is_same(book: Workbook) -> bool:
    """Whether the file is still the one that was read."""
    import hashlib

    try:
        with book.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == book.sha256
    except OSError:
        return False


def _as_it_was(book: Workbook, *, macros: bool) -> Any:
    """The workbook itself, with its macros or without; nothing where it cannot be opened so."""
    import openpyxl

    if not _is_small(book) or not _is_same(book):
        return None
    try:
        return openpyxl.load_workbook(book.path, keep_vba=macros)
    except _UNREADABLE:  # another reader took it: its rows will do
        return None


def _from_rows(book: Workbook) -> Any:
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet in book.sheets:
        if sheet.of:
            continue
        page = made.create_sheet(sheet.name or _("Sheet"))
        sheet.name = page.title
        of_file = sheet.origin.sheet if sheet.origin else sheet
        for number, row in enumerate(of_file.rows, 1):
            for place, value in enumerate(row, 1):
                if value != "":
                    _write(page.cell(number, place), value)
    return made


def _write(cell: Any, value: Any) -> None:
    """A value as it was read; a text stays a text, whatever a spreadsheet would make of it."""
    if isinstance(value, str):
        cell.value = fit(str(value))
        cell.data_type = "s"
        if is_active(str(value)):
            cell.quotePrefix = True
    else:
        cell.value = value


def _mark(plan: Plan, page: Any, rows: list[Row], sheet: SheetPlan, progress: Progress) -> int:
    """Colours and what became of a row, and why: two more columns at the right, or two lines below
    a sheet that is read column by column, or a card."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    fills = {colour: PatternFill("solid", fgColor=colour) for colour in {*FILLS.values()}}
    fills |= {colour: PatternFill("solid", fgColor=colour) for colour in {*CELL_FILLS.values()}}
    origin, after = sheet.origin, sheet.after
    place = (page.max_row if origin else page.max_column) + 1

    def beside(number: int, at: int) -> Any:
        return page.cell(place + at, number) if origin else page.cell(number, place + at)

    for at, (title, width) in enumerate(((_("Result"), 14), (_("Why"), 46))):
        head = beside(max(after, 1), at)
        head.value, head.font = title, Font(bold=True)
        if origin is None:
            page.column_dimensions[get_column_letter(place + at)].width = width
    count = 0
    for number, row in enumerate(rows):
        if number % 200 == 0:
            progress.step(number, len(rows))
        if row.number <= after or row.nothing not in (None, Nothing.GONE):
            continue
        count += 1
        told = beside(row.number, 0)
        _write(told, _(OUTCOMES[row.outcome]))
        told.fill = fills[FILLS[row.outcome]]
        why = beside(row.number, 1)
        _write(why, _why(row))
        if origin is not None:
            why.alignment = Alignment(wrap_text=True, vertical="top")
        for column in sheet.columns:
            mark = grid.cell(plan, row, column).mark if column.field else None
            if mark in CELL_FILLS:
                there = row.number, column.index + 1
                there = origin.cell(row.number, column.index) if origin else there
                page.cell(*there).fill = fills[CELL_FILLS[mark]]
    return count


def _why(row: Row) -> str:
    parts = [row.column if row.outcome is Outcome.REFUSED else "", row.reason]
    return ": ".join(part for part in parts if part)
