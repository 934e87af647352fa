"""Every figure as data with its formula: of a day, of a period (DESIGN §4.11)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from showroom import dates, text
from showroom.figures import counts
from showroom.figures.counts import Counts
from showroom.figures.definitions import BY_CODE, DEFINITIONS
from showroom.i18n import _
from showroom.sheets.cells import Kind
from showroom.store import models
from showroom.store.models import (
    Choice,
    Customer,
    Deal,
    FollowUp,
    Promise,
    ReferralState,
    Visit,
)

Value = int | float | Decimal | None
OWNERS = "owners"
"""The group of channels that owners and their friends come by."""


class Figure(NamedTuple):
    """A number with its formula; a share lies between 0 and 1, a span is in minutes.

    A quotient names what stands above and below it; with nothing below it has no value.
    """

    code: str
    title: str
    value: Value
    unit: str
    formula: str
    numerator: Value = None
    denominator: Value = None
    kind: Kind = Kind.WHOLE

    @property
    def shown(self) -> str:
        """The value as it is read: `12`, `80%`, `01:12`, `218,000`, `3.1`; a dash for none."""
        return show(self.value, self.kind)


class Day(NamedTuple):
    """The figures on top of the desk."""

    parties: Figure
    people: Figure
    contacts: Figure
    drives: Figure
    orders: Figure
    incomplete: Figure


_OF_DAY = frozenset(  # what they are made of; `fresh` are the first visits not filed before
    ("parties", "people", "left", "first", "filed", "drives", "orders", "incomplete")
)


def show(value: Value, kind: Kind) -> str:
    """A value of a kind as it is read on the screen."""
    if value is None:
        return "—"
    if kind is Kind.SHARE:
        return f"{round(value * 100)}%"
    if kind is Kind.SPAN:
        return dates.show_span(float(value))
    if kind is Kind.MONEY:
        return text.show_money(Decimal(value))
    return f"{value:.1f}" if kind is Kind.NUMBER else f"{value:,}"


def day(session: Session, on: date) -> Day:
    """The figures of one day, right at every moment."""
    counted = counts.whole(session, on, on, _OF_DAY)
    return Day(*(figure(code, counted) for code in Day._fields))


def period(session: Session, first: date, last: date) -> list[Figure]:
    """All figures from `first` to `last`, both included, in the order they are read."""
    counted = counts.whole(session, first, last)
    more = extra(session, first, last, counted)
    return [figure(definition.code, counted, more) for definition in DEFINITIONS]


def figure(code: str, counted: Counts | None, more: dict[str, Value] | None = None) -> Figure:
    """One figure of what was counted; `more` are the counts of `extra`, or all there is."""
    made = BY_CODE[code]

    def of(name: str) -> Value:
        found: Value = more[name] if more and name in more else getattr(counted, name)
        return found

    above = of(made.above)
    if not made.below:
        return Figure(code, _(made.title), above, _(made.unit), _(made.formula), kind=made.kind)
    below = of(made.below)
    value = float(above) / float(below) if above is not None and below else None
    return Figure(
        code, _(made.title), value, _(made.unit), _(made.formula), above, below, made.kind
    )


def extra(session: Session, first: date, last: date, counted: Counts) -> dict[str, Value]:
    """What only a whole period has: standing orders, orders by owners, cards, first calls,
    appointments."""
    open_before = and_(
        Deal.ordered_on < first,
        or_(Deal.delivered_on.is_(None), Deal.delivered_on >= first),
        or_(Deal.cancelled_on.is_(None), Deal.cancelled_on >= first),
    )
    standing = session.scalar(select(func.count(Deal.id)).where(open_before)) or 0
    by_owners = session.scalar(
        select(func.count(Deal.id))
        .join(Customer, Customer.id == Deal.customer_id)
        .outerjoin(Choice, Choice.id == Customer.channel_id)
        .where(Deal.ordered_on.between(first, last), through_owners())
    )
    in_time = func.date(models.Card.printed_at, "localtime") <= models.Card.late_on
    due, printed = session.execute(
        select(func.count(models.Card.id), func.count(case((in_time, 1)))).where(
            models.Card.due_on.between(first, last), models.Card.skipped_at.is_(None)
        )
    ).one()
    days, called = _first_calls(session, first, last)
    return appointments(session, first, last) | {
        "standing": counted.orders + standing,
        "by_owners": by_owners or 0,
        "cards_due": due,
        "cards_in_time": printed,
        "call_days": days,
        "called": called,
    }


def appointments(session: Session, first: date, last: date) -> dict[str, Value]:
    """How many were expected by appointment, and how many of them came."""
    appointed, kept = session.execute(
        select(func.count(models.Appointment.id), func.count(models.Appointment.visit_id)).where(
            models.Appointment.day.between(first, last), models.Appointment.cancelled_at.is_(None)
        )
    ).one()
    return {"appointed": appointed, "kept": kept}


def through_owners() -> ColumnElement[bool]:
    """Whether a deal came through an owner or an introduction; joins `Customer` and `Choice`.

    An introduction that was none (void, with the reason) does not count.
    """
    introduced = (
        select(models.Referral.id)
        .where(
            models.Referral.customer_id == Customer.id,
            or_(models.Referral.state != ReferralState.VOID, models.Referral.note == ""),
        )
        .exists()
    )
    return or_(introduced, Choice.group == OWNERS)


def _first_calls(session: Session, first: date, last: date) -> tuple[float, int]:
    """Days from first visit to first follow-up, added up, and of how many customers."""
    done = func.date(func.min(FollowUp.done_at), "localtime")
    each: Any = (
        select((func.julianday(done) - func.julianday(Customer.first_visit_on)).label("days"))
        .join(FollowUp, FollowUp.customer_id == Customer.id)
        .where(
            Customer.id.in_(select(Visit.customer_id).where(Visit.day.between(first, last))),
            Customer.first_visit_on.between(first, last),
            FollowUp.rule == Promise.NEXT,
            FollowUp.done_at.is_not(None),
        )
        .group_by(Customer.id)
        .subquery()
    )
    days, called = session.execute(select(func.sum(each.c.days), func.count())).one()
    return days or 0.0, called
