"""Clubs: named lists of customers who share a hobby and do something together (DOMAIN §5.1).

Who is in a club is looked up by the list's rule, so whoever's archive says the hobby belongs to it;
its activities are events that name the club.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import words
from showroom.care import events
from showroom.errors import Invalid
from showroom.i18n import _
from showroom.people import customers, lists
from showroom.people.filters import Filter
from showroom.store import journal
from showroom.store.listed import listed
from showroom.store.models import (
    Customer,
    Event,
    Honorific,
    Invitation,
    NamedList,
    Referral,
    ReferralState,
    Trait,
    TraitKind,
)
from showroom.text import clean

LONGEST: Final = 40
MOST: Final = 30
"""So many hobbies are offered at most, those of most customers first."""
_PARTS: Final = re.compile(r"[\s,，、;；。.·/]+")


class ClubRow(NamedTuple):
    """One club: `rule` in words, its members, its last activity with who came, whom they brought.

    `came` counts parties of the last activity, `brought` customers introduced by members.
    """

    id: int
    name: str
    rule: str
    members: int
    activity: str
    activity_on: date | None
    next_on: date | None
    came: int
    brought: int


class MemberRow(NamedTuple):
    """A member: how often he came to the club's activities, when last, how many he brought."""

    id: int
    name: str
    honorific: Honorific
    phone: str
    hobby: str
    came: int
    last_on: date | None
    brought: int


def hobbies(session: Session) -> list[tuple[str, int]]:
    """What customers like to do, as noted in their archives, with how many do; most first."""
    found: Counter[str] = Counter()
    for said in session.scalars(
        select(Trait.words)
        .join(Customer, Customer.id == Trait.customer_id)
        .where(Trait.kind == TraitKind.LEISURE, Customer.erased_at.is_(None))
    ):
        found.update({part for part in _PARTS.split(said) if 1 < len(part) <= LONGEST})
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:MOST]


def found(
    session: Session, name: str, *, hobby: str = "", list_id: int | None = None, now: datetime
) -> int:
    """A new club of who has a hobby, or of a list there is already; returns the id of its list.

    Raises `Invalid` beside `name` or `hobby`.
    """
    if list_id is not None:
        one = lists.get(session, list_id)
        journal.act(session, "list", one, why=_("is a club"))
        one.club = True
        return one.id
    hobby = clean(hobby)[:LONGEST]
    if not hobby:
        raise Invalid({"hobby": _("Say which hobby they share, or choose a list there is.")})
    made = lists.add(session, name, wanted=Filter(hobby=hobby), now=now)
    made.club = True
    session.flush()
    return made.id


def dissolve(session: Session, list_id: int) -> None:
    """The list is no club any more; it stays a list, its activities stay events."""
    one = lists.get(session, list_id)
    journal.act(session, "list", one, why=_("is no club any more"))
    one.club = False


def arrange(session: Session, list_id: int, *, name: str, day: date | None, place: str = "") -> int:
    """A new activity of a club: an event; returns its id. Raises `Invalid` as `events.add` does."""
    one = lists.get(session, list_id)
    return events.add(session, name=name, day=day, place=place, club_id=one.id).id


# --- reading


def rows(session: Session, *, today: date) -> list[ClubRow]:
    """All clubs by name."""
    known = {row.id: row for row in lists.rows(session)}
    made = []
    for one in session.scalars(select(NamedList).where(NamedList.club).order_by(NamedList.name)):
        members = lists.members(session, one.id, today=today)
        theirs = select(Event).where(Event.club_id == one.id, Event.cancelled_at.is_(None))
        last = session.scalar(
            theirs.where(Event.day <= today).order_by(Event.day.desc(), Event.id.desc()).limit(1)
        )
        coming = session.scalar(theirs.where(Event.day > today).order_by(Event.day).limit(1))
        made.append(
            ClubRow(
                id=one.id,
                name=one.name,
                rule=known[one.id].rule,
                members=len(members),
                activity=last.name if last is not None else "",
                activity_on=last.day if last is not None else None,
                next_on=coming.day if coming is not None else None,
                came=_came(session, last.id) if last is not None else 0,
                brought=sum(_brought(session, members).values()),
            )
        )
    return made


def _came(session: Session, event_id: int) -> int:
    query = select(func.count()).select_from(Invitation)
    there = Invitation.came_at.is_not(None)
    return session.scalar(query.where(Invitation.event_id == event_id, there)) or 0


def member_rows(session: Session, list_id: int, ids: Sequence[int]) -> list[MemberRow]:
    """The lines for these members, in no order, as who sits at the desk may see them."""
    came: dict[int, list[date]] = defaultdict(list)
    for customer_id, day in session.execute(
        select(Invitation.customer_id, Event.day)
        .join(Event, Event.id == Invitation.event_id)
        .where(
            Event.club_id == list_id,
            Invitation.came_at.is_not(None),
            Invitation.customer_id.in_(listed(ids)),
        )
    ):
        came[customer_id].append(day)
    hobby = dict(
        session.execute(
            select(Trait.customer_id, Trait.words).where(
                Trait.kind == TraitKind.LEISURE, Trait.customer_id.in_(listed(ids))
            )
        ).all()
    )
    brought, phones = _brought(session, ids), customers.first_phones(session, ids)
    return [
        MemberRow(
            id=one.id,
            name=one.name,
            honorific=one.honorific,
            phone=phones.get(one.id, ""),
            hobby=hobby.get(one.id, ""),
            came=len(came[one.id]),
            last_on=max(came[one.id], default=None),
            brought=brought.get(one.id, 0),
        )
        for one in session.scalars(select(Customer).where(Customer.id.in_(listed(ids))))
        if one.erased_at is None
    ]


def _brought(session: Session, ids: Collection[int]) -> dict[int, int]:
    """How many each of these introduced."""
    return dict(
        session.execute(
            select(Referral.introducer_id, func.count())
            .where(Referral.introducer_id.in_(listed(ids)), Referral.state != ReferralState.VOID)
            .group_by(Referral.introducer_id)
        ).all()
    )


def introducers(session: Session, ids: Collection[int]) -> list[int]:
    """Who introduced any of these, without those who are among them."""
    there = set(ids)
    query = (
        select(Referral.introducer_id)
        .distinct()
        .where(Referral.customer_id.in_(listed(ids)), Referral.state != ReferralState.VOID)
    )
    return [id for id in session.scalars(query.order_by(Referral.introducer_id)) if id not in there]


def called(row: MemberRow) -> str:
    """What he is called in a list."""
    return words.called(row.name, row.honorific) or _("No name")
