"""What was decided by hand while a plan was looked at: mended cells, columns, words, people.

Each decision gives new `Answers`; taking it back is going back to those before it. `plan` is made
of a file and its answers, so nothing else has to be remembered to make it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

Cell = tuple[int, int, int]
"""Sheet (its place in the plan), row (from 1, as Excel counts) and column (from 0)."""

Column = tuple[int, int]
Place = tuple[int, int]

NOBODY: Final = 0
"""Instead of the id of a customer: the row means somebody who is not on file."""

LEFT_OUT: Final = ""
"""Instead of what a word means: it is not taken."""


@dataclass(frozen=True)
class Answers:
    """The decisions: `cells` typed anew, in which rows the `headings` of a sheet stand (first row
    from 0, how many), what `fields` columns mean ("" none), which columns write the day first, what
    `words` mean by their field, who `people` in which rows are, in which sheets the file's word
    counts (`replace`), rows that stay out, at what time (`clocks`, 12:00) those came in a sheet of
    whom only the day is known ("": it is a list of customers), and why closed days are corrected
    (`correction`)."""

    cells: Mapping[Cell, str] = field(default_factory=dict)
    headings: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    fields: Mapping[Column, str] = field(default_factory=dict)
    day_first: Mapping[Column, bool] = field(default_factory=dict)
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    people: Mapping[Place, int] = field(default_factory=dict)
    replace: Mapping[int, bool] = field(default_factory=dict)
    left_out: frozenset[Place] = frozenset()
    clocks: Mapping[int, str] = field(default_factory=dict)
    correction: str = ""

    def mend(self, cells: Mapping[Cell, str]) -> Answers:
        """Write these cells anew."""
        return replace(self, cells={**self.cells, **cells})

    def headed(self, sheet: int, first: int, lines: int) -> Answers:
        """Say in how many rows, from which, the headings of a sheet stand; in 0 it has none.

        What its columns mean is asked anew: they are others.
        """
        kept = {column: name for column, name in self.fields.items() if column[0] != sheet}
        headings = {**self.headings, sheet: (first, lines)}
        return replace(self, headings=headings, fields=kept)

    def means(self, column: Column, name: str) -> Answers:
        """Take a column for another field; "" takes it for none."""
        return replace(self, fields={**self.fields, column: name})

    def dated(self, column: Column, *, day_first: bool) -> Answers:
        """Say what comes first in the dates of a column: 03/04 is 3 April, or 4 March."""
        return replace(self, day_first={**self.day_first, column: day_first})

    def says(self, name: str, word: str, meaning: str) -> Answers:
        """Say what a word in the columns of a field means; "" leaves it out."""
        return replace(self, words={**self.words, (name, word): meaning})

    def is_(self, places: Mapping[Place, int]) -> Answers:
        """Say who is meant by rows: the id of a customer, or `NOBODY` on file."""
        return replace(self, people={**self.people, **places})

    def replacing(self, sheet: int, *, take: bool) -> Answers:
        """Say whose word counts where the file differs from what is known."""
        return replace(self, replace={**self.replace, sheet: take})

    def leave_out(self, place: Place) -> Answers:
        """Keep a row out, or let it in again."""
        return replace(self, left_out=self.left_out ^ {place})

    def came_at(self, sheet: int, clock: str) -> Answers:
        """Say when those came of whom a sheet knows the day only; "" for a list of customers."""
        return replace(self, clocks={**self.clocks, sheet: clock})

    def because(self, why: str) -> Answers:
        """Say why visits of closed days are written."""
        return replace(self, correction=why)
