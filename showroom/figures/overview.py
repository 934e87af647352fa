"""A day, week, month, quarter or year at one look, beside the one before it."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.dates import add_months
from showroom.figures import counts, cuts
from showroom.figures.counts import Counts
from showroom.figures.cuts import MomentRow, Slice, Step
from showroom.figures.definitions import DEFINITIONS
from showroom.figures.figures import Figure, extra, figure
from showroom.figures.monthbook import MONTHS, month_name
from showroom.figures.tables import CLOSING, OPENING, WEEKDAYS
from showroom.i18n import N_, _
from showroom.store.models import Visit

LONG = 92
"""Of more days than these a bar is a month, of more than `DAYS` a week."""
DAYS = 31


class Span(StrEnum):
    """How long a time is looked at."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


SPANS = {
    Span.DAY: N_("Daily"),
    Span.WEEK: N_("Weekly"),
    Span.MONTH: N_("Monthly"),
    Span.QUARTER: N_("Quarterly"),
    Span.YEAR: N_("Yearly"),
}


class Bar(NamedTuple):
    """One bar of the picture: the days it stands for, who came, and who left his contact.

    The bars of one day are its hours: all parties, contacts are not told apart.
    """

    label: str
    name: str
    first: date
    last: date
    walk_ins: int
    left: int | None


class Overview(NamedTuple):
    """All that the page shows; `before` are the figures of the time before, by code.

    `hours[weekday][n]` are the parties of the hour `first_hour + n`, Monday first.
    """

    first: date
    last: date
    figures: dict[str, Figure]
    before: dict[str, Figure]
    bars: list[Bar]
    steps: list[Step]
    moments: list[MomentRow]
    first_hour: int
    hours: list[list[int]]


# --- which days


def bounds(span: Span, day: date) -> tuple[date, date]:
    """First and last day of the week (from Monday), month, … that `day` lies in."""
    if span is Span.DAY:
        return day, day
    if span is Span.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    months = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}[span]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)


def step(span: Span, day: date, by: int) -> date:
    """The first day of the span so many spans later, or earlier below 0."""
    first, _last = bounds(span, day)
    if span in (Span.DAY, Span.WEEK):
        return first + timedelta(days=by * (1 if span is Span.DAY else 7))
    return add_months(first, by * {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}[span])


def before(span: Span, first: date, last: date) -> tuple[date, date]:
    """The same part of the span before, so that half a month is not beside a whole one."""
    start = step(span, first, -1)
    _start, end = bounds(span, start)
    if last == bounds(span, first)[1]:
        return start, end
    return start, min(end, start + (last - first))


def name(span: Span, day: date) -> str:
    """What the span that `day` lies in is called."""
    first, last = bounds(span, day)
    if span is Span.DAY:
        return f"{first:%Y-%m-%d} {_(WEEKDAYS[first.weekday()])}"
    if span is Span.WEEK:
        return f"{first:%Y-%m-%d} – {last:%m-%d}"
    if span is Span.MONTH:
        return month_name(first)
    if span is Span.QUARTER:
        return _("Quarter {number} of {year}").format(
            number=(first.month + 2) // 3, year=first.year
        )
    return _("Year {year}").format(year=first.year)


# --- what was


def visits(session: Session, span: Span, day: date, today: date) -> int:
    """How many visits a look has to count, with those before: says how long it will take."""
    first, last = _shown(span, day, today)
    start, end = before(span, first, last)
    query = select(func.count(Visit.id)).where(
        Visit.day.between(first, last) | Visit.day.between(start, end)
    )
    return session.scalar(query) or 0


def look(session: Session, span: Span, day: date, today: date) -> Overview:
    """The span that `day` lies in, up to today, beside the same part of the one before."""
    first, last = _shown(span, day, today)
    start, end = before(span, first, last)
    days = cuts.by_day(session, first, last)
    counted = _sum(days)
    earlier = counts.whole(session, start, end)
    found = cuts.by_hour(session, first, last)
    busy = [hour for _weekday, hour in found]
    hours = range(min([OPENING, *busy]), max([CLOSING - 1, *busy]) + 1)
    return Overview(
        first,
        last,
        _figures(session, first, last, counted),
        _figures(session, start, end, earlier),
        _bars(days) if span is not Span.DAY else _hours(first, hours, found),
        cuts.funnel(counted),
        cuts.by_moment(session, first, last),
        hours[0],
        [[found.get((weekday, hour), 0) for hour in hours] for weekday in range(7)],
    )


def _shown(span: Span, day: date, today: date) -> tuple[date, date]:
    first, last = bounds(span, day)
    return first, min(last, today) if first <= today else last


def _figures(session: Session, first: date, last: date, counted: Counts) -> dict[str, Figure]:
    more = extra(session, first, last, counted)
    return {made.code: figure(made.code, counted, more) for made in DEFINITIONS}


def _sum(slices: list[Slice]) -> Counts:
    total = Counts()
    for slice in slices:
        total = cuts.added(total, slice.counts)
    return total


def _bars(days: list[Slice]) -> list[Bar]:
    """A bar for each day, of a long time for each week or month."""
    bars: list[Bar] = []
    for slice in days:
        day: date = slice.key
        if len(days) <= DAYS:
            start, label, name = day, str(day.day), f"{day:%m-%d} {_(WEEKDAYS[day.weekday()])}"
        elif len(days) <= LONG:
            start = max(days[0].key, day - timedelta(days=day.weekday()))
            label = name = f"{start:%m-%d}"
        else:
            start = max(days[0].key, day.replace(day=1))
            label, name = _(MONTHS[day.month - 1])[:3], month_name(day)
        if bars and bars[-1].first == start:
            last = bars[-1]
            bars[-1] = last._replace(
                last=day,
                walk_ins=last.walk_ins + slice.counts.walk_ins,
                left=(last.left or 0) + slice.counts.left,
            )
        else:
            bars.append(Bar(label, name, start, day, slice.counts.walk_ins, slice.counts.left))
    return bars


def _hours(day: date, hours: range, found: dict[tuple[int, int], int]) -> list[Bar]:
    """A bar for each hour of a day."""
    return [
        Bar(str(hour), f"{hour}:00", day, day, found.get((day.weekday(), hour), 0), None)
        for hour in hours
    ]
