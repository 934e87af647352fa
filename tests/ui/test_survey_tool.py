"""Noting how satisfied somebody is, by keys (Ctrl+Shift+M)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom.care import surveys
from showroom.store.models.archive import Survey
from tests import builders as make
from tests.showroom.test_classes import errand
from tests.stories import story
from tests.ui.keys import focus, write
from ui.pages.customers import CustomersPage
from ui.survey_tool import SurveyTool

Key = Qt.Key
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@story
def buyer(db: Any) -> int:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    with db.write() as session:
        id = make.a_customer(session)
    with db.write() as session:
        make.a_deal(session, id)
    with db.write() as session:
        errand(session, id, 3)
    db.clock = lambda: make.later(minutes=5)
    return id


@pytest.fixture
def page(buyer: int, page_of: Callable[[Any], Any]) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    opened.show_id(buyer)
    return opened


def open_tool(qtbot: Any, page: CustomersPage) -> SurveyTool:
    qtbot.keyClick(page, Key.Key_M, Ctrl | Shift)
    qtbot.waitUntil(lambda: isinstance(page.tools.current, SurveyTool))
    tool = page.tools.current
    assert isinstance(tool, SurveyTool)
    qtbot.waitUntil(tool.table.hasFocus)
    return tool


def known(page: CustomersPage, id: int) -> list[surveys.SurveyRow]:
    with page.db.read() as session:
        return surveys.of_customer(session, id)


def test_a_digit_and_enter_note_it_and_one_undo_takes_it_back(page, qtbot, buyer):
    said: list[str] = []
    page.said.connect(said.append)
    open_tool(qtbot, page)
    qtbot.keyClicks(focus(), "4")
    qtbot.keyClick(focus(), Key.Key_Return)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert said == ["Noted: Very satisfied (100)."]
    (row,) = known(page, buyer)
    assert (row.score, row.day) == (100, make.TODAY)
    with page.db.read() as session:
        assert session.get_one(Survey, row.id).deal_id == 1  # his deal, unless said otherwise
    assert page.file.timeline.entries()[0].title == "Very satisfied (100)"
    assert page.file.class_line.tags["card"].text() == "Active customer"

    # It stands in the tool the next time; undone from the timeline it is gone.
    tool = open_tool(qtbot, page)
    assert tool.before.text() == "2026-11-18: Very satisfied (100)"
    qtbot.keyClick(focus(), Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    page.file.timeline.setCurrentIndex(page.file.timeline.model().index(0, 0))
    qtbot.keyClick(page, Key.Key_U, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: known(page, buyer) == [])


def test_about_a_visit_on_its_day_in_his_own_words(page, qtbot, buyer):
    tool = open_tool(qtbot, page)
    qtbot.keyClicks(focus(), "1")
    tool.about.setFocus()
    qtbot.keyClick(tool.about, Key.Key_Down)
    assert tool.about.currentText() == "2026-11-15 · Service or repair"
    assert tool.day.value() == make.TODAY - timedelta(days=3)
    qtbot.keyClick(tool.about, Key.Key_Return)
    qtbot.keyClick(focus(), Key.Key_Return)
    write("等了很久")
    page.reload()  # somebody else wrote something meanwhile: what is typed stays
    qtbot.keyClick(focus(), Key.Key_Return, Ctrl)
    qtbot.keyClick(page.tools.finish, Key.Key_Space)
    qtbot.waitUntil(lambda: page.tools.current is None)
    (row,) = known(page, buyer)
    assert (row.score, row.day, row.words) == (20, make.TODAY - timedelta(days=3), "等了很久")


def test_what_is_missing_is_said_and_nothing_is_noted(page, qtbot, buyer):
    tool = open_tool(qtbot, page)
    qtbot.keyClicks(focus(), "9")
    tool.accept()
    assert tool.problem.text() == "Choose how satisfied he is."
    qtbot.keyClick(tool.table, Key.Key_Down)
    assert tool.table.picked() == 1
    qtbot.keyClicks(tool.table, "3")
    assert tool.problem.text() == ""
    tool.day.setText("2027-01-01")
    qtbot.keyClick(tool.table, Key.Key_Return)
    assert tool.form.problems["day"].text() == "This day is still to come."
    tool.day.setText("31-31")
    tool.accept()
    assert tool.form.problems["day"].text().startswith("There is no such day")
    assert known(page, buyer) == []
