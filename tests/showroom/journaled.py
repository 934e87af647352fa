"""What the tests of the journal do to a desk: one row, one action."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from showroom.store import journal
from showroom.store.models import (
    Action,
    Change,
    Customer,
    Visit,
    everything,
)
from tests.builders import NOW, TODAY


def tables(db) -> dict[str, list[tuple[Any, ...]]]:
    """Every journaled row as it stands."""
    with db.read() as session:
        return {
            mapper.local_table.name: [
                tuple(row)
                for row in session.connection().execute(
                    select(mapper.local_table).order_by(mapper.local_table.c.id)
                )
            ]
            for mapper in everything().registry.mappers
            if mapper.class_.journaled
        }


def add(db, row, verb: str = "add_customer") -> int:
    with db.write() as session:
        journal.act(session, verb, row)
        session.add(row)
    return row.id


def change(db, model, id: int, **facts: object) -> int:
    with db.write() as session:
        row = session.get_one(model, id)
        journal.act(session, "change_customer", row)
        for name, value in facts.items():
            setattr(row, name, value)
    return last(db)


def remove(db, model, id: int) -> int:
    with db.write() as session:
        row = session.get_one(model, id)
        journal.act(session, "change_customer", row)
        session.delete(row)
    return last(db)


def undo(db, action_id: int | None = None) -> journal.Undone:
    with db.write() as session:
        return journal.undo(session, action_id)


def redo(db) -> journal.Undone:
    with db.write() as session:
        return journal.redo(session)


def last(db) -> int:
    with db.read() as session:
        return session.scalar(select(func.max(Action.id)))


def get(db, model, id: int):
    with db.read() as session:
        return session.get(model, id)


def changes(db, action_id: int | None = None) -> list[Change]:
    with db.read() as session:
        chosen = Change.action_id == (action_id or last(db))
        return list(session.scalars(select(Change).where(chosen).order_by(Change.id)))


def customer(**facts: object) -> Customer:
    return Customer(**{"name": "张伟", "created_at": NOW, **facts})


def visit(**facts: object) -> Visit:
    return Visit(**{"day": TODAY, "number": 1, "arrived_at": NOW, **facts})
