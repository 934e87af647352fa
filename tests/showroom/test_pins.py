"""The PIN: who may sit down, what guessing costs, and what no clock and no kill takes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from showroom import words
from showroom.errors import Invalid, ShowroomError
from showroom.guard import pins, staff
from showroom.store import journal
from showroom.store.models import Action, Change, Role, Setting, Staff
from showroom.store.opening import open_desk
from tests import builders as make
from tests.stories import story

ROOT = Path(__file__).parents[2]
WRONG = "9999"
MORNING = datetime(2044, 3, 1, 1, 0, tzinfo=UTC)  # after the set-up of the desk, whenever that was


@pytest.fixture(autouse=True)
def uptime(monkeypatch):
    """The time since the PC was started, by hand: `uptime[0]` seconds."""
    passed = [10_000.0]
    monkeypatch.setattr(pins, "uptime", lambda: passed[0])
    return passed


@story
def crew(db):
    """A desk that stands still, with a manager, a receptionist and a consultant; ids by name."""
    db.clock = lambda: MORNING
    with db.write() as session:
        people = [("周敏", Role.MANAGER), ("李静", Role.RECEPTIONIST), ("王强", Role.CONSULTANT)]
        return {name: make.a_member(session, name, role) for name, role in people}


@pytest.fixture
def locked(db, crew):
    """The same desk with PINs: the manager 2468, the receptionist 1357."""
    give(db, crew["周敏"], "2468", crew["周敏"])
    give(db, crew["李静"], "1357", crew["周敏"])
    db.staff_id = crew["周敏"]
    return crew


def later(**span):
    return MORNING + timedelta(**span)


def give(db, staff_id, pin, by):
    with db.write() as session:
        make.a_pin(session, staff_id, pin, by=by)


def said(db, staff_id, pin):
    """What the desk says to a PIN; "" when it opens."""
    try:
        pins.check(db, staff_id, pin)
    except ShowroomError as error:
        return str(error)
    return ""


def seat(db, staff_id):
    with db.read() as session:
        return next(one for one in pins.seats(session, now=db.now()) if one.id == staff_id)


def entries(db):
    with db.read() as session:
        return [
            (row.verb, row.staff_id, row.subject_id)
            for row in session.scalars(select(Action).order_by(Action.id))
            if row.verb not in ("seed", "staff")
        ]


def guess(db, staff_id, times):
    return [said(db, staff_id, WRONG) for _time in range(times)]


# --- setting


def test_a_fresh_desk_has_no_pins(db, crew):
    with db.read() as session:
        assert not pins.in_use(session)
    assert not seat(db, crew["周敏"]).has_pin


def test_the_first_pin_is_a_managers(db, crew):
    with pytest.raises(ShowroomError, match="The first PIN is a manager's"):
        give(db, crew["李静"], "1357", crew["李静"])
    give(db, crew["周敏"], "2468", crew["周敏"])
    with db.read() as session:
        assert pins.in_use(session)
    give(db, crew["李静"], "1357", crew["李静"])
    assert said(db, crew["李静"], "1357") == ""


def test_others_are_set_by_a_manager_with_a_pin(db, crew):
    with pytest.raises(ShowroomError, match="Only a manager or an owner"):
        give(db, crew["周敏"], "2468", crew["李静"])
    with pytest.raises(ShowroomError, match="Only a manager or an owner"):
        give(db, crew["周敏"], "2468", None)
    give(db, crew["周敏"], "2468", crew["周敏"])
    with db.write() as session:
        other = make.a_member(session, "孙悦", Role.OWNER)
    with pytest.raises(ShowroomError, match="孙悦 needs a PIN for this"):
        give(db, crew["李静"], "1357", other)
    db.staff_id = crew["周敏"]
    with db.write() as session:
        staff.change(session, other, active=False)
    with pytest.raises(ShowroomError, match="Only a manager or an owner"):
        give(db, crew["李静"], "1357", other)


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "12 34", "-1234"])
def test_a_pin_has_4_to_8_digits(db, crew, pin):
    with pytest.raises(Invalid) as raised:
        give(db, crew["周敏"], pin, crew["周敏"])
    assert raised.value.problems == {"pin": "A PIN has 4 to 8 digits."}


def test_wide_digits_are_the_same_digits(db, crew):
    give(db, crew["周敏"], "２４６８", crew["周敏"])
    assert said(db, crew["周敏"], "2468") == ""
    assert said(db, crew["周敏"], "２４６８") == ""


def test_a_pin_costs_what_it_should(db, crew, monkeypatch):
    monkeypatch.undo()
    give(db, crew["周敏"], "2468", crew["周敏"])
    with db.read() as session:
        held = session.get_one(Staff, crew["周敏"]).pin
    assert held.startswith("$argon2id$v=19$m=65536,t=3,p=1$")


def test_a_pin_is_kept_as_argon2id_and_in_no_image_of_the_journal(db, locked):
    with db.read() as session:
        held = session.get_one(Staff, locked["周敏"]).pin
        assert held.startswith("$argon2id$")
        assert "2468" not in held
        images = [*session.scalars(select(Change.after)), *session.scalars(select(Change.before))]
        assert not [image for image in images if image and "argon2" in image]


def test_an_undo_takes_no_pin_and_no_failure_back(db, locked):
    guess(db, locked["李静"], 2)
    with db.write() as session:
        undone = journal.undo(session)
    assert undone.verb == "staff"
    assert seat(db, locked["周敏"]).has_pin
    with db.read() as session:
        assert session.get_one(Staff, locked["李静"]).failures == 2


def test_a_pin_is_taken_away_by_a_manager_and_the_last_keepers_goes_last(db, locked):
    db.staff_id = locked["李静"]
    with db.write() as session, pytest.raises(ShowroomError, match="Only a manager"):
        pins.remove(session, locked["李静"])
    db.staff_id = locked["周敏"]
    with db.write() as session, pytest.raises(ShowroomError, match="the last one who can unlock"):
        pins.remove(session, locked["周敏"])
    for name in ("李静", "周敏"):
        with db.write() as session:
            pins.remove(session, locked[name])
    with db.read() as session:
        assert not pins.in_use(session)


def test_the_last_one_who_unlocks_neither_leaves_nor_loses_the_role(db, locked):
    for change in ({"active": False}, {"role": Role.CONSULTANT}):
        with db.write() as session, pytest.raises(ShowroomError, match="the last one"):
            staff.change(session, locked["周敏"], **change)
    with db.write() as session:
        staff.change(session, locked["周敏"], role=Role.OWNER)
        staff.change(session, locked["李静"], active=False)
        other = make.a_member(session, "孙悦", Role.MANAGER)
    give(db, other, "1234", locked["周敏"])
    with db.write() as session:
        staff.change(session, locked["周敏"], active=False)


# --- sitting down


def test_who_has_no_pin_or_does_not_work_here_is_told_so(db, locked):
    assert said(db, locked["王强"], "1234").startswith("王强 has no PIN yet")
    assert said(db, 999, "1234") == "Nobody with this name works here."
    with db.write() as session:
        staff.change(session, locked["李静"], active=False)
    assert said(db, locked["李静"], "1357") == "Nobody with this name works here."


def test_an_open_desk_is_handed_to_who_has_no_pin_but_to_no_manager(db, crew):
    with db.read() as session:
        pins.hand_over(session, crew["王强"])
    give(db, crew["周敏"], "2468", crew["周敏"])
    with db.write() as session:
        owner = make.a_member(session, "孙悦", Role.OWNER)
    with db.read() as session:
        pins.hand_over(session, crew["王强"])
        with pytest.raises(ShowroomError, match="周敏 must give the PIN"):
            pins.hand_over(session, crew["周敏"])
        with pytest.raises(ShowroomError, match="孙悦 needs a PIN to sit here"):
            pins.hand_over(session, owner)


def test_every_try_is_an_entry_of_the_journal_by_id(db, locked, caplog):
    db.staff_id = locked["周敏"]
    said(db, locked["李静"], WRONG)
    said(db, locked["李静"], "1357")
    assert entries(db)[-2:] == [
        ("wrong_pin", None, locked["李静"]),
        ("sit_down", locked["李静"], locked["李静"]),
    ]
    assert [verb for verb, *_rest in entries(db)][:2] == ["set_pin", "set_pin"]
    assert {verb for verb, *_rest in entries(db)} <= set(words.VERBS)
    assert "李静" not in caplog.text
    assert WRONG not in caplog.text


# --- guessing


def test_the_fifth_wrong_one_locks_and_each_further_one_for_longer(db, locked, uptime):
    told = guess(db, locked["李静"], 5)
    assert told[0] == "Wrong PIN. 4 more tries."
    assert told[3] == "Wrong PIN. 1 more try."
    assert told[4] == "Too many wrong PINs: locked for 1 minute. A manager can unlock it."
    for minutes in (2, 4, 8, 15, 15):
        assert said(db, locked["李静"], "1357").startswith(
            "Too many wrong PINs"
        )  # even the right one
        uptime[0] += seat(db, locked["李静"]).wait
        assert seat(db, locked["李静"]).wait == 0
        assert f"locked for {minutes} minutes" in said(db, locked["李静"], WRONG)
    assert seat(db, locked["李静"]).wait == 15 * 60
    assert seat(db, locked["周敏"]).wait == 0
    assert said(db, locked["周敏"], "2468") == ""


def test_what_is_refused_while_locked_is_not_counted(db, locked):
    guess(db, locked["李静"], 9)
    with db.read() as session:
        assert session.get_one(Staff, locked["李静"]).failures == 5


def test_the_right_one_forgets_the_wrong_ones(db, locked):
    guess(db, locked["李静"], 4)
    assert said(db, locked["李静"], "1357") == ""
    assert guess(db, locked["李静"], 1) == ["Wrong PIN. 4 more tries."]


def test_who_acts_is_who_sits_at_the_desk(db, locked):
    guess(db, locked["李静"], 5)
    db.staff_id = locked["李静"]
    for deed in (pins.unlock, pins.remove):
        with db.write() as session, pytest.raises(ShowroomError, match="Only a manager"):
            deed(session, locked["李静"])
    with db.write() as session, pytest.raises(ShowroomError, match="Only a manager"):
        pins.set_pin(session, locked["周敏"], "9999")
    with db.write() as session:
        pins.set_pin(session, locked["李静"], "9999")
    assert said(db, locked["周敏"], "2468") == ""


def test_a_manager_unlocks_and_nobody_else(db, locked):
    guess(db, locked["李静"], 5)
    db.staff_id = locked["李静"]
    with db.write() as session, pytest.raises(ShowroomError, match="Only a manager"):
        pins.unlock(session, locked["李静"])
    db.staff_id = locked["周敏"]
    with db.write() as session:
        pins.unlock(session, locked["李静"])
    assert seat(db, locked["李静"]).wait == 0
    assert said(db, locked["李静"], "1357") == ""
    with db.read() as session:
        assert session.scalars(select(Setting).where(Setting.key.like("lock:%"))).all() == []


def test_the_lock_survives_a_restart_of_the_program(db, desk, locked, uptime):
    guess(db, locked["李静"], 5)
    db.close()
    uptime[0] += 20
    again = open_desk(desk)
    try:
        assert seat(again, locked["李静"]).wait == 40
        assert said(again, locked["李静"], "1357").startswith("Too many wrong PINs")
    finally:
        again.close()


@pytest.mark.parametrize("days", [-400, -1, 1, 4400])
def test_no_clock_frees_anybody_while_the_pc_runs(db, locked, uptime, days):
    guess(db, locked["李静"], 5)
    db.clock = lambda: later(days=days)
    uptime[0] += 59
    assert seat(db, locked["李静"]).wait == 1
    uptime[0] += 1
    assert said(db, locked["李静"], "1357") == ""


def test_after_a_restart_of_the_pc_the_clock_counts(db, locked, uptime):
    guess(db, locked["李静"], 5)
    uptime[0] = 0
    assert seat(db, locked["李静"]).wait == 60
    db.clock = lambda: later(seconds=45)
    assert seat(db, locked["李静"]).wait == 15
    db.clock = lambda: later(hours=12)
    assert seat(db, locked["李静"]).wait == 0


def test_a_clock_that_went_back_is_not_believed_and_locks_nobody_out(db, locked, uptime):
    with db.write() as session:
        make.a_customer(session)
    guess(db, locked["李静"], 5)
    uptime[0] = 0
    db.clock = lambda: later(days=-6000)  # a dead battery
    assert seat(db, locked["李静"]).wait == 60
    uptime[0] = 30
    assert seat(db, locked["李静"]).wait == 30
    uptime[0] = 60
    assert said(db, locked["李静"], "1357") == ""


def test_a_lock_begins_at_the_newest_entry_when_the_clock_is_behind_it(db, locked, uptime):
    db.clock = lambda: later(days=-2)
    guess(db, locked["李静"], 5)
    with db.read() as session:
        assert session.get_one(Staff, locked["李静"]).locked_until == later(minutes=1)


@pytest.mark.usefixtures("uptime")
def test_the_uptime_comes_from_the_system(monkeypatch):
    monkeypatch.undo()
    first = pins.uptime()
    assert first > 0
    assert pins.uptime() >= first
    monkeypatch.delattr("time.CLOCK_BOOTTIME", raising=False)  # where it is unknown
    assert pins.uptime() > 0


# --- killed


KILLED = """
import os, signal, sys
from pathlib import Path
from showroom import paths
from showroom.guard import pins
from showroom.store.opening import open_desk
db = open_desk(paths.desk(Path(sys.argv[1])))
for _time in range(int(sys.argv[3])):
    try:
        pins.check(db, int(sys.argv[2]), "9999")
    except Exception as error:
        print(error, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_killing_the_program_right_after_the_answer_takes_no_failure_back(
    db, desk, locked, monkeypatch
):
    db.close()
    monkeypatch.undo()  # the time since the start of the PC is the same for both programs
    for count in (2, 3):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(desk.data), str(locked["李静"]), str(count)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
        assert len(done.stdout.splitlines()) == count
    again = open_desk(desk)
    try:
        with again.read() as session:
            assert session.get_one(Staff, locked["李静"]).failures == 5
        assert said(again, locked["李静"], "1357").startswith("Too many wrong PINs")
    finally:
        again.close()
