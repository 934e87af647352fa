"""Demo cars, and the log of their keys: every kilometre has somebody and a reason (DOMAIN §9)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, dates
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights, staff
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.store import journal, models
from showroom.store.models import ChoiceKind, DemoCar, TestDrive
from showroom.text import narrow

DRIVE: Final = "drive"
PURPOSES: Final = {
    DRIVE: N_("Test drive"),
    "fuel": N_("Refuelling or charging"),
    "wash": N_("Washing"),
    "move": N_("Moving"),
    "service": N_("Workshop"),
}
MOST_KM: Final = 1_000_000


class CarRow(NamedTuple):
    """A demo car; `key_out` is the key move that is not over yet, or 0, `key_with` its words."""

    id: int
    plate: str
    model_id: int | None
    model: str
    km: int
    active: bool
    key_out: int
    key_with: str


class KeyRow(NamedTuple):
    """A key that was taken: by whom, what for, and the kilometres nobody accounts for before it.

    `gap` is km_out less the km_in before it; 0 when they meet, or when it is the first.
    """

    id: int
    car_id: int
    plate: str
    test_drive_id: int | None
    staff: str
    purpose: str
    taken_at: datetime
    back_at: datetime | None
    km_out: int
    km_in: int | None
    gap: int


# --- the cars


def listed(session: Session, *, everything: bool = False) -> list[CarRow]:
    """The demo cars by plate; those out of use only when asked for."""
    query = select(DemoCar).order_by(DemoCar.active.desc(), DemoCar.plate)
    labels = choices.labels(session, ChoiceKind.MODEL)
    names = staff.names(session)
    moves = session.scalars(select(models.KeyMove).where(models.KeyMove.back_at.is_(None)))
    out = {move.car_id: move for move in moves}

    def with_whom(move: models.KeyMove) -> str:
        parts = (names.get(move.staff_id or 0, ""), say_purpose(move.purpose))
        return " · ".join(filter(None, (*parts, dates.show_clock(move.taken_at))))

    return [
        CarRow(
            c.id,
            c.plate,
            c.model_id,
            labels.get(c.model_id or 0, ""),
            c.km,
            c.active,
            out[c.id].id if c.id in out else 0,
            with_whom(out[c.id]) if c.id in out else "",
        )
        for c in session.scalars(query)
        if c.active or everything
    ]


def add(
    session: Session, *, plate: str, model_id: int | str | None = None, km: int | None = None
) -> DemoCar:
    """A new demo car; a model may be given by its name.

    Raises `Invalid` beside `plate` or `km`, `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    car = DemoCar(plate=_plate(session, plate), km=_km(km or 0))
    journal.act(session, "car", car)
    car.model_id = _model(session, model_id)
    session.add(car)
    session.flush()
    return car


def change(session: Session, car_id: int, **facts: object) -> None:
    """Change `plate`, `model_id`, `km` (a reading that was noted wrong) or `active` of a car.

    Raises `Invalid` beside `plate` or `km`, `ShowroomError` for who may not, and for a car that is
    out or booked.
    """
    rights.require(session, Right.SETTINGS)
    car = session.get_one(DemoCar, car_id)
    journal.act(session, "car", car)
    if "plate" in facts:
        car.plate = _plate(session, str(facts["plate"]), but=car_id)
    if "model_id" in facts:
        car.model_id = _model(session, facts["model_id"])
    if "km" in facts:
        car.km = _km(facts["km"])
    if "active" in facts:
        out = _open_move(session, car_id)
        if out is not None and not facts["active"]:
            raise ShowroomError(say_out(session, out))
        if not facts["active"]:
            _refuse_booked(session, car)
        car.active = bool(facts["active"])


def _refuse_booked(session: Session, car: DemoCar) -> None:
    """A car that is booked stays in use until its bookings are off or on another car."""
    now: datetime = session.info["now"]
    booked = session.scalar(
        select(func.min(TestDrive.planned_from)).where(
            TestDrive.car_id == car.id,
            TestDrive.started_at.is_(None),
            TestDrive.planned_until > now,
        )
    )
    if booked is not None:
        raise ShowroomError(
            _("{plate} is booked for {time}: cancel the booking or choose another car.").format(
                plate=car.plate, time=f"{dates.local(booked):%m-%d %H:%M}"
            )
        )


def _plate(session: Session, plate: str, but: int = 0) -> str:
    wanted = "".join(narrow(plate).split()).upper()
    if not wanted:
        raise Invalid({"plate": _("Enter the plate.")})
    taken = select(DemoCar.id).where(DemoCar.plate == wanted, DemoCar.id != but)
    if session.scalar(taken) is not None:
        raise Invalid({"plate": _("{name} is in the list already.").format(name=wanted)})
    return wanted


def _model(session: Session, model: object) -> int | None:
    if isinstance(model, str):
        return choices.find_or_add(session, ChoiceKind.MODEL, model)
    return model if isinstance(model, int) else None


def _km(km: object) -> int:
    if not isinstance(km, int) or not 0 <= km < MOST_KM:
        raise Invalid({"km": _("Enter the kilometres the odometer shows.")})
    return km


# --- the keys


def take_key(
    session: Session,
    car_id: int,
    *,
    staff_id: int | None,
    purpose: str,
    now: datetime,
    km: int | None = None,
    drive_id: int | None = None,
) -> models.KeyMove:
    """Somebody takes the key of a car; `purpose` is a code of `PURPOSES` or words of one's own.

    `km` is the odometer, the last reading unless said. Raises `Invalid` beside `purpose`, `staff`
    or `km`, `ShowroomError` when the key is out already.
    """
    car = session.get_one(DemoCar, car_id)
    out = _open_move(session, car_id)
    if out is not None:
        raise ShowroomError(say_out(session, out))
    if not narrow(purpose):
        raise Invalid({"purpose": _("Say what the key is taken for.")})
    if staff_id is None and drive_id is None:
        raise Invalid({"staff": _("Say who takes the key.")})
    km = car.km if km is None else _km(km)
    if km < car.km:
        raise Invalid({"km": _not_back(car.km)})
    move = models.KeyMove(
        car_id=car_id,
        test_drive_id=drive_id,
        staff_id=staff_id,
        purpose=purpose.strip(),
        taken_at=now,
        km_out=km,
    )
    journal.act(session, "key", move)
    session.add(move)
    car.km = km
    session.flush()
    return move


def bring_back(session: Session, move_id: int, *, km: int | None, now: datetime) -> None:
    """A key is back, and the odometer says `km`.

    A clock that was set back makes it come back when it was taken. Raises `Invalid` beside `km`,
    `ShowroomError` when it is back already.
    """
    move = session.get_one(models.KeyMove, move_id)
    car = session.get_one(DemoCar, move.car_id)
    if move.back_at is not None:
        raise ShowroomError(
            _("The key of {plate} is back since {time}.").format(
                plate=car.plate, time=dates.show_clock(move.back_at)
            )
        )
    km = _km(km)
    if km < move.km_out:
        raise Invalid({"km": _not_back(move.km_out)})
    journal.act(session, "key", move)
    move.back_at, move.km_in = max(now, move.taken_at), km
    car.km = km


def _not_back(km: int) -> str:
    return _("The odometer said {km} km before: it does not run backwards.").format(km=f"{km:,}")


def _open_move(session: Session, car_id: int) -> models.KeyMove | None:
    query = select(models.KeyMove).where(
        models.KeyMove.car_id == car_id, models.KeyMove.back_at.is_(None)
    )
    return session.scalars(query.order_by(models.KeyMove.id)).first()


def refuse_out(session: Session, car_id: int) -> None:
    """Raise `ShowroomError` when the key of a car is out, saying who has it."""
    out = _open_move(session, car_id)
    if out is not None:
        raise ShowroomError(say_out(session, out))


def say_out(session: Session, move: models.KeyMove) -> str:
    """The sentence for a key that is not there."""
    car = session.get_one(DemoCar, move.car_id)
    return _("The key of {plate} is out since {time}: {purpose}, {name}.").format(
        plate=car.plate,
        time=dates.show_clock(move.taken_at),
        purpose=say_purpose(move.purpose),
        name=staff.names(session).get(move.staff_id or 0, "—"),
    )


def say_purpose(purpose: str) -> str:
    """What a key was taken for, in words."""
    return _(PURPOSES[purpose]) if purpose in PURPOSES else purpose


# --- the log


def log(
    session: Session,
    *,
    car_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[KeyRow]:
    """The keys taken from `first` to `last`, car by car, the oldest first; gaps are shown."""
    before = func.lag(models.KeyMove.km_in).over(
        partition_by=models.KeyMove.car_id, order_by=(models.KeyMove.taken_at, models.KeyMove.id)
    )
    moves = select(models.KeyMove.id.label("id"), before.label("before")).subquery()
    query = (
        select(models.KeyMove, DemoCar.plate, moves.c.before)
        .join(DemoCar, DemoCar.id == models.KeyMove.car_id)
        .join(moves, moves.c.id == models.KeyMove.id)
        .order_by(DemoCar.plate, models.KeyMove.taken_at, models.KeyMove.id)
    )
    wanted = []
    if car_id is not None:
        wanted.append(models.KeyMove.car_id == car_id)
    if first is not None:
        start = dates.at(first, datetime.min.time())
        wanted.append(or_(models.KeyMove.back_at.is_(None), models.KeyMove.back_at >= start))
    if last is not None:
        wanted.append(models.KeyMove.taken_at < dates.at(_next(last), datetime.min.time()))
    names = staff.names(session)
    return [
        KeyRow(
            m.id,
            m.car_id,
            plate,
            m.test_drive_id,
            names.get(m.staff_id or 0, ""),
            say_purpose(m.purpose),
            m.taken_at,
            m.back_at,
            m.km_out,
            m.km_in,
            0 if km_before is None else m.km_out - km_before,
        )
        for m, plate, km_before in session.execute(query.where(and_(True, *wanted)))
    ]


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
