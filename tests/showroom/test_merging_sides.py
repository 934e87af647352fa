"""Two files are one person: field by field, whose word stands."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from showroom.people import (
    comparing,
    customers,
    search,
)
from showroom.people.joining import Side
from showroom.store import journal, models
from showroom.store.models import (
    Card,
    Customer,
    DateKind,
    Deal,
    FollowUp,
    Honorific,
    Level,
    Promise,
    Referral,
    Role,
    Status,
    TraitKind,
    Verdict,
)
from tests import builders as make
from tests.builders import NOW, TODAY
from tests.showroom.merging_kit import add, come, his, line, merge, put, undo
from tests.stories import once


@pytest.fixture
def db(db):
    return once(db, make.two_at_work)


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
