"""Who was open when a month began: frozen at 00:00 of the 1st, else read back from the journal.

月初遗留 (DOMAIN §7.4). What was frozen is never changed: no later edit, no undo, no erasure touches
it. A month that nobody opened at the desk is reconstructed, and says so; so is one before which the
journal does not reach back: nothing stood there that could be kept. What was frozen before its
month, by a clock that ran ahead, does not count and is frozen anew in the month itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.figures.log import PIECES
from showroom.guard import trail
from showroom.people.standing import Standing
from showroom.people.standing import State as State
from showroom.store import journal, models
from showroom.store.db import Database
from showroom.store.models import Action, Change, Customer, Deal, Level, LossState, Status, Visit

_BOUGHT = (Status.ORDERED, Status.OWNER)


class Opening(NamedTuple):
    """What was carried into a month: open customers by consultant and level, open orders.

    `taken_at` is when it was frozen, None for what is reconstructed; of that `since` says where the
    journal begins when it does not reach back so far.
    """

    month: date
    taken_at: datetime | None
    orders: int
    counts: dict[tuple[int | None, Level], int]
    since: datetime | None = None

    @property
    def total(self) -> int:
        """All who were open."""
        return sum(self.counts.values())

    def of_level(self, level: Level) -> int:
        """Those of one level."""
        return sum(count for (_who, held), count in self.counts.items() if held is level)

    def of_consultant(self, consultant_id: int | None) -> int:
        """Those of one consultant; None for whom nobody has."""
        return sum(count for (who, _level), count in self.counts.items() if who == consultant_id)


def begin(db: Database) -> bool:
    """Freeze the opening of this month, unless it is; whether it was done now.

    Called when the desk starts, when a day begins and by the command line.
    """
    with db.read() as session:
        if is_frozen(session, db.today()) or not _reaches(session, db.today().replace(day=1)):
            return False
    with db.write() as session:
        return freeze(session, today=db.today(), now=db.now())


def is_frozen(session: Session, today: date) -> bool:
    """Whether the month of this day has its opening."""
    return _held(session, today.replace(day=1)) is not None


def freeze(session: Session, *, today: date, now: datetime) -> bool:
    """Keep the opening of this month, unless it is kept; what was done since the 1st is not in it.

    Returns whether it was done now; a month before which nothing was noted is not kept.
    """
    month = today.replace(day=1)
    if is_frozen(session, today) or not _reaches(session, month):
        return False
    found = rebuilt(session, month)
    journal.act(session, "open_month")
    rows = sorted(
        ([who, level.value, count] for (who, level), count in found.counts.items()),
        key=lambda row: (row[0] is None, row[0], row[1]),
    )
    held = _row(session, month) or models.MonthOpening(month=month)
    held.taken_at, held.orders, held.counts = now, found.orders, json.dumps(rows)
    session.add(held)
    session.flush()
    return True


def of_month(session: Session, month: date, known: dict[int, State] | None = None) -> Opening:
    """The opening of the month that begins on this day, frozen or reconstructed.

    `known` are the `states` of that day, when they were asked for already.
    """
    held = _held(session, month)
    if held is None:
        return rebuilt(session, month, known)
    counts = {(who, Level(level)): count for who, level, count in json.loads(held.counts)}
    return Opening(month, held.taken_at, held.orders, counts)


def rebuilt(session: Session, day: date, known: dict[int, State] | None = None) -> Opening:
    """Who was open at 00:00 of a day, read back from the journal."""
    known = states(session, day) if known is None else known
    counts = Counter(
        (state.consultant_id, state.level)
        for state in known.values()
        if state.status is Status.OPEN
    )
    since, begin = trail.goes_back_to(session), dates.at(day, time.min)
    short = since if since is not None and since > begin else None
    return Opening(day, None, open_orders(session, day), dict(counts), short)


def open_orders(session: Session, day: date) -> int:
    """Orders taken before a day and neither delivered nor cancelled by then."""
    query = select(func.count(Deal.id)).where(
        Deal.ordered_on < day,
        or_(Deal.delivered_on.is_(None), Deal.delivered_on >= day),
        or_(Deal.cancelled_on.is_(None), Deal.cancelled_on >= day),
    )
    return session.scalar(query) or 0


def states(session: Session, day: date) -> dict[int, State]:
    """Where every customer stood at 00:00 of a day, by id.

    What the journal changed since is taken back. Who was brought in later, by a file, with dates
    of his own, stands where these dates say: he was open until his first order or loss.
    """
    begin = dates.at(day, time.min)
    stood = Standing(session, begin)
    early = set(session.scalars(select(Customer.id).where(Customer.created_at < begin), **PIECES))
    there = ((id, stood.before(id, begin)) for id in early | stood.was_there)
    known = {id: state for id, state in there if state is not None}
    return _by_dates(session, known, day)


def _by_dates(session: Session, known: dict[int, State], day: date) -> dict[int, State]:
    """Who bought or was lost only on that day or later was open before, at his level of then."""
    loss = models.Loss
    bought = set(_first_after(session, Deal.customer_id, Deal.ordered_on, day))
    approved = loss.state == LossState.APPROVED
    later = dict.fromkeys(_BOUGHT, bought)
    later[Status.LOST] = set(_first_after(session, loss.customer_id, loss.day, day, approved))
    back = [id for id, state in known.items() if id in later.get(state.status, ())]
    levels = levels_before(session, {id for id in back if known[id].level is Level.ORDERED}, day)
    for id in back:
        state = known[id]
        known[id] = State(Status.OPEN, levels.get(id, state.level), state.consultant_id)
    return known


def _first_after(session: Session, owner: Any, when: Any, day: date, *also: Any) -> Iterable[int]:
    query = select(owner).where(*also).group_by(owner).having(func.min(when) >= day)
    return session.scalars(query)


def levels_before(session: Session, ids: set[int], day: date) -> dict[int, Level]:
    """The level that the last visit before a day gave each of these; else they are unrated."""
    if not ids:
        return {}
    last = (
        select(Visit.customer_id, func.max(Visit.id).label("id"))
        .where(Visit.day < day, Visit.level.is_not(None), Visit.customer_id.is_not(None))
        .group_by(Visit.customer_id)
        .subquery()
    )
    rows = session.execute(
        select(Visit.customer_id, Visit.level).join(last, and_(last.c.id == Visit.id))
    )
    found = {id: level for id, level in rows if id in ids and level is not Level.ORDERED}
    return {id: found.get(id) or Level.UNRATED for id in ids}


def _held(session: Session, month: date) -> models.MonthOpening | None:
    """What was frozen of a month, unless the journal says that it was not there yet then."""
    held = _row(session, month)
    if held is None:
        return None
    written = select(func.max(Change.action_id)).where(
        Change.table_name == models.MonthOpening.__tablename__, Change.row_id == held.id
    )
    earlier = select(Action.id).where(
        Action.id > written.scalar_subquery(), Action.at < dates.at(month, time.min)
    )
    return None if session.scalar(earlier.order_by(Action.id).limit(1)) else held


def _row(session: Session, month: date) -> models.MonthOpening | None:
    return session.scalar(select(models.MonthOpening).where(models.MonthOpening.month == month))


def _reaches(session: Session, month: date) -> bool:
    """Whether an entry that is kept was made before a month."""
    earlier = select(Action.id).where(Action.at < dates.at(month, time.min)).limit(1)
    return session.scalar(earlier) is not None
