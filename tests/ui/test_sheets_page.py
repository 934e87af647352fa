"""Sheets by hand: choose a file, see each row, let it in, take it back; lists go out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from showroom.guard import entries
from showroom.people import search
from showroom.sheets.plan import Outcome
from tests import builders as make
from ui.pages.sheets import SheetsPage

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
LOG = SAMPLES / "展厅客流日志-2026-10.xlsx"


@pytest.fixture
def page(db: Any, page_of: Any) -> SheetsPage:
    make.stop_clock(db)
    opened: SheetsPage = page_of(SheetsPage)
    return opened


def open_file(qtbot: Any, page: SheetsPage, path: Path, asked: Any) -> None:
    asked.answers["open"] = [path]
    qtbot.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.plan is not None, timeout=20_000)


def take(qtbot: Any, page: SheetsPage) -> None:
    qtbot.mouseClick(page.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.plan is None, timeout=20_000)


def test_the_plan_stands_there_before_anything_is_written(page, qtbot, asked):
    open_file(qtbot, page, LOG, asked)

    made = page.plan
    assert page.figures.values()["rows"] == str(len(made.rows))
    assert len(page.view.rows.rows.ids()) == len(made.rows)
    assert sum(made.counts.values()) == len(made.rows)
    with page.db.read() as session:
        assert search.find(session) == []
    page.view.filter.buttons[Outcome.IGNORED.value].click()
    assert len(page.view.rows.rows.ids()) == made.counts[Outcome.IGNORED]
    page.view.rows.choose(page.view.rows.rows.ids()[0])
    assert page.side.tag.text() == "Skipped"


def test_a_file_comes_in_and_is_taken_back_from_the_history(page, qtbot, asked):
    open_file(qtbot, page, LOG, asked)
    take(qtbot, page)
    with page.db.read() as session:
        assert len(search.find(session)) > 50
    batch = page.past.table.rows.row(0)
    assert batch.file_name == LOG.name
    assert batch.new > 100

    open_file(qtbot, page, LOG, asked)  # the same again: nothing to do, the button says so
    assert not page.take.isEnabled()
    qtbot.mouseClick(page.drop, Qt.MouseButton.LeftButton)

    page.past.table.choose(batch.id)
    page.activateWindow()  # a slow machine showed progress before, and no screen gives it back
    page.past.table.setFocus()
    qtbot.waitUntil(page.past.table.hasFocus)
    qtbot.keyClick(page.past.table, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.past.table.rows.row(0).undone, timeout=20_000)
    with page.db.read() as session:
        assert search.find(session) == []


def test_a_file_that_is_no_workbook_is_named_and_nothing_changes(page, qtbot, asked, tmp_path):
    wrong = tmp_path / "letter.xlsx"
    wrong.write_bytes(b"\x00\x01 not a workbook")
    asked.answers["open"] = [wrong]
    qtbot.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked._errors), timeout=20_000)
    assert "letter.xlsx is not a workbook" in asked.errors[0]
    assert page.plan is None


def test_a_file_is_dropped_on_the_page(page, qtbot):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(LOG))])
    drop = QDropEvent(
        QPointF(300, 300),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(drop)
    qtbot.waitUntil(lambda: page.plan is not None, timeout=20_000)


def exported(page: SheetsPage) -> str:
    """What the newest entry of the trail says that went out."""
    with page.db.read() as session:
        found = entries.find(session, verb="export")[:1]
        return "".join(row.what for row in entries.rows(session, found))


def test_lists_go_out_as_workbooks(page, qtbot, asked, tmp_path):
    open_file(qtbot, page, LOG, asked)
    take(qtbot, page)
    page.out.month.setText("2026-10")
    for button, name in (
        ("month_book", "month.xlsx"),
        ("visits", "visits.xlsx"),
        ("register", "register.xlsx"),
        ("customers", "customers.xlsx"),
    ):
        target = tmp_path / name
        asked.answers["save"] = target
        qtbot.mouseClick(
            page.findChild(type(page.choose), f"sheets.{button}"), Qt.MouseButton.LeftButton
        )
        qtbot.waitUntil(target.exists, timeout=20_000)
        assert openpyxl.load_workbook(target).sheetnames
        qtbot.waitUntil(lambda name=name: exported(page).endswith(f" · {name}"))
    asked.answers["save"] = tmp_path / "template.xlsx"
    qtbot.mouseClick(page.model, Qt.MouseButton.LeftButton)
    assert (tmp_path / "template.xlsx").exists()


def test_a_month_that_cannot_be_is_explained(page, qtbot):
    page.out.month.setText("October")
    qtbot.mouseClick(
        page.findChild(type(page.choose), "sheets.month_book"), Qt.MouseButton.LeftButton
    )
    assert page.out.period.problems["month"].text() == "Write the month as 2026-10."


def test_days_the_wrong_way_round_are_refused(page, qtbot, asked):
    page.out.first.setText("2026-11-18")
    page.out.last.setText("2026-11-01")
    qtbot.mouseClick(page.findChild(type(page.choose), "sheets.visits"), Qt.MouseButton.LeftButton)
    assert asked.errors == ["Say from which day to which day."]
