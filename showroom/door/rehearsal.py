"""A party that never came: what the first save of a day needs is there before it.

Each statement is compiled, and each library imported, when it is first needed; for the first party
of a day that takes longer than all the rest of its saves.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from showroom.door import cars, moments, reception, testdrives
from showroom.errors import ShowroomError
from showroom.guard import amends
from showroom.people import unmerging
from showroom.store import drafts
from showroom.store.db import Database
from showroom.store.models import Level, Moment, Refusal, Visit

PHONE: Final = "19900000000"
FEW: Final = 20
"""Of an action with so many entries its undo is rehearsed: more would keep others waiting."""


def rehearse(db: Database) -> None:
    """Receive a party from its arrival to its leaving, and keep nothing of it; any thread.

    One step at a time: who saves meanwhile waits for one of them at most. What cannot be done
    here, for want of a right or of a car, is left out.
    """
    steps: tuple[Callable[[Session, datetime], None], ...] = (
        _receive,
        _name,
        _capture,
        _ask,
        _drive,
        _take_back,
    )
    for step in steps:
        with suppress(ShowroomError), db.rehearsal() as session:
            step(session, db.now())


def _arrive(session: Session, now: datetime) -> Visit:
    visit = reception.arrive(session, people=2, now=now)
    session.flush()
    return visit


def _receive(session: Session, now: datetime) -> None:
    visit = _arrive(session, now)
    reception.leave(session, visit.id, at=now)
    reception.come_back(session, visit.id)


def _name(session: Session, now: datetime) -> None:
    visit = _arrive(session, now)
    drafts.save(session, f"visit:{visit.id}", {"name": "王"}, now=now)
    reception.complete(session, visit.id, now=now, name="王强")
    reception.complete(session, visit.id, now=now, level=Level.MONTH)
    drafts.drop(session, f"visit:{visit.id}")


def _capture(session: Session, now: datetime) -> None:
    visit = _arrive(session, now)
    reception.complete(session, visit.id, now=now, phone=PHONE)
    reception.complete(session, visit.id, now=now, level=Level.MONTH)


def _ask(session: Session, now: datetime) -> None:
    visit = _arrive(session, now)
    first, second, *_rest = Moment
    moments.ask(session, visit.id, first, refusal=Refusal.NO_REASON, now=now)
    moments.ask(session, visit.id, second, now=now)


def _drive(session: Session, now: datetime) -> None:
    free = [car for car in cars.listed(session) if not car.key_out]
    if not free:
        return
    visit = _arrive(session, now)
    drive = testdrives.begin(session, visit.id, car_id=free[0].id, licence_seen=True, now=now)
    session.flush()
    testdrives.end(session, drive.id, km=free[0].km + 1, now=now)


def _take_back(session: Session, now: datetime) -> None:
    count, _what = amends.weight(session, now=now)
    if 0 < count <= FEW:
        unmerging.undo(session)
