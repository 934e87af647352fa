"""When a demo car is taken: bookings and drives, and when it is free again (DOMAIN §9).

A car is in one place at a time: a drive or a booking that touches another one of the same car is
refused, naming the other one and when the car is free again. Ends may touch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings, words
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed, staff
from showroom.i18n import _
from showroom.store import journal, models
from showroom.store.models import Customer, DemoCar, TestDrive, Visit
from showroom.text import clean

LONGEST: Final = timedelta(hours=12)


class Drive(NamedTuple):
    """A drive or a booking with a car: who, when, where."""

    id: int
    visit_id: int | None
    customer_id: int | None
    who: str
    car_id: int
    plate: str
    model: str
    route: str
    start: datetime
    until: datetime
    started_at: datetime | None
    ended_at: datetime | None
    km_out: int | None
    km_in: int | None


def book(
    session: Session,
    *,
    car_id: int,
    start: datetime,
    until: datetime | None = None,
    route: str = "",
    visit_id: int | None = None,
    customer_id: int | None = None,
    now: datetime,
) -> TestDrive:
    """Keep a car from `start` to `until` (`Settings.drive_minutes` unless said).

    For a visit, or for a customer who is expected. Raises `Invalid` beside `car`, `start`,
    `minutes` or `who`, `ShowroomError` when the car is taken then.
    """
    until = until or start + timedelta(minutes=settings.load(session).drive_minutes)
    visit = None if visit_id is None else session.get_one(Visit, visit_id)
    if visit is not None:
        closed.require_open(session, visit.day, arrived=visit.arrived_at)
        customer_id = visit.customer_id
    elif customer_id is None:
        raise Invalid({"who": _("Say for whom the car is kept.")})
    if start < now - timedelta(minutes=1):
        raise Invalid({"start": _("That time is over: a car is kept for later.")})
    refuse_span(start, until)
    car = car_in_use(session, car_id)
    refuse_taken(session, car_id, start, until, now=now)
    drive = TestDrive(
        visit_id=visit_id,
        customer_id=customer_id,
        model_id=car.model_id,
        car_id=car_id,
        consultant_id=_consultant(session, visit, customer_id),
        planned_from=start,
        planned_until=until,
        route=clean(route),
    )
    journal.act(session, "book_drive", visit or session.get(Customer, customer_id or 0))
    session.add(drive)
    session.flush()
    return drive


def cancel(session: Session, drive_id: int) -> None:
    """A booking is off. Raises `ShowroomError` when it has begun, is gone, or its day is closed."""
    drive = get(session, drive_id)
    if drive.started_at is not None:
        raise ShowroomError(_("This drive has begun: end it instead."))
    subject = session.get(Visit, drive.visit_id or 0)
    if subject is not None:
        closed.require_open(session, subject.day, arrived=subject.arrived_at)
    journal.act(session, "book_drive", subject or session.get(Customer, drive.customer_id or 0))
    session.delete(drive)


def refuse_span(start: datetime, until: datetime) -> None:
    """Raise `Invalid` beside `minutes` when that is no length of a drive."""
    if not timedelta(0) < until - start <= LONGEST:
        raise Invalid({"minutes": _("A drive takes from 1 minute to 12 hours.")})


def car_in_use(session: Session, car_id: int | None) -> DemoCar:
    """A car that can be driven. Raises `Invalid` beside `car`."""
    car = None if car_id is None else session.get(DemoCar, car_id)
    if car is None or not car.active:
        raise Invalid({"car": _("Choose a car.")})
    return car


def _consultant(session: Session, visit: Visit | None, customer_id: int | None) -> int | None:
    if visit is not None and visit.consultant_id is not None:
        return visit.consultant_id
    customer = None if customer_id is None else session.get(Customer, customer_id)
    return None if customer is None else customer.consultant_id


# --- when a car is taken


Span = tuple[datetime, datetime, int]
"""From when and until when a car is taken, and by which drive."""


def taken(session: Session, car_id: int, *, now: datetime, but: Iterable[int] = ()) -> list[Span]:
    """When a car is kept or driven, from now on and now, by time.

    Who is late has the car still: until now at least.
    """
    these = (TestDrive.car_id == car_id, TestDrive.id.not_in(list(but)))
    return _taken(session, now, *these).get(car_id, [])


def all_taken(session: Session, *, now: datetime) -> dict[int, list[Span]]:
    """The same of every car that is, at once: by car."""
    return _taken(session, now, TestDrive.car_id.is_not(None))


def _taken(session: Session, now: datetime, *these: ColumnElement[bool]) -> dict[int, list[Span]]:
    found = session.execute(
        select(
            TestDrive.car_id,
            TestDrive.id,
            TestDrive.planned_from,
            TestDrive.planned_until,
            TestDrive.started_at,
            TestDrive.ended_at,
        ).where(
            *these,
            or_(
                and_(TestDrive.started_at.is_(None), TestDrive.planned_until > now),
                and_(TestDrive.started_at.is_not(None), TestDrive.ended_at.is_(None)),
                TestDrive.ended_at > now,
            ),
        )
    )
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for car_id, id, planned, until, started, ended in found:
        start = started or planned or now
        end = ended or until or start
        spans[car_id or 0].append((start, end if started is None or ended else max(end, now), id))
    return {car_id: sorted(taken) for car_id, taken in spans.items()}


def refuse_taken(
    session: Session,
    car_id: int,
    start: datetime,
    until: datetime,
    *,
    now: datetime,
    but: Iterable[int] = (),
) -> None:
    """Raise `ShowroomError` when a car is taken then: by whom, and when it is free again."""
    spans = taken(session, car_id, now=now, but=but)
    clash = next((span for span in spans if span[0] < until and start < span[1]), None)
    if clash is None:
        return
    drive = rows(session, [clash[2]])[0]
    free = next_free(spans, start, until - start)
    raise ShowroomError(
        _(
            "{plate} is taken from {start} to {until}: {who}. It is free for that from {free}."
        ).format(
            plate=drive.plate,
            start=show(clash[0], start),
            until=show(clash[1], start),
            who=drive.who,
            free=show(free, start),
        )
    )


def next_free(
    spans: Iterable[tuple[datetime, datetime, int]], start: datetime, length: timedelta
) -> datetime:
    """From `start` on the first moment at which a car is free for so long."""
    for begins, ends, _id in sorted(spans):
        if begins - start >= length:
            break
        start = max(start, ends)
    return start


def show(moment: datetime, near: datetime) -> str:
    """A clock time, with its day where that is another one than that of `near`."""
    day = dates.local_day(moment)
    clock = dates.show_clock(moment)
    return clock if day == dates.local_day(near) else f"{day:%m-%d} {clock}"


# --- reading


def booked(session: Session, *, now: datetime, visit_id: int | None = None) -> list[Drive]:
    """The bookings that are still to come, by time; of everybody, or of one party."""
    query = select(TestDrive.id).where(
        TestDrive.started_at.is_(None), TestDrive.car_id.is_not(None), TestDrive.planned_until > now
    )
    if visit_id is not None:
        visit = session.get_one(Visit, visit_id)
        his = TestDrive.visit_id == visit_id
        if visit.customer_id is not None:
            his = or_(his, TestDrive.customer_id == visit.customer_id)
        query = query.where(his)
    return sorted(rows(session, session.scalars(query)), key=lambda drive: drive.start)


def rows(session: Session, ids: Iterable[int]) -> list[Drive]:
    """These drives and bookings with a car, in the order they were made."""
    ids = list(ids)
    if not ids:
        return []
    labels, names = choices.labels(session), staff.names(session)
    found = session.execute(
        select(TestDrive, DemoCar.plate, DemoCar.model_id, Visit, Customer, models.KeyMove)
        .join(DemoCar, DemoCar.id == TestDrive.car_id)
        .outerjoin(Visit, Visit.id == TestDrive.visit_id)
        .outerjoin(Customer, Customer.id == TestDrive.customer_id)
        .outerjoin(models.KeyMove, models.KeyMove.test_drive_id == TestDrive.id)
        .where(TestDrive.id.in_(ids))
        .order_by(TestDrive.id)
    )
    made = []
    for drive, plate, model_id, visit, customer, move in found:
        start = drive.started_at or drive.planned_from
        assert start is not None  # with a car it is known
        assert drive.car_id is not None
        who = visit or customer
        said = words.called(who.name, who.honorific) if who is not None else ""
        by = names.get(drive.consultant_id or 0, "")
        made.append(
            Drive(
                drive.id,
                drive.visit_id,
                drive.customer_id,
                " · ".join(part for part in (said or _("No name"), by) if part),
                drive.car_id,
                plate,
                labels.get(model_id or drive.model_id or 0, ""),
                drive.route,
                start,
                drive.ended_at or drive.planned_until or start,
                drive.started_at,
                drive.ended_at,
                move.km_out if move is not None else None,
                move.km_in if move is not None else None,
            )
        )
    return made


def get(session: Session, drive_id: int) -> TestDrive:
    """A drive or a booking. Raises `ShowroomError` when it is gone (undone)."""
    drive = session.get(TestDrive, drive_id)
    if drive is None:
        raise ShowroomError(_("This test drive is no longer there."))
    return drive
