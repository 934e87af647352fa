"""The cars of a customer: plate, VIN, the day of the plate, what it has run, the workshop."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices
from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _
from showroom.people import customers
from showroom.store import journal, models
from showroom.store.models import Action, Change, ChoiceKind, Customer, Deal, Vehicle
from showroom.text import clean, narrow

if TYPE_CHECKING:
    from collections.abc import Mapping

VIN: Final = 17  # GB 16735
SHORTEST: Final = 6  # cars built before 1981 have shorter ones, and what is remembered is the end
LONGEST: Final = 40
FARTHEST: Final = 2_000_000  # km
FACTS: Final = ("plate", "vin", "model", "plated_on", "km", "km_on", "services")
_PLATE: Final = re.compile(r"[\u4e00-\u9fff]?[A-Z0-9\u4e00-\u9fff]{4,11}")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,5}[A-Z0-9\u4e00-\u9fff]")
_GAPS: Final = re.compile(r"[\s·•・.．\-—]+")


class Car(NamedTuple):
    """One car as the file shows it; `km` is what it had run on `km_on`."""

    id: int
    plate: str
    vin: str
    model: str
    plated_on: date | None
    km: int | None
    km_on: date | None
    services: int

    @property
    def known(self) -> str:
        """The plate, else the VIN."""
        return self.plate or self.vin


class Sold(NamedTuple):
    """A car that was delivered to him and does not stand in his file yet."""

    deal_id: int
    number: str
    model: str
    vin: str
    delivered_on: date


# --- how they are written


def bare(typed: str) -> str:
    """A plate as it is compared: no spaces, dots and dashes, narrow."""
    return _GAPS.sub("", narrow(typed))


def plate(typed: str) -> str:
    """A plate as it is stored: 粤B12345, 粤BD12345 (new energy), AB1234 from abroad.

    Raises `Invalid` beside `plate` when it cannot be one.
    """
    found = bare(typed).upper()
    if found and "\u4e00" <= found[0] <= "\u9fff" and not _CHINESE.fullmatch(found):
        raise Invalid(
            {"plate": _("A Chinese plate has 7 characters, one of new energy 8, such as 粤B12345.")}
        )
    if found and not _PLATE.fullmatch(found):
        raise Invalid({"plate": _("That is no plate: letters and digits, such as 粤B12345.")})
    return found


def vin(typed: str) -> str:
    """A VIN as it is stored: 17 letters and digits; of an old car, or its end, at least 6.

    Raises `Invalid` beside `vin` when it cannot be one.
    """
    found = _GAPS.sub("", narrow(typed)).upper()
    if not found:
        return ""
    problem = ""
    if not re.fullmatch(r"[A-Z0-9]+", found):
        problem = _("A VIN has letters and digits only.")
    elif re.search("[IOQ]", found):
        problem = _("A VIN has no I, O or Q: 1 or 0 is meant.")
    elif len(found) > VIN:
        problem = _("A VIN has 17 characters: {count} too many.").format(count=len(found) - VIN)
    elif len(found) < SHORTEST:
        problem = _("A VIN has 17 characters; enter at least the last 6.")
    if problem:
        raise Invalid({"vin": problem})
    return found


# --- his cars


def cars(session: Session, customer_id: int) -> list[Car]:
    """The cars of a customer, the oldest entry first."""
    rows = session.scalars(
        select(Vehicle).where(Vehicle.customer_id == customer_id).order_by(Vehicle.id)
    )
    return [Car(row.id, *(getattr(row, fact) for fact in FACTS)) for row in rows]


def plates(session: Session, customer_id: int) -> list[str]:
    """The plates of a customer's cars, the oldest first."""
    query = select(Vehicle.plate).where(Vehicle.customer_id == customer_id, Vehicle.plate != "")
    return list(session.scalars(query.order_by(Vehicle.id)))


def save(
    session: Session, customer_id: int, car_id: int | None = None, *, today: date, **facts: Any
) -> Vehicle:
    """A new car of a customer, or one on file corrected; `facts` are of `FACTS`.

    Raises `Invalid` beside the field that cannot be.
    """
    customer = customers.on_file(session, customer_id)
    row = _there(session, car_id) if car_id is not None else None
    problems: dict[str, str] = {}
    held = {fact: getattr(row, fact) if row is not None else None for fact in FACTS} | facts
    for fact, read in (("plate", plate), ("vin", vin)):
        try:
            held[fact] = read(held[fact] or "")
        except Invalid as error:
            problems |= error.problems
    model = held["model"] = clean(held["model"] or "")
    if len(model) > LONGEST:
        problems["model"] = _("At most {count} characters.").format(count=LONGEST)
    if not held["plate"] and not held["vin"] and not problems:
        problems["plate"] = _("Enter the plate or the VIN.")
    problems = (
        _later(held, today) | _numbers(held) | _twice(session, customer_id, row, held) | (problems)
    )
    if problems:
        raise Invalid(problems)
    journal.act(session, "vehicle", customer)
    if held["km"] is not None and held["km_on"] is None:
        held["km_on"] = today
    held["services"] = held["services"] or 0
    if row is None:
        row = Vehicle(customer_id=customer_id)
        session.add(row)
    for fact in FACTS:
        setattr(row, fact, held[fact])
    session.flush()
    return row


def _later(held: Mapping[str, Any], today: date) -> dict[str, str]:
    return {
        fact: _("That day is still to come.")
        for fact in ("plated_on", "km_on")
        if held[fact] is not None and held[fact] > today
    }


def _numbers(held: Mapping[str, Any]) -> dict[str, str]:
    limits = {"km": FARTHEST, "services": 999}
    sentence = _("Enter a whole number from {least} to {most}.")
    return {
        fact: sentence.format(least=0, most=f"{most:,}")
        for fact, most in limits.items()
        if held[fact] is not None and not 0 <= held[fact] <= most
    }


def _twice(
    session: Session, customer_id: int, row: Vehicle | None, held: Mapping[str, Any]
) -> dict[str, str]:
    """A car stands once in a file: what is said beside the field that says it is there."""
    own = row.id if row is not None else 0
    for car in cars(session, customer_id):
        for fact in ("plate", "vin"):
            if car.id != own and held[fact] and held[fact] == getattr(car, fact):
                return {fact: _("This car is in the file already.")}
    return {}


def remove(session: Session, car_id: int) -> None:
    """Take a car out of the file, with the days that were noted of it."""
    row = _there(session, car_id)
    journal.act(session, "vehicle", session.get_one(Customer, row.customer_id))
    _delete(session, row)


def _delete(session: Session, row: Vehicle) -> None:
    its = models.KeyDate.vehicle_id == row.id
    for day in session.scalars(select(models.KeyDate).where(its)).all():
        session.delete(day)
    session.flush()  # they name the car
    session.delete(row)


def _there(session: Session, car_id: int) -> Vehicle:
    row = session.get(Vehicle, car_id)
    if row is None:
        raise ShowroomError(_("This car is no longer in the file."))
    return row


# --- the plate the desk notes at a visit


def note_plate(session: Session, customer_id: int, visit_id: int, number: str) -> None:
    """The plate of the car somebody came with; `number` as `plate` gives it, "" takes it away.

    What this very visit noted before was a slip and is corrected: one car stays one. Called inside
    the action of the visit.
    """
    rows = session.scalars(
        select(Vehicle)
        .where(Vehicle.customer_id == customer_id, Vehicle.plate != "")
        .order_by(Vehicle.id)
    ).all()
    last = rows[-1] if rows else None
    if number in [row.plate for row in rows]:
        if last is not None and last.plate != number and _noted_at(session, last, visit_id):
            _let_go(session, last)
    elif last is not None and not number:
        _let_go(session, last)
    elif last is not None and _noted_at(session, last, visit_id):
        last.plate = number
    elif number:
        session.add(Vehicle(customer_id=customer_id, plate=number))
    session.flush()


def _let_go(session: Session, row: Vehicle) -> None:
    """A car of which only the plate was known goes; of another only the plate."""
    if row.vin:
        row.plate = ""
    else:
        _delete(session, row)


def _noted_at(session: Session, row: Vehicle, visit_id: int) -> bool:
    """Whether this visit brought the car into the file."""
    made = (
        select(Change.id)
        .join(Action, Action.id == Change.action_id)
        .where(
            Change.table_name == "vehicle",
            Change.row_id == row.id,
            Change.before.is_(None),
            Action.subject_table == "visit",
            Action.subject_id == visit_id,
        )
    )
    return session.scalar(made.limit(1)) is not None


# --- what was bought here


def delivered(session: Session, deal: Deal) -> None:
    """The car of a deal that was handed over joins the file with its VIN; in the deal's action.

    Without a VIN nothing tells it from another: it is offered then (`sold`).
    """
    try:
        number = vin(deal.vin)
    except Invalid:
        return
    if not number:
        return
    label = choices.labels(session).get(deal.model_id, "")[:LONGEST]
    for row in session.scalars(select(Vehicle).where(Vehicle.customer_id == deal.customer_id)):
        if row.vin == number:
            row.model = row.model or label
            return
    session.add(Vehicle(customer_id=deal.customer_id, vin=number, model=label))
    session.flush()


def sold(session: Session, customer_id: int) -> list[Sold]:
    """The cars delivered to a customer that do not stand in his file, the last one first."""
    deals = session.scalars(
        select(Deal)
        .where(
            Deal.customer_id == customer_id,
            Deal.delivered_on.is_not(None),
            Deal.cancelled_on.is_(None),
        )
        .order_by(Deal.delivered_on.desc(), Deal.id.desc())
    ).all()
    if not deals:
        return []
    labels = choices.labels(session)
    his = cars(session, customer_id)
    vins = {car.vin for car in his if car.vin}
    held = [choices.find(session, ChoiceKind.MODEL, car.model) for car in his if car.model]
    found = []
    for deal in deals:
        if deal.vin in vins:
            continue
        if not deal.vin and deal.model_id in held:
            held.remove(deal.model_id)  # that one is it, in whichever language it was typed
            continue
        assert deal.delivered_on is not None
        model = labels.get(deal.model_id, "")
        found.append(Sold(deal.id, deal.number, model, deal.vin, deal.delivered_on))
    return found
