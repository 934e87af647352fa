"""The check: what is wrong in a file is named and counted, and what can be put right is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from showroom import choices
from showroom.people import customers, search
from showroom.store import (
    check,
    journal,
)
from showroom.store.db import Database, connect
from showroom.store.models import ChoiceKind, Deal, Status, Visit
from tests import builders
from tests.builders import NOW, TODAY
from tests.showroom.store_kit import found
from tests.stories import story


@pytest.fixture
def db(db: Database) -> Database:
    return builders.stop_clock(db)


# --- check


def spoil(db, *statements: str) -> None:
    """Do what no service would."""
    connection = connect(db.path, db.key, foreign_keys=False)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@story
def busy(db):
    """A desk with a customer who bought, one who did not, and a party that left."""
    with db.write() as session:
        builders.a_member(session)
        buyer = builders.a_customer(session, "甲")
    with db.write() as session:
        builders.a_deal(session, buyer)
    with db.write() as session:
        builders.a_customer(session, "乙")
    with db.write() as session:
        visit = builders.a_visit(session, name="丙", phone=builders.a_phone())
    with db.write() as session:
        row = session.get_one(Visit, visit)
        journal.act(session, "leave", row)
        row.left_at = NOW
    return db


def test_a_sound_desk_has_no_problem(busy):
    assert check.check(busy) == []


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("orphans", "UPDATE phone SET customer_id = 999 WHERE id = 1"),
        ("unknown_words", "UPDATE customer SET level = 'soon' WHERE id = 2"),
        ("index", "DELETE FROM customer_fts WHERE rowid = 2"),
        ("no_next", "DELETE FROM follow_up WHERE customer_id = 2"),
        ("no_phone", "DELETE FROM phone WHERE customer_id = 2"),
        ("bad_phone", "UPDATE phone SET number = '+86 139' WHERE id = 1"),
        (
            "not_joined",
            "INSERT INTO visit (kind, day, number, arrived_at, left_at, people, again, name,"
            " honorific, note) VALUES ('walk_in', '2026-11-18', 9, '2026-11-18 02:00:00.000',"
            " '2026-11-18 03:00:00.000', 1, 0, '', 'none', '');"
            "INSERT INTO ask (visit_id, moment, outcome, at)"
            " VALUES (2, 'gift', 'given', '2026-11-18 02:00:00.000')",
        ),
        (
            "left_open",
            "UPDATE visit SET left_at = NULL, day = '2026-11-17', arrived_at = '2026-11-17'",
        ),
        ("last_visit", "UPDATE customer SET last_visit_on = '2026-01-01' WHERE id = 3"),
        ("no_card", "DELETE FROM card"),
        ("deal_status", "UPDATE customer SET status = 'dormant', level = 'unrated' WHERE id = 1"),
        ("blocked", "UPDATE customer SET do_not_contact = 1 WHERE id = 2"),
    ],
)
def test_each_problem_is_named_and_counted(busy, code, statement):
    spoil(busy, *statement.split(";"))
    problems = {problem.code: problem for problem in check.check(busy)}
    assert problems[code].count == 1
    assert problems[code].sentence
    assert problems[code].repair.endswith(".")
    assert set(problems) <= {code, "no_phone", "no_next", "orphans"}


def test_a_row_that_breaks_a_rule_of_the_file_is_damage(busy):
    spoil(
        busy,
        "PRAGMA ignore_check_constraints = 1",
        "UPDATE deal SET delivered_on = ordered_on, cancelled_on = ordered_on,"
        " cancel_reason_id = 1",
    )
    assert found(busy) == {"damage": 1}


def test_a_file_that_cannot_even_be_opened_is_damage(busy):
    busy.close()
    content = bytearray(busy.path.read_bytes())
    content[100] ^= 1
    busy.path.write_bytes(content)
    assert found(busy) == {"damage": 1}


def test_damage_comes_first_and_alone(busy):
    spoil(busy, "DELETE FROM card")
    busy.close()
    content = bytearray(busy.path.read_bytes())
    content[-1000] ^= 1
    busy.path.write_bytes(content)
    assert list(found(busy)) == ["damage"]


def test_what_can_be_worked_out_is_put_right(busy):
    spoil(
        busy,
        "DELETE FROM customer_fts",
        "INSERT INTO customer_fts (rowid, t) VALUES (77, 'c5f20')",
    )
    spoil(busy, "UPDATE customer SET last_visit_on = '2026-01-01' WHERE id = 3")
    spoil(busy, "UPDATE customer SET contact_on = NULL WHERE id = 2")
    spoil(busy, "INSERT INTO gift (name, unit, prize, stock, active) VALUES ('伞', '', 0, 5, 1)")
    assert found(busy) == {"index": 4, "contact_day": 1, "last_visit": 1, "gift_stock": 1}
    assert set(found(busy)) == check.MENDED - {"blocked"}
    assert check.mend(busy) == 3
    assert found(busy) == {}
    with busy.read() as session:
        assert search.find(session, "乙") == [2]


def test_an_empty_desk_has_nothing_to_put_right(db):
    assert check.mend(db) == 0
    assert check.check(db) == []


def test_the_rules_do_not_ask_too_much(busy):
    with busy.write() as session:
        customers.set_status(session, 2, Status.LOST, today=TODAY, why="买了竞品")
    with busy.write() as session:
        deal = session.scalars(select(Deal)).one()
        from showroom.deals import closing

        reason = choices.options(session, ChoiceKind.CANCEL_REASON)[0].id
        closing.cancel(session, deal.id, reason_id=reason, on=TODAY)
    assert check.check(busy) == []
