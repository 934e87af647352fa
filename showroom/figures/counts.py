"""Counting in SQL: visits, test drives and deals of a period, whole or cut along one axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from showroom import settings
from showroom.door import visits
from showroom.store.driven import drove
from showroom.store.models import Customer, Deal, TestDrive, Visit, VisitKind


class Cut(StrEnum):
    """Along what the figures are cut."""

    WHOLE = "whole"
    DAY = "day"
    CONSULTANT = "consultant"
    CHANNEL = "channel"
    MODEL = "model"


@dataclass
class Counts:
    """What was counted in one slice; `stayed` is the minutes of the `stays` that have an end.

    `unmet` are the parties that left without being received, `waited` their minutes: they are
    among the parties and in nothing else.

    `walk_ins`, `first`, `filed`, `left`, `again` and `known` count visit days: the same customer
    again on the same day is the same visit (DESIGN §4.2). `filed` came for the first time but had
    left his contact on an earlier day; `left` left it now; `known` are all whose contact we had by
    then; `captured` left it that day, at the first visit or on coming again; `quoted` were told a
    price.
    """

    parties: int = 0
    people: int = 0
    unmet: int = 0
    waited: float = 0.0
    calls: int = 0
    errands: int = 0
    walk_ins: int = 0
    first: int = 0
    filed: int = 0
    left: int = 0
    again: int = 0
    known: int = 0
    captured: int = 0
    quoted: int = 0
    stays: int = 0
    stayed: float = 0.0
    incomplete: int = 0
    drives: int = 0
    orders: int = 0
    amount: Decimal = Decimal(0)
    delivered: int = 0
    cancelled: int = 0

    @property
    def fresh(self) -> int:
        """First visits that could leave a contact: without those on file already."""
        return self.first - self.filed


Slices = dict[Any, Counts]


COUNTS = frozenset(field.name for field in fields(Counts))


def cut(
    session: Session,
    first: date,
    last: date,
    by: Cut = Cut.WHOLE,
    wanted: frozenset[str] = COUNTS,
) -> Slices:
    """The counts from `first` to `last`, both included, by the key of each slice.

    Keys are days or ids; what has no consultant, channel or model stands under `None`, and
    the whole under 0. Test drives go with their visit, deals with their own day, consultant and
    model and with the channel of their customer. Of `Counts` only the `wanted` are counted.
    """
    slices: Slices = {}
    days = {"first": first, "last": last}
    for names, query in _queries(by, tuple(settings.owed(session)), wanted):
        for key, *values in session.execute(query, days):
            counts = slices.setdefault(key, Counts())
            for name, value in zip(names, values, strict=True):
                setattr(counts, name, value or type(getattr(counts, name))(0))
    return slices


def whole(session: Session, first: date, last: date, wanted: frozenset[str] = COUNTS) -> Counts:
    """The counts of a period in one."""
    return cut(session, first, last, wanted=wanted).get(0, Counts())


# --- the parts; a query is made once, for any days: the desk asks after every save


@cache
def _queries(
    by: Cut, owed: tuple[str, ...], wanted: frozenset[str]
) -> list[tuple[list[str], Select[Any]]]:
    """What each query counts, and the query."""
    price = func.sum(case((Deal.cancelled_on.is_(None), Deal.price)))
    others: list[tuple[list[str], Callable[[], Select[Any]]]] = [
        (["drives"], lambda: _drives(by)),
        (["orders", "amount"], lambda: _deals(Deal.ordered_on, by).add_columns(price)),
        (["delivered"], lambda: _deals(Deal.delivered_on, by)),
        (["cancelled"], lambda: _deals(Deal.cancelled_on, by)),
    ]
    asked = [(names, make()) for names, make in others if wanted.intersection(names)]
    return [_visits(by, owed, wanted), *asked]


FIRST: BindParameter[date] = bindparam("first")
LAST: BindParameter[date] = bindparam("last")


def contact_known() -> ColumnElement[bool]:
    """Whether who came had left a phone or WeChat by the day of the visit; joins `Customer`."""
    return visits.contact_left()


def filed_before() -> ColumnElement[bool]:
    """Whether he had left his contact before the day of the visit; the query joins `Customer`."""
    return func.coalesce(Customer.contact_on < Visit.day, literal(False))


def turn() -> ColumnElement[int]:
    """Which visit of its customer, of its kind, on its day it is: only the first one counts."""
    who = func.coalesce(Visit.customer_id, -Visit.id)
    return func.row_number().over(
        partition_by=(Visit.day, Visit.kind, Visit.unmet_id.is_not(None), who),
        order_by=(Visit.arrived_at, Visit.id),
    )


def visit_channel() -> ColumnElement[Any]:
    """The channel of a visit, else of its customer; the query joins `Customer`."""
    return func.coalesce(Visit.channel_id, Customer.channel_id)


def _visit_key(by: Cut) -> ColumnElement[Any]:
    keys: dict[Cut, Any] = {
        Cut.WHOLE: literal(0),
        Cut.DAY: Visit.day,
        Cut.CONSULTANT: Visit.consultant_id,
        Cut.CHANNEL: visit_channel(),
        Cut.MODEL: Visit.model_id,
    }
    found: ColumnElement[Any] = keys[by]
    return found


def _visits(
    by: Cut, owed: tuple[str, ...], wanted: frozenset[str]
) -> tuple[list[str], Select[Any]]:
    unmet = Visit.unmet_id.is_not(None)
    days = func.julianday(Visit.left_at) - func.julianday(Visit.arrived_at)
    seen = (
        select(
            _visit_key(by).label("key"),
            Visit.kind,
            Visit.people,
            Visit.again,
            Visit.quoted,
            unmet.label("unmet"),
            case((Visit.kind == VisitKind.WALK_IN, func.round(days * 86400))).label("seconds"),
            contact_known().label("known"),
            filed_before().label("filed"),
            visits.incomplete(owed).label("incomplete"),
            turn().label("turn"),
        )
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .where(Visit.day.between(FIRST, LAST))
        .subquery()
    ).c
    came = seen.kind != VisitKind.CALL
    once = and_(seen.kind == VisitKind.WALK_IN, ~seen.unmet, seen.turn == 1)
    new = and_(once, ~seen.again)
    counted: dict[str, Callable[[], ColumnElement[Any]]] = {
        "parties": lambda: _count(came),
        "people": lambda: func.sum(case((came, seen.people), else_=0)),
        "calls": lambda: _count(seen.kind == VisitKind.CALL),
        "errands": lambda: _count(seen.kind == VisitKind.ERRAND),
        "walk_ins": lambda: _count(once),
        "first": lambda: _count(new),
        "filed": lambda: _count(and_(new, seen.filed)),
        "left": lambda: _count(and_(new, ~seen.filed, seen.known)),
        "again": lambda: _count(and_(once, seen.again)),
        "known": lambda: _count(and_(once, seen.known)),
        "captured": lambda: _count(and_(once, seen.known, ~seen.filed)),
        "quoted": lambda: _count(and_(once, seen.quoted)),
        "stays": lambda: func.count(case((~seen.unmet, seen.seconds))),
        "stayed": lambda: func.sum(case((~seen.unmet, seen.seconds))) / 60,
        "unmet": lambda: func.count(case((seen.unmet, seen.seconds))),
        "waited": lambda: func.sum(case((seen.unmet, seen.seconds))) / 60,
        "incomplete": lambda: _count(seen.incomplete),
    }
    names = [name for name in counted if name in wanted]
    return names, select(seen.key, *(counted[name]() for name in names)).group_by(seen.key)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _drives(by: Cut) -> Select[Any]:
    key = _visit_key(by).label("key")
    return (
        select(key, func.count(Visit.id.distinct()))
        .join(TestDrive, TestDrive.visit_id == Visit.id)
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .where(Visit.day.between(FIRST, LAST), Visit.kind == VisitKind.WALK_IN, drove())
        .group_by(key)
    )


def _deals(
    day: InstrumentedAttribute[date] | InstrumentedAttribute[date | None], by: Cut
) -> Select[Any]:
    keys: dict[Cut, Any] = {
        Cut.WHOLE: literal(0),
        Cut.DAY: day,
        Cut.CONSULTANT: Deal.consultant_id,
        Cut.CHANNEL: Customer.channel_id,
        Cut.MODEL: Deal.model_id,
    }
    key = keys[by].label("key")
    return (
        select(key, func.count(Deal.id))
        .join(Customer, Customer.id == Deal.customer_id)
        .where(day.between(FIRST, LAST))
        .group_by(key)
    )
