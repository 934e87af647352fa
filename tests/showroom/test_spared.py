"""Modules of libraries that nobody uses are loaded when somebody does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(code: str) -> list[str]:
    """Return the words a program of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", f"from showroom import spared; spared.spare()\n{code}"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_database_comes_without_the_network():
    loaded = run(
        "import sys, showroom.store.opening, showroom.store.models as m; m.everything()\n"
        "print(*sys.modules)"
    )
    assert "sqlalchemy.orm" in loaded
    assert not {"ssl", "socket", "asyncio.events", "importlib.metadata._meta"} & set(loaded)


def test_who_asks_gets_the_module():
    assert run(
        "import sys, asyncio, importlib.metadata\n"
        "async def answer(): return 42\n"
        "print(asyncio.run(answer()), importlib.metadata.version('sqlalchemy') > '2')\n"
        "import asyncio; print(asyncio.__file__ is not None)\n"
        "from asyncio.events import get_running_loop; print(get_running_loop.__name__)"
    ) == ["42", "True", "True", "get_running_loop"]


def test_what_is_loaded_already_stays():
    assert run("import asyncio; m = asyncio.run; spared.spare(); print(asyncio.run is m)") == [
        "True"
    ]
