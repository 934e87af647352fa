"""Clock times as people write them: 晚7点, 下午三点半, 7pm; and the parts of a day."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Final, NamedTuple

from showroom.store import characters

_MORNING: Final = "上午 早上 早晨 清晨 清早 一早 早 am a.m.".split()
_NOON: Final = "中午 正午 午间".split()
_AFTERNOON: Final = "下午 午后 pm p.m.".split()
_EVENING: Final = "傍晚 晚上 晚间 晚 夜里 夜间 夜晚 深夜 半夜 夜".split()
_WORDS: Final = sorted([*_MORNING, *_NOON, *_AFTERNOON, *_EVENING, "凌晨"], key=len, reverse=True)
PART = f"({'|'.join(map(re.escape, _WORDS))})?"
_CLOCK = re.compile(
    rf"^{PART}\s?(\d{{1,2}})\s?(?:[:;.,·'’h]|[时点]钟?)\s?(\d{{1,2}})?\s?(半|一刻|三刻|整)?[分]?"
    rf"(?::\s?(\d{{1,2}})(?:\.\d+)?)?秒?\s?{PART}$",
    re.I,
)
_HOUR_ONLY = re.compile(r"(?<![\d:.])(\d{1,2})\s?(am|pm|a\.m\.|p\.m\.)(?![a-z])", re.I)
_MIDNIGHT = re.compile(r"24[:点时](?:00)?(?::00)?$")
ABOUT = re.compile(r"^(?:大约|大概|约)|(?:左右|前后|多|许|以后|之后|过后|后)$")
_DIGITS = re.compile(r"^(\d{1,2})(\d{2})$")
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}
_LATE_NIGHT: Final = 5
"""晚上1点 is after midnight, 晚5点 before it."""
_HAN = re.compile(r"([零〇一二两三四五六七八九十]+)(?=\s?[点时](?!间))")
_HAN_MINUTE = re.compile(r"(?<=[点时])\s?([零〇一二三四五六七八九十]+)(?=分|$|\s?[-~—–至到])")
_HAN_NUMBER = re.compile(r"(?:([二三四五]?)(十))?([一二两三四五六七八九]?)")
_DIGIT_OF: Final = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2}


def in_digits(text: str) -> str:
    """下午兩點十分 as 下午2点10分, simplified; 两三点 stays: which it is nobody knows."""
    text = characters.simplified(text)
    if "点" not in text and "时" not in text:
        return text
    return _HAN_MINUTE.sub(_digits, _HAN.sub(_digits, text))


def _digits(found: re.Match[str]) -> str:
    parts = _HAN_NUMBER.fullmatch(found[1].lstrip("零〇"))
    if parts is None:
        return found[0]
    tens = _DIGIT_OF[parts[1] or "一"] if parts[2] else 0
    return str(10 * tens + _DIGIT_OF.get(parts[3], 0))


def clock(text: str) -> time | None:
    """A clock time without a day; nothing for any other text."""
    if not (text[:1].isdigit() and text[-1:].isdigit()):
        text = _HOUR_ONLY.sub(r"\1:00\2", ABOUT.sub("", text).strip())
    if _MIDNIGHT.match(text):
        return time(23, 59)  # the last minute of the day, not its first
    if found := _DIGITS.match(text):
        hour, minute, second, part = int(found[1]), int(found[2]), 0, ""
    elif found := _CLOCK.match(text):
        hour = int(found[2])
        minutes = found[3] or ""
        if len(minutes) == 1 and "." in text:
            minutes += "0"  # 9.3 is half past nine
        minute = _QUARTERS[found[4]] if found[4] else int(minutes or 0)
        second = int(found[5] or 0)
        part = (found[1] or found[6] or "").lower()
        if part in _EVENING and hour in (0, 12) and not minute:
            return time(23, 59)
        if (
            (part in _AFTERNOON and hour < 12)
            or (part in _NOON and hour < 3)
            or (part in _EVENING and _LATE_NIGHT <= hour < 12)
        ):
            hour += 12
        elif part in ("am", "a.m.", "凌晨", *_EVENING) and hour == 12:
            hour = 0
    else:
        return None
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


class Part(NamedTuple):
    """A part of a day that stands for a time: the hours from `first` on, `last` excluded.

    With the day, where the cell says that, too.
    """

    first: int
    last: int
    on: date | None = None

    def near(self, clock: time) -> time:
        """The time somebody said, where it lies in this part; else the middle of it."""
        inside = self.first <= clock.hour < self.last
        return clock if inside else time((self.first + self.last) // 2)


PARTS: Final = {
    "凌晨": Part(0, 6),
    **dict.fromkeys((*_MORNING, "morning"), Part(8, 12)),
    **dict.fromkeys((*_NOON, "noon"), Part(11, 14)),
    **dict.fromkeys((*_AFTERNOON, "afternoon"), Part(12, 18)),
    **dict.fromkeys((*_EVENING, "evening"), Part(18, 22)),
}
