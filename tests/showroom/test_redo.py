"""What was undone is done again; older actions are taken back in any order."""

from __future__ import annotations

import pytest

from showroom.errors import ShowroomError
from showroom.people import search
from showroom.store import journal
from showroom.store.db import Database
from showroom.store.models import (
    Action,
    Customer,
    Phone,
)
from tests import builders
from tests.builders import NOW
from tests.showroom.journaled import (
    add,
    change,
    customer,
    get,
    last,
    redo,
    remove,
    tables,
    undo,
)


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def test_redo_does_it_again(db):
    id = add(db, customer(note="alt"))
    with pytest.raises(ShowroomError, match="nothing to redo"):
        redo(db)
    change(db, Customer, id, note="neu")
    done = tables(db)
    undo(db)
    redo(db)
    assert tables(db) == done
    assert get(db, Action, last(db)).verb == "redo"


def test_redo_of_an_insert_brings_back_the_same_id(db):
    id = add(db, customer())
    undo(db)
    redo(db)
    assert get(db, Customer, id).name == "张伟"


def test_what_was_done_again_can_be_undone_again(db):
    start = tables(db)
    add(db, customer())
    done = tables(db)
    for _round in range(3):
        undo(db)
        assert tables(db) == start
        redo(db)
        assert tables(db) == done


def test_several_undone_are_done_again_in_turn(db):
    states = [tables(db)]
    id = add(db, customer())
    states.append(tables(db))
    for note in "一二三":
        change(db, Customer, id, note=note)
        states.append(tables(db))
    for state in reversed(states[:-1]):
        undo(db)
        assert tables(db) == state
    for state in states[1:]:
        redo(db)
        assert tables(db) == state


def test_a_new_action_ends_what_could_be_done_again(db):
    id = add(db, customer())
    change(db, Customer, id, note="neu")
    undo(db)
    change(db, Customer, id, note="anders")
    with pytest.raises(ShowroomError, match="nothing to redo"):
        redo(db)


def test_undo_of_an_undo_puts_the_thing_back(db):
    start = tables(db)
    id = add(db, customer())
    undo(db)
    undo(db, last(db))
    assert get(db, Customer, id) is not None
    undo(db)
    assert tables(db) == start
    redo(db)
    assert get(db, Customer, id) is not None
    undo(db)
    assert tables(db) == start


def test_an_older_action_taken_back_is_the_last_thing_done(db):
    one, two = add(db, customer(name="甲")), add(db, customer(name="乙"))
    action = change(db, Customer, one, note="neu")
    change(db, Customer, two, note="anders")
    undo(db, action)
    assert get(db, Action, last(db)).verb == "take_back"
    with pytest.raises(ShowroomError, match="undone already"):
        undo(db, action)
    undo(db)
    assert get(db, Customer, one).note == "neu"
    redo(db)
    assert get(db, Customer, one).note == ""
    undo(db)
    undo(db)
    assert (get(db, Customer, one).note, get(db, Customer, two).note) == ("neu", "")
    undo(db)
    assert get(db, Customer, one).note == ""


def test_taking_back_what_was_done_again_takes_back_the_thing(db):
    id = add(db, customer())
    action = last(db)
    undo(db)
    redo(db)
    done = undo(db, last(db))
    assert done.action_id == action
    assert get(db, Customer, id) is None


def test_undo_weeks_later_out_of_order(db):
    one, two = add(db, customer(name="甲")), add(db, customer(name="乙"))
    action = change(db, Customer, one, note="neu")
    for number in range(5):
        change(db, Customer, two, note=str(number))
    undo(db, action)
    assert get(db, Customer, one).note == ""
    assert get(db, Customer, two).note == "4"


def test_ids_are_never_used_again(db):
    first = add(db, customer())
    undo(db)
    second = add(db, customer())
    assert second > first
    remove(db, Customer, second)
    with db.write() as session:
        journal.act(session, "import")
        (third,) = journal.insert_many(session, Customer, [{"name": "x", "created_at": NOW}])
    assert third > second


def test_a_failing_undo_leaves_nothing(db):
    id = add(db, customer())
    action = change(db, Customer, id, note="neu")
    before = tables(db)
    with pytest.raises(ZeroDivisionError), db.write() as session:
        assert journal.undo(session, action).restored / 0
    assert tables(db) == before
    undo(db, action)


def test_the_search_follows_an_undo(db):
    id = add(db, customer(name="欧阳修"))

    def found(text: str) -> list[int]:
        with db.read() as session:
            return search.find(session, text)

    assert found("欧阳") == [id]
    change(db, Customer, id, name="司马光")
    assert (found("欧阳"), found("司马")) == ([], [id])
    undo(db)
    assert (found("欧阳"), found("司马")) == ([id], [])
    phone = add(db, Phone(customer_id=id, number="+8613912345678"))
    assert found("1234567") == [id]
    remove(db, Phone, phone)
    assert found("1234567") == []
    undo(db)
    assert found("1234567") == [id]
    other = add(db, customer(name="张三"))
    change(db, Phone, phone, customer_id=other)
    assert found("1234567") == [other]
    undo(db)
    assert found("1234567") == [id]
