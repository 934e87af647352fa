"""A list of deals that left, was edited in Excel and comes back: the cell is the change."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from showroom.deals import closing
from showroom.figures import effect, listings
from showroom.figures.listings import Of
from showroom.guard import exports
from showroom.sheets import apply as applying
from showroom.sheets import notices, read
from showroom.sheets.plan import Outcome, Plan
from showroom.store import journal
from showroom.store.models import Customer, Deal, FollowUp, Promise
from tests import builders as make

pytestmark = pytest.mark.language("zh_CN")


@pytest.fixture
def deals(db):
    """One car that is waited for, and one that was handed over."""
    make.stop_clock(db)
    with db.write() as session:
        waiting = make.a_deal(session, make.a_customer(session, "张伟"), deposit=Decimal(5000))
        given = make.a_deal(session, make.a_customer(session, "李娜"))
        closing.deliver(session, given, on=make.TODAY, today=make.TODAY)
    return waiting, given


def edited(db: Any, path: Path, ids: Any, *cells: tuple[int, str, str]) -> Plan:
    """Let the list leave, write into rows (from 1) under headings, and look at it again."""
    with exports.leaving(db, "list", path) as session:
        listings.save(session, Of.DEALS, ids, path, today=make.TODAY)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    for at, heading, text in cells:
        rows[at][rows[0].index(heading)] = text
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return applying.look(db, read.read(path))


def changes(planned: Plan) -> list[set[str]]:
    return [set(row.changes) for row in planned.rows if row.changes]


def the(db: Any, model: Any, id: int) -> Any:
    with db.read() as session:
        return session.get_one(model, id)


def test_an_edited_price_is_that_change_and_can_be_undone(db, deals, tmp_path):
    planned = edited(db, tmp_path / "deals.csv", deals, (1, "成交价", "208000"))
    assert changes(planned) == [{"price"}]
    assert planned.counts[Outcome.CHANGED] == 1
    with db.read() as session:
        (month,) = effect.effect(session, planned).months
    (amount,) = month.numbers
    assert (amount.code, amount.after - amount.before) == ("amount", -10000)
    done = applying.apply(db, planned)
    assert the(db, Deal, deals[0]).price == Decimal(208000)
    with db.write() as session:
        journal.undo(session, done.action_id)
    assert the(db, Deal, deals[0]).price == Decimal(218000)


def test_the_hidden_marks_of_a_list_are_not_told_of(db, deals, tmp_path):
    path = tmp_path / "deals.xlsx"
    with exports.leaving(db, "list", path) as session:
        listings.save(session, Of.DEALS, deals, path, today=make.TODAY)
    (sheet,) = (book := read.read(path)).sheets
    assert sheet.hidden_columns
    assert notices.notices(book) == []


def test_several_cells_of_an_open_deal(db, deals, tmp_path):
    planned = edited(
        db,
        tmp_path / "deals.csv",
        deals,
        (1, "订金", "8000"),
        (1, "付款方式", "贷款"),
        (1, "颜色", "黑色"),
        (1, "车型", "唐"),
        (1, "车架号", "LGXC16DF1A0000001"),
        (1, "客户", "张炜"),
    )
    assert changes(planned) == [{"deposit", "payment", "colour_id", "model_id", "vin", "name"}]
    applying.apply(db, planned)
    deal = the(db, Deal, deals[0])
    assert (deal.deposit, deal.vin) == (Decimal(8000), "LGXC16DF1A0000001")
    assert the(db, Customer, deal.customer_id).name == "张炜"
    again = applying.look(db, read.read(tmp_path / "deals.csv"))
    assert not again.changes


def test_what_was_handed_over_stays_and_says_so(db, deals, tmp_path):
    planned = edited(db, tmp_path / "deals.csv", deals, (2, "成交价", "1000"))
    assert not planned.changes
    assert planned.rows[2].reason == "这笔成交已于 2026-11-18 交车。"


def test_days_of_a_deal_are_changed_where_their_rules_are(db, deals, tmp_path):
    planned = edited(db, tmp_path / "deals.csv", deals, (1, "交车日期", "2026-11-18"))
    assert not planned.changes
    assert "不随名单修改" in planned.rows[1].reason


def promised(db: Any, deal_id: int) -> list[date]:
    with db.read() as session:
        waiting = select(FollowUp.due_on).where(FollowUp.deal_id == deal_id)
        return sorted(session.scalars(waiting.where(FollowUp.rule != Promise.MANAGER_CALL)))


def test_a_new_planned_delivery_takes_its_follow_ups_along_as_in_the_window(db, deals, tmp_path):
    before = promised(db, deals[0])
    day = make.TODAY + timedelta(days=20)
    planned = edited(db, tmp_path / "deals.csv", deals, (1, "计划交车", f"{day:%Y/%m/%d}"))
    assert changes(planned) == [{"planned"}]
    done = applying.apply(db, planned)
    assert the(db, Deal, deals[0]).planned_on == day
    by_list = promised(db, deals[0])
    with db.write() as session:
        journal.undo(session, done.action_id)
    assert (the(db, Deal, deals[0]).planned_on, promised(db, deals[0])) == (None, before)
    with db.write() as session:
        closing.change(session, deals[0], planned_on=day)
    assert by_list == promised(db, deals[0]) != before


def test_a_delivery_planned_before_the_order_is_refused(db, deals, tmp_path):
    planned = edited(db, tmp_path / "deals.csv", deals, (1, "计划交车", "2020-01-01"))
    (refused,) = planned.refused
    assert (refused.field, refused.reason) == ("planned", "交车日期不能早于下订日期。")


def test_a_state_is_changed_on_the_page_of_deals(db, deals, tmp_path):
    planned = edited(
        db,
        tmp_path / "deals.csv",
        deals,
        (1, "状态", "已交车"),
        (2, "介绍人", "王芳"),
        (2, "交车日期", "2026-11-17"),
    )
    assert not planned.changes
    said = [row.reason for row in planned.rows[1:3]]
    assert said == [
        "交车和退订请在“成交”页办理，不随名单修改：状态。",
        "这些有自己的规则，不随名单修改，请在档案里改：介绍人。 "
        "交车和退订请在“成交”页办理，不随名单修改：交车日期。",
    ]


@pytest.mark.language("en")
def test_a_state_is_changed_on_the_page_of_deals_in_english(db, deals, tmp_path):
    planned = edited(db, tmp_path / "deals.csv", deals, (1, "State", "Cancelled"))
    assert not planned.changes
    assert planned.rows[1].reason == (
        "Cars are delivered and orders cancelled on the page Deals, not by a list: status."
    )


def test_a_deposit_above_the_price_is_refused(db, deals, tmp_path):
    planned = edited(db, tmp_path / "deals.csv", deals, (1, "订金", "300000"))
    (refused,) = planned.refused
    assert (refused.field, planned.changes) == ("deposit", False)


def test_the_chassis_number_of_another_deal_is_refused(db, deals, tmp_path):
    first = edited(db, tmp_path / "a.csv", deals, (2, "车架号", "LGXC16DF1A0000001"))
    assert changes(first) == [{"vin"}]
    applying.apply(db, first)
    planned = edited(db, tmp_path / "b.csv", deals, (1, "车架号", "LGXC16DF1A0000001"))
    (refused,) = planned.refused
    assert (refused.field, planned.changes) == ("vin", False)


def test_a_chassis_number_typed_into_two_deals_is_of_the_first(db, deals, tmp_path):
    vin = "LGXCE6CB1M0123456"
    planned = edited(db, tmp_path / "deals.csv", deals, (1, "车架号", vin), (2, "车架号", vin))
    assert changes(planned) == [{"vin"}]
    assert planned.rows[-1].reason == "这个车架号已属于另一笔成交。"
    applying.apply(db, planned)
    assert [the(db, Deal, id).vin for id in deals] == [vin, ""]


def test_a_deal_that_is_gone_does_not_come_back(db, deals, tmp_path):
    planned = edited(db, tmp_path / "deals.csv", deals)
    assert not planned.changes
    with db.write() as session:
        last = make.actions_on(session, "deal", deals[0])[0]
        journal.undo(session, last.id)
    again = applying.look(db, read.read(tmp_path / "deals.csv"))
    assert (again.changes, again.rows[1].outcome) == (False, Outcome.IGNORED)
