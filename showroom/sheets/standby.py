"""The process that reads a stranger's file, and one of its kind that stands ready beforehand.

Python and what it reads with are loaded before anybody chose a file: a fifth of the time of a list.
Each reads one file only. One that waits holds nothing, and ends when its order cannot come any
more, however the desk ended.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

ROOT: Final = Path(__file__).parents[2]
LOADED: Final = "json python_calamine showroom.sheets.second_look showroom.sheets.texts".split()

Reader = subprocess.Popen[bytes]

_waiting: list[Reader] = []
_changing = Lock()


def prepare() -> None:
    """Let a reader stand ready, unless one does; any thread. Where none can be begun, none is."""
    with _changing, suppress(OSError):
        if not (_waiting and _waiting[0].poll() is None):
            _end_all()
            _waiting.append(_begin(*LOADED))


def take() -> Reader:
    """The reader that stands ready, else a new one: it waits for its order (`child`)."""
    with _changing:
        if _waiting and _waiting[0].poll() is None:
            return _waiting.pop()
    return _begin()


def dismiss() -> None:
    """End the reader that stands ready."""
    with _changing:
        _end_all()


atexit.register(dismiss)


def _end_all() -> None:
    while _waiting:
        with _waiting.pop() as process:  # closes its pipes, and waits
            process.kill()


def _begin(*loaded: str) -> Reader:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "showroom.sheets.child", *loaded],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _environment() -> dict[str, str]:
    """Ours, with the way to this package; its modules stay compiled where that is forbidden."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}
