"""What falls on which day, noted or by rule; each day that comes near is promised once."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from showroom import dates
from showroom import settings as shops
from showroom.care import calendar, followups, key_dates
from showroom.deals import closing
from showroom.errors import Invalid
from showroom.people import customers, merging, timeline, vehicles
from showroom.store import journal
from showroom.store.models import Customer, DateKind, FollowUp, KeyDate, Promise, Status
from tests import builders as make

TODAY = make.TODAY


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def an_owner(session: Any, name: str = "张伟", *, on: date = TODAY, **facts: Any) -> int:
    """Who ordered and got his car on that day."""
    id = make.a_customer(session, name, **facts)
    deal = make.a_deal(session, id, ordered_on=on, today=max(on, TODAY))
    closing.deliver(session, deal, on=on, vin=f"LGXCE6CB{id:09}", today=max(on, TODAY))
    return id


def a_car(session: Any, id: int) -> int:
    return vehicles.cars(session, id)[0].id


def noted(session: Any, id: int, kind: DateKind, day: date, **facts: Any) -> int:
    return key_dates.note(session, id, kind=kind, day=day, today=TODAY, **facts).id


def promised(session: Any, id: int, rule: Promise | None = None) -> list[tuple[Promise, date]]:
    query = select(FollowUp.rule, FollowUp.due_on).where(
        FollowUp.customer_id == id,
        FollowUp.rule.in_(calendar.KINDS if rule is None else [rule]),
        FollowUp.done_at.is_(None),
    )
    return [(one, day) for one, day in session.execute(query.order_by(FollowUp.due_on))]


def remember(db: Any, today: date = TODAY) -> int:
    with db.write() as session:
        return calendar.remember(session, today=today)


def shown(session: Any, first: date, last: date, **facts: Any) -> list[tuple[date, str, str]]:
    found = calendar.entries(session, first, last, **facts)
    return [(one.day, one.kind.value, one.about) for one in found]


# --- what falls on a day


def test_a_year_with_a_car_as_the_calendar_has_it(db):
    got = date(2026, 11, 18)
    with db.write() as session:
        id = an_owner(session, birthday=date(1980, 3, 8))
        car = a_car(session, id)
        vehicles.save(session, id, car, plate="粤B12345", plated_on=got, today=TODAY)
        noted(session, id, DateKind.INSURANCE, date(2027, 11, 17), vehicle_id=car)
        noted(session, id, DateKind.LICENCE, date(2027, 5, 4))
    with db.read() as session:
        assert shown(session, days(1), date(2028, 12, 31)) == [
            (date(2027, 2, 18), "first_service", "汉 EV · or 5,000 km"),
            (date(2027, 3, 8), "birthday", "turns 47"),
            (date(2027, 5, 4), "licence", ""),
            (date(2027, 11, 17), "insurance", "粤B12345"),
            (date(2027, 11, 18), "anniversary", "1 year · 汉 EV"),
            (date(2028, 3, 8), "birthday", "turns 48"),
            (date(2028, 11, 18), "anniversary", "2 years · 汉 EV"),
            (date(2028, 11, 18), "inspection", "粤B12345 · 2 years · mark only, no test"),
            (date(2028, 11, 18), "warranty", "汉 EV · exchange and return, or 50,000 km"),
        ]


def test_what_was_noted_comes_before_the_rule(db):
    with db.write() as session:
        id = an_owner(session)
        car = a_car(session, id)
        noted(session, id, DateKind.FIRST_SERVICE, date(2027, 5, 1), vehicle_id=car)
    with db.read() as session:
        found = shown(session, TODAY, days(365), kind=Promise.FIRST_SERVICE)
        assert [day for day, *_rest in found] == [date(2027, 5, 1)]


def test_birthdays_are_those_of_who_bought_here_and_may_be_reached(db):
    with db.write() as session:
        an_owner(session, "张伟", birthday=date(1980, 11, 20))
        make.a_customer(session, "李娜", birthday=date(1980, 11, 20))
        silent = an_owner(session, "赵磊", birthday=date(1980, 11, 20))
        customers.change(session, silent, do_not_contact=True)
        called_off = make.a_customer(session, "王芳", birthday=date(1980, 11, 20))
        deal = make.a_deal(session, called_off)
        reasons = shops_reasons(session)
        closing.cancel(session, deal, reason_id=reasons, on=TODAY)
    with db.read() as session:
        found = calendar.entries(session, days(0), days(5), kind=Promise.BIRTHDAY)
        assert [one.name for one in found] == ["张伟"]


def shops_reasons(session: Any) -> int:
    from showroom import choices
    from showroom.store.models import ChoiceKind

    return choices.options(session, ChoiceKind.CANCEL_REASON)[0].id


def test_a_lunar_birthday_stands_on_the_day_of_this_year(db):
    with db.write() as session:
        id = an_owner(session, birthday=date(1980, 8, 15))
        session.get_one(Customer, id).birthday_lunar = True
    with db.read() as session:
        found = shown(session, date(2027, 9, 1), date(2027, 9, 30), kind=Promise.BIRTHDAY)
        assert found == [(date(2027, 9, 15), "birthday", "turns 47 · lunar 08-15")]
        assert shown(session, date(2027, 8, 1), date(2027, 8, 31), kind=Promise.BIRTHDAY) == []
    with db.write() as session:  # the lunar year of 2026 ends in February
        session.get_one(Customer, id).birthday = date(1980, 12, 8)
        journal.act(session, "change_customer")
    with db.read() as session:
        (one,) = calendar.entries(session, date(2027, 1, 1), date(2027, 2, 1), customer_id=id)
    assert (one.day, one.about) == (date(2027, 1, 15), "turns 46 · lunar 12-08")


def test_29_february_is_the_28th_in_other_years(db):
    with db.write() as session:
        an_owner(session, birthday=date(1988, 2, 29))
    with db.read() as session:
        for first, last, day in (
            (date(2027, 2, 20), date(2027, 3, 5), date(2027, 2, 28)),
            (date(2028, 2, 20), date(2028, 3, 5), date(2028, 2, 29)),
        ):
            found = shown(session, first, last, kind=Promise.BIRTHDAY)
            assert [one for one, *_rest in found] == [day]


def test_the_counts_are_those_of_the_entries(db):
    with db.write() as session:
        for number in range(12):
            on = TODAY - timedelta(days=97 * number)
            id = an_owner(
                session, f"客户{number}", on=on, birthday=date(1970 + number, number % 12 + 1, 28)
            )
            session.get_one(Customer, id).birthday_lunar = number % 3 == 0
            car = a_car(session, id)
            vehicles.save(session, id, car, plated_on=on, today=TODAY)
            if number % 2:
                noted(session, id, DateKind.INSURANCE, days(number * 20), vehicle_id=car)
    with db.read() as session:
        for first, last in ((days(-30), days(400)), (days(0), days(41)), (days(3), days(3))):
            counted = calendar.counts(session, first, last)
            listed: dict[tuple[date, Promise], int] = {}
            for one in calendar.entries(session, first, last):
                assert first <= one.day <= last
                listed[one.day, one.kind] = listed.get((one.day, one.kind), 0) + 1
            assert {
                (day, kind): count
                for day, kinds in counted.items()
                for kind, count in kinds.items()
            } == listed
            one_kind = calendar.counts(session, first, last, kind=Promise.INSURANCE)
            assert {day for day, kind in listed if kind is Promise.INSURANCE} == set(one_kind)


def test_a_number_in_a_note_is_hidden_from_who_may_not_see_it(db):
    with db.write() as session:
        boss = make.a_member(session, "周敏", make.Role.MANAGER)
        desk = make.a_member(session, "李静", make.Role.RECEPTIONIST)
        id = make.a_customer(session)
        noted(session, id, DateKind.LICENCE, days(30), note="打 13800138000")
        make.a_pin(session, boss, "2468", by=boss)
        make.a_pin(session, desk, "1357", by=boss)
    db.staff_id = desk
    with db.read() as session:
        assert shown(session, days(30), days(30)) == [(days(30), "licence", "打 138****8000")]
        assert key_dates.of_customer(session, id)[0].note == "打 138****8000"


# --- noted


def test_a_day_is_noted_moved_and_taken_away_and_each_is_undone(db):
    with db.write() as session:
        id = make.a_customer(session)
        row = noted(session, id, DateKind.LICENCE, days(200))
    with db.write() as session:
        assert noted(session, id, DateKind.LICENCE, days(300)) == row
    with db.read() as session:
        assert [one.day for one in key_dates.of_customer(session, id)] == [days(300)]
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert [one.day for one in key_dates.of_customer(session, id)] == [days(200)]
    with db.write() as session:
        key_dates.forget(session, row, today=TODAY)
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert [one.id for one in key_dates.of_customer(session, id)] == [row]


@pytest.mark.parametrize(
    ("kind", "day", "field"),
    [
        (DateKind.LICENCE, date(1990, 1, 1), "day"),
        (DateKind.INSURANCE, TODAY - timedelta(days=20), "day"),  # it began later
        (DateKind.WARRANTY, None, "day"),
    ],
)
def test_what_cannot_be_is_said_beside_the_day(db, kind, day, field):
    with db.write() as session:
        id = an_owner(session)
        car = a_car(session, id)
    with pytest.raises(Invalid) as refused, db.write() as session:
        key_dates.note(session, id, kind=kind, day=day, vehicle_id=car, today=TODAY)
    assert list(refused.value.problems) == [field]
    with db.read() as session:
        assert not session.scalar(select(func.count()).select_from(KeyDate))


def test_a_car_of_somebody_else_takes_no_day(db):
    with db.write() as session:
        mine, other = an_owner(session, "张伟"), an_owner(session, "李娜")
        car = a_car(session, other)
    with pytest.raises(Invalid) as refused, db.write() as session:
        noted(session, mine, DateKind.INSURANCE, days(90), vehicle_id=car)
    assert "vehicle_id" in refused.value.problems


def test_the_rules_propose_what_is_to_be_noted(db):
    got = TODAY - timedelta(days=60)
    with db.write() as session:
        id = an_owner(session, on=got)
        car = a_car(session, id)
        vehicles.save(
            session, id, car, plate="粤B12345", plated_on=got, km=4_000, km_on=TODAY, today=TODAY
        )
    with db.read() as session:
        found = key_dates.proposals(session, id, today=TODAY)
    assert [(one.rule, one.day, one.why) for one in found] == [
        ("first_service", days(15), "about 5,000 km then"),
        ("insurance", date(2027, 9, 19), f"a year after {got}"),
        ("inspection", date(2028, 9, 19), "2 years · mark only, no test"),
        ("return", date(2028, 9, 19), f"handed over {got}"),
        ("repair", date(2029, 3, 7), "about 60,000 km then"),
    ]
    assert {one.vehicle_id for one in found} == {car}
    with db.write() as session:
        noted(session, id, DateKind.INSURANCE, found[1].day, vehicle_id=car)
        noted(session, id, DateKind.LICENCE, days(40))
    with db.read() as session:
        rules = {one.rule: one.day for one in key_dates.proposals(session, id, today=TODAY)}
    assert "insurance" not in rules
    assert rules["licence"] == date(2036, 12, 28)


def test_the_first_insurance_is_presumed_from_the_handover_until_its_day_is_noted(db):
    got = TODAY - timedelta(days=330)
    ends = date(got.year + 1, got.month, got.day)
    with db.write() as session:
        id = an_owner(session, on=got)
        car = a_car(session, id)
    with db.read() as session:
        found = shown(session, TODAY, days(800), kind=Promise.INSURANCE)
        assert found == [(ends, "insurance", f"汉 EV · presumed: handed over {got}")]
        assert calendar.counts(session, ends, ends, kind=Promise.INSURANCE)
    remember(db)
    with db.read() as session:
        first = promised(session, id, Promise.INSURANCE)
        assert first == [(Promise.INSURANCE, TODAY)]  # 45 days before was some days ago
    with db.write() as session:
        noted(session, id, DateKind.INSURANCE, days(100), vehicle_id=car)
    with db.read() as session:
        assert shown(session, TODAY, days(800), kind=Promise.INSURANCE) == [
            (days(100), "insurance", "汉 EV")
        ]
        moved = promised(session, id, Promise.INSURANCE)
        assert moved == [(Promise.INSURANCE, days(55))]


# --- remembered


def test_insurance_is_remembered_five_times_one_contact_at_a_time(db):
    with db.write() as session:
        id = make.a_customer(session)
        noted(session, id, DateKind.INSURANCE, days(50))
    seen = []
    for step in range(50):
        today = days(step)
        remember(db, today)
        with db.write() as session:
            due = [
                one
                for one in session.scalars(
                    select(FollowUp).where(
                        FollowUp.rule == Promise.INSURANCE, FollowUp.done_at.is_(None)
                    )
                )
            ]
            assert len(due) <= 1
            if due and due[0].due_on <= today:
                seen.append(50 - step)
                followups.done(
                    session,
                    due[0].id,
                    result="说好续保",
                    now=make.later(days=step),
                    today=today,
                )
    assert seen == [45, 30, 15, 7, 1]


def test_what_is_not_done_stays_the_only_one(db):
    with db.write() as session:
        id = make.a_customer(session)
        noted(session, id, DateKind.INSURANCE, days(46))
    for step in range(0, 46, 5):
        remember(db, days(step))
    with db.read() as session:
        assert promised(session, id) == [(Promise.INSURANCE, days(1))]


def test_a_moved_day_takes_its_open_contact_along(db):
    with db.write() as session:
        id = make.a_customer(session)
        noted(session, id, DateKind.INSURANCE, days(20))
    with db.read() as session:
        assert promised(session, id) == [(Promise.INSURANCE, TODAY)]
    with db.write() as session:  # he renewed it
        noted(session, id, DateKind.INSURANCE, days(385))
    with db.read() as session:
        assert promised(session, id) == [(Promise.INSURANCE, days(340))]
    assert remember(db) == 0
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert promised(session, id) == [(Promise.INSURANCE, TODAY)]


def test_a_day_that_is_taken_away_loses_no_promise(db):
    with db.write() as session:
        id = make.a_customer(session)
        row = noted(session, id, DateKind.LICENCE, days(30))
    with db.write() as session:
        key_dates.forget(session, row, today=TODAY)
    with db.read() as session:
        assert promised(session, id) == [(Promise.LICENCE, TODAY)]


def test_a_contact_put_off_is_not_pulled_back(db):
    with db.write() as session:
        id = make.a_customer(session)
        noted(session, id, DateKind.LICENCE, days(30))
        due = session.scalar(select(FollowUp).where(FollowUp.rule == Promise.LICENCE))
        followups.postpone(session, due.id, to=days(12), why="出差", today=TODAY)
    for step in range(5):
        assert remember(db, days(step)) == 0
    with db.read() as session:
        assert promised(session, id) == [(Promise.LICENCE, days(12))]


def test_who_must_not_be_contacted_gets_none(db):
    with db.write() as session:
        id = an_owner(session, birthday=date(1980, 11, 20))
        customers.change(session, id, do_not_contact=True)
        noted(session, id, DateKind.INSURANCE, days(20), vehicle_id=a_car(session, id))
    assert remember(db) == 0
    with db.read() as session:
        assert promised(session, id) == []


def test_a_kind_without_days_before_reminds_nobody(db):
    with db.write() as session:
        shop = shops.load(session)
        shop.date_leads[Promise.BIRTHDAY] = []
        shops.save(session, shop)
        id = an_owner(session, birthday=date(1980, 11, 20))
    remember(db)
    with db.read() as session:
        assert promised(session, id, Promise.BIRTHDAY) == []


def test_a_birthday_is_seen_coming_and_made_good_three_days_late(db):
    with db.write() as session:
        soon = an_owner(session, "张伟", birthday=date(1980, 11, 25))
        late = an_owner(session, "李娜", birthday=date(1980, 11, 15))
        over = an_owner(session, "赵磊", birthday=date(1980, 11, 14))
    remember(db)
    with db.read() as session:
        assert promised(session, soon, Promise.BIRTHDAY) == [(Promise.BIRTHDAY, days(7))]
        assert promised(session, late, Promise.BIRTHDAY) == [(Promise.BIRTHDAY, TODAY)]
        assert promised(session, over, Promise.BIRTHDAY) == []


def test_a_day_that_a_clock_ahead_promised_keeps_nobody_from_his_next_one(db):
    with db.write() as session:
        id = an_owner(session, birthday=date(1990, 1, 3))
    remember(db, date(2031, 1, 1))  # the clock of the PC was wrong one morning
    with db.read() as session:
        assert promised(session, id, Promise.BIRTHDAY) == [(Promise.BIRTHDAY, date(2031, 1, 3))]
    remember(db, date(2027, 1, 1))
    remember(db, date(2027, 1, 2))
    with db.read() as session:
        stand = promised(session, id, Promise.BIRTHDAY)
        (one,) = [f for f in followups.due(session, date(2027, 1, 3))
                  if session.get_one(FollowUp, f).rule is Promise.BIRTHDAY]  # fmt: skip
    assert [on.year for _kind, on in stand] == [2027, 2031]
    with db.write() as session:
        moment = dates.at(date(2027, 1, 3), time(9))
        followups.done(session, one, result="好", now=moment, today=date(2027, 1, 3))
    remember(db, date(2029, 12, 31))  # the last year before it
    with db.read() as session:
        stand = promised(session, id, Promise.BIRTHDAY)
    assert [on.year for _kind, on in stand] == [2030, 2031]


def test_how_long_one_calls_after_a_birthday_is_a_setting(db):
    with db.write() as session:
        shops.save(session, shops.Settings(greet_grace_days=4))
        four = an_owner(session, "赵磊", birthday=date(1980, 11, 14))
        five = an_owner(session, "李娜", birthday=date(1980, 11, 13))
    remember(db)
    with db.read() as session:
        assert promised(session, four, Promise.BIRTHDAY) == [(Promise.BIRTHDAY, TODAY)]
        assert promised(session, five, Promise.BIRTHDAY) == []


def test_a_first_run_does_not_flood_the_desk_with_what_began_long_ago(db):
    plated = date(2024, 12, 20)  # the inspection is in a month: its reminder began 58 days ago
    with db.write() as session:
        id = an_owner(session, on=plated)
        vehicles.save(session, id, a_car(session, id), plated_on=plated, today=TODAY)
    remember(db)
    with db.read() as session:
        assert promised(session, id, Promise.INSPECTION) == []
        assert shown(session, days(0), days(40), kind=Promise.INSPECTION)


def test_a_contact_says_which_days_it_is_about(db):
    with db.write() as session:
        id = an_owner(session)
        car = a_car(session, id)
        noted(session, id, DateKind.INSURANCE, days(20), vehicle_id=car, note="平安")
        noted(session, id, DateKind.LICENCE, days(900))
    with db.read() as session:

        def about(rule: Promise) -> list[tuple[date, str]]:
            found = calendar.of_contact(session, id, rule, today=TODAY)
            return [(one.day, one.about) for one in found]

        assert about(Promise.INSURANCE) == [(days(20), "汉 EV · 平安")]
        assert about(Promise.LICENCE) == [(days(900), "")]
        assert about(Promise.NEXT) == []


class Story:
    """A few customers with dates, some done, some moved; then the days go by."""

    kinds = st.sampled_from(list(DateKind))
    steps = st.lists(
        st.tuples(
            st.sampled_from(["note", "forget", "remember", "done", "missed", "later", "away"]),
            st.integers(0, 2),
            kinds,
            st.integers(1, 400),
        ),
        max_size=9,
    )


@pytest.mark.slow
@given(steps=Story.steps)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nobody_has_two_open_contacts_of_a_kind_for_a_day(db, steps):
    with db.write() as session:
        people = [
            an_owner(session, f"客户{number}", birthday=date(1980, 11, 20)) for number in range(3)
        ]
    today = TODAY
    for verb, who, kind, number in steps:
        with db.write() as session:
            id, rule = people[who], Promise(kind.value)
            open_one = session.scalar(
                select(FollowUp).where(
                    FollowUp.customer_id == id, FollowUp.rule == rule, FollowUp.done_at.is_(None)
                )
            )
            before = promised(session, id)
            if verb == "note":
                cars = vehicles.cars(session, id)
                car = cars[0].id if number % 2 and cars else None
                key_dates.note(
                    session,
                    id,
                    kind=kind,
                    day=today + timedelta(days=number),
                    vehicle_id=car,
                    today=today,
                )
                assert len(promised(session, id)) >= len(before)
            elif verb == "forget":
                for one in key_dates.of_customer(session, id)[:1]:
                    key_dates.forget(session, one.id, today=today)
                assert len(promised(session, id)) >= len(before)
            elif verb in ("done", "missed") and open_one is not None:
                followups.done(
                    session,
                    open_one.id,
                    result="好",
                    reached=verb == "done",
                    now=make.later(days=(today - TODAY).days),
                    today=today,
                )
            elif verb == "later" and open_one is not None:
                to = today + timedelta(days=number % 20 + 1)
                followups.postpone(session, open_one.id, to=to, why="出差", today=today)
            elif verb == "away":
                today += timedelta(days=number % 50)
        remember(db, today)
        assert remember(db, today) == 0
        with db.read() as session:
            found = session.execute(
                select(FollowUp.customer_id, FollowUp.rule, func.count())
                .where(FollowUp.rule.in_(calendar.KINDS), FollowUp.done_at.is_(None))
                .group_by(FollowUp.customer_id, FollowUp.rule)
            )
            assert all(count == 1 for _id, _rule, count in found)


def test_a_lost_owner_is_still_an_owner_of_his_days(db):
    with db.write() as session:
        id = an_owner(session, on=TODAY - timedelta(days=365))
        assert session.get_one(Customer, id).status is Status.OWNER
    assert remember(db) == 2  # and his first insurance ends
    with db.read() as session:
        assert promised(session, id, Promise.ANNIVERSARY) == [(Promise.ANNIVERSARY, TODAY)]


def test_a_car_that_is_taken_out_takes_its_days_along_and_comes_back_with_them(db):
    with db.write() as session:
        id = an_owner(session)
        car = a_car(session, id)
        noted(session, id, DateKind.INSURANCE, days(200), vehicle_id=car)
    with db.write() as session:
        vehicles.remove(session, car)
    with db.read() as session:
        assert key_dates.of_customer(session, id) == []
    with db.write() as session:
        journal.undo(session)
    with db.read() as session:
        assert [one.vehicle_id for one in key_dates.of_customer(session, id)] == [car]


def test_of_two_files_that_become_one_one_contact_of_a_kind_stays(db):
    with db.write() as session:
        one, two = make.a_customer(session, "张伟"), make.a_customer(session, "张小伟")
        noted(session, one, DateKind.LICENCE, days(30))
        noted(session, two, DateKind.LICENCE, days(95))
    with db.write() as session:
        merging.merge(session, two, one, now=make.NOW, today=TODAY)
    with db.read() as session:
        assert promised(session, one) == [(Promise.LICENCE, TODAY)]


def test_the_timeline_says_which_day_was_noted_and_moved(db):
    with db.write() as session:
        id = make.a_customer(session)
        row = noted(session, id, DateKind.LICENCE, days(200))
    with db.write() as session:
        noted(session, id, DateKind.LICENCE, days(300))

    def said() -> list[str]:
        with db.read() as session:
            found = timeline.of_customer(session, id)
            return [one.detail for one in found if one.title == "Dates noted"]

    assert said() == [f"Licence: {days(200)} → {days(300)}"]
    with db.write() as session:
        key_dates.forget(session, row, today=TODAY)
    assert said() == [
        f"Licence: {days(300)} taken out",
        f"Day: {days(200)} → {days(300)}",
    ]
