"""Where somebody was typing is where he goes on: after another page, a box, a job, the lock."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from showroom.people import customers
from tests import builders as make
from tests.ui.keys import press
from ui.jobs import Job
from ui.main_window import MainWindow

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(window_of: Any) -> MainWindow:
    made: MainWindow = window_of(known)
    return made


def known(db: Any) -> None:
    """A consultant and two customers."""
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
        make.a_customer(session, "李敏", phone="13800138000")
        make.a_customer(session, "赵磊", phone="13800138001")


def typing(qtbot: Any, window: MainWindow) -> Any:
    """A party is in, and half a name is typed, a part of it marked from right to left."""
    page: Any = window.pages["desk"]
    press(qtbot, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(page.form.name.hasFocus)
    qtbot.keyClicks(page.form.name, "Zhang Wei")
    for _step in range(4):
        press(qtbot, Key.Key_Left)
    press(qtbot, Key.Key_Left, SHIFT)
    assert marked(page.form.name) == (4, "g")
    return page.form.name


def marked(line: Any) -> tuple[int, str]:
    return line.cursorPosition(), line.selectedText()


def test_a_name_half_typed_is_gone_on_with_after_another_page(window, qtbot):
    name = typing(qtbot, window)
    press(qtbot, Key.Key_2, CTRL)
    assert window.pages["customers"].finder.hasFocus()
    qtbot.wait(50)  # what was left is saved, and the desk told of it
    press(qtbot, Key.Key_1, CTRL)
    assert name.hasFocus()
    assert marked(name) == (4, "g")
    qtbot.wait(50)
    assert marked(name) == (4, "g")
    qtbot.keyClicks(name, "k")
    assert name.text() == "Zhank Wei"


def test_every_page_has_its_own_place(window, qtbot):
    name = typing(qtbot, window)
    press(qtbot, Key.Key_2, CTRL)
    page = window.pages["customers"]
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(page.form.fields["name"].hasFocus)
    note = page.form.fields["note"]
    assert isinstance(note, QPlainTextEdit)
    note.setFocus()
    qtbot.keyClicks(note, "likes red")
    press(qtbot, Key.Key_Left, CTRL | SHIFT)
    press(qtbot, Key.Key_1, CTRL)
    assert name.hasFocus()
    press(qtbot, Key.Key_2, CTRL)
    assert note.hasFocus()
    assert note.textCursor().selectedText() == "red"


def test_the_rows_that_are_ticked_are_gone_on_with(window, qtbot):
    press(qtbot, Key.Key_2, CTRL)
    page = window.pages["customers"]
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_1, CTRL)
    press(qtbot, Key.Key_2, CTRL)
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Space)
    assert len(page.table.checked_ids()) == 2
    press(qtbot, Key.Key_2, CTRL)  # asked for where it is shown: it begins anew
    assert page.finder.hasFocus()


def test_what_became_another_party_meanwhile_is_not_typed_into(window, qtbot):
    name = typing(qtbot, window)
    press(qtbot, Key.Key_2, CTRL)
    qtbot.wait(50)
    for _action in range(2):
        window.undo()
    press(qtbot, Key.Key_1, CTRL)
    assert not name.hasFocus()


def test_after_the_search_line_and_the_keys_the_mark_is_there_again(window, qtbot):
    name = typing(qtbot, window)
    press(qtbot, Key.Key_K, CTRL)
    qtbot.waitUntil(window.top.search.hasFocus)
    press(qtbot, Key.Key_Escape)
    assert name.hasFocus()
    assert marked(name) == (4, "g")
    press(qtbot, Key.Key_F1)
    press(qtbot, Key.Key_Escape)
    assert name.hasFocus()
    assert marked(name) == (4, "g")


def test_after_a_job_that_shuts_the_window_the_cursor_is_where_it_was(window, qtbot):
    name = typing(qtbot, window)
    job = Job(window, "Working…", lambda _progress: None, writes=True)
    assert not name.hasFocus()
    qtbot.waitSignal(job.finished).wait()
    assert name.hasFocus()
    assert marked(name) == (4, "g")


def test_somebody_who_is_shown_on_a_page_is_shown_there_anew(window, qtbot):
    press(qtbot, Key.Key_2, CTRL)
    page = window.pages["customers"]
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_1, CTRL)
    with window.db.read() as session:
        found = customers.rows(session, page.table.rows.ids())[1].id
    window.pages["desk"].open.emit("customers", found)
    assert page.id == found
    assert page.isAncestorOf(QApplication.focusWidget())


def test_a_window_put_away_and_shown_again_goes_on(window, qtbot):
    name = typing(qtbot, window)
    window.put_away()
    window.come_back()
    qtbot.wait(50)
    assert window.focusWidget() is name  # without a screen it does not become active again
    assert marked(name) == (4, "g")
