"""The days of the calendar as an iCalendar file: telephones and mail programs read it (RFC 5545).

Every entry is an event of a whole day; what was agreed for a time of day begins then and rings
before. Its UID is that of the thing and not of its day, the same in every export, so that a
calendar that reads the file again moves its entry instead of doubling it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from showroom import dates, words
from showroom.care.calendar import Entry
from showroom.care.festivals import Feast
from showroom.i18n import _

LASTS: Final = timedelta(minutes=15)
RINGS: Final = timedelta(minutes=10)
"""So long a contact at a time of day takes, and so long before it the calendar rings."""
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
        key = f"{one.kind}-{one.thing}"
        same[key] += 1
        key = f"{key}-{same[key]}"
        title = f"{called} · {what}"
        when = dates.When(one.day, one.clock)
        lines += _event(key, when, title, one.about, one.kind.value, stamp)
    for feast in feasts:
        key = f"festival-{feast.festival.code}-{feast.day:%Y%m%d}"
        festival = feast.festival
        when = dates.When(feast.day)
        lines += _event(key, when, festival.name, festival.greeting, "festival", stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(
    key: str, when: dates.When, summary: str, about: str, category: str, stamp: str
) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(key.encode()).hexdigest()[:32]}@showroom-desk"
    yield f"DTSTAMP:{stamp}"
    if when.clock is None:
        yield f"DTSTART;VALUE=DATE:{when.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{when.on + timedelta(days=1):%Y%m%d}"
    else:
        begins = dates.at(when.on, when.clock)
        yield f"DTSTART:{begins:%Y%m%dT%H%M%SZ}"
        yield f"DTEND:{begins + LASTS:%Y%m%dT%H%M%SZ}"
    yield f"SUMMARY:{escaped(summary)}"
    if about:
        yield f"DESCRIPTION:{escaped(about)}"
    yield f"CATEGORIES:{escaped(category.upper())}"
    yield f"TRANSP:{'TRANSPARENT' if when.clock is None else 'OPAQUE'}"
    if when.clock is not None:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{escaped(summary)}"
        yield f"TRIGGER:-PT{RINGS.seconds // 60}M"
        yield "END:VALARM"
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
