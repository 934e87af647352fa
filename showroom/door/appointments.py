"""Who is expected: made, moved, cancelled, and known again when he comes (DOMAIN §9).

An appointment belongs to a customer of the file, or has a name and a phone of its own until he
comes. `showroom.door.checkin` opens the visit of who is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, dates, text
from showroom.door import turns
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed, mask
from showroom.i18n import _
from showroom.people import customers, phones
from showroom.store import journal
from showroom.store.models import (
    Action,
    Aim,
    Appointment,
    ChoiceKind,
    Customer,
    Honorific,
    Phone,
    Staff,
    Visit,
    VisitKind,
)
from showroom.words import called

FACTS: Final = frozenset(
    "at aim people name honorific phone customer_id consultant_id model_id channel_id note".split()
)


class Standing(StrEnum):
    """How it is with an appointment."""

    OPEN = "open"
    CAME = "came"
    MISSED = "missed"
    CANCELLED = "cancelled"


class DayCounts(NamedTuple):
    """The appointments of a day: `made` without the cancelled = `came` + `missed` + `open`.

    Whoever came counts as invited: a plan that was made only after he had come is never joined to
    his visit (DOMAIN §9).
    """

    made: int
    came: int
    missed: int
    open: int
    cancelled: int


# --- what is said of a day


def day_counts(session: Session, day: date, *, today: date) -> DayCounts:
    """How many were expected on a day, came, and did not come once the day is over or closed."""
    over = closed.since(session, today) is not None
    held = session.scalars(select(Appointment).where(Appointment.day == day))
    stand = [standing(one, today, over) for one in held]
    came, missed, still = (
        stand.count(one) for one in (Standing.CAME, Standing.MISSED, Standing.OPEN)
    )
    return DayCounts(came + missed + still, came, missed, still, stand.count(Standing.CANCELLED))


def invited(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these visits that were expected before they came."""
    found = session.scalars(select(Appointment.visit_id).where(Appointment.visit_id.in_(ids)))
    return {id for id in found if id is not None}


# --- making and changing


def make(
    session: Session,
    *,
    at: datetime,
    now: datetime,
    call_id: int | None = None,
    again_of: int | None = None,
    **facts: Any,
) -> Appointment:
    """Somebody will come: `at`, and any of `FACTS`; `call_id` is the call that led to it.

    What is not said comes from the customer's file; a phone of the file names its customer. Phones
    that were shown hidden are those of `again_of`, when he did not come. A model may be given by
    its name. Raises `Invalid` beside `when`, `who`, `phone` or `people`.
    """
    appointment = Appointment(
        at=at, day=dates.local_day(at), made_on=dates.local_day(now), call_id=call_id
    )
    journal.act(session, "appoint", appointment)
    if at < now:
        raise Invalid({"when": _too_late(now)})
    if again_of is not None:
        before = _get(session, again_of)
        if text.is_hidden(facts.get("phone") or ""):
            facts["phone"] = before.phone
        facts["note"] = mask.meant(facts.get("note") or "", before.note)
    _set(session, appointment, facts)
    session.add(appointment)
    session.flush()
    return appointment


def change(session: Session, appointment_id: int, *, now: datetime, **facts: Any) -> None:
    """Change any of `FACTS`; a new `at` postpones it.

    Raises `Invalid` as `make`, `ShowroomError` when he came, did not come, or it was cancelled.
    """
    appointment = _get(session, appointment_id)
    _refuse_over(session, appointment, now)
    journal.act(session, "appoint", appointment)
    at = facts.pop("at", appointment.at)
    if at != appointment.at:
        if at < now:
            raise Invalid({"when": _too_late(now)})
        appointment.at, appointment.day = at, dates.local_day(at)
    _set(session, appointment, facts)


def cancel(session: Session, appointment_id: int, *, now: datetime) -> None:
    """He does not come after all. Raises `ShowroomError` when he came already or it is past."""
    appointment = _get(session, appointment_id)
    _refuse_over(session, appointment, now)
    journal.act(session, "appoint", appointment)
    appointment.cancelled_at = now


def put_back(session: Session, appointment_id: int, *, now: datetime) -> None:
    """It stands again.

    Raises `Invalid` when he has another one on that day since, `ShowroomError` when that day is
    over.
    """
    appointment = _get(session, appointment_id)
    journal.act(session, "appoint", appointment)
    appointment.cancelled_at = None
    _refuse_over(session, appointment, now)
    _refuse_twice(session, appointment)


def _too_late(now: datetime) -> str:
    return _("It is {time} already: choose a time that is still to come.").format(
        time=f"{dates.local(now):%m-%d %H:%M}"
    )


def _refuse_over(session: Session, appointment: Appointment, now: datetime) -> None:
    """What is over stays as it was."""
    if appointment.visit_id is not None:
        raise ShowroomError(was_here(session, appointment))
    if appointment.cancelled_at is not None:
        raise ShowroomError(_("This appointment was cancelled: put it back first."))
    today = dates.local_day(now)
    over = closed.since(session, today) is not None
    if standing(appointment, today, over) is Standing.MISSED:
        raise ShowroomError(
            _("He did not come on {day}. Make a new appointment: this one stays counted.").format(
                day=f"{appointment.day:%m-%d}"
            )
        )


def _set(session: Session, appointment: Appointment, facts: dict[str, Any]) -> None:
    phone = facts.pop("phone", None)
    for fact, value in facts.items():
        if fact not in FACTS:
            raise ValueError(fact)
        if fact == "model_id" and isinstance(value, str):
            value = choices.find_or_add(session, ChoiceKind.MODEL, value)
        elif type(value) is str:
            value = mask.meant(text.clean(value), getattr(appointment, fact) or "")
        setattr(appointment, fact, value)
    if appointment.people is None:
        appointment.people = 1
    if not 1 <= appointment.people <= 99:
        raise Invalid({"people": _("A party has 1 to 99 people.")})
    if phone is not None and not text.is_hidden(phone):
        appointment.phone = text.phone(phone) if text.narrow(phone) else ""
    if len(appointment.name or "") > customers.LONGEST_NAME:
        raise Invalid(
            {
                "who": _("A name has at most {count} characters.").format(
                    count=customers.LONGEST_NAME
                )
            }
        )
    if appointment.customer_id is None and appointment.phone:
        _find_customer(session, appointment)
    if appointment.customer_id is not None:
        _from_file(session, appointment)
    elif not (appointment.name or appointment.phone):
        raise Invalid({"who": _("Say who comes: a name, a phone, or a customer.")})
    _refuse_twice(session, appointment)


def _find_customer(session: Session, appointment: Appointment) -> None:
    """The customer with that phone: of several the one of that name, else nobody yet."""
    ids = phones.owners(session, appointment.phone)
    if len(ids) > 1 and appointment.name:
        ids = [id for id in ids if session.get_one(Customer, id).name == appointment.name]
    if len(ids) == 1:
        appointment.customer_id = ids[0]


def _from_file(session: Session, appointment: Appointment) -> None:
    """What the file knows; a name and a phone of its own are not kept beside it."""
    customer = session.get(Customer, appointment.customer_id)
    if customer is None or customer.erased_at is not None:
        raise Invalid({"who": _("This customer is no longer in the file.")})
    appointment.consultant_id = appointment.consultant_id or customer.consultant_id
    appointment.model_id = appointment.model_id or customer.model_id
    appointment.phone = ""
    if customer.name:
        appointment.name = ""


def _refuse_twice(session: Session, appointment: Appointment) -> None:
    """One is expected once a day."""
    same: ColumnElement[bool] | None = None
    if appointment.customer_id is not None:
        same = Appointment.customer_id == appointment.customer_id
    elif appointment.phone:
        same = Appointment.phone == appointment.phone
    if same is None:
        return
    with session.no_autoflush:
        others = session.scalars(
            select(Appointment).where(same, still_open(), Appointment.day == appointment.day)
        )
        other = next((one for one in others if one is not appointment), None)
    if other is not None:
        raise Invalid(
            {
                "when": _("Expected on that day already, at {time}: change that one.").format(
                    time=dates.show_clock(other.at)
                )
            }
        )


# --- who comes


def arrived(session: Session, visit: Visit) -> Appointment | None:
    """The appointment of today of who came, now joined to his visit; None when there is none.

    Asked when a visit gets its customer, so that nobody is recorded twice. Only what was planned
    before he came is his. A call takes along who it is about.
    """
    if visit.customer_id is None:
        return None
    if visit.kind is VisitKind.CALL:
        planned = select(Appointment).where(
            Appointment.call_id == visit.id, Appointment.customer_id.is_(None)
        )
        for appointment in session.scalars(planned):
            appointment.customer_id = visit.customer_id
        return None
    if session.scalar(select(Appointment.id).where(Appointment.visit_id == visit.id)) is not None:
        return None
    numbers = select(Phone.number).where(Phone.customer_id == visit.customer_id)
    his = or_(
        Appointment.customer_id == visit.customer_id,
        Appointment.customer_id.is_(None) & Appointment.phone.in_(numbers),
    )
    fitting = select(Appointment).where(Appointment.day == visit.day, still_open(), his)
    if visit.kind is VisitKind.ERRAND:  # who has his car serviced may come for a test drive later
        fitting = fitting.where(Appointment.aim == Aim.DELIVERY)
    for appointment in session.scalars(fitting.order_by(Appointment.at, Appointment.id)):
        if _planned_before(session, appointment, visit):
            joined(session, appointment, visit)
            return appointment
    return None


def joined(session: Session, appointment: Appointment, visit: Visit) -> None:
    """Who was expected is the party of this visit; part of the action that says so.

    What was planned fills in what is not known yet; a phone was left when the plan was made.
    """
    appointment.visit_id = visit.id
    visit.name = visit.name or appointment.name
    if visit.honorific is Honorific.NONE:
        visit.honorific = appointment.honorific
    visit.model_id = visit.model_id or appointment.model_id
    visit.note = visit.note or appointment.note
    if visit.customer_id is None:
        return
    customer = session.get_one(Customer, visit.customer_id)
    customer.name = customer.name or visit.name
    if customer.honorific is Honorific.NONE:
        customer.honorific = visit.honorific
    customer.model_id = customer.model_id or visit.model_id
    if appointment.phone:
        customer.contact_on = min(customer.contact_on or visit.day, appointment.made_on)
    appointment.customer_id = visit.customer_id
    appointment.name = appointment.phone = ""


def was_here(session: Session, appointment: Appointment) -> str:
    """He came: when, and as which visit."""
    visit = session.get_one(Visit, appointment.visit_id)
    name = visit.name or appointment.name
    return _("{name} was here at {time} as visit {number}.").format(
        name=called(name, visit.honorific) or _("This guest"),
        time=dates.show_clock(visit.arrived_at),
        number=visit.number,
    )


def on_post(session: Session, staff_id: int) -> bool:
    """Whether he works here and is there to receive."""
    person = session.get(Staff, staff_id)
    return person is not None and person.active and not turns.absent(session, staff_id)


def _planned_before(session: Session, appointment: Appointment, visit: Visit) -> bool:
    """Whether the plan is older than the visit; by the journal, no clock can mislead it."""
    if appointment.made_on < visit.day:
        return True

    def first(table: str, id: int) -> int | None:
        return session.scalar(
            select(func.min(Action.id)).where(
                Action.subject_table == table, Action.subject_id == id
            )
        )

    planned, came = first("appointment", appointment.id), first("visit", visit.id)
    return planned is not None and (came is None or planned < came)


def still_open() -> ColumnElement[bool]:
    """Who has not come and was not cancelled."""
    return Appointment.visit_id.is_(None) & Appointment.cancelled_at.is_(None)


def standing(appointment: Appointment, today: date, over: bool) -> Standing:
    """How it is with an appointment; `over`: today is closed."""
    if appointment.visit_id is not None:
        return Standing.CAME
    if appointment.cancelled_at is not None:
        return Standing.CANCELLED
    missed = appointment.day < today or (appointment.day == today and over)
    return Standing.MISSED if missed else Standing.OPEN


def _get(session: Session, appointment_id: int) -> Appointment:
    appointment = session.get(Appointment, appointment_id)
    if appointment is None:
        raise ShowroomError(_("This appointment is no longer there."))
    return appointment
