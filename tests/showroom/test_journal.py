"""The journal: every write recorded, any action taken back, newer edits kept (DESIGN §4.12)."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, insert, select, update

from showroom.errors import ShowroomError
from showroom.people import search
from showroom.store import drafts, journal, keys
from showroom.store.db import Database, connect
from showroom.store.models import (
    Action,
    Ask,
    Card,
    Change,
    Customer,
    Deal,
    FollowUp,
    Level,
    Moment,
    Outcome,
    Phone,
    Promise,
    Referral,
    Refusal,
    Setting,
    Visit,
    everything,
)
from tests import builders
from tests.builders import NOW, TODAY


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


def tables(db) -> dict[str, list[tuple[Any, ...]]]:
    """Every journaled row as it stands."""
    with db.read() as session:
        return {
            mapper.local_table.name: [
                tuple(row)
                for row in session.connection().execute(
                    select(mapper.local_table).order_by(mapper.local_table.c.id)
                )
            ]
            for mapper in everything().registry.mappers
            if mapper.class_.journaled
        }


def add(db, row, verb: str = "add_customer") -> int:
    with db.write() as session:
        journal.act(session, verb, row)
        session.add(row)
    return row.id


def change(db, model, id: int, **facts: object) -> int:
    with db.write() as session:
        row = session.get_one(model, id)
        journal.act(session, "change_customer", row)
        for name, value in facts.items():
            setattr(row, name, value)
    return last(db)


def remove(db, model, id: int) -> int:
    with db.write() as session:
        row = session.get_one(model, id)
        journal.act(session, "change_customer", row)
        session.delete(row)
    return last(db)


def undo(db, action_id: int | None = None) -> journal.Undone:
    with db.write() as session:
        return journal.undo(session, action_id)


def redo(db) -> journal.Undone:
    with db.write() as session:
        return journal.redo(session)


def last(db) -> int:
    with db.read() as session:
        return session.scalar(select(func.max(Action.id)))


def get(db, model, id: int):
    with db.read() as session:
        return session.get(model, id)


def changes(db, action_id: int | None = None) -> list[Change]:
    with db.read() as session:
        chosen = Change.action_id == (action_id or last(db))
        return list(session.scalars(select(Change).where(chosen).order_by(Change.id)))


def customer(**facts: object) -> Customer:
    return Customer(**{"name": "张伟", "created_at": NOW, **facts})


def visit(**facts: object) -> Visit:
    return Visit(**{"day": TODAY, "number": 1, "arrived_at": NOW, **facts})


# --- recording


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


# --- what survives the images


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


# --- undo


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


# --- bulk


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


# --- all of it together


class AnyDay(RuleBasedStateMachine):
    """Random work at the desk, by rows and in bulk; undoing all of it leads back to the start."""

    make: Any = None  # set by the fixture below: opens a new file
    people = Bundle("people")
    visits = Bundle("visits")

    @initialize()
    def open(self) -> None:
        self.db = type(self).make()
        self.numbers = iter(range(1, 10_000))
        with self.db.write() as session:
            self.staff_id = builders.a_member(session)
            self.model_id = builders.a_model(session)
        self.start = tables(self.db)
        self.done = last(self.db)

    def teardown(self) -> None:
        if not hasattr(self, "db"):
            return
        try:
            while (newest := self.newest()) and newest > self.done:
                assert undo(self.db).kept == []
            assert tables(self.db) == self.start
            with self.db.read() as session:
                connection = session.connection()
                assert not connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                count = "SELECT count(*) FROM customer_fts WHERE rowid > 0"
                assert connection.exec_driver_sql(count).scalar() == 0
        finally:
            self.db.close()

    @rule(target=people, name=st.text(max_size=3), level=st.sampled_from(Level))
    def someone_comes_with_a_phone(self, name: str, level: Level) -> int:
        with self.db.write() as session:
            row = customer(name=name, level=level, consultant_id=self.staff_id)
            journal.act(session, "add_customer", row)
            session.add(row)
            session.flush()
            session.add(Phone(customer_id=row.id, number=f"+86{next(self.numbers)}"))
            session.add(FollowUp(customer_id=row.id, rule=Promise.NEXT, due_on=TODAY))
        return row.id

    @rule(target=visits, who=st.none() | people)
    def a_party_comes(self, who: int | None) -> int:
        return add(self.db, visit(number=next(self.numbers), customer_id=self.there(who)))

    @rule(id=visits, refusal=st.none() | st.sampled_from(Refusal))
    def they_are_asked(self, id: int, refusal: Refusal | None) -> None:
        if get(self.db, Visit, id):
            outcome = Outcome.REFUSED if refusal else Outcome.GIVEN
            row = Ask(visit_id=id, moment=Moment.GIFT, outcome=outcome, refusal=refusal, at=NOW)
            add(self.db, row)

    @rule(id=visits, who=people, minutes=st.integers(0, 99))
    def a_visit_is_changed_twice(self, id: int, who: int, minutes: int) -> None:
        with self.db.write() as session:
            row = session.get(Visit, id)
            if row is not None:
                journal.act(session, "complete", row)
                row.left_at = builders.later(minutes=minutes)
                session.flush()
                row.note, row.customer_id = str(minutes), self.there(who)

    @rule(id=people, note=st.text(max_size=2), title=st.sampled_from(["", "经理"]))
    def a_customer_is_changed(self, id: int, note: str, title: str) -> None:
        if self.there(id):
            change(self.db, Customer, id, note=note, title=title)

    @rule(id=people)
    def a_deal_is_closed(self, id: int) -> None:
        if self.there(id):
            with self.db.write() as session:
                builders.a_deal(
                    session,
                    id,
                    model_id=self.model_id,
                    visit_id=None,
                    ordered_on=TODAY - timedelta(days=next(self.numbers)),
                )

    @rule(one=people, two=people)
    def one_brings_another(self, one: int, two: int) -> None:
        if one != two and self.there(one) and self.there(two):
            with self.db.read() as session:
                if session.scalar(select(Referral.id).where(Referral.customer_id == two)):
                    return
            add(self.db, Referral(introducer_id=one, customer_id=two, noted_at=NOW))

    @rule(id=consumes(people))
    def a_customer_without_traces_is_removed(self, id: int) -> None:
        if self.there(id):
            with self.db.write() as session:
                for model in (Visit, Deal, Card, FollowUp, Referral):
                    if session.scalar(select(model.id).where(model.customer_id == id).limit(1)):
                        return
                if session.scalar(select(Referral.id).where(Referral.introducer_id == id)):
                    return
                journal.act(session, "change_customer")
                for phone in session.scalars(select(Phone).where(Phone.customer_id == id)):
                    session.delete(phone)
                session.delete(session.get_one(Customer, id))

    @rule(target=people, count=st.integers(1, 4))
    def a_sheet_is_imported(self, count: int) -> int:
        with self.db.write() as session:
            journal.act(session, "import")
            rows = [{"name": f"导入{n}", "created_at": NOW} for n in range(count)]
            ids = journal.insert_many(session, Customer, rows)
            phones = [{"customer_id": id, "number": f"+86{next(self.numbers)}"} for id in ids]
            journal.insert_many(session, Phone, phones)
            journal.update_many(session, Customer, [{"id": id, "note": "表"} for id in ids])
        return ids[-1]

    @rule()
    def the_last_is_undone(self) -> None:
        newest = self.newest()
        if newest and newest > self.done:
            assert undo(self.db).kept == []

    @rule(back=st.integers(0, 12))
    def something_older_is_undone(self, back: int) -> None:
        """Whatever comes of it, nothing may break."""
        chosen = last(self.db) - back
        if chosen > self.done:
            try:
                undo(self.db, chosen)
            except ShowroomError:
                return

    @rule()
    def it_is_done_again(self) -> None:
        with self.db.read() as session:
            again = journal.last_redoable(session)
        if again:
            assert redo(self.db).kept == []

    def newest(self) -> int | None:
        with self.db.read() as session:
            return journal.last_undoable(session)

    def there(self, id: int | None) -> int | None:
        return id if id is not None and get(self.db, Customer, id) else None


@pytest.mark.slow
def test_a_day_of_anything_undone_is_the_start(desk, tmp_path):
    files = iter(range(10_000))
    key = keys.key_of(desk, made_already=True)

    def make() -> Database:
        copy = shutil.copy(desk.database, tmp_path / f"{next(files)}.db")
        return builders.stop_clock(Database(copy, key))

    AnyDay.make = staticmethod(make)
    run_state_machine_as_test(
        AnyDay,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_lists_a_desk_begins_with_cannot_be_undone(db):
    with pytest.raises(ShowroomError, match="begins with"), db.write() as session:
        journal.undo(session, 1)
