"""The lunar year: when a lunar day comes, and a birthday as it was said (DOMAIN §5.4).

Months come from lunar_python. The second month has days that no February has: such a birthday is
kept as the last of February and so many days `more` (`kept`, `written`). Of a birthday without a
year the month and the day are kept, in `NO_YEAR`: nobody has an age by it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from showroom import dates
from showroom.i18n import _
from showroom.text import narrow

_MONTHS: Final = "正二三四五六七八九十冬腊"
_CALENDAR: Final = re.compile(
    r"[(（【\[]?\s*(?:农历|阴历|旧历|夏历|古历|老历|lunar)\s*[)）】\]]?[:,]?", re.IGNORECASE
)
WRITTEN: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
_LUNAR_WORDS: Final = re.compile("闰|正月|冬月|腊月|初|廿|卅")
_SAID: Final = re.compile(
    r"(?<![\d./-])(?:(?P<year>\d{4})\s?[年./-]?\s?)?闰?\s?(?P<month>\d{1,2}|[一二三四五六七八九十正冬腊]{1,2})"
    r"\s?[月./-]\s?(?P<day>\d{1,2}|[初一二三四五六七八九十廿卅]{1,3})\s?[日号]?(?![\d./-])"
)
_DIGITS: Final = "一二三四五六七八九"
_ENGLISH: Final = "janfebmaraprmayjunjulaugsepoctnovdec"
_NAMES: Final = "|".join(_ENGLISH[at : at + 3] for at in range(0, 36, 3))
_NAMED: Final = re.compile(
    rf"(?:(?P<before>{_NAMES})[a-z]*\.?[ -]?(?P<late>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<early>\d{{1,2}})(?:st|nd|rd|th)?[ -]?(?:of )?(?P<after>{_NAMES})[a-z]*\.?)",
    re.IGNORECASE,
)
_MONTH_DAY: Final = re.compile(r"(\d{1,2})\s?[月./-]\s?(\d{1,2})\s?[日号]?")
NO_YEAR: Final = 1604
"""The year of birthdays of which no year is known: a leap one, as address books of phones write."""


class Month(NamedTuple):
    """A month of the lunar year: its number, below 0 a leap month; its first day and length."""

    number: int
    first: date
    length: int


@lru_cache(maxsize=256)
def months(year: int) -> tuple[Month, ...]:
    """The months of a lunar year in their order."""
    from lunar_python import LunarYear, Solar

    found = []
    for month in LunarYear.fromYear(year).getMonths():
        if month.getYear() == year:
            first = Solar.fromJulianDay(month.getFirstJulianDay())
            day = date(first.getYear(), first.getMonth(), first.getDay())
            found.append(Month(month.getMonth(), day, month.getDayCount()))
    return tuple(found)


def day_of(year: int, month: int, day: int) -> date:
    """The solar day of a lunar one: `day` 30 of a month with 29 days is its last.

    A leap month does not count: who was born in one has his day in the plain month of that name.
    """
    plain = next(one for one in months(year) if one.number == month)
    return plain.first + timedelta(days=min(day, plain.length) - 1)


def days(month: int, day: int, first: date, last: date) -> list[date]:
    """When a lunar day comes from `first` to `last`; in a solar year twice, or not at all."""
    found = (day_of(year, month, day) for year in range(first.year - 1, last.year + 1))
    return [one for one in found if first <= one <= last]


def solar_days(month: int, day: int, first: date, last: date) -> list[date]:
    """When a day of the solar year comes from `first` to `last`; 29 February is the 28th too."""
    found = (
        dates.add_months(date(year, 1, day), month - 1) for year in range(first.year, last.year + 1)
    )
    return [one for one in found if first <= one <= last]


def birthdays(born: date, lunar: bool, first: date, last: date, *, more: int = 0) -> list[date]:
    """When a birthday comes from `first` to `last`; of a `lunar` one month and day are lunar.

    The day is kept as it was said (DOMAIN §5.4): 29 February is the 28th in other years, the 30th
    of a lunar month that has 29 days is its 29th, a leap month is the plain one of that name.
    """
    find = days if lunar else solar_days
    return find(born.month, born.day + more, first, last)


def kept(said: str) -> tuple[date, int]:
    """A day `1981-10-03`, `10-03`, lunar ones to `1981-02-30`, as it is kept: a date and days more.

    Raises `ValueError`.
    """
    said = f"{NO_YEAR}-{said}" if len(said) == len("10-03") else said
    found = re.fullmatch(r"(\d{4})-02-(29|30)", said)
    if found is None:
        born = date.fromisoformat(said)
        return born, 0
    last = dates.add_months(date(int(found[1]), 1, 31), 1)
    return last, int(found[2]) - last.day


def said(born: date | None, more: int, by_moon: bool) -> date | str | None:
    """A birthday as it leaves in a list; a lunar one, or one without a year, in words.

    `heard` reads those of a lunar one again, `without_year` the others.
    """
    if born is None or (not by_moon and has_year(born)):
        return born
    if not by_moon:
        return _("{month}-{day}").format(month=born.month, day=born.day)
    return _("lunar {day}").format(day=written(born, more))


def heard(text: str) -> str | None:
    """A lunar day in words as `kept` takes it, 1981-02-30 or 02-30; None for what says none.

    农历1981-08-15, 1981年八月十五（阴历）, 1987年闰六月初一, lunar 1981-08-15, 农历八月十五.
    Of a leap month the plain one is meant: there the day is kept.
    """
    if WRITTEN.fullmatch(text):  # as workbooks tell a day of the other calendar
        return None
    text = narrow(text)
    plain = _CALENDAR.sub("", text)
    found = _SAID.search(plain)
    if found is None or (plain == text and not _LUNAR_WORDS.search(text)):
        return None
    month, day = _number(found["month"], _MONTH_NAMES), _number(found["day"], _DAY_NAMES)
    year = found["year"] or ""
    sane = not year or 1900 <= int(year) < 2100 or int(year) == NO_YEAR
    if not (sane and 1 <= month <= 12 and 1 <= day <= 30):
        return None
    return f"{year}-{month:02}-{day:02}".lstrip("-")


def without_year(text: str) -> str | None:
    """A day without a year as `kept` takes it, 10-03: from 10月3日, 10-3, 10/3, 3 October.

    None for what says none; of 03/10 the month is the first. Raises `ValueError` where the month
    has no such day.
    """
    text = narrow(text).strip()
    if found := _NAMED.fullmatch(text):
        names = (found["before"] or found["after"] or "").lower()
        month, day = _ENGLISH.index(names) // 3 + 1, int(found["early"] or found["late"])
    elif found := _MONTH_DAY.fullmatch(text):
        month, day = int(found[1]), int(found[2])
    else:
        return None
    return f"{date(NO_YEAR, month, day):%m-%d}"


def _number(text: str, names: dict[str, int]) -> int:
    return int(text) if text.isdigit() else names.get(text, 0)


def written(born: date, more: int) -> str:
    """A birthday as it was said: 1981-02-30; 02-30 where no year was."""
    return f"{born:%Y-%m}-{born.day + more:02}".removeprefix(f"{NO_YEAR}-")


def has_year(born: date) -> bool:
    """Whether the year of a birthday is known."""
    return born.year != NO_YEAR


def same_day(one: date | str | None, other: date | str | None) -> bool:
    """Whether two birthdays as lists say them (`said`) are one, by month, day and calendar.

    Only where the year of one of them is not known: else a year says more.
    """
    if one is None or other is None:
        return False
    (year, *first), (other_year, *second) = _parts(one), _parts(other)
    return first == second and "" in (year, other_year)


def _parts(birthday: date | str) -> tuple[str, str, bool]:
    """Year or "", month and day, and whether they are lunar."""
    by_moon = heard(birthday) if isinstance(birthday, str) else None
    day = by_moon or (without_year(birthday) if isinstance(birthday, str) else str(birthday))
    assert day is not None
    return day[:-6], day[-5:], by_moon is not None


# --- as a Chinese calendar prints it


def year_of(day: date) -> int:
    """The lunar year of a solar day: that of the year before until the Spring Festival."""
    return day.year if day >= months(day.year)[0].first else day.year - 1


def of(day: date) -> tuple[int, int]:
    """Month and day of the lunar calendar for a solar day; a leap month is below 0."""
    for year in (day.year, day.year - 1):
        for month in months(year):
            if month.first <= day < month.first + timedelta(days=month.length):
                return month.number, (day - month.first).days + 1
    raise ValueError(day)


def words(day: date) -> str:
    """The lunar day of a solar one: 十五; on the first of a month 九月, 闰六月."""
    month, number = of(day)
    return month_words(month) if number == 1 else day_words(number)


def month_words(month: int) -> str:
    """正月, 腊月; 闰六月 for -6."""
    return f"{'闰' if month < 0 else ''}{_MONTHS[abs(month) - 1]}月"


def day_words(number: int) -> str:
    """初一, 初十, 十五, 廿一, 三十."""
    if number in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[number]
    return "初十廿"[number // 10] + "一二三四五六七八九"[number % 10 - 1]


_MONTH_NAMES: Final = {name: number for number, name in enumerate(_MONTHS, 1)} | {
    "一": 1,
    "十一": 11,
    "十二": 12,
}
_DAY_NAMES: Final = (
    {day_words(number): number for number in range(1, 31)}
    | {
        f"{ten}十{one}": number + 10 * tens
        for tens, ten in ((1, ""), (2, "二"))
        for number, one in enumerate(("", *_DIGITS))
    }
    | {one: number for number, one in enumerate(_DIGITS, 1)}
    | {"卅": 30}
)
