"""Lists as dealers and their systems really write them: what a careful person reads there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from showroom import dates
from showroom.errors import ShowroomError
from showroom.sheets import apply as applying
from showroom.sheets import notices, read
from showroom.sheets.columns import Nothing
from showroom.sheets.plan import Plan
from showroom.store.models import Customer, Honorific, Level, Status
from tests.showroom.sheet_kit import NOW, all_of, book, outcomes, plan


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def told(planned: Plan, name: str) -> list[Any]:
    return [row.facts.get(name) for row in planned.rows if row.facts is not None]


def nothings(planned: Plan) -> list[Nothing]:
    return [row.nothing for row in planned.rows if row.nothing is not None]


@pytest.mark.language("zh_CN")
def test_a_line_above_some_rows_says_whose_customers_they_are(db):
    planned = plan(
        db,
        book(
            ["意向客户明细"],
            ["序号", "姓名", "电话", "销售顾问"],
            ["销售顾问：王强", "", "", ""],
            [1.0, "赵一", "13800138001", ""],
            [2.0, "钱二", "13800138002", "赵磊"],
            ["销售顾问：李娜", "", "", ""],
            [3.0, "孙三", "13800138003", ""],
            ["销售顾问：______", "", "", ""],
        ),
    )
    assert told(planned, "consultant") == ["王强", "赵磊", "李娜"]
    assert nothings(planned).count(Nothing.LINE) == 2
    assert [one.text for one in notices.of_plan(planned)] == [
        "有 2 行按上方标题或分组行填写：顾问。"
    ]
    applying.apply(db, planned)
    assert [one.name for one in all_of(db, Customer)] == ["赵一", "钱二", "孙三"]


@pytest.mark.parametrize(
    ("title", "consultant"),
    [
        (["10月客户  销售顾问：王强  制表：李静"], "王强"),
        (["销售顾问", "王强"], "王强"),
        (["门店：城东店", "顾问: 王强"], "王强"),
        (["销售顾问业绩表"], None),
        (["销售顾问：", "日期：2026-10"], None),
        (["销售顾问：王强、李娜"], None),
        (["客户经理：展厅"], None),
        (["接待人员：李静"], None),
    ],
)
def test_a_title_says_whose_customers_all_are(db, title, consultant):
    people = [["姓名", "电话"], ["赵一", "13800138001"], ["钱二", "13800138002"]]
    planned = plan(db, book(title, *people))
    assert told(planned, "consultant") == [consultant] * 2
    assert len(notices.of_plan(planned)) == (consultant is not None)
    own = [["姓名", "电话", "顾问"], ["赵一", "13800138001", ""], ["钱二", "13800138002", "赵磊"]]
    assert told(plan(db, book(title, *own)), "consultant") == [None, "赵磊"]


def test_a_line_above_some_rows_says_their_level(db):
    planned = plan(
        db,
        book(
            ["姓名", "电话"],
            ["H级客户（1人）", ""],
            ["赵一", "13800138001"],
            ["A类", ""],
            ["钱二", "13800138002"],
        ),
    )
    assert told(planned, "level") == [Level.WEEK, Level.FORTNIGHT]
    assert planned.refused == []


def test_an_order_that_was_called_off_is_no_open_order(db):
    head = "客户姓名 联系电话 车型 成交价(万元) 下订日期 实际交车日期 订单状态".split()
    planned = plan(
        db,
        book(
            head,
            ["赵一", "13800138001", "汉", 21.88, "2026-10-01", "2026-10-19", "已交车"],
            ["钱二", "13800138002", "唐", 19.88, "2026-10-02", "", "待交车"],
            ["孙三", "13800138003", "宋", 15.8, "2026-10-03", "", "已退订"],
            ["李四", "13800138004", "宋", 15.8, "2026-10-04", "", "已交付"],
        ),
    )
    assert told(planned, "delivered") == [date(2026, 10, 19), None, None]
    (refused,) = planned.refused
    assert (refused.column, refused.reason) == (
        "订单状态",
        "The order was cancelled: it is no deal.",
    )
    assert planned.rows[4].reason == "Handed over, but not said on which day: the deal stays open."


def test_a_system_that_hands_out_leads_has_its_own_headings(db):
    planned = plan(
        db,
        book(
            "线索ID 客户名称 手机号码 一级渠道 二级渠道 线索等级 跟进状态".split(),
            ["L1", "张建国", 13800138000.0, "垂直媒体", "汽车之家", "H", "跟进中"],
            ["L2", "李娜", 13800138001.0, "垂直媒体", "", "A", "战败"],
        ),
    )
    assert told(planned, "channel") == ["汽车之家", "垂直媒体"]
    assert told(planned, "level") == [Level.WEEK, Level.FORTNIGHT]
    assert told(planned, "status") == [Status.OPEN, Status.LOST]


@pytest.mark.parametrize("sort", ["客户类型", "到店类型"])
def test_who_came_before_may_stand_in_a_column_of_sorts(db, sort):
    planned = plan(
        db,
        book(
            ["进店时间", "客户姓名", "客户手机", sort],
            ["2026-10-03 09:12", "张伟", "13800138000", "首次"],
            ["2026-10-03 09:30", "李娜", "13800138001", "二次"],
        ),
    )
    assert told(planned, "again") == [False, True]
    other = book(
        ["进店时间", "客户姓名", "客户手机", sort],
        ["2026-10-03 09:12", "张伟", "13800138000", "个人"],
        ["2026-10-03 09:30", "李娜", "13800138001", "二手车商"],
    )
    assert told(plan(db, other), "again") == [None, None]


def test_a_template_of_a_system_has_headings_in_two_languages_and_an_example(db):
    planned = plan(
        db,
        book(
            ["客户名称", "手机号", "意向级别"],
            ["customer_name", "mobile", "level"],
            ["必填", "必填，11位", "选填"],
            ["张三（示例）", "13800000000", "H"],
            ["赵一", "13800138001", "A"],
        ),
    )
    assert told(planned, "name") == ["赵一"]
    assert nothings(planned) == [*(Nothing.HEADER, Nothing.HEADER, Nothing.NOTE, Nothing.EXAMPLE)]


def test_what_stands_between_the_pages_is_nobody(db):
    planned = plan(
        db,
        book(
            ["客户名单", "", ""],
            ["姓名", "电话", "级别"],
            ["赵一", "13800138001", "H"],
            ["第1页 共2页", "", ""],
            ["客户名单（续）", "", ""],
            ["姓名", "电话", "级别"],
            ["钱二", "13800138002", "A"],
            ["— 以下空白 —", "", ""],
            ["制表：李静", "", "2026-10-31"],
        ),
    )
    assert outcomes(planned).count("new") == 2
    assert planned.refused == []


def test_a_table_of_sums_beside_a_list_is_not_of_its_people(db):
    planned = plan(
        db,
        book(
            ["渠道", "批次", "", "姓名", "电话"],
            ["自然到店", 12.0, "", "赵一", "13800138001"],
            ["转介绍", 3.0, "", "钱二", "13800138002"],
            ["合计", 15.0, "", "孙三", "13800138003"],
            ["", "", "", "李四", "13800138004"],
        ),
    )
    assert told(planned, "name") == ["赵一", "钱二", "孙三", "李四"]
    assert told(planned, "channel") == [None] * 4
    spaced = book(["姓名", "", "电话", "", "渠道"], ["赵一", "", "13800138001", "", "转介绍"])
    assert told(plan(db, spaced), "channel") == ["转介绍"]


@pytest.mark.parametrize(
    ("said", "name", "honorific"),
    [
        ("王先生/李女士", "王先生/李女士", Honorific.NONE),
        ("王先生、李女士", "王先生、李女士", Honorific.NONE),
        ("王丽(女)", "王丽", Honorific.MS),
        ("王强（先生）", "王强", Honorific.MR),
        ("张总(女)", "张", Honorific.MS),
        ("张伟（朋友李四）", "张伟(朋友李四)", Honorific.NONE),
    ],
)
def test_of_two_people_neither_is_addressed_alone(db, said, name, honorific):
    planned = plan(db, book(["姓名", "电话"], [said, "13800138001"]))
    assert (told(planned, "name"), told(planned, "honorific")) == ([name], [honorific])


def test_a_given_name_that_looks_like_nothing_is_a_name(db):
    head = ["Surname", "First Name", "Mobile", "Interested Model", "Lead Level"]
    planned = plan(db, book(head, ["Li", "Na", "13800138001", "Tang", "A"]))
    assert told(planned, "name") == ["Na Li"]
    assert told(planned, "model") == ["Tang"]


def test_a_file_that_ends_in_the_middle_of_a_sign_was_cut_off(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_bytes("姓名,电话\n赵一,13800138001\n孙".encode("gb18030")[:-1])
    with pytest.raises(ShowroomError, match=r"名单.csv is damaged or was cut off"):
        read.read(path)


def test_calls_have_the_number_that_called(db):
    planned = plan(
        db,
        book(
            ["来电登记表"],
            ["日期", "来电时间", "客户姓名", "来电号码"],
            ["2026-10-03", "9:10", "赵一", "13800138001"],
        ),
    )
    assert told(planned, "phones") == [("+8613800138001",)]


def test_a_mobile_beside_it_and_a_landline_are_both_his_other_phones(db):
    head = ["姓名", "手机1", "手机2", "固话"]
    planned = plan(db, book(head, ["赵一", "13800138001", "13900139001", "0571-88886666"]))
    assert told(planned, "phones") == [("+8613800138001", "+8613900139001", "+8657188886666")]


def test_who_is_in_a_list_of_the_lost_is_lost(db):
    head = ["客户姓名", "电话", "意向车型", "战败日期", "战败原因"]
    planned = plan(
        db,
        book(
            head,
            ["赵一", "13800138001", "汉", "2026-10-01", "价格"],
            ["钱二", "13800138002", "唐", "", "无"],
        ),
    )
    assert told(planned, "status") == [Status.LOST, None]
    applying.apply(db, planned)
    assert [one.status for one in all_of(db, Customer)] == [Status.LOST, Status.OPEN]


def test_those_who_work_here_are_no_customers(db):
    head = ["序号", "姓名", "岗位", "手机", "入职日期"]
    with pytest.raises(ShowroomError):
        plan(db, book(head, [1.0, "王强", "销售顾问", "13800138001", "2024-01-01"]))
    buyers = ["姓名", "部门", "手机", "入职日期", "意向级别"]
    there = plan(db, book(buyers, ["王强", "后勤", "13800138001", "2024-01-01", "H"]))
    assert told(there, "name") == ["王强"]


def test_of_the_levels_of_several_months_none_is_taken_for_that_of_today(db):
    planned = plan(
        db,
        book(
            ["姓名", "电话", 10.0, 11.0],
            ["赵一", "13800138001", "H", "A"],
            ["钱二", "13800138002", "A", "B"],
            ["孙三", "13800138003", "A", "B"],
        ),
    )
    assert told(planned, "name") == ["赵一", "钱二", "孙三"]
    assert told(planned, "level") == [None] * 3
    assert planned.sheets[0].unread == ["10", "11"]


def test_the_time_somebody_was_here_may_be_from_when_until_when(db):
    planned = plan(
        db,
        book(
            ["日期", "在店时间", "姓名", "电话"],
            ["2026-10-01", "9:10-10:00", "赵一", "13800138001"],
            ["2026-10-01", "9点10分～10点", "钱二", "13800138002"],
        ),
    )
    stayed = [row.facts["left"] - row.facts["arrived"] for row in planned.rows if row.facts]
    assert [one.seconds // 60 for one in stayed] == [50, 50]


@pytest.mark.parametrize("heading", ["上午/下午", "时段", "AM/PM"])
def test_a_column_says_whether_it_was_before_noon(db, heading):
    planned = plan(
        db,
        book(
            ["日期", heading, "时间", "离店时间", "姓名", "电话"],
            ["2026-10-01", "上午", "9:10", "10:00", "赵一", "13800138001"],
            ["2026-10-01", "下午", "2:10", "3:00", "钱二", "13800138002"],
            ["2026-10-01", "PM", "14:10", "", "孙三", "13800138003"],
        ),
    )
    came = [f"{dates.local(each):%H:%M}" for each in told(planned, "arrived")]
    assert came == ["09:10", "14:10", "14:10"]
    assert f"{dates.local(told(planned, 'left')[1]):%H:%M}" == "15:00"


def test_headings_in_two_languages_are_known_where_both_say_the_same(db):
    head = ["姓名 Name", "电话/Phone", "Level 级别", "SC姓名", "QQ号码"]
    planned = plan(db, book(head, ["赵一", "13800138001", "H", "王强", "12345"]))
    assert [one.field for one in planned.sheets[0].columns] == ["name", "phone", "level", "", ""]
