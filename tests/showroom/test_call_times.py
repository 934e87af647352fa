"""A customer says when he wants to be called: the promise is kept at that time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from showroom import dates, settings
from showroom.care import absent, calendar, cover, followups, reminders
from showroom.errors import Invalid
from showroom.figures import registers
from showroom.guard import erasure
from showroom.people import customers, many, merging, promises, rules
from showroom.sheets import apply as applying
from showroom.sheets import read as reading
from showroom.sheets.plan import Outcome
from showroom.store import journal
from showroom.store.models import Cause, Customer, FollowUp, Level, Promise
from tests import builders as b
from tests.showroom.sheet_kit import NOW, book, bring_in, plan
from tests.showroom.test_sheets_returned import edited, out
from tests.stories import story

DAY = timedelta(days=1)
THREE = time(15)


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """A moment by the clock on the wall."""
    return dates.at(b.TODAY + days * DAY, time(hour, minute))


@story
def shop(db: Any) -> Any:
    """10:30; 张伟 is to be called today, and 李娜 for nine days, by 王强."""
    db.clock = lambda: at(10, 30)
    with db.write() as session:
        db.wang = b.a_member(session)
    with db.write() as session:
        db.zhang = a_due(session, "张伟", db.wang)
        db.li = a_due(session, "李娜", db.wang, days=9)
    return db


def a_due(session: Any, name: str, consultant: int, days: int = 0) -> int:
    """Somebody whose contact is due since so many days."""
    then = {"now": at(10, days=-days - 1), "today": b.TODAY - (days + 1) * DAY}
    return b.a_customer(session, name, level=Level.WEEK, consultant_id=consultant, **then)


def open_one(session: Any, customer: int) -> FollowUp:
    return session.query(FollowUp).filter_by(customer_id=customer, done_at=None).one()


def tell(db: Any, customer: int, on: date = b.TODAY, clock: time | None = THREE) -> int:
    """He was told when."""
    with db.write() as session:
        id = open_one(session, customer).id
        followups.postpone(
            session, id, to=on, clock=clock, why="asked", agreed=True, now=db.now(), today=b.TODAY
        )
        return id


def names(db: Any, now: datetime) -> list[str]:
    """Who is to be contacted, in the order of the list at this moment."""
    with db.read() as session:
        today = dates.local_day(now)
        ids = followups.due(session, today, now=now)
        by_id = {row.id: row.name for row in followups.rows(session, ids, today)}
    return [by_id[id] for id in ids]


def held(db: Any, customer: int) -> tuple[date, time | None, bool]:
    with db.read() as session:
        row = open_one(session, customer)
        return row.due_on, row.clock, row.agreed


# --- the list


def test_whose_time_comes_within_the_hour_stands_on_top(shop: Any) -> None:
    tell(shop, shop.zhang)
    assert names(shop, at(13, 59)) == ["李娜", "张伟"]  # nine days late weighs more
    assert names(shop, at(14)) == ["张伟", "李娜"]
    assert names(shop, at(19)) == ["张伟", "李娜"]
    assert names(shop, at(0, 1, days=1)) == ["张伟", "李娜"]  # missed: first on the days after, too
    assert names(shop, at(23, 30)) == ["张伟", "李娜"]  # an hour on is another day


def test_those_of_today_stand_by_their_time_before_those_of_earlier_days(shop: Any) -> None:
    tell(shop, shop.li, clock=time(11))
    tell(shop, shop.zhang, clock=time(11, 15))
    with shop.write() as session:
        zhao = a_due(session, "赵磊", shop.wang)
        row = open_one(session, zhao)
        journal.act(session, "postpone")
        row.due_on, row.clock, row.asked_by = b.TODAY - DAY, time(9), ""
    assert names(shop, at(10, 30)) == ["李娜", "张伟", "赵磊"]


def test_what_comes_next_stands_by_day_and_time(shop: Any) -> None:
    tell(shop, shop.zhang, b.TODAY + DAY, time(16))
    tell(shop, shop.li, b.TODAY + DAY, time(9))
    with shop.read() as session:
        coming = followups.board(session, b.TODAY).coming
        rows = {row.id: row.name for row in followups.rows(session, coming, b.TODAY)}
    assert [rows[id] for id in coming] == ["李娜", "张伟"]


# --- promising


def test_busy_now_call_me_at_three_is_a_contact_of_today(shop: Any) -> None:
    with shop.write() as session:
        id = open_one(session, shop.zhang).id
        coming = followups.done(
            session, id, result="busy", next_on=b.TODAY, next_clock=THREE,
            now=shop.now(), today=b.TODAY,
        )  # fmt: skip
        assert coming is not None
        assert (coming.due_on, coming.clock, coming.agreed) == (b.TODAY, THREE, True)
    assert held(shop, shop.zhang) == (b.TODAY, THREE, True)


@pytest.mark.parametrize(
    ("on", "clock", "said"),
    [
        (b.TODAY, time(10, 30), "10:30 is over today. Enter a later time, or the day, too."),
        (b.TODAY, None, "Choose a day after today."),
        (b.TODAY - DAY, THREE, "Choose a day after today."),
    ],
)
def test_a_time_that_is_over_is_refused_with_its_name(shop: Any, on: Any, clock: Any, said: str):
    with shop.write() as session:
        id = open_one(session, shop.zhang).id
        with pytest.raises(Invalid) as refused:
            followups.done(
                session, id, result="x", next_on=on, next_clock=clock, now=shop.now(), today=b.TODAY
            )
        assert refused.value.problems == {"next": said}
        with pytest.raises(Invalid) as refused:
            followups.postpone(
                session, id, to=on, clock=clock, why="x", now=shop.now(), today=b.TODAY
            )
        assert refused.value.problems == {"to": said}


def test_postponed_without_a_time_it_has_none(shop: Any) -> None:
    tell(shop, shop.zhang)
    tell(shop, shop.zhang, b.TODAY + DAY, None)
    assert held(shop, shop.zhang) == (b.TODAY + DAY, None, True)


def test_an_undo_brings_the_time_back(shop: Any) -> None:
    tell(shop, shop.zhang)
    tell(shop, shop.zhang, b.TODAY + 4 * DAY, time(9))
    with shop.write() as session:
        journal.undo(session)
    assert held(shop, shop.zhang) == (b.TODAY, THREE, True)


# --- what moves days leaves it, or takes the time along


def test_no_rule_and_no_level_moves_a_time_that_was_said(shop: Any) -> None:
    tell(shop, shop.zhang, b.TODAY + 3 * DAY)
    with shop.write() as session:
        code = rules.of_level(Level.WEEK)
        rules.change(
            session,
            code,
            rules.rule(settings.load(session), code)._replace(number=9),
            move=True,
            today=b.TODAY,
        )
        customers.set_level(session, shop.zhang, Level.MONTH, today=b.TODAY)
        many.set_level(session, [shop.zhang], Level.QUARTER, today=b.TODAY)
        absent.remember(session, today=b.TODAY)
        calendar.remember(session, today=b.TODAY)
    assert held(shop, shop.zhang) == (b.TODAY + 3 * DAY, THREE, True)


def test_a_time_nobody_was_told_goes_with_its_day(shop: Any) -> None:
    with shop.write() as session:
        id = open_one(session, shop.zhang).id
        followups.done(
            session, id, result="no answer", reached=False, next_on=b.TODAY, next_clock=THREE,
            now=shop.now(), today=b.TODAY,
        )  # fmt: skip
        assert open_one(session, shop.zhang).clock == THREE
        customers.set_level(session, shop.zhang, Level.MONTH, today=b.TODAY)
    assert held(shop, shop.zhang)[1:] == (None, False)


def test_who_stands_in_keeps_it(shop: Any) -> None:
    id = tell(shop, shop.zhang)
    with shop.write() as session:
        other = b.a_member(session, "刘洋")
        cover.note(
            session,
            staff_id=shop.wang,
            stand_in_id=other,
            first_on=b.TODAY,
            last_on=b.TODAY,
            today=b.TODAY,
        )
    with shop.read() as session:
        assert followups.due(session, b.TODAY, staff_id=other, now=at(15))[0] == id
        (row,) = followups.rows(session, [id], b.TODAY)
    assert (row.staff, row.clock, row.covered) == ("刘洋 for 王强", THREE, True)


def test_of_two_that_become_one_the_time_that_was_said_stays(shop: Any) -> None:
    tell(shop, shop.li, b.TODAY + 2 * DAY, time(9, 30))
    with shop.write() as session:
        merging.merge(session, shop.li, shop.zhang, now=shop.now(), today=b.TODAY)
    assert held(shop, shop.zhang) == (b.TODAY + 2 * DAY, time(9, 30), True)


def test_who_is_erased_has_no_time_left(shop: Any) -> None:
    tell(shop, shop.zhang)
    with shop.write() as session:
        erasure.erase(session, shop.zhang, why=Cause.ASKED)
    with shop.read() as session:
        assert session.query(FollowUp).filter_by(customer_id=shop.zhang, done_at=None).all() == []
        assert not [one for one in reminders.due(session, now=at(15)) if "contact:" in one.key]


# --- where it is read


def test_the_first_time_is_known_by_customer(shop: Any) -> None:
    tell(shop, shop.zhang)
    with shop.write() as session:
        journal.act(session, "postpone")
        promises.promise(session, session.get_one(Customer, shop.zhang), Promise.VISIT, b.TODAY)
    with shop.read() as session:
        assert promises.first_days(session)[shop.zhang] == dates.When(b.TODAY, THREE)
        assert promises.next_days(session, [shop.li])[shop.li].clock is None
        assert followups.first_clock(session, b.TODAY) == THREE
        assert followups.first_clock(session, b.TODAY + DAY) is None
        (row,) = customers.rows(session, [shop.zhang])
        assert (row.next_on, row.next_clock) == (b.TODAY, THREE)
        assert customers.file(session, shop.zhang).due.clock == THREE


def test_the_calendar_shows_what_was_agreed(shop: Any) -> None:
    id = tell(shop, shop.zhang, b.TODAY + DAY)
    tell(shop, shop.li, b.TODAY + DAY, None)
    with shop.read() as session:
        counted = calendar.counts(session, b.TODAY, b.TODAY + 7 * DAY)
        found = calendar.entries(session, b.TODAY, b.TODAY + 7 * DAY)
        assert counted == {b.TODAY + DAY: {Promise.NEXT: 2}}
    assert [(one.name, one.clock) for one in found] == [("张伟", THREE), ("李娜", None)]
    assert found[0].contact_id == id


def test_the_list_of_customers_says_it_when_it_leaves(shop: Any, tmp_path: Any) -> None:
    tell(shop, shop.zhang, b.TODAY + DAY)
    with shop.write() as session:
        registers.customers(session, tmp_path / "c.csv")
    lines = (tmp_path / "c.csv").read_text("utf-8-sig").splitlines()
    (his,) = [line for line in lines if line.startswith("张伟")]
    assert f"{b.TODAY + DAY},15:00" in his


# --- reminded


def reminded(db: Any, now: datetime) -> list[str]:
    db.clock = lambda: now
    with db.write() as session:
        found = reminders.look(session, now=now)[0]
        reminders.note(session, found, now=now)
    return [one.said(named=True) for one in found if one.key.startswith("contact:")]


def test_it_is_told_once_at_its_time_whatever_the_clock_does(shop: Any) -> None:
    tell(shop, shop.zhang)
    assert reminded(shop, at(14, 59)) == []
    assert reminded(shop, at(15)) == ["15:00 to be contacted: Next contact · Mr 张伟"]
    assert reminded(shop, at(14, 58)) == []  # set back
    assert reminded(shop, at(15, 1)) == []
    tell(shop, shop.zhang, b.TODAY, time(16))
    assert reminded(shop, at(16, 2)) == ["16:00 to be contacted: Next contact · Mr 张伟"]


def test_after_a_sleep_it_is_still_told_and_after_quiet_hours(shop: Any) -> None:
    tell(shop, shop.zhang, b.TODAY, time(21))
    with shop.write() as session:
        held = settings.load(session)
        held.quiet_from, held.quiet_to = "20:00", "09:00"
        settings.save(session, held)
    assert reminded(shop, at(21, 5)) == []
    woken = reminded(shop, at(9, 1, days=1))
    assert woken == ["Yesterday 21:00 to be contacted: Next contact · Mr 张伟"]
    assert reminded(shop, at(9, 5, days=1)) == []


def test_who_was_contacted_or_must_not_be_is_not_told(shop: Any) -> None:
    id = tell(shop, shop.zhang)
    tell(shop, shop.li)
    with shop.write() as session:
        followups.done(session, id, result="spoken", now=at(14), today=b.TODAY)
        customers.change(session, shop.li, do_not_contact=True)
    assert reminded(shop, at(15)) == []


# --- lists that come in


LISTED = ["客户姓名", "手机号", "下次回访", "下次回访时间", "意向级别"]


@pytest.mark.parametrize(
    ("day", "at", "when"),
    [
        ("2026-11-25 15:30", "", (date(2026, 11, 25), time(15, 30))),
        ("2026-11-25", "下午3点半", (date(2026, 11, 25), time(15, 30))),
        (46351.0, 0.625, (date(2026, 11, 25), THREE)),
        (46351.625, "", (date(2026, 11, 25), THREE)),
        ("", "2026-11-25 15:00", (date(2026, 11, 25), THREE)),
        ("2026-11-25", "", (date(2026, 11, 25), None)),
    ],
)
def test_the_day_and_time_of_a_next_contact_come_in(db: Any, day: Any, at: Any, when: Any) -> None:
    db.clock = lambda: NOW
    bring_in(db, LISTED, ["张伟", "13800138000", day, at, "H"])
    with db.read() as session:
        (row,) = session.query(FollowUp).all()
        assert (row.due_on, row.clock, row.agreed) == (*when, when[1] is not None)


def test_a_day_that_is_over_or_none_is_left_to_the_level_and_said(db: Any) -> None:
    db.clock = lambda: NOW
    planned = bring_in(
        db,
        LISTED,
        ["张伟", "13800138000", "2026-11-01", "15:00", "H"],
        ["李娜", "13800138001", "有空再说", "", "H"],
        ["赵磊", "13800138002", "2062-12-01", "", "H"],
    )
    assert [row.reason for row in planned.rows[1:]] == [
        "下次回访: 2026-11-01 is over. The next contact follows the level.",
        "下次回访: No day: 有空再说. The next contact follows the level.",
        "下次回访: That is more than 5 years ahead: check the year.",
    ]
    with db.read() as session:
        assert {row.clock for row in session.query(FollowUp)} == {None}


def test_of_who_is_on_file_the_day_stays_unless_the_file_takes_precedence(db: Any) -> None:
    db.clock = lambda: NOW
    bring_in(db, LISTED, ["张伟", "13800138000", "2026-11-25 15:00", "", "H"])
    again = bring_in(db, LISTED, ["张伟", "13800138000", "2026-11-26 09:00", "", "H"])
    assert again.rows[1].reason == "Kept as on file: next contact."
    with db.read() as session:
        (row,) = session.query(FollowUp).all()
        assert (row.due_on, row.clock) == (date(2026, 11, 25), THREE)
    assert not plan(db, book(LISTED, ["张伟", "13800138000", "2026-11-25 15:00", "", "H"])).changes


def test_a_day_edited_in_a_list_stays_one_that_was_said(db: Any, tmp_path: Any) -> None:
    db.clock = lambda: NOW
    with db.write() as session:
        id = customers.add(session, name="张伟", phone="13800138000", now=NOW, today=b.TODAY).id
        (call,) = session.query(FollowUp).all()
        said = b.TODAY + 5 * DAY
        followups.postpone(session, call.id, to=said, why="x", agreed=True, today=b.TODAY)
    path = out(db, tmp_path / "c.xlsx")
    moved = b.TODAY + 9 * DAY
    applying.apply(db, plan(db, edited(path, Next_contact_on_2=moved)))
    with db.read() as session:
        (row,) = session.query(FollowUp).all()
        assert (row.customer_id, row.due_on, row.agreed) == (id, moved, True)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_left_with_its_time_comes_back_the_same_and_an_edit_moves_it(
    db: Any, tmp_path: Any, ending: str
) -> None:
    db.clock = lambda: NOW
    bring_in(db, LISTED, ["张伟", "13800138000", "2026-11-25 15:00", "", "H"])
    path = out(db, tmp_path / f"c.{ending}")
    assert not plan(db, reading.read(path)).changes
    if ending == "csv":
        return
    result = applying.apply(db, plan(db, edited(path, Next_contact_at_2=time(16, 30))))
    with db.read() as session:
        (row,) = session.query(FollowUp).all()
        assert (row.due_on, row.clock, row.agreed) == (date(2026, 11, 25), time(16, 30), True)
    assert not plan(db, reading.read(path)).changes
    with db.write() as session:
        journal.undo(session, result.action_id)
        assert session.query(FollowUp).one().clock == THREE


def test_where_another_call_comes_first_a_list_moves_neither(db: Any, tmp_path: Any) -> None:
    db.clock = lambda: NOW
    bring_in(db, LISTED, ["张伟", "13800138000", "2026-11-25", "", "H"])
    with db.write() as session:
        day = date(2026, 11, 24)
        journal.act(session, "follow_up")
        session.add(FollowUp(customer_id=1, rule=Promise.MANAGER_CALL, due_on=day))
    path = out(db, tmp_path / "c.xlsx")
    assert not plan(db, reading.read(path)).changes
    (row,) = plan(db, edited(path, Next_contact_on_2=date(2026, 12, 8))).rows[1:]
    assert (row.outcome, row.reason) == (
        Outcome.SAME,
        "Changed where its rules are kept, not by a list: next contact.",
    )
    same = bring_in(db, LISTED, ["张伟", "13800138000", "2026-11-24", "", "H"]).rows[1]
    assert same.reason == ""
