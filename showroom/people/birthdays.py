"""Whose birthday it is, as a condition of SQL: lunar days as the year has them (DOMAIN §5.4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, cast, func, or_

from showroom.lunar import days as lunar_days
from showroom.lunar import solar_days
from showroom.store.models import Customer

WHOLE: Final = 300
"""Over so many days every day of the year is meant."""
MARK: Final = "%m-%d"


def mark() -> ColumnElement[Any]:
    """Month and day as they were said, `02-30`; the column stands for all who have that day."""
    more = func.printf(
        "02-%02d",
        cast(func.strftime("%d", Customer.birthday), String).op("+")(Customer.birthday_more),
    )
    plain = func.strftime(MARK, Customer.birthday)
    return func.iif(Customer.birthday_more > 0, more, plain)


def solar_marks(first: date, last: date) -> list[str]:
    """The days of the solar year from `first` to `last`; 29 February where it is kept the 28th."""
    found = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    leap = ["02-29"] if solar_days(2, 29, first, last) else []
    return [*leap, *(f"{day:{MARK}}" for day in found)]


def _lunar_marks(first: date, last: date) -> list[str]:
    return [
        f"{month:02}-{day:02}"
        for month in range(1, 13)
        for day in range(1, 31)
        if lunar_days(month, day, first, last)
    ]


def born_within(first: date, last: date) -> ColumnElement[bool]:
    """Who has a birthday from `first` to `last`, lunar or not; over 300 days whoever has one."""
    if (last - first).days > WHOLE:
        return Customer.birthday.is_not(None)
    said = mark()
    return or_(
        and_(Customer.birthday_lunar.is_(False), said.in_(solar_marks(first, last))),
        and_(Customer.birthday_lunar.is_(True), said.in_(_lunar_marks(first, last))),
    )
