"""What becomes of a row of a file, and how its sheet was understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from showroom.i18n import N_, _
from showroom.sheets import columns, rows
from showroom.sheets.columns import Column, Kind
from showroom.sheets.drafts import Drafted
from showroom.sheets.layouts import Choices
from showroom.sheets.marks import Mark
from showroom.sheets.match import Person
from showroom.sheets.orders import Dates
from showroom.sheets.read import Origin
from showroom.sheets.stamps import Stamp
from showroom.sheets.write import letters


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    FILLED = "filled"
    CHANGED = "changed"
    SAME = "same"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    IGNORED = "ignored"


OUTCOMES: Final = {
    Outcome.NEW: N_("New"),
    Outcome.FILLED: N_("Fills gaps"),
    Outcome.CHANGED: N_("Overwrites"),
    Outcome.SAME: N_("Known"),
    Outcome.DUPLICATE: N_("Twice in the file"),
    Outcome.REFUSED: N_("Not taken"),
    Outcome.IGNORED: N_("Skipped"),
}
KINDS: Final = {
    Kind.VISITS: N_("Visits"),
    Kind.CUSTOMERS: N_("Customers"),
    Kind.DEALS: N_("Deals"),
}


class Likely(NamedTuple):
    """Somebody on file who may be the one a new row means: 0 to 100 points, and why."""

    id: int
    name: str
    phone: str
    consultant: str
    score: int
    why: str


class Row:
    """One row of the file and what becomes of it.

    `number` counts from 1 as Excel does; `column` and `reason` say what is wrong, or what was left
    out; `facts` is what was read (nothing for refused and ignored rows); `person` is who is meant.
    `changes` are the fields that fill, overwrite or differ, each with what is on file; `likely` is
    who may be meant, too; `touched` are the fields that were edited since the row left this desk
    (nothing for a row that never did), `emptied` those whose cells were.
    """

    __slots__ = (
        *("cells", "changes", "column", "draft", "facts", "field", "likely", "nothing", "number"),
        *("emptied", "outcome", "person", "reason", "sheet", "stamp", "touched"),
    )

    def __init__(self, sheet: int, parsed: rows.Parsed) -> None:
        self.sheet = sheet
        self.number = parsed.number
        self.cells = parsed.cells
        self.facts = parsed.facts
        self.field = parsed.field
        self.column = parsed.column
        self.reason = parsed.reason
        self.nothing = parsed.nothing
        self.person: Person | None = None
        self.draft: Drafted | None = None
        self.changes: dict[str, tuple[Mark, Any]] = {}
        self.likely: Sequence[Likely] = ()
        self.stamp: Stamp | None = None
        self.touched: frozenset[str] | None = None
        self.emptied: Sequence[str] = ()
        self.outcome = Outcome.IGNORED if parsed.nothing else Outcome.REFUSED
        if parsed.nothing:
            self.reason = _(columns.NOTHINGS[parsed.nothing])

    @property
    def place(self) -> tuple[int, int]:
        """Sheet and row."""
        return self.sheet, self.number

    @property
    def customer_id(self) -> int | None:
        """The customer on file whom the row means; nothing for somebody new."""
        return self.person.id if self.person is not None else None


@dataclass
class SheetPlan:
    """How one sheet was understood: nothing as kind where no column is known.

    `book` and `place` say which sheet of which file it is; `after` is the first row below its
    headings (from 0). `known` says that such a sheet came in before, `decided` what was decided
    for it then and now, `dates` how its dates are written, `replace` that its word counts. `own`:
    it left this desk; `strange`: it left a desk, of which nothing is known here. `twice` are
    columns of which only the first is read, by their field; by its `labels` such a sheet is known
    again. `clockless`: its days of visits have no times. `origin` is the sheet in the file where
    it is read otherwise than it stands there.
    """

    name: str
    kind: Kind | None
    columns: list[Column]
    rows: int
    book: int = 0
    place: int = 0
    after: int = 0
    known: bool = False
    decided: Choices = field(default_factory=Choices)
    dates: dict[int, Dates] = field(default_factory=dict)
    replace: bool = False
    own: bool = False
    twice: dict[str, list[Column]] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    strange: bool = False
    clockless: bool = False
    origin: Origin | None = None

    def cell(self, row: Row) -> tuple[int, int]:
        """Row and column in the file, from 1: of the cell a row is refused for, else its first."""
        fields = {column.field: column.index for column in reversed(self.columns) if column.field}
        index = fields.get(row.field, min(fields.values(), default=0))
        return self.origin.cell(row.number, index) if self.origin else (row.number, index + 1)

    def line(self, row: Row) -> str:
        """What a row is called in the file: its number there, or the letter of its column."""
        line, column = self.cell(row)
        turned = self.origin is not None and not self.origin.boxes
        return letters(column) if turned else str(line)

    def called(self, number: int) -> str:
        """The same in words, by the number of the row."""
        if self.origin is not None and not self.origin.boxes:
            return _("column {letter}").format(letter=letters(number))
        return _("row {number}").format(number=number)

    @property
    def unread(self) -> list[str]:
        """The headers whose columns are not taken (the source row keeps them)."""
        return [column.label for column in self.columns if column.label and not column.field]
