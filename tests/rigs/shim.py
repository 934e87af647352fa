"""The C shim: built where it is needed, preloaded, and told what to do by the rigs."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from showroom.errors import ShowroomError

COUNT, KILL, TORN, ONCE, EVER = range(1, 6)
WRITES, SYNCS, NAMES, READS = 1, 2, 4, 8
CHANGES: Final = WRITES | SYNCS | NAMES
PATIENCE: Final = 60  # seconds, then a trial counts as hanging

Ack = Callable[[Any], None]


def missing() -> str:
    """Why there can be no shim here; empty when there can."""
    if not sys.platform.startswith("linux"):
        return "needs Linux"
    return "" if shutil.which("gcc") else "needs gcc"


def again(folder: Path) -> int:
    """Build the shim in `folder` and run this very command anew with it; returns its exit code."""
    built = folder / "shim.so"
    source = Path(__file__).with_name("shim.c")
    words = ["gcc", "-O1", "-shared", "-fPIC", "-w", "-o", str(built), str(source), "-ldl"]
    subprocess.run(words, check=True)
    command = [sys.executable, "-m", "tests.rigs", *sys.argv[1:]]
    return subprocess.run(command, env=os.environ | {"LD_PRELOAD": str(built)}).returncode


def loaded() -> bool:
    """Whether this process runs with the shim."""
    return hasattr(ctypes.CDLL(None), "shim_arm")


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    library.shim_arm.argtypes = (
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_int,
        ctypes.c_long,
        ctypes.c_int,
    )
    library.shim_disarm.restype = library.shim_calls.restype = ctypes.c_long
    library.shim_shift.argtypes = (ctypes.c_long,)
    return library


@dataclass(frozen=True)
class Fault:
    """What happens (KILL, …) at the how manieth call of these kinds below a folder."""

    below: Path
    what: int = COUNT
    at: int = 0
    kinds: int = CHANGES
    errno: int = 0


@dataclass
class Trial:
    """How a piece of work ended: `done`, `killed`, `sentence` (for the user), or `broken`.

    `moments` says after how many calls each fact was acknowledged.
    """

    ended: str
    acks: list[Any] = field(default_factory=list)
    calls: int = 0
    said: str = ""
    moments: list[int] = field(default_factory=list)

    def cuts(self, count: int) -> list[int]:
        """Calls to strike at: spread over all, and the first after each acknowledgement."""
        spread = (1 + number * self.calls // count for number in range(min(count, self.calls)))
        return sorted({*spread, *(moment + 1 for moment in self.moments)})


@contextmanager
def shifted(seconds: int) -> Iterator[None]:
    """The clock of this process goes wrong by so much."""
    _library().shim_shift(seconds)
    try:
        yield
    finally:
        _library().shim_shift(0)


@contextmanager
def armed(fault: Fault | None) -> Iterator[None]:
    """Let the fault happen within the block."""
    if fault is None:
        yield
        return
    where = os.fsencode(fault.below.resolve())
    _library().shim_arm(where, fault.kinds, fault.what, fault.at, fault.errno)
    try:
        yield
    finally:
        _library().shim_disarm()


def start(work: Callable[[Ack], None], fault: Fault | None = None) -> Callable[[], Trial]:
    """Do a piece of work in a process of its own; what comes back waits for its end.

    `work` calls its argument with every fact that was acknowledged to the user.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _work(work, fault, writer)
    os.close(writer)

    def wait() -> Trial:
        with open(reader, encoding="utf-8") as pipe:
            lines = [json.loads(line) for line in pipe if line.endswith("\n")]
        _pid, status = os.waitpid(child, 0)
        acks = [line["ack"] for line in lines if "ack" in line]
        last = next((line for line in lines if "ended" in line), None)
        if last is not None:
            moments = [line["at"] for line in lines if "ack" in line]
            return Trial(last["ended"], acks, last["calls"], last["said"], moments)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return Trial("killed" if killed else "broken", acks, said=f"status {status}")

    return wait


def trial(work: Callable[[Ack], None], fault: Fault | None = None) -> Trial:
    """Do a piece of work in a process of its own, to its end."""
    return start(work, fault)()


def _work(work: Callable[[Ack], None], fault: Fault | None, writer: int) -> None:
    """What the process of a trial does; never returns."""

    def tell(**line: Any) -> None:
        os.write(writer, (json.dumps(line) + "\n").encode())

    ended, said = "done", ""
    try:
        signal.alarm(PATIENCE)
        with armed(fault):
            work(lambda fact: tell(ack=fact, at=_library().shim_calls()))
    except ShowroomError as error:
        ended, said = "sentence", str(error)
    except BaseException:
        ended, said = "broken", traceback.format_exc()
    try:
        tell(ended=ended, said=said, calls=_library().shim_disarm())
    finally:
        os._exit(0)
