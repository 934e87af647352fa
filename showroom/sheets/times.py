"""Dates and clock times as they stand in sheets: serials, texts, halves of both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from showroom import dates
from showroom.i18n import _
from showroom.sheets import spoken
from showroom.sheets.blanks import no_day
from showroom.sheets.read import ErrorCell
from showroom.sheets.spoken import PART, PARTS, in_digits
from showroom.sheets.spoken import Part as Part
from showroom.store import characters
from showroom.text import narrow

_DAY_ZERO: Final = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


class Wrong(str):
    """Why a cell cannot be read, as a sentence; its row is refused."""

    __slots__ = ()


class Doubt(str):
    """Why a cell was left out, as a sentence; its row is taken without it."""

    __slots__ = ()


@dataclass(frozen=True)
class Context:
    """What titles, sheet and file name say of the day; `today` is the last resort for a year."""

    today: date
    year: int | None = None
    month: int | None = None
    day: int | None = None
    epoch1904: bool = False
    clock: time | None = None
    """The time of arrival of a visit of which only the day is known, where somebody said one."""

    @property
    def whole(self) -> date | None:
        """The day of the whole sheet, when its title says one."""
        if self.year and self.month and self.day:
            try:
                return date(self.year, self.month, self.day)
            except ValueError:
                return None
        return None

    def dated(self, month: int, day: int) -> date | Wrong:
        """A day without a year: the year of the title, else the last one that is not to come."""
        year = self.year
        if year is not None and self.month is not None:
            year += (self.month - month > 6) - (month - self.month > 6)
        try:
            if year is not None:
                return date(year, month, day)
            this = date(self.today.year, month, day)
            late = this > self.today + timedelta(days=31)
            return date(self.today.year - 1, month, day) if late else this
        except ValueError:
            return _no_such_day(f"{month}-{day}")


MONTHS: Final = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}


def _no_such_day(text: str) -> Wrong:
    return Wrong(_("There is no such day: {text}.").format(text=text))


def _failed(cell: str) -> Wrong:
    return Wrong(_("The cell shows the error {text}.").format(text=cell))


# --- days

_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_BEGINS = r"(?=[早晚上下中凌傍夜半深清午正])"
"""Where a part of the day follows its date without a blank: 2026-11-18下午2点."""
_YMD = re.compile(
    rf"^(\d{{4}})\s?[年./-]\s?(\d{{1,2}})\s?[月./-]\s?(\d{{1,2}})(?:\s?[日号]|T|\s|$|{_BEGINS})"
)
_YMD_SHORT = re.compile(
    rf"^'?(\d{{2}})\s?[年./-]\s?(\d{{1,2}})\s?[月./-]\s?(\d{{1,2}})(?:\s?[日号]|\s|$|{_BEGINS})"
)
_MDY = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?:\s|$)")
_DAY_ONLY = re.compile(r"^(3[01]|[12]?\d)\s?[日号]?$")
_NAMED = re.compile(
    rf"^(?:(\d{{1,2}})[ -])?({'|'.join(MONTHS)})[a-z]*\.?[ -]"
    r"(?:(\d{1,2}),? )?(\d{4}|\d\d)(?:\s|$)",
    re.I,
)
_MD = re.compile(rf"^(\d{{1,2}})\s?[月./-]\s?(\d{{1,2}})(?:\s?[日号]|\s|$|{_BEGINS}(?=\D+\d))")
_DAY_BEFORE = re.compile(r"^(3[01]|[12]?\d)\s?[日号]\s?(?=\D{0,3}\d)")
_COMPACT = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)$")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(?: |$)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")


def day(cell: Any, about: Context, before: date | None = None) -> date | Wrong | None:
    """The day in a cell; `before` (the row above) decides between 10.1 and 10.10 as numbers.

    Nothing where the cell says that there is none, or none yet.
    """
    if type(cell) is str and _ISO_DAY.match(cell):
        try:
            return _sane(date.fromisoformat(cell[:10]), cell)
        except ValueError:
            return _no_such_day(cell)
    if isinstance(cell, ErrorCell):
        return _failed(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _day_of_number(cell, about, before)
    if isinstance(cell, str):
        text = characters.simplified(narrow(cell).strip())
        if no_day(text):
            return None
        zoned = _zoned(text)
        if zoned is not None:
            return zoned if isinstance(zoned, Wrong) else zoned.date()
        dated = _day_of_text(_WEEKDAY.sub("", text).strip(), about)
        if dated is not None:
            return dated[0]
    return Wrong(_("This is not a date: {text}.").format(text=narrow(str(cell))))


_ZONED = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?\s?(?:Z|[+-]\d\d:?\d\d)$", re.I
)


def _zoned(text: str) -> datetime | Wrong | None:
    """A stamp with its zone by the clock of this PC; nothing for any other text."""
    if not _ZONED.match(text):
        return None
    try:
        return dates.local(datetime.fromisoformat(text.upper())).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return _no_such_day(text)


def _sane(found: date, text: str) -> date | Wrong:
    return found if dates.EARLIEST <= found <= dates.LATEST else _no_such_day(text)


def without_year(cell: Any) -> bool:
    """Whether a cell says no more than a month and a day, or a year alone."""
    if isinstance(cell, (int, float)):
        return cell < 366 or 1900 <= cell < 2100
    text = _WEEKDAY.sub("", cell).strip()
    return _MD.match(text) is not None and _YMD_SHORT.match(text) is None


def _day_of_number(number: float, about: Context, before: date | None) -> date | Wrong:
    if number == int(number) and _COMPACT.match(str(int(number))):
        dated = _day_of_text(str(int(number)), about)
        assert dated is not None
        return dated[0]
    if 366 <= number < 73051:
        return _DAY_ZERO[about.epoch1904] + timedelta(days=int(number))
    if number == int(number) and 1 <= number <= 31 and about.month:
        return about.dated(about.month, int(number))
    month, _point, tail = f"{number:g}".partition(".")
    if tail and 1 <= int(month or 0) <= 12 and len(tail) <= 2:
        # Excel drops the zero of 10.10: of the two readings the one nearest to the row above
        wanted = [int(tail)] + ([int(tail) * 10] if len(tail) == 1 and int(tail) <= 3 else [])
        days = [found for each in wanted if type(found := about.dated(int(month), each)) is date]
        if days:
            near = before or days[0]
            return min(days, key=lambda one: (one < near, abs((one - near).days)))
    return Wrong(_("This is not a date: {text}.").format(text=f"{number:g}"))


_RELATIVE = re.compile(
    r"^(?:(大前|前|昨|今|本|当|明|大后|后)(?:[天日]|(?=[早晚]))|(yesterday|today|tomorrow)\b)", re.I
)
_AWAY: Final = {"大前": -3, "前": -2, "昨": -1, "yesterday": -1, "明": 1, "tomorrow": 1} | {
    "后": 2,
    "大后": 3,
}


def _near(text: str, about: Context) -> date | Wrong:
    """昨天 is the day before that of the sheet; where nothing says that one, no day at all."""
    if about.whole is None:
        return Wrong(
            _("“{text}” is no day in a file: write the date, such as {day}.").format(
                text=text, day=about.today
            )
        )
    away = next((days for word, days in _AWAY.items() if text.lower().startswith(word)), 0)
    return about.whole + timedelta(days=away)


def _day_of_text(text: str, about: Context) -> tuple[date | Wrong, str] | None:
    """The day at the beginning of a text and what follows it."""
    if (found := _COMPACT.match(text)) or (found := _YMD.match(text)):
        year, month, number = map(int, found.groups())
    elif found := _MDY.match(text):
        month, number, year = map(int, found.groups())
        if month > 12:
            month, number = number, month
    elif found := _YMD_SHORT.match(text):
        year, month, number = map(int, found.groups())
        year += 2000
    elif found := _MD.match(text):
        return about.dated(int(found[1]), int(found[2])), text[found.end() :].strip()
    elif found := _RELATIVE.match(text):
        tail = text[found.end() :].strip()
        return _near(found[0], about), f"{tail}上" if tail in ("早", "晚") else tail
    elif (found := _NAMED.match(text)) and bool(found[1]) is not bool(found[3]):
        month, number, year = MONTHS[found[2].lower()], int(found[1] or found[3]), int(found[4])
        year += 2000 if year < 100 else 0
    elif about.month and (found := _DAY_ONLY.match(text)):
        return about.dated(about.month, int(found[1])), ""
    elif about.month and (found := _DAY_BEFORE.match(text)):
        return about.dated(about.month, int(found[1])), text[found.end() :]
    elif re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _day_of_number(float(text), about, None), ""
    else:
        return None
    try:
        return _sane(date(year, month, number), text), text[found.end() :].strip()
    except ValueError:
        return _no_such_day(text), ""


# --- clock times

_STAMP = re.compile(r"^((?:19|20)\d\d)(\d\d)(\d\d)[ _]?(\d\d)(\d\d)(\d\d)?$")
_DATED = re.compile(r"\d{1,2}\s?月\s?\d{1,2}\s?[日号]?")
_PART_ONLY = re.compile(PART, re.I)


def moment(cell: Any, about: Context) -> datetime | time | date | Wrong | None:
    """A clock time, with its day when the cell says one; local, without a zone.

    A date where the cell says the day only; nothing where it says that there is no time.
    """
    if type(cell) is str and _ISO.match(cell):
        try:
            return datetime.fromisoformat(cell)
        except ValueError:
            return _no_such_day(cell)
    if isinstance(cell, ErrorCell):
        return _failed(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _moment_of_number(cell, about)
    if isinstance(cell, str):
        return _moment_of_text(in_digits(narrow(cell).strip()), about)
    return Wrong(_("This is not a time: {text}.").format(text=narrow(str(cell))))


def _moment_of_text(text: str, about: Context) -> datetime | time | date | Wrong | None:
    if no_day(text):
        return None
    zoned = _zoned(text)
    if zoned is not None:
        return zoned
    if found := _STAMP.match(text):
        year, month, number, *rest = found.groups(default="00")
        text = f"{year}-{month}-{number} {':'.join(rest)}"
    text = _WEEKDAY.sub("", text).strip()
    dated = _day_of_text(text, about) if len(text) > 6 or _says_day(text) else None
    if dated is None:
        return _clock_of_text(text)
    day, tail = dated
    if isinstance(day, Wrong) or not tail or _PART_ONLY.fullmatch(tail):
        return day
    clock = _clock_of_text(tail)
    return clock if isinstance(clock, Wrong) else datetime.combine(day, clock)


def _says_day(text: str) -> bool:
    """Whether a short text begins with a day: 9月3日, 今晚, 18号晚7点."""
    if text.isascii():
        return _RELATIVE.match(text) is not None
    return any(one.match(text) for one in (_DATED, _RELATIVE, _DAY_BEFORE))


def _of_seconds(seconds: float) -> time | Wrong:
    minutes, rest = divmod(round(seconds), 60)
    if not 0 <= minutes < 1440:
        return Wrong(
            _("This is not a time: {text}.").format(text=f"{minutes // 60}:{minutes % 60:02}")
        )
    return time(minutes // 60, minutes % 60, rest)


def _moment_of_number(number: float, about: Context) -> datetime | time | date | Wrong | None:
    """A fraction of a day, a serial with one, 9.3 for half past nine, or 1409."""
    if 0 <= number < 1:
        return _of_seconds(number * 86400)
    if 36526 <= number < 73051 and number == int(number):  # from 2000 on
        return _DAY_ZERO[about.epoch1904] + timedelta(days=int(number))
    if number > 10**9:
        return _moment_of_text(f"{number:.0f}", about)
    if 366 <= number < 73051 and number != int(number):
        seconds = timedelta(seconds=round((number % 1) * 86400))
        start = _DAY_ZERO[about.epoch1904] + timedelta(days=int(number))
        return datetime.combine(start, time()) + seconds
    if number == int(number):
        return _clock_of_text(str(int(number)))
    return _clock_of_text(f"{number:.2f}")


def _clock_of_text(text: str) -> time | Wrong:
    return spoken.clock(text) or Wrong(_("This is not a time: {text}.").format(text=text))


def promised(cell: Any, about: Context) -> date | datetime | time | Doubt | None:
    """When somebody is to be contacted: a day, a time, or both; else left out with a reason."""
    at = moment(cell, about)
    if isinstance(at, Wrong) and type(cell) is str and _OCLOCK.search(cell):
        ranged = span(cell, about)  # of from and until the first
        at = ranged[0] if type(ranged) is tuple else at
    if type(at) is datetime and at.time() != time():
        return at
    on = day(cell, about)
    if not isinstance(on, Wrong):
        return on
    if type(at) is time:
        return at
    said = _("No day: {text}. The next contact follows the level.")
    return Doubt(said.format(text=narrow(str(cell))))


def planned(cell: Any, about: Context) -> date | Doubt | None:
    """The day something is planned for; left out with a reason where none can be read."""
    on = day(cell, about)
    return Doubt(on) if isinstance(on, Wrong) else on


_STAY = re.compile(
    r"(?:(\d+)\s?(?:小时|时|h|:)\s?)?(?:(\d+)\s?(?:分钟|分|min|mins|minutes|m)?)?(?::\d\d)?",
    re.I,
)
_OCLOCK = re.compile(r"[:：点时]|[ap]\.?m", re.I)
_UNTIL = re.compile(r"\s*[-~—–至到]+\s*")
_HOURS = re.compile(
    rf"{PART}\s?(\d{{1,2}})\s*[-~—–至到]+\s*(\d{{1,2}})\s*(点钟?|时)?(am|pm|a\.m\.|p\.m\.)?", re.I
)


Arrival = datetime | time | date | Part | tuple[datetime | time, datetime | time | None]


def arrival(cell: Any, about: Context, *, dated: bool) -> Arrival | Wrong | None:
    """When somebody came: as `moment`, or from and until as `span`, or a part of the day.

    9-10 is from nine to ten where the day is known (`dated`); else it may be a day. 9-10点 and
    上午9-10 are none.
    """
    found = moment(cell, about)
    if type(cell) is not str or type(found) not in (Wrong, date):
        return found
    text = _WEEKDAY.sub(" ", in_digits(narrow(cell))).strip()
    on, tail = _day_of_text(text, about) or (None, "")
    hours = _HOURS.fullmatch(spoken.ABOUT.sub("", text).strip())
    if hours is None and tail and type(on) is date:
        if part := PARTS.get(tail.lower()):
            return part._replace(on=on)
        hours = _HOURS.fullmatch(spoken.ABOUT.sub("", tail).strip())
    elif part := PARTS.get(text.lower()):
        return part
    else:
        on = None
    if hours is not None:
        part_of, first, last, oclock, after = hours.groups(default="")
        if not (on or dated or oclock or part_of or after):
            return found
        text = f"{on or ''} {part_of or after}{first}:00-{last}:00".strip()
    elif type(found) is date:
        return found
    ranged = span(text, about)
    return found if isinstance(ranged, Wrong) or ranged is None else ranged


def span(
    cell: Any, about: Context
) -> tuple[datetime | time, datetime | time | None] | Wrong | None:
    """From and until in one cell, as in 9:42-10:30; until is nothing for who is still here."""
    text = in_digits(narrow(cell).strip()) if isinstance(cell, str) else ""
    if text and no_day(text):
        return None
    wrong = Wrong(_("This is not a time: {text}.").format(text=narrow(str(cell))))
    whole = len(text) > 11 or _says_day(text)
    dated = _day_of_text(_WEEKDAY.sub("", text).strip(), about) if whole else None
    if dated is not None and dated[1] and not isinstance(dated[0], Wrong):
        text = dated[1]  # 2026-11-03 9:00-10:30
    parts = _UNTIL.split(text)
    if len(parts) != 2 or not parts[0]:
        return wrong
    start = _at(parts[0], about)
    end = _at(parts[1], about) if parts[1] else None
    if isinstance(start, Wrong) or start is None:
        return start or wrong
    if isinstance(end, Wrong):
        return end
    named = not parts[0][0].isdigit()
    after_noon = type(start) is time and (start.hour >= 12 or named)
    if after_noon and type(start) is time and type(end) is time and end < start:
        later = end.replace(hour=end.hour + 12) if end.hour < 12 else end
        end = later if later >= start and (start.hour < 18 or named) else end  # 下午2:00-3:30
    if dated is None or type(start) is not time or isinstance(day := dated[0], Wrong):
        return start, end
    return datetime.combine(day, start), datetime.combine(day, end) if type(end) is time else end


def _at(text: str, about: Context) -> datetime | time | Wrong | None:
    """A time of a span; a day alone is none."""
    found = moment(text, about)
    if found is None or isinstance(found, (datetime, time, Wrong)):
        return found
    return Wrong(_("This is not a time: {text}.").format(text=text))


def minutes(cell: Any) -> int | None:
    """Minutes of a stay: 55分钟, 1小时20分, 1:20, 55; nothing when it is not said."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _stay(cell * 1440 if 0 < cell < 1 else cell)
    text = narrow(cell) if isinstance(cell, str) else ""
    found = _STAY.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        return None
    return _stay(int(found[1] or 0) * 60 + int(found[2] or 0))


def _stay(found: float) -> int | None:
    """A stay of more than a day is none."""
    return round(found) if 0 <= found <= 1440 else None
