"""Keying a day into the DMS: one key copies a field and goes on, a row at a time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from showroom.figures import dms
from showroom.guard import entries, trail
from showroom.people import customers
from showroom.store.models import Action, Customer
from tests import builders as b
from ui import jobs
from ui.pages.figures import FiguresPage

Key = Qt.Key


@pytest.fixture
def page(db, page_of, qtbot):
    b.stop_clock(db)
    with db.write() as session:
        b.a_member(session)
        b.a_visit(session, name="=张伟", phone="13800138000")
        b.a_visit(session, now=b.later(minutes=20), name="李娜", phone="13900139000")
        customers.change(
            session, session.query(Customer).filter_by(name="李娜").one().id, do_not_contact=True
        )
    opened = page_of(FiguresPage)
    qtbot.waitUntil(lambda: not jobs.running(), timeout=20_000)
    qtbot.keyClick(opened.span, Key.Key_F6)
    qtbot.waitUntil(lambda: bool(opened.rekey.visits.rows.ids()), timeout=20_000)
    return opened


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_every_visit_that_is_keyed_stands_once_in_the_trail(page, qtbot):
    view = page.rekey
    qtbot.waitUntil(view.fields.hasFocus)

    def left():
        with page.db.read() as session:
            found = session.query(Action).filter_by(verb="export", subject_table="visit")
            return [(row.what, row.why) for row in found]

    assert left() == []
    for _field in range(3):
        qtbot.keyClick(view.fields, Key.Key_Return)
    assert left() == [("Showroom traffic for the DMS · 1 row", "keyed into the DMS by hand")]
    view.visits.choose(view.visits.rows.ids()[1])
    view.row.click()
    assert len(left()) == 2
    view.open(view.day)  # keyed again: it leaves again
    qtbot.waitUntil(lambda: not jobs.running(), timeout=20_000)
    view.row.click()
    assert len(left()) == 3
    with page.db.read() as session:
        told = entries.rows(session, entries.find(session))
        assert next(row.subject for row in told if row.why).endswith("李娜")
        assert trail.verify(session).ok


def test_enter_copies_field_after_field_and_then_comes_the_next_visit(page, qtbot):
    view = page.rekey
    qtbot.waitUntil(view.fields.hasFocus)
    titles = [view.fields.rows.index(row, 0).data() for row in range(21)]
    assert titles == [column.title for column in dms.columns()]
    copied = []
    for _field in titles:
        qtbot.keyClick(view.fields, Key.Key_Return)
        copied.append(clipboard())
    assert copied[1:3] == ["=张伟", "Walk-in"]
    assert copied[3].startswith("2026-11-18 ")
    assert copied[5] == "13800138000"
    assert view.visits.current_row().seen.name == "李娜"  # the next one, from its first field on
    assert view.fields.current_id() == 1
    with qtbot.waitSignal(page.said) as told:
        for _field in titles:
            qtbot.keyClick(view.fields, Key.Key_Return)
    assert told.args[0].startswith("Copied")
    assert view.fields.rows.index(5, 1).data() == "—"  # nobody calls her any more


def test_the_whole_row_is_copied_cell_by_cell_and_is_no_formula(page, qtbot):
    qtbot.mouseClick(page.rekey.row, Qt.MouseButton.LeftButton)
    cells = clipboard().split("\t")
    assert len(cells) == 21
    assert cells[1] == "'=张伟"


def test_escape_goes_back_to_the_figures(page, qtbot):
    qtbot.keyClick(page.rekey.fields, Key.Key_Escape)
    qtbot.waitUntil(page.sheet.isVisible)
    qtbot.waitUntil(page.span.hasFocus)


def test_visits_that_are_read_again_leave_the_keyboard_where_it_is(db, page_of, qtbot):
    with db.write() as session:
        b.a_member(session)
    opened = page_of(FiguresPage)
    qtbot.waitUntil(lambda: not jobs.running(), timeout=20_000)
    qtbot.keyClick(opened.span, Key.Key_F6)
    qtbot.waitUntil(opened.rekey.visits.hasFocus, timeout=20_000)  # nobody came yet
    opened.span.setFocus()
    with db.write() as session:
        b.a_visit(session, now=db.now(), name="张伟", phone="13800138000")
    qtbot.waitUntil(lambda: bool(opened.rekey.visits.rows.ids()), timeout=20_000)
    assert opened.span.hasFocus()


def test_asked_for_again_it_takes_the_keyboard_again(page, qtbot):
    qtbot.keyClick(page.rekey.fields, Key.Key_Escape)
    qtbot.waitUntil(page.span.hasFocus)
    qtbot.keyClick(page.span, Key.Key_F6)
    qtbot.waitUntil(page.rekey.fields.hasFocus, timeout=20_000)
