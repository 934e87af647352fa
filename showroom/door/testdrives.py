"""Test drives: begun with a car, ended with its kilometres; or simply noted (DOMAIN §9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.door import bookings, cars
from showroom.door.bookings import Drive
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed
from showroom.i18n import _
from showroom.store import journal, models
from showroom.store.driven import drove, running
from showroom.store.models import TestDrive, Visit, VisitKind
from showroom.text import clean

LONGEST_KM: Final = 300  # one test drive; more is a slip of the finger


# --- without cars: that they drove


def set_driven(session: Session, visit_id: int, driven: bool, *, now: datetime) -> None:
    """Note that a party drove, or take it back, where no demo cars are set up.

    Raises `ShowroomError` when a drive with a car would have to be taken back.
    """
    visit = session.get_one(Visit, visit_id)
    closed.require_open(session, visit.day, arrived=visit.arrived_at)
    journal.act(session, "test_drive", visit)
    drives = session.scalars(select(TestDrive).where(TestDrive.visit_id == visit_id, drove())).all()
    if driven and not drives:
        session.add(TestDrive(visit_id=visit_id, model_id=visit.model_id, started_at=now))
    if not driven:
        if any(drive.car_id is not None for drive in drives):
            raise ShowroomError(_("It was driven with a demo car: undo it with Ctrl+Z."))
        for drive in drives:
            session.delete(drive)


# --- driving


def begin(
    session: Session,
    visit_id: int,
    *,
    car_id: int | None,
    licence_seen: bool,
    route: str = "",
    minutes: int | None = None,
    km: int | None = None,
    agreed_at: datetime | None = None,
    now: datetime,
) -> TestDrive:
    """A party sets off: the key is taken, the clock runs.

    A booking of this party for that car becomes the drive. `km` is the odometer, the last reading
    unless said. Raises `Invalid` beside `car`, `licence`, `minutes` or `km`, `ShowroomError` when
    the car is taken or its key is out.
    """
    visit = session.get_one(Visit, visit_id)
    closed.require_open(session, visit.day, arrived=visit.arrived_at)
    _refuse_party(session, visit)
    car = bookings.car_in_use(session, car_id)
    if not licence_seen:
        raise Invalid(
            {
                "licence": _(
                    "See the driving licence first: held for a year, no probation, of age, sober."
                )
            }
        )
    length = timedelta(minutes=settings.load(session).drive_minutes if minutes is None else minutes)
    bookings.refuse_span(now, now + length)
    kept = _booked(session, visit, car.id)
    cars.refuse_out(session, car.id)
    bookings.refuse_taken(
        session, car.id, now, now + length, now=now, but=[drive.id for drive in kept]
    )
    journal.act(session, "test_drive", visit)
    drive = kept[0] if kept else TestDrive(planned_from=now)
    if not kept:
        session.add(drive)
    drive.visit_id, drive.customer_id = visit_id, visit.customer_id
    drive.car_id, drive.model_id = car.id, car.model_id or visit.model_id
    drive.consultant_id = visit.consultant_id
    drive.planned_from = min(drive.planned_from or now, now)
    drive.planned_until = now + length
    drive.started_at, drive.licence_seen, drive.agreed_at = now, True, agreed_at
    drive.route = clean(route)
    session.flush()
    cars.take_key(
        session,
        car.id,
        staff_id=visit.consultant_id or session.info["staff_id"],
        purpose=cars.DRIVE,
        now=now,
        km=km,
        drive_id=drive.id,
    )
    return drive


def _refuse_party(session: Session, visit: Visit) -> None:
    if visit.kind is not VisitKind.WALK_IN:
        raise ShowroomError(_("Only a party that is here can drive."))
    if visit.left_at is not None:
        raise ShowroomError(
            _("They left at {time}. F8 if they are still here.").format(
                time=dates.show_clock(visit.left_at)
            )
        )
    out = of_visit(session, visit.id)
    if out is not None:
        raise ShowroomError(say_running(out))


def _booked(session: Session, visit: Visit, car_id: int) -> list[TestDrive]:
    """The bookings of this party of that day for that car, the next one first."""
    his = TestDrive.visit_id == visit.id
    if visit.customer_id is not None:
        his = or_(his, TestDrive.customer_id == visit.customer_id)
    found = session.scalars(
        select(TestDrive)
        .where(his, TestDrive.car_id == car_id, TestDrive.started_at.is_(None))
        .where(TestDrive.planned_from.is_not(None))
        .order_by(TestDrive.planned_from)
    )
    return [
        drive
        for drive in found
        if drive.planned_from is not None and dates.local_day(drive.planned_from) == visit.day
    ][:1]


def end(session: Session, drive_id: int, *, km: int | None, now: datetime) -> None:
    """They are back, and the odometer says `km`. Raises `Invalid` beside `km`.

    `ShowroomError` when they are back already.
    """
    drive = bookings.get(session, drive_id)
    visit = session.get_one(Visit, drive.visit_id)
    closed.require_open(session, visit.day, arrived=visit.arrived_at)
    move = session.scalars(
        select(models.KeyMove).where(
            models.KeyMove.test_drive_id == drive_id, models.KeyMove.back_at.is_(None)
        )
    ).first()
    if drive.started_at is None or drive.ended_at is not None or move is None:
        raise ShowroomError(_("This drive is over already."))
    if km is not None and km - move.km_out > LONGEST_KM:
        raise Invalid(
            {
                "km": _(
                    "{count} km in one test drive? It left with {km} km: read the odometer again."
                ).format(count=f"{km - move.km_out:,}", km=f"{move.km_out:,}")
            }
        )
    journal.act(session, "test_drive", visit)
    cars.bring_back(session, move.id, km=km, now=now)
    drive.ended_at = max(now, drive.started_at)


def key_back(session: Session, move_id: int, *, km: int | None, now: datetime) -> None:
    """The key of a car is back: the drive it was taken for is over. Raises as `end`."""
    drive_id = session.get_one(models.KeyMove, move_id).test_drive_id
    if drive_id is None:
        cars.bring_back(session, move_id, km=km, now=now)
    else:
        end(session, drive_id, km=km, now=now)


def refuse_running(session: Session, visit_id: int) -> None:
    """Raise `Invalid` beside `left` while this party still drives."""
    out = of_visit(session, visit_id)
    if out is not None:
        raise Invalid({"left": _("{said} End the drive first (F6).").format(said=say_running(out))})


def say_running(drive: Drive) -> str:
    """The sentence for a party that is out driving."""
    return _("They are out in {plate} since {time}.").format(
        plate=drive.plate, time=dates.show_clock(drive.started_at)
    )


# --- reading


def of_visit(session: Session, visit_id: int) -> Drive | None:
    """The drive of a party that is under way, or nothing."""
    found = session.scalar(select(TestDrive.id).where(TestDrive.visit_id == visit_id, running()))
    return None if found is None else bookings.rows(session, [found])[0]


def past(session: Session, visit_id: int) -> list[Drive]:
    """The drives of a party that are over, the first one first."""
    found = session.scalars(
        select(TestDrive.id).where(
            TestDrive.visit_id == visit_id,
            TestDrive.car_id.is_not(None),
            TestDrive.ended_at.is_not(None),
        )
    )
    return bookings.rows(session, found)
