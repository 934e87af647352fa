"""Who came to an event, who left his contact there, and the draw among those who came.

A draw is drawn by a seed that the journal keeps with the tickets that were in it: anybody can draw
it again (`drawn`) and finds the same winners.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from random import Random
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, text, words
from showroom.care import events, invitations
from showroom.door import gifts
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent
from showroom.i18n import _
from showroom.people import customers, losses, phones, promises
from showroom.store import journal
from showroom.store.models import (
    ChoiceKind,
    Customer,
    Event,
    Heard,
    Honorific,
    Invitation,
    Level,
    Reply,
    Status,
    Way,
)
from showroom.text import clean

MOST_PEOPLE: Final = 99
GONE: Final = (Status.LOST, Status.DORMANT, Status.INVALID)
"""Who is open again when he comes, as at a visit."""


class WalkedIn(NamedTuple):
    """A guest who was noted on the spot: `known` when he was on file already, `gained` if new."""

    invitation_id: int
    customer_id: int
    known: bool
    gained: bool


# --- who came


def came(
    session: Session, invitation_id: int, *, people: int | None = None, now: datetime
) -> Invitation:
    """A guest is here; he has a ticket for the draw. Noted again, only the people change.

    Afterwards he is noted as of the last day. Raises `ShowroomError` before the event begins and
    when it was called off, `Invalid` beside `people`.
    """
    guest = invitations.get(session, invitation_id)
    event = events.going_on(session, guest.event_id)
    customer = session.get_one(Customer, guest.customer_id)
    if customer.erased_at is not None:
        raise ShowroomError(_("This customer is no longer in the file."))
    at = _at(event, now)
    if people is not None and not 1 <= people <= MOST_PEOPLE:
        raise Invalid(
            {
                "people": _("Enter a whole number from {least} to {most}.").format(
                    least=1, most=MOST_PEOPLE
                )
            }
        )
    journal.act(session, "attend", customer)
    ticket = guest.ticket or next_ticket(session, event.id)
    if people is not None:
        guest.people = people
    if guest.came_at is None:
        guest.came_at, guest.ticket = at, ticket
        guest.staff_id = guest.staff_id or session.info["staff_id"]
    if customer.status in GONE and customer.contact_on is not None:
        if customer.status in customers.AWAY:
            losses.came_back(session, customer.id, at)
        customer.status = Status.OPEN
        promises.next_contact(session, customer, today=dates.local_day(at), moved=False)
    session.flush()
    return guest


def not_there(session: Session, invitation_id: int) -> None:
    """He was not there after all; his ticket is nobody's. Raises `ShowroomError` for a winner."""
    guest = invitations.get(session, invitation_id)
    customer = session.get_one(Customer, guest.customer_id)
    if guest.prize:
        raise ShowroomError(_("He has won {prize}: he was there.").format(prize=guest.prize))
    journal.act(session, "attend", customer, why=_("was not there after all"))
    if guest.invited_at is None and not guest.gained:
        session.delete(guest)  # nothing else put him on the list
    else:
        guest.came_at = guest.ticket = None
    session.flush()


def _at(event: Event, now: datetime) -> datetime:
    """When he came: now, or at noon of the last day when that is over."""
    today = dates.local_day(now)
    if today < event.day:
        raise ShowroomError(
            _("{name} begins on {day}: nobody can be there yet.").format(
                name=event.name, day=f"{event.day:%Y-%m-%d}"
            )
        )
    return now if today <= event.until else dates.at(event.until, time(12))


def next_ticket(session: Session, event_id: int) -> int:
    """The first ticket of an event that is free."""
    last = session.scalar(
        select(func.max(Invitation.ticket)).where(Invitation.event_id == event_id)
    )
    return (last or 0) + 1


def walk_in(
    session: Session,
    event_id: int,
    *,
    name: str = "",
    phone: str = "",
    honorific: Honorific = Honorific.NONE,
    people: int | None = 1,
    consultant_id: int | None = None,
    may_call: bool = False,
    now: datetime,
) -> WalkedIn:
    """Somebody is here who is not on the list: by his phone he is who has it, else he is new.

    New with a phone he is a customer of the channel `event`. `may_call`: he said here that he may
    be called (PIPL 14: given, never presumed); who did not is called by nobody. Without a phone he
    is an anonymous guest, counted like everybody, and there is nothing to agree to. Raises
    `Invalid` beside `name`, `phone` or `people`, `ShowroomError` as `came` does.
    """
    event = events.going_on(session, event_id)
    at = _at(event, now)
    number = text.phone(phone) if text.narrow(phone) else ""
    if number and not clean(name):
        raise Invalid({"name": _("Enter a name.")})
    if may_call and not number:
        raise Invalid({"phone": _("Enter the phone he may be called by, or take the tick away.")})
    known = _who(session, number, clean(name))
    if known is not None:
        customer_id, gained = known, False
    elif number:
        heard = Heard.EVENT if may_call else None
        made = _new(session, name, number, honorific, consultant_id, heard, at)
        customer_id, gained = made, True
        if not may_call:
            consent.withdraw(session, customer_id, Way.PHONE, now=at)
    else:
        customer_id, gained = _guest(session, name, honorific, consultant_id, at), False
    journal.act(session, "attend", session.get_one(Customer, customer_id))
    there = session.scalar(
        select(Invitation).where(
            Invitation.event_id == event_id, Invitation.customer_id == customer_id
        )
    )
    if there is None:
        there = Invitation(
            event_id=event_id,
            customer_id=customer_id,
            staff_id=session.info["staff_id"],
            reply=Reply.NONE,
            gained=gained,
        )
        session.add(there)
        session.flush()
    came(session, there.id, people=people, now=now)
    return WalkedIn(there.id, customer_id, known is not None, gained)


def _who(session: Session, number: str, name: str) -> int | None:
    """Of the customers with a number the one of that name, else the last who came."""
    same = phones.owners(session, number) if number else []
    named = [id for id in same if session.get_one(Customer, id).name == name]
    return next(iter([*named, *same]), None)


def _new(
    session: Session,
    name: str,
    number: str,
    honorific: Honorific,
    consultant_id: int | None,
    heard: Heard | None,
    at: datetime,
) -> int:
    made = customers.add(
        session,
        name=name,
        phone=number,
        honorific=honorific,
        channel_id=choices.find(session, ChoiceKind.CHANNEL, "event"),
        consultant_id=consultant_id,
        heard=heard,
        now=at,
        today=dates.local_day(at),
    )
    return made.id


def _guest(
    session: Session, name: str, honorific: Honorific, consultant_id: int | None, at: datetime
) -> int:
    guest = Customer(
        name=clean(name)[: customers.LONGEST_NAME],
        honorific=honorific,
        status=Status.VISITED,
        level=Level.UNRATED,
        consultant_id=consultant_id,
        channel_id=choices.find(session, ChoiceKind.CHANNEL, "event"),
        created_at=at,
        first_visit_on=dates.local_day(at),
        last_visit_on=dates.local_day(at),
    )
    journal.act(session, "attend", guest)
    session.add(guest)
    session.flush()
    return guest.id


# --- the draw


def in_the_draw(session: Session, event_id: int) -> list[int]:
    """The tickets of who came and has won nothing yet, in their order."""
    return list(
        session.scalars(
            select(Invitation.ticket)
            .join(Customer, Customer.id == Invitation.customer_id)
            .where(Invitation.event_id == event_id, Invitation.came_at.is_not(None))
            .where(Invitation.ticket.is_not(None), Invitation.prize == "")
            .where(Customer.erased_at.is_(None))
            .order_by(Invitation.ticket)
        )
    )


def drawn(tickets: Sequence[int], winners: int, seed: str) -> list[int]:
    """The tickets that win: the same tickets and seed give the same ones."""
    return Random(seed).sample(list(tickets), min(winners, len(tickets)))


def draw(
    session: Session,
    event_id: int,
    *,
    prize: str = "",
    winners: int | None = 1,
    gift_id: int | None = None,
    now: datetime,
) -> list[int]:
    """Draw among those who came and have won nothing yet; returns the winners' invitations.

    With a gift its name is the prize, and it leaves the stock. The journal keeps seed and tickets.
    Raises `Invalid` beside `prize`, `winners` or `gift_id`, `ShowroomError` when nobody is in it.
    """
    event = events.going_on(session, event_id)
    tickets = in_the_draw(session, event_id)
    if not tickets:
        raise ShowroomError(_("Nobody is in the draw: note first who came."))
    gift = next((g for g in gifts.listed(session, dates.local_day(now)) if g.id == gift_id), None)
    said = gift.name if gift is not None else clean(prize) or event.prize
    problems = {}
    if not said:
        problems["prize"] = _("Say what is won.")
    if winners is None or not 1 <= winners <= len(tickets):
        problems["winners"] = _("Enter a whole number from {least} to {most}.").format(
            least=1, most=len(tickets)
        )
    elif gift is not None and gift.stock < winners:
        problems["gift_id"] = _("Of {name} {stock} are in stock.").format(
            name=gift.name, stock=gift.stock
        )
    if problems:
        raise Invalid(problems)
    assert winners is not None
    seed = now.isoformat(timespec="seconds")
    won = drawn(tickets, winners, seed)
    journal.note(
        session,
        "event",
        event,
        why=_("Draw for {prize}").format(prize=said),
        what=_("seed {seed}; tickets {tickets}; won {won}").format(
            seed=seed, tickets=ranges(tickets), won=ranges(sorted(won))
        ),
    )
    found = session.scalars(
        select(Invitation).where(Invitation.event_id == event_id, Invitation.ticket.in_(won))
    )
    by_ticket = {one.ticket: one for one in found}
    for ticket in won:
        guest = by_ticket[ticket]
        guest.prize = said
        if gift is not None:
            _hand_out(session, gift.id, event, guest, now)
    session.flush()
    return [by_ticket[ticket].id for ticket in won]


def _hand_out(
    session: Session, gift_id: int, event: Event, guest: Invitation, now: datetime
) -> None:
    customer = session.get_one(Customer, guest.customer_id)
    receiver = words.called(customer.name, customer.honorific)
    note = _("Draw at {event}, ticket {ticket}").format(event=event.name, ticket=guest.ticket)
    gifts.hand_out(session, gift_id, receiver=receiver or note, now=now, note=note)


def ranges(numbers: Sequence[int]) -> str:
    """`1-4, 7` for 1, 2, 3, 4, 7."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)
