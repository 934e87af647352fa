"""Every list and form that leaves comes back: untouched nothing changes, one cell is one change."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from showroom import dates, i18n, settings
from showroom.errors import ShowroomError
from showroom.figures import (
    class_lists,
    complaints,
    introductions,
    ledgers,
    listings,
    losses,
    monthbook,
    papers,
    registers,
    surveys,
)
from showroom.figures.listings import Of
from showroom.figures.papers import Ask, Paper
from showroom.guard import exports
from showroom.people import value
from showroom.sheets import plan as planning
from showroom.sheets import read as reading
from showroom.sheets import stamps
from showroom.sheets.plan import Outcome, Plan
from showroom.store import models
from showroom.store.db import Database
from tests.amounts import slow_but
from tests.showroom.filled_kit import filled, ids_of

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
TODAY = dates.local_day(NOW)
FIRST = TODAY.replace(day=1)
Job = Callable[[Any, Path], object]


@pytest.fixture(scope="module")
def house(new_desk):
    """Nobody writes into it here."""
    with filled(new_desk, 60, NOW) as db:
        yield db


def _paper(paper: Paper) -> Job:
    def save(session: Any, path: Path) -> None:
        visit, deal, customer = models.Visit, models.Deal, models.Customer
        day = session.scalar(
            select(visit.day)
            .where(visit.customer_id.is_not(None), visit.kind == models.VisitKind.WALK_IN)
            .order_by(visit.day.desc())
        )
        of_day = papers.FORMS[paper].time == "day"
        owners = session.scalars(select(deal.customer_id).order_by(deal.id)).all()
        open_ = session.scalars(select(customer.id).where(customer.status == "open")).all()
        ids = owners[:3] if paper is Paper.OWNER else open_[:3]
        first, last = (day, day) if of_day else (FIRST, TODAY)
        papers.save(session, Ask(paper, first, last, ids=ids), path, now=NOW)

    return save


def _list(of: Of) -> Job:
    return lambda session, path: listings.save(session, of, ids_of(session, of), path, today=TODAY)


def _classes(session: Any, path: Path) -> None:
    borders = value.borders(session, settings.load(session), today=TODAY)
    class_lists.save(session, "A", ids_of(session, Of.CUSTOMERS), borders, path, today=TODAY)


LEAVING: dict[str, Job] = {
    **{f"paper {paper.value}": _paper(paper) for paper in Paper},
    **{f"list {of.value}": _list(of) for of in Of},
    "customers": registers.customers,
    "visits": lambda session, path: registers.visits(session, FIRST, TODAY, path),
    "losses": lambda session, path: losses.save(session, FIRST, TODAY, path),
    "surveys": lambda session, path: surveys.save(session, FIRST, TODAY, path),
    "complaints": lambda session, path: complaints.save(session, FIRST, TODAY, path, now=NOW),
    "introductions": lambda session, path: introductions.save(session, FIRST, TODAY, path),
    "gifts": lambda session, path: ledgers.save(
        ledgers.gift_ledger(session, FIRST, TODAY), session, path
    ),
    "classes": _classes,
    "month": lambda session, path: monthbook.write_month(
        session, month=f"{TODAY:%Y-%m}", path=path, now=NOW
    ),
}
ONE_BOOK = ("month", "paper prospect", "paper owner")


def out(db: Database, what: str, path: Path) -> Path:
    with exports.leaving(db, what, path) as session:
        LEAVING[what](session, path)
    return path


def looked_at(db: Database, path: Path) -> Plan | None:
    """The plan of a file; nothing where it holds no list that could come in."""
    book = reading.read(path)
    try:
        with db.read() as session:
            return planning.plan(session, book, today=TODAY, now=NOW)
    except ShowroomError:
        return None


LEAVES = [
    (what, ending, language)
    for what in LEAVING
    for ending in ("xlsx", "csv")
    for language in ("zh_CN", "en")
    if ending == "xlsx" or what not in ONE_BOOK
]
ALL_DAY = [  # every third list in the usual way, and one in every way
    leaves
    for number, leaves in enumerate(LEAVES)
    if leaves[0] == "customers" or (leaves[1:] == ("xlsx", "zh_CN") and number % 3 == 0)
]


@pytest.mark.parametrize(("what", "ending", "language"), slow_but(ALL_DAY, LEAVES))
def test_what_left_and_comes_back_untouched_changes_nothing(
    house, tmp_path, what, ending, language
):
    i18n.use(language)
    made = looked_at(house, out(house, what, tmp_path / f"out.{ending}"))
    if made is None:
        assert not what.startswith("paper")
        return
    assert not made.changes
    if what.startswith("paper") or what in ("customers", "visits", "list deals"):
        assert made.counts[Outcome.SAME]
        assert not made.counts[Outcome.REFUSED]


#: What is written into which column of a form, and the one fact that changes by it
EDITS = [
    ("paper traffic", "级别", "A", "level"),
    ("paper traffic", "备注", "要白色", "note"),
    ("paper traffic", "F/S", "S", "again"),
    ("paper visitors", "意向级别", "A", "level"),
    ("paper visitors", "颜色", "黑色", "colour_id"),
    ("paper visitors", "来店人数", 9, "people"),
    ("paper dms", "意向级别", "A", "level"),
    ("paper dms", "经过情形", "看了两台车", "course"),
    ("paper dms", "意向报价", 123456, "offer"),
    ("paper log", "客户级别", "A", "level"),
    ("paper levels", "促进结果", "A", "level"),
    ("paper levels", "20", "A", "level"),
    ("paper report", "现在", "A", "level"),
    ("paper report", "车型", "仰望U9", "model_id"),
    ("paper prospect", "级别", "A", "level"),
    ("paper prospect", "地址", "福田区 1 号", "address"),
    ("paper owner", "备注", "常来保养", "note"),
    ("customers", "级别", "A", "level"),
    ("list customers", "备注", "要白色", "note"),
    ("visits", "客户级别", "A", "level"),
    ("list visits", "人数", 9, "people"),
    ("list deals", "成交价", 123456, "price"),
    ("list deals", "订金", 4321, "deposit"),
    ("list deals", "车型", "仰望U9", "model_id"),
    ("list deals", "颜色", "黑色", "colour_id"),
    ("list deals", "顾问", "张倩", "consultant_id"),
    ("list deals", "客户", "欧阳长河", "name"),
]


def _heads(rows: list[list[Any]]) -> tuple[int, dict[str, int]]:
    """The first row with a mark, and the columns by the headings above it."""
    first = next(at for at, row in enumerate(rows) if any(map(stamps.read, row)))
    heads: dict[str, int] = {}
    for row in rows[max(0, first - 2) : first]:
        heads |= {str(cell).strip(): place for place, cell in enumerate(row) if cell is not None}
    return first, heads


def _write(path: Path, heading: str, text: Any) -> None:
    """Write into the first row that says something else, or into the box of a card."""
    if path.suffix == ".csv":
        rows: list[list[Any]] = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        at, place = _where(rows, heading, str(text))
        rows[at][place] = str(text)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    if path.stem == "card":
        at, place = next(
            (at, row.index(heading) + 1) for at, row in enumerate(rows) if heading in row
        )
    else:
        at, place = _where(rows, heading, text)
    page.cell(at + 1, place + 1).value = text
    book.save(path)


def _where(rows: list[list[Any]], heading: str, text: Any) -> tuple[int, int]:
    """The first marked row that says something else, of who did not buy and did not go; of deals
    one that is open."""
    first, heads = _heads(rows)
    place = heads[heading]
    gone = {"已交车", "已退订"} if "成交价" in heads else _GONE
    return next(
        (at, place)
        for at, row in enumerate(rows[first:], first)
        if any(map(stamps.read, row)) and row[place] != text and not gone & {*map(str, row)}
        if heading != "F/S" or row[place]
    )


_GONE = {"保有", "已订", "战败", "休眠", "无效", "O"}


EDITED = [
    (*edit, ending)
    for edit in EDITS
    for ending in ("xlsx", "csv")
    if ending == "xlsx" or edit[0] not in ONE_BOOK
]
FIRSTS = {edit[0]: edit for edit in reversed(EDITS)}.values()  # one of each list
ONCE = [
    edit for edit in EDITED if (edit[:-1] in FIRSTS and edit[-1] == "csv") or edit[0] in ONE_BOOK
]


@pytest.mark.language("zh_CN")
@pytest.mark.parametrize(("what", "heading", "value", "fact", "ending"), slow_but(ONCE, EDITED))
def test_one_edited_cell_is_exactly_that_change(
    house, tmp_path, what, heading, value, fact, ending
):
    path = out(house, what, tmp_path / f"{'card' if what in ONE_BOOK else 'list'}.{ending}")
    _write(path, heading, value)
    made = looked_at(house, path)
    assert [set(row.changes) for row in made.rows if row.changes] == [{fact}]
    assert made.changes
    assert not made.counts[Outcome.NEW]


@pytest.mark.language("zh_CN")
def test_the_levels_of_a_month_that_is_over_stay_as_they_were(house, tmp_path):
    def save(session, path):
        month = dates.add_months(FIRST, -1)
        papers.save(session, Ask(Paper.LEVELS, month, FIRST), path, now=NOW)

    path = tmp_path / "levels.xlsx"
    with exports.leaving(house, "levels", path) as session:
        save(session, path)
    assert not looked_at(house, path).changes
    _write(path, "促进结果", "A")
    made = looked_at(house, path)
    assert not made.changes
    (told,) = [row.reason for row in made.rows if "级别" in row.reason]
    assert "不随名单修改" in told


@pytest.mark.language("zh_CN")
def test_what_has_rules_of_its_own_is_said_and_not_changed(house, tmp_path):
    for what, heading, text in (
        ("paper traffic", "来店时间", "08:08"),
        ("paper visitors", "在店时段", "08:08–23:30"),
        ("paper dms", "试乘试驾", "是"),
    ):
        path = out(house, what, tmp_path / "list.xlsx")
        _write(path, heading, text)
        made = looked_at(house, path)
        told = [row for row in made.rows if "不随名单修改" in row.reason]
        assert len(told) == 1, what
        assert not {"day", "arrived", "drive"} & set(told[0].changes)


@pytest.mark.parametrize("what", ["paper traffic", "paper visitors", "paper report"])
def test_a_register_as_text_says_its_day_above_its_headings(house, tmp_path, what):
    path = out(house, what, tmp_path / "register.csv")
    title, head, *_rest = path.read_text("utf-8-sig").splitlines()
    assert title
    assert f"Date: {TODAY.year}-" in head
