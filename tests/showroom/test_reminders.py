"""Reminders: each is shown exactly once, whatever the clock does, and none names a number."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from showroom import choices, dates, settings
from showroom.care import attendance, complaints, events, invitations, reminders
from showroom.care.reminders import KEPT, Due, quiet, spoken, to_show
from showroom.door import appointments
from showroom.errors import Invalid
from showroom.store import journal
from showroom.store.models import Aim, ChoiceKind, Customer, Gravity, Reminder, Reply, Role
from tests import builders as b
from tests.stories import story

DAY = datetime(2026, 11, 18, tzinfo=UTC)


# --- the rule alone: no data, any clock

minutes = st.integers(0, 3 * 24 * 60)


def a_due(number: int, at: int) -> Due:
    return Due(f"k{number}", DAY + timedelta(minutes=at), "something", "", "desk")


@given(
    ats=st.lists(minutes, max_size=8),
    jumps=st.lists(st.integers(-600, 900), max_size=40),
)
def test_each_is_shown_exactly_once_though_the_clock_jumps_back_and_forth(
    ats: list[int], jumps: list[int]
) -> None:
    due = [a_due(number, at) for number, at in enumerate(ats)]
    shown: list[str] = []
    now, looks = DAY, []
    for jump in jumps:
        now += timedelta(minutes=jump)
        looks.append(now)
        shown += [one.key for one in to_show(due, set(shown), now)]
    assert len(shown) == len(set(shown))
    assert set(shown) == {one.key for one in due if looks and one.at <= max(looks)}


@given(
    ats=st.lists(minutes, max_size=8),
    looks=st.lists(st.tuples(st.integers(-90, 400), st.booleans()), min_size=1, max_size=40),
)
def test_what_comes_up_while_it_is_quiet_is_shown_once_afterwards(
    ats: list[int], looks: list[tuple[int, bool]]
) -> None:
    due = [a_due(number, at) for number, at in enumerate(ats)]
    shown: list[str] = []
    now = DAY
    for jump, silent in [*looks, (0, False)]:
        now += timedelta(minutes=jump)
        found = to_show(due, set(shown), now, silent=silent)
        assert not (silent and found)
        shown += [one.key for one in found]
    assert len(shown) == len(set(shown))
    assert {one.key for one in due if one.at <= now} <= set(shown)


@given(st.times(), st.times(), st.times())
def test_it_is_quiet_from_one_time_to_the_other_over_midnight_too(
    now: time, first: time, last: time
) -> None:
    if first == last:
        assert not quiet(now, first, last)
    else:
        assert quiet(now, first, last) is not quiet(now, last, first)
        assert quiet(first, first, last)
        assert not quiet(last, first, last)


def test_many_are_told_as_three_and_how_many_more() -> None:
    due = [a_due(number, number) for number in range(5)]
    assert spoken(due, named=True) == "something\nsomething\nsomething\nand 2 more"


# --- what is due


def clock(hour: float, days: int = 0) -> datetime:
    """A time of day by the clock on the wall, today or some days on."""
    return dates.at(b.TODAY + timedelta(days=days), time()) + timedelta(hours=hour)


MORNING = clock(10.5)


@story
def shop(db: Any) -> Any:
    """10:30 on a Wednesday; 王强 sits at the desk."""
    db.clock = lambda: MORNING
    with db.write() as session:
        db.wang = b.a_member(session)
        db.boss = b.a_member(session, "陈志远", Role.MANAGER)
        db.cause = choices.find(session, ChoiceKind.COMPLAINT_CAUSE, "waiting")
    db.staff_id = db.wang
    with db.write() as session:
        db.zhang = b.a_customer(session, "张伟", consultant_id=db.wang)
    return db


def said(db: Any, *, at: datetime = MORNING, named: bool = True) -> list[str]:
    """What is shown at a moment, and never again."""
    db.clock = lambda: at
    with db.write() as session:
        found = reminders.look(session, now=at)[0]
        reminders.note(session, found, now=at)
    return [one.said(named=named) for one in found]


def test_an_appointment_is_told_a_quarter_of_an_hour_before(shop: Any) -> None:
    at = clock(12.5)
    with shop.write() as session:
        made = appointments.make(
            session, at=at, aim=Aim.DRIVE, people=2, customer_id=shop.zhang, now=MORNING
        )
        id = made if isinstance(made, int) else made.id
    assert said(shop, at=clock(12.2333)) == []
    assert said(shop, at=clock(12.25)) == ["12:30 expected: Test drive · Mr 张伟"]
    assert said(shop, at=clock(12.2667)) == []
    with shop.write() as session:  # put off: told again before its new time
        appointments.change(session, id, at=clock(14.5), now=clock(12.2833))
    assert said(shop, at=clock(14.3333)) == ["14:30 expected: Test drive · Mr 张伟"]


def test_who_came_or_does_not_come_is_not_told(shop: Any) -> None:
    with shop.write() as session:
        made = appointments.make(
            session, at=clock(10.5833), aim=Aim.LOOK, customer_id=shop.zhang, now=MORNING
        )
        id = made if isinstance(made, int) else made.id
    with shop.write() as session:
        appointments.cancel(session, id, now=MORNING)
    assert said(shop) == []


def test_contacts_and_late_cards_are_told_once_in_the_morning(shop: Any) -> None:
    with shop.write() as session:
        b.a_deal(session, shop.zhang)
    morning = clock(9, 6)  # Tuesday, 09:00
    assert said(shop, at=morning - timedelta(minutes=1)) == []
    assert said(shop, at=morning) == [
        "1 card is late",
        "1 customer is to be contacted today",
    ]
    assert said(shop, at=morning + timedelta(hours=3)) == []
    assert len(said(shop, at=morning + timedelta(days=1))) == 2
    with shop.write() as session:  # the page does not count his card either
        journal.act(session, "add_customer")
        session.get_one(Customer, shop.zhang).do_not_contact = True
    assert "1 card is late" not in said(shop, at=morning + timedelta(days=2))


def test_a_complaint_is_told_an_hour_before_it_is_late_and_once_it_is(shop: Any) -> None:
    with shop.write() as session:
        complaints.take(
            session,
            shop.zhang,
            words="138 0013 8000 等了两小时",
            cause_id=shop.cause,
            gravity=Gravity.MAJOR,
            responsible_id=shop.boss,
            now=MORNING,
        )
    ahead = "A complaint waits until 14:30: Calm him · Mr 张伟"
    late = "A complaint is late: Calm him · Mr 张伟"
    assert said(shop, at=clock(12.5)) == []
    assert said(shop, at=clock(13.5)) == [ahead]
    assert said(shop, at=clock(15.5)) == [late]
    assert said(shop, at=clock(13.5)) == []  # the clock was set back
    assert said(shop, at=clock(16.5)) == []


def test_the_daily_close_is_told_when_somebody_came(shop: Any) -> None:
    evening = clock(18)
    assert said(shop, at=evening) == []
    shop.clock = lambda: MORNING
    with shop.write() as session:
        b.a_visit(session)
    assert said(shop, at=evening - timedelta(minutes=1)) == []
    assert said(shop, at=evening) == ["The day is not closed yet"]


def test_guests_of_an_event_of_today(shop: Any) -> None:
    with shop.write() as session:
        event = events.add(session, name="试驾日", day=b.TODAY).id
    with shop.write() as session:
        invitations.invite(session, event, [shop.zhang], now=MORNING)
    with shop.read() as session:
        (guest,) = invitations.guests(session, event)
    with shop.write() as session:
        invitations.answer(session, guest, Reply.COMES)
    assert said(shop) == ["Today: 试驾日, 1 guest expected"]
    with shop.write() as session:
        attendance.came(session, guest, people=1, now=MORNING)
    assert said(shop) == []


def test_at_night_nothing_is_told_and_in_the_morning_what_came_up(shop: Any) -> None:
    with shop.write() as session:
        complaints.take(
            session,
            shop.zhang,
            words="还没解决",
            cause_id=shop.cause,
            gravity=Gravity.ESCALATED,
            responsible_id=shop.boss,
            now=clock(15.5),
            taken_at=clock(15.5),
        )  # due at 23:30
    assert said(shop, at=clock(23.6)) == []
    (late,) = said(shop, at=clock(32))  # 08:00
    assert late.startswith("A complaint is late")


def test_without_a_name_it_names_nobody_and_never_a_number(shop: Any) -> None:
    with shop.write() as session:
        phone = b.a_phone()
        appointments.make(
            session, at=clock(10.5833), aim=Aim.LOOK, name="赵敏", phone=phone, now=MORNING
        )
    with shop.read() as session:
        (one,) = reminders.look(session, now=MORNING)[0]
    assert "赵敏" in one.said(named=True)
    assert "赵敏" not in one.said(named=False)
    assert phone[-4:] not in one.said(named=True)


def test_keys_that_nothing_asks_for_go_after_a_while(shop: Any) -> None:
    with shop.write() as session:
        for number in range(KEPT + 1):
            session.add(Reminder(key=f"cards:{number}", at=clock(10.5)))
            session.flush()
    with shop.write() as session:
        appointments.make(
            session, at=clock(10.5833), aim=Aim.LOOK, customer_id=shop.zhang, now=MORNING
        )
    assert len(said(shop)) == 1
    with shop.read() as session:
        keys = list(session.scalars(select(Reminder.key)))
    assert len(keys) == KEPT + 1
    assert "cards:0" not in keys
    assert f"cards:{KEPT}" in keys


def test_each_is_told_once_though_the_clock_ran_ahead_for_months(shop: Any) -> None:
    with shop.write() as session:
        b.a_deal(session, shop.zhang)
    assert said(shop, at=clock(9, 1)) == ["1 customer is to be contacted today"]
    assert len(said(shop, at=clock(9, 101))) == 2
    assert said(shop, at=clock(9.1, 1)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("quiet_from", "25:00"), ("remind_morning", ""), ("remind_close", "6"), ("remind_before", -1)],
)
def test_a_time_that_is_none_is_said_beside_its_field(shop: Any, field: str, value: Any) -> None:
    shop.staff_id = shop.boss
    with shop.read() as session:
        held = settings.load(session)
    setattr(held, field, value)
    with pytest.raises(Invalid) as refused, shop.write() as session:
        settings.save(session, held)
    assert list(refused.value.problems) == [field]


def test_the_daily_close_may_be_left_out(shop: Any) -> None:
    with shop.write() as session:
        held = settings.load(session)
        held.remind_close = ""
        settings.save(session, held)
    with shop.write() as session:
        b.a_visit(session)
    assert said(shop, at=clock(18.5)) == []
