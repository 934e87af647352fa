"""Where the days of the calendar come from: a source each, asked in SQL, its days found in Python.

A base (a day of the year, the day of a handover) stands for all customers who have it: the calendar
counts them by it, and the same function says on which days it falls. A day that was noted comes
before the one a rule gives (DOMAIN §5.3, §5.4).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from showroom import dates, words
from showroom.care import vehicle_dates
from showroom.i18n import _, ngettext
from showroom.lunar import days as lunar_days
from showroom.lunar import has_year, solar_days
from showroom.lunar import year_of as lunar_year
from showroom.people.birthdays import MARK, WHOLE, born_within, mark, solar_marks
from showroom.settings import Settings
from showroom.store import barred
from showroom.store.models import (
    Customer,
    DateKind,
    Deal,
    FollowUp,
    KeyDate,
    Promise,
    Vehicle,
)

Base = tuple[Any, ...]
Days = Callable[[Base, date, date, Settings], list[tuple[Promise, date]]]


class Words(NamedTuple):
    """What the words of an entry are made with."""

    shop: Settings
    models: dict[int, str]


class Source(NamedTuple):
    """Days of some `kinds`: `base` columns, the `facts` of one entry beside them.

    `narrow` gives a query its tables and leaves out no base that has a day in the span; `days` are
    those of a base in the span; `about` says of one entry what it is, `thing` by customer, base,
    facts and day what it is the day of, wherever that day moves.
    """

    kinds: tuple[Promise, ...]
    base: tuple[Any, ...]
    facts: tuple[Any, ...]
    narrow: Callable[[Select[Any], date, date, Settings], Select[Any]]
    days: Days
    about: Callable[[Base, Base, date, Words], str]
    thing: Callable[[int, Base, Base, date], str]
    of_deals: bool = False
    noted: bool = False
    of_contacts: bool = False


def _reachable(query: Select[Any]) -> Select[Any]:
    """Of who is on file and may be contacted; the index of who was erased would find all."""
    on_file = case((Customer.erased_at.is_(None), 1), else_=0) == 1
    return query.where(on_file, ~barred.from_contact())


def _bought() -> ColumnElement[bool]:
    return Customer.id.in_(select(Deal.customer_id).where(Deal.cancelled_on.is_(None)))


def same_day(column: Any, first: date, last: date) -> list[ColumnElement[bool]]:
    """Dates whose day of the year lies in the span."""
    if (last - first).days > WHOLE:
        return []
    return [func.strftime(MARK, column).in_(solar_marks(first, last))]


def _birthdays(query: Select[Any], first: date, last: date, _shop: Settings) -> Select[Any]:
    return _reachable(query.where(born_within(first, last), _bought()))


def _birthday(base: Base, first: date, last: date, _shop: Settings) -> list[tuple[Promise, date]]:
    said, lunar = base
    if said is None:
        return []
    month, day = int(said[:2]), int(said[3:])
    found = (lunar_days if lunar else solar_days)(month, day, first, last)
    return [(Promise.BIRTHDAY, one) for one in found]


def _birthday_words(base: Base, facts: Base, day: date, _known: Words) -> str:
    (born,), (said, lunar) = facts, base
    age = (lunar_year(day) if lunar else day.year) - born.year
    years = _("turns {age}").format(age=age) if has_year(born) and 0 < age < 120 else ""
    return " · ".join(part for part in (years, _("lunar {day}").format(day=said) * lunar) if part)


def _birthday_of(owner: int, base: Base, _facts: Base, day: date) -> str:
    return f"{owner}-{lunar_year(day) if base[1] else day.year}"


def _handed_over(query: Select[Any]) -> Select[Any]:
    joined = query.select_from(Deal).join(Customer, Customer.id == Deal.customer_id)
    return _reachable(joined.where(Deal.delivered_on.is_not(None), Deal.cancelled_on.is_(None)))


def _anniversaries(query: Select[Any], first: date, last: date, _shop: Settings) -> Select[Any]:
    return _handed_over(query).where(*same_day(Deal.ordered_on, first, last))


def _anniversary(
    base: Base, first: date, last: date, _shop: Settings
) -> list[tuple[Promise, date]]:
    (ordered,) = base
    found = solar_days(ordered.month, ordered.day, first, last)
    return [(Promise.ANNIVERSARY, day) for day in found if day.year > ordered.year]


def _anniversary_words(base: Base, facts: Base, day: date, known: Words) -> str:
    years = day.year - base[0].year
    said = ngettext("{count} year", "{count} years", years).format(count=years)
    return " · ".join(part for part in (said, known.models.get(facts[1], "")) if part)


def _anniversary_of(_owner: int, base: Base, facts: Base, day: date) -> str:
    return f"deal{facts[0]}-{day.year - base[0].year}"


def _got(query: Select[Any], first: date, last: date, months: list[int]) -> Select[Any]:
    """Deals whose handover may lie so many months before a day of the span."""
    slack = timedelta(days=3)  # of months with 28 to 31 days
    spans = [
        Deal.delivered_on.between(
            dates.add_months(first, -count) - slack, dates.add_months(last, -count) + slack
        )
        for count in months
    ]
    return _handed_over(query).where(or_(*spans))


def _noted_day(kind: DateKind) -> Any:
    """The last day noted for the car of a deal; one without a car means all of his."""
    car = aliased(Vehicle)
    its_car = or_(KeyDate.vehicle_id.is_(None), car.vin == Deal.vin, car.vin == "", Deal.vin == "")
    return (
        select(func.max(KeyDate.day))
        .outerjoin(car, car.id == KeyDate.vehicle_id)
        .where(KeyDate.customer_id == Deal.customer_id, KeyDate.kind == kind, its_car)
        .correlate(Deal)
        .scalar_subquery()
    )


def _services(query: Select[Any], first: date, last: date, shop: Settings) -> Select[Any]:
    return _got(query, first, last, [shop.service_months])


def _once(kind: Promise, day_of: Callable[[date, Settings], date]) -> Days:
    """One day after the handover of a car, unless its day was written down."""

    def days(base: Base, first: date, last: date, shop: Settings) -> list[tuple[Promise, date]]:
        got, noted = base
        day = day_of(got, shop)
        return [(kind, day)] if noted is None and first <= day <= last else []

    return days


def _service_words(_base: Base, facts: Base, _day: date, known: Words) -> str:
    km = _("or {km} km").format(km=f"{known.shop.service_km:,}")
    return " · ".join(part for part in (known.models.get(facts[1], ""), km) if part)


def _of_car(owner: int, _base: Base, facts: Base, _day: date) -> str:
    """The one next day of a car, be it by rule or noted: by its VIN, else by whose it is."""
    return facts[2] or str(owner)


def _warranties(query: Select[Any], first: date, last: date, shop: Settings) -> Select[Any]:
    return _got(query, first, last, [shop.repair_months, shop.return_months])


def _warranty(base: Base, first: date, last: date, shop: Settings) -> list[tuple[Promise, date]]:
    """The ends of a car's warranties after the one that was written down."""
    got, noted = base
    ends = {day for day in vehicle_dates.warranty_ends(got, shop).values() if day > (noted or got)}
    return [(Promise.WARRANTY, day) for day in sorted(ends) if first <= day <= last]


def _warranty_words(base: Base, facts: Base, day: date, known: Words) -> str:
    ends = vehicle_dates.warranty_ends(base[0], known.shop)
    km = {"repair": known.shop.repair_km, "return": known.shop.return_km}
    said = {"repair": _("repairs, or {km} km"), "return": _("exchange and return, or {km} km")}
    parts = [said[code].format(km=f"{km[code]:,}") for code, end in ends.items() if end == day]
    return " · ".join(part for part in (known.models.get(facts[1], ""), *parts) if part)


def _warranty_of(_owner: int, base: Base, facts: Base, day: date) -> str:
    return f"deal{facts[0]}-{(day - base[0]).days // 365}"


def _insured(query: Select[Any], first: date, last: date, shop: Settings) -> Select[Any]:
    return _got(query, first, last, [shop.insurance_months])


def _insurance_words(base: Base, facts: Base, _day: date, known: Words) -> str:
    said = _("presumed: handed over {day}").format(day=base[0])
    return " · ".join(part for part in (known.models.get(facts[1], ""), said) if part)


def _plated(query: Select[Any], first: date, last: date, _shop: Settings) -> Select[Any]:
    noted = exists().where(KeyDate.vehicle_id == Vehicle.id, KeyDate.kind == DateKind.INSPECTION)
    joined = query.select_from(Vehicle).join(Customer, Customer.id == Vehicle.customer_id)
    return _reachable(
        joined.where(
            Vehicle.plated_on.is_not(None), ~noted, *same_day(Vehicle.plated_on, first, last)
        )
    )


def _inspection(base: Base, first: date, last: date, shop: Settings) -> list[tuple[Promise, date]]:
    found = vehicle_dates.inspections(base[0], first, last, shop)
    return [(Promise.INSPECTION, one.day) for one in found]


def _inspection_words(base: Base, facts: Base, day: date, known: Words) -> str:
    found = vehicle_dates.inspections(base[0], day, day, known.shop)
    said = [vehicle_dates.inspection_words(one) for one in found]
    return " · ".join(part for part in (_car(facts), *said) if part)


def _inspection_of(_owner: int, base: Base, facts: Base, day: date) -> str:
    return f"car{facts[3]}-{day.year - base[0].year}"


def _noted(query: Select[Any], first: date, last: date, _shop: Settings) -> Select[Any]:
    joined = query.select_from(KeyDate).join(Customer, Customer.id == KeyDate.customer_id)
    joined = joined.outerjoin(Vehicle, Vehicle.id == KeyDate.vehicle_id)
    return _reachable(joined.where(KeyDate.day.between(first, last)))


def _as_noted(base: Base, _first: date, _last: date, _shop: Settings) -> list[tuple[Promise, date]]:
    day, kind = base
    return [(Promise(kind.value), day)]


def _noted_words(_base: Base, facts: Base, _day: date, _known: Words) -> str:
    return " · ".join(part for part in (_car(facts), facts[3]) if part)


def _noted_of(owner: int, base: Base, facts: Base, day: date) -> str:
    """A noted day is the next of its kind: the row moves with it."""
    if base[1] in (DateKind.INSURANCE, DateKind.FIRST_SERVICE):
        return _of_car(owner, base, facts, day)
    return f"noted{facts[4]}"


def _agreed(query: Select[Any], first: date, last: date, _shop: Settings) -> Select[Any]:
    said = or_(FollowUp.agreed, FollowUp.clock.is_not(None))
    joined = query.select_from(FollowUp).join(Customer, Customer.id == FollowUp.customer_id)
    return _reachable(
        joined.where(FollowUp.done_at.is_(None), FollowUp.due_on.between(first, last), said)
    )


def _as_agreed(
    base: Base, _first: date, _last: date, _shop: Settings
) -> list[tuple[Promise, date]]:
    return [(Promise.NEXT, base[0])]


def _agreed_words(_base: Base, facts: Base, _day: date, _known: Words) -> str:
    return "" if facts[2] is Promise.NEXT else _(words.PROMISES[facts[2]])


def _agreed_of(_owner: int, _base: Base, facts: Base, _day: date) -> str:
    return f"contact{facts[0]}"


def _car(facts: Base) -> str:
    """The plate of a car, else its model, else the end of its VIN."""
    plate, model, vin, *_more = facts
    return plate or model or (vin or "")[-6:]


_CAR: Final = (Vehicle.plate, Vehicle.model, Vehicle.vin)
_SOLD: Final = (Deal.id, Deal.model_id, Deal.vin)
SOURCES: Final = (
    Source(
        (Promise.BIRTHDAY,),
        (mark(), Customer.birthday_lunar),
        (Customer.birthday,),
        _birthdays,
        _birthday,
        _birthday_words,
        _birthday_of,
    ),
    Source(
        (Promise.ANNIVERSARY,),
        (Deal.ordered_on,),
        _SOLD,
        _anniversaries,
        _anniversary,
        _anniversary_words,
        _anniversary_of,
        of_deals=True,
    ),
    Source(
        (Promise.FIRST_SERVICE,),
        (Deal.delivered_on, _noted_day(DateKind.FIRST_SERVICE)),
        _SOLD,
        _services,
        _once(Promise.FIRST_SERVICE, vehicle_dates.first_service),
        _service_words,
        _of_car,
        of_deals=True,
    ),
    Source(
        (Promise.WARRANTY,),
        (Deal.delivered_on, _noted_day(DateKind.WARRANTY)),
        _SOLD,
        _warranties,
        _warranty,
        _warranty_words,
        _warranty_of,
        of_deals=True,
    ),
    Source(
        (Promise.INSURANCE,),
        (Deal.delivered_on, _noted_day(DateKind.INSURANCE)),
        _SOLD,
        _insured,
        _once(Promise.INSURANCE, vehicle_dates.insured_until),
        _insurance_words,
        _of_car,
        of_deals=True,
    ),
    Source(
        (Promise.INSPECTION,),
        (Vehicle.plated_on,),
        (*_CAR, Vehicle.id),
        _plated,
        _inspection,
        _inspection_words,
        _inspection_of,
    ),
    Source(
        tuple(Promise(kind.value) for kind in DateKind),
        (KeyDate.day, KeyDate.kind),
        (*_CAR, KeyDate.note, KeyDate.id),
        _noted,
        _as_noted,
        _noted_words,
        _noted_of,
        noted=True,
    ),
    Source(
        (Promise.NEXT,),
        (FollowUp.due_on,),
        (FollowUp.id, FollowUp.clock, FollowUp.rule),
        _agreed,
        _as_agreed,
        _agreed_words,
        _agreed_of,
        of_contacts=True,
    ),
)
