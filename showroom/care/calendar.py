"""What falls on which day: birthdays, anniversaries, cars and drivers, agreed contacts; reminders.

A day that was noted (`KeyDate`) comes before the one a rule gives. The first service, the warranty
and the end of the first insurance count from the handover, the inspection from the plate. Birthdays
and anniversaries are those of who bought here. Who must not be contacted stands nowhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings
from showroom.care.day_sources import SOURCES, Source, Words
from showroom.guard import mask
from showroom.people import promises
from showroom.store import journal
from showroom.store.models import Customer, FollowUp, Honorific, Promise

KINDS: Final = promises.DATES
SHOWN: Final = (Promise.NEXT, *KINDS)
"""What stands in the calendar: contacts whose day or time somebody was told, whatever for, too."""
GREETINGS: Final = (Promise.BIRTHDAY, Promise.ANNIVERSARY)
COMING: Final = 7
"""A contact is promised so many days before it is due: it is seen coming."""
MISSED: Final = 14
"""What a rule asks for is made good so long after the desk was closed; what was noted, always."""
YEARS: Final = 20
"""No day of a car or its driver lies farther ahead."""
NEAR_MONTHS: Final = 11
"""What stands farther ahead is about the day of another year."""
CHUNK: Final = 500


class Entry(NamedTuple):
    """Something of one customer that falls on a day; `noted`: somebody wrote the day down.

    `id` counts the entries of one list. Of an agreed contact `contact_id` and its time. `thing` is
    what it is the day of: it stays the same where the day moves.
    """

    id: int
    day: date
    kind: Promise
    customer_id: int
    name: str
    honorific: Honorific
    about: str
    noted: bool = False
    deal_id: int | None = None
    contact_id: int | None = None
    clock: time | None = None
    thing: str = ""


def counts(
    session: Session, first: date, last: date, *, kind: Promise | None = None
) -> dict[date, Counter[Promise]]:
    """How many of each kind fall on each day from `first` to `last`; a day without any is not in.

    They are counted in SQL by the day they count from: a whole year costs little.
    """
    shop = settings.load(session)
    found: defaultdict[date, Counter[Promise]] = defaultdict(Counter)
    for source in _sources(kind):
        query = source.narrow(select(*source.base, func.count()), first, last, shop)
        for *base, count in session.execute(query.group_by(*source.base)):
            for one, day in source.days(tuple(base), first, last, shop):
                if kind in (None, one):
                    found[day][one] += count
    return dict(found)


def entries(
    session: Session,
    first: date,
    last: date,
    *,
    kind: Promise | None = None,
    customer_id: int | None = None,
) -> list[Entry]:
    """Everything from `first` to `last`, by day and kind; of one kind or customer, if one is said.

    Words somebody wrote hide numbers from whoever may not see them.
    """
    shop = settings.load(session)
    known = Words(shop, choices.labels(session))
    found = []
    for source in _sources(kind):
        query = source.narrow(
            select(Customer.id, Customer.name, Customer.honorific, *source.facts, *source.base),
            first,
            last,
            shop,
        )
        if customer_id is not None:
            query = query.where(Customer.id == customer_id)
        split = 3 + len(source.facts)
        for id, name, honorific, *rest in session.execute(query):
            facts, base = tuple(rest[: split - 3]), tuple(rest[split - 3 :])
            found += [
                Entry(
                    0,
                    day,
                    one,
                    id,
                    name,
                    honorific,
                    source.about(base, facts, day, known),
                    source.noted,
                    facts[0] if source.of_deals else None,
                    contact_id=facts[0] if source.of_contacts else None,
                    clock=facts[1] if source.of_contacts else None,
                    thing=source.thing(id, base, facts, day),
                )
                for one, day in source.days(base, first, last, shop)
                if kind in (None, one)
            ]
    whole = mask.seen(session, {one.customer_id for one in found})
    found.sort(
        key=lambda one: (
            one.day,
            SHOWN.index(one.kind),
            one.clock or time.max,
            one.customer_id,
        )
    )
    return [
        one._replace(id=number, about=mask.text(one.about, whole=one.customer_id in whole))
        for number, one in enumerate(found, 1)
    ]


def _sources(kind: Promise | None) -> list[Source]:
    return [one for one in SOURCES if kind is None or kind in one.kinds]


# --- remembered


class _Held(NamedTuple):
    """What was promised of a kind: whether one is open, and until which day contacts cover it."""

    open: bool
    until: date


_NEVER: Final = _Held(False, date.min)


def remember(session: Session, *, today: date, customer_id: int | None = None) -> int:
    """Promise a contact for each day that comes near; returns how many. Called every day.

    Each kind has its days before (`Settings.date_leads`); a customer has one open contact of a
    kind at a time: what is open stays where it was put, what was done covers the days before that
    had begun by then. Who must not be contacted gets none.
    """
    shop = settings.load(session)
    leads, greeted = shop.date_leads, timedelta(days=shop.greet_grace_days)
    wanted: defaultdict[tuple[int, Promise], list[Entry]] = defaultdict(list)
    for kind in KINDS:
        if leads.get(kind):
            span = today - timedelta(days=MISSED), _ahead(today, leads[kind])
            for one in entries(session, *span, kind=kind, customer_id=customer_id):
                wanted[one.customer_id, kind].append(one)
    held = _held(session, {id for id, _kind in wanted}, until=dates.add_months(today, NEAR_MONTHS))
    made: list[FollowUp] = []
    for (id, kind), found in wanted.items():
        known = held.get((id, kind), _NEVER)
        good = greeted if kind in GREETINGS else timedelta(days=MISSED)
        due = None if known.open else _due(found, leads[kind], known.until, today, good)
        if due is not None:
            on, deal_id = due
            made.append(FollowUp(customer_id=id, rule=kind, due_on=on, deal_id=deal_id))
    if made:
        own = session.get(Customer, customer_id) if customer_id else None
        journal.act(session, "remember_dates", own)
        whose = _consultants(session, [one.customer_id for one in made])
        for contact in made:
            contact.staff_id = whose[contact.customer_id]
        session.add_all(made)
        session.flush()
    return len(made)


def _consultants(session: Session, ids: list[int]) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for start in range(0, len(ids), CHUNK):
        those = Customer.id.in_(ids[start : start + CHUNK])
        rows = session.execute(select(Customer.id, Customer.consultant_id).where(those))
        found.update((id, consultant_id) for id, consultant_id in rows)
    return found


def _ahead(today: date, leads: list[int]) -> date:
    return today + timedelta(days=max(leads) + COMING)


def _held(
    session: Session, ids: Collection[int], *, until: date
) -> dict[tuple[int, Promise], _Held]:
    """What stands until that day: what a clock that ran ahead promised keeps nobody from his."""
    found: dict[tuple[int, Promise], _Held] = {}
    listed = sorted(ids)
    for start in range(0, len(listed), CHUNK):
        query = select(
            FollowUp.customer_id, FollowUp.rule, FollowUp.due_on, FollowUp.done_at
        ).where(
            FollowUp.customer_id.in_(listed[start : start + CHUNK]),
            FollowUp.rule.in_(KINDS),
            FollowUp.due_on <= until,
        )
        for id, rule, due_on, done_at in session.execute(query):
            known = found.get((id, rule), _NEVER)
            covers = due_on if done_at is None else max(due_on, dates.local_day(done_at))
            found[id, rule] = _Held(known.open or done_at is None, max(known.until, covers))
    return found


def _due(
    found: list[Entry], leads: list[int], until: date, today: date, good: timedelta
) -> tuple[date, int | None] | None:
    """The first contact these entries ask for now, with its deal; None: none."""
    asked = [
        (max(start, today), one.deal_id)
        for one in found
        for start in _begun(one, leads, today, good)
        if start > until
    ]
    return min(asked, key=lambda one: one[0], default=None)


def _begun(one: Entry, leads: list[int], today: date, good: timedelta) -> Iterator[date]:
    """The reminder that holds today and one that comes within `COMING` days.

    The reminder before it is over when the next one has begun. What nobody noted is made good for
    so long after its day.
    """
    starts = sorted({one.day - timedelta(days=lead) for lead in leads})
    for start, following in pairwise([*starts, date.max]):
        if start <= today < following:
            if one.day >= today if one.noted else start >= today - good:
                yield start
        elif today < start <= today + timedelta(days=COMING):
            yield start


def of_contact(session: Session, customer_id: int, rule: Promise, *, today: date) -> list[Entry]:
    """The days a contact by this rule is about; where none is near, the next one."""
    if rule not in KINDS:
        return []
    leads = settings.load(session).date_leads.get(rule) or [0]
    first, near = today - timedelta(days=MISSED), _ahead(today, leads)
    found = entries(session, first, near, kind=rule, customer_id=customer_id)
    if found:
        return found
    last = dates.add_months(today, 12 * YEARS)
    return entries(session, today, last, kind=rule, customer_id=customer_id)[:1]


# --- a day was moved


def next_due(session: Session, customer_id: int, kind: Promise, *, today: date) -> date | None:
    """When a customer would first be reminded of his next day of a kind, however far ahead."""
    leads = settings.load(session).date_leads.get(kind)
    if not leads:
        return None
    last = dates.add_months(today, 12 * YEARS)
    found = entries(session, today, last, kind=kind, customer_id=customer_id)
    return min((max(today, one.day - timedelta(days=max(leads))) for one in found), default=None)


def follow(
    session: Session, customer_id: int, kind: Promise, before: date | None, *, today: date
) -> None:
    """A day of that kind was changed: the open contact goes along; none is lost.

    `before` is what `next_due` gave before the change. Where no day is left the contact stays, and
    so does what the customer was told.
    """
    now_is = next_due(session, customer_id, kind, today=today)
    if now_is is not None and now_is != before:
        for one in session.scalars(
            select(FollowUp).where(
                FollowUp.customer_id == customer_id,
                FollowUp.rule == kind,
                FollowUp.done_at.is_(None),
                FollowUp.agreed.is_(False),
            )
        ):
            one.due_on, one.clock = now_is, None
    session.flush()
    remember(session, today=today, customer_id=customer_id)
