"""The counts of a period along one axis: day, consultant, channel, model, moment, hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from showroom import choices, words
from showroom.choices import GROUPS
from showroom.figures import counts
from showroom.figures.counts import Counts, Cut
from showroom.figures.figures import OWNERS, through_owners
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.store.models import (
    Ask,
    Choice,
    ChoiceKind,
    Customer,
    Deal,
    Moment,
    Refusal,
    Role,
    Visit,
    VisitKind,
)

REFERENCE = {"showroom": 0.47, OWNERS: 0.43, "events": 0.10}
"""Of a hundred cars so many come by each group (DOMAIN §6)."""

STEPS = (
    ("walk_ins", N_("Walk-ins")),
    ("known", N_("Contact known")),
    ("drives", N_("Test drives")),
    ("orders", N_("Orders")),
    ("delivered", N_("Deliveries")),
)


class Slice(NamedTuple):
    """One slice: its key (a day, an id, or nothing), its name, the group of a channel."""

    key: Any
    label: str
    counts: Counts
    group: str = ""


class GroupRow(NamedTuple):
    """What a group of channels brought; `share` of the orders beside the `reference`."""

    code: str
    label: str
    walk_ins: int
    left: int
    orders: int
    share: float | None
    reference: float | None


class MomentRow(NamedTuple):
    """What came of the asks at one moment; `refusals` by reason, `top` the most frequent one."""

    moment: Moment
    label: str
    asked: int
    given: int
    refusals: dict[Refusal, int]

    @property
    def rate(self) -> float | None:
        """Given ÷ asked."""
        return self.given / self.asked if self.asked else None

    @property
    def top(self) -> Refusal | None:
        """The reason given most often; of equals the first of the four."""
        return max(self.refusals, key=lambda r: self.refusals[r]) if self.refusals else None


class Step(NamedTuple):
    """One step of the funnel and its share of the first step."""

    code: str
    label: str
    number: int
    share: float | None


def by_day(session: Session, first: date, last: date) -> list[Slice]:
    """Every day of the period, also those on which nobody came."""
    found = counts.cut(session, first, last, Cut.DAY)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [Slice(day, f"{day:%m-%d}", found.get(day, Counts())) for day in days]


def by_consultant(session: Session, first: date, last: date) -> list[Slice]:
    """The consultants, most orders first; who works here is listed also with nothing."""
    found = counts.cut(session, first, last, Cut.CONSULTANT)
    slices = _named(found, staff.names(session))
    busy = {slice.key for slice in slices}
    idle = [p for p in staff.everyone(session, Role.CONSULTANT) if p.id not in busy]
    slices += [Slice(p.id, p.name, found.get(p.id, Counts())) for p in idle]
    return sorted(slices, key=_rank)


def by_channel(session: Session, first: date, last: date) -> list[Slice]:
    """The channels with their groups, in the order of the groups."""
    found = counts.cut(session, first, last, Cut.CHANNEL)
    groups = {c.id: c.group for c in choices.options(session, ChoiceKind.CHANNEL, everything=True)}
    order = [*GROUPS, ""]
    slices = [
        slice._replace(group=groups.get(slice.key, ""))
        for slice in _named(found, choices.labels(session, ChoiceKind.CHANNEL))
    ]
    return sorted(slices, key=lambda s: order.index(s.group) if s.group in order else len(order))


def by_model(session: Session, first: date, last: date) -> list[Slice]:
    """The models, most orders first."""
    found = counts.cut(session, first, last, Cut.MODEL)
    return _named(found, choices.labels(session, ChoiceKind.MODEL))


def _named(found: counts.Slices, names: dict[int, str]) -> list[Slice]:
    slices = [
        Slice(key, names.get(key, "") if key is not None else _("Not noted"), counted)
        for key, counted in found.items()
        if counted.walk_ins or counted.orders or counted.delivered or counted.cancelled
    ]

    return sorted(slices, key=_rank)


def _rank(slice: Slice) -> tuple[bool, int, int, str]:
    """Most orders first, then most walk-ins; what is not noted last."""
    return (slice.key is None, -slice.counts.orders, -slice.counts.walk_ins, slice.label)


def by_group(session: Session, first: date, last: date) -> list[GroupRow]:
    """The three groups of channels beside 47 : 43 : 10; introduced customers are the owners'."""
    group = case((through_owners(), OWNERS), else_=func.coalesce(Choice.group, ""))
    orders: dict[str, int] = {
        code: count
        for code, count in session.execute(
            select(group, func.count(Deal.id))
            .join(Customer, Customer.id == Deal.customer_id)
            .outerjoin(Choice, Choice.id == Customer.channel_id)
            .where(Deal.ordered_on.between(first, last))
            .group_by(group)
        )
    }
    visits: dict[str, Counts] = {}
    for slice in by_channel(session, first, last):
        visits[slice.group] = added(visits.get(slice.group, Counts()), slice.counts)
    total = sum(orders.values())
    codes = [*GROUPS, *({*orders, *visits} - {*GROUPS})]
    return [
        GroupRow(
            code,
            _(GROUPS[code]) if code in GROUPS else _("Not noted"),
            visits.get(code, Counts()).walk_ins,
            visits.get(code, Counts()).left,
            orders.get(code, 0),
            orders.get(code, 0) / total if total else None,
            REFERENCE.get(code),
        )
        for code in codes
    ]


def added(one: Counts, other: Counts) -> Counts:
    """Two slices in one."""
    return Counts(**{f.name: getattr(one, f.name) + getattr(other, f.name) for f in fields(one)})


def by_moment(session: Session, first: date, last: date) -> list[MomentRow]:
    """The seven moments of the walk-ins: asked, given, and why not."""
    query = (
        select(Ask.moment, Ask.refusal, func.count(Ask.id))
        .join(Visit, Visit.id == Ask.visit_id)
        .where(Visit.day.between(first, last), Visit.kind == VisitKind.WALK_IN)
        .group_by(Ask.moment, Ask.refusal)
    )
    found: dict[tuple[Moment, Refusal | None], int] = {
        (moment, refusal): count for moment, refusal, count in session.execute(query)
    }
    rows = []
    for moment in Moment:
        given = found.get((moment, None), 0)
        refusals = {r: found[moment, r] for r in Refusal if (moment, r) in found}
        asked = given + sum(refusals.values())
        rows.append(MomentRow(moment, _(words.MOMENTS[moment]), asked, given, refusals))
    return rows


def by_hour(session: Session, first: date, last: date) -> dict[tuple[int, int], int]:
    """Parties that came, by weekday (0 is Monday) and local hour; hours without any are absent."""
    weekday = func.strftime("%w", Visit.day)
    hour = func.strftime("%H", Visit.arrived_at, "localtime")
    query = (
        select(weekday, hour, func.count(Visit.id))
        .where(Visit.day.between(first, last), Visit.kind != VisitKind.CALL)
        .group_by(weekday, hour)
    )
    return {((int(day) - 1) % 7, int(clock)): count for day, clock, count in session.execute(query)}


def funnel(counted: Counts, steps: Sequence[tuple[str, str]] = STEPS) -> list[Step]:
    """From walking in to the delivery, each step with its share of the walk-ins."""
    return [
        Step(
            code,
            _(label),
            getattr(counted, code),
            getattr(counted, code) / counted.walk_ins if counted.walk_ins else None,
        )
        for code, label in steps
    ]
