"""A plan is written whole or not at all, and taken back; anything at all is read."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import func, select

from showroom import i18n
from showroom.errors import Cancelled
from showroom.people import customers, promises, timeline
from showroom.progress import Progress
from showroom.sheets import apply as applying
from showroom.sheets import read as reading
from showroom.sheets import template
from showroom.sheets.plan import Outcome
from showroom.sheets.read import ErrorCell
from showroom.store import check, journal
from showroom.store.models import (
    Customer,
    FollowUp,
    ImportRow,
)
from tests.showroom.sheet_kit import (
    DEAL,
    NOW,
    PERSON,
    TODAY,
    VISIT,
    all_of,
    book,
    bring_in,
    person,
    plan,
    visit,
)
from tests.showroom.test_sheets_samples import rows_of_all


@pytest.fixture
def db(db):
    db.clock = lambda: NOW
    return db


# --- writing


def test_what_was_typed_since_the_plan_was_made_counts(db):
    source = book(PERSON, person(客户姓名="张伟", 手机号="13800138000", 生日="1990-01-01"))
    planned = plan(db, source)
    with db.write() as session:
        customers.add(session, name="张伟", phone="13800138000", now=NOW, today=TODAY)
    result = applying.apply(db, planned)
    assert (result.counts[Outcome.NEW], result.counts[Outcome.FILLED]) == (0, 1)
    assert len(all_of(db, Customer)) == 1


def test_a_plan_that_was_written_is_not_written_twice(db):
    planned = plan(db, book(PERSON, person(客户姓名="张伟", 手机号="13800138000")))
    applying.apply(db, planned)
    result = applying.apply(db, planned)
    assert result.action_id is None
    assert len(all_of(db, Customer)) == 1


def test_cancelling_leaves_the_file_as_it_was(db):
    planned = plan(db, book(PERSON, person(客户姓名="张伟", 手机号="13800138000")))
    before = rows_of_all(db)
    steps: list[int] = []

    def stop(done: int, total: int) -> None:
        steps.append(done)
        if len(steps) == 4:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        applying.apply(db, planned, progress)
    assert rows_of_all(db) == before
    assert applying.apply(db, planned).counts[Outcome.NEW] == 1


def test_undo_keeps_what_was_edited_since_and_names_it(db):
    result = applying.apply(
        db,
        plan(
            db,
            book(
                PERSON,
                person(客户姓名="张伟", 手机号="13800138000"),
                person(客户姓名="李娜", 手机号="13800138001"),
            ),
        ),
    )
    edited = all_of(db, Customer)[0].id
    with db.write() as session:
        customers.change(session, edited, address="福田")
    with db.write() as session:
        undone = journal.undo(session, result.action_id)
    assert ("customer", edited) in {(row.table, row.id) for row in undone.kept}
    assert [customer.name for customer in all_of(db, Customer)] == ["张伟"]


def test_undo_and_redo_of_an_import_bring_it_back_whole(db):
    applying.apply(db, plan(db, book(VISIT, visit(客户姓名="张伟", 电话="13800138000"))))
    after = rows_of_all(db, journaled=True)
    with db.write() as session:
        journal.undo(session)
    with db.write() as session:
        journal.redo(session)
    assert rows_of_all(db, journaled=True) == after


def test_the_row_is_kept_as_it_stood_also_when_it_was_refused(db):
    bring_in(
        db,
        PERSON,
        person(客户姓名="张伟", 手机号="13800138000"),
        person(客户姓名="李娜", 手机号="1380013"),
        [],
    )
    rows = all_of(db, ImportRow)
    assert [(row.row, row.outcome) for row in rows] == [(1, "ignored"), (2, "new"), (3, "refused")]
    assert json.loads(rows[2].cells)[:2] == ["李娜", "1380013"]
    assert "4 are missing" in rows[2].reason


def test_an_import_keeps_the_rules_of_the_business(db):
    bring_in(
        db,
        VISIT,
        visit(客户姓名="张伟", 电话="13800138000", 级别="O"),
        visit(day="2026-10-05", to="", 客户姓名="张伟", 电话="13800138000"),
    )
    bring_in(db, PERSON, person(客户姓名="李娜", 微信号="li"))
    assert check.check(db) == []
    with db.read() as session:
        for customer in session.scalars(select(Customer)):
            assert customer.status in promises.CONTACTED


# --- the template


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_template_is_read_by_ourselves(db, tmp_path, language):
    i18n.use(language)
    template.save(tmp_path / "模板.xlsx")
    planned = plan(db, reading.read(tmp_path / "模板.xlsx"))
    assert [sheet.kind for sheet in planned.sheets] == ["customers", "visits", "deals"]
    assert [sheet.unread for sheet in planned.sheets] == [[], [], []]
    assert planned.counts[Outcome.IGNORED] == len(planned.rows) == 9
    assert not planned.changes


# --- anything at all


CELLS = st.one_of(
    st.just(""),
    st.sampled_from(
        ["张伟", "李娜", "张先生", "未留", "合计", "〃", "（示例）张三", "13800138000"]
    ),
    st.sampled_from(
        ["1380013", "10:00", "9：30", "25:00", "2026-10-01", "10.2", "是", "H", "微信"]
    ),
    st.sampled_from([1.0, 2.0, 0.5, 46296.0, 13800138001.0, 21.8, 218000.0, True]),
    st.builds(ErrorCell, st.just("#N/A")),
    st.text(max_size=6),
)


@pytest.mark.slow
@trying(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from([VISIT, PERSON, DEAL]), st.data())
def test_whatever_the_sheet_every_row_is_accounted_for_and_all_can_be_taken_back(db, head, data):
    body = data.draw(st.lists(st.lists(CELLS, max_size=len(head)), max_size=12))
    rows = [["登记表 2026年10月"], head, *body]
    before = rows_of_all(db, journaled=True)
    planned = plan(db, book(*rows))
    assert len(planned.rows) == sum(planned.counts.values()) == len(rows)
    assert all(row.reason and row.column for row in planned.refused)
    result = applying.apply(db, planned)
    after = rows_of_all(db, journaled=True)
    again = applying.apply(db, plan(db, book(*rows)))
    assert again.action_id is None
    assert again.counts[Outcome.NEW] == again.counts[Outcome.FILLED] == 0
    assert rows_of_all(db, journaled=True) == after
    with db.read() as session:
        without = session.scalar(
            select(func.count())
            .select_from(Customer)
            .where(
                Customer.status.in_(promises.CONTACTED),
                Customer.do_not_contact.is_(False),
                Customer.id.not_in(select(FollowUp.customer_id)),
            )
        )
    assert without == 0
    if result.action_id is not None:
        with db.write() as session:
            assert journal.undo(session, result.action_id).kept == []
    assert rows_of_all(db, journaled=True) == before


def test_the_customer_s_timeline_shows_the_row_of_the_file_he_came_from(db):
    bring_in(
        db, PERSON, person(客户姓名="张伟", 手机号="13800138000", 备注="要白色"), file="车展.xlsx"
    )
    with db.read() as session:
        told = [entry.detail for entry in timeline.of_customer(session, 1)]
    assert any(
        said.endswith("车展.xlsx Sheet1 row 2: 张伟 · 13800138000 · 要白色") for said in told
    ), told
