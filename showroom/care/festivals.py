"""Which festival is when, and what is said on it; lunar days as the year has them (DOMAIN §5.4).

Lunar days and solar terms come from lunar_python. No 快乐 at 清明, 安康 at 端午, and nothing at all
at 中元节: what is not said is "" here. What the showroom changed, and the festivals it has of its
own, stand in `Settings.festivals`, see `showroom.care.own_festivals`.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

from showroom import lunar, workdays
from showroom.i18n import _, language
from showroom.settings import Settings


class By(StrEnum):
    """How a festival finds its day."""

    SOLAR = "solar"
    LUNAR = "lunar"
    SUNDAY = "sunday"
    EVE = "eve"
    TERM = "term"


class When(NamedTuple):
    """A day of the year: month and day of the solar or lunar year, or which Sunday of a month.

    The day before the first of the lunar year, and 清明, a term of the sun, need no numbers.
    """

    by: By
    month: int = 0
    day: int = 0

    def days(self, year: int) -> list[date]:
        """Its days in a solar year; a lunar one comes twice, or not at all, now and then."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        if self.by is By.SOLAR:
            return lunar.solar_days(self.month, self.day, first, last)
        if self.by is By.LUNAR:
            return lunar.days(self.month, self.day, first, last)
        if self.by is By.EVE:
            return [day - timedelta(days=1) for day in lunar.days(1, 1, first, last)]
        return [_bright(year)] if self.by is By.TERM else [_sunday(year, self.month, self.day)]

    def words(self) -> str:
        """As it is said: 农历五月初五, 公历5月4日, 5月第2个星期日."""
        if self.by is By.EVE:
            return _("the day before Spring Festival")
        if self.by is By.TERM:
            return _("a term of the sun")
        if self.by is By.SUNDAY:
            said = _("Sunday no. {day} in month {month}")
        elif self.by is By.SOLAR:
            said = _("solar {month}-{day}")
        elif language() == "zh_CN":
            return f"农历{lunar.month_words(self.month)}{lunar.day_words(self.day)}"
        else:
            said = _("lunar {month}-{day}")
        return said.format(month=self.month, day=self.day)


class Festival(NamedTuple):
    """A day of the year: `names` and `greetings` in Chinese and English, `free` days of holiday.

    A greeting that is "" is not said, and no card is written for that day. One that is not `on`
    stands in no calendar; `own` ones are the showroom's.
    """

    code: str
    names: tuple[str, str]
    greetings: tuple[str, str]
    when: When
    free: int = 0
    on: bool = True
    own: bool = False

    @property
    def name(self) -> str:
        """In the language in use; what has none there is called by the other one."""
        return self.called(language()) or "".join(self.names)

    @property
    def greeting(self) -> str:
        """In the language in use, or the other one; "" where nobody is greeted."""
        return self.wish(language()) or "".join(self.greetings)

    def called(self, language: str) -> str:
        """Its name in a language; "" where it has none there."""
        return self.names[language == "en"]

    def wish(self, language: str) -> str:
        """What is said on a card in a language; "" where no card is written in it."""
        return self.greetings[language == "en"]


class Feast(NamedTuple):
    """A festival on its day."""

    day: date
    festival: Festival


# --- how a festival finds its day


def _sunday(year: int, month: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=6 - first.weekday() + 7 * (number - 1))


@lru_cache(maxsize=64)
def _bright(year: int) -> date:
    """清明, a term of the sun."""
    from lunar_python import Solar

    found = Solar.fromYmd(year, 4, 1).getLunar().getJieQiTable()["清明"]
    return date(found.getYear(), found.getMonth(), found.getDay())


def _on(month: int, day: int) -> When:
    return When(By.SOLAR, month, day)


def _moon(month: int, day: int) -> When:
    return When(By.LUNAR, month, day)


def _nth(month: int, number: int) -> When:
    return When(By.SUNDAY, month, number)


FESTIVALS: Final = (
    Festival("new_year", ("元旦", "New Year's Day"), ("元旦快乐", "Happy New Year"), _on(1, 1), 1),
    Festival(
        "laba", ("腊八节", "Laba Festival"), ("腊八安康", "A warm Laba Festival"), _moon(12, 8)
    ),
    Festival(
        "little_year",
        ("小年", "Little New Year"),
        ("小年吉祥", "A blessed Little New Year"),
        _moon(12, 23),
    ),
    Festival(
        "eve",
        ("除夕", "New Year's Eve"),
        ("除夕安康，阖家团圆", "A peaceful New Year's Eve, with all your family"),
        When(By.EVE),
        1,
    ),
    Festival(
        "spring",
        ("春节", "Spring Festival"),
        ("春节快乐，阖家幸福", "Happy Spring Festival, and happiness to your family"),
        _moon(1, 1),
        3,
    ),
    Festival(
        "lantern",
        ("元宵节", "Lantern Festival"),
        ("元宵节快乐", "Happy Lantern Festival"),
        _moon(1, 15),
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
        When(By.TERM),
        1,
    ),
    Festival("labour", ("劳动节", "Labour Day"), ("劳动节快乐", "Happy Labour Day"), _on(5, 1), 2),
    Festival(
        "youth", ("青年节", "Youth Day"), ("青年节快乐", "Best wishes on Youth Day"), _on(5, 4)
    ),
    Festival(
        "mothers", ("母亲节", "Mother's Day"), ("母亲节快乐", "Happy Mother's Day"), _nth(5, 2)
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
        _moon(5, 5),
        1,
    ),
    Festival(
        "fathers", ("父亲节", "Father's Day"), ("父亲节快乐", "Happy Father's Day"), _nth(6, 3)
    ),
    Festival("army", ("建军节", "Army Day"), ("建军节快乐", "Best wishes on Army Day"), _on(8, 1)),
    Festival(
        "qixi",
        ("七夕", "Qixi Festival"),
        ("七夕快乐，佳期如愿", "Best wishes at the Qixi Festival"),
        _moon(7, 7),
    ),
    Festival("ghosts", ("中元节", "Zhongyuan Festival"), ("", ""), _moon(7, 15)),
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
        _moon(8, 15),
        1,
    ),
    Festival(
        "national", ("国庆节", "National Day"), ("国庆节快乐", "Happy National Day"), _on(10, 1), 3
    ),
    Festival(
        "double_ninth",
        ("重阳节", "Double Ninth Festival"),
        ("重阳安康", "Health at the Double Ninth Festival"),
        _moon(9, 9),
    ),
)
"""Public holidays by the decree of 2024-11-10, and what else is greeted, in the order of a year."""
FESTIVAL: Final = {one.code: one for one in FESTIVALS}


# --- of a showroom


def known(shop: Settings) -> tuple[Festival, ...]:
    """Every festival as this showroom has it, those that are off, too; its own ones last."""
    return tuple(
        [_changed(one, shop.festivals.get(one.code, {})) for one in FESTIVALS]
        + [_own(code, held) for code, held in shop.festivals.items() if code not in FESTIVAL]
    )


def in_use(shop: Settings) -> tuple[Festival, ...]:
    """The festivals that stand in the calendar."""
    return tuple(one for one in known(shop) if one.on)


def _changed(one: Festival, held: dict[str, Any]) -> Festival:
    zh, en = one.greetings
    greetings = held.get("zh", zh), held.get("en", en)
    return one._replace(greetings=greetings, on=held.get("on", True))


def _own(code: str, held: dict[str, Any]) -> Festival:
    when = When(By(held["by"]), held["month"], held["day"])
    names, greetings = (held["name_zh"], held["name_en"]), (held["zh"], held["en"])
    return Festival(code, names, greetings, when, on=held.get("on", True), own=True)


# --- by day


@lru_cache(maxsize=64)
def of_year(year: int, among: tuple[Festival, ...] = FESTIVALS) -> tuple[Feast, ...]:
    """The festivals of a solar year by day."""
    found = [Feast(day, one) for one in among for day in one.when.days(year)]
    return tuple(sorted(found, key=lambda feast: feast.day))


def between(first: date, last: date, among: tuple[Festival, ...] = FESTIVALS) -> list[Feast]:
    """The festivals from one day to another, both counted."""
    years = range(first.year, last.year + 1)
    return [feast for year in years for feast in of_year(year, among) if first <= feast.day <= last]


def holidays(first: date, last: date) -> set[date]:
    """The days off by the decree, without what the yearly notice adds or exchanges."""
    return {
        feast.day + timedelta(days=step)
        for feast in between(first - timedelta(days=7), last)
        for step in range(feast.festival.free)
        if first <= feast.day + timedelta(days=step) <= last
    }


def days_off(first: date, last: date, shop: Settings) -> set[date]:
    """The days off as this showroom has them; of a year nobody knows yet those of the decree."""
    table, decreed = workdays.of(shop), holidays(first, last)
    span = (date.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1))
    return {
        day
        for day in span
        if (table.is_off(day) if workdays.is_known(shop.holidays, day.year) else day in decreed)
    }
