"""Business days and moments: local clock in, UTC kept (DESIGN §4.13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from showroom.i18n import _

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2099, 12, 31)
"""No day of ours lies before the one or after the other: a year of it is a slip of the finger."""

ORDER_YEARS, DELIVERY_YEARS, CONTACT_YEARS = 30, 3, 5
"""No order is older; no delivery is planned, no contact agreed on so many years ahead."""


class When(NamedTuple):
    """A day, and the time of day where one was said, by the clock on the wall."""

    on: date
    clock: time | None = None


def local(moment: datetime) -> datetime:
    """An aware moment by the clock of this PC."""
    return moment.astimezone()


def local_day(moment: datetime) -> date:
    """The business day an aware moment falls on."""
    return moment.astimezone().date()


def at(day: date, clock: time) -> datetime:
    """The aware UTC moment of a local day and clock time."""
    return datetime.combine(day, clock).astimezone().astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def too_far(day: date, today: date, years: int) -> str:
    """Why a day lies too far ahead, in a sentence; "" when it does not."""
    if day <= add_months(today, 12 * years):
        return ""
    return _("That is more than {years} years ahead: check the year.").format(years=years)


def too_old(day: date, today: date, years: int) -> str:
    """Why a day lies too far back, in a sentence; "" when it does not."""
    if day >= add_months(today, -12 * years):
        return ""
    return _("That is more than {years} years ago: check the year.").format(years=years)


def month_of(text: str) -> tuple[date, date]:
    """First and last day of `YYYY-MM`; raises `ValueError` for anything else."""
    first = datetime.strptime(text, "%Y-%m").date()
    return first, add_months(first, 1) - timedelta(days=1)


def show_clock(moment: datetime | None) -> str:
    """`09:42` by the clock of this PC."""
    return "" if moment is None else f"{local(moment):%H:%M}"


def show_span(minutes: float) -> str:
    """`01:12` for 72 minutes."""
    hours, rest = divmod(max(0, int(minutes)), 60)
    return f"{hours:02}:{rest:02}"


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from one moment to the other."""
    return int((end - start).total_seconds() // 60)


def until_minute(now: datetime) -> int:
    """Milliseconds until the next minute of the clock begins."""
    return 60_000 - now.second * 1_000 - now.microsecond // 1_000


def show_day(day: date | None, today: date) -> str:
    """Today, tomorrow, yesterday, `11-18` in this year, `2025-11-18` else."""
    if day is None:
        return ""
    near = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}
    if (day - today).days in near:
        return near[(day - today).days]
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def inside(said: str) -> str:
    """A day as it stands inside a sentence: `last visit yesterday`."""
    return said[:1].lower() + said[1:]


def show_when(day: date | None, clock: time | None, today: date) -> str:
    """As `show_day`, with the time of day: `Tomorrow 15:30`."""
    said = show_day(day, today)
    return f"{said} {clock:%H:%M}" if said and clock is not None else said
