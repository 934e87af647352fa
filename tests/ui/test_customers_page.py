"""The customers by keys and clicks: found as one types, read, changed in place, never lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from showroom import choices
from showroom.people import customers, losses, phones, search
from showroom.store import drafts
from showroom.store.models import ChoiceKind, Honorific, Level, Role, Status
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import story
from tests.ui.keys import let_go
from tests.ui.keys import write_into as write
from ui.customer_form import DRAFT
from ui.pages.customers import CustomersPage

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


@story
def people(db: Any) -> dict[str, int]:
    """Four customers: a couple with one phone, one with two phones, one late."""
    make.stop_clock(db)
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        lena = make.a_member(session, "李娜")
    ids = {}
    for name, facts in {
        "周敏": {"phone": "13312349910", "now": make.later(days=-9), "today": date(2026, 11, 9)},
        "李雪晨": {"phone": "13800138000", "honorific": Honorific.MS, "consultant_id": lena},
        "张伟": {"phone": "13800138000", "consultant_id": wang, "model_id": "汉 EV"},
        "欧阳思远": {"phone": "13612340912", "level": Level.WEEK},
    }.items():
        with db.write() as session:
            ids[name] = make.a_customer(session, name, **facts)
    return ids


@pytest.fixture
def page(db: Any, people: dict[str, int], page_of: Any) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    return opened


def names(page: CustomersPage) -> list[str]:
    rows = page.table.rows
    return [rows.index(n, 0).data() for n in range(rows.rowCount())]


def test_who_was_read_at_the_opening_is_listed_until_something_changes(page, people, db):
    last, everybody = CustomersPage.warm(db)
    assert everybody == page.table.rows.ids()
    page.read_already = last, everybody[:2]
    page.reload()
    assert page.table.rows.ids() == everybody[:2]
    page.read_already = last, everybody[:2]
    with db.write() as session:
        new = make.a_customer(session, "赵磊")
    assert sorted(page.table.rows.ids()) == sorted([*everybody, new])


def test_what_was_typed_meanwhile_narrows_who_was_read_at_the_opening(page, people, db):
    read = CustomersPage.warm(db)
    page.finder.setText("周敏")
    page.read_already = read
    page.reload()
    assert page.table.rows.ids() == [people["周敏"]]


def choose(page: CustomersPage, id: int) -> None:
    page.table.choose(id)


def row(page: CustomersPage, id: int) -> customers.CustomerRow:
    with page.db.read() as session:
        return customers.file(session, id).row


def draft(page: CustomersPage) -> dict[str, str]:
    with page.db.read() as session:
        return drafts.find(session, DRAFT)


def cell(page: CustomersPage, id: int, column: int) -> str:
    rows = page.table.rows
    return str(rows.index(rows.ids().index(id), column).data())


# --- the list


def test_the_list_says_who_level_when_seen_and_when_due(page, people):
    assert names(page) == ["Mr 欧阳思远", "Mr 张伟", "Ms 李雪晨", "Mr 周敏"]
    assert cell(page, people["张伟"], 1) == "138 0013 8000"
    assert cell(page, people["张伟"], 2) == "汉 EV"
    assert cell(page, people["欧阳思远"], 3) == "H"
    assert cell(page, people["张伟"], 4) == "王强"
    assert cell(page, people["张伟"], 6) == "Tomorrow"
    assert cell(page, people["周敏"], 6) == "8 days late"
    assert page.count.text() == "4"
    assert page.count.accessibleName() == "4 customers"


TYPED = [
    ("0912", ["Mr 欧阳思远"]),
    ("138 0013", ["Mr 张伟", "Ms 李雪晨"]),
    ("9910", ["Mr 周敏"]),
    ("777", []),
]


@pytest.mark.parametrize(("typed", "found"), slow_but(TYPED[1:3], TYPED))
def test_any_part_of_the_phone_finds_as_one_types(page, qtbot, typed, found):
    qtbot.keyClicks(page.finder, typed)
    qtbot.waitUntil(lambda: names(page) == found)


def test_a_part_of_the_name_finds_and_enter_goes_to_the_list(page, qtbot, people):
    page.focus_first()
    write(page.finder, "思远")
    qtbot.waitUntil(lambda: names(page) == ["Mr 欧阳思远"])
    qtbot.keyClick(page.finder, Key.Key_Return)
    assert page.table.hasFocus()
    qtbot.keyClick(page.table, Key.Key_Down)
    assert page.id == people["欧阳思远"]


def test_the_list_is_narrowed_by_level_consultant_status_and_what_is_due(page, qtbot, people):
    def press(button: Any, words: str) -> None:
        action = next(one for one in button.menu().actions() if one.text() == words)
        action.trigger()

    qtbot.waitUntil(lambda: bool(page.filters.level.menu().actions()))  # the list comes first
    press(page.filters.level, "H · Within a week")
    assert names(page) == ["Mr 欧阳思远"]
    assert page.filters.level.isChecked()
    press(page.filters.level, "All")
    assert len(names(page)) == 4
    assert not page.filters.level.isChecked()
    press(page.filters.consultant, "李娜")
    assert names(page) == ["Ms 李雪晨"]
    press(page.filters.consultant, "All")
    press(page.filters.status, "Lost")
    assert names(page) == []
    assert page.table._empty.sentence.text() == "Nobody fits what is typed and chosen above."
    press(page.filters.status, "All")
    assert page.filters.due.text() == "Due 1"
    press(page.filters.due, "Late: 1")
    assert names(page) == ["Mr 周敏"]
    press(page.filters.due, "Due by today: 1")
    assert names(page) == ["Mr 周敏"]


def test_an_empty_list_offers_the_first_customer(db, page_of, qtbot):
    page = page_of(CustomersPage)
    assert page.table._empty.sentence.text() == "No customers yet."
    qtbot.mouseClick(page.first_customer, LEFT)
    assert page.form.isVisible()


# --- the file


def test_the_file_shows_who_he_is_and_what_happened(page, people):
    assert page.side.is_empty()
    choose(page, people["张伟"])
    assert page.side.title.text() == "Mr 张伟"
    assert page.side.note.text() == "王强"
    assert page.letter.text() == "N"
    assert page.file.phone.text() == "138 0013 8000"
    assert page.file.status.text() == "Contact left"
    assert page.file.facts["interest"].text() == "汉 EV"
    assert not page.file.facts["wechat"].isVisible()
    assert [entry.title for entry in page.file.timeline.entries()] == ["New customer"]
    choose(page, people["周敏"])
    assert page.file.facts["next"].text() == "11-10 · 8 days late"


def test_c_copies_the_phone(page, people, qtbot):
    choose(page, people["张伟"])
    page.table.setFocus()
    qtbot.keyClick(page.table, Key.Key_C)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "13800138000")


def test_who_shares_the_phone_is_named_and_a_click_opens_that_file(page, people, qtbot):
    choose(page, people["欧阳思远"])
    assert not page.file.sharing.open.isVisible()
    choose(page, people["张伟"])
    assert page.file.sharing.open.text() == "Same phone as Ms 李雪晨"
    qtbot.mouseClick(page.file.sharing.open, LEFT)
    assert page.side.title.text() == "Ms 李雪晨"
    assert page.table.current_id() == people["李雪晨"]


def test_the_level_is_changed_with_one_click_and_undone_from_the_timeline(page, people, qtbot):
    id = people["张伟"]
    choose(page, id)
    qtbot.mouseClick(page.file.level.buttons["month"], LEFT)
    assert row(page, id).level is Level.MONTH
    assert page.letter.text() == "B"
    assert cell(page, id, 3) == "B"
    assert row(page, id).next_on == make.TODAY + timedelta(days=15)
    assert page.file.timeline.entries()[0].title == "Level changed · N → B"

    page.db.clock = lambda: make.later(days=30)
    line = page.file.timeline
    assert not page.file.undo.isEnabled()
    qtbot.mouseClick(line.viewport(), LEFT, pos=QPoint(120, 14))
    assert page.file.undo.isEnabled()
    qtbot.keyClick(page, Key.Key_U, ALT)
    qtbot.waitUntil(lambda: row(page, id).level is Level.UNRATED)
    assert page.file.timeline.entries()[0].title == "Taken back · B → N" or (
        page.file.timeline.entries()[0].title == "Undone · B → N"
    )


def test_in_the_levels_a_letter_chooses_one_and_is_no_key_of_the_page(page, people, qtbot):
    QGuiApplication.clipboard().clear()
    choose(page, people["张伟"])
    page.file.level.setFocus()
    qtbot.keyClick(page.file.level, Key.Key_C)
    assert row(page, people["张伟"]).level is Level.QUARTER
    assert QGuiApplication.clipboard().text() == ""
    qtbot.keyClick(page.file.level, Key.Key_Delete)
    assert row(page, people["张伟"]).level is Level.UNRATED


def test_a_file_that_is_undone_elsewhere_goes_from_the_panel(page, people):
    from showroom.store import journal

    choose(page, people["欧阳思远"])
    with page.db.write() as session:
        journal.undo(session)
    assert page.side.is_empty()
    assert "Mr 欧阳思远" not in names(page)


def test_another_page_may_ask_for_a_file_outside_the_narrowed_list(page, people, qtbot):
    qtbot.keyClicks(page.finder, "0912")
    qtbot.waitUntil(lambda: len(names(page)) == 1)
    page.show_id(people["张伟"])
    assert page.side.title.text() == "Mr 张伟"
    assert page.finder.text() == ""
    assert page.table.current_id() == people["张伟"]


# --- changing


def edit(page: CustomersPage, qtbot: Any, id: int) -> None:
    choose(page, id)
    page.table.setFocus()
    qtbot.keyClick(page.table, Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(page.form.isVisible)


def save(page: CustomersPage, qtbot: Any) -> None:
    qtbot.keyClick(page, Key.Key_S, CTRL)
    let_go(qtbot, page)


def test_all_facts_are_changed_in_place(page, people, qtbot):
    id = people["张伟"]
    edit(page, qtbot, id)
    fields = page.form.fields
    qtbot.keyClicks(fields["wechat"], "zw1980")
    qtbot.keyClicks(fields["birthday"], "1980-05-04")
    qtbot.keyClicks(fields["address"], "Nanhai 1")
    qtbot.keyClicks(fields["note"], "two children")
    qtbot.mouseClick(page.form.fields["level"].buttons["week"], LEFT)
    qtbot.keyClicks(fields["phone_2"], "0755 2345 6789")
    save(page, qtbot)
    with page.db.read() as session:
        file = customers.file(session, id)
    assert (file.wechat, file.birthday) == ("zw1980", date(1980, 5, 4))
    assert (file.address, file.note) == ("Nanhai 1", "two children")
    assert file.row.level is Level.WEEK
    assert [number for _id, number in file.phones] == ["138 0013 8000", "0755 2345 6789"]
    assert page.file.isVisible()
    assert page.file.phones.text() == "0755 2345 6789"
    with page.db.read() as session:
        assert len(make.actions_on(session, "customer", id)) == 2  # added, and one change


def test_a_number_is_corrected_or_taken_out_by_emptying_its_field(page, people, qtbot):
    id = people["张伟"]
    with page.db.write() as session:
        phones.add(session, id, "18612345678")
    edit(page, qtbot, id)
    page.form.fields["phone"].clear()
    qtbot.keyClicks(page.form.fields["phone"], "13900139000")
    page.form.fields["phone_2"].clear()
    save(page, qtbot)
    with page.db.read() as session:
        assert [n for _id, n in customers.file(session, id).phones] == ["139 0013 9000"]


def test_lost_asks_for_its_reason(page, people, qtbot):
    id = people["张伟"]
    edit(page, qtbot, id)
    status, why = page.form.fields["status"], page.form.fields["why"]
    assert not why.isVisible()
    status.setCurrentIndex(status.findData(Status.LOST.value))
    status.activated.emit(status.currentIndex())
    assert why.isVisible()
    save(page, qtbot)
    assert page.form.problems["reason_id"].text() == "Choose the reason."
    qtbot.keyClicks(page.form.fields["reason_id"].lineEdit(), "Family objects")
    save(page, qtbot)
    assert page.form.problems["why"].text() == "Say why the customer was lost."
    assert row(page, id).status is Status.OPEN
    qtbot.keyClicks(why, "family objects")
    save(page, qtbot)
    assert row(page, id).status is Status.LOST
    assert page.file.timeline.entries()[0].note == "family objects"
    assert not page.file.level.isVisible()


def test_do_not_contact_stands_in_red_at_once(page, people, qtbot):
    id = people["张伟"]
    edit(page, qtbot, id)
    qtbot.mouseClick(page.form.fields["do_not_contact"], LEFT)
    save(page, qtbot)
    assert page.file.no_contact.text() == "Do not contact"
    assert cell(page, id, 6) == "Do not contact"
    assert row(page, id).next_on is None


def test_escape_leaves_everything_as_it_was(page, people, qtbot):
    id = people["张伟"]
    edit(page, qtbot, id)
    qtbot.keyClicks(page.form.fields["wechat"], "zw1980")
    qtbot.keyClick(page.form.fields["wechat"], Key.Key_Escape)
    qtbot.waitUntil(page.file.isVisible)
    with page.db.read() as session:
        assert customers.file(session, id).wechat == ""


def test_choosing_another_row_saves_what_was_typed(page, people, qtbot):
    id = people["张伟"]
    edit(page, qtbot, id)
    qtbot.keyClicks(page.form.fields["wechat"], "zw1980")
    choose(page, people["周敏"])
    with page.db.read() as session:
        assert customers.file(session, id).wechat == "zw1980"
    assert page.side.title.text() == "Mr 周敏"


def test_what_cannot_be_saved_keeps_the_form_when_another_row_is_chosen(page, people, qtbot):
    id = people["张伟"]
    edit(page, qtbot, id)
    page.form.fields["phone"].clear()
    qtbot.keyClicks(page.form.fields["phone"], "1380013")
    choose(page, people["周敏"])
    assert page.form.isVisible()
    assert page.form.problems["phone"].text() == "A mobile number has 11 digits: 4 are missing."
    assert page.table.current_id() == id


# --- a new one


def new(page: CustomersPage, qtbot: Any) -> None:
    qtbot.keyClick(page, Key.Key_N, CTRL)
    qtbot.waitUntil(page.form.isVisible)
    qtbot.waitUntil(page.form.fields["name"].hasFocus)


def test_a_new_customer_by_keys(page, qtbot):
    new(page, qtbot)
    write(page.form.fields["name"], "王五")
    qtbot.keyClick(page.form.fields["name"], Key.Key_Return)
    assert page.form.fields["phone"].hasFocus()
    qtbot.keyClick(page.form.fields["phone"], Key.Key_Backtab)
    assert page.form.fields["honorific"].hasFocus()
    qtbot.keyClick(page.form.fields["honorific"], Key.Key_Return)
    assert page.form.fields["phone"].hasFocus()
    qtbot.keyClicks(page.form.fields["phone"], "18600001111")
    write(page.form.fields["model_id"].lineEdit(), "海豹")
    save(page, qtbot)
    with page.db.read() as session:
        (id,) = search.find(session, "王五")
    assert row(page, id).model == "海豹"
    assert row(page, id).phone == "186 0000 1111"
    assert page.table.current_id() == id
    assert page.side.title.text() == "王五"
    assert draft(page) == {}


def test_a_wrong_phone_and_a_missing_name_are_said_beside_their_fields(page, qtbot):
    new(page, qtbot)
    qtbot.keyClicks(page.form.fields["phone"], "13800138")
    assert page.form.fields["phone"].hint() == "3 more"
    save(page, qtbot)
    assert page.form.problems["name"].text() == "Enter a name."
    assert page.form.problems["phone"].text() == "A mobile number has 11 digits: 3 are missing."
    assert page.form.fields["name"].hasFocus()
    assert len(names(page)) == 4


def test_a_phone_that_is_known_names_its_owner_and_is_not_refused(page, people, qtbot):
    new(page, qtbot)
    write(page.form.fields["name"], "张太太")
    qtbot.keyClicks(page.form.fields["phone"], "13312349910")
    assert page.form.alike.isVisible()
    (known,) = page.form.alike.shown()
    assert (known.name, known.why) == ("Mr 周敏", "same phone")
    save(page, qtbot)
    assert page.side.title.text() == "Ms 张"
    assert page.file.sharing.open.text() == "Same phone as Mr 周敏"


def test_from_the_known_phone_one_goes_to_that_file_and_back_to_the_draft(page, people, qtbot):
    new(page, qtbot)
    write(page.form.fields["name"], "张太太")
    qtbot.keyClicks(page.form.fields["phone"], "13312349910")
    qtbot.mouseClick(page.form.alike.buttons["open"], LEFT)
    assert page.side.title.text() == "Mr 周敏"
    new(page, qtbot)
    assert page.form.fields["name"].text() == "张太太"
    assert page.form.fields["phone"].text() == "133 1234 9910"


def test_a_half_filled_new_customer_survives_a_crash(db, page, page_of, qtbot):
    new(page, qtbot)
    write(page.form.fields["name"], "王五")
    qtbot.keyClicks(page.form.fields["phone"], "1380")
    qtbot.waitUntil(lambda: bool(draft(page)))
    page.close()  # the power is cut: nothing is told to the page
    again = page_of(CustomersPage)
    assert again.form.isVisible()
    assert again.form.fields["name"].text() == "王五"
    assert again.form.fields["phone"].text() == "138 0"
    qtbot.mouseClick(again.throw_away, LEFT)
    assert draft(again) == {}
    assert not again.form.isVisible()


def test_escape_keeps_the_draft_for_the_next_ctrl_n(page, qtbot):
    new(page, qtbot)
    write(page.form.fields["name"], "王五")
    qtbot.keyClick(page.form.fields["name"], Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.form.isVisible())
    assert draft(page)["name"] == "王五"
    new(page, qtbot)
    assert page.form.fields["name"].text() == "王五"


# --- a deal


def test_f9_closes_a_deal_with_this_customer(page, people, qtbot):
    id = people["张伟"]
    choose(page, id)
    qtbot.keyClick(page, Key.Key_F9)
    qtbot.waitUntil(page.deal_form.isVisible)
    deal = page.deal_form
    assert not deal.customer.isVisible()
    assert deal.model.currentText() == "汉 EV"
    assert deal.price.hasFocus()
    qtbot.keyClicks(deal.price, "21.8w")
    qtbot.keyClick(deal.price, Key.Key_Return)
    assert deal.price.text() == "218,000"
    assert deal.deposit.hasFocus()
    qtbot.keyClick(deal.deposit, Key.Key_Return, CTRL)
    qtbot.waitUntil(page.file.isVisible)
    assert row(page, id).status is Status.ORDERED
    assert page.file.status.text() == "Has ordered"
    assert cell(page, id, 3) == "O"
    assert not page.file.level.isVisible()
    edit(page, qtbot, id)
    assert not page.form.fields["level"].isVisible()
    assert not page.form.fields["status"].isVisible()
    qtbot.keyClicks(page.form.fields["wechat"], "zw")
    save(page, qtbot)
    assert row(page, id).status is Status.ORDERED
    assert row(page, id).level is Level.ORDERED


def test_a_half_filled_deal_is_there_again_after_looking_at_another_file(page, people, qtbot):
    choose(page, people["张伟"])
    qtbot.keyClick(page, Key.Key_F9)
    qtbot.waitUntil(page.deal_form.isVisible)
    qtbot.keyClicks(page.deal_form.price, "218000")
    choose(page, people["周敏"])
    assert page.file.isVisible()
    choose(page, people["张伟"])
    qtbot.keyClick(page, Key.Key_F9)
    qtbot.waitUntil(page.deal_form.isVisible)
    assert page.deal_form.price.text().replace(",", "") == "218000"


# --- for everybody


def test_every_input_has_its_name_for_screen_readers_and_every_key_is_listed(page, people, qtbot):
    edit(page, qtbot, people["张伟"])
    for name, field in page.form.fields.items():
        assert field.accessibleName(), name
        assert field.objectName() == f"customers.{name}"
    listed = dict(page.keys())
    assert {"Ctrl+N", "Shift+F2", "Ctrl+S", "F9", "Esc", "C", "Alt+U"} <= set(listed)


@pytest.mark.language("zh_CN")
def test_the_page_in_chinese(page, people):
    choose(page, people["周敏"])
    assert names(page)[0] == "欧阳思远 先生"
    assert cell(page, people["周敏"], 6) == "迟 8 天"
    assert page.file.facts["next"].text() == "11-10 · 迟 8 天"


def test_the_staff_who_left_stay_on_his_file(page, people, qtbot):
    from showroom.guard import staff

    with page.db.read() as session:
        (wang,) = [one for one in staff.everyone(session, Role.CONSULTANT) if one.name == "王强"]
    with page.db.write() as session:
        staff.change(session, wang.id, active=False)
    edit(page, qtbot, people["张伟"])
    assert page.form.fields["consultant_id"].currentText() == "王强"
    qtbot.keyClicks(page.form.fields["wechat"], "zw")
    save(page, qtbot)
    assert row(page, people["张伟"]).consultant == "王强"


def test_another_file_is_shown_from_its_beginning(page, qtbot):
    page.resize(1100, 420)
    ids = page.table.rows.ids()
    page.show_id(ids[0])
    page.file.show_tab("archive")
    bar = page.side.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 50)
    bar.setValue(50)
    page.reload()
    assert bar.value() == 50
    page.show_id(ids[1])
    assert bar.value() == 0


def test_back_from_a_view_the_list_marks_who_is_shown(page, people, qtbot):
    zhang, zhou = people["张伟"], people["周敏"]
    choose(page, zhang)
    with page.db.write() as session:
        reason = choices.find(session, ChoiceKind.LOSS_REASON, "rival")
        losses.apply(session, zhou, reason_id=reason, now=make.NOW, today=make.TODAY)
    page.show_id(zhang)
    qtbot.keyClick(page, Key.Key_F11)
    qtbot.waitUntil(lambda: page.views.current == "losses")
    assert page.id == zhou  # the only one who waits
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.current == "lists")
    assert page.table.current_id() == page.id == zhou
    assert page.side.title.text() == "Mr 周敏"


def test_back_from_a_view_into_a_narrowed_list_who_is_marked_is_shown(page, people, qtbot):
    zhang, zhou = people["张伟"], people["周敏"]
    qtbot.keyClicks(page.finder, "138 0013")
    qtbot.waitUntil(lambda: zhou not in page.table.rows.ids())
    choose(page, zhang)
    page.views.open_code("losses")
    page.show_in_panel(zhou)
    page.views.close_view()
    assert page.table.current_id() == page.id == zhang
    page.views.open_code("losses")
    page.show_in_panel(zhou)
    page.begin_edit()
    page.views.close_view()  # his form stays: nobody else is marked
    assert page.table.current_id() == 0
    page.go_back()
    assert page.id == zhou
    assert page.side.title.text() == "Mr 周敏"


def test_a_click_on_the_marked_row_shows_it_whatever_stands_at_the_right(page, people, qtbot):
    zhang = people["张伟"]
    choose(page, zhang)
    qtbot.keyClick(page, Key.Key_N, CTRL)
    qtbot.waitUntil(lambda: page.side.title.text() == "New customer")
    place = page.table.visualRect(page.table.currentIndex()).center()
    qtbot.mouseClick(page.table.viewport(), LEFT, pos=place)
    assert page.table.current_id() == page.id == zhang
    assert page.side.title.text() == "Mr 张伟"
    assert page.file.isVisible()
