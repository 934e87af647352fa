"""Test drives by keys: F6, the licence, off; F6, the kilometres, back (issue 4, point 7)."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from showroom import dates, settings
from showroom.door import bookings, cars, reception, testdrives, visits
from showroom.store import journal
from showroom.store.models import Action, TestDrive
from tests import builders as make
from tests.ui.keys import focus, press
from ui import printing
from ui.drive_tool import DriveTool
from ui.pages.desk import DeskPage
from ui.pages.settings import PARTS, SettingsPage

Key = Qt.Key
Ctrl, Plain = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def bare(db: Any, page_of: Any) -> DeskPage:
    """A desk with consultants and nothing to drive."""
    make.stop_clock(db)
    with db.write() as session:
        for name in ("王强", "李娜"):
            make.a_member(session, name)
    page: DeskPage = page_of(DeskPage)
    return page


@pytest.fixture
def desk_page(bare: DeskPage) -> DeskPage:
    """With two demo cars and two routes."""
    with bare.db.write() as session:
        cars.add(session, plate="京A00001", model_id="汉EV", km=1200)
        cars.add(session, plate="京B00002", model_id="海豹", km=50)
        shop = settings.load(session)
        shop.drive_routes = ["滨河路环线", "城东快速路"]
        settings.save(session, shop)
    return bare


def a_party(page: DeskPage, **facts: Any) -> int:
    with page.db.write() as session:
        visit = make.a_visit(session, **({"name": "张伟", "phone": make.a_phone()} | facts))
    page.show_id(visit)
    return visit


def open_tool(qtbot: Any, page: DeskPage) -> DriveTool:
    qtbot.keyClick(page, Key.Key_F6)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    tool = page.tools.current
    assert isinstance(tool, DriveTool)
    return tool


def row(page: DeskPage, visit: int) -> visits.VisitRow:
    with page.db.read() as session:
        return visits.row(session, visit)


def test_off_in_three_keys_and_back_with_the_kilometres(desk_page, qtbot):
    visit = a_party(desk_page, model_id="海豹")
    tool = open_tool(qtbot, desk_page)
    assert tool.car.currentText() == "京B00002 · 海豹"  # the one they want
    assert tool.route.currentText() == "滨河路环线"
    assert focus() is tool.licence
    press(qtbot, Key.Key_Space)
    with qtbot.waitSignal(desk_page.said) as said:
        press(qtbot, Key.Key_Return, Ctrl)
    assert said.args == ["京B00002 is off. F6 when they are back."]
    assert row(desk_page, visit).driving == make.NOW
    assert desk_page.side.tag.text() == f"Driving since {dates.show_clock(make.NOW)}"
    assert desk_page.tools.current is None

    desk_page.db.clock = lambda: make.later(minutes=22)
    tool = open_tool(qtbot, desk_page)
    assert desk_page.tools.finish.text() == "End Drive"
    assert "It left with 50 km." in tool.said.text()
    assert focus() is tool.km
    qtbot.keyClicks(tool.km, "61")
    with qtbot.waitSignal(desk_page.said) as said:
        press(qtbot, Key.Key_Return)
    assert said.args == ["京B00002 is back: 11 km in 22 minutes."]
    assert row(desk_page, visit).driving is None
    assert desk_page.side.tag.text().startswith("Here")
    assert desk_page.figures.values()["drives"] == "1"


def test_without_the_licence_it_says_so_and_nothing_is_lost(desk_page, qtbot):
    visit = a_party(desk_page)
    tool = open_tool(qtbot, desk_page)
    tool.minutes.setFocus()
    tool.minutes.selectAll()
    qtbot.keyClicks(tool.minutes, "45")
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: bool(tool.form.problems["licence"].text()))
    assert tool.form.problems["licence"].text().startswith("See the driving licence first")
    assert focus() is tool.licence
    assert tool.minutes.text() == "45"
    assert not row(desk_page, visit).drive
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: row(desk_page, visit).drive)


def test_enter_walks_through_the_form_and_starts(desk_page, qtbot):
    visit = a_party(desk_page)
    tool = open_tool(qtbot, desk_page)
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_Return)
    assert focus() is tool.agreed
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: row(desk_page, visit).drive)
    with desk_page.db.read() as session:
        assert session.scalar(select(TestDrive.agreed_at)) == make.NOW


def test_leaving_while_driving_is_refused_and_said(desk_page, qtbot, asked):
    visit = a_party(desk_page)
    open_tool(qtbot, desk_page)
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: row(desk_page, visit).drive)
    qtbot.keyClick(desk_page, Key.Key_F8)
    qtbot.waitUntil(lambda: bool(asked._errors or desk_page.form.problems["left"].text()))
    said = " ".join([*asked.errors, desk_page.form.problems["left"].text()])
    assert "End the drive first (F6)." in said
    assert row(desk_page, visit).left_at is None


def test_a_car_that_is_out_stands_last_and_says_until_when(desk_page, qtbot):
    first = a_party(desk_page, model_id="汉EV")
    with desk_page.db.write() as session:
        out = testdrives.begin(
            session, first, car_id=1, licence_seen=True, minutes=30, now=make.NOW
        )
        assert out.car_id == 1
    second = a_party(desk_page, name="李雪", model_id="汉EV")
    tool = open_tool(qtbot, desk_page)
    offered = [tool.car.itemText(number) for number in range(tool.car.count())]
    assert offered == ["京B00002 · 海豹", "京A00001 · 汉EV · key out"]
    assert row(desk_page, second).driving is None


def test_a_time_books_and_a_clash_is_said_with_the_next_free_time(desk_page, qtbot, asked):
    visit = a_party(desk_page)
    tool = open_tool(qtbot, desk_page)
    later = f"{dates.local(make.later(hours=2)):%H:%M}"
    tool.start.setFocus()
    qtbot.keyClicks(tool.start, later)
    assert desk_page.tools.finish.text() == "Book"
    with qtbot.waitSignal(desk_page.said) as said:
        press(qtbot, Key.Key_Return, Ctrl)
    assert said.args == [f"京A00001 is kept for them from {later}."]
    assert not row(desk_page, visit).drive

    a_party(desk_page, name="李雪")
    tool = open_tool(qtbot, desk_page)
    assert tool.booked.rows.row(0).plate == "京A00001"
    tool.start.setFocus()
    qtbot.keyClicks(tool.start, later)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: bool(asked._errors))
    free = dates.show_clock(make.later(hours=2.5))
    assert asked.errors == [
        f"京A00001 is taken from {later} to {free}: 张伟 · 王强. It is free for that from {free}."
    ]
    assert tool.start.text()  # what was typed stays

    tool.booked.setFocus()
    tool.booked.choose(tool.booked.rows.ids()[0])
    qtbot.keyClick(tool.booked, Key.Key_Delete)
    qtbot.waitUntil(lambda: not tool.booked.rows.ids())
    with desk_page.db.read() as session:
        assert bookings.booked(session, now=make.NOW) == []


def test_a_call_books_and_his_visit_finds_it(desk_page, qtbot):
    with desk_page.db.write() as session:
        call = reception.arrive(session, now=make.NOW, kind=visits.VisitKind.CALL).id
        reception.complete(session, call, now=make.NOW, name="赵六", phone="13900139000")
    desk_page.show_id(call)
    tool = open_tool(qtbot, desk_page)
    assert desk_page.tools.finish.text() == "Book"
    assert not tool.licence.isVisible()
    assert focus() is tool.start
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: tool.form.problems["start"].text() == "Say when they come to drive.")
    qtbot.keyClicks(tool.start, f"{dates.local(make.later(hours=1)):%H:%M}")
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: desk_page.tools.current is None)
    desk_page.db.clock = lambda: make.later(minutes=55)
    a_party(desk_page, name="赵六", phone="13900139000", now=make.later(minutes=55))
    tool = open_tool(qtbot, desk_page)
    assert "Kept for them: 京A00001" in tool.said.text()


def test_who_booked_finds_car_and_route_again(desk_page, qtbot):
    visit = a_party(desk_page)
    with desk_page.db.write() as session:
        bookings.book(
            session,
            car_id=2,
            start=make.later(minutes=10),
            until=make.later(minutes=55),
            route="城东快速路",
            visit_id=visit,
            now=make.NOW,
        )
    tool = open_tool(qtbot, desk_page)
    assert (tool.car.value(), tool.route.value(), tool.minutes.value()) == (2, "城东快速路", 45)
    assert "Kept for them: 京B00002" in tool.said.text()
    tool.licence.setFocus()
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: row(desk_page, visit).drive)
    with desk_page.db.read() as session:
        assert len(session.scalars(select(TestDrive.id)).all()) == 1


def test_the_agreement_is_printed_and_ticked_once_the_printer_took_it(
    desk_page, qtbot, monkeypatch, tmp_path
):
    import pypdfium2

    file = tmp_path / "agreement.pdf"

    def choose(_parent: QWidget, printer: Any, _title: str) -> bool:
        printer.setOutputFileName(str(file))
        return True

    pages: list[bytes] = []
    send = printing.send
    monkeypatch.setattr(printing, "choose_printer", choose)
    monkeypatch.setattr(
        printing, "send", lambda pdf, *rest, **more: pages.append(pdf) or send(pdf, *rest, **more)
    )
    visit = a_party(desk_page, name="欧阳思远")
    tool = open_tool(qtbot, desk_page)
    qtbot.keyClick(tool.licence, Key.Key_P, Ctrl)
    qtbot.waitUntil(tool.agreed.isChecked)
    assert Path(file).stat().st_size > 0
    paper = pypdfium2.PdfDocument(io.BytesIO(pages[0]))
    said = paper[0].get_textpage().get_text_range()
    assert len(paper) == 1
    paper.close()
    for words in ("京A00001", "欧阳思远", "滨河路环线", "王强", "Signature", "motorway"):
        assert words in said, words
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: row(desk_page, visit).drive)
    with desk_page.db.read() as session:
        assert session.scalar(select(TestDrive.agreed_at)) == make.NOW
        verbs = session.scalars(select(Action.verb)).all()
    assert "export" in verbs


def test_without_demo_cars_f6_notes_it_and_takes_it_back(bare, qtbot):
    visit = a_party(bare)
    for driven in (True, False):
        qtbot.keyClick(bare, Key.Key_F6)
        qtbot.waitUntil(lambda driven=driven: row(bare, visit).drive is driven)
        assert bare.tools.current is None
        assert bare.tools.buttons["drive"].isChecked() is driven


def test_what_was_told_afterwards_is_noted_without_a_car(desk_page, qtbot):
    visit = a_party(desk_page)
    tool = open_tool(qtbot, desk_page)
    qtbot.mouseClick(tool.note, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row(desk_page, visit).drive)
    assert row(desk_page, visit).driving is None


def test_the_model_typed_a_moment_ago_is_the_one_offered(desk_page, qtbot):
    visit = a_party(desk_page)
    line = desk_page.form.model.lineEdit()
    line.setFocus()
    qtbot.keyClicks(line, "x")
    line.setText("海豹")
    line.textEdited.emit("海豹")
    desk_page.show_id(visit)  # chosen once more in the list, before it is saved
    tool = open_tool(qtbot, desk_page)
    assert tool.car.currentText() == "京B00002 · 海豹"


def test_ctrl_z_takes_a_start_back(desk_page, qtbot):
    visit = a_party(desk_page)
    open_tool(qtbot, desk_page)
    press(qtbot, Key.Key_Space)
    press(qtbot, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: row(desk_page, visit).drive)
    with desk_page.db.write() as session:
        journal.undo(session)
    assert not row(desk_page, visit).drive
    desk_page.db.clock = lambda: make.NOW + timedelta(minutes=1)
    tool = open_tool(qtbot, desk_page)
    assert tool.out is None


# --- the settings


@pytest.fixture
def shop(desk_page: DeskPage, page_of: Any) -> SettingsPage:
    page: SettingsPage = page_of(SettingsPage)
    assert page.db is desk_page.db
    page.show_id([code for code, _title in PARTS].index("cars") + 1)
    return page


def test_a_car_is_set_up_by_its_plate_and_enter(shop, qtbot):
    section = shop.cars
    assert focus() is section.new.fields["plate"]
    qtbot.keyClicks(section.new.fields["plate"], "jinga88888")
    section.new.fields["km"].setFocus()
    qtbot.keyClicks(section.new.fields["km"], "77")
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: section.id == 3)
    assert section.table.current_row().plate == "JINGA88888"
    assert section.form.fields["km"].value() == 77
    qtbot.keyClicks(section.new.fields["plate"], "JINGA88888")
    press(qtbot, Key.Key_Return)
    qtbot.mouseClick(section.add, Qt.MouseButton.LeftButton)
    assert section.new.problems["plate"].text() == "JINGA88888 is in the list already."
    section.form.fields["km"].selectAll()
    qtbot.keyClicks(section.form.fields["km"], "78")
    qtbot.mouseClick(section.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: section.table.current_row().km == 78)
    qtbot.mouseClick(section.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not section.table.current_row().active)
    assert not section.key.isEnabled()


def test_a_key_goes_out_and_comes_back_and_the_gap_is_seen(shop, qtbot):
    section = shop.cars
    section.table.choose(1)
    qtbot.mouseClick(section.key, Qt.MouseButton.LeftButton)
    assert section.key_form.problems["purpose"].text() == "Say what the key is taken for."
    section.who.set_value(1)
    section.purpose.set_value("fuel")
    section.key_form.fields["km"].setFocus()
    qtbot.keyClicks(section.key_form.fields["km"], "1204")
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: section.key.text() == "Key Back")
    assert section.table.current_row().key_with.startswith("王强 · Refuelling or charging")
    section.key_form.fields["km"].setFocus()
    qtbot.keyClicks(section.key_form.fields["km"], "1209")
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: section.key.text() == "Key Out")
    (line,) = [section.log.rows.row(number) for number in range(len(section.log.rows.ids()))]
    assert (line.km_out, line.km_in) == (1204, 1209)


def test_a_key_brought_back_to_the_settings_ends_the_drive(shop, desk_page, qtbot):
    with shop.db.write() as session:
        visit = make.a_visit(session, name="张伟", phone=make.a_phone())
        testdrives.begin(session, visit, car_id=1, licence_seen=True, now=make.NOW)
    section = shop.cars
    section.table.choose(1)
    section.key_form.fields["km"].setFocus()
    qtbot.keyClicks(section.key_form.fields["km"], "1210")
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: row(desk_page, visit).driving is None)
    assert row(desk_page, visit).drive


def test_the_log_of_the_chosen_car_is_saved_for_the_period(shop, qtbot, asked, tmp_path):
    section = shop.cars
    section.table.choose(1)
    with shop.db.write() as session:
        move = cars.take_key(session, 1, staff_id=1, purpose="wash", now=make.NOW)
        cars.bring_back(session, move.id, km=1201, now=make.later(minutes=5))
    asked.answers["save"] = tmp_path / "keys.csv"
    with qtbot.waitSignal(shop.said) as said:
        qtbot.mouseClick(section.paper.save, Qt.MouseButton.LeftButton)
    assert said.args == ["Saved: keys.csv"]
    assert "Washing" in (tmp_path / "keys.csv").read_text("utf-8-sig")
    section.paper.first.set_value(make.TODAY + timedelta(days=1))
    qtbot.mouseClick(section.paper.save, Qt.MouseButton.LeftButton)
    assert section.paper.form.problems["first"].text() == "Say from which day to which day."


def test_routes_are_lines_and_the_own_text_is_what_is_printed(shop, qtbot):
    from showroom.cards import drive_page

    shop.show_id([code for code, _title in PARTS].index("drives") + 1)
    section = shop.drives
    section.form.fields["drive_routes"].setFocus()
    section.form.fields["drive_routes"].setPlainText("一号线\n\n二号线\n一号线")
    section.form.fields["drive_terms"].setPlainText("第一条 本店规定。\n第二条 安全驾驶。")
    qtbot.mouseClick(section.save, Qt.MouseButton.LeftButton)
    with shop.db.write() as session:
        assert settings.load(session).drive_routes == ["一号线", "二号线"]
        visit = make.a_visit(session)
        said = drive_page.agreement(session, visit_id=visit, car_id=1, start=make.NOW)
    assert said.terms == ["第一条 本店规定。", "第二条 安全驾驶。"]
    assert said.until - said.start == timedelta(minutes=30)


def test_who_is_out_driving_does_not_leave_and_nobody_blames_the_clock(desk_page, qtbot, asked):
    visit = a_party(desk_page)
    with desk_page.db.write() as session:
        testdrives.begin(session, visit, car_id=1, licence_seen=True, now=make.NOW)
    desk_page.show_id(visit)
    qtbot.keyClick(desk_page, Key.Key_F8)
    qtbot.waitUntil(lambda: bool(asked.errors or asked.questions))
    assert asked.questions == []
    assert "F6" in asked.errors[0]
    assert row(desk_page, visit).left_at is None
