"""The month's workbook: 3,000 visits in 3 s, 10,000 in 5 s; the floor is bare openpyxl."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from showroom.figures import monthbook
from showroom.sample import fill
from showroom.store import journal
from showroom.store.models import Visit

pytestmark = pytest.mark.slow

NOW = datetime(2026, 10, 31, 14, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
RATIO = 1.0


def full(db, visits):
    """An October with so many visits: those of an invented showroom, as often as it takes."""
    with db.write() as session:
        fill.fill(session, customers=1800, months=1, seed=1, now=NOW)
        rows = [
            {column.name: getattr(visit, column.name) for column in Visit.__table__.columns}
            for visit in session.scalars(select(Visit).where(Visit.day.between(FIRST, LAST)))
        ]
        wanted, copies = visits - len(rows), []
        while len(copies) < wanted:
            copies += [row | {"number": row["number"] + 1000 + len(copies)} for row in rows]
        for row in copies:
            row.pop("id")
        journal.insert_many(session, Visit, copies[: max(0, wanted)])


def bare(path, source):
    """The same cells by openpyxl alone, without a look."""
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    read = CalamineWorkbook.from_path(source)
    tables = {name: read.get_sheet_by_name(name).to_python() for name in read.sheet_names}
    start = time.perf_counter()
    book = Workbook(write_only=True)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return time.perf_counter() - start


@pytest.mark.parametrize(("visits", "seconds"), [(3000, 3.0), (10_000, 5.0)])
def test_the_workbook_of_a_month(db, tmp_path, capsys, visits, seconds):
    full(db, visits)
    path = tmp_path / "month.xlsx"
    rounds = []
    for _round in range(3):
        start = time.perf_counter()
        with db.read() as session:
            monthbook.write_month(session, "2026-10", path, now=NOW)
        rounds.append((time.perf_counter() - start, bare(tmp_path / "bare.xlsx", path)))
    ours, floor = (min(times) for times in zip(*rounds, strict=True))
    with db.read() as session:
        found = session.scalars(select(Visit.id).where(Visit.day.between(FIRST, LAST))).all()
    with capsys.disabled():
        print(
            f"\nmonth of {len(found):,} visits: ours {ours:.2f} s, floor {floor:.2f} s, "
            f"ratio {ours / floor:.2f}; {path.stat().st_size / 1e6:.1f} MB"
        )
    assert len(found) >= visits
    assert ours <= seconds
    assert ours / floor <= RATIO
