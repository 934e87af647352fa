"""One party through the real window by keys: in, driving, back, a gift, out; and undone again."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom.door import cars, gifts, visits
from showroom.guard import staff
from showroom.store.models import Moment, Outcome, Role
from tests import builders as make
from tests.ui.keys import focus
from ui.app import open_all

Key = Qt.Key
Ctrl, Plain = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def test_the_first_picture_shows_what_was_read_while_the_window_opened(desk: Any) -> None:
    db, _services = open_all(desk, "desk")
    with db.write() as session:
        staff.add(session, name="周敏", role=Role.RECEPTIONIST)
    db.close()
    db, services = open_all(desk, "desk")
    assert db.staff_id is not None, "whoever receives sits here"
    assert services.reading.holds(db)
    db.close()


@pytest.fixture
def window(window_of: Any) -> Any:
    return window_of(stocked)


def stocked(db: Any) -> None:
    """A consultant, a demo car and three gifts."""
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    with db.write() as session:
        cars.add(session, plate="京A00001", model_id="汉EV", km=1200)
        gifts.add(session, name="车载香薰", unit="盒", count=3, now=make.NOW)


def test_in_driving_back_a_gift_and_out_without_a_mouse(window, qtbot, asked):
    db, desk = window.db, window.pages["desk"]

    def press(key: Qt.Key, how: Qt.KeyboardModifier = Plain) -> None:
        qtbot.keyClick(focus(), key, how)

    def row() -> visits.VisitRow:
        with db.read() as session:
            return visits.row(session, visit)

    def stock() -> int:
        with db.read() as session:
            return gifts.listed(session, make.TODAY)[0].stock

    press(Key.Key_F2)
    qtbot.waitUntil(desk.arrival.people.hasFocus)
    qtbot.keyClicks(focus(), "2")
    press(Key.Key_Return)
    qtbot.waitUntil(desk.form.name.hasFocus)
    visit = desk.form.visit.id
    qtbot.keyClicks(focus(), "Zhang Wei")
    press(Key.Key_Return)
    qtbot.waitUntil(desk.form.phone.hasFocus)
    qtbot.keyClicks(focus(), "13800138000")
    press(Key.Key_Return)

    press(Key.Key_F6)
    qtbot.waitUntil(lambda: desk.tools.current is not None)
    press(Key.Key_Space)
    press(Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: row().driving is not None)
    assert desk.side.tag.text().startswith("Driving since")
    press(Key.Key_F8)
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert "End the drive first (F6)." in asked.errors[0]
    assert row().left_at is None

    db.clock = lambda: make.later(minutes=25)
    press(Key.Key_F6)
    qtbot.waitUntil(lambda: desk.tools.current is not None)
    qtbot.keyClicks(focus(), "1212")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: row().driving is None)

    press(Key.Key_F10)
    qtbot.waitUntil(lambda: desk.tools.current is not None)
    qtbot.keyClicks(focus(), "1")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: stock() == 2)
    assert row().strip[list(Moment).index(Moment.GIFT)].outcome is Outcome.GIVEN
    press(Key.Key_F8)
    qtbot.waitUntil(lambda: row().left_at is not None)

    press(Key.Key_Z, Ctrl)
    qtbot.waitUntil(lambda: row().left_at is None)
    press(Key.Key_Z, Ctrl)
    qtbot.waitUntil(lambda: stock() == 3)
    press(Key.Key_Z, Ctrl)
    qtbot.waitUntil(lambda: row().driving is not None)
