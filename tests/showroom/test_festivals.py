"""Festivals on their days, and nobody wished a happy day of mourning (DOMAIN §5.4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showroom import i18n, lunar
from showroom.care import festivals

TABLE = {  # DOMAIN §5.4: two independent lunar libraries agree
    2027: "01-15 01-30 02-05 02-06 02-20 04-05 06-09 08-08 09-15 10-08",
    2028: "01-04 01-19 01-25 01-26 02-09 04-04 05-28 08-26 10-03 10-26",
    2029: "01-22 02-06 02-12 02-13 02-27 04-04 06-16 08-16 09-22 10-16",
    2030: "01-11 01-26 02-02 02-03 02-17 04-05 06-05 08-05 09-12 10-05",
}
CODES = "laba little_year eve spring lantern bright dragon_boat qixi mid_autumn double_ninth"


def days(year: int) -> dict[str, date]:
    return {feast.festival.code: feast.day for feast in festivals.of_year(year)}


@pytest.mark.parametrize("year", TABLE)
def test_the_lunar_festivals_fall_where_the_table_has_them(year):
    found = days(year)
    assert " ".join(f"{found[code]:%m-%d}" for code in CODES.split()) == TABLE[year]


def test_sundays_and_fixed_days():
    found = days(2027)
    assert found["mothers"] == date(2027, 5, 9)
    assert found["fathers"] == date(2027, 6, 20)
    assert found["teachers"] == date(2027, 9, 10)
    assert days(2026)["mothers"] == date(2026, 5, 10)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_is_said_fits_the_day(language):
    i18n.use(language)
    said = {one.code: one.greeting for one in festivals.FESTIVALS}
    assert said.pop("ghosts") == ""
    assert all(said.values())
    assert "快乐" not in said["bright"]
    assert "happy" not in said["bright"].lower()
    if language == "zh_CN":
        assert said["dragon_boat"] == "端午安康"
        assert said["spring"].startswith("春节快乐")


def test_the_days_off_of_the_decree():
    spring = festivals.holidays(date(2027, 2, 1), date(2027, 2, 28))
    assert spring == {date(2027, 2, day) for day in (5, 6, 7, 8)}
    assert festivals.holidays(date(2026, 5, 1), date(2026, 5, 31)) == {
        date(2026, 5, 1),
        date(2026, 5, 2),
    }
    assert len(festivals.holidays(date(2026, 1, 1), date(2026, 12, 31))) == 13


def test_a_span_over_new_year_has_the_festivals_of_both_years():
    found = festivals.between(date(2026, 12, 25), date(2027, 2, 6))
    assert [one.festival.code for one in found] == "new_year laba little_year eve spring".split()


def one_day(born: date, by_moon: bool, year: int) -> list[str]:
    found = lunar.birthdays(born, by_moon, date(year, 1, 1), date(year, 12, 31))
    return [f"{day:%m-%d}" for day in found]


def test_who_was_born_on_29_february_has_a_birthday_every_year():
    assert one_day(date(1988, 2, 29), False, 2027) == ["02-28"]
    assert one_day(date(1988, 2, 29), False, 2028) == ["02-29"]


def test_a_lunar_birthday_moves_and_stays_in_its_plain_month():
    assert one_day(date(1980, 8, 15), True, 2027) == ["09-15"]  # as 中秋
    assert one_day(date(1980, 8, 15), True, 2028) == ["10-03"]
    # 2025 has a leap sixth month: the day of 六月十五 is that of the plain one
    assert one_day(date(1987, 6, 15), True, 2025) == ["07-09"]


def test_a_lunar_thirtieth_is_the_last_day_of_a_short_month():
    assert lunar.day_of(2028, 12, 30) == lunar.day_of(2029, 1, 1) - timedelta(days=1)
    short = [year for year in range(2020, 2040) if length(year, 12) == 29]
    assert short
    for year in short:
        assert lunar.day_of(year, 12, 30) == lunar.day_of(year, 12, 29)


def length(year: int, month: int) -> int:
    following = lunar.day_of(year + month // 12, month % 12 + 1, 1)
    return (following - lunar.day_of(year, month, 1)).days


def test_a_day_at_the_end_of_the_lunar_year_may_come_twice_or_not_at_all():
    times = {year: len(one_day(date(1990, 12, 1), True, year)) for year in range(2020, 2045)}
    assert set(times.values()) == {0, 1, 2}


@given(day=st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_every_day_has_its_lunar_day_and_comes_back_from_it(day):
    month, number = lunar.of(day)
    assert 1 <= abs(month) <= 12
    assert 1 <= number <= 30
    assert lunar.words(day)
    if month > 0:
        assert day in lunar.days(month, number, day, day)


def test_a_lunar_day_reads_as_in_a_chinese_calendar():
    assert lunar.words(date(2027, 2, 6)) == "正月"
    assert lunar.words(date(2025, 7, 25)) == "闰六月"
    assert lunar.words(date(2027, 2, 15)) == "初十"
    assert lunar.words(date(2027, 2, 20)) == "十五"
    assert lunar.words(date(2027, 2, 25)) == "二十"
    assert lunar.words(date(2027, 2, 26)) == "廿一"
