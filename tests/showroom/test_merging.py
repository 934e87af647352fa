"""Two files are one person: what goes over, what cannot, and how they are parted weeks later."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import func, select

from showroom.care import followups
from showroom.errors import ShowroomError
from showroom.guard import amends, consent, erasure
from showroom.people import (
    customers,
    merging,
    phones,
    search,
    timeline,
    unmerging,
)
from showroom.people.joining import Side
from showroom.store import check, journal, models
from showroom.store.models import (
    Cause,
    Customer,
    Deal,
    FollowUp,
    Kinship,
    Level,
    Phone,
    Promise,
    Referral,
    ReferralState,
    Reply,
    Role,
    Status,
    TraitKind,
    Visit,
    Way,
    everything,
)
from tests import builders as make
from tests.builders import NOW, TODAY, later
from tests.showroom.merging_kit import add, come, his, line, merge, put, undo
from tests.stories import once


@pytest.fixture
def db(db):
    return once(db, make.two_at_work)


# --- what goes over


def told(db, id: int, days: int, clock: time | None = None) -> None:
    """He is told on which day he is called next."""
    with db.write() as session:
        (one,) = session.scalars(select(FollowUp).where(FollowUp.customer_id == id))
        followups.postpone(
            session,
            one.id,
            to=TODAY + timedelta(days=days),
            clock=clock,
            why="客户要求",
            agreed=True,
            today=TODAY,
        )


@pytest.mark.language("zh_CN")
def test_of_two_days_he_was_told_the_first_waits_and_the_other_is_told_in_his_file(db):
    one, two = add(db, "张伟"), add(db, "张玮")
    told(db, one, 9, time(15))
    told(db, two, 3)
    merge(db, one, two)
    (waits,) = his(db, FollowUp, two)
    assert (waits.due_on, waits.agreed) == (TODAY + timedelta(days=3), True)
    with db.read() as session:
        (merged,) = [e for e in timeline.of_customer(session, two) if "合并" in e.title]
    assert "另约了 2026-11-27 15:00 下次联系" in merged.detail
    undo(db)
    assert [row.due_on for row in his(db, FollowUp, one)] == [TODAY + timedelta(days=9)]


def test_one_day_he_was_told_by_both_is_told_once(db):
    one, two = add(db, "张伟"), add(db, "张玮")
    for id in (one, two):
        told(db, id, 3)
    merge(db, one, two)
    with db.read() as session:
        assert session.scalar(select(models.Action.why).order_by(models.Action.id.desc())) == ""


def test_every_table_that_names_a_customer_is_merged():
    named = {
        table.name: {
            column.name
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name == "customer"
        }
        for table in everything().metadata.sorted_tables
    }
    merged = {table: {"customer_id"} for table in merging.OWNED}
    merged |= {table: set(ends) for table, ends in merging.PAIRED.items()}
    merged["referral"] = {"customer_id", "introducer_id"}
    assert {table: ends for table, ends in named.items() if ends} == merged


def test_all_that_is_his_goes_over_in_one_action_and_comes_back(db):
    own = add(db, "张伟", phone="13800138000")
    other = add(db, "张玮", phone="13800138001", wechat="zw_1988", address="深圳市南山区")
    visit = come(db, other)
    with db.write() as session:
        deal = make.a_deal(session, other)
    with db.write() as session:
        actions = session.scalar(select(func.max(models.Action.id)))
    merge(db, other, own)
    with db.read() as session:
        assert session.scalar(select(func.max(models.Action.id))) == actions + 1
        assert session.get(Customer, other) is None
        assert [row.number for row in his(db, Phone, own)] == ["+8613800138000", "+8613800138001"]
        assert [row.id for row in his(db, Visit, own)] == [visit]
        assert [row.id for row in his(db, Deal, own)] == [deal]
        customer = session.get_one(Customer, own)
        assert (customer.status, customer.level) == (Status.ORDERED, Level.ORDERED)
        assert (customer.wechat, customer.address) == ("zw_1988", "深圳市南山区")
        assert len([one for one in his(db, FollowUp, own) if one.rule is Promise.NEXT]) == 1
        assert search.find(session, "13800138001") == [own]
        (entry, *_rest) = [
            entry for entry in timeline.of_customer(session, own) if "merged" in entry.title
        ]
        assert entry.action_id is not None
        assert "张玮" in entry.detail
        (merged,) = unmerging.merged(session)
        assert (merged.name, merged.gone, merged.customer_id) == ("Mr 张伟", "Mr 张玮", own)
    assert check.check(db) == []
    undo(db)
    assert line(db, other).wechat == "zw_1988"
    assert [row.id for row in his(db, Deal, other)] == [deal]
    assert his(db, Deal, own) == his(db, Visit, own) == []
    with db.read() as session:
        assert search.find(session, "13800138001") == [other]
        assert unmerging.merged(session) == []


@pytest.mark.parametrize("side", [Side.OWN, Side.OTHER])
def test_whose_he_is_when_they_are_one_makes_what_both_were_promised(db, side):
    with db.write() as session:
        wang, li = make.a_member(session, "钱进"), make.a_member(session, "孙丽")
        boss = make.a_member(session, "赵磊", Role.MANAGER)
        own = make.a_customer(session, "张伟", consultant_id=wang)
        other = make.a_customer(session, "张伟", consultant_id=li)
    with db.write() as session:
        make.a_deal(session, other)
        session.add(
            FollowUp(customer_id=own, rule=Promise.MANAGER_CALL, due_on=TODAY, staff_id=boss)
        )
        journal.act(session, "follow_up")
    before = {one.id: one.staff_id for id in (own, other) for one in his(db, FollowUp, id)}
    merge(db, other, own, consultant_id=side)
    whose = {one.staff_id for one in his(db, FollowUp, own)}
    assert line(db, own).consultant_id == (li if side is Side.OTHER else wang)
    assert whose == {line(db, own).consultant_id, boss}
    undo(db)
    after = {one.id: one.staff_id for id in (own, other) for one in his(db, FollowUp, id)}
    assert after == before


def test_what_both_have_stands_once(db):
    own, other = add(db, "张伟", phone="13800138000"), add(db, "张伟", phone="13800138001")
    with db.write() as session:
        phones.add(session, other, "13800138000")
    for id, plate, vin in ((own, "粤B12345", ""), (other, "粤B12345", "LGXCE6CB1M0123456")):
        put(db, models.Vehicle(customer_id=id, plate=plate, vin=vin, services=id))
    named = put(db, models.NamedList(name="老客户", made_at=NOW), "list")
    event = put(db, models.Event(name="店庆", day=TODAY, until=TODAY), "event")
    for id in (own, other):
        put(db, models.ListEntry(list_id=named, customer_id=id), "list")
        put(db, models.Trait(customer_id=id, kind=TraitKind.WORK, words=f"工作{id}"))
        put(db, models.Trait(customer_id=id, kind=TraitKind.LOOK, words=f"眼镜{id}"))
    put(db, models.Invitation(event_id=event, customer_id=own, people=1))
    put(
        db,
        models.Invitation(
            event_id=event, customer_id=other, people=3, came_at=NOW, ticket=7, reply=Reply.COMES
        ),
    )
    merge(db, other, own, **{f"trait:{TraitKind.WORK.value}": Side.OTHER})
    assert [row.number for row in his(db, Phone, own)] == ["+8613800138000", "+8613800138001"]
    (car,) = his(db, models.Vehicle, own)
    assert (car.plate, car.vin, car.services) == ("粤B12345", "LGXCE6CB1M0123456", other)
    assert len(his(db, models.ListEntry, own)) == 1
    (invitation,) = his(db, models.Invitation, own)
    assert (invitation.people, invitation.ticket, invitation.reply) == (3, 7, Reply.COMES)
    assert {row.kind: row.words for row in his(db, models.Trait, own)} == {
        TraitKind.WORK: f"工作{other}",
        TraitKind.LOOK: f"眼镜{other} · 眼镜{own}",
    }
    undo(db)
    assert [row.ticket for row in his(db, models.Invitation, other)] == [7]
    assert his(db, models.Invitation, own)[0].ticket is None


def test_one_plate_with_two_vins_is_two_cars_and_one_vin_with_two_plates_keeps_both(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    for id, plate, vin in (
        (own, "粤B12345", "LGXCE6CB1M0000001"),
        (other, "粤B12345", "LGXCE6CB1M0000002"),
        (own, "粤B99999", "LGXCE6CB1M0000003"),
        (other, "粤B88888", "LGXCE6CB1M0000003"),
    ):
        put(db, models.Vehicle(customer_id=id, plate=plate, vin=vin))
    merge(db, other, own)
    assert sorted((row.plate, row.vin[-1]) for row in his(db, models.Vehicle, own)) == [
        ("", "2"),
        ("粤B12345", "1"),
        ("粤B88888", "3"),
        ("粤B99999", "3"),
    ]


def test_a_withdrawal_and_a_stop_hold_for_the_one_they_are_now(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    with db.write() as session:
        consent.withdraw(session, other, Way.PHONE, now=NOW)
    merge(db, other, own)
    with db.read() as session:
        (said,) = [one for one in consent.of_customer(session, own) if one.way is Way.PHONE]
        assert said.withdrawn_at == NOW
    assert not [one for one in his(db, FollowUp, own) if one.done_at is None]
    undo(db)
    assert [one.rule for one in his(db, FollowUp, own)] == [Promise.NEXT]
    with db.write() as session:
        customers.change(session, other, do_not_contact=True)
    merge(db, other, own)
    assert line(db, own).do_not_contact


def test_first_and_again_are_reckoned_anew_and_the_earlier_promise_is_kept(db):
    own, other = add(db, "张伟", phone="13800138000"), add(db, "张伟", phone="13800138001")
    first = come(db, other)
    second = come(db, own, days=3)
    with db.read() as session:
        assert not session.get_one(Visit, second).again
        earliest = min(session.scalars(select(FollowUp.due_on).where(FollowUp.done_at.is_(None))))
    merge(db, other, own)
    with db.read() as session:
        assert not session.get_one(Visit, first).again
        assert session.get_one(Visit, second).again
        customer = session.get_one(Customer, own)
        assert customer.first_visit_on == TODAY
        assert customer.last_visit_on == TODAY + timedelta(days=3)
        (promise,) = session.scalars(select(FollowUp).where(FollowUp.done_at.is_(None)))
        assert promise.due_on == earliest
    undo(db)
    with db.read() as session:
        assert not session.get_one(Visit, second).again


def test_of_two_calls_for_one_birthday_one_is_kept(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    for id, days in ((own, 5), (other, 3)):
        put(
            db, FollowUp(customer_id=id, rule=Promise.BIRTHDAY, due_on=TODAY + timedelta(days=days))
        )
    merge(db, other, own)
    held = [row for row in his(db, FollowUp, own) if row.rule is Promise.BIRTHDAY]
    assert [row.due_on for row in held] == [TODAY + timedelta(days=3)]
    undo(db)
    for id, days in ((own, 5), (other, 3)):
        held = [row for row in his(db, FollowUp, id) if row.rule is Promise.BIRTHDAY]
        assert [row.due_on for row in held] == [TODAY + timedelta(days=days)]


def test_of_two_applications_the_last_waits_and_of_two_introductions_the_further_stays(db):
    own, other, friend = add(db, "张伟"), add(db, "张玮"), add(db, "周敏")
    with db.read() as session:
        reason = session.scalar(
            select(models.Choice.id).where(models.Choice.kind == "loss_reason").limit(1)
        )
    for id, hours in ((own, 0), (other, 1)):
        put(
            db,
            models.Loss(
                customer_id=id,
                reason_id=reason,
                day=TODAY,
                applied_at=later(hours=hours),
                rival=str(id),
            ),
            "apply_loss",
        )
        put(
            db,
            Referral(
                introducer_id=friend,
                customer_id=id,
                noted_at=NOW,
                state=ReferralState.PAID if id == other else ReferralState.NOTED,
            ),
            "refer",
        )
    merge(db, other, own)
    assert [row.rival for row in his(db, models.Loss, own)] == [str(other)]
    assert [row.state for row in his(db, Referral, own)] == [ReferralState.PAID]
    undo(db)
    assert len(his(db, models.Loss, own)) == len(his(db, models.Loss, other)) == 1
    assert his(db, Referral, own)[0].state is ReferralState.NOTED


def test_who_belongs_to_them_belongs_to_him_once_and_nobody_to_himself(db):
    own, other, wife = add(db, "张伟"), add(db, "张玮"), add(db, "李雪晨")
    for one, two in ((own, wife), (wife, other), (own, other)):
        put(
            db,
            models.Relation(customer_id=one, other_id=two, kind=Kinship.COUPLE, noted_at=NOW),
            "relate",
        )
    low, high = sorted((other, wife))
    put(db, models.Different(low_id=low, high_id=high, noted_at=NOW), "different")
    merge(db, other, own)
    with db.read() as session:
        (relation,) = session.scalars(select(models.Relation))
        assert {relation.customer_id, relation.other_id} == {own, wife}
        (different,) = session.scalars(select(models.Different))
        assert (different.low_id, different.high_id) == (own, wife)
    undo(db)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(models.Relation)) == 3


# --- parted weeks later


def test_what_came_since_stays_with_who_kept_his_line_and_edits_are_kept_and_named(db):
    own = add(db, "张伟", phone="13800138000", note="白色")
    other = add(db, "张玮", phone="13800138001", wechat="zw", note="贷款")
    first = come(db, other)
    merge(db, other, own)
    with db.read() as session:
        action = unmerging.merged(session)[0].id
    db.clock = lambda: later(days=9)
    again = come(db, own, days=9)
    with db.write() as session:
        customers.change(session, own, note="改了主意")
    with db.read() as session:
        assert session.get_one(Visit, again).again
    undone = undo(db, action)
    assert undone.verb == "merge"
    assert [(row.table, row.id) for row in undone.kept] == [("customer", own)]
    with db.read() as session:
        visit = session.get_one(Visit, again)
        assert (visit.customer_id, visit.again) == (own, False)
        assert session.get_one(Visit, first).customer_id == other
        mine, his_ = session.get_one(Customer, own), session.get_one(Customer, other)
        assert (mine.note, mine.wechat) == ("改了主意", "")
        assert mine.first_visit_on == mine.last_visit_on == TODAY + timedelta(days=9)
        assert (his_.first_visit_on, his_.last_visit_on, his_.note) == (TODAY, TODAY, "贷款")
        for id in (own, other):
            nexts = select(FollowUp).where(
                FollowUp.customer_id == id,
                FollowUp.rule == Promise.NEXT,
                FollowUp.done_at.is_(None),
            )
            assert len(session.scalars(nexts).all()) == 1
        assert search.find(session, "13800138001") == [other]


def test_the_merge_is_undone_redone_and_undone(db):
    own, other = add(db, "张伟"), add(db, "张玮", wechat="zw")
    merge(db, other, own)
    undo(db)
    with db.write() as session:
        amends.redo(session)
    assert line(db, own).wechat == "zw"
    with db.read() as session:
        assert session.get(Customer, other) is None
        (merged,) = unmerging.merged(session)  # it stands again, and can be parted from the list
    undo(db, merged.id)
    assert line(db, other).wechat == "zw"
    with db.read() as session:
        assert unmerging.merged(session) == []


def test_who_was_erased_is_not_brought_back(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    merge(db, other, own)
    with db.read() as session:
        action = unmerging.merged(session)[0].id
    erasure.erase_now(db, [own], why=Cause.ASKED)
    with db.read() as session:
        assert unmerging.merged(session) == []
    with pytest.raises(ShowroomError, match="erased"):
        undo(db, action)


def test_an_erased_one_leaves_nothing_of_who_was_merged_into_him_and_into_that_one(db):
    own, other, third = add(db, "张伟"), add(db, "欧阳思远"), add(db, "司马相如")
    for id in (own, other, third):  # nothing of theirs but what both have
        with db.write() as session:
            customers.change(session, id, wechat="same_wechat")
            for phone in session.scalars(select(Phone).where(Phone.customer_id == id)):
                session.delete(phone)
    merge(db, third, other)
    merge(db, other, own)
    erasure.erase_now(db, [own], why=Cause.ASKED)
    with db.read() as session:
        execute = session.connection().exec_driver_sql
        left = str(execute("SELECT before, after FROM change").all())
        left += str(execute("SELECT why, what FROM action").all())
        for trace in ("欧阳思远", "司马相如", "same_wechat"):
            assert trace not in left
