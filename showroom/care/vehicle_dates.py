"""The days of a car and its driver by rule: service, inspection, insurance, licence, warranty.

Each rule names its source and its numbers, which the shop may change (`Settings`); verify them
yearly. The inspection is that of a private, non-operating passenger car of at most 9 seats, no
minibus: others are inspected oftener (DOMAIN §5.3).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from showroom import dates
from showroom.i18n import N_, _, ngettext
from showroom.settings import Settings
from showroom.store.models import DateKind


class Rule(NamedTuple):
    """How a day is found: what is said of it, from where we have it, the settings it uses."""

    code: str
    kind: DateKind
    title: str
    source: str
    numbers: tuple[str, ...]


RULES: Final = (
    Rule(
        "first_service",
        DateKind.FIRST_SERVICE,
        N_("First service, counted from the handover, whichever comes first"),
        N_("Usual with most makers; the maker's manual decides"),
        ("service_months", "service_km"),
    ),
    Rule(
        "inspection",
        DateKind.INSPECTION,
        N_("Inspection of a private car of up to 9 seats; minibuses and taxis differ"),
        N_("Four ministries, in force since 2022-10-01; apply within 3 months before"),
        ("inspection_marks", "inspection_tests"),
    ),
    Rule(
        "insurance",
        DateKind.INSURANCE,
        N_("Compulsory and commercial insurance of one year"),
        N_("Regulation on compulsory motor insurance, 2019"),
        ("insurance_months",),
    ),
    Rule(
        "licence",
        DateKind.LICENCE,
        N_("Renewal of the driving licence; no yearly check for class C"),
        N_("Rules on driving licences 2021, art. 62, 63, 72: within 90 days before"),
        ("licence_years",),
    ),
    Rule(
        "repair",
        DateKind.WARRANTY,
        N_("Repairs under warranty, counted from the handover, whichever comes first"),
        N_("Rules on repair, exchange and return of cars 2021, art. 18"),
        ("repair_months", "repair_km"),
    ),
    Rule(
        "return",
        DateKind.WARRANTY,
        N_("Exchange and return, counted from the handover, whichever comes first"),
        N_("Rules on repair, exchange and return of cars 2021, art. 18"),
        ("return_months", "return_km"),
    ),
)
RULE: Final = {rule.code: rule for rule in RULES}
FARTHEST: Final = {
    DateKind.FIRST_SERVICE: 3,
    DateKind.INSPECTION: 6,
    DateKind.INSURANCE: 3,
    DateKind.LICENCE: 11,
    DateKind.WARRANTY: 16,
}
"""No such day lies more years ahead: a slip of the finger."""
LATE_YEARS: Final = 1
"""A licence that ran out longer ago is cancelled; a day of so long ago is of no use either."""


class Inspection(NamedTuple):
    """One inspection: its day, in which year of the car, whether it is tested on the spot."""

    day: date
    year: int
    tested: bool


# --- from the plate


def inspection_years(age: int, shop: Settings) -> list[int]:
    """The years of a car's life with an inspection up to `age`: 2, 4, 6, 8, 10, then each."""
    last = max(shop.inspection_marks, default=0)
    return [
        *(year for year in sorted(shop.inspection_marks) if year <= age),
        *range(last + 1, age + 1),
    ]


def inspections(plated: date, first: date, last: date, shop: Settings) -> list[Inspection]:
    """The inspections of a car of that plate day from `first` to `last` (DOMAIN §5.3).

    Within the years of the mark it is tested in `Settings.inspection_tests` only; a car that is
    older is tested each year.
    """
    end = max(shop.inspection_marks, default=0)
    found = [
        Inspection(
            dates.add_months(plated, 12 * year),
            year,
            year > end or year in shop.inspection_tests,
        )
        for year in inspection_years(last.year - plated.year, shop)
        if first.year - 1 <= plated.year + year
    ]
    return [one for one in found if first <= one.day <= last]


def next_inspection(plated: date, today: date, shop: Settings) -> Inspection:
    """The next inspection from `today` on; a plate day still to come counts from that day."""
    start = max(plated, today)
    last = dates.add_months(start, 12 * (max(shop.inspection_marks, default=0) + 2))
    return inspections(plated, start, last, shop)[0]


# --- from the handover


def first_service(got: date, shop: Settings) -> date:
    """The day of the first service of a car that was handed over on `got`."""
    return dates.add_months(got, shop.service_months)


def warranty_ends(got: date, shop: Settings) -> dict[str, date]:
    """When the warranties of a car end, by the code of the rule (art. 18: from the handover)."""
    return {
        "return": dates.add_months(got, shop.return_months),
        "repair": dates.add_months(got, shop.repair_months),
    }


def insured_until(got: date, shop: Settings) -> date:
    """The end of the policy that began on `got`."""
    return dates.add_months(got, shop.insurance_months)


def licence_until(before: date, shop: Settings) -> date:
    """The end of a licence that was renewed: six years, then ten (then for good)."""
    return dates.add_months(before, 12 * max(shop.licence_years, default=10))


def day_of_km(wanted: int, got: date, km: int | None, read_on: date | None) -> date | None:
    """When a car will have run so far, as it ran until it was read; None when nobody knows."""
    if km is None or read_on is None or read_on <= got or km <= 0:
        return None
    days = round((read_on - got).days * wanted / km)
    return got + timedelta(days=days) if days < 36_500 else None


# --- in words


def inspection_words(one: Inspection) -> str:
    """What is to be done, and in which year of the car."""
    year = ngettext("{count} year", "{count} years", one.year).format(count=one.year)
    said = _("with a test") if one.tested else _("mark only, no test")
    return f"{year} · {said}"


def over(kind: DateKind, day: date, *, since: date | None, today: date) -> str:
    """Why a day of that kind cannot be, in one sentence; "" when it can.

    `since` is the day the car was plated or handed over, if there is one.
    """
    if since is not None and kind is not DateKind.LICENCE and day <= since:
        return _("That is before the car was on the road ({day}): enter the day it ends.").format(
            day=since
        )
    if day < dates.add_months(today, -12 * LATE_YEARS):
        if kind is DateKind.LICENCE:
            return _(
                "A licence that ran out over a year ago is cancelled: enter the end of the new one."
            )
        return _("That was over a year ago: enter the next day.")
    return dates.too_far(day, today, FARTHEST[kind])
