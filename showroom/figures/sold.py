"""Sheets of the month's workbook that list: what was sold, and which cards were due for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, dates, words
from showroom.deals import deals
from showroom.figures import log
from showroom.guard import consent, mask, staff
from showroom.i18n import _
from showroom.sheets.write import Column, Kind, Sheet
from showroom.store import barred
from showroom.store.models import Card, CardKind, Customer, Deal, Way


def deals_sheet(session: Session, first: date, last: date) -> Sheet:
    """What was ordered, delivered or cancelled in the month."""
    month = (
        Deal.ordered_on.between(first, last)
        | Deal.delivered_on.between(first, last)
        | Deal.cancelled_on.between(first, last)
    )
    ids = session.scalars(select(Deal.id).where(month)).all()
    labels = choices.labels(session)
    facts = {
        id: (labels.get(channel or 0, ""), silent)
        for id, channel, silent in session.execute(
            select(
                Deal.id,
                Customer.channel_id,
                Customer.do_not_contact | barred.withdrawn(Way.PHONE),
            )
            .join(Customer, Customer.id == Deal.customer_id)
            .where(month)
        )
    }
    states = {
        deals.State.ORDERED: _("To be delivered"),
        deals.State.DELIVERED: _("Delivered"),
        deals.State.CANCELLED: _("Cancelled"),
    }
    rows = sorted(deals.rows(session, ids), key=lambda row: (row.ordered_on, row.number))
    return Sheet(
        _("Deals"),
        (
            Column("number", _("Number"), kind=Kind.CODE),
            Column("ordered_on", _("Ordered on"), kind=Kind.DAY),
            Column("customer", _("Customer")),
            Column(
                "phone",
                _("Phone"),
                lambda row: row.phone.replace(" ", ""),
                Kind.CODE,
                contact=True,
            ),
            Column("model", _("Model")),
            Column("colour", _("Colour")),
            Column("price", _("Price"), kind=Kind.MONEY, total=True),
            Column("deposit", _("Deposit"), kind=Kind.MONEY, total=True),
            Column(
                "payment",
                _("Payment"),
                lambda row: _(words.PAYMENTS[row.payment]) if row.payment else "",
            ),
            Column("consultant", _("Consultant")),
            Column("channel", _("Channel"), lambda row: facts[row.id][0]),
            Column("introducer", _("Introducer")),
            Column("planned_on", _("Planned delivery"), kind=Kind.DAY),
            Column("delivered_on", _("Delivered on"), kind=Kind.DAY),
            Column("state", _("State"), lambda row: states[row.state]),
            Column("cancelled_on", _("Cancelled on"), kind=Kind.DAY),
            Column("cancel_reason", _("Reason")),
        ),
        rows,
        withheld=lambda row: facts[row.id][1],
        freeze=3,
    )


class _CardRow(NamedTuple):
    """One thank-you card."""

    due_on: date
    customer: str
    phone: str
    address: str
    postcode: str
    kind: CardKind
    number: str
    model: str
    printed_at: datetime | None
    printed_by: str
    posted_at: datetime | None
    in_time: str
    skip_reason: str
    do_not_contact: bool


def cards_sheet(session: Session, first: date, last: date) -> Sheet:
    """The cards that were due in the month."""
    month = Card.due_on.between(first, last)
    labels, names = choices.labels(session), staff.names(session)
    phones = log.first_phones(session, select(Card.customer_id).where(month))
    silent = consent.withdrawn(session)[Way.POST]
    yes, no = _("Yes"), _("No")
    whole = mask.sees_all(session)
    rows = [
        _CardRow(
            card.due_on,
            customer.name,
            phones.get(customer.id, ""),
            "" if customer.id in silent else mask.text(customer.address, whole=whole),
            "" if customer.id in silent else customer.postcode,
            card.kind,
            deal.number if deal else "",
            labels.get(deal.model_id, "") if deal else "",
            card.printed_at,
            names.get(card.printed_by_id or 0, ""),
            card.posted_at,
            "" if card.skipped_at else yes if _in_time(card) else no,
            mask.text(card.skip_reason, whole=whole),
            customer.do_not_contact,
        )
        for card, customer, deal in session.execute(
            select(Card, Customer, Deal)
            .join(Customer, Customer.id == Card.customer_id)
            .outerjoin(Deal, Deal.id == Card.deal_id)
            .where(month)
            .order_by(Card.due_on, Card.id)
        )
    ]
    return Sheet(
        _("Thank-you cards"),
        (
            Column("due_on", _("Due on"), kind=Kind.DAY),
            Column("customer", _("Customer")),
            Column("phone", _("Phone"), kind=Kind.CODE, contact=True),
            Column("address", _("Address"), wrap=True, width=32, contact=True),
            Column("postcode", _("Postcode"), kind=Kind.CODE, contact=True),
            Column("kind", _("Card for"), lambda row: _(words.CARD_KINDS[row.kind])),
            Column("number", _("Deal number"), kind=Kind.CODE),
            Column("model", _("Model")),
            Column("printed_at", _("Printed at"), kind=Kind.MOMENT),
            Column("printed_by", _("Printed by")),
            Column("posted_at", _("Posted at"), kind=Kind.MOMENT),
            Column("in_time", _("In time")),
            Column("skip_reason", _("Skipped because")),
        ),
        rows,
        withheld=lambda row: row.do_not_contact,
        freeze=2,
    )


def _in_time(card: Card) -> bool:
    return card.printed_at is not None and dates.local_day(card.printed_at) <= card.late_on
