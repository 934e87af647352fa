"""What becomes of a row of a file, and how its sheet was understood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from showroom.i18n import N_, _
from showroom.sheets import columns, rows
from showroom.sheets.columns import Kind
from showroom.sheets.drafts import Drafted
from showroom.sheets.match import Person


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    FILLED = "filled"
    SAME = "same"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    IGNORED = "ignored"


OUTCOMES: Final = {
    Outcome.NEW: N_("New"),
    Outcome.FILLED: N_("Fills gaps"),
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


class Row:
    """One row of the file and what becomes of it.

    `number` counts from 1 as Excel does; `column` and `reason` say what is wrong, or what was left
    out; `facts` is what was read (nothing for refused and ignored rows); `person` is who is meant.
    """

    __slots__ = (
        *("cells", "column", "draft", "facts", "field", "nothing", "number", "outcome"),
        *("person", "reason", "sheet"),
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
    """How one sheet was understood: nothing as kind where no column is known."""

    name: str
    kind: Kind | None
    columns: list[columns.Column]
    rows: int

    @property
    def unread(self) -> list[str]:
        """The headers whose columns are not taken (the source row keeps them)."""
        return [column.label for column in self.columns if column.label and not column.field]
