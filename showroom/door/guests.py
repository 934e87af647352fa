"""Guests who left no contact: they stay on file without a phone, and are joined when they return.

Such a guest is a customer of status `visited`: nobody waits for him and nothing is promised to him.
When he comes again both visits are his; when he leaves a phone he becomes a customer like any
other, or turns out to be one. Figures never count him twice (DESIGN §4.2). What he is known again
by: `showroom.door.traits`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.people.again import is_anonymous
from showroom.store.models import Ask, Customer, Level, Outcome, Status, Visit, VisitKind

FILLED: Final = ("name", "consultant_id", "model_id", "channel_id", "note")
"""What a guest says of a customer where nothing stands."""


def stay(session: Session, visit: Visit, *, now: datetime) -> Customer:
    """Who came stays as an anonymous customer with what the visit says of him.

    Returns who the visit belongs to, when it is somebody's already.
    """
    if visit.customer_id is not None:
        return session.get_one(Customer, visit.customer_id)
    guest = Customer(
        name=visit.name,
        honorific=visit.honorific,
        status=Status.VISITED,
        level=visit.level or Level.UNRATED,
        consultant_id=visit.consultant_id,
        model_id=visit.model_id,
        channel_id=visit.channel_id,
        created_at=now,
    )
    if visit.kind is not VisitKind.CALL:
        guest.first_visit_on = guest.last_visit_on = visit.day
    session.add(guest)
    session.flush()
    visit.customer_id = guest.id
    session.flush()
    return guest


def stay_if_refused(session: Session, visit: Visit, *, now: datetime) -> None:
    """Who has left and refused his contact stays as an anonymous customer (DESIGN §4.4)."""
    if visit.customer_id is not None or visit.left_at is None:
        return
    refused = select(Ask.id).where(Ask.visit_id == visit.id, Ask.outcome == Outcome.REFUSED)
    if visit.kind is VisitKind.WALK_IN and session.scalar(refused.limit(1)) is not None:
        stay(session, visit, now=now)


def merge(session: Session, guest_id: int, customer_id: int) -> None:
    """An anonymous guest is that customer: all that is his goes over, and his own line goes.

    What both have stays as the customer's; of traits the words of both are kept. The journal
    brings him back. Raises `ShowroomError` for who is not anonymous.
    """
    guest, customer = session.get_one(Customer, guest_id), session.get_one(Customer, customer_id)
    if guest_id == customer_id:
        return
    if not is_anonymous(guest):
        raise ShowroomError(
            _("Only a guest who left no contact can be joined with another customer.")
        )
    if customer.erased_at is not None:
        raise ShowroomError(_("This customer is no longer in the file."))
    from showroom.people import merging  # the desk opens without it
    from showroom.people.joining import Side

    empty = [fact for fact in FILLED if not getattr(customer, fact)]
    merging.absorb(session, guest, customer, chosen=dict.fromkeys(empty, Side.OTHER))


_HERE: Final = (  # made once: it is asked after every save
    select(Visit.number, Visit.arrived_at)
    .where(
        Visit.customer_id.in_(bindparam("customers")),
        Visit.left_at.is_(None),
        Visit.kind != VisitKind.CALL,
        Visit.id != bindparam("but"),
    )
    .order_by(Visit.arrived_at.desc())
    .limit(1)
)


def here_already(session: Session, customer_ids: Collection[int], *, but: int) -> str:
    """The sentence for a customer who is in the showroom already, with another visit than `but`.

    Nothing when none of them is.
    """
    if not customer_ids:
        return ""
    other = session.execute(_HERE, {"customers": list(customer_ids), "but": but}).first()
    if other is None:
        return ""
    return _("Already here: visit {number}, since {time}. He is counted once.").format(
        number=other.number, time=dates.show_clock(other.arrived_at)
    )
