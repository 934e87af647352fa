"""The form of levels comes back (DOMAIN §1.3): its last word is the level of today, and what is
written into a day that is over changes nothing and says where it is corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from showroom import dates
from showroom.figures import papers
from showroom.figures.papers import Ask, Paper
from showroom.guard import exports
from showroom.people import customers
from showroom.sheets import apply as applying
from showroom.sheets import read, stamps
from showroom.sheets.plan import Plan, Row
from showroom.store import journal
from showroom.store.models import Customer, Level
from tests import builders as make

pytestmark = pytest.mark.language("zh_CN")
STAYS = "之前那天的级别不改：之后又定过级别。"


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 2, 30, tzinfo=UTC)


@pytest.fixture
def prospect(db):
    """He came on the 5th (C), came again on the 12th (B); today is the 18th."""
    for day, level in ((5, Level.QUARTER), (12, Level.MONTH)):
        db.clock = lambda day=day: at(day)
        with db.write() as session:
            make.a_visit(session, now=at(day), name="张伟", phone="13800138000", level=level)
    make.stop_clock(db)
    with db.read() as session:
        return session.scalar(Customer.__table__.select().with_only_columns(Customer.id))


def written(db: Any, path: Path, **cells: str) -> Plan:
    """Let the form leave, write into the row of the prospect, and look at it again."""
    if not path.exists():
        with exports.leaving(db, "levels", path) as session:
            month = date(2026, 11, 1)
            papers.save(session, Ask(Paper.LEVELS, month, make.TODAY), path, now=make.NOW)
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    first = next(n for n, row in enumerate(rows) if any(map(stamps.read, row)))
    heads = {str(c): n for row in rows[first - 2 : first] for n, c in enumerate(row) if c}
    for heading, text in cells.items():
        page.cell(first + 1, heads[heading.removeprefix("on")] + 1).value = text
    book.save(path.with_stem("edited"))
    return applying.look(db, read.read(path.with_stem("edited")))


def row(planned: Plan) -> Row:
    (found,) = [one for one in planned.rows if one.stamp is not None]
    return found


def level(db: Any, id: int) -> Level:
    with db.read() as session:
        return session.get_one(Customer, id).level


def test_the_form_says_what_he_was_rated_on_each_day(db, prospect, tmp_path):
    planned = written(db, tmp_path / "levels.xlsx")
    said = openpyxl.load_workbook(tmp_path / "levels.xlsx").worksheets[0]
    cells = [str(cell.value) for line in said.iter_rows() for cell in line if cell.value]
    assert {"C", "B"} <= set(cells)
    assert not planned.changes


@pytest.mark.parametrize("where", ["on12", "on16", "促进结果"])
def test_the_last_word_is_the_level_of_today(db, prospect, tmp_path, where):
    planned = written(db, tmp_path / "levels.xlsx", **{where: "A"})
    assert set(row(planned).changes) == {"level"}
    assert row(planned).reason == ""
    applying.apply(db, planned)
    assert level(db, prospect) is Level.FORTNIGHT
    assert not applying.look(db, read.read(tmp_path / "edited.xlsx")).changes


@pytest.mark.parametrize("where", ["on5", "级别", "on8"])
def test_a_day_that_is_over_is_history(db, prospect, tmp_path, where):
    planned = written(db, tmp_path / "levels.xlsx", **{where: "A"})
    assert not planned.changes
    assert row(planned).reason.startswith(STAYS)
    assert "促进结果" in row(planned).reason


def test_a_day_that_has_not_come_says_nothing(db, prospect, tmp_path):
    planned = written(db, tmp_path / "levels.xlsx", on25="A")
    assert not planned.changes
    assert row(planned).reason == "还没到的日子不能定级别，这一格没有导入。"
    both = written(db, tmp_path / "levels.xlsx", on25="A", on16="H")
    assert set(row(both).changes) == {"level"}


def test_beside_the_last_word_an_earlier_day_is_told(db, prospect, tmp_path):
    planned = written(db, tmp_path / "levels.xlsx", on5="A", on16="H")
    assert set(row(planned).changes) == {"level"}
    assert row(planned).reason.startswith(STAYS)
    applying.apply(db, planned)
    assert level(db, prospect) is Level.WEEK


def test_what_the_desk_rated_later_counts(db, prospect, tmp_path):
    written(db, tmp_path / "levels.xlsx")
    db.clock = lambda: at(19)
    with db.write() as session:
        customers.set_level(session, prospect, Level.WEEK, today=dates.local_day(at(19)))
    planned = written(db, tmp_path / "levels.xlsx", on16="A")
    assert not planned.changes
    assert row(planned).reason.startswith(STAYS)
    later = written(db, tmp_path / "levels.xlsx", on19="A")
    assert set(row(later).changes) == {"level"}


def test_a_level_that_was_undone_does_not_stand_in_the_way(db, prospect, tmp_path):
    applying.apply(db, written(db, tmp_path / "levels.xlsx", on16="A"))
    with db.write() as session:
        journal.undo(session)
    planned = written(db, tmp_path / "levels.xlsx", on16="H")
    assert row(planned).reason == ""
    applying.apply(db, planned)
    assert level(db, prospect) is Level.WEEK
