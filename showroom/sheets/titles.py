"""What titles, sheet and file names say of year, month and day.

A range of days and the day on which a list was made are no day of a visit.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from showroom.sheets.times import MONTHS, Context
from showroom.text import narrow

_DAY: Final = re.compile(r"(20\d\d)\s*[年./_-]\s*(\d{1,2})\s*[月./_-]\s*(\d{1,2})(?!\d)")
_COMPACT: Final = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH: Final = re.compile(r"(20\d\d)\s*[年./_-]?\s*(1[0-2]|0?[1-9])(?!\d)")
_SHORT: Final = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*[月./-]\s*(3[01]|[12]?\d)(?!\d)")
_YEAR: Final = re.compile(r"(20\d\d)\s*年?")
_ONLY_MONTH: Final = re.compile(r"(?<![\d.])(1[0-2]|0?[1-9])\s*月")
_HAN_MONTH: Final = re.compile(r"(?<![一二三四五六七八九十])(十[一二]?|[一二三四五六七八九])月")
_ENGLISH: Final = re.compile(
    rf"\b({'|'.join(MONTHS)})[a-z]*\.?,?\s*(?:(\d{{1,2}}),?\s+)?(20\d\d)\b", re.I
)
_SHEET_MONTH: Final = re.compile(rf"({'|'.join(MONTHS)})[a-z]*\.?", re.I)
_SHEET_DAY: Final = re.compile(r"^(3[01]|[12]?\d)\s*[日号]?$")
_TO: Final = r"\s*(?:至|到|~|—+|–|-+|to)\s*"
_RANGE: Final = re.compile(
    r"(?<!\d)(?:(20\d\d)\s*[年./-]\s*)?(?<!\d)(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?"
    rf"{_TO}(?:(?:(20\d\d)\s*[年./-]\s*)?(\d{{1,2}})\s*[月./-]\s*)?(\d{{1,2}})(?!\d)\s*[日号]?"
)
_MONTHS_RANGE: Final = re.compile(rf"(?<!\d)(\d{{1,2}})\s*月?{_TO}(\d{{1,2}})\s*月(?!\s*\d)")
_MADE: Final = re.compile(
    r"(?:制表|制作|打印|导出|下载|生成|查询|截止|截至|print(?:ed)?|export(?:ed)?|generated|made)"
    r"\s?(?:日期|时间|日|于|on|at|date)?\s*:?\s*20\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"
    r"(?:\s*\d{1,2}:\d\d(?::\d\d)?)?",
    re.I,
)
_OF_DAY: Final = re.compile(r"^(?:日期|来店日期|登记日期|date)\s*:|^20\d\d[年./-]", re.I)

_SPELLED: Final = re.compile(
    r"(?<!\d)(?<!年)(1[0-2]|0?[1-9])\s*月\s*(3[01]|[12]?\d)\s*[日号](?![-~至到])"
)

Parts = tuple[int | None, int | None, int | None]
_NONE: Final[Parts] = (None, None, None)


class _Said(NamedTuple):
    """Year, month and day in one text; `ranged` where it speaks of several days."""

    parts: Parts
    ranged: bool = False


def context(title: str, sheet: str, file: str, today: date, *, epoch1904: bool) -> Context:
    """Read what the title, the sheet's name and the file's name say of year, month and day."""
    known: Parts = _NONE
    ranged = False
    for place, text in enumerate((title, narrow(sheet), narrow(file))):
        year, month, day = (said := _said(text, is_sheet=place == 1)).parts
        if place == 2 and known[1]:
            day = None  # of a month a file saved on some day is no day of it
        if month and known[1] and month != known[1]:
            continue
        ranged = ranged or said.ranged
        known = (known[0] or year, known[1] or month, known[2] or day)
    if ranged:
        known = (known[0], known[1], None)
    year, month, day = known
    if year is None and month and day and any(map(_SPELLED.search, (title, sheet))):
        found = Context(today).dated(month, day)
        known = (found.year if isinstance(found, date) else None, month, day)
    return Context(today, *known, epoch1904)


def day_of(text: str, about: Context) -> date | None:
    """The day that a line between the rows speaks of: 日期：2026年11月7日 星期六, or 11月7日."""
    if spelled := _SPELLED.match(text):
        found_day = about.dated(int(spelled[1]), int(spelled[2]))
        return found_day if isinstance(found_day, date) else None
    if not _OF_DAY.search(text) or _said(text).ranged:
        return None
    found = _DAY.search(_MADE.sub(" ", text))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _said(text: str, *, is_sheet: bool = False) -> _Said:
    text = _MADE.sub(" ", text)
    span = _range(text)
    if span is not None:
        return _Said(span, ranged=True)
    if found := _DAY.search(text) or _COMPACT.search(text):
        return _Said((int(found[1]), int(found[2]), int(found[3])))
    if found := _ENGLISH.search(text):
        return _Said((int(found[3]), MONTHS[found[1].lower()], int(found[2]) if found[2] else None))
    if found := _MONTH.search(text):
        return _Said((int(found[1]), int(found[2]), None))
    if found := _SHORT.search(text):
        return _Said((None, int(found[1]), int(found[2])))
    if is_sheet and (found := _SHEET_DAY.match(text)):
        return _Said((None, None, int(found[1])))
    year = int(found[1]) if (found := _YEAR.search(text)) else None
    return _Said((year, _month(text, is_sheet=is_sheet), None))


def _month(text: str, *, is_sheet: bool) -> int | None:
    if found := _ONLY_MONTH.search(text):
        return int(found[1])
    if found := _HAN_MONTH.search(text):
        return "一 二 三 四 五 六 七 八 九 十 十一 十二".split().index(found[1]) + 1
    if is_sheet and (found := _SHEET_MONTH.fullmatch(text)):
        return MONTHS[found[1].lower()]
    return None


def _range(text: str) -> Parts | None:
    """Year and month of several days; nothing where no range is spoken of."""
    for found in _RANGE.finditer(text):
        year, month, day, end_year, end_month, end = (
            int(one) if one else None for one in found.groups()
        )
        last = (end_year or year or 0, end_month or month, end)
        if month and day and end and month <= 12 and day <= 31 and last > (year or 0, month, day):
            same = (end_month or month) == month and (end_year or year) == year
            return year if last[0] == (year or 0) else None, month if same else None, None
    if _MONTHS_RANGE.search(text):
        of = _YEAR.search(text)
        return int(of[1]) if of else None, None, None
    return None
