"""The contacts that are due: done with a result, tried in vain, postponed (DOMAIN §2.2, §5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from showroom import choices, dates
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, mask, staff
from showroom.i18n import N_, _
from showroom.people import customers, promises
from showroom.store import barred, journal
from showroom.store.models import Customer, FollowUp, Honorific, Level, Promise, Status, Way
from showroom.text import clean

RESULTS = {
    "reached": N_("Spoken to"),
    "coming": N_("Will come in"),
    "comparing": N_("Still comparing"),
    "satisfied": N_("Satisfied"),
    "complaint": N_("Not satisfied"),
    "no_answer": N_("No answer"),
}
"""What usually comes of a contact; the last is an attempt and leaves the promise open."""

NO_ANSWER = "no_answer"
FIRST = (Promise.MANAGER_CALL, Promise.THANK_INTRODUCER)
"""Of what is due on one day these come first."""


class FollowUpRow(NamedTuple):
    """One contact; `late` are the days since it was due, below 0 it is still to come."""

    id: int
    customer_id: int
    name: str
    honorific: Honorific
    phone: str
    rule: Promise
    due_on: date
    late: int
    level: Level
    status: Status
    model: str
    staff_id: int | None
    staff: str
    consultant: str
    last_visit_on: date | None
    last_contact_on: date | None
    last_result: str
    done_at: datetime | None
    result: str


class Board(NamedTuple):
    """Ids of what is due by today, the first `late` of them since before; to come; done today."""

    due: list[int]
    late: int
    coming: list[int]
    done: list[int]


def board(session: Session, today: date, *, ahead: int = 7, staff_id: int | None = None) -> Board:
    """What is to be done and was done, as the desk lists it; narrowed to one member of staff."""
    found = session.execute(_due(today, staff_id)).all()
    coming = _open_ones(staff_id).where(
        FollowUp.due_on > today, FollowUp.due_on <= today + timedelta(days=ahead)
    )
    return Board(
        [id for id, _on in found],
        sum(on < today for _id, on in found),
        [id for id, _on in session.execute(coming)],
        done_on(session, today, staff_id=staff_id),
    )


def due(session: Session, today: date, *, staff_id: int | None = None) -> list[int]:
    """Ids of what is due by today, the latest first; of one day the manager's call.

    Who must not be contacted is in no list; `staff_id` narrows to whom it was given.
    """
    return [id for id, _on in session.execute(_due(today, staff_id))]


def count_due(session: Session, today: date) -> int:
    """How many are due by today."""
    found = _due(today, None).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _due(today: date, staff_id: int | None) -> Select[int, date]:
    return _open_ones(staff_id).where(FollowUp.due_on <= today)


def _open_ones(staff_id: int | None) -> Select[int, date]:
    """What is not done yet, of whoever may be reached."""
    query = (
        select(FollowUp.id, FollowUp.due_on)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(FollowUp.done_at.is_(None), ~barred.from_contact())
        .order_by(FollowUp.due_on, case((FollowUp.rule.in_(FIRST), 0), else_=1), FollowUp.id)
    )
    return query if staff_id is None else query.where(FollowUp.staff_id == staff_id)


def done_on(session: Session, day: date, *, staff_id: int | None = None) -> list[int]:
    """Ids of what was done on a day, the last first."""
    start, end = dates.at(day, time.min), dates.at(day + timedelta(days=1), time.min)
    query = (
        select(FollowUp.id)
        .where(FollowUp.done_at >= start, FollowUp.done_at < end)
        .order_by(FollowUp.done_at.desc(), FollowUp.id.desc())
    )
    if staff_id is not None:
        query = query.where(FollowUp.staff_id == staff_id)
    return list(session.scalars(query))


def rows(session: Session, ids: Sequence[int], today: date) -> list[FollowUpRow]:
    """The lines for these ids, in no order; an id that is gone has none."""
    found = session.execute(
        select(FollowUp, Customer)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(FollowUp.id.in_(ids))
    ).all()
    owners = {customer.id for _follow_up, customer in found}
    silent = consent.withdrawn(session)[Way.PHONE]
    phones = customers.first_phones(session, owners)
    seen = mask.seen(session, owners)
    last: dict[int, tuple[datetime | None, str]] = {
        owner: (at, result)
        for owner, at, result in session.execute(
            select(FollowUp.customer_id, FollowUp.done_at, FollowUp.result)
            .where(FollowUp.customer_id.in_(owners), FollowUp.done_at.is_not(None))
            .order_by(FollowUp.done_at, FollowUp.id)
        )
    }
    labels, names = choices.labels(session), staff.names(session)
    lines = []
    for follow_up, customer in found:
        contacted_at, said = last.get(customer.id, (None, ""))
        whole = customer.id in seen
        lines.append(
            FollowUpRow(
                id=follow_up.id,
                customer_id=customer.id,
                name=customer.name,
                honorific=customer.honorific,
                phone=""
                if customer.do_not_contact or customer.id in silent
                else phones.get(customer.id, ""),
                rule=follow_up.rule,
                due_on=follow_up.due_on,
                late=(today - follow_up.due_on).days,
                level=customer.level,
                status=customer.status,
                model=labels.get(customer.model_id or 0, ""),
                staff_id=follow_up.staff_id,
                staff=names.get(follow_up.staff_id or 0, ""),
                consultant=names.get(customer.consultant_id or 0, ""),
                last_visit_on=customer.last_visit_on,
                last_contact_on=dates.local_day(contacted_at) if contacted_at else None,
                last_result=mask.text(said, whole=whole),
                done_at=follow_up.done_at,
                result=mask.text(follow_up.result, whole=whole),
            )
        )
    return lines


def done(
    session: Session,
    follow_up_id: int,
    *,
    result: str,
    level: Level | None = None,
    reached: bool = True,
    now: datetime,
    today: date,
) -> FollowUp | None:
    """Note what came of a contact, in words; a level moves with it. Returns what is promised next.

    The next contact follows by level; who was not reached is tried again tomorrow; a contact every
    two months comes back. Raises `Invalid` beside `result` when nothing is said, and
    `ShowroomError` when it was done already or the customer must not be contacted.
    """
    follow_up, customer = _open(session, follow_up_id)
    said = clean(result)
    if not said:
        raise Invalid({"result": _("Say what came of it.")})
    journal.act(session, "follow_up", customer)
    follow_up.done_at, follow_up.result = now, said
    session.flush()
    if reached and follow_up.rule is Promise.THANK_INTRODUCER and follow_up.deal_id is None:
        from showroom.people import talks

        talks.thanked(session, customer.id, now=now)
    if reached and follow_up.rule is Promise.COMPLAINT:
        from showroom.care import complaints

        complaints.called(session, customer.id, said, now=now)
    if level is not None and level is not customer.level:
        customers.set_level(session, customer.id, level, today=today)
    coming = _next(session, follow_up, customer, reached, today)
    session.flush()
    return coming


def _next(
    session: Session, follow_up: FollowUp, customer: Customer, reached: bool, today: date
) -> FollowUp | None:
    rule, again = follow_up.rule, today + timedelta(days=1)
    if rule is Promise.NEXT:
        coming = promises.next_contact(session, customer, today=today)
        if coming is not None and not reached:
            coming.due_on = again
        return coming
    if reached and rule is not Promise.TWO_MONTHS:
        return None
    return promises.promise(
        session,
        customer,
        rule,
        dates.add_months(today, 2) if reached else again,
        deal_id=follow_up.deal_id,
        staff_id=follow_up.staff_id,
    )


def postpone(session: Session, follow_up_id: int, *, to: date, why: str = "", today: date) -> None:
    """Move a contact to a later day. Raises `Invalid` beside `to`, `ShowroomError` as `done`."""
    follow_up, customer = _open(session, follow_up_id)
    if to <= today:
        raise Invalid({"to": _("Choose a day after today.")})
    journal.act(session, "postpone", customer, why=clean(why))
    follow_up.due_on = to


def _open(session: Session, follow_up_id: int) -> tuple[FollowUp, Customer]:
    follow_up = session.get(FollowUp, follow_up_id)
    if follow_up is None:
        raise ShowroomError(_("This follow-up is no longer there."))
    if follow_up.done_at is not None:
        raise ShowroomError(_("This follow-up is done already."))
    customer = session.get_one(Customer, follow_up.customer_id)
    if consent.is_barred(session, customer.id):
        raise ShowroomError(_("This customer must not be contacted."))
    return follow_up, customer
