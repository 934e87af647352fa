"""What is asked of the days of visits: why closed ones are corrected, and times nobody noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from showroom.i18n import _, ngettext
from showroom.sheets.columns import Kind
from showroom.sheets.outcomes import SheetPlan
from showroom.sheets.plan import Plan
from showroom.sheets.sheet_questions import Option, Question

OFFERED_DAYS: Final = 10
CLOCKS: Final = ("09:00", "12:00", "15:00")


def ask(plan: Plan) -> Iterator[Question]:
    """What is to be known of the days before the rows."""
    yield from _closed(plan)
    yield from _clocks(plan)


def _closed(plan: Plan) -> Iterator[Question]:
    """The days that are closed, once for all; who may not correct them is told in their rows."""
    if not plan.closed or not plan.may_correct:
        return
    days = [f"{day:%m-%d}" for day in sorted(set(plan.closed.values()))]
    listed = _(", ").join(days[:OFFERED_DAYS]) + ("…" if len(days) > OFFERED_DAYS else "")
    yield Question(
        "closed",
        ngettext(
            "{count} row is of a day that is closed ({days}). Why is it corrected?",
            "{count} rows are of days that are closed ({days}). Why are they corrected?",
            len(plan.closed),
        ).format(count=len(plan.closed), days=listed),
        [],
        [place for place, row in enumerate(plan.rows) if row.place in plan.closed],
        plan.answers.because,
    )


def _clocks(plan: Plan) -> Iterator[Question]:
    """Lists that know the days of visits and not their times."""
    for at, sheet in enumerate(plan.sheets):
        people = sheet.kind is Kind.CUSTOMERS
        clock = sheet.decided.clock
        if not sheet.clockless or clock or (clock is not None and people):
            continue
        options = [
            Option(_("All at {time}").format(time=time), plan.answers.came_at(at, time))
            for time in CLOCKS
        ]
        said = _("{name} says on which day they came, not when. Which time is taken?")
        if people:
            said = _("{name} says on which day they came, not when. Are these visits?")
            options.append(Option(_("No, Customers"), plan.answers.came_at(at, "")))
        yield Question(f"clock.{at}", said.format(name=_named(plan, sheet)), options)


def _named(plan: Plan, sheet: SheetPlan) -> str:
    name = plan.books[sheet.book].name
    return f"{name}, {sheet.name}" if sheet.name else name
