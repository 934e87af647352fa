"""Which festival is when, and what is said on it; lunar days as the year has them (DOMAIN §5.4).

Lunar days and solar terms come from lunar_python. No 快乐 at 清明, 安康 at 端午, and nothing at all
at 中元节: what is not said is "" here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from showroom import lunar
from showroom.i18n import language

_MONTHS: Final = "正二三四五六七八九十冬腊"


class Festival(NamedTuple):
    """A day of the year: `name` and `greeting` in Chinese and English, `free` days of holiday.

    A greeting that is "" is not said, and no card is written for that day.
    """

    code: str
    names: tuple[str, str]
    greetings: tuple[str, str]
    days: Callable[[int], list[date]]
    free: int = 0

    @property
    def name(self) -> str:
        """In the language in use."""
        return self.names[language() == "en"]

    @property
    def greeting(self) -> str:
        """In the language in use; "" where nobody is greeted."""
        return self.greetings[language() == "en"]


class Feast(NamedTuple):
    """A festival on its day."""

    day: date
    festival: Festival


# --- how a festival finds its day


def _on(month: int, day: int) -> Callable[[int], list[date]]:
    return lambda year: [date(year, month, day)]


def _sunday(month: int, number: int) -> Callable[[int], list[date]]:
    def find(year: int) -> list[date]:
        first = date(year, month, 1)
        return [first + timedelta(days=6 - first.weekday() + 7 * (number - 1))]

    return find


def _lunar(month: int, day: int) -> Callable[[int], list[date]]:
    return lambda year: lunar.days(month, day, date(year, 1, 1), date(year, 12, 31))


def _eve(year: int) -> list[date]:
    """除夕 is the day before 春节, whether the last month has 29 days or 30."""
    return [day - timedelta(days=1) for day in _lunar(1, 1)(year)]


@lru_cache(maxsize=64)
def _bright(year: int) -> list[date]:
    """清明, a term of the sun."""
    from lunar_python import Solar

    found = Solar.fromYmd(year, 4, 1).getLunar().getJieQiTable()["清明"]
    return [date(found.getYear(), found.getMonth(), found.getDay())]


FESTIVALS: Final = (
    Festival("new_year", ("元旦", "New Year's Day"), ("元旦快乐", "Happy New Year"), _on(1, 1), 1),
    Festival(
        "laba", ("腊八节", "Laba Festival"), ("腊八安康", "A warm Laba Festival"), _lunar(12, 8)
    ),
    Festival(
        "little_year",
        ("小年", "Little New Year"),
        ("小年吉祥", "A blessed Little New Year"),
        _lunar(12, 23),
    ),
    Festival(
        "eve",
        ("除夕", "New Year's Eve"),
        ("除夕安康，阖家团圆", "A peaceful eve with your family"),
        _eve,
        1,
    ),
    Festival(
        "spring",
        ("春节", "Spring Festival"),
        ("春节快乐，阖家幸福", "Happy Spring Festival to you and your family"),
        _lunar(1, 1),
        3,
    ),
    Festival(
        "lantern",
        ("元宵节", "Lantern Festival"),
        ("元宵节快乐", "Happy Lantern Festival"),
        _lunar(1, 15),
    ),
    Festival(
        "women",
        ("妇女节", "Women's Day"),
        ("节日快乐，芳华常在", "Best wishes on Women's Day"),
        _on(3, 8),
    ),
    Festival(
        "bright",
        ("清明节", "Tomb-Sweeping Day"),
        ("清明安康，出行平安", "Peace to you and a safe journey"),
        _bright,
        1,
    ),
    Festival("labour", ("劳动节", "Labour Day"), ("劳动节快乐", "Happy Labour Day"), _on(5, 1), 2),
    Festival(
        "youth", ("青年节", "Youth Day"), ("青年节快乐", "Best wishes on Youth Day"), _on(5, 4)
    ),
    Festival(
        "mothers", ("母亲节", "Mother's Day"), ("母亲节快乐", "Happy Mother's Day"), _sunday(5, 2)
    ),
    Festival(
        "children",
        ("儿童节", "Children's Day"),
        ("儿童节快乐", "Happy Children's Day"),
        _on(6, 1),
    ),
    Festival(
        "dragon_boat",
        ("端午节", "Dragon Boat Festival"),
        ("端午安康", "Health and peace at the Dragon Boat Festival"),
        _lunar(5, 5),
        1,
    ),
    Festival(
        "fathers", ("父亲节", "Father's Day"), ("父亲节快乐", "Happy Father's Day"), _sunday(6, 3)
    ),
    Festival("army", ("建军节", "Army Day"), ("建军节快乐", "Best wishes on Army Day"), _on(8, 1)),
    Festival(
        "qixi",
        ("七夕", "Qixi Festival"),
        ("七夕快乐，佳期如愿", "Best wishes at the Qixi Festival"),
        _lunar(7, 7),
    ),
    Festival("ghosts", ("中元节", "Zhongyuan Festival"), ("", ""), _lunar(7, 15)),
    Festival(
        "teachers",
        ("教师节", "Teachers' Day"),
        ("教师节快乐，桃李芬芳", "Best wishes on Teachers' Day"),
        _on(9, 10),
    ),
    Festival(
        "mid_autumn",
        ("中秋节", "Mid-Autumn Festival"),
        ("中秋快乐，人月两圆", "Happy Mid-Autumn Festival"),
        _lunar(8, 15),
        1,
    ),
    Festival(
        "national", ("国庆节", "National Day"), ("国庆节快乐", "Happy National Day"), _on(10, 1), 3
    ),
    Festival(
        "double_ninth",
        ("重阳节", "Double Ninth Festival"),
        ("重阳安康", "Health at the Double Ninth Festival"),
        _lunar(9, 9),
    ),
)
"""Public holidays by the decree of 2024-11-10, and what else is greeted, in the order of a year."""


@lru_cache(maxsize=32)
def of_year(year: int) -> tuple[Feast, ...]:
    """The festivals of a solar year by day."""
    found = [Feast(day, one) for one in FESTIVALS for day in one.days(year)]
    return tuple(sorted(found, key=lambda feast: feast.day))


def between(first: date, last: date) -> list[Feast]:
    """The festivals from one day to another, both counted."""
    years = range(first.year, last.year + 1)
    return [feast for year in years for feast in of_year(year) if first <= feast.day <= last]


def holidays(first: date, last: date) -> set[date]:
    """The days off by the decree, without what the yearly notice adds or exchanges."""
    return {
        feast.day + timedelta(days=step)
        for feast in between(first - timedelta(days=7), last)
        for step in range(feast.festival.free)
        if first <= feast.day + timedelta(days=step) <= last
    }


def lunar_of(day: date) -> tuple[int, int]:
    """Month and day of the lunar calendar for a solar day; a leap month is below 0."""
    for year in (day.year, day.year - 1):
        for month in lunar.months(year):
            if month.first <= day < month.first + timedelta(days=month.length):
                return month.number, (day - month.first).days + 1
    raise ValueError(day)


def lunar_words(day: date) -> str:
    """The lunar day as a Chinese calendar prints it: 十五; on the first of a month 九月, 闰六月."""
    month, number = lunar_of(day)
    if number == 1:
        return f"{'闰' if month < 0 else ''}{_MONTHS[abs(month) - 1]}月"
    if number in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[number]
    return "初十廿"[number // 10] + "一二三四五六七八九"[number % 10 - 1]
