"""The daily look for duplicates: on a thread, once a day, while nobody is at the desk."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

from ui.jobs import Job

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Database

log = logging.getLogger(__name__)

TICK_MS = 60 * 1000
REST = 3
"""After so many minutes without a move of the mouse or a save the desk rests."""
_MOVES = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
)


class DailyLook(QObject):
    """Looks when it is due and the desk rests; whoever comes back stops it until it rests again."""

    def __init__(self, window: QWidget, db: Database) -> None:
        super().__init__(window)
        self.job: Job | None = None
        self._window, self._db = window, db
        self._before: tuple[object, ...] = ()
        self._quiet = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def tick(self) -> None:
        """A minute went by: look, if nobody is here and no look was made today."""
        now_is = (QCursor.pos(), self._db.saved_at)
        self._quiet = self._quiet + 1 if now_is == self._before else 0
        self._before = now_is
        if self._quiet >= REST and self.job is None:
            self._quiet = 0
            self._watch(True)
            self.job = Job(self._window, "", self._work, quiet=True, failed=self._failed)
            self.job.finished.connect(self._ended)

    def stop(self) -> None:
        """Look no more: the window closes."""
        self._timer.stop()
        self._watch(False)

    # -- inside --

    def _work(self, progress: Progress) -> None:
        from showroom.cards import occasions
        from showroom.care import absent, calendar, lost
        from showroom.figures import openings
        from showroom.people import pairs

        openings.begin(self._db)
        with self._db.write() as session:
            occasions.remember(session, today=self._db.today())
        with self._db.write() as session:
            calendar.remember(session, today=self._db.today())
        with self._db.write() as session:
            absent.remember(session, today=self._db.today())
            lost.remember(session, today=self._db.today())
        with self._db.read() as session:
            due = pairs.is_due(session, self._db.today())
        if due:
            found = pairs.look(self._db, progress)
            log.info("%d likely pairs, %d of them new", found.pairs, found.new)

    def _failed(self, error: Exception) -> None:
        log.warning("No look for duplicates: %s", error)

    def _ended(self) -> None:
        self.job = None
        self._watch(False)

    def _watch(self, on: bool) -> None:
        """See every key while it looks; all day long that would cost each event."""
        app = QApplication.instance()
        if app is not None and on:
            app.installEventFilter(self)
        elif app is not None:
            app.removeEventFilter(self)

    # -- Qt --

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES and self.job is not None:
            self.job.cancel()
        return False
