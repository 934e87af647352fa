"""Who may not be reached, as conditions of SQL: by the overall stop, or by a withdrawn way.

Each is made once: they are asked with every list, and making one takes longer than its answer.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, column, or_, select, table, text
from sqlalchemy.orm import InstrumentedAttribute

from showroom.store import models
from showroom.store.models import Card, CardKind, Customer, Purpose, Way

DATED: Final = (CardKind.BIRTHDAY, CardKind.ANNIVERSARY, CardKind.FESTIVAL)
"""Cards that nobody wants to read long after the day."""


@cache
def withdrawn(
    way: Way, customer_id: ColumnElement[int] | InstrumentedAttribute[int] = Customer.id
) -> ColumnElement[bool]:
    """Who does not want this way any more, whatever for; few do, so they are listed once."""
    return customer_id.in_(
        select(models.Consent.customer_id).where(
            models.Consent.way == way,
            models.Consent.withdrawn_at.is_not(None),
            models.Consent.purpose != Purpose.EVENTS,  # without invitations he may still be reached
        )
    )


@cache
def from_contact() -> ColumnElement[bool]:
    """Whom nobody may call or write to: no reminder. The query has `Customer`."""
    no_wechat = or_(Customer.wechat == "", withdrawn(Way.WECHAT))
    return or_(Customer.do_not_contact, and_(withdrawn(Way.PHONE), no_wechat))


@cache
def stopped() -> Select[int]:
    """The ids of whom nobody may reach at all; few, and read from an index of their own."""
    return select(Customer.id).where(text("do_not_contact"))  # as that index spells it


@cache
def silent(customer_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whom nobody may call or write to, where the query has no `Customer`: both are few."""
    no_wechat = or_(Customer.wechat == "", withdrawn(Way.WECHAT))
    unreached = select(Customer.id).where(withdrawn(Way.PHONE), no_wechat)
    return or_(customer_id.in_(stopped()), customer_id.in_(unreached))


@cache
def from_post() -> ColumnElement[bool]:
    """Who gets no card. The query has `Customer`."""
    return or_(Customer.do_not_contact, withdrawn(Way.POST))


_COMPLAINT = table("complaint", column("customer_id"), column("closed_at"))


@cache
def complaining(
    customer_id: ColumnElement[int] | InstrumentedAttribute[int] = Customer.id,
) -> ColumnElement[bool]:
    """Who has a complaint that is not closed: no card, and nobody asks him for others.

    Its own model is not needed for that, so the desk starts without it.
    """
    open_ones = select(_COMPLAINT.c.customer_id).where(_COMPLAINT.c.closed_at.is_(None))
    return customer_id.in_(open_ones)


@cache
def unwritten(customer_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Who gets no card, where the query has no `Customer`: all three are few."""
    return or_(
        customer_id.in_(stopped()), withdrawn(Way.POST, customer_id), complaining(customer_id)
    )


def belated(today: date, grace: int) -> ColumnElement[bool]:
    """Which cards come too late to please, `grace` days after the last. The query has `Card`."""
    return and_(Card.kind.in_(DATED), Card.late_on < today - timedelta(days=grace))
