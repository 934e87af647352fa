"""A day that was closed: corrected by a manager only, with a reason, and it stands in the trail.

    closed.require_open(session, visit.day, arrived=visit.arrived_at)

Every service that writes what belongs to a day asks this first. Who arrives after the close is no
correction: he is let in, and the day is closed once more.

Who may correct says once why (`correct`); that is the `why` of every correction of that day until
he is done with it or somebody else sits down. `door.close` closes a day and opens it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, and_, bindparam, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from showroom import dates
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.store import journal, models
from showroom.store.db import Database
from showroom.store.models import Ask, Change, DayClose, TestDrive, Visit
from showroom.text import clean


class DayClosed(ShowroomError):
    """What belongs to a day that is closed may not be written."""


class ReasonMissing(DayClosed):
    """Who sits here may correct this day, and has not said why yet."""


_SINCE: Final = select(DayClose.closed_at).where(DayClose.day == bindparam("day"))  # made once


def since(session: Session, day: date, *, arrived: datetime | None = None) -> datetime | None:
    """When a day was closed; nothing while it is open, nor for who `arrived` after the close."""
    at = session.scalar(_SINCE, {"day": day})
    return None if at is None or _after(arrived, at) else at


def late() -> ColumnElement[bool]:
    """Who arrived after the close of his day; the query has `Visit` and `DayClose`."""
    return and_(Visit.day == DayClose.day, Visit.arrived_at > DayClose.closed_at)


def _after(arrived: datetime | None, closed_at: datetime) -> bool:
    return arrived is not None and arrived > closed_at


def ends(session: Session, days: Iterable[date]) -> dict[date, datetime]:
    """When those of these days were closed that are."""
    wanted = set(days)
    found = session.execute(select(DayClose.day, DayClose.closed_at)) if wanted else ()
    return {day: at for day, at in found if day in wanted}


def refusal(session: Session, day: date, *, arrived: datetime | None = None) -> str:
    """The sentence for who may not correct this day; "" when he may, or the day is open."""
    at = since(session, day, arrived=arrived)
    return "" if at is None else _refusal(session, day, at)


_ENDS: Final = (  # made once: every save asks it
    select(DayClose.day, DayClose.closed_at)
    .where(DayClose.day.in_(bindparam("days")))
    .order_by(DayClose.day)
)


def require_open(session: Session, *days: date, arrived: datetime | None = None) -> None:
    """Let what belongs to these days be written: they are open, or a manager said why.

    Or it belongs to a party that `arrived` after the close.

    Raises `DayClosed` saying who may, `ReasonMissing` for who may and has not said why.
    """
    for day, at in session.execute(_ENDS, {"days": days}):
        if _after(arrived, at):
            continue
        refused = _refusal(session, day, at)
        if refused:
            raise DayClosed(refused)
        why = session.info["reasons"].get(day, "")
        if not why:
            raise ReasonMissing(
                _("{closed} Say why it is corrected, or open it again in the daily close.").format(
                    closed=said(day, at)
                )
            )
        journal.because(session, why)


def said(day: date, at: datetime) -> str:
    """That a day is closed, and since when."""
    when = f"{dates.local(at):%H:%M}"
    if dates.local_day(at) != day:
        when = f"{dates.local(at):%m-%d %H:%M}"
    return _("{day} is closed since {time}.").format(day=f"{day:%m-%d}", time=when)


def _refusal(session: Session, day: date, at: datetime) -> str:
    who = rights.refusal(session, Right.CORRECT)
    return who and f"{said(day, at)} {who}"


def correct(db: Database, day: date, why: str) -> None:
    """Say why this day is corrected; it counts until `done` or until somebody else sits down.

    Raises `Invalid` beside `why` when nothing is said, `ShowroomError` for who may not.
    """
    why = clean(why)
    if not why:
        raise Invalid({"why": _("Say why the day is corrected.")})
    with db.read() as session:
        rights.require(session, Right.CORRECT)
    db.reasons = {**db.reasons, day: why}


def done(db: Database, *days: date) -> None:
    """The correction of these days is over: the next one needs a reason again."""
    db.reasons = {day: why for day, why in db.reasons.items() if day not in days}


# --- days that nobody closed

REMINDED: Final = 7
"""For so many days a day that was not closed is spoken of."""


# made once: they are asked after every save
_FIRST: Final = select(func.min(DayClose.day)).where(DayClose.day < bindparam("today"))
_UNCLOSED: Final = (
    select(Visit.day)
    .where(
        Visit.day >= bindparam("begin"),
        Visit.day < bindparam("today"),
        Visit.day.not_in(select(DayClose.day)),
    )
    .distinct()
    .order_by(Visit.day)
)
_ONCE_MORE: Final = select(DayClose.day).where(
    DayClose.day >= bindparam("begin"),
    DayClose.day < bindparam("today"),
    select(Visit.id).where(late()).exists(),
)


def unclosed(session: Session, today: date) -> list[date]:
    """The days before today that somebody came on and nobody closed, the oldest first.

    Also those on which somebody came after the close, until they are closed once more.
    Of the last `REMINDED` days, from the first day on that was ever closed; before that only the
    last day on which somebody came.
    """
    since = session.scalar(_FIRST, {"today": today})
    begin = max(since or date.min, today - timedelta(days=REMINDED))
    span = {"begin": begin, "today": today}
    days = session.scalars(_UNCLOSED, span).all()
    if since is None:
        return list(days[-1:])
    return sorted([*days, *session.scalars(_ONCE_MORE, span)])


# --- what an action touched

_WHO: Final = ("$.id", "$.customer_id", "$.again")
"""Who came becomes known later, by his phone: that is no correction of the day."""


def days_of(session: Session, action_id: int) -> list[date]:
    """The closed days whose visits, asks, test drives or gifts an action changed.

    Not what belongs to a party that arrived after the close.
    """
    found: set[date] = set()
    changed = journal.tables(session, action_id)
    image: Any = func.coalesce(Change.before, Change.after)
    told = func.json_remove(image, *_WHO) != "{}"
    for model in (Visit, models.GiftMove):
        if model.__tablename__ not in changed:
            continue
        ours = (Change.action_id == action_id, Change.table_name == model.__tablename__)
        there = select(model.day).join(Change, Change.row_id == model.id)
        kept = _sealed(model.day, _arrival(model, model))
        found |= set(session.scalars(there.where(*ours, told, kept).distinct()))
        gone = type_coerce(func.json_extract(image, "$.day"), Date)
        lost = _sealed(gone, _arrival(model, image))
        found |= set(session.scalars(select(gone).where(*ours, lost).distinct()))
    for of in (Ask, TestDrive):
        if of.__tablename__ not in changed:
            continue
        mine = (Change.action_id == action_id, Change.table_name == of.__tablename__, told)
        known = select(of.visit_id).join(Change, Change.row_id == of.id).where(*mine)
        named = select(func.json_extract(image, "$.visit_id")).where(*mine)
        came = select(Visit.day, Visit.arrived_at)
        touched = session.execute(came.where(or_(Visit.id.in_(known), Visit.id.in_(named)))).all()
        if touched:  # asked together all days are walked
            sealed = session.execute(select(DayClose.day, DayClose.closed_at))
            ends = {day: at for day, at in sealed}
            found |= {day for day, at in touched if day in ends and not _after(at, ends[day])}
    return sorted(found)


def _sealed(day: Any, arrived: Any) -> ColumnElement[bool]:
    """Whether a day is closed for who arrived then; with nobody's arrival it is."""
    before = or_(arrived.is_(None), arrived <= DayClose.closed_at)
    return select(DayClose.id).where(DayClose.day == day, before).exists()


def _arrival(model: Any, of: Any) -> Any:
    """When who a row of this model is about arrived: of the row there, or of its image."""

    def told(name: str) -> Any:
        return getattr(of, name) if of is model else func.json_extract(of, f"$.{name}")

    if model is Visit:
        return type_coerce(told("arrived_at"), Visit.arrived_at.type)
    guest = aliased(Visit)
    return select(guest.arrived_at).where(guest.id == told("visit_id")).scalar_subquery()
