"""The invented showroom: lawful, plausible, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import func, select

from showroom import dates, settings, text
from showroom.door import cars, gifts
from showroom.errors import ShowroomError
from showroom.guard import staff
from showroom.sample import fill, names
from showroom.store import check, journal
from showroom.store.models import (
    Action,
    Card,
    CardKind,
    Customer,
    Deal,
    FollowUp,
    Phone,
    Promise,
    Role,
    TestDrive,
    Visit,
    VisitKind,
)
from tests.stories import once

NOW = datetime(2026, 11, 20, 10, 54, tzinfo=UTC)


def filled(db, customers=400, months=2, seed=1, now=NOW):
    return once(db, invent, customers, months, seed, now)


def invent(db, customers, months, seed, now):
    db.clock = lambda: now
    with db.write() as session:
        return fill.fill(session, customers=customers, months=months, seed=seed, now=now)


def test_it_keeps_every_rule_of_the_business(db):
    made = filled(db)
    assert made.customers == 400
    assert made.deals > 20
    assert check.check(db) == []


@pytest.mark.parametrize("customers", [1, 2, 7])
def test_a_handful_of_customers_is_a_showroom_too(db, customers):
    assert filled(db, customers=customers, months=1).customers == customers
    assert check.check(db) == []


@pytest.mark.slow
def test_the_rates_are_those_of_an_ordinary_showroom(db):
    filled(db, customers=1500)
    with db.read() as session:
        walk_ins = Visit.kind == VisitKind.WALK_IN
        first = session.scalars(select(Visit.customer_id).where(walk_ins, ~Visit.again)).all()
        all_walk_ins = session.scalar(select(func.count()).select_from(Visit).where(walk_ins))
        drives = session.scalar(select(func.count()).select_from(TestDrive))
        deals = session.scalar(select(func.count()).select_from(Deal))
    captured = sum(id is not None for id in first)
    assert 0.70 <= captured / len(first) <= 0.80
    assert 0.30 <= drives / all_walk_ins <= 0.42
    assert 0.10 <= deals / captured <= 0.25


def test_phones_are_valid_and_belong_to_one_customer_each(db):
    filled(db)
    with db.read() as session:
        numbers = session.scalars(select(Phone.number)).all()
        owners = session.scalar(select(func.count(Phone.customer_id.distinct())))
    assert len(set(numbers)) == len(numbers)
    assert all(text.phone(number) == number for number in numbers)
    assert owners == 400


def test_names_are_various_and_some_are_long_or_rare(db):
    filled(db)
    with db.read() as session:
        known = session.scalars(select(Customer.name)).all()
    assert len(set(known)) > 250
    families = Counter(text.surname(name) for name in known)
    assert any(len(family) == 2 for family in families)
    assert any(name.endswith("公司") for name in known)


def test_visits_lie_within_the_months_and_are_over(db):
    filled(db)
    with db.read() as session:
        visits = session.scalars(select(Visit)).all()
    assert all(date <= dates.local_day(NOW) for date in (visit.day for visit in visits))
    assert min(visit.day for visit in visits) > dates.add_months(dates.local_day(NOW), -2)
    assert all(visit.day == dates.local_day(visit.arrived_at) for visit in visits)
    assert all(visit.arrived_at <= visit.left_at <= NOW for visit in visits)


def test_the_numbers_of_a_day_follow_the_arrivals(db):
    filled(db)
    with db.read() as session:
        visits = session.scalars(select(Visit).order_by(Visit.day, Visit.number)).all()
    for one, two in pairwise(visits):
        if one.day == two.day:
            assert two.number == one.number + 1
            assert one.arrived_at <= two.arrived_at


def everything(db):
    with db.read() as session:
        return [
            *session.execute(select(Customer.name, Customer.status, Customer.last_visit_on)),
            *session.execute(select(Visit.arrived_at, Visit.left_at, Visit.level)),
            *session.execute(select(Deal.number, Deal.price)),
        ]


def test_the_same_seed_and_moment_make_the_same_showroom(db, new_desk):
    with new_desk() as again:
        for one in (db, again):  # each for itself
            invent(one, 120, 2, 5, NOW)
        assert everything(db) == everything(again)


def test_a_sample_in_the_morning_has_no_visits_of_the_evening(db):
    morning = dates.at(NOW.date(), datetime.min.time()) + timedelta(hours=8)
    filled(db, now=morning)
    with db.read() as session:
        assert max(session.scalars(select(Visit.day))) < dates.local_day(morning)


def test_it_is_one_action(db):
    filled(db, customers=30)
    with db.read() as session:
        verbs = session.scalars(select(Action.verb).order_by(Action.id)).all()
    assert verbs[-1] == "sample"
    assert verbs.count("sample") == 1
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_a_number_is_given_to_one_person_only():
    taken: set[str] = set()
    first = names.phone(Random(1), taken)
    second = names.phone(Random(1), taken)
    assert first != second
    assert taken == {first, second}


@pytest.mark.slow
def test_the_deals_of_today_have_everything_ahead(db):
    evening = dates.at(NOW.date(), time(19, 0))
    filled(db, customers=4000, months=2, seed=4, now=evening)
    with db.read() as session:
        deals = session.scalars(select(Deal.id).where(Deal.ordered_on == NOW.date())).all()
        waiting = session.scalars(
            select(Card.deal_id).where(Card.printed_at.is_(None), Card.kind == CardKind.THANKS)
        ).all()
        rules = session.scalars(select(FollowUp.rule).where(FollowUp.deal_id.in_(deals))).all()
    assert deals
    assert set(deals) <= set(waiting)
    assert Promise.THANK_INTRODUCER in rules
    assert check.check(db) == []


@pytest.mark.slow
def test_a_deal_cancelled_before_its_card_was_due_has_no_card(db):
    with db.write() as session:
        settings.save(session, settings.Settings(card_due_days=10, card_late_days=12))
    invent(db, 1500, 2, 1, NOW)
    with db.read() as session:
        cancelled = set(session.scalars(select(Deal.id).where(Deal.cancelled_on.is_not(None))))
        cards = session.scalars(
            select(Card).where(Card.deal_id.in_(cancelled), Card.kind == CardKind.THANKS)
        ).all()
    assert all(card.printed_at is not None for card in cards)
    assert {card.deal_id for card in cards} < cancelled
    assert check.check(db) == []


def test_a_desk_with_data_is_left_alone(db):
    with db.write() as session:
        staff.add(session, name="李静", role=Role.RECEPTIONIST)
    with pytest.raises(ShowroomError, match="empty folder"):
        invent(db, 400, 2, 1, NOW)


def test_a_demo_car_is_in_one_place_and_its_key_knows_every_kilometre(db):
    filled(db)
    with db.read() as session:
        fleet = cars.listed(session)
        assert len(fleet) == 8
        for car in fleet:
            keys = cars.log(session, car_id=car.id)
            assert [key.gap for key in keys] == [0] * len(keys)
            assert all(one.back_at <= two.taken_at for one, two in pairwise(keys))
            assert not keys or keys[-1].km_in == car.km
        driven = session.scalar(
            select(func.count()).select_from(TestDrive).where(TestDrive.car_id.is_not(None))
        )
        assert driven == sum(len(cars.log(session, car_id=car.id)) for car in fleet) > 20


def test_the_gifts_add_up_and_some_run_today(db):
    filled(db)
    today = dates.local_day(NOW)
    with db.read() as session:
        assert len(gifts.running(session, today)) == 5
        lines = gifts.ledger(session, dates.add_months(today, -6), today)
    assert min(line.balance for line in lines) >= 0
    assert sum(line.went or 0 for line in lines) > 5
