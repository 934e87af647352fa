"""Whose turn it is to receive: who received last goes to the end (DOMAIN §3.4)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.store import journal
from showroom.store.models import Staff, Turn, TurnState, Visit


class TurnRow(NamedTuple):
    """A consultant's place; `busy` counts the parties he is with."""

    staff_id: int
    name: str
    away: bool
    busy: int


def order(session: Session) -> list[TurnRow]:
    """Every consultant who receives, the next one first; who is away comes last."""
    last_day = select(func.max(Visit.day)).scalar_subquery()  # not through years of visits
    busy = {
        id: count
        for id, count in session.execute(
            select(Visit.consultant_id, func.count())
            .where(
                Visit.day == last_day,
                Visit.left_at.is_(None),
                Visit.consultant_id.is_not(None),
            )
            .group_by(Visit.consultant_id)
        )
    }
    rows = session.execute(
        select(Turn.staff_id, Staff.name, Turn.state != TurnState.POST)
        .join(Staff, Staff.id == Turn.staff_id)
        .where(Staff.active)
        .order_by(Turn.state != TurnState.POST, Turn.position, Turn.id)
    )
    return [TurnRow(id, name, away, busy.get(id, 0)) for id, name, away in rows]


def next_up(session: Session) -> int | None:
    """Who receives the next party: the first on post who is with nobody, else the first on post."""
    here = [row for row in order(session) if not row.away]
    free = [row for row in here if not row.busy]
    return (free or here)[0].staff_id if here else None


def took(session: Session, staff_id: int) -> None:
    """A turn was used: to the end of the row. Part of the action that hands the party over."""
    turn = session.scalar(select(Turn).where(Turn.staff_id == staff_id))
    if turn is not None:
        turn.position = (session.scalar(select(func.max(Turn.position))) or 0) + 1


def set_away(session: Session, staff_id: int, away: bool) -> None:
    """Leave the row for a while, or come back to one's place in it."""
    journal.act(session, "turns")
    turn = session.scalars(select(Turn).where(Turn.staff_id == staff_id)).one()
    turn.state = TurnState.AWAY if away else TurnState.POST


def put_first(session: Session, staff_id: int) -> None:
    """Let somebody receive the next party."""
    journal.act(session, "turns")
    turn = session.scalars(select(Turn).where(Turn.staff_id == staff_id)).one()
    turn.position = (session.scalar(select(func.min(Turn.position))) or 0) - 1
    turn.state = TurnState.POST
