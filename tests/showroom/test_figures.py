"""Every figure against a naive recount, and the rules of the domain one by one."""

from __future__ import annotations

import time as clock
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from showroom import choices, dates
from showroom.care import followups
from showroom.deals import closing
from showroom.door import handover, moments, reception, testdrives
from showroom.door.visits import missing
from showroom.figures import counts, cuts, figures
from showroom.figures.counts import Counts, Cut
from showroom.people import customers, referrals
from showroom.settings import Settings
from showroom.store.models import (
    Ask,
    Card,
    Choice,
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Level,
    Moment,
    Outcome,
    Refusal,
    Role,
    Staff,
    Visit,
    VisitKind,
    everything,
)
from showroom.store.models import TestDrive as Drive
from tests import builders as b
from tests.amounts import slow_but

DAY = date(2026, 11, 18)
OWED = Settings().owed


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return dates.at(day, time(hour, minute))


# --- a naive recount


@pytest.fixture(params=slow_but(("Asia/Shanghai",), ("Asia/Shanghai", "UTC", "America/St_Johns")))
def memory(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A file in memory with the same people, models and channels for every example."""
    patch = pytest.MonkeyPatch()
    patch.setenv("TZ", request.param)
    clock.tzset()
    engine = create_engine("sqlite://", poolclass=StaticPool)
    everything().metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Staff(id=n, name=f"顾问{n}", role=Role.CONSULTANT) for n in (1, 2))
        for n, group in ((1, "showroom"), (2, "owners"), (3, "")):
            session.add(
                Choice(id=n, kind=ChoiceKind.CHANNEL, code=f"c{n}", zh="", en="", group=group)
            )
        session.add(Choice(id=4, kind=ChoiceKind.MODEL, code="m", zh="", en=""))
        session.add(Choice(id=5, kind=ChoiceKind.UNMET, code="u", zh="", en=""))
        session.commit()
        yield session
    engine.dispose()
    patch.undo()
    clock.tzset()


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


DAYS = st.integers(0, 2)
MINUTES = st.integers(0, 24 * 60 - 1)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "contact": maybe(st.integers(-2, 2)),
            "channel_id": maybe(st.integers(1, 3)),
        }
    ),
    min_size=1,
    max_size=4,
)
VISITS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(VisitKind),
            "day": DAYS,
            "minute": MINUTES,
            "stay": maybe(st.integers(0, 300)),
            "people": st.integers(1, 9),
            "again": st.booleans(),
            "customer": maybe(st.integers(0, 3)),
            "consultant_id": maybe(st.integers(1, 2)),
            "channel_id": maybe(st.integers(1, 3)),
            "model_id": maybe(st.just(4)),
            "level": maybe(st.sampled_from(Level)),
            "unmet_id": maybe(st.just(5)),
            "drive": st.booleans(),
            "asks": st.lists(
                st.tuples(st.sampled_from(Moment), maybe(st.sampled_from(Refusal))), max_size=3
            ),
        }
    ),
    max_size=12,
)
DEALS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(-1, 2),
        st.sampled_from(["open", "delivered", "cancelled"]),
        maybe(st.integers(1, 2)),
    ),
    max_size=4,
)


def fill(session: Session, people: list[Any], visits: list[Any], deals: list[Any]) -> None:
    for table in (Ask, Drive, Deal, Visit, Customer):
        session.execute(delete(table))
    session.expunge_all()

    def moment(day: int, minute: int) -> datetime:
        return dates.at(DAY + timedelta(days=day), time(minute // 60, minute % 60))

    for n, person in enumerate(people, 1):
        session.add(
            Customer(
                id=n,
                created_at=moment(0, 0),
                contact_on=None
                if person["contact"] is None
                else DAY + timedelta(days=person["contact"]),
                channel_id=person["channel_id"],
            )
        )
    for n, visit in enumerate(visits, 1):
        facts = {k: visit[k] for k in ("kind", "people", "again", "consultant_id", "level")}
        facts |= {k: visit[k] for k in ("channel_id", "model_id", "unmet_id")}
        arrived = moment(visit["day"], visit["minute"])
        customer = visit["customer"]
        session.add(
            Visit(
                id=n,
                number=n,
                day=DAY + timedelta(days=visit["day"]),
                arrived_at=arrived,
                left_at=None
                if visit["stay"] is None
                else arrived + timedelta(minutes=visit["stay"]),
                customer_id=None if customer is None else customer % len(people) + 1,
                **facts,
            )
        )
        if visit["drive"]:
            session.add(Drive(visit_id=n))
        for what, refusal in visit["asks"]:
            outcome = Outcome.GIVEN if refusal is None else Outcome.REFUSED
            session.add(Ask(visit_id=n, moment=what, outcome=outcome, refusal=refusal, at=arrived))
    for n, (customer, day, state, consultant) in enumerate(deals, 1):
        on = DAY + timedelta(days=day)
        session.add(
            Deal(
                id=n,
                number=str(n),
                customer_id=customer % len(people) + 1,
                consultant_id=consultant,
                model_id=4,
                price=Decimal("100000.50") * n,
                ordered_on=on,
                delivered_on=on + timedelta(days=1) if state == "delivered" else None,
                cancelled_on=on + timedelta(days=1) if state == "cancelled" else None,
                cancel_reason_id=4 if state == "cancelled" else None,
                closed_at=moment(day, 0),
            )
        )
    session.flush()


def recount(session: Session, first: date, last: date, by: Cut) -> dict[Any, Counts]:
    """The same counts by looking at every row."""
    people = {c.id: c for c in session.scalars(select(Customer))}
    asked = set(session.scalars(select(Ask.visit_id)))
    driven = set(
        session.scalars(
            select(Drive.visit_id).where(
                Drive.started_at.is_not(None) | Drive.planned_from.is_(None)
            )
        )
    )
    found: dict[Any, Counts] = {}
    seen: set[Any] = set()
    came = session.scalars(select(Visit).order_by(Visit.arrived_at, Visit.id))
    for v in came:
        if not first <= v.day <= last:
            continue
        person = people.get(v.customer_id or 0)
        channel = v.channel_id or (person.channel_id if person else None)
        key = {
            Cut.WHOLE: 0,
            Cut.DAY: v.day,
            Cut.CONSULTANT: v.consultant_id,
            Cut.CHANNEL: channel,
            Cut.MODEL: v.model_id,
        }[by]
        c = found.setdefault(key, Counts())
        left_on = person.contact_on if person is not None else None
        known = left_on is not None and left_on <= v.day
        lacking = missing(v, owed=OWED, asked=v.id in asked, contact=known)
        c.incomplete += v.left_at is not None and bool(lacking)
        if v.kind is VisitKind.CALL:
            c.calls += 1
            continue
        c.parties += 1
        c.people += v.people
        if v.kind is VisitKind.ERRAND:
            c.errands += 1
            continue
        c.drives += v.id in driven
        minutes = 0.0 if v.left_at is None else (v.left_at - v.arrived_at).total_seconds() / 60
        if v.unmet_id is not None:
            c.unmet += v.left_at is not None
            c.waited += minutes
            continue
        c.stays += v.left_at is not None
        c.stayed += minutes
        who = (v.day, v.customer_id or -v.id)
        if who in seen:
            continue
        seen.add(who)
        filed = left_on is not None and left_on < v.day
        c.walk_ins += 1
        c.known += known
        c.captured += known and not filed
        c.again += v.again
        c.first += not v.again
        c.filed += filed and not v.again
        c.left += known and not filed and not v.again
    for d in session.scalars(select(Deal)):
        for name, on in (
            ("orders", d.ordered_on),
            ("delivered", d.delivered_on),
            ("cancelled", d.cancelled_on),
        ):
            if on is None or not first <= on <= last:
                continue
            channel = people[d.customer_id].channel_id
            key = {
                Cut.WHOLE: 0,
                Cut.DAY: on,
                Cut.CONSULTANT: d.consultant_id,
                Cut.CHANNEL: channel,
                Cut.MODEL: d.model_id,
            }[by]
            c = found.setdefault(key, Counts())
            setattr(c, name, getattr(c, name) + 1)
            if name == "orders" and d.cancelled_on is None:
                c.amount += d.price
    return found


def rounded(slices: dict[Any, Counts]) -> dict[Any, Counts]:
    """Minutes to the second: the days of SQLite are floats."""
    for c in slices.values():
        c.stayed, c.waited = round(c.stayed, 2), round(c.waited, 2)
    return {key: c for key, c in slices.items() if c != Counts()}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=PEOPLE, visits=VISITS, deals=DEALS)
def test_every_cut_agrees_with_a_naive_recount(
    memory: Session, people: list[Any], visits: list[Any], deals: list[Any]
) -> None:
    fill(memory, people, visits, deals)
    for first, last in ((DAY, DAY + timedelta(days=2)), (DAY + timedelta(days=1),) * 2):
        for by in Cut:
            counted = rounded(counts.cut(memory, first, last, by))
            assert counted == rounded(recount(memory, first, last, by)), by
    hours: Counter[Any] = Counter()
    asks: Counter[Any] = Counter()
    for v in memory.scalars(select(Visit)):
        if v.kind is not VisitKind.CALL:
            hours[v.day.weekday(), dates.local(v.arrived_at).hour] += 1
        if v.kind is VisitKind.WALK_IN:
            asks.update(
                (a.moment, a.refusal)
                for a in memory.scalars(select(Ask).where(Ask.visit_id == v.id))
            )
    whole = (DAY, DAY + timedelta(days=2))
    assert cuts.by_hour(memory, *whole) == dict(hours)
    for row in cuts.by_moment(memory, *whole):
        mine = {refusal: n for (moment, refusal), n in asks.items() if moment is row.moment}
        assert row.given == mine.pop(None, 0)
        assert (row.refusals, row.asked) == (mine, row.given + sum(mine.values()))


# --- rule by rule


def came(session: Session, hour: int, **facts: Any) -> int:
    """A party that came, was asked in vain unless it left a phone, and went."""
    now = at(hour)
    visit = b.a_visit(session, now=now, **({"name": "张伟"} | facts))
    if "phone" not in facts:
        moments.ask(session, visit, Moment.SEATED, refusal=Refusal.SPAM, now=now)
    reception.leave(session, visit, at=now + timedelta(minutes=30))
    return visit


def test_the_desk_reads_eight_of_ten_first_contacts(db: Any) -> None:
    with db.write() as session:
        b.a_member(session)
        for n in range(10):
            facts = {"phone": b.a_phone()} if n < 8 else {}
            visit = came(session, 8 + n, name=f"客户{n}", **facts)
            if n < 4:
                testdrives.set_driven(session, visit, True, now=at(9))
        errand = reception.arrive(session, people=3, now=at(9), kind=VisitKind.ERRAND)
        reception.arrive(session, people=1, now=at(10), kind=VisitKind.CALL)
        reception.leave(session, errand.id, at=at(10))
        day = figures.day(session, DAY)
    assert (day.parties.value, day.people.value) == (11, 23)
    assert (day.contacts.numerator, day.contacts.denominator) == (8, 10)
    assert day.contacts.shown == "80%"
    assert "÷" in day.contacts.formula
    assert (day.drives.value, day.orders.value) == (4, 0)
    assert day.incomplete.value == 10  # no model yet


def test_a_day_without_visits_has_no_rate(db: Any) -> None:
    with db.read() as session:
        day = figures.day(session, DAY)
    assert (day.parties.value, day.contacts.value, day.contacts.shown) == (0, None, "—")


def test_coming_back_after_lunch_is_the_same_visit_day(db: Any) -> None:
    phone = b.a_phone()
    with db.write() as session:
        came(session, 9, phone=phone)
        came(session, 14, phone=phone)
        day = figures.day(session, DAY)
        counted = counts.whole(session, DAY, DAY)
    assert day.parties.value == 2
    assert (day.contacts.numerator, day.contacts.denominator) == (1, 1)
    assert (counted.walk_ins, counted.again) == (1, 0)


def test_who_comes_back_on_another_day_came_again(db: Any) -> None:
    phone, tomorrow = b.a_phone(), DAY + timedelta(days=1)
    with db.write() as session:
        came(session, 9, phone=phone)
        visit = b.a_visit(session, now=at(9, day=tomorrow), name="张伟", phone=phone)
        reception.leave(session, visit, at=at(10, day=tomorrow))
        found = {f.code: f for f in figures.period(session, DAY, tomorrow)}
    assert found["again"].value == 0.5
    assert (found["contacts"].numerator, found["contacts"].denominator) == (1, 1)
    assert found["stay"].value == 45
    assert found["stay"].shown == "00:45"


def test_who_was_on_file_before_is_no_chance_missed_or_taken(db: Any) -> None:
    phone = b.a_phone()
    with db.write() as session:
        customers.add(session, name="李娜", phone=phone, now=at(9), today=DAY - timedelta(days=3))
        came(session, 9, name="李娜", phone=phone)
        found = counts.whole(session, DAY, DAY)
    assert (found.first, found.filed, found.fresh, found.left, found.known) == (1, 1, 0, 0, 1)


def test_orders_by_owners_stand_beside_the_reference(db: Any) -> None:
    with db.write() as session:
        channels = {o.code: o.id for o in choices.options(session, ChoiceKind.CHANNEL)}
        owner = b.a_customer(session, "老王")
        friend = b.a_customer(session, "小王", channel_id=channels["walk_in"])
        referrals.note(session, introducer_id=owner, customer_id=friend, now=b.NOW)
        b.a_deal(session, friend)
        b.a_deal(session, b.a_customer(session, "甲", channel_id=channels["owner"]))
        b.a_deal(session, b.a_customer(session, "乙", channel_id=channels["fair"]))
        b.a_deal(session, b.a_customer(session, "丙", channel_id=channels["walk_in"]))
        groups = {g.code: g for g in cuts.by_group(session, DAY, DAY)}
        found = {f.code: f for f in figures.period(session, DAY, DAY)}
    assert [(c, g.orders, g.share, g.reference) for c, g in groups.items()] == [
        ("showroom", 1, 0.25, 0.47),
        ("owners", 2, 0.5, 0.43),
        ("events", 1, 0.25, 0.10),
    ]
    assert found["owners"].value == 0.5
    assert found["orders"].value == 4


def test_a_cancelled_order_stays_an_order_and_leaves_the_amount(db: Any) -> None:
    before = DAY - timedelta(days=30)
    with db.write() as session:
        old = b.a_deal(session, b.a_customer(session), ordered_on=before)
        b.a_deal(session, b.a_customer(session), ordered_on=before)
        b.a_deal(session, b.a_customer(session))
        new = b.a_deal(session, b.a_customer(session))
        reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
        closing.cancel(session, new, reason_id=reason, on=DAY)
        closing.deliver(session, old, on=DAY, today=DAY)
        found = {f.code: f for f in figures.period(session, DAY, DAY)}
    assert (found["orders"].value, found["cancelled"].value, found["delivered"].value) == (2, 1, 1)
    assert found["amount"].shown == "218,000"
    assert (found["cancel_rate"].numerator, found["cancel_rate"].denominator) == (1, 4)


def test_every_figure_prints_a_formula_and_every_rate_its_two_sides(db: Any) -> None:
    with db.write() as session:
        came(session, 9, phone=b.a_phone())
        found = figures.period(session, DAY, DAY)
    assert all(f.formula and f.title for f in found)
    for figure in found:
        if "÷" in figure.formula:
            assert figure.denominator is not None
        else:
            assert figure.denominator is None


def test_consultants_with_nothing_are_listed_and_nobody_comes_last(db: Any) -> None:
    with db.write() as session:
        b.a_member(session, "王强")
        b.a_member(session, "李娜")
        b.a_visit(session, now=at(9))
        nobody = b.a_visit(session, now=at(10))
        handover.hand_over(session, nobody, None)
        rows = cuts.by_consultant(session, DAY, DAY)
    assert [(row.label, row.counts.walk_ins) for row in rows] == [
        ("王强", 1),
        ("李娜", 0),
        ("Not noted", 1),
    ]


def test_the_funnel_starts_with_the_walk_ins() -> None:
    steps = cuts.funnel(Counts(walk_ins=10, known=8, drives=4, orders=1))
    assert [(s.code, s.number, s.share) for s in steps] == [
        ("walk_ins", 10, 1.0),
        ("known", 8, 0.8),
        ("drives", 4, 0.4),
        ("orders", 1, 0.1),
        ("delivered", 0, 0.0),
    ]


def test_the_most_frequent_refusal_of_a_moment_is_named(db: Any) -> None:
    with db.write() as session:
        visit = b.a_visit(session)
        for refusal in (Refusal.NO_REASON, Refusal.SPAM, Refusal.NO_REASON, None):
            moments.ask(session, visit, Moment.GIFT, refusal=refusal, now=b.NOW)
        rows = {row.moment: row for row in cuts.by_moment(session, b.TODAY, b.TODAY)}
    gift = rows[Moment.GIFT]
    assert (gift.asked, gift.given, gift.rate, gift.top) == (4, 1, 0.25, Refusal.NO_REASON)
    assert (rows[Moment.PRIZE].rate, rows[Moment.PRIZE].top) == (None, None)


def test_the_first_follow_up_is_counted_from_the_first_visit(db: Any) -> None:
    with db.write() as session:
        for days in (1, 3):
            visit = b.a_visit(session, now=at(9), name="张伟", phone=b.a_phone())
            customer = session.get_one(Visit, visit).customer_id
            (promise,) = session.query(FollowUp).filter_by(customer_id=customer)
            now = at(9) + timedelta(days=days)
            followups.done(
                session, promise.id, result="约到店", now=now, today=dates.local_day(now)
            )
        found = {f.code: f for f in figures.period(session, DAY, DAY)}
    first_call = found["first_call"]
    assert (first_call.numerator, first_call.denominator, first_call.shown) == (4, 2, "2.0")


def test_a_card_printed_before_it_is_late_is_in_time(db: Any) -> None:
    with db.write() as session:
        for days in (0, 1, 2, None):
            deal = b.a_deal(session, b.a_customer(session))
            (card,) = session.query(Card).filter_by(deal_id=deal)
            card.due_on, card.late_on = DAY, DAY + timedelta(days=1)
            card.printed_at = None if days is None else at(20) + timedelta(days=days)
        found = {f.code: f for f in figures.period(session, DAY, DAY)}
    assert (found["cards"].numerator, found["cards"].denominator) == (2, 4)
