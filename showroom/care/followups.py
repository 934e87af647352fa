"""The contacts that are due: done with a result, tried in vain, postponed (DOMAIN §2.2, §5.1).

What is most urgent stands first: value × lateness. The value is that of the rule that gave the day
(`showroom.people.rules`), where somebody chose the day of a next contact that of its level.
Lateness is the days since it was due and one more: what is due today counts once. A day that was
said to the customer counts twice. Before all of them stand those whose time of day has come or
comes within the hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, case, func, select, type_coerce
from sqlalchemy.orm import Session

from showroom import choices, dates, settings
from showroom.care import cover
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, mask, staff
from showroom.i18n import N_, _
from showroom.people import customers, promises, rules
from showroom.store import barred, journal
from showroom.store.models import Customer, FollowUp, Honorific, Level, Promise, Status, Way
from showroom.text import clean

RESULTS = {
    "reached": N_("Spoken to"),
    "coming": N_("Will come in"),
    "comparing": N_("Still comparing"),
    "satisfied": N_("Satisfied"),
    "complaint": N_("Not satisfied"),
    "no_answer": N_("No answer"),
}
"""What usually comes of a contact; the last is an attempt and leaves the promise open."""

NO_ANSWER, NOT_SATISFIED = "no_answer", "complaint"
SOON = timedelta(hours=1)
"""So long before its time a contact comes to the top of the list."""
TOLD = 2
"""So many times counts what the customer was told."""
REASONS = {
    "busy": N_("He is busy"),
    "asked": N_("He asked for another day"),
    "travels": N_("He is out of town"),
    "waits": N_("What he waits for is not here yet"),
    "short": N_("No time here today"),
}
"""What a contact is postponed for, most often."""


class FollowUpRow(NamedTuple):
    """One contact; `late` are the days since it was due, below 0 it is still to come.

    `staff` says who makes it today, and for whom; `value` × lateness is its place in the list, see
    `urgency`. `agreed`: he was told the day; `clock`: the time of that day, where one was said.
    """

    id: int
    customer_id: int
    name: str
    honorific: Honorific
    phone: str
    rule: Promise
    due_on: date
    late: int
    level: Level
    status: Status
    model: str
    staff_id: int | None
    staff: str
    consultant: str
    last_visit_on: date | None
    last_contact_on: date | None
    last_result: str
    done_at: datetime | None
    result: str
    value: int = 0
    asked_by: str = ""
    agreed: bool = False
    covered: bool = False
    clock: time | None = None

    def minutes(self, now: datetime) -> int | None:
        """Minutes since its time, below 0 until then; None without one or when it is done."""
        if self.clock is None or self.done_at is not None:
            return None
        return dates.minutes_between(dates.at(self.due_on, self.clock), now)

    def is_pressing(self, now: datetime) -> bool:
        """Whether its time has come or comes within the hour: it stands before the others."""
        minutes = self.minutes(now)
        return minutes is not None and minutes >= -SOON.total_seconds() / 60

    @property
    def urgency(self) -> int:
        """Value × lateness, twice where he was told the day; 0 for what is to come."""
        return self.value * max(0, self.late + 1) * (TOLD if self.agreed else 1)


class Board(NamedTuple):
    """Ids of what is due by today, `late` of them since before; what is to come; done today."""

    due: list[int]
    late: int
    coming: list[int]
    done: list[int]


def board(
    session: Session,
    today: date,
    *,
    ahead: int = 7,
    staff_id: int | None = None,
    now: datetime | None = None,
) -> Board:
    """What is to be done and was done, as the desk lists it; narrowed to who makes it today."""
    found = session.execute(_due(session, today, staff_id, now)).all()
    coming = (
        _open_ones(session, today, staff_id)
        .where(FollowUp.due_on > today, FollowUp.due_on <= today + timedelta(days=ahead))
        .order_by(FollowUp.due_on, FollowUp.clock.nulls_last(), FollowUp.id)
        .with_only_columns(FollowUp.id)
    )
    return Board(
        [id for id, _on in found],
        sum(on < today for _id, on in found),
        list(session.scalars(coming)),
        done_on(session, today, staff_id=staff_id),
    )


def due(
    session: Session, today: date, *, staff_id: int | None = None, now: datetime | None = None
) -> list[int]:
    """Ids of what is due by today: whose time has come by `now`, then the most urgent first.

    Who must not be contacted is in no list; `staff_id` narrows to who makes it today: what was
    given to him, unless he is away, and to those he stands in for. Without `now` no time counts.
    """
    return [id for id, _on in session.execute(_due(session, today, staff_id, now))]


def count_due(session: Session, today: date) -> int:
    """How many are due by today."""
    found = _open_ones(session, today, None).where(FollowUp.due_on <= today).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def first_clock(session: Session, today: date) -> time | None:
    """The first time of today at which somebody is still to be contacted."""
    of_today = (FollowUp.done_at.is_(None), FollowUp.due_on == today, FollowUp.clock.is_not(None))
    reached = ~barred.silent(FollowUp.customer_id)
    return session.scalar(select(func.min(FollowUp.clock)).where(*of_today, reached))


def _due(
    session: Session, today: date, staff_id: int | None, now: datetime | None
) -> Select[int, date]:
    late = func.julianday(str(today)) - func.julianday(FollowUp.due_on) + 1
    told = case((FollowUp.agreed, TOLD), else_=1)
    urgency = _value(settings.load(session)) * late * told
    return (
        _open_ones(session, today, staff_id)
        .where(FollowUp.due_on <= today)
        .order_by(*_pressing(today, now), urgency.desc(), FollowUp.due_on, FollowUp.id)
    )


def _pressing(today: date, now: datetime | None) -> list[ColumnElement[Any]]:
    """Whose time comes within the hour or has come today, by their time; then of earlier days."""
    if now is None:
        return []
    until = dates.local(now + SOON)
    clock = until.time() if until.date() == today else time.max
    of_today = and_(FollowUp.due_on == today, FollowUp.clock <= clock)
    missed = and_(FollowUp.due_on < today, FollowUp.clock.is_not(None))
    return [case((of_today, 0), (missed, 1), else_=2), case((of_today, FollowUp.clock))]


def _value(shop: settings.Settings) -> ColumnElement[int]:
    """The value of a contact: that of its rule; where somebody chose the day that of the level."""
    level = case(
        {level.value: rules.rule(shop, rules.of_level(level)).value for level in Level},
        value=type_coerce(Customer.level, String),
        else_=1,
    )
    his = select(level).where(Customer.id == FollowUp.customer_id).scalar_subquery()
    asked = case(_asked(shop), value=FollowUp.asked_by, else_=his)
    values = {asks.value: worth for asks, worth in _worth(shop).items()}
    return case(values, value=type_coerce(FollowUp.rule, String), else_=asked)


def _asked(shop: settings.Settings) -> dict[str, int]:
    """The value of each occasion of a next contact."""
    nexts = [one.code for one in rules.OCCASIONS if one.promise is Promise.NEXT]
    return {code: rules.rule(shop, code).value for code in nexts}


def _worth(shop: settings.Settings) -> dict[Promise, int]:
    """The value of each promise but the next contact."""
    found = {kind: rules.rule(shop, "dates").value for kind in promises.DATES}
    for one in rules.OCCASIONS:
        if one.promise not in (None, Promise.NEXT, *promises.DATES):
            found[one.promise] = rules.rule(shop, one.code).value
    return found


def _open_ones(session: Session, today: date, staff_id: int | None) -> Select[int, date]:
    """What is not done yet, of whoever may be reached."""
    query = select(FollowUp.id, FollowUp.due_on).where(
        FollowUp.done_at.is_(None), ~barred.silent(FollowUp.customer_id)
    )
    if staff_id is None:
        return query
    here = cover.on(session, today, today=today)
    his: ColumnElement[bool] = FollowUp.staff_id.in_(here.whose(staff_id))
    if here.does(None) == staff_id:
        his = his | FollowUp.staff_id.is_(None)
    barred_ones = _not_by(session)
    if barred_ones:
        theirs = select(FollowUp.id, FollowUp.staff_id).where(FollowUp.id.in_(barred_ones))
        makes = {id: here.does(whose, barred_ones[id]) for id, whose in session.execute(theirs)}
        mine = [id for id, doer in makes.items() if doer == staff_id]
        his = (his & FollowUp.id.not_in(makes)) | FollowUp.id.in_(mine)
    return query.where(his)


def _not_by(session: Session) -> dict[int, set[int]]:
    """Who makes no closing call because the complaint is about him, by its id."""
    from showroom.care import complaint_rows

    return complaint_rows.not_by(session)


def done_on(session: Session, day: date, *, staff_id: int | None = None) -> list[int]:
    """Ids of what was done on a day, the last first."""
    start, end = dates.at(day, time.min), dates.at(day + timedelta(days=1), time.min)
    query = (
        select(FollowUp.id)
        .where(FollowUp.done_at >= start, FollowUp.done_at < end)
        .order_by(FollowUp.done_at.desc(), FollowUp.id.desc())
    )
    if staff_id is not None:
        query = query.where(FollowUp.staff_id == staff_id)
    return list(session.scalars(query))


def rows(session: Session, ids: Sequence[int], today: date) -> list[FollowUpRow]:
    """The lines for these ids, in no order; an id that is gone has none."""
    found = session.execute(
        select(FollowUp, Customer)
        .join(Customer, Customer.id == FollowUp.customer_id)
        .where(FollowUp.id.in_(ids))
    ).all()
    owners = {customer.id for _follow_up, customer in found}
    silent = consent.withdrawn(session)[Way.PHONE]
    phones = customers.first_phones(session, owners)
    seen = mask.seen(session, owners)
    last: dict[int, tuple[datetime | None, str]] = {
        owner: (at, result)
        for owner, at, result in session.execute(
            select(FollowUp.customer_id, FollowUp.done_at, FollowUp.result)
            .where(FollowUp.customer_id.in_(owners), FollowUp.done_at.is_not(None))
            .order_by(FollowUp.done_at, FollowUp.id)
        )
    }
    labels, names = choices.labels(session), staff.names(session)
    shop, here = settings.load(session), cover.on(session, today, today=today)
    worth, asked, not_by = _worth(shop), _asked(shop), _not_by(session)
    lines = []
    for follow_up, customer in found:
        contacted_at, said = last.get(customer.id, (None, ""))
        whole, besides = customer.id in seen, not_by.get(follow_up.id, ())
        lines.append(
            FollowUpRow(
                id=follow_up.id,
                customer_id=customer.id,
                name=customer.name,
                honorific=customer.honorific,
                phone=""
                if customer.do_not_contact or customer.id in silent
                else phones.get(customer.id, ""),
                rule=follow_up.rule,
                due_on=follow_up.due_on,
                late=(today - follow_up.due_on).days,
                level=customer.level,
                status=customer.status,
                model=labels.get(customer.model_id or 0, ""),
                staff_id=follow_up.staff_id,
                staff=here.said(follow_up.staff_id, besides)
                if follow_up.done_at is None
                else names.get(follow_up.staff_id or 0, ""),
                consultant=names.get(customer.consultant_id or 0, ""),
                last_visit_on=customer.last_visit_on,
                last_contact_on=dates.local_day(contacted_at) if contacted_at else None,
                last_result=mask.text(said, whole=whole),
                done_at=follow_up.done_at,
                result=mask.text(follow_up.result, whole=whole),
                value=worth.get(follow_up.rule)
                or asked.get(follow_up.asked_by)
                or asked[rules.of_level(customer.level)],
                asked_by=follow_up.asked_by,
                agreed=follow_up.agreed,
                covered=follow_up.done_at is None
                and here.does(follow_up.staff_id, besides) != follow_up.staff_id,
                clock=follow_up.clock,
            )
        )
    return lines


def done(
    session: Session,
    follow_up_id: int,
    *,
    result: str,
    level: Level | None = None,
    reached: bool = True,
    content: bool = True,
    next_on: date | None = None,
    next_clock: time | None = None,
    now: datetime,
    today: date,
) -> FollowUp | None:
    """Note what came of a contact, in words; a level moves with it. Returns what is promised next.

    Who is not `content` at the closing call has his complaint opened again.

    The next contact follows by level; who was not reached is tried again tomorrow; a contact every
    two months comes back. Whoever stood in made it; what follows is not his. `next_on` is another
    day, at `next_clock`; today, where that is still to come. Who was reached was told it, no rule
    moves it. Raises `Invalid` beside `result` when nothing is said, beside `next` for a day or time
    that is over or many years away, and `ShowroomError` when it was done already, the customer must
    not be contacted, or who sits at the desk is whom he complains about.
    """
    follow_up, customer = _open(session, follow_up_id)
    said, problems = clean(result), {}
    if not said:
        problems["result"] = _("Say what came of it.")
    over = _over(next_on, next_clock, now=now, today=today) if next_on is not None else ""
    if over:
        problems["next"] = over
    if problems:
        raise Invalid(problems)
    journal.act(session, "follow_up", customer)
    whose, doer = follow_up.staff_id, _doer(session, follow_up, today)
    follow_up.done_at, follow_up.result = now, said
    follow_up.staff_id = doer
    session.flush()
    if reached and follow_up.rule is Promise.THANK_INTRODUCER and follow_up.deal_id is None:
        from showroom.people import talks

        talks.thanked(session, customer.id, now=now)
    if reached and follow_up.rule is Promise.COMPLAINT:
        from showroom.care import complaints

        complaints.called(session, customer.id, said, content=content, now=now)
    if level is not None and level is not customer.level:
        customers.set_level(session, customer.id, level, today=today)
    coming = _next(session, follow_up, customer, reached, today, whose)
    session.flush()
    if next_on is not None:
        coming = _choose(session, customer, coming, dates.When(next_on, next_clock), whose)
        if coming is not None:
            coming.agreed = reached
        session.flush()
    return coming


def _over(on: date | None, clock: time | None, *, now: datetime | None, today: date) -> str:
    """Why nothing can be promised for then; "" where it is still to come."""
    if on is None or on < today or (on == today and (clock is None or now is None)):
        return _("Choose a day after today.")
    if said := dates.too_far(on, today, dates.CONTACT_YEARS):
        return said
    if clock is not None and now is not None and dates.at(on, clock) <= now:
        said = _("{time} is over today. Enter a later time, or the day, too.")
        return said.format(time=f"{clock:%H:%M}")
    return ""


def _doer(session: Session, follow_up: FollowUp, today: date) -> int | None:
    """Who made it: while he is away his stand-in, unless he sits at the desk himself.

    What is nobody's was made by who sits there.
    """
    whose: int | None = follow_up.staff_id
    sits: int | None = session.info.get("staff_id")
    if sits is not None and whose in (None, sits):
        return sits
    here = cover.on(session, today, today=today)
    return here.does(whose, _not_by(session).get(follow_up.id, ())) or whose


def _choose(
    session: Session,
    customer: Customer,
    coming: FollowUp | None,
    when: dates.When,
    whose: int | None,
) -> FollowUp | None:
    """What comes next is on this day; where nothing would come, a next contact."""
    if coming is None:
        open_one = (FollowUp.customer_id == customer.id, FollowUp.done_at.is_(None))
        waits = select(FollowUp).where(*open_one, FollowUp.rule == Promise.NEXT)
        coming = session.scalar(waits) or promises.promise(
            session, customer, Promise.NEXT, when.on, staff_id=whose
        )
    if coming is not None:
        coming.due_on, coming.clock = when
        coming.asked_by, coming.since = "", None
    return coming


def _next(
    session: Session,
    follow_up: FollowUp,
    customer: Customer,
    reached: bool,
    today: date,
    whose: int | None,
) -> FollowUp | None:
    rule, again = follow_up.rule, today + timedelta(days=1)
    if rule is Promise.NEXT:
        coming = promises.next_contact(session, customer, today=today)
        if coming is not None and not reached and not coming.agreed:
            coming.due_on, coming.clock, coming.asked_by, coming.since = again, None, "", None
        if coming is not None or reached:
            return coming
    if not reached:  # also of an owner or a lost customer: what he was told is still owed to him
        coming = promises.promise(
            session, customer, rule, again, deal_id=follow_up.deal_id, staff_id=whose
        )
        if coming is not None and rule is Promise.NEXT:
            coming.agreed = follow_up.agreed
        return coming
    if rule is Promise.TWO_MONTHS:
        code = rules.OF_PROMISE[rule]
        return promises.by_rule(session, customer, code, today, deal_id=follow_up.deal_id)
    return None


def postpone(
    session: Session,
    follow_up_id: int,
    *,
    to: date | None,
    clock: time | None = None,
    why: str,
    agreed: bool = False,
    now: datetime | None = None,
    today: date,
) -> None:
    """Move a contact to a later day, with the reason; `agreed`: he was told that day.

    With `now` also to a time of today that is still to come; without `clock` it has no time then.

    Raises `Invalid` beside `to` or `why`, `ShowroomError` as `done`.
    """
    follow_up, customer = _open(session, follow_up_id)
    problems = {}
    over = _over(to, clock, now=now, today=today)
    if over:
        problems["to"] = over
    if not clean(why):
        problems["why"] = _("Say why it is postponed.")
    if problems or to is None:
        raise Invalid(problems)
    journal.act(session, "postpone", customer, why=clean(why))
    follow_up.due_on, follow_up.clock, follow_up.agreed = to, clock, agreed
    follow_up.asked_by, follow_up.since = "", None


def _open(session: Session, follow_up_id: int) -> tuple[FollowUp, Customer]:
    follow_up = session.get(FollowUp, follow_up_id)
    if follow_up is None:
        raise ShowroomError(_("This follow-up is no longer there."))
    if follow_up.done_at is not None:
        raise ShowroomError(_("This follow-up is done already."))
    customer = session.get_one(Customer, follow_up.customer_id)
    if consent.is_barred(session, customer.id):
        raise ShowroomError(_("This customer must not be contacted."))
    if follow_up.rule is Promise.COMPLAINT:
        from showroom.care import complaints

        complaints.refuse_call(session, follow_up.id)
    return follow_up, customer
