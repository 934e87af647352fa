"""Weather and service notices by keys (F8 on the follow-ups page)."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from sqlalchemy import select

from showroom.care import advisories
from showroom.guard import amends, consent
from showroom.store.models import Advisory, AdvisoryKind, Told, Way
from tests import builders as b
from tests.stories import story
from tests.ui.test_complaints_view import press
from ui.pages.followups import FollowUpsPage

Key = Qt.Key


@story
def shop(db):
    """Three customers who may be called; 张伟 on WeChat, too."""
    b.stop_clock(db)
    with db.write() as session:
        db.wang = b.a_member(session, "王强")
    db.staff_id = db.wang
    db.people = []
    for name in ("张伟", "李娜", "赵敏"):
        with db.write() as session:
            db.people.append(b.a_customer(session, name, consultant_id=db.wang, wechat=f"{name}1"))
    with db.write() as session:
        consent.give(session, db.people[0], Way.WECHAT, now=b.NOW)
    return db


@pytest.fixture
def view(shop, page_of, qtbot):
    page = page_of(FollowUpsPage)
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Key.Key_F8)
    qtbot.waitUntil(lambda: page.views.current == "notices")
    return page.views.made["notices"]


def write_one(view, qtbot, **facts):
    qtbot.keyClick(view.table, Key.Key_N)
    qtbot.waitUntil(view.one.is_writing)
    view.one.form.set_values({"owners": False, "way": Way.PHONE.value} | facts)
    press(qtbot, view.one.save, Key.Key_Return)


def told(db):
    with db.read() as session:
        return list(session.scalars(select(Told.customer_id).order_by(Told.id)))


def test_one_is_written_copied_told_and_taken_back_by_keys(view, qtbot, shop):
    assert view.one.save.isHidden()
    write_one(view, qtbot)
    qtbot.waitUntil(lambda: len(view.people.rows.ids()) == 3)
    assert view.table.rows.index(0, 1).data() == "Rainstorm"
    qtbot.keyClick(view.table, Key.Key_Return)
    assert view.people.hasFocus()
    first, second, _third = view.people.rows.ids()
    qtbot.keyClick(view.people, Key.Key_Return)
    copied = QGuiApplication.clipboard().text()
    assert copied == view.one.message.text()
    assert "Heavy rain is forecast" in copied
    assert "138" not in copied
    qtbot.keyClick(view.people, Key.Key_T)
    qtbot.waitUntil(lambda: first not in view.people.rows.ids())
    assert told(shop) == [first]
    assert view.people.current_id() == second
    assert view.below.note.text() == "2 to be told, 1 told"
    with shop.write() as session:
        amends.undo(session)
    qtbot.waitUntil(lambda: len(view.people.rows.ids()) == 3)
    assert told(shop) == []


def test_the_form_says_whom_it_meets_and_whom_not(view, qtbot):
    qtbot.keyClick(view.table, Key.Key_N)
    view.one.form.set_values({"owners": False, "way": Way.WECHAT.value})
    view.one.form.edited.emit("way")
    said = "Meets 1 customer. Left out: without consent to this way: 2."
    qtbot.waitUntil(lambda: view.one.count.text() == said)


def test_an_offer_is_refused_beside_the_words_and_what_is_typed_stays(view, qtbot, shop):
    write_one(view, qtbot, said="洗车免费")
    assert view.one.form.problems["said"].text() == "A notice offers nothing: take out “免费”."
    assert view.one.is_writing()
    with shop.write() as session:  # something else is written meanwhile
        b.a_customer(session, "陈晨")
    qtbot.wait(50)
    assert view.one.form.fields["said"].value() == "洗车免费"
    with shop.read() as session:
        assert session.scalar(select(Advisory.id)) is None


def test_another_kind_brings_its_words_and_a_service_has_no_colour(view, qtbot):
    qtbot.keyClick(view.table, Key.Key_N)
    form = view.one.form
    form.set_values({"kind": AdvisoryKind.WIPERS.value})
    form.edited.emit("kind")
    assert form.fields["said"].value().startswith("The rainy season begins")
    assert form.fields["colour"].isHidden()
    qtbot.keyClick(form.fields["district"], Key.Key_Escape)
    qtbot.waitUntil(lambda: not view.one.is_writing())
    assert view.table.hasFocus()
    assert view.page.views.current == "notices"


def test_all_at_once_after_a_question(view, qtbot, shop, asked):
    write_one(view, qtbot)
    qtbot.waitUntil(lambda: len(view.people.rows.ids()) == 3)
    qtbot.keyClick(view.table, Key.Key_A)
    qtbot.waitUntil(lambda: not view.people.rows.ids())
    (question,) = asked.questions
    assert question.startswith("Note that 3 customers were told? Rainstorm · ")
    assert sorted(told(shop)) == sorted(shop.people)
    assert "Everybody whom it meets was told." in view.people._empty.sentence.text()
    view.shown.buttons["told"].click()
    assert len(view.people.rows.ids()) == 3
    assert not view.one.note.isEnabled()
    qtbot.keyClick(view.table, Key.Key_A)
    assert asked.questions == [question]


def test_none_of_one_notice_is_noted_as_told_of_another(view, qtbot, shop, asked):
    write_one(view, qtbot)
    qtbot.waitUntil(lambda: len(view.people.rows.ids()) == 3)
    write_one(view, qtbot, way=Way.WECHAT.value)
    qtbot.waitUntil(lambda: len(view.people.rows.ids()) == 1)
    qtbot.keyClick(view.table, Key.Key_Down)
    qtbot.keyClick(view.table, Key.Key_A)  # the lists of the other are still being read
    assert asked.questions == []
    assert told(shop) == []


def test_own_words_stay_when_the_kind_is_corrected_or_n_is_pressed_again(view, qtbot):
    qtbot.keyClick(view.table, Key.Key_N)
    form = view.one.form
    form.fields["said"].set_value("台风要来了。")
    form.set_values({"kind": AdvisoryKind.WIPERS.value})
    form.edited.emit("kind")
    assert form.fields["said"].value() == "台风要来了。"
    qtbot.keyClick(view.table, Key.Key_N)
    assert form.fields["said"].value() == "台风要来了。"
    page = view.page
    page.views.open_code("complaints")
    page.views.open_code("notices")
    qtbot.waitUntil(lambda: page.side.title.text() == "New notice")
    assert form.fields["said"].value() == "台风要来了。"
    assert view.one.isVisible()


def test_the_list_leaves_through_the_gate(view, qtbot, asked, tmp_path):
    from openpyxl import load_workbook

    write_one(view, qtbot)
    qtbot.waitUntil(lambda: len(view.people.rows.ids()) == 3)
    asked.answers["save"] = tmp_path / "notice.xlsx"
    with qtbot.waitSignal(view.page.said, timeout=10_000):
        qtbot.keyClick(view.table, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    held = [c.value for row in load_workbook(asked.answers["save"]).active.iter_rows() for c in row]
    assert "Mr 张伟" in held


def test_escape_goes_back_to_the_follow_ups(view, qtbot):
    qtbot.keyClick(view.table, Key.Key_Escape)
    assert view.page.views.current == "lists"
    assert not view.panel.isVisible()


def test_with_nobody_to_tell_it_says_why(view, qtbot, shop):
    with shop.write() as session:
        consent.withdraw(session, shop.people[0], Way.WECHAT, now=b.NOW)
    write_one(view, qtbot, way=Way.WECHAT.value)
    nobody = "It meets nobody who agreed to be told this way."
    qtbot.waitUntil(lambda: view.people._empty.sentence.text() == nobody)
    with shop.read() as session:
        (id,) = advisories.listed(session)
        assert advisories.waiting(session, id) == []
