"""What a customer is promised next: one open contact by his level, and what deals set going."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.guard import consent
from showroom.store.models import Customer, FollowUp, Level, Promise, Status

CONTACTED = (Status.OPEN, Status.ORDERED)
COUNTED = 1000
DATES = (
    *(Promise.BIRTHDAY, Promise.ANNIVERSARY, Promise.FIRST_SERVICE, Promise.INSPECTION),
    *(Promise.INSURANCE, Promise.LICENCE, Promise.WARRANTY),
)
"""What a day that comes near asks for, see `showroom.care.calendar`."""
ONE_AT_A_TIME = (Promise.NEXT, *DATES)
"""Of these a customer has one open contact."""


class Waiting(NamedTuple):
    """How many customers wait for a contact that is due by today, and how many since before."""

    due: int
    late: int


def waiting(session: Session, today: date) -> Waiting:
    """Count who waits for a contact; beyond 1,000 promises either number is just 1,000."""

    def count(until: date) -> int:
        open_ones = (
            select(FollowUp.customer_id)
            .where(FollowUp.done_at.is_(None), FollowUp.due_on <= until)
            .limit(COUNTED)
            .subquery()
        )
        customers = func.count(open_ones.c.customer_id.distinct())
        rows, those = session.execute(select(func.count(), customers).select_from(open_ones)).one()
        return COUNTED if rows == COUNTED else those

    return Waiting(count(due_day(today, late=False)), count(due_day(today, late=True)))


def due_day(today: date, *, late: bool) -> date:
    """The last day a contact that is due (or already late) was promised for."""
    return today - timedelta(days=1) if late else today


def days_to_next(shop: settings.Settings, level: Level, *, first_visit: bool) -> int:
    """Days until the next contact: the day after a first visit, else by level (DOMAIN §2.2)."""
    return shop.first_visit_days if first_visit else shop.cadence[level]


def next_contact(
    session: Session,
    customer: Customer,
    *,
    today: date,
    first_visit: bool = False,
    moved: bool = True,
) -> FollowUp | None:
    """Promise the next contact of a customer by his level, counted from today.

    The open promise is moved, not doubled; whoever is no longer waited for (lost, dormant,
    invalid, owner, do not contact) has none. With `moved` False one that is there stays on its day.
    """
    open_one = session.scalar(
        select(FollowUp).where(
            FollowUp.customer_id == customer.id,
            FollowUp.rule == Promise.NEXT,
            FollowUp.done_at.is_(None),
        )
    )
    if customer.status not in CONTACTED or consent.is_barred(session, customer.id):
        if open_one is not None:
            session.delete(open_one)
        return None
    if open_one is not None and not moved:
        return open_one
    days = days_to_next(settings.load(session), customer.level, first_visit=first_visit)
    due = today + timedelta(days=days)
    if open_one is None:
        open_one = FollowUp(customer_id=customer.id, rule=Promise.NEXT, due_on=due)
        session.add(open_one)
    open_one.due_on = due
    open_one.staff_id = customer.consultant_id
    return open_one


def next_days(session: Session, ids: Collection[int]) -> dict[int, date]:
    """The day of the next contact that is promised, by customer."""
    found = select(FollowUp.customer_id, FollowUp.due_on).where(
        FollowUp.customer_id.in_(ids), FollowUp.rule == Promise.NEXT, FollowUp.done_at.is_(None)
    )
    return {customer_id: due_on for customer_id, due_on in session.execute(found)}


def promise(
    session: Session,
    customer: Customer,
    rule: Promise,
    due_on: date,
    *,
    deal_id: int | None = None,
    staff_id: int | None = None,
) -> FollowUp | None:
    """Promise one contact by a rule; none to whoever may not be reached."""
    if consent.is_barred(session, customer.id):
        return None
    follow_up = FollowUp(
        customer_id=customer.id,
        deal_id=deal_id,
        rule=rule,
        due_on=due_on,
        staff_id=staff_id or customer.consultant_id,
    )
    session.add(follow_up)
    return follow_up
