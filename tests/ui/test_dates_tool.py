"""The days of a customer's cars by keys: typed, proposed and taken, moved, taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from showroom.care import key_dates
from showroom.deals import closing
from showroom.people import vehicles
from showroom.store import journal
from showroom.store.models import DateKind, FollowUp, Promise
from tests import builders as make
from tests.stories import story
from tests.ui.keys import focus
from ui.dates_tool import DatesTool
from ui.pages.customers import CustomersPage

Key, Ctrl, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
GOT = make.TODAY - timedelta(days=30)


@story
def zhang(db: Any) -> int:
    make.stop_clock(db)
    with db.write() as session:
        staff = make.a_member(session)
    with db.write() as session:
        id = make.a_customer(session, consultant_id=staff)
        deal = make.a_deal(session, id, ordered_on=GOT)
        closing.deliver(session, deal, on=GOT, vin="LGXCE6CB1N1234567", today=make.TODAY)
        car = vehicles.cars(session, id)[0].id
        vehicles.save(session, id, car, plate="粤B12345", plated_on=GOT, today=make.TODAY)
    return id


@pytest.fixture
def tool(page_of: Any, zhang: int, qtbot: Any) -> DatesTool:
    page = page_of(CustomersPage)
    page.show_id(zhang)
    qtbot.waitUntil(page.isActiveWindow)
    page.focus_first()
    qtbot.keyClick(focus(), Key.Key_D, Ctrl | Shift)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    opened = page.tools.current
    assert isinstance(opened, DatesTool)
    return opened


def noted(tool: DatesTool) -> list[tuple[DateKind, str]]:
    with tool.db.read() as session:
        return [(one.kind, f"{one.day}") for one in key_dates.of_customer(session, tool.id)]


def test_a_day_is_typed_noted_moved_and_undone(tool, qtbot):
    page = tool.page
    assert tool.nothing.isVisible()
    assert focus() is tool.form.fields["kind"]  # insurance is there already
    tool.form.focus("day")
    qtbot.keyClicks(focus(), "2026-12-10")
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: noted(tool) == [(DateKind.INSURANCE, "2026-12-10")])
    assert page.tools.current is tool
    assert tool.table.rows.ids()
    assert focus() is tool.form.fields["kind"]
    with tool.db.read() as session:
        due = session.scalars(select(FollowUp).where(FollowUp.rule == Promise.INSURANCE)).all()
        assert [one.due_on for one in due] == [make.TODAY]  # 22 days before: it began
    tool.table.setFocus()
    tool.table.choose(tool.table.rows.ids()[0])
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is tool.form.fields["day"]
    focus().selectAll()
    qtbot.keyClicks(focus(), "2027-12-10")
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: noted(tool) == [(DateKind.INSURANCE, "2027-12-10")])
    with tool.db.write() as session:
        journal.undo(session)
    qtbot.waitUntil(lambda: tool.table.current_row() is None or bool(tool.table.rows.ids()))
    assert noted(tool) == [(DateKind.INSURANCE, "2026-12-10")]


def test_what_cannot_be_is_said_beside_the_day_and_stays_typed(tool, qtbot):
    tool.form.set_values({"kind": DateKind.LICENCE.value, "day": make.TODAY.replace(year=1990)})
    tool.form.focus("day")
    qtbot.keyClick(tool.page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: "cancelled" in tool.form.problems["day"].text())
    assert tool.form.fields["day"].text() == "1990-11-18"
    assert noted(tool) == []


def test_the_licence_belongs_to_the_driver(tool, qtbot):
    assert tool.form.fields["vehicle_id"].isVisible()
    field = tool.form.fields["kind"]
    field.setFocus()
    while field.value() != DateKind.LICENCE:
        qtbot.keyClick(field, Key.Key_Down)
    assert not tool.form.fields["vehicle_id"].isVisible()
    tool.form.focus("day")
    qtbot.keyClicks(focus(), "2030-01-05")
    qtbot.keyClick(tool.page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: noted(tool) == [(DateKind.LICENCE, "2030-01-05")])


def test_one_key_takes_a_proposal_and_one_takes_them_all(tool, qtbot):
    rows = tool._proposed
    assert [one.rule for one in rows.values()] == [
        "first_service",
        "insurance",
        "inspection",
        "return",
        "repair",
    ]
    tool.proposals.setFocus()
    tool.proposals.choose(1)
    assert "maker's manual" in tool.source.text()
    qtbot.keyClick(focus(), Key.Key_Return)
    assert noted(tool) == [(DateKind.FIRST_SERVICE, "2027-01-19")]
    qtbot.keyClick(focus(), Key.Key_T, Ctrl)
    assert sorted(kind for kind, _day in noted(tool)) == [
        DateKind.FIRST_SERVICE,
        DateKind.INSPECTION,
        DateKind.INSURANCE,
        DateKind.WARRANTY,
    ]
    with tool.db.write() as session:
        journal.undo(session)  # all that were taken together
    assert noted(tool) == [(DateKind.FIRST_SERVICE, "2027-01-19")]


def test_delete_takes_a_day_away(tool, qtbot):
    with tool.db.write() as session:
        key_dates.note(
            session,
            tool.id,
            kind=DateKind.LICENCE,
            day=make.TODAY + timedelta(days=400),
            today=make.TODAY,
        )
    qtbot.waitUntil(lambda: bool(tool.table.rows.ids()))
    tool.table.setFocus()
    tool.table.choose(tool.table.rows.ids()[0])
    assert tool.out.isVisible()
    qtbot.keyClick(focus(), Key.Key_Delete)
    assert noted(tool) == []
    assert tool.nothing.isVisible()
