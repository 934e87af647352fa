"""Customers who were lost are asked once more, some months later, while the rule is on.

Half of what is lost was lost in the consultant's head (DOMAIN §2.4): the manager asks himself, a
few at a time. The call of who stays away from the workshop (§5.1) is `showroom.care.absent`.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.care.calendar import COMING, MISSED
from showroom.people import losses, promises, rules
from showroom.store import barred, journal
from showroom.store.listed import listed
from showroom.store.models import Customer, FollowUp, Loss, LossState, Promise, Setting, Status

CODE: Final = "lost"
VERB: Final = "remember_lost"
OWED: Final = "lost_owed"
"""Under what the desk keeps where the queue begins; no setting that anybody makes."""

AT_ONCE: Final = 10
"""So many wait at most: a desk with thousands of old losses floods nobody's list in one night."""


def remember(session: Session, *, today: date) -> int:
    """Promise one contact after each loss; returns how many. Called every day.

    Seven days before it is due, once for each loss, the first that are due while fewer than
    `AT_ONCE` wait; nobody who must not be contacted, and of what was lost long before nothing. Who
    was due while there was no room keeps his place until there is. Who is no longer lost is not
    asked any more.
    """
    shop = settings.load(session)
    owed = _owed(session)
    if not rules.rule(shop, CODE).on:
        _owe(session, owed, None)
        return 0
    _take_back(session)
    first, last = today - timedelta(days=MISSED), today + timedelta(days=COMING)
    low, high = rules.span(shop, CODE, first, last)
    found = {
        id: (since, lost_at)
        for id, lost_at in _lost_at(session, min(low, owed or low), high).items()
        if (due := rules.day(shop, CODE, since := dates.local_day(lost_at))) <= last
        and (due >= first or (owed is not None and since >= owed))
    }
    waits, asked = _waiting(session), _asked(session, found)
    wanted = sorted(
        (since, id)
        for id, (since, lost_at) in found.items()
        if id not in waits and asked.get(id, lost_at) <= lost_at
    )
    chosen = wanted[: max(0, AT_ONCE - len(waits))]
    for since, id in chosen:
        journal.act(session, VERB)
        made = promises.by_rule(session, session.get_one(Customer, id), CODE, since)
        if made is not None and made.due_on < first:
            made.due_on = today  # he waited for room, not for his day
    _owe(session, owed, next((since for since, _id in wanted[len(chosen) :]), None))
    session.flush()
    return len(chosen)


def _owed(session: Session) -> date | None:
    """The day of the first loss that was due and for which there was no room."""
    told = session.scalar(select(Setting.value).where(Setting.key == OWED))
    return date.fromisoformat(json.loads(told)) if told else None


def _owe(session: Session, before: date | None, since: date | None) -> None:
    """Keep from which loss on somebody still has his place; nothing where nobody has."""
    if since == before:
        return
    journal.act(session, VERB)
    row = session.scalar(select(Setting).where(Setting.key == OWED))
    if since is None:
        session.delete(row)
    elif row is None:
        session.add(Setting(key=OWED, value=json.dumps(since.isoformat())))
    else:
        row.value = json.dumps(since.isoformat())


def _waiting(session: Session) -> set[int]:
    """Who is still to be asked."""
    open_ones = (FollowUp.rule == Promise.LOST, FollowUp.done_at.is_(None))
    return set(session.scalars(select(FollowUp.customer_id).where(*open_ones)))


def _asked(session: Session, ids: Collection[int]) -> dict[int, datetime]:
    """When each of these customers was asked last."""
    query = (
        select(FollowUp.customer_id, func.max(FollowUp.done_at))
        .where(FollowUp.customer_id.in_(listed(ids)))
        .where(FollowUp.rule == Promise.LOST, FollowUp.done_at.is_not(None))
        .group_by(FollowUp.customer_id)
    )
    return {id: at for id, at in session.execute(query) if at is not None}


def _lost_at(session: Session, first: date, last: date) -> dict[int, datetime]:
    """The moment of the last approved loss of each customer who is lost and may be reached, where
    it lies between these days."""
    query = (
        select(Customer.id, func.max(Loss.decided_at))
        .join(Loss, Loss.customer_id == Customer.id)
        .where(Customer.status == Status.LOST, Customer.erased_at.is_(None))
        .where(Loss.state == LossState.APPROVED, Loss.reactivated_at.is_(None))
        .where(Loss.decided_at >= dates.at(first, time.min))
        .where(~barred.from_contact())
        .group_by(Customer.id)
        .having(func.max(Loss.decided_at) < dates.at(last + timedelta(days=1), time.min))
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
