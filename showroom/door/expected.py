"""Who is expected, as the desk lists it: who is due now, and all that is to come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from showroom import choices, dates
from showroom.door.appointments import Standing, standing, still_open
from showroom.errors import ShowroomError
from showroom.guard import closed, consent, mask, staff
from showroom.i18n import _
from showroom.people import customers
from showroom.store.models import Aim, Appointment, Customer, Honorific, Visit

SOON: Final = timedelta(minutes=60)
"""How long before his time somebody stands among those who are due."""
PAST_DAYS: Final = 7
"""Who did not come stays in the list for so many days: to be asked again."""


class ExpectedRow(NamedTuple):
    """One appointment as the desk sees it; `came_at` and `visit_number` are of his visit.

    `barred`: he must not be contacted; an appointment that he asked for stays his.
    """

    id: int
    at: datetime
    day: date
    aim: Aim
    people: int
    name: str
    honorific: Honorific
    phone: str
    customer_id: int | None
    consultant_id: int | None
    consultant: str
    model_id: int | None
    model: str
    note: str
    barred: bool
    standing: Standing
    visit_id: int | None
    visit_number: int | None
    came_at: datetime | None


_DUE: Final = (  # made once: it is asked after every save
    select(Appointment.id)
    .where(Appointment.day == bindparam("today"), still_open(), Appointment.at <= bindparam("soon"))
    .order_by(Appointment.at, Appointment.id)
)


def due(session: Session, *, now: datetime) -> list[int]:
    """Ids of who should be here: due within the next hour, or late, until the day is over."""
    today = dates.local_day(now)
    if closed.since(session, today) is not None:
        return []
    return list(session.scalars(_DUE, {"today": today, "soon": now + SOON}))


def listed(session: Session, *, today: date) -> list[int]:
    """Ids of all of today by their time, then who is expected later, then who did not come lately.

    Those of the future that were cancelled are left out.
    """
    found = session.execute(
        select(Appointment.id, Appointment.day)
        .where(
            or_(
                Appointment.day == today,
                (Appointment.day >= today - timedelta(days=PAST_DAYS)) & still_open(),
            )
        )
        .order_by(Appointment.at, Appointment.id)
    ).all()
    coming = [id for id, day in found if day >= today]
    return [*coming, *(id for id, day in reversed(found) if day < today)]


def rows(session: Session, ids: Iterable[int], *, today: date) -> list[ExpectedRow]:
    """These appointments in the order of `ids`."""
    ids = list(ids)
    found = {
        a.id: (a, customer, number, came_at)
        for a, customer, number, came_at in session.execute(
            select(Appointment, Customer, Visit.number, Visit.arrived_at)
            .outerjoin(Customer, Customer.id == Appointment.customer_id)
            .outerjoin(Visit, Visit.id == Appointment.visit_id)
            .where(Appointment.id.in_(ids))
        )
    }
    owners = {a.customer_id for a, *_rest in found.values() if a.customer_id}
    phones = customers.first_phones(session, owners)
    seen = mask.seen(session, owners)
    names, labels = staff.names(session), choices.labels(session)
    over = closed.since(session, today) is not None
    made = []
    for a, customer, number, came_at in (found[id] for id in ids if id in found):
        known = customer is not None
        own_phone = mask.phone(a.phone, whole=mask.sees_all(session)) if a.phone else ""
        made.append(
            ExpectedRow(
                id=a.id,
                at=a.at,
                day=a.day,
                aim=a.aim,
                people=a.people,
                name=(customer.name if known else "") or a.name,
                honorific=customer.honorific if known else a.honorific,
                phone=phones.get(a.customer_id or 0, "") or own_phone,
                customer_id=a.customer_id,
                consultant_id=a.consultant_id,
                consultant=names.get(a.consultant_id or 0, ""),
                model_id=a.model_id,
                model=labels.get(a.model_id or 0, ""),
                note=mask.text(a.note, whole=a.customer_id in seen),
                barred=known and consent.is_barred(session, customer.id),
                standing=standing(a, today, over),
                visit_id=a.visit_id,
                visit_number=number,
                came_at=came_at,
            )
        )
    return made


def row(session: Session, appointment_id: int, *, today: date) -> ExpectedRow:
    """One appointment. Raises `ShowroomError` when it is gone (undone)."""
    found = rows(session, [appointment_id], today=today)
    if not found:
        raise ShowroomError(_("This appointment is no longer there."))
    return found[0]
