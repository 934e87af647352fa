"""Owners whose car was not here for long: a contact before they are lost (DOMAIN §5.1).

His car was here when he fetched it, came for whatever reason, or somebody read its kilometres.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.care.calendar import COMING, MISSED
from showroom.people import promises, rules
from showroom.store import barred, journal
from showroom.store.models import Customer, Deal, FollowUp, Promise, Status, Vehicle

CODE: Final = "absent"


def remember(session: Session, *, today: date) -> int:
    """Promise a contact to each owner who stays away; returns how many. Called every day.

    Seven days before it is due; of who stayed away long before the desk was closed nobody is made
    good. An open one moves when the car came meanwhile; a day that was chosen or said stays. Before
    that whoever fell through is promised a contact again (`promises.resume_many`).
    """
    promises.resume_many(session, today=today)
    shop = settings.load(session)
    if not rules.rule(shop, CODE).on:
        return 0
    open_ones = session.scalars(
        select(FollowUp).where(FollowUp.rule == Promise.ABSENT, FollowUp.done_at.is_(None))
    )
    waiting = {one.customer_id: one for one in open_ones}
    first, last = today - timedelta(days=MISSED), today + timedelta(days=COMING)
    made = 0
    for id, since in last_here(session).items():
        one, due = waiting.get(id), rules.day(shop, CODE, since)
        if one is None and first <= due <= last:
            journal.act(session, "remember_absent")
            promises.by_rule(session, session.get_one(Customer, id), CODE, since)
            made += 1
        elif one is not None and one.asked_by == CODE and not one.agreed and one.since != since:
            journal.act(session, "remember_absent")
            one.since, one.due_on = since, max(today, due)
    session.flush()
    return made


def last_here(session: Session) -> dict[int, date]:
    """The last day a car was here, or he was called about it, of each owner who may be reached."""
    owners = (
        select(Customer.id, Customer.last_visit_on, func.max(Deal.delivered_on))
        .join(Deal, Deal.customer_id == Customer.id)
        .where(Customer.status == Status.OWNER, ~barred.from_contact())
        .where(Deal.delivered_on.is_not(None), Deal.cancelled_on.is_(None))
        .group_by(Customer.id)
    )
    read = select(Vehicle.customer_id, func.max(Vehicle.km_on)).where(Vehicle.km_on.is_not(None))
    spoken = select(FollowUp.customer_id, func.max(FollowUp.done_at)).where(
        FollowUp.rule == Promise.ABSENT, FollowUp.done_at.is_not(None)
    )
    cars = dict(session.execute(read.group_by(Vehicle.customer_id)).all())
    called = {
        id: dates.local_day(at)
        for id, at in session.execute(spoken.group_by(FollowUp.customer_id))
        if at is not None
    }
    found = {}
    for id, visited, got in session.execute(owners):
        days = [visited, got, cars.get(id), called.get(id)]
        found[id] = max(day for day in days if day is not None)
    return found
