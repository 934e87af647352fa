"""Two files of one person, merged and parted in a line each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from showroom.people import (
    merging,
    unmerging,
)
from showroom.people.joining import Side
from showroom.store import journal
from showroom.store.models import (
    Customer,
    Phone,
)
from tests import builders as make
from tests.builders import later


def add(db, name: str, **facts: Any) -> int:
    with db.write() as session:
        return make.a_customer(session, name, **facts)


def put(db, row: Any, verb: str = "change_customer") -> int:
    """A row as it stands somewhere, whoever would write it."""
    with db.write() as session:
        journal.act(session, verb)
        session.add(row)
        session.flush()
        return row.id


def merge(db, other: int, customer: int, **chosen: Side) -> None:
    with db.write() as session:
        merging.merge(
            session, other, customer, chosen=chosen or None, now=db.now(), today=db.today()
        )


def undo(db, action: int | None = None) -> journal.Undone:
    with db.write() as session:
        return unmerging.undo(session, action)


def his(db, model: Any, id: int) -> list[Any]:
    with db.read() as session:
        return list(
            session.scalars(select(model).where(model.customer_id == id).order_by(model.id))
        )


def line(db, id: int) -> Customer:
    with db.read() as session:
        return session.get_one(Customer, id)


def come(db, id: int, *, days: int = 0, **facts: Any) -> int:
    """A visit of somebody known, by his phone."""
    with db.read() as session:
        number = session.scalar(select(Phone.number).where(Phone.customer_id == id)) or ""
        name = session.get_one(Customer, id).name
    with db.write() as session:
        return make.a_visit(session, now=later(days=days), phone=number, name=name, **facts)
