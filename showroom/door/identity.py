"""Who a party is: captured by its phone, joined, recognised, or parted again (DESIGN §4.2-4.3)."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from showroom import choices
from showroom.door import appointments, guests, handover, visits
from showroom.errors import ShowroomError
from showroom.guard import consent
from showroom.i18n import _
from showroom.people import again, customers, phones, promises, protection
from showroom.store import journal
from showroom.store.models import (
    ChoiceKind,
    Customer,
    HandOver,
    Honorific,
    Level,
    Phone,
    Staff,
    Status,
    Visit,
    VisitKind,
)


def join(session: Session, visit_id: int, customer_id: int) -> None:
    """This party is that customer: first or again is decided, and his consultant receives him.

    The consultant on file receives him while the protection lasts; the turn is given back
    (DESIGN §4.2). Whoever left no contact stays anonymous, see `recognise`.
    """
    _join(session, visits.to_write(session, visit_id), session.get_one(Customer, customer_id))


def _join(session: Session, visit: Visit, customer: Customer) -> None:
    journal.act(session, "complete", visit)
    before, visit.customer_id = visit.customer_id, customer.id
    visit.again = _came_before(session, visit)
    again.reckon(session, customer.id, anew=[visit.id])
    if before is not None and before != customer.id:
        again.reckon(session, before)
    protected = _protected(session, customer, visit.day)
    if customer.consultant_id is None or _has_left(session, customer.consultant_id):
        to = visit.consultant_id or customer.consultant_id
        promises.hand_over(session, customer, to)
    elif protected and visit.left_at is None:
        handover.to_who_is_on_file(session, visit, customer.consultant_id)
    if visit.kind is not VisitKind.CALL:
        customer.first_visit_on = min(customer.first_visit_on or visit.day, visit.day)
        customer.last_visit_on = max(customer.last_visit_on or visit.day, visit.day)
    visit.name = visit.name or customer.name
    if visit.honorific is Honorific.NONE:
        visit.honorific = customer.honorific
    visit.model_id = visit.model_id or customer.model_id
    if visit.channel_id in (None, choices.first(session, ChoiceKind.CHANNEL)):
        visit.channel_id = customer.channel_id or visit.channel_id
    if visit.level is None and customer.level is not Level.UNRATED:
        visit.level = customer.level
    gone = (Status.VISITED, Status.DORMANT, Status.LOST, Status.INVALID)
    if customer.status in gone and customer.contact_on is not None:
        if customer.status in customers.AWAY:
            from showroom.people import losses

            losses.came_back(session, customer.id, visit.arrived_at)
        customer.status = Status.OPEN
    tell_customer(session, visit, {})
    _promise(session, customer, visit)
    expected = appointments.arrived(session, visit)
    wanted = expected.consultant_id if expected is not None else None
    by_turn = visit.hand_over in (HandOver.TURN, HandOver.COMPENSATION) and visit.left_at is None
    if wanted is not None and by_turn and appointments.on_post(session, wanted):
        handover.hand_over(session, visit.id, wanted, HandOver.APPOINTMENT)


def recognise(session: Session, visit_id: int, guest_id: int) -> int:
    """This party is a guest who left no contact before: all his visits are one customer's.

    Whoever left his phone at this visit already takes the guest's visits and traits over. Returns
    the customer. One undo parts them again. Raises `ShowroomError` for who is not anonymous.
    """
    visit = visits.to_write(session, visit_id)
    guest = session.get(Customer, guest_id)
    if guest is None or not again.is_anonymous(guest):
        raise ShowroomError(
            _("Only a guest who left no contact can be joined with another customer.")
        )
    his = visit.customer_id
    current = session.get_one(Customer, his) if his is not None else None
    if current is None or again.is_anonymous(current):
        journal.act(session, "join", guest)
        if current is not None:
            guests.merge(session, current.id, guest_id)
        join(session, visit_id, guest_id)
        return guest_id
    journal.act(session, "join", current)
    guests.merge(session, guest_id, current.id)
    return current.id


def part(session: Session, visit_id: int) -> None:
    """It is not he after all: the visit is nobody's again. What was typed at the visit stays.

    Raises `ShowroomError` for who left a contact: then the phone says who it was.
    """
    visit = visits.to_write(session, visit_id)
    if visit.customer_id is None:
        return
    customer = session.get_one(Customer, visit.customer_id)
    if customer.contact_on is not None:
        raise ShowroomError(
            _("He left a contact: enter the right phone at the visit to say who it was.")
        )
    journal.act(session, "join", customer)
    visit.customer_id, visit.again = None, False
    session.flush()
    again.reckon(session, customer.id)


def capture(session: Session, visit: Visit, number: str, now: datetime) -> None:
    """Join the visit to whom the number belongs, or make him.

    Of an anonymous guest that is he himself, or somebody on file whom he turns out to be.
    """
    current = session.get(Customer, visit.customer_id) if visit.customer_id is not None else None
    same = phones.owners(session, number)
    if current is not None and current.id in same:
        return
    if current is not None and not again.is_anonymous(current):
        _correct_phone(session, current.id, number, visit.day)
        consent.captured(session, current.id, now=now, visit_id=visit.id)
        return
    known = _who(session, same, visit.name)
    if known is None:
        customer = guests.stay(session, visit, now=now)
        customers.left_contact(customer, visit.day)  # the next contact is promised by `_join`
        phones.add(session, customer.id, number, on=visit.day)
    else:
        if current is not None:
            guests.merge(session, current.id, known)
        customer = session.get_one(Customer, known)
        customers.left_contact(customer, visit.day)
    _join(session, visit, customer)
    consent.captured(session, customer.id, now=now, visit_id=visit.id)


def _correct_phone(session: Session, customer_id: int, number: str, on: date) -> None:
    """Another number for who is known: a correction while this is his only visit, else one more."""
    numbers = session.scalars(select(Phone.id).where(Phone.customer_id == customer_id)).all()
    visits = session.scalar(
        select(func.count()).select_from(Visit).where(Visit.customer_id == customer_id)
    )
    if len(numbers) == 1 and visits == 1:
        phones.change(session, numbers[0], number)
    else:
        phones.add(session, customer_id, number, on=on)


def _who(session: Session, ids: list[int], name: str) -> int | None:
    """Of the customers with a number, the one of that name; without a name the last who came."""
    if not name:
        return ids[0] if ids else None
    for id in ids:
        known = session.get_one(Customer, id).name
        if known == name or not known:
            return id
    return None


def tell_customer(session: Session, visit: Visit, facts: dict[str, Any]) -> None:
    """What was said at the visit goes into the file; a level moves the next contact."""
    customer = session.get_one(Customer, visit.customer_id)
    customer.name = visit.name or customer.name
    if visit.honorific is not Honorific.NONE:
        customer.honorific = visit.honorific
    customer.model_id = visit.model_id or customer.model_id
    customer.channel_id = customer.channel_id or visit.channel_id
    if "channel_id" in facts and not visit.again:
        unsaid = choices.first(session, ChoiceKind.CHANNEL)
        if customer.channel_id == unsaid and visit.channel_id is not None:
            customer.channel_id = visit.channel_id
    if visit.level is not None and customer.level not in (visit.level, Level.ORDERED):
        customer.level = visit.level
        if "level" in facts:
            _promise(session, customer, visit)


def _promise(session: Session, customer: Customer, visit: Visit) -> None:
    """The next contact after a visit; after a call that was not the first by level."""
    promises.next_contact(
        session,
        customer,
        today=visit.day,
        first_visit=not visit.again,
        visited=visit.kind is VisitKind.WALK_IN,
    )


def _came_before(session: Session, visit: Visit) -> bool:
    """Whether this customer came on an earlier day; again on the same day is the same visit day.

    A call is one more when he called or came before.
    """
    facts = {"customer_id": visit.customer_id, "day": visit.day, "at": visit.arrived_at}
    return session.scalar(_earlier(visit.kind is VisitKind.CALL), facts) is not None


@cache
def _earlier(call: bool) -> Select[int]:
    """Made once: it is asked with every number that is left."""
    his = select(Visit.id).where(Visit.customer_id == bindparam("customer_id")).limit(1)
    if call:
        return his.where(Visit.arrived_at < bindparam("at"), Visit.kind != VisitKind.ERRAND)
    return his.where(Visit.day < bindparam("day"), Visit.kind == VisitKind.WALK_IN)


def _protected(session: Session, customer: Customer, day: date) -> bool:
    session.flush()
    return protection.days_left(session, [customer.id], today=day).get(customer.id, -1) >= 0


def _has_left(session: Session, staff_id: int) -> bool:
    return not session.get_one(Staff, staff_id).active
