"""Thousands of rows at once are recorded and undone like one."""

from __future__ import annotations

import json

import pytest

from showroom.guard import trail
from showroom.people import search
from showroom.store import journal
from showroom.store.db import Database, Session, connect
from showroom.store.models import (
    Customer,
    Level,
    Phone,
)
from tests import builders
from tests.builders import NOW
from tests.showroom.journaled import (
    add,
    change,
    changes,
    customer,
    get,
    last,
    redo,
    tables,
    undo,
)


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def test_bulk_inserts_are_recorded_and_undone(db):
    before = tables(db)
    with db.write() as session:
        journal.act(session, "import")
        rows = [{"name": f"客户{n}", "created_at": NOW, "level": Level.WEEK} for n in range(2000)]
        ids = journal.insert_many(session, Customer, rows)
        phones = [{"customer_id": id, "number": f"+86138{id:08}"} for id in ids]
        journal.insert_many(session, Phone, phones)
    assert ids == list(range(ids[0], ids[0] + 2000))
    assert len(changes(db)) == 4000
    found = get(db, Customer, ids[7])
    assert (found.name, found.level, found.title) == ("客户7", Level.WEEK, "")
    assert found.do_not_contact is False
    after = tables(db)
    done = undo(db)
    assert (done.restored, done.kept) == (4000, [])
    assert tables(db) == before
    redo(db)
    assert tables(db) == after


def test_many_changes_are_sealed_as_one_chain(db):
    with db.write() as session:
        journal.act(session, "import")
        rows = [{"name": f'客户"{n}"', "created_at": NOW, "note": "备注"} for n in range(5500)]
        ids = journal.insert_many(session, Customer, rows)
        phones = [{"customer_id": id, "number": f"+86138{id:08}"} for id in ids]
        journal.insert_many(session, Phone, phones)
    undo(db)
    assert trail.check_all(db) == []
    tamper(db, "UPDATE change SET after = replace(after, '备注', '备住') WHERE row_id = 5000")
    assert trail.check_all(db) != []


def test_only_a_write_of_thousands_keeps_its_pages(db):
    with db.write() as session:
        journal.act(session, "import")
        rows = [{"name": f"客户{n}", "created_at": NOW} for n in range(2000)]
        journal.insert_many(session, Customer, rows)
        assert pages(session) == 2 * usual(db)
    with db.write() as session:
        assert pages(session) == usual(db)


def test_a_new_phone_of_somebody_on_file_is_found(db):
    id = add(db, customer())
    with db.write() as session:
        journal.act(session, "import")
        journal.insert_many(session, Phone, [{"customer_id": id, "number": "+8613977776666"}])
    with db.read() as session:
        assert search.find(session, "97777") == [id]


def test_bulk_updates_are_recorded_where_they_change_something_and_undone(db):
    with db.write() as session:
        journal.act(session, "import")
        rows = [{"name": f"客户{n}", "created_at": NOW} for n in range(1000)]
        ids = journal.insert_many(session, Customer, rows)
    before = tables(db)
    with db.write() as session:
        journal.act(session, "import")
        loaded = session.get_one(Customer, ids[0])
        journal.update_many(
            session,
            Customer,
            [
                {"id": id, "note": "neu" if n % 2 == 0 else "", "level": Level.UNRATED}
                for n, id in enumerate(ids)
            ],
        )
        assert loaded.note == "neu"
    assert len(changes(db)) == 500
    assert json.loads(changes(db)[0].after) == {"note": "neu", "level": "unrated"}
    undo(db)
    assert tables(db) == before


def test_a_row_of_a_bulk_insert_edited_since_is_kept(db):
    with db.write() as session:
        journal.act(session, "import")
        rows = [{"name": f'"客户"\n{n}', "created_at": NOW} for n in range(3)]
        ids = journal.insert_many(session, Customer, rows)
    action = last(db)
    change(db, Customer, ids[1], note="was the import did not say")
    done = undo(db, action)
    assert [row.id for row in done.kept] == [ids[1]]
    assert done.kept[0].image["name"] == '"客户"\n1'
    assert [get(db, Customer, id) is None for id in ids] == [True, False, True]


def test_what_goes_beside_a_row_that_stays_is_sealed_found_no_more_and_comes_back(db):
    with db.write() as session:
        journal.act(session, "import")
        rows = [{"name": f"客户{n}", "created_at": NOW} for n in range(4)]
        ids = journal.insert_many(session, Customer, rows)
        phones = [{"customer_id": id, "number": f"+86138{id:08}"} for id in ids]
        journal.insert_many(session, Phone, phones)
        journal.update_many(session, Customer, [{"id": id, "note": "neu"} for id in ids[:2]])
    action = last(db)
    change(db, Customer, ids[3], note="edited since")
    before = tables(db)
    done = undo(db, action)
    assert (done.restored, [row.id for row in done.kept]) == (6, [ids[3], ids[3]])
    with db.read() as session:
        assert search.find(session, "13800000") == [ids[3]]
        assert trail.verify(session).ok
    undo(db)
    assert tables(db) == before
    with db.read() as session:
        assert sorted(search.find(session, "13800000")) == ids
        assert trail.verify(session).ok


def test_who_was_changed_and_set_back_by_hand_stays_with_his_phone(db):
    with db.write() as session:
        journal.act(session, "import")
        rows = [{"name": name, "created_at": NOW} for name in ("张伟", "李娜")]
        ids = journal.insert_many(session, Customer, rows)
        phones = [{"customer_id": id, "number": f"+86138{id:08}"} for id in ids]
        journal.insert_many(session, Phone, phones)
        journal.update_many(session, Customer, [{"id": ids[0], "note": "neu"}])
    action = last(db)
    change(db, Customer, ids[0], note="")
    done = undo(db, action)
    assert {row.table for row in done.kept} == {"customer", "phone"}
    with db.read() as session:
        assert search.find(session, "13800000") == [ids[0]]


def test_rows_that_lie_far_apart_are_found_too(db):
    with db.write() as session:
        journal.act(session, "import")
        rows = [{"name": f"客户{n}", "created_at": NOW} for n in range(300)]
        ids = journal.insert_many(session, Customer, rows)[::100]
    before = tables(db)
    with db.write() as session:
        journal.act(session, "import")
        journal.update_many(session, Customer, [{"id": id, "note": "neu"} for id in ids])
    assert undo(db).restored == 3
    assert tables(db) == before


def test_the_actions_on_a_row_are_told_in_their_order(db):
    id = add(db, customer())
    change(db, Customer, id, note="neu")
    add(db, customer(name="乙"))
    undo(db)
    with db.read() as session:
        verbs = [action.verb for action in builders.actions_on(session, "customer", id)]
    assert verbs == ["add_customer", "change_customer"]


def test_bulk_writes_of_nothing_do_nothing(db):
    before = last(db)
    with db.write() as session:
        assert journal.insert_many(session, Customer, []) == []
        journal.update_many(session, Customer, [])
    assert last(db) == before


def test_bulk_rows_and_single_rows_share_the_ids(db):
    with db.write() as session:
        journal.act(session, "import")
        one = customer()
        session.add(one)
        ids = journal.insert_many(session, Customer, [{"name": "x", "created_at": NOW}] * 2)
        two = customer()
        session.add(two)
        session.flush()
        assert [one.id, *ids, two.id] == list(range(one.id, one.id + 4))


def pages(session: Session) -> int:
    found: int = session.connection().exec_driver_sql("PRAGMA cache_size").scalar_one()
    return -found


def usual(db: Database) -> int:
    connection = connect(db.path, db.key)
    try:
        (found,) = connection.execute("PRAGMA cache_size").fetchone()
        return -int(found)
    finally:
        connection.close()


def tamper(db: Database, sql: str) -> None:
    connection = connect(db.path, db.key)
    try:
        assert connection.execute(sql).rowcount > 0
    finally:
        connection.close()
