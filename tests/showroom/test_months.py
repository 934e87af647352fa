"""What a month begins with, is to bring and did bring: openings, balance, targets, diagnosis."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select

from showroom import dates
from showroom.door import moments, reception
from showroom.errors import Invalid, ShowroomError
from showroom.figures import (
    balance,
    changes,
    completion,
    cuts,
    diagnosis,
    funnel,
    losses,
    months,
    openings,
    targets,
    unasked,
)
from showroom.guard import amends
from showroom.people import customers, merging
from showroom.people import losses as losing
from showroom.store import journal, models
from showroom.store.models import (
    Action,
    FollowUp,
    Level,
    Moment,
    Refusal,
)
from tests import builders as b
from tests.stories import story

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return dates.at(date(2026, month, day), time(hour, minute))


def stand(db: Any, moment: datetime) -> None:
    """The clock of the desk stands at this moment."""
    db.clock = lambda: moment


def a_prospect(session: Any, moment: datetime, level: Level, who: int | None = None) -> int:
    facts = {"level": level, "consultant_id": who, "today": dates.local_day(moment)}
    return b.a_customer(session, now=moment, **facts)


@story
def shop(db: Any) -> Any:
    """September brought four prospects; in October one moved, one bought, one was lost."""
    stand(db, at(9, 20))
    with db.write() as session:
        db.wang = b.a_member(session, "王强")
        db.li = b.a_member(session, "李娜")
        b.a_model(session)
    with db.write() as session:
        db.mover = a_prospect(session, at(9, 20), Level.MONTH, db.wang)
        db.buyer = a_prospect(session, at(9, 20), Level.WEEK, db.wang)
        db.loser = a_prospect(session, at(9, 20), Level.QUARTER, db.li)
        db.stayer = a_prospect(session, at(9, 20), Level.QUARTER, db.li)
    return db


def october(db: Any) -> None:
    """What October did to them, and one who is new."""
    stand(db, at(10, 12))
    with db.write() as session:
        customers.set_level(session, db.mover, Level.WEEK, today=date(2026, 10, 12))
    with db.write() as session:
        facts = {"ordered_on": date(2026, 10, 12), "now": at(10, 12), "today": date(2026, 10, 12)}
        b.a_deal(session, db.buyer, **facts)
    with db.write() as session:
        reason = losing.reason_for(session, "")
        losing.lose(
            session,
            db.loser,
            reason_id=reason,
            now=at(10, 12),
            today=date(2026, 10, 12),
            note="去了别家",
        )
    with db.write() as session:
        db.fresh = a_prospect(session, at(10, 12), Level.FORTNIGHT, db.li)


# --- the opening


def test_the_first_start_of_a_month_freezes_who_is_open_and_later_ones_change_nothing(
    shop: Any,
) -> None:
    stand(shop, at(10, 1, 8))
    assert openings.begin(shop)
    october(shop)
    assert not openings.begin(shop)
    with shop.read() as session:
        found = openings.of_month(session, OCTOBER)
    assert found.taken_at == at(10, 1, 8)
    assert found.counts == {
        (shop.wang, Level.MONTH): 1,
        (shop.wang, Level.WEEK): 1,
        (shop.li, Level.QUARTER): 2,
    }
    assert (found.total, found.orders) == (4, 0)
    assert found.of_level(Level.QUARTER) == found.of_consultant(shop.li) == 2


def test_a_desk_that_is_first_opened_on_the_ninth_freezes_what_was_on_the_first(shop: Any) -> None:
    october(shop)
    stand(shop, at(10, 20))
    openings.begin(shop)
    with shop.read() as session:
        assert openings.of_month(session, OCTOBER).of_level(Level.MONTH) == 1
        assert openings.of_month(session, OCTOBER).total == 4


def test_what_a_clock_ahead_froze_does_not_count_and_is_frozen_anew_in_its_month(shop: Any) -> None:
    stand(shop, at(10, 18))
    assert openings.begin(shop)  # it is the 18th of September
    stand(shop, at(9, 21))
    with shop.write() as session:
        a_prospect(session, at(9, 21), Level.WEEK, shop.li)
    with shop.read() as session:
        assert openings.of_month(session, OCTOBER).taken_at is None
    stand(shop, at(10, 1, 8))
    assert openings.begin(shop)
    assert not openings.begin(shop)
    with shop.read() as session:
        found = openings.of_month(session, OCTOBER)
    assert (found.taken_at, found.total) == (at(10, 1, 8), 5)


def test_the_month_of_the_first_entry_is_not_kept_but_read_back(shop: Any) -> None:
    assert not openings.begin(shop)  # September is where the journal begins
    with shop.read() as session:
        assert openings.of_month(session, date(2026, 9, 1)).taken_at is None
        assert not openings.is_frozen(session, date(2026, 9, 20))


def test_undo_never_changes_an_opening(shop: Any) -> None:
    stand(shop, at(9, 30))
    with shop.write() as session:
        a_prospect(session, at(9, 30), Level.WEEK, shop.li)
    stand(shop, at(10, 1, 8))
    openings.begin(shop)
    with shop.write() as session:  # Ctrl+Z means the prospect, not the opening
        assert amends.undo(session).verb == "add_customer"
    with shop.read() as session:
        assert openings.of_month(session, OCTOBER).total == 5
        frozen = session.scalar(select(Action.id).where(Action.verb == "open_month"))
    with shop.write() as session, pytest.raises(ShowroomError, match="never changed"):
        amends.undo(session, frozen)


def test_a_month_nobody_opened_is_read_back_and_says_so(shop: Any) -> None:
    october(shop)
    stand(shop, at(11, 5))
    with shop.read() as session:
        then = openings.of_month(session, OCTOBER)
        now = openings.of_month(session, NOVEMBER)
    assert then.taken_at is None
    assert (then.total, then.of_level(Level.WEEK)) == (4, 1)
    assert now.counts == {
        (shop.wang, Level.WEEK): 1,
        (shop.li, Level.QUARTER): 1,
        (shop.li, Level.FORTNIGHT): 1,
    }
    assert now.orders == 1


def test_who_was_deleted_or_merged_since_was_open_then(shop: Any) -> None:
    stand(shop, at(10, 5))
    with shop.write() as session:
        merging.merge(session, shop.stayer, shop.mover, now=at(10, 5), today=date(2026, 10, 5))
    with shop.read() as session:
        assert openings.rebuilt(session, OCTOBER).total == 4
        assert openings.rebuilt(session, date(2026, 10, 6)).total == 3


# --- the balance


def test_every_line_of_the_balance_adds_up(shop: Any) -> None:
    stand(shop, at(10, 1, 8))
    openings.begin(shop)
    october(shop)
    with shop.read() as session:
        found = balance.of_month(session, OCTOBER, now=at(11, 3))
        after = openings.of_month(session, NOVEMBER)
    assert found.until == date(2026, 10, 31)
    lines = {line.label: line for line in found.levels}
    assert list(lines) == ["H", "A", "B", "C", "N"]
    week, month = lines["H"], lines["B"]
    assert (week.opening, week.came, week.ordered, week.closing) == (1, 1, 1, 1)
    assert (month.opening, month.went, month.closing) == (1, 1, 0)
    assert (lines["C"].lost, lines["C"].closing) == (1, 1)
    assert (lines["A"].new, lines["A"].closing) == (1, 1)
    assert all(line.corrected == line.other == 0 for line in found.levels)
    for line in found.levels:
        assert line.closing == after.of_level(line.key)  # who is not closed is carried on
    people = {line.label: line for line in found.consultants}
    assert (people["王强"].opening, people["王强"].ordered, people["王强"].closing) == (2, 1, 1)
    assert (people["李娜"].new, people["李娜"].lost, people["李娜"].closing) == (1, 1, 2)


def test_what_the_journal_says_otherwise_than_the_frozen_opening_stands_as_corrected(
    shop: Any,
) -> None:
    stand(shop, at(10, 1, 8))
    with shop.write() as session:
        journal.act(session, "open_month")
        held = models.MonthOpening(
            month=OCTOBER, taken_at=at(10, 1, 8), orders=0, counts='[[null, "week", 3]]'
        )
        session.add(held)
    with shop.read() as session:
        found = balance.of_month(session, OCTOBER, now=at(10, 2))
    assert {line.label: line.corrected for line in found.levels} == {
        "H": -2,
        "A": 0,
        "B": 1,
        "C": 2,
        "N": 0,
    }
    assert [line.closing for line in found.levels] == [1, 0, 1, 2, 0]


def test_conversion_and_the_loss_rate_rest_on_what_was_carried_in(shop: Any) -> None:
    stand(shop, at(10, 1, 8))
    openings.begin(shop)
    october(shop)
    with shop.read() as session:
        found = {one.code: one for one in months.of_month(session, OCTOBER, now=at(11, 3))}
    assert found["opening"].value == 4
    assert (found["conversion"].numerator, found["conversion"].denominator) == (1, 4)
    assert (found["loss_rate"].numerator, found["loss_rate"].denominator) == (1, 5)
    assert found["handed_over"].denominator == 1
    with shop.read() as session:  # and the page of losses says the same
        page = {one.code: one for one in losses.period(session, OCTOBER, date(2026, 10, 31))}
    assert page["loss_rate"] == found["loss_rate"]


# --- what was due


def test_a_contact_made_a_day_late_is_late_and_one_of_whoever_may_not_be_called_not_due(
    shop: Any,
) -> None:
    with shop.write() as session:
        journal.act(session, "follow_up")
        for row in session.scalars(select(FollowUp)):
            row.due_on, row.staff_id = date(2026, 10, 10), shop.wang
            row.done_at = None
            if row.customer_id == shop.mover:
                row.done_at = at(10, 10, 18)
            if row.customer_id == shop.buyer:
                row.done_at = at(10, 11, 9)
    with shop.write() as session:
        customers.change(session, shop.loser, do_not_contact=True)
    with shop.read() as session:
        found = completion.look(session, OCTOBER, date(2026, 10, 31), today=date(2026, 11, 1))
        early = completion.look(session, OCTOBER, date(2026, 10, 31), today=date(2026, 10, 9))
    (line,) = found.consultants
    assert (line.label, line.due, line.in_time, line.late, line.open) == ("王强", 3, 1, 1, 1)
    assert line.rate == pytest.approx(1 / 3)
    assert found.whole[2:] == (3, 1, 1)
    assert [rule.label for rule in found.rules] == ["Next contact"]
    assert early.whole.due == 0


# --- targets


def test_targets_are_set_compared_taken_over_and_undone(shop: Any) -> None:
    stand(shop, at(10, 1))
    with shop.write() as session:
        wanted = {(None, "orders"): 4, (shop.wang, "orders"): 3, (None, "contacts"): 75}
        assert targets.save(session, OCTOBER, wanted) == 3
    october(shop)
    with shop.read() as session:
        rows = {(r.who, r.code): r for r in targets.compare(session, OCTOBER, date(2026, 10, 31))}
    orders = rows["Whole shop", "orders"]
    assert (orders.target, orders.actual, orders.attained, orders.gap) == (4, 1, 0.25, 3)
    assert rows["王强", "orders"].gap == 2
    assert ("李娜", "orders") not in rows
    assert rows["Whole shop", "contacts"].target == 0.75
    assert rows["Whole shop", "contacts"].attained is None  # nobody came for the first time
    stand(shop, at(11, 1))
    with shop.write() as session:
        assert targets.copy(session, NOVEMBER) == 3
    with shop.write() as session:
        assert targets.save(session, NOVEMBER, {(None, "orders"): None}) == 1
    with shop.read() as session:
        assert (None, "orders") not in targets.load(session, NOVEMBER)
    with shop.write() as session:
        assert amends.undo(session).verb == "targets"
    with shop.read() as session:
        assert targets.load(session, NOVEMBER) == wanted


def test_a_target_that_cannot_be_is_refused_beside_its_field(shop: Any) -> None:
    with shop.write() as session, pytest.raises(Invalid) as refused:
        targets.save(session, OCTOBER, {(None, "orders"): 0, (shop.li, "drive_rate"): 101})
    assert set(refused.value.problems) == {"shop.orders", f"{shop.li}.drive_rate"}


# --- the diagnosis


def test_whoever_lies_far_below_the_shop_gets_the_sentence_of_the_book() -> None:
    shop = {"contacts": 0.75, "again": 0.2, "stay": 60.0, "drive_rate": 0.4, "first": 20.0}
    just = {"contacts": 0.67, "again": 0.15, "stay": 48.0, "drive_rate": 0.35, "first": 17.0}
    assert [one.rule.code for one in diagnosis.found(just, shop)] == list(shop)
    above = {"contacts": 0.68, "again": 0.16, "stay": 49.0, "drive_rate": 0.36, "first": 18.0}
    assert diagnosis.found(above, shop) == []
    (one,) = diagnosis.found({"contacts": 0.5}, shop)
    assert one.said == "Contact rate 50% (shop 75%): receptions too short, too few asks"


def test_only_who_received_enough_is_judged(shop: Any) -> None:
    stand(shop, at(10, 5))
    for number in range(12):
        with shop.write() as session:
            visit = b.a_visit(session, now=at(10, 5, 9, number), people=1)
            session.get_one(models.Visit, visit).consultant_id = shop.wang
            reception.leave(session, visit, at=at(10, 5, 10, number))
    with shop.write() as session:
        visit = b.a_visit(session, now=at(10, 5, 11), name="赵云", phone="13900139000")
        session.get_one(models.Visit, visit).consultant_id = shop.li
        reception.leave(session, visit, at=at(10, 5, 16))
    with shop.read() as session:
        found = diagnosis.of_consultants(session, OCTOBER, date(2026, 10, 31))
    assert list(found) == [shop.wang]
    (stay,) = (one for one in found[shop.wang] if one.rule.code == "stay")
    assert (round(stay.mine), round(stay.shop)) == (60, 78)


# --- not left, funnel


def test_who_left_nothing_was_asked_or_not(db: Any) -> None:
    stand(db, at(10, 3))
    with db.write() as session:
        never = b.a_visit(session, now=at(10, 3, 9))
        once = b.a_visit(session, now=at(10, 3, 10))
        moments.ask(session, once, Moment.SEATED, refusal=Refusal.SPAM, now=at(10, 3, 10))
        b.a_visit(session, now=at(10, 3, 11), name="赵云", phone="13900139000")
    assert never
    with db.read() as session:
        found = unasked.look(session, OCTOBER, date(2026, 10, 31))
    assert found == (2, 1, 1, 0)


def test_the_parts_of_the_funnel_are_the_whole(busy: Any) -> None:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    with busy.read() as session:
        parts = funnel.by_group(session, first, last)
        whole = sum((one.counts.walk_ins for one in parts), 0)
        assert whole == sum(s.counts.walk_ins for s in cuts.by_day(session, first, last)) > 0
    assert [one.code for one in parts][:3] == ["showroom", "owners", "events"]


@story
def busy(db: Any) -> Any:
    from showroom.sample import fill

    now = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    stand(db, now)
    with db.write() as session:
        fill.fill(session, customers=200, months=3, seed=7, now=now)
    return db


def test_an_invented_month_has_a_balance_with_life_in_it(busy: Any) -> None:
    with busy.read() as session:
        found = balance.of_month(session, OCTOBER, now=busy.now())
    assert sum(line.opening for line in found.levels) > 10
    assert sum(line.new for line in found.levels) > 10
    assert sum(line.ordered for line in found.levels) > 0
    assert sum(line.closing for line in found.consultants) == sum(
        line.closing for line in found.levels
    )


# --- since the last export


def test_what_changed_since_the_last_export_is_named_with_who_did_it(shop: Any) -> None:
    october(shop)
    stand(shop, at(11, 2))

    def figures(session: Any) -> Any:
        return months.of_month(session, OCTOBER, now=shop.now())

    days = OCTOBER, date(2026, 10, 31)
    with shop.read() as session:
        assert changes.since_last(session, OCTOBER, figures(session)).at is None
        kept = changes.snapshot(figures(session), cuts.by_day(session, *days))
        upto = changes.last_action(session)
    with shop.write() as session:
        changes.keep(session, OCTOBER, kept, upto, now=at(11, 2), by=shop.wang)
    with shop.read() as session:
        same = changes.since_last(session, OCTOBER, figures(session))
    assert (same.at, same.who, same.differences, same.actions) == (at(11, 2), "王强", [], [])
    stand(shop, at(11, 3))
    with shop.write() as session:
        facts = {"ordered_on": date(2026, 10, 30), "now": at(11, 3), "today": date(2026, 11, 3)}
        b.a_deal(session, shop.stayer, **facts)
    with shop.write() as session:  # of November: no matter of October
        b.a_visit(session, now=at(11, 3))
    with shop.read() as session:
        found = changes.since_last(session, OCTOBER, figures(session))
    told = {(one.day, one.title): (one.then, one.now) for one in found.differences}
    assert told[None, "Orders"] == (1, 2)
    assert told[date(2026, 10, 30), "Orders"] == (0, 1)
    assert told[None, "Amount ordered"][1] - told[None, "Amount ordered"][0] == 218000
    assert [one.verb for one in found.actions] == ["Deal closed"]
    with shop.write() as session:
        assert amends.undo(session).verb == "arrive"
    with shop.write() as session:
        amends.undo(session)
    with shop.read() as session:
        back = changes.since_last(session, OCTOBER, figures(session))
    assert not [one for one in back.differences if one.title == "Orders"]
    assert len(back.actions) == 2  # the deal, and that it was taken back
