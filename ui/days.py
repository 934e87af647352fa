"""Days and times as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from showroom import text as texts
from showroom.dates import EARLIEST, LATEST, When
from showroom.i18n import _, ngettext

_NEAR = {
    "今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1,
    "后天": 2, "昨天": -1, "yesterday": -1,
}  # fmt: skip


def read_day(typed: str, today: date) -> date | None:
    """Return the day meant: `2026-11-21`, `20261121`, `11-21`, `21`, `+3`, 今天; None if empty.

    A month and day without a year, or a day alone, is the nearest one to `today`: at most half
    a year away, or half a month. Raises ValueError when there is no such day, or none of ours
    (`showroom.dates`).
    """
    found = _read(typed, today)
    if found is not None and not EARLIEST <= found <= LATEST:
        raise ValueError(typed)
    return found


def _read(typed: str, today: date) -> date | None:
    text = texts.narrow(typed).lower().replace(" ", "")
    if not text:
        return None
    if text in _NEAR:
        return today + timedelta(days=_NEAR[text])
    if match := re.fullmatch(r"([+-]\d{1,4})", text):
        return today + timedelta(days=int(match[1]))
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    parts = [int(part) for part in re.split(r"[-./年月日号]", text) if part.isdecimal()]
    if (
        not re.fullmatch(r"[\d\-./年月日号]+", text)
        or not 1 <= len(parts) <= 3
        or max(parts) > LATEST.year
    ):
        raise ValueError(typed)
    if len(parts) == 3:
        year = parts[0] if parts[0] >= 100 else 2000 + parts[0]
        return date(year, parts[1], parts[2])
    if len(parts) == 2:
        found = _nearest(today, [(today.year + y, parts[0]) for y in (-1, 0, 1)], parts[1])
    else:
        months = [today.year * 12 + today.month - 1 + step for step in (-1, 0, 1)]
        found = _nearest(today, [(m // 12, m % 12 + 1) for m in months], parts[0])
    if found is None:
        raise ValueError(typed)
    return found


def _nearest(today: date, months: list[tuple[int, int]], day: int) -> date | None:
    found = []
    for year, month in months:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return min(found, key=lambda one: abs((one - today).days), default=None)


_WEEKDAYS = {
    "一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6,
    "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
}  # fmt: skip
_CLOCK = re.compile(
    r"(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上|am|pm)?"
    r"(?:(?P<hour>\d{1,2})(?::|[点时])(?:(?P<minute>\d{1,2})分?|(?P<half>半))?"
    r"|(?P<plain>\d{1,4}))"
    r"(?P<after>am|pm)?$"
)
_LATER = frozenset({"下午", "傍晚", "晚上", "pm"})
_NIGHT = frozenset({"凌晨", "am"})
_HAN = "零一二三四五六七八九"
_HAN_NUMBER = r"[零〇一二两三四五六七八九十]+"
_HOUR = re.compile(rf"(?<![周期拜]){_HAN_NUMBER}(?=[点时])")
_MINUTE = re.compile(rf"(?<=[点时]){_HAN_NUMBER}(?=分|$)")
_QUARTERS = {"点一刻": "点15分", "点三刻": "点45分", "点整": "点"}
_FIRST_HOUR = 7
"""Nobody is called before it: 3:30 alone is half past three in the afternoon."""


def read_when(typed: str, now: datetime) -> datetime | None:
    """Return the local day and time meant: `+1 14:30`, 明天 14:30, 周六 10点, `sat 1430`, `11:15`.

    A time alone is today's; a weekday is the next one that is not today, with 下 before it the one
    of next week. None if empty; raises ValueError when the time lacks or is none. The result bears
    no zone, as `now` on the clock of this PC.
    """
    text = _spelled(typed)
    if not text:
        return None
    day, clock = _parted(text)
    found = _day(day, now.date())
    return datetime.combine(found, _clock(clock))


def read_day_time(typed: str, today: date) -> When | None:
    """Return the day meant, and the time where one was typed: `+1`, `15:30`, 明天下午三点.

    What is read as a day alone is one (`15` the 15th, `8-30`), everything else as by `read_when`,
    but an hour before seven is of the afternoon unless 上午, am or a 0 before it says otherwise.
    None if empty; raises ValueError when there is no such day or time.
    """
    text = _spelled(typed)
    if not text:
        return None
    head, _space, tail = text.rpartition(" ")
    if not (head and _CLOCK.fullmatch(tail)):
        try:
            return When(_day(text, today))
        except ValueError:
            pass
    day, clock = _parted(text)
    found = _clock(clock)
    said = _CLOCK.fullmatch(clock)
    plain = said is not None and not (said["part"] or said["after"] or clock.startswith("0"))
    if plain and 0 < found.hour < _FIRST_HOUR:
        found = found.replace(hour=found.hour + 12)
    return When(_day(day, today), found)


def _spelled(typed: str) -> str:
    """What was typed with a clock as `_CLOCK` reads it: 三点半 as 3点半, 3 p.m. as 3pm."""
    text = texts.narrow(typed).lower().replace("：", ":").replace("a.m.", "am")
    text = re.sub(r"\s+(?=[ap]m\b)", "", text.replace("p.m.", "pm"))
    text = re.sub(r"(?<=[午晨晚上])\s+(?=[\d零〇一二两三四五六七八九十])", "", text)
    for words, clock in _QUARTERS.items():
        text = text.replace(words, clock)
    return _MINUTE.sub(_number, _HOUR.sub(_number, text))


def _number(found: re.Match[str]) -> str:
    """二十三 as 23."""
    text = found[0].replace("两", "二").replace("〇", "零")
    tens, ten, ones = text.partition("十")
    if ten:
        return str(10 * (_HAN.index(tens) if tens else 1) + (_HAN.index(ones) if ones else 0))
    return "".join(str(_HAN.index(char)) for char in text)


def _parted(text: str) -> tuple[str, str]:
    """What says the day and what says the time: the last word, or what looks like a clock."""
    head, _space, tail = text.rpartition(" ")
    if head and _CLOCK.fullmatch(tail):
        return head, tail
    found = _CLOCK.search(text.replace(" ", ""))
    if found is None or (found["plain"] and found.start()):
        raise ValueError(text)
    return text.replace(" ", "")[: found.start()], found[0]


def _day(text: str, today: date) -> date:
    if not text:
        return today
    week = re.fullmatch(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])", text.replace(" ", ""))
    if week:
        monday = today - timedelta(days=today.weekday())
        wanted = _WEEKDAYS[week[2]]
        if week[1]:
            return monday + timedelta(days=7 + wanted)
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    if text[:3] in _WEEKDAYS and text.isalpha():
        return today + timedelta(days=(_WEEKDAYS[text[:3]] - today.weekday() - 1) % 7 + 1)
    found = read_day(text, today)
    if found is None:
        raise ValueError(text)
    return found


def _clock(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(text)
    if found["plain"]:
        plain = found["plain"]
        hour, minute = (int(plain), 0) if len(plain) < 3 else (int(plain[:-2]), int(plain[-2:]))
    else:
        hour = int(found["hour"])
        minute = 30 if found["half"] else int(found["minute"] or 0)
    part = found["part"] or found["after"]
    if hour < 12 and (part in _LATER or (part == "中午" and hour < 3)):
        hour += 12
    elif hour == 12 and part in _NIGHT:
        hour = 0
    return time(hour, minute)


def late_words(day: date | None, today: date) -> str:
    """Say how late a contact is that was due on `day`: `2 days late`, or nothing."""
    if day is None or day >= today:
        return ""
    late = (today - day).days
    return ngettext("{count} day late", "{count} days late", late).format(count=late)


def minute_words(minutes: int) -> str:
    """`late 12 min`, `now`, `in 20 min` for minutes after the time."""
    if minutes > 0:
        return ngettext("late {count} min", "late {count} min", minutes).format(count=minutes)
    if minutes == 0:
        return _("now")
    return ngettext("in {count} min", "in {count} min", -minutes).format(count=-minutes)
