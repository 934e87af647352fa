"""The real program by its real entrance, under a clock; run in a process of its own.

`python -c "from tests.bench import window; window.run()" DATA SCRIPT ROUNDS`. A clock beats on
the UI thread every millisecond; the longest time between two beats is what the window did not
answer. Prints one JSON object: `paint` and `usable` (monotonic seconds), `opening` (longest
silence until the desk can be used, ms), `settling` (after it), `steps` ([name, longest silence
in ms], in order). The script `times` does without the clock, which takes its share of what it
measures, and ends when the desk can be used.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import main

Step = tuple[str, int, Callable[[], object]]  # name, ms given to it, what is done


class Clock:
    """Beats on the UI thread and keeps the longest silence."""

    def __init__(self) -> None:
        self.last = self.longest = 0.0

    def start(self, window: Any) -> None:
        from PySide6.QtCore import QTimer

        self.last = time.monotonic()
        self.beats = QTimer(window)
        self.beats.timeout.connect(self.beat)
        self.beats.start(1)

    def beat(self) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, (now - self.last) * 1000)
        self.last = now

    def take(self) -> float:
        """The longest silence since it was taken last."""
        self.beat()
        longest, self.longest = self.longest, 0.0
        return longest


TIMES = "times"
clock = Clock()
told: dict[str, Any] = {"steps": []}


def run() -> None:
    """Open the desk, play the script, say the times and leave at once."""
    from ui import screen

    ensure = screen.ensure_screen

    def on_ensure() -> None:
        ensure()
        put_in(*sys.argv[2:])  # where the program imports the same: not earlier, in its own way

    screen.ensure_screen = on_ensure
    main.main(["--data", sys.argv[1], "--language", "zh_CN"])


def put_in(script: str, rounds: str) -> None:
    """Put the clock into the window, and nothing else."""
    from ui import app, main_window

    window = main_window.MainWindow
    paint, begin = window.paintEvent, window._begin

    def on_paint(self: Any, event: Any) -> None:
        paint(self, event)
        if "paint" not in told:
            told["paint"] = time.monotonic()
            if script != TIMES:
                clock.start(self)

    def on_begin(self: Any) -> None:
        begin(self)
        from PySide6.QtCore import QTimer

        QTimer.singleShot(
            0, lambda: QTimer.singleShot(0, lambda: usable(self, script, int(rounds)))
        )

    window.paintEvent, window._begin = on_paint, on_begin
    app.Program._on_failed = app.Program._show_error = failed


def failed(_program: Any, error: BaseException) -> None:
    """Nobody is there to look at a box."""
    import traceback

    traceback.print_exception(error)
    os._exit(1)


def usable(window: Any, script: str, rounds: int) -> None:
    """The desk can be used: what nobody waits for may end, then the script is played."""
    told["usable"] = time.monotonic()
    if script == TIMES:
        leave()
    told["opening"] = clock.take()
    from tests.bench import scripts, shift

    clock.take()  # what is imported here the window does not import
    script_of = shift.shift if script == "shift" else getattr(scripts, script)
    settle(window, lambda: play(script_of(window, rounds)))


def settle(window: Any, then: Callable[[], None]) -> None:
    """Wait for what the program does while nobody waits: the rest of the imports, the pages."""
    from PySide6.QtCore import QTimer

    from ui import jobs

    def look() -> None:
        if jobs.running() or not window.is_made:
            QTimer.singleShot(20, look)
        else:
            QTimer.singleShot(300, settled)

    def settled() -> None:
        if jobs.running():  # what begins when all pages are there
            look()
            return
        told["settling"] = clock.take()
        then()

    look()


def play(steps: Iterator[Step]) -> None:
    """Do one step after the other; each has its time for what follows from it."""
    from PySide6.QtCore import QTimer

    def following() -> None:
        try:
            name, ms, act = next(steps)
        except StopIteration:
            leave()
        clock.take()
        act()
        QTimer.singleShot(ms, lambda: done(name))

    def done(name: str) -> None:
        told["steps"].append((name, clock.take()))
        following()

    following()


def leave() -> NoReturn:
    """Say what was measured and end at once."""
    import json  # so late that it is no part of the first picture

    print(json.dumps(told), flush=True)
    os._exit(0)
