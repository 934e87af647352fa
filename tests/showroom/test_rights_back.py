"""Taking back and coming back: no undo and no recovery code is a way round a right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from showroom.errors import Invalid, ShowroomError
from showroom.guard import amends, pins, upkeep
from showroom.people import (
    customers,
)
from showroom.people.many import change_consultant
from showroom.store import recovery
from showroom.store.models import (
    Action,
    Customer,
    Role,
)
from tests import builders as make
from tests.showroom.rights_kit import (
    OTHERS,
    arm,
    as_manager,
    come_in,
    hire,
    noted,
    redo,
    save_settings,
    undo,
)
from tests.stories import story

crew, armed = story(hire), story(arm)


def last_action(db):
    with db.read() as session:
        return session.scalar(select(func.max(Action.id)))


# --- taking back


def test_a_slip_of_today_is_mended_at_the_desk_whoever_made_it(db, armed):
    db.staff_id = armed[Role.CONSULTANT]
    come_in(db)
    db.staff_id = armed[Role.RECEPTIONIST]
    undo(db)
    redo(db)


def test_what_she_did_herself_she_takes_back_whenever_it_was(db, armed):
    db.staff_id = armed[Role.RECEPTIONIST]
    come_in(db)
    db.clock = lambda: make.NOW + timedelta(days=9)
    undo(db)


@pytest.mark.parametrize("what", ["customer", "deal"])
def test_from_the_next_day_on_taking_back_is_no_way_to_delete(db, armed, what):
    with db.read() as session:
        (old,) = session.scalars(select(Customer.id)).all()
    db.staff_id = armed[Role.RECEPTIONIST]
    with db.write() as session:
        customer = make.a_customer(session, "赵六")
    if what == "deal":
        with db.write() as session:
            make.a_deal(session, customer)
    made = last_action(db)
    db.clock = lambda: make.NOW + timedelta(days=1)
    with db.write() as session, pytest.raises(ShowroomError, match="Only a manager or an owner"):
        amends.undo(session, made)
    with db.write() as session:
        customers.change(session, old, note="想试驾")
    with db.write() as session:
        amends.undo(session, last_action(db))
    db.staff_id = armed[Role.MANAGER]
    with db.write() as session:
        assert amends.undo(session, made).restored


def test_an_undo_is_no_way_round_what_it_is_about(db, armed):
    """Taking back the undo of a settings change would set it again."""
    as_manager(save_settings, undo)(db, armed)
    undone = last_action(db)
    db.staff_id = armed[Role.RECEPTIONIST]
    with db.write() as session, pytest.raises(ShowroomError, match="Settings changed"):
        amends.undo(session, undone)
    with db.write() as session, pytest.raises(ShowroomError, match="a manager or an owner"):
        amends.redo(session)


def test_there_is_nothing_to_undo_for_anybody(db, armed):
    with db.write() as session, pytest.raises(ShowroomError, match="nothing to undo"):
        amends.undo(session, 99_999)


# --- the forgotten PIN


@pytest.fixture
def code(db, armed):
    """A recovery code in force."""
    db.staff_id = armed[Role.MANAGER]
    made = recovery.new_code()
    upkeep.new_code(db, made)
    assert noted(db).verb == "Recovery code made"
    db.staff_id = None
    return made


def test_a_manager_comes_back_by_the_recovery_code(db, armed, code):
    for _try in range(5):
        with pytest.raises(ShowroomError):
            pins.check(db, armed[Role.MANAGER], "9999")
    pins.reset(db, armed[Role.MANAGER], "8888", code.lower())
    entry = noted(db)
    assert (entry.verb, entry.subject, entry.who) == ("PIN reset by recovery code", "周敏", "")
    pins.check(db, armed[Role.MANAGER], "8888")
    with pytest.raises(ShowroomError, match="Wrong PIN"):
        pins.check(db, armed[Role.MANAGER], "3333")


def test_the_code_is_the_whole_code_and_sets_a_real_pin(db, armed, code):
    for wrong in ("", code[:-1], recovery.new_code()):
        with pytest.raises(Invalid) as raised:
            pins.reset(db, armed[Role.OWNER], "8888", wrong)
        assert set(raised.value.problems) == {"code"}
    with pytest.raises(Invalid) as raised:
        pins.reset(db, armed[Role.OWNER], "12", code)
    assert set(raised.value.problems) == {"pin"}
    pins.check(db, armed[Role.OWNER], "4444")


@pytest.mark.parametrize("role", OTHERS)
def test_the_code_is_for_managers_only(db, armed, code, role):
    with pytest.raises(ShowroomError, match="a manager or an owner; they set the others"):
        pins.reset(db, armed[role], "8888", code)


def test_a_page_of_another_desk_does_not_reset(db, armed):
    other = recovery.new_code()
    recovery.write(recovery.beside(db.path), bytes(32), other, db.now())
    with pytest.raises(Invalid, match="another desk"):
        pins.reset(db, armed[Role.MANAGER], "8888", other)


def test_a_consultant_takes_back_no_customer_that_a_manager_gave_away(db, armed):
    wang = armed[Role.CONSULTANT]
    with db.write() as session:
        other = make.a_member(session, "李娜")
        id = make.a_customer(session, "何平", consultant_id=wang)
    as_manager(lambda db: give(db, id, other))(db, armed)
    db.staff_id = wang
    with pytest.raises(ShowroomError, match="A consultant is given customers"):
        undo(db)
    as_manager(undo)(db, armed)
    with db.read() as session:
        assert session.get_one(Customer, id).consultant_id == wang
    give(db, id, other)  # his own slip
    undo(db)
    with db.read() as session:
        assert session.get_one(Customer, id).consultant_id == wang


def give(db, id, consultant_id):
    with db.write() as session:
        change_consultant(session, [id], consultant_id)
