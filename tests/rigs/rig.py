"""What every rig says: a line of figures, what failed, or why it cannot run here."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

MEMORY = Path("/dev/shm")
until = float("inf")  # by the clock that only goes forward; see `--minutes`


class Skip(Exception):
    """This rig cannot run here; says why."""


@dataclass
class Report:
    """What a rig did, how often, and what went wrong; no figure in `faults` is good news."""

    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def count(self, name: str, by: int = 1) -> None:
        """One more of these."""
        self.figures[name] = self.figures.get(name, 0) + by

    def fault(self, *sentences: str) -> None:
        """Something that must not be."""
        self.faults += sentences

    @property
    def line(self) -> str:
        """The figures as people read them."""
        said = [f"{value:,} {name}" for name, value in self.figures.items()]
        return " · ".join([*said, f"{len(self.faults)} faults"])


def time_is_up() -> bool:
    """Whether a rig that can stop at any moment should."""
    return time.monotonic() > until


@contextmanager
def scratch(*, on_disk: bool = False) -> Iterator[Path]:
    """A folder that goes afterwards; in memory where there is such a place, for speed."""
    where = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and not on_disk else None
    with TemporaryDirectory(prefix="showroom-rig-", dir=where) as folder:
        yield Path(folder).resolve()


def copied(source: Path, target: Path) -> Path:
    """A folder as it is, files that are open too, in the place of what was there."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(source, target))


def need_root() -> None:
    """Only root may mount."""
    if os.name != "posix" or os.geteuid():
        raise Skip("needs root, to mount file systems")


@contextmanager
def mounted(folder: Path, *words: str) -> Iterator[Path]:
    """A file system of its own in `folder`."""
    need_root()
    folder.mkdir(exist_ok=True)
    made = subprocess.run(["mount", *words, str(folder)], capture_output=True, text=True)
    if made.returncode:
        raise Skip(f"cannot mount: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO}
