"""How many of the contacts that were due were made, by consultant and by rule.

回访完成率 (DOMAIN §7.4): made by the day they were due ÷ due. What is postponed is due on its new
day; what is still open with somebody who must not be contacted is not due any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from showroom import words
from showroom.guard import staff
from showroom.i18n import _
from showroom.store import barred
from showroom.store.models import Customer, FollowUp, Promise


class Line(NamedTuple):
    """Of one consultant or one rule: due in the time, made in time, made late, still open."""

    key: int | Promise | None
    label: str
    due: int
    in_time: int
    late: int

    @property
    def open(self) -> int:
        """Due, and not made."""
        return self.due - self.in_time - self.late

    @property
    def rate(self) -> float | None:
        """Made in time ÷ due."""
        return self.in_time / self.due if self.due else None


class Completion(NamedTuple):
    """The contacts that were due in a time, in all and along two axes; most due first."""

    whole: Line
    consultants: list[Line]
    rules: list[Line]


def look(session: Session, first: date, last: date, *, today: date) -> Completion:
    """The contacts due from `first` to `last`, of a time that is not over up to today."""
    made_on = func.date(FollowUp.done_at, "localtime")
    how = case(
        (FollowUp.done_at.is_(None), "open"), (made_on <= FollowUp.due_on, "in_time"), else_="late"
    )
    counted: Counter[tuple[int | None, Promise, str]] = Counter()
    for who, rule, state, count in session.execute(
        select(FollowUp.staff_id, FollowUp.rule, how, func.count())
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(
            FollowUp.due_on.between(first, min(last, today)),
            FollowUp.done_at.is_not(None) | ~barred.from_contact(),
        )
        .group_by(FollowUp.staff_id, FollowUp.rule, how)
    ):
        counted[who, rule, state] += count
    names = staff.names(session)

    def of_person(id: int | None) -> str:
        return _("Not noted") if id is None else names.get(id, "")

    people = _lines(counted, 0, of_person)
    rules = _lines(counted, 1, lambda rule: _(words.PROMISES[rule]))
    due, in_time, late = (
        sum(getattr(line, name) for line in people) for name in ("due", "in_time", "late")
    )
    whole = Line(None, _("Total"), due, in_time, late)
    return Completion(whole, people, rules)


def _lines(
    counted: Counter[tuple[int | None, Promise, str]], axis: int, name: Callable[[Any], str]
) -> list[Line]:
    found: dict[Any, Counter[str]] = {}
    for key, count in counted.items():
        found.setdefault(key[axis], Counter())[key[2]] += count
    lines = [
        Line(key, name(key), held.total(), held["in_time"], held["late"])
        for key, held in found.items()
    ]
    return sorted(lines, key=lambda line: (line.key is None, -line.due, line.label))
