"""Customers who were lost are asked once more, some months later, where the rule is on.

Half of what is lost was lost in the consultant's head (DOMAIN §2.4): the manager asks himself. Off
as delivered; the call of who stays away from the workshop (§5.1) is `showroom.care.absent`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.care.calendar import COMING, MISSED
from showroom.people import losses, promises, rules
from showroom.store import barred, journal
from showroom.store.models import Customer, FollowUp, Loss, LossState, Promise, Status

CODE: Final = "lost"
VERB: Final = "remember_lost"


def remember(session: Session, *, today: date) -> int:
    """Promise one contact after each loss; returns how many. Called every day.

    Seven days before it is due, once for each loss; nobody who must not be contacted, and of what
    was lost long before the rule was on nothing. Who is no longer lost is not asked any more.
    """
    shop = settings.load(session)
    if not rules.rule(shop, CODE).on:
        return 0
    _take_back(session)
    asked = _asked(session)
    first, last = today - timedelta(days=MISSED), today + timedelta(days=COMING)
    made = 0
    for id, lost_at in _lost_at(session).items():
        since = dates.local_day(lost_at)
        if first <= rules.day(shop, CODE, since) <= last and asked.get(id, lost_at) <= lost_at:
            journal.act(session, VERB)
            promises.by_rule(session, session.get_one(Customer, id), CODE, since)
            made += 1
    session.flush()
    return made


def _asked(session: Session) -> dict[int, datetime]:
    """When each customer was asked last; who is still to be asked, at the end of time."""
    found: dict[int, datetime] = {}
    query = select(FollowUp.customer_id, FollowUp.done_at).where(FollowUp.rule == Promise.LOST)
    for id, at in session.execute(query):
        at = datetime.max.replace(tzinfo=UTC) if at is None else at
        found[id] = max(at, found.get(id, at))
    return found


def _lost_at(session: Session) -> dict[int, datetime]:
    """The moment of the last approved loss of each customer who is lost and may be reached."""
    query = (
        select(Customer.id, func.max(Loss.decided_at))
        .join(Loss, Loss.customer_id == Customer.id)
        .where(Customer.status == Status.LOST, Customer.erased_at.is_(None))
        .where(Loss.state == LossState.APPROVED, Loss.reactivated_at.is_(None))
        .where(~barred.from_contact())
        .group_by(Customer.id)
    )
    return {id: at for id, at in session.execute(query) if at is not None}


def _take_back(session: Session) -> None:
    """Whoever came back is contacted by his level, also where two files became one."""
    back = session.scalars(
        select(FollowUp.customer_id)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(FollowUp.rule == Promise.LOST, FollowUp.done_at.is_(None))
        .where(FollowUp.agreed.is_(False), Customer.status != Status.LOST)
    ).all()
    if back:
        journal.act(session, VERB)
        losses.ask_no_more(session, back)
