"""The figures of a day and what is still owed, by keys; the level that suggests itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from showroom.door import handover, moments, reception, testdrives, visits
from showroom.store.models import HandOver, Level, Moment, Refusal
from tests import builders as make
from tests.stories import story
from ui.pages.desk import DeskPage
from ui.today import TodayView

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@story
def two_days(db: Any) -> None:
    """Yesterday one party; today one left a phone, one refused at the offer, one is here."""
    make.stop_clock(db)
    with db.write() as session:
        crew = [make.a_member(session, name) for name in ("王强", "李娜")]
        model = make.a_model(session, "汉EV")
    yesterday = make.later(days=-1)
    with db.write() as session:
        visit = make.a_visit(session, now=yesterday, people=5)
        reception.leave(session, visit, at=yesterday + timedelta(hours=1))
    for number, facts in enumerate(
        (
            {"name": "张伟", "phone": "13800138000", "level": Level.WEEK, "model_id": model},
            {"name": "李雪"},
            {},
        )
    ):
        came = make.later(minutes=-60 + 20 * number)
        with db.write() as session:
            visit = make.a_visit(session, now=came, **facts)
            handover.hand_over(session, visit, crew[number % 2], HandOver.ASSIGNED)
            refusal = None if number == 0 else Refusal.SPAM
            moments.ask(session, visit, Moment.OFFER, refusal=refusal, now=came)
            if number < 2:
                reception.leave(session, visit, at=came + timedelta(minutes=30))


@pytest.fixture
def day(two_days: None, page_of: Any) -> DeskPage:
    page: DeskPage = page_of(DeskPage)
    return page


def opened(qtbot: Any, page: DeskPage) -> TodayView:
    qtbot.keyClick(page, Key.Key_G, CTRL)
    qtbot.waitUntil(lambda: page.views.current == "today")
    view = page.views.made["today"]
    assert isinstance(view, TodayView)
    return view


def cells(table: Any, row: int) -> list[str]:
    model = table.rows
    return [str(model.index(row, n).data() or "") for n in range(model.columnCount())]


def test_the_figures_of_the_day_by_one_key_and_back(day, qtbot):
    view = opened(qtbot, day)
    assert view.isVisible()
    assert view.hasFocus()
    shown = view.values()
    assert (shown["parties"], shown["people"], shown["first"]) == ("3", "6", "3")
    assert (shown["left"], shown["contacts"], shown["stay"]) == ("1", "33%", "00:30")
    assert (shown["incomplete"], shown["wait"]) == ("1", "—")
    qtbot.keyClick(view, Key.Key_Escape)
    assert day.views.current == "lists"


def test_every_figure_says_how_it_is_made(day, qtbot):
    view = opened(qtbot, day)
    assert view.formula.text() == (
        "Contact rate 33% = First visits that left a contact ÷ first visits,"
        " without those on file before: 1 ÷ 3"
    )
    qtbot.keyClick(view, Key.Key_Right)
    assert view.formula.text().startswith("Mean stay 00:30 = ")
    assert view.formula.text().endswith("01:00 ÷ 2")
    for _step in range(20):
        qtbot.keyClick(view, Key.Key_Left)
    assert view.formula.text() == (
        "Parties 3 = Walk-ins and errands; each party once, however many people"
    )
    for row in view.rows:
        for figure in row._figures:
            assert figure.fig.formula in figure.accessibleDescription()
            assert " = " in figure.toolTip()


def test_page_up_goes_back_a_day_and_never_beyond_today(day, qtbot):
    view = opened(qtbot, day)
    assert view.title.text() == "2026-11-18 Wed · Today"
    qtbot.keyClick(view, Key.Key_PageUp)
    qtbot.waitUntil(lambda: view.values()["people"] == "5")
    assert view.title.text() == "2026-11-17 Tue"
    assert view.later.isEnabled()
    qtbot.keyClick(view, Key.Key_PageDown)
    qtbot.waitUntil(lambda: view.values()["people"] == "6")
    assert not view.later.isEnabled()
    qtbot.keyClick(view, Key.Key_PageUp)
    qtbot.waitUntil(lambda: view.values()["people"] == "5")
    qtbot.keyClick(view, Key.Key_Home)
    assert view.values()["people"] == "6"


def test_moments_by_reason_consultants_and_hours(day, qtbot):
    view = opened(qtbot, day)
    assert cells(view.moments, 1) == ["Asks for offers", "3", "33%", "2", "", "", ""]
    assert cells(view.moments, 0)[1:3] == ["0", "—"]
    lines = [cells(view.consultants, n) for n in range(2)]
    assert sorted(lines) == [
        ["李娜", "1", "0% 0/1", "00:30"],
        ["王强", "2", "50% 1/2", "00:30"],
    ]
    parties = view.bars.accessibleDescription().count("3 parties")
    assert parties == 1 or "2 parties" in view.bars.accessibleDescription()
    assert view.owing.text() == "To complete: 李娜 1"


def test_a_party_that_comes_is_counted_at_once(day, qtbot):
    view = opened(qtbot, day)
    with day.db.write() as session:
        make.a_visit(session, people=4)
    qtbot.waitUntil(lambda: view.values()["people"] == "10")


# --- what is owed


def test_a_consultant_at_the_desk_for_a_minute_sees_his_own_open_ends(day, qtbot):
    with day.db.write() as session:
        visit = make.a_visit(session, phone="13900139000")
        handover.hand_over(session, visit, 1, HandOver.ASSIGNED)
        reception.leave(session, visit, at=make.later(minutes=1))
    qtbot.waitUntil(lambda: len(day.incomplete.rows.ids()) == 2)
    texts = [part.text() for part in day.owes.buttons.values()]
    assert texts == ["All 2", "李娜 1", "王强 1"]
    while day.owes.code() != "1":
        before = day.owes.code()
        qtbot.keyClick(day, Key.Key_O, CTRL)
        assert day.owes.code() != before
    assert day.incomplete.rows.ids() == [visit]
    assert cells(day.incomplete, 0)[5] == "missing: name, model, level"
    assert QApplication.focusWidget() is day.incomplete

    form = day.form
    qtbot.keyClick(day.incomplete, Key.Key_Return)
    assert form.visit.id == visit
    assert form.name.hasFocus()
    qtbot.keyClicks(form.name, "Wang Fang")
    form.model.setFocus()
    qtbot.keyClicks(form.model.lineEdit(), "Han")
    qtbot.keyClick(form.model.lineEdit(), Key.Key_Return)
    form.level.setFocus()
    qtbot.keyClick(form.level, Key.Key_Return)
    qtbot.waitUntil(lambda: visit not in day.incomplete.rows.ids())
    assert now_is(day, form.visit).missing == ()
    assert day.owes.code() == "all"  # he is done: those of all are listed again
    assert len(day.incomplete.rows.ids()) == 1


# --- the level


def walk_in(page: DeskPage, **facts: Any) -> visits.VisitRow:
    with page.db.write() as session:
        visit = make.a_visit(session, **facts)
    page.show_id(visit)
    assert page.form.visit is not None
    return page.form.visit


def now_is(page: DeskPage, visit: visits.VisitRow) -> visits.VisitRow:
    with page.db.read() as session:
        return visits.row(session, visit.id)


def test_a_level_suggests_itself_and_enter_confirms_it(day, qtbot):
    with day.db.read() as session:
        model = visits.rows(session, visits.of_day(session, make.TODAY).gone)[0].model_id
    visit = walk_in(day, name="王芳", phone="13900139000", model_id=model)
    form = day.form
    assert form.next.text() == ("knows the model, left a contact → B suggested, Enter takes it")
    assert now_is(day, visit).level is None  # nothing is written by itself
    form.level.setFocus()
    qtbot.keyClick(form.level, Key.Key_Return)

    assert now_is(day, visit).level is Level.MONTH
    assert form.next.text() == "Next contact tomorrow"


def test_a_test_drive_moves_the_suggestion_and_another_letter_is_chosen_freely(day, qtbot):
    visit = walk_in(day, name="王芳", phone="13900139000")
    form = day.form
    assert form.next.text() == "little is known yet → C suggested, Enter takes it"
    with day.db.write() as session:
        testdrives.set_driven(session, visit.id, True, now=make.NOW)
    qtbot.waitUntil(lambda: "A suggested" in form.next.text())
    assert form.next.text().startswith("drove the car → ")
    form.level.setFocus()
    qtbot.keyClicks(form.level, "H")
    assert now_is(day, visit).level is Level.WEEK
    qtbot.keyClick(form.level, Key.Key_Return)  # a level that stands is not changed by Enter
    assert now_is(day, visit).level is Level.WEEK


def test_who_came_again_is_told_when_the_next_contact_is(day, qtbot):
    visit = walk_in(day, now=make.later(days=-9), name="王芳", phone="13900139000")
    with day.db.write() as session:
        reception.leave(session, visit.id, at=make.later(days=-9, hours=1))
    again = walk_in(day, phone="13900139000")
    assert day.form.next.text().startswith("came again → A suggested")
    day.form.level.setFocus()
    qtbot.keyClick(day.form.level, Key.Key_Return)
    assert now_is(day, again).level is Level.FORTNIGHT
    assert day.form.next.text() == "Next contact tomorrow"
