"""Turns by keys: the roster of today, why somebody receives, and who is next in the header."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from showroom import settings
from showroom.door import turns, visits
from showroom.guard import staff
from showroom.store.models import AwayReason, HandOver, Role, TurnState
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import once
from tests.ui.keys import focus, write
from ui.pages.desk import DeskPage
from ui.roster import RosterView

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
NAMES = ("王强", "李娜", "赵磊")


def crew(db: Any) -> None:
    """Three consultants and a receptionist."""
    make.stop_clock(db)
    with db.write() as session:
        for name in NAMES:
            make.a_member(session, name)
        make.a_member(session, "李静", Role.RECEPTIONIST)


@pytest.fixture
def window(window_of: Any) -> Any:
    return window_of(lambda db: once(db, crew))


@pytest.fixture
def page(window: Any) -> DeskPage:
    opened: DeskPage = window.page("desk")
    return opened


def next_names(window: Any) -> list[str]:
    return list(window.findChild(QWidget, "window.turn").names())


def arrive(qtbot: Any, page: DeskPage) -> int:
    qtbot.keyClick(focus(), Key.Key_F2)
    qtbot.waitUntil(page.arrival.people.hasFocus)
    qtbot.keyClicks(page.arrival.people, "2")
    qtbot.keyClick(page.arrival.people, Key.Key_Return)
    qtbot.waitUntil(page.form.name.hasFocus)
    assert page.form.visit is not None
    return page.form.visit.id


def choose(qtbot: Any, page: DeskPage, name: str) -> None:
    """Give the party to somebody by his name and Enter."""
    line = page.form.consultant.lineEdit()
    line.setFocus()
    line.selectAll()
    write(name)
    qtbot.keyClick(line, Key.Key_Return)


def given(page: DeskPage, visit_id: int) -> tuple[str, HandOver | None]:
    with page.db.read() as session:
        row = visits.row(session, visit_id)
    return row.consultant, row.hand_over


def open_roster(qtbot: Any, page: DeskPage) -> RosterView:
    qtbot.keyClick(focus(), Key.Key_F11)
    qtbot.waitUntil(lambda: page.views.current == "roster")
    view = page.views.made["roster"]
    assert isinstance(view, RosterView)
    qtbot.waitUntil(view.table.hasFocus)
    return view


def mark(view: RosterView, name: str) -> None:
    assert view.table.choose(next(id for id, row in view._rows.items() if row.turn.name == name))


def shown(table: Any, column: int) -> list[str]:
    return [table.rows.index(n, column).data() for n in range(table.rows.rowCount())]


def state(view: RosterView, name: str) -> str:
    row = shown(view.table, 1).index(name)
    return str(view.table.rows.index(row, 3).data())


def test_a_morning_of_turns_by_keys(window, page, qtbot):
    qtbot.waitUntil(lambda: next_names(window) == ["王强", "李娜", "赵磊"])
    first = arrive(qtbot, page)
    assert given(page, first) == ("王强", HandOver.TURN)
    qtbot.waitUntil(lambda: next_names(window) == ["李娜", "赵磊", "王强"])

    # They ask for 赵磊: his name, Enter, 1; the turn goes back to 王强.
    choose(qtbot, page, "赵磊")
    assert focus() is page.form.why.reasons
    assert given(page, first) == ("赵磊", HandOver.ASSIGNED)
    qtbot.keyClicks(focus(), "1")
    assert given(page, first) == ("赵磊", HandOver.ASKED_FOR)
    assert page.form.consultant._tag == "Asked for by name"
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is page.form.people
    qtbot.waitUntil(lambda: next_names(window) == ["王强", "李娜", "赵磊"])

    # 王强 goes to lunch, 李娜 rests; the next party is 赵磊's, busy as he is.
    view = open_roster(qtbot, page)
    assert shown(view.table, 1) == ["王强", "李娜", "赵磊"]
    assert shown(view.table, 0) == ["Next", "2", "3"]
    assert state(view, "赵磊") == "Receiving"
    qtbot.keyClicks(view.table, "3")
    assert state(view, "王强") == "Lunch"
    mark(view, "李娜")
    qtbot.keyClicks(view.table, "R")
    qtbot.waitUntil(lambda: next_names(window) == ["赵磊"])
    second = arrive(qtbot, page)
    assert given(page, second) == ("赵磊", HandOver.TURN)

    # Lunch is made good, resting is not: back again, 王强 is first for what he is owed.
    open_roster(qtbot, page)  # F2 went to the lists
    for name in ("王强", "李娜"):
        mark(view, name)
        qtbot.keyClicks(view.table, "P")
    qtbot.waitUntil(lambda: next_names(window)[:2] == ["王强", "李娜"])
    third = arrive(qtbot, page)
    assert given(page, third) == ("王强", HandOver.COMPENSATION)
    assert page.form.consultant._tag == "Turn made good"

    # The log tells it all, the latest first; Ctrl+Z takes the last thing back.
    open_roster(qtbot, page)
    log = [(shown(view.log, 1)[n], shown(view.log, 2)[n], shown(view.log, 3)[n]) for n in range(4)]
    assert log == [
        ("Visit 3", "王强", "Turn made good"),
        ("On post", "李娜", ""),
        ("On post", "王强", ""),
        ("Visit 2", "赵磊", "Next in turn"),
    ]
    assert set(shown(view.log, 4)[:4]) == {"李静"}
    qtbot.keyClick(view.table, Key.Key_Z, Ctrl)
    qtbot.waitUntil(lambda: shown(view.log, 1)[0] == "Undone")
    qtbot.waitUntil(lambda: next_names(window)[0] == "王强")


def test_swap_call_to_the_front_and_owe_by_keys(page, qtbot):
    view = open_roster(qtbot, page)
    mark(view, "王强")
    qtbot.keyClicks(view.table, "S")
    assert view.card.note.text().startswith("王强 changes places with whom?")
    qtbot.keyClick(view.table, Key.Key_Escape)
    assert view.card.note.text() == "3"
    assert page.views.current == "roster"
    qtbot.keyClicks(view.table, "S")
    qtbot.keyClick(view.table, Key.Key_End)
    qtbot.keyClicks(view.table, "S")
    assert shown(view.table, 1) == ["赵磊", "李娜", "王强"]
    mark(view, "李娜")
    qtbot.keyClicks(view.table, "+")
    assert shown(view.table, 6)[0] == "1"
    assert shown(view.table, 1)[0] == "李娜"
    qtbot.keyClicks(view.table, "-")
    assert shown(view.table, 1)[0] == "赵磊"
    mark(view, "王强")
    qtbot.keyClicks(view.table, "F")
    assert shown(view.table, 1) == ["王强", "赵磊", "李娜"]
    qtbot.keyClick(view.table, Key.Key_Escape)
    assert page.views.current == "lists"


AWAY = [
    ("1", "minute"),
    ("2", "errand"),
    ("3", "lunch"),
    ("4", "meeting"),
    ("5", "leave"),
    ("6", "private"),
]


@pytest.mark.parametrize(("key", "reason"), slow_but((AWAY[0], AWAY[-1]), AWAY))
def test_one_key_says_away_and_why(page, qtbot, key, reason):
    view = open_roster(qtbot, page)
    qtbot.keyClicks(view.table, key)
    with page.db.read() as session:
        rows = {row.name: row for row in turns.order(session, make.TODAY)}
    assert (rows["王强"].state, rows["王强"].reason) == (TurnState.AWAY, AwayReason(reason))


def test_nothing_owed_is_said_and_nothing_changes(page, qtbot, asked):
    view = open_roster(qtbot, page)
    qtbot.keyClicks(view.table, "-")
    assert asked.errors == ["He is owed no turn."]
    qtbot.keyClicks(view.table, "T")
    assert asked.errors[1].startswith("Everybody is in one line.")


def test_a_turn_made_good_by_hand_must_be_owed(page, qtbot):
    visit = arrive(qtbot, page)
    choose(qtbot, page, "李娜")
    qtbot.keyClicks(focus(), "2")
    said = page.form.problems["consultant_id"]
    assert said.isVisible()
    assert said.text() == "李娜 is owed no turn: give another reason."
    assert given(page, visit) == ("李娜", HandOver.ASSIGNED)
    assert page.form.why.reasons.code() == HandOver.ASSIGNED
    qtbot.keyClicks(focus(), "1")
    assert given(page, visit) == ("李娜", HandOver.ASKED_FOR)
    assert not said.isVisible()


def test_who_was_asked_for_by_name_keeps_his_turn_though_it_was_his(window, page, qtbot):
    visit = arrive(qtbot, page)
    line = page.form.consultant.lineEdit()
    assert page.form.why.isHidden()  # it is his turn: nothing to say
    line.setFocus()
    qtbot.keyClick(line, Key.Key_Return)
    assert focus() is page.form.why.reasons
    qtbot.keyClicks(focus(), "1")
    assert given(page, visit) == ("王强", HandOver.ASKED_FOR)
    qtbot.keyClick(focus(), Key.Key_F8)  # they leave: the next turn is his again
    qtbot.waitUntil(lambda: next_names(window) == ["王强", "李娜", "赵磊"])


def test_teams_are_set_up_by_keys(page, qtbot):
    view = open_roster(qtbot, page)
    view.kind.setFocus()
    qtbot.keyClick(view.kind, Key.Key_Right)
    assert view.kind.code() == "groups"
    view.table.setFocus()
    mark(view, "赵磊")
    qtbot.keyClicks(view.table, "T")
    assert sorted(shown(view.table, 2)) == ["1", "1", "2"]
    assert state(view, "赵磊") == "No duty today"
    view.duty.setFocus()
    qtbot.keyClick(view.duty, Key.Key_Down)
    assert shown(view.table, 1)[0] == "赵磊"
    view.compensate.setFocus()
    qtbot.keyClick(view.compensate, Key.Key_Space)
    with page.db.read() as session:
        shop = settings.load(session)
    assert (shop.roster, shop.compensate) == ("groups", False)
    assert shown(view.log, 1)[:2] == ["Missed turns are skipped", "Team 2 today"]


def test_everybody_away_a_party_arrives_all_the_same_and_the_way_on_is_said(window, page, qtbot):
    view = open_roster(qtbot, page)
    for name in NAMES:
        mark(view, name)
        qtbot.keyClicks(view.table, "4")
    qtbot.waitUntil(lambda: next_names(window) == [])
    assert (
        window.findChild(QWidget, "window.turn").accessibleName().startswith("Everybody is away.")
    )
    visit = arrive(qtbot, page)
    assert given(page, visit) == ("", None)
    sentence = page.form.why.sentence
    assert sentence.isVisible()
    assert sentence.text().startswith("Everybody is away. Choose who receives")
    choose(qtbot, page, "李娜")
    assert given(page, visit) == ("李娜", HandOver.ASSIGNED)
    assert not sentence.isVisible()


def test_who_left_the_company_is_named_and_somebody_takes_over(page, qtbot):
    visit = arrive(qtbot, page)
    with page.db.write() as session:
        staff.change(session, 1, active=False)
    assert page.form.consultant.currentText() == "王强"
    assert page.form.why.sentence.text() == "王强 receives no more: choose who takes over."
    choose(qtbot, page, "赵磊")
    assert given(page, visit) == ("赵磊", HandOver.ASSIGNED)
    assert page.form.why.sentence.isHidden()


def test_an_empty_roster_leads_to_the_settings(page, qtbot):
    with page.db.write() as session:
        for id in (1, 2, 3):
            staff.change(session, id, active=False)
    view = open_roster(qtbot, page)
    button = view.findChild(QWidget, "desk.roster.setup")
    assert button.isVisible()
    with qtbot.waitSignal(page.open) as asked_for:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked_for.args == ["settings", 0]


def test_enter_shows_the_party_he_is_with(page, qtbot):
    first = arrive(qtbot, page)
    arrive(qtbot, page)
    view = open_roster(qtbot, page)
    mark(view, "王强")
    qtbot.keyClick(view.table, Key.Key_Return)
    assert page.form.visit.id == first
    view.log.setFocus()
    qtbot.keyClick(view.log, Key.Key_Home)
    qtbot.keyClick(view.log, Key.Key_Return)
    assert page.form.visit.id != first
