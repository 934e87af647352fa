"""The archive by keys: the bar, every field in place, the score live, what to ask at the visit."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom import settings
from showroom.door import reception
from showroom.errors import ShowroomError
from showroom.people import archive, customers
from showroom.store import drafts, journal
from showroom.store.models import Honorific, Role
from tests import builders as make
from tests.stories import story
from tests.ui.keys import focus, write
from ui.pages.customers import CustomersPage
from ui.pages.desk import DeskPage

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@story
def people(db: Any) -> dict[str, int]:
    make.stop_clock(db)
    ids = {}
    with db.write() as session:
        ids["王强"] = make.a_member(session, "王强")
    for name, facts in {
        "周敏": {"phone": "13312349910"},
        "大华公司": {"honorific": Honorific.COMPANY},
        "张伟": {"phone": "13800138000", "consultant_id": ids["王强"]},
    }.items():
        with db.write() as session:
            ids[name] = make.a_customer(session, name, **facts)
    return ids


@pytest.fixture
def page(db: Any, people: dict[str, int], page_of: Any) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    opened.table.choose(people["张伟"])
    opened.table.setFocus()
    return opened


def tab(page: CustomersPage) -> Any:
    return page.file.archive_tab


def open_tab(qtbot: Any, page: CustomersPage) -> Any:
    qtbot.keyClick(focus(), Key.Key_2, ALT)
    qtbot.waitUntil(lambda: tab(page).isVisible())
    return tab(page).form


def go(form: Any, name: str) -> Any:
    field = form.fields[name]
    field.setFocus()
    return field


def held(page: CustomersPage, id: int) -> dict[str, str]:
    with page.db.read() as session:
        return archive.of_customer(session, id).values


# --- the bar


def test_the_bar_says_how_complete_it_is_and_what_to_ask(page, people):
    bar = page.file.archive
    assert bar.isVisible()
    assert bar.held.score.text() == "8"
    assert bar.held.meter.score == 8
    assert bar.held.next.text() == "Next to ask: Family +8 · Leisure +8"
    page.table.choose(people["大华公司"])
    assert bar.held.next.text() == "Next to ask: Work +20 · How he takes offers +20"


def test_a_click_on_the_bar_shows_all_fields_and_the_first_empty_one_has_the_keyboard(page, qtbot):
    qtbot.mouseClick(page.file.archive, LEFT)
    assert tab(page).isVisible()
    assert tab(page).form.fields["age"].hasFocus()


# --- typing


def test_the_score_grows_while_one_types_and_enter_saves_and_goes_on(page, people, qtbot):
    form = open_tab(qtbot, page)
    assert form.fields["age"].hasFocus()  # name, sex and phone are there
    assert form.gains["age"].text() == "+2"  # from 7.5 to 10
    go(form, "family")
    assert form.gains["family"].text() == "+8"
    assert tab(page).held.score.text() == "8"
    write("妻子教师，女儿八岁")
    assert tab(page).held.score.text() == "16"
    assert form.gains["family"].text() == ""
    assert form.extra.text() == "Extra fields 1 of 9 · 80 %"
    assert "Family" not in tab(page).held.next.text()
    assert "family" not in held(page, people["张伟"])
    qtbot.keyClick(focus(), Key.Key_Return)
    assert held(page, people["张伟"])["family"] == "妻子教师，女儿八岁"
    assert form.fields["character"].hasFocus()
    write("爽快")
    qtbot.keyClick(focus(), Key.Key_Tab)
    assert held(page, people["张伟"])["character"] == "爽快"
    assert tab(page).held.score.text() == "25"


def test_each_field_is_undone_by_itself(page, people, qtbot):
    form = open_tab(qtbot, page)
    for name, words in (("leisure", "钓鱼"), ("work", "建材生意")):
        go(form, name)
        write(words)
        qtbot.keyClick(focus(), Key.Key_Return)
    for words in ("建材生意", ""):
        assert form.fields["work"].text() == words
        assert form.fields["leisure"].text() == "钓鱼"
        with page.db.write() as session:
            journal.undo(session)
    assert form.fields["leisure"].text() == ""
    assert tab(page).held.score.text() == "8"


def test_sex_address_and_an_answer_to_pick_are_changed_in_place(page, people, qtbot):
    form = open_tab(qtbot, page)
    form.fields["sex"].setFocus()
    qtbot.keyClick(form.fields["sex"], Key.Key_Right)
    go(form, "address")
    write("前海路 1 号")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert page.side.title.text() == "Ms 张伟"
    with page.db.read() as session:
        assert customers.file(session, people["张伟"]).address == "前海路 1 号"
    offers = go(form, "offers")
    assert [offers.itemText(n) for n in range(offers.count())][:2] == [
        *("Prefers a call", "Prefers SMS")
    ]
    qtbot.keyClick(offers, Key.Key_Down)
    qtbot.keyClick(offers, Key.Key_Down)
    qtbot.keyClick(offers, Key.Key_Return)
    assert held(page, people["张伟"])["offers"] == "Prefers SMS"
    assert not form.fields["phone"].isEnabled()


def test_an_earlier_answer_is_picked_while_one_types(page, people, qtbot, db):
    for id in (people["周敏"], people["大华公司"]):
        with db.write() as session:
            archive.fill(session, id, "work", "建材生意")
    page.table.choose(people["周敏"])
    page.table.choose(people["张伟"])
    form = open_tab(qtbot, page)
    field = go(form, "work")
    write("建")
    popup = field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    qtbot.keyClick(popup, Key.Key_Down)
    qtbot.keyClick(popup, Key.Key_Return)
    assert field.text() == "建材生意"
    qtbot.waitUntil(lambda: tab(page).held.score.text() == "16")
    field.setFocus()
    qtbot.keyClick(field, Key.Key_Tab)
    assert held(page, people["张伟"])["work"] == "建材生意"


def test_ctrl_z_in_the_window_takes_the_last_field_back(db, window_of, people, qtbot):
    db.close()
    window = window_of(make.stop_clock)
    window.show_page("customers")
    page = window.page("customers")
    page.table.choose(people["张伟"])
    page.table.setFocus()
    form = open_tab(qtbot, page)
    for name, words in (("family", "一家三口"), ("work", "教师")):
        go(form, name)
        write(words)
        qtbot.keyClick(focus(), Key.Key_Return)
    assert tab(page).held.score.text() == "25"
    qtbot.keyClick(focus(), Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: form.fields["work"].text() == "")
    assert held(page, people["张伟"])["family"] == "一家三口"
    qtbot.keyClick(focus(), Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: tab(page).held.score.text() == "8")


def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(page, people, qtbot):
    form = open_tab(qtbot, page)
    go(form, "email")
    qtbot.keyClicks(focus(), "zhang")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert form.problems["email"].text() == "An e-mail address looks like name@example.com."
    assert form.fields["email"].text() == "zhang"
    go(form, "work")
    write("忙" * 500)
    qtbot.keyClick(focus(), Key.Key_Return)
    assert form.problems["work"].text() == "At most 200 characters."
    assert len(form.fields["work"].text()) == 500
    page.table.choose(people["周敏"])
    assert form.fields["work"].text() == ""
    assert not form.problems["email"].isVisible()
    page.table.choose(people["张伟"])
    assert form.fields["email"].text() == "zhang"  # brought back, not lost
    form.fields["email"].setFocus()
    qtbot.keyClicks(focus(), "@qq.com")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert not form.problems["email"].isVisible()
    assert held(page, people["张伟"])["email"] == "zhang@qq.com"
    with page.db.read() as session:
        assert list(drafts.find(session, f"archive:{people['张伟']}")) == ["work"]


def test_half_a_word_is_kept_when_another_is_shown_or_the_desk_falls_dark(page, people, qtbot, db):
    form = open_tab(qtbot, page)
    go(form, "leisure")
    write("钓")
    page.show_id(people["周敏"])
    assert held(page, people["张伟"])["leisure"] == "钓"
    go(form, "leisure")
    write("篮")
    key = f"archive:{people['周敏']}"

    def kept() -> bool:
        with db.read() as session:
            return drafts.find(session, key) == {"leisure": "篮"}

    qtbot.waitUntil(kept)
    assert "leisure" not in held(page, people["周敏"])


def test_what_a_full_disk_did_not_take_is_still_there(page, people, qtbot, asked):
    form = open_tab(qtbot, page)
    go(form, "leisure")
    write("钓")
    with make.a_full_disk(page.db), pytest.raises(ShowroomError, match="disk is full"):
        form.settle()
    assert "disk is full" in asked.errors[0]
    form.settle()
    assert held(page, people["张伟"])["leisure"] == "钓"


def test_money_and_product_of_an_owner_are_shown_as_from_his_deals(page, people, qtbot):
    form = open_tab(qtbot, page)
    assert form.fields["spent"].isEnabled()
    with page.db.write() as session:
        make.a_deal(session, people["张伟"])
    assert (form.fields["spent"].text(), form.fields["bought"].text()) == ("218,000", "汉 EV")
    assert not form.fields["spent"].isEnabled()
    assert form.fields["spent"].toolTip() == "<p>From his deals.</p>"
    assert form.gains["spent"].text() == "deal"
    assert form.basic.text() == "Basic fields 5 of 8 · 20 %"


def test_sensitive_fields_are_off_and_the_tab_says_why(page, people, qtbot):
    form = open_tab(qtbot, page)
    assert not form.fields["ethnicity"].isVisible()
    assert not form.fields["values"].isVisible()
    assert "PIPL, articles 28 and 29" in tab(page).why_off.text()
    assert tab(page).why_off.isVisible()
    with page.db.write() as session:
        shop = settings.load(session)
        shop.archive_off = []
        settings.save(session, shop)
    assert form.fields["ethnicity"].isVisible()
    assert not tab(page).why_off.isVisible()
    assert form.extra.text() == "Extra fields 0 of 10 · 80 %"
    assert "Ethnicity" not in tab(page).held.next.text()


def test_of_a_company_only_what_it_can_have_is_asked(page, people, qtbot):
    form = open_tab(qtbot, page)
    page.table.choose(people["大华公司"])
    shown = {name for name, field in form.fields.items() if field.isVisible()}
    assert shown == {str(field) for field in archive.COMPANY}


def test_a_colleague_sees_numbers_hidden_and_what_comes_back_is_what_it_was(
    page, people, qtbot, db
):
    with db.write() as session:
        archive.fill(session, people["周敏"], "family", "妻子 13912345678")
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        make.a_pin(session, boss, "2468", by=boss)
        make.a_pin(session, people["王强"], "1357", by=boss)
    db.staff_id = people["王强"]
    page.table.choose(people["周敏"])
    form = open_tab(qtbot, page)
    assert form.fields["family"].text() == "妻子 139****5678"
    go(form, "family").end(False)
    write("，教师")
    qtbot.keyClick(focus(), Key.Key_Return)
    db.staff_id = boss
    assert held(page, people["周敏"])["family"] == "妻子 13912345678，教师"


# --- at the next visit


def test_the_desk_says_what_to_ask_who_is_known(db, people, page_of, qtbot):
    with db.write() as session:
        archive.fill(session, people["张伟"], "family", "一家三口")
        visit = reception.arrive(session, people=1, now=make.NOW).id
    desk = page_of(DeskPage)
    desk.show_id(visit)
    assert not desk.form.ask_next.isVisible()
    with db.write() as session:
        reception.complete(session, visit, now=make.NOW, phone="13800138000")
    qtbot.waitUntil(lambda: desk.form.ask_next.isVisible())
    assert desk.form.ask_next.text() == "Ask today: Leisure +9 · Work +9"
    assert "Fishing, camping" in desk.form.ask_next.toolTip()
    with db.write() as session:
        archive.fill(session, people["张伟"], "leisure", "钓鱼")
    qtbot.waitUntil(lambda: desk.form.ask_next.text().startswith("Ask today: Work +9"))
    with db.write() as session:
        other = reception.arrive(session, people=1, now=make.NOW).id
    desk.show_id(other)
    assert not desk.form.ask_next.isVisible()
