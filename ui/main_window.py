"""The one window: its frame is painted first, its pages are made when the data is open."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from showroom.i18n import _
from ui import first_picture, state
from ui.wiring import PAGES, PageSpec

# Only what the first picture needs stands above; what the rest needs is imported by `furnish`
# and after it: Qt's own name spaces take longer to import than the window takes to appear.
if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QWidget

    from showroom.store.db import Database
    from ui.chrome import Rail, StatusBar, Summary, TopBar
    from ui.jobs import Job
    from ui.lock import Lock
    from ui.overlay import KeysOverlay
    from ui.page import Page
    from ui.palette import Command, Hit
    from ui.place import Place
    from ui.views import Views
    from ui.wiring import Services

TICK_MS = 30_000
SOON_MS = 40  # the page that was written on is read anew and painted first
IDLE_MS = 250
COVERED_MS = 800  # an opening that takes longer shows the frame


class MainWindow(QMainWindow):
    """The desk's window. Make it, show it, `furnish()` it, then `open_desk(db, services)`.

    `painted` is emitted once, after the first picture, `opened` when the first page is shown
    and can be used, `closed` when the user closes it.
    """

    painted = Signal()
    opened = Signal()
    closed = Signal()
    changed = Signal()  # the data, by whatever thread

    top: TopBar
    rail: Rail
    status: StatusBar

    def __init__(self, pages: Sequence[PageSpec] = PAGES) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(_("Showroom Desk"))
        self.specs = {spec.code: spec for spec in pages}
        self.pages: dict[str, Page] = {}
        self.read: dict[str, Any] = {}  # what pages read that are not made yet, by code
        self.is_made = False  # all that is made before it is asked for
        self.code = pages[0].code
        self.db: Database | None = None
        self._day = date.min
        self._services: Services | None = None
        self._overlay: KeysOverlay | None = None
        self._lock: Lock | None = None
        self._wanted_key = ""
        self._places: dict[str, Place | None] = {}  # where the keyboard was on each page
        self._painted = False
        self._covered = True  # by the first picture
        self.more_keys: Callable[[], list[tuple[str, str]]] = list  # of what stands above the page
        self.stays: Callable[[], bool] | None = None  # puts the window away instead of closing it
        self.setMinimumSize(900, 500)  # 1920×1080 at 200 %

    # -- life --

    def furnish(self) -> None:
        """Put the frame in, bind the keys; done after the first picture."""
        from PySide6.QtWidgets import (
            QApplication,
            QGridLayout,
            QStackedWidget,
            QVBoxLayout,
            QWidget,
        )

        from ui.chrome import Banner, Rail, StatusBar, TopBar, Waiting

        self.top = TopBar()
        self.rail = Rail([(spec.code, _(spec.title), spec.icon) for spec in self.specs.values()])
        self.status = StatusBar()
        self.banner = Banner(_("Set a PIN…"))
        self.bars = QVBoxLayout()
        self.bars.setSpacing(0)
        self.bars.addWidget(self.banner)
        self.stack = QStackedWidget()
        self._waiting = Waiting()
        self.stack.addWidget(self._waiting)
        frame = QWidget()
        grid = QGridLayout(frame)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.top, 0, 0, 1, 2)
        grid.addLayout(self.bars, 1, 0, 1, 2)
        grid.addWidget(self.rail, 2, 0)
        grid.addWidget(self.stack, 2, 1)
        grid.addWidget(self.status, 3, 0, 1, 2)
        self.rail.show_code(self.code)
        self.setCentralWidget(frame)
        for number, code in enumerate(self.specs, 1):
            self._bind(f"Ctrl+{number}", self._shower(code))
        self._bind("Ctrl+K", self.find_anything)
        self._bind("Ctrl+F", self.find_in_page)
        self._bind("Ctrl+Z", self.undo)
        self._bind("Ctrl+Shift+Z", self.redo)
        self._bind("F1", self.show_keys)
        self._bind("?", self.show_keys)
        self._bind("Ctrl+L", self.lock)
        self._bind("Ctrl+Q", self.quit)
        self.rail.chosen.connect(self.show_page)
        self.status.keys_asked.connect(self.show_keys)
        self.top.search.left.connect(self._back_to_page)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)
        self.top.search.commands = self.commands
        self.top.search.elsewhere = self.commands_elsewhere
        self.top.sat_down.connect(self._sit_down)
        self.top.lock.clicked.connect(lambda: self.lock())
        self.banner.pressed.connect(lambda: self.open_id("settings", 1))
        self.top.dressed.connect(self._dress)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)  # the page has its own turn
        self._soon.timeout.connect(self.refresh)
        self.changed.connect(self._refresh_soon)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.refresh)
        self._frame = frame
        frame.setUpdatesEnabled(False)  # it is painted once, with the page in it
        QTimer.singleShot(COVERED_MS, self, self._uncover)

    def _uncover(self) -> None:
        """Let the frame be seen: all is there, or it takes so long that it says what it does."""
        if self._covered:
            self._covered = False
            self._frame.setUpdatesEnabled(True)

    def open_desk(self, db: Database, services: Services) -> None:
        """Take the open data: make the page shown, fill the frame, do what a key asked before."""
        self.db, self._services, self._day = db, services, db.today()
        self.top.search.look = self._look
        db.on_change(self.changed.emit)
        self.page(self.code).read_already = services.reading
        QTimer.singleShot(0, self._begin)  # the window answers in between

    def _begin(self) -> None:
        assert self._services is not None
        first = self._services.first or self._services.summary()
        if first.locks:
            self.lock()
            self._wanted_key = ""
        self.show_page(self.code)
        self._show_summary(first)
        self._tick.start()
        self._uncover()
        self.opened.emit()
        if self._wanted_key:
            key, self._wanted_key = self._wanted_key, ""
            for command in self.pages[self.code].commands():
                if command[1] == key:
                    command[2]()

    def show_problem(self, sentence: str, buttons: Sequence[QWidget]) -> None:
        """Show one calm sentence instead of the pages, and below it the ways to go on."""
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

        from ui import style

        self._uncover()
        place = QWidget()
        words = QLabel(sentence)
        words.setObjectName("window.problem")
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setFont(style.font(15))
        words.setFixedWidth(560)
        words.setMinimumHeight(words.heightForWidth(560))  # an aligned label is not asked
        column = QVBoxLayout(place)
        column.setSpacing(style.XL)
        column.addStretch(2)
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        for button in buttons:
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.stack.addWidget(place)
        self.stack.setCurrentWidget(place)
        self.rail.setEnabled(False)
        self.top.search.setEnabled(False)
        if buttons:
            buttons[0].setFocus()

    def hide_problem(self) -> None:
        """Go back to the empty boxes: the data is opened anew."""
        self.stack.setCurrentWidget(self._waiting)
        self.rail.setEnabled(True)
        self.top.search.setEnabled(True)

    # -- pages --

    def page(self, code: str) -> Page:
        """Return a page, made when first asked for."""
        if code not in self.pages:
            assert self.db is not None
            module, name = self.specs[code].place.split(":")
            made: Page = getattr(importlib.import_module(module), name)(self.db)
            made.open.connect(self.open_id)
            made.said.connect(self.status.say)
            made.read_already = self.read.pop(code, None)
            self.pages[code] = made
            self.stack.addWidget(made)
        return self.pages[code]

    def make_pages(self, then: Callable[[], None] = lambda: None) -> None:
        """Make the pages nobody asked for yet, one at a time, so that showing one is quick.

        Then the views and tools of the first one, where it makes them ahead. Call `then` when all
        are there, or the window was put away.
        """
        missing = next((code for code in self.specs if code not in self.pages), None)
        if self.isVisible() and missing is not None:
            self.page(missing)
        elif not self.isVisible() or not self.pages[next(iter(self.specs))].make_next():
            self.is_made = True
            then()
            return
        QTimer.singleShot(IDLE_MS, self, lambda: self.make_pages(then))

    def show_page(self, code: str, *, anew: bool = False) -> None:
        """Show a page; the keyboard is where it was on it, or `anew` where the page begins.

        So it is when the page is asked for while it is shown.
        """
        from ui import place

        before, self.code = self.code, code
        self.rail.show_code(code)
        if self.db is None:
            return
        self._keep_place(before)
        page = self.page(code)
        self.stack.setCurrentWidget(page)
        if not self.is_locked():
            page.setFocus()
            again = before == code or anew
            if again or not place.give_back(self._places.get(code), page, page.about()):
                page.focus_first()

    def _keep_place(self, code: str) -> None:
        """Remember where the keyboard is on the page, also while the search line has it."""
        from ui import place

        page, focus = self.pages.get(code), self.focusWidget()
        if page is None or (focus is not None and not page.isAncestorOf(focus)):
            return
        self._places[code] = place.keep(focus, page.about())

    def open_id(self, code: str, id: int) -> None:
        """Show one thing on its page: what `Page.open` and the search line ask for."""
        self.show_page(code, anew=True)
        if self.db is not None and id:
            self.pages[code].show_id(id)

    def open_view(self, code: str, view: str, id: int) -> None:
        """Show a page, or a view of it and one thing in it: what a reminder is about."""
        if not view:
            self.open_id(code, id)
            return
        self.show_page(code, anew=True)
        if self.db is not None:
            views: Views = vars(self.pages[code])["views"]
            views.open_code(view)
            if id:
                views.made[view].show_id(id)

    def find_anything(self) -> None:
        """Go to the search line in the top bar."""
        self._keep_place(self.code)
        self.top.search.begin()

    def find_in_page(self) -> None:
        """Go to the page's own search line, else to the one in the top bar."""
        page = self.pages.get(self.code)
        if page is not None and page.search is not None:
            page.search.setFocus()
            page.search.selectAll()
        else:
            self.find_anything()

    def _back_to_page(self) -> None:
        """Give the keyboard back to what had it before the search line, else to the page."""
        from ui import place

        page = self.pages.get(self.code)
        if page is None:
            return
        kept = self._places.get(self.code)
        if not place.give_back(kept, page, page.about()) and not self._is_within(page):
            page.focus_first()

    def _is_within(self, page: Page) -> bool:
        """Tell whether something that is shown on the page has the keyboard."""
        focus = self.focusWidget()
        return focus is not None and page.isAncestorOf(focus) and focus.isVisible()

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        page, kept = self.pages.get(self.code), self._places.get(self.code)
        if new is not self.top.search or old is None or page is None:
            return
        if kept is None or kept.widget is not old:  # it was clicked
            from ui import place

            self._places[self.code] = place.keep(old, page.about())

    # -- what the window does --

    def undo(self) -> None:
        """Take the last action back and say what it was."""
        self._revert()

    def redo(self) -> None:
        """Do again what was undone last and say what it was."""
        self._revert(again=True)

    def _revert(self, *, again: bool = False) -> None:
        from ui import reverting

        if self._services is not None:
            reverting.revert(self, self._services, again=again)

    def _refresh_soon(self) -> None:
        if not self._soon.isActive():  # else who writes all the time would put it off for ever
            self._soon.start()

    def refresh(self) -> None:
        """Show the day's summary in the frame."""
        if self._services is not None:
            self._show_summary(self._services.summary())
            self._follow_day()

    def _follow_day(self) -> None:
        """Let the pages know that it is past midnight: the program may be open for weeks."""
        assert self.db is not None
        was, self._day = self._day, self.db.today()
        if was != self._day:
            for page in self.pages.values():
                page.new_day(was)

    def _show_summary(self, summary: Summary) -> None:
        self.top.show_summary(summary, state.text("scheme", "auto"))
        self.rail.show_badges(summary.badges)
        self.status.show_summary(summary)
        self.banner.set_text(summary.banner)
        if summary.locks:
            self._guard().watch(summary.idle)
            if summary.staff_id not in {one[0] for one in summary.people}:
                self.lock()  # who sat here does not work here any more
        elif self._lock is not None:
            self._lock.watch(0)

    def _sit_down(self, id: int) -> None:
        """Let somebody else sit down: who has a PIN gives it."""
        from showroom.errors import ShowroomError

        if self._services is not None:
            if any(chair.id == id and chair.has_pin for chair in self._services.chairs()):
                self.lock(id)
            else:
                try:
                    self._services.sit_down(id)
                    self.status.say("")
                except ShowroomError as error:
                    self.status.say(str(error))
            self.refresh()

    # -- away and back --

    def quit(self) -> None:
        """End the program, also where closing the window puts it away."""
        self.stays = None
        self.close()

    def put_away(self) -> None:
        """Go out of sight; nobody is at the desk then."""
        state.save_geometry(self, "window")
        if self._services is not None and self._services.chairs():
            self.lock()
        self.hide()

    def come_back(self) -> None:
        """Show the window again, in front."""
        from PySide6.QtCore import Qt

        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    # -- the lock --

    def is_locked(self) -> bool:
        """Tell whether the lock page stands over everything."""
        return self._lock is not None and self._lock.is_locked()

    def lock(self, id: int = 0) -> None:
        """Cover everything until somebody gives a PIN; `id` is asked for his at once."""
        if self._services is None or self.is_locked():
            return
        if self._services.chairs():
            self._guard().lock(id)
        else:
            self.status.say(_("Nobody has a PIN yet: it is set in Settings, Staff."))

    def _guard(self) -> Lock:
        if self._lock is None:
            from ui.lock import Lock

            assert self._services is not None
            services = self._services
            self._lock = Lock(self, services.chairs, services.check, self._leave, services.reset)
            self._lock.opened.connect(self._on_unlocked)
        return self._lock

    def _leave(self) -> None:
        """Forget what was searched for; a page keeps by itself what is half typed in it.

        A number that was shown for a while is hidden.
        """
        from showroom.guard import mask

        if self.db is not None:
            mask.hide(self.db, *self.db.revealed)
        if self.top.search.hasFocus() or self.top.search.text():
            self.top.search.finish()

    def _on_unlocked(self, id: int) -> None:
        if self._services is not None:
            self._services.sit_down(id)
            self.refresh()
        page = self.pages.get(self.code)
        if page is not None:
            page.reload_soon()  # who sits here now may see other things
            focus = self.focusWidget()
            if focus is None or not focus.isVisible():
                page.focus_first()

    def _dress(self, scheme: str) -> None:
        from PySide6.QtWidgets import QApplication

        from ui import style

        state.set_text("scheme", scheme)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            style.apply(app, scheme)
        self.refresh()

    def show_keys(self) -> None:
        """Show every key of the page and of the window; again: take them away."""
        from ui.overlay import KeysOverlay

        if self._overlay is None:
            self._overlay = KeysOverlay(self)
        page = self.pages.get(self.code)
        self._overlay.show_keys(page.key_groups() if page is not None else {}, self.keys())

    def keys(self) -> list[tuple[str, str]]:
        """Return (key, words) of the keys that work everywhere."""
        return [
            (f"Ctrl+1…{len(self.specs)}", _("Pages")),
            ("Ctrl+K", _("Find customers and commands")),
            ("Ctrl+F", _("Find on this page")),
            ("Ctrl+Z", _("Undo")),
            ("Ctrl+Shift+Z", _("Redo")),
            ("F1", _("Keys of This Page")),
            ("Ctrl+L", _("Lock, or change person")),
            ("Ctrl+Q", _("Quit")),
            *self.more_keys(),
        ]

    def commands(self) -> list[Command]:
        """Return what Ctrl+K can do now: the page's commands, then the window's."""
        from ui import commands

        return commands.here(self)

    def commands_elsewhere(self) -> list[Command]:
        """Return what Ctrl+K can do on the other pages."""
        from ui import commands

        return commands.elsewhere(self)

    def show_job(self, job: Job) -> None:
        """Show a reading job in the status bar until it ends; the last one started is seen."""
        self.status.job.set_text(job.text)
        self.status.cancel.show()
        self.status.cancel.clicked.connect(job.cancel)

        def progressed(done: int, total: int) -> None:
            share = f" {done * 100 // total} %" if total else ""
            self.status.job.set_text(job.text + share)

        def finished() -> None:
            self.status.cancel.clicked.disconnect(job.cancel)
            self.status.job.set_text("")
            self.status.cancel.hide()

        job.progressed.connect(progressed)
        job.finished.connect(finished)

    # -- inside --

    def _bind(self, key: str, slot: Callable[[], object]) -> None:
        from PySide6.QtGui import QAction, QKeySequence

        action = QAction(self)
        action.setObjectName(f"window.key.{key}")
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: slot())
        self.addAction(action)

    def _shower(self, code: str) -> Callable[[], None]:
        return lambda: self.show_page(code)

    def _look(self, typed: str) -> list[Hit]:
        from ui import commands

        return [] if self._services is None else commands.customers(self, self._services, typed)

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QKeySequence

        if self.db is None and Qt.Key.Key_F2 <= event.key() <= Qt.Key.Key_F12:
            keys = QKeySequence(event.key())
            self._wanted_key = keys.toString(QKeySequence.SequenceFormat.NativeText)
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame empty until it is uncovered."""
        if self._covered:
            first_picture.paint(self, len(self.specs))
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.stays is not None and self.isVisible() and self.stays():
            event.ignore()
            return
        if self._lock is not None:
            self._lock.end()
        if self.db is not None:
            self._soon.stop()
            self._tick.stop()
        state.save_geometry(self, "window")
        self.closed.emit()
        super().closeEvent(event)
