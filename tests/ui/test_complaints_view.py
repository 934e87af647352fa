"""Complaints by keys: taken at the file, ticked step by step on the follow-ups page (F6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from showroom import choices
from showroom.care import complaint_rows, complaints
from showroom.people import search, unmerging
from showroom.store.models import ChoiceKind, Complaint, Gravity, Role
from tests import builders as b
from tests.stories import story
from tests.ui.keys import write
from ui.complaint_tool import ComplaintTool
from ui.known_list import KnownList
from ui.pages.customers import CustomersPage
from ui.pages.followups import FollowUpsPage
from ui.pages.settings import PARTS, SettingsPage

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@story
def shop(db):
    """张伟 is an owner of 王强's; 李静 manages."""
    b.stop_clock(db)
    with db.write() as session:
        db.about = b.a_member(session, "王强")
        db.other = b.a_member(session, "赵磊")
        db.manager = b.a_member(session, "李静", Role.MANAGER)
        db.customer = b.a_customer(session, "张伟", consultant_id=db.about)
        db.cause = choices.find(session, ChoiceKind.COMPLAINT_CAUSE, "waiting")
    return db


def take(db, words="waited two hours", **facts):
    facts = {"about_id": db.about, "responsible_id": db.other, "now": b.NOW} | facts
    with db.write() as session:
        made = complaints.take(session, db.customer, words=words, cause_id=db.cause, **facts)
        return made.id


def press(qtbot, button, key):
    """Its key, and what it does is done."""
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button.window(), key, CTRL)


def row(db, id):
    with db.read() as session:
        return complaint_rows.one(session, id)


# --- taking one


@pytest.fixture
def tool(shop, page_of, qtbot):
    page = page_of(CustomersPage)
    qtbot.waitUntil(page.isActiveWindow)
    page.show_id(shop.customer)
    qtbot.keyClick(page, Key.Key_K, CTRL | SHIFT)
    qtbot.waitUntil(lambda: isinstance(page.tools.current, ComplaintTool))
    found = page.tools.current
    qtbot.waitUntil(found.form.fields["words"].hasFocus)
    return found


def settle(tool):
    tool._soon.stop()
    tool._propose()


def test_it_is_taken_in_his_words_and_proposed_with_the_reason(tool, qtbot, shop, monkeypatch):
    said = []
    tool.page.said.connect(said.append)
    fields = tool.form.fields
    assert fields["responsible_id"].value() == shop.about  # his consultant
    write("刹车失灵")
    settle(tool)
    assert fields["gravity"].value() == Gravity.MAJOR
    assert "刹车" in tool.why.text()
    assert "4 hours" in tool.by.text()
    fields["about_id"].set_value(shop.about)
    fields["about_id"].edited.emit()
    settle(tool)
    assert fields["responsible_id"].value() == shop.manager  # never whom it is about
    fields["cause_id"].set_value(shop.cause)
    press(qtbot, tool.page.tools.finish, Key.Key_Return)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["Taken: the complaint of Mr 张伟 waits under Follow-ups (Ctrl+5, F6)."]
    with shop.read() as session:
        made = session.scalars(select(Complaint)).one()
        assert (made.words, made.gravity) == ("刹车失灵", Gravity.MAJOR)
        assert (made.about_id, made.responsible_id) == (shop.about, shop.manager)
        assert made.answer_by == b.later(hours=4)
    assert tool.page.file.complaint.text() == "Complaint"


def test_what_was_chosen_by_hand_is_not_proposed_over(tool, shop):
    fields = tool.form.fields
    fields["gravity"].set_value(Gravity.ESCALATED.value)
    fields["gravity"].edited.emit()
    fields["responsible_id"].set_value(shop.other)
    fields["responsible_id"].edited.emit()
    write("刹车失灵")
    settle(tool)
    assert fields["gravity"].value() == Gravity.ESCALATED
    assert fields["responsible_id"].value() == shop.other
    assert tool.why.text()  # it is said all the same


def test_without_words_and_cause_it_says_what_lacks(tool, qtbot, shop):
    press(qtbot, tool.page.tools.finish, Key.Key_Return)
    assert tool.form.problems["words"].text() == "Write what he said, in his own words."
    assert tool.form.problems["cause_id"].text() == "Choose the cause."
    tool.form.fields["words"].setFocus()
    write("again")
    tool.form.fields["about_id"].set_value(shop.about)
    tool.form.fields["responsible_id"].set_value(shop.about)
    tool.form.fields["cause_id"].set_value(shop.cause)
    press(qtbot, tool.page.tools.finish, Key.Key_Return)
    assert "somebody else handles it" in tool.form.problems["responsible_id"].text()
    assert tool.form.fields["words"].value() == "again"


def test_an_open_one_stands_above_the_next(shop, page_of, qtbot):
    take(shop)
    page = page_of(CustomersPage)
    page.show_id(shop.customer)
    page.tools.open_code("complaint")
    assert "Waited too long" in page.tools.current.before.text()
    assert "Calm him" in page.tools.current.before.text()


# --- following it up


@pytest.fixture
def view(shop, page_of, qtbot):
    shop.first = take(shop)
    shop.late = take(shop, "no answer", taken_at=b.later(hours=-30))
    page = page_of(FollowUpsPage)
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Key.Key_F6)
    qtbot.waitUntil(lambda: page.views.current == "complaints")
    return page.views.made["complaints"]


def choose(view, id):
    view.waiting.choose(id)
    view.waiting.setFocus()


def test_what_is_due_first_stands_on_top_with_its_clock(view, shop):
    assert view.waiting.rows.ids() == [shop.late, shop.first]
    assert view.waiting.rows.index(0, 0).data() == "late 6 h"
    assert view.waiting.rows.index(1, 0).data() == "24 h left"
    assert view.page.side.tag.text() == "late 6 h"
    assert view.figures.values() == {
        "open": "2",
        "late": "1",
        "in_time": "0%",
        "closed": "0%",
        "reopened": "0",
    }
    assert view.panel.next.text() == "Next: Calm him"
    assert "First the mood" in view.panel.hint.text()
    assert not view.page.contact.results["reached"].isVisible()


def test_the_steps_are_ticked_by_keys_and_signed_at_last(view, qtbot, shop):
    choose(view, shop.first)
    for words, button in (
        ("", "Calmed"),
        ("we look", "Answered"),
        ("repaired", "Handled"),
        ("content", "Called Back"),
        ("", "Sign and Close"),
    ):
        assert view.panel.tick.text() == button
        qtbot.keyClick(view.waiting, Key.Key_Return)
        qtbot.waitUntil(view.panel.form.fields["words"].hasFocus)
        write(words)
        press(qtbot, view.panel.tick, Key.Key_Return)
        choose(view, shop.first)
    assert row(shop, shop.first).closed_at == b.NOW
    assert view.settled.rows.ids() == [shop.first]
    assert [step.words for step in row(shop, shop.first).steps] == [
        "",
        "we look",
        "repaired",
        "content",
    ]
    with shop.write() as session:
        unmerging.undo(session)
    qtbot.waitUntil(lambda: shop.first in view.waiting.rows.ids())
    assert row(shop, shop.first).step is None


def test_an_answer_without_words_is_refused_beside_them(view, qtbot, shop):
    choose(view, shop.first)
    press(qtbot, view.panel.tick, Key.Key_Return)
    press(qtbot, view.panel.tick, Key.Key_Return)
    assert view.panel.form.problems["words"].text() == "Write what he was answered."
    assert row(shop, shop.first).answered_at is None


def test_not_content_opens_it_again(view, qtbot, shop):
    for step in complaint_rows.ORDER:
        with shop.write() as session:
            complaints.tick(session, shop.first, step, words="said", now=b.NOW)
    with shop.write() as session:
        complaints.close(session, shop.first, now=b.NOW)
    qtbot.waitUntil(lambda: view.settled.rows.ids() == [shop.first])
    view.settled.choose(shop.first)
    assert not view.panel.tick.isVisible()
    view.panel.focus_words()
    write("it rattles")
    press(qtbot, view.panel.again, Key.Key_R)
    assert row(shop, shop.first).reopened == 1
    assert view.figures.values()["reopened"] == "1"
    assert view.panel.next.text() == "Next: Handle it"


def test_handed_to_somebody_else_and_weighed_anew(view, qtbot, shop):
    choose(view, shop.first)
    view.panel.who.set_values({"responsible_id": shop.manager, "gravity": Gravity.MAJOR.value})
    press(qtbot, view.panel.save, Key.Key_S)
    assert row(shop, shop.first).responsible == "李静"
    assert row(shop, shop.first).due == b.later(hours=4)
    view.panel.who.set_values({"responsible_id": shop.about})
    press(qtbot, view.panel.save, Key.Key_S)
    assert "somebody else" in view.panel.who.problems["responsible_id"].text()


def test_what_is_typed_stays_while_others_write(view, qtbot, shop):
    choose(view, shop.first)
    view.panel.focus_words()
    write("half a sentence")
    take(shop, "another")
    qtbot.waitUntil(lambda: len(view.waiting.rows.ids()) == 3)
    assert view.panel.form.fields["words"].value() == "half a sentence"
    press(qtbot, view.panel.remark, Key.Key_B)
    assert row(shop, shop.first).steps[0].words == "half a sentence"
    assert row(shop, shop.first).step is complaint_rows.ORDER[0]


def test_escape_goes_back_to_the_follow_ups_with_their_panel(view, qtbot):
    page = view.page
    view.panel.focus_words()
    qtbot.keyClick(view.panel.form.fields["words"], Key.Key_Escape)
    assert view.waiting.hasFocus()
    qtbot.keyClick(view.waiting, Key.Key_Escape)
    assert page.views.current == "lists"
    assert page.contact.isVisibleTo(page) or page.side.is_empty()
    assert not view.panel.isVisible()
    assert page.figures.isVisible()


def test_the_list_leaves_as_a_workbook(view, qtbot, asked, tmp_path):
    from openpyxl import load_workbook

    asked.answers["save"] = tmp_path / "complaints.xlsx"
    with qtbot.waitSignal(view.page.said, timeout=10_000):
        qtbot.keyClick(view.waiting, Key.Key_E, CTRL)
    sheets = load_workbook(asked.answers["save"])
    assert sheets.sheetnames == ["Complaints", "Complaints by cause"]
    held = [cell.value for line in sheets["Complaints"].iter_rows() for cell in line]
    assert "waited two hours" in held


# --- elsewhere


def test_at_the_desk_his_complaint_is_said_first(shop, qtbot):
    take(shop)
    with shop.read() as session:
        (found,) = search.known(session, "张伟", today=b.TODAY)
    assert found.complains
    from ui.fields import Text

    known = KnownList(shop, "desk", [Text("name", "Name")])
    qtbot.addWidget(known)
    assert known._sentence(found).startswith("Open complaint · ")


def test_the_hours_are_settings(shop, page_of, qtbot):
    page = page_of(SettingsPage)
    qtbot.waitUntil(page.isActiveWindow)
    page.show_id([code for code, _title in PARTS].index("complaints") + 1)
    fields = page.complaints.form.fields
    assert [field.value() for field in fields.values()] == [24, 8, 4, 24]
    fields["complaint_major"].setFocus()
    fields["complaint_major"].selectAll()
    qtbot.keyClicks(fields["complaint_major"], "2")
    with qtbot.waitSignal(page.said):
        qtbot.keyClick(page, Key.Key_S, CTRL)
    assert row(shop, take(shop, gravity=Gravity.MAJOR)).answer_by == b.NOW + timedelta(hours=2)
