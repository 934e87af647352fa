"""Sheets as other showrooms keep them: each small, with what must come out of it."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from showroom import dates
from showroom.door import close
from showroom.errors import ShowroomError
from showroom.sheets import apply as applying
from showroom.sheets import grid, headings, notices, questions
from showroom.sheets.answers import Answers
from showroom.store.models import Action, Customer, Level, Role, Visit
from tests import builders as make
from tests.showroom.sheet_kit import (
    DEAL,
    NOW,
    PERSON,
    VISIT,
    all_of,
    book,
    books,
    deal,
    outcomes,
    person,
    plan,
    visit,
)

DAY = "日期 到店时间 离店时间 姓名 电话"


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


@pytest.fixture
def china(monkeypatch):
    """The clock of China, wherever the test runs."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of a process is fixed here")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def table(*lines: str) -> list[list[Any]]:
    """Rows of cells with a blank between; _ is an empty cell."""
    return [["" if cell == "_" else cell for cell in line.split(" ")] for line in lines]


def facts(planned) -> list[dict[str, Any]]:
    return [row.facts for row in planned.rows if row.facts is not None]


def told(planned, name: str) -> list[Any]:
    return [each.get(name) for each in facts(planned)]


def arrivals(planned) -> list[str]:
    return [f"{dates.local(each['arrived']):%m-%d %H:%M}" for each in facts(planned)]


def fields(planned) -> dict[str, str]:
    return {column.label: column.field for column in planned.sheets[0].columns if column.field}


# --- two rows of headings


def test_the_register_with_ticks_under_its_groups_is_read_as_it_is_ticked(db):
    planned = plan(
        db,
        book(
            ["展厅来店顾客信息登记表"],
            ["日期：2026年11月6日 星期五 天气：晴"],
            *table(
                "序号 在店时段 人数 顾问 姓名 电话 意向 _ _ 级别 来店目的 _ _ 来店频率 _ 备注",
                "_ _ _ _ _ _ 车别 型号 颜色 _ 咨询新车 预约提车 其他 初 再 _",
                "1 9:10-10:20 2 王强 庚一 13900000091 汉EV 旗舰 黑 H √ _ _ √ _ _",
                "2 10:10— 3 李娜 庚二 13900000092 唐 _ 白 A √ _ _ _ √ _",
                "3 14:00~14:30 1 李娜 庚三 _ _ _ _ _ _ √ _ √ √ _",
            ),
        ),
    )
    assert outcomes(planned)[4:] == ["new"] * 3
    assert arrivals(planned) == ["11-06 09:10", "11-06 10:10", "11-06 14:00"]
    assert told(planned, "again") == [False, True, None]
    assert "Another is ticked, too." in planned.rows[6].reason
    assert told(planned, "model") == ["汉EV", "唐", None]
    assert told(planned, "purpose") == ["咨询新车", "咨询新车", "预约提车"]


def test_levels_that_are_ticked_count_as_their_letter(db):
    planned = plan(
        db,
        book(
            *table(
                "姓名 电话 到店时间 首次/再次 _ 级别 _ _ 顾问",
                "_ _ _ 首次 再次 H A B _",
                "亥四 13900002304 2026-11-01T09:00 √ _ √ _ _ 王强",
                "亥五 13900002305 2026-11-01T09:10 _ √ _ _ √ 王强",
                "亥六 13900002306 2026-11-01T09:20 _ √ √ √ _ 王强",
            )
        ),
    )
    assert told(planned, "again") == [False, True, True]
    assert told(planned, "level") == [Level.WEEK, Level.MONTH, None]
    assert "级别A: Another is ticked, too." in planned.rows[4].reason


def test_first_and_again_in_a_column_each_of_one_row_of_headings(db):
    planned = plan(
        db,
        book(
            *table(
                "日期 来店时间 姓名 电话 首次 再次",
                "2026-11-01 9:00 亥四 13900002304 √ _",
                "2026-11-01 9:10 亥五 13900002305 _ √",
                "2026-11-01 9:20 亥六 13900002306 √ √",
            )
        ),
    )
    assert told(planned, "again") == [False, True, None]
    assert planned.rows[3].reason == "Both first and again are ticked, or neither."


def test_arrival_and_leaving_under_one_group_make_a_list_of_visits(db):
    planned = plan(
        db,
        book(
            *table(
                "序号 客户信息 _ _ 来店信息 _ _ _ 意向 _ 顾问",
                "_ 姓名 电话 性别 日期 到店 离店 人数 车型 级别 _",
                "1 亥一 13900002301 男 2026-11-01 9:00 10:00 2 汉EV H 王强",
            )
        ),
    )
    assert arrivals(planned) == ["11-01 09:00"]
    assert (told(planned, "people"), told(planned, "level")) == ([2], [Level.WEEK])


REPORT = (
    "序号 客户姓名 车型 电话 信息来源 意向客户级别 _ 访问状况 _ 访问经过",
    "_ _ _ _ _ 原有 现在 电话 拜访 _",
)


@pytest.mark.parametrize("lines", [2, 1])
def test_of_the_daily_report_the_level_of_now_counts_and_a_tick_is_no_phone(db, lines):
    heads = table(*REPORT)
    if lines == 1:  # as its .csv has them
        heads = [[below or above for above, below in zip(*heads, strict=True)]]
    planned = plan(
        db,
        book(
            *heads,
            *table(
                "1 卯一 汉EV 13900000601 路过 B A √ _ 谈价",
                "2 卯二 汉EV 13900000602 路过 C H √ √ 谈价",
                "3 卯三 汉EV 13900000603 路过 _ B _ √ 谈价",
                "合计 _ _ _ _ _ _ 2 2 _",
            ),
        ),
    )
    assert told(planned, "level") == [Level.FORTNIGHT, Level.WEEK, Level.MONTH]
    assert told(planned, "phones") == [(f"+8613900000{n}",) for n in (601, 602, 603)]
    assert "refused" not in outcomes(planned)


# --- the day of a visit


@pytest.mark.parametrize(
    "title",
    [
        "客流登记表 统计时间：2026-11-01至2026-11-15",
        "制表日期：2026-11-20",
        "客流登记表 2026年11月1日-15日",
        "2026年11月客流 打印时间: 2026/11/20 10:00",
        "客流登记表 2026年11月20日",
    ],
)
def test_a_row_without_a_day_has_that_of_the_row_above(db, title):
    rows = ("3日 9:00 10:00 乙一 _", "_ 11:00 12:00 乙二 _", "4日 9:00 10:00 乙三 _")
    rows = tuple(row.replace("3日", "2026-11-03").replace("4日", "11.4") for row in rows)
    planned = plan(db, book([title], *table(DAY, *rows, "_ 11:00 12:00 乙四 _")))
    found = arrivals(planned)
    assert found == ["11-03 09:00", "11-03 11:00", "11-04 09:00", "11-04 11:00"]


@pytest.mark.parametrize(
    "title",
    ["统计时间：2026-11-01至2026-11-15", "制表日期：2026-11-20", "11.1-11.15", "2026年10-11月客流"],
)
def test_of_a_range_and_of_the_day_it_was_made_no_day_is_taken(db, title):
    planned = plan(db, book([title], *table("到店时间 姓名 电话", "9:00 丙一 13900000021")))
    assert outcomes(planned)[2:] == ["refused"]
    assert planned.rows[2].reason == "No date."


def test_a_line_between_the_rows_says_the_day_of_those_below_it(db):
    planned = plan(
        db,
        book(
            ["日期：2026年11月6日 星期五"],
            *table("到店时间 姓名 电话", "9:00 丙一 13900000021"),
            ["日期：2026年11月7日 星期六"],
            *table("9:00 丙二 13900000022"),
        ),
    )
    assert arrivals(planned) == ["11-06 09:00", "11-07 09:00"]


def test_sheets_called_by_their_month_hold_days_of_it(db):
    rows = table(DAY, "3 9:00 10:00 甲 _", "4日 9:00 10:00 乙 _", "5号 9:00 10:00 丙 _")
    sheets = {name: [[*row] for row in rows] for name in ("9月", "十月", "Nov")}
    sheets["十月"][1][0] = 3.0
    planned = plan(db, books(sheets, file="2026年客流.xlsx"))
    assert [found[:5] for found in arrivals(planned)] == [
        f"{month}-{day}" for month in ("09", "10", "11") for day in ("03", "04", "05")
    ]


def test_a_column_of_days_of_the_month_is_the_date(db):
    rows = table("日 到店时间 姓名", "3 9:00 甲", "_ 9:10 乙", "5日 9:00 丙")
    planned = plan(db, book(["2026年9月"], *rows))
    assert arrivals(planned) == ["09-03 09:00", "09-03 09:10", "09-05 09:00"]


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("20261103090000", "11-03 09:00"),
        ("20261103 0900", "11-03 09:00"),
        (20261103090000.0, "11-03 09:00"),
        ("2026-11-03T09:00:00.000Z", "11-03 17:00"),
        ("2026-11-03T09:00:00+08:00", "11-03 09:00"),
        ("3-Nov-26 9:00", "11-03 09:00"),
        ("Nov 3, 2026 9:00 AM", "11-03 09:00"),
    ],
)
def test_stamps_of_other_systems_are_read(db, cell, at, china):
    planned = plan(db, book(["来店时间", "姓名"], [cell, "甲"]))
    assert arrivals(planned) == [at]


def test_nobody_came_tomorrow(db):
    planned = plan(db, book(VISIT, visit(day="2026-11-22", 客户姓名="甲")))
    assert planned.rows[1].reason == "2026-11-22 has not come yet."


# --- nothing to write


@pytest.mark.parametrize("cell", ["/", "-", "无", "未离店", "在店", "不详"])
def test_who_has_not_left_came_all_the_same(db, cell):
    planned = plan(db, book(VISIT, visit(day="2026-11-20", to=cell, 客户姓名="甲")))
    assert outcomes(planned)[1:] == ["new"]


def test_a_span_may_be_open_and_a_day_may_end_at_24(db):
    rows = table(
        "日期 在店时段 姓名", *(f"2026-11-20 {s} 甲" for s in ("9:10-", "9:10—", "9:10-24:00"))
    )
    planned = plan(db, book(*rows))
    assert arrivals(planned) == ["11-20 09:10"] * 3
    assert f"{dates.local(facts(planned)[2]['left']):%H:%M}" == "23:59"


@pytest.mark.parametrize(
    "cell",
    "拒绝提供 拒留电话 客户拒绝 未留手机 不愿留 不方便 无电话 没留电话 未留联系方式 客户不留 "
    "暂未留 下次留 无（拒绝） -无- ？".split(),
)
def test_who_left_no_number_is_counted_in_every_wording(db, cell):
    planned = plan(db, book(VISIT, visit(客户姓名="丑", 电话=cell)))
    assert (outcomes(planned)[1:], told(planned, "phones")) == (["new"], [()])
    assert planned.rows[1].reason == ""


@pytest.mark.parametrize("cell", ["138****0001", "空号", "138XXXX0001"])
def test_a_visit_comes_in_without_a_number_that_cannot_be_read(db, cell):
    """As an export of a DMS that stars the numbers."""
    planned = plan(db, book(VISIT, visit(客户姓名="戊", 电话=cell)))
    assert (outcomes(planned)[1:], told(planned, "phones")) == (["new"], [()])
    assert planned.rows[1].reason.startswith("电话: ")
    refused = plan(db, book(PERSON, person(客户姓名="戊", 手机号=cell)))
    assert outcomes(refused)[1:] == ["refused"]


def test_a_number_as_java_writes_it_has_all_its_digits(db):
    rows = [person(客户姓名="甲", 手机号=cell) for cell in ("1.3812345678E10", "1.38E+10")]
    planned = plan(db, book(PERSON, *rows))
    assert told(planned, "phones") == [("+8613812345678",)]
    assert "digits are lost" in planned.rows[2].reason


# --- dates that can be read in several ways


def asked(planned) -> list[str]:
    return [question.code for question in questions.ask(planned)]


def of_days(*cells: str, title: str = "客流登记表"):
    rows = [[cell, f"9:{place:02}", "10:00", f"甲{place}"] for place, cell in enumerate(cells)]
    return book([title], DAY.split(" "), *[[*row, ""] for row in rows])


@pytest.mark.parametrize(
    ("title", "cells", "days"),
    [
        ("2026年11月客流", "1/11 3/11 5/11 12/11 15/11", "11-01 11-03 11-05 11-12 11-15"),
        ("2026年11月客流", "11/1 11/3 11/5", "11-01 11-03 11-05"),
        ("客流", "1/11 3/11 5/11", "11-01 11-03 11-05"),
        ("客流", "10.1 10.2 9.3", "10-01 10-02 09-03"),
        ("客流", "03/04/26 13/04/26 04-05-26", "04-03 04-13 05-04"),
        ("客流", "26/11/03 26/11/04", "11-03 11-04"),
        ("客流", "26.11.3 26.11.4", "11-03 11-04"),
        ("客流", "11/13/26 11/2/26", "11-13 11-02"),
        ("客流", "3/12/2026 4/11/2026", "03-12 04-11"),  # the third of December is to come
    ],
)
def test_short_dates_are_read_as_their_column_proves(db, title, cells, days):
    planned = plan(db, of_days(*cells.split(" "), title=title))
    assert [day[:5] for day in arrivals(planned)] == days.split(" ")
    assert {each["day"].year for each in facts(planned)} == {2026}
    assert asked(planned) == []


@pytest.mark.parametrize("cells", ["03/04/26 04-05-26", "3/4 4/5", "03/04/2026 04/05/2026"])
def test_where_nothing_proves_it_the_column_is_asked_for(db, cells):
    source = of_days(*cells.split(" "))
    (question,) = questions.ask(plan(db, source))
    assert question.code == "dates.0.0"
    assert [option.text for option in question.options] == ["2026-03-04", "2026-04-03"]
    turned = plan(db, source, question.options[1].answers)
    assert [day[:5] for day in arrivals(turned)] == ["04-03", "05-04"]
    assert asked(turned) == []


def test_a_visit_of_long_ago_is_in_doubt(db):
    planned = plan(db, book(VISIT, visit(day="2003-04-26", 客户姓名="甲")))
    assert (outcomes(planned)[1:], planned.rows[1].reason) == (["new"], "A visit of 2003.")


# --- people


@pytest.mark.parametrize(
    ("cell", "birthday", "reason"),
    [
        ("12月6日", "12-6", ""),
        (12.6, "12-6", ""),
        (10.1, None, "生日: No day of birth: 10.1."),
        (1980.0, None, "生日: No day of birth: 1980."),
        ("2月30日", None, "生日: There is no such day: 2月30日."),
        ("2月29日", "2-29", ""),
        ("3-Oct", "10-3", ""),
        ("2026-12-06", "12-6", "生日: 2026 is no year of birth; the day is taken without one."),
        ("2026-05-06", "5-6", "生日: 2026 is no year of birth; the day is taken without one."),
        ("2030-05-06", None, "生日: 2030-05-06 has not come yet."),
        ("88.5.6", "1988-05-06", ""),
        ("88年5月6日", "1988-05-06", ""),
        ("1988-05", None, "生日: This is not a date: 1988-05."),
        ("农历五月初六", "lunar 05-06", ""),
        ("农历2-30", "lunar 02-30", ""),
        ("保密", None, ""),
        ("-", None, ""),
    ],
)
def test_no_year_of_birth_is_made_up_and_nobody_refused_for_it(db, cell, birthday, reason):
    planned = plan(db, book(PERSON, person(客户姓名="申", 手机号="13900002001", 生日=cell)))
    assert (outcomes(planned)[1:], planned.rows[1].reason) == (["new"], reason)
    (found,) = told(planned, "birthday")
    assert (found and str(found)) == birthday


@pytest.mark.parametrize("cell", ["/", "未交车", "待定", "无"])
def test_an_owner_without_a_day_of_delivery_waits_for_his_car(db, cell):
    planned = plan(db, book(DEAL, deal(交车日期=cell, 成交价="21万8")))
    assert outcomes(planned)[1:] == ["new"]
    values = planned.rows[1].draft.values
    assert (values["delivered_on"], values["price"]) == (None, 218000)


def test_a_visit_with_wechat_only_makes_a_customer(db):
    head = ["日期", "来店时间", "客户姓名", "电话", "微信号", "级别"]
    rows = [
        ["2026-10-02", "10:00", "癸三", "未留", "guisan_wx", "A"],
        ["2026-10-03", "10:00", "癸三", "未留", "guisan_wx", "H"],
        ["2026-10-03", "11:00", "癸四", "未留", "√", "H"],
        ["2026-10-03", "12:00", "癸五", "未留", "同手机", "H"],
    ]
    applying.apply(db, plan(db, book(head, *rows)))
    assert [(one.name, one.wechat, one.level) for one in all_of(db, Customer)] == [
        ("癸三", "guisan_wx", Level.WEEK)
    ]
    assert [one.customer_id for one in all_of(db, Visit)] == [1, 1, None, None]


@pytest.mark.parametrize(
    ("cell", "name", "phones", "reason"),
    [
        ("王先生13900000001", "王", ("+8613900000001",), "13900000001 is taken for a phone."),
        ("李四 139-0000-0001", "李四", ("+8613900000001",), "139-0000-0001 is taken for a phone."),
        (
            "李四(电话:13900000001)",
            "李四",
            ("+8613900000001",),
            "13900000001 is taken for a phone.",
        ),
        ("李四1390000000", "李四", (), "1390000000 is left out of the name."),
    ],
)
def test_a_number_in_a_name_is_no_name(db, cell, name, phones, reason):
    planned = plan(db, book(VISIT, visit(客户姓名=cell)))
    (found,) = facts(planned)
    assert (found["name"], found["phones"]) == (name, phones)
    assert planned.rows[1].reason == f"客户姓名: {reason}"


def test_a_number_in_the_name_that_stands_under_phone_as_well_is_no_doubt(db):
    planned = plan(db, book(PERSON, person(客户姓名="王强13900000001", 手机号="13900000001")))
    assert (told(planned, "name"), planned.rows[1].reason) == (["王强"], "")


@pytest.mark.parametrize("note", ["示例车已看,想试驾", "例: 同事介绍", "Sample seat wanted"])
def test_a_remark_about_an_example_is_of_a_customer(db, note):
    rows = [person(客户姓名="王强", 手机号="13800000002", 备注=note)]
    assert outcomes(plan(db, book(PERSON, *rows)))[1:] == ["new"]
    rows = [
        person(客户姓名="王强", 手机号="13800000002", 备注=text)
        for text in ("示例", "示例，请删除")
    ]
    assert outcomes(plan(db, book(PERSON, *rows)))[1:] == ["ignored"] * 2


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        *[("3人(含1小孩)", 3), ("2（1大1小）", 2), ("3人（1小孩）", 3), ("2大1小", 3), ("2+1", 3)],
        *[("一家三口", 3), ("夫妻", 2), ("夫妻俩", 2), ("十二人", 12), ("二十", 20), ("两位", 2)],
        *[("3-4", None), ("若干", None), ("夫妻带小孩1个", None)],
    ],
)
def test_how_many_came_in_words(db, cell, count):
    planned = plan(db, book(VISIT, visit(客户姓名="酉", 人数=cell)))
    assert told(planned, "people") == [count]
    assert (planned.rows[1].reason != "") is (count is None)


def test_what_a_file_says_twice_is_not_on_file(db):
    rows = [person(客户姓名="王强", 手机号="13800000002", 意向级别=level) for level in "CH"]
    planned = plan(db, book(PERSON, *rows))
    assert planned.rows[2].reason == "As row 2. Kept as there: level."
    assert asked(planned) == []


def test_numbers_in_the_headings_are_no_data(db):
    days = [float(day) for day in range(1, 31)]
    people = ["寅一", "13900000501", "汉EV", "H", *["*"] * 30]
    planned = plan(db, book(["2026年11月"], ["客户", "电话", "车型", "级别", *days], people))
    assert (told(planned, "name"), told(planned, "level")) == (["寅一"], [Level.WEEK])
    head = [*DAY.split(" "), 2026.0]
    planned = plan(db, book(head, ["2026-11-03", "9:00", "10:00", "辰一", "13900000701", ""]))
    assert arrivals(planned) == ["11-03 09:00"]


# --- days without times, days of others, closed days


@pytest.mark.parametrize(
    ("cell", "taken"),
    [
        *((day, "12:00") for day in ("2026-11-03", "2026/11/3", "11月3日", 46329.0)),
        ("2026年11月3日 上午", "10:00"),
    ],
)
def test_of_visits_with_a_day_and_no_time_the_time_is_asked_for_once(db, cell, taken):
    source = book(["来店时间", "姓名", "电话"], [cell, "甲", "13900000001"])
    planned = plan(db, source)
    assert planned.rows[1].reason == "The day is there, the time of arrival is not."
    (question,) = questions.ask(planned)
    assert [option.text for option in question.options] == [
        *["All at 09:00", "All at 12:00", "All at 15:00"]
    ]
    planned = plan(db, source, question.options[1].answers)
    assert arrivals(planned) == [f"11-03 {taken}"]
    assert planned.rows[1].reason == f"No time of arrival: {taken} is taken."
    applying.apply(db, planned)
    assert asked(plan(db, source)) == []  # next month nobody is asked


def test_a_list_of_people_with_days_of_visits_may_be_a_list_of_visits(db):
    head = ["来店日期", "客户姓名", "联系电话", "级别"]
    rows = [["2026-11-01", "巳一", "13900000801", "H"], ["2026-11-01", "巳二", "未留", ""]]
    planned = plan(db, book(head, *rows))
    assert outcomes(planned)[1:] == ["new", "refused"]
    (question,) = questions.ask(planned)
    assert (
        question.text == "表.xlsx, Sheet1 says on which day they came, not when. Are these visits?"
    )
    visits = plan(db, book(head, *rows), question.options[0].answers)
    assert arrivals(visits) == ["11-01 09:00"] * 2
    people = plan(db, book(head, *rows), question.options[-1].answers)
    assert (outcomes(people), asked(people)) == (outcomes(planned), [])


def test_a_day_that_is_said_to_be_of_a_visit_makes_visits_of_people(db):
    source = book(
        ["日期", "姓名", "联系电话"],
        ["11.13", "午一", "13900000901"],
        ["11/7", "午二", "13900000902"],
        ["11月6日", "午三", "13900000903"],
    )
    planned = plan(db, source)
    assert (asked(planned), planned.visits) == ([], [])
    assert "date" in headings.offered(planned.sheets[0].columns, 0)
    said = Answers().means((0, 0), "date")
    planned = plan(db, source, said)
    assert {row.reason for row in planned.rows[1:]} == {
        "The day is there, the time of arrival is not."
    }
    (question,) = questions.ask(planned)
    planned = plan(db, source, question.options[0].answers)
    assert arrivals(planned) == ["11-13 09:00", "11-07 09:00", "11-06 09:00"]
    applying.apply(db, planned)
    assert asked(plan(db, source)) == []
    assert len(arrivals(plan(db, source))) == 3, "next time it is known"
    no = said.came_at(0, "")  # it was said before that they are no visits
    assert len(asked(plan(db, source, no))) == 1


def test_the_day_that_was_taken_is_shown_and_told(db):
    rows = table(DAY, "2026-11-03 9:00 10:00 乙一 _", "_ 11:00 12:00 乙二 _")
    planned = plan(db, book(*rows))
    column = planned.sheets[0].columns[0]
    assert grid.cell(planned, planned.rows[2], column) == ("2026-11-03", grid.Mark.REPAIRED, "")
    (notice,) = notices.of_plan(planned)
    assert (notice.text, notice.rows) == ("1 row without a day has that of the row above.", (3,))
    planned = plan(db, book(["日期：2026-11-06"], *table("到店时间 姓名", "9:00 甲", "9:10 乙")))
    (notice,) = notices.of_plan(planned)
    assert notice.text == (
        "2 rows without a day are taken for 2026-11-06, as the title or name says."
    )


def a_day(db, day: date, *rows: list[Any]):
    """A day that came in and was closed."""
    if rows:
        applying.apply(db, plan(db, book(VISIT, *rows)))
    with db.write() as session:
        close.sign(session, day, totals={}, receptionist="李静", now=NOW)


def test_rows_of_a_closed_day_wait_for_the_reason_and_the_others_come_in(db):
    first = visit(day="2026-11-03", 客户姓名="甲", 电话="13800000001", 级别="H")
    a_day(db, date(2026, 11, 3), first)
    a_day(db, date(2026, 11, 4))
    source = book(
        VISIT,
        first,
        visit(day="2026-11-03", at="12:00", to="13:00", 客户姓名="乙", 电话="13800000002"),
        visit(day="2026-11-04", 客户姓名="乙", 电话="13800000002"),
        visit(day="2026-11-05", 客户姓名="乙", 电话="13800000002"),
        visit(day="2026-11-03", 客户姓名="甲", 电话="13800000001", 级别="H", 备注="要求回电"),
    )
    planned = plan(db, source)
    assert outcomes(planned)[1:] == ["same", "refused", "refused", "new", "refused"]
    assert planned.rows[2].reason.endswith(" Say why it is corrected.")
    assert (planned.rows[2].field, planned.rows[2].column) == ("date", "日期")
    (question,) = questions.ask(planned)
    assert question.text == (
        "3 rows are of days that are closed (11-03, 11-04). Why are they corrected?"
    )
    applying.apply(db, planned)
    assert len(all_of(db, Visit)) == 2
    planned = plan(db, source, question.words("纸表补录"))
    assert (outcomes(planned)[1:], asked(planned)) == (
        ["same", "new", "new", "same", "filled"],
        [],
    )
    applying.apply(db, planned)
    assert len(all_of(db, Visit)) == 4
    assert "纸表补录" in all_of(db, Action)[-1].why


def test_who_may_not_correct_a_closed_day_is_told_who_may(db):
    with db.write() as session:
        boss = make.a_member(session, "陈经理", Role.MANAGER)
        desk = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, boss, "135790", by=boss)
    with db.write() as session:
        make.a_pin(session, desk, "246801", by=boss)
    a_day(db, date(2026, 11, 3))
    db.staff_id = desk
    source = book(VISIT, visit(day="2026-11-03", 客户姓名="乙"), visit(day="2026-11-04"))
    planned = plan(db, source)
    assert outcomes(planned)[1:] == ["refused", "new"]
    assert "closed" in planned.rows[1].reason
    assert asked(planned) == []
    forced = plan(db, source, Answers(correction="就要改"))
    with pytest.raises(ShowroomError):
        applying.apply(db, forced)
