"""Any action taken back, newer edits kept and named (DESIGN §4.12)."""

from __future__ import annotations

import pytest

from showroom.errors import ShowroomError
from showroom.guard import amends
from showroom.store import journal
from showroom.store.db import Database, connect
from showroom.store.models import (
    Action,
    Customer,
    Level,
    Phone,
    Setting,
    Visit,
)
from tests import builders
from tests.showroom.journaled import (
    add,
    change,
    changes,
    customer,
    get,
    last,
    redo,
    remove,
    tables,
    undo,
    visit,
)


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def test_undo_of_an_insert_removes_it(db):
    before = tables(db)
    id = add(db, customer())
    done = undo(db)
    assert (done.verb, done.subject_table, done.subject_id) == ("add_customer", "customer", id)
    assert (done.restored, done.kept) == (1, [])
    assert tables(db) == before


def test_undo_of_an_update_puts_back_what_was_there(db):
    id = add(db, customer(note="alt"))
    before = tables(db)
    change(db, Customer, id, note="neu", level=Level.WEEK)
    undo(db)
    assert tables(db) == before


def test_undo_of_a_delete_brings_it_back_under_its_id(db):
    id = add(db, customer())
    phone = add(db, Phone(customer_id=id, number="+8613800138000"))
    before = tables(db)
    remove(db, Phone, phone)
    undo(db)
    assert tables(db) == before


def test_undo_takes_back_one_after_another(db):
    before = tables(db)
    id = add(db, customer())
    for note in "一二三":
        change(db, Customer, id, note=note)
    for note in ("二", "一", ""):
        undo(db)
        assert get(db, Customer, id).note == note
    undo(db)
    assert tables(db) == before


def test_undo_says_when_there_is_nothing(db):
    with pytest.raises(ShowroomError, match="nothing to undo"):
        undo(db)  # the default lists of a new desk stay
    with pytest.raises(ShowroomError, match="nothing to undo"):
        undo(db, 999)


def test_an_undo_is_a_transaction_of_its_own(db):
    add(db, customer())
    with pytest.raises(RuntimeError, match="of its own"), db.write() as session:
        journal.undo(session, builders.a_customer(session) and None)


def test_what_was_undone_and_done_again_stands(db):
    actions = []
    for name in ("张伟", "李娜", "周敏"):
        add(db, customer(name=name))
        actions.append(last(db))
    for step, down in ((undo, {actions[2]}), (redo, set()), (undo, {actions[2]})):
        step(db)
        with db.read() as session:
            assert journal.fallen(session, actions) == down
    undo(db, actions[0])  # taken back is new work, and undone itself
    with db.read() as session:
        assert journal.fallen(session, actions) == {actions[0], actions[2]}
    undo(db)
    with db.read() as session:
        assert journal.fallen(session, actions) == {actions[2]}


def test_an_action_is_undone_once(db):
    add(db, customer())
    action = last(db)
    undo(db, action)
    with pytest.raises(ShowroomError, match="undone already"):
        undo(db, action)


def test_undo_is_an_action_itself(db):
    add(db, customer())
    action = last(db)
    undo(db)
    found = get(db, Action, last(db))
    assert (found.verb, found.undoes_id) == ("undo", action)
    assert found.subject_table == "customer"
    assert [(c.before is None, c.after) for c in changes(db)] == [(False, None)]


def test_a_column_edited_since_keeps_the_newer_edit_and_is_named(db):
    id = add(db, customer(note="alt"))
    action = change(db, Customer, id, note="neu")
    change(db, Customer, id, note="neuer")
    with pytest.raises(ShowroomError, match="edited since"):
        undo(db, action)
    assert get(db, Customer, id).note == "neuer"


def test_another_column_edited_since_does_not_hinder(db):
    id = add(db, customer(note="alt"))
    action = change(db, Customer, id, note="neu")
    change(db, Customer, id, level=Level.WEEK)
    assert undo(db, action).kept == []
    found = get(db, Customer, id)
    assert (found.note, found.level) == ("alt", Level.WEEK)


def test_a_row_gone_since_stays_gone_and_is_named(db):
    one, two = add(db, customer(name="甲")), add(db, customer(name="乙"))
    with db.write() as session:
        journal.act(session, "change_customer")
        for id in (one, two):
            session.get_one(Customer, id).note = "neu"
    action = last(db)
    remove(db, Customer, one)
    done = undo(db, action)
    assert [(row.table, row.id) for row in done.kept] == [("customer", one)]
    assert done.kept[0].image["note"] == "neu"
    assert get(db, Customer, one) is None
    assert get(db, Customer, two).note == ""


def test_an_inserted_row_edited_since_is_kept_whole_and_named(db):
    with db.write() as session:
        journal.act(session, "add_customer")
        rows = [customer(name="甲"), customer(name="乙")]
        session.add_all(rows)
    action = last(db)
    change(db, Customer, rows[0].id, note="neu")
    done = undo(db, action)
    assert [(row.table, row.id, row.image["name"]) for row in done.kept] == [
        ("customer", rows[0].id, "甲")
    ]
    assert get(db, Customer, rows[0].id).note == "neu"
    assert get(db, Customer, rows[1].id) is None


def test_an_inserted_row_edited_since_keeps_also_what_the_same_action_wrote_later(db):
    with db.write() as session:
        journal.act(session, "add_customer")
        row = customer(note="eins")
        session.add(row)
        session.flush()
        row.note = "zwei"
        session.flush()
        session.add(Setting(key="x", value="1"))
    action = last(db)
    change(db, Customer, row.id, title="经理")
    undo(db, action)
    found = get(db, Customer, row.id)
    assert (found.note, found.title) == ("zwei", "经理")


def test_a_row_changed_twice_in_one_action_goes_back_to_the_start(db):
    id = add(db, customer(note="null"))
    before = tables(db)
    with db.write() as session:
        row = session.get_one(Customer, id)
        journal.act(session, "change_customer", row)
        for note in ("eins", "zwei", "drei"):
            row.note = note
            session.flush()
    undo(db)
    assert tables(db) == before


def test_a_row_made_and_removed_in_one_action_leaves_nothing_to_undo(db):
    id = add(db, customer())
    before = tables(db)
    with db.write() as session:
        journal.act(session, "change_customer")
        row = Phone(customer_id=id, number="+8613800138000")
        session.add(row)
        session.flush()
        session.delete(row)
        session.flush()
        session.get_one(Customer, id).note = "neu"
    assert undo(db).restored == 1
    assert tables(db) == before


def test_a_row_changed_and_removed_in_one_action_comes_back_as_it_was_before(db):
    id = add(db, customer(note="alt"))
    before = tables(db)
    with db.write() as session:
        row = session.get_one(Customer, id)
        journal.act(session, "change_customer", row)
        row.note = "neu"
        session.flush()
        session.delete(row)
    undo(db)
    assert tables(db) == before


def test_a_row_removed_and_made_again_in_one_action_comes_back_as_it_was_before(db):
    id = add(db, customer(note="alt"))
    before = tables(db)
    with db.write() as session:
        journal.act(session, "change_customer")
        session.delete(session.get_one(Customer, id))
        session.flush()
        session.add(customer(id=id, note="neu"))
    undo(db)
    assert tables(db) == before


def test_what_a_later_version_does_not_keep_any_more_is_named(db):
    id = add(db, customer())
    with db.write() as session:
        journal.act(session, "settings")
        session.add(Setting(key="x", value="1"))
        session.get_one(Customer, id).note = "neu"
    connection = connect(db.path, db.key)
    connection.execute("UPDATE change SET table_name = 'gone' WHERE table_name = 'setting'")
    connection.close()
    done = undo(db)
    assert [(row.table, row.image["key"]) for row in done.kept] == [("gone", "x")]
    assert get(db, Customer, id).note == ""


def test_a_column_that_came_later_is_filled_when_a_row_comes_back(db):
    id = add(db, customer(note="alt"))
    action = remove(db, Customer, id)
    connection = connect(db.path, db.key)
    connection.execute("UPDATE change SET before = json_remove(before, '$.title')")
    connection.close()
    undo(db, action)
    found = get(db, Customer, id)
    assert (found.note, found.title) == ("alt", "")


def test_an_insert_that_others_rest_on_is_kept_and_named(db):
    with db.write() as session:
        journal.act(session, "add_customer")
        rows = [customer(name="甲"), customer(name="乙")]
        session.add_all(rows)
    action = last(db)
    add(db, visit(customer_id=rows[0].id))
    done = undo(db, action)
    assert [(row.table, row.id) for row in done.kept] == [("customer", rows[0].id)]
    assert get(db, Customer, rows[0].id) is not None
    assert get(db, Customer, rows[1].id) is None


def test_a_parent_stays_when_its_child_of_the_same_action_stays(db):
    with db.write() as session:
        journal.act(session, "add_customer")
        row, other = customer(name="甲"), customer(name="乙")
        session.add_all([row, other])
        session.flush()
        phone = Phone(customer_id=row.id, number="+8613800138000")
        session.add(phone)
    action = last(db)
    change(db, Phone, phone.id, number="+8613800138001")
    done = undo(db, action)
    assert {(r.table, r.id) for r in done.kept} == {("customer", row.id), ("phone", phone.id)}
    assert get(db, Customer, other.id) is None
    with db.read() as session:
        assert not session.connection().exec_driver_sql("PRAGMA foreign_key_check").all()


def test_a_link_made_by_the_same_action_does_not_hold_the_row(db):
    id = add(db, visit())
    before = tables(db)
    with db.write() as session:
        row = session.get_one(Visit, id)
        journal.act(session, "complete", row)
        made = customer()
        session.add(made)
        session.flush()
        row.customer_id = made.id
    undo(db)
    assert tables(db) == before


def test_a_removed_row_whose_parent_is_gone_stays_gone_and_is_named(db):
    id = add(db, customer())
    other = add(db, customer(name="乙"))
    phones = [add(db, Phone(customer_id=owner, number="+8613800138000")) for owner in (id, other)]
    with db.write() as session:
        journal.act(session, "change_customer")
        for phone in phones:
            session.delete(session.get_one(Phone, phone))
    action = last(db)
    remove(db, Customer, id)
    done = undo(db, action)
    assert [(row.table, row.id) for row in done.kept] == [("phone", phones[0])]
    assert get(db, Phone, phones[0]) is None
    assert get(db, Phone, phones[1]).customer_id == other


def test_what_would_break_a_rule_of_the_file_is_kept_and_named(db):
    id = add(db, customer())
    phone = add(db, Phone(customer_id=id, number="+8613800138000"))
    action = remove(db, Phone, phone)
    add(db, Phone(customer_id=id, number="+8613800138000"))  # the same number, typed again
    with pytest.raises(ShowroomError, match="edited since"):
        undo(db, action)

    came = add(db, visit(left_at=builders.later(hours=3)))
    action = change(db, Visit, came, left_at=builders.later(hours=9))
    change(db, Visit, came, arrived_at=builders.later(hours=5))  # they left at 3 before
    with pytest.raises(ShowroomError, match="edited since"):
        undo(db, action)
    assert get(db, Visit, came).left_at == builders.later(hours=9)


def test_a_number_moved_to_another_row_goes_back(db):
    id = add(db, customer())
    phone = add(db, Phone(customer_id=id, number="+8613800138000"))
    before = tables(db)
    with db.write() as session:
        journal.act(session, "change_customer")
        session.delete(session.get_one(Phone, phone))
        session.flush()
        session.add(Phone(customer_id=id, number="+8613800138000"))
    undo(db)
    assert tables(db) == before


def test_the_lists_a_desk_begins_with_cannot_be_undone(db):
    with pytest.raises(ShowroomError, match="begins with"), db.write() as session:
        journal.undo(session, 1)


def say_undone(db):
    with db.write() as session:
        return amends.say(session, amends.undo(session))


def test_what_was_undone_is_said_with_whose_it_was(db):
    with db.write() as session:
        model = builders.a_model(session)
    with db.write() as session:
        id = builders.a_customer(session)
    with db.write() as session:
        builders.a_deal(session, id, model_id=model)
    with db.write() as session:
        builders.a_visit(session)
    assert say_undone(db) == "Undone: Arrival"
    assert say_undone(db) == "Undone: Deal closed · Mr 张伟"
    assert say_undone(db) == "Undone: New customer · Mr 张伟"
    with db.write() as session:
        assert amends.say(session, amends.redo(session)) == "Done again: New customer · Mr 张伟"
    with db.write() as session:
        builders.a_member(session, "赵磊")
    assert "张伟" not in say_undone(db)
