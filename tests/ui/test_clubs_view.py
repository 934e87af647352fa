"""Clubs by keys (Ctrl+Shift+G on the customers' page)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from showroom.care import clubs, events, invitations
from showroom.people import archive, lists, referrals
from tests import builders as b
from tests.stories import story
from tests.ui.test_complaints_view import write
from ui import jobs
from ui.pages.customers import CustomersPage

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@story
def shop(db):
    """张伟 and 李娜 fish; 赵敏 brought 李娜."""
    b.stop_clock(db)
    with db.write() as session:
        b.a_member(session)
        db.zhang = b.a_customer(session, "张伟")
    with db.write() as session:
        db.li = b.a_customer(session, "李娜")
    with db.write() as session:
        db.zhao = b.a_customer(session, "赵敏")
    for id in (db.zhang, db.li):
        with db.write() as session:
            archive.fill(session, id, "leisure", "钓鱼")
    with db.write() as session:
        referrals.note(session, introducer_id=db.zhao, customer_id=db.li, now=b.NOW)
    return db


@pytest.fixture
def view(shop, page_of, qtbot):
    page = page_of(CustomersPage)
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Key.Key_G, CTRL | SHIFT)
    qtbot.waitUntil(lambda: page.views.current == "clubs")
    return page.views.made["clubs"]


def found_one(view, qtbot):
    qtbot.keyClick(view.table, Key.Key_N)
    qtbot.waitUntil(view.club.fields["name"].hasFocus)
    write("钓友会")
    hobby = view.club.fields["hobby"]
    qtbot.waitUntil(lambda: [hobby.itemText(n) for n in range(hobby.count())] == ["钓鱼 2"])
    hobby.set_value("钓鱼")
    qtbot.keyClick(view.club.fields["name"], Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: bool(view.table.rows.ids()) and bool(view.members.rows.ids()))


def test_a_club_is_founded_by_a_hobby_and_shows_its_members(view, qtbot, shop):
    found_one(view, qtbot)
    assert view.table.rows.index(0, 1).data() == "Hobby: 钓鱼"
    assert set(view.members.rows.ids()) == {shop.zhang, shop.li}
    qtbot.keyClick(view.table, Key.Key_Return)
    assert view.members.hasFocus()
    assert view.page.id == view.members.current_id()


def test_an_activity_is_made_and_its_club_invited_with_the_introducers(view, qtbot, shop):
    found_one(view, qtbot)
    qtbot.keyClick(view.table, Key.Key_A)
    qtbot.waitUntil(view.activity.fields["name"].hasFocus)
    write("水库垂钓")
    view.activity.fields["day"].set_value(b.TODAY)
    qtbot.keyClick(view.activity.fields["name"], Key.Key_Return, CTRL)
    page = view.page
    qtbot.waitUntil(lambda: page.views.current == "events")
    shown = page.views.made["events"]
    qtbot.keyClick(shown.table, Key.Key_I)
    form = shown.forms["invite"]
    with shop.read() as session:
        (club,) = (row.id for row in lists.rows(session))
        (event,) = events.listed(session)
    assert form.fields["list"].value() == club
    form.fields["introducers"].setChecked(True)
    shown._accept()
    qtbot.waitUntil(lambda: shown.editor.isHidden())
    with shop.read() as session:
        guests = invitations.rows(session, invitations.guests(session, event))
    assert {row.customer_id for row in guests} == {shop.zhang, shop.li, shop.zhao}
    page.views.open_code("clubs")
    qtbot.waitUntil(lambda: view.table.rows.index(0, 3).data() == "水库垂钓")


def test_an_activity_is_of_the_club_it_was_asked_for_and_nothing_typed_goes(view, qtbot, shop):
    found_one(view, qtbot)
    with shop.write() as session:
        archive.fill(session, shop.zhao, "leisure", "骑行")
    with shop.write() as session:
        other = clubs.found(session, "骑行会", hobby="骑行", now=b.NOW)
    qtbot.waitUntil(lambda: len(view.table.rows.ids()) == 2)
    first = view.table.current_id()
    assert first != other
    qtbot.keyClick(view.table, Key.Key_A)
    qtbot.waitUntil(view.activity.fields["name"].hasFocus)
    write("水库垂钓")
    view.activity.fields["day"].set_value(b.TODAY)
    view.table.choose(other)
    qtbot.waitUntil(lambda: view.members.rows.ids() == [shop.zhao])
    for key in (Key.Key_A, Key.Key_N):
        qtbot.keyClick(view.table, key)
        assert view.activity.fields["name"].value() == "水库垂钓"
    view.go.click()
    qtbot.waitUntil(lambda: view.page.views.current == "events")
    with shop.read() as session:
        held = {row.id: row.activity for row in clubs.rows(session, today=b.TODAY)}
    assert held[first] == "水库垂钓"
    assert not held[other]


def test_members_of_a_club_that_is_left_again_come_too_late(view, qtbot, shop):
    found_one(view, qtbot)
    with shop.write() as session:
        other = clubs.found(session, "骑行会", hobby="骑行", now=b.NOW)
    qtbot.waitUntil(lambda: len(view.table.rows.ids()) == 2)
    first = view.table.current_id()
    view.table.choose(other)
    view.table.choose(first)
    qtbot.waitUntil(lambda: not jobs.running())
    assert set(view.members.rows.ids()) == {shop.zhang, shop.li}
    assert view.below.title.text() == "钓友会"


def test_without_a_hobby_it_says_what_lacks_and_escape_leaves(view, qtbot):
    qtbot.keyClick(view.table, Key.Key_N)
    write("钓友会")
    qtbot.keyClick(view.club.fields["name"], Key.Key_Return, CTRL)
    assert "which hobby" in view.club.problems["hobby"].text()
    qtbot.keyClick(view.club.fields["hobby"], Key.Key_Escape)
    assert view.editor.isHidden()
    assert view.table.hasFocus()


def test_it_is_no_club_any_more_and_still_a_list(view, qtbot, shop):
    found_one(view, qtbot)
    said = []
    view.page.said.connect(said.append)
    qtbot.keyClick(view.table, Key.Key_X)
    qtbot.waitUntil(lambda: not view.table.rows.ids())
    assert said
    assert said[0].startswith("钓友会 is no club any more")
    with shop.read() as session:
        assert [row.name for row in lists.rows(session)] == ["钓友会"]


def test_a_club_whose_list_is_deleted_while_it_is_read_says_so(view, qtbot, shop, asked):
    found_one(view, qtbot)
    club = view.table.current_id()
    row = view._rows[club]
    with shop.write() as session:
        lists.delete(session, club)
    view._rows = {club: row}  # the reading of the clubs began before
    view.table.show_ids([club])
    view.table.choose(club)
    view._show_members()
    qtbot.waitUntil(lambda: not jobs.running(), timeout=20_000)
    assert view.members.rows.ids() == []
    assert asked.errors == []
