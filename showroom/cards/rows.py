"""One card in a list: where it stands today, what keeps it, what the desk should look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from showroom import choices, settings, words
from showroom.cards import compose, feasts, held, taken_back, templates
from showroom.care import festivals
from showroom.guard import mask
from showroom.i18n import _
from showroom.store.models import Card, CardKind, Customer, Deal, Staff


class State(StrEnum):
    """Where a card stands today. `due` lies between its day and its last day; `held` are the cards
    that would be, but their customer complains or has no address. Late is late, held or not."""

    HELD = "held"
    LATE = "late"
    TODAY = "today"
    DUE = "due"
    SOON = "soon"
    LATER = "later"
    PRINTED = "printed"
    SIGNED = "signed"
    POSTED = "posted"
    SKIPPED = "skipped"


class CardRow(NamedTuple):
    """One card in a list. `days`: late by so many, or so many until it is due.

    `held` is a code of `held.WHY`, or "".
    """

    id: int
    state: State
    days: int
    customer_id: int
    customer: str
    kind: CardKind
    reason: str
    consultant: str
    template: str
    own_words: bool
    due_on: date
    late_on: date
    printed_at: datetime | None
    printed_by: str
    printer: str
    posted_at: datetime | None
    skip_reason: str
    signed_at: datetime | None
    held: str
    problems: tuple[str, ...]


def rows(session: Session, ids: Sequence[int], *, today: date) -> list[CardRow]:
    """The rows of these ids, in any order."""
    friend, printer = aliased(Customer), aliased(Staff)
    known, among = templates.known(session), festivals.known(settings.load(session))
    labels = choices.labels(session)
    query = (
        select(
            Card, Customer, Deal, compose.signer(), printer.name, friend, held.why(session, today)
        )
        .join(Customer, Card.customer_id == Customer.id)
        .outerjoin(Deal, Card.deal_id == Deal.id)
        .outerjoin(printer, Card.printed_by_id == printer.id)
        .outerjoin(friend, (friend.id == Deal.customer_id) & (friend.id != Customer.id))
        .where(Card.id.in_(ids))
    )
    whole = mask.sees_all(session)
    names: dict[int, str] = {id: name for id, name in session.execute(select(Staff.id, Staff.name))}
    before = taken_back.printed_at(session, ids)
    made = []
    for card, customer, deal, signer_id, printed_by, other, why in session.execute(query):
        state, days = _state(card, today)
        done = card.posted_at or (card.printed_at and why not in held.STOPS)
        kept = "" if done else why
        late = state is State.LATE and kept != "address"
        if kept and (state in (State.TODAY, State.DUE) or late):
            state, days = State.HELD, 0
        about = [_(words.CARD_KINDS[card.kind])]
        if card.kind is CardKind.INTRODUCER and other is not None:
            about.append(words.called(other.name, other.honorific))
        elif deal is not None:
            about.append(labels.get(deal.model_id, ""))
        elif (feast := feasts.named(card.festival, among)) is not None:
            about.append(feast.name)
        made.append(
            CardRow(
                id=card.id,
                state=state,
                days=days,
                customer_id=customer.id,
                customer=words.called(customer.name, customer.honorific) or _("No name"),
                kind=card.kind,
                reason=" · ".join(part for part in about if part),
                consultant=names.get(signer_id or 0, ""),
                template=compose.template_of(card, customer, known, among).code,
                own_words=bool(card.words),
                due_on=card.due_on,
                late_on=card.late_on,
                printed_at=card.printed_at,
                printed_by=printed_by or "",
                printer=card.printer,
                posted_at=card.posted_at,
                skip_reason=mask.text(card.skip_reason, whole=whole),
                signed_at=card.signed_at,
                held=kept,
                problems=tuple(_problems(customer, deal, kept, again=card.id in before)),
            )
        )
    return made


def _state(card: Card, today: date) -> tuple[State, int]:
    if card.skipped_at is not None and card.printed_at is None:
        return State.SKIPPED, 0
    if card.posted_at is not None:
        return State.POSTED, 0
    if card.printed_at is not None:
        state = State.PRINTED if card.signed_at is None else State.SIGNED
        return state, max(0, (today - card.late_on).days)
    if today > card.late_on:
        return State.LATE, (today - card.late_on).days
    days = (card.due_on - today).days
    if days == 0 or today == card.late_on:
        return State.TODAY, 0
    if days < 0:
        return State.DUE, 0
    return (State.SOON if days == 1 else State.LATER), days


def _problems(customer: Customer, deal: Deal | None, kept: str, *, again: bool) -> Iterable[str]:
    """What the desk should look at before the card goes out; what keeps it comes first."""
    if kept:
        yield _(held.SHORT[kept])
    if again:
        yield _("Printed once")
    if deal is not None and deal.cancelled_on is not None:
        yield _("Deal cancelled")
    if not customer.name:
        yield _("Name missing")
    if not customer.address:
        if kept != "address":
            yield _("No address")
    elif not customer.postcode:
        yield _("No postcode")
