"""What goes along when a list changes who is on file: the contacts, the birthday card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.people import birthdays, promises
from showroom.sheets.match import Person
from showroom.sheets.plan import Plan
from showroom.store.listed import listed
from showroom.store.models import Customer


@contextmanager
def following(session: Session, planned: Plan) -> Iterator[None]:
    """While the customers of a plan are written: afterwards what waits for them is where it
    belongs."""
    given = _changed(planned.people, "consultant_id")
    before = _consultants(session, given)
    yield
    after = _consultants(session, given)
    promises.hand_over_many(session, {id: (before[id], after[id]) for id in given})
    born = _changed(planned.people, "birthday")
    if born:
        birthdays.follow_many(session, born, today=planned.today)


def _changed(people: Sequence[Person], fact: str) -> list[int]:
    return [one.id for one in people if one.id is not None and fact in one.changed]


def _consultants(session: Session, ids: Sequence[int]) -> dict[int, int | None]:
    query = select(Customer.id, Customer.consultant_id).where(Customer.id.in_(listed(ids)))
    return {id: consultant_id for id, consultant_id in session.execute(query)} if ids else {}
