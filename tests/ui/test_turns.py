"""What the window does in one turn of its event loop: short, whatever happens elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import event

from showroom.door import cars
from tests import builders as make
from ui import desk_reading
from ui.desk_parts import TOOLS, VIEWS
from ui.pages.desk import DeskPage

Key = Qt.Key
LISTED = "visit.left_at IS NULL AS"  # of what lists the day
ROWS = "SELECT visit.id, visit.kind"  # of what shows a visit


@pytest.fixture
def asked_here(db: Any) -> list[str]:
    """The statements that the window's own thread waited for."""
    asked: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            asked.append(statement)

    return asked


@pytest.fixture
def compiled_here(db: Any) -> list[str]:
    """The statements that were compiled while the window's own thread waited."""
    compiled: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, *rest: Any) -> None:
        _parameters, context, _many = rest
        here = threading.current_thread() is threading.main_thread()
        if here and context is not None and context.cache_hit.name == "CACHE_MISS":
            compiled.append(statement)

    return compiled


def elsewhere(work: Callable[[], Any]) -> Any:
    """Do it on another thread, and wait for it."""
    answer: list[Any] = []
    worker = threading.Thread(target=lambda: answer.append(work()))
    worker.start()
    worker.join()
    return answer[0]


def came(db: Any, minutes: int = 0) -> int:
    with db.write() as session:
        return make.a_visit(session, now=make.later(minutes=minutes))


@pytest.fixture
def page(db: Any, page_of: Any) -> DeskPage:
    make.stop_clock(db)
    with db.write() as session:
        make.a_member(session)
    page: DeskPage = page_of(DeskPage)
    return page


def test_what_another_thread_wrote_the_desk_finds_read(page, qtbot, db, asked_here):
    asked_here.clear()
    visit = elsewhere(lambda: came(db))
    assert page.present.rows.ids() == []  # it is told, and shows it in a turn of its own
    qtbot.waitUntil(lambda: page.present.rows.ids() == [visit])
    assert page.figures.values()["parties"] == "1"
    assert not any(LISTED in statement for statement in asked_here)


def test_what_was_read_elsewhere_is_read_again_when_it_is_stale(page, qtbot, db, asked_here):
    first = elsewhere(lambda: came(db))
    asked_here.clear()
    second = came(db, 5)  # before the window had its turn, and the clock of the test stands
    assert page.present.rows.ids() == [first, second]
    assert any(LISTED in statement for statement in asked_here)


def test_the_first_picture_is_followed_by_the_rest_read_on_a_thread(page, qtbot, db, asked_here):
    came(db, -24 * 60)
    page.unclosed.hide()
    page.read_already = elsewhere(lambda: desk_reading.read(db, first=True))
    asked_here.clear()
    page.reload()
    assert not page.unclosed.isVisible()
    qtbot.waitUntil(page.unclosed.isVisible)
    assert page.unclosed.text() == "11-17 is not closed yet"
    assert not any("min(day_close.day)" in statement for statement in asked_here)


def test_the_rest_does_not_undo_what_was_read_since(page, qtbot, db):
    page.read_already = elsewhere(lambda: desk_reading.read(db, first=True))
    page.reload()
    old = desk_reading.rest(db)
    came(db, -24 * 60)
    assert page.unclosed.isVisible()
    page._on_rest(old)
    assert page.unclosed.isVisible()


def test_what_a_thread_warmed_the_window_compiles_no_more(page, qtbot, db, compiled_here):
    came(db)
    with db.write() as session:
        cars.add(session, plate="京A00001", km=1200)
    for part in (*VIEWS, *TOOLS):
        elsewhere(lambda part=part: part.load().warm(db))
    while page.make_next():
        pass
    compiled_here.clear()
    for key in (Key.Key_F5, Key.Key_F11, Key.Key_F12, Key.Key_F6):
        qtbot.keyClick(page, key)
    qtbot.keyClick(page, Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.views.current == "today")
    assert compiled_here == []


def test_views_and_tools_of_the_desk_are_made_one_at_a_time(page, qtbot):
    made = len(page.views.made) + len(page.tools.made)
    turns = 0
    while page.make_next():
        turns += 1
        assert len(page.views.made) + len(page.tools.made) == made + turns
    assert {*page.views.made, *page.tools.made} == {part.code for part in (*VIEWS, *TOOLS)}
    assert page.views.current == "lists"
    assert page.tools.current is None
    assert not any(part.isVisible() for part in page.parts())


def test_what_is_saved_in_the_form_is_read_once(page, qtbot, db, asked_here):
    came(db)
    qtbot.waitUntil(lambda: page.form.visit is not None)
    page.form.name.setFocus()
    qtbot.keyClicks(page.form.name, "Zhang")
    asked_here.clear()
    qtbot.keyClick(page.form.name, Key.Key_Return)
    assert page.form.visit.name == "Zhang"
    assert page.form.name.text() == "Zhang"
    shown = [one for one in asked_here if one.startswith(ROWS) and "JOIN customer" in one]
    assert len(shown) == 1
    assert len([one for one in asked_here if LISTED in one]) == 1


def test_what_is_saved_out_of_sight_is_read_by_the_form(page, qtbot, db):
    came(db)
    qtbot.waitUntil(lambda: page.form.visit is not None)
    page.form.name.setFocus()
    qtbot.keyClicks(page.form.name, "Zhang")
    page.hide()
    assert page.form.visit.name == "Zhang"
