"""The figures page: times, figures with their formulas, and the month's workbook."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt

from showroom.door import moments, reception
from showroom.guard import entries
from showroom.store.models import Moment, Refusal
from tests import builders as b
from ui import jobs
from ui.pages import figures
from ui.pages.figures import FiguresPage


@pytest.fixture
def showroom(db):
    """Three parties in this month, one in the last; two of this month left a contact."""
    db.clock = lambda: b.later(hours=6)
    with db.write() as session:
        b.a_member(session)
        for days, facts in ((0, {"phone": b.a_phone()}), (-1, {"phone": b.a_phone()}), (-2, {})):
            visit = b.a_visit(session, now=b.later(days=days), name="张伟", **facts)
            moments.ask(session, visit, Moment.OFFER, now=b.later(days=days, minutes=1))
            reception.leave(session, visit, at=b.later(days=days, minutes=40))
        last = b.a_visit(session, now=b.later(days=-31))
        refusal = Refusal.CONTROL
        moments.ask(session, last, Moment.GIFT, refusal=refusal, now=b.later(days=-31))
    return db


@pytest.fixture
def page(showroom, page_of):
    return page_of(FiguresPage)


def press(qtbot, page, key, modifier=Qt.KeyboardModifier.AltModifier):
    qtbot.keyClick(page.span, key, modifier)


def test_the_month_is_shown_beside_the_same_days_of_the_month_before(page):
    assert page.now.text() == "November 2026"
    assert page.versus.text() == "against the same days of the month before"
    assert page.figures.values()["parties"] == "3"
    assert page.figures.values()["contacts"] == "67%"
    fig = page.figures.findChild(object, "figures.contacts")
    assert fig.toolTip().splitlines() == [
        "First visits that left a contact ÷ first visits, without those on file before",
        "2 ÷ 3",
        "Before: 0%",
    ]
    assert fig.fig.label == "Contact rate ▲ 67"


def test_the_moments_say_what_came_of_them(page):
    rows = [
        [page.moments.rows.index(row, column).data() for column in range(5)] for row in range(7)
    ]
    assert rows[1] == ["Asks for offers", "3", "3", "100%", ""]
    assert rows[5] == ["Gift handed out", "0", "0", "—", ""]


def test_the_pictures_are_said_in_words_too(page):
    assert "11-18 Wed: 1 walk-ins, 1 contacts left" in page.bars.accessibleDescription()
    assert page.funnel.accessibleDescription().startswith("Walk-ins: 3; Contact known: 2 67%")
    assert "Wed: " in page.heat.accessibleDescription()


def test_going_back_and_forth_in_time_by_keys(page, qtbot):
    assert not page.later.isEnabled()
    press(qtbot, page, Qt.Key.Key_Left)
    assert page.now.text() == "October 2026"
    assert page.versus.text() == "against the month before"
    assert page.figures.values()["parties"] == "1"
    reasons = [page.moments.rows.index(row, 4).data() for row in range(7)]
    assert reasons[5] == "Fears losing the upper hand 1"
    press(qtbot, page, Qt.Key.Key_Right)
    press(qtbot, page, Qt.Key.Key_Right)
    assert page.now.text() == "November 2026"
    for _month in range(3):
        press(qtbot, page, Qt.Key.Key_Left)
    assert not page.bars.isVisible()
    press(qtbot, page, Qt.Key.Key_Home)
    assert page.now.text() == "November 2026"
    assert page.bars.isVisible()


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        (Qt.Key.Key_D, "2026-11-18 Wed"),
        (Qt.Key.Key_W, "2026-11-16 – 11-22"),
        (Qt.Key.Key_Q, "Quarter 4 of 2026"),
        (Qt.Key.Key_Y, "Year 2026"),
    ],
)
def test_other_times_by_their_letter(page, qtbot, letter, name):
    qtbot.keyClick(page.span, letter)
    assert page.now.text() == name
    assert page.figures.values()["parties"] == {"D": "1", "W": "3"}.get(chr(letter), "4")


def test_a_bar_opens_its_day(page, qtbot):
    page.bars.clicked.emit(16)
    assert page.span.code() == "day"
    assert page.now.text() == "2026-11-17 Tue"
    assert page.bars_card.title.text() == "Parties by hour"
    page.bars.clicked.emit(3)
    assert page.span.code() == "day"


def test_a_write_elsewhere_is_counted_at_once(page, showroom):
    with showroom.write() as session:
        b.a_visit(session, now=b.later(hours=1))
    assert page.figures.values()["parties"] == "4"


def test_many_visits_are_counted_beside_the_desks_work(page, qtbot, showroom, monkeypatch):
    monkeypatch.setattr(figures, "QUICK", 0)
    page.earlier.click()
    page.later.click()
    assert page.figures.values()["parties"] == "3"
    qtbot.waitUntil(lambda: not jobs.running() and not page._counting)
    page.earlier.click()
    qtbot.waitUntil(lambda: page.figures.values()["parties"] == "1")


def test_the_month_is_exported_by_its_key(page, qtbot, asked, tmp_path):
    path = tmp_path / "October.xlsx"
    asked.answers["save"] = path
    press(qtbot, page, Qt.Key.Key_Left)
    with qtbot.waitSignal(page.said) as told:
        qtbot.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert told.args == [f"Saved: {path}"]
    qtbot.waitUntil(page.export.isEnabled)
    from openpyxl import load_workbook

    assert load_workbook(path)["Cover"]["A1"].value == "October 2026"
    with page.db.read() as session:
        (noted,) = entries.rows(session, entries.find(session, verb="export"))
    assert noted.what == "Month's workbook 2026-10 · 1 row · October.xlsx"


def test_a_folder_that_is_not_there_is_said(page, qtbot, asked, tmp_path):
    asked.answers["save"] = tmp_path / "nowhere" / "m.xlsx"
    qtbot.mouseClick(page.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.export.isEnabled)
    assert asked.errors[0].startswith("There is no folder")


def test_no_file_chosen_writes_nothing(page, qtbot, asked):
    asked.answers["save"] = None
    qtbot.mouseClick(page.export, Qt.MouseButton.LeftButton)
    assert page.export.isEnabled()
    assert page.day == date(2026, 11, 18)


@pytest.mark.language("zh_CN")
def test_in_chinese_the_month_reads_as_people_say_it(page):
    assert page.now.text() == "2026年11月"
    assert [part.text() for part in page.span.buttons.values()] == ["日", "周", "月", "季", "年"]
