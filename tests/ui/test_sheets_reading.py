"""What the page says of a file before it is taken in, and other ways in: pasted, read anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from showroom.sheets import standby
from showroom.sheets.plan import Outcome
from tests import builders as make
from ui import jobs
from ui.pages.sheets import SheetsPage

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(db: Any, page_of: Any) -> SheetsPage:
    make.stop_clock(db)
    opened: SheetsPage = page_of(SheetsPage)
    return opened


def until_planned(qtbot: Any, page: SheetsPage) -> list[Any]:
    qtbot.waitUntil(lambda: page.plan is not None, timeout=20_000)
    return [row.facts for row in page.plan.rows if row.outcome is Outcome.NEW]


def test_a_reader_stands_ready_when_the_page_is_shown_and_after_each_file(page, qtbot, tmp_path):
    path = tmp_path / "客户.csv"
    path.write_text("客户姓名,手机号\n张伟,13800138000\n")
    for _shown_and_read in range(2):
        qtbot.waitUntil(lambda: not jobs.running(), timeout=20_000)
        with standby.take() as reader:
            reader.kill()
        assert reader.args[-1] == standby.LOADED[-1], "it was begun beforehand"
        page.open_file(path)
        until_planned(qtbot, page)


def test_a_table_copied_in_excel_comes_in_with_one_key(page, qtbot):
    QGuiApplication.clipboard().setText("客户姓名\t手机号\n张伟\t13800138000\n李娜\t13900139000\n")
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    assert [facts["name"] for facts in until_planned(qtbot, page)] == ["张伟", "李娜"]
    assert "Clipboard" in page.view.about.text()


def test_a_phone_that_excel_shows_shortened_is_pasted_whole(page, qtbot):
    mime = QMimeData()
    mime.setText("客户姓名\t手机号\n张伟\t1.38E+10\n")
    mime.setHtml(
        "<table><tr><td>客户姓名<td>手机号<tr><td>张伟<td x:num='13800138000'>1.38E+10</table>"
    )
    QGuiApplication.clipboard().setMimeData(mime)
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    assert until_planned(qtbot, page)[0]["phones"] == ("+8613800138000",)


def test_a_file_copied_in_the_folder_is_opened(page, qtbot, tmp_path):
    path = tmp_path / "客户.csv"
    path.write_text("客户姓名,手机号\n张伟,13800138000\n")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    QGuiApplication.clipboard().setMimeData(mime)
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    assert len(until_planned(qtbot, page)) == 1


def test_nothing_copied_is_explained(page, qtbot, asked):
    QGuiApplication.clipboard().setText("")
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: bool(asked._errors), timeout=20_000)
    assert asked.errors[0].startswith("No table was copied. Mark the cells in Excel")


def test_characters_read_wrongly_are_read_anew_with_one_key(page, qtbot, tmp_path):
    path = tmp_path / "客戶.csv"
    path.write_bytes("name,phone,note\n陳麗華,13800138000,滿意\n".encode("big5"))
    page.open_file(path, "gb18030")
    qtbot.waitUntil(lambda: page.plan is not None, timeout=20_000)
    assert "Simplified Chinese (GB18030)" in page.view.told.text()
    assert page.recode.isVisibleTo(page)
    wrong = page.plan
    qtbot.keyClick(page, Qt.Key.Key_C, ALT)
    qtbot.waitUntil(lambda: page.plan is not wrong, timeout=20_000)
    assert "Traditional Chinese (Big5)" in page.view.told.text()
    assert "陳麗華 13800138000 滿意" in page.view.told.text(), "a line of it is seen"


def test_what_a_file_hides_and_lacks_is_said(page, qtbot, tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["客户姓名", "手机号", "备注"],
        ["张伟", "13800138000", "#N/A"],
        ["李娜", "13900139000", "=1+1"],
    ):
        sheet.append(row)
    sheet["C2"].data_type = "e"
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("字典").append(["x"])
    book["字典"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    page.open_file(Path(tmp_path / "a.xlsx"))
    assert len(until_planned(qtbot, page)) == 2
    assert "1 row is hidden in Excel" in page.view.told.text()
    assert "The sheet 字典 is hidden and not read." in page.view.told.text()
    assert "1 cell shows an error (#N/A)" in page.view.warned.text()
    assert "1 formula has no result" in page.view.warned.text()
    assert not page.recode.isVisibleTo(page)


def mend(qtbot, page, text):
    """Type over the first cell of the second row."""
    page.view.rows.choose_cell(2, 2)
    qtbot.keyClick(page.view.rows, Qt.Key.Key_F2)
    line = page.view.rows.findChild(QLineEdit, "sheets.cell")
    line.selectAll()
    line.insert(text)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(page.plan.answers.cells), timeout=20_000)
    qtbot.waitUntil(lambda: not page._planning, timeout=20_000)


def test_what_was_mended_stays_where_the_characters_are_read_otherwise(page, qtbot, tmp_path):
    path = tmp_path / "客戶.csv"
    path.write_bytes("name,phone,note\n陳麗華,13800138000,滿意\n".encode("big5"))
    page.open_file(path, "gb18030")
    qtbot.waitUntil(lambda: page.plan is not None, timeout=20_000)
    mend(qtbot, page, "陳大文")
    wrong = page.plan
    qtbot.keyClick(page, Qt.Key.Key_C, ALT)
    qtbot.waitUntil(lambda: page.plan is not wrong, timeout=20_000)
    assert page.plan.rows[1].facts["name"] == "陳大文"
    assert page.plan.rows[1].facts["note"] == "滿意"
    page.view.rows.setFocus()
    qtbot.keyClick(page.view.rows, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not page.plan.answers.cells, timeout=20_000)
    qtbot.waitUntil(lambda: not page._planning, timeout=20_000)
    assert page.plan.rows[1].facts["name"] == "陳麗華"


@pytest.mark.parametrize("agreed", [True, False])
def test_other_rows_in_other_characters_ask_before_a_mend_goes(
    page, qtbot, asked, tmp_path, agreed
):
    path = tmp_path / "c.csv"
    path.write_bytes("name,phone,note\n陳麗華,13800138000,滿意\n".encode("big5"))
    page.open_file(path, "gb18030")
    qtbot.waitUntil(lambda: page.plan is not None, timeout=20_000)
    codes = [one.code for one in page.encodings]
    assert len(codes) > 1, codes
    page.view.decide(page.view.answers().leave_out((0, 2)))
    qtbot.waitUntil(lambda: bool(page.plan.answers.left_out), timeout=20_000)
    qtbot.waitUntil(lambda: not page._planning, timeout=20_000)
    page.plan.book.sheets[0].rows.append(["one more"])  # as if read otherwise
    asked.answers["confirm"] = agreed
    before = page.plan
    qtbot.keyClick(page, Qt.Key.Key_C, ALT)
    qtbot.waitUntil(lambda: len(asked.questions) == 1, timeout=20_000)
    qtbot.waitUntil(lambda: (page.plan is not before) is agreed)
    assert bool(page.plan.answers.left_out) is not agreed
