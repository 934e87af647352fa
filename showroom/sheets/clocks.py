"""Times of a visit: when they left, and the UTC moments of local clock times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from showroom import dates
from showroom.i18n import _
from showroom.sheets import times
from showroom.sheets.times import Context, Doubt, Wrong

LATEST_EVENING: Final = time(18)
LONGEST_STAY: Final = timedelta(hours=8)

_ZERO: Final = datetime(1970, 1, 1)
_ZERO_UTC: Final = _ZERO.replace(tzinfo=UTC)


def clock(cell: Any, about: Context) -> datetime | time | Wrong | Doubt | None:
    """A time; of a day alone nothing is taken."""
    found = times.moment(cell, about)
    if found is None or isinstance(found, (datetime, time, Wrong)):
        return found
    return Doubt(_("A day without a time."))


def leaving(arrived: datetime, end: datetime | time | None, stay: int | None) -> datetime | None:
    """When they left; a clock time before the arrival is the next day only late in the evening."""
    if end is None:
        return None if stay is None else arrived + timedelta(minutes=stay)
    if isinstance(end, datetime):
        return end
    left = datetime.combine(arrived.date(), end)
    if left < arrived and arrived.time() >= LATEST_EVENING:
        after_midnight = left + timedelta(days=1)
        if after_midnight - arrived <= LONGEST_STAY:
            return after_midnight
    return left


class Clock:
    """Local clock times to UTC moments; most days have one offset, which is asked for once.

    It is kept as what the clocks there showed when 1970 began in UTC.
    """

    def __init__(self) -> None:
        self._zeros: dict[date, datetime | None] = {}

    def utc(self, moment: datetime) -> datetime:
        """The UTC moment of a local clock time."""
        day = moment.date()
        zero = self._zeros.get(day, _ZERO_UTC)
        if zero is _ZERO_UTC:
            offsets = {
                datetime.combine(day, clock) - dates.at(day, clock).replace(tzinfo=None)
                for clock in (time(), time(12), time(23, 59))
            }
            zero = self._zeros[day] = _ZERO + offsets.pop() if len(offsets) == 1 else None
        if zero is None:
            return dates.at(day, moment.time())
        return _ZERO_UTC + (moment - zero)  # in a tenth of the time of giving it a zone
