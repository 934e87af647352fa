"""The visit: arrive, hand over, complete, leave (DESIGN §4.1-4.3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings, text
from showroom.door import turns
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed, consent, mask
from showroom.i18n import _
from showroom.people import customers, promises
from showroom.store import journal
from showroom.store.models import (
    CameBy,
    ChoiceKind,
    Customer,
    HandOver,
    Honorific,
    Level,
    Phone,
    Status,
    Turn,
    Visit,
    VisitKind,
)

FIELDS = frozenset("name honorific model_id channel_id errand_id level note".split())
_TITLES = {
    "先生": Honorific.MR,
    "女士": Honorific.MS,
    "小姐": Honorific.MS,
    "太太": Honorific.MS,
}


# --- the steps


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
    visit = begin(
        session, people=people, now=now, kind=kind, errand_id=errand_id, came_by=came_by
    )
    if kind is VisitKind.WALK_IN:
        consultant_id = turns.next_up(session)
        if consultant_id is not None:
            hand_over(session, visit.id, consultant_id, HandOver.TURN)
    return visit


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
    closed.require_open(session, day)
    last = session.scalar(select(func.max(Visit.number)).where(Visit.day == day))
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


def hand_over(
    session: Session, visit_id: int, consultant_id: int | None, reason: HandOver | None = None
) -> None:
    """Give the party to a consultant; only a turn uses up a turn (DESIGN §4.2).

    Without a reason it is a turn when it is his, else the desk's word.
    """
    visit = _get(session, visit_id)
    journal.act(session, "hand_over", visit)
    if visit.consultant_id == consultant_id and (reason is None or reason is visit.hand_over):
        return
    if visit.hand_over is HandOver.TURN and visit.consultant_id is not None:
        _give_back_turn(session, visit.consultant_id)
    if consultant_id is None:
        visit.consultant_id, visit.hand_over = None, None
        return
    if reason is None:
        mine = turns.next_up(session) == consultant_id
        reason = HandOver.TURN if mine else HandOver.ASSIGNED
    before, visit.consultant_id, visit.hand_over = visit.consultant_id, consultant_id, reason
    if reason is HandOver.TURN:
        turns.took(session, consultant_id)
    if visit.customer_id is not None:
        customer = session.get_one(Customer, visit.customer_id)
        if customer.consultant_id is None or (customer.consultant_id == before and not visit.again):
            customer.consultant_id = consultant_id


def _give_back_turn(session: Session, staff_id: int) -> None:
    """The party went to somebody else after all: who lost it stands first again."""
    turn = session.scalar(select(Turn).where(Turn.staff_id == staff_id))
    if turn is not None:
        turn.position = (session.scalar(select(func.min(Turn.position))) or 0) - 1


def complete(session: Session, visit_id: int, *, now: datetime, **facts: Any) -> None:
    """Fill in what is known of a visit: any of `FIELDS`, `people`, and `phone` as it was typed.

    A valid phone captures the customer: the one on file (by phone and name, or the only one), else
    a new one. A model may be given by its name; a new one joins the list. Facts go on to the
    customer. Raises `Invalid` beside the field, `ShowroomError` when who came was erased.
    """
    visit = _get(session, visit_id)
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
        facts |= _without_title(facts["name"])
    for fact, value in facts.items():
        if fact not in FIELDS:
            raise ValueError(fact)
        if type(value) is str:
            value = mask.meant(text.clean(value), getattr(visit, fact) or "")
        setattr(visit, fact, value)
    if len(visit.name) > customers.LONGEST_NAME:
        raise Invalid(
            {
                "name": _("A name has at most {count} characters.").format(
                    count=customers.LONGEST_NAME
                )
            }
        )
    if phone is not None and text.narrow(phone) and not _is_his(session, visit, phone):
        _capture(session, visit, text.phone(phone), now)
    if visit.customer_id is not None:
        _tell_customer(session, visit, facts)


def _is_his(session: Session, visit: Visit, shown: str) -> bool:
    """Whether that is the number of who came as it was shown, hidden."""
    if not text.is_hidden(shown):
        return False
    numbers = session.scalars(select(Phone.number).where(Phone.customer_id == visit.customer_id))
    return any(mask.is_same(shown, number) for number in numbers)


def _erased(session: Session, customer_id: int) -> bool:
    return session.get_one(Customer, customer_id).erased_at is not None


def _without_title(name: str) -> dict[str, Any]:
    """A name typed with its title, 张伟先生, is a name and an honorific."""
    for title, honorific in _TITLES.items():
        bare = name.strip().removesuffix(title).strip()
        if bare and bare != name.strip():
            return {"name": bare, "honorific": honorific}
    return {"name": name}


def _capture(session: Session, visit: Visit, number: str, now: datetime) -> None:
    """Join the visit to whom the number belongs, or make him."""
    current = visit.customer_id
    same = customers.by_phone(session, number)
    if current in same:
        return
    if current is not None:
        _correct_phone(session, current, number)
        consent.captured(session, current, now=now)
        return
    chosen = _who(session, same, visit.name)
    if chosen is None:
        customer = Customer(
            name=visit.name,
            honorific=visit.honorific,
            status=Status.OPEN,
            level=visit.level or Level.UNRATED,
            consultant_id=visit.consultant_id,
            created_at=now,
        )
        session.add(customer)
        session.flush()
        session.add(Phone(customer_id=customer.id, number=number))
        session.flush()
        chosen = customer.id
        consent.captured(session, chosen, now=now)
    join(session, visit.id, chosen)


def _correct_phone(session: Session, customer_id: int, number: str) -> None:
    """Another number for who is known: a correction while this is his only visit, else one more."""
    numbers = session.scalars(select(Phone.id).where(Phone.customer_id == customer_id)).all()
    visits = session.scalar(
        select(func.count()).select_from(Visit).where(Visit.customer_id == customer_id)
    )
    if len(numbers) == 1 and visits == 1:
        customers.change_phone(session, numbers[0], number)
    else:
        customers.add_phone(session, customer_id, number)


def _who(session: Session, ids: list[int], name: str) -> int | None:
    """Of the customers with a number, the one of that name; without a name the last who came."""
    if not name:
        return ids[0] if ids else None
    for id in ids:
        known = session.get_one(Customer, id).name
        if known == name or not known:
            return id
    return None


def join(session: Session, visit_id: int, customer_id: int) -> None:
    """This party is that customer: first or again is decided, and his consultant receives him.

    The consultant on file receives him while the protection lasts; the turn is given back
    (DESIGN §4.2).
    """
    visit = _get(session, visit_id)
    customer = session.get_one(Customer, customer_id)
    journal.act(session, "complete", visit)
    visit.customer_id = customer_id
    visit.again = _came_before(session, visit)
    protected = _protected(session, customer, visit.day)
    if customer.consultant_id is None:
        customer.consultant_id = visit.consultant_id
    elif protected and customer.consultant_id != visit.consultant_id and visit.left_at is None:
        hand_over(session, visit.id, customer.consultant_id, HandOver.ON_FILE)
    if customer.first_visit_on is None or visit.day < customer.first_visit_on:
        customer.first_visit_on = visit.day
    if customer.last_visit_on is None or visit.day > customer.last_visit_on:
        customer.last_visit_on = visit.day
    visit.name = visit.name or customer.name
    if visit.honorific is Honorific.NONE:
        visit.honorific = customer.honorific
    visit.model_id = visit.model_id or customer.model_id
    if visit.channel_id in (None, choices.first(session, ChoiceKind.CHANNEL)):
        visit.channel_id = customer.channel_id or visit.channel_id
    if visit.level is None and customer.level is not Level.UNRATED:
        visit.level = customer.level
    if customer.status in (Status.VISITED, Status.DORMANT, Status.LOST, Status.INVALID):
        customer.status = Status.OPEN
    _tell_customer(session, visit, {})
    promises.next_contact(session, customer, today=visit.day, first_visit=not visit.again)


def _tell_customer(session: Session, visit: Visit, facts: dict[str, Any]) -> None:
    """What was said at the visit goes into the file; a level moves the next contact."""
    customer = session.get_one(Customer, visit.customer_id)
    customer.name = visit.name or customer.name
    if visit.honorific is not Honorific.NONE:
        customer.honorific = visit.honorific
    customer.model_id = visit.model_id or customer.model_id
    customer.channel_id = customer.channel_id or visit.channel_id
    if "channel_id" in facts and not visit.again:
        unsaid = choices.first(session, ChoiceKind.CHANNEL)
        if customer.channel_id == unsaid and visit.channel_id is not None:
            customer.channel_id = visit.channel_id
    if visit.level is not None and customer.level not in (visit.level, Level.ORDERED):
        customer.level = visit.level
        if "level" in facts:
            promises.next_contact(session, customer, today=visit.day, first_visit=not visit.again)


def _came_before(session: Session, visit: Visit) -> bool:
    """Whether this customer came on an earlier day; again on the same day is the same visit day."""
    earlier = select(Visit.id).where(
        Visit.customer_id == visit.customer_id,
        Visit.day < visit.day,
        Visit.kind == VisitKind.WALK_IN,
    )
    return session.scalar(earlier.limit(1)) is not None


def _protected(session: Session, customer: Customer, day: date) -> bool:
    if customer.consultant_id is None or customer.last_visit_on is None:
        return customer.consultant_id is not None
    days = settings.load(session).protection_days
    return day - customer.last_visit_on <= timedelta(days=days)


def leave(session: Session, visit_id: int, *, at: datetime) -> None:
    """The party goes. Raises `Invalid` beside `left` when that is before it came."""
    visit = _get(session, visit_id)
    if at < visit.arrived_at:
        raise Invalid(
            {
                "left": _("They arrived at {time}; leaving cannot be before that.").format(
                    time=dates.show_clock(visit.arrived_at)
                )
            }
        )
    journal.act(session, "leave", visit)
    visit.left_at = at


def come_back(session: Session, visit_id: int) -> None:
    """They had not left after all."""
    visit = _get(session, visit_id)
    journal.act(session, "reopen", visit)
    visit.left_at = None


def change_arrival(session: Session, visit_id: int, at: datetime) -> None:
    """The party came earlier or later on the same day than noted. Raises `Invalid` on `arrived`."""
    visit = _get(session, visit_id)
    problem = ""
    if dates.local_day(at) != visit.day:
        problem = _("The arrival stays on its day.")
    elif visit.left_at is not None and at > visit.left_at:
        problem = _("They left at {time}; arriving cannot be after that.").format(
            time=dates.show_clock(visit.left_at)
        )
    if problem:
        raise Invalid({"arrived": problem})
    journal.act(session, "complete", visit)
    visit.arrived_at = at


def _get(session: Session, visit_id: int) -> Visit:
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise ShowroomError(_("This visit is no longer there."))
    closed.require_open(session, visit.day)
    return visit
