"""The window goes into the tray where the habit says so; reminders come from there, each once."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from sqlalchemy import select

from showroom import dates
from showroom.care import complaints, followups
from showroom.choices import find
from showroom.door import appointments, reception
from showroom.store.models import (
    Aim,
    Appointment,
    ChoiceKind,
    FollowUp,
    Honorific,
    Reminder,
    Role,
)
from tests import builders as b
from tests.stories import story
from ui import jobs, state, tray
from ui.app import Program, open_all
from ui.main_window import MainWindow
from ui.pages.settings import PARTS, SettingsPage
from ui.tray import Tray

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)  # no screen here
Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@story
def shop(db):
    """10:30 by the clock on the wall; 张伟 is expected at 10:35."""
    db.clock = lambda: dates.at(b.TODAY, time(10, 30))
    with db.write() as session:
        db.wang = b.a_member(session, "王强")
        db.boss = b.a_member(session, "陈志远", Role.MANAGER)
    with db.write() as session:
        db.zhang = b.a_customer(session, "张伟")
    with db.write() as session:
        db.expected = appointments.make(
            session,
            at=db.now() + timedelta(minutes=5),
            aim=Aim.LOOK,
            customer_id=db.zhang,
            now=db.now(),
        ).id
    return db


@pytest.fixture
def window(shop, desk, qtbot, monkeypatch):
    """The real window on the same file, with a tray."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    state.use(desk.data)
    made = MainWindow()
    qtbot.addWidget(made)
    made.show()
    made.furnish()
    db, services = open_all(desk, made.code)
    db.clock = shop.clock
    made.db_of_test = db
    with qtbot.waitSignal(made.opened):
        made.open_desk(db, services)
    yield made
    made.quit()
    qtbot.waitUntil(lambda: not jobs.running())
    db.close()


@pytest.fixture
def placed(window, qtbot):
    """The tray of that window; what it says is kept."""
    window.told = []
    made = Tray(window, window.db_of_test)
    made.said.connect(window.told.append)
    yield made
    made.stop()


def look(made, qtbot):
    """Its minute went by."""
    qtbot.waitUntil(lambda: made._job is None)
    made.look()
    qtbot.waitUntil(lambda: made._job is None)


def test_each_is_said_once_with_the_window_open_above_the_page(window, placed, qtbot):
    qtbot.waitUntil(lambda: window.told == ["10:35 expected: Look at cars · Mr 张伟"])
    assert placed.bar.words.text() == window.told[0]
    for minutes in (1, -60, 3):  # the clock goes on, back, and on
        now = window.db_of_test.now() + timedelta(minutes=minutes)
        window.db_of_test.clock = lambda now=now: now
        look(placed, qtbot)
    assert len(window.told) == 1
    with window.db_of_test.read() as session:
        assert len(session.scalars(select(Reminder)).all()) == 1


def test_what_was_found_at_the_very_moment_of_closing_is_told_next_time(window, qtbot):
    made = Tray(window, window.db_of_test)
    made.said.connect(pytest.fail)
    made.stop()  # its thread has looked or is looking; the program ends
    jobs.cancel_all()
    made._on_looked(made._look_through(None))
    with window.db_of_test.read() as session:
        assert session.scalars(select(Reminder)).all() == []
    again, told = Tray(window, window.db_of_test), []
    again.said.connect(told.append)
    qtbot.waitUntil(lambda: told == ["10:35 expected: Look at cars · Mr 张伟"])
    qtbot.waitUntil(lambda: again._job is None)
    again.stop()


def test_what_could_not_be_kept_is_told_once_all_the_same(window, placed, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: bool(window.told))
    qtbot.waitUntil(lambda: placed._job is None)
    with window.db_of_test.write() as session:  # as if the disk had been full
        session.query(Reminder).delete()
    look(placed, qtbot)
    assert len(window.told) == 1


def test_closing_ends_the_program_unless_the_habit_says_otherwise(window, placed, qtbot):
    ended = []
    window.closed.connect(lambda: ended.append(True))
    assert not tray.is_wanted()
    window.close()
    assert ended
    assert window.isHidden()


def test_closing_puts_the_window_away_and_says_it_once(window, placed, qtbot, monkeypatch):
    ended, shown = [], []
    window.closed.connect(lambda: ended.append(True))
    qtbot.waitUntil(lambda: bool(window.told))
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _icon, _title, text, *_rest: shown.append(text)
    )
    tray.want(True)
    for _time in range(2):
        window.close()
        assert window.isHidden()
        placed.open()
        assert window.isVisible()
    assert not ended
    assert shown == ["The desk goes on here and reminds you. Ctrl+Q in its window ends it."]
    qtbot.keyClick(window, Key.Key_Q, CTRL)
    qtbot.waitUntil(lambda: bool(ended))
    QApplication.setQuitOnLastWindowClosed(True)


def test_a_click_opens_what_it_is_about(window, placed, qtbot, shop):
    qtbot.waitUntil(lambda: bool(window.told))
    placed.open_last()
    page = window.pages["desk"]
    assert page.views.current == "expected"
    assert page.views.made["expected"].table.current_id() == shop.expected


def test_a_complaint_is_opened_too(window, placed, qtbot):
    db = window.db_of_test
    qtbot.waitUntil(lambda: bool(window.told))
    with db.write() as session:
        made = complaints.take(
            session,
            1,
            words="等了两小时",
            cause_id=find(session, ChoiceKind.COMPLAINT_CAUSE, "waiting"),
            responsible_id=2,
            now=db.now(),
            taken_at=db.now() - timedelta(hours=25),
        ).id
    look(placed, qtbot)
    assert window.told[-1] == "A complaint is late: Calm him · Mr 张伟"
    placed.open_last()
    view = window.pages["followups"].views.made["complaints"]
    assert view.waiting.current_id() == made


def test_minimised_it_comes_from_the_tray_or_waits(window, placed, qtbot, monkeypatch):
    qtbot.waitUntil(lambda: bool(window.told))
    shown, db = [], window.db_of_test
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda _icon, _title, text, *_rest: shown.append(text)
    )

    def expect(name, minutes):
        with db.write() as session:
            appointments.make(
                session,
                at=db.now() + timedelta(minutes=minutes),
                aim=Aim.LOOK,
                name=name,
                now=db.now(),
            )

    window.showMinimized()
    expect("赵敏", 6)
    look(placed, qtbot)
    assert shown == window.told[1:]
    assert "赵敏" in shown[0]
    assert "赵敏" in placed.bar.words.text()  # it stands there when the window comes back
    placed.icon = None
    expect("李娜", 7)
    look(placed, qtbot)
    assert len(window.told) == 2
    window.showNormal()
    look(placed, qtbot)
    assert placed.bar.waiting()[:1] == [
        f"appointment:3:{db.now() + timedelta(minutes=7):%Y-%m-%dT%H:%M}"
    ]


def test_locked_it_names_nobody(window, placed, qtbot, shop):
    qtbot.waitUntil(lambda: bool(window.told))
    db = window.db_of_test
    with db.write() as session:
        b.a_pin(session, shop.boss, "1357", by=shop.boss)
    with db.write() as session:
        appointments.make(
            session, at=db.now() + timedelta(minutes=6), aim=Aim.LOOK, name="赵敏", now=db.now()
        )
    tray.want(True)
    window.close()
    assert window.is_locked()
    look(placed, qtbot)
    assert window.told[-1] == "10:36 expected: Look at cars"


def test_without_a_tray_closing_ends_the_program_as_before(window, qtbot, monkeypatch):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    tray.want(True)
    made = Tray(window, window.db_of_test)
    ended = []
    window.closed.connect(lambda: ended.append(True))
    window.close()
    assert ended
    made.stop()


@pytest.fixture
def bare(window, qtbot, monkeypatch):
    """That window where the system has no tray; 李娜 asked to be called at 10:40."""
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    db = window.db_of_test
    with db.write() as session:
        lina = b.a_customer(session, "李娜", honorific=Honorific.MS)
        call = session.scalars(select(FollowUp).where(FollowUp.customer_id == lina)).one()
        call.due_on, call.clock, call.agreed = b.TODAY, time(10, 40), True
        window.call = call.id
    window.page("desk").focus_first()
    made = Tray(window, db)
    qtbot.waitUntil(lambda: made.bar is not None and made.bar.isVisible())
    yield made
    made.stop()


def at(window, made, qtbot, clock):
    window.db_of_test.clock = lambda: dates.at(b.TODAY, clock)
    look(made, qtbot)


def test_without_a_tray_a_reminder_stands_above_the_page_until_it_is_done(window, bare, qtbot):
    """It takes nobody's keyboard, is opened by a key, and goes when somebody did it."""
    bar, db = bare.bar, window.db_of_test
    assert bar.words.text() == "10:35 expected: Look at cars · Mr 张伟"
    assert bar.more.text() == "and 1 more"  # that somebody is to be contacted today
    window.activateWindow()
    qtbot.keyClick(window, Key.Key_F2)
    typing = window.pages["desk"].arrival.people
    qtbot.waitUntil(lambda: window.focusWidget() is typing)
    qtbot.keyClicks(typing, "3")
    at(window, bare, qtbot, time(10, 40))
    assert window.focusWidget() is typing
    assert typing.text() == "3"
    assert bar.words.text().startswith("10:40 to be contacted")  # whose time is now comes first
    assert bar.words.text().endswith(" · Ms 李娜")
    assert bar.more.text() == "and 2 more"
    assert dict(window.keys())["Ctrl+Shift+O"] == "Open the reminder"
    with db.write() as session:  # 张伟 is here: nobody has to be told any more
        visit = reception.arrive(session, people=2, now=db.now())
        session.scalars(select(Appointment)).one().visit_id = visit.id
    qtbot.waitUntil(lambda: bar.more.text() == "and 1 more")
    qtbot.keyClick(window, Key.Key_O, CTRL | SHIFT)
    page = window.page("followups")
    qtbot.waitUntil(lambda: window.code == "followups" and page.table.current_id() == window.call)
    assert bar.words.text() == "1 customer is to be contacted today"
    assert bar.more.text() == ""
    qtbot.keyClick(window, Key.Key_X, CTRL | SHIFT)
    assert bar.isHidden()
    assert "Ctrl+Shift+O" not in dict(window.keys())


def test_what_is_done_elsewhere_or_put_away_goes_from_the_line(window, bare, qtbot):
    bar, db = bare.bar, window.db_of_test
    qtbot.keyClick(window, Key.Key_X, CTRL | SHIFT)
    assert bar.words.text() == "1 customer is to be contacted today"
    at(window, bare, qtbot, time(10, 40))
    assert bar.words.text().startswith("10:40 to be contacted")
    with db.write() as session:
        followups.done(session, window.call, result="来", now=db.now(), today=b.TODAY)
    qtbot.waitUntil(bar.isHidden)
    at(window, bare, qtbot, time(10, 50))
    assert bar.isHidden()  # each once


def test_the_habit_and_the_times_stand_in_the_settings(shop, page_of, qtbot, monkeypatch, desk):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    state.use(desk.data)
    page = page_of(SettingsPage)
    page.show_id([name for name, _title in PARTS].index("reminders") + 1)
    part = page.reminders
    part.tray.click()
    assert tray.is_wanted()
    part.form.fields["quiet_from"].set_value("7 pm")
    part.form.fields["quiet_from"].edited.emit()
    part.save.click()
    assert part.form.problems["quiet_from"].text() == "Enter a time such as 18:00."


def test_the_program_has_one(desk, qtbot):
    made = Program(QApplication.instance(), desk)
    qtbot.addWidget(made.window)
    made.start()
    qtbot.waitUntil(lambda: made._tray is not None, timeout=15_000)
    made.window.close()
    assert not jobs.running()
