"""What a plan would do to the months is what it does to them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from showroom import dates
from showroom.figures import counts, effect
from tests import builders as make
from tests.showroom.sheet_kit import VISIT, book, bring_in, plan, visit


def numbers(db: Any, source: Any) -> dict[date, dict[str, tuple[Any, Any]]]:
    """The numbers that would move, by month."""
    planned = plan(db, source)
    with db.read() as session:
        found = effect.effect(session, planned)
    return {one.first: {n.code: (n.before, n.after) for n in one.numbers} for one in found.months}


def counted(db: Any, first: date) -> counts.Counts:
    with db.read() as session:
        return counts.whole(session, first, dates.add_months(first, 1) - timedelta(days=1))


def test_the_effect_on_a_month_is_what_the_import_does_to_it(db):
    make.stop_clock(db)
    zhang = {"客户姓名": "张伟", "电话": "13800138001"}
    bring_in(db, VISIT, visit(day="2026-10-01", **zhang, **{"F/S": "F"}))
    rows = [
        visit(day="2026-10-02", at="9:00", **zhang, **{"F/S": "S"}),
        visit(
            day="2026-10-02", at="9:30", 人数=3, 客户姓名="李娜", 电话="13800138002", 试乘试驾="Y"
        ),
        visit(day="2026-10-02", at="15:00", 客户姓名="李娜", 电话="13800138002"),
        visit(day="2026-10-03", 人数=2, 客户姓名="不留名", **{"F/S": "F"}),
        visit(day="2026-09-03", 客户姓名="王芳", 电话="13800138003", 试乘试驾="Y"),
    ]
    told = numbers(db, book(VISIT, *rows))
    before = {first: counted(db, first) for first in told}
    bring_in(db, VISIT, *rows)
    assert list(told) == [date(2026, 10, 1), date(2026, 9, 1)]
    for first, moved in told.items():
        was, now = before[first], counted(db, first)
        for code in ("parties", "people", "first", "left", "drives"):
            pair = moved.get(code, (getattr(was, code),) * 2)
            assert pair == (getattr(was, code), getattr(now, code)), (first, code)
    assert told[date(2026, 10, 1)]["first"] == (1, 3)
    assert told[date(2026, 10, 1)]["left"] == (1, 2)
