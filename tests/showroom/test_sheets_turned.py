"""Headings down the side, a customer or a visit in each column: the sheet is read column by column,
and whatever is said of a cell names the cell of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from showroom import dates
from showroom.people import timeline
from showroom.sheets import apply as applying
from showroom.sheets import notices, read, results
from showroom.sheets import plan as planning
from showroom.sheets.answers import Answers
from showroom.sheets.plan import Plan
from showroom.store.models import Customer, ImportRow
from tests.showroom.sheet_kit import NOW, all_of, book, deal, outcomes, plan

COMPARED = [
    ["意向客户对比表"],
    ["项目", "客户1", "客户2", "客户3"],
    ["客户姓名", "张伟", "李娜", "王强"],
    ["手机", 13800138000, "1.38E+10", "13700137002"],
    ["意向车型", "汉EV", "唐", "宋"],
    ["级别", "H", "A", "B"],
    ["备注", "要白色", None, "比价中"],
    ["制表人：李静"],
]


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def saved(path: Path, rows: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "对比"
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def looked_at(db: Any, path: Path, answers: Answers | None = None) -> Plan:
    return plan(db, read.read(path), answers)


def said(planned: Plan) -> list[str]:
    return [one.text for one in notices.notices(planned.book)]


def told(planned: Plan, name: str) -> list[Any]:
    return [row.facts.get(name) for row in planned.rows if row.facts is not None]


@pytest.mark.language("zh_CN")
def test_a_table_that_compares_customers_comes_in_column_by_column(db, tmp_path):
    planned = looked_at(db, saved(tmp_path / "对比.xlsx", COMPARED))
    assert outcomes(planned) == ["ignored", "new", "refused", "new"]
    assert told(planned, "name") == ["张伟", "王强"]
    assert told(planned, "note") == ["要白色", "比价中"]
    assert said(planned) == ["“对比”的栏目名写在左侧，已按列读取。"]
    (refused,) = planned.refused
    of = planned.sheets[refused.sheet]
    assert of.cell(refused) == (4, 3)
    assert of.line(refused) == "C"


@pytest.mark.language("zh_CN")
def test_a_hidden_column_is_a_person_who_is_read_and_named(db, tmp_path):
    path = saved(tmp_path / "对比.xlsx", COMPARED)
    made = openpyxl.load_workbook(path)
    made.active.column_dimensions["D"].hidden = True
    made.save(path)
    planned = looked_at(db, path)
    assert told(planned, "name") == ["张伟", "王强"]
    assert said(planned) == [
        "“对比”的栏目名写在左侧，已按列读取。",
        "D 列在 Excel 里是隐藏的，照样读取。",
    ]


def test_a_mended_cell_is_the_one_of_the_file_and_its_story_names_the_column(db, tmp_path):
    path = saved(tmp_path / "对比.xlsx", COMPARED)
    planned = looked_at(db, path)
    (refused,) = planned.refused
    index = next(one.index for one in planned.sheets[0].columns if one.field == "phone")
    answers = Answers().mend({(0, refused.number, index): "13900139000"})
    again = applying.look(db, planned.book, answers=answers)
    assert outcomes(again) == ["ignored", "new", "new", "new"]
    applying.apply(db, again)
    (row,) = [one for one in all_of(db, ImportRow) if "李娜" in one.cells]
    assert (row.sheet, row.row) == ("对比!C", 3)
    with db.read() as session:
        story = timeline.of_customer(session, row.customer_id)
        assert any("对比!C" in entry.detail for entry in story)


@pytest.mark.language("zh_CN")
def test_the_file_saved_back_is_marked_where_its_cells_stand(db, tmp_path):
    path, back = saved(tmp_path / "对比.xlsx", COMPARED), tmp_path / "back.xlsx"
    planned = looked_at(db, path)
    with db.read() as session:
        assert results.save(session, planned, back) == 3
    page = openpyxl.load_workbook(back)["对比"]
    assert [cell.value for cell in page[9]] == ["结果", "新增", "不导入", "新增"]
    assert page["A10"].value == "原因"
    assert "1.38E+10" in page["C10"].value
    assert page["C4"].fill.fgColor.rgb == results.CELL_FILLS["wrong"]
    assert page["B4"].fill.fgColor.rgb == "00000000"
    assert [cell.value for cell in page[3]] == ["客户姓名", "张伟", "李娜", "王强"]


@pytest.mark.language("zh_CN")
def test_a_file_that_is_no_workbook_is_saved_back_as_it_stood(db, tmp_path):
    path, back = tmp_path / "对比.csv", tmp_path / "back.xlsx"
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in COMPARED]
    path.write_text("\n".join(lines), "utf-8")
    with db.read() as session:
        results.save(session, looked_at(db, path), back)
    page = openpyxl.load_workbook(back).worksheets[0]
    assert [page["A3"].value, page["D3"].value, page["D9"].value] == ["客户姓名", "王强", "新增"]


def test_names_across_the_top_need_no_heading(db):
    planned = plan(
        db,
        book(
            ["", "张伟", "李娜"],
            ["手机", 13800138001.0, 13800138002.0],
            ["意向车型", "汉EV", "唐"],
            ["级别", "H", "A"],
        ),
    )
    assert outcomes(planned) == ["ignored", "new", "new"]
    assert told(planned, "name") == ["张伟", "李娜"]


def test_the_card_of_one_customer_comes_in_however_short(db):
    planned = plan(db, book(["姓名", "张伟"], ["电话", "13800138009"], ["级别", "H"]))
    assert outcomes(planned) == ["ignored", "new"]
    assert told(planned, "phones") == [("+8613800138009",)]


def test_visits_side_by_side_are_of_the_day_above_them(db):
    planned = plan(
        db,
        book(
            ["2026年11月7日 来店登记"],
            ["来店时间", "09:10", "10:20", "14:05"],
            ["离店时间", "09:50", "11:00", ""],
            ["人数", 2.0, 1.0, 3.0],
            ["客户姓名", "赵一", "钱二", "孙三"],
            ["电话", "13900001111", "13900002222", "13900003333"],
            ["级别", "H", "B", "C"],
        ),
    )
    assert outcomes(planned) == ["ignored", "new", "new", "new"]
    arrived = [f"{dates.local(each):%m-%d %H:%M}" for each in told(planned, "arrived")]
    assert arrived == ["11-07 09:10", "11-07 10:20", "11-07 14:05"]


def test_deals_side_by_side_with_numbers_left_of_their_headings(db):
    pairs = zip(DEAL_HEADS, deal(), deal2(), strict=True)
    rows = [[str(n), *pair] for n, pair in enumerate(pairs, 1)]
    applied = applying.apply(db, plan(db, book(*rows)))
    assert outcomes(applied.plan)[-2:] == ["new", "new"]
    assert [one.name for one in all_of(db, Customer)] == ["张伟", "李娜"]


DEAL_HEADS = "姓名 电话 车型 颜色 成交价 定金 购买日期 交车日期 VIN".split()


def deal2() -> list[Any]:
    return deal(姓名="李娜", 电话="13800138001")


@pytest.mark.parametrize(
    "rows",
    [
        # a list of people, with a remark that reads like a heading
        [
            ["姓名", "电话", "备注"],
            ["张伟", "13800138000", "渠道"],
            ["李娜", "13800138001", "车型"],
        ],
        # numbers of months side by side
        [["来店批次", 30.0, 40.0], ["级别", "H", "A"], ["渠道", "路过", "网络"]],
        # models compared
        [["车型", "汉", "唐"], ["颜色", "黑", "白"], ["成交价", 20.0, 30.0], ["配置", "高", "低"]],
    ],
)
def test_what_is_no_such_sheet_is_not_turned(db, rows):
    made = book(*rows, ["x"])
    with db.read() as session:
        planning.plan(session, made, today=NOW.date(), now=NOW, ask=True)
    assert made.sheets[0].origin is None


@pytest.mark.language("zh_CN")
def test_a_card_with_boxes_is_marked_in_its_boxes(db, tmp_path):
    rows = [
        ["客户卡"],
        ["姓名", "孙立", "级别", "H"],
        ["电话", "1380013800", "车型", "汉"],
        ["地址", "福田", "备注", "好"],
    ]
    path, back = saved(tmp_path / "card.xlsx", rows), tmp_path / "back.xlsx"
    planned = looked_at(db, path)
    (refused,) = planned.refused
    assert planned.sheets[0].cell(refused) == (3, 2)
    with db.read() as session:
        results.save(session, planned, back)
    page = openpyxl.load_workbook(back)["对比"]
    assert page["B3"].fill.fgColor.rgb == results.CELL_FILLS["wrong"]
    assert [page["A5"].value, page["B5"].value] == ["结果", "不导入"]
