"""What a month is to bring, of the shop and of each consultant, beside what it brought.

营业目标计划与实绩比较表 (DOMAIN §1.1, §7.1). A target is a number, of a rate per cent, of money
whole yuan.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.errors import Invalid
from showroom.figures import cuts
from showroom.figures.counts import Counts
from showroom.figures.definitions import BY_CODE
from showroom.figures.figures import figure
from showroom.guard import rights, staff
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.sheets.cells import Kind
from showroom.store import journal, models
from showroom.store.models import Role, Target

CODES: Final = (
    "first",
    "left",
    "contacts",
    "drives",
    "drive_rate",
    "orders",
    "order_rate",
    "delivered",
    "amount",
)
"""The figures that can have a target, in the order they are read."""

TRAINING: Final = {"contacts": 75, "drive_rate": 40, "order_rate": 22}
"""What training sets, in per cent, where a shop has no experience of its own (DOMAIN §4.3)."""

MOST: Final = 10**12

Targets = dict[tuple[int | None, str], int]
"""By consultant (None is the shop) and figure."""


class Row(NamedTuple):
    """One target and what came of it: of a share both lie between 0 and 1."""

    staff_id: int | None
    who: str
    code: str
    title: str
    kind: Kind
    unit: str
    target: float | None
    actual: float | None

    @property
    def attained(self) -> float | None:
        """Actual ÷ target."""
        if not self.target or self.actual is None:
            return None
        return self.actual / self.target

    @property
    def gap(self) -> float | None:
        """Target − actual: what is missing, below 0 what is over it."""
        if self.target is None or self.actual is None:
            return None
        return self.target - self.actual


def load(session: Session, month: date) -> Targets:
    """The targets of the month this day lies in."""
    found = session.scalars(
        select(models.Target).where(models.Target.month == month.replace(day=1))
    )
    return {(row.staff_id, row.figure): row.value for row in found}


def save(session: Session, month: date, wanted: dict[tuple[int | None, str], int | None]) -> int:
    """Set the targets of a month, as one action; None takes one away. Returns how many changed.

    Those not named stay. Raises `Invalid` beside `STAFF.FIGURE` (of the shop `shop.FIGURE`),
    `ShowroomError` for who may not.
    """
    rights.require(session, Right.SETTINGS)
    month = month.replace(day=1)
    problems = {
        f"{who or 'shop'}.{code}": _("Write a whole number above 0.")
        for (who, code), value in wanted.items()
        if value is not None and not 0 < value < MOST
    }
    problems |= {
        f"{who or 'shop'}.{code}": _("A rate is at most 100 %.")
        for (who, code), value in wanted.items()
        if value is not None and value > 100 and is_share(code)
    }
    if problems:
        raise Invalid(problems)
    held: dict[tuple[int | None, str], Target] = {
        (row.staff_id, row.figure): row
        for row in session.scalars(select(models.Target).where(models.Target.month == month))
    }
    changed = 0
    for key, value in wanted.items():
        row = held.get(key)
        if (row.value if row else None) == value:
            continue
        changed += 1
        journal.act(session, "targets")
        if value is None:
            session.delete(row)
        elif row is not None:
            row.value = value
        else:
            session.add(models.Target(month=month, staff_id=key[0], figure=key[1], value=value))
    session.flush()
    return changed


def copy(session: Session, month: date) -> int:
    """Take over the targets of the month before where this one has none; how many."""
    month = month.replace(day=1)
    have = load(session, month)
    earlier = load(session, dates.add_months(month, -1))
    here = {one.id for one in staff.everyone(session)} | {None}
    return save(
        session,
        month,
        {key: v for key, v in earlier.items() if key not in have and key[0] in here},
    )


def is_share(code: str) -> bool:
    """Whether the target of a figure is in per cent."""
    return BY_CODE[code].kind is Kind.SHARE


def compare(session: Session, first: date, last: date) -> list[Row]:
    """Target beside actual, the shop first, then each consultant who has a target or did anything.

    Figures without a target are there too, for the whole shop.
    """
    wanted = load(session, first)
    slices = cuts.by_consultant(session, first, last)
    shop = Counts()
    for slice in slices:
        shop = cuts.added(shop, slice.counts)
    rows = [_row(wanted, None, _("Whole shop"), code, shop) for code in CODES]
    known = {slice.key: slice for slice in slices}
    people = [(one.id, one.name) for one in staff.everyone(session, Role.CONSULTANT)]
    listed = {id for id, _name in people}
    people += [(s.key, s.label) for s in slices if s.key is not None and s.key not in listed]
    for id, name in people:
        counted = known[id].counts if id in known else Counts()
        rows += [_row(wanted, id, name, code, counted) for code in CODES if (id, code) in wanted]
    return rows


def _row(wanted: Targets, who: int | None, name: str, code: str, counted: Counts) -> Row:
    made, value = figure(code, counted), wanted.get((who, code))
    target = None if value is None else value / 100 if is_share(code) else float(value)
    actual = None if made.value is None else float(made.value)
    return Row(who, name, code, made.title, made.kind, made.unit, target, actual)
