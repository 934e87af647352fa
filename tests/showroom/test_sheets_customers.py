"""What becomes of each row of a list of customers."""

from __future__ import annotations

from datetime import date

import pytest

from showroom import choices
from showroom.guard import mask
from showroom.people import customers
from showroom.sheets import apply as applying
from showroom.sheets.plan import Outcome
from showroom.store.models import (
    ChoiceKind,
    Customer,
    FollowUp,
    Honorific,
    Level,
    Phone,
    Role,
    Status,
)
from tests import builders as make
from tests.showroom.sheet_kit import (
    NOW,
    PERSON,
    TODAY,
    VISIT,
    all_of,
    book,
    books,
    bring_in,
    outcomes,
    person,
    plan,
    visit,
)


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def test_what_is_known_stays_and_gaps_are_filled(db):
    with db.write() as session:
        customers.add(
            session,
            name="张伟",
            phone="13800138000",
            address="福田",
            level=Level.MONTH,
            now=NOW,
            today=TODAY,
        )
    planned = bring_in(
        db,
        PERSON,
        person(
            客户姓名="张伟",
            手机号="13800138000/13900139000",
            性别="男",
            生日="1990-01-01",
            意向级别="H",
            地址="南山",
        ),
    )
    (row,) = [row for row in planned.rows if row.facts]
    assert row.outcome is Outcome.FILLED
    assert row.reason == "Kept as on file: level, address."
    (customer,) = all_of(db, Customer)
    assert (customer.address, customer.level) == ("福田", Level.MONTH)
    assert (customer.birthday, customer.honorific) == (date(1990, 1, 1), Honorific.MR)
    assert [phone.position for phone in all_of(db, Phone)] == [0, 1]


def test_a_second_mention_in_the_file_is_matched_to_the_first(db):
    planned = bring_in(
        db,
        PERSON,
        person(客户姓名="张伟", 手机号="13800138000"),
        person(客户姓名="张伟", 手机号="13900139000/13800138000", 生日="1990-01-01"),
        person(客户姓名="张", 手机号="13900139000"),
    )
    assert outcomes(planned) == ["ignored", "new", "duplicate", "duplicate"]
    (customer,) = all_of(db, Customer)
    assert customer.birthday == date(1990, 1, 1)
    assert len(all_of(db, Phone)) == 2
    again = plan(db, book(PERSON, *[row.cells for row in planned.rows[1:]]))
    assert outcomes(again) == ["ignored", "same", "duplicate", "duplicate"]


def test_a_couple_shares_a_phone_and_stays_two_people(db):
    planned = bring_in(
        db,
        PERSON,
        person(客户姓名="张伟", 手机号="13800138000"),
        person(客户姓名="李娜", 手机号="13800138000"),
    )
    assert outcomes(planned) == ["ignored", "new", "new"]
    assert planned.rows[2].reason == "Shares the phone of 张伟."
    again = plan(db, book(PERSON, person(客户姓名="李娜", 手机号="13800138000")))
    assert again.rows[1].customer_id == all_of(db, Customer)[1].id
    assert not again.changes


def test_a_bare_surname_is_made_whole(db):
    bring_in(db, PERSON, person(客户姓名="张先生", 手机号="13800138000"))
    planned = bring_in(db, PERSON, person(客户姓名="张伟", 手机号="13800138000"))
    assert outcomes(planned) == ["ignored", "filled"]
    assert [customer.name for customer in all_of(db, Customer)] == ["张伟"]


def test_wechat_is_a_contact_and_nothing_at_all_is_none(db):
    rows = [
        PERSON,
        person(客户姓名="张伟", 微信号="zhang"),
        person(客户姓名="李娜"),
        person(手机号="13800138000"),
        person(客户姓名="王强", 手机号="13800138001", 生日="2030-01-01"),
    ]
    planned = bring_in(db, *rows)
    assert outcomes(planned) == ["ignored", "new", "refused", "refused", "new"]
    assert [row.reason for row in planned.refused] == ["No phone.", "No name."]
    assert planned.rows[4].reason == "生日: 2030-01-01 has not come yet."
    assert outcomes(plan(db, book(*rows)))[1] == "same"


def test_whoever_is_lost_or_must_not_be_contacted_is_promised_nothing(db):
    bring_in(
        db,
        [*PERSON, "客户状态", "请勿联系"],
        [*person(客户姓名="张伟", 手机号="13800138000"), "战败", ""],
        [*person(客户姓名="李娜", 手机号="13800138001"), "", "是"],
        [*person(客户姓名="王强", 手机号="13800138002"), "跟进中", "否"],
    )
    assert [customer.status for customer in all_of(db, Customer)] == [
        Status.LOST,
        Status.OPEN,
        Status.OPEN,
    ]
    (promise,) = all_of(db, FollowUp)
    assert promise.customer_id == all_of(db, Customer)[2].id
    bring_in(
        db,
        [*PERSON, "请勿联系"],
        [*person(客户姓名="王强", 手机号="13800138002"), "是"],
    )
    assert all_of(db, FollowUp) == []


def test_the_next_contact_is_by_level_and_nobody_is_late_by_an_import(db):
    bring_in(
        db,
        VISIT,
        visit(day="2026-11-21", at="8:00", to="9:00", 客户姓名="甲", 电话="13800138000", 级别="H"),
        visit(day="2026-11-10", 客户姓名="乙", 电话="13800138001", 级别="H"),
        visit(day="2026-11-09", 客户姓名="丙", 电话="13800138002", 级别="B"),
        visit(day="2026-11-10", 客户姓名="丙", 电话="13800138002", 级别="B"),
    )
    bring_in(db, PERSON, person(客户姓名="丁", 手机号="13800138003", 意向级别="C"))
    assert [promise.due_on for promise in all_of(db, FollowUp)] == [
        date(2026, 11, 22),
        date(2026, 11, 23),
        date(2026, 11, 25),
        date(2026, 12, 21),
    ]


def test_the_same_customer_on_two_sheets_is_told_where_he_stood_first(db):
    row = person(客户姓名="张伟", 手机号="13800138000")
    planned = plan(db, books({"一月": [PERSON, row], "二月": [PERSON, row]}))
    assert planned.rows[-1].reason == "As row 2 of 一月."


def test_channels_that_are_new_join_the_group_their_words_tell(db):
    rows = [
        person(客户姓名=name, 手机号=f"1380013800{place}")
        for place, name in enumerate(["甲", "乙", "丙"])
    ]
    bring_in(
        db,
        [*PERSON, "客户来源"],
        *[
            [*row, word]
            for row, word in zip(rows, ["同事推荐", "商圈定展", "户外广告"], strict=True)
        ],
    )
    with db.read() as session:
        groups = {o.label: o.group for o in choices.options(session, ChoiceKind.CHANNEL)}
    assert [groups[word] for word in ("同事推荐", "商圈定展", "户外广告")] == [
        "owners",
        "events",
        "showroom",
    ]


def test_a_position_in_the_name_is_kept_as_one(db):
    bring_in(db, PERSON, person(客户姓名="王总", 手机号="13800138000"))
    (customer,) = all_of(db, Customer)
    assert (customer.name, customer.title) == ("王", "总")


# --- rights


@pytest.mark.parametrize("form", ["list", "log"])
def test_no_file_makes_a_customer_the_consultants_own(db, form):
    with db.write() as session:
        boss = make.a_member(session, "周敏", Role.MANAGER)
        lena = make.a_member(session, "刘洋")
        make.a_pin(session, boss, "2468", by=boss)
        make.a_pin(session, lena, "1357", by=boss)
        session.info["staff_id"] = boss
        id = make.a_customer(session, "张伟", phone="13800138000")
    db.staff_id = lena
    rows = {
        "list": [["客户姓名", "手机号", "销售顾问"], ["张伟", "13800138000", "刘洋"]],
        "log": [
            ["日期", "来店时间", "姓名", "电话", "销售顾问"],
            ["2026-11-20", "10:00", "张伟", "13800138000", "刘洋"],
        ],
    }[form]
    applying.apply(db, plan(db, book(*rows)))
    with db.read() as session:
        assert session.get(Customer, id).consultant_id is None
        assert id not in mask.seen(session, [id])
    db.staff_id = boss
    rows[-1] = ["14:00" if cell == "10:00" else cell for cell in rows[-1]]  # another visit
    applying.apply(db, plan(db, book(*rows)))
    with db.read() as session:
        assert session.get(Customer, id).consultant_id == lena


def test_ditto_under_a_shorter_row_is_nothing(db):
    planned = plan(
        db, book(["客户姓名", "手机号", "性别"], ["张伟", "13800138000"], ["", "", "〃"])
    )
    assert outcomes(planned)[:2] == ["ignored", "new"]
