"""The list of deals and one deal as the desk sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from showroom import choices
from showroom.dates import month_of
from showroom.guard import mask, staff
from showroom.people import customers, search
from showroom.store.models import Card, Customer, Deal, Honorific, Payment, Referral
from showroom.text import narrow


class State(StrEnum):
    """How far a deal is."""

    ORDERED = "ordered"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class DealRow(NamedTuple):
    """One deal; money in yuan."""

    id: int
    number: str
    state: State
    customer_id: int
    customer: str
    honorific: Honorific
    phone: str
    model_id: int
    model: str
    colour_id: int | None
    colour: str
    price: Decimal
    deposit: Decimal
    payment: Payment | None
    consultant_id: int | None
    consultant: str
    ordered_on: date
    planned_on: date | None
    delivered_on: date | None
    cancelled_on: date | None
    cancel_reason: str
    cancel_note: str
    vin: str
    introducer: str
    card_printed: bool


class Totals(NamedTuple):
    """The figures above the list of a month; money in yuan."""

    ordered: int
    delivered: int
    cancelled: int
    amount: Decimal


def find(
    session: Session, typed: str = "", *, state: State | None = None, month: str = ""
) -> list[int]:
    """Ids of deals, the newest order first: of a month `YYYY-MM`, a state, a customer or number."""
    query = select(Deal.id).order_by(Deal.ordered_on.desc(), Deal.id.desc())
    if month:
        query = query.where(Deal.ordered_on.between(*month_of(month)))
    if state is State.DELIVERED:
        query = query.where(Deal.delivered_on.is_not(None))
    elif state is State.CANCELLED:
        query = query.where(Deal.cancelled_on.is_not(None))
    elif state is State.ORDERED:
        query = query.where(Deal.delivered_on.is_(None), Deal.cancelled_on.is_(None))
    words = narrow(typed)
    if words:
        by_customer = search.find(session, words)
        query = query.where(
            Deal.customer_id.in_(by_customer) | Deal.number.contains(words, autoescape=True)
        )
    return list(session.scalars(query))


def rows(session: Session, ids: Sequence[int]) -> list[DealRow]:
    """The lines for these ids, in no order."""
    if not ids:
        return []
    labels = choices.labels(session)
    names = staff.names(session)
    found = session.execute(
        select(Deal, Customer.name, Customer.honorific)
        .join(Customer, Customer.id == Deal.customer_id)
        .where(Deal.id.in_(ids))
    ).all()
    owners = {deal.customer_id for deal, _name, _honorific in found}
    phones = customers.first_phones(session, owners)
    seen = mask.seen(session, owners)
    introducers = {
        new: name
        for new, name in session.execute(
            select(Referral.customer_id, Customer.name)
            .join(Customer, Customer.id == Referral.introducer_id)
            .where(Referral.customer_id.in_(owners))
        )
    }
    printed = set(
        session.scalars(
            select(Card.deal_id).where(Card.deal_id.in_(ids), Card.printed_at.is_not(None))
        )
    )
    return [
        DealRow(
            id=deal.id,
            number=deal.number,
            state=state(deal),
            customer_id=deal.customer_id,
            customer=name,
            honorific=honorific,
            phone=phones.get(deal.customer_id, ""),
            model_id=deal.model_id,
            model=labels.get(deal.model_id, ""),
            colour_id=deal.colour_id,
            colour=labels.get(deal.colour_id or 0, ""),
            price=deal.price,
            deposit=deal.deposit,
            payment=deal.payment,
            consultant_id=deal.consultant_id,
            consultant=names.get(deal.consultant_id or 0, ""),
            ordered_on=deal.ordered_on,
            planned_on=deal.planned_on,
            delivered_on=deal.delivered_on,
            cancelled_on=deal.cancelled_on,
            cancel_reason=labels.get(deal.cancel_reason_id or 0, ""),
            cancel_note=mask.text(deal.cancel_note, whole=deal.customer_id in seen),
            vin=deal.vin,
            introducer=introducers.get(deal.customer_id, ""),
            card_printed=deal.id in printed,
        )
        for deal, name, honorific in found
    ]


def of_visit(session: Session, visit_id: int) -> int | None:
    """The deal that was closed from a visit and was not cancelled."""
    return session.scalar(
        select(Deal.id).where(Deal.visit_id == visit_id, Deal.cancelled_on.is_(None))
    )


def state(deal: Deal) -> State:
    """How far a deal is, by its dates."""
    if deal.cancelled_on is not None:
        return State.CANCELLED
    return State.ORDERED if deal.delivered_on is None else State.DELIVERED


def span(session: Session) -> tuple[date, date] | None:
    """The days of the first and the last order, None before the first."""
    first, last = session.execute(
        select(func.min(Deal.ordered_on), func.max(Deal.ordered_on))
    ).one()
    return None if first is None else (first, last)


def totals(session: Session, month: str = "") -> Totals:
    """Orders, deliveries and cancellations of a month `YYYY-MM` or of all time.

    The amount is what the orders make that still stand.
    """
    first, last = month_of(month) if month else (date.min, date.max)

    def count(column: InstrumentedAttribute[Any]) -> int:
        query = select(func.count()).select_from(Deal).where(column.between(first, last))
        return session.scalar(query) or 0

    amount = session.scalar(
        select(func.sum(Deal.price)).where(
            Deal.ordered_on.between(first, last), Deal.cancelled_on.is_(None)
        )
    )
    return Totals(
        count(Deal.ordered_on),
        count(Deal.delivered_on),
        count(Deal.cancelled_on),
        amount or Decimal(0),
    )
