"""The balance of levels: who was carried in, who came, who went and where, who is carried on.

级别结存 (DOMAIN §1.3, §7.4). For every line: opening + corrected + new + came − went − ordered −
lost − other = closing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.figures import openings
from showroom.figures.openings import Opening, State
from showroom.guard import staff
from showroom.i18n import _
from showroom.people.level_moves import ORDER
from showroom.store.models import Customer, Level, Role, Status

LEVELS = tuple(level for level in ORDER if level is not Level.ORDERED)


@dataclass
class Line:
    """One level, or one consultant: how many there were, and what became of them.

    `new` came on file or were open again, also who went again within the month; `came` and `went`
    changed to this line and from it; `other` fell asleep, were found invalid, or were taken out of
    the file. `corrected` is what the journal says now beside what was frozen.
    """

    key: Level | int | None
    label: str
    opening: int = 0
    corrected: int = 0
    new: int = 0
    came: int = 0
    went: int = 0
    ordered: int = 0
    lost: int = 0
    other: int = 0

    @property
    def closing(self) -> int:
        """Who is open at the end."""
        came = self.opening + self.corrected + self.new + self.came
        return came - self.went - self.ordered - self.lost - self.other


class Balance(NamedTuple):
    """The lines by level and by consultant, the opening they begin with, and until when."""

    opening: Opening
    until: date
    levels: list[Line]
    consultants: list[Line]


def of_month(session: Session, month: date, *, now: datetime) -> Balance:
    """The balance of the month that begins on this day, up to now when it is not over."""
    first = month.replace(day=1)
    after = dates.add_months(first, 1)
    end = min(after, dates.local_day(now) + timedelta(days=1))
    start, stop = openings.states(session, first), openings.states(session, max(end, first))
    opening = openings.of_month(session, first, start)
    shop, names = settings.load(session), staff.names(session)
    levels = {level: Line(level, shop.letter(level)) for level in LEVELS}
    people: dict[int | None, Line] = {
        one.id: Line(one.id, one.name) for one in staff.everyone(session, Role.CONSULTANT)
    }

    def of_level(state: State) -> Line:
        return levels[state.level if state.level in levels else Level.UNRATED]

    def of_person(state: State) -> Line:
        return person(state.consultant_id)

    def person(id: int | None) -> Line:
        if id not in people:
            people[id] = Line(id, names.get(id, "") if id is not None else _("Not noted"))
        return people[id]

    for key, count in opening.counts.items():
        state = State(Status.OPEN, key[1], key[0])
        of_level(state).opening += count
        of_person(state).opening += count
    passed = _passed(session, start, stop, first, end)
    for lines, line_of in ((levels, of_level), (people, of_person)):
        begun = _flow(start, stop, line_of)
        for state, now_is in passed:
            line = line_of(state)
            line.new += 1
            _leave(line, now_is)
        for line in lines.values():
            line.corrected = begun[line.key] - line.opening
    busy = [line for line in people.values() if line.opening or line.closing or line.new]
    idle = [line for line in people.values() if line not in busy and line.key is not None]
    busy.sort(key=lambda line: (line.key is None, -line.closing, line.label))
    return Balance(opening, end - timedelta(days=1), list(levels.values()), busy + idle)


def _flow(
    start: dict[int, State], stop: dict[int, State], line_of: Callable[[State], Line]
) -> Counter[Level | int | None]:
    """Put everybody who was or is open into the lines he left and came to; who began where."""
    begun: Counter[Level | int | None] = Counter()
    for id in start.keys() | stop.keys():
        was, now = start.get(id), stop.get(id)
        before = line_of(was) if was is not None and was.status is Status.OPEN else None
        after = line_of(now) if now is not None and now.status is Status.OPEN else None
        if before is not None:
            begun[before.key] += 1
            if after is None:
                _leave(before, now)
            elif after is not before:
                before.went += 1
                after.came += 1
        elif after is not None:
            after.new += 1
    return begun


def _passed(
    session: Session, start: dict[int, State], stop: dict[int, State], first: date, end: date
) -> list[tuple[State, State]]:
    """Who came on file and went again within the month: where he stood between, and at its end."""
    ids = [
        id
        for id in session.scalars(
            select(Customer.id).where(Customer.contact_on >= first, Customer.contact_on < end)
        )
        if id in stop
        and stop[id].status not in (Status.OPEN, Status.VISITED)
        and (id not in start or start[id].status is Status.VISITED)
    ]
    bought = {id for id in ids if stop[id].level is Level.ORDERED}
    levels = openings.levels_before(session, bought, end)
    return [(stop[id]._replace(level=levels.get(id, stop[id].level)), stop[id]) for id in ids]


def _leave(line: Line, now: State | None) -> None:
    if now is not None and now.status in (Status.ORDERED, Status.OWNER):
        line.ordered += 1
    elif now is not None and now.status is Status.LOST:
        line.lost += 1
    else:
        line.other += 1
