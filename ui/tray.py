"""Reminders: each minute what became due, above the page, and in the tray while nobody works in it.

    self.tray = Tray(window, db)        # after the window is open; `tray.stop()` when it closes

Where the system has a tray and the desk's habit says so, closing the window puts it away there
instead of ending the program; Ctrl+Q ends it. What was shown is kept in the data once it was, see
`showroom.care.reminders`: what was found while the program ends is told when it is opened again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from showroom.i18n import _
from ui import state, style
from ui.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from showroom.care.reminders import Due
    from showroom.progress import Progress
    from showroom.store.db import Database
    from ui.main_window import MainWindow
    from ui.reminder_bar import ReminderBar

log = logging.getLogger(__name__)

TICK_MS: Final = 60_000
SHOWN_MS: Final = 15_000
SOON_MS: Final = 300
"""So long after a change of the data it is looked whether what is shown is done."""
HABIT, TOLD = "tray", "tray_told"


def is_wanted() -> bool:
    """Whether closing the window leaves the desk in the tray, by the habit of this desk."""
    return state.text(HABIT) == "on"


def want(on: bool) -> None:
    """Keep that habit."""
    state.set_text(HABIT, "on" if on else "")


class Tray(QObject):
    """Looks for what became due, and shows it; `said(text)` whenever something was."""

    said = Signal(str)

    def __init__(self, window: MainWindow, db: Database) -> None:
        super().__init__(window)
        self._window, self._db = window, db
        self._job: Job | None = None
        self._last: Due | None = None
        self._told: set[str] = set()
        self._stopped = False
        self.icon: QSystemTrayIcon | None = None
        self.bar: ReminderBar | None = None  # made when there is something to show
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._look_after_change)
        window.changed.connect(self._on_change)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon = self._make_icon()
        window.stays = self._put_away
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def _make_icon(self) -> QSystemTrayIcon:
        made = QSystemTrayIcon(style.icon("bell", "accent"), self)
        made.setToolTip(_("Showroom Desk"))
        self._menu = QMenu(self._window)
        self._menu.addAction(_("Open the desk"), self.open)
        self._menu.addAction(_("Quit"), self._window.quit)
        made.setContextMenu(self._menu)
        made.activated.connect(self._on_activated)
        made.messageClicked.connect(self.open_last)
        made.show()
        return made

    def stop(self) -> None:
        """Look no more: the program ends."""
        self._stopped = True
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
        if self.icon is not None:
            self.icon.hide()

    # -- looking --

    def look(self) -> None:
        """Look on a thread for what became due; one look at a time.

        Without a tray nothing is looked for while the window is minimised: it waits to be seen.
        """
        if self._job is None and (self.icon is not None or self._is_open()):
            self._start(self._look_through, self._on_looked)

    def _on_change(self) -> None:
        """What is shown may be done by now."""
        if self.bar is not None and self.bar.waiting() and not self._stopped:
            self._soon.start()

    def _look_after_change(self) -> None:
        if self._stopped:
            return
        if self._job is None:
            self.look()
        else:
            self._soon.start()

    def _start(
        self, work: Callable[[Progress], Any], done: Callable[[Any], None] | None = None
    ) -> None:
        self._job = Job(self._window, "", work, done, quiet=True, failed=self._failed)
        self._job.finished.connect(self._on_finished)

    def _look_through(self, _progress: Progress) -> tuple[list[Due], list[Due]]:
        """What is to be shown now, and what is due still of what the bar shows."""
        from showroom.care import reminders

        keys, now = self.bar.waiting() if self.bar is not None else [], self._db.now()
        with self._db.read() as session:
            return reminders.look(session, keys, now=now)

    def _on_looked(self, seen: tuple[list[Due], list[Due]]) -> None:
        found, still = seen
        if self.bar is not None and not self._stopped:
            self.bar.keep(still, named=self._may_name())
        self.show(found)

    def _note(self, shown: list[Due]) -> None:
        from showroom.care import reminders

        with self._db.write() as session:
            reminders.note(session, shown, now=self._db.now())

    def _failed(self, error: Exception) -> None:
        log.warning("No look for reminders: %s", error)

    def _on_finished(self) -> None:
        self._job = None

    def show(self, found: list[Due]) -> None:
        """Show these: no number ever, and a name only while somebody sits at the desk."""
        found = [one for one in found if one.key not in self._told]
        if not found or self._stopped:
            return
        self._told |= {one.key for one in found}
        self._start(lambda _progress: self._note(found))  # though the program should end now
        from showroom.care import reminders

        self._last = found[0]
        named = self._may_name()
        text = reminders.spoken(found, named=named)
        self._shown_bar().add(found, named=named)  # where it is put away for when it comes back
        if self.icon is not None and not (self._is_open() and self._window.isActiveWindow()):
            self.icon.showMessage(
                _("Showroom Desk"), text, QSystemTrayIcon.MessageIcon.Information, SHOWN_MS
            )
        self.said.emit(text)

    def _shown_bar(self) -> ReminderBar:
        if self.bar is None:
            from ui.reminder_bar import ReminderBar

            self.bar = ReminderBar(self._window)
            self.bar.asked.connect(self._open_one)
            self._window.bars.addWidget(self.bar)
            self._window.more_keys = self.bar.keys
        return self.bar

    def _may_name(self) -> bool:
        return self._db.staff_id is not None and not self._window.is_locked()

    def _is_open(self) -> bool:
        """Whether it can be read: a minimised window is visible to Qt."""
        return self._window.isVisible() and not self._window.isMinimized()

    # -- the window goes and comes --

    def _put_away(self) -> bool:
        """Whether the window that is being closed stays in the tray; then it is put away."""
        if self.icon is None or not is_wanted() or _session_ends():
            return False
        QApplication.setQuitOnLastWindowClosed(False)
        self._window.put_away()
        if not state.text(TOLD):
            state.set_text(TOLD, "yes")
            self.icon.showMessage(
                _("Showroom Desk"),
                _("The desk goes on here and reminds you. Ctrl+Q in its window ends it."),
                QSystemTrayIcon.MessageIcon.Information,
                SHOWN_MS,
            )
        return True

    def open(self) -> None:
        """Show the window again; with PINs in use it asks for one."""
        self._window.come_back()

    def open_last(self) -> None:
        """Open what the last reminder was about."""
        self.open()
        if self._last is not None:
            self._open_one(self._last)

    def _open_one(self, one: Due) -> None:
        self._window.open_view(one.page, one.view, one.id)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self.open()


def _session_ends() -> bool:
    app = QApplication.instance()
    return isinstance(app, QGuiApplication) and app.isSavingSession()
