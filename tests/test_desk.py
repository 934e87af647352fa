"""One morning through the real window, by keys and clicks: from the door to the month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from showroom.cards import queue
from showroom.deals import deals
from showroom.deals.deals import State
from showroom.door import visits
from showroom.people import customers, search
from showroom.store.models import Level, Outcome, Refusal, Status
from tests.ui.keys import focus, write
from ui import jobs, printing

Key, Ctrl, Alt = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
MORNING = datetime(2026, 11, 18, 1, 42, tzinfo=UTC)


@pytest.fixture
def window(window_of: Any) -> Any:
    clock = [MORNING]

    def begin(db: Any) -> None:
        db.clock = lambda: clock[0]

    made = window_of(begin)
    made.pass_minutes = lambda minutes: clock.__setitem__(0, clock[0] + timedelta(minutes=minutes))
    return made


def named(window: QWidget, name: str) -> Any:
    widget = window.findChild(QWidget, name)
    assert widget is not None, name
    return widget


def test_a_morning_at_the_desk(window, qtbot, asked, tmp_path, monkeypatch):
    db = window.db
    press = lambda key, how=Qt.KeyboardModifier.NoModifier: qtbot.keyClick(focus(), key, how)  # noqa: E731
    typed = lambda keys: qtbot.keyClicks(focus(), keys)  # noqa: E731

    # Who works here: an empty desk leads to the settings.
    qtbot.mouseClick(named(window, "desk.setup"), Qt.MouseButton.LeftButton)
    assert window.code == "settings"
    field = named(window, "settings.new_staff.name")
    for name, role in (("王强", "consultant"), ("李娜", "consultant"), ("陈芳", "manager")):
        field.setFocus()
        write(name)
        chosen = named(window, "settings.new_staff.role")
        chosen.setCurrentIndex(chosen.findData(role))
        qtbot.mouseClick(named(window, "settings.add_staff"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not field.text())

    # A party walks in: three keys, and the clock runs.
    press(Key.Key_1, Ctrl)
    assert window.code == "desk"
    desk = window.pages["desk"]
    press(Key.Key_F2)
    qtbot.waitUntil(desk.arrival.people.hasFocus)
    typed("2")
    press(Key.Key_Return)
    qtbot.waitUntil(desk.form.name.hasFocus)
    visit_id = desk.form.visit.id
    assert desk.form.visit.consultant == "王强"

    # Asked when just seated: refused, for fear of spam.
    press(Key.Key_1, Alt)
    typed("\\")
    typed("1")
    window.pass_minutes(20)
    # Asked again over common ground: given.
    press(Key.Key_3, Alt)
    press(Key.Key_Return)
    qtbot.waitUntil(desk.form.phone.hasFocus)
    typed("13800138000")
    press(Key.Key_Return)
    desk.form.name.setFocus()
    write("张伟")
    press(Key.Key_Return)
    desk.form.honorific.setFocus()
    press(Key.Key_Down)
    desk.form.model.setFocus()
    write("汉EV")
    press(Key.Key_Return)
    desk.form.level.setFocus()
    typed("A")
    with db.read() as session:
        row = visits.row(session, visit_id)
    assert [state.outcome for state in row.strip[:3]] == [
        Outcome.REFUSED,
        None,
        Outcome.GIVEN,
    ]
    assert row.strip[0].refusal is Refusal.SPAM
    assert (row.name, row.phone, row.model) == ("张伟", "138 0013 8000", "汉EV")
    assert row.level is Level.FORTNIGHT
    assert desk.figures.values()["contacts"] == "100%"

    # A test drive, then the deal.
    press(Key.Key_F6)
    qtbot.waitUntil(desk.tools.buttons["drive"].isChecked)
    window.pass_minutes(40)
    press(Key.Key_F9)
    qtbot.waitUntil(lambda: desk.tools.current is not None)
    desk.tools.current.form.price.setFocus()
    typed("21.8w")
    press(Key.Key_Return)
    typed("5000")
    press(Key.Key_Return, Ctrl)
    qtbot.waitUntil(lambda: desk.figures.values()["orders"] == "1")
    press(Key.Key_F8)
    qtbot.waitUntil(lambda: not desk.present.rows.ids())
    press(Key.Key_Z, Ctrl)  # the leaving, then the deal: the keyboard never left the page
    press(Key.Key_Z, Ctrl)
    qtbot.waitUntil(lambda: desk.figures.values()["orders"] == "0")
    for _step in range(2):
        press(Key.Key_Z, Ctrl | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not desk.present.rows.ids())
    assert desk.figures.values()["orders"] == "1"
    with db.read() as session:
        (deal,) = deals.rows(session, deals.find(session))
        assert (deal.customer, deal.price, deal.state) == ("张伟", 218000, State.ORDERED)
        (customer_id,) = search.find(session, "138 0013")
        assert customers.file(session, customer_id).row.status is Status.ORDERED

    # The card is due tomorrow: printed to a PDF printer, and only then marked.
    window.pass_minutes(24 * 60)
    press(Key.Key_4, Ctrl)
    cards = window.pages["cards"]
    card_pdf = tmp_path / "card.pdf"

    def to_file(_parent: QWidget, printer: QPrinter, _title: str) -> bool:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(card_pdf))
        return True

    monkeypatch.setattr(printing, "choose_printer", to_file)
    qtbot.waitUntil(lambda: cards.card.ready, timeout=15_000)
    with db.read() as session:
        (card,) = queue.waiting(session)
        assert queue.due(session, db.today()) == []  # no address yet: in no batch, but by itself
    qtbot.waitUntil(cards.one.isEnabled, timeout=15_000)
    press(Key.Key_P, Ctrl | Qt.KeyboardModifier.ShiftModifier)

    def printed() -> bool:
        with db.read() as session:
            return queue.printed(session) == [card]

    qtbot.waitUntil(printed, timeout=20_000)
    width, height = sorted(pypdfium2.PdfDocument(card_pdf)[0].get_size())
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (100, 148)

    # The month goes out in one key.
    press(Key.Key_7, Ctrl)
    book = tmp_path / "month.xlsx"
    asked.answers["save"] = book
    named(window, "sheets.month").setText("2026-11")
    qtbot.mouseClick(named(window, "sheets.month_book"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(book.exists, timeout=20_000)
    said = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(book)
        for line in sheet.iter_rows()
        for cell in line
        if cell.value is not None
    ]
    assert "张伟" in said
    assert any("汉EV" in cell for cell in said)

    # The last step undone: the card is due again.
    press(Key.Key_4, Ctrl)
    press(Key.Key_Z, Ctrl)
    with db.read() as session:
        assert queue.waiting(session) == [card]


def test_ctrl_z_takes_the_arrival_back_while_the_cursor_stands_in_an_untouched_field(window, qtbot):
    window.show_page("desk")
    desk = window.pages["desk"]
    qtbot.keyClick(window, Key.Key_F2)
    qtbot.waitUntil(desk.arrival.people.hasFocus)
    qtbot.keyClick(focus(), Key.Key_Return)
    qtbot.waitUntil(desk.form.name.hasFocus)
    qtbot.keyClick(focus(), Key.Key_Z, Ctrl)
    qtbot.waitUntil(lambda: not desk.present.rows.ids())
    qtbot.keyClick(window, Key.Key_Z, Ctrl | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(desk.present.rows.ids()) == 1)


def test_a_file_is_imported_in_the_window_and_undone_by_one_key(window, qtbot, asked):
    sample = Path(__file__).parent / "data" / "samples" / "客户导入模板.xlsx"
    window.show_page("sheets")
    sheets = window.pages["sheets"]
    asked.answers["open"] = [sample]
    qtbot.mouseClick(sheets.choose, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sheets.plan is not None, timeout=20_000)
    qtbot.mouseClick(sheets.take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: sheets.plan is None, timeout=20_000)
    qtbot.waitUntil(lambda: window.isEnabled() and not jobs.running())
    with window.db.read() as session:
        assert search.find(session)
    qtbot.keyClick(window, Key.Key_Z, Ctrl)

    def nobody() -> bool:
        with window.db.read() as session:
            return search.find(session) == []

    qtbot.waitUntil(nobody)
