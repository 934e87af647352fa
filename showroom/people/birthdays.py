"""Whose birthday it is, as a condition of SQL: lunar days as the year has them (DOMAIN §5.4).

One that is corrected takes along what waits for it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from showroom import lunar, settings
from showroom.i18n import _
from showroom.lunar import days as lunar_days
from showroom.lunar import solar_days
from showroom.store.models import Card, CardKind, Customer, FollowUp, Promise

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


# --- a birthday was corrected


def day_of(customer: Customer) -> tuple[int, int, bool] | None:
    """Month and day of his birthday, and whether they are lunar; None where it is not known."""
    born = customer.birthday
    if born is None:
        return None
    return born.month, born.day + customer.birthday_more, customer.birthday_lunar


def follow(session: Session, customer: Customer, *, today: date) -> None:
    """His birthday is another day now: the contact and the card that wait for it go along.

    A day that was said to him stays. Without a birthday neither waits any longer.
    """
    waits = (FollowUp.customer_id == customer.id, FollowUp.done_at.is_(None))
    birthday = (FollowUp.rule == Promise.BIRTHDAY, FollowUp.agreed.is_(False))
    contacts = session.scalars(select(FollowUp).where(*waits, *birthday)).all()
    cards = session.scalars(
        select(Card).where(
            Card.customer_id == customer.id,
            Card.kind == CardKind.BIRTHDAY,
            Card.printed_at.is_(None),
            Card.skipped_at.is_(None),
        )
    ).all()
    if not contacts and not cards:
        return
    day = _next(customer, today)
    if day is None:
        for contact in contacts:
            session.delete(contact)
        for card in cards:
            card.skipped_at, card.skip_reason = session.info["now"], _("Birthday not known")
        return
    shop = settings.load(session)
    leads = shop.date_leads.get(Promise.BIRTHDAY) or [0]
    for contact in contacts:
        contact.due_on, contact.clock = max(today, day - timedelta(days=max(leads))), None
    for card in cards:
        card.due_on = max(today, day - timedelta(days=max(0, shop.card_ahead_days)))
        card.late_on = max(day, card.due_on)


def follow_many(session: Session, ids: Collection[int], *, today: date) -> None:
    """The same for many: of whom something waits."""
    contacts = select(FollowUp.customer_id).where(
        FollowUp.rule == Promise.BIRTHDAY, FollowUp.done_at.is_(None)
    )
    cards = select(Card.customer_id).where(
        Card.kind == CardKind.BIRTHDAY, Card.printed_at.is_(None), Card.skipped_at.is_(None)
    )
    for id in set(session.scalars(contacts.union(cards))) & set(ids):
        follow(session, session.get_one(Customer, id), today=today)


def _next(customer: Customer, today: date) -> date | None:
    if customer.birthday is None:
        return None
    span = today, today + timedelta(days=400)
    more = customer.birthday_more
    found = lunar.birthdays(customer.birthday, customer.birthday_lunar, *span, more=more)
    return min(found, default=None)
