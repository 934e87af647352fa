"""The calendar by keys: days, months, kinds, the list of a day, the way to a file, a file out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from sqlalchemy import select

from showroom import settings, workdays
from showroom.care import key_dates
from showroom.deals import closing
from showroom.people import customers
from showroom.store.models import DateKind, FollowUp, MonthOpening, Promise
from tests import builders as make
from tests.stories import story
from tests.ui.keys import focus
from ui import jobs
from ui.calendar_view import CalendarView
from ui.daily_look import REST, DailyLook
from ui.pages.followups import FollowUpsPage

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@story
def people(db: Any) -> dict[str, int]:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    with db.write() as session:
        found = {}
        for name, born in (("张伟", date(1980, 11, 18)), ("李娜", date(1985, 11, 20))):
            id = found[name] = make.a_customer(session, name, birthday=born)
            deal = make.a_deal(session, id)
            closing.deliver(session, deal, on=make.TODAY, today=make.TODAY)
        key_dates.note(
            session,
            found["李娜"],
            kind=DateKind.INSURANCE,
            day=date(2026, 11, 20),
            note="平安",
            today=make.TODAY,
        )
    return found


@pytest.fixture
def view(page_of: Any, people: dict[str, int], qtbot: Any) -> CalendarView:
    page = page_of(FollowUpsPage)
    qtbot.waitUntil(page.isActiveWindow)
    page.focus_first()
    qtbot.keyClick(focus(), Key.Key_F5)
    qtbot.waitUntil(lambda: page.views.current == "calendar")
    shown = page.views.made["calendar"]
    assert isinstance(shown, CalendarView)
    return shown


def listed(view: CalendarView) -> list[tuple[str, str]]:
    found = view._rows(view.table.rows.ids())
    return [(one.name, view._what(one)) for one in found]


def test_a_month_is_read_day_by_day(view, qtbot):
    assert focus() is view.grid
    assert view.title.text() == "November 2026"
    assert listed(view) == [("张伟", "Birthday · turns 46")]
    for key, day in ((Key.Key_Right, 19), (Key.Key_Right, 20), (Key.Key_Down, 27)):
        qtbot.keyClick(focus(), key)
        assert view.day == date(2026, 11, day)
    qtbot.keyClick(focus(), Key.Key_Up)
    assert listed(view) == [("李娜", "Birthday · turns 41"), ("李娜", "Insurance · 平安")]
    assert "Birthday 1 · Insurance 1" in view.grid.accessibleDescription()
    for key, day in ((Key.Key_Home, 1), (Key.Key_End, 30), (Key.Key_Left, 29)):
        qtbot.keyClick(focus(), key)
        assert view.day == date(2026, 11, day)


def test_a_day_without_any_shows_what_comes_next(view, qtbot):
    qtbot.keyClick(focus(), Key.Key_Right)
    assert listed(view)[0] == ("李娜", "11-20 · Birthday · turns 41")
    view.show_day(date(2026, 12, 20))
    assert listed(view) == []
    assert not view.file.isEnabled()


def test_page_down_turns_the_month_and_t_comes_back(view, qtbot):
    view.show_day(date(2027, 1, 31))
    qtbot.keyClick(focus(), Key.Key_PageDown)
    qtbot.waitUntil(lambda: view.day == date(2027, 2, 28))
    assert view.title.text() == "February 2027"
    assert view._cells[date(2027, 2, 6)].festival == "Spring Festival"
    assert view._cells[date(2027, 2, 7)].off
    view.show_day(date(2027, 2, 6))
    assert "Happy Spring Festival" in view.feast.text()
    view.show_day(date(2027, 4, 5))
    assert "Peace" in view.feast.text()
    view.show_day(date(2027, 8, 16))  # 中元节
    assert "nobody is greeted" in view.feast.text()
    qtbot.keyClick(focus(), Key.Key_T)
    qtbot.waitUntil(lambda: view.day == make.TODAY)
    qtbot.keyClick(focus(), Key.Key_PageUp)
    qtbot.waitUntil(lambda: view.day == date(2026, 10, 18))


def test_days_off_and_worked_weekends_are_those_of_the_settings(view, qtbot):
    view.show_day(date(2026, 10, 1))
    found = view._cells
    assert [found[date(2026, 10, day)].work for day in (1, 7, 8, 10)] == [
        *["holiday"] * 2,
        "",
        "workday",
    ]
    assert "2026-10-01 · holiday · National Day" in view.grid.accessibleDescription()
    with view.db.write() as session:
        shop = settings.load(session)
        workdays.change(shop, 2026, off="10-01~10-08", work="")
        settings.save(session, shop)
    qtbot.waitUntil(lambda: view._cells[date(2026, 10, 8)].off)
    assert not view._cells[date(2026, 10, 10)].work
    view.show_day(date(2029, 10, 1))  # no notice is out: the decree
    assert [day.day for day, cell in sorted(view._cells.items()) if cell.off] == [1, 2, 3]


def test_enter_goes_to_the_list_and_on_to_the_file(view, people, qtbot):
    with qtbot.waitSignal(view.page.open) as asked:
        qtbot.keyClick(focus(), Key.Key_Return)
        assert focus() is view.table
        qtbot.keyClick(focus(), Key.Key_Return)
    assert asked.args == ["customers", people["张伟"]]
    with qtbot.waitSignal(view.page.open) as asked:
        qtbot.keyClick(focus(), Key.Key_O, Ctrl)
    assert asked.args == ["customers", people["张伟"]]


def test_one_kind_alone_and_a_month_without_any(view, qtbot):
    view.kinds.set_code(Promise.INSURANCE)
    view.reload()
    counted = {day: [line.words for line in cell.lines] for day, cell in view._cells.items()}
    assert counted.pop(date(2026, 11, 20)) == ["Insurance"]
    assert not any(counted.values())
    assert not view.nothing.isVisible()
    view.show_day(date(2026, 7, 1))
    assert view.nothing.isVisible()
    assert "Ctrl+Shift+D" in view.nothing.text()


def test_a_click_chooses_a_day(view, qtbot):
    box = view.grid.place(date(2026, 11, 20))
    qtbot.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=box.center())
    assert view.day == date(2026, 11, 20)
    qtbot.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))  # the weekdays
    assert view.day == date(2026, 11, 20)


def test_what_is_noted_elsewhere_is_there_at_once(view, people, qtbot):
    with view.db.write() as session:
        key_dates.note(
            session,
            people["张伟"],
            kind=DateKind.LICENCE,
            day=make.TODAY + timedelta(days=1),
            today=make.TODAY,
        )
    day = make.TODAY + timedelta(days=1)
    qtbot.waitUntil(lambda: [one.words for one in view._cells[day].lines] == ["Licence"])


def test_the_month_is_saved_as_a_file_for_other_calendars(view, asked, tmp_path, qtbot):
    path = asked.answers["save"] = tmp_path / "Calendar 2026-11.ics"
    qtbot.keyClick(focus(), Key.Key_E, Ctrl)
    qtbot.waitUntil(lambda: path.exists() and not jobs.running())
    said = path.read_text("utf-8")
    assert said.count("BEGIN:VEVENT") == 3
    assert "张伟" in said


def test_a_day_that_moved_moves_in_the_calendar_that_has_the_file(
    view, people, asked, tmp_path, qtbot
):
    """The month leaves by key, two days are corrected, it leaves again: no entry stands twice."""

    def entries(name: str) -> dict[str, str]:
        path = asked.answers["save"] = tmp_path / name
        qtbot.keyClick(focus(), Key.Key_E, Ctrl)
        qtbot.waitUntil(lambda: path.exists() and not jobs.running())
        said = path.read_text("utf-8").replace("\r\n ", "").splitlines()
        uids = [line for line in said if line.startswith("UID:")]
        days = [line[-8:] for line in said if line.startswith("DTSTART")]
        return dict(zip(uids, days, strict=True))

    before = entries("before.ics")
    assert sorted(before.values()) == ["20261118", "20261120", "20261120"]
    with view.db.write() as session:
        key_dates.note(
            session,
            people["李娜"],
            kind=DateKind.INSURANCE,
            day=date(2026, 11, 27),
            note="平安",
            today=make.TODAY,
        )
    with view.db.write() as session:
        customers.change(session, people["张伟"], birthday=date(1980, 11, 19))
    after = entries("after.ics")
    assert sorted(after.values()) == ["20261119", "20261120", "20261127"]
    assert set(after) == set(before)


def test_escape_goes_back_to_the_list(view, qtbot):
    page = view.page
    qtbot.keyClick(focus(), Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.current == "lists")
    assert page.contact.isVisibleTo(page)


def test_the_desk_remembers_by_itself_while_it_rests(view, people, qtbot):
    daily = DailyLook(view.page.window(), view.db)
    for _minute in range(REST + 1):
        daily.tick()
    assert daily.job is not None
    with qtbot.waitSignal(daily.job.finished):
        pass
    daily.stop()
    with view.db.read() as session:
        query = select(FollowUp.customer_id, FollowUp.due_on).where(
            FollowUp.rule == Promise.BIRTHDAY
        )
        assert {tuple(row) for row in session.execute(query)} == {
            (people["张伟"], make.TODAY),
            (people["李娜"], date(2026, 11, 20)),
        }


def test_after_midnight_the_pages_are_read_anew_and_the_day_is_brought(view, people, qtbot):
    page = view.page
    qtbot.keyClick(focus(), Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.current == "lists")
    daily = DailyLook(page.window(), view.db)
    daily.tick()
    before = page.figures.values()

    def months() -> int:
        with view.db.read() as session:
            return len(session.scalars(select(MonthOpening.month).distinct()).all())

    begun = months()
    view.db.clock = lambda: make.later(days=20)  # December
    daily.tick()  # somebody works, the desk does not rest
    qtbot.waitUntil(lambda: page.figures.values() != before)
    daily.stop()
    qtbot.waitUntil(lambda: months() == begun + 1)


def test_a_contact_on_the_list_says_which_day_it_is_about(view, people, qtbot):
    page = view.page
    qtbot.keyClick(focus(), Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.current == "lists")
    with page.db.read() as session:
        query = select(FollowUp.id).where(FollowUp.rule == Promise.INSURANCE)
        due = session.scalars(query).one()
    page.show_id(due)
    assert "11-20 平安" in page.contact.about.text()


def test_the_key_pressed_again_stays_in_the_calendar(view, qtbot):
    page = view.page
    page.views.buttons["lists"].setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: view.isAncestorOf(focus()) or view is focus())
    assert page.views.current == "calendar"
