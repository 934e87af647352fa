"""The window: its frame, its keys, finding, undo, and how it opens and closes."""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from showroom.door import reception, rehearsal
from showroom.errors import ShowroomError
from showroom.figures import openings
from showroom.guard import staff, thinning, trail
from showroom.store import tidemark
from showroom.store.models import Level, Role
from showroom.store.opening import open_desk
from tests import builders as make
from tests.builders import NOW
from tests.rigs import desks
from ui import app as program_module
from ui import jobs, main_window, state, style
from ui.app import Program
from ui.chrome import Summary
from ui.forms import Text
from ui.jobs import Job
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets import Button
from ui.wiring import PAGES, PageSpec, Services

SUMMARY = Summary(
    people=[(1, "李静", "Receptionist"), (2, "王强", "Consultant")],
    staff_id=1,
    turn=["王强", "李娜", "赵磊"],
    badges={"second": 6},
    notes=["6 follow-ups due today"],
    saved="10:54:02",
)


class First(Page):
    code = "first"

    def __init__(self, db) -> None:
        super().__init__(db)
        self.new_calls = 0
        self.new = self.button("New Visit", "F2", self._new, kind="primary", name="new")
        self.escaped = 0
        self.key("Escape", "Put it away", self._escape)
        self.buttons.addWidget(self.new)
        self.name = Text("name", "Name")
        self.name.setObjectName("first.name")
        self.body.addWidget(self.name)

    def focus_first(self) -> None:
        self.name.setFocus()

    def _new(self) -> None:
        self.new_calls += 1

    def _escape(self) -> None:
        self.escaped += 1


class Second(Page):
    code = "customers"
    shown = 0

    def __init__(self, db) -> None:
        super().__init__(db)
        self.search = Text("search", "Search")
        self.head.insertWidget(0, self.search)

    def show_id(self, id: int) -> None:
        self.shown = id


@pytest.fixture
def specs(monkeypatch):
    module = ModuleType("pages_of_this_test")
    module.First, module.Second = First, Second
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return (
        PageSpec("first", "First", "house", "pages_of_this_test:First"),
        PageSpec("customers", "Customers", "users", "pages_of_this_test:Second"),
    )


class Business:
    """What the window asks for, by hand."""

    def __init__(self) -> None:
        self.undone = 0
        self.sitting = 1
        self.asked = 0
        self.trouble = ""

    def summary(self) -> Summary:
        self.asked += 1
        return SUMMARY._replace(staff_id=self.sitting, badges={"customers": 6})

    def find(self, typed: str) -> list[tuple[int, str, str, str]]:
        found = [(7, "张伟", "138 0013 8000", "A"), (9, "张敏", "159 1234 2210", "H")]
        return [hit for hit in found if typed in hit[1] + hit[2]]

    def undo(self) -> str:
        if self.trouble:
            raise ShowroomError(self.trouble)
        self.undone += 1
        return "Undone: Arrival"

    def redo(self) -> str:
        self.undone -= 1
        return "Done again: Arrival"

    def sit_down(self, id: int) -> None:
        self.sitting = id


@pytest.fixture
def business():
    return Business()


@pytest.fixture
def window(qtbot, db, specs, business):
    made = MainWindow(specs)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    made.furnish()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    with qtbot.waitSignal(made.opened):
        made.open_desk(
            db,
            Services(
                business.summary, business.find, business.undo, business.redo, business.sit_down
            ),
        )
    return made


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window.focusWidget() or window, key, modifier)


CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


# -- the frame -----------------------------------------------------------------------------------


def test_the_frame_says_the_day(window):
    assert window.status.saved.text() == "● Saved 10:54:02"
    assert window.status.notes.text() == "6 follow-ups due today"
    assert window.top.turn.names() == ["王强", "李娜", "赵磊"]
    assert window.top.staff.text() == "李静"
    assert window.rail.buttons["customers"].badge() == 6
    assert window.rail.buttons["customers"].accessibleName() == "Customers, 6 waiting"
    assert window.status.keys.text() == "F1 Keys of This Page"


def test_pages_are_made_when_they_are_first_shown(window, qtbot):
    assert list(window.pages) == ["first"]
    press(qtbot, window, Qt.Key.Key_2, CTRL)
    assert list(window.pages) == ["first", "customers"]
    assert window.stack.currentWidget() is window.pages["customers"]
    assert window.rail.buttons["customers"].isChecked()
    press(qtbot, window, Qt.Key.Key_1, CTRL)
    assert window.focusWidget() is window.pages["first"].name
    qtbot.mouseClick(window.rail.buttons["customers"], Qt.MouseButton.LeftButton)
    assert window.code == "customers"


def test_a_page_asks_for_another_one(window):
    window.pages["first"].open.emit("customers", 42)
    assert window.code == "customers"
    assert window.pages["customers"].shown == 42


def test_a_page_says_a_line_in_the_status_bar(window):
    window.pages["first"].said.emit("The card is in the queue.")
    assert window.status.said.text() == "The card is in the queue."


def test_undo_and_redo_say_what_they_did(window, business, qtbot):
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    assert business.undone == 1
    assert window.status.said.text() == "Undone: Arrival"
    press(qtbot, window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert business.undone == 0
    assert window.status.said.text() == "Done again: Arrival"
    business.trouble = "There is nothing to undo."
    window.undo()
    assert window.status.said.text() == "There is nothing to undo."


def test_in_a_field_undo_takes_back_the_typing_first(window, business, qtbot):
    name = window.pages["first"].name
    qtbot.keyClicks(name, "abc")
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    assert name.text() == ""
    assert business.undone == 0
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    assert business.undone == 1


def test_f1_lists_every_key_and_any_key_closes_it(window, qtbot):
    press(qtbot, window, Qt.Key.Key_F1)
    overlay = window._overlay
    assert overlay.isVisible()
    shown = overlay.keys()
    assert ("F2", "New Visit") in shown
    assert ("Ctrl+K", "Find customers and commands") in shown
    overlay.grab()
    window.resize(1500, 900)
    assert overlay.size() == window.size()
    overlay.close_keys()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F2, Qt.Key.Key_F1):
        press(qtbot, window, Qt.Key.Key_F1)
        assert overlay.isVisible()
        qtbot.keyClick(overlay, key)
        assert not overlay.isVisible()
        assert window.focusWidget() is window.pages["first"].name
    page = window.pages["first"]
    assert page.escaped == page.new_calls == 0, "what lies below got none of it"


def test_who_sits_at_the_desk_is_changed_in_the_menu(window, business):
    menu = window.top.staff.menu()
    next(action for action in menu.actions() if "王强" in action.text()).trigger()
    assert business.sitting == 2
    assert window.top.staff.text() == "王强"


def test_the_colours_are_changed_in_the_menu_and_kept(window, tmp_path):
    state.use(tmp_path)
    menu = window.top.staff.menu()
    try:
        next(action for action in menu.actions() if action.text() == "Dark colours").trigger()
        assert style.is_dark()
        assert state.text("scheme") == "dark"
        window.grab()
    finally:
        style.apply(QApplication.instance(), "light")


def test_a_write_is_shown_as_saved(window, db, qtbot, monkeypatch):
    calls: list[int] = []
    monkeypatch.setattr(window.status, "show_summary", lambda _summary: calls.append(1))

    def add() -> None:
        with db.write() as session:
            staff.add(session, name="孙悦", role=Role.CONSULTANT)

    add()
    qtbot.waitUntil(lambda: calls == [1])
    thread = threading.Thread(target=lambda: _write_again(db))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: calls == [1, 1])


def test_the_frame_has_a_turn_of_its_own_and_one_for_many_writes(window, db, qtbot, business):
    business.asked = 0
    for name in ("孙悦", "周敏"):
        with db.write() as session:
            staff.add(session, name=name, role=Role.CONSULTANT)
    assert business.asked == 0  # the page is read anew and painted first
    qtbot.waitUntil(lambda: not window._soon.isActive())
    assert business.asked == 1


def _write_again(db) -> None:
    with db.write() as session:
        staff.add(session, name="周敏", role=Role.CONSULTANT)


# -- Ctrl+K --------------------------------------------------------------------------------------


def test_ctrl_k_finds_a_customer_and_enter_opens_him(window, qtbot):
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    search = window.top.search
    assert window.focusWidget() is search
    qtbot.keyClicks(search, "159")
    qtbot.waitUntil(lambda: [hit.title for hit in search.results().hits()] == ["张敏"])
    search.results().grab()
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert window.code == "customers"
    assert window.pages["customers"].shown == 9
    assert search.text() == ""
    assert not search.results().isVisible()


def test_enter_right_after_typing_takes_what_was_typed(window, qtbot):
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    search = window.top.search
    qtbot.keyClicks(search, "138")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert window.pages["customers"].shown == 7


def test_ctrl_k_finds_commands_of_the_page_and_of_the_window(window, qtbot, business):
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    search = window.top.search
    qtbot.keyClicks(search, "visit new")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages["first"].new_calls == 1)
    assert window.focusWidget() is window.pages["first"].name
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(search, "undo")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert business.undone == 1


def test_arrows_move_in_the_hits_and_escape_leaves(window, qtbot):
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    search = window.top.search
    search.setText("张")
    qtbot.keyClick(search, Qt.Key.Key_Down)
    search.show_hits()
    assert search.results().current().title == "张伟"
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert search.results().current().title == "张敏"
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert search.results().current().title == "张伟"
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not search.results().isVisible()
    assert window.focusWidget() is window.pages["first"].name


def test_nothing_found_is_said(window, qtbot):
    search = window.top.search
    search.setText("nobody at all")
    search.show_hits()
    assert search.results().hits() == []
    search.results().grab()
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert window.code == "first"


def test_ctrl_f_goes_to_the_pages_own_search_else_to_the_top(window, qtbot):
    window.find_in_page()
    assert window.focusWidget() is window.top.search
    window.show_page("customers")
    window.find_in_page()
    assert window.focusWidget() is window.pages["customers"].search


# -- jobs ----------------------------------------------------------------------------------------


def test_a_reading_job_stands_in_the_status_bar_with_cancel(window, qtbot):
    started = threading.Event()

    def work(progress) -> None:
        progress.step(1, 4)
        started.set()
        while True:
            progress.step(1, 4)

    job = Job(window.pages["first"], "Exporting the month…", work)
    qtbot.waitUntil(lambda: window.status.job.text() == "Exporting the month… 25 %")
    assert window.isEnabled()
    with qtbot.waitSignal(job.finished):
        qtbot.mouseClick(window.status.cancel, Qt.MouseButton.LeftButton)
    assert window.status.job.text() == ""
    assert window.status.cancel.isHidden()


# -- opening and closing -------------------------------------------------------------------------


def test_the_first_picture_needs_neither_the_database_nor_qts_large_name_spaces():
    import os
    import subprocess
    from pathlib import Path

    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from ui import app\n"
        "from ui.main_window import MainWindow\n"
        "application = QApplication([]); window = MainWindow(); window.show(); window.grab()\n"
        "heavy = {'sqlalchemy', 'alembic', 'openpyxl', 'reportlab', 'sqlcipher3', 'ui.style'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


def test_the_desk_opens_without_what_it_spares(desk, db):
    """Who comes to need one for the first picture takes it off the list, or asks for it later.

    While somebody is here his visit is shown, which takes some of them. Neither does it read what
    describes Qt's functions, nor make the 570 names of `QStyle`.
    """
    with db.write() as session:
        make.a_member(session)
        facts = {"name": "张伟", "phone": make.a_phone(), "level": Level.WEEK, "model_id": "汉 EV"}
        gone = make.a_visit(session, now=db.now(), **facts)
        reception.leave(session, gone, at=db.now())
    db.close()
    program = (
        "import os, sys, main\n"
        "from showroom import spared\n"
        "with spared.unread(spared.DESCRIPTIONS): from ui import app\n"
        "def usable(program):\n"
        "    names = (*spared.LIBRARIES, *spared.OURS)\n"
        "    loaded = [name for name in names if '__file__' in vars(sys.modules[name])]\n"
        "    loaded += set(spared.DESCRIPTIONS) - set(spared._unread)\n"
        "    loaded += {'QStyle'} & set(vars(sys.modules['PySide6.QtWidgets']))\n"
        "    print(*loaded, flush=True)\n"
        "    os._exit(len(program.window.page('desk').gone.rows.ids()) - 1)\n"
        "app.Program._on_usable = usable\n"
        f"main.main(['--data', {str(desk.data)!r}])"
    )
    import os
    import subprocess
    from pathlib import Path

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == []


class Paints(QObject):
    """How often something was painted."""

    count = 0

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_the_frame_is_painted_when_the_page_is_there(qtbot, db, specs, business):
    window = MainWindow(specs)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.furnish()
    frame = Paints(window.rail)
    QApplication.processEvents()
    window.resize(1000, 600)
    QApplication.processEvents()
    assert frame.count == 0
    services = Services(
        business.summary, business.find, business.undo, business.redo, business.sit_down
    )
    with qtbot.waitSignal(window.opened):
        window.open_desk(db, services)
    qtbot.waitUntil(lambda: frame.count > 0)


def test_an_opening_that_takes_long_shows_the_frame(qtbot, specs, monkeypatch):
    monkeypatch.setattr(main_window, "COVERED_MS", 20)
    window = MainWindow(specs)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.furnish()
    frame = Paints(window.rail)
    qtbot.waitUntil(lambda: frame.count > 0)


def test_a_key_pressed_while_opening_is_done_afterwards(qtbot, db, specs, business):
    window = MainWindow(specs)
    qtbot.addWidget(window)
    window.show()
    window.furnish()
    qtbot.keyClick(window, Qt.Key.Key_F2)
    services = Services(
        business.summary, business.find, business.undo, business.redo, business.sit_down
    )
    with qtbot.waitSignal(window.opened):
        window.open_desk(db, services)
    qtbot.waitUntil(lambda: window.pages["first"].new_calls == 1)


@pytest.fixture
def program(qtbot, desk, monkeypatch, specs):
    """The real program on a desk of its own, with two small pages."""
    monkeypatch.setattr(program_module, "PAGES", specs)
    hook = sys.excepthook
    made = Program(QApplication.instance(), desk)
    qtbot.addWidget(made.window)
    yield made
    made.window.close()
    sys.excepthook = hook


def test_the_first_start_of_a_month_keeps_what_it_begins_with(program, desk, qtbot):
    db = open_desk(desk)
    db.clock = lambda: datetime.now(UTC) - timedelta(days=40)  # the desk is older than the month
    with db.write() as session:
        staff.add(session, name="王强", role=Role.CONSULTANT)
    db.close()
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.start()

    def kept():
        with program.db.read() as session:
            return openings.is_frozen(session, program.db.today())

    qtbot.waitUntil(kept, timeout=10_000)
    program.window.undo()  # no key takes it back
    assert kept()
    assert not openings.begin(program.db)


def test_the_program_paints_opens_and_closes_with_a_backup(program, desk, qtbot):
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.start()
    assert program.window.stack.currentWidget() is program.window.pages["first"]
    with program.db.write() as session:
        staff.add(session, name="李静", role=Role.RECEPTIONIST)
    qtbot.waitUntil(lambda: program.window.top.staff.text() == "李静")
    program.window.undo()
    assert program.window.status.said.text().startswith("Undone: ")
    assert program.window.status.saved.text().startswith("● Saved ")
    program.window.close()
    assert not jobs.running()
    assert list(desk.backups.glob("*.db"))
    assert not desk.database.with_name("showroom.db-wal").exists()
    assert state.text("window/geometry") == ""  # habits are no longer kept
    state.use(desk.data)
    assert state.text("window/geometry")


def test_data_that_cannot_be_opened_is_said_in_the_window(program, desk, qtbot, asked):
    desk.database.write_bytes(b"this is no data of ours" * 1000)
    program.start()
    qtbot.waitUntil(lambda: program.window.findChild(object, "window.problem") is not None)
    words = program.window.findChild(object, "window.problem")
    assert str(desk.database) in words.text()
    assert words.alignment() == Qt.AlignmentFlag.AlignHCenter  # as the buttons below it
    assert asked.errors == []
    button = program.window.findChild(Button, "window.quit")
    button.click()
    assert program.window.isHidden()


def test_another_folder_can_be_chosen_when_one_does_not_open(program, desk, qtbot, asked, tmp_path):
    desk.database.write_bytes(b"this is no data of ours" * 1000)
    program.start()
    qtbot.waitUntil(lambda: program.window.findChild(object, "window.other_folder") is not None)
    (tmp_path / "other").mkdir()
    asked.answers["open"] = [tmp_path / "other"]
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.window.findChild(Button, "window.other_folder").click()
    assert (tmp_path / "other" / "showroom.db").exists()


def test_what_nobody_expected_is_shown_by_the_window(program, qtbot, asked):
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.start()
    thread = threading.Thread(target=lambda: sys.excepthook(ValueError, ValueError("x"), None))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(asked._errors))
    assert asked.errors == ["x"]


def test_a_desk_that_lost_its_end_says_so_once_it_is_open(program, desk, qtbot, asked):
    tidemark.leave(desk.database, tidemark.Mark(99, NOW))
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.start()
    qtbot.waitUntil(lambda: bool(asked._errors))
    (said,) = asked.errors
    assert "entry 99 of 2026-11-18" in said


def test_a_rehearsal_that_fails_holds_up_nothing(program, desk, qtbot, asked, monkeypatch, caplog):
    def fail(_db):
        raise RuntimeError("no stage")

    monkeypatch.setattr(rehearsal, "rehearse", fail)
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.start()
    qtbot.waitUntil(lambda: program.window.is_made, timeout=10_000)
    assert "The first party could not be rehearsed" in caplog.text
    assert asked.errors == []
    caplog.clear()


def test_old_entries_of_the_trail_go_when_the_program_closes(program, desk, qtbot):
    desks.age(desk.data)
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.start()
    program.db.clock = lambda: NOW
    program.window.close()
    assert not jobs.running()
    with desks.opened(desk.data) as db, db.read() as session:
        assert trail.goes_back_to(session) is not None
        assert trail.verify(session).ok
    assert list(desk.backups.glob("*.db"))


def test_a_trail_that_cannot_be_thinned_holds_up_no_closing(program, desk, qtbot, monkeypatch):
    def fail(_db):
        raise ShowroomError("the disk is full")

    monkeypatch.setattr(thinning, "thin", fail)
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.start()
    program.window.close()
    assert not jobs.running()
    assert list(desk.backups.glob("*.db"))


def test_a_second_start_shows_the_first_window(program, desk, qtbot):
    lock = program_module._lock(desk)
    with qtbot.waitSignal(program.window.opened, timeout=10_000):
        program.start()
    qtbot.waitUntil(lambda: program._server is not None and program._server.isListening())
    program.window.hide()
    assert program_module.run(Namespace(data=desk.data)) == 0
    qtbot.waitUntil(program.window.isVisible)
    lock.unlock()


def test_every_page_of_the_rail_has_an_icon_and_a_place_of_its_own():
    assert [spec.code for spec in PAGES] == [
        "desk",
        "customers",
        "deals",
        "cards",
        "followups",
        "figures",
        "sheets",
        "settings",
    ]
    for spec in PAGES:
        assert (style.RESOURCES / "icons" / f"{spec.icon}.svg").exists()
