"""The month's workbook: 3,000 visits in ≤ 3 s, 10,000 in ≤ 5 s; the floor is bare openpyxl.

While a thread writes it, the one beside it is never late by more than 50 ms; the floor is a thread
that does nothing but count.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from showroom.figures import monthbook
from showroom.sample import fill
from showroom.store import journal
from showroom.store.db import Database
from showroom.store.models import Visit
from tests.bench import desks
from tests.bench.measure import Measure, beat, in_turn, spin

NOW = datetime(2026, 10, 31, 14, 0, tzinfo=UTC)
LARGEST = 10_000
OCTOBER = Visit.day.between(date(2026, 10, 1), date(2026, 10, 31))


def run(quick: bool) -> list[Measure]:
    """A month of an ordinary showroom, and of the largest we know of."""
    measures = []
    for visits, most in ((30, 3.0),) if quick else ((3000, 3.0), (LARGEST, 5.0)):
        folder = desks.scratch() / f"month{visits}"
        db = desks.opened(folder)
        found = full(db, visits)
        path = folder / "month.xlsx"

        def ours(db: Database = db, path: Path = path) -> None:
            with db.read() as session:
                monthbook.write_month(session, "2026-10", path, now=NOW)

        ours()  # imports the libraries
        mine, its = in_turn(1 if quick else 5, ours, bare(path), unit=1)
        title = f"month's workbook, {found:,} visits"
        measures.append(Measure(title, mine, its, "s", (("median", most),)))
        if visits == LARGEST or quick:
            late = [beat(ours) for _run in range(1 if quick else 3)]
            floor = [beat(lambda: spin(0.1 if quick else 2.0)) for _run in late]
            measures.append(
                Measure("… longest stall beside it", late, floor, promises=(("median", 50.0),))
            )
        db.close()
    return measures


def full(db: Database, visits: int) -> int:
    """An October with so many visits: those of an invented showroom, as often as it takes."""
    with db.write() as session:
        fill.fill(session, customers=max(visits * 3 // 5, 20), months=1, seed=1, now=NOW)
    with db.write() as session:
        journal.act(session, "sample")
        rows = [
            {column.name: getattr(visit, column.name) for column in Visit.__table__.columns}
            for visit in session.scalars(select(Visit).where(OCTOBER))
        ]
        wanted = max(visits - len(rows), 0)
        copies = [
            {**row, "number": row["number"] + 1000 * (again + 1)}
            for again in range(wanted // len(rows) + 1)
            for row in rows
        ][:wanted]
        for row in copies:
            del row["id"]
        journal.insert_many(session, Visit, copies)
    with db.read() as session:
        return session.scalar(select(func.count(Visit.id)).where(OCTOBER)) or 0


def bare(source: Path) -> Callable[[], None]:
    """The same cells by openpyxl alone, without a look, streamed."""
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    read = CalamineWorkbook.from_path(source)
    tables = {name: read.get_sheet_by_name(name).to_python() for name in read.sheet_names}

    def write() -> None:
        book = Workbook(write_only=True)
        for name, rows in tables.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(source.with_name("bare.xlsx"))

    return write
