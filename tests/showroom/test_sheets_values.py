"""Cells of a list, field by field: money, ticks, days and words."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom.settings import Settings
from showroom.sheets import contacts, times, titles, values
from showroom.sheets.read import ErrorCell
from showroom.sheets.times import Context, Doubt, Wrong
from showroom.store.models import Honorific, Level, Payment, Status, VisitKind

ERROR = ErrorCell("#N/A")
MR, MS, NONE, COMPANY = Honorific.MR, Honorific.MS, Honorific.NONE, Honorific.COMPANY

TODAY = date(2026, 11, 21)
OCTOBER = Context(TODAY, 2026, 10)


@pytest.mark.parametrize(
    ("cell", "found"),
    [("男", MR), ("先生", MR), ("女", MS), ("Ms", MS), ("单位", COMPANY), ("", NONE), ("/", NONE)],
)
def test_a_column_of_sexes(cell, found):
    assert values.honorific(cell) is found


# --- money


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        (218000.0, 218000),
        ("218,000", 218000),
        ("¥241,000", 241000),
        ("￥241,000元", 241000),
        ("18.3万", 183000),
        ("21.85w", 218500),
        ("２１.８万", 218000),
        ("218000.50", Decimal("218000.50")),
        (183000.00000000003, 183000),
        ("", None),
        ("-", None),
    ],
)
def test_a_price_however_it_is_written(cell, yuan):
    assert values.price(cell) == yuan


def test_a_header_in_ten_thousands_counts_for_its_numbers_only():
    assert values.price(21.8, unit=Decimal(10000)) == 218000
    assert values.price("21.8万", unit=Decimal(10000)) == 218000
    assert values.price(218000.0, unit=Decimal(10000)) == 218000


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (0.0, "more than 0"),
        (-5.0, "more than 0"),
        ("0", "more than 0"),
        (21.8, "too little"),
        ("面议", "Enter an amount"),
        ("9999999999999", "Enter an amount"),
        (1e15, "Enter an amount"),
        (ERROR, "#N/A"),
    ],
)
def test_a_price_that_cannot_be_says_why(cell, sentence):
    found = values.price(cell)
    assert isinstance(found, Wrong)
    assert sentence in found


# --- days


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-10-01", date(2026, 10, 1)),
        ("2026-10-01 09:42:00", date(2026, 10, 1)),
        ("2026/10/1", date(2026, 10, 1)),
        ("2026.10.1", date(2026, 10, 1)),
        ("2026年10月1日", date(2026, 10, 1)),
        ("２０２６年１０月１日", date(2026, 10, 1)),
        ("2026年10月1日 星期四", date(2026, 10, 1)),
        ("10月1日", date(2026, 10, 1)),
        ("10月1日(周四)", date(2026, 10, 1)),
        ("10月1號(週四)", date(2026, 10, 1)),
        ("10.1", date(2026, 10, 1)),
        ("10/1", date(2026, 10, 1)),
        ("10-1", date(2026, 10, 1)),
        ("26.10.1", date(2026, 10, 1)),
        ("10/31/2026", date(2026, 10, 31)),
        ("31/10/2026", date(2026, 10, 31)),
        ("20261001", date(2026, 10, 1)),
        (20261001.0, date(2026, 10, 1)),
        (46296.0, date(2026, 10, 1)),
        (46296.4, date(2026, 10, 1)),
        ("46296", date(2026, 10, 1)),
        (30803.0, date(1984, 5, 1)),
        (1.0, date(2026, 10, 1)),
        (10.15, date(2026, 10, 15)),
        (10.5, date(2026, 10, 5)),
    ],
)
def test_a_day_however_it_is_written(cell, day):
    assert times.day(cell, OCTOBER) == day


@pytest.mark.parametrize(
    ("cell", "before", "day"),
    [(10.1, 1, 1), (10.1, 9, 10), (10.2, 2, 2), (10.2, 19, 20), (10.3, 30, 30), (10.1, None, 1)],
)
def test_the_row_above_tells_the_tenth_from_the_first(cell, before, day):
    above = before and date(2026, 10, before)
    assert times.day(cell, OCTOBER, above) == date(2026, 10, day)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("2026-02-30", "no such day"),
        ("2月30日", "no such day"),
        (2.31, "not a date"),
        ("2026年13月1日", "no such day"),
        ("1026-10-01", "no such day"),
        ("明天", "no day in a file"),
        (True, "not a date"),
        (0.4, "not a date"),
        (ERROR, "#N/A"),
    ],
)
def test_a_day_that_cannot_be_says_why(cell, sentence):
    found = times.day(cell, OCTOBER)
    assert isinstance(found, Wrong)
    assert sentence in found


def test_a_day_without_a_year_takes_that_of_the_title_or_the_last_one():
    assert times.day("10.1", Context(TODAY, 2024, 10)) == date(2024, 10, 1)
    assert times.day("1.2", Context(TODAY, 2026, 12)) == date(2027, 1, 2)
    assert times.day("12.30", Context(TODAY, 2026, 1)) == date(2025, 12, 30)
    assert times.day("10.1", Context(TODAY)) == date(2026, 10, 1)
    assert times.day("12.30", Context(TODAY)) == date(2025, 12, 30)


def test_the_calendar_of_1904_counts_from_its_own_day():
    assert times.day(44834.0, Context(TODAY, epoch1904=True)) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("title", "sheet", "file", "known"),
    [
        ("展厅登记表 2026年10月", "第1周", "a", (2026, 10, None)),
        ("登记表 2026年10月3日", "Sheet1", "a", (2026, 10, 3)),
        ("登记表", "10.3", "2026年", (2026, 10, 3)),
        ("登记表", "3日", "来店-2026-10", (2026, 10, 3)),
        ("登记表", "Sheet1", "展厅客流日志-2026-10", (2026, 10, None)),
        ("登记表", "Sheet1", "客户", (None, None, None)),
    ],
)
def test_titles_and_names_tell_the_day(title, sheet, file, known):
    found = titles.context(title, sheet, file, TODAY, epoch1904=False)
    assert (found.year, found.month, found.day) == known


def test_a_title_with_an_impossible_day_tells_none():
    assert Context(TODAY, 2026, 2, 30).whole is None
    assert Context(TODAY, 2026, 2, 3).whole == date(2026, 2, 3)
    assert Context(TODAY, 2026, 2).whole is None


# --- times


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("14:09", time(14, 9)),
        ("14：09", time(14, 9)),
        ("9:42", time(9, 42)),
        ("09:42:30", time(9, 42, 30)),
        ("9.42", time(9, 42)),
        ("9.3", time(9, 30)),
        (9.3, time(9, 30)),
        (9.05, time(9, 5)),
        ("9点42分", time(9, 42)),
        ("9点", time(9, 0)),
        ("9时半", time(9, 30)),
        ("下午2:09", time(14, 9)),
        ("2:09 PM", time(14, 9)),
        ("中午1点", time(13, 0)),
        ("12:05 am", time(0, 5)),
        ("1409", time(14, 9)),
        (1409.0, time(14, 9)),
        ("942", time(9, 42)),
        (0.4041666667, time(9, 42)),
        (46296.5, datetime(2026, 10, 1, 12)),
        ("2026-10-01 14:09:00", datetime(2026, 10, 1, 14, 9)),
        ("2026/10/1 14:09", datetime(2026, 10, 1, 14, 9)),
        ("2026年10月1日14时09分", datetime(2026, 10, 1, 14, 9)),
        ("10月1日 下午2点", datetime(2026, 10, 1, 14)),
        ("晚7点", time(19)),
        ("晚上7点半", time(19, 30)),
        ("早9点", time(9)),
        ("清晨6点", time(6)),
        ("中午12点", time(12)),
        ("午后3点钟", time(15)),
        ("下午两点", time(14)),
        ("下午三点半", time(15, 30)),
        ("上午十点一刻", time(10, 15)),
        ("十一点四十五分", time(11, 45)),
        ("二十点零五", time(20, 5)),
        ("夜里十点", time(22)),
        ("晚上1点", time(1)),
        ("晚上12点", time(23, 59)),
        ("晚12点半", time(0, 30)),
        ("凌晨12点", time(0)),
        ("7pm", time(19)),
        ("7 PM", time(19)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("14点30", time(14, 30)),
        ("14时30分", time(14, 30)),
        ("下午2点以后", time(14)),
        ("2026-11-18下午2点", datetime(2026, 11, 18, 14)),
        ("2026年11月18日晚7点", datetime(2026, 11, 18, 19)),
        ("26.11.18下午两点半", datetime(2026, 11, 18, 14, 30)),
        ("11-18下午2点", datetime(2026, 11, 18, 14)),
        ("11月18日 14:30", datetime(2026, 11, 18, 14, 30)),
        ("11月18日晚7点", datetime(2026, 11, 18, 19)),
        ("18号晚7点", datetime(2026, 10, 18, 19)),
        ("10.30上午", time(10, 30)),
        ("下午兩點半", time(14, 30)),
        ("10時30分", time(10, 30)),
        ("18號晚上7點鐘", datetime(2026, 10, 18, 19)),
    ],
)
def test_a_time_however_it_is_written(cell, found):
    assert times.moment(cell, OCTOBER) == found


@pytest.mark.parametrize(
    "cell",
    [
        *["25:00", "9:75", "上午", "", 2500.0, True, "2026-02-30 10:00", "10月1日 99点", ERROR],
        *["2026-02-30 10:00:00", "2月30日 10:00", 0.999999],
        *["下午两三点", "七八点", "七十点", "晚七", "25pm", "八点七十"],
    ],
)
def test_a_time_that_cannot_be_is_wrong(cell):
    assert isinstance(times.moment(cell, OCTOBER), Wrong)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("11月25日下午三点半", datetime(2026, 11, 25, 15, 30)),
        ("2026-11-25晚7点", datetime(2026, 11, 25, 19)),
        ("11月25日 14:30-15:30", datetime(2026, 11, 25, 14, 30)),
        ("11月25日下午", date(2026, 11, 25)),
        ("晚7点", time(19)),
        ("9-10", date(2026, 9, 10)),
    ],
)
def test_a_next_contact_as_people_type_it(cell, found):
    assert times.promised(cell, times.Context(date(2026, 11, 21))) == found


def test_a_span_in_one_cell():
    assert times.span("9:42-10:30", OCTOBER) == (time(9, 42), time(10, 30))
    assert times.span("9：42～10：30", OCTOBER) == (time(9, 42), time(10, 30))
    for cell in ("9:42", "x-10:30", "9:42-y", 5.0):
        assert isinstance(times.span(cell, OCTOBER), Wrong)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("55分钟", 55),
        ("1小时20分", 80),
        ("01:20", 80),
        ("01:20:00", 80),
        ("2小时", 120),
        (55.0, 55),
        (0.0625, 90),
        ("很久", None),
        (1e15, None),
        ("9999小时", None),
        ("", None),
    ],
)
def test_how_long_they_stayed(cell, minutes):
    assert times.minutes(cell) == minutes


# --- ticks, counts, words


@pytest.mark.parametrize("cell", ["是", "Y", "√", "有", "yes", "1", 1.0, True, "已试驾"])
def test_yes(cell):
    assert values.yes(cell) is True


@pytest.mark.parametrize("cell", ["否", "N", "×", "无", "no", 0.0, False, "-", "未试驾"])
def test_no(cell):
    assert values.yes(cell) is False


def test_nothing_said_and_nothing_understood():
    assert values.yes("") is None
    assert isinstance(values.yes("也许"), Doubt)
    assert isinstance(values.yes(ERROR), Doubt)


@pytest.mark.parametrize(
    ("cell", "again"),
    [
        ("F", False),
        ("S", True),
        ("初", False),
        ("再", True),
        ("首次", False),
        ("再次", True),
        ("二次", True),
        ("第1次", False),
        ("3", True),
        (1.0, False),
        ("老客户", True),
    ],
)
def test_first_or_again(cell, again):
    assert values.again(cell) is again


@pytest.mark.parametrize(
    ("cell", "first"), [("是", True), ("否", False), ("F", True), ("S", False), ("再次", False)]
)
def test_whether_it_is_the_first_visit(cell, first):
    assert values.first(cell) is first


def test_first_or_again_that_is_not_understood():
    assert isinstance(values.again("12"), Doubt)
    assert isinstance(values.first("?!"), Doubt)


@pytest.mark.parametrize(
    ("cell", "count"),
    [(2.0, 2), ("2人", 2), ("两人", 2), ("２位", 2), ("2大1小", 3), ("2+1", 3)],
)
def test_how_many_came(cell, count):
    assert values.people(cell) == count


@pytest.mark.parametrize("cell", [0.0, 100.0, "120人", 1.5, -2.0, "-2人", "－2", ERROR])
def test_how_many_cannot_have_come(cell):
    assert isinstance(values.people(cell), Wrong)


@pytest.mark.parametrize(
    ("cell", "level"),
    [
        ("H", Level.WEEK),
        ("h", Level.WEEK),
        ("A级", Level.FORTNIGHT),
        ("Ｂ", Level.MONTH),
        ("C类客户", Level.QUARTER),
        ("O(订车)", Level.ORDERED),
        ("", None),
        ("/", None),
    ],
)
def test_a_level_by_the_shop_s_letters(cell, level):
    assert values.Levels(Settings())(cell) is level


def test_a_letter_the_shop_does_not_have_is_left_out():
    levels = values.Levels(Settings())
    assert "No level is called D" in levels("D")
    assert isinstance(levels(ERROR), Doubt)


def test_the_letters_of_channels_are_spelled_out():
    assert values.channel("M") == "微信"
    assert values.channel("汽车之家") == "汽车之家"
    assert values.channel("Z") == "Z"
    assert values.together("汉 EV") == "汉 EV"
    assert values.together("汽车 之家") == "汽车之家"


def test_other_words():
    assert values.payment("全款") is Payment.CASH
    assert values.payment("按揭") is Payment.LOAN
    assert values.payment("") is None
    assert isinstance(values.payment("以物易物"), Doubt)
    assert values.status("战败") is Status.LOST
    assert values.status("跟进中") is Status.OPEN
    assert values.status("") is None
    assert isinstance(values.status("神秘"), Doubt)
    assert values.visit_kind("来电") is VisitKind.CALL
    assert values.visit_kind("到店") is VisitKind.WALK_IN
    assert values.vin(" lgxc 123 ") == "LGXC123"
    assert isinstance(values.vin(ERROR), Doubt)
    assert values.note("=需要报价\n@置换 ") == "=需要报价\n@置换"
    assert values.note(518000.0) == "518000"
    assert values.note(True) == "1"
    assert isinstance(values.note(ERROR), Doubt)
    assert isinstance(values.honorific("谁"), Doubt)


ANYTHING = st.one_of(
    st.text(max_size=30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**15), 10**15),
    st.booleans(),
    st.from_regex(r"[0-9年月日.:/ +-]{1,20}", fullmatch=True),
    st.builds(ErrorCell, st.text(max_size=5)),
)


@given(ANYTHING)
def test_no_cell_whatsoever_makes_a_reader_stumble(cell):
    for read in (
        contacts.phones,
        contacts.name,
        values.price,
        values.money,
        values.yes,
        values.first,
        values.again,
        values.people,
        values.honorific,
        values.Levels(Settings()),
        values.channel,
        values.payment,
        values.status,
        values.visit_kind,
        values.vin,
        values.note,
        times.minutes,
        lambda cell: times.day(cell, OCTOBER, TODAY),
        lambda cell: times.moment(cell, OCTOBER),
        lambda cell: times.span(cell, OCTOBER),
        lambda cell: titles.context(str(cell), str(cell), str(cell), TODAY, epoch1904=True).whole,
    ):
        read(cell)
