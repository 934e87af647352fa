"""Who moved from which level to which, read from the journal (DOMAIN §1.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from showroom.guard import amends, erasure
from showroom.people import customers, level_moves
from showroom.people.level_moves import Moves
from showroom.store.models import Cause, Level
from tests import builders as make
from tests.stories import story

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)
DECEMBER = date(2026, 12, 1), date(2026, 12, 31)


@story
def people(db: Any) -> Any:
    """Two customers who came on file in November, one H and one C."""
    make.stop_clock(db)
    with db.write() as session:
        first = make.a_customer(session, "张伟", level=Level.WEEK)
        second = make.a_customer(session, "李娜", level=Level.QUARTER)
    return db, first, second


def set_level(db: Any, id: int, level: Level, *, days: float = 20) -> None:
    db.clock = lambda: make.later(days=days)
    with db.write() as session:
        customers.set_level(session, id, level, today=db.today())


def moves(db: Any, month: tuple[date, date]) -> Moves:
    with db.read() as session:
        return level_moves.between(session, *month)


def test_who_came_on_file_has_moved_from_nowhere(people: Any) -> None:
    db, first, second = people
    found = moves(db, NOVEMBER)
    assert found.table() == {(None, Level.WEEK): [first], (None, Level.QUARTER): [second]}
    assert not any(move.up for move in found.moves)
    assert moves(db, DECEMBER).moves == []


def test_only_the_first_and_the_last_level_of_the_month_count(people: Any) -> None:
    db, first, second = people
    set_level(db, second, Level.MONTH, days=15)
    set_level(db, second, Level.WEEK, days=16)
    set_level(db, first, Level.QUARTER, days=17)
    found = moves(db, DECEMBER)
    assert found.table() == {
        (Level.WEEK, Level.QUARTER): [first],
        (Level.QUARTER, Level.WEEK): [second],
    }
    assert [(move.id, move.up) for move in found.moves] == [(first, False), (second, True)]
    assert found.since is None
    set_level(db, first, Level.WEEK, days=18)  # to and fro is no move
    assert [move.id for move in moves(db, DECEMBER).moves] == [second]


def test_a_change_that_was_undone_is_no_move(people: Any) -> None:
    db, first, _second = people
    set_level(db, first, Level.MONTH)
    assert [move.id for move in moves(db, DECEMBER).moves] == [first]
    with db.write() as session:
        amends.undo(session)
    assert moves(db, DECEMBER).moves == []


def test_a_change_of_something_else_is_no_move(people: Any) -> None:
    db, first, _second = people
    db.clock = lambda: make.later(days=20)
    with db.write() as session:
        customers.change(session, first, note="喜欢黑色")
    assert moves(db, DECEMBER).moves == []


def test_an_order_is_the_last_step_up(people: Any) -> None:
    db, first, _second = people
    db.clock = lambda: make.later(days=20)
    with db.write() as session:
        make.a_deal(session, first, now=db.now(), today=db.today(), ordered_on=db.today())
    assert moves(db, DECEMBER).table() == {(Level.WEEK, Level.ORDERED): [first]}


def test_who_was_erased_is_nobody(people: Any) -> None:
    db, first, second = people
    with db.write() as session:
        erasure.erase(session, first, why=Cause.ASKED)
    assert [move.id for move in moves(db, NOVEMBER).moves] == [second]


def test_a_journal_that_was_thinned_says_how_far_it_goes_back(people: Any) -> None:
    db, first, _second = people
    set_level(db, first, Level.MONTH)
    with db.write() as session:
        session.connection().exec_driver_sql("DELETE FROM change")
        session.connection().exec_driver_sql("DELETE FROM action WHERE id < 3")
        assert level_moves.between(session, *NOVEMBER).since is not None
        session.rollback()
        session.begin()
