"""What becomes of each row of a list of visits."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pytest

from showroom import choices, dates
from showroom.guard import staff
from showroom.people import customers
from showroom.sheets import questions
from showroom.sheets.plan import Outcome
from showroom.sheets.read import ErrorCell
from showroom.store.models import (
    ChoiceKind,
    Customer,
    FollowUp,
    Honorific,
    Level,
    Role,
    Status,
    TestDrive,
    Visit,
    VisitKind,
)
from tests.amounts import slow_but
from tests.showroom.sheet_kit import (
    NOW,
    PERSON,
    TODAY,
    VISIT,
    all_of,
    book,
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


def test_a_test_drive_that_was_not_noted_is_added_to_its_visit(db):
    bring_in(db, VISIT, visit(客户姓名="张伟"))
    assert outcomes(bring_in(db, VISIT, visit(客户姓名="张伟", 试乘试驾="Y")))[1] == "filled"
    assert len(all_of(db, TestDrive)) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"试驾开始": "10:20", "试驾结束": "10:41", "试驾时长": "00:21:00"},
        {"试驾开始": "10:20"},
        {"试驾时长": "21分钟"},
        {"试驾时长": "0:21"},
    ],
)
def test_a_log_that_says_when_or_how_long_he_drove_tells_of_his_drive(db, told):
    planned = bring_in(db, [*VISIT[:-2], *told], [*visit()[:-2], *told.values()])
    assert (outcomes(planned)[1], planned.rows[1].reason) == ("new", "")
    (drive,) = all_of(db, TestDrive)
    assert (drive.ended_at is not None) == ("试驾结束" in told)


@pytest.mark.parametrize("told", ["", "0:00", "00:00:00"])
def test_no_length_of_a_drive_is_no_drive(db, told):
    bring_in(db, [*VISIT[:-2], "试驾时长"], [*visit()[:-2], told])
    assert all_of(db, TestDrive) == []


def test_a_drive_that_ends_before_it_begins_keeps_its_beginning_and_the_file_comes_in(db):
    planned = bring_in(
        db, [*VISIT, "试驾开始", "试驾结束"], [*visit(试乘试驾="是"), "10:40", "10:20"]
    )
    assert planned.rows[1].reason == "The test drive ends before it begins: its end is left out."
    (drive,) = all_of(db, TestDrive)
    assert drive.started_at is not None
    assert drive.ended_at is None


def test_a_nameless_visit_on_file_is_not_that_of_a_larger_party(db):
    bring_in(db, VISIT, visit(人数=2.0))
    assert outcomes(bring_in(db, VISIT, visit(人数=4.0))) == ["ignored", "new"]


def test_a_phone_without_a_name_finds_its_customer(db):
    bring_in(db, PERSON, person(客户姓名="张伟", 手机号="13800138000"))
    planned = bring_in(db, VISIT, visit(电话="13800138000"))
    assert planned.rows[1].person.name == "张伟"
    assert all_of(db, Visit)[0].name == "张伟"


def test_a_number_of_two_without_a_name_stays_whose_visit_it_became(db):
    number = "138-0013-8000"
    rows = [
        visit(客户姓名="王先生", 电话=number),
        visit(at="12:00", to="12:30", 电话=number),
        visit(day="2026-10-03", 客户姓名="李女士", 电话=number),  # who came last is asked first
    ]
    bring_in(db, VISIT, *rows)
    king = next(one for one in all_of(db, Customer) if one.name == "王")
    assert [one.customer_id == king.id for one in all_of(db, Visit)] == [True, True, False]
    assert outcomes(plan(db, book(VISIT, *rows))) == ["ignored", "same", "same", "same"]


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


def told(planned, row=1):
    facts = planned.rows[row].facts
    return tuple(f"{dates.local(facts[name]):%m-%d %H:%M}" for name in ("arrived", "left"))


RANGES = [
    ("9-10", "10-01 09:00", "10-01 10:00"),
    ("9:00-10:30", "10-01 09:00", "10-01 10:30"),
    ("9点～10点半", "10-01 09:00", "10-01 10:30"),
    ("下午2:00-3:30", "10-01 14:00", "10-01 15:30"),
    ("上午9:00-11:30", "10-01 09:00", "10-01 11:30"),
    ("2026-10-01 9:00-10:30", "10-01 09:00", "10-01 10:30"),
    ("9-10点", "10-01 09:00", "10-01 10:00"),
    ("上午9-10点", "10-01 09:00", "10-01 10:00"),
    ("上午9-12点", "10-01 09:00", "10-01 12:00"),
    ("下午2-4点", "10-01 14:00", "10-01 16:00"),
    ("下午2-4", "10-01 14:00", "10-01 16:00"),
    ("中午12-1点", "10-01 12:00", "10-01 13:00"),
    ("晚上7-8点", "10-01 19:00", "10-01 20:00"),
    ("晚上7点到8点半", "10-01 19:00", "10-01 20:30"),
    ("晚上11-1点", "10-01 23:00", "10-02 01:00"),
    ("2-4pm", "10-01 14:00", "10-01 16:00"),
    ("10 - 11", "10-01 10:00", "10-01 11:00"),
    ("约9-10点", "10-01 09:00", "10-01 10:00"),
    ("2026-10-01 9-10", "10-01 09:00", "10-01 10:00"),
    ("10月1日 晚上7-8点", "10-01 19:00", "10-01 20:00"),
    ("2026-10-01（周四）下午2-4点", "10-01 14:00", "10-01 16:00"),
    ("23:30至0:20", "10-01 23:30", "10-02 00:20"),
    ("早9点-10点", "10-01 09:00", "10-01 10:00"),
    ("晚7点~8点", "10-01 19:00", "10-01 20:00"),
    ("下午两点到三点半", "10-01 14:00", "10-01 15:30"),
    ("上午十一点到一点", "10-01 11:00", "10-01 13:00"),
    ("2pm - 3:30pm", "10-01 14:00", "10-01 15:30"),
    ("14时30分至15时", "10-01 14:30", "10-01 15:00"),
    ("2026-10-01下午2点-3点", "10-01 14:00", "10-01 15:00"),
    ("10月1日晚7-8点", "10-01 19:00", "10-01 20:00"),
]


@pytest.mark.parametrize(("cell", "came", "went"), slow_but(RANGES[::5], RANGES))
def test_a_range_in_the_arrival_is_from_and_until(db, cell, came, went):
    planned = plan(db, book(VISIT, visit(at=cell, to="", 客户姓名="甲")))
    assert planned.rows[1].reason == ""
    assert told(planned) == (came, went)


def test_a_range_does_not_overrule_the_time_they_left(db):
    planned = plan(db, book(VISIT, visit(at="9-10", to="11:15", 客户姓名="甲")))
    assert told(planned) == ("10-01 09:00", "10-01 11:15")


def test_hours_that_excel_made_a_day_of_are_no_other_day(db):
    planned = plan(db, book(VISIT, visit(at="2026-09-10", to="", 客户姓名="甲")))
    assert outcomes(planned)[1:] == ["refused"]
    assert "Excel makes a day of 9-10" in planned.rows[1].reason


@pytest.mark.parametrize("at", ["2026-10-31", "2026-10-02", "2026-09-25", "2026-10-10"])
def test_a_day_that_no_range_of_hours_can_be_is_the_day_of_the_visit(db, at):
    source = book(VISIT, visit(day="2026-10-30", at=at, to="", 客户姓名="甲"))
    (asked,) = [one for one in questions.ask(plan(db, source)) if one.code.startswith("clock")]
    made = plan(db, source, asked.options[0].answers)
    assert told(made)[0] == f"{at[5:]} 09:00"


def test_hours_need_a_day_unless_they_say_that_they_are_hours(db):
    heads = ["来店时间", "姓名"]
    rows = [["2026-10-01 9:30", "甲"], ["9-10点", "乙"], ["9-10", "丙"], ["上午9-10", "丁"]]
    planned = plan(db, book(heads, *rows))
    assert [told(planned, row) for row in (2, 4)] == [("10-01 09:00", "10-01 10:00")] * 2
    assert planned.rows[3].reason == "This is not a time: 9-10."


def test_a_part_of_the_day_stands_beside_its_day_as_by_itself(db):
    heads = ["来店时间", "姓名"]
    cells = ["2026-11-18 上午", "2026-11-18（周三）下午", "11月18日 晚", "2026-11-18"]
    source = book(heads, *([cell, f"客户{n}"] for n, cell in enumerate(cells)))
    (asked,) = [one for one in questions.ask(plan(db, source)) if one.code.startswith("clock")]
    made = plan(db, source, asked.options[0].answers)  # nine o'clock
    assert [told(made, row)[0] for row in range(1, 5)] == [
        "11-18 09:00",
        "11-18 15:00",
        "11-18 20:00",
        "11-18 09:00",
    ]


def test_a_part_of_the_day_waits_for_one_answer_and_keeps_its_part(db):
    source = book(
        VISIT, *(visit(at=at, to="", 客户姓名="甲") for at in ("上午", "下午", "晚上", "中午"))
    )
    planned = plan(db, source)
    assert {row.reason for row in planned.rows[1:]} == {
        "The day is there, the time of arrival is not."
    }
    (asked,) = [one for one in questions.ask(planned) if one.code.startswith("clock")]
    made = plan(db, source, asked.options[0].answers)  # nine o'clock
    assert [told(made, row)[0] for row in range(1, 5)] == [
        "10-01 09:00",
        "10-01 15:00",
        "10-01 20:00",
        "10-01 12:00",
    ]
    assert made.rows[2].reason == "No time of arrival: 15:00 is taken."


@pytest.mark.parametrize(
    ("day", "at"), [("昨天", "9:30"), ("今天", "9:30"), ("", "昨天下午3点"), ("前天", "9:30")]
)
def test_a_relative_day_is_refused_unless_the_sheet_says_its_own(db, day, at):
    row = visit(day=day, at=at, to="", 客户姓名="甲")
    refused = plan(db, book(VISIT, row))
    assert outcomes(refused)[1:] == ["refused"]
    assert "is no day in a file: write the date, such as 2026-11-21." in refused.rows[1].reason
    for source in (
        book(VISIT, row, file="客流20261103.xlsx"),
        book(["展厅客流登记 2026年11月3日"], VISIT, row),
        book(VISIT, row, name="2026-11-03"),
    ):
        taken = plan(db, source)
        away = {"昨": 1, "今": 0, "前": 2}[(day or at)[0]]
        assert f"{dates.local(taken.rows[-1].facts['arrived']):%m-%d}" == f"11-{3 - away:02}"
