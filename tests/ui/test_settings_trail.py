"""Settings → Trail: what was done is found, proved and taken along."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom import settings
from showroom.guard import thinning, trail
from showroom.people import customers
from showroom.store.db import connect
from tests import builders as make
from ui.pages.settings import SettingsPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(db: Any, page_of: Any) -> SettingsPage:
    make.stop_clock(db)
    with db.write() as session:
        db.staff_id = make.a_member(session)
    for name in ("张伟", "李娜"):
        with db.write() as session:
            make.a_customer(session, name)
    trail.exported(db, "All customers", Path("list.xlsx"), 2)
    opened: SettingsPage = page_of(SettingsPage)
    opened.show_id(8)
    return opened


def column(page: SettingsPage, number: int) -> list[str]:
    rows = page.trail.table.rows
    return [rows.index(n, number).data() for n in range(rows.rowCount())]


def test_what_was_done_stands_there_newest_first(page):
    assert column(page, 3)[:3] == ["Export", "New customer", "New customer"]
    assert column(page, 4)[1:3] == ["Mr 李娜", "Mr 张伟"]
    assert column(page, 5)[0] == "All customers · 2 rows · list.xlsx"
    assert column(page, 2)[:2] == ["王强", "王强"]
    assert column(page, 2)[3] == "the program"
    assert page.trail.count.text() == "5 entries"


def test_a_customer_a_person_a_verb_and_a_day_narrow_it(page, qtbot):
    qtbot.keyClicks(page.trail.finder, "138001")
    qtbot.waitUntil(lambda: set(column(page, 3)) == {"New customer"})
    page.trail.finder.clear()
    qtbot.waitUntil(lambda: len(column(page, 3)) == 5)
    page.trail.verb.set_code("export")
    page.trail.verb.chosen.emit()
    assert column(page, 3) == ["Export"]
    page.trail.verb.set_code(None)
    page.trail.person.set_code(0)
    page.trail.person.chosen.emit()
    assert column(page, 2) == ["the program", "the program"]
    page.trail.person.set_code(None)
    page.trail.first.set_value(page.db.today() + timedelta(days=300))
    qtbot.waitUntil(lambda: column(page, 3) == [])
    page.trail.first.setText("no day")
    qtbot.waitUntil(lambda: len(column(page, 3)) == 5)


def test_a_whole_trail_is_said_to_be_whole(page, qtbot):
    qtbot.mouseClick(page.trail.verify, LEFT)
    qtbot.waitUntil(lambda: page.trail.verdict.text() == "5 entries: whole.")
    with page.db.read() as session:
        assert trail.anchor(session) in page.trail.code.text()


def test_the_broken_entry_is_named_and_shown(page, qtbot):
    connection = connect(page.db.path, page.db.key)
    connection.execute("UPDATE action SET staff_id = NULL WHERE id = 4")
    connection.close()
    qtbot.mouseClick(page.trail.verify, LEFT)
    qtbot.waitUntil(lambda: page.trail.verdict.text().startswith("Entry 4 was changed"))
    assert page.trail.table.current_id() == 4


def test_a_code_printed_before_is_held_against_it(page, qtbot):
    page.trail.anchor.set_value("99-0123456789AB")
    qtbot.mouseClick(page.trail.verify, LEFT)
    qtbot.waitUntil(lambda: "ends before entry 99" in page.trail.verdict.text())
    page.trail.anchor.set_value("99")
    qtbot.mouseClick(page.trail.verify, LEFT)
    qtbot.waitUntil(lambda: page.trail.verdict.text().startswith("A code looks like"))


def test_what_is_shown_is_exported_and_that_is_noted(page, qtbot, asked, tmp_path):
    asked.answers["save"] = tmp_path / "trail.xlsx"
    with qtbot.waitSignal(page.said) as told:
        qtbot.mouseClick(page.trail.export, LEFT)
    assert told.args == ["Saved: trail.xlsx"]
    assert (tmp_path / "trail.xlsx").exists()
    assert column(page, 5)[0] == "Trail · 5 rows · trail.xlsx"
    asked.answers["save"] = None
    qtbot.mouseClick(page.trail.export, LEFT)
    assert len(column(page, 0)) == 6


def test_a_hundred_thousand_entries_scroll(page, qtbot):
    """Ids at once, rows a block at a time; generous, other tests run beside it."""
    with page.db.write() as session:
        customers.change(session, 1, note="x")
        session.connection().exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
            " INSERT INTO action (at, staff_id, verb, subject_table, subject_id, why)"
            " SELECT '2026-11-18 02:30:00.000', 1, 'ask', 'customer', 1, '' FROM n"
        )
    start = time.perf_counter()
    page.trail.reload()
    assert time.perf_counter() - start < 2
    assert page.trail.table.rows.rowCount() > 100_000
    bar = page.trail.table.verticalScrollBar()
    for part in (4, 2, 1):
        start = time.perf_counter()
        bar.setValue(bar.maximum() // part)
        page.grab()
        assert time.perf_counter() - start < 2
    assert column_at_end(page) == "Set up the desk"


def column_at_end(page: SettingsPage) -> str:
    rows = page.trail.table.rows
    return rows.index(rows.rowCount() - 1, 3).data()


def test_how_long_it_is_kept_is_chosen_there(page, qtbot):
    assert page.trail.years.value() == 3
    page.trail.years.set_value(5)
    page.trail.years.edited.emit()
    with page.db.read() as session:
        assert settings.load(session).trail_years == 5
    page.trail.reload()
    assert page.trail.years.value() == 5


def test_a_thinned_trail_says_since_when_it_goes_back_and_what_an_old_code_is_worth(page, qtbot):
    with page.db.write() as session:
        thinning._take_out(session, 2)  # as if their time were over
    page.trail.reload()
    assert page.trail.count.text() == "4 entries · goes back to 2026-11-18"
    assert column(page, 3)[0] == "Thinned out"
    assert column(page, 5)[0].startswith("Entries 1 to 2, until ")
    page.trail.anchor.set_value("1-0123456789AB")
    qtbot.mouseClick(page.trail.verify, LEFT)
    qtbot.waitUntil(lambda: "kept no longer" in page.trail.verdict.text())
    assert page.trail.verdict.text().startswith("4 entries: whole. Entries up to 2 were taken out")
