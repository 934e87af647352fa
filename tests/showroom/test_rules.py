"""The rules of the follow-ups: what they ask for, what a change moves, what it never moves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from showroom import settings, workdays
from showroom.care import absent, followups, lost
from showroom.deals import closing
from showroom.errors import Invalid, ShowroomError
from showroom.guard import amends
from showroom.people import customers, losses, many, promises, rules
from showroom.people.rules import Unit
from showroom.store.models import Action, Customer, FollowUp, Level, Promise, Role, Status
from tests import builders as b
from tests.stories import story

DAY = timedelta(days=1)


def due_of(session: Any, customer: int, rule: Promise = Promise.NEXT) -> FollowUp:
    query = select(FollowUp).where(FollowUp.customer_id == customer, FollowUp.rule == rule)
    return session.scalars(query.where(FollowUp.done_at.is_(None))).one()


def changed(db: Any, code: str, *, move: bool = False, **facts: Any) -> int:
    with db.write() as session:
        old = rules.rule(settings.load(session), code)
        return rules.change(session, code, old._replace(**facts), move=move, today=b.TODAY)


@story
def owner(db: Any) -> int:
    """Somebody who ordered today; a manager and a consultant work here."""
    b.stop_clock(db)
    with db.write() as session:
        b.a_member(session, "赵磊", Role.MANAGER)
        consultant = b.a_member(session)
        id = b.a_customer(session, consultant_id=consultant)
        b.a_deal(session, id)
        return id


# --- what is asked for


def test_the_defaults_are_those_of_the_trade():
    shop = settings.Settings()
    days = {code: rules.rule(shop, code).number for code in rules.OCCASION}
    levels = [days[rules.of_level(level)] for level in Level]
    assert levels == [7, 2, 7, 15, 30, 7]  # O H A B C N (DOMAIN §2.2)
    assert (days["first_visit"], days["manager_call"], days["three_days"], days["week"]) == (
        *(1, 1, 3, 7),
    )
    assert rules.rule(shop, "visit")[:2] == (1, Unit.MONTHS)
    assert rules.rule(shop, "two_months")[:2] == (2, Unit.MONTHS)
    assert rules.rule(shop, "absent")[:2] == (6, Unit.MONTHS)
    again = rules.rule(shop, "lost")
    assert (again[:2], again.who, again.on) == ((6, Unit.MONTHS), Role.MANAGER, True)
    assert rules.rule(shop, "manager_call").who is Role.MANAGER
    assert not rules.rule(shop, "quarter").on


def test_working_days_skip_the_holidays_of_the_year():
    days = workdays.of(settings.Settings())
    assert days.after(date(2026, 2, 13)) == date(2026, 2, 14)  # a Saturday that is worked
    assert days.after(date(2026, 2, 14)) == date(2026, 2, 24)
    assert days.after(date(2026, 9, 30), 2) == date(2026, 10, 9)
    assert days.after(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert days.is_working(date(2025, 10, 11))


def test_what_is_not_published_is_not_invented():
    year = workdays.year_of({}, 2027)
    assert (year.published, year.work) == (False, "")
    assert "Not published yet" in year.source
    days = workdays.of(settings.Settings())
    assert not days.is_working(date(2027, 2, 8))
    assert days.is_working(date(2027, 2, 9))  # no bridge that nobody announced
    assert workdays.year_of({}, 2030).source == "Not known yet: weekends only"


def test_the_table_of_a_year_is_the_shops_own(db: Any):
    shop = settings.Settings()
    workdays.change(shop, 2027, off="02-05～02-11", work="02-14")  # as an input method types it
    assert shop.holidays == {"2027": {"off": "02-05~02-11", "work": "02-14"}}
    assert workdays.of(shop).after(date(2027, 2, 4)) == date(2027, 2, 12)
    assert workdays.of(shop).is_working(date(2027, 2, 14))
    for off, work, field, said in (
        ("02-30", "", "off", "02-30 is no day of 2027"),
        ("02-05~02-01", "", "off", "no day of 2027"),
        ("02-13", "02-13", "work", "off and worked at once"),
        ("", "02-15", "work", "no weekend"),
    ):
        with pytest.raises(Invalid) as told:
            workdays.change(shop, 2027, off=off, work=work)
        assert said in told.value.problems[field]
    shipped = workdays.SHIPPED[2026]
    workdays.change(shop, 2026, off=shipped.off, work=shipped.work)
    assert "2026" not in shop.holidays


def test_a_rule_counts_working_days_or_months(db: Any, owner: int):
    changed(db, "three_days", number=3, unit=Unit.WORKING)
    with db.write() as session:
        other = b.a_customer(session)
        friday = date(2026, 11, 20)
        b.a_deal(session, other, ordered_on=friday, today=friday)
        assert due_of(session, other, Promise.THREE_DAYS).due_on == date(2026, 11, 25)


def test_a_rule_that_is_off_asks_for_nothing_and_one_that_is_on_does(db: Any, owner: int):
    changed(db, "week", on=False)
    changed(db, "quarter", on=True)
    with db.write() as session:
        other = b.a_customer(session)
        deal = b.a_deal(session, other)
        asked = set(session.scalars(select(FollowUp.rule).where(FollowUp.deal_id == deal)))
        assert Promise.WEEK not in asked
        assert due_of(session, other, Promise.QUARTER).due_on == date(2027, 2, 18)
        assert due_of(session, owner, Promise.WEEK)  # what was promised before stays


def test_after_each_visit_somebody_is_called_the_next_day_without_a_phone_nobody(db: Any):
    with db.write() as session:
        b.a_visit(session, phone="13800138000", name="张伟", level=Level.QUARTER)
        (id,) = session.scalars(select(Customer.id))
        customers.set_level(session, id, Level.QUARTER, today=b.TODAY)
        assert due_of(session, id).due_on == b.TODAY + 30 * DAY
        b.a_visit(session, now=b.later(days=9), phone="13800138000")
        assert due_of(session, id).due_on == b.TODAY + 10 * DAY
        b.a_visit(session, now=b.later(days=9))  # left no phone
        assert session.scalars(select(FollowUp)).all() == [due_of(session, id)]
    changed(db, rules.AGAIN, on=False)
    with db.write() as session:
        b.a_visit(session, now=b.later(days=12), phone="13800138000")
        assert due_of(session, id).due_on == b.TODAY + 42 * DAY  # by level


def test_after_the_handover_everything_counts_anew_and_is_done_again(db: Any, owner: int):
    with db.write() as session:
        call = due_of(session, owner, Promise.THREE_DAYS)
        followups.done(session, call.id, result="好", now=b.later(days=3), today=b.TODAY + 3 * DAY)
        told = due_of(session, owner, Promise.WEEK)
        followups.postpone(
            session, told.id, to=b.TODAY + 20 * DAY, why="约好", agreed=True, today=b.TODAY
        )
        on = b.TODAY + 10 * DAY
        closing.deliver(session, told.deal_id, on=on, today=on)
        assert due_of(session, owner, Promise.THREE_DAYS).due_on == on + 3 * DAY
        assert due_of(session, owner, Promise.WEEK).due_on == b.TODAY + 20 * DAY  # he was told
        assert due_of(session, owner, Promise.TWO_MONTHS).due_on == date(2027, 1, 28)


def test_the_planned_handover_counts_until_the_car_is_there(db: Any):
    with db.write() as session:
        id = b.a_customer(session)
        planned = b.TODAY + 30 * DAY
        deal = b.a_deal(session, id, planned_on=planned)
        assert due_of(session, id, Promise.THREE_DAYS).due_on == planned + 3 * DAY
        closing.change(session, deal, planned_on=planned + 5 * DAY)
        assert due_of(session, id, Promise.THREE_DAYS).due_on == planned + 8 * DAY
        with pytest.raises(Invalid, match="before the order"):
            closing.deliver(session, deal, on=b.TODAY - DAY, today=b.TODAY)


def test_who_bought_twice_is_contacted_every_two_months_once(db: Any, owner: int):
    with db.write() as session:
        first = due_of(session, owner, Promise.TWO_MONTHS).deal_id
        b.a_deal(session, owner, model_id="唐")
        assert due_of(session, owner, Promise.TWO_MONTHS).deal_id == first
        closing.cancel(session, first, reason_id=_reason(session), on=b.TODAY)
        assert due_of(session, owner, Promise.TWO_MONTHS).deal_id != first


def _reason(session: Any) -> int:
    from showroom import choices
    from showroom.store.models import ChoiceKind

    return choices.options(session, ChoiceKind.CANCEL_REASON)[0].id


def test_who_may_be_reached_again_is_promised_what_is_still_to_come(db: Any, owner: int):
    with db.write() as session:
        customers.change(session, owner, do_not_contact=True)
        assert session.scalars(select(FollowUp.id)).all() == []
        customers.change(session, owner, do_not_contact=False)
        asked = {row.rule for row in session.scalars(select(FollowUp))}
    assert asked == {
        *(Promise.NEXT, Promise.THREE_DAYS, Promise.WEEK, Promise.VISIT, Promise.TWO_MONTHS),
        Promise.MANAGER_CALL,  # the stop took it out, its end brings it back
    }


# --- who stays away


def test_an_owner_who_stays_away_is_called_before_he_is_lost(db: Any, owner: int):
    with db.write() as session:
        deal = due_of(session, owner, Promise.WEEK).deal_id
        closing.deliver(session, deal, on=b.TODAY, today=b.TODAY)
    due = date(2027, 5, 18)
    for today, made in ((due - 20 * DAY, 0), (due - 6 * DAY, 1), (due, 0)):
        with db.write() as session:
            assert absent.remember(session, today=today) == made
    with db.write() as session:
        assert due_of(session, owner, Promise.ABSENT).due_on == due
        session.get_one(Customer, owner).last_visit_on = due
        from showroom.store import journal

        journal.act(session, "change_customer")
    with db.write() as session:
        absent.remember(session, today=due + DAY)
    with db.read() as session:
        assert due_of(session, owner, Promise.ABSENT).due_on == date(2027, 11, 18)
        assert session.get_one(Customer, owner).status is Status.OWNER


def test_nobody_is_flooded_by_who_stayed_away_for_years(db: Any, owner: int):
    with db.write() as session:
        deal = due_of(session, owner, Promise.WEEK).deal_id
        closing.deliver(session, deal, on=b.TODAY, today=b.TODAY)
    with db.write() as session:
        assert absent.remember(session, today=date(2029, 1, 1)) == 0
    changed(db, "absent", on=False)
    with db.write() as session:
        assert absent.remember(session, today=date(2027, 5, 18)) == 0


# --- who was lost


def lost_one(db: Any, name: str = "赵磊") -> int:
    b.stop_clock(db)
    with db.write() as session:
        id = b.a_customer(session, name)
    with db.write() as session:
        reason = losses.reason_for(session, "")
        losses.lose(session, id, reason_id=reason, now=b.NOW, today=b.TODAY)
    return id


def open_after_loss(db: Any) -> list[FollowUp]:
    with db.read() as session:
        query = select(FollowUp).where(FollowUp.rule == Promise.LOST, FollowUp.done_at.is_(None))
        return list(session.scalars(query))


def test_who_was_lost_is_asked_again_only_where_the_rule_is_on(db: Any):
    id = lost_one(db)
    due = date(2027, 5, 18)
    changed(db, "lost", on=False)
    with db.write() as session:
        assert lost.remember(session, today=due) == 0
    changed(db, "lost", on=True)
    for today, made in ((due - 20 * DAY, 0), (due - 6 * DAY, 1), (due, 0)):
        with db.write() as session:
            assert lost.remember(session, today=today) == made
    (call,) = open_after_loss(db)
    assert (call.customer_id, call.due_on) == (id, due)
    with db.write() as session:
        followups.done(session, call.id, result="已在别处买了", now=b.later(days=181), today=due)
    for _day in range(2):
        with db.write() as session:
            assert lost.remember(session, today=due + DAY) == 0  # once for each loss
    assert open_after_loss(db) == []


def test_a_loss_is_asked_about_once_also_where_the_day_was_moved(db: Any):
    id = lost_one(db)
    due = date(2027, 5, 18)
    with db.write() as session:
        assert lost.remember(session, today=due) == 1
    (call,) = open_after_loss(db)
    with db.write() as session:
        followups.postpone(session, call.id, to=due + DAY, why="开会", today=due)
    with db.write() as session:
        assert lost.remember(session, today=due) == 0
        followups.done(session, call.id, result="已买", now=b.later(days=182), today=due + DAY)
    with db.write() as session:
        assert lost.remember(session, today=due + 2 * DAY) == 0
    db.clock = lambda: b.later(days=200)
    with db.write() as session:  # lost anew: asked anew
        losses.reactivate(session, id, now=b.later(days=200), today=due + 20 * DAY)
        reason = losses.reason_for(session, "")
        losses.lose(session, id, reason_id=reason, now=b.later(days=201), today=due + 21 * DAY)
    with db.write() as session:
        assert lost.remember(session, today=date(2027, 12, 7)) == 1
    with db.read() as session:
        assert session.scalar(select(Action.verb).order_by(Action.id.desc())) == "remember_lost"


def test_a_desk_with_many_losses_is_not_flooded(db: Any):
    """An old desk gets the rule with an update: ten wait at most, and when one is done the next."""
    b.stop_clock(db)
    with db.write() as session:
        ids = [b.a_customer(session, f"赵{number}") for number in range(30)]
    with db.write() as session:
        for id in ids:
            reason = losses.reason_for(session, "")
            losses.lose(session, id, reason_id=reason, now=b.NOW, today=b.TODAY)
    due = date(2027, 5, 18)
    for made in (10, 0):
        with db.write() as session:
            assert lost.remember(session, today=due) == made
    call, *_others = open_after_loss(db)
    with db.write() as session:
        followups.done(session, call.id, result="已买", now=b.later(days=181), today=due)
        assert lost.remember(session, today=due) == 1
    assert len(open_after_loss(db)) == 10


def test_who_was_due_while_there_was_no_room_keeps_his_place(db: Any):
    ids = [lost_one(db, f"赵{number}") for number in range(14)]
    due = date(2027, 5, 18)
    with db.write() as session:
        assert lost.remember(session, today=due) == 10
    months_later = due + 80 * DAY
    with db.write() as session:
        assert lost.remember(session, today=months_later) == 0
    for call in open_after_loss(db)[:3]:
        with db.write() as session:
            followups.done(session, call.id, result="没接", now=b.later(days=250), today=due)
    with db.write() as session:
        assert lost.remember(session, today=months_later) == 3
    waiting = open_after_loss(db)
    assert len(waiting) == 10
    assert {call.due_on for call in waiting[-3:]} == {months_later}
    for call in waiting:
        with db.write() as session:
            followups.done(session, call.id, result="没接", now=b.later(days=251), today=due)
    with db.write() as session:
        assert lost.remember(session, today=months_later + DAY) == 1
    (last,) = open_after_loss(db)
    assert last.customer_id in ids
    with db.write() as session:
        followups.done(session, last.id, result="没接", now=b.later(days=252), today=due)
        assert lost.remember(session, today=months_later + 2 * DAY) == 0


def test_a_rule_that_was_off_owes_nobody_a_place(db: Any):
    for number in range(12):
        lost_one(db, f"赵{number}")
    due = date(2027, 5, 18)
    with db.write() as session:
        assert lost.remember(session, today=due) == 10
    changed(db, "lost", on=False)
    with db.write() as session:
        lost.remember(session, today=due + 30 * DAY)
    changed(db, "lost", on=True)
    for call in open_after_loss(db):
        with db.write() as session:
            followups.done(session, call.id, result="没接", now=b.later(days=220), today=due)
    with db.write() as session:
        assert lost.remember(session, today=due + 40 * DAY) == 0


def test_who_comes_back_or_wants_no_contact_is_not_asked_about_his_loss(db: Any):
    back, silent, told = (lost_one(db, name) for name in ("赵磊", "钱进", "孙亮"))
    with db.write() as session:
        customers.change(session, silent, do_not_contact=True)
    due = date(2027, 5, 18)
    with db.write() as session:
        assert lost.remember(session, today=due) == 2
    with db.write() as session:
        (call,) = (one for one in open_after_loss(db) if one.customer_id == told)
        followups.postpone(session, call.id, to=due + DAY, why="开会", agreed=True, today=due)
    for id in (back, told):
        with db.write() as session:
            losses.reactivate(session, id, now=b.later(days=181), today=due)
    assert [one.customer_id for one in open_after_loss(db)] == [told]  # he was told that day
    with db.read() as session:
        assert due_of(session, back)


# --- a rule is changed


def test_what_a_change_moves_is_counted_before_and_undone_in_one_step(db: Any):
    with db.write() as session:
        people = [b.a_customer(session, name) for name in ("张伟", "李娜", "王芳", "周敏")]
        for id in people:
            customers.set_level(session, id, Level.WEEK, today=b.TODAY)
        for id, agreed in ((people[1], True), (people[2], False)):
            followups.postpone(
                session,
                due_of(session, id).id,
                to=b.TODAY + 9 * DAY,
                why="改期",
                agreed=agreed,
                today=b.TODAY,
            )
        due_of(session, people[3]).due_on = b.TODAY - DAY
    before = _days(db, people)
    with db.read() as session:
        old = rules.rule(settings.load(session), "level_week")
        new = old._replace(number=5)
        found = rules.preview(session, "level_week", new, today=b.TODAY)
        assert found == rules.Moving(moved=1, agreed=1, chosen=1, late=1, same=0)
    assert changed(db, "level_week", number=5, move=True) == 1
    assert _days(db, people) == [b.TODAY + 5 * DAY, *before[1:]]
    with db.write() as session:
        assert amends.undo(session).verb == "follow_rule"
    assert _days(db, people) == before
    with db.read() as session:
        assert settings.load(session).cadence[Level.WEEK] == 2


def _days(db: Any, people: list[int]) -> list[date]:
    with db.read() as session:
        return [due_of(session, id).due_on for id in people]


def test_without_moving_only_what_comes_follows_the_new_rule(db: Any, owner: int):
    assert changed(db, "week", number=10) == 0
    with db.write() as session:
        assert due_of(session, owner, Promise.WEEK).due_on == b.TODAY + 7 * DAY
        other = b.a_customer(session)
        b.a_deal(session, other)
        assert due_of(session, other, Promise.WEEK).due_on == b.TODAY + 10 * DAY


def test_a_rule_given_to_somebody_else_takes_its_open_contacts_along(db: Any, owner: int):
    assert changed(db, "week", who=Role.CONSULTANT, move=True) == 1
    with db.read() as session:
        his = session.get_one(Customer, owner).consultant_id
        assert due_of(session, owner, Promise.WEEK).staff_id == his


def test_no_rule_takes_a_promise_away(db: Any, owner: int):
    with db.read() as session:
        count = len(session.scalars(select(FollowUp.id)).all())
    for code in ("week", "visit", "two_months", "manager_call"):
        changed(db, code, on=False, move=True)
    with db.read() as session:
        assert len(session.scalars(select(FollowUp.id)).all()) == count


def test_what_cannot_be_a_rule_is_said(db: Any):
    for facts, field in (
        ({"number": 0}, "number"),
        ({"number": 37, "unit": Unit.MONTHS}, "number"),
        ({"value": 21}, "value"),
        ({"on": False}, "on"),
    ):
        with pytest.raises(Invalid) as told:
            changed(db, "level_week", **facts)
        assert list(told.value.problems) == [field]


def test_only_who_may_change_settings_changes_a_rule(db: Any):
    with db.write() as session:
        manager = b.a_member(session, "赵磊", Role.MANAGER)
        desk = b.a_member(session, "李静", Role.RECEPTIONIST)
        b.a_pin(session, manager, "2580", by=manager)
    db.staff_id = desk
    with pytest.raises(ShowroomError, match="change settings"):
        changed(db, "week", number=9)


def test_the_thank_you_card_follows_its_rule(db: Any):
    changed(db, rules.THANKS, number=4)
    with db.read() as session:
        shop = settings.load(session)
    assert (shop.card_due_days, shop.card_late_days) == (4, 4)
    assert rules.day(shop, rules.THANKS, date(2026, 11, 20)) == date(2026, 11, 26)


# --- what he was told


def test_a_day_that_was_agreed_stays_whatever_happens(db: Any, owner: int):
    told = b.TODAY + 12 * DAY
    with db.write() as session:
        call = due_of(session, owner)
        followups.done(
            session, call.id, result="下周三再打", next_on=told, now=b.NOW, today=b.TODAY
        )
    changed(db, "level_ordered", number=3, move=True)
    with db.write() as session:
        customers.set_level(session, owner, Level.ORDERED, today=b.TODAY)
        many.set_level(session, [owner], Level.WEEK, today=b.TODAY)
        phone = customers.first_phones(session, {owner})[owner]
        b.a_visit(session, now=b.later(days=2), phone=phone)
        assert (due_of(session, owner).due_on, due_of(session, owner).agreed) == (told, True)
        deal = due_of(session, owner, Promise.WEEK).deal_id
        closing.deliver(session, deal, on=b.TODAY, today=b.TODAY)
        assert due_of(session, owner).due_on == told  # an owner keeps what he was told


def test_a_first_level_rule_knows_working_days_for_many_at_once(db: Any):
    changed(db, "level_month", number=2, unit=Unit.WORKING)
    friday = date(2026, 11, 20)
    with db.write() as session:
        id = b.a_customer(session)
        many.set_level(session, [id], Level.MONTH, today=friday)
        assert due_of(session, id).due_on == date(2026, 11, 24)
        assert due_of(session, id).asked_by == "level_month"


def test_the_next_days_of_more_customers_than_a_statement_has_room_for(db: Any, owner: int):
    with db.read() as session:
        found = promises.next_days(session, range(1, 260_000))
        assert found.keys() == promises.next_days(session, [owner]).keys()


@pytest.mark.parametrize(
    ("number", "unit"), [(6, Unit.MONTHS), (90, Unit.DAYS), (40, Unit.WORKING)]
)
def test_what_is_due_in_some_days_was_within_its_span(number: int, unit: Unit):
    shop = settings.Settings()
    rules.put(shop, "lost", rules.rule(shop, "lost")._replace(number=number, unit=unit))
    first, last = date(2027, 2, 1), date(2027, 2, 21)
    low, high = rules.span(shop, "lost", first, last)
    days = [low - 60 * DAY + step * DAY for step in range((high - low).days + 120)]
    due = [day for day in days if first <= rules.day(shop, "lost", day) <= last]
    assert due
    assert low <= min(due) <= max(due) <= high
