"""The program with a window: paint first, then import and open the data on a thread.

The order is that of TECH §2: nothing on the way to the first picture imports SQLAlchemy.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject, QThread, QTimer, Signal
from PySide6.QtWidgets import QApplication

from showroom import i18n, paths, spared
from showroom.i18n import _
from ui import screen, state
from ui.main_window import MainWindow
from ui.wiring import PAGES, PageSpec, Services

if TYPE_CHECKING:
    import argparse

    from PySide6.QtNetwork import QLocalServer

    from showroom.progress import Progress
    from showroom.store.db import Database
    from showroom.store.keeping import Kept
    from ui.daily_look import DailyLook
    from ui.page import Page
    from ui.tray import Tray
    from ui.views import Part

log = logging.getLogger(__name__)

ANSWER_MS = 3000
PAINTED_MS = 100
QUIET_MS = 3000
APART_MS = 20
FRAME = 48  # so much a title bar takes: where it would push the foot off the screen, all is taken


def run(args: argparse.Namespace) -> int:
    """Open the desk of `args.data` in a window and return the exit code when it is closed."""
    screen.import_plainly()
    app = application()
    app.setApplicationName(paths.APP)
    app.setDesktopFileName("showroom-desk")
    desk = paths.desk(args.data)
    lock = _lock(desk)
    if lock is None and _show_first(desk):
        return 0
    state.use(desk.data if desk.data.is_dir() else None)
    kept = state.text("language")  # chosen in the settings; the command line comes first
    if (
        getattr(args, "language", None) is None
        and kept in i18n.LANGUAGES
        and kept != i18n.language()
    ):
        i18n.use(kept)
    program = Program(app, desk)
    program.start()
    code = app.exec()
    if lock is not None:
        lock.unlock()
    return code


def application() -> QApplication:
    """The program's application, in Fusion: who asks for that later has to import `QStyle`."""
    app = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "Fusion"])
    assert isinstance(app, QApplication)
    return app


def _lock(desk: paths.Desk) -> QLockFile | None:
    """Take the desk for this program; None when another one has it."""
    try:
        desk.data.mkdir(parents=True, exist_ok=True)
    except OSError:
        return QLockFile("")  # opening will say in a sentence why the folder is no good
    lock = QLockFile(str(desk.data / "desk.lock"))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
        return None
    return lock


def _address(desk: paths.Desk) -> str:
    from hashlib import sha256

    name = str(desk.data.resolve()).casefold().encode()
    return f"showroom-desk-{sha256(name).hexdigest()[:16]}"


def _show_first(desk: paths.Desk) -> bool:
    """Ask the program that has this desk to show its window; tell whether it answered."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    for _attempt in range(ANSWER_MS // 100):  # the first may be opening its data
        socket.connectToServer(_address(desk))
        if socket.waitForConnected(100):
            break
        QThread.msleep(100)
    else:
        return False
    socket.write(b"show")
    socket.waitForBytesWritten(ANSWER_MS)
    socket.disconnectFromServer()
    return True


class Program(QObject):
    """The window from its first picture to its close, and all that is opened in between."""

    _raised = Signal(object)
    _written = Signal()

    def __init__(self, app: QApplication, desk: paths.Desk) -> None:
        super().__init__()
        self.app, self.desk = app, desk
        self.window = MainWindow(PAGES)
        self.db: Database | None = None
        self._services: Services
        self._server: QLocalServer | None = None
        self._daily: DailyLook | None = None
        self._tray: Tray | None = None
        self._over = False
        self._hook = sys.excepthook
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._fold)
        self._written.connect(self._quiet.start)

    def start(self) -> None:
        """Show the window; everything else follows its first picture."""
        small = False
        if not state.restore_geometry(self.window, "window"):
            room = self.app.primaryScreen().availableGeometry()
            self.window.resize(min(1366, room.width()), min(768, room.height()))
            small = room.width() < 1366 + FRAME or room.height() < 768 + FRAME
        self.window.painted.connect(self._furnish)
        self.window.closed.connect(self._close)
        if small:
            self.window.showMaximized()
        else:
            self.window.show()

    # -- after the first picture, one step a turn of the event loop --

    def _furnish(self) -> None:
        self._steps = [
            lambda: importlib.import_module("ui.style"),
            lambda: importlib.import_module("ui.chrome"),
            self._dress,
            self.window.furnish,
            self._open,
            self._watch,
        ]
        self._step()

    def _step(self) -> None:
        if self._steps:
            self._steps.pop(0)()
            QTimer.singleShot(0, self._step)

    def _dress(self) -> None:
        from ui import style

        style.apply(self.app, state.text("scheme", "auto"))
        _speak(self.app)

    def _watch(self) -> None:
        """Show what nobody expected, from whichever thread."""
        from PySide6.QtCore import Qt

        self._raised.connect(self._show_error, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._on_exception

    def _listen(self) -> None:
        """Let a second start of the program find this one."""
        from PySide6.QtNetwork import QLocalServer

        address = _address(self.desk)
        QLocalServer.removeServer(address)  # what a crash left behind
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_second_start)
        self._server.listen(address)

    def _on_second_start(self) -> None:
        if self._server is not None:
            self._server.nextPendingConnection().deleteLater()
        self.window.come_back()

    def _open(self) -> None:
        spared.spare(spared.OURS)
        from ui.jobs import Job

        Job(
            self.window,
            _("Opening…"),
            self._work,
            self._on_opened,
            failed=self._on_failed,
        )

    def _work(self, _progress: Progress) -> tuple[Database, Services]:
        """Import and open; on the worker's thread."""
        return open_all(self.desk, self.window.code, whole=False)

    def _on_opened(self, opened: tuple[Database, Services]) -> None:
        self.db, self._services = opened
        state.use(self.desk.data)
        self.db.on_change(self._written.emit)
        self.window.opened.connect(self._on_usable)
        self.window.open_desk(*opened)
        from ui import copying

        self._copies = QTimer(self, interval=copying.EVERY_MS)
        self._copies.timeout.connect(self._back_up)
        self._copies.start()

    def _on_usable(self) -> None:
        """Let the page be painted first: now the desk can be used."""
        from ui.garbage import Collector

        self._collector = Collector(self)
        QTimer.singleShot(PAINTED_MS, self.window, self._prepare_rest)
        if self.db is not None and self.db.lost:
            from showroom.errors import ShowroomError

            self._show_error(ShowroomError(self.db.lost))

    def _prepare_rest(self) -> None:
        """Do what nobody waits for."""
        from ui.jobs import Job

        if not self.window.isVisible():
            return
        self._dialogs()
        self._listen()
        self._collector.wait()
        Job(self.window, "", self._import_rest, self._on_imported_rest, quiet=True)

    def _import_rest(self, _progress: Progress) -> dict[str, Any]:
        """Import the other pages and what waits is counted with, before they are asked for.

        Returns what the pages read, by code.
        """
        from showroom.door import rehearsal

        assert self.db is not None
        spared.load(spared.OURS)
        self._services.rest()
        read = {spec.code: _page(spec).warm(self.db) for spec in PAGES}
        for part in _parts(PAGES[0]):  # they are made ahead
            part.load().warm(self.db)
        try:
            rehearsal.rehearse(self.db)
        except Exception:
            log.exception("The first party could not be rehearsed")
        return read

    def _on_imported_rest(self, read: dict[str, Any]) -> None:
        """One after the other: the window answers in between, and no thread is in the way."""
        self.window.read = read
        from ui.widgets import know_widgets

        know_widgets()
        self._collector.keep()
        QTimer.singleShot(0, self.window, self.window.refresh)
        QTimer.singleShot(APART_MS, self.window, lambda: self.window.make_pages(self._attend))

    def _attend(self) -> None:
        """Look after the day from now on."""
        from ui.daily_look import DailyLook
        from ui.jobs import Job

        if self._over:
            return
        self._collector.keep()
        if self.db is not None:
            if self._daily is not None:
                self._daily.stop()
            self._daily = DailyLook(self.window, self.db)
            if self._tray is None:
                from ui.tray import Tray

                self._tray = Tray(self.window, self.db)
        Job(self.window, "", self._look_through, quiet=True)

    def _look_through(self, _progress: Progress) -> None:
        """Put birthdays into the queue; read every page once: damage is said before it is met."""
        from showroom.store import damage
        from ui import daily_look

        assert self.db is not None
        daily_look.bring(self.db)
        damage.refuse(self.db.path, self.db.key)

    def _on_failed(self, error: Exception) -> None:
        from showroom.errors import ShowroomError
        from ui.widgets import Button

        sentence = str(error)
        if not isinstance(error, ShowroomError):
            sentence = _("The data could not be opened. Nothing was changed.")
            self._show_error(error)
        rescues = isinstance(error, ShowroomError) and self._rescues(error)
        kind = "" if rescues else "primary"
        other = Button(_("Choose Another Folder…"), kind=kind, name="window.other_folder")
        other.clicked.connect(self._choose_folder)
        leave = Button(_("Quit"), "Ctrl+Q", name="window.quit")
        leave.clicked.connect(self.window.close)
        if rescues:
            from ui.rescue import Rescue

            rescue = Rescue(self.desk, error, [other, leave])
            rescue.done.connect(self._open_again)
            self.window.show_problem(sentence, [rescue])
        else:
            self.window.show_problem(sentence, [other, leave])

    def _rescues(self, error: Exception) -> bool:
        from showroom.store import restoring

        return restoring.helps(error)

    def _open_again(self) -> None:
        self.window.hide_problem()
        self._open()

    def _choose_folder(self) -> None:
        from ui import dialogs

        chosen = dialogs.choose_open(self.window, _("Folder of the desk's data"), folder=True)
        if chosen:
            self.desk = paths.desk(Path(chosen[0]))
            self._open_again()

    # -- while it runs --

    def _fold(self) -> None:
        """Nothing was written for some seconds: no save has to do it."""
        from ui.jobs import Job

        db = self.db
        if db is not None and not self._over:
            Job(
                self.window,
                "",
                lambda _progress: db.fold(),
                quiet=True,
                failed=lambda error: log.warning("The log was not folded in: %s", error),
            )

    def _back_up(self) -> None:
        from ui import copying
        from ui.jobs import Job

        db, desk, second = self.db, self.desk, copying.second()
        if db is not None:
            Job(
                self.window,
                _("Backing up…"),
                lambda progress: copying.keep(db, desk.backups, second, progress),
                self._on_backed_up,
            )

    def _on_backed_up(self, kept: Kept) -> None:
        from ui import copying

        copying.note(kept)
        self.window.refresh()

    def _on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.app.quit()
        else:
            self._raised.emit(error.with_traceback(trace))

    def _show_error(self, error: BaseException) -> None:
        self._dialogs().show_error(self.app.activeWindow() or self.window, error)

    def _dialogs(self) -> ModuleType:
        """The windows that ask, which know where the log lies and where a line is said."""
        from showroom import logs
        from ui import dialogs

        logs.start(self.desk.logs)
        dialogs.log_folder = self.desk.logs
        dialogs.tell = self.window.status.say
        return dialogs

    # -- the end --

    def _close(self) -> None:
        from ui import jobs

        self._over = True
        self.window.hide()
        self._quiet.stop()
        if self._daily is not None:
            self._daily.stop()
        if self._tray is not None:
            self._tray.stop()
        jobs.cancel_all()
        if self._server is not None:
            self._server.close()
        if self.db is not None:
            self._tidy()
            self._keep_copy()
            self.db.close()
        state.use(None)
        sys.excepthook = self._hook
        self.app.quit()

    def _tidy(self) -> None:
        """Let go what the trail need keep no longer; a failure is logged, closing goes on."""
        from showroom.guard import thinning

        assert self.db is not None
        try:
            thinning.thin(self.db)
        except Exception:
            log.exception("The trail was not thinned")

    def _keep_copy(self) -> None:
        """Copy the file when it changed; a failure is logged, closing is not held up."""
        from ui import copying

        assert self.db is not None
        try:
            copying.note(copying.keep(self.db, self.desk.backups, copying.second()))
        except Exception:
            log.exception("No backup at closing")


def _speak(app: QApplication) -> None:
    """Let Qt's own words (Copy, Paste, the file dialog) be in the language of the desk."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    from showroom.i18n import language

    QLocale.setDefault(QLocale(language()))
    words = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load(f"qtbase_{language()}", folder):
        app.installTranslator(words)


def _page(spec: PageSpec) -> type[Page]:
    """Import a page; any thread."""
    module, name = spec.place.split(":")
    page: type[Page] = getattr(importlib.import_module(module), name)
    return page


def _parts(spec: PageSpec) -> Sequence[Part]:
    """The views and tools of a page; any thread."""
    found = vars(importlib.import_module(spec.parts)) if spec.parts else {}
    return [*found.get("VIEWS", ()), *found.get("TOOLS", ())]


def open_all(desk: paths.Desk, page: str, *, whole: bool = True) -> tuple[Database, Services]:
    """Import the business and open the desk's data; any thread. Used by the tour, too.

    `whole=False` leaves out what can be imported later, by `Services.rest`.
    """
    from showroom.store.opening import open_desk

    db = open_desk(desk)
    from ui.services import DeskServices

    made = DeskServices(db, desk)
    if whole:
        made.rest()
    summary = made.summary()  # it says who sits here, and the page reads for him
    reading = _page(next(spec for spec in PAGES if spec.code == page)).warm(db)
    services = Services(
        made.summary,
        made.find,
        made.undo,
        made.redo,
        made.sit_down,
        made.rest,
        made.chairs,
        made.check,
        made.reset,
        reading,
        made.weight,
        None if whole else summary,  # shown at once; later something may have been written
    )
    return db, services
