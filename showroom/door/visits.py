"""Visits as they are read: the lists of a day, and what is still owed to a visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from showroom import choices
from showroom.door import moments
from showroom.errors import ShowroomError
from showroom.guard import mask, staff
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.store.models import Ask, HandOver, Honorific, Level, TestDrive, Visit, VisitKind

_COLUMNS = [getattr(Visit, column.name) for column in Visit.__table__.columns]
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
    """The visits of one day as the desk lists them, by id."""

    present: list[int]
    incomplete: list[int]
    gone: list[int]


def of_day(session: Session, day: date) -> Day:
    """Who is here, who left with something missing, who left; the latest on top of the last two.

    Whoever is still here from an earlier day is here.
    """
    here = Visit.left_at.is_(None)
    found = session.execute(
        select(Visit.id, here, incomplete())
        .where((Visit.day == day) | here)
        .order_by(Visit.arrived_at, Visit.id)
    ).all()
    left = [(id, owes) for id, is_here, owes in reversed(found) if not is_here]
    return Day(
        [id for id, is_here, _owes in found if is_here],
        [id for id, owes in left if owes],
        [id for id, owes in left if not owes],
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
            note=mask.text(v.note, whole=v.customer_id in seen),
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


def incomplete() -> ColumnElement[bool]:
    """A visit that is over and still lacks something: the SQL twin of `missing`."""
    asked = select(Ask.id).where(Ask.visit_id == Visit.id).exists()
    walk_in = and_(
        Visit.kind == VisitKind.WALK_IN,
        or_(
            Visit.model_id.is_(None),
            Visit.channel_id.is_(None),
            and_(Visit.customer_id.is_not(None), Visit.level.is_(None)),
            and_(Visit.customer_id.is_(None), ~asked),
        ),
    )
    return and_(
        Visit.left_at.is_not(None),
        Visit.kind != VisitKind.ERRAND,
        or_(Visit.consultant_id.is_(None), walk_in),
    )
