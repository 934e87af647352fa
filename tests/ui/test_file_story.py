"""The file by keys: every fact changed where it stands, his people, his cars, his own fields."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from showroom.care import events, invitations
from showroom.deals import closing
from showroom.people import customers, fields, lists, phones, referrals, relations, vehicles
from showroom.store import journal
from showroom.store.models import FieldKind, Honorific, Role, Status
from tests import builders as make
from tests.stories import story
from tests.ui.keys import let_go
from tests.ui.keys import write_into as write
from ui.fact import Fact
from ui.file_circle import _KinLine
from ui.pages.customers import CustomersPage

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
VIN = "LSVAA4182E2184847"


@story
def people(db: Any) -> dict[str, int]:
    """A couple with one phone, and a company."""
    make.stop_clock(db)
    ids = {}
    for name, facts in {
        "李雪晨": {"phone": "13800138000", "honorific": Honorific.MS},
        "宏达公司": {"phone": "075582345678", "honorific": Honorific.COMPANY},
        "张伟": {"phone": "13800138000"},
    }.items():
        with db.write() as session:
            ids[name] = make.a_customer(session, name, **facts)
    return ids


@pytest.fixture
def page(people: dict[str, int], page_of: Any) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    opened.table.choose(people["张伟"])
    opened.table.setFocus()
    return opened


def file_of(page: CustomersPage) -> customers.File:
    with page.db.read() as session:
        return customers.file(session, page.id)


def field(fact: Fact) -> Any:
    assert fact.field is not None
    return fact.field


def undo(page: CustomersPage) -> None:
    with page.db.write() as session:
        journal.undo(session)


def finish(page: CustomersPage, qtbot: Any) -> None:
    """Ctrl+Enter: the button of the tool is pressed a moment later."""
    qtbot.keyClick(page.tools.current, Key.Key_Return, CTRL)
    let_go(qtbot, page)


def press(menu: Any, words: str) -> None:
    """Choose an entry of a menu, as Enter on it does."""
    menu.aboutToShow.emit()
    next(one for one in menu.actions() if one.text() == words).trigger()


# --- a fact where it stands


def test_f2_in_the_list_turns_the_name_into_its_field_and_enter_saves_it(page, qtbot):
    qtbot.keyClick(page.table, Key.Key_F2)
    fact = page.file.facts["name"]
    qtbot.waitUntil(lambda: field(fact).hasFocus())
    assert field(fact).selectedText() == "张伟"
    write(field(fact), "阿依古丽·买买提")
    qtbot.keyClick(field(fact), Key.Key_Return)
    assert page.side.title.text() == "Mr 阿依古丽·买买提"
    assert not fact.isVisible()
    entry = page.file.timeline.entries()[0]
    assert entry.note == "Name: 张伟 → 阿依古丽·买买提"
    undo(page)
    assert page.side.title.text() == "Mr 张伟"


def test_escape_and_enter_in_the_name_give_the_keyboard_back_to_the_list(page, qtbot):
    for key in (Key.Key_Escape, Key.Key_Return):
        page.table.setFocus()
        qtbot.keyClick(page.table, Key.Key_F2)
        field_now = QApplication.focusWidget()
        assert field_now is field(page.file.grid.facts["name"])
        qtbot.keyClick(field_now, key)
        assert QApplication.focusWidget() is page.table


def test_parts_of_the_file_wait_while_a_form_stands_in_its_place(page, qtbot):
    page.tools.open_code("car")
    plate = page.tools.current.form.fields["plate"]
    qtbot.keyClicks(plate, "B1")
    qtbot.keyClick(plate, Key.Key_2, ALT)
    assert QApplication.focusWidget() is plate
    assert plate.text() == "B1"
    page._show_none()
    page.search.setFocus()
    qtbot.keyClick(page.search, Key.Key_2, ALT)
    assert QApplication.focusWidget() is page.search


def test_an_empty_fact_is_offered_in_one_line_filled_and_tab_goes_on(page, qtbot):
    line = page.file.grid.add
    assert line.text().startswith("Interest, Channel, WeChat, Birthday")
    assert not page.file.facts["wechat"].isVisible()
    press(line.menu(), "WeChat")
    wechat = page.file.facts["wechat"]
    qtbot.waitUntil(lambda: wechat.field is not None and wechat.field.hasFocus())
    qtbot.keyClicks(field(wechat), "zw1980")
    qtbot.keyClick(field(wechat), Key.Key_Tab)
    assert file_of(page).wechat == "zw1980"
    assert wechat.field is None
    assert wechat.shown.isVisible()
    assert not wechat.shown.hasFocus()
    assert "WeChat" not in line.text()
    undo(page)
    assert not wechat.isVisible()


def test_escape_leaves_a_fact_as_it_was_and_the_file_stays(page, qtbot):
    page.file.open("note")
    note = page.file.facts["note"]
    qtbot.keyClicks(field(note), "two children")
    qtbot.keyClick(field(note), Key.Key_Escape)
    assert note.field is None
    assert file_of(page).note == ""
    assert page.file.isVisible()
    assert page.id


def test_enter_or_a_click_on_a_fact_opens_it_and_a_wrong_day_is_said_below(page, qtbot):
    with page.db.write() as session:
        customers.change(session, page.id, birthday=date(1980, 5, 4))
    birthday = page.file.facts["birthday"]
    assert birthday.text() == "1980-05-04"
    birthday.shown.setFocus()
    qtbot.keyClick(birthday.shown, Key.Key_Return)
    field(birthday).selectAll()
    qtbot.keyClicks(field(birthday), "1980-02-31")
    qtbot.keyClick(field(birthday), Key.Key_Return)
    assert birthday.problem.isVisible()
    assert birthday.problem.text() == "There is no such day. Write it as 2026-11-21."
    field(birthday).selectAll()
    qtbot.keyClicks(field(birthday), "1981-02-28")
    assert not birthday.problem.isVisible()
    qtbot.keyClick(field(birthday), Key.Key_Return)
    assert birthday.text() == "1981-02-28"
    assert birthday.shown.hasFocus()
    qtbot.mouseClick(birthday.shown, LEFT)
    assert birthday.field is not None


def test_a_letter_typed_into_a_fact_is_no_key_of_the_page(page, qtbot):
    QGuiApplication.clipboard().clear()
    page.file.open("wechat")
    qtbot.keyClicks(field(page.file.facts["wechat"]), "ccc")
    assert field(page.file.facts["wechat"]).text() == "ccc"
    assert QGuiApplication.clipboard().text() == ""


def test_a_key_of_the_window_stays_one_in_a_fact(page, qtbot):
    qtbot.keyClick(page.table, Key.Key_F2)
    typed = field(page.file.grid.facts["name"])
    for key, held, taken in (
        (Key.Key_C, Qt.KeyboardModifier.NoModifier, True),
        (Key.Key_1, CTRL, False),
        (Key.Key_2, ALT, False),
        (Key.Key_3, Qt.KeyboardModifier.MetaModifier, False),
        (Key.Key_Q, CTRL | ALT, True),  # as AltGr types @
    ):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held, chr(key.value).lower())
        event.ignore()
        page.file.grid.facts["name"].eventFilter(typed, event)
        assert event.isAccepted() is taken


def test_who_goes_while_a_form_is_open_leaves_the_keyboard_on_the_page(page, people, qtbot):
    page.tools.open_code("car")
    qtbot.keyClicks(QApplication.focusWidget(), "B1")
    with page.db.write() as session:
        journal.undo(session)  # who was typed last was none
    qtbot.waitUntil(lambda: page.id != people["张伟"])
    assert page.isAncestorOf(QApplication.focusWidget())
    assert QApplication.focusWidget().isVisible()


def test_choosing_another_row_saves_what_was_typed_and_stays_where_it_cannot(page, people, qtbot):
    page.file.open("wechat")
    qtbot.keyClicks(field(page.file.facts["wechat"]), "zw1980")
    page.table.choose(people["李雪晨"])
    assert page.side.title.text() == "Ms 李雪晨"
    with page.db.read() as session:
        assert customers.file(session, people["张伟"]).wechat == "zw1980"
    page.file.open("name")
    field(page.file.facts["name"]).clear()
    page.table.choose(people["张伟"])
    assert page.table.current_id() == people["李雪晨"]
    assert page.file.facts["name"].problem.text() == "Enter a name."


def test_a_name_of_two_hundred_characters_is_refused_beside_it(page, qtbot):
    page.file.open("name")
    name = page.file.facts["name"]
    write(field(name), "长" * 200)
    qtbot.keyClick(field(name), Key.Key_Return)
    assert name.problem.text() == "A name has at most 100 characters."
    qtbot.keyClick(field(name), Key.Key_Escape)
    assert page.side.title.text() == "Mr 张伟"


def test_consultant_level_status_and_next_contact_are_changed_where_they_stand(page, qtbot):
    with page.db.write() as session:
        make.a_member(session, "王强")
    page.file.open("consultant")
    box = field(page.file.facts["consultant"])
    write(box.lineEdit(), "王强")
    qtbot.keyClick(box, Key.Key_Return)
    assert page.side.note.text() == "王强"
    qtbot.mouseClick(page.side.note, LEFT)
    assert page.file.facts["consultant"].field is not None
    page.file.leave()
    qtbot.mouseClick(page.file.status, LEFT)
    box = field(page.file.facts["status"])
    box.set_value(Status.DORMANT.value)
    qtbot.keyClick(box, Key.Key_Return)
    assert page.file.status.text() == "Dormant"
    undo(page)
    page.file.open("next")
    day = field(page.file.facts["next"])
    day.selectAll()
    qtbot.keyClicks(day, "2026-11-01")
    qtbot.keyClick(day, Key.Key_Return)
    assert page.file.facts["next"].problem.text() == "Choose a day after today."
    day.selectAll()
    qtbot.keyClicks(day, "2026-12-01")
    qtbot.keyClick(day, Key.Key_Return)
    assert page.file.facts["next"].text() == "12-01"


def test_an_e_mail_is_checked_and_kept(page, qtbot):
    page.file.open("email")
    email = page.file.facts["email"]
    qtbot.keyClicks(field(email), "zhang")
    qtbot.keyClick(field(email), Key.Key_Return)
    assert "e-mail address" in email.problem.text()
    qtbot.keyClicks(field(email), "@example.com")
    qtbot.keyClick(field(email), Key.Key_Return)
    assert email.text() == "zhang@example.com"


# --- numbers, and copying


def test_the_number_is_corrected_where_it_stands(page, qtbot):
    phone = page.file.phone
    qtbot.mouseClick(phone.shown, LEFT)
    assert not page.file.copy.isVisible()
    field(phone).clear()
    qtbot.keyClicks(field(phone), "1390013900")
    qtbot.keyClick(field(phone), Key.Key_Return)
    assert phone.problem.text() == "A mobile number has 11 digits: 1 is missing."
    qtbot.keyClicks(field(phone), "0")
    qtbot.keyClick(field(phone), Key.Key_Return)
    assert phone.text() == "139 0013 9000"
    assert page.file.copy.isVisible()
    undo(page)
    assert phone.text() == "138 0013 8000"


def test_further_numbers_are_added_made_the_first_and_taken_out(page, qtbot):
    press(page.file.grid.add.menu(), "Another phone")
    qtbot.waitUntil(lambda: page.file.phones.more.field is not None)
    qtbot.keyClicks(field(page.file.phones.more), "18612345678")
    qtbot.keyClick(field(page.file.phones.more), Key.Key_Return)
    assert page.file.phones.text() == "186 1234 5678"
    line = page.file.phones.lines[0]
    press(line.menu_button.menu(), "Make It the First")
    qtbot.waitUntil(lambda: page.file.phone.text() == "186 1234 5678")
    line.fact.edit()
    field(line.fact).clear()
    qtbot.keyClick(field(line.fact), Key.Key_Return)
    assert [number for _id, number in file_of(page).phones] == ["186 1234 5678"]
    undo(page)
    press(line.menu_button.menu(), "Take It Out")
    qtbot.waitUntil(lambda: page.file.phones.text() == "")


def test_thirty_numbers_do_not_make_the_panel_long_and_the_next_is_refused(
    db, people, request, qtbot
):
    for end in range(29):
        with db.write() as session:
            phones.add(session, people["张伟"], f"139001390{end:02}")
    page = request.getfixturevalue("page")
    assert [line.isVisible() for line in page.file.phones.lines] == [True] * 3 + [False] * 26
    assert page.file.phones.rest.text() == "26 more numbers"
    qtbot.mouseClick(page.file.phones.rest, LEFT)
    assert page.file.phones.lines[-1].isVisible()
    page.file.phones.add()
    more = page.file.phones.more
    qtbot.keyClicks(field(more), "13700137000")
    qtbot.keyClick(field(more), Key.Key_Return)
    assert "30 numbers at most" in more.problem.text()


def test_one_click_or_key_copies_what_is_shown_whole_and_nothing_else(page, qtbot):
    with page.db.write() as session:
        customers.change(session, page.id, wechat="zhangwei1980", address="Nanhai 1")
    clipboard = QGuiApplication.clipboard()
    wechat, address = page.file.facts["wechat"], page.file.facts["address"]
    wechat.shown.setFocus()
    qtbot.keyClick(wechat.shown, Key.Key_C, CTRL)
    assert clipboard.text() == "zhangwei1980"
    qtbot.mouseClick(address.copy_button, LEFT)
    assert clipboard.text() == "Nanhai 1"
    with page.db.write() as session:
        boss = make.a_member(session, "赵总", Role.MANAGER)
        make.a_pin(session, boss, "1234", by=boss)
    page.db.staff_id = None
    page.reload()
    assert wechat.text() == "zh****80"
    assert not wechat.copy_button.isVisible()
    clipboard.clear()
    qtbot.keyClick(wechat.shown, Key.Key_C, CTRL)
    assert clipboard.text() == ""


def test_what_may_be_seen_no_longer_goes_from_the_field_too(page, qtbot):
    page.file.phone.edit()
    assert field(page.file.phone).text() == "138 0013 8000"
    with page.db.write() as session:
        boss = make.a_member(session, "赵总", Role.MANAGER)
        make.a_pin(session, boss, "1234", by=boss)
    page.db.staff_id = None
    page.reload()
    assert page.file.phone.field is None
    assert page.file.phone.text() == "138****8000"


# --- his people


def circle(page: CustomersPage, part: str) -> list[str]:
    """The lines of a part of the circle."""
    lines = page.file.circle_tab.parts[part].lines
    return [
        line.text()
        if hasattr(line, "text")
        else getattr(line, "name", line.findChild(QWidget)).text()
        for line in lines
    ]


def test_who_shares_the_phone_is_linked_as_a_couple_with_one_click(page, people, qtbot):
    sharing = page.file.sharing
    assert sharing.open.text() == "Same phone as Ms 李雪晨"
    qtbot.mouseClick(sharing.couple, LEFT)
    assert not sharing.couple.isVisible()
    assert sharing.open.isVisible()
    qtbot.keyClick(page, Key.Key_3, ALT)
    assert circle(page, "people") == ["Couple Ms 李雪晨"]
    undo(page)
    assert sharing.couple.isVisible()
    assert circle(page, "people") == []
    assert page.file.circle_tab.parts["people"].empty.isVisible()


def test_a_company_is_linked_by_keys_opened_noted_and_unlinked(page, people, qtbot):
    qtbot.mouseClick(page.file.sharing.family, LEFT)
    qtbot.keyClick(page, Key.Key_P, CTRL | SHIFT)
    tool = page.tools.current
    qtbot.waitUntil(tool.isVisible)
    assert tool.other.hasFocus()
    qtbot.keyClicks(tool.other, "5678")
    qtbot.waitUntil(tool.other.matches.isVisible)
    qtbot.keyClick(tool.other, Key.Key_Return)
    assert tool.said.text() == "Mr 张伟 works at 宏达公司."
    finish(page, qtbot)
    qtbot.waitUntil(page.file.isVisible)
    page.file.show_tab("circle")
    assert circle(page, "people") == ["Family member Ms 李雪晨", "Works at 宏达公司"]
    line = page.file.circle_tab.parts["people"].lines[1]
    press(line.more.menu(), "Note…")
    qtbot.waitUntil(lambda: line.fact.field is not None)
    qtbot.keyClicks(field(line.fact), "driver")
    qtbot.keyClick(field(line.fact), Key.Key_Return)
    line = page.file.circle_tab.parts["people"].lines[1]
    assert line.fact.text() == "driver"
    qtbot.mouseClick(line.name, LEFT)
    qtbot.waitUntil(lambda: page.id == people["宏达公司"])
    assert circle(page, "people") == ["Works here Mr 张伟"]
    line = page.file.circle_tab.parts["people"].lines[0]
    assert isinstance(line, _KinLine)
    press(line.more.menu(), "Friend")
    qtbot.waitUntil(lambda: circle(page, "people") == ["Friend Mr 张伟"])
    press(page.file.circle_tab.parts["people"].lines[0].more.menu(), "Take the Link Away")
    qtbot.waitUntil(lambda: circle(page, "people") == [])


def test_who_cannot_be_linked_is_said_beside_the_field(page, people, qtbot):
    with page.db.write() as session:
        relations.link(session, people["张伟"], people["宏达公司"], "company", now=make.NOW)
    page.tools.open_code("link")
    tool = page.tools.current
    assert tool.other.value() == people["李雪晨"]  # who has the same phone stands there already
    tool.other.set_value(people["宏达公司"])
    finish(page, qtbot)
    assert tool.form.problems["other"].text() == "They are linked already: Works at."
    tool.other.clear()
    tool.other.edited.emit()
    finish(page, qtbot)
    assert tool.form.problems["other"].text() == "Choose who belongs to him."


def test_introductions_lists_and_events_stand_in_his_circle(page, people, qtbot):
    with page.db.write() as session:
        event = events.add(session, name="Autumn drive", day=make.TODAY).id
    with page.db.write() as session:
        lists.add(session, "Golf players", ids=[page.id], now=make.NOW)
    with page.db.write() as session:
        li = make.a_customer(session, "李娜")
        referrals.note(session, introducer_id=page.id, customer_id=li, now=make.NOW)
    with page.db.write() as session:
        zhao = make.a_customer(session, "赵磊")
    with page.db.write() as session:
        referrals.note(session, introducer_id=zhao, customer_id=page.id, now=make.NOW)
    with page.db.write() as session:
        invitations.invite(session, event, [page.id], now=make.NOW)
    qtbot.keyClick(page, Key.Key_3, ALT)
    qtbot.waitUntil(page.file.circle_tab.isVisible)
    assert circle(page, "brought") == [
        "Introduced by Mr 赵磊 Noted",
        "Has introduced Mr 李娜 Noted",
    ]
    assert circle(page, "lists") == ["On a list Golf players", "Today Autumn drive invited"]
    qtbot.mouseClick(page.file.circle_tab.parts["brought"].lines[1].name, LEFT)
    qtbot.waitUntil(lambda: page.id == li)
    page.file.show_tab("overview")
    told = {entry.title: entry.note for entry in page.file.timeline.entries()}
    assert told["Came by an introduction"] == "Mr 张伟"


# --- his cars


def test_a_car_is_typed_corrected_and_taken_out_by_keys(page, qtbot):
    qtbot.keyClick(page, Key.Key_V, CTRL | SHIFT)
    tool = page.tools.current
    fields_ = tool.form.fields
    qtbot.waitUntil(fields_["plate"].hasFocus)
    write(fields_["plate"], "粤")
    qtbot.keyClicks(fields_["plate"], "b1234")
    qtbot.keyClicks(fields_["vin"], "lsvaa4182o2184847")
    finish(page, qtbot)
    assert tool.form.problems["plate"].text().startswith("A Chinese plate has 7 characters")
    assert tool.form.problems["vin"].text() == "A VIN has no I, O or Q: 1 or 0 is meant."
    qtbot.keyClicks(fields_["plate"], "5")
    fields_["vin"].clear()
    qtbot.keyClicks(fields_["vin"], VIN.lower())
    assert fields_["vin"].hint() == "17 / 17"
    qtbot.keyClicks(fields_["km"], "32000")
    finish(page, qtbot)
    qtbot.waitUntil(page.file.isVisible)
    page.file.show_tab("circle")
    (line,) = page.file.circle_tab.parts["cars"].lines
    assert line.name.text() == "粤B12345"
    assert line.note.text() == f"VIN {VIN} · 32,000 km on 2026-11-18"
    qtbot.mouseClick(line.name, LEFT)
    qtbot.waitUntil(tool.isVisible)
    assert fields_["plate"].text() == "粤B12345"
    fields_["plate"].clear()
    write(fields_["plate"], "粤B54321")
    finish(page, qtbot)
    qtbot.waitUntil(page.file.isVisible)
    with page.db.read() as session:
        assert [car.plate for car in vehicles.cars(session, page.id)] == ["粤B54321"]
    page.file.circle_tab.open_tool("car", line.car.id)
    qtbot.mouseClick(tool.out, LEFT)
    qtbot.waitUntil(page.file.isVisible)
    with page.db.read() as session:
        assert vehicles.cars(session, page.id) == []
    undo(page)
    with page.db.read() as session:
        assert [car.plate for car in vehicles.cars(session, page.id)] == ["粤B54321"]


def test_the_car_of_a_delivered_deal_is_offered(page, qtbot):
    with page.db.write() as session:
        deal = make.a_deal(session, page.id)
    with page.db.write() as session:
        closing.deliver(session, deal, on=make.TODAY, today=make.TODAY)
    page.file.show_tab("circle")
    (line,) = page.file.circle_tab.parts["cars"].lines
    assert line.button.text() == "Add the 汉 EV of deal 20261118-01"
    qtbot.mouseClick(line.button, LEFT)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    tool = page.tools.current
    assert tool.form.fields["model"].currentText() == "汉 EV"
    qtbot.keyClicks(tool.form.fields["vin"], "184847")
    finish(page, qtbot)
    qtbot.waitUntil(page.file.isVisible)
    (line,) = page.file.circle_tab.parts["cars"].lines
    assert line.name.text() == "184847 · 汉 EV"


# --- the showroom's own fields


def test_own_fields_are_filled_in_place_by_their_kind(page, people, qtbot):
    assert not page.file.fields.isVisible()
    with page.db.write() as session:
        area = fields.add(session, zh="面积", en="Area", kind=FieldKind.NUMBER).id
        look = fields.add(
            session, zh="风格", en="Style", kind=FieldKind.CHOICE, options="Modern\nNordic"
        ).id
    grid = page.file.fields.grid
    assert grid.add.text() == "Area, Style"
    press(grid.add.menu(), "Area")
    fact = grid.facts[f"own_{area}"]
    qtbot.waitUntil(lambda: fact.field is not None)
    qtbot.keyClicks(field(fact), "large")
    qtbot.keyClick(field(fact), Key.Key_Return)
    assert fact.problem.text() == "Enter a number, such as 120 or 12.5."
    field(fact).clear()
    qtbot.keyClicks(field(fact), "1200")
    qtbot.keyClick(field(fact), Key.Key_Return)
    assert fact.text() == "1,200"
    grid.open(f"own_{look}")
    box = field(grid.facts[f"own_{look}"])
    box.set_value("Nordic")
    qtbot.keyClick(box, Key.Key_Return)
    with page.db.write() as session:
        fields.change(session, look, active=False)
    assert grid.facts[f"own_{look}"].caption == "Style (out of use)"
    page.table.choose(people["李雪晨"])
    assert list(page.file.fields.grid.facts) == [f"own_{area}"]


# --- what happened


def test_an_erased_person_that_still_stands_in_the_list_is_told_to_be_gone(page, people):
    from showroom.guard import erasure
    from showroom.store.models import Cause

    said: list[str] = []
    page.said.connect(said.append)
    page._changed.disconnect()  # the list is stale
    erasure.erase_now(page.db, [people["李雪晨"]], why=Cause.ASKED)
    page.table.choose(people["李雪晨"])
    assert page.side.is_empty()
    assert said == ["This customer is no longer in the file."]


def test_what_is_typed_stays_while_the_page_is_away(page, qtbot):
    page.file.open("wechat")
    qtbot.keyClicks(field(page.file.facts["wechat"]), "zw19")
    page.hide()
    qtbot.wait(20)
    assert file_of(page).wechat == ""
    page.show()
    assert field(page.file.facts["wechat"]).text() == "zw19"
    page.file.show_tab("circle")
    qtbot.waitUntil(lambda: file_of(page).wechat == "zw19")


def test_of_a_long_life_the_newest_is_shown_and_more_is_asked_for(db, people, request, qtbot):
    for number in range(60):
        with db.write() as session:
            customers.change(session, people["张伟"], note=f"note {number}")
    page = request.getfixturevalue("page")
    line = page.file.timeline
    assert len(line.entries()) == 40
    assert page.file.earlier.text() == "21 earlier entries"
    assert line.entries()[0].note == "Note: note 58 → note 59"
    qtbot.mouseClick(page.file.earlier, LEFT)
    assert len(line.entries()) == 61
    assert not page.file.earlier.isVisible()


def test_everything_here_has_its_name_for_screen_readers(page, people, qtbot):
    qtbot.mouseClick(page.file.sharing.couple, LEFT)
    for tab in ("overview", "circle"):
        page.file.show_tab(tab)
        for widget in page.file.pages[tab].findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert widget.accessibleName(), widget.objectName() or widget
    listed = dict(page.keys())
    assert listed["F2"] == "Change in Place"


def test_the_window_is_told_what_was_copied(page, qtbot):
    said: list[str] = []
    page.said.connect(said.append)
    with page.db.write() as session:
        customers.change(session, page.id, wechat="zw1980")
    qtbot.mouseClick(page.file.facts["wechat"].copy_button, LEFT)
    assert said == ["WeChat copied."]
