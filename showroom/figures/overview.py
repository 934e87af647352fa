"""A day, week, month, quarter, year or any days at one look, beside an earlier time."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.orm import Session

from showroom import settings
from showroom.dates import add_months
from showroom.figures import counts, cuts, diagnosis, openings, targets
from showroom.figures.counts import Counts
from showroom.figures.cuts import MomentRow, Slice, Step
from showroom.figures.definitions import DEFINITIONS
from showroom.figures.figures import Figure, extra, figure, show
from showroom.figures.monthbook import MONTHS, month_name
from showroom.figures.tables import CLOSING, OPENING, WEEKDAYS
from showroom.i18n import N_, _
from showroom.store.models import Level, Status

STEPS = (*cuts.STEPS[:3], ("quoted", N_("Quoted a price")), *cuts.STEPS[3:])
"""The funnel on the screen has the offer between drive and order (DOMAIN §7.3)."""
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
    DAYS = "days"


class Versus(StrEnum):
    """What a time is compared with: the one before it, or the same one a year ago."""

    BEFORE = "before"
    YEAR = "year"


SPANS = {
    Span.DAY: N_("Daily"),
    Span.WEEK: N_("Weekly"),
    Span.MONTH: N_("Monthly"),
    Span.QUARTER: N_("Quarterly"),
    Span.YEAR: N_("Yearly"),
    Span.DAYS: N_("From–to"),
}
_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
YEAR_OF_WEEKS = 364
"""So many days ago was the same weekday of the year before."""


class Asked(NamedTuple):
    """Which time is looked at: the span that `day` lies in, of days from `day` to `until`."""

    span: Span
    day: date
    until: date | None = None
    versus: Versus = Versus.BEFORE


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


class LevelRow(NamedTuple):
    """How many customers were open at a level before the time, and are at its end."""

    level: Level
    label: str
    before: int
    now: int
    ids: list[int]


class Overview(NamedTuple):
    """All that the page shows; `before` are the figures of the earlier time, by code.

    `words` are what is worth a word with a consultant, `targets` those of the shop for a month.
    `hours[weekday][n]` are the parties of the hour `first_hour + n`, Monday first.
    """

    first: date
    last: date
    start: date
    end: date
    figures: dict[str, Figure]
    before: dict[str, Figure]
    bars: list[Bar]
    steps: list[Step]
    moments: list[MomentRow]
    first_hour: int
    hours: list[list[int]]
    consultants: list[Slice]
    levels: list[LevelRow]
    words: dict[int, list[str]]
    targets: dict[str, float]

    def target(self, code: str) -> str:
        """The target of a figure as it is read; "" without one."""
        return show(self.targets[code], self.figures[code].kind) if code in self.targets else ""


# --- which days


def bounds(span: Span, day: date) -> tuple[date, date]:
    """First and last day of the week (from Monday), month, … that `day` lies in."""
    if span is Span.DAY:
        return day, day
    if span is Span.WEEK:
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    months = _MONTHS[span]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)


def step(span: Span, day: date, by: int) -> date:
    """The first day of the span so many spans later, or earlier below 0."""
    first, _last = bounds(span, day)
    if span in (Span.DAY, Span.WEEK):
        return first + timedelta(days=by * (1 if span is Span.DAY else 7))
    return add_months(first, by * _MONTHS[span])


def before(
    span: Span, first: date, last: date, versus: Versus = Versus.BEFORE
) -> tuple[date, date]:
    """The same part of the span before, so that half a month is not beside a whole one.

    A year ago days and weeks are those of the same weekdays, of any days the same dates.
    """
    if versus is Versus.YEAR:
        return _year_ago(span, first, last)
    if span is Span.DAYS:
        return first - (last - first) - timedelta(days=1), first - timedelta(days=1)
    start = step(span, first, -1)
    _start, end = bounds(span, start)
    if last == bounds(span, first)[1]:
        return start, end
    return start, min(end, start + (last - first))


def _year_ago(span: Span, first: date, last: date) -> tuple[date, date]:
    if span in (Span.DAY, Span.WEEK):
        ago = timedelta(days=YEAR_OF_WEEKS)
        return first - ago, last - ago
    start = add_months(first, -12)
    if span is Span.DAYS:
        return start, add_months(last, -12)
    _start, end = bounds(span, start)
    whole = last == bounds(span, first)[1]
    return start, end if whole else min(end, start + (last - first))


def name(span: Span, day: date, until: date | None = None) -> str:
    """What the span that `day` lies in is called; of days from when until when."""
    if span is Span.DAYS:
        return f"{day:%Y-%m-%d} – {until or day:%Y-%m-%d}"
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


def look(session: Session, asked: Asked, today: date) -> Overview:
    """The time that is asked for, up to today, beside the same part of the earlier one."""
    span = asked.span
    first, last = shown(asked, today)
    start, end = before(span, first, last, asked.versus)
    days = cuts.by_day(session, first, last)
    counted = _sum(days)
    earlier = counts.whole(session, start, end)
    found = cuts.by_hour(session, first, last)
    people = cuts.by_consultant(session, first, last)
    said = diagnosis.of_consultants(session, first, last, people)
    busy = [hour for _weekday, hour in found]
    hours = range(min([OPENING, *busy]), max([CLOSING - 1, *busy]) + 1)
    return Overview(
        first,
        last,
        start,
        end,
        _figures(session, first, last, counted),
        _figures(session, start, end, earlier),
        _bars(days) if first != last else _hours(first, hours, found),
        cuts.funnel(counted, STEPS),
        cuts.by_moment(session, first, last),
        hours[0],
        [[found.get((weekday, hour), 0) for hour in hours] for weekday in range(7)],
        people,
        levels(session, first, last),
        {id: [one.said for one in found] for id, found in said.items()},
        _targets(session, first) if span is Span.MONTH else {},
    )


def _targets(session: Session, month: date) -> dict[str, float]:
    """What the month is to bring, by figure: of a rate between 0 and 1."""
    wanted = targets.load(session, month)
    return {
        code: value / 100 if targets.is_share(code) else value
        for (who, code), value in wanted.items()
        if who is None
    }


def levels(session: Session, first: date, last: date) -> list[LevelRow]:
    """The open customers by level, at 00:00 of the first day and at the end of the last.

    What a month began with is what was frozen then (DOMAIN §7.4).
    """
    shop = settings.load(session)
    was = openings.of_month(session, first) if first.day == 1 else openings.rebuilt(session, first)
    now: dict[Level, list[int]] = {}
    for id, state in openings.states(session, last + timedelta(days=1)).items():
        if state.status is Status.OPEN:
            now.setdefault(state.level, []).append(id)
    return [
        LevelRow(
            level,
            shop.letter(level),
            was.of_level(level),
            len(now.get(level, ())),
            sorted(now.get(level, ())),
        )
        for level in Level
        if level is not Level.ORDERED
    ]


def shown(asked: Asked, today: date) -> tuple[date, date]:
    """First and last day that are counted: nothing after today, unless all of it is to come."""
    first, last = asked.day, asked.until or asked.day
    if asked.span is not Span.DAYS:
        first, last = bounds(asked.span, asked.day)
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
