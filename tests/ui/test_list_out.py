"""Any list leaves as it stands, by Ctrl+Shift+E: whoever is ticked, else all of it."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import Qt

from showroom.guard import entries
from tests import builders as b
from tests.amounts import slow_but
from tests.stories import story
from ui.pages.cards import CardsPage
from ui.pages.deals import DealsPage
from ui.pages.desk import DeskPage
from ui.pages.followups import FollowUpsPage

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@story
def shop(db):
    b.stop_clock(db)
    with db.write() as session:
        b.a_member(session)
        for name in ("张伟", "李娜"):
            b.a_deal(session, b.a_customer(session, name))
            b.a_visit(session)
    return db


LISTS = [
    (DealsPage, lambda page: page.table),
    (DeskPage, lambda page: page.present),
    (CardsPage, lambda page: page.lists.waiting),
    (FollowUpsPage, lambda page: page.table),
]
WAYS = [(*one, ending) for one in LISTS for ending in ("xlsx", "csv", "pdf")]
ALL_DAY = [way for way in WAYS if way[0] is DealsPage or way[::2] == (CardsPage, "csv")]


@pytest.mark.parametrize(("kind", "table", "ending"), slow_but(ALL_DAY, WAYS))
def test_a_list_leaves_by_its_key(shop, page_of, qtbot, asked, tmp_path, kind, table, ending):
    page = page_of(kind)
    if kind is FollowUpsPage:
        page.list.buttons["coming"].click()
    listed = table(page)
    qtbot.waitUntil(lambda: bool(listed.rows.ids()))
    listed.setFocus()
    qtbot.waitUntil(listed.hasFocus)
    path = asked.answers["save"] = tmp_path / f"list.{ending}"
    with qtbot.waitSignal(page.said):
        qtbot.keyClick(listed, Qt.Key.Key_E, BOTH)
    assert path.stat().st_size > 100
    if ending == "xlsx":
        rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
        assert len(rows) >= 1 + len(listed.rows.ids())
    with page.db.read() as session:
        (noted,) = entries.rows(session, entries.find(session, verb="export"))
    assert f"{len(listed.rows.ids())} rows · list.{ending}" in noted.what


def test_an_empty_list_says_that_nothing_leaves(db, page_of, qtbot, asked):
    b.stop_clock(db)
    page = page_of(DealsPage)
    page.table.setFocus()
    qtbot.waitUntil(page.table.hasFocus)
    qtbot.keyClick(page.table, Qt.Key.Key_E, BOTH)
    assert asked.errors == ["Nothing stands in this list: there is nothing to export."]
