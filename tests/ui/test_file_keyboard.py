"""Where the keyboard is on the customers' page, in the window: facts, tools, views, the search."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom.care import events, invitations
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import once
from tests.ui.keys import focus, press
from ui.pages.customers import CustomersPage

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NAMES = ("张伟", "李娜", "赵磊")


def begin(db: Any) -> None:
    """Three customers, all of them invited."""
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    ids = []
    for number, name in enumerate(NAMES):
        with db.write() as session:
            ids.append(make.a_customer(session, name, phone=f"1380013800{number}"))
    with db.write() as session:
        event = events.add(session, name="团购会", day=make.TODAY).id
        invitations.invite(session, event, ids, now=make.NOW)


@pytest.fixture
def page(qtbot: Any, window_of: Any) -> CustomersPage:
    """The customers' page in the window of a showroom with three customers."""
    window = window_of(lambda db: once(db, begin), "customers")
    window.show_page("customers")
    opened = window.page("customers")
    assert isinstance(opened, CustomersPage)
    qtbot.waitUntil(opened.finder.hasFocus)
    return opened


def begin_name(page: CustomersPage, qtbot: Any) -> Any:
    press(qtbot, Key.Key_F2)
    typed = page.file.facts["name"].field
    assert focus() is typed
    return typed


def open_events(page: CustomersPage, qtbot: Any) -> Any:
    press(qtbot, Key.Key_G, CTRL)
    qtbot.waitUntil(lambda: page.views.current == "events")
    return page.views.made["events"]


def test_down_from_the_search_enters_the_list_at_who_was_found_first(page, qtbot):
    press(qtbot, Key.Key_Down)
    assert focus() is page.table
    assert page.table.current_id() == page.table.rows.ids()[0] == page.id
    page.finder.setFocus()
    qtbot.keyClicks(page.finder, "lina")
    press(qtbot, Key.Key_Down)  # at once: what was typed counts
    assert page.side.title.text() == "Mr 李娜"
    assert focus() is page.table
    page.finder.setFocus()
    qtbot.keyClicks(page.finder, "x")
    press(qtbot, Key.Key_Down)
    assert page.table.rows.ids() == []
    assert focus() is page.finder


LEAVING = [Key.Key_Escape, Key.Key_Return, Key.Key_Tab]


@pytest.mark.parametrize("key", slow_but(LEAVING[1:2], LEAVING))
@pytest.mark.parametrize("changed", slow_but(("x",), ("", "x")))
def test_after_the_name_was_changed_the_keyboard_is_where_it_was(page, qtbot, key, changed):
    press(qtbot, Key.Key_Down)
    qtbot.keyClicks(begin_name(page, qtbot), changed)
    press(qtbot, key)
    qtbot.wait(200)  # what was saved is shown
    if key != Key.Key_Tab:
        assert focus() is page.table
    assert page.isAncestorOf(focus())
    assert focus().isVisible()
    begin_name(page, qtbot)


def test_alt_and_a_digit_turn_the_file_though_a_fact_is_typed(page, qtbot):
    press(qtbot, Key.Key_Down)
    typed = begin_name(page, qtbot)
    qtbot.keyClicks(typed, "Wei")
    press(qtbot, Key.Key_3, ALT)
    assert page.file.tab.code() == "circle"
    qtbot.wait(50)
    assert page.side.title.text() == "Mr Wei"
    assert page.isAncestorOf(focus())
    assert focus().isVisible()


@pytest.mark.parametrize("key", slow_but((Key.Key_W,), (Key.Key_W, Key.Key_M, Key.Key_K)))
@pytest.mark.parametrize("guests", slow_but([True], [True, False]))
def test_a_tool_left_beside_the_events_gives_the_keyboard_back_to_them(page, qtbot, key, guests):
    view = open_events(page, qtbot)
    press(qtbot, Key.Key_Return)
    press(qtbot, Key.Key_Return)
    assert focus() is view.guests.table
    assert page.id
    if not guests:
        view.table.setFocus()
    before = focus()
    press(qtbot, key, CTRL | SHIFT)
    assert page.side.isAncestorOf(focus())
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert page.views.current == "events"
    assert focus() is before


def test_a_tool_finished_beside_the_events_gives_the_keyboard_back_to_them(page, qtbot):
    view = open_events(page, qtbot)
    press(qtbot, Key.Key_Return)
    press(qtbot, Key.Key_Return)
    for key, code in ((Key.Key_W, "card"), (Key.Key_M, "survey"), (Key.Key_K, "complaint")):
        press(qtbot, key, CTRL | SHIFT)
        tool = page.tools.current
        assert tool is page.tools.made[code]
        assert tool.isAncestorOf(focus())
        if code == "survey":
            press(qtbot, Key.Key_4)
        elif code == "complaint":
            qtbot.keyClicks(focus(), "too loud")
            cause = tool.form.fields["cause_id"]
            cause.set_value(cause.itemData(1))
        press(qtbot, Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda: page.tools.current is None)
        qtbot.wait(200)
        assert focus() is view.guests.table, code
