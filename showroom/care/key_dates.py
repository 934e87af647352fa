"""The days that were noted of a car or its driver, and what the rules propose (DOMAIN §5.3).

A noted day is the next one of its kind: of one car, or of the driver where there is no car. Noting
another one in its place moves the contact that is open (`calendar.follow`).
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.care import calendar, vehicle_dates
from showroom.errors import Invalid, ShowroomError
from showroom.guard import mask
from showroom.i18n import _
from showroom.people import customers, vehicles
from showroom.people.vehicles import Car
from showroom.settings import Settings
from showroom.store import journal
from showroom.store.models import DateKind, Deal, KeyDate, Promise
from showroom.text import clean

LONGEST: Final = 60
OF_DRIVER: Final = (DateKind.LICENCE,)
"""Kinds that belong to the driver and to no car."""


class Noted(NamedTuple):
    """One noted day; `vehicle_id` is 0 for the driver, or while his car is not on file."""

    id: int
    kind: DateKind
    vehicle_id: int
    car: str
    day: date
    note: str


class Proposal(NamedTuple):
    """A day that a rule gives: for which car (0: none on file), by which rule, and why then."""

    id: int
    kind: DateKind
    vehicle_id: int
    car: str
    day: date
    rule: str
    why: str


def of_customer(session: Session, customer_id: int) -> list[Noted]:
    """The days noted of a customer, the next one first."""
    cars = {car.id: car.known for car in vehicles.cars(session, customer_id)}
    whole = customer_id in mask.seen(session, {customer_id})
    rows = session.scalars(
        select(KeyDate).where(KeyDate.customer_id == customer_id).order_by(KeyDate.day, KeyDate.id)
    )
    return [
        Noted(
            row.id,
            row.kind,
            row.vehicle_id or 0,
            cars.get(row.vehicle_id or 0, ""),
            row.day,
            mask.text(row.note, whole=whole),
        )
        for row in rows
    ]


def note(
    session: Session,
    customer_id: int,
    *,
    kind: DateKind,
    day: date | None,
    vehicle_id: int | None = None,
    note: str = "",
    today: date,
) -> KeyDate:
    """Note the next day of a kind; one that is noted for this car, or this driver, is moved.

    Raises `Invalid` beside `day`, `vehicle_id` or `note`, `ShowroomError` when he is gone.
    """
    customer = customers.on_file(session, customer_id)
    car = _car(session, customer_id, vehicle_id) if kind not in OF_DRIVER else None
    said = clean(note)
    problems = {}
    if day is None:
        problems["day"] = _("Enter the day.")
    else:
        since = _since(session, customer_id, car)
        problems["day"] = vehicle_dates.over(kind, day, since=since, today=today)
    if len(said) > LONGEST:
        problems["note"] = _("At most {count} characters.").format(count=LONGEST)
    problems = {name: sentence for name, sentence in problems.items() if sentence}
    if problems or day is None:
        raise Invalid(problems)
    own = car.id if car is not None else None
    row = session.scalar(
        select(KeyDate).where(
            KeyDate.customer_id == customer_id, KeyDate.kind == kind, KeyDate.vehicle_id.is_(own)
        )
    )
    rule = Promise(kind.value)
    before = calendar.next_due(session, customer_id, rule, today=today)
    journal.act(session, "key_date", customer)
    if row is None:
        row = KeyDate(customer_id=customer_id, kind=kind, vehicle_id=own)
        session.add(row)
    row.day = day
    row.note = mask.meant(said, row.note or "")
    session.flush()
    calendar.follow(session, customer_id, rule, before, today=today)
    return row


def take(session: Session, customer_id: int, proposed: list[Proposal], *, today: date) -> int:
    """Note what the rules propose, of each car and kind the next day; returns how many days.

    What cannot be noted raises as `note`.
    """
    found: dict[tuple[DateKind, int], Proposal] = {}
    for one in sorted(proposed, key=lambda one: one.day):
        found.setdefault((one.kind, one.vehicle_id), one)
    for one in found.values():
        note(
            session,
            customer_id,
            kind=one.kind,
            day=one.day,
            vehicle_id=one.vehicle_id,
            today=today,
        )
    return len(found)


def forget(session: Session, date_id: int, *, today: date) -> None:
    """Take a noted day away; the contact that is open stays. Raises `ShowroomError`."""
    row = session.get(KeyDate, date_id)
    if row is None:
        raise ShowroomError(_("This day is no longer noted."))
    customer_id, rule = row.customer_id, Promise(row.kind.value)
    before = calendar.next_due(session, customer_id, rule, today=today)
    journal.act(session, "key_date", customers.on_file(session, customer_id))
    session.delete(row)
    session.flush()
    calendar.follow(session, customer_id, rule, before, today=today)


def _car(session: Session, customer_id: int, vehicle_id: int | None) -> Car | None:
    if not vehicle_id:
        return None
    for car in vehicles.cars(session, customer_id):
        if car.id == vehicle_id:
            return car
    raise Invalid({"vehicle_id": _("This car is no longer in the file.")})


def _since(session: Session, customer_id: int, car: Car | None) -> date | None:
    """Since when a car is on the road: its plate, else the handover."""
    if car is None:
        return None
    return car.plated_on or _got(_deals(session, customer_id), car)


# --- what the rules propose


def proposals(session: Session, customer_id: int, *, today: date) -> list[Proposal]:
    """The days the rules give for his cars and his licence, by day; what is noted so is left out.

    The kilometres bring a day forward where a reading says how far the car runs.
    """
    shop = settings.load(session)
    noted = of_customer(session, customer_id)
    deals = _deals(session, customer_id)
    found: list[Proposal] = []
    for car in vehicles.cars(session, customer_id):
        found += _of_car(car, _got(deals, car), noted, shop, today)
    if not found and deals:
        unknown = Car(0, "", "", "", None, None, None, 0)
        found = _of_car(unknown, deals[0].delivered_on, noted, shop, today)
    found += _of_licence(noted, shop, today)
    known = {(one.kind, one.vehicle_id, one.day) for one in noted}
    found = [
        one
        for one in found
        if one.day >= today and (one.kind, one.vehicle_id, one.day) not in known
    ]
    found.sort(key=lambda one: one.day)
    return [one._replace(id=number) for number, one in enumerate(found, 1)]


def _of_car(
    car: Car, got: date | None, noted: list[Noted], shop: Settings, today: date
) -> list[Proposal]:
    found: list[Proposal] = []

    def propose(kind: DateKind, day: date, rule: str, why: str) -> None:
        found.append(Proposal(0, kind, car.id, car.known, day, rule, why))

    if car.plated_on is not None:
        one = vehicle_dates.next_inspection(car.plated_on, today, shop)
        propose(DateKind.INSPECTION, one.day, "inspection", vehicle_dates.inspection_words(one))
    start = got or car.plated_on
    if start is None:
        return found
    since = _("handed over {day}") if got is not None else _("plate of {day}")
    why = since.format(day=start)
    service = vehicle_dates.first_service(start, shop)
    for kind, day, rule, km in (
        (DateKind.FIRST_SERVICE, service, "first_service", shop.service_km),
        *(
            (DateKind.WARRANTY, end, code, getattr(shop, f"{code}_km"))
            for code, end in vehicle_dates.warranty_ends(start, shop).items()
        ),
    ):
        by_km = vehicle_dates.day_of_km(km, start, car.km, car.km_on)
        if day >= today and by_km is not None and by_km < day:
            said = _("about {km} km then").format(km=f"{km:,}")
            propose(kind, max(by_km, today), rule, said)
        else:
            propose(kind, day, rule, why)
    ends = [one.day for one in noted if (one.kind, one.vehicle_id) == (DateKind.INSURANCE, car.id)]
    insured = max(ends, default=start)
    day = vehicle_dates.insured_until(insured, shop)
    while day < today:
        day = vehicle_dates.insured_until(day, shop)
    again = _("a year after {day}").format(day=insured)
    if not ends or ends[0] <= dates.add_months(today, 2):
        propose(DateKind.INSURANCE, day, "insurance", again)
    return found


def _of_licence(noted: list[Noted], shop: Settings, today: date) -> list[Proposal]:
    """The licence after the one that runs out within 90 days, or did."""
    for one in noted:
        if one.kind is DateKind.LICENCE and one.day <= dates.add_months(today, 3):
            day = vehicle_dates.licence_until(one.day, shop)
            why = _("renewed from {day}").format(day=one.day)
            return [Proposal(0, DateKind.LICENCE, 0, "", day, "licence", why)]
    return []


def _deals(session: Session, customer_id: int) -> list[Deal]:
    query = select(Deal).where(Deal.customer_id == customer_id, Deal.delivered_on.is_not(None))
    return list(session.scalars(query.order_by(Deal.delivered_on.desc())))


def _got(deals: list[Deal], car: Car) -> date | None:
    """When a car of his was handed over here: the deal with its VIN, or his only one."""
    for deal in deals:
        if deal.vin and deal.vin == car.vin:
            return deal.delivered_on
    if len(deals) == 1 and not (deals[0].vin and car.vin):
        got = deals[0].delivered_on
        old = car.plated_on is not None and got is not None and car.plated_on < deals[0].ordered_on
        return None if old else got
    return None
