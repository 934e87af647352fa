"""What becomes of each row, in the cases the samples do not have, and of the file as a whole."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import func, select

from showroom import choices, dates, i18n
from showroom.deals import closing
from showroom.errors import Cancelled, ShowroomError
from showroom.guard import mask, staff
from showroom.people import customers, promises
from showroom.progress import Progress
from showroom.sheets import apply as applying
from showroom.sheets import plan as planning
from showroom.sheets import read as reading
from showroom.sheets import template
from showroom.sheets.plan import Outcome
from showroom.sheets.read import ErrorCell, Sheet, Workbook
from showroom.store import check, journal
from showroom.store.models import (
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Honorific,
    ImportRow,
    Level,
    Phone,
    Promise,
    Role,
    Status,
    TestDrive,
    Visit,
    VisitKind,
)
from tests import builders as make
from tests.showroom.test_sheets_samples import rows_of_all

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
VISIT = (
    "日期 来店时间 离店时间 人数 F/S 销售顾问 客户姓名 电话 意向车型 级别 渠道 试乘试驾 备注"
).split()
PERSON = "客户姓名 手机号 性别 微信号 生日 意向级别 意向车型 地址 备注".split()
DEAL = "姓名 电话 车型 颜色 成交价 定金 购买日期 交车日期 VIN".split()


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def book(*rows: list[Any], name: str = "Sheet1", file: str = "表.xlsx", merged=()) -> Workbook:
    return books({name: list(rows)}, file=file, merged=merged)


def books(sheets: dict[str, list[list[Any]]], *, file: str = "表.xlsx", merged=()) -> Workbook:
    return Workbook(
        Path(file),
        "0" * 64,
        [
            Sheet(name, [list(row) for row in rows], list(merged), False, list(map(line, rows)))
            for name, rows in sheets.items()
        ],
    )


def line(row: list[Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def plan(db, source: Workbook) -> planning.Plan:
    with db.read() as session:
        return planning.plan(session, source, today=TODAY, now=NOW)


def bring_in(db, *rows: list[Any], **options: Any) -> planning.Plan:
    return applying.apply(db, plan(db, book(*rows, **options))).plan


def outcomes(planned: planning.Plan) -> list[str]:
    return [row.outcome.value for row in planned.rows]


def visit(*, day="2026-10-01", at="10:00", to="11:00", **facts: Any) -> list[Any]:
    told = {"日期": day, "来店时间": at, "离店时间": to, **facts}
    return [told.get(column, "") for column in VISIT]


def person(**facts: Any) -> list[Any]:
    return [facts.get(column, "") for column in PERSON]


def deal(**facts: Any) -> list[Any]:
    told = {
        "姓名": "张伟",
        "电话": "13800138000",
        "车型": "汉EV",
        "成交价": 218000.0,
        "购买日期": "2026-10-01",
        "交车日期": "2026-10-08",
        **facts,
    }
    return [told.get(column, "") for column in DEAL]


def all_of(db, model):
    with db.read() as session:
        return session.scalars(select(model).order_by(model.id)).all()


# --- rows that are none


def test_rows_that_are_no_data_are_told_what_they_are(db):
    planned = plan(
        db,
        book(
            ["展厅来店登记表"],
            ["2026年10月"],
            [],
            VISIT,
            visit(客户姓名="（示例）张三", 电话="13800138000"),
            visit(客户姓名="张伟", 电话="13800138000"),
            VISIT,
            visit(at="11:00", to="", 客户姓名="李娜"),
            ["2026-10-02"],
            ["合计", "", "", 2.0],
            ["", "本日合计", "", 2.0],
            ["注：未留电话填“未留”"],
            ["前台人员：", "", "", "展厅主管：", "", "", "销售经理："],
            ["   ", ""],
        ),
    )
    assert [row.reason for row in planned.rows if row.outcome is Outcome.IGNORED] == [
        "Title row",
        "Title row",
        "Blank row",
        "Heading row",
        "Example row",
        "Heading row",
        "Blank row",
        "Total",
        "Total",
        "Remark",
        "Signatures",
        "Blank row",
    ]
    assert planned.counts[Outcome.NEW] == 2
    assert sum(planned.counts.values()) == 14


def test_hidden_sheets_and_sheets_of_other_things_are_left_alone(db):
    source = books(
        {
            "客户": [PERSON, person(客户姓名="张伟", 手机号="13800138000")],
            "说明": [["请按时交表"], []],
        }
    )
    source.sheets.append(Sheet("字典", [PERSON, ["x"]], hidden=True, source=[b"[]", b"[]"]))
    planned = plan(db, source)
    assert [(sheet.name, sheet.kind) for sheet in planned.sheets] == [
        ("客户", "customers"),
        ("说明", None),
        ("字典", None),
    ]
    assert [row.reason for row in planned.rows[2:]] == [
        "A sheet without columns we know",
        "Blank row",
        "Hidden sheet",
        "Hidden sheet",
    ]


def test_columns_that_are_not_taken_are_named(db):
    planned = plan(
        db, book([*PERSON, "身份证号", "试驾"], [*person(客户姓名="张", 手机号="13800138000"), "x"])
    )
    assert planned.sheets[0].unread == ["身份证号", "试驾"]


def test_english_headings_are_known_too(db):
    bring_in(
        db,
        ["Date", "Arrival", "Departure", "Party size", "Consultant", "Name", "Phone", "Level"],
        ["2026-10-01", "9:42", "10:30", 2.0, "Wang Qiang", "Mr. Smith", "13800138000", "A"],
    )
    (found,) = all_of(db, Visit)
    assert (found.people, found.level, found.name, found.honorific) == (
        2,
        Level.FORTNIGHT,
        "Smith",
        Honorific.MR,
    )


def test_a_column_of_mobile_numbers_is_the_phone_whatever_it_is_called(db):
    rows = [[f"张{char}", 13800138000.0 + number] for number, char in enumerate("一二三四")]
    planned = bring_in(db, ["姓名", "号码栏"], *rows)
    assert planned.counts[Outcome.NEW] == 4


def test_the_number_of_an_introducer_is_not_the_customer_s(db):
    rows = [[f"张{char}", 13800138000.0 + number] for number, char in enumerate("一二三四")]
    with pytest.raises(ShowroomError, match="has columns we know"):
        plan(db, book(["姓名", "介绍人号码"], *rows))


def test_a_header_of_two_rows_without_merged_cells_is_read(db):
    bring_in(
        db,
        ["客户", "", "停留", "", "试乘试驾", ""],
        ["姓名", "电话", "到店时间", "离店时间", "开始", "结束"],
        ["张伟", "13800138000", "2026-10-01 10:00:00", "2026-10-01 12:00:00", "10:30", "11:00"],
    )
    (found,) = all_of(db, Visit)
    assert dates.show_clock(found.left_at) == dates.show_clock(
        dates.at(date(2026, 10, 1), datetime(2026, 10, 1, 12).time())
    )


# --- visits


def test_a_visit_with_a_phone_makes_a_customer_and_one_without_stays_anonymous(db):
    bring_in(
        db,
        VISIT,
        visit(客户姓名="张先生", 电话="138-0013-8000", 级别="H", 意向车型="汉EV", 销售顾问="王强"),
        visit(at="12:00", to="12:30", 客户姓名="李女士", 电话="未留"),
    )
    (customer,) = all_of(db, Customer)
    assert (customer.name, customer.honorific, customer.level) == ("张", Honorific.MR, Level.WEEK)
    assert customer.status is Status.OPEN
    assert customer.created_at == dates.at(date(2026, 10, 1), datetime(2026, 10, 1, 10).time())
    first, second = all_of(db, Visit)
    assert (first.customer_id, second.customer_id) == (customer.id, None)
    assert (second.name, second.honorific) == ("李", Honorific.MS)
    with db.read() as session:
        assert [row.role for row in staff.everyone(session)] == [Role.CONSULTANT]
        assert choices.find(session, ChoiceKind.MODEL, "汉EV") == customer.model_id


def test_the_latest_visit_says_the_level_and_the_model_whatever_the_order(db):
    bring_in(
        db,
        VISIT,
        visit(day="2026-10-09", 客户姓名="张伟", 电话="13800138000", 级别="A", 意向车型="唐"),
        visit(day="2026-10-01", 客户姓名="张伟", 电话="13800138000", 级别="H", 意向车型="汉"),
    )
    (customer,) = all_of(db, Customer)
    assert (customer.first_visit_on, customer.last_visit_on) == (
        date(2026, 10, 1),
        date(2026, 10, 9),
    )
    assert customer.level is Level.FORTNIGHT
    assert [found.again for found in all_of(db, Visit)] == [True, False]


def test_the_sheet_s_own_word_on_first_or_again_counts(db):
    bring_in(db, VISIT, visit(客户姓名="张伟", 电话="13800138000", **{"F/S": "S"}))
    assert [found.again for found in all_of(db, Visit)] == [True]


def test_visits_of_a_day_are_numbered_by_arrival_after_those_there_are(db):
    bring_in(db, VISIT, visit(at="15:00", to="16:00", 客户姓名="甲"))
    bring_in(
        db,
        VISIT,
        visit(at="12:00", to="13:00", 客户姓名="乙"),
        visit(at="11:00", to="12:00", 客户姓名="丙"),
    )
    assert [(found.name, found.number) for found in all_of(db, Visit)] == [
        ("甲", 1),
        ("乙", 3),
        ("丙", 2),
    ]


def test_leaving_before_arriving_is_refused_and_over_midnight_is_not(db):
    planned = bring_in(
        db,
        VISIT,
        visit(at="14:09", to="13:04", 客户姓名="甲"),
        visit(at="22:30", to="00:40", 客户姓名="乙"),
        visit(at="2026-10-01 14:00:00", to="2026-09-30 15:00:00", 客户姓名="丙"),
    )
    assert outcomes(planned) == ["ignored", "refused", "new", "refused"]
    refused = planned.refused[0]
    assert (refused.number, refused.column) == (2, "离店时间")
    assert refused.reason == "Leaving at 13:04 is before arriving at 14:09."
    (found,) = all_of(db, Visit)
    assert found.left_at is not None
    assert found.left_at - found.arrived_at == timedelta(hours=2, minutes=10)


def test_what_has_not_come_yet_is_refused(db):
    planned = bring_in(db, VISIT, visit(day="2026-12-24", 客户姓名="甲"))
    assert planned.refused[0].reason == "2026-12-24 has not come yet."


@pytest.mark.parametrize(
    ("facts", "column", "sentence"),
    [
        ({"电话": "1380013"}, "电话", "4 are missing"),
        ({"电话": ErrorCell("#REF!")}, "电话", "shows the error #REF!"),
        ({"at": ""}, "来店时间", "No time of arrival."),
        ({"at": "25:00"}, "来店时间", "not a time"),
        ({"day": "2月30日"}, "日期", "no such day"),
        ({"人数": "120人"}, "人数", "1 to 99"),
        ({"客户姓名": "长" * 101}, "客户姓名", "at most 100"),
    ],
)
def test_a_cell_that_cannot_be_refuses_its_row_by_column_and_reason(db, facts, column, sentence):
    planned = plan(db, book(VISIT, visit(**{"客户姓名": "张伟", **facts})))
    (row,) = planned.refused
    assert row.column == column
    assert sentence in row.reason
    assert not planned.changes


def test_what_is_only_odd_is_left_out_and_told(db):
    planned = bring_in(
        db, VISIT, visit(客户姓名="张伟", 级别="D", 试乘试驾="也许", 渠道=ErrorCell("#N/A"))
    )
    assert outcomes(planned) == ["ignored", "new"]
    assert "级别: No level is called D." in planned.rows[1].reason
    assert "试乘试驾: “也许” is not understood." in planned.rows[1].reason
    assert "渠道: The cell shows the error #N/A." in planned.rows[1].reason


def test_a_day_merged_over_its_rows_ditto_marks_and_blanks_stand_for_the_row_above(db):
    rows = [
        VISIT,
        visit(客户姓名="甲", 销售顾问="王强"),
        visit(day="", at="11:00", to="11:30", 客户姓名="乙", 销售顾问="〃"),
        visit(day="2026-10-02", at="9:00", to="9:30", 客户姓名="丙", 销售顾问="李娜"),
        visit(day="〃", at="10:00", to="10:30", 客户姓名="丁", 销售顾问="同上"),
        visit(day="", at="11:00", to="11:30", 客户姓名="戊", 销售顾问=""),
    ]
    bring_in(db, *rows, merged=[(1, 0, 2, 0)])
    with db.read() as session:
        names = staff.names(session)
    assert [(str(found.day), names.get(found.consultant_id)) for found in all_of(db, Visit)] == [
        ("2026-10-01", "王强"),
        ("2026-10-01", "王强"),
        ("2026-10-02", "李娜"),
        ("2026-10-02", "李娜"),
        ("2026-10-02", None),
    ]


def test_the_day_of_a_sheet_without_a_column_of_days_comes_from_its_title_or_name(db):
    head = ["来店时间", "客户姓名", "电话"]
    row = ["10:00", "张伟", "13800138000"]
    titled = plan(db, book(["2026年10月3日 来店登记"], head, row))
    named = plan(db, book(head, row, name="10月4日", file="2026年登记.xlsx"))
    unknown = plan(db, book(head, row))
    assert [found.rows[-1].facts["day"] for found in (titled, named)] == [
        date(2026, 10, 3),
        date(2026, 10, 4),
    ]
    assert unknown.refused[0].reason == "No date."


def test_a_stay_tells_when_they_left_and_a_span_tells_both(db):
    bring_in(db, ["到店时间", "停留时间", "姓名"], ["2026-10-01 10:00:00", "55分钟", "甲"])
    bring_in(db, ["日期", "在店时段", "姓名"], ["10月2日", "9:42-10:30", "乙"])
    assert [
        (found.left_at - found.arrived_at).total_seconds() / 60 for found in all_of(db, Visit)
    ] == [55, 48]


def test_days_typed_as_numbers_go_on_from_row_to_row(db):
    rows = [
        visit(day=day, 客户姓名="甲", 人数="若干") for day in (10.1, 10.2, 10.9, 10.1, 10.11, 10.2)
    ]
    planned = plan(db, book(["2026年10月"], VISIT, *rows))
    assert [row.facts["day"].day for row in planned.rows if row.facts] == [1, 2, 9, 10, 11, 20]


def test_nobody_is_still_here_from_an_earlier_day(db):
    bring_in(db, VISIT, visit(to="", 客户姓名="甲"), visit(day="2026-11-21", to="", 客户姓名="乙"))
    earlier, today = all_of(db, Visit)
    assert (earlier.left_at, today.left_at) == (earlier.arrived_at, None)
    again = bring_in(db, VISIT, visit(to="11:30", 客户姓名="甲"))
    assert outcomes(again) == ["ignored", "filled"]
    assert all_of(db, Visit)[0].left_at - earlier.arrived_at == timedelta(minutes=90)


def test_calls_and_errands_are_counted_as_what_they_are(db):
    bring_in(
        db,
        ["到店时间", "来访方式", "到店目的", "姓名"],
        ["2026-10-01 10:00:00", "来电", "", "甲"],
        ["2026-10-01 11:00:00", "到店", "维修保养", "乙"],
        ["2026-10-01 12:00:00", "到店", "看车", "丙"],
    )
    assert [found.kind for found in all_of(db, Visit)] == [
        VisitKind.CALL,
        VisitKind.ERRAND,
        VisitKind.WALK_IN,
    ]


def test_the_same_visit_twice_in_a_file_is_one_and_fills_its_gaps(db):
    planned = bring_in(
        db,
        VISIT,
        visit(客户姓名="张伟", 电话="13800138000"),
        visit(客户姓名="张伟", 电话="13800138000", 意向车型="汉EV", 试乘试驾="Y"),
    )
    assert outcomes(planned) == ["ignored", "new", "duplicate"]
    assert planned.rows[2].reason == "As row 2."
    (found,) = all_of(db, Visit)
    assert found.model_id is not None
    assert len(all_of(db, TestDrive)) == 1


def test_two_nameless_parties_at_one_minute_are_two_unless_all_is_the_same(db):
    rows = [VISIT, visit(人数=2.0, 意向车型="汉"), visit(人数=3.0), visit(人数=2.0, 意向车型="汉")]
    assert outcomes(bring_in(db, *rows)) == ["ignored", "new", "new", "duplicate"]
    assert outcomes(bring_in(db, *rows)) == ["ignored", "same", "same", "duplicate"]


def test_a_phone_found_out_later_joins_the_visit_to_its_customer(db):
    bring_in(db, VISIT, visit(客户姓名="张伟"))
    planned = bring_in(db, VISIT, visit(客户姓名="张伟", 电话="13800138000", 试乘试驾="Y"))
    assert outcomes(planned) == ["ignored", "filled"]
    (customer,) = all_of(db, Customer)
    (found,) = all_of(db, Visit)
    assert found.customer_id == customer.id
    assert customer.last_visit_on == date(2026, 10, 1)
    assert len(all_of(db, TestDrive)) == 1


def test_another_consultant_at_the_same_minute_is_another_visit(db):
    bring_in(db, VISIT, visit(客户姓名="张伟", 销售顾问="王强"))
    planned = bring_in(db, VISIT, visit(客户姓名="张伟", 销售顾问="李娜"))
    assert planned.counts[Outcome.NEW] == 1


def test_a_known_customer_s_new_visit_is_his_and_moves_his_days(db):
    with db.write() as session:
        known = customers.add(session, name="张伟", phone="13800138000", now=NOW, today=TODAY)
    planned = bring_in(
        db,
        VISIT,
        visit(客户姓名="张先生", 电话="+86 138 0013 8000", 级别="H", 渠道="微信"),
    )
    assert planned.rows[1].customer_id == known.id
    (customer,) = all_of(db, Customer)
    assert (customer.name, customer.honorific) == ("张伟", Honorific.MR)
    assert (customer.first_visit_on, customer.level) == (date(2026, 10, 1), Level.WEEK)
    assert customer.channel_id is not None
    assert len(all_of(db, FollowUp)) == 1


# --- customers


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
    assert outcomes(planned) == ["ignored", "new", "refused", "refused", "refused"]
    assert [row.reason for row in planned.refused] == [
        "No phone.",
        "No name.",
        "2030-01-01 has not come yet.",
    ]
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


# --- deals


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


# --- writing


def test_what_was_typed_since_the_plan_was_made_counts(db):
    source = book(PERSON, person(客户姓名="张伟", 手机号="13800138000", 生日="1990-01-01"))
    planned = plan(db, source)
    with db.write() as session:
        customers.add(session, name="张伟", phone="13800138000", now=NOW, today=TODAY)
    result = applying.apply(db, planned)
    assert (result.counts[Outcome.NEW], result.counts[Outcome.FILLED]) == (0, 1)
    assert len(all_of(db, Customer)) == 1


def test_a_plan_that_was_written_is_not_written_twice(db):
    planned = plan(db, book(PERSON, person(客户姓名="张伟", 手机号="13800138000")))
    applying.apply(db, planned)
    result = applying.apply(db, planned)
    assert result.action_id is None
    assert len(all_of(db, Customer)) == 1


def test_cancelling_leaves_the_file_as_it_was(db):
    planned = plan(db, book(PERSON, person(客户姓名="张伟", 手机号="13800138000")))
    before = rows_of_all(db)
    steps: list[int] = []

    def stop(done: int, total: int) -> None:
        steps.append(done)
        if len(steps) == 4:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        applying.apply(db, planned, progress)
    assert rows_of_all(db) == before
    assert applying.apply(db, planned).counts[Outcome.NEW] == 1


def test_undo_keeps_what_was_edited_since_and_names_it(db):
    result = applying.apply(
        db,
        plan(
            db,
            book(
                PERSON,
                person(客户姓名="张伟", 手机号="13800138000"),
                person(客户姓名="李娜", 手机号="13800138001"),
            ),
        ),
    )
    edited = all_of(db, Customer)[0].id
    with db.write() as session:
        customers.change(session, edited, address="福田")
    with db.write() as session:
        undone = journal.undo(session, result.action_id)
    assert ("customer", edited) in {(row.table, row.id) for row in undone.kept}
    assert [customer.name for customer in all_of(db, Customer)] == ["张伟"]


def test_undo_and_redo_of_an_import_bring_it_back_whole(db):
    applying.apply(db, plan(db, book(VISIT, visit(客户姓名="张伟", 电话="13800138000"))))
    after = rows_of_all(db, journaled=True)
    with db.write() as session:
        journal.undo(session)
    with db.write() as session:
        journal.redo(session)
    assert rows_of_all(db, journaled=True) == after


def test_the_row_is_kept_as_it_stood_also_when_it_was_refused(db):
    bring_in(
        db,
        PERSON,
        person(客户姓名="张伟", 手机号="13800138000"),
        person(客户姓名="李娜", 手机号="1380013"),
        [],
    )
    rows = all_of(db, ImportRow)
    assert [(row.row, row.outcome) for row in rows] == [(1, "ignored"), (2, "new"), (3, "refused")]
    assert json.loads(rows[2].cells)[:2] == ["李娜", "1380013"]
    assert "4 are missing" in rows[2].reason


def test_an_import_keeps_the_rules_of_the_business(db):
    bring_in(
        db,
        VISIT,
        visit(客户姓名="张伟", 电话="13800138000", 级别="O"),
        visit(day="2026-10-05", to="", 客户姓名="张伟", 电话="13800138000"),
    )
    bring_in(db, PERSON, person(客户姓名="李娜", 微信号="li"))
    assert check.check(db) == []
    with db.read() as session:
        for customer in session.scalars(select(Customer)):
            assert customer.status in promises.CONTACTED


# --- the template


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_template_is_read_by_ourselves(db, tmp_path, language):
    i18n.use(language)
    template.save(tmp_path / "模板.xlsx")
    planned = plan(db, reading.read(tmp_path / "模板.xlsx"))
    assert [sheet.kind for sheet in planned.sheets] == ["customers", "visits", "deals"]
    assert [sheet.unread for sheet in planned.sheets] == [[], [], []]
    assert planned.counts[Outcome.IGNORED] == len(planned.rows) == 9
    assert not planned.changes


# --- anything at all


CELLS = st.one_of(
    st.just(""),
    st.sampled_from(
        ["张伟", "李娜", "张先生", "未留", "合计", "〃", "（示例）张三", "13800138000"]
    ),
    st.sampled_from(
        ["1380013", "10:00", "9：30", "25:00", "2026-10-01", "10.2", "是", "H", "微信"]
    ),
    st.sampled_from([1.0, 2.0, 0.5, 46296.0, 13800138001.0, 21.8, 218000.0, True]),
    st.builds(ErrorCell, st.just("#N/A")),
    st.text(max_size=6),
)


@pytest.mark.slow
@trying(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from([VISIT, PERSON, DEAL]), st.data())
def test_whatever_the_sheet_every_row_is_accounted_for_and_all_can_be_taken_back(db, head, data):
    body = data.draw(st.lists(st.lists(CELLS, max_size=len(head)), max_size=12))
    rows = [["登记表 2026年10月"], head, *body]
    before = rows_of_all(db, journaled=True)
    planned = plan(db, book(*rows))
    assert len(planned.rows) == sum(planned.counts.values()) == len(rows)
    assert all(row.reason and row.column for row in planned.refused)
    result = applying.apply(db, planned)
    after = rows_of_all(db, journaled=True)
    again = applying.apply(db, plan(db, book(*rows)))
    assert again.action_id is None
    assert again.counts[Outcome.NEW] == again.counts[Outcome.FILLED] == 0
    assert rows_of_all(db, journaled=True) == after
    with db.read() as session:
        without = session.scalar(
            select(func.count())
            .select_from(Customer)
            .where(
                Customer.status.in_(promises.CONTACTED),
                Customer.do_not_contact.is_(False),
                Customer.id.not_in(select(FollowUp.customer_id)),
            )
        )
    assert without == 0
    if result.action_id is not None:
        with db.write() as session:
            assert journal.undo(session, result.action_id).kept == []
    assert rows_of_all(db, journaled=True) == before


# --- the corners


def test_the_same_customer_on_two_sheets_is_told_where_he_stood_first(db):
    row = person(客户姓名="张伟", 手机号="13800138000")
    planned = plan(db, books({"一月": [PERSON, row], "二月": [PERSON, row]}))
    assert planned.rows[-1].reason == "As row 2 of 一月."


def test_a_test_drive_that_was_not_noted_is_added_to_its_visit(db):
    bring_in(db, VISIT, visit(客户姓名="张伟"))
    assert outcomes(bring_in(db, VISIT, visit(客户姓名="张伟", 试乘试驾="Y")))[1] == "filled"
    assert len(all_of(db, TestDrive)) == 1


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


def test_a_nameless_visit_on_file_is_not_that_of_a_larger_party(db):
    bring_in(db, VISIT, visit(人数=2.0))
    assert outcomes(bring_in(db, VISIT, visit(人数=4.0))) == ["ignored", "new"]


def test_a_phone_without_a_name_finds_its_customer(db):
    bring_in(db, PERSON, person(客户姓名="张伟", 手机号="13800138000"))
    planned = bring_in(db, VISIT, visit(电话="13800138000"))
    assert planned.rows[1].person.name == "张伟"
    assert all_of(db, Visit)[0].name == "张伟"


def test_a_position_in_the_name_is_kept_as_one(db):
    bring_in(db, PERSON, person(客户姓名="王总", 手机号="13800138000"))
    (customer,) = all_of(db, Customer)
    assert (customer.name, customer.title) == ("王", "总")


def test_several_columns_of_phones_and_of_one_other_field(db):
    bring_in(
        db,
        ["姓名", "电话1", "手机", "备用电话", "联系-方式", "客户级别", "意向级别", "身份证"],
        ["张伟", "13800138000", "13800138001", "13800138002", "", "A", "H", "x"],
    )
    assert [phone.number[-1] for phone in all_of(db, Phone)] == ["1", "0", "2"]
    assert all_of(db, Customer)[0].level is Level.WEEK


def test_columns_that_only_look_like_numbers_are_no_phones(db):
    rows = [["A", 5.0, f"1380013800{number}", f"张{number}"] for number in range(4)]
    planned = plan(db, book(["姓名", "数量", "号码栏", "别名"], *rows))
    assert planned.sheets[0].columns[2].field == "phone"


def test_a_visit_of_several_days_and_one_that_ends_in_the_morning_are_told(db):
    planned = bring_in(
        db,
        VISIT,
        visit(at="2026-10-01 10:00:00", to="2026-10-09 10:00:00", 客户姓名="甲"),
        visit(at="18:30", to="09:00", 客户姓名="乙"),
    )
    assert planned.rows[1].reason == "The visit lasts until 2026-10-09."
    assert planned.rows[2].outcome is Outcome.REFUSED


def test_a_merged_area_that_reaches_past_its_rows_is_read(db):
    planned = plan(
        db, book(VISIT, ["2026-10-01", "10:00"], ["", "11:00"], [""], merged=[(1, 0, 3, 0)])
    )
    assert planned.counts[Outcome.NEW] == 2


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process is fixed here")
def test_a_day_on_which_the_clocks_change_is_read_hour_by_hour(db, monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        bring_in(db, VISIT, visit(day="2026-10-25", at="1:00", to="4:00", 客户姓名="甲"))
    finally:
        monkeypatch.undo()
        time.tzset()
    (found,) = all_of(db, Visit)
    assert found.left_at - found.arrived_at == timedelta(hours=4)


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
