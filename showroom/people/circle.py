"""Where a customer stands among others: who brought him, whom he brought, events."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from showroom import words
from showroom.i18n import N_, _
from showroom.people import introductions
from showroom.store.models import Customer, Event, Invitation, Referral, Reply

REPLIES: Final = {
    Reply.NONE: N_("invited"),
    Reply.COMES: N_("is coming"),
    Reply.MAYBE: N_("may come"),
    Reply.NOT: N_("is not coming"),
}


class Brought(NamedTuple):
    """One introduction: the other one (0: erased), how far it got; `he_came`: it is his own."""

    other_id: int
    name: str
    state: str
    he_came: bool


class Invited(NamedTuple):
    """An event he was invited to or came to, in words."""

    event_id: int
    name: str
    day: date
    said: str


def brought(session: Session, customer_id: int) -> list[Brought]:
    """Who introduced him comes first, then whom he introduced, the newest first."""
    found = session.execute(
        select(Referral, Customer)
        .join(
            Customer,
            or_(
                (Referral.customer_id == customer_id) & (Customer.id == Referral.introducer_id),
                (Referral.introducer_id == customer_id) & (Customer.id == Referral.customer_id),
            ),
        )
        .where(or_(Referral.customer_id == customer_id, Referral.introducer_id == customer_id))
        .order_by(Referral.noted_at.desc(), Referral.id.desc())
    ).all()
    said = [
        Brought(
            other.id if other.erased_at is None else 0,
            words.called(other.name, other.honorific) or _("No name"),
            _(introductions.STATES[one.state]),
            one.customer_id == customer_id,
        )
        for one, other in found
    ]
    return sorted(said, key=lambda one: not one.he_came)


def events(session: Session, customer_id: int) -> list[Invited]:
    """The events he was invited to or came to, the newest first."""
    found = session.execute(
        select(Invitation, Event)
        .join(Event, Event.id == Invitation.event_id)
        .where(Invitation.customer_id == customer_id, Event.cancelled_at.is_(None))
        .order_by(Event.day.desc(), Event.id.desc())
    ).all()
    return [
        Invited(
            event.id,
            event.name,
            event.day,
            _("came") if one.came_at is not None else _(REPLIES[one.reply]),
        )
        for one, event in found
    ]
