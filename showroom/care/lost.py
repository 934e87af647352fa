"""Customers who were lost are asked once more, some months later, where the rule is on.

Half of what is lost was lost in the consultant's head (DOMAIN §2.4): the manager asks himself. Off
as delivered; the call of who stays away from the workshop (§5.1) is `showroom.care.absent`.
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
from showroom.store.models import Customer, FollowUp, Loss, LossState, Promise, Status

CODE: Final = "lost"


def remember(session: Session, *, today: date) -> int:
    """Promise one contact after each loss; returns how many. Called every day.

    Seven days before it is due, once for each loss; nobody who must not be contacted, and of what
    was lost long before the rule was on nothing. Who is no longer lost is not asked any more.
    """
    shop = settings.load(session)
    if not rules.rule(shop, CODE).on:
        return 0
    _take_back(session)
    asked = {
        (id, since)
        for id, since in session.execute(
            select(FollowUp.customer_id, FollowUp.since).where(FollowUp.rule == Promise.LOST)
        )
    }
    waiting = set(
        session.scalars(
            select(FollowUp.customer_id).where(
                FollowUp.rule == Promise.LOST, FollowUp.done_at.is_(None)
            )
        )
    )
    first, last = today - timedelta(days=MISSED), today + timedelta(days=COMING)
    made = 0
    for id, since in _lost_on(session).items():
        due = rules.day(shop, CODE, since)
        if first <= due <= last and id not in waiting and (id, since) not in asked:
            journal.act(session, "remember_absent")
            promises.by_rule(session, session.get_one(Customer, id), CODE, since)
            made += 1
    session.flush()
    return made


def _lost_on(session: Session) -> dict[int, date]:
    """The day of the last approved loss of each customer who is lost and may be reached."""
    query = (
        select(Customer.id, func.max(Loss.decided_at))
        .join(Loss, Loss.customer_id == Customer.id)
        .where(Customer.status == Status.LOST, Customer.erased_at.is_(None))
        .where(Loss.state == LossState.APPROVED, Loss.reactivated_at.is_(None))
        .where(~barred.from_contact())
        .group_by(Customer.id)
    )
    return {id: dates.local_day(at) for id, at in session.execute(query) if at is not None}


def _take_back(session: Session) -> None:
    """Whoever came back is contacted by his level; what he was told stays."""
    gone = (
        select(FollowUp)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(FollowUp.rule == Promise.LOST, FollowUp.done_at.is_(None))
        .where(FollowUp.agreed.is_(False), Customer.status != Status.LOST)
    )
    for one in session.scalars(gone).all():
        journal.act(session, "remember_absent")
        session.delete(one)
