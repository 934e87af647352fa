"""The follow-ups page: the latest first, done in two keys, postponed, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from showroom.care import followups
from showroom.people import customers
from showroom.store import journal
from showroom.store.models import Customer, FollowUp, Level
from tests import builders as b
from tests.stories import story
from tests.ui.followups_kit import listed, open_list
from ui import style
from ui.rows import AROUND

CONTROL = Qt.KeyboardModifier.ControlModifier


@story
def showroom(db):
    """李娜 was to be called two days ago, 张伟 today, 王芳 in a few days."""
    db.clock = lambda: b.NOW
    with db.write() as session:
        consultant = b.a_member(session)
        b.a_member(session, "赵磊")
        for name, days in (("张伟", -1), ("李娜", -3)):
            b.a_customer(
                session,
                name,
                level=Level.FORTNIGHT,
                consultant_id=consultant,
                now=b.later(days=days),
                today=b.TODAY + timedelta(days=days),
            )
        later = b.a_customer(session, "王芳", consultant_id=consultant)
        customers.set_level(session, later, Level.WEEK, today=b.TODAY)
    return db


@pytest.fixture
def page(showroom, page_of, qtbot):
    return open_list(page_of, qtbot)


def test_time_and_standing_have_room_in_english(page):
    header = page.table.horizontalHeader()
    words = style.metrics().horizontalAdvance
    assert header.sectionSize(0) >= words("00:00 late 88 min") + 20
    assert header.sectionSize(4) >= style.tag_width("Owner") + 20


def test_the_latest_stands_first_and_is_shown_at_the_right(page):
    assert listed(page) == ["李娜", "张伟"]
    assert page.table.rows.index(0, 0).data() == "2 days late"
    assert page.side.title.text() == "Mr 李娜"
    assert page.side.tag.text() == "2 days late"
    assert "Next contact" in page.contact.about.text()
    assert page.figures.values() == {"today": "1", "late": "1", "coming": "1", "done": "0"}


def test_done_in_two_keys_and_the_next_one_is_at_hand(page, qtbot, showroom):
    qtbot.keyClick(page.table, Qt.Key.Key_3)
    assert page.contact.results["comparing"].isChecked()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert listed(page) == ["张伟"]
    assert page.side.title.text() == "Mr 张伟"
    assert not any(button.isChecked() for button in page.contact.results.values())
    assert page.figures.values()["done"] == "1"
    with showroom.read() as session:
        done = session.query(FollowUp).filter(FollowUp.done_at.is_not(None)).one()
        assert done.result == "Still comparing"
        coming = session.query(FollowUp).filter_by(customer_id=done.customer_id, done_at=None).one()
        assert coming.due_on == b.TODAY + timedelta(days=7)


def test_who_is_not_satisfied_is_shown_to_be_taken_as_a_complaint(page, qtbot):
    heard, opened = [], []
    page.said.connect(heard.append)
    page.open.connect(lambda code, id: opened.append((code, id)))
    whose = page.table.rows.row(0).customer_id
    qtbot.keyClick(page.table, "5")
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: listed(page) == ["张伟"])
    assert opened == [("customers", whose)]
    assert heard[-1] == "Not satisfied: take it as a complaint with Ctrl+Shift+K."


def test_a_note_and_a_level_go_with_the_result(page, qtbot, showroom):
    qtbot.keyClick(page.table, Qt.Key.Key_2)
    qtbot.keyClicks(page.contact.note, "Saturday with his wife")
    qtbot.mouseClick(page.contact.level.buttons["week"], Qt.MouseButton.LeftButton)
    qtbot.keyClick(page, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: listed(page) == ["张伟"])
    with showroom.read() as session:
        done = session.query(FollowUp).filter(FollowUp.done_at.is_not(None)).one()
        assert done.result == "Will come in · Saturday with his wife"
        assert session.get_one(Customer, done.customer_id).level is Level.WEEK


def test_without_an_answer_he_stands_in_the_list_of_tomorrow(page, qtbot, showroom):
    qtbot.keyClick(page.table, Qt.Key.Key_6)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    with showroom.read() as session:
        open_ones = session.query(FollowUp).filter_by(done_at=None)
        assert sorted(row.due_on for row in open_ones)[:2] == [
            b.TODAY,
            b.TODAY + timedelta(days=1),
        ]


def test_nothing_is_done_without_a_word(page, qtbot):
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert page.contact.results["reached"].hasFocus()
    assert listed(page) == ["李娜", "张伟"]


def test_what_lacks_is_said(page, qtbot, asked):
    qtbot.mouseClick(page.done, Qt.MouseButton.LeftButton)
    assert asked.errors == ["Say what came of it."]


def test_a_result_is_taken_back_by_its_key(page, qtbot):
    qtbot.keyClick(page.table, Qt.Key.Key_1)
    qtbot.mouseClick(page.contact.results["satisfied"], Qt.MouseButton.LeftButton)
    assert [code for code, made in page.contact.results.items() if made.isChecked()] == [
        "satisfied"
    ]
    qtbot.keyClick(page.table, Qt.Key.Key_4)
    assert not any(made.isChecked() for made in page.contact.results.values())
    page.contact.note.setFocus()
    qtbot.keyClicks(page.contact.note, "138")
    assert page.contact.note.value() == "138"
    assert not any(made.isChecked() for made in page.contact.results.values())


def test_postponed_to_a_day_that_is_typed(page, qtbot, showroom):
    page.contact.to.selectAll()
    qtbot.keyClicks(page.contact.to, "+3")
    qtbot.keyClick(page, Qt.Key.Key_M, CONTROL)
    qtbot.waitUntil(lambda: bool(page.contact.form.problems["why"].text()))
    assert page.contact.form.problems["why"].text() == "Say why it is postponed."
    page.contact.why.set_value("travels")
    qtbot.keyClick(page, Qt.Key.Key_M, CONTROL)
    qtbot.waitUntil(lambda: listed(page) == ["张伟"])
    with showroom.read() as session:
        days = {row.due_on for row in session.query(FollowUp)}
    assert b.TODAY + timedelta(days=3) in days


def test_a_day_that_is_past_is_refused_beside_its_field(page, qtbot):
    page.contact.to.set_value(b.TODAY)
    qtbot.mouseClick(page.later, Qt.MouseButton.LeftButton)
    assert page.contact.form.problems["to"].text() == "Choose a day after today."
    assert listed(page) == ["李娜", "张伟"]


def test_what_is_typed_stays_when_others_write(page, qtbot, showroom):
    qtbot.keyClick(page.table, Qt.Key.Key_5)
    qtbot.keyClicks(page.contact.note, "the seat")
    with showroom.write() as session:
        b.a_customer(session, "周敏")
    assert page.contact.note.value() == "the seat"
    assert page.contact.results["complaint"].isChecked()


def test_an_undo_brings_it_back(page, qtbot, showroom):
    qtbot.keyClick(page.table, Qt.Key.Key_4)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    with showroom.write() as session:
        journal.undo(session)
    assert listed(page) == ["李娜", "张伟"]


def test_the_other_lists(page, qtbot):
    qtbot.mouseClick(page.list.buttons["coming"], Qt.MouseButton.LeftButton)
    assert listed(page) == ["王芳"]
    qtbot.mouseClick(page.list.buttons["done"], Qt.MouseButton.LeftButton)
    assert listed(page) == []
    assert page.side.is_empty()
    qtbot.mouseClick(page.list.buttons["due"], Qt.MouseButton.LeftButton)
    qtbot.keyClick(page.table, Qt.Key.Key_1)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    qtbot.mouseClick(page.list.buttons["done"], Qt.MouseButton.LeftButton)
    assert listed(page) == ["李娜"]
    assert page.table.rows.index(0, 7).data() == "Spoken to"
    assert not page.done.isEnabled()
    qtbot.keyClick(page.table, Qt.Key.Key_1)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert listed(page) == ["李娜"]


def test_only_those_of_one_consultant(page, qtbot):
    nobody = next(a for a in page.whose.menu().actions() if a.text() == "赵磊")
    nobody.trigger()
    assert listed(page) == []
    assert page.figures.values()["late"] == "0"
    page.show_id(1)
    assert len(listed(page)) == 2
    assert page.table.current_id() == 1


def test_the_file_of_the_customer_opens(page, qtbot):
    with qtbot.waitSignal(page.open) as told:
        qtbot.keyClick(page, Qt.Key.Key_O, CONTROL)
    assert told.args == ["customers", page.table.current_row().customer_id]


def test_the_most_urgent_stands_first_and_says_why(page, qtbot, showroom):
    with showroom.write() as session:
        hot = b.a_customer(session, "周敏", now=b.later(days=-2), today=b.TODAY - timedelta(days=2))
        customers.set_level(session, hot, Level.WEEK, today=b.TODAY - timedelta(days=2))
    assert listed(page) == ["李娜", "周敏", "张伟"]  # 8 × 3, 9 × 1, 8 × 1
    assert [page.table.rows.index(row, 5).data() for row in range(3)] == ["24", "9", "8"]
    assert page.contact.place.text() == "Urgency: weight × days = 8 (rule) × (2 days late + 1) = 24"
    with showroom.write() as session:
        due = session.query(FollowUp).filter_by(customer_id=hot, done_at=None).one()
        followups.postpone(
            session, due.id, to=b.TODAY + timedelta(days=1), why="x", agreed=True, today=b.TODAY
        )
    showroom.clock = lambda: b.later(days=1)
    page.reload()
    page.table.choose(due.id)
    assert page.contact.place.text().endswith("9 (H) × 1 (due today) × 2 (agreed) = 18")
    assert "agreed for today" in page.contact.about.text()


def test_result_level_and_next_date_go_by_keys_alone(page, qtbot, showroom):
    customer = page.table.current_row().customer_id
    qtbot.keyClick(page.table, Qt.Key.Key_1)
    qtbot.keyClick(page.table, Qt.Key.Key_H)
    assert page.contact.level.value() == "week"
    assert page.contact.next.placeholderText() == "by rule 11-20"
    qtbot.keyClick(page, Qt.Key.Key_D, CONTROL)
    qtbot.waitUntil(page.contact.next.hasFocus)
    qtbot.keyClicks(page.contact.next, "+9")
    with qtbot.waitSignal(page.said) as told:
        qtbot.keyClick(page.contact.next, Qt.Key.Key_Return)  # the day is the last word
    assert told.args == ["Done: Mr 李娜 · 11-27"]
    qtbot.waitUntil(lambda: listed(page) == ["张伟"])
    with showroom.read() as session:
        assert session.get_one(Customer, customer).level is Level.WEEK
        coming = session.query(FollowUp).filter_by(customer_id=customer, done_at=None).one()
        assert (coming.due_on, coming.agreed) == (b.TODAY + timedelta(days=9), True)


def test_who_is_away_is_noted_covered_and_back(page, qtbot, showroom):
    qtbot.keyClick(page, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: page.views.current == "cover")
    view = page.views.made["cover"]
    view.form.fields["staff_id"].set_value(1)
    view.form.fields["stand_in_id"].set_value(2)
    qtbot.keyClick(page, Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: view.table.rows.rowCount() == 1)
    row = view.table.rows.row(0)
    assert (row.name, row.stand_in, row.due) == ("王强", "赵磊", 2)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.views.current == "lists")
    assert page.table.rows.index(0, 6).data() == "赵磊 for 王强"
    longest = style.metrics().horizontalAdvance("陈志远 for 王强")
    assert page.table.columnWidth(6) >= longest + AROUND
    assert "赵磊 for 王强" in page.contact.about.text()
    page.whose.set_code(2)
    page.reload()
    assert listed(page) == ["李娜", "张伟"]
    page.views.open_code("cover")
    view.table.choose(row.id)
    qtbot.keyClick(page, Qt.Key.Key_Delete, CONTROL)
    qtbot.waitUntil(lambda: view.table.rows.rowCount() == 0)
