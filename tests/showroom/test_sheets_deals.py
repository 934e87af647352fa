"""What becomes of each row of a list of owners."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from showroom import choices
from showroom.deals import closing
from showroom.people import customers
from showroom.store import check
from showroom.store.models import (
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Level,
    Promise,
    Status,
)
from tests.showroom.sheet_kit import (
    DEAL,
    NOW,
    PERSON,
    TODAY,
    all_of,
    book,
    bring_in,
    deal,
    outcomes,
    person,
    plan,
)


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def test_a_delivered_deal_makes_an_owner_without_cards_or_calls(db):
    bring_in(
        db,
        DEAL,
        deal(颜色="白色", 成交价="21.8万", VIN="lgxc1"),
        deal(姓名="李娜", 电话="13900139000"),
    )
    first, second = all_of(db, Deal)
    assert (first.number, second.number) == ("20261001-01", "20261001-02")
    assert (first.price, first.vin, first.delivered_on) == (
        Decimal(218000),
        "LGXC1",
        date(2026, 10, 8),
    )
    assert {customer.status for customer in all_of(db, Customer)} == {Status.OWNER}
    assert all_of(db, FollowUp) == []
    assert check.check(db) == []


def test_a_car_that_is_still_to_come_is_an_order(db):
    bring_in(
        db, DEAL, deal(交车日期="2026-12-24"), deal(姓名="李娜", 电话="13900139000", 交车日期="")
    )
    assert [(found.planned_on, found.delivered_on) for found in all_of(db, Deal)] == [
        (date(2026, 12, 24), None),
        (None, None),
    ]
    assert {(c.status, c.level) for c in all_of(db, Customer)} == {(Status.ORDERED, Level.ORDERED)}
    assert {promise.rule for promise in all_of(db, FollowUp)} == {Promise.NEXT}
    planned = bring_in(db, DEAL, deal(交车日期="2026-11-20", VIN="LGXC1"))
    assert outcomes(planned) == ["ignored", "filled"]
    assert all_of(db, Deal)[0].delivered_on == date(2026, 11, 20)
    assert all_of(db, Customer)[0].status is Status.OWNER
    assert len(all_of(db, FollowUp)) == 1


def test_two_cars_of_one_customer_are_two_deals(db):
    rows = [DEAL, deal(VIN="A1"), deal(VIN="B2"), deal(VIN="A1")]
    assert outcomes(bring_in(db, *rows)) == ["ignored", "new", "new", "duplicate"]
    assert len(all_of(db, Customer)) == 1


@pytest.mark.parametrize(
    ("facts", "column", "sentence"),
    [
        ({"成交价": 0.0}, "成交价", "more than 0"),
        ({"成交价": 21.8}, "成交价", "too little"),
        ({"交车日期": "2026-09-01"}, "交车日期", "before the order"),
        ({"购买日期": "2027-01-01", "交车日期": ""}, "购买日期", "has not come yet"),
        ({"购买日期": "1906-11-18"}, "购买日期", "more than 30 years ago"),
        ({"交车日期": "2062-11-18"}, "交车日期", "more than 3 years ahead"),
        ({"定金": 300000.0}, "定金", "between 0 and the price"),
        ({"电话": ""}, "电话", "No phone."),
    ],
)
def test_a_deal_that_cannot_be_is_refused(db, facts, column, sentence):
    planned = plan(db, book(DEAL, deal(**facts)))
    (row,) = planned.refused
    assert row.column == column
    assert sentence in row.reason


def test_an_owner_without_a_price_comes_in_without_a_deal(db):
    rows = [DEAL, deal(成交价=""), deal(成交价="", 姓名="李娜", 电话="13900139000")]
    planned = bring_in(db, *rows)
    assert outcomes(planned) == ["ignored", "new", "new"]
    assert planned.rows[1].reason == "Without 成交价 there is no deal; the owner comes in."
    assert {customer.status for customer in all_of(db, Customer)} == {Status.OWNER}
    assert all_of(db, Deal) == []
    assert outcomes(plan(db, book(*rows))) == ["ignored", "same", "same"]


def test_a_list_that_knows_the_day_of_purchase_only_is_of_cars_that_are_delivered(db):
    bring_in(
        db,
        ["姓名", "电话", "车型", "购买日期", "成交价(万元)"],
        ["张伟", "13800138000", "汉EV", "2026-10-01", 21.8],
    )
    (found,) = all_of(db, Deal)
    assert (found.delivered_on, found.price) == (date(2026, 10, 1), Decimal(218000))


def test_a_delivery_from_a_list_leaves_what_closing_at_the_desk_promised(db):
    with db.write() as session:
        known = customers.add(session, name="张伟", phone="13800138000", now=NOW, today=TODAY)
        model = choices.find_or_add(session, ChoiceKind.MODEL, "汉EV")
    with db.write() as session:
        closing.close(
            session,
            customer_id=known.id,
            model_id=model,
            price=Decimal(218000),
            ordered_on=date(2026, 10, 1),
            now=NOW,
            today=TODAY,
        )
    assert outcomes(bring_in(db, DEAL, deal())) == ["ignored", "filled"]
    assert all_of(db, Deal)[0].delivered_on == date(2026, 10, 8)
    rules = {promise.rule for promise in all_of(db, FollowUp)}
    assert Promise.MANAGER_CALL in rules
    assert Promise.NEXT not in rules


def test_deals_of_a_day_are_numbered_on(db):
    bring_in(db, DEAL, deal(VIN="A1"))
    bring_in(db, DEAL, deal(VIN="B2"))
    assert [found.number for found in all_of(db, Deal)] == ["20261001-01", "20261001-02"]


def test_an_order_of_somebody_who_is_waited_for_leaves_him_one_promise(db):
    bring_in(db, PERSON, person(客户姓名="张伟", 手机号="13800138000"))
    bring_in(db, DEAL, deal(交车日期=""))
    assert [customer.status for customer in all_of(db, Customer)] == [Status.ORDERED]
    assert len(all_of(db, FollowUp)) == 1
    bring_in(db, [*DEAL, "请勿联系"], [*deal(姓名="李娜", 电话="13900139000", 交车日期=""), "是"])
    assert len(all_of(db, FollowUp)) == 1


def test_a_list_of_orders_with_planned_deliveries_hands_no_car_over(db):
    head = ["姓名", "电话", "车型", "成交价", "订车日期", "预计交车日期"]
    rows = [
        ["张伟", "13800138000", "汉EV", 218000.0, "2026-11-01", "2026-12-20"],
        ["李娜", "13800138001", "唐", 188000.0, "2026-11-02", "待定"],
        ["赵磊", "13800138002", "宋", 128000.0, "2026-11-03", "2026-10-01"],
    ]
    planned = bring_in(db, head, *rows)
    deals = all_of(db, Deal)
    assert [one.planned_on for one in deals] == [date(2026, 12, 20), None, None]
    assert {one.delivered_on for one in deals} == {None}
    assert planned.rows[3].reason == "预计交车日期: The delivery cannot be before the order."
    assert not plan(db, book(head, *rows)).changes
    rows[1][5] = "2026-12-05"
    again = bring_in(db, head, *rows)
    assert again.rows[2].changes.keys() == {"planned"}
    assert [one.planned_on for one in all_of(db, Deal)][1] == date(2026, 12, 5)
