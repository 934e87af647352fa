"""The daily close by keys: finish who is here, sign, print, compare, correct with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from showroom import dates
from showroom.door import cars, close, moments, reception, testdrives, visits
from showroom.figures import register
from showroom.guard import closed
from showroom.store.models import Action, Level, Moment, Refusal, Role
from tests import builders as make
from tests.ui.keys import focus
from tests.ui.keys import write_into as write
from ui import printing
from ui.day_close import DayCloseView
from ui.pages.desk import DeskPage
from ui.widgets import Button

Key = Qt.Key
ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
YESTERDAY = make.TODAY - timedelta(days=1)


@pytest.fixture
def page(db: Any, page_of: Any) -> DeskPage:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
        make.a_model(session, "汉EV")
    made: DeskPage = page_of(DeskPage)
    return made


def came(db: Any, minutes: int = -60, *, stays: int = 20, **facts: Any) -> int:
    at = make.later(minutes=minutes)
    with db.write() as session:
        id = make.a_visit(session, now=at, **facts)
    if stays:
        with db.write() as session:
            reception.leave(session, id, at=at + timedelta(minutes=stays))
    return id


def sign(db: Any, day: Any = make.TODAY) -> None:
    with db.write() as session:
        totals = register.totals(session, day)
        close.sign(session, day, totals=totals, receptionist="李静", now=make.NOW)


def press(qtbot: Any, page: DeskPage, key: Key, *keys: Qt.KeyboardModifier) -> None:
    """The key of a button: the button is pressed for a moment before it does it."""
    held = keys[0] if keys else Qt.KeyboardModifier.NoModifier
    for extra in keys[1:]:
        held |= extra
    qtbot.keyClick(page, key, held)
    buttons = page.findChildren(Button)
    qtbot.waitUntil(lambda: not any(button.isDown() for button in buttons))


def opened(qtbot: Any, page: DeskPage) -> DayCloseView:
    press(qtbot, page, Key.Key_F12)
    view = page.views.made["day_close"]
    assert isinstance(view, DayCloseView)
    qtbot.waitUntil(view.isVisible)
    return view


def row_of(db: Any, id: int) -> visits.VisitRow:
    with db.read() as session:
        return visits.row(session, id)


def last(db: Any) -> Action:
    with db.read() as session:
        return session.scalars(select(Action).order_by(Action.id.desc()).limit(1)).one()


def test_who_is_still_here_and_what_is_incomplete_stand_before_the_close(page, qtbot, db, asked):
    here = came(db, stays=0, name="张伟")
    late = came(db, -24 * 60, stays=0)
    came(db, -50)
    view = opened(qtbot, page)
    assert view.here.rows.ids() == [late, here]
    assert view.here.hasFocus()
    assert len(view.incomplete.rows.ids()) == 1

    press(qtbot, page, Key.Key_Return, ALT)
    assert asked.errors == ["2 visits have no end yet: note when they left, then close the day."]
    assert view.sealed is None
    assert view.here.hasFocus()


def test_who_is_still_here_is_finished_with_one_key(page, qtbot, db):
    late = came(db, -24 * 60, stays=0)
    here = came(db, stays=0)
    view = opened(qtbot, page)
    assert view.here.current_id() == late
    qtbot.keyClicks(view.here, "l")  # came yesterday: it is asked when he left
    field = view.when.fields["left_at"]
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "soon")
    qtbot.keyClick(field, Key.Key_Return)
    assert view.when.problems["left_at"].text() == "Write the time as 18:05."
    field.clear()
    left = dates.show_clock(make.later(hours=-23))
    qtbot.keyClicks(field, left)
    qtbot.keyClick(field, Key.Key_Return)
    assert row_of(db, late).left_at == make.later(hours=-23)

    assert view.here.current_id() == here
    assert view.here.hasFocus()
    qtbot.keyClicks(view.here, "l")
    assert row_of(db, here).left_at == make.NOW
    assert view.here.rows.ids() == []
    assert focus() is view.form.fields["receptionist"]


def test_enter_shows_a_visit_of_another_day_at_the_right(page, qtbot, db):
    late = came(db, -24 * 60, stays=0, name="张伟")
    came(db, stays=0)
    view = opened(qtbot, page)
    qtbot.keyClick(view.here, Key.Key_Return)
    assert page.form.visit.id == late
    page.reload()
    assert page.form.visit.id == late
    assert page.form.name.text() == "张伟"
    assert view.isVisible()


def test_signing_by_keys_freezes_the_totals(page, qtbot, db):
    came(db, name="张伟", phone=make.a_phone(), level=Level.MONTH)
    view = opened(qtbot, page)
    qtbot.waitUntil(view.form.fields["receptionist"].hasFocus)
    write(focus(), "李静")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is view.form.fields["floor_manager"]
    qtbot.keyClick(focus(), Key.Key_Return)
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is view.form.fields["weather"]
    write(focus(), "晴")
    press(qtbot, page, Key.Key_Return, ALT)

    assert view.sealed is not None
    assert (view.sealed.receptionist, view.sealed.weather) == ("李静", "晴")
    assert view.sealed.totals["parties"] == 1
    assert view.tag.text() == f"Closed {dates.show_clock(make.NOW)}"
    assert view.paper.print.hasFocus()
    assert not view.form.isVisible()
    assert last(db).verb == "close_day"


def test_a_name_is_asked_of_nobody_who_sits_and_must_be_there(page, qtbot, db):
    view = opened(qtbot, page)
    press(qtbot, page, Key.Key_Return, ALT)
    assert view.form.problems["receptionist"].text() == "The day is signed by name: whose?"
    with db.write() as session:
        db.seat(make.a_member(session, "李静", Role.RECEPTIONIST))
    qtbot.waitUntil(lambda: view.form.fields["receptionist"].text() == "李静")
    assert not view.form.fields["receptionist"].isEnabled()
    press(qtbot, page, Key.Key_Return, ALT)
    assert view.sealed.receptionist == "李静"


def test_a_party_after_the_close_is_let_in_and_the_day_closed_once_more(page, qtbot, db, asked):
    before = came(db, name="张伟")
    with db.write() as session:
        manager = make.a_member(session, "周敏", Role.MANAGER)
        receptionist = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, manager, "3333", by=manager)
        make.a_pin(session, receptionist, "1111", by=manager)
    db.seat(receptionist)
    view = opened(qtbot, page)
    write(view.form.fields["weather"], "晴")
    press(qtbot, page, Key.Key_Return, ALT)
    assert view.sealed.totals["parties"] == 1

    db.clock = lambda: make.later(minutes=30)
    press(qtbot, page, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    qtbot.keyClicks(page.arrival.people, "2")
    qtbot.keyClick(page.arrival.people, Key.Key_Return)
    assert asked.errors == []
    late = page.form.visit
    assert (late.number, late.people) == (2, 2)
    assert not page.correction.isVisible()
    page.show_id(before)
    assert "Only a manager" in page.correction.words.text()

    db.clock = lambda: make.later(minutes=40)
    opened(qtbot, page)
    assert view.signing.since.text() == "1 party since the close: close the day again"
    assert view.tag.text() == f"Closed {dates.show_clock(make.NOW)}"
    assert not view.signing.reopen.isVisible()
    qtbot.keyClicks(view.here, "l")
    assert view.here.rows.ids() == []
    assert focus() is view.form.fields["floor_manager"]
    assert view.form.fields["weather"].text() == "晴"  # what was signed stands there
    press(qtbot, page, Key.Key_Return, ALT)
    assert (view.sealed.totals["parties"], view.sealed.since) == (2, 0)
    assert view.sealed.receptionist == "李静"
    assert view.tag.text() == f"Closed {dates.show_clock(make.later(minutes=40))}"
    assert not view.signing.since.isVisible()
    page.show_id(late.id)
    assert "Only a manager" in page.correction.words.text()


def test_a_closed_day_is_opened_again_with_a_reason(page, qtbot, db):
    came(db)
    sign(db)
    view = opened(qtbot, page)
    press(qtbot, page, Key.Key_O, ALT)
    assert view.again.problems["why"].text() == "Say why the day is opened again."
    qtbot.keyClicks(view.again.fields["why"], "a late party")
    qtbot.keyClick(view.again.fields["why"], Key.Key_Return)
    assert view.sealed is None
    assert (last(db).verb, last(db).why) == ("reopen_day", "a late party")
    came(db, 0)
    view.form.fields["receptionist"].setText("李静")
    press(qtbot, page, Key.Key_Return, ALT)
    assert view.sealed.totals["parties"] == 2


def test_f12_begins_with_today_whatever_day_was_looked_at(page, qtbot, db):
    came(db)
    view = opened(qtbot, page)
    press(qtbot, page, Key.Key_PageUp)
    assert view.day == YESTERDAY
    qtbot.keyClick(view, Key.Key_Escape)
    press(qtbot, page, Key.Key_F12)
    assert view.isVisible()
    assert view.title.text() == "Daily close · 2026-11-18 Wed · Today"
    assert focus() is view.form.fields["receptionist"]


def test_a_day_nobody_closed_is_spoken_of_and_one_key_opens_it(page, qtbot, db):
    assert not page.unclosed.isVisible()
    came(db, -24 * 60)
    qtbot.waitUntil(page.unclosed.isVisible)
    assert page.unclosed.text() == "11-17 is not closed yet"
    press(qtbot, page, Key.Key_F12, SHIFT)
    view = page.views.made["day_close"]
    assert view.day == YESTERDAY
    assert view.title.text() == "Daily close · 2026-11-17 Tue"
    write(view.form.fields["receptionist"], "李静")
    press(qtbot, page, Key.Key_Return, ALT)
    qtbot.waitUntil(lambda: not page.unclosed.isVisible())
    with db.read() as session:
        assert close.of_day(session, YESTERDAY) is not None
    press(qtbot, page, Key.Key_PageDown)
    assert (view.day, view.sealed) == (None, None)


@pytest.fixture
def seats(page: DeskPage, db: Any) -> dict[str, int]:
    """A manager and a receptionist with PINs; a visit that is over, and the day is closed."""
    with db.write() as session:
        manager = make.a_member(session, "周敏", Role.MANAGER)
        receptionist = make.a_member(session, "李静", Role.RECEPTIONIST)
        make.a_pin(session, manager, "3333", by=manager)
        make.a_pin(session, receptionist, "1111", by=manager)
    visit = came(db, name="张伟")
    sign(db)
    return {"manager": manager, "receptionist": receptionist, "visit": visit}


def test_who_may_not_correct_reads_who_may_and_loses_nothing(page, qtbot, db, seats, asked):
    db.seat(seats["receptionist"])
    page.show_id(seats["visit"])
    assert page.correction.isVisible()
    assert "Only a manager or an owner" in page.correction.words.text()
    assert not page.correction.form.isVisible()
    name = page.form.name
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "Wang")
    qtbot.keyClick(name, Key.Key_Tab)
    assert "Only a manager" in page.form.problems["name"].text()
    assert row_of(db, seats["visit"]).name == "张伟"
    page.show_id(0)
    page.show_id(seats["visit"])
    assert page.form.name.text() == "Wang"  # a draft

    view = opened(qtbot, page)
    assert not view.signing.reopen.isEnabled()
    qtbot.keyClicks(view.again.fields["why"], "a late party")
    qtbot.keyClick(view.again.fields["why"], Key.Key_Return)
    assert asked.errors == ["Only a manager or an owner may correct a day that is closed."]
    assert view.sealed is not None


def test_a_manager_says_why_once_and_it_stands_in_the_trail(page, qtbot, db, seats, asked):
    db.seat(seats["manager"])
    page.show_id(seats["visit"])
    name, why = page.form.name, page.correction.form.fields["why"]
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, "Wang")
    qtbot.keyClick(name, Key.Key_Tab)
    assert "Say why it is corrected" in page.form.problems["name"].text()
    why.setFocus()
    qtbot.keyClicks(why, "misheard the name")
    qtbot.keyClick(why, Key.Key_Return)
    assert row_of(db, seats["visit"]).name == "Wang"  # what was typed before is saved now
    action = last(db)
    assert (action.verb, action.why) == ("complete", "misheard the name")
    assert action.staff_id == seats["manager"]
    assert page.correction.words.text().endswith("It is corrected: misheard the name")
    page.form.level.setFocus()
    qtbot.keyClicks(page.form.level, "A")
    assert last(db).why == "misheard the name"

    with qtbot.assertNotEmitted(page.said):
        press(qtbot, page, Key.Key_F3)  # a call is no edit of this visit: it asks anew
    assert "Say why it is corrected" in asked.errors[0]
    assert page.form.visit.id == seats["visit"]
    assert page.correction.form.isVisible()

    page.show_id(0)
    assert db.reasons == {}
    view = opened(qtbot, page)
    assert view.figures[0].values()["parties"] == "1"


def test_what_was_corrected_since_stands_beside_what_was_signed(page, qtbot, db, seats):
    db.seat(seats["manager"])
    closed.correct(db, make.TODAY, "counted wrong")
    with db.write() as session:
        reception.complete(session, seats["visit"], now=make.NOW, people=5)
    view = opened(qtbot, page)
    people = next(
        fig.fig for row in view.figures for fig in row._figures if fig.fig.code == "people"
    )
    assert (people.value, people.unit) == ("2", "now 5")


def test_the_register_goes_to_the_printer_and_into_a_file(
    page, qtbot, db, asked, tmp_path, monkeypatch
):
    came(db, name="张伟")
    sign(db)
    asked_for = []

    def choose(_parent: Any, printer: Any, title: str) -> bool:
        asked_for.append(title)
        printer.setOutputFormat(type(printer).OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "out.pdf"))
        return len(asked_for) > 1

    monkeypatch.setattr(printing, "choose_printer", choose)
    view = opened(qtbot, page)
    press(qtbot, page, Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: asked_for == ["Register 2026-11-18"])
    assert last(db).verb == "close_day"  # he changed his mind: nothing left
    with qtbot.waitSignal(view.said, timeout=20_000):
        press(qtbot, page, Key.Key_P, CTRL, SHIFT)
    assert (tmp_path / "out.pdf").stat().st_size > 2000
    assert (last(db).verb, last(db).what) == (
        "export",
        "Register 2026-11-18 · out.pdf · 1 row",
    )
    for ending in ("pdf", "xlsx"):
        asked.answers["save"] = tmp_path / f"r.{ending}"
        with qtbot.waitSignal(view.said):
            press(qtbot, page, Key.Key_E, CTRL)
        assert (tmp_path / f"r.{ending}").stat().st_size > 2000


def test_a_day_beside_the_export_of_the_other_system(page, qtbot, db, asked, tmp_path):
    from openpyxl import Workbook

    with db.write() as session:
        model = make.a_model(session, "汉EV")
    both = came(db, name="张伟", phone="13800138000", level=Level.MONTH, model_id=model)
    only = came(db, -50, name="李雪", phone="13900139000")
    book = Workbook()
    sheet = book.active
    sheet.append(["客户名称", "来访时间", "销售顾问", "手机号", "意向级别"])
    clock = dates.local(make.later(minutes=-55))
    sheet.append(["张伟", clock.replace(tzinfo=None), "王强", 13800138000, "A"])
    sheet.append(["赵磊", clock.replace(tzinfo=None), "王强", "137-0013-7000", "C"])
    book.save(tmp_path / "dms.xlsx")
    view = opened(qtbot, page)
    asked.answers["open"] = [tmp_path / "dms.xlsx"]
    press(qtbot, page, Key.Key_M, CTRL)
    qtbot.waitUntil(view.comparison.isVisible, timeout=20_000)

    lists = view.comparison.lists
    assert [part.text() for part in lists.buttons.values()] == [
        *("Missing here 1", "Missing there 1", "Different 1"),
    ]
    assert "赵磊" in view.comparison.lines("here")[0]
    assert "李雪" in view.comparison.lines("there")[0]
    assert "Level: here B, there A" in view.comparison.lines("different")[0]
    assert last(db).verb == "compare_day"

    qtbot.keyClick(lists, Key.Key_Right)
    view.comparison.table.setFocus()
    view.comparison.table.choose(1)
    qtbot.keyClick(view.comparison.table, Key.Key_Return)
    assert page.form.visit.id == only
    lists.setFocus()
    qtbot.keyClick(lists, Key.Key_Right)
    view.comparison.table.choose(1)
    qtbot.keyClick(view.comparison.table, Key.Key_Return)
    assert page.form.visit.id == both
    press(qtbot, page, Key.Key_Left, ALT)
    assert view.incomplete.isVisible()
    qtbot.keyClick(view, Key.Key_Escape)
    assert page.present.isVisible()


def test_half_typed_words_stay_while_others_write(page, qtbot, db):
    view = opened(qtbot, page)
    write(view.form.fields["weather"], "晴转多云")
    id = came(db, -30)
    with db.write() as session:
        moments.ask(session, id, Moment.OFFER, refusal=Refusal.SPAM, now=make.NOW)
    view.reload()
    assert view.form.fields["weather"].text() == "晴转多云"
    view.show_day(YESTERDAY)
    assert view.form.fields["weather"].text() == ""


def test_who_is_out_driving_is_shown_so_that_the_drive_is_ended(page, qtbot, db, asked):
    came(db, stays=0)
    out = came(db, stays=0)
    with db.write() as session:
        car = cars.add(session, plate="京A00001", model_id="汉EV", km=1200).id
        testdrives.begin(
            session, out, car_id=car, licence_seen=True, agreed_at=make.NOW, now=make.NOW
        )
    view = opened(qtbot, page)
    view.here.choose(view.here.rows.ids()[0])
    view.here.choose(out)
    page.show_id(next(id for id in view.here.rows.ids() if id != out))
    qtbot.keyClicks(view.here, "l")
    assert len(asked.errors) == 1
    assert "F6" in asked.errors[0]
    assert page.form.visit.id == out  # F6 is about them
