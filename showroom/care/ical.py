"""The days of the calendar as an iCalendar file: telephones and mail programs read it (RFC 5545).

Every entry is an event of a whole day. Its UID is the same in every export, so that a calendar that
reads the file again changes its entry instead of doubling it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from showroom import words
from showroom.care.calendar import Entry
from showroom.care.festivals import Feast
from showroom.i18n import _

LINE: Final = 75
"""Octets of one line, without its end (RFC 5545, 3.1)."""


def text(found: list[Entry], feasts: list[Feast], *, now: datetime) -> str:
    """The whole calendar, its lines folded and ended by CRLF."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Showroom Desk//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:" + escaped(_("Showroom calendar")),
    ]
    same: Counter[str] = Counter()
    for one in found:
        what = _(words.PROMISES[one.kind])
        called = words.called(one.name, one.honorific) or _("No name")
        key = f"{one.kind}-{one.customer_id}-{one.day:%Y%m%d}"
        same[key] += 1
        lines += _event(
            f"{key}-{same[key]}", one.day, f"{called} · {what}", one.about, one.kind.value, stamp
        )
    for feast in feasts:
        key = f"festival-{feast.festival.code}-{feast.day:%Y%m%d}"
        festival = feast.festival
        lines += _event(key, feast.day, festival.name, festival.greeting, "festival", stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(
    key: str, day: date, summary: str, about: str, category: str, stamp: str
) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(key.encode()).hexdigest()[:32]}@showroom-desk"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(summary)}"
    if about:
        yield f"DESCRIPTION:{escaped(about)}"
    yield f"CATEGORIES:{escaped(category.upper())}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(said: str) -> str:
    """Words as a text value: backslash, semicolon, comma and line ends written out (3.3.11)."""
    kept = said.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    kept = kept.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(char for char in kept if char >= " " and char != "\x7f")


def folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets; those that follow begin with a space (3.1).

    No character is cut in two.
    """
    part, size = "", 0
    for char in line:
        wide = len(char.encode())
        if size + wide > LINE:
            yield part
            part, size = " ", 1
        part += char
        size += wide
    yield part
