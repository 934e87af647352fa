"""What leaves: how many rows leave with whom, and when it takes two."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from showroom.cards import queue
from showroom.errors import Invalid, ShowroomError
from showroom.figures import monthbook, register, registers, trail_sheet
from showroom.guard import entries, exports, staff, upkeep
from showroom.people import (
    customers,
)
from showroom.store import backup, journal
from showroom.store.models import (
    Card,
    Role,
    Status,
)
from tests import builders as make
from tests.showroom.rights_kit import arm, as_manager, hire, noted, save_settings, take_out
from tests.stories import story

crew, armed = story(hire), story(arm)


# --- what leaves


def people_in(db, number):
    with db.write() as session:
        journal.act(session, "add_customer")
        journal.insert_many(
            session,
            customers.Customer,
            [
                {"name": f"客户{n}", "status": Status.OPEN, "created_at": make.NOW}
                for n in range(number)
            ],
        )


def test_two_hundred_rows_leave_with_anybody_and_one_more_does_not(db, armed):
    people_in(db, 199)  # and the one with the deal
    db.staff_id = armed[Role.RECEPTIONIST]
    take_out(db)
    assert noted(db).what == "Customers · 200 rows · out.csv"
    (db.path.parent / "out.csv").unlink()
    people_in(db, 1)
    with pytest.raises(exports.Refused) as raised:
        take_out(db)
    assert str(raised.value) == (
        "Rows: 201. More than 200 may be taken out only by a manager or an owner."
    )
    assert not (db.path.parent / "out.csv").exists()
    entry = noted(db)
    assert (entry.verb, entry.who) == ("Export refused", "李静")
    assert entry.what == "Customers · 201 rows · out.csv"
    assert entry.why == str(raised.value)


@pytest.fixture
def many(db, armed):
    """A desk whose every list needs two: the limits are 0 and 0, and the manager sits there."""
    as_manager(lambda db: save_settings(db, export_alone=0, export_two=0))(db, armed)
    db.staff_id = armed[Role.MANAGER]
    return armed


def taken(db, second):
    path = db.path.parent / "out.csv"
    with exports.leaving(db, "Customers", path, second=second) as session:
        registers.customers(session, path)


def test_rows_leave_with_who_began_whoever_sits_there_in_the_end(db, armed):
    db.staff_id = armed[Role.RECEPTIONIST]
    with exports.leaving(db, "Customers") as session:
        exports.allow(session, 1)
        db.seat(armed[Role.CONSULTANT])
    assert (noted(db).verb, noted(db).who) == ("Export", "李静")
    db.staff_id = armed[Role.RECEPTIONIST]
    leaving = exports.leaving(db, "Customers")
    session = leaving.__enter__()
    db.seat(armed[Role.CONSULTANT])
    with pytest.raises(exports.Refused) as refused:
        exports.allow(session, 201)
    assert not leaving.__exit__(exports.Refused, refused.value, None)
    assert (noted(db).verb, noted(db).who) == ("Export refused", "李静")


def test_a_restore_stands_in_the_trail_that_came_back(db, armed, tmp_path):
    copy = tmp_path / "copy.db"
    backup.back_up(db.path, db.key, copy)
    db.staff_id = armed[Role.MANAGER]
    upkeep.restore(db, copy)
    entry = noted(db)
    assert (entry.verb, entry.who, entry.what) == ("Backup restored", "周敏", "copy.db · 周敏")
    assert db.staff_id == armed[Role.MANAGER]


def test_who_was_somebody_else_in_the_copy_sits_there_no_more(db, armed, tmp_path):
    copy = tmp_path / "copy.db"
    backup.back_up(db.path, db.key, copy)
    db.staff_id = armed[Role.MANAGER]
    with db.write() as session:
        staff.change(session, armed[Role.OWNER], name="郑总")
    db.seat(armed[Role.OWNER])
    upkeep.restore(db, copy)
    assert db.staff_id is None
    assert (noted(db).who, noted(db).what) == ("", "copy.db · 郑总")


def test_very_many_rows_leave_with_two_who_both_gave_their_pin(db, many):
    with pytest.raises(exports.SecondMissing, match="only by two: a second manager or owner"):
        taken(db, None)
    assert noted(db).verb == "Export refused"
    assert not (db.path.parent / "out.csv").exists()
    taken(db, exports.second_person(db, many[Role.OWNER], "4444"))
    entry = noted(db)
    assert (entry.verb, entry.who) == ("Export", "周敏")
    assert entry.what == "Customers · 1 row · out.csv · second person: 孙悦"
    with db.read() as session:
        gave = entries.rows(session, entries.find(session, verb="second"))
    assert [(one.who, one.subject) for one in gave] == [("周敏", "孙悦")]


def test_twenty_five_hundred_rows_leave_with_one_manager_and_one_more_does_not(db, armed):
    db.staff_id = armed[Role.MANAGER]
    with db.read() as session:
        exports.allow(session, 2500)
        with pytest.raises(exports.SecondMissing, match="Rows: 2,501"):
            exports.allow(session, 2501)


def test_the_second_is_another_manager_with_the_right_pin(db, many):
    with pytest.raises(ShowroomError, match="周敏 sits at the desk"):
        exports.second_person(db, many[Role.MANAGER], "3333")
    with pytest.raises(ShowroomError, match="a manager or an owner"):
        exports.second_person(db, many[Role.RECEPTIONIST], "1111")
    with pytest.raises(ShowroomError, match="Wrong PIN"):
        exports.second_person(db, many[Role.OWNER], "9999")
    with db.read() as session:
        assert exports.second_people(session) == [(many[Role.OWNER], "孙悦")]
    forged = (
        exports.Second(many[Role.RECEPTIONIST], "李静"),
        exports.Second(many[Role.MANAGER], "周敏"),
        exports.Second(999, "nobody"),
    )
    for second in forged:
        with pytest.raises(exports.SecondMissing):
            taken(db, second)
    assert not (db.path.parent / "out.csv").exists()


def test_the_second_pin_counts_its_wrong_tries(db, many):
    for _try in range(5):
        with pytest.raises(ShowroomError, match=r"Wrong PIN|locked"):
            exports.second_person(db, many[Role.OWNER], "9999")
    with pytest.raises(ShowroomError, match="locked"):
        exports.second_person(db, many[Role.OWNER], "4444")


def test_a_second_person_makes_no_manager_of_a_receptionist(db, many):
    db.staff_id = many[Role.RECEPTIONIST]
    second = exports.second_person(db, many[Role.OWNER], "4444")
    with pytest.raises(exports.Refused, match="a manager or an owner"):
        taken(db, second)


WAYS_OUT = {
    "month": lambda session, path: monthbook.write_month(
        session, "2026-11", path.with_suffix(".xlsx"), now=make.NOW
    ),
    "customers": registers.customers,
    "visits": lambda session, path: registers.visits(session, make.TODAY, make.TODAY, path),
    "register": lambda session, path: register.save(session, make.TODAY, path),
    "trail": lambda session, path: trail_sheet.save(session, [1, 2], path),
    "cards": lambda session, path: path.write_bytes(
        queue.pdf_of_due(session, due=date(2027, 1, 1), size="148x100")[0]
    ),
    "cards on paper": lambda session, path: path.write_bytes(
        queue.pdf(session, queue.waiting(session), today=make.TODAY, size="148x100")
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS_OUT)
def test_every_way_out_counts_before_it_writes(db, many, tmp_path, way):
    with db.write() as session:
        make.a_visit(session, name="吴迪", phone=make.a_phone())
        buyer = session.scalar(select(Card.customer_id))
        customers.change(session, buyer, address="滨河路 1 号")
    db.staff_id = many[Role.RECEPTIONIST]
    path = tmp_path / "out.csv"
    before = set(tmp_path.iterdir())
    with db.read() as session, pytest.raises(exports.Refused):
        WAYS_OUT[way](session, path)
    assert set(tmp_path.iterdir()) == before
    db.staff_id = many[Role.MANAGER]
    second = exports.second_person(db, many[Role.OWNER], "4444")
    with exports.leaving(db, way, second=second) as session:
        WAYS_OUT[way](session, path)
    assert set(tmp_path.iterdir()) > before
    assert noted(db).verb == "Export"


def test_rows_that_nobody_counted_are_a_bug(db, armed):
    with pytest.raises(RuntimeError, match="nobody counted"), exports.leaving(db, "Customers"):
        pass


def test_the_limits_stand_in_their_order(db):
    with pytest.raises(Invalid) as raised:
        save_settings(db, export_alone=300, export_two=200)
    assert set(raised.value.problems) == {"export_two"}
