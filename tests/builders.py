"""A showroom in a few lines, made by the services the desk itself uses; ids come back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import Connection, event, select
from sqlalchemy.orm import Session

from showroom import choices
from showroom.deals import closing
from showroom.door import reception
from showroom.guard import pins, staff
from showroom.people import customers
from showroom.store.db import Database
from showroom.store.models import Action, Change, ChoiceKind, Honorific, Role

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Beijing
TODAY = date(2026, 11, 18)

_phones = count(13800138000)


def stop_clock(db: Database) -> Database:
    """Let the clock of a database stand at `NOW`."""
    db.clock = lambda: NOW
    return db


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """As if nobody had a PIN: for what a story needs before it begins."""
    held = session.info.get("armed")
    session.info["armed"] = False
    try:
        yield
    finally:
        session.info["armed"] = held


def later(**span: float) -> datetime:
    """`NOW` and some `minutes`, `hours` or `days`."""
    return NOW + timedelta(**span)


def a_phone() -> str:
    """A mobile number nobody else has."""
    return str(next(_phones))


def a_member(session: Session, name: str = "王强", role: Role = Role.CONSULTANT) -> int:
    """Somebody who works here, whoever sits at the desk."""
    with unguarded(session):
        return staff.add(session, name=name, role=role).id


def two_at_work(db: Database) -> Database:
    """The clock stands, and two consultants are there."""
    stop_clock(db)
    for name in ("王强", "李娜"):
        with db.write() as session:
            a_member(session, name)
    return db


def a_pin(session: Session, staff_id: int, pin: str, *, by: int) -> None:
    """A PIN, given by who sits at the desk for a moment."""
    session.info["staff_id"] = by
    pins.set_pin(session, staff_id, pin)


def a_model(session: Session, name: str = "汉 EV") -> int:
    """A model of the shop."""
    return choices.find_or_add(session, ChoiceKind.MODEL, name)


def a_customer(session: Session, name: str = "张伟", **facts: Any) -> int:
    """A customer with a phone."""
    facts = {"phone": a_phone(), "honorific": Honorific.MR, "now": NOW, "today": TODAY} | facts
    return customers.add(session, name=name, **facts).id


def a_visit(session: Session, *, now: datetime = NOW, people: int = 2, **facts: Any) -> int:
    """A party that came in; with `facts` (name, phone, …) the visit is completed too."""
    visit = reception.arrive(session, people=people, now=now)
    if facts:
        reception.complete(session, visit.id, now=now, **facts)
    return visit.id


def a_deal(session: Session, customer_id: int, **facts: Any) -> int:
    """An order of today."""
    facts = {"price": Decimal(218000), "ordered_on": TODAY, "now": NOW, "today": TODAY} | facts
    if "model_id" not in facts:
        facts["model_id"] = a_model(session)
    return closing.close(session, customer_id=customer_id, **facts).id


def actions_on(session: Session, table: str, id: int) -> list[Action]:
    """The actions that changed a row, oldest first."""
    changed = select(Change.action_id).where(Change.table_name == table, Change.row_id == id)
    return list(session.scalars(select(Action).where(Action.id.in_(changed)).order_by(Action.id)))


@contextmanager
def a_full_disk(db: Database) -> Iterator[None]:
    """While it lasts the file may not grow, and every write has to: none gets onto the disk."""

    def grow(connection: Connection) -> None:
        if connection.get_execution_options().get("begin") == "BEGIN IMMEDIATE":
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
            connection.exec_driver_sql("CREATE TABLE filler AS SELECT zeroblob(10000000)")

    event.listen(db.engine, "commit", grow)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", grow)
        db.engine.dispose()  # the limit is one of each connection
