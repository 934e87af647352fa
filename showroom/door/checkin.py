"""Who was expected is here: one key opens his visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from showroom import choices, dates
from showroom.door import appointments, guests, handover, identity, reception, turns
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.people import phones, promises
from showroom.store.models import (
    Aim,
    Appointment,
    ChoiceKind,
    Customer,
    HandOver,
    Staff,
    Visit,
    VisitKind,
)
from showroom.words import called


def check_in(session: Session, appointment_id: int, *, now: datetime) -> Visit:
    """Who was expected is here: his visit, with all that was planned.

    His consultant receives him by appointment, which uses no turn; in his absence the next one
    stands in. Who comes to fetch his car is an errand. One who comes before his day, or whose
    appointment was cancelled, comes today. Raises `ShowroomError` for who was here already, or is.
    """
    appointment = session.get(Appointment, appointment_id)
    if appointment is None:
        raise ShowroomError(_("This appointment is no longer there."))
    today = dates.local_day(now)
    if appointment.visit_id is not None:
        raise ShowroomError(appointments.was_here(session, appointment))
    if appointment.day < today:
        raise ShowroomError(_did_not_come(appointment))
    here = _here_already(session, appointment)
    if here:
        raise ShowroomError(here)
    errand = _delivery(session) if appointment.aim is Aim.DELIVERY else None
    visit = reception.begin(
        session,
        people=appointment.people,
        now=now,
        kind=VisitKind.ERRAND if errand is not None else VisitKind.WALK_IN,
        errand_id=errand,
        verb="check_in",
    )
    appointment.cancelled_at = None
    if appointment.day != today:
        appointment.at, appointment.day = now, today
    appointment.visit_id = visit.id
    session.flush()
    visit.name, visit.honorific = appointment.name, appointment.honorific
    visit.model_id, visit.note = appointment.model_id, appointment.note
    visit.channel_id = appointment.channel_id or visit.channel_id
    if appointment.customer_id is not None:
        identity.join(session, visit.id, appointment.customer_id)
    elif appointment.phone:
        reception.complete(session, visit.id, now=now, phone=appointment.phone)
    appointments.joined(session, appointment, visit)
    _hand_over(session, appointment, visit)
    return visit


def _here_already(session: Session, appointment: Appointment) -> str:
    """Where the desk opened his visit before: the sentence that says so, else nothing."""
    ids = [appointment.customer_id] if appointment.customer_id is not None else []
    if appointment.phone:
        ids += phones.owners(session, appointment.phone)
    return guests.here_already(session, ids, but=0) if ids else ""


def _did_not_come(appointment: Appointment) -> str:
    return _("{name} was expected on {day} and did not come then: open a visit with F2.").format(
        name=called(appointment.name, appointment.honorific) or _("This guest"),
        day=f"{appointment.day:%m-%d}",
    )


def _hand_over(session: Session, appointment: Appointment, visit: Visit) -> None:
    """To his consultant; in his absence to who is next, who stands in for him.

    Of a consultant who left the company the next one takes over, the customer too.
    """
    wanted = appointment.consultant_id
    customer = None if visit.customer_id is None else session.get_one(Customer, visit.customer_id)
    gone = wanted is not None and not session.get_one(Staff, wanted).active
    if wanted is None or gone:
        if visit.consultant_id is None and visit.kind is VisitKind.WALK_IN:
            if gone and customer is not None and customer.consultant_id == wanted:
                promises.hand_over(session, customer, None)
            handover.to_next(session, visit)
        return
    if customer is not None:
        promises.hand_over(session, customer, customer.consultant_id or wanted)
    if appointments.on_post(session, wanted):
        handover.hand_over(session, visit.id, wanted, HandOver.APPOINTMENT)
    elif visit.hand_over is not HandOver.STAND_IN:
        found = turns.next_up(session, visit.day)
        if found is not None:
            handover.hand_over(session, visit.id, found.staff_id, HandOver.STAND_IN)
            visit.stands_in_for_id = wanted


def _delivery(session: Session) -> int | None:
    return choices.find(session, ChoiceKind.ERRAND, "delivery")
