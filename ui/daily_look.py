"""What each day brings, as soon as it begins; and the look for duplicates while the desk rests."""

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


def bring(db: Database) -> None:
    """Put into the lists what the day brings: birthdays, days of cars, who stays away."""
    from showroom.cards import occasions
    from showroom.care import absent, calendar, lost
    from showroom.figures import openings

    openings.begin(db)
    with db.write() as session:
        occasions.remember(session, today=db.today())
    with db.write() as session:
        calendar.remember(session, today=db.today())
    with db.write() as session:
        absent.remember(session, today=db.today())
        lost.remember(session, today=db.today())


class DailyLook(QObject):
    """Looks when it is due and the desk rests; whoever comes back stops it until it rests again.

    After midnight, or a night's sleep, every page is read anew: its day is over.
    """

    def __init__(self, window: QWidget, db: Database) -> None:
        super().__init__(window)
        self.job: Job | None = None
        self._window, self._db = window, db
        self._before: tuple[object, ...] = ()
        self._quiet = 0
        self._day = db.today()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def tick(self) -> None:
        """A minute went by: look, if nobody is here and no look was made today."""
        if self._day != self._db.today():
            self._day = self._db.today()
            self._db.tell()
            Job(self._window, "", lambda _none: bring(self._db), quiet=True, failed=self._failed)
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
        from showroom.people import pairs

        bring(self._db)
        with self._db.read() as session:
            due = pairs.is_due(session, self._db.today())
        if due:
            found = pairs.look(self._db, progress)
            log.info("%d likely pairs, %d of them new", found.pairs, found.new)

    def _failed(self, error: Exception) -> None:
        log.warning("The look of the day failed: %s", error)

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
