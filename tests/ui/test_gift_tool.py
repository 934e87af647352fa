"""Gifts by keys: first the register form, then a digit and Enter (issue 4, point 8)."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from showroom.door import gifts, visits
from showroom.store import journal
from showroom.store.models import Moment, Outcome
from tests import builders as make
from tests.builders import NOW, TODAY
from tests.ui.keys import focus
from ui.gift_tool import GiftTool, first_letter
from ui.pages.desk import DeskPage
from ui.pages.settings import PARTS, SettingsPage

Key = Qt.Key


@pytest.fixture
def desk_page(db: Any, page_of: Any) -> DeskPage:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session, "王强")
    with db.write() as session:
        for name, count in (("抱枕", 2), ("车载香薰", 12), ("充电线", 5)):
            gifts.add(session, name=name, unit="个", count=count, now=NOW)
        gifts.add(session, name="周年抽奖", count=1, prize=True, now=NOW)
    page: DeskPage = page_of(DeskPage)
    return page


def a_party(page: DeskPage, **facts: Any) -> int:
    with page.db.write() as session:
        visit = make.a_visit(session, **facts)
    page.show_id(visit)
    return visit


def full(page: DeskPage) -> int:
    return a_party(page, name="张伟", phone=make.a_phone())


def open_tool(qtbot: Any, page: DeskPage) -> GiftTool:
    qtbot.keyClick(page, Key.Key_F10)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    tool = page.tools.current
    assert isinstance(tool, GiftTool)
    assert tool.table.hasFocus()
    return tool


def stock(page: DeskPage) -> dict[str, int]:
    with page.db.read() as session:
        return {row.name: row.stock for row in gifts.listed(session, TODAY)}


def strip(page: DeskPage, visit: int) -> Any:
    with page.db.read() as session:
        return visits.row(session, visit).strip[list(Moment).index(Moment.GIFT)]


def test_first_the_form_then_the_gift(desk_page, qtbot):
    visit = a_party(desk_page)
    qtbot.keyClick(desk_page, Key.Key_F10)
    qtbot.waitUntil(lambda: bool(desk_page.form.problems["phone"].text()))
    assert desk_page.form.problems["phone"].text() == (
        "First the register form, then the gift: enter the phone."
    )
    assert focus() is desk_page.form.phone
    assert desk_page.tools.current is None
    qtbot.keyClicks(desk_page.form.phone, "13800138000")
    qtbot.keyClick(desk_page.form.phone, Key.Key_Return)
    qtbot.keyClick(desk_page, Key.Key_F10)
    qtbot.waitUntil(lambda: bool(desk_page.form.problems["name"].text()))
    assert focus() is desk_page.form.name
    committed = QInputMethodEvent("", [])
    committed.setCommitString("张伟先生")
    QApplication.sendEvent(desk_page.form.name, committed)
    qtbot.keyClick(desk_page.form.name, Key.Key_Return)

    tool = open_tool(qtbot, desk_page)
    qtbot.keyClicks(tool.table, "2")
    with qtbot.waitSignal(desk_page.said) as said:
        qtbot.keyClick(tool.table, Key.Key_Return)
    assert said.args == ["Handed out: 车载香薰 × 1."]
    assert stock(desk_page)["车载香薰"] == 11
    assert strip(desk_page, visit).outcome is Outcome.GIVEN
    assert desk_page.tools.current is None


def test_a_letter_finds_it_and_plus_says_how_many(desk_page, qtbot):
    full(desk_page)
    tool = open_tool(qtbot, desk_page)
    qtbot.keyClicks(tool.table, "c")
    assert tool.table.current_row().name == "车载香薰"
    qtbot.keyClicks(tool.table, "c")
    assert tool.table.current_row().name == "充电线"
    qtbot.keyClicks(tool.table, "++-+")
    assert tool.count.value() == 3
    qtbot.keyClick(tool.table, Key.Key_Return)
    qtbot.waitUntil(lambda: stock(desk_page)["充电线"] == 2)
    tool = open_tool(qtbot, desk_page)
    assert tool.given.text().endswith("充电线 × 3")
    assert tool.count.value() == 1


def test_more_than_there_is_is_said_beside_the_count_and_escape_gives_up(desk_page, qtbot):
    visit = full(desk_page)
    tool = open_tool(qtbot, desk_page)
    tool.count.setFocus()
    tool.count.selectAll()
    qtbot.keyClicks(tool.count, "3")
    qtbot.keyClick(tool.count, Key.Key_Return)
    assert tool.form.problems["count"].text() == "There are 2 of 抱枕, not 3."
    assert stock(desk_page)["抱枕"] == 2
    qtbot.keyClick(tool.count, Key.Key_Escape)
    qtbot.waitUntil(lambda: desk_page.tools.current is None)
    assert strip(desk_page, visit).asks == 0


def test_what_is_used_up_elsewhere_meanwhile_is_said(desk_page, qtbot):
    full(desk_page)
    tool = open_tool(qtbot, desk_page)
    with desk_page.db.write() as session:
        gifts.hand_out(session, 1, count=2, receiver="车展", now=NOW)
    assert tool.table.rows.ids() == [2, 3, 4]
    tool.table.choose(0)
    qtbot.keyClick(tool.table, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: tool.problem.text() == "Choose a gift.")


def test_without_any_gift_the_way_to_the_settings_is_said(desk_page, qtbot, asked):
    full(desk_page)
    with desk_page.db.write() as session:
        for row in gifts.listed(session, TODAY):
            gifts.change(session, row.id, active=False)
    qtbot.keyClick(desk_page, Key.Key_F10)
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert asked.errors == ["No gift is there today. Enter what came in under Settings, gifts."]


def test_ctrl_z_brings_gift_and_moment_back(desk_page, qtbot):
    visit = full(desk_page)
    tool = open_tool(qtbot, desk_page)
    qtbot.keyClick(tool.table, Key.Key_Return)
    qtbot.waitUntil(lambda: stock(desk_page)["抱枕"] == 1)
    with desk_page.db.write() as session:
        journal.undo(session)
    assert stock(desk_page)["抱枕"] == 2
    assert strip(desk_page, visit).asks == 0


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("抱枕", "b"),
        ("车载香薰", "c"),
        ("座套", "z"),
        ("U盘", "u"),
        ("龘", ""),
        ("", ""),
        ("😀", ""),
    ],
)
def test_the_first_letter_is_that_of_the_reading(name, letter):
    assert first_letter(name) == letter


# --- the settings


@pytest.fixture
def shop(desk_page: DeskPage, page_of: Any) -> SettingsPage:
    page: SettingsPage = page_of(SettingsPage)
    page.show_id([code for code, _title in PARTS].index("gifts") + 1)
    assert desk_page.db is page.db
    return page


def test_a_gift_is_added_with_its_stock_and_gets_its_days(shop, qtbot):
    section = shop.gifts
    assert focus() is section.new.fields["name"]
    qtbot.keyClicks(section.new.fields["name"], "Mug")
    section.new.fields["count"].setFocus()
    qtbot.keyClicks(section.new.fields["count"], "6")
    qtbot.keyClick(section.new.fields["count"], Key.Key_Return)
    qtbot.waitUntil(lambda: section.id == 5)
    assert section.table.current_row().stock == 6
    section.form.fields["starts_on"].setFocus()
    qtbot.keyClicks(section.form.fields["starts_on"], "+3")
    section.form.fields["ends_on"].setFocus()
    qtbot.keyClicks(section.form.fields["ends_on"], "+1")
    qtbot.mouseClick(section.save, Qt.MouseButton.LeftButton)
    assert section.form.problems["ends_on"].text() == "It cannot end before it begins."
    section.form.fields["ends_on"].selectAll()
    qtbot.keyClicks(section.form.fields["ends_on"], "+9")
    qtbot.mouseClick(section.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not section.table.current_row().running)
    qtbot.mouseClick(section.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not section.table.current_row().active)


def test_what_comes_in_and_goes_out_is_typed_in_one_line(shop, qtbot):
    section = shop.gifts
    section.table.choose(1)
    section.moves.fields["count"].setFocus()
    qtbot.keyClicks(section.moves.fields["count"], "8")
    section.moves.fields["note"].setFocus()
    qtbot.keyClick(section.moves.fields["note"], Key.Key_Return)
    qtbot.waitUntil(lambda: section.table.current_row().stock == 10)
    section.moves.fields["count"].setFocus()
    qtbot.keyClicks(section.moves.fields["count"], "11")
    section.moves.fields["receiver"].setFocus()
    qtbot.keyClicks(section.moves.fields["receiver"], "Lin")
    section.moves.fields["note"].setFocus()
    qtbot.keyClick(section.moves.fields["note"], Key.Key_Return)
    assert section.moves.problems["count"].text() == "There are 10 of 抱枕, not 11."
    section.moves.fields["count"].selectAll()
    qtbot.keyClicks(section.moves.fields["count"], "4")
    qtbot.mouseClick(section.went, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: section.table.current_row().stock == 6)
    qtbot.mouseClick(section.came, Qt.MouseButton.LeftButton)
    assert section.moves.problems["count"].text() == "Enter a whole number from 1 to 9999."


def test_the_ledger_of_the_chosen_gift_goes_to_the_printer(shop, qtbot, monkeypatch, tmp_path):
    from ui import printing

    def choose(_parent: QWidget, printer: Any, _title: str) -> bool:
        printer.setOutputFileName(str(tmp_path / "ledger.pdf"))
        return True

    monkeypatch.setattr(printing, "choose_printer", choose)
    section = shop.gifts
    section.table.choose(2)
    qtbot.mouseClick(section.paper.paper, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (tmp_path / "ledger.pdf").is_file())
