"""Python's garbage, collected on the UI thread alone.

A widget that is part of a cycle would else be destroyed by whichever thread happens to allocate one
object too many, an import for example; Qt allows that on its own thread only: the process ends.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1000
WAITING_MS = 30_000


class Collector(QObject):
    """Collects what is due, a generation at a time, from a timer of the thread that made it.

    What exists when it is made is not looked at again: it is there to stay.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self.keep()

    def wait(self) -> None:
        """Let a thread make much that is there to stay: nothing is looked at until `keep`."""
        self._timer.start(WAITING_MS)

    def keep(self) -> None:
        """Look no more at what exists now: modules and pages are there to stay.

        Looking through all of them takes longer than the window may stand still.
        """
        gc.freeze()
        self._timer.start(EVERY_MS)

    def stop(self) -> None:
        """Leave it to Python again: no worker runs any more."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def collect(self) -> None:
        """Collect the oldest generation whose threshold was passed."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return
