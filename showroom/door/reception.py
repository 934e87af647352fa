"""The visit: arrive, hand over, complete, leave (DESIGN §4.1-4.3)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings, text
from showroom.door import moments, turns
from showroom.errors import Invalid, ShowroomError
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.people import customers, promises
from showroom.store import journal
from showroom.store.models import (
    ChoiceKind,
    Customer,
    Draft,
    HandOver,
    Honorific,
    Level,
    Phone,
    Status,
    TestDrive,
    Turn,
    Visit,
    VisitKind,
)

_COLUMNS = [getattr(Visit, column.name) for column in Visit.__table__.columns]
FIELDS = frozenset("name honorific model_id channel_id errand_id level note".split())
_TITLES = {
    "先生": Honorific.MR,
    "女士": Honorific.MS,
    "小姐": Honorific.MS,
    "太太": Honorific.MS,
}
MISSING = {
    "consultant": N_("consultant"),
    "model": N_("model"),
    "level": N_("level"),
    "channel": N_("channel"),
    "moments": N_("moments"),
}


class VisitRow(NamedTuple):
    """One visit as the desk sees it; `missing` are codes of `MISSING`."""

    id: int
    number: int
    kind: VisitKind
    day: date
    arrived_at: datetime
    left_at: datetime | None
    people: int
    again: bool
    consultant_id: int | None
    consultant: str
    hand_over: HandOver | None
    customer_id: int | None
    name: str
    honorific: Honorific
    phone: str
    model_id: int | None
    model: str
    channel_id: int | None
    channel: str
    errand_id: int | None
    errand: str
    level: Level | None
    note: str
    drive: bool
    strip: list[moments.State]
    missing: tuple[str, ...]


class Day(NamedTuple):
    """The visits of one day as the desk lists them."""

    present: list[VisitRow]
    incomplete: list[VisitRow]
    gone: list[VisitRow]


# --- the steps


def arrive(
    session: Session,
    *,
    people: int = 1,
    now: datetime,
    kind: VisitKind = VisitKind.WALK_IN,
    errand_id: int | None = None,
) -> Visit:
    """A party comes in, calls, or comes on an errand: its clock runs.

    A walk-in is handed to whose turn it is. Raises `Invalid` beside `people`.
    """
    if not 1 <= people <= 99:
        raise Invalid({"people": _("A party has 1 to 99 people.")})
    day = dates.local_day(now)
    last = session.scalar(select(func.max(Visit.number)).where(Visit.day == day))
    visit = Visit(
        kind=kind,
        day=day,
        number=(last or 0) + 1,
        arrived_at=now,
        people=people,
        errand_id=errand_id,
    )
    journal.act(session, "arrive", visit)
    session.add(visit)
    session.flush()
    if kind is VisitKind.WALK_IN:
        consultant_id = turns.next_up(session)
        if consultant_id is not None:
            hand_over(session, visit.id, consultant_id, HandOver.TURN)
    return visit


def hand_over(
    session: Session, visit_id: int, consultant_id: int | None, reason: HandOver | None = None
) -> None:
    """Give the party to a consultant; only a turn uses up a turn (DESIGN §4.2).

    Without a reason it is a turn when it is his, else the desk's word.
    """
    visit = _get(session, visit_id)
    journal.act(session, "hand_over", visit)
    if visit.consultant_id == consultant_id and (reason is None or reason is visit.hand_over):
        return
    if visit.hand_over is HandOver.TURN and visit.consultant_id is not None:
        _give_back_turn(session, visit.consultant_id)
    if consultant_id is None:
        visit.consultant_id, visit.hand_over = None, None
        return
    if reason is None:
        mine = turns.next_up(session) == consultant_id
        reason = HandOver.TURN if mine else HandOver.ASSIGNED
    before, visit.consultant_id, visit.hand_over = visit.consultant_id, consultant_id, reason
    if reason is HandOver.TURN:
        turns.took(session, consultant_id)
    if visit.customer_id is not None:
        customer = session.get_one(Customer, visit.customer_id)
        if customer.consultant_id is None or (customer.consultant_id == before and not visit.again):
            customer.consultant_id = consultant_id


def _give_back_turn(session: Session, staff_id: int) -> None:
    """The party went to somebody else after all: who lost it stands first again."""
    turn = session.scalar(select(Turn).where(Turn.staff_id == staff_id))
    if turn is not None:
        turn.position = (session.scalar(select(func.min(Turn.position))) or 0) - 1


def complete(session: Session, visit_id: int, *, now: datetime, **facts: Any) -> None:
    """Fill in what is known of a visit: any of `FIELDS`, `people`, and `phone` as it was typed.

    A valid phone captures the customer: the one on file (by phone and name, or the only one), else
    a new one. A model may be given by its name; a new one joins the list. Facts go on to the
    customer. Raises `Invalid` beside the field.
    """
    visit = _get(session, visit_id)
    journal.act(session, "complete", visit)
    phone = facts.pop("phone", None)
    people = facts.pop("people", None)
    if people is not None:
        if not 1 <= people <= 99:
            raise Invalid({"people": _("A party has 1 to 99 people.")})
        visit.people = people
    if facts.get("level") is Level.ORDERED and visit.level is not Level.ORDERED:
        raise Invalid({"level": _("A level of ordered comes from closing a deal.")})
    if isinstance(facts.get("model_id"), str):
        facts["model_id"] = choices.find_or_add(session, ChoiceKind.MODEL, facts["model_id"])
    if "name" in facts:
        facts |= _without_title(facts["name"])
    for fact, value in facts.items():
        if fact not in FIELDS:
            raise ValueError(fact)
        plain = type(value) is str
        setattr(visit, fact, text.clean(value) if plain else value)
    if len(visit.name) > customers.LONGEST_NAME:
        raise Invalid(
            {
                "name": _("A name has at most {count} characters.").format(
                    count=customers.LONGEST_NAME
                )
            }
        )
    if phone is not None and text.narrow(phone):
        _capture(session, visit, text.phone(phone), now)
    if visit.customer_id is not None:
        _tell_customer(session, visit, facts)


def _without_title(name: str) -> dict[str, Any]:
    """A name typed with its title, 张伟先生, is a name and an honorific."""
    for title, honorific in _TITLES.items():
        bare = name.strip().removesuffix(title).strip()
        if bare and bare != name.strip():
            return {"name": bare, "honorific": honorific}
    return {"name": name}


def _capture(session: Session, visit: Visit, number: str, now: datetime) -> None:
    """Join the visit to whom the number belongs, or make him."""
    current = visit.customer_id
    same = customers.by_phone(session, number)
    if current in same:
        return
    if current is not None:
        _correct_phone(session, current, number)
        return
    chosen = _who(session, same, visit.name)
    if chosen is None:
        customer = Customer(
            name=visit.name,
            honorific=visit.honorific,
            status=Status.OPEN,
            level=visit.level or Level.UNRATED,
            consultant_id=visit.consultant_id,
            created_at=now,
        )
        session.add(customer)
        session.flush()
        session.add(Phone(customer_id=customer.id, number=number))
        session.flush()
        chosen = customer.id
    join(session, visit.id, chosen)


def _correct_phone(session: Session, customer_id: int, number: str) -> None:
    """Another number for who is known: a correction while this is his only visit, else one more."""
    numbers = session.scalars(select(Phone.id).where(Phone.customer_id == customer_id)).all()
    visits = session.scalar(
        select(func.count()).select_from(Visit).where(Visit.customer_id == customer_id)
    )
    if len(numbers) == 1 and visits == 1:
        customers.change_phone(session, numbers[0], number)
    else:
        customers.add_phone(session, customer_id, number)


def _who(session: Session, ids: list[int], name: str) -> int | None:
    """Of the customers with a number, the one of that name; without a name the last who came."""
    if not name:
        return ids[0] if ids else None
    for id in ids:
        known = session.get_one(Customer, id).name
        if known == name or not known:
            return id
    return None


def join(session: Session, visit_id: int, customer_id: int) -> None:
    """This party is that customer: first or again is decided, and his consultant receives him.

    The consultant on file receives him while the protection lasts; the turn is given back
    (DESIGN §4.2).
    """
    visit = _get(session, visit_id)
    customer = session.get_one(Customer, customer_id)
    journal.act(session, "complete", visit)
    visit.customer_id = customer_id
    visit.again = _came_before(session, visit)
    protected = _protected(session, customer, visit.day)
    if customer.consultant_id is None:
        customer.consultant_id = visit.consultant_id
    elif protected and customer.consultant_id != visit.consultant_id and visit.left_at is None:
        hand_over(session, visit.id, customer.consultant_id, HandOver.ON_FILE)
    if customer.first_visit_on is None or visit.day < customer.first_visit_on:
        customer.first_visit_on = visit.day
    if customer.last_visit_on is None or visit.day > customer.last_visit_on:
        customer.last_visit_on = visit.day
    visit.name = visit.name or customer.name
    if visit.honorific is Honorific.NONE:
        visit.honorific = customer.honorific
    visit.model_id = visit.model_id or customer.model_id
    visit.channel_id = visit.channel_id or customer.channel_id
    if visit.level is None and customer.level is not Level.UNRATED:
        visit.level = customer.level
    if customer.status in (Status.VISITED, Status.DORMANT, Status.LOST, Status.INVALID):
        customer.status = Status.OPEN
    _tell_customer(session, visit, {})
    promises.next_contact(session, customer, today=visit.day, first_visit=not visit.again)


def _tell_customer(session: Session, visit: Visit, facts: dict[str, Any]) -> None:
    """What was said at the visit goes into the file; a level moves the next contact."""
    customer = session.get_one(Customer, visit.customer_id)
    customer.name = visit.name or customer.name
    if visit.honorific is not Honorific.NONE:
        customer.honorific = visit.honorific
    customer.model_id = visit.model_id or customer.model_id
    customer.channel_id = customer.channel_id or visit.channel_id
    if visit.level is not None and customer.level not in (visit.level, Level.ORDERED):
        customer.level = visit.level
        if "level" in facts:
            promises.next_contact(session, customer, today=visit.day, first_visit=not visit.again)


def _came_before(session: Session, visit: Visit) -> bool:
    """Whether this customer came on an earlier day; again on the same day is the same visit day."""
    earlier = select(Visit.id).where(
        Visit.customer_id == visit.customer_id,
        Visit.day < visit.day,
        Visit.kind == VisitKind.WALK_IN,
    )
    return session.scalar(earlier.limit(1)) is not None


def _protected(session: Session, customer: Customer, day: date) -> bool:
    if customer.consultant_id is None or customer.last_visit_on is None:
        return customer.consultant_id is not None
    days = settings.load(session).protection_days
    return day - customer.last_visit_on <= timedelta(days=days)


def leave(session: Session, visit_id: int, *, at: datetime) -> None:
    """The party goes. Raises `Invalid` beside `left` when that is before it came."""
    visit = _get(session, visit_id)
    if at < visit.arrived_at:
        raise Invalid(
            {
                "left": _("They arrived at {time}; leaving cannot be before that.").format(
                    time=dates.show_clock(visit.arrived_at)
                )
            }
        )
    journal.act(session, "leave", visit)
    visit.left_at = at


def come_back(session: Session, visit_id: int) -> None:
    """They had not left after all."""
    visit = _get(session, visit_id)
    journal.act(session, "reopen", visit)
    visit.left_at = None


def change_arrival(session: Session, visit_id: int, at: datetime) -> None:
    """The party came earlier or later on the same day than noted. Raises `Invalid` on `arrived`."""
    visit = _get(session, visit_id)
    problem = ""
    if dates.local_day(at) != visit.day:
        problem = _("The arrival stays on its day.")
    elif visit.left_at is not None and at > visit.left_at:
        problem = _("They left at {time}; arriving cannot be after that.").format(
            time=dates.show_clock(visit.left_at)
        )
    if problem:
        raise Invalid({"arrived": problem})
    journal.act(session, "complete", visit)
    visit.arrived_at = at


# --- reading


def of_day(session: Session, day: date) -> Day:
    """Who is here, who left with something missing, who left; the latest on top of the last two.

    Whoever is still here from an earlier day is here.
    """
    ids = session.scalars(select(Visit.id).where((Visit.day == day) | Visit.left_at.is_(None)))
    found = rows(session, ids)
    present = [row for row in found if row.left_at is None]
    left = [row for row in reversed(found) if row.left_at is not None]
    return Day(
        present,
        [row for row in left if row.missing],
        [row for row in left if not row.missing],
    )


def row(session: Session, visit_id: int) -> VisitRow:
    """One visit. Raises `ShowroomError` when it is gone (undone)."""
    found = rows(session, [visit_id])
    if not found:
        raise ShowroomError(_("This visit is no longer there."))
    return found[0]


def rows(session: Session, ids: Iterable[int]) -> list[VisitRow]:
    """These visits by arrival."""
    ids = list(ids)
    visits = session.execute(  # not as objects: these cost as much as all the rest
        select(*_COLUMNS).where(Visit.id.in_(ids)).order_by(Visit.arrived_at, Visit.id)
    ).all()
    labels = choices.labels(session)
    names = staff.names(session)
    strips = moments.strips(session, ids)
    driven = set(session.scalars(select(TestDrive.visit_id).where(TestDrive.visit_id.in_(ids))))
    owners = {visit.customer_id for visit in visits if visit.customer_id}
    phones = customers.first_phones(session, owners)
    return [
        VisitRow(
            id=v.id,
            number=v.number,
            kind=v.kind,
            day=v.day,
            arrived_at=v.arrived_at,
            left_at=v.left_at,
            people=v.people,
            again=v.again,
            consultant_id=v.consultant_id,
            consultant=names.get(v.consultant_id or 0, ""),
            hand_over=v.hand_over,
            customer_id=v.customer_id,
            name=v.name,
            honorific=v.honorific,
            phone=phones.get(v.customer_id or 0, ""),
            model_id=v.model_id,
            model=labels.get(v.model_id or 0, ""),
            channel_id=v.channel_id,
            channel=labels.get(v.channel_id or 0, ""),
            errand_id=v.errand_id,
            errand=labels.get(v.errand_id or 0, ""),
            level=v.level,
            note=v.note,
            drive=v.id in driven,
            strip=strips[v.id],
            missing=missing(v, asked=any(state.asks for state in strips[v.id])),
        )
        for v in visits
    ]


def missing(visit: Visit | Row[Any], *, asked: bool) -> tuple[str, ...]:
    """What the consultant still owes a visit, as codes of `MISSING` (DOMAIN §1.2b).

    A walk-in needs consultant, model, channel; with a contact left the level, without one at
    least one ask. Calls need a consultant; errands nothing.
    """
    if visit.kind is VisitKind.ERRAND:
        return ()
    owed = {"consultant": visit.consultant_id is None}
    if visit.kind is VisitKind.WALK_IN:
        owed["model"] = visit.model_id is None
        owed["channel"] = visit.channel_id is None
        owed["level"] = visit.customer_id is not None and visit.level is None
        owed["moments"] = visit.customer_id is None and not asked
    return tuple(code for code, lacks in owed.items() if lacks)


# --- drafts: what is typed and not yet right


def save_draft(session: Session, key: str, fields: dict[str, str], *, now: datetime) -> None:
    """Keep what is being typed under a key such as `visit:12`; empty fields drop it."""
    if not any(fields.values()):
        drop_draft(session, key)
        return
    session.merge(Draft(key=key, fields=json.dumps(fields, ensure_ascii=False), at=now))


def draft(session: Session, key: str) -> dict[str, str]:
    """What was being typed under that key, or nothing."""
    found = session.get(Draft, key)
    fields: dict[str, str] = json.loads(found.fields) if found is not None else {}
    return fields


def typed_last(session: Session) -> int | None:
    """The visit that was being typed last, and is a draft still: where a crash interrupted."""
    key = session.scalar(
        select(Draft.key).where(Draft.key.startswith("visit:")).order_by(Draft.at.desc()).limit(1)
    )
    return int(key.partition(":")[2]) if key is not None else None


def drop_draft(session: Session, key: str) -> None:
    """What was typed is saved, or thrown away."""
    session.execute(delete(Draft).where(Draft.key == key))


def _get(session: Session, visit_id: int) -> Visit:
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise ShowroomError(_("This visit is no longer there."))
    return visit
