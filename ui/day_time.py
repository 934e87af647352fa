"""A day and, where one was said, the time: the field of what is promised to a customer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from showroom import dates
from showroom.errors import Invalid
from showroom.i18n import _
from ui.days import read_day_time
from ui.fields import Day


class DayTime(Day):
    """A day, a day and a time, or none: `+1`, `+1 15:30`, 明天下午三点; `value()` a `When` or None.

    A time alone is today's. Up, Down and the calendar move the day and keep the time. `now` gives
    the moment, for tests and the tour, too.
    """

    def __init__(
        self,
        name: str,
        caption: str,
        *,
        now: Callable[[], datetime],
        help: str = "",
        width: int = 0,
    ) -> None:
        super().__init__(
            name, caption, today=lambda: dates.local_day(now()), help=help, width=width
        )
        self.setPlaceholderText(_("+1 · 15:30 · Sat 10:00"))

    def value(self) -> Any:
        """Return the day and the time, None when empty; raise `Invalid` when there is no such."""
        try:
            return read_day_time(self.text(), self._today())
        except ValueError:
            sentence = _("There is no such day or time. Write it as 11-21, 15:30 or +1 3pm.")
            raise Invalid({self.name: sentence}) from None

    def set_value(self, value: Any) -> None:
        """Show a `When`, a day, or nothing."""
        when = dates.When(value) if isinstance(value, date) else value
        super().set_value(_written(*when) if isinstance(when, dates.When) else when)

    def clock(self) -> time | None:
        """The time that is typed, if there is one."""
        when = self._when()
        return when.clock if when is not None else None

    def _when(self) -> dates.When | None:
        try:
            when = self.value()
        except Invalid:
            return None
        return when if isinstance(when, dates.When) else None

    def _day(self) -> date | None:
        when = self._when()
        return when.on if when is not None else None

    def _write(self, day: date) -> None:
        self.setText(_written(day, self.clock()))


def _written(day: date, clock: time | None) -> str:
    return f"{day.isoformat()} {clock:%H:%M}" if clock is not None else day.isoformat()
