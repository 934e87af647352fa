"""A card for an occasion, written from the customer's file by keys."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt

from showroom.cards import queue
from showroom.care import own_festivals
from showroom.care.own_festivals import Typed
from showroom.guard import consent
from showroom.store import journal
from showroom.store.models import Way
from tests import builders
from tests.builders import NOW, TODAY
from ui import card_tool
from ui.pages.customers import CustomersPage

Key, Ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier
CtrlShift = Ctrl | Qt.KeyboardModifier.ShiftModifier


def test_a_congratulation_is_put_into_the_queue(db, page_of, qtbot):
    builders.stop_clock(db)
    with db.write() as session:
        id = builders.a_customer(session, "张伟")
    page = page_of(CustomersPage)
    page.show_id(id)
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Key.Key_W, CtrlShift)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    tool = page.tools.current
    assert tool.words.text().startswith("尊敬的张先生：")
    assert tool.address.isVisible()  # none is noted: it can be handed over
    field = tool.form.fields["template"]
    field.setCurrentIndex(field.findText("Congratulation · 恭贺乔迁"))
    field.activated.emit(field.currentIndex())
    assert "乔迁之喜" in tool.words.text()
    said = []
    page.said.connect(said.append)
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: page.tools.current is None)
    assert said == ["The card is in the queue (Ctrl+4)."]
    with db.read() as session:
        (row,) = queue.rows(session, queue.waiting(session), today=TODAY)
    assert (row.customer, row.template) == ("Mr 张伟", "congratulation-move")


def test_a_birthday_that_is_near_is_chosen_already(db, page_of, qtbot):
    builders.stop_clock(db)
    born = (TODAY + timedelta(days=20)).replace(year=1985)
    with db.write() as session:
        id = builders.a_customer(session, "张伟", birthday=born, address="广州市天河路 1 号")
    page = page_of(CustomersPage)
    page.show_id(id)
    page.tools.keys["card"].trigger()
    tool = page.tools.current
    assert tool.form.fields["template"].value() == "birthday"
    assert "生日" in tool.words.text()
    assert not tool.address.isVisible()


def test_who_wants_no_post_gets_none(db, page_of, qtbot, asked):
    builders.stop_clock(db)
    with db.write() as session:
        id = builders.a_customer(session, "张伟")
    with db.write() as session:
        consent.withdraw(session, id, Way.POST, now=NOW)
    page = page_of(CustomersPage)
    page.show_id(id)
    page.tools.keys["card"].trigger()
    assert asked.errors == ["张伟 is not to be contacted."]
    assert page.tools.current is None


def test_what_is_half_typed_in_a_tool_waits_for_its_customer(db, page_of, qtbot):
    """A call comes, another file is looked at: the complaint of three sentences is still there."""
    builders.stop_clock(db)
    with db.write() as session:
        one, two = (builders.a_customer(session, name) for name in ("张伟", "李雪"))
    page = page_of(CustomersPage)
    page.show_id(one)
    page.tools.keys["loss"].trigger()
    page.tools.current.form.fields["note"].set_raw("他说再等等，等孩子放假")
    page.show_id(two)
    assert page.tools.current is None
    page.tools.keys["loss"].trigger()
    assert page.tools.current.form.fields["note"].raw() == ""
    page.show_id(one)
    said = []
    page.said.connect(said.append)
    page.tools.keys["loss"].trigger()
    assert page.tools.current.form.fields["note"].raw() == "他说再等等，等孩子放假"
    assert said == ["Brought back what was being typed."]


def test_a_festival_card_for_everybody_who_is_ticked(db, page_of, qtbot):
    builders.stop_clock(db)
    for name in ("张伟", "李雪", "王强"):
        with db.write() as session:
            builders.a_customer(session, name, address="广州市天河路 1 号")
    with db.write() as session:
        builders.a_customer(session, "没地址")
    page = page_of(CustomersPage)
    qtbot.waitUntil(page.window().isActiveWindow)
    page.table.setFocus()
    page.table.choose(page.table.rows.ids()[0])
    qtbot.keyClick(page.table, Key.Key_A, Ctrl)
    qtbot.keyClick(page.table, Key.Key_W, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: page.tools.current is not None)
    tool = page.tools.current
    assert page.side.title.text() == "Cards for 4 customers"
    assert tool.form.fields["template"].currentText() == "Festival card · 元旦祝福"
    assert tool.form.fields["on"].value() == date(2026, 12, 25)
    assert tool.address.isVisible()
    assert tool.address.text().startswith("1 gets no card, no address is noted: Mr 没地址.")
    said = []
    page.said.connect(said.append)
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["3 cards are in the queue (Ctrl+4). No card: Mr 没地址: no address"]
    with db.read() as session:
        assert len(queue.waiting(session)) == 3


def test_where_nobody_gets_a_card_the_panel_stays_and_says_why(db, page_of, qtbot, asked):
    builders.stop_clock(db)
    with db.write() as session:
        ids = [builders.a_customer(session, name) for name in ("张伟", "李雪")]
    with db.read() as session:
        before = journal.last_undoable(session)
    page = page_of(CustomersPage)
    card_tool.open_cards(page, ids)
    tool = page.tools.current
    assert "2 get no card, no address is noted: Mr 张伟, Mr 李雪." in tool.address.text()
    qtbot.waitUntil(page.window().isActiveWindow)
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: bool(asked.errors))
    assert asked.errors == ["No card: Mr 张伟: no address, Mr 李雪: no address"]
    assert page.tools.current is tool
    with db.read() as session:
        assert journal.last_undoable(session) == before  # nothing to undo


def test_another_festival_brings_its_wording_and_its_day_along(db, page_of, qtbot):
    builders.stop_clock(db)
    with db.write() as session:
        id = builders.a_customer(session, "张伟", address="广州市天河路 1 号")
        own_festivals.save(session, "", Typed("店庆", month=12, day=8, zh="店庆同喜"))
    page = page_of(CustomersPage)
    page.show_id(id)
    qtbot.waitUntil(page.isActiveWindow)
    page.tools.keys["card"].trigger()
    tool = page.tools.current
    assert not tool.form.fields["festival"].isVisible()
    choose(tool, "template", "Festival card · 端午祝福")
    assert tool.form.fields["festival"].currentText() == "Dragon Boat Festival · 2027-06-09"
    assert tool.form.fields["on"].value() == date(2027, 6, 2)
    choose(tool, "festival", "店庆 · 2026-12-08")
    assert tool.form.fields["template"].currentText() == "Festival card · 节日祝福"
    assert tool.form.fields["on"].value() == date(2026, 12, 1)
    assert "店庆将至" in tool.words.text()
    assert "店庆同喜！" in tool.words.text()
    qtbot.keyClick(page, Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: page.tools.current is None)
    with db.read() as session:
        (row,) = queue.rows(session, queue.waiting(session), today=TODAY)
    assert (row.reason, row.due_on) == ("Festival card · 店庆", date(2026, 12, 1))


def choose(tool, name, words):
    field = tool.form.fields[name]
    field.setCurrentIndex(field.findText(words))
    field.activated.emit(field.currentIndex())
