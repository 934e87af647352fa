"""Days as people type them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from showroom import text as texts

_NEAR = {
    "今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1,
    "后天": 2, "昨天": -1, "yesterday": -1,
}  # fmt: skip


def read_day(typed: str, today: date) -> date | None:
    """Return the day meant: `2026-11-21`, `20261121`, `11-21`, `21`, `+3`, 今天; None if empty.

    A month and day without a year, or a day alone, is the nearest one to `today`: at most half
    a year away, or half a month. Raises ValueError when there is no such day.
    """
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
    if not re.fullmatch(r"[\d\-./年月日号]+", text) or not 1 <= len(parts) <= 3:
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
