"""The desk of 100,000 customers, invented once by the program itself, copied for who writes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from showroom import paths
from showroom.store.db import Database
from showroom.store.opening import open_desk

ROOT = Path(__file__).parents[2]


class Made(NamedTuple):
    """A folder with a desk, and the seconds it took to invent it."""

    folder: Path
    seconds: float


@cache
def scratch() -> Path:
    """A folder for this run; it goes when the program ends."""
    folder = TemporaryDirectory(prefix="showroom-bench-")
    _held.append(folder)
    return Path(folder.name)


_held: list[TemporaryDirectory[str]] = []


@cache
def big(quick: bool) -> Made:
    """The folder all look at; who writes takes a `copy`."""
    folder = scratch() / "big"
    return Made(folder, invent(folder, 200 if quick else 100_000))


def invent(folder: Path, customers: int) -> float:
    """Fill a folder by `main.py sample`; the seconds it took, from start to end."""
    start = time.perf_counter()
    words = ["--data", str(folder), "sample", "--customers", str(customers)]
    subprocess.run([sys.executable, "main.py", *words], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def copy(quick: bool, name: str) -> Path:
    """A folder with a desk of the same customers, to write in."""
    return Path(shutil.copytree(big(quick).folder, scratch() / name))


def opened(folder: Path) -> Database:
    """The data of a folder."""
    return open_desk(paths.desk(folder))
