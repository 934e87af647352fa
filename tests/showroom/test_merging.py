"""Two who are one: merged with all that is theirs, parted again with every row where it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from showroom import paths
from showroom.door import moments, reception
from showroom.errors import ShowroomError
from showroom.guard import amends, consent, erasure
from showroom.people import (
    again,
    comparing,
    customers,
    merging,
    phones,
    promises,
    referrals,
    search,
    timeline,
    unmerging,
)
from showroom.people.joining import Side
from showroom.store import check, journal, models
from showroom.store.models import (
    Card,
    Cause,
    Customer,
    DateKind,
    DayClose,
    Deal,
    FollowUp,
    Honorific,
    Kinship,
    Level,
    LossState,
    Moment,
    Phone,
    Promise,
    Referral,
    ReferralState,
    Refusal,
    Reply,
    Role,
    Status,
    TraitKind,
    Verdict,
    Visit,
    Way,
    everything,
)
from showroom.store.opening import open_desk
from tests import builders as make
from tests.builders import NOW, TODAY, later


@pytest.fixture
def db(db):
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    with db.write() as session:
        make.a_member(session, "李娜")
    return db


def add(db, name: str, **facts: Any) -> int:
    with db.write() as session:
        return make.a_customer(session, name, **facts)


def put(db, row: Any, verb: str = "change_customer") -> int:
    """A row as it stands somewhere, whoever would write it."""
    with db.write() as session:
        journal.act(session, verb)
        session.add(row)
        session.flush()
        return row.id


def merge(db, other: int, customer: int, **chosen: Side) -> None:
    with db.write() as session:
        merging.merge(
            session, other, customer, chosen=chosen or None, now=db.now(), today=db.today()
        )


def undo(db, action: int | None = None) -> journal.Undone:
    with db.write() as session:
        return unmerging.undo(session, action)


def his(db, model: Any, id: int) -> list[Any]:
    with db.read() as session:
        return list(
            session.scalars(select(model).where(model.customer_id == id).order_by(model.id))
        )


def line(db, id: int) -> Customer:
    with db.read() as session:
        return session.get_one(Customer, id)


def refused(db, other: int, customer: int) -> str:
    with pytest.raises(ShowroomError) as error:
        merge(db, other, customer)
    return str(error.value)


def come(db, id: int, *, days: int = 0, **facts: Any) -> int:
    """A visit of somebody known, by his phone."""
    with db.read() as session:
        number = session.scalar(select(Phone.number).where(Phone.customer_id == id)) or ""
        name = session.get_one(Customer, id).name
    with db.write() as session:
        return make.a_visit(session, now=later(days=days), phone=number, name=name, **facts)


# --- what goes over


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


# --- what is chosen


def test_field_by_field_his_the_others_or_both(db):
    own = add(db, "张伟", note="喜欢白色", address="南山")
    other = add(db, "张大伟", note="要贷款", address="福田", wechat="dawei")
    merge(
        db,
        other,
        own,
        name=Side.OTHER,
        note=Side.BOTH,
        address=Side.OWN,
        wechat=Side.OWN,
    )
    customer = line(db, own)
    assert (customer.name, customer.note, customer.address, customer.wechat) == (
        "张大伟",
        "喜欢白色\n要贷款",
        "南山",
        "",
    )
    with db.read() as session:
        assert search.find(session, "张大伟") == [own]


def test_a_birthday_goes_over_with_the_calendar_it_is_in(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    with db.write() as session:
        journal.act(session, "change_customer")
        lunar = session.get_one(Customer, other)
        lunar.birthday, lunar.birthday_lunar = date(1990, 8, 15), True
    merge(db, other, own)
    assert (line(db, own).birthday, line(db, own).birthday_lunar) == (date(1990, 8, 15), True)
    undo(db)
    assert (line(db, own).birthday, line(db, own).birthday_lunar) == (None, False)


def test_who_ordered_stays_a_buyer_whatever_is_chosen(db):
    own, other = add(db, "张伟", level=Level.WEEK), add(db, "张玮")
    with db.write() as session:
        make.a_deal(session, other)
    merge(db, other, own, status=Side.OWN, level=Side.OWN)
    assert (line(db, own).status, line(db, own).level) == (Status.ORDERED, Level.ORDERED)


def test_orders_that_run_on_both_stay_both(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    for id in (own, other):
        with db.write() as session:
            make.a_deal(session, id)
    merge(db, other, own)
    assert len(his(db, Deal, own)) == 2
    assert len([card for card in his(db, Card, own)]) == 2


def test_side_by_side_says_what_each_has_and_proposes_whose_it_shall_be(db):
    own = add(db, "张", note="白色", wechat="zw", honorific=Honorific.NONE)
    other = add(db, "张伟", note="贷款", birthday=date(1988, 1, 2), address="南山")
    come(db, other, days=1)
    field = put(db, models.CustomField(zh="爱好", en="Hobby", kind="text"), "custom_field")
    has = put(db, models.CustomField(zh="车位", en="Garage", kind="yes_no"), "custom_field")
    for id, words in ((own, "钓鱼"), (other, "爬山")):
        put(db, models.FieldValue(customer_id=id, field_id=field, words=words))
        put(db, models.FieldValue(customer_id=id, field_id=has, words=str(int(id == own))))
        put(db, models.Trait(customer_id=id, kind=TraitKind.FAMILY, words=f"家{id}"))
        put(db, models.Trait(customer_id=id, kind=TraitKind.LOOK, words=f"样{id}"))
    put(db, models.Trait(customer_id=own, kind=TraitKind.WORK, words="教师"))
    put(db, models.Trait(customer_id=other, kind=TraitKind.CLOTHES, words="休闲"))
    with db.read() as session:
        assert comparing.keeper(session, own, other) == (other, own)  # he was here
        found = comparing.compare(session, own, other)
    rows = {row.title: row for row in found.rows}
    assert {title: row.side for title, row in rows.items()} == {
        "Name": Side.OTHER,
        "Honorific": Side.OTHER,
        "Status": Side.OWN,
        "Consultant": Side.OTHER,
        "Channel": Side.OTHER,
        "WeChat": Side.OWN,
        "Address": Side.OTHER,
        "Birthday": Side.OTHER,
        "Note": Side.BOTH,
        "Family": Side.OTHER,
        "Looks": Side.BOTH,
        "Work": Side.OWN,
        "Taste in clothes": Side.OTHER,
        "Hobby": Side.OTHER,
        "Garage": Side.OTHER,
    }
    assert (rows["Garage"].own, rows["Garage"].other) == ("Yes", "No")
    assert (rows["Birthday"].own, rows["Birthday"].other) == ("", "1988-01-02")
    assert (rows["Hobby"].own, rows["Hobby"].other) == ("钓鱼", "爬山")
    assert found.over == ["1 visit", "1 phone", "1 contact"]
    merge(db, other, own)
    customer = line(db, own)
    assert (customer.name, customer.note, customer.birthday) == (
        "张伟",
        "白色\n贷款",
        date(1988, 1, 2),
    )
    assert [row.words for row in his(db, models.FieldValue, own)] == ["爬山", "0"]
    assert {row.kind: row.words for row in his(db, models.Trait, own)} == {
        TraitKind.FAMILY: f"家{other}",
        TraitKind.LOOK: f"样{other} · 样{own}",
        TraitKind.WORK: "教师",
        TraitKind.CLOTHES: "休闲",
    }


def test_side_by_side_hides_what_the_lists_hide_and_says_what_holds_for_both(db):
    own = add(db, "张伟", wechat="zhang_wei", note="打 13900001111")
    other = add(db, "张玮", do_not_contact=True)
    with db.write() as session:
        make.a_deal(session, own)
    with db.write() as session:
        make.a_deal(session, other)
    friend = add(db, "周敏")
    put(db, Referral(introducer_id=other, customer_id=friend, noted_at=NOW), "refer")
    with db.write() as session:
        boss = make.a_member(session, "陈经理", Role.MANAGER)
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
        for staff_id in (boss, desk):
            make.a_pin(session, staff_id, "2468", by=boss)
    db.staff_id = desk
    with db.read() as session:
        found = comparing.compare(session, own, other)
    rows = {row.title: row for row in found.rows}
    assert rows["WeChat"].own == "zh****ei"
    assert "139****1111" in rows["Note"].own
    assert "****" in found.own_phones
    assert (rows["Status"].open, rows["Level"].open) == ((Side.OWN,), (Side.OWN,))
    assert found.over[-3:] == [
        "1 brought by him",
        "Do not contact holds for both",
        "both have an order that runs: both stay",
    ]


def test_what_was_lost_dormant_or_invalid_yields_to_who_is_open(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    with db.write() as session:
        customers.set_status(session, own, Status.DORMANT, today=TODAY)
    merge(db, other, own)
    assert line(db, own).status is Status.OPEN
    assert [row.rule for row in his(db, FollowUp, own)] == [Promise.NEXT]


def test_of_a_car_and_a_check_what_is_newer_counts(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    cars = [
        put(db, models.Vehicle(customer_id=id, plate="粤B12345", km=km, km_on=TODAY))
        for id, km in ((own, 9_000), (other, 12_000))
    ]
    for id, days, note in ((own, 30, "年检"), (other, 60, "")):
        put(
            db,
            models.KeyDate(
                customer_id=id,
                vehicle_id=cars[id == other],
                kind=next(iter(DateKind)),
                day=TODAY + timedelta(days=days),
                note=note,
            ),
        )
        checked = {"verdict": Verdict.TRUE, "checked_at": NOW} if id == other else {}
        put(
            db,
            models.SpotCheck(customer_id=id, quarter_on=date(2026, 10, 1), drawn_at=NOW, **checked),
            "spot_check",
        )
    merge(db, other, own)
    assert [row.km for row in his(db, models.Vehicle, own)] == [12_000]
    ((day, note, vehicle),) = [
        (row.day, row.note, row.vehicle_id) for row in his(db, models.KeyDate, own)
    ]
    assert (day, note, vehicle) == (TODAY + timedelta(days=60), "年检", cars[0])
    assert [row.verdict for row in his(db, models.SpotCheck, own)] == [Verdict.TRUE]
    undo(db)
    assert [row.vehicle_id for row in his(db, models.KeyDate, other)] == [cars[1]]


# --- what cannot be


def test_himself_an_erased_one_and_nobody_are_refused(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    assert "one and the same" in refused(db, own, own)
    erasure.erase_now(db, [other], why=Cause.ASKED)
    assert "no longer in the file" in refused(db, other, own)
    assert "no longer in the file" in refused(db, 999, own)


def test_a_guest_is_joined_to_who_left_a_contact_and_not_the_other_way_round(db):
    own = add(db, "张伟")
    with db.write() as session:
        visit = make.a_visit(session, name="张")
    with db.write() as session:
        moments.ask(session, visit, Moment.SEATED, refusal=Refusal.SPAM, now=NOW)
    with db.write() as session:
        reception.leave(session, visit, at=later(minutes=20))
    with db.read() as session:
        guest = session.get_one(Visit, visit).customer_id
    assert "left a contact" in refused(db, own, guest)
    merge(db, guest, own)
    assert [row.id for row in his(db, Visit, own)] == [visit]
    assert line(db, own).name == "张伟"


def test_introductions_that_cannot_stand_are_named(db):
    own, other, friend, far = (add(db, name) for name in ("张伟", "张玮", "周敏", "吴迪"))
    with db.write() as session:
        brought = referrals.note(session, introducer_id=own, customer_id=other, now=NOW).id
    assert "张伟 brought 张玮: nobody introduces himself" in refused(db, other, own)
    assert "张伟 brought 张玮" in refused(db, own, other)
    undo(db)
    with db.write() as session:
        referrals.note(session, introducer_id=own, customer_id=friend, now=NOW)
    with db.write() as session:
        referrals.note(session, introducer_id=friend, customer_id=far, now=NOW)
    with db.write() as session:
        brought = referrals.note(session, introducer_id=far, customer_id=other, now=NOW).id
    assert "circle" in refused(db, other, own)
    undo(db)
    merge(db, other, own)
    undo(db)
    with db.write() as session:
        referrals.note(session, introducer_id=far, customer_id=other, now=NOW)
    third = add(db, "张炜")
    with db.write() as session:
        referrals.note(session, introducer_id=own, customer_id=third, now=NOW)
    sentence = refused(db, third, other)
    assert "张玮 was brought by 吴迪, 张炜 by 张伟" in sentence
    assert brought


def test_more_numbers_than_a_file_holds_are_refused_before_anything_is_moved(db):
    own, other = add(db, "张伟"), add(db, "张玮")
    for id in (own, other):
        with db.write() as session:
            for _number in range(phones.MOST - 1 if id == own else 3):
                phones.add(session, id, make.a_phone())
    assert f"a file holds {phones.MOST}" in refused(db, other, own)
    assert len(his(db, Phone, other)) == 4


def test_a_consultant_takes_nobody_by_a_merge(db):
    with db.write() as session:
        boss = make.a_member(session, "陈经理", Role.MANAGER)
        mine = make.a_member(session, "赵磊")
        for staff_id in (boss, mine):
            make.a_pin(session, staff_id, "2468", by=boss)
    db.staff_id = boss
    own, other = add(db, "张伟", consultant_id=mine), add(db, "张玮", consultant_id=boss)
    db.staff_id = mine
    with pytest.raises(ShowroomError, match="takes none himself"):
        merge(db, other, own, consultant_id=Side.OWN)
    db.staff_id = boss
    merge(db, other, own, consultant_id=Side.OWN)
    assert line(db, own).consultant_id == mine


def test_what_was_signed_stays_as_it_was_signed(db):
    own, other = add(db, "张伟", phone="13800138000"), add(db, "张伟", phone="13800138001")
    for id, day in ((other, 0), (own, 3)):
        visit = come(db, id, days=day)
        with db.write() as session:
            reception.leave(session, visit, at=later(days=day, minutes=30))
        put(
            db,
            DayClose(
                day=TODAY + timedelta(days=day),
                closed_at=later(days=day, hours=8),
                receptionist="李静",
                totals=json.dumps({"first": 1}),
            ),
            "close_day",
        )
    merge(db, other, own)  # who came is no correction of the day: nobody has to say why
    with db.read() as session:
        assert [json.loads(row.totals) for row in session.scalars(select(DayClose))] == [
            {"first": 1},
            {"first": 1},
        ]
        assert [row.again for row in session.scalars(select(Visit).order_by(Visit.day))] == [
            False,
            True,
        ]
    undo(db)
    with db.read() as session:
        assert not any(session.scalars(select(Visit.again)))


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


# --- whatever they have: every row of every table comes back


@pytest.fixture(scope="module")
def shop(empty_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with what the rows of customers refer to: an event, lists, an own field, a gift."""
    folder = tmp_path_factory.mktemp("merging") / "desk"
    shutil.copytree(empty_desk, folder)
    db = make.stop_clock(open_desk(paths.desk(folder)))
    for name in ("王强", "李娜"):
        with db.write() as session:
            make.a_member(session, name)
    with db.write() as session:
        journal.act(session, "settings")
        for number in (1, 2):
            session.add_all(
                [
                    models.NamedList(name=f"名单{number}", made_at=NOW),
                    models.Event(name=f"店庆{number}", day=TODAY, until=TODAY),
                    models.CustomField(zh=f"栏{number}", en=f"Field {number}", kind="text"),
                    models.Gift(name=f"礼品{number}"),
                    models.ImportBatch(file_name="a.xlsx", sha256="0", at=NOW, counts="{}"),
                ]
            )
    with db.write() as session:
        make.a_model(session)
    for name in ("张伟", "张玮", "李雪晨", "周敏"):
        add(db, name)
    for _one in range(2):
        with db.write() as session:
            make.a_visit(session)
    db.close()
    return folder


SKIPPED = {"id", "erased_at", "left_at", "deal_id", "cancel_reason_id", "cancelled_on", "moment"}
"""Columns that the rules of the file bind to others; the defaults of all of them are right."""


def values(table: Any, column: Any, targets: dict[str, list[int]], number: int) -> Any:
    """Some value of a column, as the program has it."""
    (key,) = column.foreign_keys or (None,)
    if key is not None:
        ids = targets.get(key.column.table.name, [])
        made = st.sampled_from(ids) if ids else st.none()
    else:
        kind = column.type
        made = {
            "Code": lambda: st.sampled_from(list(kind.kind)),
            "Boolean": st.booleans,
            "Integer": lambda: st.integers(1, 9),
            "Money": lambda: st.integers(1, 9),
            "Clock": lambda: st.none() | st.times(),
            "Date": lambda: st.dates(TODAY - timedelta(9), TODAY),
            "Instant": lambda: st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1)).map(
                lambda at: at.replace(tzinfo=UTC, microsecond=0)
            ),
            "LargeBinary": st.binary,
        }.get(type(kind).__name__, lambda: st.sampled_from(["", "甲", "乙乙", "13800138000"]))()
    if column.unique and key is None:
        return st.just(f"{table.name}-{number}")
    return st.one_of(st.none(), made) if column.nullable else made


@st.composite
def rows(draw: Any, targets: dict[str, list[int]], people: list[int]) -> list[tuple[str, Any]]:
    """Rows of tables that name a customer, each of one of these people."""
    made = []
    tables = [*merging.OWNED, *merging.PAIRED, "referral"]
    names = [name for name in tables for _one in range(draw(st.integers(0, 3)))]
    for number, name in enumerate(names):
        table = everything().metadata.tables[name]
        ids = targets | {"customer": [*people[:2], *people]}
        row = {
            column.name: draw(values(table, column, ids, number))
            for column in table.columns
            if column.name not in SKIPPED
        }
        made.append((name, row))
    return made


FIXES: dict[str, Any] = {
    "visit": lambda row, n: row | {"day": date(2026, 1, 1) + timedelta(n), "number": 100 + n},
    "deal": lambda row, n: (
        row
        | {
            "deposit": 0,
            "delivered_on": None,
            "planned_on": None,
            "price": 9,
        }
    ),
    "card": lambda row, _n: row | {"late_on": row["due_on"]},
    "follow_up": lambda row, _n: row if row["rule"] is not Promise.NEXT else row | {"done_at": NOW},
    "phone": lambda row, n: row | {"number": f"+8613800138{n % 6:03}"},
    "consent": lambda row, _n: (
        row | ({"given_at": NOW, "withdrawn_at": row["withdrawn_at"] and later(days=1)})
    ),
    "vehicle": lambda row, n: row | {"plate": f"{row['plate']}{n % 4}", "km_on": None},
    "invitation": lambda row, n: row | {"ticket": n},
    "spot_check": lambda row, _n: (
        row
        | {
            "quarter_on": date(2026, 10, 1),
            "checked_at": NOW if row["verdict"] else None,
        }
    ),
    "loss": lambda row, _n: (
        row
        | {
            "price": None,
            "decided_at": None if row["state"] is LossState.APPLIED else NOW,
        }
    ),
    "test_drive": lambda row, _n: (
        row | dict.fromkeys(("planned_from", "planned_until", "started_at", "ended_at", "car_id"))
    ),
    "appointment": lambda row, _n: row | {"visit_id": None},
    "different": lambda row, _n: (
        row | dict(zip(("low_id", "high_id"), sorted((row["low_id"], row["high_id"])), strict=True))
    ),
    "likely_pair": lambda row, _n: (
        row
        | {
            "reasons": '["phone"]',
            "score": 60,
            "low_id": min(row["low_id"], row["high_id"]),
            "high_id": max(row["low_id"], row["high_id"]),
        }
    ),
}


@contextmanager
def copied(folder: Path) -> Iterator[Any]:
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        copy = Path(shutil.copytree(folder, Path(place) / "desk"))
        db = make.stop_clock(open_desk(paths.desk(copy)))
        try:
            yield db
        finally:
            db.close()


def as_the_desk_keeps_it(session: Any, people: list[int]) -> None:
    """What the services see to: first or again, no reminder for who does not want any."""
    for id in people:
        again.reckon(session, id)
    consent.stop(session, now=NOW)
    for id in people:
        promises.resume(session, session.get_one(Customer, id), today=TODAY)


def ids_of_all(db: Any) -> dict[str, list[int]]:
    """The ids of every table."""
    with db.read() as session:
        execute = session.connection().exec_driver_sql
        return {
            table.name: [id for (id,) in execute(f"SELECT id FROM {table.name} ORDER BY id")]
            for table in everything().metadata.sorted_tables
            if "id" in table.columns
        }


def snapshot(db: Any) -> dict[str, list[Any]]:
    """Every row of every table but the journal and the list that each night makes anew."""
    with db.read() as session:
        execute = session.connection().exec_driver_sql
        return {
            table.name: execute(f"SELECT * FROM {table.name} ORDER BY 1").all()
            for table in everything().metadata.sorted_tables
            if table.name not in ("action", "change", "likely_pair")
        }


@pytest.mark.slow
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.data())
def test_merge_then_unmerge_restores_every_row_whatever_they_have(shop, data):
    with copied(shop) as db:
        targets = ids_of_all(db)
        people = targets["customer"]
        with db.write() as session:
            journal.act(session, "change_customer")
            for number, (name, row) in enumerate(data.draw(rows(targets, people))):
                row = FIXES.get(name, lambda row, _n: row)(row, number)
                with suppress(IntegrityError), session.begin_nested():  # such a row cannot be
                    session.add(merging.model_of(name)(**row))
            as_the_desk_keeps_it(session, people)
        own, other = people[0], people[1]
        sides = data.draw(
            st.dictionaries(st.sampled_from(merging.FACTS), st.sampled_from([Side.OWN, Side.OTHER]))
        )
        before = snapshot(db)
        try:
            merge(db, other, own, **sides)
        except ShowroomError:
            assert snapshot(db) == before  # a refusal leaves nothing behind
            return
        with db.read() as session:
            execute = session.connection().exec_driver_sql
            assert execute("PRAGMA foreign_key_check").all() == []
            assert session.get(Customer, other) is None
        assert undo(db).kept == []
        assert snapshot(db) == before
