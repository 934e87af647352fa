"""Visits as they are read: the lists of a day, and what is still owed to a visit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, false, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, settings
from showroom.door import moments
from showroom.errors import ShowroomError
from showroom.guard import closed, mask, staff
from showroom.i18n import N_, _
from showroom.people import customers, promises
from showroom.store.driven import drove, running
from showroom.store.models import (
    Ask,
    Customer,
    HandOver,
    Honorific,
    Level,
    TestDrive,
    Visit,
    VisitKind,
)


class Fact(NamedTuple):
    """A fact a visit may owe: its words, the column that holds it, and which visits owe it.

    `contact`: only those where a contact was left (True), only those where none was (False).
    Without a column it is the asks at the seven moments.
    """

    words: str
    column: str = ""
    contact: bool | None = None
    calls: bool = False


FACTS = {
    "consultant": Fact(N_("consultant"), "consultant_id", calls=True),
    "name": Fact(N_("name"), "name", contact=True),
    "model": Fact(N_("model"), "model_id"),
    "colour": Fact(N_("colour"), "colour_id"),
    "channel": Fact(N_("channel"), "channel_id"),
    "level": Fact(N_("level"), "level", contact=True),
    "moments": Fact(N_("moments"), contact=False),
    "rival": Fact(N_("rival"), "rival"),
    "came_by": Fact(N_("how they came"), "came_by"),
}
"""What a visit may owe until the consultant filled it in (DOMAIN §1.2b); see `Settings.owed`."""


class VisitRow(NamedTuple):
    """One visit as the desk sees it; `missing` are codes of `FACTS`."""

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
    stands_in_for: str
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
    unmet: str
    level: Level | None
    contact: bool
    next_on: date | None
    next_clock: time | None
    quoted: bool
    note: str
    drive: bool
    driving: datetime | None
    strip: list[moments.State]
    missing: tuple[str, ...]


class Day(NamedTuple):
    """The visits of one day as the desk lists them, by id."""

    present: list[int]
    incomplete: list[int]
    gone: list[int]
    calls: list[int]


def of_day(session: Session, day: date) -> Day:
    """Who is here, who left with something missing, who left, who is on the phone.

    Whoever is still here from an earlier day is here; who left last stands on top. A call is
    nowhere in the showroom.
    """
    found = session.execute(_of_day(tuple(settings.owed(session))), {"day": day}).all()
    left = [(id, owes) for id, is_here, _kind, owes in reversed(found) if not is_here]
    there = [(id, kind is VisitKind.CALL) for id, is_here, kind, _owes in found if is_here]
    return Day(
        [id for id, calls in there if not calls],
        [id for id, owes in left if owes],
        [id for id, owes in left if not owes],
        [id for id, calls in there if calls],
    )


@cache
def _of_day(owed: tuple[str, ...]) -> Select[int, bool, VisitKind, bool]:
    """Made once, for any day, as what follows: they are asked after every save."""
    here = Visit.left_at.is_(None)
    return (
        select(Visit.id, here, Visit.kind, incomplete(owed))
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .where((Visit.day == bindparam("day")) | here)
        .order_by(Visit.arrived_at, Visit.id)
    )


@cache
def _rows() -> Select[Any]:
    """Not as objects: these cost as much as all the rest."""
    columns: list[Any] = [getattr(Visit, column.name) for column in Visit.__table__.columns]
    return (
        select(*columns, contact_left().label("contact"), Customer.erased_at)
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .where(Visit.id.in_(bindparam("ids")))
        .order_by(Visit.arrived_at, Visit.id)
    )


@cache
def _driven() -> Select[int | None, Any]:
    since = case((running(), TestDrive.started_at))
    return (
        select(TestDrive.visit_id, func.max(since))
        .where(TestDrive.visit_id.in_(bindparam("ids")), drove())
        .group_by(TestDrive.visit_id)
    )


_RECEIVED_BY: Final = select(Visit.id, Visit.consultant_id).where(Visit.id.in_(bindparam("ids")))


def row(session: Session, visit_id: int) -> VisitRow:
    """One visit. Raises `ShowroomError` when it is gone (undone)."""
    found = rows(session, [visit_id])
    if not found:
        raise ShowroomError(_("This visit is no longer there."))
    return found[0]


def to_write(session: Session, visit_id: int) -> Visit:
    """The visit, to be changed. Raises `ShowroomError` when it is gone, `DayClosed` (guard)."""
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise ShowroomError(_("This visit is no longer there."))
    closed.require_open(session, visit.day, arrived=visit.arrived_at)
    return visit


def rows(session: Session, ids: Iterable[int]) -> list[VisitRow]:
    """These visits by arrival."""
    ids = list(ids)
    if not ids:
        return []
    visits = session.execute(_rows(), {"ids": ids}).all()
    owed = settings.owed(session)
    labels = choices.labels(session)
    names = staff.names(session)
    strips = moments.strips(session, ids)
    driven = _drives(session, ids)
    owners = {visit.customer_id for visit in visits if visit.customer_id}
    phones = customers.first_phones(session, owners)
    promised = promises.first_days(session, owners)
    seen = mask.seen(session, owners)
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
            stands_in_for=names.get(v.stands_in_for_id or 0, ""),
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
            unmet=labels.get(v.unmet_id or 0, ""),
            level=v.level,
            contact=bool(v.contact),
            next_on=(when := promised.get(v.customer_id or 0)) and when.on,
            next_clock=when and when.clock,
            quoted=v.quoted,
            note=mask.text(v.note, whole=v.customer_id in seen),
            drive=v.id in driven,
            driving=driven.get(v.id),
            strip=strips[v.id],
            missing=()
            if v.erased_at is not None
            else missing(
                v,
                owed=owed,
                asked=any(state.asks for state in strips[v.id]),
                contact=bool(v.contact),
            ),
        )
        for v in visits
    ]


def _drives(session: Session, ids: Sequence[int]) -> dict[int, datetime | None]:
    """The visits that drove; who is out driving, since when."""
    found = session.execute(_driven(), {"ids": ids})
    return {visit: at for visit, at in found if visit is not None}


def missing(
    visit: Visit | Row[Any], *, owed: Collection[str], asked: bool, contact: bool
) -> tuple[str, ...]:
    """What the consultant still owes a visit, as codes of `FACTS` (DOMAIN §1.2b).

    `contact` tells whether who came left one, `asked` whether he was asked at any moment. A call
    owes its consultant; an errand, and who left without being received, nothing.
    """
    if visit.kind is VisitKind.ERRAND or visit.unmet_id is not None:
        return ()
    return tuple(
        code
        for code, fact in FACTS.items()
        if code in owed
        and (visit.kind is VisitKind.WALK_IN or fact.calls)
        and fact.contact in (None, contact)
        and not (getattr(visit, fact.column) if fact.column else asked)
    )


def incomplete(owed: Collection[str]) -> ColumnElement[bool]:
    """A visit that is over and still owes something: the SQL twin of `missing`.

    The query joins `Customer`. Whose customer was erased can be filled in no more: it owes nothing.
    """
    contact = contact_left()
    asked = select(Ask.id).where(Ask.visit_id == Visit.id).exists()
    lacks: list[ColumnElement[bool]] = [false()]
    for code, fact in FACTS.items():
        if code not in owed:
            continue
        lack: ColumnElement[bool] = ~asked
        if fact.column:
            column = getattr(Visit, fact.column)
            lack = column.is_(None) if Visit.__table__.c[fact.column].nullable else column == ""
        if not fact.calls:
            lack = and_(Visit.kind == VisitKind.WALK_IN, lack)
        if fact.contact is not None:
            lack = and_(lack, contact if fact.contact else ~contact)
        lacks.append(lack)
    return and_(
        Visit.left_at.is_not(None),
        Visit.kind != VisitKind.ERRAND,
        Visit.unmet_id.is_(None),
        Customer.erased_at.is_(None),
        or_(*lacks),
    )


def contact_left() -> ColumnElement[bool]:
    """Whether who came had left a phone or WeChat by the day of the visit; joins `Customer`.

    What he leaves on a later day does not count for the days before.
    """
    return func.coalesce(Customer.contact_on <= Visit.day, false())


class Owing(NamedTuple):
    """The visits one consultant still has to complete; without one he is 0."""

    consultant_id: int
    consultant: str
    ids: list[int]


def owing(session: Session, ids: Sequence[int]) -> list[Owing]:
    """These incomplete visits by who owes them, who owes most first; those of nobody come last."""
    if not ids:
        return []
    received = session.execute(_RECEIVED_BY, {"ids": ids})
    of = {id: consultant_id for id, consultant_id in received}
    found: dict[int, list[int]] = {}
    for id in ids:
        found.setdefault(of.get(id) or 0, []).append(id)
    names = staff.names(session)
    rows = [Owing(who, names.get(who, ""), theirs) for who, theirs in found.items()]
    return sorted(rows, key=lambda row: (not row.consultant_id, -len(row.ids), row.consultant))
