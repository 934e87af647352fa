"""A receptionist goes through the whole desk and meets no whole number; a manager meets all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QWidget
from sqlalchemy import select

from showroom import cli, commands, logs, terminal
from showroom.cards import compose, queue, render
from showroom.care import followups
from showroom.door import reception, visits
from showroom.guard import mask
from showroom.people import customers
from showroom.store.models import Action, Phone, Role
from tests import builders as make
from tests.amounts import slow_but
from tests.stories import once
from ui import jobs
from ui.main_window import MainWindow
from ui.reveal import KEY
from ui.services import said as said_undone
from ui.tables import Table
from ui.wiring import PAGES

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
COUNT = 25
LOOKED = 4  # rows of each list whose panel is looked at
NUMBERS = [f"137{n:04}{n * 7 + 1000:04}" for n in range(1000, 1000 + COUNT)]
PINS = {"周敏": "2468", "李静": "1357"}


@pytest.fixture
def count():
    """How many customers there are; the sweeps take more."""
    return 8


@pytest.fixture
def ids(db, count):
    """Customers on file, and a manager and a receptionist with a PIN."""
    return once(db, come_in, count)


def come_in(db, count):
    """Customers, each with a visit of today, a deal, calls, and his number in every note."""
    make.stop_clock(db)
    with db.write() as session:
        crew = [
            make.a_member(session, name, role)
            for name, role in (
                ("周敏", Role.MANAGER),
                ("李静", Role.RECEPTIONIST),
                ("王强", Role.CONSULTANT),
            )
        ]
    made = []
    for place, number in enumerate(NUMBERS[:count]):
        said = f"回电 {number}"
        with db.write() as session:
            name = f"张{chr(0x4E00 + place)}"
            visit = make.a_visit(session, name=name, phone=number, note=said)
        with db.write() as session:
            id = visits.row(session, visit).customer_id
            made.append(id)
            customers.change(session, id, note=said, wechat=number, consultant_id=crew[2])
            if place % 2:
                reception.leave(session, visit, at=make.later(minutes=5))
        if place % 5 == 0:
            with db.write() as session:
                make.a_deal(session, id)
        with db.read() as session:
            due = [
                row.id
                for row in followups.rows(
                    session, followups.board(session, make.TODAY, ahead=99).coming, make.TODAY
                )
                if row.customer_id == id
            ]
        with db.write() as session:
            to = make.TODAY + timedelta(days=9)
            followups.postpone(session, due[0], to=to, why=said, today=make.TODAY)
        if place % 3 == 0:
            with db.write() as session:
                now, today = make.NOW, make.TODAY
                followups.done(session, due[0], result=said, now=now, today=today)
    for name, pin in PINS.items():
        with db.write() as session:
            id = crew[list(PINS).index(name)]
            make.a_pin(session, id, pin, by=crew[0])
    return made


@pytest.fixture
def window(db, ids, window_of, monkeypatch, tmp_path):
    """The real window, locked."""
    monkeypatch.setattr("showroom.store.opening.open_desk", lambda _desk: db)
    (tmp_path / "logs").mkdir()
    logs.start(tmp_path / "logs")
    yield window_of(lambda _db: None)
    logs.stop()


def sit_down(qtbot, window, name):
    page = window._lock.page
    window.lock()
    at = [button.chair.name for button in page.chairs].index(name)
    qtbot.keyClicks(window.focusWidget(), str(at + 1))
    qtbot.keyClicks(page.pin, PINS[name])
    qtbot.keyClick(page.pin, Key.Key_Return)
    qtbot.waitUntil(lambda: not window.is_locked())


# --- everything that is said


def told(widget: QWidget) -> Iterator[str]:
    """What a widget shows, says or holds: every text of Qt's, every cell in every role, its own."""
    meta = widget.metaObject()
    for number in range(meta.propertyCount()):
        value = meta.property(number).read(widget)
        if isinstance(value, str):
            yield value
    yield repr(vars(widget))
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from cells(widget.model())


def cells(model: QAbstractItemModel) -> Iterator[str]:
    user = Qt.ItemDataRole.UserRole
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for role in (*range(20), *range(user, user + 5)):
        for row in range(model.rowCount()):
            for column in range(columns):
                value = model.index(row, column).data(role)
                if value is not None:
                    yield repr(value)


def all_told(window: MainWindow) -> str:
    return "\n".join(text for one in QApplication.allWidgets() for text in told(one) if text)


def whole(said: str) -> set[str]:
    """The numbers that stand there whole, however they are grouped."""
    bare = re.sub(r"[\s-]", "", said)
    return {number for number in NUMBERS if number in bare}


def walk(qtbot: Any, window: MainWindow) -> Iterator[str]:
    """Go through every page and choose rows of every list; what is said after each step."""
    for spec in PAGES:
        window.show_page(spec.code)
        page = window.page(spec.code)
        if spec.code == "deals":
            page.month.set_value("")
            page.reload()
        if spec.code == "settings":
            page.list.choose(len(page._parts) - 1)
        qtbot.waitUntil(lambda: not jobs.running())
        yield all_told(window)
        for table in page.findChildren(Table):
            if not table.isVisible() or spec.code == "settings":
                continue
            for id in table.rows.ids()[:LOOKED]:
                table.choose(id)
                qtbot.waitUntil(lambda: not jobs.running())
                yield all_told(window)
                QTest.keyClick(table, Key.Key_C, CTRL)
                yield QGuiApplication.clipboard().text()
        segments = getattr(page, "list", None)
        for code in getattr(segments, "buttons", {}):
            segments.buttons[code].click()
            yield all_told(window)
    window.top.search.setText(NUMBERS[3][3:])
    window.top.search.show_hits()
    yield all_told(window)
    window.top.search.finish()


def exported(db, folder) -> Iterator[str]:
    """What leaves as workbooks and paper, and what the program wrote into its diary."""
    from openpyxl import load_workbook

    from showroom.figures import monthbook, register, registers

    for write in (
        lambda session, path: registers.customers(session, path),
        lambda session, path: registers.visits(session, make.TODAY, make.TODAY, path),
        lambda session, path: register.save(session, make.TODAY, path),
        lambda session, path: monthbook.write_month(session, "2026-11", path, now=make.NOW),
    ):
        with db.read() as session:
            write(session, folder / "out.xlsx")
        for sheet in load_workbook(folder / "out.xlsx"):
            yield "\n".join(
                str(value) for row in sheet.iter_rows(values_only=True) for value in row if value
            )


def printed(db) -> str:
    import pypdfium2

    with db.read() as session:
        letters = compose.compose_many(session, queue.waiting(session), today=make.TODAY)
    pages = pypdfium2.PdfDocument(render.pdf(letters, size="148x100"))
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def found_by_command(desk, monkeypatch, tmp_path, name) -> str:
    (tmp_path / "pin").write_text(PINS[name], "utf-8")
    monkeypatch.setenv(terminal.PIN_FILE, str(tmp_path / "pin"))
    line = ["--data", str(desk.data), "--staff", name, "find", "张"]
    answer = cli.perform(commands.parser().parse_args(line))
    return json.dumps(answer.data, default=str) + "\n".join(answer.lines)


# --- the sweep


@pytest.mark.slow
@pytest.mark.parametrize("count", [COUNT])
def test_a_receptionist_meets_no_whole_number_anywhere(window, db, qtbot, tmp_path):
    sit_down(qtbot, window, "李静")
    steps = [*walk(qtbot, window), *exported(db, tmp_path), printed(db)]
    assert len(steps) > 60
    for number, said in enumerate(steps):
        assert whole(said) == set(), number
    assert "****" in steps[0]
    diary = tmp_path / "logs" / "showroom.log"
    assert whole(diary.read_text("utf-8") if diary.exists() else "") == set()


@pytest.mark.slow
@pytest.mark.parametrize("count", [COUNT])
def test_a_manager_meets_them_all(window, db, qtbot, tmp_path):
    sit_down(qtbot, window, "周敏")
    assert whole("\n".join(walk(qtbot, window))) == set(NUMBERS)
    customers_out, visits, register, *_sheets = exported(db, tmp_path)
    for said in (customers_out, visits, register):
        assert whole(said) == set(NUMBERS)


@pytest.mark.slow
def test_what_a_manager_looked_at_is_gone_when_somebody_else_sits_down(window, qtbot):
    sit_down(qtbot, window, "周敏")
    for _said in walk(qtbot, window):
        pass
    window.show_page("customers")
    page = window.page("customers")
    page.table.choose(page.table.rows.ids()[0])
    page.edit.click()
    assert whole(all_told(window))
    sit_down(qtbot, window, "李静")
    for spec in PAGES:
        window.show_page(spec.code)
    qtbot.wait(200)
    assert whole(all_told(window)) == set()


@pytest.mark.parametrize(("name", "seen"), [("李静", set()), ("周敏", set(NUMBERS[:8]))])
def test_the_command_line_obeys_the_same(db, desk, ids, monkeypatch, tmp_path, name, seen):
    db.close()
    assert whole(found_by_command(desk, monkeypatch, tmp_path, name)) == seen


# --- one number for a while


def press(qtbot, window, key):
    qtbot.keyClick(window.focusWidget() or window, key)


def ask(qtbot, window, page):
    press(qtbot, window, Key.Key_F7)
    qtbot.waitUntil(page.reveal.box.isVisible)


def open_customer(window, id):
    window.open_id("customers", id)
    return window.page("customers")


def test_a_number_is_shown_by_one_key_and_a_digit(window, db, ids, qtbot):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    number = NUMBERS[7]
    assert page.file.phone.text() == mask.hidden(number)
    assert KEY in page.reveal.button.toolTip()
    assert page.file.copy.isHidden()
    ask(qtbot, window, page)
    press(qtbot, window, Key.Key_1)
    assert whole(page.file.phone.text()) == {number}
    assert page.reveal.button.accessibleDescription() == "Shown for 30 s"
    assert whole(all_told(window)) == {number}
    with db.read() as session:
        last = session.scalars(select(Action).order_by(Action.id.desc())).first()
    assert (last.verb, last.subject_id, last.why) == ("reveal", ids[7], "Call him")
    assert any("Number shown" in entry.title for entry in page.file.timeline.entries())


def test_it_is_hidden_again_by_itself(window, ids, qtbot, monkeypatch):
    monkeypatch.setattr(mask, "SECONDS", 0.4)
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    ask(qtbot, window, page)
    press(qtbot, window, Key.Key_2)
    assert whole(page.file.phone.text())
    window.show_page("deals")
    qtbot.waitUntil(lambda: not page.db.revealed)
    window.show_page("customers")
    assert page.file.phone.text() == mask.hidden(NUMBERS[7])
    assert whole(all_told(window)) == set()


def test_the_key_hides_it_at_once(window, ids, qtbot):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    ask(qtbot, window, page)
    press(qtbot, window, Key.Key_3)
    qtbot.waitUntil(page.reveal.button.isVisible)
    press(qtbot, window, Key.Key_F7)
    qtbot.waitUntil(lambda: page.file.phone.text() == mask.hidden(NUMBERS[7]))


def test_the_lock_hides_it_at_once(window, ids, qtbot, db):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    ask(qtbot, window, page)
    press(qtbot, window, Key.Key_1)
    window.lock()
    assert db.revealed == {}
    assert page.file.phone.text() == mask.hidden(NUMBERS[7])


def test_another_reason_is_typed(window, db, ids, qtbot):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    ask(qtbot, window, page)
    press(qtbot, window, Key.Key_4)
    box = page.reveal.box
    assert box.other.hasFocus()
    press(qtbot, window, Key.Key_Return)
    assert box.isVisible()
    commit(box.other, "寄发票")
    press(qtbot, window, Key.Key_Return)
    assert box.isHidden()
    with db.read() as session:
        last = session.scalars(select(Action).order_by(Action.id.desc())).first()
    assert (last.verb, last.why) == ("reveal", "寄发票")


def commit(widget, words):
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(widget, event)


def test_escape_asks_no_more_and_gives_the_keyboard_back(window, ids, qtbot, db):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    page.table.setFocus()
    ask(qtbot, window, page)
    press(qtbot, window, Key.Key_Escape)
    assert page.reveal.box.isHidden()
    assert page.table.hasFocus()
    assert db.revealed == {}


def test_nobody_comes_back_to_a_question(window, ids, qtbot):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    ask(qtbot, window, page)
    window.lock()
    sit_down(qtbot, window, "周敏")
    assert page.reveal.box.isHidden()


WITH_NUMBERS = ["desk", "deals", "followups"]


@pytest.mark.parametrize("code", slow_but(WITH_NUMBERS[1:2], WITH_NUMBERS))
def test_the_key_is_on_every_page_that_shows_a_number(window, ids, qtbot, db, code):
    sit_down(qtbot, window, "李静")
    window.show_page(code)
    page = window.page(code)
    if code == "followups":
        page.list.buttons["coming"].click()
        page.table.choose(page.table.rows.ids()[0])
    elif code == "deals":
        page.table.choose(page.table.rows.ids()[0])
    shown = {
        "desk": lambda: page.form.phone.text(),
        "deals": lambda: page.facts.phone.text(),
        "followups": lambda: page.side.note.text(),
    }[code]
    assert "****" in shown()
    assert not whole(shown())
    ask(qtbot, window, page)
    press(qtbot, window, Key.Key_1)
    assert whole(shown())
    mask.hide(db, *db.revealed)
    assert not whole(shown())


# --- fields


def test_typing_into_a_hidden_number_takes_its_place(window, ids, qtbot, db):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    page.edit.click()
    field = page.form.fields["phone"]
    assert field.text() == mask.hidden(NUMBERS[7])
    field.setCursorPosition(5)
    qtbot.keyClicks(field, "13912345678")
    assert field.text() == "139 1234 5678"
    page.save.click()
    qtbot.waitUntil(page.file.isVisible)
    with db.read() as session:
        numbers = session.scalars(select(Phone.number).where(Phone.customer_id == ids[7])).all()
    assert numbers == ["+8613912345678"]


def test_an_untouched_field_changes_nothing(window, ids, qtbot, db):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    page.edit.click()
    qtbot.keyClicks(page.form.fields["title"], "Boss")
    page.save.click()
    qtbot.waitUntil(page.file.isVisible)
    db.seat(None)
    with db.read() as session:
        session.info["sees_all"] = True
        file = customers.file(session, ids[7])
    assert file.title == "Boss"
    assert (file.wechat, file.note) == (NUMBERS[7], f"回电 {NUMBERS[7]}")
    assert [number.replace(" ", "") for _id, number in file.phones] == [NUMBERS[7]]


def test_a_form_that_is_open_follows_who_may_see(window, ids, qtbot, db):
    sit_down(qtbot, window, "李静")
    page = open_customer(window, ids[7])
    mask.reveal(db, ids[7], "更正")
    page.edit.click()
    assert whole(page.form.fields["phone"].text())
    qtbot.keyClicks(page.form.fields["title"], "Boss")
    mask.hide(db, ids[7])
    assert page.form.fields["phone"].text() == mask.hidden(NUMBERS[7])
    assert page.form.fields["wechat"].text() == mask.wechat(NUMBERS[7], whole=False)
    assert page.form.fields["title"].text() == "Boss"


def test_the_visit_hides_what_was_typed_once_it_is_kept(window, ids, qtbot, db):
    sit_down(qtbot, window, "李静")
    with db.write() as session:
        visit = make.a_visit(session, name="陈晨")
    page = window.page("desk")
    window.open_id("desk", visit)
    field = page.form.phone
    field.setFocus()
    qtbot.keyClicks(field, "1391234567")
    assert field.text() == "139 1234 567"
    qtbot.keyClicks(field, "8")
    press(qtbot, window, Key.Key_Return)
    qtbot.waitUntil(lambda: field.text() == "139****5678")
    page.form.flush()
    with db.read() as session:
        assert session.scalar(select(Phone.id).where(Phone.number == "+8613912345678"))


def test_what_a_manager_was_offered_while_he_typed_is_gone_for_who_sits_down_next(
    window, ids, qtbot, db
):
    sit_down(qtbot, window, "周敏")
    with db.write() as session:
        visit = make.a_visit(session, name="陈晨")
    window.open_id("desk", visit)
    qtbot.keyClicks(window.page("desk").form.phone, NUMBERS[7][-4:])
    assert whole(all_told(window)) >= {NUMBERS[7]}
    window.show_page("deals")
    form = window.page("deals").deal_form
    window.page("deals").new.click()
    form.customer.take(ids[6])
    qtbot.keyClicks(form.introducer, NUMBERS[5][-4:])
    assert whole(all_told(window)) >= {NUMBERS[5]}
    sit_down(qtbot, window, "李静")
    desk = window.page("desk").form.known
    for code, offered in (("desk", desk), ("deals", form.introducer.matches)):
        window.show_page(code)
        qtbot.wait(200)
        assert whole("\n".join([*told(offered), *cells(offered.rows)])) == set()
    assert desk.rows.rowCount()
    assert form.customer.hint() == mask.hidden(NUMBERS[6])


def test_a_few_digits_say_that_more_are_needed(window, qtbot):
    sit_down(qtbot, window, "李静")
    window.show_page("customers")
    page = window.page("customers")
    qtbot.keyClicks(page.finder, "137")
    qtbot.waitUntil(lambda: page.table.rows.rowCount() == 0)
    assert page.table._empty.sentence.text() == "Type the whole number, or its last four digits."
    qtbot.keyClicks(page.finder, "8000")
    qtbot.waitUntil(lambda: page.table.rows.rowCount() == 1)


# --- what comes in, what is kept


def test_a_file_that_is_looked_at_is_for_whoever_chose_it(window, db, qtbot, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("姓名,手机\n赵敏,13611112222\n", "utf-8")
    sit_down(qtbot, window, "李静")
    window.show_page("sheets")
    page = window.page("sheets")
    page.open_file(file)
    qtbot.waitUntil(lambda: page.plan is not None)
    qtbot.waitUntil(lambda: "13611112222" in all_told(window).replace(" ", ""))
    sit_down(qtbot, window, "周敏")
    assert page.plan is None
    qtbot.waitUntil(lambda: "13611112222" not in all_told(window).replace(" ", ""))


def test_an_undo_that_keeps_a_number_does_not_name_it():
    from showroom.store.journal import Touched, Undone

    row = Touched("phone", 1, {"number": f"+86{NUMBERS[0]}"})
    said = said_undone("Undone: {what}", Undone(1, "import", "", None, 1, [row]))
    assert mask.hidden(NUMBERS[0]) in said
    assert whole(said) == set()
