"""How the desk opens with 100,000 customers: its first picture, its first use, its stalls.

First paint ÷ a bare QMainWindow ≤ 1.3; usable ÷ (bare window + `import sqlalchemy.orm`) ≤ 1.3;
no silence of the UI thread over 50 ms until then, after it, and while every page is opened.
Processes of their own, in turn.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from tests.bench import desks, window
from tests.bench.measure import Measure, steady

BARE = """
import json, os, time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        self.painted = time.monotonic()
        app.exit()
app = QApplication([])
window = Window()
window.resize(1366, 768)
window.show()
app.exec()
import sqlalchemy.orm
print(json.dumps({"paint": window.painted, "usable": time.monotonic()}), flush=True)
os._exit(0)
"""
OURS = "from tests.bench import window; window.run()"
RATIO, STALL = (("ratio", 1.3),), (("median", 50.0),)


def run(quick: bool) -> list[Measure]:
    """The opening and the pages."""
    folder = str(desks.big(quick).folder)
    floor, ours, stalled, paged = [], [], [], []
    for number in range(1 if quick else 15):
        floor.append(told(BARE))
        ours.append(told(OURS, folder, window.TIMES, "1"))
        stalled.append(told(OURS, folder, "pages" if number < 5 else "nothing", "1"))
        if number < 5:
            paged.append(stalled[-1]["steps"])
    return [
        *(
            Measure(name, [one[code] for one in ours], [one[code] for one in floor], "ms", RATIO)
            for name, code in (("first paint", "paint"), ("desk usable", "usable"))
        ),
        Measure("longest stall until usable", [one["opening"] for one in stalled], promises=STALL),
        Measure("longest stall after it", [one["settling"] for one in stalled], promises=STALL),
        *stalls("stall", paged),
    ]


def told(code: str, *words: str) -> dict[str, Any]:
    """Run a program of its own; what it told, `paint` and `usable` in ms since its start."""
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # also what the benchmark itself consists of
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=desks.ROOT,
        env=os.environ | compiled | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode or not done.stdout:
        sys.exit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {
        name: (found[name] - start) * 1000 for name in ("paint", "usable") if name in found
    }


def stalls(prefix: str, runs: list[list[Any]]) -> list[Measure]:
    """The steps of a script played several times, those of one name as one measure."""
    names = [name for name, _longest in runs[0]]
    times = steady([[longest for _name, longest in steps] for steps in runs])
    return [
        Measure(
            f"{prefix}: {name}",
            [ms for step, ms in zip(names, times, strict=True) if step == name],
            promises=(("longest", 50.0),),
        )
        for name in dict.fromkeys(names)
    ]
