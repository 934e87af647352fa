"""Random days: a player takes one step after another at a desk of its own."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time, timedelta
from typing import Any

from hypothesis import strategies as some

from showroom import dates
from showroom.errors import ShowroomError
from showroom.guard import amends
from showroom.store import journal
from showroom.store.db import Database
from tests import builders as make

FIRST_DAY = date(2026, 11, 18)
PHONES = [f"1380013800{n}" for n in range(4)]
Step = tuple[str, int, int]


def plays(steps: list[str], *, least: int) -> some.SearchStrategy[list[Step]]:
    """Up to forty of these steps, each with two numbers; what stands there oftener is oftener."""
    one = some.tuples(some.sampled_from(steps), some.integers(0, 11), some.integers(0, 11))
    return some.lists(one, min_size=least, max_size=40)


class Player:
    """A desk with two consultants and a clock; each step is something the desk does.

    A step called `name` is the method `_name`. What the program refuses with a sentence has not
    happened, and the day goes on.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = dates.at(FIRST_DAY, time(9))
        db.clock = lambda: self.now
        with db.write() as session:
            self.crew = [make.a_member(session, name) for name in ("王强", "李娜")]
            self.model = make.a_model(session)
            self.furnish(session)
        with db.read() as session:
            self.opened = journal.last_undoable(session)

    def furnish(self, session: Any) -> None:
        """What else stands on file when the first day begins."""

    @property
    def today(self) -> date:
        return dates.local_day(self.now)

    def play(self, steps: list[Step]) -> None:
        for step, a, b in steps:
            self.now += timedelta(minutes=a * 7, seconds=b)
            self.take(step, a, b)

    def take(self, step: str, a: int, b: int) -> None:
        with suppress(ShowroomError):
            getattr(self, f"_{step}")(a, b)

    def _wait(self, _a: int, _b: int) -> None:
        """The clock runs on; what a failing day is shortened to."""

    def _undo(self, _a: int, _b: int) -> None:
        with self.db.write() as session:
            if journal.last_undoable(session) != self.opened:  # who works here stays
                amends.undo(session)

    def _redo(self, a: int, b: int) -> None:
        self._undo(a, b)
        with self.db.write() as session:
            amends.redo(session)
