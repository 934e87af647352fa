"""Guests who left no contact: they stay on file without a phone, and are joined when they return.

Such a guest is a customer of status `visited`: nobody waits for him and nothing is promised to him.
When he comes again both visits are his; when he leaves a phone he becomes a customer like any
other, or turns out to be one. Figures never count him twice (DESIGN §4.2). What he is known again
by: `showroom.door.traits`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.store.models import (
    Appointment,
    Ask,
    Card,
    Customer,
    FollowUp,
    Level,
    Outcome,
    Status,
    TestDrive,
    Visit,
    VisitKind,
)

LONGEST: Final = 200


def is_anonymous(customer: Customer) -> bool:
    """Whether he left no contact so far, and is nobody who was erased."""
    buyer = customer.status in (Status.OPEN, Status.ORDERED, Status.OWNER)
    return customer.contact_on is None and customer.erased_at is None and not buyer


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
    moved = set(session.scalars(select(Visit.id).where(Visit.customer_id == guest_id)))
    for model, keys in _his():
        _move(session, model, keys, guest_id, customer)
    session.flush()
    days = [customer.first_visit_on, guest.first_visit_on]
    customer.first_visit_on = min((day for day in days if day), default=None)
    days = [customer.last_visit_on, guest.last_visit_on]
    customer.last_visit_on = max((day for day in days if day), default=None)
    for fact in ("name", "consultant_id", "model_id", "channel_id", "note"):
        if not getattr(customer, fact):
            setattr(customer, fact, getattr(guest, fact))
    session.delete(guest)
    session.flush()
    reckon(session, customer_id, anew=moved)


def _his() -> list[tuple[Any, tuple[str, ...]]]:
    """What a guest may have, and what makes two of them one and the same."""
    from showroom.store.models import Consent, GiftMove, ImportRow, Trait, Vehicle

    plain = (Visit, Appointment, TestDrive, GiftMove, ImportRow, FollowUp, Card)
    return [
        *((model, ()) for model in plain),
        (Trait, ("kind",)),
        (Vehicle, ("plate",)),
        (Consent, ("purpose", "way")),
    ]


def _move(
    session: Session, model: Any, keys: tuple[str, ...], guest_id: int, customer: Customer
) -> None:
    there = {}
    if keys:
        for row in session.scalars(select(model).where(model.customer_id == customer.id)):
            there[tuple(getattr(row, key) for key in keys)] = row
    for row in session.scalars(select(model).where(model.customer_id == guest_id)).all():
        twin = there.get(tuple(getattr(row, key) for key in keys)) if keys else None
        if twin is None:
            row.customer_id = customer.id
            continue
        if keys == ("kind",) and row.words not in twin.words:
            twin.words = f"{row.words} · {twin.words}"[:LONGEST]
        session.delete(row)


def reckon(session: Session, customer_id: int, *, anew: Collection[int] | None = None) -> None:
    """Decide first or again of his visits by their days; again on the same day is one visit day.

    What a file that came in said of his first day stays, but for the visits of `anew` (all: None).
    Calls are counted by themselves.
    """
    visits = session.scalars(
        select(Visit).where(Visit.customer_id == customer_id).order_by(Visit.day, Visit.id)
    ).all()
    first = min((visit.day for visit in visits if visit.kind is VisitKind.WALK_IN), default=None)
    for visit in visits:
        if visit.kind is VisitKind.CALL:
            continue
        later = first is not None and visit.day > first
        told = anew is not None and visit.id not in anew
        visit.again = later or (told and visit.again)
    session.flush()


def here_already(session: Session, customer_ids: Collection[int], *, but: int) -> str:
    """The sentence for a customer who is in the showroom already, with another visit than `but`.

    Nothing when none of them is.
    """
    other = session.scalar(
        select(Visit)
        .where(
            Visit.customer_id.in_(customer_ids),
            Visit.left_at.is_(None),
            Visit.kind != VisitKind.CALL,
            Visit.id != but,
        )
        .order_by(Visit.arrived_at.desc())
        .limit(1)
    )
    if other is None:
        return ""
    return _("Already here: visit {number}, since {time}. He is counted once.").format(
        number=other.number, time=dates.show_clock(other.arrived_at)
    )
