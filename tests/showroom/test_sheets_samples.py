"""The six sample files come in as a careful person reads them: field by field against the keys."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from showroom import choices, dates, settings
from showroom.guard import staff
from showroom.sheets import apply as applying
from showroom.sheets import plan as planning
from showroom.sheets import read as reading
from showroom.sheets.plan import Outcome
from showroom.store import journal
from showroom.store.models import (
    Card,
    Customer,
    Deal,
    FollowUp,
    ImportBatch,
    ImportRow,
    Phone,
    Promise,
    Status,
    TestDrive,
    Visit,
    everything,
)
from tests.amounts import slow_but
from tests.stories import once

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
pytestmark = pytest.mark.language("zh_CN")  # labels of the lists, as the keys have them
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
VISITS = ["来店客流登记表-2026-10.xlsx", "展厅客流日志-2026-10.xlsx", "展厅流量登记-DMS导出.xls"]
CUSTOMERS = ["客户导入模板.xlsx", "客户-GBK.csv"]
OWNERS = ["保有客户-2026-10.xlsx"]
ALL = VISITS + CUSTOMERS + OWNERS
ONE_OF_EACH = [VISITS[0], CUSTOMERS[0], OWNERS[0]]
# Rows of all sheets, down to the last with anything in it
ROWS = dict(zip(ALL, (184, 163, 161, 100, 100, 68), strict=True))
# The paper form has letters: M is WeChat and Douyin, E is passing by and walked in
LETTERED = {"抖音": "微信", "自然到店": "路过"}


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


def key(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (SAMPLES / name).with_suffix(".key.json").read_text("utf-8")
    )
    return found


def plan(db, name: str):
    book = reading.read(SAMPLES / name)
    with db.read() as session:
        return planning.plan(session, book, today=db.today(), now=db.now())


def bring_in(db, name: str):
    return applying.apply(db, plan(db, name))


def begin(db, name: str) -> None:
    db.clock = lambda: NOW
    bring_in(db, name)


def minute(moment: datetime) -> str:
    return dates.local(moment).strftime("%Y-%m-%dT%H:%M")


def national(number: str) -> str:
    return number.removeprefix("+86")


@pytest.mark.parametrize("name", VISITS)
def test_every_visit_of_the_sheet_is_in_the_file_as_its_key_says(db, name):
    once(db, begin, name)
    with db.read() as session:
        labels = choices.labels(session)
        names = staff.names(session)
        shop = settings.load(session)
        driven = set(session.scalars(select(TestDrive.visit_id)))
        numbers = dict(session.execute(select(Phone.customer_id, Phone.number)).all())
        visits = session.scalars(select(Visit).order_by(Visit.id)).all()
        found = [
            {
                "arrived": minute(v.arrived_at),
                "left": minute(v.left_at),
                "people": v.people,
                "again": v.again,
                "consultant": names[v.consultant_id],
                "name": v.name,
                "phone": national(numbers.get(v.customer_id, "")),
                "model": labels[v.model_id],
                "level": shop.letter(v.level),
                "channel": labels[v.channel_id],
                "drive": v.id in driven,
                "note": v.note,
            }
            for v in visits
        ]
    wanted = key(name)
    if "DMS" in name:  # has no column of people
        for visit in wanted:
            visit["people"] = 1
    if "登记表" in name:
        for visit in wanted:
            visit["channel"] = LETTERED.get(visit["channel"], visit["channel"])
    assert found == wanted


@pytest.mark.parametrize("name", VISITS)
def test_visits_with_a_phone_make_customers_with_their_days_and_a_next_contact(db, name):
    once(db, begin, name)
    days: dict[str, list[date]] = {}
    for visit in key(name):
        if visit["phone"]:
            days.setdefault(visit["phone"], []).append(date.fromisoformat(visit["arrived"][:10]))
    with db.read() as session:
        customers = session.scalars(select(Customer)).all()
        numbers = dict(session.execute(select(Phone.customer_id, Phone.number)).all())
        counted = select(FollowUp.customer_id, func.count()).group_by(FollowUp.customer_id)
        promised = dict(session.execute(counted).all())
        first = {national(numbers[c.id]): (c.first_visit_on, c.last_visit_on) for c in customers}
        assert first == {number: (min(on), max(on)) for number, on in days.items()}
        assert {c.status for c in customers} == {Status.OPEN}
        assert promised == {c.id: 1 for c in customers}
        assert all(due >= db.today() for due in session.scalars(select(FollowUp.due_on)))
        anonymous = session.scalar(
            select(func.count()).select_from(Visit).where(Visit.customer_id.is_(None))
        )
        assert anonymous == sum(1 for visit in key(name) if not visit["phone"])


@pytest.mark.parametrize("name", CUSTOMERS)
def test_every_customer_of_the_sheet_is_in_the_file_as_his_key_says(db, name):
    once(db, begin, name)
    fields = "name phone second_phone birthday level channel model consultant note".split()
    wanted = [{field: row[field] for field in fields} for row in key(name) if "birthday" in row]
    with db.read() as session:
        labels = choices.labels(session)
        names = staff.names(session)
        shop = settings.load(session)
        numbers: dict[int, list[str]] = {}
        for phone in session.scalars(select(Phone).order_by(Phone.position)):
            numbers.setdefault(phone.customer_id, []).append(national(phone.number))
        found = []
        for c in session.scalars(select(Customer).order_by(Customer.id)):
            phone, second = [*numbers[c.id], ""][:2]
            found.append(
                {
                    "name": c.name,
                    "phone": phone,
                    "second_phone": second,
                    "birthday": str(c.birthday),
                    "level": shop.letter(c.level).replace("N", ""),
                    "channel": labels[c.channel_id],
                    "model": labels[c.model_id],
                    "consultant": names[c.consultant_id],
                    "note": c.note,
                }
            )
    assert found == wanted


@pytest.mark.parametrize("name", OWNERS)
def test_every_deal_of_the_sheet_is_in_the_file_as_its_key_says(db, name):
    once(db, begin, name)
    wanted = [
        (
            row["name"],
            row["phone"],
            row["consultant"],
            row["model"],
            Decimal(row["deal"]["price"]),
            row["deal"]["vin"],
            row["deal"]["ordered"],
            row["deal"]["delivered"],
        )
        for row in key(name)
        if "deal" in row
    ]
    with db.read() as session:
        labels = choices.labels(session)
        names = staff.names(session)
        found = [
            (
                name,
                national(number),
                names[deal.consultant_id],
                labels[deal.model_id],
                deal.price,
                deal.vin,
                str(deal.ordered_on),
                str(deal.delivered_on),
            )
            for deal, name, number in session.execute(
                select(Deal, Customer.name, Phone.number)
                .join(Customer, Customer.id == Deal.customer_id)
                .join(Phone, Phone.customer_id == Customer.id)
                .order_by(Deal.id)
            )
        ]
        assert found == wanted
        assert set(session.scalars(select(Customer.status))) == {Status.OWNER}
        assert session.scalar(select(func.count()).select_from(Card)) == 0
        assert session.scalar(select(func.count()).select_from(FollowUp)) == 0


@pytest.mark.parametrize("name", ALL)
def test_every_source_row_is_accounted_for(db, name):
    planned = plan(db, name)
    counts = planned.counts
    assert sum(counts.values()) == len(planned.rows) == ROWS[name]
    assert counts[Outcome.REFUSED] == 0
    assert (
        counts[Outcome.NEW]
        == {"visits": 160, "customers": 97, "deals": 66}[planned.sheets[0].kind or ""]
    )
    assert len({row.place for row in planned.rows}) == len(planned.rows)
    assert all(row.reason for row in planned.rows if row.outcome is Outcome.IGNORED)


@pytest.mark.parametrize("name", slow_but(ONE_OF_EACH[:1], ALL))
def test_the_same_file_again_changes_nothing(db, name):
    first = bring_in(db, name)
    before = rows_of_all(db)
    again = bring_in(db, name)
    assert rows_of_all(db) == before
    assert again.action_id is None
    assert again.counts[Outcome.SAME] == first.counts[Outcome.NEW]
    assert again.counts[Outcome.IGNORED] == first.counts[Outcome.IGNORED]
    assert sum(again.counts.values()) == ROWS[name]


@pytest.mark.parametrize("name", slow_but(ONE_OF_EACH[:1], ALL))
def test_undo_takes_the_whole_import_back(db, name):
    before = rows_of_all(db, journaled=True)
    result = bring_in(db, name)
    assert rows_of_all(db, journaled=True) != before
    with db.write() as session:
        undone = journal.undo(session, result.action_id)
    assert undone.kept == []
    assert rows_of_all(db, journaled=True) == before


def test_the_three_registers_of_the_same_month_tell_the_same_visits(db):
    bring_in(db, VISITS[0])
    for name in VISITS[1:]:
        result = bring_in(db, name)
        assert result.counts[Outcome.NEW] == 0, name
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 160


def test_a_customer_list_after_the_visits_fills_what_is_not_known_yet(db):
    bring_in(db, VISITS[1])
    result = bring_in(db, CUSTOMERS[0])
    assert (result.counts[Outcome.FILLED], result.counts[Outcome.NEW]) == (97, 0)
    bring_in(db, OWNERS[0])
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 97
        owners = session.scalars(select(Customer.id).where(Customer.status == Status.OWNER)).all()
        assert len(owners) == len({row["phone"] for row in key(OWNERS[0]) if "deal" in row})
        waited_for = session.scalars(
            select(FollowUp.customer_id).where(FollowUp.rule == Promise.NEXT)
        ).all()
        assert not set(owners) & set(waited_for)
        assert len(owners) + len(waited_for) == 97


def test_the_source_of_every_row_is_kept_with_what_became_of_it(db):
    result = bring_in(db, CUSTOMERS[1])
    with db.read() as session:
        (batch,) = session.scalars(select(ImportBatch)).all()
        rows = session.scalars(select(ImportRow).order_by(ImportRow.row)).all()
        assert (batch.file_name, len(rows)) == ("客户-GBK.csv", 100)
        assert json.loads(batch.counts)["new"] == 97
        assert json.loads(rows[3].cells)[0] == "董雪"
        assert rows[3].customer_id is not None
        assert rows[2].outcome == "ignored"
        assert rows[2].reason
    assert result.plan.sheets[0].unread == []


def test_consultants_and_models_that_are_new_are_told_before_they_are_added(db):
    planned = plan(db, VISITS[1])
    assert sorted(planned.consultants) == ["孙悦", "李娜", "王强", "赵磊"]
    assert len(planned.models) == 8
    assert planned.channels == ["朋友介绍"]
    with db.read() as session:
        assert staff.everyone(session) == []


def rows_of_all(db, *, journaled: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables (of those an undo takes back: how sheets are read stays known)."""
    skip = {"action", "change", "sheet_layout", "sheet_word"} if journaled else set()
    with db.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table))]
            for table in everything().metadata.sorted_tables
            if table.name not in skip
        }
