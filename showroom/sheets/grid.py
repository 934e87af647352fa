"""What a plan looks like cell by cell: what is written, what stood there, and the mark it gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple

from showroom import dates, words
from showroom import text as texts
from showroom.i18n import N_, _, headed
from showroom.sheets import values
from showroom.sheets.columns import Column
from showroom.sheets.marks import MARKS, SIGNS, Mark
from showroom.sheets.outcomes import Outcome, Row
from showroom.sheets.plan import Plan
from showroom.store.models import ChoiceKind, Honorific, Level

__all__ = ["MARKS", "PROBLEMS", "SIGNS", "GridCell", "Mark", "Problem", "cell", "problems"]

#: The facts a column tells, where they are not called as its field
_FACTS: Final = {
    "sex": ("honorific",),
    "name": ("name", "honorific", "position"),
    "consultant": ("consultant_id",),
    "model": ("model_id",),
    "channel": ("channel_id",),
    "colour": ("colour_id",),
    "first": ("again",),
    "stay": ("left",),
    "span": ("left",),
}
_LISTS: Final = {
    "consultant_id": None,
    "model_id": ChoiceKind.MODEL,
    "channel_id": ChoiceKind.CHANNEL,
    "colour_id": ChoiceKind.COLOUR,
}
_HIDDEN: Final = frozenset({"phone", "phone2", "wechat", "address", "note", "postcode"})
"""What is said of who is on file only to who sees every number."""


class Problem(StrEnum):
    """What a row may be looked for by, besides its outcome."""

    LIKELY = "likely"
    DIFFERS = "differs"
    DOUBT = "doubt"
    REPAIRED = "repaired"
    MENDED = "mended"


PROBLEMS: Final = {
    Problem.LIKELY: N_("Maybe on file"),
    Problem.DIFFERS: N_("Differs from file"),
    Problem.DOUBT: N_("Partly left out"),
    Problem.REPAIRED: N_("Repaired"),
    Problem.MENDED: N_("Mended"),
}


class GridCell(NamedTuple):
    """One cell: its text, its mark (nothing for most), and what is on file or stood there."""

    text: str
    mark: Mark | None = None
    before: str = ""

    @property
    def said(self) -> str:
        """The cell in words, for a tip and for who hears it."""
        if self.mark is None:
            return self.text
        what = _(MARKS[self.mark])
        return f"{what}: {self.before} → {self.text}" if self.before else f"{what}: {self.text}"


def cell(plan: Plan, row: Row, column: Column) -> GridCell:
    """What one cell of a row says, and what becomes of it."""
    raw = row.cells[column.index] if column.index < len(row.cells) else ""
    text = _plain(raw)
    if not column.field or row.nothing is not None:
        return GridCell(text)
    if not text and column.field == "date" and "day_of" in (row.facts or {}):
        assert row.facts is not None
        return GridCell(row.facts["day"].isoformat(), Mark.REPAIRED)
    if row.outcome is Outcome.REFUSED and row.field and row.column in (column.label, ""):
        return GridCell(text, Mark.WRONG)
    if row.outcome is Outcome.REFUSED and row.field == column.field:
        return GridCell(text, Mark.WRONG)
    if text and any(said.startswith(headed(column.label, "")) for said in _doubts(row)):
        return GridCell(text, Mark.DOUBT)
    found = change(row, column.field)
    if found is not None:
        mark, fact, before = found
        known = _known(plan, column.field, fact, before)
        if mark is not Mark.FILL or row.outcome in (Outcome.FILLED, Outcome.CHANGED):
            return GridCell(text, mark, known)
    mended = (row.sheet, row.number, column.index) in plan.answers.cells
    if mended:
        book = plan.sheets[row.sheet]
        there = plan.books[book.book].sheets[book.place].rows[row.number - 1]
        stood = _plain(there[column.index]) if column.index < len(there) else ""
        return GridCell(text, Mark.MENDED, stood)
    fixed = repaired(row, column, text)
    return GridCell(fixed, Mark.REPAIRED, text) if fixed else GridCell(text)


def change(row: Row, field: str) -> tuple[Mark, str, Any] | None:
    """What a row does to what is on file in one column: the mark, the fact, what is there."""
    for fact in (field, *_FACTS.get(field, ())):
        if fact in row.changes:
            mark, before = row.changes[fact]
            return mark, fact, before
    return None


def repaired(row: Row, column: Column, text: str) -> str:
    """A phone as it is taken where it was written otherwise; "" where nothing was repaired."""
    if column.field not in ("phone", "phone2") or row.facts is None or not text:
        return ""
    bare = "".join(char for char in texts.narrow(text) if char not in " -")
    for number in row.facts["phones"]:
        national = number.removeprefix("+86")
        if national in bare and national != bare.removeprefix("0"):
            return texts.show_phone(number)
    return ""


def problems(plan: Plan, row: Row) -> Iterator[Problem]:
    """What a row may be looked for by."""
    if row.likely and row.place not in plan.answers.people:
        yield Problem.LIKELY
    if any(mark in (Mark.KEPT, Mark.REPLACE) for mark, _before in row.changes.values()):
        yield Problem.DIFFERS
    if _doubts(row):
        yield Problem.DOUBT
    if any(
        repaired(row, column, _plain(row.cells[column.index]))
        for column in plan.sheets[row.sheet].columns
        if column.field in ("phone", "phone2") and column.index < len(row.cells)
    ):
        yield Problem.REPAIRED


def _doubts(row: Row) -> list[str]:
    found: list[str] = (row.facts or {}).get("doubts", [])
    return found


def _plain(raw: Any) -> str:
    if raw is None or raw == "":
        return ""
    text = values.plain(raw)
    return text.removesuffix(" 00:00:00") if len(text) == 19 else text


def _known(plan: Plan, field: str, fact: str, before: Any) -> str:
    """What is on file, in words; nothing where who looks may not see it."""
    if before in (None, "", Honorific.NONE) or (field in _HIDDEN and not plan.sees_all):
        return ""
    if fact in _LISTS:
        return plan.lists.said(_LISTS[fact], before)
    if isinstance(before, Level):
        return plan.levels.get(before, "")
    if isinstance(before, Honorific):
        return _(words.HONORIFICS[before])
    if isinstance(before, datetime):
        return f"{dates.local(before):%H:%M}"
    if isinstance(before, bool):
        return _("Yes") if before else _("No")
    if isinstance(before, Decimal):
        return texts.show_money(before)
    if isinstance(before, date):
        return before.isoformat()
    told = str(before)
    return texts.show_phone(told) if told.startswith("+") else told
