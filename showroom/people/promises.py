"""What a customer is promised next: one open contact by his level, and what the rules ask for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, time, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, String, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.guard import consent
from showroom.people import rules
from showroom.store import barred, journal, models
from showroom.store.listed import listed, named
from showroom.store.models import (
    CardKind,
    Customer,
    Deal,
    FollowUp,
    Level,
    Promise,
    Status,
)

CONTACTED = (Status.OPEN, Status.ORDERED)
COUNTED = 1000
AT_ONCE = 50
DATES = (
    *(Promise.BIRTHDAY, Promise.ANNIVERSARY, Promise.FIRST_SERVICE, Promise.INSPECTION),
    *(Promise.INSURANCE, Promise.LICENCE, Promise.WARRANTY),
)
"""What a day that comes near asks for, see `showroom.care.calendar`."""
ONE_AT_A_TIME = (Promise.NEXT, Promise.TWO_MONTHS, Promise.ABSENT, Promise.LOST, *DATES)
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


def occasion(
    shop: settings.Settings, level: Level, *, first_visit: bool = False, visited: bool = False
) -> str:
    """What asks for the next contact: a visit, else the cadence of the level (DOMAIN §2.2)."""
    if first_visit:
        return rules.FIRST_VISIT
    if visited and rules.rule(shop, rules.AGAIN).on:
        return rules.AGAIN
    return rules.of_level(level)


_NEXT: Final = select(FollowUp).where(  # made once: it is asked with every number that is left
    FollowUp.customer_id == bindparam("customer_id"),
    FollowUp.rule == Promise.NEXT,
    FollowUp.done_at.is_(None),
)


def next_contact(
    session: Session,
    customer: Customer,
    *,
    today: date,
    first_visit: bool = False,
    visited: bool = False,
    moved: bool = True,
) -> FollowUp | None:
    """Promise the next contact of a customer after a visit, or by his level, counted from today.

    The open promise is moved, not doubled; a day that was said to him stays. Whoever is no longer
    waited for (lost, dormant, invalid, owner, do not contact) has none, but an owner keeps what he
    was told. With `moved` False one that is there stays on its day, and whoever is lost keeps what
    he was told since.
    """
    open_one = session.scalar(_NEXT, {"customer_id": customer.id})
    silent = consent.is_barred(session, customer.id)
    if customer.status not in CONTACTED or silent:
        keeps = customer.status is Status.OWNER or not moved
        if open_one is not None and (silent or not (open_one.agreed and keeps)):
            session.delete(open_one)
        return None
    if open_one is not None and (open_one.agreed or not moved):
        return open_one
    shop = settings.load(session)
    code = occasion(shop, customer.level, first_visit=first_visit, visited=visited)
    if open_one is None:
        open_one = FollowUp(customer_id=customer.id, rule=Promise.NEXT)
        session.add(open_one)
    open_one.due_on, open_one.clock = rules.day(shop, code, today), None
    open_one.asked_by, open_one.since = code, today
    open_one.staff_id = rules.doer(session, rules.rule(shop, code), customer.consultant_id)
    return open_one


def hand_over(session: Session, customer: Customer, to: int | None) -> None:
    """The customer is another consultant's from now on, and so is what he is promised.

    What somebody else does stays with him, and so does the closing call of a complaint.
    """
    before, customer.consultant_id = customer.consultant_id, to
    if before != to and customer.id is not None:
        hand_over_many(session, {customer.id: (before, to)})


def hand_over_many(session: Session, changes: Mapping[int, tuple[int | None, int | None]]) -> None:
    """The same for many: by customer whose he was and whose he is."""
    theirs = select(FollowUp.id, FollowUp.customer_id, FollowUp.staff_id).where(
        FollowUp.customer_id.in_(listed(changes)),
        FollowUp.done_at.is_(None),
        FollowUp.rule != Promise.COMPLAINT,
    )
    moved = []
    for id, owner, staff_id in session.execute(theirs) if changes else ():
        before, to = changes[owner]
        if staff_id == before != to:
            moved.append({"id": id, "staff_id": to})
    journal.update_many(session, FollowUp, moved)


def next_days(session: Session, ids: Collection[int]) -> dict[int, dates.When]:
    """The day of the next contact that is promised, by customer."""
    found = select(FollowUp.customer_id, FollowUp.due_on, FollowUp.clock).where(
        FollowUp.customer_id.in_(listed(ids)),
        FollowUp.rule == Promise.NEXT,
        FollowUp.done_at.is_(None),
    )
    return {id: dates.When(due_on, clock) for id, due_on, clock in session.execute(found)}


def first_days(session: Session, ids: Collection[int] | None = None) -> dict[int, dates.When]:
    """The first day anything is promised for, by customer (all without `ids`).

    Of that day the first time that was said.
    """
    found = {}
    given = {} if ids is None else {"ids": json.dumps(list(ids))}
    for id, said in session.execute(_first_days(bool(given)), given):
        on, _space, at = said.rstrip("~").partition(" ")
        found[id] = dates.When(date.fromisoformat(on), time.fromisoformat(at) if at else None)
    return found


@cache
def _first_days(some: bool) -> Select[int, str]:
    """Made once: it is asked with every list of visits or customers."""
    clock = func.coalesce(" " + type_coerce(FollowUp.clock, String), "~")  # no time: after any
    first = func.min(type_coerce(FollowUp.due_on, String) + clock)
    query = select(FollowUp.customer_id, first).where(FollowUp.done_at.is_(None))
    if some:
        query = query.where(FollowUp.customer_id.in_(named("ids")))
    return query.group_by(FollowUp.customer_id)


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


def by_rule(
    session: Session, customer: Customer, code: str, since: date, *, deal_id: int | None = None
) -> FollowUp | None:
    """Promise the contact of an occasion that was on `since`; none where its rule is off."""
    shop = settings.load(session)
    held, asks = rules.rule(shop, code), rules.OCCASION[code].promise
    if not held.on or asks is None:
        return None
    made = promise(
        session,
        customer,
        asks,
        rules.day(shop, code, since),
        deal_id=deal_id,
        staff_id=rules.doer(session, held, customer.consultant_id),
    )
    if made is not None:
        made.asked_by, made.since = code, since
    return made


def after_deal(
    session: Session, customer: Customer, deal: Deal, *, today: date, missed: bool = False
) -> None:
    """What the rules ask for after this deal and was never promised; counted from the handover.

    Of what would be over by now only the contact that comes back is promised, or with `missed`
    everything. Whoever bought twice is contacted every two months once.
    """
    shop = settings.load(session)
    since = deal.delivered_on or deal.planned_on or deal.ordered_on
    theirs = select(FollowUp.rule, FollowUp.deal_id, FollowUp.done_at, FollowUp.due_on).where(
        FollowUp.customer_id == customer.id
    )
    known = session.execute(theirs).all()
    had = {row.rule for row in known if row.deal_id == deal.id}
    waiting = {row.rule for row in known if row.done_at is None}
    for code in rules.AFTER_DEAL:
        asks = rules.OCCASION[code].promise
        if asks is Promise.TWO_MONTHS:
            spoken = [dates.local_day(row.done_at) for row in known if _again(row)]
            if asks not in waiting:
                made = by_rule(session, customer, code, max([since, *spoken]), deal_id=deal.id)
                if made is not None and not missed:
                    made.due_on = max(made.due_on, today)
        elif asks not in had and (missed or rules.day(shop, code, since) >= today):
            by_rule(session, customer, code, since, deal_id=deal.id)


def _again(row: Any) -> bool:
    return row.rule is Promise.TWO_MONTHS and row.done_at is not None


def resume(session: Session, customer: Customer, *, today: date) -> None:
    """Whoever may be reached again, or lost a deal of several, is promised what his deals ask for.

    What the stop took out comes back (`showroom.people.stopped`). His next contact, too, as long as
    he is waited for; what is there stays on its day.
    """
    from showroom.people import stopped

    stopped.cards(session, customer, today=today)
    barred_still = consent.is_barred(session, customer.id)
    if not barred_still:
        stopped.contacts(session, customer, today=today)
    next_contact(session, customer, today=today, moved=False)
    if barred_still:
        return
    deals = select(Deal).where(Deal.customer_id == customer.id, Deal.cancelled_on.is_(None))
    for deal in session.scalars(deals.order_by(Deal.ordered_on.desc(), Deal.id.desc())).all():
        after_deal(session, customer, deal, today=today)
        session.flush()


def resume_many(session: Session, *, today: date) -> int:
    """Whoever fell through is promised a contact again; returns how many customers. Called daily.

    Who is waited for without a next contact, and who bought here and would not be contacted again:
    taking back an older step may leave such, and a rule that was off for a while. Of a deal that an
    import brought nothing was promised, and nothing is. At most `AT_ONCE` a day, the newest first.
    """
    session.flush()
    open_one = FollowUp.done_at.is_(None)
    waiting = select(FollowUp.customer_id).where(FollowUp.rule == Promise.NEXT, open_one)
    lacking = Customer.status.in_(CONTACTED) & Customer.id.not_in(waiting)
    shop = settings.load(session)
    if rules.rule(shop, rules.OF_PROMISE[Promise.TWO_MONTHS]).on:
        chained = select(FollowUp.customer_id).where(FollowUp.rule == Promise.TWO_MONTHS, open_one)
        # every deal closed here has it; an anniversary card is of imported ones too
        closed = select(models.Card.deal_id).where(
            models.Card.deal_id.is_not(None), models.Card.kind == CardKind.THANKS
        )
        bought = select(Deal.customer_id).where(Deal.cancelled_on.is_(None), Deal.id.in_(closed))
        lacking = lacking | (Customer.id.in_(bought) & Customer.id.not_in(chained))
    found = session.scalars(
        select(Customer)
        .where(lacking, Customer.erased_at.is_(None), ~barred.from_contact())
        .order_by(Customer.id.desc())
        .limit(AT_ONCE)
    ).all()
    for customer in found:
        journal.act(session, "remember_absent")
        resume(session, customer, today=today)
    return len(found)
