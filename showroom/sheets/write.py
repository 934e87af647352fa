"""The one gate out: a table described once leaves as a workbook or as a text file.

A `Sheet` says what stands where; this module sees to what every list that leaves must keep:
real types, no live text, no contact of a person who asked not to be contacted, and a file that
is whole or not there (DESIGN §4.5, §4.10).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from showroom.errors import ShowroomError
from showroom.guard import exports
from showroom.i18n import _
from showroom.progress import Progress
from showroom.sheets.cells import Formula, Kind, fit, harmless
from showroom.sheets.looks import Role
from showroom.sheets.saving import saving

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

__all__ = [
    "Blank",
    "Cell",
    "Chart",
    "Column",
    "Formula",
    "Kind",
    "Line",
    "Role",
    "Sheet",
    "allow",
    "save",
    "save_table",
    "saving",
]


TICK = "√"


@dataclass(frozen=True)
class Cell:
    """A value with a look of its own; `span` columns wide, 0 for the rest of the table."""

    value: Any = None
    role: Role = Role.BODY
    kind: Kind = Kind.TEXT
    span: int = 1


@dataclass(frozen=True)
class Line:
    """A row above or below a table; `height` in points when it is not the usual one."""

    cells: Sequence[Cell] = ()
    height: float | None = None


@dataclass(frozen=True)
class Blank:
    """A row of a form that is left free for the pen; its number may be printed already."""

    no: int | None = None


@dataclass(frozen=True)
class Column:
    """One column: its code, its title, and how a row gives its value.

    `value` defaults to the attribute called `code`; `ratio` names two other columns and makes a
    formula instead. `group` is the title of a two-row head; `total` adds up at the foot; a `tick`
    column shows `TICK` for what is true and counts at the foot. `contact` is left out for whoever
    must not be contacted. Widths are in digits; a `hidden` column is there but out of sight.
    `live(row, number)` is the formula that comes to the value in the row of that number, "" where
    there is none; `{total}` in it stands for the row of the totals.
    """

    code: str
    title: str
    value: Callable[[Any], Any] | None = None
    kind: Kind = Kind.TEXT
    group: str = ""
    width: float | None = None
    total: bool = False
    ratio: tuple[str, str] | None = None
    contact: bool = False
    wrap: bool = False
    tick: bool = False
    live: Callable[[Any, int], str] | None = None
    hidden: bool = False

    def of(self, row: Any) -> Any:
        """The value of one row."""
        value = getattr(row, self.code) if self.value is None else self.value(row)
        return (TICK if value else None) if self.tick else value


@dataclass(frozen=True)
class Chart:
    """A picture of columns of its own sheet: `columns`, `bars` or `pie`, placed below it.

    `size` is width and height in centimetres, `left` the column it begins at (0 is the first).
    """

    form: str
    title: str
    labels: str
    series: Sequence[str]
    size: tuple[float, float] = (24.0, 8.0)
    left: int = 0


@dataclass
class Sheet:
    """One table with the lines above and below it, and how it is printed.

    `withheld(row)` says that a row's contact may not leave; a sheet with contact columns must
    have it. `freeze` columns stay in sight; `scale` names columns shaded by their value, `bars`
    columns with a bar in each cell. `alarms` are conditions by column, in red where they hold:
    `{cell}` stands for the cell, `{total}` for the total below it. Only the first `printed`
    columns go on paper, all where it is 0.
    """

    title: str
    columns: Sequence[Column]
    rows: Collection[Any]
    lead: Sequence[Line] = ()
    foot: Sequence[Line] = ()
    withheld: Callable[[Any], bool] | None = None
    freeze: int = 0
    filter: bool = True
    scale: Sequence[str] = ()
    bars: Sequence[str] = ()
    alarms: Mapping[str, str] = field(default_factory=dict)
    charts: Sequence[Chart] = ()
    one_page: bool = False
    printed: int = 0
    footer: str = ""
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._places = {column.code: n for n, column in enumerate(self.columns, 1)}
        if len(self._places) != len(self.columns):
            raise ValueError(f"two columns of {self.title} have one code")
        if self.withheld is None and any(column.contact for column in self.columns):
            raise ValueError(f"{self.title} has contacts: say whose are withheld")
        self.title = sheet_title(self.title)

    # --- where things stand, in rows and columns counted from 1

    @property
    def head_row(self) -> int:
        """The first row of the head."""
        return len(self.lead) + 1

    @property
    def first_row(self) -> int:
        """The first row of the table's body."""
        return self.head_row + 1 + any(column.group for column in self.columns)

    @property
    def last_row(self) -> int:
        """The last row of the body; an empty table has one empty row."""
        return self.first_row + max(1, len(self.rows)) - 1

    @property
    def has_totals(self) -> bool:
        """Whether a row of totals follows the body."""
        return any(column.total or column.tick for column in self.columns)

    @property
    def is_blank(self) -> bool:
        """Whether all of it is left to the pen: such a form adds nothing up."""
        return bool(self.rows) and all(type(row) is Blank for row in self.rows)

    @property
    def end_row(self) -> int:
        """The last row that is written."""
        return self.last_row + self.has_totals + len(self.foot)

    def place(self, code: str) -> int:
        """Which column it is, the first is 1."""
        return self._places[code]

    def letter(self, code: str) -> str:
        """The letters of a column."""
        return letters(self._places[code])

    def span(self, code: str) -> str:
        """The body of a column as a formula of any sheet names it."""
        letter = self.letter(code)
        return f"{self.quoted}!${letter}${self.first_row}:${letter}${self.last_row}"

    def total(self, code: str) -> str:
        """The total of a column as a formula of any sheet names it."""
        return f"{self.quoted}!${self.letter(code)}${self.last_row + 1}"

    @property
    def quoted(self) -> str:
        """The sheet's name as formulas write it."""
        return "'{}'".format(self.title.replace("'", "''"))


def allow(session: Session, *sheets: Sheet, rows: int | None = None) -> None:
    """Let these sheets leave, so many rows, else all of them; raises `exports.Refused`.

    A sheet with contacts asks what they are for, see `exports.allow`.
    """
    count = sum(len(sheet.rows) for sheet in sheets) if rows is None else rows
    contacts = any(c.contact for sheet in sheets if not sheet.is_blank for c in sheet.columns)
    exports.allow(session, count, contacts=contacts)


def letters(number: int) -> str:
    """The letters of a column counted from 1: 1 A, 27 AA."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def sheet_title(text: str) -> str:
    """A name Excel takes for a sheet: 31 characters, none of `[]:*?/\\`, no quote at the ends.

    Nor a control character, nor half of one, nor the word that Excel keeps for itself.
    """
    kept = "".join(" " if c in "[]:*?/\\\t\n" else c for c in fit(text)).strip("' ")
    kept = kept.encode("utf-16-le")[: 31 * 2].decode("utf-16-le", "ignore").strip("' ")
    return f"{kept}_" if kept.casefold() == "history" else kept or "1"


def save(path: Path, sheets: Sequence[Sheet], progress: Progress, *, title: str = "") -> None:
    """Write the sheets as one workbook. Raises `ShowroomError` as `saving` does."""
    from showroom.sheets import book

    with saving(path) as file:
        book.write(file, sheets, progress, title=title)


def save_table(path: Path, sheet: Sheet, progress: Progress, *, lead: bool = False) -> None:
    """Write one table: a workbook for `.xlsx`, a text file for `.csv`, there with its `lead`.

    Raises `ShowroomError` for any other ending, or as `saving` does.
    """
    ending = Path(path).suffix.lower()
    if ending == ".xlsx":
        save(path, [sheet], progress, title=sheet.title)
    elif ending == ".csv":
        _save_text(path, sheet, progress, lead=lead)
    else:
        raise ShowroomError(
            _("Give the file a name that ends in .xlsx or .csv, not {name}.").format(
                name=Path(path).name
            )
        )


def _save_text(path: Path, sheet: Sheet, progress: Progress, *, lead: bool) -> None:
    import csv
    import io

    count = len(sheet.rows)
    with saving(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        writer = csv.writer(text)
        for line in sheet.lead if lead else ():
            writer.writerow([harmless(cell.value, cell.kind) for cell in line.cells])
        writer.writerow([harmless(column.title) for column in sheet.columns])
        for done, row in enumerate(sheet.rows):
            if done % 500 == 0:
                progress.step(done, count)
            writer.writerow(
                harmless(value.value, value.kind)
                if isinstance(value, Cell)
                else harmless(value, column.kind)
                for column, value in zip(sheet.columns, values(sheet, row), strict=True)
            )
        text.flush()
        text.detach()
    progress.step(count, count)


def values(sheet: Sheet, row: Any) -> list[Any]:
    """What one row shows, column by column: contacts withheld, ratios as plain numbers."""
    if type(row) is Blank:
        return [row.no if column.code == "no" else None for column in sheet.columns]
    keep = sheet.withheld is None or not sheet.withheld(row)
    found: list[Any] = []
    for column in sheet.columns:
        withheld = column.contact and not keep
        found.append(None if withheld or column.ratio is not None else column.of(row))
    for number, column in enumerate(sheet.columns):
        if column.ratio is not None:
            above, below = (found[sheet.place(code) - 1] for code in column.ratio)
            found[number] = above / below if above is not None and below else None
    return found
