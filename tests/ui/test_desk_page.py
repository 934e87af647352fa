"""The desk by keys: three keys open a visit, everything typed is kept, the figures are right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import event

from showroom import dates
from showroom.door import handover, reception, turns, visits
from showroom.errors import ShowroomError
from showroom.people import customers, search
from showroom.store import journal
from showroom.store.models import HandOver, Honorific, Level, Outcome, Refusal, VisitKind
from tests import builders as make
from tests.ui.keys import focus
from tests.ui.keys import write_into as write
from ui.pages.desk import DeskPage

Key = Qt.Key


@pytest.fixture
def desk_page(db: Any, page_of: Any) -> DeskPage:
    make.stop_clock(db)
    with db.write() as session:
        for name in ("王强", "李娜", "赵磊"):
            make.a_member(session, name)
    with db.write() as session:
        make.a_model(session, "汉EV")
    page: DeskPage = page_of(DeskPage)
    return page


def arrive(qtbot: Any, page: DeskPage, people: str = "2") -> visits.VisitRow:
    qtbot.keyClick(page, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    qtbot.keyClicks(page.arrival.people, people)
    qtbot.keyClick(page.arrival.people, Key.Key_Return)
    qtbot.waitUntil(page.form.name.hasFocus)
    visit = page.form.visit
    assert visit is not None
    return visit


def again(page: DeskPage, visit_id: int) -> visits.VisitRow:
    with page.db.read() as session:
        return visits.row(session, visit_id)


def test_three_keys_open_a_visit_with_its_clock_and_the_next_consultant(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)

    assert (visit.people, visit.consultant, visit.hand_over) == (2, "王强", HandOver.TURN)
    assert visit.arrived_at == make.NOW
    assert desk_page.figures.values()["parties"] == "1"
    desk_page.db.clock = lambda: make.later(minutes=72)
    desk_page._tick()
    assert desk_page.side.tag.text() == "Here 01:12"
    with desk_page.db.read() as session:
        assert [row.name for row in turns.order(session, make.TODAY)] == ["李娜", "赵磊", "王强"]


def test_what_is_typed_is_saved_when_the_cursor_moves_on(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    form = desk_page.form
    write(form.name, "张伟")
    qtbot.keyClick(form.name, Key.Key_Return)
    form.honorific.setFocus()
    qtbot.keyClick(form.honorific, Key.Key_Down)
    qtbot.keyClick(form.honorific, Key.Key_Return)
    assert focus() is form.phone
    qtbot.keyClicks(form.phone, "1380013800")
    assert form.phone.hint() == "1 more"
    qtbot.keyClicks(form.phone, "0")
    assert form.phone.hint() == "✓ new customer"
    qtbot.keyClick(form.phone, Key.Key_Return)

    now_is = again(desk_page, visit.id)
    assert (now_is.name, now_is.phone) == ("张伟", "138 0013 8000")
    assert now_is.customer_id is not None
    assert form.phone.hint() == "✓ captured"
    assert desk_page.figures.values()["contacts"] == "100%"


def test_a_wrong_phone_says_what_is_wrong_and_stays_a_draft(desk_page, qtbot, page_of):
    visit = arrive(qtbot, desk_page)
    desk_page.form.phone.setFocus()
    qtbot.keyClicks(desk_page.form.phone, "138001380")
    qtbot.keyClick(desk_page.form.phone, Key.Key_Tab)

    problem = desk_page.form.problems["phone"]
    assert problem.text() == "A mobile number has 11 digits: 2 are missing."
    assert problem.isVisible()
    assert again(desk_page, visit.id).customer_id is None
    desk_page.hide()
    reopened = page_of(DeskPage)  # as after a crash: the page is made anew on the same file
    assert reopened.form.phone.text() == "138 0013 80"


def test_a_second_party_walks_in_while_one_types(desk_page, qtbot):
    first = arrive(qtbot, desk_page)
    qtbot.keyClicks(desk_page.form.name, "Zhang Wei")
    second = arrive(qtbot, desk_page, "4")

    assert second.id != first.id
    assert again(desk_page, first.id).name == "Zhang Wei"
    assert [row.people for row in map(desk_page.present.rows.row, range(2))] == [2, 4]
    qtbot.keyClick(desk_page, Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert desk_page.form.visit.id == first.id
    assert desk_page.form.name.text() == "Zhang Wei"


def test_enter_while_an_input_method_composes_fires_nothing(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    name = desk_page.form.name
    QApplication.sendEvent(name, QInputMethodEvent("zhang", []))
    enter = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
    QApplication.sendEvent(name, enter)
    assert name.hasFocus()
    write(name, "张𬭎")
    qtbot.keyClick(name, Key.Key_Return)

    assert again(desk_page, visit.id).name == "张𬭎"


def test_the_seven_moments_by_keys(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    strip = desk_page.strip
    qtbot.keyClick(desk_page, Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert strip.hasFocus()
    qtbot.keyClicks(strip, "\\")
    qtbot.waitUntil(strip.reasons[Refusal.SPAM].isVisible)
    qtbot.keyClicks(strip, "1")
    states = again(desk_page, visit.id).strip
    assert (states[0].outcome, states[0].refusal) == (Outcome.REFUSED, Refusal.SPAM)

    qtbot.keyClicks(strip, "3")
    qtbot.keyClick(strip, Key.Key_Return)
    qtbot.waitUntil(lambda: focus() is desk_page.form.phone)  # given: now the phone
    assert again(desk_page, visit.id).strip[2].outcome is Outcome.GIVEN


def test_a_known_customer_appears_while_his_phone_is_typed(desk_page, qtbot):
    with desk_page.db.write() as session:
        old = make.a_customer(session, "李雪", phone="15910012210")
    visit = arrive(qtbot, desk_page)
    qtbot.keyClicks(desk_page.form.phone, "1591001")
    assert desk_page.form.known.isVisible()
    assert desk_page.form.known.rows.row(0).name == "李雪"

    qtbot.keyClick(desk_page.form.phone, Key.Key_Down)
    qtbot.keyClick(desk_page.form.known, Key.Key_Return)
    assert again(desk_page, visit.id).customer_id == old
    assert desk_page.form.name.text() == "李雪"
    assert desk_page.form.phone.text() == "159 1001 2210"


def test_a_returning_customer_goes_to_his_consultant_and_the_turn_is_given_back(desk_page, qtbot):
    db = desk_page.db
    with db.write() as session:
        people = {row.name: row.staff_id for row in turns.order(session, make.TODAY)}
        earlier = make.a_visit(session, now=make.NOW - timedelta(days=5), phone="13800138000")
        handover.hand_over(session, earlier, people["赵磊"], HandOver.ASKED_FOR)
    with db.write() as session:
        reception.leave(session, earlier, at=make.NOW - timedelta(days=5, hours=-1))
        customers.change(session, 1, consultant_id=people["赵磊"])
    visit = arrive(qtbot, desk_page)
    assert visit.consultant != "赵磊"
    given_to = visit.consultant
    qtbot.keyClicks(desk_page.form.phone, "13800138000")
    qtbot.keyClick(desk_page.form.phone, Key.Key_Return)

    now_is = again(desk_page, visit.id)
    assert (now_is.consultant, now_is.hand_over, now_is.again) == (
        "赵磊",
        HandOver.ON_FILE,
        True,
    )
    with db.read() as session:
        assert turns.order(session, make.TODAY)[0].name == given_to


def test_test_drive_level_and_leaving_by_keys(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    form = desk_page.form
    form.level.setFocus()
    qtbot.keyClicks(form.level, "A")
    qtbot.keyClick(desk_page, Key.Key_F6)
    qtbot.waitUntil(lambda: again(desk_page, visit.id).drive)
    assert desk_page.tools.buttons["drive"].isChecked()
    desk_page.db.clock = lambda: make.later(minutes=35)
    qtbot.keyClick(desk_page, Key.Key_F8)
    qtbot.waitUntil(lambda: again(desk_page, visit.id).left_at is not None)

    now_is = again(desk_page, visit.id)
    assert (now_is.level, now_is.left_at) == (Level.FORTNIGHT, make.later(minutes=35))
    assert desk_page.incomplete.rows.ids() == [visit.id]
    assert "model" in desk_page.incomplete.rows.index(0, 5).data()
    assert desk_page.figures.values()["incomplete"] == "1"
    assert desk_page.figures.values()["drives"] == "1"


def test_leaving_before_arriving_is_refused_with_the_reason(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    arrived = desk_page.form.arrived.text()
    desk_page.form.left.setFocus()
    earlier = f"{int(arrived[:2]) - 1:02}:00"
    qtbot.keyClicks(desk_page.form.left, earlier)
    qtbot.keyClick(desk_page.form.left, Key.Key_Return)

    problem = desk_page.form.problems["left"].text()
    assert problem == f"They arrived at {arrived}; leaving cannot be before that."
    assert again(desk_page, visit.id).left_at is None


@pytest.mark.parametrize("name", ["left", "arrived"])
def test_a_time_that_has_not_come_yet_is_refused(desk_page, qtbot, name):
    visit = arrive(qtbot, desk_page)
    field = desk_page.form.fields[name]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, dates.show_clock(make.later(minutes=1)))
    qtbot.keyClick(field, Key.Key_Return)

    assert desk_page.form.problems[name].text() == "It is not that late yet."
    now_is = again(desk_page, visit.id)
    assert (now_is.arrived_at, now_is.left_at) == (make.NOW, None)


def test_what_a_full_disk_did_not_take_stays_typed_and_is_saved_later(desk_page, qtbot):
    visit, db, note = arrive(qtbot, desk_page), desk_page.db, "想要白色，月底提车。" * 90
    most = [1]

    @event.listens_for(db.engine, "begin")
    def _room(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most[0]}")

    desk_page.form.set_raw({"note": note})
    desk_page.form.note.edited.emit()
    with pytest.raises(ShowroomError, match="disk is full"):
        desk_page.form.flush()
    desk_page.form.refresh(again(desk_page, visit.id))
    assert desk_page.form.note.value() == note
    most[0] = 1_000_000
    desk_page.form.flush()
    assert again(desk_page, visit.id).note == note


def test_a_party_of_none_is_asked_again(desk_page, qtbot):
    qtbot.keyClick(desk_page, Key.Key_F2)
    qtbot.waitUntil(desk_page.arrival.people.hasFocus)
    qtbot.keyClicks(desk_page.arrival.people, "0")
    qtbot.keyClick(desk_page.arrival.people, Key.Key_Return)
    assert desk_page.arrival.problem.text() == "Enter a whole number from 1 to 99."
    assert desk_page.form.visit is None
    qtbot.keyClick(desk_page.arrival.people, Key.Key_Escape)
    assert not desk_page.arrival.isVisible()


def test_calls_and_errands_are_counted_but_not_asked(desk_page, qtbot):
    qtbot.keyClick(desk_page, Key.Key_F3)
    qtbot.waitUntil(lambda: desk_page.form.visit is not None)
    assert desk_page.form.visit.kind is VisitKind.CALL
    assert not desk_page.strip.isVisible()
    qtbot.keyClick(desk_page, Key.Key_F4)
    qtbot.waitUntil(desk_page.arrival.people.hasFocus)
    qtbot.keyClick(desk_page.arrival.people, Key.Key_Return)
    qtbot.waitUntil(lambda: desk_page.form.visit.kind is VisitKind.ERRAND)
    assert desk_page.form.visit.errand == "Paperwork"
    assert desk_page.figures.values()["contacts"] == "—"


def test_a_deal_needs_a_phone_then_closes_from_the_visit(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    qtbot.keyClick(desk_page, Key.Key_F9)
    qtbot.waitUntil(lambda: bool(desk_page.form.problems["phone"].text()))
    assert desk_page.tools.current is None

    qtbot.keyClicks(desk_page.form.phone, "13800138000")
    qtbot.keyClick(desk_page.form.phone, Key.Key_Return)
    qtbot.keyClick(desk_page, Key.Key_F9)
    qtbot.waitUntil(lambda: desk_page.tools.current is not None)
    form = desk_page.tools.current.form
    write(form.model.lineEdit(), "汉EV")
    qtbot.keyClicks(form.price, "0")
    qtbot.keyClick(desk_page, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(form.problems["price"].text()))
    assert form.problems["price"].text() == "Enter the agreed price; it cannot be 0."
    form.price.selectAll()
    qtbot.keyClicks(form.price, "21.8w")
    qtbot.keyClick(desk_page, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: again(desk_page, visit.id).level is Level.ORDERED)
    assert desk_page.figures.values()["orders"] == "1"
    with qtbot.waitSignal(desk_page.open) as asked_for:  # F9 again shows the deal, never two
        qtbot.keyClick(desk_page, Key.Key_F9)
    assert asked_for.args[0] == "deals"


def test_an_empty_desk_sends_to_the_settings(page_of, db, qtbot):
    page = page_of(DeskPage)
    button = page.findChild(QWidget, "desk.setup")
    with qtbot.waitSignal(page.open) as asked_for:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked_for.args == ["settings", 0]


def test_a_model_typed_in_part_is_the_one_it_fits_and_a_new_one_joins_the_list(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    model = desk_page.form.model
    for typed in ("汉", "han", "han ev", "汉 ev"):
        model.setFocus()
        model.lineEdit().selectAll()
        write(model.lineEdit(), typed)
        qtbot.keyClick(model.lineEdit(), Key.Key_Return)
        assert again(desk_page, visit.id).model == "汉EV"
    model.setFocus()
    model.lineEdit().selectAll()
    write(model.lineEdit(), "海鸥")
    qtbot.keyClick(model.lineEdit(), Key.Key_Return)
    assert again(desk_page, visit.id).model == "海鸥"


def test_every_field_has_a_name_for_machines_and_for_people(desk_page, qtbot):
    arrive(qtbot, desk_page)
    for name, field in desk_page.form.fields.items():
        assert field.objectName() == f"desk.{name}"
        assert field.accessibleName()
    keys = dict(desk_page.keys())
    assert keys["F2"] == "New Visit"
    assert "Alt+1" in keys


def test_search_finds_who_was_captured(desk_page, qtbot):
    arrive(qtbot, desk_page)
    qtbot.keyClicks(desk_page.form.phone, "13800138000")
    qtbot.keyClick(desk_page.form.phone, Key.Key_Return)
    with desk_page.db.read() as session:
        assert search.find(session, "138 0013")


def test_the_reasons_stand_right_below_the_moment(desk_page, qtbot):
    arrive(qtbot, desk_page)
    strip = desk_page.strip
    wide = strip.width()
    qtbot.keyClick(desk_page, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClicks(strip, "\\")
    reason = strip.reasons[Refusal.NOT_BUYER]
    qtbot.waitUntil(reason.isVisible)
    assert not reason.visibleRegion().isEmpty()
    top = reason.mapTo(strip, reason.rect().topLeft()).y()
    assert top < strip.height() / 2
    assert strip.minimumSizeHint().width() <= wide  # nothing is pushed off the right edge


def test_after_an_undone_arrival_nothing_is_typed_into_another_party(desk_page, qtbot):
    arrive(qtbot, desk_page)
    arrive(qtbot, desk_page, "3")
    with desk_page.db.write() as session:
        journal.undo(session)
    assert desk_page.form.visit.people == 2
    assert focus() is desk_page.present


def test_an_undo_is_seen_in_the_field_that_has_the_cursor(desk_page, qtbot):
    with desk_page.db.write() as session:
        make.a_customer(session, "李雪", phone="15910012210", model_id="汉EV")
    arrive(qtbot, desk_page)
    qtbot.keyClicks(desk_page.form.phone, "15910012210")
    qtbot.keyClick(desk_page.form.phone, Key.Key_Return)
    desk_page.form.model.setFocus()
    assert desk_page.form.model.currentText() == "汉EV"
    with desk_page.db.write() as session:
        journal.undo(session)
    assert desk_page.form.model.currentText() == ""


def test_enter_after_the_name_goes_to_the_phone_and_a_title_is_an_honorific(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    write(desk_page.form.name, "陈先生")
    qtbot.keyClick(desk_page.form.name, Key.Key_Return)
    assert focus() is desk_page.form.phone
    row = again(desk_page, visit.id)
    assert (row.name, row.honorific) == ("陈", Honorific.MR)
    assert desk_page.form.name.text() == "陈"


def test_after_a_crash_the_interrupted_party_is_in_hand(desk_page, qtbot, page_of):
    arrive(qtbot, desk_page)
    second = arrive(qtbot, desk_page, "3")
    desk_page.form.phone.setFocus()
    qtbot.keyClicks(desk_page.form.phone, "1380013")
    desk_page.form._keep_draft()
    reopened = page_of(DeskPage)
    assert reopened.form.visit.id == second.id
    assert reopened.form.phone.text() == "138 0013"


def test_leaving_and_coming_back_are_said(desk_page, qtbot):
    visit = arrive(qtbot, desk_page)
    for number, words in ((1, "left"), (2, "still here")):
        with qtbot.waitSignal(desk_page.said) as said:
            qtbot.keyClick(desk_page, Key.Key_F8)
        assert said.args == [f"Visit {visit.number}, No name: {words}."], number
