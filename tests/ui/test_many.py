"""Several customers at once by keys: ticked, changed, put on a list, undone."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication

from showroom.guard import amends, staff
from showroom.people import customers, lists
from showroom.store.models import Level, Role, Status
from tests import builders as make
from tests.stories import story
from ui import many
from ui.pages.customers import CustomersPage
from ui.style import ROW

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@story
def people(db: Any) -> list[int]:
    """Six customers in the order of the list, the last one ordered."""
    make.stop_clock(db)
    with db.write() as session:
        wang = make.a_member(session, "王强")
    with db.write() as session:
        make.a_member(session, "李娜")
    ids = []
    for number in range(6):
        with db.write() as session:
            ids.append(make.a_customer(session, f"客户{number}", consultant_id=wang))
    with db.write() as session:
        make.a_deal(session, ids[0])
    return ids[::-1]


@pytest.fixture
def page(db: Any, people: list[int], page_of: Any, qtbot: Any) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    qtbot.waitUntil(opened.window().isActiveWindow)
    opened.table.choose(people[0])
    opened.table.setFocus()
    return opened


def press(page: CustomersPage, qtbot: Any, key: Any, how: Any = Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(page.table, key, how)


def pick(page: CustomersPage, qtbot: Any, key: Any, words: str) -> None:
    """Open a menu of the bar by its key, and take what says these words, by keys."""

    taken: list[str] = []

    def take() -> None:
        menu = QApplication.activePopupWidget()
        if menu is None:
            return
        timer.stop()
        for _step in range(30):
            qtbot.keyClick(menu, Key.Key_Down)
            if menu.activeAction().text() == words:
                break
        taken.append(words)
        qtbot.keyClick(menu, Key.Key_Return)

    timer = QTimer(page, interval=5)
    timer.timeout.connect(take)
    timer.start()
    qtbot.keyClick(page.table, key, ALT)
    qtbot.waitUntil(lambda: bool(taken) and QApplication.activePopupWidget() is None)
    page.activateWindow()  # what a window manager does
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.wait(110)  # so long a button goes up again


def row(page: CustomersPage, id: int) -> customers.CustomerRow:
    with page.db.read() as session:
        return customers.file(session, id).row


def said(page: CustomersPage, qtbot: Any) -> list[str]:
    told: list[str] = []
    page.said.connect(told.append)
    return told


# --- ticking


def test_space_ticks_and_a_bar_says_how_many(page, people, qtbot):
    assert not page.many.isVisible()
    press(page, qtbot, Key.Key_Space)
    assert page.many.isVisible()
    assert page.many.count.text() == "1 chosen"
    press(page, qtbot, Key.Key_Down)
    press(page, qtbot, Key.Key_Down)
    press(page, qtbot, Key.Key_Space)
    assert page.many.ids() == [people[0], people[2]]
    press(page, qtbot, Key.Key_Space)
    assert page.many.ids() == [people[0]]
    press(page, qtbot, Key.Key_Escape)
    assert page.many.ids() == []
    assert not page.many.isVisible()


def test_space_in_the_empty_search_ticks_who_is_chosen_and_is_never_typed(page, people, qtbot):
    finder = page.finder
    finder.setFocus()
    qtbot.keyClick(finder, Key.Key_Space)
    assert finder.text() == ""
    assert page.many.ids() == [people[0]]
    assert page.table.hasFocus()

    finder.setFocus()
    qtbot.keyClicks(finder, "ke 1")
    assert finder.text() == "ke 1"
    finder.selectAll()
    qtbot.keyClick(finder, Key.Key_Space)
    assert finder.text() == "ke 1"
    finder.setText("")
    QApplication.clipboard().setText("　 客户2")
    finder.paste()
    assert finder.text() == "客户2"
    assert finder.cursorPosition() == 3
    assert page.many.ids() == [people[0]]


def test_shift_and_arrows_tick_a_range_that_follows(page, people, qtbot):
    press(page, qtbot, Key.Key_End)
    press(page, qtbot, Key.Key_Space)
    press(page, qtbot, Key.Key_Home)
    for _step in range(3):
        press(page, qtbot, Key.Key_Down, SHIFT)
    assert page.many.ids() == [*people[:4], people[5]]
    press(page, qtbot, Key.Key_Up, SHIFT)
    assert page.many.ids() == [*people[:3], people[5]]
    assert page.table.current_id() == people[2]
    press(page, qtbot, Key.Key_End, SHIFT)
    assert page.many.ids() == people


def test_the_mouse_with_ctrl_and_shift(page, people, qtbot):
    def click(place: int, how: Any = Qt.KeyboardModifier.NoModifier, x: int = 200) -> None:
        viewport = page.table.viewport()
        qtbot.mouseClick(viewport, LEFT, how, QPoint(x, place * ROW + 10))

    click(1)
    assert page.many.ids() == []
    click(3, CTRL)
    assert page.many.ids() == [people[1], people[3]]
    click(3, CTRL)
    assert page.many.ids() == [people[1]]
    click(4)
    assert page.many.ids() == [people[1]]
    click(5, SHIFT)
    assert page.many.ids() == [people[1], people[4], people[5]]
    click(0, x=20)
    assert people[0] in page.many.ids()


def test_ticks_survive_reading_anew_and_go_with_who_is_not_listed(page, people, qtbot):
    press(page, qtbot, Key.Key_A, CTRL)
    assert page.many.count.text() == "6 chosen"
    page.reload()
    assert page.many.ids() == people
    with page.db.write() as session:
        make.a_customer(session, "新来")
    assert page.many.ids() == people
    page.filters.level.set_code(Level.ORDERED)
    page.filters.chosen.emit()
    assert page.many.ids() == [people[5]]
    assert page.many.count.text() == "1 chosen"


def test_all_are_ticked_without_reading_their_rows(page, qtbot):
    fetched: list[int] = []
    page.table.rows._fetch = lambda ids: fetched.extend(ids) or []
    page.table.show_ids(range(1, 100_001))
    press(page, qtbot, Key.Key_A, CTRL)
    assert page.many.count.text() == "100,000 chosen"
    assert len(fetched) < 1000


# --- what is done


def test_the_consultant_of_several_is_changed_by_keys_and_taken_back_at_once(page, people, qtbot):
    told = said(page, qtbot)
    press(page, qtbot, Key.Key_A, CTRL)
    pick(page, qtbot, Key.Key_C, "李娜")
    assert told == ["6 customers changed."]
    assert {row(page, id).consultant for id in people} == {"李娜"}
    assert page.many.ids() == people
    with page.db.write() as session:
        amends.undo(session)
    assert {row(page, id).consultant for id in people} == {"王强"}


def test_the_level_of_who_ordered_is_left_and_said(page, people, qtbot):
    told = said(page, qtbot)
    press(page, qtbot, Key.Key_A, CTRL)
    pick(page, qtbot, Key.Key_L, "B · Within a month")
    assert told == [
        "5 customers changed. Not changed: An order stands: its level comes from the deal: "
        "1 (客户0)"
    ]
    assert [row(page, id).level for id in people] == [Level.MONTH] * 5 + [Level.ORDERED]


def test_several_are_put_away(page, people, qtbot):
    press(page, qtbot, Key.Key_Space)
    pick(page, qtbot, Key.Key_S, "Dormant")
    assert row(page, people[0]).status is Status.DORMANT
    assert row(page, people[0]).next_on is None


def test_many_are_changed_on_a_thread_while_the_window_waits(page, people, qtbot, monkeypatch):
    monkeypatch.setattr(many, "DIRECT", 2)
    told, states = said(page, qtbot), []

    class Watch(QObject):
        def eventFilter(self, _watched: Any, event: QEvent) -> bool:
            if event.type() == QEvent.Type.EnabledChange:
                states.append(page.isEnabled())
            return False

    watch = Watch(page)
    page.installEventFilter(watch)
    press(page, qtbot, Key.Key_A, CTRL)
    pick(page, qtbot, Key.Key_C, "李娜")
    qtbot.waitUntil(lambda: told == ["6 customers changed."])
    assert states == [False, True]
    assert row(page, people[0]).consultant == "李娜"


def test_who_is_ticked_becomes_a_list_and_joins_one(page, people, qtbot):
    told = said(page, qtbot)
    press(page, qtbot, Key.Key_Space)
    pick(page, qtbot, Key.Key_A, "New List…")
    field = page.many.name.field
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Key.Key_Return)
    assert page.many.name.form.problems["name"].text() == "Give the list a name."
    qtbot.keyClicks(field, "Group buy")
    qtbot.keyClick(field, Key.Key_Return)
    assert told == ["The list Group buy is kept (F5)."]
    assert page.table.hasFocus()
    press(page, qtbot, Key.Key_A, CTRL)
    pick(page, qtbot, Key.Key_A, "Group buy")
    assert told[-1] == "5 put on Group buy. On it already: 1."
    with page.db.read() as session:
        assert [(one.name, one.by_hand) for one in lists.rows(session)] == [("Group buy", 6)]


def test_a_consultant_is_told_that_he_takes_none_himself(page, people, qtbot, asked):
    db = page.db
    with db.write() as session:
        boss = make.a_member(session, "陈主管", Role.MANAGER)
        lena = next(id for id, name in staff.names(session).items() if name == "李娜")
    with db.write() as session:
        make.a_pin(session, boss, "135790", by=boss)
    db.seat(lena)
    press(page, qtbot, Key.Key_Space)
    pick(page, qtbot, Key.Key_C, "李娜")
    assert asked.errors == ["A consultant is given customers, he takes none himself."]
    assert row(page, people[0]).consultant == "王强"


def test_who_is_ticked_is_exported(page, people, qtbot, asked, tmp_path):
    path = tmp_path / "chosen.xlsx"
    asked.answers["save"] = path
    told = said(page, qtbot)
    press(page, qtbot, Key.Key_Space)
    pick(page, qtbot, Key.Key_X, "List: Excel, CSV, vCard…")
    qtbot.waitUntil(lambda: told == ["Saved: chosen.xlsx"])
    import openpyxl

    _head, only = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert only[0] == "客户5"
