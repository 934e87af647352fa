"""What the columns of a file are, said by keys where nobody could tell, and never asked again."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from showroom import i18n
from showroom.people import search
from showroom.sheets.columns import Kind
from tests import builders as make
from tests.ui.test_plan_view import look, outcomes, press, settle, workbook
from ui import plan_columns
from ui.pages.sheets import SheetsPage
from ui.picks import Choice

KEY, CTRL, SHIFT = (
    Qt.Key,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
HEAD = ["编码", "甲", "乙", "丙"]
ROWS = [["K1", "阿伟", "13800138000", "福田"], ["K2", "小娜", "13900139111", "南山"]]


@pytest.fixture
def page(db: Any, page_of: Any) -> SheetsPage:
    make.stop_clock(db)
    opened: SheetsPage = page_of(SheetsPage)
    opened.resize(1226, 692)
    return opened


def titles(page: SheetsPage) -> list[str]:
    model = page.view.rows.rows
    return [
        str(model.headerData(section, Qt.Orientation.Horizontal))
        for section in range(model.columnCount())
    ]


def take_for(qtbot: Any, page: SheetsPage, said: str) -> None:
    """Press M on the column the keyboard is on and choose from the list."""
    press(qtbot, page, KEY.Key_M)
    pick = page.view.rows.findChild(Choice, "sheets.means")
    qtbot.waitUntil(pick.view_shown)
    row = pick.findText(said)
    pick.view().setCurrentIndex(pick.model().index(row, 0))
    before = page.plan
    qtbot.keyClick(pick.view(), KEY.Key_Return)
    qtbot.waitUntil(lambda: page.plan is not before, timeout=20_000)
    settle(qtbot, page)
    put_away(qtbot, page)


def put_away(qtbot: Any, page: SheetsPage) -> None:
    """Wait until the list hangs no more; a screen gives the keyboard back by itself."""
    qtbot.waitUntil(lambda: page.view.rows.findChild(Choice, "sheets.means") is None)
    in_front(qtbot, page)


def in_front(qtbot: Any, page: SheetsPage) -> None:
    page.window().activateWindow()
    window = page.window().windowHandle()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is window)


def test_columns_nobody_knows_are_told_by_keys_and_next_month_by_none(page, qtbot, asked, tmp_path):
    look(qtbot, page, asked, workbook(tmp_path / "八月.xlsx", ["客户资料"], HEAD, *ROWS))
    assert page.view.strip.text.text().startswith("八月.xlsx, Sheet: say what its columns are.")
    assert titles(page) == ["Row", "Becomes", "? 编码", "? 甲", "? 乙", "? 丙", "Why"]
    assert page.view.rows.current_id() == 3, "the first row below what may be the headings"
    assert not page.take.isEnabled()
    press(qtbot, page, KEY.Key_Right)
    take_for(qtbot, page, "Name")
    assert page.view.rows.column_shown() == 3, "the keyboard stays on its column"
    press(qtbot, page, KEY.Key_Right)
    take_for(qtbot, page, "Phone")
    assert outcomes(page) == ["ignored", "ignored", "new", "new"]
    assert titles(page)[2:4] == ["Name", "Phone"]
    assert page.view.rows.column_shown() == 3, "which stands elsewhere now"
    assert page.focusWidget() is page.view.rows
    press(qtbot, page, KEY.Key_Z, CTRL)
    settle(qtbot, page)
    assert not page.take.isEnabled()
    press(qtbot, page, KEY.Key_Z, CTRL, SHIFT)
    settle(qtbot, page)
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)

    new = ["K3", "老强", "13700137222", "宝安"]
    look(qtbot, page, asked, workbook(tmp_path / "九月.xlsx", ["客户资料"], HEAD, new))
    assert page.plan.is_known
    assert page.focusWidget() is page.take
    in_front(qtbot, page)
    qtbot.waitUntil(page.take.hasFocus)
    qtbot.keyPress(page.focusWidget(), KEY.Key_Return)
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    with page.db.read() as session:
        assert len(search.find(session)) == 3


def test_the_row_of_headings_is_shown_by_a_key(page, qtbot, asked, tmp_path):
    rows = [["说明", "请按时", "交表", "谢谢", "各位"], HEAD, *ROWS]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", *rows))
    assert page.plan.sheets[0].labels[0] == "说明"
    press(qtbot, page, KEY.Key_H)
    settle(qtbot, page)
    assert page.plan.sheets[0].labels[:4] == HEAD
    press(qtbot, page, KEY.Key_H, SHIFT)
    settle(qtbot, page)
    assert page.plan.sheets[0].labels[:4] == ["A", "B", "C", "D"], "but three of four hold no name"


def test_a_heading_is_clicked_and_a_column_put_aside(page, qtbot, asked, tmp_path):
    head = ["姓名", "电话", "地址"]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", head, ["张伟", "13800138000", "福田"]))
    assert titles(page) == ["Row", "Becomes", "Name", "Phone", "Address", "Why"]
    header = page.view.rows.horizontalHeader()
    qtbot.mouseClick(
        header.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(header.sectionViewportPosition(4) + 9, 9),
    )
    pick = page.view.rows.findChild(Choice, "sheets.means")
    qtbot.waitUntil(pick.view_shown)
    assert pick.accessibleName() == "What 地址 is"
    qtbot.keyClick(pick.view(), KEY.Key_Escape)
    put_away(qtbot, page)
    assert page.plan is not None, "Esc put the list away, not the plan"
    for _step in range(2):
        press(qtbot, page, KEY.Key_Right)
    take_for(qtbot, page, "Not taken")
    assert titles(page) == ["Row", "Becomes", "Name", "Phone", "Why"]
    qtbot.keyClick(page, KEY.Key_F6)
    assert page.detail.findChild(Choice, "sheets.column2").value() == ""
    assert page.detail.findChild(QLabel, "sheets.sample2").text() == "福田"


def test_two_columns_taken_for_one_are_told_and_one_key_decides(page, qtbot, asked, tmp_path):
    head = ["姓名", "电话", "级别", "新级别"]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", head, ["张", "13800138000", "A", "H"]))
    for _step in range(3):
        press(qtbot, page, KEY.Key_Right)
    take_for(qtbot, page, "Level")
    assert "新级别, 级别 are taken for the same, Level." in page.view.strip.text.text()
    qtbot.keyClick(page, KEY.Key_2, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: not page.view.strip.isVisible(), timeout=20_000)
    assert page.plan.rows[1].facts["level"].value == "fortnight"


def test_a_sheet_beside_the_list_adds_no_column_and_can_still_be_told(page, qtbot, asked, tmp_path):
    book = openpyxl.Workbook()
    for row in (["姓名", "电话"], ["张伟", "13800138000"]):
        book.active.append(row)
    other = book.create_sheet("旧表")
    for row in (["甲", "乙"], ["阿伟", "13900139111"]):
        other.append(row)
    book.save(tmp_path / "a.xlsx")
    look(qtbot, page, asked, tmp_path / "a.xlsx")
    assert titles(page) == ["Row", "Becomes", "Name", "Phone", "Why"]
    assert page.view.rows.rows.row(3).cells["name"].text == "阿伟 · 13900139111"
    qtbot.keyClick(page, KEY.Key_F6)
    page.view.rows.choose(4)
    for column, said in ((0, "name"), (1, "phone")):
        pick = page.detail.findChild(Choice, f"sheets.column{column}")
        before = page.plan
        pick.set_value(said)
        pick.edited.emit()
        qtbot.waitUntil(lambda before=before: page.plan is not before, timeout=20_000)
        settle(qtbot, page)
    assert outcomes(page) == ["ignored", "new", "ignored", "new"]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_column_with_a_doubt_stands_before_those_without(language, page, qtbot, asked, tmp_path):
    i18n.use(language)
    head = ["客户姓名", "手机号", "意向车型", "级别"]
    rows = (["张伟", "13800138000", "汉 EV", "A"], ["李娜", "13900139111", "汉 EV", "重点"])
    look(qtbot, page, asked, workbook(tmp_path / "车展.xlsx", head, *rows))
    assert plan_columns.fields(page.plan) == ["name", "phone", "level", "model"]


def test_a_day_is_taken_for_the_date_of_a_visit(page, qtbot, asked, tmp_path):
    head = ["客户姓名", "手机号", "日期"]
    look(
        qtbot, page, asked, workbook(tmp_path / "车展.xlsx", head, ["张伟", "13800138000", "11.3"])
    )
    assert page.plan.sheets[0].kind is Kind.CUSTOMERS
    page.view.rows.choose_cell(page.view.rows.current_id(), page.view.rows.fixed + 2)
    take_for(qtbot, page, "Date of the visit")
    assert outcomes(page) == ["ignored", "refused"]
    press(qtbot, page, KEY.Key_3, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: outcomes(page) == ["ignored", "new"], timeout=20_000)
    assert page.plan.sheets[0].kind is Kind.VISITS


def test_columns_that_are_not_taken_are_named_and_a_click_asks_what_one_is(
    page, qtbot, asked, tmp_path
):
    head = ["序号", "姓名", "电话", "年会座位", "介绍人电话", "<b>车牌</b>"]
    rows = [[n, f"客户{n}", f"1380013800{n}", f"A{n}", "", f"粤B0000{n}"] for n in range(1, 4)]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", head, *rows))
    told = page.view.aside
    assert told.isVisible()
    assert told.text().startswith("2 columns are not taken: <a ")
    assert "年会座位</a>" in told.text()
    assert "&lt;b&gt;车牌" in told.text()
    section = page.view.rows.fixed + page.view._shown.index("? 年会座位")
    told.linkActivated.emit(str(page.view._shown.index("? 年会座位")))
    pick = page.view.rows.findChild(Choice, "sheets.means")
    qtbot.waitUntil(pick.view_shown)
    assert pick.accessibleName() == "What 年会座位 is"
    assert page.view.rows.column_shown() == section
    assert not page.view.rows.isColumnHidden(section)
    qtbot.keyClick(pick.view(), KEY.Key_Escape)
    put_away(qtbot, page)
    take_for(qtbot, page, "Note")
    assert told.text().startswith("1 column is not taken: ")
    page.drop.click()
    look(qtbot, page, asked, workbook(tmp_path / "b.xlsx", ["姓名", "电话"], rows[0][1:3]))
    assert not told.isVisible()


def keys_listed(page):
    return {key for group in page.key_groups().values() for key, _said in group}


def test_the_keys_listed_are_those_that_do_something(page, qtbot, asked, tmp_path):
    assert {"Ctrl+O", "Ctrl+V", "Ctrl+E", "Ctrl+R"} <= keys_listed(page)
    of_a_file = {"Ctrl+Return", "Esc", "Alt+C", "M", "H", "Ctrl+S"}
    assert of_a_file & keys_listed(page) == set()
    look(
        qtbot, page, asked, workbook(tmp_path / "a.xlsx", ["姓名", "电话"], ["张伟", "13800138000"])
    )
    assert {"Ctrl+Return", "Esc", "M", "H", "F2", "Ctrl+S"} <= keys_listed(page)
    assert not {"Ctrl+O", "Ctrl+V", "Ctrl+E", "Alt+C"} & keys_listed(page)
