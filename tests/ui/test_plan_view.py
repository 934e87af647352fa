"""A plan by keys: cells typed over, questions answered, people told apart, results saved."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from showroom.door import close
from showroom.figures import counts, papers
from showroom.figures.papers import Ask, Paper
from showroom.guard import exports
from showroom.people import customers, search
from showroom.sheets import stamps
from showroom.sheets.grid import Mark
from showroom.sheets.plan import Outcome
from showroom.store.models import Customer
from tests import builders as make
from ui.pages.sheets import SheetsPage
from ui.picks import Choice

KEY, CTRL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
HEAD = ["客户姓名", "手机号", "意向级别", "意向车型", "地址"]


@pytest.fixture
def page(db: Any, page_of: Any) -> SheetsPage:
    make.stop_clock(db)
    opened: SheetsPage = page_of(SheetsPage)
    opened.resize(1226, 692)
    return opened


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def look(qtbot: Any, page: SheetsPage, asked: Any, *paths: Path) -> None:
    asked.answers["open"] = list(paths)
    qtbot.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.plan is not None, timeout=20_000)


def settle(qtbot: Any, page: SheetsPage) -> None:
    qtbot.waitUntil(lambda: not page._planning, timeout=20_000)


def outcomes(page: SheetsPage) -> list[str]:
    return [row.outcome.value for row in page.plan.rows]


def press(qtbot: Any, page: SheetsPage, key: Any, *modifiers: Any) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for one in modifiers:
        held |= one
    qtbot.keyClick(page.view.rows, key, held)


def on_file(db: Any, **facts: Any) -> int:
    with db.write() as session:
        return make.a_customer(session, **{"name": "张伟", "phone": "13800138000", **facts})


def type_over(qtbot: Any, page: SheetsPage, text: str) -> None:
    press(qtbot, page, KEY.Key_F2)
    line = page.view.rows.findChild(QLineEdit, "sheets.cell")
    line.selectAll()
    line.insert(text)  # QTest types no Chinese
    qtbot.keyClick(line, KEY.Key_Return)
    qtbot.waitUntil(lambda: bool(page.plan.answers.cells), timeout=20_000)
    settle(qtbot, page)


def test_a_cell_is_typed_over_taken_back_and_done_again(page, qtbot, asked, tmp_path):
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "1380013800", "A"]))
    assert outcomes(page) == ["ignored", "refused"]
    assert not page.take.isEnabled()
    assert page.view.rows.current_id() == 2
    press(qtbot, page, KEY.Key_Right)
    type_over(qtbot, page, "13800138000")
    assert outcomes(page) == ["ignored", "new"], page.plan.answers.cells
    assert page.view.rows.rows.row(1).cells["phone"].mark is Mark.MENDED
    assert page.view.rows.column_shown() == 3, "the keyboard stays in its cell"
    press(qtbot, page, KEY.Key_Z, CTRL)
    settle(qtbot, page)
    assert outcomes(page) == ["ignored", "refused"]
    press(qtbot, page, KEY.Key_Z, CTRL, SHIFT)
    settle(qtbot, page)
    assert outcomes(page) == ["ignored", "new"]
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    with page.db.read() as session:
        assert len(search.find(session)) == 1


def test_what_is_wrong_alike_is_mended_by_one_key(page, qtbot, asked, tmp_path):
    rows = [["客" + "一二三"[n], f"91380013800{n}", "A"] for n in range(3)]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, *rows))
    press(qtbot, page, KEY.Key_Right)
    type_over(qtbot, page, "13800138000")
    assert page.view.strip.text.text() == "手机号: 2 more cells are wrong in the same way."
    qtbot.keyClick(page, KEY.Key_1, ALT)
    qtbot.waitUntil(lambda: outcomes(page) == ["ignored", "new", "new", "new"], timeout=20_000)
    assert list(page.view.problems.buttons) == ["mended"]


def test_a_question_is_answered_once_and_never_again(page, qtbot, asked, tmp_path):
    rows = [["张伟", "13800138000", "重点", "", "福田"], ["李娜", "13900139111", "重点"]]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, *rows))
    assert page.view.strip.text.text() == "意向级别: what does “重点” mean? It stands in 2 rows."
    qtbot.keyClick(page, KEY.Key_2, ALT)  # O H A B C N
    qtbot.waitUntil(lambda: not page.view.strip.isVisible(), timeout=20_000)
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)

    later = workbook(tmp_path / "b.xlsx", HEAD, ["王强", "13700137222", "重点"])
    look(qtbot, page, asked, later)  # next month: choose, Enter
    assert page.plan.is_known
    assert not page.view.strip.isVisible()
    assert page.focusWidget() is page.take
    qtbot.keyPress(page.focusWidget(), KEY.Key_Return)
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    with page.db.read() as session:
        assert len(search.find(session)) == 3


def test_the_very_same_file_is_told_with_its_day(page, qtbot, asked, tmp_path):
    path = workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"])
    look(qtbot, page, asked, path)
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    look(qtbot, page, asked, path)
    assert page.view.warned.text().startswith("a.xlsx came in on 2026-")
    assert not page.take.isEnabled()


def test_somebody_who_may_be_on_file_is_told_the_same_or_another(page, qtbot, asked, tmp_path):
    zhang = on_file(page.db)
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138001"]))
    assert page.detail.who[0].text().endswith("65 points: phone one slip apart · same name")
    qtbot.keyClick(page, KEY.Key_S)
    qtbot.waitUntil(lambda: outcomes(page) == ["ignored", "filled"], timeout=20_000)
    assert page.plan.rows[1].customer_id == zhang
    press(qtbot, page, KEY.Key_Z, CTRL)
    settle(qtbot, page)
    qtbot.keyClick(page, KEY.Key_D)
    qtbot.waitUntil(lambda: bool(page.plan.answers.people), timeout=20_000)
    settle(qtbot, page)
    assert outcomes(page) == ["ignored", "new"]
    assert not page.view.problems.buttons


def test_rows_are_looked_for_by_outcome_and_by_problem(page, qtbot, asked, tmp_path):
    on_file(page.db, address="福田")
    rows = [
        ["张伟", "13800138000", "", "", "南山"],
        ["李娜", "86-13800138001"],
        ["王强", "123"],
    ]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, *rows))
    assert [b.text() for b in page.view.problems.buttons.values()] == [
        "Differs from file 1",
        "Repaired 1",
    ]
    page.view.problems.buttons["repaired"].click()
    assert page.view.rows.rows.ids() == [3]
    page.view.problems.buttons["repaired"].click()
    page.view.filter.buttons[Outcome.REFUSED.value].click()
    assert page.view.rows.rows.ids() == [4]
    page.view.filter.buttons["all"].click()
    assert page.view.strip.text.text() == "1 cell differs from what is on file. Which counts?"
    qtbot.keyClick(page, KEY.Key_2, ALT)
    qtbot.waitUntil(lambda: outcomes(page)[1] == "changed", timeout=20_000)
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    assert page.past.table.rows.row(0).changed == 1


def test_a_row_is_left_out_and_let_in_again(page, qtbot, asked, tmp_path):
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"]))
    press(qtbot, page, KEY.Key_Delete)
    settle(qtbot, page)
    assert not page.take.isEnabled()
    press(qtbot, page, KEY.Key_Delete)
    settle(qtbot, page)
    assert page.take.isEnabled()


def test_a_column_is_taken_for_something_else(page, qtbot, asked, tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", [*HEAD, "客户画像"], ["张伟", "13800138000", *[""] * 3, "越野"]
    )
    look(qtbot, page, asked, path)
    qtbot.keyClick(page, KEY.Key_F6)
    pick = page.detail.findChild(Choice, "sheets.column5")
    assert pick.value() == ""
    pick.set_value("note")
    pick.edited.emit()
    settle(qtbot, page)
    assert page.plan.sheets[0].columns[5].field == "note"
    assert page.plan.rows[1].facts["note"] == "越野"


def test_the_numbers_that_are_foretold_come_true(page, qtbot, asked, tmp_path):
    head = ["日期", "来店时间", "离店时间", "人数", "客户姓名", "电话"]
    rows = [
        ["2026-10-05", "10:00", "11:00", 2, "张伟", "13800138000"],
        ["2026-10-06", "10:00", "11:00", 3, "李娜", ""],
        ["2026-11-02", "10:00", "11:00", 1, "张伟", "13800138000"],
    ]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", head, *rows))
    foretold = page.view.seen.effect
    assert [(n.code, n.before, n.after) for n in foretold.totals] == [
        ("customers", 0, 1),
        ("visits", 0, 3),
        ("deals", 0, 0),
    ]
    qtbot.keyClick(page, KEY.Key_F6)
    qtbot.keyClick(page, KEY.Key_F6)
    assert page.detail.findChild(QLabel, "sheets.effect.people.3").text() in ("1", "5")
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    with page.db.read() as session:
        for month in foretold.months:
            counted = counts.whole(session, month.first, month.first.replace(day=28))
            for number in month.numbers:
                assert getattr(counted, number.code) == number.after


def test_twelve_files_come_in_as_one_and_go_as_one(page, qtbot, asked, tmp_path):
    paths = [
        workbook(tmp_path / f"{n}.xlsx", HEAD, [f"客{n}", f"138001380{n:02}"]) for n in range(12)
    ]
    look(qtbot, page, asked, *paths)
    assert page.plan.counts[Outcome.NEW] == 12
    assert page.view.about.text().startswith("0.xlsx and 11 other files")
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    assert len(page.past.table.rows.ids()) == 12
    (tmp_path / "out").mkdir()
    asked.answers["open"] = [tmp_path / "out"]
    page.results.click()
    qtbot.waitUntil(lambda: len(list((tmp_path / "out").glob("*.xlsx"))) == 12, timeout=20_000)


def test_the_workbook_is_saved_back_with_its_results(page, qtbot, asked, tmp_path):
    path = workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"], ["李娜", "1380"])
    made = openpyxl.load_workbook(path)
    made.create_sheet("说明")["A1"] = "请按时交表"
    made.active.column_dimensions["A"].width = 33
    made.save(path)
    look(qtbot, page, asked, path)
    asked.answers["save"] = tmp_path / "结果.xlsx"
    page.results.click()
    qtbot.waitUntil((tmp_path / "结果.xlsx").exists, timeout=20_000)
    back = openpyxl.load_workbook(tmp_path / "结果.xlsx")
    sheet = back["Sheet"]
    assert [cell.value for cell in sheet[1]][-2:] == ["Result", "Why"]
    assert [sheet.cell(n, 6).value for n in (2, 3)] == ["New", "Not taken"]
    assert "missing" in sheet.cell(3, 7).value
    assert sheet.cell(3, 2).fill.fgColor.rgb == "FFFBE3E0"
    assert (back["说明"]["A1"].value, sheet.column_dimensions["A"].width) == ("请按时交表", 33)


def test_a_workbook_that_is_very_large_is_not_opened_again_but_made_from_its_rows(
    page, qtbot, asked, tmp_path
):
    path = workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"])
    made = openpyxl.load_workbook(path)
    made.active.column_dimensions["A"].width = 33
    made.save(path)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/media/image1.png", bytes(11_000_000))
    look(qtbot, page, asked, path)
    asked.answers["save"] = tmp_path / "结果.xlsx"
    page.results.click()
    qtbot.waitUntil((tmp_path / "结果.xlsx").exists, timeout=20_000)
    sheet = openpyxl.load_workbook(tmp_path / "结果.xlsx")["Sheet"]
    assert (sheet["A2"].value, sheet["F2"].value) == ("张伟", "New")
    assert sheet.column_dimensions["A"].width != 33


def test_results_of_a_text_file_are_a_workbook_beside_it(page, qtbot, asked, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名,手机,备注\n张伟,13800138000,=1+1\n", "utf-8")
    look(qtbot, page, asked, path)
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    asked.answers["save"] = tmp_path / "结果.xlsx"
    page.results.click()
    qtbot.waitUntil((tmp_path / "结果.xlsx").exists, timeout=20_000)
    (sheet,) = openpyxl.load_workbook(tmp_path / "结果.xlsx").worksheets
    assert [cell.value for cell in sheet[2]] == ["张伟", "13800138000", "=1+1", "New", None]
    assert sheet["C2"].data_type == "s"


def test_an_import_is_taken_back_weeks_later_and_done_again(page, qtbot, asked, tmp_path):
    rows = [["张伟", "13800138000"], ["李娜", "13900139111"]]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, *rows))
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    with page.db.write() as session:
        zhang = search.find(session, "张伟")[0]
        customers.change(session, zhang, address="福田")
    table = page.past.table
    table.choose(table.rows.ids()[0])
    qtbot.keyClick(table, KEY.Key_Backspace, CTRL)
    qtbot.waitUntil(lambda: table.rows.row(0).undone, timeout=20_000)
    assert page.past.kept.text() == "Edited since, so it stays: 张伟"
    with page.db.read() as session:
        assert [row.name for row in session.query(Customer).all()] == ["张伟"]
    table.choose(table.rows.ids()[0])
    qtbot.keyClick(table, KEY.Key_Backspace, CTRL | SHIFT)
    qtbot.waitUntil(lambda: not table.rows.row(0).undone)
    with page.db.read() as session:
        assert sorted(row.name for row in session.query(Customer).all()) == ["张伟", "李娜"]


def test_a_layout_is_named_taken_along_forgotten_and_brought_back(page, qtbot, asked, tmp_path):
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"]))
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    known = page.layouts.table
    qtbot.waitUntil(lambda: len(known.rows.ids()) == 1)
    assert known.rows.row(0).headings == "客户姓名, 手机号, 意向级别, 意向车型, 地址"
    known.setFocus()
    known.choose(known.rows.ids()[0])
    qtbot.keyClick(known, KEY.Key_F2)
    page.layouts.name.field.setText("车展名单")
    qtbot.keyClick(page.layouts.name.field, KEY.Key_Return)
    qtbot.waitUntil(lambda: known.rows.row(0).name == "车展名单")
    asked.answers["save"] = target = tmp_path / "版式.json"
    page.layouts.give.click()
    assert target.exists()
    qtbot.keyClick(known, KEY.Key_Delete)
    qtbot.waitUntil(lambda: known.rows.ids() == [])
    asked.answers["open"] = [target]
    page.layouts.take.click()
    qtbot.waitUntil(lambda: len(known.rows.ids()) == 1)
    assert known.rows.row(0).name == "车展名单"


def test_who_is_on_file_is_named_beside_his_row_and_may_be_another(page, qtbot, asked, tmp_path):
    on_file(page.db)
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"]))
    assert page.detail.person.text() == "On file as Mr 张伟"
    assert outcomes(page) == ["ignored", "same"]
    qtbot.keyClick(page, KEY.Key_D)
    qtbot.waitUntil(lambda: outcomes(page) == ["ignored", "new"], timeout=20_000)


def test_right_brings_in_the_columns_there_is_no_room_for(page, qtbot, asked, tmp_path):
    head = "日期 来店时间 离店时间 人数 F/S 销售顾问 客户姓名 电话 意向车型 级别 渠道 试驾".split()
    head.append("备注")
    row = [
        "2026-10-05",
        "10:00",
        "11:00",
        2,
        "F",
        "王强",
        "张伟",
        "13800138000",
        *["", "H"],
        "路过",
    ]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", head, [*row, "是", "要白色"]))
    grid = page.view.rows
    last = grid.rows.columnCount() - 2
    assert grid.isColumnHidden(last)
    assert not grid.horizontalScrollBar().isVisible()
    for _step in range(grid.fixed, last):
        press(qtbot, page, KEY.Key_Right)
        assert not grid.isColumnHidden(grid.column_shown())
    assert not grid.isColumnHidden(last)
    assert not grid.isColumnHidden(0), "the first columns stay"
    type_over(qtbot, page, "要黑色")
    assert page.plan.rows[1].facts["note"] == "要黑色"
    assert page.view.rows.column_shown() == last


def drop_on(page: SheetsPage, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, *held))


def test_nothing_comes_in_while_what_was_mended_is_not_in_the_plan(page, qtbot, asked, tmp_path):
    rows = [["张伟", "13800138000"], ["李娜", "13900139111"]]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, *rows))
    page.view.decide(page.plan.answers.mend({(0, 3, 0): "李丽"}))
    assert not page.take.isEnabled()
    page._apply()
    assert page._saved is None
    settle(qtbot, page)
    page.take.click()
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    with page.db.read() as session:
        assert sorted(row.name for row in session.query(Customer).all()) == ["张伟", "李丽"]


def test_what_was_planned_for_another_file_is_not_shown(page, qtbot, asked, tmp_path):
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"]))
    number, late = page._number, page.view.seen
    page.view.decide(page.plan.answers.leave_out((0, 2)))
    page.drop.click()
    assert page.plan is None
    other = workbook(tmp_path / "b.xlsx", HEAD, ["李娜", "13900139111"])
    look(qtbot, page, asked, other)
    page._replanned(number, late)
    assert page.plan.name == "b.xlsx"
    assert page.view._now().left_out == frozenset()
    drop_on(page, tmp_path / "a.xlsx")
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert asked.errors[0].startswith("b.xlsx is still open.")
    assert page.plan.name == "b.xlsx"


def test_two_decisions_in_a_row_both_count(page, qtbot, asked, tmp_path):
    on_file(page.db)
    on_file(page.db, name="李娜", phone="13900139111")
    rows = [["张伟", "13800138001"], ["李娜", "13900139112"]]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, *rows))
    page.detail._is(0)
    page.view.rows.choose(3)
    page.detail._nobody()
    assert not page.view.strip.isEnabled()
    settle(qtbot, page)
    assert len(page.plan.answers.people) == 2
    assert outcomes(page) == ["ignored", "filled", "new"]
    assert page.view.strip.isEnabled()


def test_what_is_half_typed_stays_when_the_plan_comes(page, qtbot, asked, tmp_path):
    rows = [["张伟", "13800138000"], ["李娜", "13900139111"]]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, *rows))
    page.view.decide(page.plan.answers.leave_out((0, 3)))
    press(qtbot, page, KEY.Key_F2)
    line = page.view.rows.findChild(QLineEdit, "sheets.cell")
    line.setText("张")
    qtbot.waitUntil(lambda: page._held is not None, timeout=20_000)
    assert page.view.rows.findChild(QLineEdit, "sheets.cell") is line
    line.insert("力")
    qtbot.keyClick(line, KEY.Key_Return)
    settle(qtbot, page)
    qtbot.waitUntil(lambda: bool(page.plan.answers.cells), timeout=20_000)
    settle(qtbot, page)
    assert page.plan.rows[1].facts["name"] == "张力"
    assert outcomes(page) == ["ignored", "new", "ignored"]


def test_ctrl_return_in_a_cell_takes_what_is_typed_first(page, qtbot, asked, tmp_path):
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"]))
    press(qtbot, page, KEY.Key_F2)
    line = page.view.rows.findChild(QLineEdit, "sheets.cell")
    line.setText("张力")
    qtbot.keyClick(line, KEY.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.plan is None or bool(page.plan.answers.cells), timeout=20_000)
    settle(qtbot, page)
    assert page.plan is not None, "the mended row is seen before it comes in"
    press(qtbot, page, KEY.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    with page.db.read() as session:
        assert [row.name for row in session.query(Customer).all()] == ["张力"]


def test_enter_belongs_to_the_input_method_while_it_composes(page, qtbot, asked, tmp_path):
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", HEAD, ["张伟", "13800138000"]))
    press(qtbot, page, KEY.Key_F2)
    line = page.view.rows.findChild(QLineEdit, "sheets.cell")
    QApplication.sendEvent(line, QInputMethodEvent("zhang", []))
    qtbot.keyClick(line, KEY.Key_Return)
    qtbot.wait(20)
    assert page.view.is_typing()
    word = QInputMethodEvent()
    word.setCommitString("张")
    QApplication.sendEvent(line, word)
    qtbot.keyClick(line, KEY.Key_Return)
    qtbot.waitUntil(lambda: bool(page.plan.answers.cells), timeout=20_000)


def test_the_reason_for_closed_days_is_typed_once_for_all_of_them(page, qtbot, asked, tmp_path):
    head = ["日期", "来店时间", "客户姓名"]
    rows = [[f"2026-11-0{day}", "10:00", f"客{day}"] for day in (3, 4, 5)]
    with page.db.write() as session:
        for day in (3, 4):
            close.sign(session, date(2026, 11, day), totals={}, receptionist="李静", now=make.NOW)
    look(qtbot, page, asked, workbook(tmp_path / "来访.xlsx", head, *rows))
    assert outcomes(page) == ["ignored", "refused", "refused", "new"]
    strip = page.view.strip
    assert "11-03, 11-04" in strip.text.text()
    field = strip.words.findChild(QLineEdit, "sheets.question_words")
    assert field.isVisible()
    qtbot.keyClicks(field, "paper came late")
    qtbot.keyClick(field, KEY.Key_Return)
    settle(qtbot, page)
    assert outcomes(page) == ["ignored", "new", "new", "new"]
    assert not strip.isVisible()
    qtbot.mouseClick(page.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)
    with page.db.read() as session:
        assert counts.whole(session, date(2026, 11, 1), date(2026, 11, 9)).parties == 3


def test_the_list_of_keys_is_of_what_is_open(page, qtbot, asked, tmp_path):
    listed = dict(page.keys())
    assert listed["F2"] == "Name This Layout"
    assert not {"Alt+1", "S", "M", "F6"} & listed.keys()
    head = ["来店日期", "客户姓名", "联系电话"]
    look(qtbot, page, asked, workbook(tmp_path / "a.xlsx", head, ["11.3", "张伟", "13800138000"]))
    listed = dict(page.keys())
    assert listed["F2"] == "Type Over the Cell"
    assert listed["Del"] == "Leave the Row Out or Let It In"
    assert listed["Alt+1"] == "Answer 1 of the Question"
    assert listed["D"] == "Another Person"
    same = [listed[key] for key in ("S", "Shift+S", "Alt+S")]
    assert same == [
        *("The Same Person", "The Second Is the Same Person", "The Third Is the Same Person")
    ]
    assert all(listed.values())
    assert len(listed) == len(page.keys()), "each key is listed once"


def test_a_list_of_our_own_asks_for_no_phone_and_shows_no_marks(page, qtbot, asked, db, tmp_path):
    with db.write() as session:
        id = make.a_customer(session, "张伟")
    path = tmp_path / "levels.xlsx"
    with exports.leaving(db, "levels", path) as session:
        month = make.TODAY.replace(day=1)
        papers.save(session, Ask(Paper.LEVELS, month, make.TODAY), path, now=make.NOW)
    look(qtbot, page, asked, path)
    assert page.plan.sheets[0].own
    assert page.view.seen.questions == []
    (row,) = [n for n, one in enumerate(page.plan.rows, 1) if one.customer_id == id or one.stamp]
    page.view.rows.choose(row)
    shown = [each.text() for each in page.view.side.findChildren(QLabel)]
    assert any("张伟" in text for text in shown)
    assert not any(stamps.read(text) for text in shown)
