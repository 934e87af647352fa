"""Satisfaction by keys: a short form at the file, the figures on the follow-ups page (F10)."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt

from showroom.care import surveys
from showroom.store.models import Asked
from tests import builders as b
from tests.stories import story
from ui import jobs
from ui.pages.customers import CustomersPage
from ui.pages.followups import FollowUpsPage
from ui.survey_tool import SurveyTool

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@story
def shop(db):
    b.stop_clock(db)
    with db.write() as session:
        b.a_member(session)
        db.zhang = b.a_customer(session, "张伟")
        db.li = b.a_customer(session, "李娜")
    return db


def kept(db, id):
    with db.read() as session:
        return [(row.asked, row.score) for row in surveys.of_customer(session, id)]


@pytest.fixture
def tool(shop, page_of, qtbot):
    page = page_of(CustomersPage)
    qtbot.waitUntil(page.isActiveWindow)
    page.show_id(shop.zhang)
    qtbot.keyClick(page, Key.Key_M, CTRL | SHIFT)
    qtbot.waitUntil(lambda: isinstance(page.tools.current, SurveyTool))
    found = page.tools.current
    qtbot.waitUntil(found.table.hasFocus)
    return found


def test_a_short_form_is_answered_digit_by_digit(tool, qtbot, shop):
    said = []
    tool.page.said.connect(said.append)
    tool.asked.buttons["csi"].click()
    assert tool.questions.hasFocus()
    assert not tool.table.isVisible()
    for digit in "4433":
        qtbot.keyClick(tool.questions, digit)
    assert tool.questions.current_id() == 5
    qtbot.keyClick(tool.questions, Key.Key_Up)
    qtbot.keyClick(tool.questions, Key.Key_Delete)  # the fourth was not asked after all
    assert tool.questions.rows.index(3, 1).data() == "—"
    qtbot.keyClick(tool.questions, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["Noted: Satisfied (87)."]
    assert kept(shop, shop.zhang) == [(Asked.CSI, 87)]


def test_without_an_answer_it_says_what_lacks(tool, qtbot, shop):
    tool.asked.buttons["ssi"].click()
    qtbot.keyClick(tool.questions, Key.Key_Return)
    assert tool.problem.text() == "Answer at least one question."
    assert kept(shop, shop.zhang) == []


def test_who_is_not_satisfied_is_passed_on_as_a_complaint(tool, qtbot, shop):
    said = []
    tool.page.said.connect(said.append)
    qtbot.keyClick(tool.table, Key.Key_1)
    qtbot.keyClick(tool.table, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(said))
    assert "take it as a complaint with Ctrl+Shift+K" in said[0]


def test_the_figures_and_the_least_satisfied_first(shop, page_of, qtbot, asked, tmp_path):
    for id, score in ((shop.zhang, 100), (shop.li, 20)):
        with shop.write() as session:
            surveys.note(session, id, score=score, day=b.TODAY, today=b.TODAY)
    page = page_of(FollowUpsPage)
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Key.Key_F10)
    qtbot.waitUntil(lambda: page.views.current == "surveys")
    view = page.views.made["surveys"]
    qtbot.waitUntil(lambda: not jobs.running())
    assert view.figures.values() == {
        "asked": "2",
        "mean": "60.0",
        "loyal": "50%",
        "unhappy": "1",
        "ssi": "—",
        "csi": "—",
    }
    assert view.table.rows.index(0, 0).data() == "20"
    asked.answers["save"] = tmp_path / "answers.xlsx"
    with qtbot.waitSignal(page.said, timeout=10_000):
        qtbot.keyClick(view.table, Key.Key_E, CTRL)
    with qtbot.waitSignal(page.open) as opened:
        qtbot.keyClick(view.table, Key.Key_Return)
    assert opened.args == ["customers", shop.li]
    qtbot.keyClick(view.table, "[")
    qtbot.waitUntil(lambda: not jobs.running())
    assert view.figures.values()["asked"] == "0"
    assert "Nobody was asked" in view.table._empty.sentence.text()


def test_what_was_counted_for_an_earlier_time_is_dropped(shop, page_of, qtbot, monkeypatch):
    from showroom.figures import surveys as counted

    with shop.write() as session:
        surveys.note(session, shop.zhang, score=100, day=b.TODAY, today=b.TODAY)
    look, go = counted.look, threading.Event()

    def slow(session, first, last):
        if last == b.TODAY:
            go.wait(10)
        return look(session, first, last)

    monkeypatch.setattr(counted, "look", slow)
    page = page_of(FollowUpsPage)
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Key.Key_F10)
    qtbot.waitUntil(lambda: page.views.current == "surveys")
    view = page.views.made["surveys"]
    assert view.table._empty.sentence.text() == "Counting…"  # not yet that nobody was asked
    qtbot.keyClick(view.table, "[")
    qtbot.waitUntil(lambda: view.figures.values().get("asked") == "0")
    go.set()
    qtbot.waitUntil(lambda: not jobs.running())
    assert view.figures.values()["asked"] == "0"
