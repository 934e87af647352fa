"""Who is invited to an event, what he answered, and the list of guests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from showroom import choices, words
from showroom.care import events
from showroom.errors import ShowroomError
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.store import barred, journal, models
from showroom.store.listed import listed
from showroom.store.models import (
    Customer,
    Event,
    Honorific,
    Invitation,
    Level,
    Purpose,
    Reply,
    Status,
    Visit,
    VisitKind,
)

REPLIES: Final = {
    Reply.NONE: N_("no answer yet"),
    Reply.COMES: N_("comes"),
    Reply.MAYBE: N_("maybe"),
    Reply.NOT: N_("declines"),
}


class Left(StrEnum):
    """Why somebody on a list is not invited."""

    AGAIN = "again"
    SILENT = "silent"
    UNKNOWN = "unknown"


LEFT: Final = {
    Left.AGAIN: N_("invited already: {count}"),
    Left.SILENT: N_("must not be contacted or want no invitations: {count}"),
    Left.UNKNOWN: N_("left no contact: {count}"),
}


class Invited(NamedTuple):
    """How many were invited, and how many of the list were left out, by why."""

    new: int
    left_out: dict[Left, int]

    def why(self) -> str:
        """Who was left out, in words; "" when nobody was."""
        said = [
            _(LEFT[why]).format(count=self.left_out[why]) for why in Left if why in self.left_out
        ]
        return _(", ").join(said)


class GuestRow(NamedTuple):
    """One customer and one event; one who was erased has no name and no number."""

    id: int
    customer_id: int
    name: str
    honorific: Honorific
    phone: str
    consultant: str
    model: str
    level: Level
    status: Status
    invited_at: datetime | None
    reply: Reply
    came_at: datetime | None
    people: int
    gained: bool
    ticket: int | None
    prize: str
    visit: int | None
    erased: bool
    silent: bool


def invite(session: Session, event_id: int, ids: Collection[int], *, now: datetime) -> Invited:
    """Invite these customers; whoever may not be, or is already, is left out and counted.

    Somebody who came uninvited stays so. Raises `ShowroomError` for an event that was called off.
    """
    event = events.going_on(session, event_id)
    known = _known(session, ids)
    there = set(
        session.scalars(select(Invitation.customer_id).where(Invitation.event_id == event_id))
    )
    left_out = Counter({Left.AGAIN: len(there.intersection(ids))})
    new = []
    for id in dict.fromkeys(ids):
        if id in there:
            continue
        silent = known.get(id)
        if silent is None:
            left_out[Left.UNKNOWN] += 1
        elif silent:
            left_out[Left.SILENT] += 1
        else:
            new.append(id)
    if new:
        journal.act(session, "invite", event)
        journal.insert_many(
            session,
            Invitation,
            [
                {
                    "event_id": event_id,
                    "customer_id": id,
                    "staff_id": session.info["staff_id"],
                    "invited_at": now,
                    "reply": Reply.NONE,
                    "people": 1,
                    "gained": False,
                    "prize": "",
                }
                for id in new
            ],
        )
    return Invited(len(new), {why: count for why, count in left_out.items() if count})


def silent() -> ColumnElement[bool]:
    """Who may not be invited: not called at all, or not to events. The query has `Customer`."""
    no_invitations = select(models.Consent.customer_id).where(
        models.Consent.purpose == Purpose.EVENTS, models.Consent.withdrawn_at.is_not(None)
    )
    return or_(barred.from_contact(), Customer.id.in_(no_invitations))


def _known(session: Session, ids: Collection[int]) -> dict[int, bool]:
    """Of these customers those who left a contact, and whether they may not be invited."""
    return {
        id: not_to_be
        for id, not_to_be in session.execute(
            select(Customer.id, silent()).where(
                Customer.id.in_(listed(ids)),
                Customer.contact_on.is_not(None),
                Customer.erased_at.is_(None),
            )
        )
    }


def take_back(session: Session, invitation_id: int) -> None:
    """He is not invited after all. Raises `ShowroomError` for who came."""
    invitation = get(session, invitation_id)
    if invitation.came_at is not None:
        raise ShowroomError(_("He was there: take that back first."))
    journal.act(session, "invite", _customer(session, invitation), why=_("not invited after all"))
    session.delete(invitation)


def answer(session: Session, invitation_id: int, reply: Reply) -> None:
    """What he said when he was asked."""
    invitation = get(session, invitation_id)
    events.going_on(session, invitation.event_id)
    journal.act(session, "invite", _customer(session, invitation), why=_(REPLIES[reply]))
    invitation.reply = reply


def get(session: Session, invitation_id: int) -> Invitation:
    """One guest of one event. Raises `ShowroomError` when he is not on the list any more."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None:
        raise ShowroomError(_("This guest is no longer on the list."))
    return invitation


def _customer(session: Session, invitation: Invitation) -> Customer:
    return session.get_one(Customer, invitation.customer_id)


# --- reading


class Which(StrEnum):
    """Which guests are looked at."""

    ALL = "all"
    INVITED = "invited"
    CAME = "came"


def guests(session: Session, event_id: int, which: Which = Which.ALL) -> list[int]:
    """The guests of an event in the order they were noted; of who came by their tickets."""
    query = select(Invitation.id).where(Invitation.event_id == event_id)
    if which is Which.INVITED:
        query = query.where(Invitation.invited_at.is_not(None))
    elif which is Which.CAME:
        query = query.where(Invitation.came_at.is_not(None)).order_by(Invitation.ticket)
    return list(session.scalars(query.order_by(Invitation.id)))


def of_customers(session: Session, event_id: int, ids: Collection[int]) -> list[int]:
    """The guests of an event who are these customers."""
    found = dict(
        session.execute(
            select(Invitation.customer_id, Invitation.id).where(Invitation.event_id == event_id)
        ).all()
    )
    return [found[id] for id in ids if id in found]


def rows(session: Session, ids: Sequence[int]) -> list[GuestRow]:
    """The lines for these ids in their order, as who sits at the desk may see them."""
    found = {
        guest.id: (guest, customer, not_to_be)
        for guest, customer, not_to_be in session.execute(
            select(Invitation, Customer, silent())
            .join(Customer, Customer.id == Invitation.customer_id)
            .where(Invitation.id.in_(ids))
        )
    }
    owners = {customer.id for _guest, customer, _silent in found.values()}
    phones, labels = customers.first_phones(session, owners), choices.labels(session)
    names, visits = staff.names(session), _visits(session, ids)
    return [
        GuestRow(
            id=guest.id,
            customer_id=customer.id,
            name=customer.name,
            honorific=customer.honorific,
            phone=phones.get(customer.id, ""),
            consultant=names.get(customer.consultant_id or 0, ""),
            model=labels.get(customer.model_id or 0, ""),
            level=customer.level,
            status=customer.status,
            invited_at=guest.invited_at,
            reply=guest.reply,
            came_at=guest.came_at,
            people=guest.people,
            gained=guest.gained,
            ticket=guest.ticket,
            prize=guest.prize,
            visit=visits.get(guest.id),
            erased=customer.erased_at is not None,
            silent=bool(not_to_be),
        )
        for guest, customer, not_to_be in (found[id] for id in ids if id in found)
    ]


def _visits(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """The number of the visit a guest made on the days of the event, the first one."""
    during = and_(
        Visit.customer_id == Invitation.customer_id,
        Visit.day.between(Event.day, Event.until),
        Visit.kind == VisitKind.WALK_IN,
    )
    found = session.execute(
        select(Invitation.id, Visit.number)
        .join(Event, Event.id == Invitation.event_id)
        .join(Visit, during)
        .where(Invitation.id.in_(ids))
        .order_by(Visit.arrived_at.desc())
    )
    return {id: number for id, number in found}


def called(row: GuestRow) -> str:
    """Who it is; a guest who left no name, or was erased, has none."""
    return words.called(row.name, row.honorific) or (_("Erased") if row.erased else _("No name"))
