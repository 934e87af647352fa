"""What a plan would do to the numbers: all that is on file, and the figures of its months."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.figures import counts
from showroom.i18n import N_
from showroom.sheets.match import Person
from showroom.sheets.plan import Plan
from showroom.store.models import Customer, Deal, Visit, VisitKind

SHOWN: Final = 12


class Number(NamedTuple):
    """One number before and after; money where `money`."""

    code: str
    before: int | Decimal
    after: int | Decimal

    @property
    def changes(self) -> bool:
        """Whether the plan moves it."""
        return self.before != self.after


class Month(NamedTuple):
    """The figures of one month that would move; `first` is its first day."""

    first: date
    numbers: list[Number]


class Effect(NamedTuple):
    """All that is on file, and the months the plan touches, the latest first."""

    totals: list[Number]
    months: list[Month]


LABELS: Final = {
    "customers": N_("customers"),
    "visits": N_("visits"),
    "deals": N_("deals"),
    "parties": N_("parties"),
    "people": N_("people"),
    "first": N_("first visits"),
    "left": N_("contacts left"),
    "drives": N_("test drives"),
    "orders": N_("orders"),
    "amount": N_("order value"),
    "delivered": N_("cars delivered"),
}


def effect(session: Session, plan: Plan) -> Effect:
    """Count what is there, and add what the plan would write; nothing is written."""
    new = {
        Customer: sum(person.id is None for person in plan.people),
        Visit: sum(draft.id is None for draft in plan.visits),
        Deal: sum(draft.id is None for draft in plan.deals),
    }
    totals = []
    for code, (model, more) in zip(("customers", "visits", "deals"), new.items(), strict=True):
        query = select(func.count()).select_from(model)
        if model is Customer:
            query = query.where(Customer.erased_at.is_(None))
        there = session.scalar(query) or 0
        totals.append(Number(code, there, there + more))
    months = sorted({_first(day) for day in _days(plan)}, reverse=True)
    return Effect(totals, [_month(session, plan, first) for first in months[:SHOWN]])


def _days(plan: Plan) -> Iterable[date]:
    for draft in plan.visits:
        if draft.id is None or "people" in draft.changed:
            yield draft.values["day"]
    for draft in plan.deals:
        if draft.id is None or "price" in draft.changed:
            yield draft.values["ordered_on"]
        if draft.values["delivered_on"] and (draft.id is None or "delivered_on" in draft.changed):
            yield draft.values["delivered_on"]


def _first(day: date) -> date:
    return day.replace(day=1)


def _month(session: Session, plan: Plan, first: date) -> Month:
    there = counts.whole(session, first, dates.add_months(first, 1) - timedelta(days=1))
    parties = people = orders = delivered = drives = 0
    amount = Decimal(0)
    new: dict[object, Person | None] = {}  # first visits: of a day, and a customer, one
    for draft in plan.visits:
        values = draft.values
        if _first(values["day"]) != first:
            continue
        drives += bool(draft.drive) and (draft.id is None or "drive" in draft.changed)
        if draft.id is not None:
            continue
        came = values["kind"] is not VisitKind.CALL
        parties += came
        people += values["people"] if came else 0
        if values["kind"] is VisitKind.WALK_IN and not values["again"]:
            new[values["day"], id(draft.person or draft)] = draft.person
    for draft in plan.deals:
        values = draft.values
        if draft.id is None and _first(values["ordered_on"]) == first:
            orders += 1
            amount += values["price"]
        elif "price" in draft.changed and _first(values["ordered_on"]) == first:
            before = session.scalar(select(Deal.price).where(Deal.id == draft.id))
            amount += values["price"] - (before or 0)
        given = values["delivered_on"]
        moved = draft.id is None or "delivered_on" in draft.changed
        if given and moved and _first(given) == first:
            delivered += 1
    numbers = [
        Number("parties", there.parties, there.parties + parties),
        Number("people", there.people, there.people + people),
        Number("first", there.first, there.first + len(new)),
        Number("left", there.left, there.left + sum(map(_leaves_contact, new.values()))),
        Number("drives", there.drives, there.drives + drives),
        Number("orders", there.orders, there.orders + orders),
        Number("amount", there.amount, there.amount + amount),
        Number("delivered", there.delivered, there.delivered + delivered),
    ]
    return Month(first, [number for number in numbers if number.changes])


def _leaves_contact(person: Person | None) -> bool:
    """Whether he leaves by this plan what was not known of him: a number, or his WeChat."""
    if person is None:
        return False
    if person.id is None:
        return bool(person.phones or person.facts["wechat"])
    return bool(person.new_phones) and person.phones == person.new_phones
