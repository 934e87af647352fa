"""The journal: every write recorded with what it changed (DESIGN §4.12)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import delete, insert, update

from showroom.store import drafts, journal
from showroom.store.db import Database
from showroom.store.models import (
    Action,
    Customer,
    Deal,
    Level,
    Phone,
)
from tests import builders
from tests.builders import NOW, TODAY
from tests.showroom.journaled import (
    add,
    change,
    changes,
    customer,
    get,
    last,
    remove,
    tables,
    undo,
)


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def test_an_insert_is_recorded_with_all_its_columns(db):
    id = add(db, customer(level=Level.WEEK, birthday=date(1990, 2, 3)))
    (change,) = changes(db)
    assert (change.table_name, change.row_id, change.before) == ("customer", id, None)
    after = json.loads(change.after)
    assert after["name"] == "张伟"
    assert after["level"] == "week"
    assert after["birthday"] == "1990-02-03"
    assert after["title"] == ""
    assert after["consultant_id"] is None
    assert list(after) == list(Customer.__table__.columns.keys())


def test_an_update_is_recorded_with_what_changed_only(db):
    id = add(db, customer())
    change(db, Customer, id, name="张三", level=Level.MONTH)
    (found,) = changes(db)
    assert json.loads(found.before) == {"name": "张伟", "level": "unrated"}
    assert json.loads(found.after) == {"name": "张三", "level": "month"}


def test_a_delete_is_recorded_with_all_its_columns(db):
    id = add(db, customer(note="喜欢白色"))
    remove(db, Customer, id)
    (found,) = changes(db)
    assert found.after is None
    assert json.loads(found.before)["note"] == "喜欢白色"


def test_the_action_says_who_when_what_to_whom_and_why(db):
    id = add(db, customer())
    db.staff_id = 7
    with db.write() as session:
        row = session.get_one(Customer, id)
        journal.act(session, "set_status", row, why="买了竞品")
        journal.act(session, "set_level", None)  # the first name stays
        row.note = "x"
    action = get(db, Action, last(db))
    assert action.at == NOW
    assert (action.staff_id, action.verb, action.why) == (7, "set_status", "买了竞品")
    assert (action.subject_table, action.subject_id) == ("customer", id)


def test_the_subject_may_be_named_before_it_has_an_id(db):
    id = add(db, customer())
    assert get(db, Action, last(db)).subject_id == id


def test_one_transaction_is_one_action_however_often_it_flushes(db):
    before = last(db)
    with db.write() as session:
        journal.act(session, "add_customer")
        for name in "甲乙丙":
            session.add(customer(name=name))
            session.flush()
    assert last(db) == before + 1
    assert len(changes(db)) == 3


def test_a_write_that_changes_nothing_leaves_no_action(db):
    id = add(db, customer())
    before = last(db)
    with db.write() as session:
        row = session.get_one(Customer, id)
        journal.act(session, "change_customer", row)
        row.name = "张伟"
    with db.write() as session:
        journal.act(session, "change_customer")
    assert last(db) == before


def test_a_write_without_its_name_is_a_mistake_and_leaves_nothing(db):
    before = tables(db)
    with pytest.raises(RuntimeError, match=r"journal\.act"), db.write() as session:
        session.add(customer())
    assert tables(db) == before


def test_what_was_there_is_recorded_even_when_it_was_not_loaded(db):
    id = add(db, customer(note="alt"))
    with db.write() as session:
        row = session.get_one(Customer, id)
        journal.act(session, "change_customer", row)
        session.expire(row)
        row.note = "neu"
    assert changes(db)[0].before == '{"note":"alt"}'
    undo(db)
    assert get(db, Customer, id).note == "alt"


@pytest.mark.parametrize(
    "statement",
    [
        insert(Customer).values(name="x", created_at=NOW),
        update(Customer).values(name="x"),
        delete(Customer),
        insert(Customer.__table__).values(name="x", created_at=NOW),
        update(Customer.__table__).values(name="x"),
        delete(Phone.__table__),
    ],
    ids=["insert", "update", "delete", "core insert", "core update", "core delete"],
)
def test_a_statement_that_passes_the_journal_by_is_refused(db, statement):
    id = add(db, customer())
    before = tables(db)
    with pytest.raises(RuntimeError, match="past the journal"), db.write() as session:
        session.execute(statement)
    assert tables(db) == before
    assert get(db, Customer, id).name == "张伟"


def test_drafts_are_not_in_the_journal(db):
    before = last(db)

    with db.write() as session:
        drafts.save(session, "visit:1", {"name": "张"}, now=NOW)
    with db.write() as session:
        assert drafts.find(session, "visit:1") == {"name": "张"}
        drafts.drop(session, "visit:1")
    assert last(db) == before


def test_every_kind_of_column_comes_back_as_it_was(db):
    model = builders.a_model
    with db.write() as session:
        journal.act(session, "close_deal")
        owner = customer(
            name="𬭎䶮 \"'\\ \u2028",
            birthday=date(1988, 2, 29),
            do_not_contact=True,
            level=Level.QUARTER,
            created_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone(timedelta(hours=8))),
        )
        session.add(owner)
        session.flush()
        deal = Deal(
            number="1",
            customer_id=owner.id,
            model_id=model(session),
            price=Decimal("218000.50"),
            deposit=Decimal(0),
            ordered_on=TODAY,
            closed_at=NOW,
        )
        session.add(deal)
        session.flush()
        owner_id, deal_id = owner.id, deal.id
    before = tables(db)
    remove(db, Deal, deal_id)
    remove(db, Customer, owner_id)
    undo(db)
    undo(db)
    assert tables(db) == before
    found = get(db, Deal, deal_id)
    assert (found.price, type(found.price)) == (Decimal("218000.50"), Decimal)
    assert get(db, Customer, owner_id).created_at == datetime(
        2026, 1, 1, 19, 4, 5, 678000, tzinfo=UTC
    )
    assert get(db, Customer, owner_id).level is Level.QUARTER


def test_an_insert_with_microseconds_can_be_undone(db):
    before = tables(db)
    add(db, customer(created_at=NOW.replace(microsecond=123456)))
    assert undo(db).kept == []
    assert tables(db) == before


def test_a_word_given_as_plain_text_is_the_same_word(db):
    id = add(db, customer(level="week"))
    undo(db, change(db, Customer, id, level="month"))
    assert get(db, Customer, id).level is Level.WEEK
