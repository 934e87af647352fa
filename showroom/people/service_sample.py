"""The cars of which one learns something: driven daily, old enough, often in the workshop.

Seed 002 keeps of 7,882 files 4,714, with 5 to 500 km a day, a plate of 7 months or more, and 4
visits to the workshop or more (DOMAIN §6). It prints 52.60 % for that; it is 59.8 %.

A file is a car. Its kilometres a day are those from the day of its plate to the day its odometer
was read. The visits are those counted at the car; where it is the only one of its owner, those seen
at the desk when they are more (see `showroom.people.facts`).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.dates import add_months
from showroom.errors import Invalid
from showroom.i18n import N_, _
from showroom.people import facts
from showroom.progress import Progress
from showroom.settings import CLASS_LIMITS, Settings
from showroom.store.models import Customer

_EVERY: Final = 5000
BUSY: Final = (50, 150)
"""So many kilometres a day 71.9 % of the seed's sample run: cars of fleets and firms."""


class Limits(NamedTuple):
    """What a car must have: kilometres a day from … to, months since the plate, visits."""

    km_least: int
    km_most: int
    months: int
    services: int


class Lacks(StrEnum):
    """Why nothing can be said of a car."""

    PLATE_DAY = "plate_day"
    KM = "km"
    WRONG = "wrong"


LACKS: Final = {
    Lacks.PLATE_DAY: N_("no day of the plate"),
    Lacks.KM: N_("no odometer, or not the day it was read"),
    Lacks.WRONG: N_("days that cannot be"),
}


class Car(NamedTuple):
    """One car that was kept."""

    id: int
    customer_id: int
    plate: str
    model: str
    daily_km: float
    plated_on: date
    services: int


class Sample(NamedTuple):
    """What came of it: `files` are all cars, `lacks` how many cannot be judged and why.

    `daily`, `aged`, `served` are how many are left after each step; `cars` those after the last.
    """

    limits: Limits
    files: int
    lacks: dict[Lacks, int]
    judged: int
    daily: int
    aged: int
    cars: list[Car]

    @property
    def share(self) -> float | None:
        """The cars that were kept, of all files; None without any."""
        return len(self.cars) / self.files if self.files else None

    @property
    def busy_share(self) -> float | None:
        """Of the cars that were kept, those driven as much as `BUSY`; None without any."""
        busy = sum(BUSY[0] <= car.daily_km <= BUSY[1] for car in self.cars)
        return busy / len(self.cars) if self.cars else None


def limits(shop: Settings) -> Limits:
    """The limits of this shop."""
    return Limits(
        shop.sample_km_least, shop.sample_km_most, shop.sample_months, shop.sample_services
    )


def refuse(limits: Limits) -> None:
    """Raise `Invalid` beside `km_least`, `km_most`, `months`, `services` for what cannot be."""
    problems = {}
    for name, limit in limits._asdict().items():
        least, most = CLASS_LIMITS[f"sample_{name}"]
        if not least <= limit <= most:
            problems[name] = _("Enter a whole number from {least} to {most}.").format(
                least=least, most=most
            )
    if limits.km_most <= limits.km_least:
        problems.setdefault("km_most", _("It must be more than the least."))
    if problems:
        raise Invalid(problems)


def draw(
    session: Session, limits: Limits, *, today: date, progress: Progress | None = None
) -> Sample:
    """Look at all cars, step after step. 100,000 take about a second, so from a thread."""
    refuse(limits)
    progress = progress or Progress()
    from showroom.store.models import Vehicle

    errands = facts.workshop_days().subquery()
    own = func.count(Vehicle.id).over(partition_by=Vehicle.customer_id)
    rows = session.execute(
        select(
            Vehicle.id,
            Vehicle.customer_id,
            Vehicle.plate,
            Vehicle.model,
            Vehicle.plated_on,
            Vehicle.km,
            Vehicle.km_on,
            Vehicle.services,
            own,
            errands.c.errands,
        )
        .join(Customer, Customer.id == Vehicle.customer_id)
        .outerjoin(errands, errands.c.owner == Vehicle.customer_id)
        .where(Customer.erased_at.is_(None))
        .order_by(Vehicle.id)
    ).all()
    lacks = dict.fromkeys(Lacks, 0)
    judged = daily = aged = 0
    kept = []
    old = add_months(today, -limits.months)
    for row in progress.track(rows, _EVERY):
        lack = _lack(row.plated_on, row.km, row.km_on, today)
        if lack is not None:
            lacks[lack] += 1
            continue
        judged += 1
        km = row.km / (row.km_on - row.plated_on).days
        services = max(row.services, row.errands or 0) if row[8] == 1 else row.services
        if not limits.km_least <= km <= limits.km_most:
            continue
        daily += 1
        if row.plated_on > old:
            continue
        aged += 1
        if services >= limits.services:
            kept.append(
                Car(row.id, row.customer_id, row.plate, row.model, km, row.plated_on, services)
            )
    return Sample(limits, len(rows), lacks, judged, daily, aged, kept)


def _lack(plated_on: date | None, km: int | None, km_on: date | None, today: date) -> Lacks | None:
    """Why nothing can be said; a plate of tomorrow, or an odometer read before it, is a slip."""
    if plated_on is None:
        return Lacks.PLATE_DAY
    if km is None or km_on is None:
        return Lacks.KM
    if plated_on > today or km_on > today or km_on <= plated_on:
        return Lacks.WRONG
    return None
