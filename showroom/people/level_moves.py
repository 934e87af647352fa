"""Who moved from which level to which: read from the journal, nothing else keeps it (DOMAIN §1.3).

Of each customer only where he stood before the time and where he stands at its end counts: what was
changed to and fro, or undone, is no move. Who came on file in that time has moved from nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.guard import trail
from showroom.store import journal
from showroom.store.listed import listed
from showroom.store.models import Action, Change, Customer, Level

ORDER: Final = (
    Level.ORDERED,
    Level.WEEK,
    Level.FORTNIGHT,
    Level.MONTH,
    Level.QUARTER,
    Level.UNRATED,
)
"""From the level that is nearest to buying down."""


class Move(NamedTuple):
    """One customer who stands elsewhere than before; `was` is None for who is new on file."""

    id: int
    was: Level | None
    now: Level
    at: datetime

    @property
    def up(self) -> bool:
        """Whether he came nearer to buying."""
        return self.was is not None and ORDER.index(self.now) < ORDER.index(self.was)


class Moves(NamedTuple):
    """The moves of a time, the last one first; `since` is where the journal begins, if within."""

    moves: list[Move]
    since: datetime | None

    def table(self) -> dict[tuple[Level | None, Level], list[int]]:
        """The customers by where they were and where they are now."""
        found: dict[tuple[Level | None, Level], list[int]] = {}
        for move in self.moves:
            found.setdefault((move.was, move.now), []).append(move.id)
        return found


def between(session: Session, first: date, last: date) -> Moves:
    """The moves from the first to the last local day; a month of 100,000 customers takes 0.5 s."""
    begin = dates.at(first, time())
    end = dates.at(last + timedelta(days=1), time())
    was, now = (func.json_extract(side, "$.level") for side in (Change.before, Change.after))
    found = session.execute(
        select(Change.row_id, was, now, Action.at, Customer.created_at)
        .join(Action, Action.id == Change.action_id)
        .join(Customer, and_(Customer.id == Change.row_id, Customer.erased_at.is_(None)))
        .where(
            Change.table_name == Customer.__tablename__,
            Action.at >= begin,
            Action.at < end,
            now.is_not(None),
        )
        .order_by(Change.id)
    )
    moves = []
    for id, (before, after, at, made) in _net(tuple(row) for row in found).items():
        new = begin <= made < end
        if new or before != after:
            moves.append(Move(id, None if new else before, after, at))
    moves.sort(key=lambda move: (move.at, move.id), reverse=True)
    since = trail.goes_back_to(session)
    return Moves(moves, since if since is not None and since > begin else None)


def rated_on(session: Session, ids: Sequence[int]) -> dict[int, date]:
    """On which local day each of some customers got another level than he came on file with.

    What was undone never was.
    """
    was, now = (func.json_extract(side, "$.level") for side in (Change.before, Change.after))
    found = session.execute(
        select(Change.row_id, Action.id, Action.at)
        .join(Action, Action.id == Change.action_id)
        .where(
            Change.table_name == Customer.__tablename__,
            Change.row_id.in_(listed(ids)),
            Change.before.is_not(None),
            now.is_not(None),
            now.is_distinct_from(was),
            Action.undoes_id.is_(None),
        )
        .order_by(Change.id)
    ).all()
    undone = journal.fallen(session, {action_id for _id, action_id, _at in found})
    return {id: dates.local_day(at) for id, action_id, at in found if action_id not in undone}


def _net(
    changes: Iterable[tuple[int, str | None, str, datetime, datetime]],
) -> dict[int, tuple[Level, Level, datetime, datetime]]:
    """Of each customer the level before his first change, after his last, when, and when made."""
    found: dict[int, tuple[Level, Level, datetime, datetime]] = {}
    for id, was, now, at, made in changes:
        first = found[id][0] if id in found else Level(was or now)
        found[id] = first, Level(now), at, made
    return found
