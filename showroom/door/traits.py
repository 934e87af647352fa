"""What a guest is known again by: his car and its plate, his company, what he liked, his looks.

For those who left no contact (`showroom.door.guests`), and good to know of everybody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, words
from showroom.door import guests
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed, mask, staff
from showroom.i18n import _
from showroom.people import again, vehicles
from showroom.people.joining import LONGEST
from showroom.store import journal
from showroom.store.models import (
    CameBy,
    Choice,
    Customer,
    Honorific,
    Status,
    Trait,
    TraitKind,
    Vehicle,
    Visit,
)
from showroom.text import clean, narrow

REMEMBERED: Final = 180  # days


class GuestRow(NamedTuple):
    """One anonymous guest as he is offered to be known again; `known_by` are his traits."""

    id: int
    name: str
    honorific: Honorific
    known_by: str
    model: str
    consultant: str
    last_visit_on: date | None
    visits: int


def traits(session: Session, customer_id: int) -> dict[TraitKind, str]:
    """What a customer is known again by, as who sits at the desk may see it."""
    whole = customer_id in mask.seen(session, [customer_id])
    rows = session.execute(
        select(Trait.kind, Trait.words).where(Trait.customer_id == customer_id)
    ).all()
    return {kind: mask.text(said, whole=whole) for kind, said in rows}


def note_traits(
    session: Session, visit_id: int, said: Mapping[TraitKind, str], *, now: datetime
) -> None:
    """Note what who came is known again by; an empty word takes it away.

    Whoever is nobody yet stays as an anonymous customer. Raises `Invalid` beside the kind.
    """
    visit = _visit(session, visit_id)
    closed.require_open(session, visit.day, arrived=visit.arrived_at)
    wanted = {kind: clean(words) for kind, words in said.items()}
    for kind, words_ in wanted.items():
        if len(words_) > LONGEST:
            raise Invalid({kind.value: _("At most {count} characters.").format(count=LONGEST)})
    if visit.customer_id is None and not any(wanted.values()):
        return
    journal.act(session, "traits", visit)
    customer = _alive(guests.stay(session, visit, now=now))
    rows = {
        row.kind: row
        for row in session.scalars(select(Trait).where(Trait.customer_id == customer.id))
    }
    for kind, words_ in wanted.items():
        row = rows.get(kind)
        if row is None and words_:
            session.add(Trait(customer_id=customer.id, kind=kind, words=words_))
        elif row is not None and not words_:
            session.delete(row)
        elif row is not None:
            row.words = mask.meant(words_, row.words)
    session.flush()


class More(NamedTuple):
    """What is known of a visit beside its form; `guest_since`: he came before and left no contact.

    `contact` tells whether who came left one by now.
    """

    came_by: CameBy | None
    colour_id: int | None
    rival: str
    quoted: bool
    trim: str
    offer: Decimal | None
    traits: dict[TraitKind, str]
    plate: str
    customer_id: int | None
    contact: bool
    guest_since: date | None


def more(session: Session, visit_id: int) -> More:
    """What is known of a visit beside its form. Raises `ShowroomError` when it is gone."""
    visit = _visit(session, visit_id)
    customer = session.get(Customer, visit.customer_id) if visit.customer_id is not None else None
    seen = mask.seen(session, [visit.customer_id or 0])
    plates = vehicles.plates(session, customer.id) if customer is not None else []
    since = None
    if customer is not None and again.is_anonymous(customer):
        days = select(func.min(Visit.day)).where(
            Visit.customer_id == customer.id, Visit.id != visit_id
        )
        since = session.scalar(days)
    return More(
        came_by=visit.came_by,
        colour_id=visit.colour_id,
        rival=mask.text(visit.rival, whole=visit.customer_id in seen),
        quoted=visit.quoted,
        trim=visit.trim,
        offer=visit.offer,
        traits=traits(session, customer.id) if customer is not None else {},
        plate=plates[-1] if plates else "",
        customer_id=visit.customer_id,
        contact=customer is not None and customer.contact_on is not None,
        guest_since=since,
    )


# --- his car


def note_plate(session: Session, visit_id: int, typed: str, *, now: datetime) -> None:
    """Note the plate of the car who came drives; empty takes the last one away.

    What this visit said before is corrected (`vehicles.note_plate`). Whoever is nobody yet stays
    as an anonymous customer. Raises `Invalid` beside `plate`.
    """
    visit = _visit(session, visit_id)
    closed.require_open(session, visit.day, arrived=visit.arrived_at)
    number = vehicles.plate(typed)
    if visit.customer_id is None and not number:
        return
    journal.act(session, "vehicle", visit)
    customer = _alive(guests.stay(session, visit, now=now))
    vehicles.note_plate(session, customer.id, visit.id, number)


# --- is it he


def likely(
    session: Session, typed: str = "", *, today: date, but: int | None = None, limit: int = 50
) -> list[int]:
    """Anonymous guests of the last 180 days whom every typed word fits, the newest first.

    A word is any part of a trait, a plate, a name, a model, or of a day (11-18). `but` is left out.
    """
    query = select(Customer.id).where(
        Customer.contact_on.is_(None),
        Customer.status == Status.VISITED,
        Customer.erased_at.is_(None),
        Customer.last_visit_on >= today - timedelta(days=REMEMBERED),
        Customer.id != (but or 0),
    )
    for word in narrow(typed).split():
        query = query.where(_fits(word))
    query = query.order_by(Customer.last_visit_on.desc(), Customer.id.desc()).limit(limit)
    return list(session.scalars(query))


def _fits(word: str) -> ColumnElement[bool]:
    models = select(Choice.id).where(
        or_(Choice.zh.icontains(word, autoescape=True), Choice.en.icontains(word, autoescape=True))
    )
    bare = vehicles.bare(word)
    his = Trait.customer_id == Customer.id, Vehicle.customer_id == Customer.id
    return or_(
        Customer.name.icontains(word, autoescape=True),
        Customer.model_id.in_(models),
        func.strftime("%Y-%m-%d", Customer.last_visit_on).contains(word, autoescape=True),
        select(Trait.id).where(his[0], Trait.words.icontains(word, autoescape=True)).exists(),
        select(Vehicle.id)
        .where(his[1], Vehicle.plate.icontains(bare or word, autoescape=True))
        .exists(),
    )


def rows(session: Session, ids: Sequence[int]) -> list[GuestRow]:
    """The lines for these guests, in the order of the ids."""
    seen = mask.seen(session, ids)
    labels, names = choices.labels(session), staff.names(session)
    said: dict[int, list[str]] = {}
    of_them = select(Trait).where(Trait.customer_id.in_(ids)).order_by(Trait.id)
    for trait in session.scalars(of_them):
        said.setdefault(trait.customer_id, []).append(
            mask.text(trait.words, whole=trait.customer_id in seen)
        )
    for owner, number in session.execute(
        select(Vehicle.customer_id, Vehicle.plate).where(
            Vehicle.customer_id.in_(ids), Vehicle.plate != ""
        )
    ):
        said.setdefault(owner, []).append(number)
    counts = dict(
        session.execute(
            select(Visit.customer_id, func.count())
            .where(Visit.customer_id.in_(ids))
            .group_by(Visit.customer_id)
        ).all()
    )
    found = {
        guest.id: GuestRow(
            id=guest.id,
            name=guest.name,
            honorific=guest.honorific,
            known_by=" · ".join(said.get(guest.id, ())),
            model=labels.get(guest.model_id or 0, ""),
            consultant=names.get(guest.consultant_id or 0, ""),
            last_visit_on=guest.last_visit_on,
            visits=counts.get(guest.id, 0),
        )
        for guest in session.scalars(select(Customer).where(Customer.id.in_(ids)))
    }
    return [found[id] for id in ids if id in found]


def called(row: GuestRow) -> str:
    """What a guest is called in one line: his name, else what he is known by."""
    return words.called(row.name, row.honorific) or row.known_by or _("no name")


def _visit(session: Session, visit_id: int) -> Visit:
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise ShowroomError(_("This visit is no longer there."))
    return visit


def _alive(customer: Customer) -> Customer:
    if customer.erased_at is not None:
        raise ShowroomError(_("Who came was erased: the visit stays without a name."))
    return customer
