"""Days in the shop that customers are invited to (店头活动): what, when, where, what is drawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _
from showroom.store import journal
from showroom.store.models import Event, Invitation, Reply
from showroom.text import clean

FIELDS: Final = frozenset("name day until place note prize trace_days club_id".split())
LONGEST: Final = 100
MOST_DAYS: Final = 60
MOST_TRACE: Final = 365


class EventRow(NamedTuple):
    """One event; `invited`, `coming` and `came` are counted in parties, `people` in heads."""

    id: int
    name: str
    day: date
    until: date
    place: str
    note: str
    prize: str
    trace_days: int
    cancelled_at: datetime | None
    club_id: int | None
    invited: int
    coming: int
    came: int
    people: int


def add(session: Session, *, name: str, day: date | None, **facts: Any) -> Event:
    """A new event; `facts` are of `FIELDS`, without `until` it is over on the same day.

    Raises `Invalid` beside the field.
    """
    event = Event(name="", day=day, until=day, trace_days=30)
    held = {"name": name, "day": day, "until": day} | facts
    _check(held | {"until": held["until"] or day})
    journal.act(session, "event", event)
    _set(event, held)
    session.add(event)
    session.flush()
    return event


def change(session: Session, event_id: int, **facts: Any) -> None:
    """Change any of `FIELDS`. Raises `Invalid` beside the field, `ShowroomError` when gone."""
    event = get(session, event_id)
    _check({name: getattr(event, name) for name in FIELDS} | facts)
    journal.act(session, "event", event)
    _set(event, facts)


def cancel(session: Session, event_id: int, *, now: datetime) -> None:
    """It does not take place: nobody is invited or noted as there any more."""
    event = get(session, event_id)
    journal.act(session, "event", event, why=_("called off"))
    event.cancelled_at = event.cancelled_at or now


def put_back(session: Session, event_id: int) -> None:
    """It takes place after all."""
    event = get(session, event_id)
    journal.act(session, "event", event)
    event.cancelled_at = None


def _check(facts: dict[str, Any]) -> None:
    problems: dict[str, str] = {}
    day, until, trace = facts["day"], facts["until"], facts.get("trace_days", 30)
    if not clean(facts["name"]):
        problems["name"] = _("Say what the event is called.")
    if day is None:
        problems["day"] = _("Say on which day it is.")
    elif until is not None and not 0 <= (until - day).days < MOST_DAYS:
        problems["until"] = _("It ends on its first day or up to {count} days later.").format(
            count=MOST_DAYS - 1
        )
    if trace is None or not 0 <= trace <= MOST_TRACE:
        problems["trace_days"] = _("Enter a whole number from {least} to {most}.").format(
            least=0, most=MOST_TRACE
        )
    if problems:
        raise Invalid(problems)


def _set(event: Event, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if name not in FIELDS:
            raise ValueError(name)
        setattr(event, name, clean(value)[:LONGEST] if isinstance(value, str) else value)
    event.until = event.until or event.day


def get(session: Session, event_id: int) -> Event:
    """The event. Raises `ShowroomError` when it is gone."""
    event = session.get(Event, event_id)
    if event is None:
        raise ShowroomError(_("This event is no longer there."))
    return event


def going_on(session: Session, event_id: int) -> Event:
    """An event that takes place. Raises `ShowroomError` for one that was called off."""
    event = get(session, event_id)
    if event.cancelled_at is not None:
        raise ShowroomError(_("{name} was called off.").format(name=event.name))
    return event


# --- reading


def listed(session: Session) -> list[int]:
    """All events, the newest first."""
    return list(session.scalars(select(Event.id).order_by(Event.day.desc(), Event.id.desc())))


def rows(session: Session, ids: list[int]) -> list[EventRow]:
    """The lines for these ids, in no order."""
    counted = {
        id: rest
        for id, *rest in session.execute(
            select(
                Invitation.event_id,
                func.count(Invitation.invited_at),
                func.count().filter(Invitation.reply == Reply.COMES),
                func.count(Invitation.came_at),
                func.sum(Invitation.people).filter(Invitation.came_at.is_not(None)),
            )
            .where(Invitation.event_id.in_(ids))
            .group_by(Invitation.event_id)
        )
    }
    return [
        EventRow(
            e.id,
            e.name,
            e.day,
            e.until,
            e.place,
            e.note,
            e.prize,
            e.trace_days,
            e.cancelled_at,
            e.club_id,
            *(count or 0 for count in counted.get(e.id, (0, 0, 0, 0))),
        )
        for e in session.scalars(select(Event).where(Event.id.in_(ids)))
    ]


def days(day: date, until: date) -> str:
    """2026-11-18, or 2026-11-18 – 11-19."""
    return f"{day:%Y-%m-%d}" if day == until else f"{day:%Y-%m-%d} – {until:%m-%d}"
