"""A form of one person above a list: read for itself, or told of; titles are none."""

from __future__ import annotations

from typing import Any

import pytest

from showroom.sheets import apply as applying
from showroom.sheets import notices
from showroom.sheets.columns import Nothing
from showroom.sheets.notices import About
from showroom.sheets.plan import Plan
from showroom.store.models import Customer, Level
from tests.showroom.sheet_kit import NOW, all_of, book, outcomes, plan

LIST: list[list[Any]] = [
    ["姓名", "电话", "级别", "意向车型"],
    ["李娜", "13800138001", "A", "唐"],
    ["赵磊", "13800138002", "B", "宋"],
]


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def told(planned: Plan) -> list[tuple[About, str]]:
    return [(one.about, one.text) for one in notices.of_plan(planned)]


def names(planned: Plan) -> list[str]:
    return [row.facts["name"] for row in planned.rows if row.facts is not None]


FORMS = {
    "pairs below each other": [["姓名", "王建国"], ["电话", 13912345678.0], ["级别", "H"]],
    "with a title and a blank line": [
        ["重点客户"],
        ["客户姓名", "王建国"],
        ["手机", "139 1234 5678"],
        ["意向级别", "H"],
        [],
        ["本月意向客户"],
    ],
    "two people beside each other": [
        ["姓名", "王建国", "孙丽"],
        ["电话", "13912345678", "13912345679"],
        ["级别", "H", "A"],
        [],
    ],
    "a card of boxes": [
        ["姓名", "王建国", "性别", "男"],
        ["电话", "13912345678", "微信", "wang_139"],
        ["级别", "H", "车型", "汉EV"],
        [],
    ],
}


def test_the_contacts_below_a_card_are_no_boxes_of_it(db):
    planned = plan(
        db,
        book(
            ["姓名", "赵一", "性别", "男", "手机", "13800138001"],
            ["意向车型", "汉EV", "级别", "H", "渠道", "转介绍"],
            ["住址", "杭州市西湖区", "", "", "生日", "1990-1-1"],
            ["日期", "方式", "顾问", "内容"],
            ["2026-10-01", "电话", "王强", "问价格"],
        ),
    )
    (facts,) = (row.facts for row in planned.rows if row.facts is not None)
    assert (facts["name"], facts["model"], facts.get("consultant")) == ("赵一", "汉EV", None)


def test_the_headings_of_a_form_below_a_list_are_nobody(db):
    planned = plan(db, book(*LIST, [], ["姓名", "王建国"], ["电话", "13912345678"]))
    assert names(planned) == ["李娜", "赵磊"]
    assert [row.reason for row in planned.refused] == [
        "A phone number has digits only.",
        "“电话” is a heading, no name.",
    ]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_above_a_list_comes_in_beside_the_list(db, form):
    planned = plan(db, book(*form, *LIST))
    people = ["王建国"] if len(form[0]) != 3 else ["王建国", "孙丽"]
    assert names(planned) == [*people, "李娜", "赵磊"]
    assert About.TABLES in dict(told(planned))
    of = planned.sheets[-1]
    last = planned.rows[-1]
    assert of.cell(last)[0] == len(form) + 3, "the list's rows keep their numbers"
    applying.apply(db, planned)
    found = {one.name: one.level for one in all_of(db, Customer)}
    assert found["王建国"] is Level.WEEK
    assert found["李娜"] is Level.FORTNIGHT
    again = plan(db, book(*form, *LIST))
    assert not again.changes


def test_a_form_that_cannot_be_read_is_told_with_its_rows(db):
    form = [["客户", "王建国", "意向", "H"], ["车型", "汉EV", "来源", "车展"], []]
    planned = plan(db, book(["十一月"], *form, *LIST))
    assert names(planned) == ["李娜", "赵磊"]
    assert outcomes(planned)[:4] == ["ignored"] * 4
    assert [row.nothing for row in planned.rows[:4]] == [
        *(Nothing.TITLE, Nothing.FORM, Nothing.FORM, Nothing.BLANK)
    ]
    assert told(planned) == [
        (
            About.FORM,
            "Rows 2–3 look like a form of one person and were not read. Put it on a sheet of "
            "its own, or the person into the list.",
        )
    ]


TITLES = {
    "a shop, a month and who made it": [
        ["门店：城东店", "", "日期：2026-10"],
        ["制表人：李静", "", "单位：元"],
    ],
    "the same in two cells": [
        ["门店", "城东店"],
        ["日期", "2026-10-03"],
        ["制表人", "李静"],
        ["单位", "万元"],
    ],
    "the shop's own number": [
        ["单位名称", "城东汽车"],
        ["联系人", "李静"],
        ["联系电话", "0571-88886666"],
        ["地址", "文一路1号"],
    ],
    "the shop's own mobile": [["单位", "城东汽车"], ["联系人", "李静"], ["电话", "13800001111"]],
    "whose list it is": [
        ["姓名", "王强", "工号", "A01"],
        ["手机", "13800001111", "部门", "销售部"],
    ],
    "what all below wanted": [["车型", "汉EV"], ["级别", "H级"]],
    "a first row of headings in groups": [["客户", "", "意向", ""]],
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_titles_stay_titles(db, title):
    planned = plan(db, book(*title, *LIST))
    assert names(planned) == ["李娜", "赵磊"]
    assert told(planned) == []


def test_one_row_is_told_as_one(db):
    planned = plan(db, book(["姓名", "王建国", "电话", "13912345678"], *LIST))
    assert names(planned) == ["李娜", "赵磊"]
    ((about, text),) = told(planned)
    assert about is About.FORM
    assert text.startswith("Row 1 looks like a form of one person and was not read.")
