"""Which days a look shows, what stands beside them, and what a bar stands for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from showroom.door import reception
from showroom.figures import overview
from showroom.figures.overview import Asked, Span, Versus
from tests import builders as b

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("span", "first", "last", "name"),
    [
        (Span.DAY, "2026-11-21", "2026-11-21", "2026-11-21 Sat"),
        (Span.WEEK, "2026-11-16", "2026-11-22", "2026-11-16 – 11-22"),
        (Span.MONTH, "2026-11-01", "2026-11-30", "November 2026"),
        (Span.QUARTER, "2026-10-01", "2026-12-31", "Quarter 4 of 2026"),
        (Span.YEAR, "2026-01-01", "2026-12-31", "Year 2026"),
    ],
)
def test_the_bounds_and_the_name_of_a_time(span: Span, first: str, last: str, name: str) -> None:
    found = overview.bounds(span, SATURDAY)
    assert tuple(day.isoformat() for day in found) == (first, last)
    assert overview.name(span, SATURDAY) == name
    later = overview.step(span, SATURDAY, 1)
    assert later == found[1] + timedelta(days=1)
    assert overview.step(span, later, -1) == found[0]


def test_half_a_month_stands_beside_half_a_month() -> None:
    first, last = overview.bounds(Span.MONTH, date(2026, 3, 1))
    assert overview.before(Span.MONTH, first, last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert overview.before(Span.MONTH, first, date(2026, 3, 10)) == (
        date(2026, 2, 1),
        date(2026, 2, 10),
    )
    assert overview.before(Span.MONTH, first, date(2026, 3, 30))[1] == date(2026, 2, 28)


def test_a_look_ends_today_and_compares(db: Any) -> None:
    with db.write() as session:
        b.a_member(session)
        b.a_visit(session, name="张伟", phone=b.a_phone())
        b.a_visit(session, now=b.later(days=-31), people=4)
        found = overview.look(session, Asked(Span.MONTH, b.TODAY), b.TODAY)
    assert (found.first, found.last) == (date(2026, 11, 1), b.TODAY)
    assert (found.figures["people"].value, found.before["people"].value) == (2, 4)
    assert len(found.bars) == 18
    assert (found.bars[-1].walk_ins, found.bars[-1].left) == (1, 1)
    assert found.bars[-1].name == "11-18 Wed"
    assert [step.number for step in found.steps[:2]] == [1, 1]
    assert sum(map(sum, found.hours)) == 1


def test_the_bars_of_long_times_are_weeks_and_months(db: Any) -> None:
    with db.write() as session:
        for days in (0, -7, -40, -300):
            visit = b.a_visit(session, now=b.later(days=days))
            reception.leave(session, visit, at=b.later(days=days, minutes=5))
        quarter = overview.look(session, Asked(Span.QUARTER, b.TODAY), b.TODAY)
        year = overview.look(session, Asked(Span.YEAR, b.TODAY), b.TODAY)
        day = overview.look(session, Asked(Span.DAY, b.TODAY), b.TODAY)
    assert [bar.walk_ins for bar in quarter.bars] == [0, 1, 0, 0, 0, 0, 1, 1]
    assert (quarter.bars[0].first, quarter.bars[0].last) == (date(2026, 10, 1), date(2026, 10, 4))
    assert [bar.label for bar in year.bars] == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov".split()
    assert sum(bar.walk_ins for bar in year.bars) == 4
    assert [bar.walk_ins for bar in day.bars if bar.walk_ins] == [1]
    assert {bar.left for bar in day.bars} == {None}


def test_a_time_to_come_is_whole(db: Any) -> None:
    with db.read() as session:
        found = overview.look(session, Asked(Span.MONTH, date(2027, 1, 5)), b.TODAY)
    assert found.last == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("span", "first", "last", "start", "end"),
    [
        (Span.DAY, "2026-11-21", "2026-11-21", "2025-11-22", "2025-11-22"),  # a Saturday, too
        (Span.WEEK, "2026-11-16", "2026-11-22", "2025-11-17", "2025-11-23"),
        (Span.MONTH, "2028-02-01", "2028-02-29", "2027-02-01", "2027-02-28"),
        (Span.MONTH, "2026-11-01", "2026-11-10", "2025-11-01", "2025-11-10"),
        (Span.QUARTER, "2026-10-01", "2026-12-31", "2025-10-01", "2025-12-31"),
        (Span.YEAR, "2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"),
        (Span.DAYS, "2026-11-03", "2026-11-12", "2025-11-03", "2025-11-12"),
    ],
)
def test_a_year_ago_is_the_same_time(
    span: Span, first: str, last: str, start: str, end: str
) -> None:
    found = overview.before(span, date.fromisoformat(first), date.fromisoformat(last), Versus.YEAR)
    assert tuple(day.isoformat() for day in found) == (start, end)


def test_any_days_stand_beside_as_many_before() -> None:
    first, last = date(2026, 11, 3), date(2026, 11, 12)
    found = overview.before(Span.DAYS, first, last)
    assert found == (date(2026, 10, 24), date(2026, 11, 2))
    assert overview.name(Span.DAYS, first, last) == "2026-11-03 – 2026-11-12"
