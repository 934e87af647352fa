"""The figures of a whole month: those of every period, and those that rest on its opening."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from showroom import dates
from showroom.figures import completion, counts, losses, openings
from showroom.figures.definitions import DEFINITIONS, MONTH
from showroom.figures.figures import Figure, extra, figure
from showroom.figures.openings import Opening


def bounds(month: date) -> tuple[date, date]:
    """First and last day of the month a day lies in."""
    first = month.replace(day=1)
    return first, dates.add_months(first, 1) - timedelta(days=1)


def of_month(
    session: Session, month: date, *, now: datetime, opening: Opening | None = None
) -> list[Figure]:
    """Every figure of a month in the order they are read; what is not over counts up to now."""
    first, last = bounds(month)
    counted = counts.whole(session, first, last)
    more = extra(session, first, last, counted)
    carried = opening or openings.of_month(session, first)
    kept = completion.look(session, first, last, today=dates.local_day(now)).whole
    more |= {
        "opening": carried.total,
        "prospects": counted.left + carried.total,
        "in_time": kept.in_time,
        "due": kept.due,
    }
    return [
        *(figure(made.code, counted, more) for made in (*DEFINITIONS, *MONTH)),
        *losses.period(session, first, last),
    ]
