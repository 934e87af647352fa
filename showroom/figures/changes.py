"""What of a month is different since its workbook left the last time, and who did it.

The figures of an export are kept with it; what was done since is read from the journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.figures import cuts
from showroom.figures.cuts import Slice
from showroom.figures.definitions import BY_CODE
from showroom.figures.figures import Figure, Value
from showroom.figures.months import bounds
from showroom.guard import entries, staff
from showroom.guard.entries import Entry
from showroom.i18n import _
from showroom.sheets.cells import Kind
from showroom.store import images, journal, models
from showroom.store.models import (
    Action,
    Ask,
    Card,
    Change,
    Deal,
    FollowUp,
    TestDrive,
    Visit,
)

DAILY: Final = ("parties", "walk_ins", "left", "orders", "delivered")
"""What is kept of every day, so that a difference is found on its day."""

MOST: Final = 200
"""So many actions are listed, the newest; the others are counted."""

Kept = dict[str, Any]


class Difference(NamedTuple):
    """One figure that was something else in the last export; `day` is None for the whole month."""

    day: date | None
    title: str
    kind: Kind
    then: Value
    now: Value


class Since(NamedTuple):
    """What changed since an export: when and by whom it was made; all None when there was none."""

    at: datetime | None
    who: str
    differences: list[Difference]
    actions: list[Entry]
    more: int


def last_export(session: Session, month: date) -> models.MonthExport | None:
    """The last export of a month that was kept."""
    held = models.MonthExport
    found: models.MonthExport | None = session.scalar(
        select(held).where(held.month == month.replace(day=1)).order_by(held.id.desc()).limit(1)
    )
    return found


def keep(
    session: Session, month: date, kept: Kept, upto: int, *, now: datetime, by: int | None
) -> None:
    """Keep the figures with which a month's workbook left; `upto` was the last action then."""
    journal.act(session, "keep_figures")
    held = models.MonthExport(
        month=month.replace(day=1), at=now, staff_id=by, upto=upto, figures=json.dumps(kept)
    )
    session.add(held)


def last_action(session: Session) -> int:
    """The number of the newest action."""
    return session.scalar(select(func.max(Action.id))) or 0


def snapshot(found: Sequence[Figure], days: Sequence[Slice]) -> Kept:
    """The figures as they are kept."""
    return {
        "figures": {one.code: _plain(one.value) for one in found},
        "days": {
            f"{slice.key}": [getattr(slice.counts, code) for code in DAILY]
            for slice in days
            if any(getattr(slice.counts, code) for code in DAILY)
        },
    }


def since_last(
    session: Session,
    month: date,
    found: Sequence[Figure],
    days: Sequence[Slice] | None = None,
) -> Since:
    """What differs from the last export of a month, and what was done since to its rows."""
    held = last_export(session, month)
    if held is None:
        return Since(None, "", [], [], 0)
    first, last = bounds(month)
    now = snapshot(found, cuts.by_day(session, first, last) if days is None else days)
    ids = _actions(session, held.upto, first, last)
    return Since(
        held.at,
        staff.names(session).get(held.staff_id or 0, ""),
        _differences(json.loads(held.figures), now, found),
        entries.rows(session, ids[:MOST]),
        max(0, len(ids) - MOST),
    )


def _differences(then: Kept, now: Kept, found: Sequence[Figure]) -> list[Difference]:
    made = []
    for one in found:
        if one.code not in then["figures"]:
            continue  # an older program did not count it
        was, here = then["figures"][one.code], now["figures"][one.code]
        if was != here:
            made.append(Difference(None, one.title, one.kind, _value(was, one.kind), one.value))
    nothing = [0] * len(DAILY)
    for day in sorted(then["days"].keys() | now["days"].keys()):
        was, here = then["days"].get(day, nothing), now["days"].get(day, nothing)
        made += [
            Difference(date.fromisoformat(day), _(BY_CODE[code].title), Kind.WHOLE, old, new)
            for code, old, new in zip(DAILY, was, here, strict=True)
            if old != new
        ]
    return made


def _plain(value: Value) -> Any:
    """A figure as JSON keeps it, to the cent; what is no whole number to twelve digits."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return round(value, 12) if isinstance(value, float) else value


def _value(kept: Any, kind: Kind) -> Value:
    return Decimal(kept) if kind is Kind.MONEY and kept is not None else kept


# --- what was done


class _Part(NamedTuple):
    """A table whose rows make the figures: which of them are of a month, and their days."""

    model: type[Any]
    days: Sequence[str]
    ids: Any


def _parts(first: date, last: date) -> Iterable[_Part]:
    visits = select(Visit.id).where(Visit.day.between(first, last))
    yield _Part(Visit, ("day",), visits)
    for model in (Ask, TestDrive):
        yield _Part(model, (), select(model.id).where(model.visit_id.in_(visits)))
    for dated, names in (
        (Deal, ("ordered_on", "delivered_on", "cancelled_on")),
        (models.Loss, ("day",)),
        (models.Complaint, ("day",)),
        (Card, ("due_on",)),
        (FollowUp, ("due_on",)),
    ):
        columns = [getattr(dated, name) for name in names]
        within = columns[0].between(first, last)
        for column in columns[1:]:
            within = within | column.between(first, last)
        yield _Part(dated, names, select(dated.id).where(within))


def _actions(session: Session, upto: int, first: date, last: date) -> list[int]:
    """The actions since `upto` that changed a row of these days, the newest first.

    A row that is gone, or stands in another month now, is known by what it was.
    """
    found: set[int] = set()
    for part in _parts(first, last):
        table = part.model.__tablename__
        changed = (
            select(Change.action_id, Change.row_id, Change.before, Change.after)
            .where(Change.table_name == table, Change.action_id > upto)
            .order_by(Change.id)
        )
        rows = session.execute(changed).all()
        if not rows:
            continue
        here = set(session.scalars(part.ids))
        found |= {row.action_id for row in rows if row.row_id in here}
        for side in ("before", "after") if part.days else ():
            looks = images.load_all(getattr(row, side) for row in rows)
            for row, image in zip(rows, looks, strict=True):
                said = [image.get(name) for name in part.days] if image else []
                if any(day and f"{first}" <= day <= f"{last}" for day in said):
                    found.add(row.action_id)
    return sorted(found, reverse=True)
