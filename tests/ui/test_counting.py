"""Calls into Qt do not wear out None, True and False (see `ui/__init__.py`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import ui
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rung = Signal(int)

bell = Bell()
bell.rung.connect(lambda _n: None)
for _n in range(100_000):
    bell.setObjectName("bell")
    bell.rung.emit(1)
print("alive")
"""


def test_a_hundred_thousand_calls_into_qt_do_not_end_the_process():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr, done.returncode) == ("alive\n", "", 0)
