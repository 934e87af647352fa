"""An event by keys: made, invited to from a list, guests noted as here, walk-ins, the draw."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt

from showroom.care import attendance, events, invitations
from showroom.care.invitations import Which
from showroom.guard import consent
from showroom.people import customers, lists
from showroom.store import journal
from showroom.store.models import Customer, Reply, Status, Way
from tests import builders as make
from tests.stories import story
from tests.ui.keys import focus, write
from ui.events import EventsView
from ui.pages.customers import CustomersPage

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier


@story
def people(db: Any) -> dict[str, int]:
    """Three customers of one list; one of them must not be contacted."""
    make.stop_clock(db)
    with db.write() as session:
        staff = make.a_member(session)
    with db.write() as session:
        ids = {
            name: make.a_customer(session, name, consultant_id=staff)
            for name in ("张伟", "李娜", "赵磊")
        }
    with db.write() as session:
        customers.change(session, ids["赵磊"], do_not_contact=True)
    with db.write() as session:
        lists.add(session, "老客户", ids=ids.values(), now=make.NOW)
    return ids


@pytest.fixture
def page(page_of: Any, people: dict[str, int]) -> CustomersPage:
    opened: CustomersPage = page_of(CustomersPage)
    return opened


@pytest.fixture
def event(db: Any, people: dict[str, int]) -> int:
    """An event of today with two who are invited."""
    with db.write() as session:
        made = events.add(session, name="团购会", day=make.TODAY, prize="保养券").id
    with db.write() as session:
        invitations.invite(session, made, list(people.values()), now=make.NOW)
    return made


def open_view(page: CustomersPage, qtbot: Any) -> EventsView:
    qtbot.keyClick(page, Key.Key_G, Ctrl)
    qtbot.waitUntil(lambda: page.views.current == "events")
    view = page.views.made["events"]
    assert isinstance(view, EventsView)
    return view


def to_guests(view: EventsView, qtbot: Any) -> None:
    """From the events to the guests: Enter finds, Enter again goes to the list."""
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is view.guests.finder
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is view.guests.table


def guests(page: CustomersPage, event: int, which: Which = Which.ALL) -> list[Any]:
    with page.db.read() as session:
        return invitations.rows(session, invitations.guests(session, event, which))


def test_an_event_is_made_and_a_list_invited_without_who_must_not_be_contacted(page, people, qtbot):
    said: list[str] = []
    page.said.connect(said.append)
    view = open_view(page, qtbot)
    assert "No event yet" in view.table._empty.sentence.text()
    qtbot.keyClick(focus(), Key.Key_N)
    form = view.forms["event"]
    assert focus() is form.fields["name"]
    qtbot.keyClick(focus(), Key.Key_Return, Ctrl)
    assert form.problems["name"].text() == "Say what the event is called."
    write("秋季团购会")
    qtbot.keyClick(focus(), Key.Key_Return)
    write("一号展厅")
    for typed in ("", "11-19", ""):
        qtbot.keyClick(focus(), Key.Key_Return)
        if typed:
            focus().selectAll()
            qtbot.keyClicks(focus(), typed)
    qtbot.keyClick(focus(), Key.Key_Return, Ctrl)
    assert not view.editor.isVisible()
    assert focus() is view.table
    row = view.table.current_row()
    assert (row.name, row.place) == ("秋季团购会", "一号展厅")
    assert (row.day, row.until) == (make.TODAY, make.TODAY + timedelta(days=1))
    qtbot.keyClick(focus(), Key.Key_I)
    assert focus() is view.forms["invite"].fields["list"]
    assert view.forms["invite"].fields["list"].currentText() == "老客户"
    with qtbot.waitSignal(view.forms["invite"].done):
        qtbot.keyPress(focus(), Key.Key_Return)
    assert said[-1] == (
        "2 customers invited. Left out: must not be contacted or want no invitations: 1."
    )
    assert view.figures.values()["invited"] == "2"
    assert {one.customer_id for one in guests(page, row.id)} == {people["张伟"], people["李娜"]}


def test_who_comes_is_found_by_his_pinyin_and_noted_by_one_key(page, people, event, qtbot):
    view = open_view(page, qtbot)
    qtbot.keyClick(focus(), Key.Key_Return)
    qtbot.keyClicks(focus(), "lina")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is view.guests.table
    assert page.id == people["李娜"]  # her file stands at the right
    qtbot.keyClick(focus(), Key.Key_1)
    qtbot.keyClick(focus(), Key.Key_Space)
    qtbot.keyClick(focus(), Key.Key_Plus)
    (here,) = guests(page, event, Which.CAME)
    assert (here.customer_id, here.people, here.ticket) == (people["李娜"], 2, 1)
    assert here.reply is Reply.COMES
    assert view.figures.values()["came"] == "50%"
    qtbot.keyClick(focus(), Key.Key_Delete)
    assert guests(page, event, Which.CAME) == []
    qtbot.keyClick(focus(), Key.Key_Delete)
    assert people["李娜"] not in {one.customer_id for one in guests(page, event)}
    with page.db.write() as session:
        journal.undo(session)
    assert people["李娜"] in {one.customer_id for one in guests(page, event)}


def test_people_are_counted_of_who_is_here_only(page, people, event, asked, qtbot):
    view = open_view(page, qtbot)
    to_guests(view, qtbot)
    qtbot.keyClick(focus(), Key.Key_Plus)
    assert asked.errors == ["Note first that he is here (Space)."]


def test_nobody_on_the_list_is_a_walk_in_one_after_the_other(page, people, event, qtbot):
    view = open_view(page, qtbot)
    qtbot.keyClick(focus(), Key.Key_Return)
    qtbot.keyClicks(focus(), "13900139000")
    assert "Enter notes him" in view.guests.table._empty.sentence.text()
    qtbot.keyClick(focus(), Key.Key_Return)
    form = view.forms["walk_in"]
    assert focus() is form.fields["name"]
    assert form.fields["phone"].text() == "139 0013 9000"
    assert form.fields["phone"].hint() == "new"
    write("陈晨")
    qtbot.keyClick(focus(), Key.Key_Return)
    assert focus() is form.fields["phone"]
    qtbot.keyClick(focus(), Key.Key_Return, Ctrl)
    assert view.figures.values()["gained"] == "1"
    assert focus() is form.fields["name"]
    assert form.fields["phone"].text() == ""
    qtbot.keyClick(focus(), Key.Key_Return, Ctrl)
    assert "no contact is kept" in form.problems["phone"].text()
    assert focus() is form.fields["phone"]
    qtbot.keyClick(focus(), Key.Key_Return, Ctrl)  # a guest who says nothing is counted
    qtbot.keyClick(focus(), Key.Key_Return, Ctrl)  # it is said of each anew
    assert "no contact is kept" in form.problems["phone"].text()
    qtbot.keyClick(focus(), Key.Key_Escape)
    assert not view.editor.isVisible()
    here = guests(page, event, Which.CAME)
    assert [(one.name, one.status, one.gained) for one in here] == [
        ("陈晨", Status.OPEN, True),
        ("", Status.VISITED, False),
    ]
    qtbot.keyClick(view.table, Key.Key_W)
    qtbot.keyClicks(form.fields["phone"], "13900139000")
    assert "陈晨" in form.fields["phone"].hint()


def test_that_he_may_be_called_is_ticked_by_hand_for_each_anew(page, people, event, qtbot):
    view = open_view(page, qtbot)
    qtbot.keyClick(view.table, Key.Key_W)
    form = view.forms["walk_in"]
    open_for = {}
    for name, phone, ticks in (("陈晨", "13900139000", True), ("周敏", "13900139001", False)):
        assert form.fields["may_call"].value() is False
        if ticks:
            qtbot.keyClick(form.fields["may_call"], Key.Key_Space)
        form.set_values({"name": name, "phone": phone})
        qtbot.keyClick(form.fields["name"], Key.Key_Return, Ctrl)
    for one in guests(page, event, Which.CAME):
        with page.db.read() as session:
            said = consent.of_customer(session, one.customer_id)
        open_for[one.name] = [each.way for each in said if each.open]
    assert open_for == {"陈晨": [Way.PHONE], "周敏": []}


def test_the_draw_names_who_won_and_is_undone(page, people, event, qtbot):
    said: list[str] = []
    page.said.connect(said.append)
    with page.db.write() as session:
        for one in invitations.guests(session, event):
            attendance.came(session, one, now=make.NOW)
    view = open_view(page, qtbot)
    qtbot.keyClick(focus(), Key.Key_D)
    form = view.forms["draw"]
    assert form.fields["prize"].text() == "保养券"
    qtbot.keyClick(focus(), Key.Key_Return, Ctrl)
    won = [one for one in guests(page, event) if one.prize]
    assert [one.prize for one in won] == ["保养券"]
    assert said[-1] == f"Ticket {won[0].ticket} wins: {invitations.called(won[0])}."
    with page.db.write() as session:
        journal.undo(session)
    assert not [one for one in guests(page, event) if one.prize]


def test_one_that_is_called_off_takes_nobody_and_may_be_put_back(page, people, event, asked, qtbot):
    view = open_view(page, qtbot)
    qtbot.keyClick(focus(), Key.Key_X)
    assert view.table.rows.index(0, 1).data() == "Off"
    to_guests(view, qtbot)
    qtbot.keyClick(focus(), Key.Key_Space)
    assert asked.errors == ["团购会 was called off."]
    qtbot.keyClick(view.table, Key.Key_X)
    assert view.table.rows.index(0, 1).data() == "Today"


def test_the_guests_are_saved_as_they_are_shown(page, people, event, asked, qtbot, tmp_path):
    from openpyxl import load_workbook

    with page.db.write() as session:
        attendance.came(session, invitations.guests(session, event)[0], now=make.NOW)
    view = open_view(page, qtbot)
    for code, count in ((Which.ALL, 2), (Which.CAME, 1)):
        path = tmp_path / f"{code}.xlsx"
        asked.answers["save"] = path
        view.guests.shown.buttons[code].click()
        qtbot.keyClick(view.table, Key.Key_E, Ctrl)
        qtbot.waitUntil(path.exists)
        sheet = load_workbook(path).worksheets[0]
        said = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value]
        assert len([one for one in said if one in ("Mr 张伟", "Mr 李娜")]) == count


def test_the_form_goes_to_the_printer(page, people, event, qtbot, monkeypatch):
    from ui import printing

    sent: list[bytes] = []
    monkeypatch.setattr(printing, "print_pdf", lambda _page, pdf, _title, _done: sent.append(pdf))
    open_view(page, qtbot)
    qtbot.keyClick(focus(), Key.Key_F)
    qtbot.keyClick(focus(), Key.Key_P, Ctrl)
    qtbot.waitUntil(lambda: len(sent) == 2)
    assert all(paper.startswith(b"%PDF") for paper in sent)


def test_an_erased_guest_stays_in_the_list_without_a_name(page, people, event, qtbot):
    from showroom.guard import erasure
    from showroom.store.models import Cause

    with page.db.write() as session:
        erasure.erase(session, people["张伟"], why=Cause.ASKED)
    view = open_view(page, qtbot)
    to_guests(view, qtbot)
    names = [view.guests.table.rows.index(n, 1).data() for n in range(2)]
    assert names == ["Erased", "Mr 李娜"]
    with page.db.read() as session:
        assert session.get_one(Customer, people["张伟"]).erased_at is not None


def test_the_guest_who_is_shown_is_marked_and_named(page, people, event, qtbot):
    told: list[str] = []
    page.said.connect(told.append)
    page.show_id(people["李娜"])
    view = open_view(page, qtbot)
    view.guests.table.setFocus()
    assert page.id == people["李娜"]
    assert view.guests.table.current_row().customer_id == people["李娜"]
    qtbot.keyClick(focus(), Key.Key_1)
    assert told[-1] == "Mr 李娜: comes"
    page.show_id(people["张伟"])
    view = open_view(page, qtbot)
    assert view.guests.table.current_row().customer_id == page.id == people["张伟"]
