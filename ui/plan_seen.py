"""A plan with all that is shown of it, looked at on the thread that planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from showroom import dates
from showroom.figures import effect
from showroom.figures.effect import Effect
from showroom.i18n import _
from showroom.sheets import grid, history, notices, questions
from showroom.sheets.answers import Cell
from showroom.sheets.grid import Problem
from showroom.sheets.notices import Notice
from showroom.sheets.plan import Plan
from showroom.sheets.questions import Question
from ui import plan_columns

if TYPE_CHECKING:
    from showroom.store.db import Database

EVERYTHING = "all"
Mended = tuple[Cell, str, str]


class Seen(NamedTuple):
    """A plan with all that is shown of it; made on the thread that planned.

    `places` are those of the rows by outcome and by problem, counted from 1; `notices` what is to
    be told of the files; `earlier` says for each that came in before when and by whom.
    """

    plan: Plan
    effect: Effect
    questions: list[Question]
    places: dict[str, list[int]]
    fields: list[str]
    notices: list[Notice]
    earlier: list[str]


def see(db: Database, made: Plan, mended: Mended | None = None) -> Seen:
    """Look at a plan closely; `mended` is the cell that was just typed over, was and now."""
    with db.read() as session:
        moved = effect.effect(session, made)
        before = [
            (book.name, history.earlier(session, book.sha256)) for book in made.books if book.sha256
        ]
    asked = questions.ask(made)
    alike = questions.alike(made, *mended) if mended is not None else None
    places: dict[str, list[int]] = {EVERYTHING: list(range(1, len(made.rows) + 1))}
    mended_rows = {cell[:2] for cell in made.answers.cells}
    for place, row in enumerate(made.rows, 1):
        places.setdefault(row.outcome.value, []).append(place)
        for problem in grid.problems(made, row):
            places.setdefault(problem.value, []).append(place)
        if mended_rows and row.place in mended_rows:
            places.setdefault(Problem.MENDED.value, []).append(place)
    told = [
        _("{name} came in on {day} already, by {staff}.").format(
            name=name, day=f"{dates.local(one.at):%Y-%m-%d %H:%M}", staff=one.staff or "—"
        )
        for name, one in before
        if one is not None
    ]
    return Seen(
        made,
        moved,
        [alike, *asked] if alike is not None else asked,
        places,
        plan_columns.fields(made),
        notices.of_plan(made),
        told,
    )
