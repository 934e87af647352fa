"""Rows that are none, and what the columns are taken for."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from showroom import dates
from showroom.errors import ShowroomError
from showroom.sheets.plan import Outcome
from showroom.sheets.read import Sheet
from showroom.store.models import (
    Customer,
    Honorific,
    Level,
    Phone,
    Visit,
)
from tests.showroom.sheet_kit import (
    NOW,
    PERSON,
    VISIT,
    all_of,
    book,
    books,
    bring_in,
    person,
    plan,
    visit,
)


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


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


def test_a_column_is_read_as_each_of_its_rows_would_be_alone(db):
    said = [
        visit(客户姓名="张伟", 电话="13800138000", 销售顾问="王强", 人数=2.0),
        visit(day="〃", at="10:30", 客户姓名="李娜", 电话="138****8000", 销售顾问="同上"),
        visit(day=10.1, at="下午", to="", 客户姓名="（示例）张三"),
        visit(day="2026-10-09", at="9:00", 客户姓名="孙悦", 电话="13700137000"),
        visit(day=10.1, at="9:00", to="9:20", 客户姓名="周涛"),  # the tenth: a day after the ninth
        visit(day=10.2, at="9.30", to="", 客户姓名="王总", 备注="例：看车"),
        visit(day="2026-10-03", at="25:00", 客户姓名="赵磊"),
        visit(day="2026-10-03", at="12:00", to="9:00"),
        ["合计", "", "", 6.0, *[""] * 9],
        visit(day="〃", at="14:00", to="15:00", 电话="13900139000转12", 级别="H"),
        visit(day="", at="16:00", to="17:00", 客户姓名="张伟", 电话="13800138000", 备注="〃"),
    ]
    together = plan(db, book(VISIT, *said))
    apart = plan(db, book(VISIT, *([*row, *[""] * n] for n, row in enumerate(said))))  # as CSV has

    def told(planned):
        return [
            (row.facts, row.outcome, row.nothing, row.field, row.reason) for row in planned.rows
        ]

    assert told(together) == told(apart)
    assert len({row.outcome for row in together.rows}) > 2
    assert [row.facts and row.facts.get("consultant") for row in together.rows][1:3] == ["王强"] * 2
