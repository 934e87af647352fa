"""The figures page: times, figures with their formulas, pictures, rows behind, paper."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from showroom.door import moments, reception
from showroom.guard import entries
from showroom.store.models import Moment, Refusal
from tests import builders as b
from tests.amounts import slow_but
from tests.stories import story
from ui import jobs, page_picture, printing
from ui.pages.figures import FiguresPage

Key = Qt.Key


@story
def showroom(db):
    """Three parties in this month, one in the last; two of this month left a contact."""
    db.clock = lambda: b.later(hours=6)
    with db.write() as session:
        b.a_member(session)
        for days, facts in ((0, {"phone": b.a_phone()}), (-1, {"phone": b.a_phone()}), (-2, {})):
            visit = b.a_visit(session, now=b.later(days=days), name="张伟", **facts)
            moments.ask(session, visit, Moment.OFFER, now=b.later(days=days, minutes=1))
            reception.leave(session, visit, at=b.later(days=days, minutes=40))
        last = b.a_visit(session, now=b.later(days=-31))
        refusal = Refusal.CONTROL
        moments.ask(session, last, Moment.GIFT, refusal=refusal, now=b.later(days=-31))
        b.a_visit(session, now=b.later(days=-365), people=5)
    return db


@pytest.fixture
def page(showroom, page_of, counted):
    opened = page_of(FiguresPage)
    counted(opened)
    return opened


@pytest.fixture
def counted(qtbot):
    """Wait until what was asked for is counted and shown."""

    def wait(page):
        def done():
            return not (jobs.running() or page._counting or page._soon.isActive())

        qtbot.waitUntil(done, timeout=20_000)

    return wait


def press(qtbot, page, key, modifier=Qt.KeyboardModifier.AltModifier):
    qtbot.keyClick(page.span, key, modifier)


def test_the_month_is_shown_beside_the_same_days_of_the_month_before(page):
    assert page.now.text() == "November 2026"
    assert page.versus.currentText() == "against the month before, to date"
    assert page.figures.values()["parties"] == "3"
    assert page.figures.values()["contacts"] == "67%"
    fig = page.figures.findChild(object, "figures.contacts")
    assert fig.toolTip().splitlines() == [
        "First visits that left a contact ÷ first visits, without those on file before",
        "2 ÷ 3",
        "Before: 0%",
        "67 points more than before",
    ]
    assert fig.fig.label == "Contact rate ▲ 67"


def test_the_month_is_compared_with_the_same_month_a_year_ago(page, qtbot, counted):
    page.versus.setFocus()
    qtbot.keyClick(page.versus, Key.Key_Down)
    counted(page)
    assert page.versus.currentText() == "against the same month a year ago"
    assert (page.shown.start, page.shown.end) == (date(2025, 11, 1), date(2025, 11, 18))
    assert page.shown.before["people"].value == 5
    assert (
        "2 parties more than before" in page.figures.findChild(object, "figures.parties").toolTip()
    )


def test_the_moments_say_what_came_of_them(page):
    table = page.pictures.moments
    rows = [[table.rows.index(row, column).data() for column in range(5)] for row in range(7)]
    assert rows[1] == ["Asks for offers", "3", "3", "100%", ""]
    assert rows[5] == ["Gift handed out", "0", "0", "—", ""]


def test_the_consultants_stand_beside_each_other(page):
    table = page.pictures.consultants
    (row,) = ([table.rows.index(0, column).data() for column in range(6)],)
    assert row[:4] == ["王强", "3", "67%", "0%"]


def test_the_pictures_are_said_in_words_too(page):
    parts = page.pictures
    assert "11-18 Wed: 1 walk-ins, 1 contacts left" in parts.bars.accessibleDescription()
    assert parts.funnel.accessibleDescription().startswith("Walk-ins: 3; Contact known: 2 67%")
    assert "Wed: " in parts.heat.accessibleDescription()
    assert "N: 0 at the start, 2 at the end" in parts.levels.accessibleDescription()


def test_going_back_and_forth_in_time_by_keys(page, qtbot, counted):
    assert not page.later.isEnabled()
    press(qtbot, page, Key.Key_Left)
    counted(page)
    assert page.now.text() == "October 2026"
    assert page.versus.currentText() == "against the month before"
    assert page.figures.values()["parties"] == "1"
    table = page.pictures.moments
    reasons = [table.rows.index(row, 4).data() for row in range(7)]
    assert reasons[5] == "Fears losing the upper hand 1"
    press(qtbot, page, Key.Key_Right)
    press(qtbot, page, Key.Key_Right)
    counted(page)
    assert page.now.text() == "November 2026"
    for _month in range(3):
        press(qtbot, page, Key.Key_Left)
    counted(page)
    assert not page.pictures.bars.isVisible()
    press(qtbot, page, Key.Key_Home)
    counted(page)
    assert page.now.text() == "November 2026"
    assert page.pictures.bars.isVisible()


TIMES = [
    (Key.Key_D, "2026-11-18 Wed"),
    (Key.Key_W, "2026-11-16 – 11-22"),
    (Key.Key_Q, "Quarter 4 of 2026"),
    (Key.Key_Y, "Year 2026"),
]


@pytest.mark.parametrize(("letter", "name"), slow_but(TIMES[1:2], TIMES))
def test_other_times_by_their_letter(page, qtbot, counted, letter, name):
    qtbot.keyClick(page.span, letter)
    counted(page)
    assert page.now.text() == name
    assert page.figures.values()["parties"] == {"D": "1", "W": "3"}.get(chr(letter), "4")


def test_any_days_from_and_to(page, qtbot, counted):
    qtbot.keyClick(page.span, Key.Key_F)
    counted(page)
    assert (page.first.text(), page.last.text()) == ("2026-11-01", "2026-11-18")
    assert page.later.isHidden()
    page.first.selectAll()
    qtbot.keyClicks(page.first, "2026-10-01")
    page.last.selectAll()
    qtbot.keyClicks(page.last, "2026-10-31")
    qtbot.waitUntil(lambda: page.figures.values().get("parties") == "1")
    assert page.versus.currentText() == "against as many days before"
    counted(page)
    assert page.shown.end == date(2026, 9, 30)
    page.last.setText("2026-09-01")  # the wrong way round: nothing is counted anew
    page.reload()
    assert page.figures.values()["parties"] == "1"


def test_a_bar_opens_its_day(page, qtbot, counted):
    page.pictures.bars.setFocus()
    for key in (Key.Key_End, Key.Key_Left, Key.Key_Return):
        qtbot.keyClick(page.pictures.bars, key)
    counted(page)
    assert page.span.code() == "day"
    assert page.now.text() == "2026-11-17 Tue"
    assert page.pictures.bars_card.title.text() == "Parties by hour"
    hour = next(n for n, bar in enumerate(page.shown.bars) if bar.walk_ins)
    page.pictures.bars.clicked.emit(hour)
    counted(page)
    assert len(page.behind.found.ids) == 1


def test_enter_on_a_number_shows_its_rows_and_enter_there_the_visit(page, qtbot, counted):
    page.figures.setFocus()
    qtbot.keyClick(page.figures, Key.Key_Right)
    assert page.figures.accessibleName() == "Figures: Contact rate ▲ 67: 67%"
    qtbot.keyClick(page.figures, Key.Key_Return)
    counted(page)
    view = page.behind
    assert view.isVisible()
    assert view.title.text() == "Contact rate"
    assert view.count.text() == "2 of 3 = 67% · 2026-11-01 – 2026-11-18"
    assert view.formula.text().startswith("First visits that left a contact ÷")
    marks = [view.table.rows.index(row, 0).data() for row in range(3)]
    assert sorted(marks) == ["", "√", "√"]
    qtbot.waitUntil(view.table.hasFocus)
    with qtbot.waitSignal(page.open) as asked_for:
        qtbot.keyClick(view.table, Key.Key_Return)
    assert asked_for.args == ["desk", view.found.ids[0]]
    qtbot.keyClick(view.table, Key.Key_Escape)
    qtbot.waitUntil(page.sheet.isVisible)
    qtbot.waitUntil(page.figures.hasFocus)


def test_every_picture_leads_to_its_rows(page, qtbot, counted):
    parts = page.pictures
    for chart, place, said in (
        (parts.funnel, 1, "Contact known"),
        (parts.heat, None, "Wed"),
        (parts.levels, 4, "Level N"),
    ):
        if place is None:
            found = page.shown.hours[2]
            place = 2 * len(found) + next(n for n, count in enumerate(found) if count)
        chart.setFocus()
        chart.place = place - 1
        qtbot.keyClick(chart, Key.Key_Right)
        qtbot.keyClick(chart, Key.Key_Return)
        counted(page)
        assert page.behind.title.text().startswith(said)
        assert page.behind.found.ids
        qtbot.keyClick(page.behind.table, Key.Key_Escape)
        qtbot.waitUntil(page.sheet.isVisible)
    for table, row, said in ((parts.moments, 2, "Asks for offers"), (parts.consultants, 1, "王强")):
        table.choose(row)
        qtbot.keyClick(table, Key.Key_Return)
        counted(page)
        assert page.behind.title.text() == said
        assert len(page.behind.found.ids) == 3
        qtbot.keyClick(page.behind.table, Key.Key_Escape)
        qtbot.waitUntil(page.sheet.isVisible)
        qtbot.waitUntil(table.hasFocus)


def test_the_rows_behind_follow_the_time(page, qtbot, counted):
    page.figures.clicked.emit("parties")
    counted(page)
    assert len(page.behind.found.ids) == 3
    page.earlier.click()
    counted(page)
    assert len(page.behind.found.ids) == 1
    assert page.behind.count.text().endswith("2026-10-01 – 2026-10-31")


def test_the_rows_leave_through_the_gate_and_are_noted(page, qtbot, asked, counted, tmp_path):
    page.figures.clicked.emit("parties")
    counted(page)
    path = asked.answers["save"] = tmp_path / "parties.xlsx"
    with qtbot.waitSignal(page.said):
        qtbot.mouseClick(page.behind.save, Qt.MouseButton.LeftButton)
    import openpyxl

    assert openpyxl.load_workbook(path).active.max_row >= 4
    assert len(asked.purposes) == 1
    with page.db.read() as session:
        (noted,) = entries.rows(session, entries.find(session, verb="export"))
    assert noted.what == "Parties 2026-11-01 – 2026-11-18 · 3 rows · parties.xlsx"
    assert noted.why


def test_nothing_behind_a_number_says_so(page, qtbot, counted):
    page.figures.clicked.emit("orders")
    counted(page)
    assert page.behind.found.ids == []
    assert not page.behind.save.isEnabled()
    qtbot.keyClick(page.behind.table, Key.Key_Escape)
    qtbot.waitUntil(page.sheet.isVisible)


def test_rows_that_are_read_again_leave_the_keyboard_where_it_is(page, qtbot, counted, showroom):
    page.figures.clicked.emit("parties")
    counted(page)
    qtbot.waitUntil(page.behind.table.hasFocus)
    page.span.setFocus()
    with showroom.write() as session:
        b.a_visit(session, now=b.later(hours=1))
    qtbot.waitUntil(lambda: page.behind.found is not None and len(page.behind.found.ids) == 4)
    counted(page)
    assert page.span.hasFocus()


def test_a_late_answer_does_not_stand_under_another_question(page, qtbot, counted, monkeypatch):
    from showroom.figures import behind

    found = behind.of_figure
    go = threading.Event()

    def of_figure(session, first, last, code):
        if code == "parties":
            go.wait(10)
        return found(session, first=first, last=last, code=code)

    monkeypatch.setattr(behind, "of_figure", of_figure)
    page.figures.clicked.emit("parties")
    page.behind.print_list()  # nothing is there yet to be printed
    page.behind.back.click()
    page.figures.clicked.emit("orders")
    qtbot.waitUntil(lambda: page.behind.found is not None)
    title = page.behind.title.text()
    go.set()
    counted(page)
    assert page.behind.title.text() == title
    assert page.behind.found.ids == []


def test_a_write_elsewhere_is_counted_too(page, qtbot, showroom):
    with showroom.write() as session:
        b.a_visit(session, now=b.later(hours=1))
    qtbot.waitUntil(lambda: page.figures.values()["parties"] == "4")


def test_the_old_numbers_stay_until_the_new_ones_are_counted(page, qtbot, counted, monkeypatch):
    from showroom.figures import overview

    slow = overview.look

    def look(*args):
        import time

        time.sleep(0.5)
        return slow(*args)

    monkeypatch.setattr(overview, "look", look)
    page.earlier.click()
    assert page.figures.values()["parties"] == "3"
    qtbot.waitUntil(lambda: page.pictures.bars.stale, timeout=2000)
    page.earlier.click()  # asked for again while it is counted
    counted(page)
    assert page.now.text() == "September 2026"
    assert page.figures.values()["parties"] == "0"
    assert not page.pictures.bars.stale


def test_the_page_is_saved_as_a_picture(page, qtbot, asked, tmp_path):
    path = asked.answers["save"] = tmp_path / "page.png"
    with qtbot.waitSignal(page.said):
        qtbot.mouseClick(page.picture, Qt.MouseButton.LeftButton)
    image = QImage(str(path))
    assert image.width() >= 2 * page.sheet.width()
    assert asked.purposes == []  # figures of nobody
    with page.db.read() as session:
        (noted,) = entries.rows(session, entries.find(session, verb="export"))
    assert "November 2026" in noted.what


def test_the_page_goes_to_the_printer(page, qtbot, monkeypatch):
    sent = []

    def print_pdf(_page, pdf, _title, done):
        sent.append(pdf)
        done("Office")

    monkeypatch.setattr(printing, "print_pdf", print_pdf)
    with qtbot.waitSignal(page.said):
        press(qtbot, page, Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert sent[0].startswith(b"%PDF")


def test_the_month_is_exported_by_its_key(page, qtbot, asked, tmp_path):
    path = tmp_path / "October.xlsx"
    asked.answers["save"] = path
    press(qtbot, page, Key.Key_Left)
    with qtbot.waitSignal(page.said) as told:
        qtbot.keyClick(page, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert told.args == [f"Saved: {path}"]
    qtbot.waitUntil(page.export.isEnabled)
    from openpyxl import load_workbook

    assert load_workbook(path)["Cover"]["A1"].value == "October 2026"
    with page.db.read() as session:
        (noted,) = entries.rows(session, entries.find(session, verb="export"))
    assert noted.what.startswith("Month's workbook 2026-10 · ")


def test_a_folder_that_is_not_there_is_said(page, qtbot, asked, tmp_path):
    asked.answers["save"] = tmp_path / "nowhere" / "m.xlsx"
    qtbot.mouseClick(page.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.export.isEnabled)
    assert asked.errors[0].startswith("There is no folder")


def test_no_file_chosen_writes_nothing(page, qtbot, asked):
    asked.answers["save"] = None
    for button in (page.export, page.picture):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.isEnabled()
    assert page.day == date(2026, 11, 18)


def test_the_picture_is_light_whatever_the_desk_wears(page, dressed):
    from ui import style

    style.apply(dressed, "dark")
    try:
        made = QImage.fromData(page_picture.png(page.sheet, "x"))
        assert made.pixelColor(4, 4).lightness() > 230
        assert style.is_dark()
    finally:
        style.apply(dressed, "light")


@pytest.mark.language("zh_CN")
def test_in_chinese_the_month_reads_as_people_say_it(page):
    assert page.now.text() == "2026年11月"
    parts = [part.text() for part in page.span.buttons.values()]
    assert parts == ["日", "周", "月", "季", "年", "自选"]
    assert timedelta(0) == page.shown.last - date(2026, 11, 18)
