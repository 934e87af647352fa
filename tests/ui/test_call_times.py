"""By keys: a customer says when to call; typed in one field, he stands on top at that time."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from PySide6.QtCore import Qt

from showroom import dates
from showroom.care import followups
from showroom.store import journal
from showroom.store.models import FollowUp, Level
from tests import builders as b
from tests.stories import story
from tests.ui.followups_kit import listed, open_list
from ui.days import read_day_time
from ui.pages.customers import CustomersPage

Key, CONTROL = Qt.Key, Qt.KeyboardModifier.ControlModifier
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "days", "clock"),
    [
        ("1530", 0, "15:30"),
        ("15:30", 0, "15:30"),
        ("15：30", 0, "15:30"),
        ("下午3点", 0, "15:00"),
        ("下午三点", 0, "15:00"),
        ("下午三点半", 0, "15:30"),
        ("三点一刻", 0, "15:15"),
        ("上午十点二十", 0, "10:20"),
        ("晚上 八点", 0, "20:00"),
        ("中午十二点", 0, "12:00"),
        ("3pm", 0, "15:00"),
        ("3:30 p.m.", 0, "15:30"),
        ("3:30", 0, "15:30"),
        ("9:05", 0, "09:05"),
        ("0330", 0, "03:30"),
        ("3am", 0, "03:00"),
        ("12am", 0, "00:00"),
        ("明天下午三点", 1, "15:00"),
        ("+1 1530", 1, "15:30"),
        ("+2 9", 2, "09:00"),
        ("周六 10点", 3, "10:00"),
        ("周一三点", 5, "15:00"),
        ("sat 3pm", 3, "15:00"),
        ("11-20 15:30", 2, "15:30"),
        ("2026-11-20 15:30", 2, "15:30"),
        ("11月20日下午两点", 2, "14:00"),
        ("+3", 3, ""),
        ("明天", 1, ""),
        ("周六", 3, ""),
        ("21", 3, ""),
        ("2026-11-20", 2, ""),
    ],
)
def test_a_day_a_time_or_both_as_people_type_them(typed, days, clock):
    found = read_day_time(typed, b.TODAY)
    assert found is not None
    said = f"{found.clock:%H:%M}" if found.clock is not None else ""
    assert ((found.on - b.TODAY).days, said) == (days, clock)


@pytest.mark.parametrize(
    "typed", ["25:00", "later", "15:75", "下午", "周八 10点", "+1 +2", "三点十"]
)
def test_what_is_no_time_is_refused(typed):
    if typed == "三点十":  # ten past three, as it is said
        assert read_day_time(typed, b.TODAY).clock == time(15, 10)
        return
    with pytest.raises(ValueError):  # noqa: PT011 - the field has the sentence
        read_day_time(typed, b.TODAY)


def test_nothing_typed_is_nothing():
    assert read_day_time("  ", b.TODAY) is None


# --- the page


@story
def showroom(db):
    """10:30: 李娜 is nine days late, 张伟 is due today."""
    db.clock = lambda: dates.at(b.TODAY, time(10, 30))
    with db.write() as session:
        consultant = b.a_member(session)
        for name, days in (("张伟", 1), ("李娜", 10)):
            then = {"now": b.later(days=-days), "today": b.TODAY - days * DAY}
            b.a_customer(session, name, level=Level.WEEK, consultant_id=consultant, **then)
    return db


@pytest.fixture
def page(showroom, page_of, qtbot):
    return open_list(page_of, qtbot)


def choose(page, name):
    row = listed(page).index(name)
    page.table.choose(page.table.rows.row(row).id)
    page.table.setFocus()


def open_one(db, name):
    with db.read() as session:
        (found,) = [
            row
            for row in followups.rows(
                session,
                [one.id for one in session.query(FollowUp).filter_by(done_at=None)],
                b.TODAY,
            )
            if row.name == name
        ]
        return found


def stop(db, page, hour, minute=0):
    """It is that late now, and the minute passes."""
    db.clock = lambda: dates.at(b.TODAY, time(hour, minute))
    page._clock.timeout.emit()


def test_busy_now_call_me_at_three(page, qtbot, showroom):
    choose(page, "张伟")
    qtbot.keyClick(page.table, Key.Key_1)
    qtbot.keyClick(page, Key.Key_D, CONTROL)
    qtbot.waitUntil(page.contact.next.hasFocus)
    page.contact.next.insert("下午三点")  # through an input method
    qtbot.keyClick(page, Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: page.figures.values()["done"] == "1")
    assert listed(page) == ["李娜", "张伟"]
    assert page.table.rows.index(1, 0).data() == "Today 15:00"
    row = open_one(showroom, "张伟")
    assert (row.due_on, row.clock, row.agreed) == (b.TODAY, time(15), True)
    choose(page, "张伟")
    assert "agreed for today 15:00" in page.contact.about.text()
    stop(showroom, page, 14, 10)
    assert listed(page) == ["张伟", "李娜"]
    assert page.table.rows.index(0, 0).data() == "15:00 in 50 min"
    stop(showroom, page, 15, 12)
    assert page.table.rows.index(0, 0).data() == "15:00 late 12 min"
    assert page.contact.place.text() == (
        "15:00 · late 12 min: his time has come, he stands on top."
    )


def test_list_and_panel_count_the_same_minutes(page, qtbot, showroom):
    """Between two ticks the list is painted anew, the panel is not: both say what the tick said."""
    with showroom.write() as session:
        id = open_one(showroom, "张伟").id
        now = showroom.now()
        followups.postpone(
            session, id, to=b.TODAY, clock=time(15), why="忙", now=now, today=b.TODAY
        )
    choose(page, "张伟")
    assert page.contact.place.text().startswith("Urgency: weight × days = ")
    assert "× 1 (due today)" in page.contact.place.text()
    stop(showroom, page, 14, 48)
    assert page.table.rows.index(0, 0).data() == "15:00 in 12 min"
    said = "15:00 · in 12 min: from an hour before his time he stands on top."
    assert page.contact.place.text() == said
    showroom.clock = lambda: dates.at(b.TODAY, time(14, 49)) + timedelta(seconds=20)
    assert page.table.rows.index(0, 0).data() == "15:00 in 12 min"
    assert page.contact.place.text() == said
    page._clock.timeout.emit()
    assert page.table.rows.index(0, 0).data() == "15:00 in 11 min"
    assert page.contact.place.text().startswith("15:00 · in 11 min: ")
    assert 39_000 <= page._clock.interval() <= 40_000  # it ticks when the clock does
    stop(showroom, page, 15)
    assert page.table.rows.index(0, 0).data() == "15:00 now"
    assert page.contact.place.text() == "15:00 · now: his time has come, he stands on top."
    page.hide()
    showroom.clock = lambda: dates.at(b.TODAY, time(15, 3))
    page.show()
    qtbot.waitUntil(lambda: page.table.rows.index(0, 0).data() == "15:00 late 3 min")
    assert "late 3 min" in page.contact.place.text()


def test_postponed_to_a_time_it_counts_as_agreed_and_the_time_goes_along(page, qtbot, showroom):
    choose(page, "张伟")
    page.contact.to.setFocus()
    page.contact.to.selectAll()
    qtbot.keyClicks(page.contact.to, "+1 1530")
    assert page.contact.told.value() is True
    page.contact.why.set_value("asked")
    qtbot.keyClick(page, Key.Key_M, CONTROL)
    qtbot.waitUntil(lambda: listed(page) == ["李娜"])
    row = open_one(showroom, "张伟")
    assert (row.due_on, row.clock, row.agreed) == (b.TODAY + DAY, time(15, 30), True)
    qtbot.mouseClick(page.list.buttons["coming"], Qt.MouseButton.LeftButton)
    assert page.table.rows.index(0, 0).data() == "Tomorrow 15:30"
    assert page.contact.to.text() == f"{b.TODAY + DAY} 15:30"  # put off again it keeps its hour
    qtbot.keyClick(page.contact.to, Key.Key_Down)
    assert page.contact.to.text() == f"{b.TODAY} 15:30"  # Down is a day less, the time stays
    with showroom.write() as session:
        journal.undo(session)
    assert open_one(showroom, "张伟").clock is None


def test_what_is_no_time_is_said_beside_the_field(page, qtbot):
    choose(page, "张伟")
    qtbot.keyClick(page.table, Key.Key_1)
    page.contact.next.setFocus()
    qtbot.keyClicks(page.contact.next, "half past")
    qtbot.keyClick(page, Key.Key_Return, CONTROL)
    problem = page.contact.form.problems["next"]
    qtbot.waitUntil(lambda: problem.text() != "")
    assert problem.text() == ("There is no such day or time. Write it as 11-21, 15:30 or +1 3pm.")
    page.contact.next.selectAll()
    qtbot.keyClicks(page.contact.next, "930")
    qtbot.keyClick(page, Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: problem.text() != "")
    assert problem.text() == "09:30 is over today. Enter a later time, or the day, too."


def test_the_time_is_typed_in_the_file_too(page_of, qtbot, showroom):
    page = page_of(CustomersPage)
    row = open_one(showroom, "张伟")
    page.show_id(row.customer_id)
    fact = page.file.facts["next"]
    fact.edit()
    fact.field.selectAll()
    qtbot.keyClicks(fact.field, "+1 3pm")
    qtbot.keyClick(fact.field, Key.Key_Return)
    qtbot.waitUntil(lambda: fact.field is None)
    assert fact.text() == "Tomorrow 15:00"
    assert open_one(showroom, "张伟").clock == time(15)
    rows = page.table.rows
    shown = [rows.index(n, c).data() for n in range(2) for c in range(rows.columnCount())]
    assert "Tomorrow 15:00" in shown


def test_the_tray_opens_the_contact(page, showroom):
    from showroom.care import reminders

    with showroom.write() as session:
        id = open_one(showroom, "张伟").id
        followups.postpone(
            session, id, to=b.TODAY, clock=time(15), why="x", now=showroom.now(), today=b.TODAY
        )
    showroom.clock = lambda: dates.at(b.TODAY, time(15))
    with showroom.read() as session:
        (told,) = [one for one in reminders.look(session, now=showroom.now())[0] if one.id]
    assert (told.page, told.view, told.id) == ("followups", "", id)
    page.show_id(told.id)
    assert page.side.title.text() == "Mr 张伟"
    assert date.fromisoformat(told.key.split(":")[2].split("T")[0]) == b.TODAY
