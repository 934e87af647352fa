"""Refused and back again, and what he agrees to: through the real window, by keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom.door import moments, reception, traits, visits
from showroom.errors import ShowroomError
from showroom.guard import consent
from showroom.people import phones, referrals, search
from showroom.store import journal
from showroom.store.models import CameBy, Moment, Refusal, Status, TraitKind, Way
from tests import builders as make
from tests.stories import story
from tests.ui.keys import press
from tests.ui.keys import write_into as write
from ui import printing
from ui.guest_tool import GuestTool
from ui.pages.desk import DeskPage

Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
PHONE = "13912345678"


@story
def db(db: Any) -> Any:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    with db.write() as session:
        make.a_model(session, "汉EV")
    return db


def refused(db: Any, *, days: float, car: str, name: str = "") -> int:
    """A party of an earlier day that left no contact."""
    now = make.later(days=days)
    with db.write() as session:
        visit = make.a_visit(session, now=now, name=name, model_id=make.a_model(session, "汉EV"))
    with db.write() as session:
        moments.ask(session, visit, Moment.SEATED, refusal=Refusal.SPAM, now=now)
    with db.write() as session:
        reception.leave(session, visit, at=now + timedelta(minutes=30))
    with db.write() as session:
        traits.note_traits(session, visit, {TraitKind.CAR: car}, now=now)
    return visit


def at_the_desk(page_of: Any, qtbot: Any) -> DeskPage:
    page: DeskPage = page_of(DeskPage)
    qtbot.waitUntil(page.isActiveWindow)
    return page


def arrive(qtbot: Any, page: DeskPage) -> visits.VisitRow:
    qtbot.keyClick(page, Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    qtbot.keyClick(page.arrival.people, Key.Key_Return)
    qtbot.waitUntil(page.form.name.hasFocus)
    assert page.form.visit is not None
    return page.form.visit


def more(qtbot: Any, page: DeskPage) -> GuestTool:
    """Ctrl+D."""
    qtbot.keyClick(page, Key.Key_D, CTRL)
    qtbot.waitUntil(lambda: isinstance(page.tools.current, GuestTool))
    tool = page.tools.current
    assert isinstance(tool, GuestTool)
    return tool


def leave_phone(qtbot: Any, page: DeskPage, phone: str = PHONE) -> None:
    page.form.phone.setFocus()
    qtbot.keyClicks(page.form.phone, phone)
    qtbot.keyClick(page.form.phone, Key.Key_Return)


def row(page: DeskPage, visit: int) -> visits.VisitRow:
    with page.db.read() as session:
        return visits.row(session, visit)


def known(page: DeskPage, visit: int) -> traits.More:
    with page.db.read() as session:
        return traits.more(session, visit)


def test_who_refused_comes_back_is_known_again_and_leaves_his_phone(db, page_of, qtbot):
    refused(db, days=-20, car="黑色宝马")
    before = refused(db, days=-3, car="白色奥迪")
    page = at_the_desk(page_of, qtbot)
    visit = arrive(qtbot, page)
    tool = more(qtbot, page)

    qtbot.waitUntil(tool.search.hasFocus)
    assert len(tool.guests.rows.ids()) == 2
    write(tool.search, "奥迪")
    assert [tool.guests.rows.row(0).known_by] == ["白色奥迪"]
    assert len(tool.guests.rows.ids()) == 1
    qtbot.keyClick(tool.search, Key.Key_Return)
    qtbot.waitUntil(tool.guests.hasFocus)
    qtbot.keyClick(tool.guests, Key.Key_Return)  # this is he
    qtbot.waitUntil(lambda: page.tools.current is None)

    assert row(page, visit.id).again
    assert known(page, visit.id).customer_id == known(page, before).customer_id
    assert page.form.phone.hint() == ""  # he left none so far
    leave_phone(qtbot, page)
    now_is = row(page, visit.id)
    assert (now_is.contact, now_is.again, now_is.phone) == (True, True, "139 1234 5678")
    with page.db.read() as session:
        assert search.find(session, PHONE) == [now_is.customer_id]
        assert len(search.find(session, "", status=Status.VISITED)) == 1
    assert page.figures.values()["contacts"] == "—"  # his first visit was another day


def test_what_he_is_known_by_is_saved_when_it_is_left_and_a_wrong_plate_is_said(db, page_of, qtbot):
    page = at_the_desk(page_of, qtbot)
    visit = arrive(qtbot, page)
    tool = more(qtbot, page)
    fields = tool.form.fields
    qtbot.waitUntil(fields["car"].hasFocus)
    fields["came_by"].setFocus()
    qtbot.keyClick(fields["came_by"], Key.Key_Down)
    qtbot.keyClick(fields["came_by"], Key.Key_Down)
    fields["rival"].setFocus()
    write(fields["rival"], "特斯拉")
    fields["quoted"].setFocus()
    qtbot.keyClick(fields["quoted"], Key.Key_Space)
    fields["car"].setFocus()
    write(fields["car"], "白色奥迪")
    qtbot.keyClick(fields["car"], Key.Key_Return)
    assert fields["company"].hasFocus()
    write(fields["company"], "太太和女儿")
    fields["plate"].setFocus()
    write(fields["plate"], "粤B12")
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    problem = tool.form.problems["plate"]
    qtbot.waitUntil(problem.isVisible)
    assert "粤B12345" in problem.text()
    assert page.tools.current is tool  # what was typed is not lost
    qtbot.keyClick(page, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert more(qtbot, page) is tool
    assert fields["plate"].text() == "粤B12"
    fields["plate"].setFocus()
    fields["plate"].end(False)
    write(fields["plate"], "345")
    qtbot.keyClick(page, Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.tools.current is None)

    found = known(page, visit.id)
    assert (found.came_by, found.rival, found.quoted) == (CameBy.CAR, "特斯拉", True)
    assert found.traits == {TraitKind.CAR: "白色奥迪", TraitKind.COMPANY: "太太和女儿"}
    assert (found.plate, found.contact) == ("粤B12345", False)
    tool = more(qtbot, page)
    assert tool.form.fields["car"].text() == "白色奥迪"
    assert tool.form.fields["came_by"].value() == CameBy.CAR


def test_what_a_full_disk_did_not_take_is_tried_again(db, page_of, qtbot, asked):
    page = at_the_desk(page_of, qtbot)
    visit = arrive(qtbot, page)
    tool = more(qtbot, page)
    rival = tool.form.fields["rival"]
    rival.setFocus()
    write(rival, "特斯拉")
    with make.a_full_disk(db), pytest.raises(ShowroomError, match="disk is full"):
        tool.accept()
    assert "disk is full" in asked.errors[0]
    tool.accept()
    assert known(page, visit.id).rival == "特斯拉"


def test_escape_goes_back_and_keeps_what_was_typed(db, page_of, qtbot):
    page = at_the_desk(page_of, qtbot)
    visit = arrive(qtbot, page)
    tool = more(qtbot, page)
    tool.form.fields["look"].setFocus()
    write(tool.form.fields["look"], "高个子")
    qtbot.keyClick(page, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert known(page, visit.id).traits == {TraitKind.LOOK: "高个子"}


def test_not_he_after_all_by_one_press(db, page_of, qtbot):
    before = refused(db, days=-3, car="白色奥迪")
    page = at_the_desk(page_of, qtbot)
    visit = arrive(qtbot, page)
    tool = more(qtbot, page)
    tool.guests.opened.emit(tool.guests.rows.ids()[0])
    tool = more(qtbot, page)
    assert tool.since.isVisible()
    assert "left no contact" in tool.since.text()
    assert tool.guests.rows.ids() == []
    qtbot.mouseClick(tool.part, Qt.MouseButton.LeftButton)
    assert known(page, visit.id).customer_id is None
    assert known(page, before).customer_id is not None
    assert tool.part.isHidden()
    assert len(tool.guests.rows.ids()) == 1


def test_one_key_agrees_and_one_withdraws(db, page_of, qtbot):
    page = at_the_desk(page_of, qtbot)
    visit = arrive(qtbot, page)
    tool = more(qtbot, page)
    assert not any(button.isVisible() for button in tool.ways.values())
    assert tool.agreed.text() == "He left no contact: nothing to agree to yet."
    qtbot.keyClick(page, Key.Key_Escape)
    qtbot.waitUntil(lambda: page.tools.current is None)
    leave_phone(qtbot, page)
    his = row(page, visit.id).customer_id
    tool = more(qtbot, page)
    phone, sms = tool.ways["phone"], tool.ways["sms"]
    assert (phone.text(), phone.isChecked()) == ("✓ Phone", True)
    assert (sms.text(), sms.isChecked()) == ("SMS", False)

    def said() -> dict[Any, bool]:
        with db.read() as session:
            ways: dict[Any, bool] = {one.way: one.open for one in consent.of_customer(session, his)}
            return ways | {"events": consent.events(session, his).open}

    for key in (Key.Key_S, Key.Key_W, Key.Key_O, Key.Key_E):
        qtbot.keyClick(page, key, ALT)
    qtbot.waitUntil(lambda: all(said().values()))
    assert sms.text() == "✓ SMS"
    assert "wording 1" in sms.toolTip()
    qtbot.keyClick(page, Key.Key_P, ALT)
    qtbot.waitUntil(lambda: not said()[Way.PHONE])
    assert phone.text() == "✗ Phone"
    # who does not want to be called is not invited by a call either
    agreed = {way: way is not Way.PHONE for way in Way} | {"events": False}
    assert said() == agreed
    qtbot.keyClick(page, Key.Key_E, ALT)
    qtbot.waitUntil(lambda: said()["events"])
    assert not said()[Way.PHONE]
    qtbot.keyClick(page, Key.Key_E, ALT)
    qtbot.waitUntil(lambda: said() == agreed)


def test_the_notice_goes_to_a_printer(db, page_of, qtbot, monkeypatch):
    page = at_the_desk(page_of, qtbot)
    arrive(qtbot, page)
    tool = more(qtbot, page)
    printed: list[str] = []
    monkeypatch.setattr(
        printing, "choose_printer", lambda _parent, _printer, title: printed.append(title)
    )
    qtbot.mouseClick(tool.notice, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: printed == ["Privacy notice"])


def test_a_phone_typed_on_two_open_visits_says_that_he_is_here_already(db, page_of, qtbot):
    page = at_the_desk(page_of, qtbot)
    first = arrive(qtbot, page)
    leave_phone(qtbot, page)
    assert page.form.twice.isHidden()
    second = arrive(qtbot, page)
    page.form.phone.setFocus()
    qtbot.keyClicks(page.form.phone, PHONE)
    said = f"Already here: visit {first.number}, since "
    assert page.form.twice.isVisible()
    assert page.form.twice.text().startswith(said)
    qtbot.keyClick(page.form.phone, Key.Key_Return)
    page.form.name.setFocus()
    qtbot.waitUntil(lambda: row(page, second.id).contact)
    assert row(page, second.id).customer_id == row(page, first.id).customer_id
    assert page.form.twice.text().startswith(said)
    assert page.figures.values()["contacts"] == "100%"


# -- the whole window


@pytest.fixture
def window(window_of: Any) -> Any:
    return window_of(two_left)


def two_left(db: Any) -> None:
    """Two parties have left three and one days ago."""
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    refused(db, days=-3, car="白色奥迪")
    refused(db, days=-1, car="黑色宝马")


def test_a_day_of_the_desk_by_keys_he_comes_back_is_joined_parted_and_joined_again(window, qtbot):
    page: DeskPage = window.page("desk")
    visit = arrive(qtbot, page)
    tool = more(qtbot, page)
    qtbot.waitUntil(tool.search.hasFocus)
    press(qtbot, Key.Key_Down)  # the newest: the black BMW
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert row(page, visit.id).again
    assert page.figures.values()["contacts"] == "—"  # nobody came for the first time today

    press(qtbot, Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not row(page, visit.id).again)
    assert known(page, visit.id).customer_id is None
    assert page.figures.values()["contacts"] == "0%"
    press(qtbot, Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: row(page, visit.id).again)
    assert known(page, visit.id).traits == {TraitKind.CAR: "白色奥迪"}


def test_who_refuses_today_is_on_the_list_of_guests_when_he_has_left(window, qtbot):
    page: DeskPage = window.page("desk")
    visit = arrive(qtbot, page)
    press(qtbot, Key.Key_1, ALT)
    qtbot.waitUntil(page.strip.hasFocus)
    press(qtbot, Key.Key_Backslash)
    press(qtbot, Key.Key_1)
    assert known(page, visit.id).customer_id is None  # he may leave it yet
    press(qtbot, Key.Key_F8)
    qtbot.waitUntil(lambda: row(page, visit.id).left_at is not None)

    found = known(page, visit.id)
    assert (found.customer_id is None, found.contact) == (False, False)
    with page.db.read() as session:
        guests = search.find(session, "", status=Status.VISITED)
    assert found.customer_id in guests
    assert len(guests) == 3
    other = arrive(qtbot, page)
    tool = more(qtbot, page)
    assert tool.guests.rows.ids()[0] == found.customer_id  # the newest first
    assert other.id != visit.id


def test_who_brought_them_is_noted_at_the_visit(db, page_of, qtbot):
    with db.write() as session:
        owner = make.a_customer(
            session, "Lina", now=make.later(days=-90), today=make.TODAY - timedelta(days=90)
        )
    with db.write() as session:
        visit = make.a_visit(session, name="Zhang", phone=PHONE)
        customer = visits.row(session, visit).customer_id
    page = at_the_desk(page_of, qtbot)
    page.show_id(visit)
    tool = more(qtbot, page)
    field = tool.brought.introducer
    qtbot.waitUntil(field.isVisible)
    field.setFocus()
    qtbot.keyClicks(field, "lina")
    qtbot.waitUntil(field.matches.isVisible)
    qtbot.keyClick(field, Key.Key_Return)
    with db.read() as session:
        assert referrals.introducer_of(session, customer) == owner
    assert not field.isEnabled()
    with db.write() as session:
        journal.undo(session)
    tool.reload()
    assert field.isEnabled()
    assert field.text() == ""


def test_who_cannot_have_brought_them_is_said_at_the_visit(db, page_of, qtbot):
    with db.write() as session:
        make.a_customer(session, "Lina", phone=PHONE)
    with db.write() as session:
        visit = make.a_visit(session, name="Zhang")
    page = at_the_desk(page_of, qtbot)
    page.show_id(visit)
    tool = more(qtbot, page)
    assert not tool.brought.isVisible()  # nobody knows yet whether he is new
    with db.write() as session:
        reception.complete(session, visit, now=make.NOW, phone="13977778888")
    with db.write() as session:
        phones.add(session, visits.row(session, visit).customer_id, PHONE)
    tool.reload()
    field = tool.brought.introducer
    assert field.isVisible()
    qtbot.keyClicks(field, "lina")
    qtbot.keyClick(field, Key.Key_Return)
    said = tool.brought.problems["introducer"].text()
    assert said == "The two share the number 139****5678: they count as one customer."
