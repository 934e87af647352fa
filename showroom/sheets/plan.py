"""An outcome for every row of a file, shown before anything is written; `apply` writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress, uncollected
from showroom.sheets import columns, rows, times
from showroom.sheets.columns import Nothing
from showroom.sheets.drafts import Drafted
from showroom.sheets.lists import Lists
from showroom.sheets.match import Person
from showroom.sheets.outcomes import KINDS, OUTCOMES, Outcome, Row, SheetPlan
from showroom.sheets.planner import EVERY, Planner
from showroom.sheets.read import Workbook
from showroom.store.models import Action, ChoiceKind

__all__ = ["KINDS", "OUTCOMES", "Outcome", "Plan", "Row", "SheetPlan", "plan"]


@dataclass
class Plan:
    """What an import would do; `rows` in the order of the file, `counts` by outcome."""

    book: Workbook
    sheets: list[SheetPlan]
    rows: list[Row]
    counts: dict[Outcome, int]
    lists: Lists
    people: list[Person]
    visits: list[Drafted]
    deals: list[Drafted]
    action: int
    today: date
    now: datetime

    @property
    def changes(self) -> bool:
        """Whether applying it would write anything."""
        return bool(self.people or self.visits or self.deals)

    @property
    def consultants(self) -> list[str]:
        """The consultants who are not on the staff yet; applying adds them."""
        return self.lists.new(None)

    @property
    def models(self) -> list[str]:
        """The models that are not on the list yet; applying adds them."""
        return self.lists.new(ChoiceKind.MODEL)

    @property
    def channels(self) -> list[str]:
        """The channels that are not on the list yet; applying adds them."""
        return self.lists.new(ChoiceKind.CHANNEL)

    @property
    def refused(self) -> list[Row]:
        """The rows that will not come in, each with its column and reason."""
        return [row for row in self.rows if row.outcome is Outcome.REFUSED]


def plan(
    session: Session,
    book: Workbook,
    *,
    today: date,
    now: datetime,
    progress: Progress | None = None,
) -> Plan:
    """Decide on every row of a workbook; writes nothing.

    Raises `ShowroomError` when no sheet has columns we know.
    """
    with uncollected():
        return _plan(session, book, today, now, progress or Progress())


def _plan(session: Session, book: Workbook, today: date, now: datetime, progress: Progress) -> Plan:
    shop = settings.load(session)
    sheets: list[SheetPlan] = []
    all_rows: list[Row] = []
    for place, sheet in enumerate(book.sheets):
        layout = columns.layout(sheet)
        hidden = sheet.hidden and len(book.sheets) > 1
        if layout is None or hidden:
            why = Nothing.HIDDEN if hidden else Nothing.UNKNOWN
            all_rows += [_none(place, number, row, why) for number, row in enumerate(sheet.rows, 1)]
            sheets.append(SheetPlan(sheet.name, None, [], len(sheet.rows)))
            continue
        _drop_unused(layout)
        sheets.append(SheetPlan(sheet.name, layout.kind, layout.columns, len(sheet.rows)))
        about = times.context(
            layout.title, sheet.name, book.path.stem, today, epoch1904=book.epoch1904
        )
        for number, parsed in enumerate(rows.parse(sheet, layout, shop, about)):
            if number % EVERY == 0:
                progress.step(number, len(sheet.rows))
            all_rows.append(Row(place, parsed))
    if not any(sheet.kind for sheet in sheets):
        raise ShowroomError(
            _(
                "No sheet of {name} has columns we know, such as name and phone, or arrival. Give "
                "the columns these headings, or use the template."
            ).format(name=book.name)
        )
    planner = Planner(session, sheets, all_rows, today, now)
    planner.decide(progress)
    counts = dict.fromkeys(Outcome, 0)
    for row in all_rows:
        counts[row.outcome] += 1
    return Plan(
        book=book,
        sheets=sheets,
        rows=all_rows,
        counts=counts,
        lists=planner.lists,
        people=[p for p in planner.people.all if p.id is None or p.changed or p.new_phones],
        visits=planner.visits.to_write(),
        deals=planner.deals.to_write(),
        action=session.scalar(select(func.max(Action.id))) or 0,
        today=today,
        now=now,
    )


def _none(sheet: int, number: int, cells: list[Any], why: Nothing) -> Row:
    blank = all(cell == "" for cell in cells)
    return Row(sheet, rows.Parsed(number, cells, None, Nothing.BLANK if blank else why))


def _drop_unused(layout: columns.Layout) -> None:
    """A column that this kind of sheet has no use for counts as not read."""
    for name in [name for name in layout.fields if name not in rows.USED[layout.kind]]:
        for column in layout.fields.pop(name):
            column.field = ""
