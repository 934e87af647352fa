"""Long work on a thread of its own: the only module that knows threads.

    Job(
        self,                                                   # a page
        _("Exporting the month…"),
        lambda progress: monthbook.write(self.db, path, progress),   # worker: own session
        self._on_exported,                                      # UI thread, with its result
    )

A reading job (the default) leaves the desk usable; its progress and Cancel stand in the status
bar. A writing job (`writes=True`) disables the window at once and shows a dialog after 400 ms.
Work expected to take less than 200 ms is done directly, without a job.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import shiboken6
from PySide6.QtCore import QObject, Qt, QThreadPool, QTimer, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from showroom.errors import Cancelled
from showroom.i18n import _
from showroom.progress import Progress
from ui import dialogs, style

if TYPE_CHECKING:
    from ui.place import Place

LATE_MS = 400
_running: set[Job] = set()


@runtime_checkable
class JobHost(Protocol):
    """A window whose status bar shows reading jobs; `MainWindow` is one."""

    def show_job(self, job: Job) -> None:
        """Show progress and Cancel until `job.finished`."""


class Job(QObject):
    """One piece of long work, from its start (at once) to its end.

    Signals: `progressed(done, total)` at most 20 times a second, `finished()` whatever the end.
    A `quiet` job is not shown. `failed(error)` is called instead of showing the error;
    `Cancelled` is silent either way.
    """

    progressed = Signal(int, int)
    finished = Signal()
    _reported = Signal(int, int)
    _returned = Signal(object)
    _raised = Signal(object)

    def __init__(
        self,
        owner: QWidget,
        text: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None] | None = None,
        *,
        writes: bool = False,
        quiet: bool = False,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        super().__init__()
        self.text = text
        self.writes = writes
        self._owner, self._work, self._done, self._failed = owner, work, done, failed
        self._progress = Progress(self._report)
        self._window = owner.window()
        self._place: Place | None = None
        self._dialog: QProgressDialog | None = None
        self._told_at = 0.0
        self._ended = False

        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self._returned.connect(self._on_returned, Qt.ConnectionType.QueuedConnection)
        self._raised.connect(self._on_raised, Qt.ConnectionType.QueuedConnection)
        _running.add(self)
        if writes:
            from ui import place

            self._place = place.keep(self._window.focusWidget())
            self._window.setEnabled(False)
            QTimer.singleShot(LATE_MS, self, self._show_dialog)
        elif not quiet and isinstance(self._window, JobHost):
            self._window.show_job(self)
        QThreadPool.globalInstance().start(self._run)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._progress.cancel()

    # -- on the worker's thread --

    def _run(self) -> None:
        try:
            result = self._work(self._progress)
        except Exception as error:
            self._raised.emit(error)
        else:
            self._returned.emit(result)

    def _report(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told_at > 0.05 or done >= total:
            self._told_at = now
            self._reported.emit(done, total)

    # -- on the UI thread --

    def _show_dialog(self) -> None:
        if self._ended:
            return
        from ui.widgets import label

        dialog = QProgressDialog(self.text, _("Cancel"), 0, 0, self._window)
        dialog.setLabel(label(self.text))  # of plain text, whatever a file is called
        dialog.setWindowTitle(_("Showroom Desk"))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setMinimumDuration(0)
        dialog.setAutoClose(False)
        dialog.setAutoReset(False)
        dialog.setEnabled(True)
        dialog.canceled.connect(self.cancel)
        style.dress_popup(dialog)
        dialog.show()
        self._dialog = dialog

    def _on_reported(self, done: int, total: int) -> None:
        if self._ended:
            return
        if self._dialog is not None:
            self._dialog.setMaximum(total)
            self._dialog.setValue(done)
        self.progressed.emit(done, total)

    def _on_returned(self, result: Any) -> None:
        self._end()
        if self._done is not None and shiboken6.isValid(self._owner):
            self._done(result)

    def _on_raised(self, error: Exception) -> None:
        self._end()
        if isinstance(error, Cancelled) or not shiboken6.isValid(self._owner):
            return  # nobody waits for it any more
        if self._failed is not None:
            self._failed(error)
        else:
            dialogs.show_error(self._owner, error)

    def _end(self) -> None:
        self._ended = True
        _running.discard(self)
        if self.writes:
            from ui import place

            self._window.setEnabled(True)
            place.give_back(self._place, self._window)
        if self._dialog is not None:
            self._dialog.canceled.disconnect(self.cancel)
            self._dialog.close()
            self._dialog.deleteLater()
        self.finished.emit()


def running() -> list[Job]:
    """Return the jobs that have not ended."""
    return list(_running)


def cancel_all() -> None:
    """Ask all jobs to stop and wait until their threads are done; for closing the window."""
    for job in list(_running):
        job.cancel()
    QThreadPool.globalInstance().waitForDone()
    _running.clear()
