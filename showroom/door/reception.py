"""The visit: arrive, complete, leave (DESIGN §4.1-4.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, text
from showroom.door import guests, handover, identity, testdrives, visits
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed, mask
from showroom.i18n import _
from showroom.people import customers, titles
from showroom.store import journal
from showroom.store.models import (
    CameBy,
    ChoiceKind,
    Customer,
    Level,
    Phone,
    Visit,
    VisitKind,
)

FIELDS = frozenset(
    "name honorific model_id channel_id errand_id level note came_by colour_id rival quoted trim "
    "offer".split()
)


def arrive(
    session: Session,
    *,
    people: int = 1,
    now: datetime,
    kind: VisitKind = VisitKind.WALK_IN,
    errand_id: int | None = None,
    came_by: CameBy | None = None,
) -> Visit:
    """A party comes in, calls, or comes on an errand: its clock runs.

    A walk-in is handed to whose turn it is, and came by the first of the channels until somebody
    says otherwise. Raises `Invalid` beside `people`.
    """
    visit = begin(session, people=people, now=now, kind=kind, errand_id=errand_id, came_by=came_by)
    if kind is VisitKind.WALK_IN:
        handover.to_next(session, visit)
    return visit


_LAST_NUMBER: Final = select(func.max(Visit.number)).where(Visit.day == bindparam("day"))


def begin(
    session: Session,
    *,
    people: int,
    now: datetime,
    kind: VisitKind,
    errand_id: int | None = None,
    came_by: CameBy | None = None,
    verb: str = "arrive",
) -> Visit:
    """A visit with the next number of its day, not handed over yet. Part of an arrival."""
    if not 1 <= people <= 99:
        raise Invalid({"people": _("A party has 1 to 99 people.")})
    day = dates.local_day(now)
    closed.require_open(session, day, arrived=now)
    last = session.scalar(_LAST_NUMBER, {"day": day})
    visit = Visit(
        kind=kind,
        day=day,
        number=(last or 0) + 1,
        arrived_at=now,
        people=people,
        errand_id=errand_id,
        came_by=came_by,
    )
    journal.act(session, verb, visit)
    if kind is VisitKind.WALK_IN:
        visit.channel_id = choices.first(session, ChoiceKind.CHANNEL)
    session.add(visit)
    session.flush()
    return visit


def complete(session: Session, visit_id: int, *, now: datetime, **facts: Any) -> None:
    """Fill in what is known of a visit: any of `FIELDS`, `people`, and `phone` as it was typed.

    A valid phone captures the customer: the one on file (by phone and name, or the only one), else
    a new one; an anonymous guest becomes him. A model may be given by its name; a new one joins the
    list. Facts go on to the customer. Raises `Invalid` beside the field, `ShowroomError` when who
    came was erased.
    """
    visit = visits.to_write(session, visit_id)
    if visit.customer_id is not None and _erased(session, visit.customer_id):
        raise ShowroomError(_("Who came was erased: the visit stays without a name."))
    journal.act(session, "complete", visit)
    phone = facts.pop("phone", None)
    people = facts.pop("people", None)
    if people is not None:
        if not 1 <= people <= 99:
            raise Invalid({"people": _("A party has 1 to 99 people.")})
        visit.people = people
    if facts.get("level") is Level.ORDERED and visit.level is not Level.ORDERED:
        raise Invalid({"level": _("A level of ordered comes from closing a deal.")})
    if isinstance(facts.get("model_id"), str):
        facts["model_id"] = choices.find_or_add(session, ChoiceKind.MODEL, facts["model_id"])
    if "name" in facts:
        facts |= titles.heard(facts["name"], facts.get("honorific", visit.honorific))
    for fact, value in facts.items():
        if fact not in FIELDS:
            raise ValueError(fact)
        if type(value) is str:
            value = mask.meant(text.clean(value), getattr(visit, fact) or "")
        setattr(visit, fact, value)
    if facts.get("offer"):
        visit.quoted = True
    if len(visit.name) > customers.LONGEST_NAME:
        raise Invalid(
            {
                "name": _("A name has at most {count} characters.").format(
                    count=customers.LONGEST_NAME
                )
            }
        )
    if phone is not None and text.narrow(phone) and not _is_his(session, visit, phone):
        identity.capture(session, visit, text.phone(phone), now)
    if visit.customer_id is not None:
        identity.tell_customer(session, visit, facts)


def _is_his(session: Session, visit: Visit, shown: str) -> bool:
    """Whether that is the number of who came as it was shown, hidden."""
    if not text.is_hidden(shown):
        return False
    numbers = session.scalars(select(Phone.number).where(Phone.customer_id == visit.customer_id))
    return any(mask.is_same(shown, number) for number in numbers)


def _erased(session: Session, customer_id: int) -> bool:
    return session.get_one(Customer, customer_id).erased_at is not None


def leave(session: Session, visit_id: int, *, at: datetime) -> None:
    """The party goes. Raises `Invalid` beside `left` when that is before it came, or while it
    drives.
    """
    visit = visits.to_write(session, visit_id)
    _refuse_before(visit, at)
    testdrives.refuse_running(session, visit_id)
    journal.act(session, "leave", visit)
    visit.left_at = at
    guests.stay_if_refused(session, visit, now=at)


def leave_unmet(session: Session, visit_id: int, *, reason_id: int, at: datetime) -> None:
    """The party went, and nobody had received it, for a reason of `ChoiceKind.UNMET` (DOMAIN §9).

    Who should have received it has his turn back. One that left already keeps its time. Raises
    `Invalid` beside `left` when that is before it came or while they drive, `ShowroomError` for a
    call.
    """
    visit = visits.to_write(session, visit_id)
    if visit.kind is VisitKind.CALL:
        raise ShowroomError(_("A call ends with F8: nobody waited in the showroom."))
    if visit.left_at is None:
        _refuse_before(visit, at)
        testdrives.refuse_running(session, visit_id)
    journal.act(session, "unmet", visit)
    handover.hand_over(session, visit.id, None)
    visit.unmet_id = reason_id
    visit.left_at = visit.left_at or at


def _refuse_before(visit: Visit, at: datetime) -> None:
    if at < visit.arrived_at:
        raise Invalid(
            {
                "left": _("They arrived at {time}; leaving cannot be before that.").format(
                    time=dates.show_clock(visit.arrived_at)
                )
            }
        )


def come_back(session: Session, visit_id: int) -> None:
    """They had not left after all; a party nobody had received goes to whose turn it is."""
    visit = visits.to_write(session, visit_id)
    journal.act(session, "reopen", visit)
    visit.left_at = None
    if visit.unmet_id is not None:
        visit.unmet_id = None
        if visit.kind is VisitKind.WALK_IN and visit.consultant_id is None:
            handover.to_next(session, visit)


def change_arrival(session: Session, visit_id: int, at: datetime) -> None:
    """The party came earlier or later on the same day than noted. Raises `Invalid` on `arrived`."""
    visit = visits.to_write(session, visit_id)
    problem = ""
    if dates.local_day(at) != visit.day:
        problem = _("The arrival stays on its day.")
    elif visit.left_at is not None and at > visit.left_at:
        problem = _("They left at {time}; arriving cannot be after that.").format(
            time=dates.show_clock(visit.left_at)
        )
    if problem:
        raise Invalid({"arrived": problem})
    closed.require_open(session, visit.day, arrived=at)
    journal.act(session, "complete", visit)
    visit.arrived_at = at
