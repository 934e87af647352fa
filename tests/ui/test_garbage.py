"""Widgets in cycles die on the UI thread, whatever a worker does meanwhile."""

from __future__ import annotations

import gc
import threading

from PySide6.QtWidgets import QWidget

from ui.garbage import EVERY_MS, Collector


class Knot(QWidget):
    """A widget that holds itself: only the collector takes it away."""

    died_on: list[str] = []  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.myself = self

    def __del__(self) -> None:
        Knot.died_on.append(threading.current_thread().name)


def work() -> None:
    for _round in range(200):
        kept = [[] for _number in range(1000)]
        kept.append(kept)


def test_a_widget_in_a_cycle_dies_on_the_thread_of_the_window(qtbot, qapp):
    Knot.died_on.clear()
    collector = Collector(qapp)
    try:
        for _number in range(50):
            Knot()
        worker = threading.Thread(target=work, name="worker")
        worker.start()
        worker.join()
        assert Knot.died_on == []  # with the collector on, the worker would have taken them
        while gc.get_count()[0] <= gc.get_threshold()[0]:
            work()
        collector.collect()
        qtbot.waitUntil(lambda: len(Knot.died_on) == 50)
        assert set(Knot.died_on) == {"MainThread"}
    finally:
        collector.stop()
        gc.disable()


def test_while_much_is_made_nothing_is_looked_at(qapp):
    collector = Collector(qapp)
    try:
        assert collector._timer.interval() == EVERY_MS
        collector.wait()
        assert collector._timer.isActive()
        assert collector._timer.interval() > 10 * EVERY_MS
        collector.keep()
        assert collector._timer.interval() == EVERY_MS
    finally:
        collector.stop()
