"""What a test of a drive does in a line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from showroom import dates
from showroom.door import bookings, testdrives, visits
from showroom.guard import amends
from showroom.store.models import Action
from tests import builders as make
from tests.builders import NOW, later


def arrive(db, name: str = "张伟", **facts: Any) -> int:
    with db.write() as session:
        return make.a_visit(session, name=name, phone=make.a_phone(), **facts)


def begin(db, visit: int, car: int, now: datetime = NOW, **facts: Any) -> int:
    with db.write() as session:
        facts = {"licence_seen": True} | facts
        return testdrives.begin(session, visit, car_id=car, now=now, **facts).id


def end(db, drive: int, km: int | None, now: datetime) -> None:
    with db.write() as session:
        testdrives.end(session, drive, km=km, now=now)


def row(db, visit: int) -> visits.VisitRow:
    with db.read() as session:
        return visits.row(session, visit)


def last_action(db) -> int:
    with db.read() as session:
        return session.scalars(select(Action.id).order_by(Action.id.desc())).first()


def take_back(db, action: int) -> None:
    with db.write() as session:
        amends.undo(session, action)


def at(**span: float) -> str:
    return dates.show_clock(later(**span))


def sentence(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value)


def book(db, car: int, start: datetime, minutes: int | None = None, **facts: Any) -> int:
    until = None if minutes is None else start + timedelta(minutes=minutes)
    with db.write() as session:
        return bookings.book(
            session, car_id=car, start=start, until=until, now=db.now(), **facts
        ).id
