"""The targets of a month, typed in the settings: for the shop, for each consultant, undone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom.figures import targets
from showroom.guard import amends
from tests import builders as make
from ui.pages.settings import PARTS, SettingsPage
from ui.settings_targets import TargetsSection

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def page(db: Any, page_of: Any) -> SettingsPage:
    make.stop_clock(db)
    with db.write() as session:
        db.wang = make.a_member(session, "王强")
    opened: SettingsPage = page_of(SettingsPage)
    opened.show_id([code for code, _title in PARTS].index("targets") + 1)
    assert isinstance(opened.section(), TargetsSection)
    return opened


def held(page: SettingsPage, month: date = NOVEMBER) -> targets.Targets:
    with page.db.read() as session:
        return targets.load(session, month)


def fill(qtbot: Any, page: SettingsPage, code: str, text: str) -> None:
    field = page.targets.form.fields[code]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def choose(page: SettingsPage, name: str) -> None:
    who = page.targets.who
    who.setCurrentIndex(who.findText(name))
    who.activated.emit(who.currentIndex())


def save(qtbot: Any, page: SettingsPage) -> None:
    with qtbot.waitSignal(page.said):
        qtbot.keyClick(page, Key.Key_S, CTRL)


def test_targets_of_the_shop_and_of_a_consultant_are_one_save_and_one_undo(page, qtbot):
    fill(qtbot, page, "orders", "40")
    fill(qtbot, page, "contacts", "75")
    choose(page, "王强")
    assert page.targets.form.fields["orders"].text() == ""
    fill(qtbot, page, "orders", "12")
    choose(page, "Whole shop")
    assert page.targets.form.fields["orders"].text() == "40"  # what was typed waits
    save(qtbot, page)
    assert held(page) == {
        (None, "orders"): 40,
        (None, "contacts"): 75,
        (page.db.wang, "orders"): 12,
    }
    assert not page.targets.save.isEnabled()
    with page.db.write() as session:
        assert amends.undo(session).verb == "targets"
    assert held(page) == {}
    assert page.targets.form.fields["orders"].text() == ""


def test_another_month_takes_over_and_says_what_the_last_one_had(page, qtbot):
    fill(qtbot, page, "orders", "40")
    save(qtbot, page)
    qtbot.mouseClick(page.targets.later, Qt.MouseButton.LeftButton)
    assert page.targets.shown.text() == "December 2026"
    assert page.targets.form.fields["orders"].accessibleDescription() == "cars · last month 40"
    qtbot.mouseClick(page.targets.copy, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: held(page, DECEMBER) == {(None, "orders"): 40})


def test_a_rate_above_a_hundred_is_said_beside_its_field_and_nothing_is_written(page, qtbot):
    fill(qtbot, page, "drive_rate", "140")
    qtbot.keyClick(page, Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: bool(page.targets.form.problems["drive_rate"].text()))
    assert held(page) == {}
    qtbot.mouseClick(page.targets.later, Qt.MouseButton.LeftButton)
    assert page.targets.shown.text() == "November 2026"  # not before it is mended


def test_what_somebody_else_writes_meanwhile_leaves_the_typing_alone(page, qtbot):
    fill(qtbot, page, "orders", "40")
    with page.db.write() as session:
        make.a_member(session, "李娜")
    assert page.targets.form.fields["orders"].text() == "40"
