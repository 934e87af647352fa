"""The visit: arrive, hand over, complete, leave (DESIGN §4.1-4.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, text
from showroom.door import appointments, guests, testdrives, turns
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed, consent, mask
from showroom.i18n import _
from showroom.people import customers, promises, protection
from showroom.store import journal
from showroom.store.models import (
    CameBy,
    ChoiceKind,
    Customer,
    HandOver,
    Honorific,
    Level,
    Phone,
    Staff,
    Status,
    Visit,
    VisitKind,
)

FIELDS = frozenset(
    "name honorific model_id channel_id errand_id level note came_by colour_id rival quoted".split()
)
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
    visit = begin(session, people=people, now=now, kind=kind, errand_id=errand_id, came_by=came_by)
    if kind is VisitKind.WALK_IN:
        to_next(session, visit)
    return visit


def to_next(session: Session, visit: Visit) -> None:
    """Hand the party to whose turn it is; to nobody when nobody is there."""
    found = turns.next_up(session, visit.day)
    if found is not None:
        hand_over(session, visit.id, found.staff_id, found.hand_over)


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

    Without a reason it is his turn (or one he is owed), the consultant on file, or who stands in
    for him; else the desk's word. What it cost who had the party before he gets back. Raises
    `Invalid` beside `consultant_id` when a turn is made good that nobody owes him.
    """
    visit = _get(session, visit_id)
    closed.require_open(session, visit.day)
    journal.act(session, "hand_over", visit)
    before, reason_before = visit.consultant_id, visit.hand_over
    if before == consultant_id and reason in (None, reason_before):
        return
    if before is not None:
        turns.give_back(session, before, reason_before)
    visit.stands_in_for_id = None
    if consultant_id is None:
        visit.consultant_id, visit.hand_over = None, None
        return
    known = session.get(Customer, visit.customer_id) if visit.customer_id is not None else None
    reason = reason or _reason(session, visit, known, consultant_id)
    if reason is HandOver.TURN:
        turns.took(session, consultant_id, visit.day, visit_id=visit.id)
    elif reason is HandOver.COMPENSATION:
        turns.made_good(session, consultant_id)
    visit.consultant_id, visit.hand_over = consultant_id, reason
    if known is None:
        return
    if reason is HandOver.STAND_IN:
        visit.stands_in_for_id = known.consultant_id
    elif known.consultant_id is None or (known.consultant_id == before and not visit.again):
        known.consultant_id = consultant_id


def _reason(session: Session, visit: Visit, known: Customer | None, consultant_id: int) -> HandOver:
    """Why he receives this party, as far as the desk can tell (DOMAIN §3.4)."""
    if known is not None and known.consultant_id == consultant_id:
        return HandOver.ON_FILE
    if known is not None and visit.hand_over in (HandOver.ON_FILE, HandOver.STAND_IN):
        return HandOver.STAND_IN
    row = turns.next_up(session, visit.day, without=visit.id)
    if row is not None and row.staff_id == consultant_id:
        return row.hand_over
    return HandOver.ASSIGNED


def complete(session: Session, visit_id: int, *, now: datetime, **facts: Any) -> None:
    """Fill in what is known of a visit: any of `FIELDS`, `people`, and `phone` as it was typed.

    A valid phone captures the customer: the one on file (by phone and name, or the only one), else
    a new one; an anonymous guest becomes him. A model may be given by its name; a new one joins the
    list. Facts go on to the customer. Raises `Invalid` beside the field, `ShowroomError` when who
    came was erased.
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
    """Join the visit to whom the number belongs, or make him.

    Of an anonymous guest that is he himself, or somebody on file whom he turns out to be.
    """
    current = session.get(Customer, visit.customer_id) if visit.customer_id is not None else None
    same = customers.by_phone(session, number)
    if current is not None and current.id in same:
        return
    if current is not None and not guests.is_anonymous(current):
        _correct_phone(session, current.id, number, visit.day)
        consent.captured(session, current.id, now=now, visit_id=visit.id)
        return
    chosen = _who(session, same, visit.name)
    if chosen is None:
        chosen = guests.stay(session, visit, now=now).id
        customers.add_phone(session, chosen, number, on=visit.day)
    elif current is not None:
        guests.merge(session, current.id, chosen)
    customers.left_contact(session.get_one(Customer, chosen), visit.day)
    join(session, visit.id, chosen)
    consent.captured(session, chosen, now=now, visit_id=visit.id)


def _correct_phone(session: Session, customer_id: int, number: str, on: date) -> None:
    """Another number for who is known: a correction while this is his only visit, else one more."""
    numbers = session.scalars(select(Phone.id).where(Phone.customer_id == customer_id)).all()
    visits = session.scalar(
        select(func.count()).select_from(Visit).where(Visit.customer_id == customer_id)
    )
    if len(numbers) == 1 and visits == 1:
        customers.change_phone(session, numbers[0], number)
    else:
        customers.add_phone(session, customer_id, number, on=on)


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
    (DESIGN §4.2). Whoever left no contact stays anonymous, see `recognise`.
    """
    visit = _get(session, visit_id)
    customer = session.get_one(Customer, customer_id)
    journal.act(session, "complete", visit)
    before, visit.customer_id = visit.customer_id, customer_id
    visit.again = _came_before(session, visit)
    guests.reckon(session, customer_id, anew=[visit_id])
    if before is not None and before != customer_id:
        guests.reckon(session, before)
    protected = _protected(session, customer, visit.day)
    if customer.consultant_id is None or _has_left(session, customer.consultant_id):
        customer.consultant_id = visit.consultant_id or customer.consultant_id
    elif protected and visit.left_at is None:
        _to_who_is_on_file(session, visit, customer.consultant_id)
    if visit.kind is not VisitKind.CALL:
        customer.first_visit_on = min(customer.first_visit_on or visit.day, visit.day)
        customer.last_visit_on = max(customer.last_visit_on or visit.day, visit.day)
    visit.name = visit.name or customer.name
    if visit.honorific is Honorific.NONE:
        visit.honorific = customer.honorific
    visit.model_id = visit.model_id or customer.model_id
    if visit.channel_id in (None, choices.first(session, ChoiceKind.CHANNEL)):
        visit.channel_id = customer.channel_id or visit.channel_id
    if visit.level is None and customer.level is not Level.UNRATED:
        visit.level = customer.level
    gone = (Status.VISITED, Status.DORMANT, Status.LOST, Status.INVALID)
    if customer.status in gone and customer.contact_on is not None:
        customer.status = Status.OPEN
    _tell_customer(session, visit, {})
    promises.next_contact(session, customer, today=visit.day, first_visit=not visit.again)
    expected = appointments.arrived(session, visit)
    wanted = expected.consultant_id if expected is not None else None
    by_turn = visit.hand_over in (HandOver.TURN, HandOver.COMPENSATION) and visit.left_at is None
    if wanted is not None and by_turn and appointments.on_post(session, wanted):
        hand_over(session, visit.id, wanted, HandOver.APPOINTMENT)


def _to_who_is_on_file(session: Session, visit: Visit, consultant_id: int) -> None:
    """The consultant on file receives; while he is not on post, somebody stands in for him.

    Neither uses a turn, also when it would have been his.
    """
    if visit.consultant_id == consultant_id:
        if visit.again and visit.hand_over in (HandOver.TURN, HandOver.COMPENSATION):
            hand_over(session, visit.id, consultant_id, HandOver.ON_FILE)
        return
    if visit.kind is VisitKind.WALK_IN and turns.absent(session, consultant_id):
        row = turns.next_up(session, visit.day)
        stands_in = visit.consultant_id or (row.staff_id if row is not None else None)
        if stands_in is not None:
            hand_over(session, visit.id, stands_in, HandOver.STAND_IN)
        return
    hand_over(session, visit.id, consultant_id, HandOver.ON_FILE)


def _has_left(session: Session, staff_id: int) -> bool:
    return not session.get_one(Staff, staff_id).active


def recognise(session: Session, visit_id: int, guest_id: int) -> int:
    """This party is a guest who left no contact before: all his visits are one customer's.

    Whoever left his phone at this visit already takes the guest's visits and traits over. Returns
    the customer. One undo parts them again. Raises `ShowroomError` for who is not anonymous.
    """
    visit = _get(session, visit_id)
    closed.require_open(session, visit.day)
    guest = session.get(Customer, guest_id)
    if guest is None or not guests.is_anonymous(guest):
        raise ShowroomError(
            _("Only a guest who left no contact can be joined with another customer.")
        )
    his = visit.customer_id
    current = session.get_one(Customer, his) if his is not None else None
    if current is None or guests.is_anonymous(current):
        journal.act(session, "join", guest)
        if current is not None:
            guests.merge(session, current.id, guest_id)
        join(session, visit_id, guest_id)
        return guest_id
    journal.act(session, "join", current)
    guests.merge(session, guest_id, current.id)
    return current.id


def part(session: Session, visit_id: int) -> None:
    """It is not he after all: the visit is nobody's again. What was typed at the visit stays.

    Raises `ShowroomError` for who left a contact: then the phone says who it was.
    """
    visit = _get(session, visit_id)
    closed.require_open(session, visit.day)
    if visit.customer_id is None:
        return
    customer = session.get_one(Customer, visit.customer_id)
    if customer.contact_on is not None:
        raise ShowroomError(
            _("He left a contact: enter the right phone at the visit to say who it was.")
        )
    journal.act(session, "join", customer)
    visit.customer_id, visit.again = None, False
    session.flush()
    guests.reckon(session, customer.id)


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
    """Whether this customer came on an earlier day; again on the same day is the same visit day.

    A call is one more when he called or came before.
    """
    earlier = select(Visit.id).where(Visit.customer_id == visit.customer_id)
    if visit.kind is VisitKind.CALL:
        earlier = earlier.where(Visit.arrived_at < visit.arrived_at, Visit.kind != VisitKind.ERRAND)
    else:
        earlier = earlier.where(Visit.day < visit.day, Visit.kind == VisitKind.WALK_IN)
    return session.scalar(earlier.limit(1)) is not None


def _protected(session: Session, customer: Customer, day: date) -> bool:
    session.flush()
    return protection.days_left(session, [customer.id], today=day).get(customer.id, -1) >= 0


def leave(session: Session, visit_id: int, *, at: datetime) -> None:
    """The party goes. Raises `Invalid` beside `left` when that is before it came, or while it
    drives.
    """
    visit = _get(session, visit_id)
    _refuse_before(visit, at)
    testdrives.refuse_running(session, visit_id)
    journal.act(session, "leave", visit)
    visit.left_at = at
    guests.stay_if_refused(session, visit, now=at)


def leave_unmet(session: Session, visit_id: int, *, reason_id: int, at: datetime) -> None:
    """The party went, and nobody had received it, for a reason of `ChoiceKind.UNMET` (DOMAIN §9).

    Who should have received it has his turn back. One that left already keeps its time. Raises
    `Invalid` beside `left` when that is before it came, `ShowroomError` for a call.
    """
    visit = _get(session, visit_id)
    if visit.kind is VisitKind.CALL:
        raise ShowroomError(_("A call ends with F8: nobody waited in the showroom."))
    if visit.left_at is None:
        _refuse_before(visit, at)
    journal.act(session, "unmet", visit)
    hand_over(session, visit.id, None)
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
    visit = _get(session, visit_id)
    journal.act(session, "reopen", visit)
    visit.left_at = None
    if visit.unmet_id is not None:
        visit.unmet_id = None
        if visit.kind is VisitKind.WALK_IN and visit.consultant_id is None:
            to_next(session, visit)


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
