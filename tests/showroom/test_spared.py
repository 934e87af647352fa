"""What a start does without is loaded when somebody asks for it, and only then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from showroom.spared import DESCRIPTIONS


class Said(NamedTuple):
    """What a program printed, and what it told besides."""

    words: list[str]
    told: list[str]


def run(code: str, spared: str = "LIBRARIES") -> list[str]:
    """Return the words a program of its own prints."""
    return say(code, spared).words


def say(code: str, spared: str = "LIBRARIES") -> Said:
    """The same, with what it wrote beside."""
    start = f"from showroom import spared\nspared.spare(spared.{spared})\n"
    done = subprocess.run(
        [sys.executable, "-c", start + code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return Said(done.stdout.split(), done.stderr.split())


def test_the_database_comes_without_the_network():
    loaded = run(
        "import sys, showroom.store.opening, showroom.store.models as m; m.everything()\n"
        "print(*sys.modules)"
    )
    assert "sqlalchemy.orm" in loaded
    assert not {"ssl", "asyncio.events", "importlib.metadata._meta"} & set(loaded)


def test_who_asks_gets_the_module():
    assert run(
        "import sys, asyncio, importlib.metadata\n"
        "async def answer(): return 42\n"
        "print(asyncio.run(answer()), importlib.metadata.version('sqlalchemy') > '2')\n"
        "import asyncio; print(asyncio.__file__ is not None)\n"
        "from asyncio.events import get_running_loop; print(get_running_loop.__name__)"
    ) == ["42", "True", "True", "get_running_loop"]


def test_what_is_loaded_already_stays():
    assert run(
        "import showroom.lunar as kept; spared.spare(spared.OURS)\n"
        "from showroom import lunar; print(lunar is kept)"
    ) == ["True"]


def test_a_room_that_was_spared_is_one_module_whoever_asks_for_it():
    assert run(
        "import sys, threading\n"
        "from showroom.door import reception, visits\n"
        "from showroom.people import asking\n"
        "print(type(reception).__name__)\n"
        "found = []\n"
        "ask = lambda: found.append(reception.arrive)\n"
        "threads = [threading.Thread(target=ask) for _ in '12345']\n"
        "[one.start() for one in threads]; [one.join() for one in threads]\n"
        "import showroom.door.reception as now\n"
        "print(len(set(found)), found[0] is now.arrive, now is sys.modules[now.__name__])\n"
        "spared.load(spared.OURS)\n"
        "print(any(type(sys.modules[name]).__name__ == '_Spared' for name in spared.OURS))",
        "OURS",
    ) == ["_Spared", "1", "True", "True", "False"]


def test_what_describes_qt_is_read_for_the_first_wrong_call():
    wrong = (
        "import builtins, sys\n"
        "plain = builtins.compile\n"
        "with {how}: from PySide6.QtCore import QObject, QPoint, QTimer\n"
        "print(len(spared._unread), builtins.compile is plain, file=sys.stderr)\n"
        "for call in (lambda: QPoint('a'), lambda: QTimer().setInterval('a'),\n"
        "             lambda: QTimer(nothing=1), lambda: QTimer().timeout.emit(1, 2),\n"
        "             lambda: QObject(1, 2, 3), lambda: QPoint(1, 2) + 'a'):\n"
        "    try: call()\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
        "print(QTimer.setInterval.__doc__)\n"
        "print(len(spared._unread), file=sys.stderr)\n"
    )
    later = say(wrong.format(how="spared.unread(spared.DESCRIPTIONS)"))
    at_once = say(wrong.format(how="open(__import__('os').devnull)"))
    assert "Supported" in at_once.words
    assert later.words == at_once.words
    assert at_once.told == ["0", "True", "0"]
    assert later.told[:2] == [str(len(DESCRIPTIONS)), "True"]
    assert int(later.told[2]) < len(DESCRIPTIONS)


# Each enum of Qt as the desk makes it, beside one that Python made with all its checks
ENUMS = """
import enum
make, all_made = enum.EnumType._create_, []
from ui import screen
screen.make_enums_simply()
simply = enum.EnumType._create_

def both(kind, name, members, **how):
    made = simply(kind, name, members, **how)
    all_made.append((made, make(kind, name, members, **how)))
    return made

enum.EnumType._create_ = both
from PySide6 import QtCore, QtGui, QtWidgets
for place in (QtCore, QtGui, QtWidgets):
    for name in dir(place):
        dir(getattr(place, name))

def said(one):
    words = [(name, member.name, member.value) for name, member in one.__members__.items()]
    found = [(one(value).name, name in vars(one)) for name, _known, value in words]
    joined = []
    if issubclass(one, enum.Flag):
        whole = list(one.__members__.values())
        joined = [((a | b).value, (a & b).name, (~a).value) for a in whole for b in whole[:5]]
    return words, found, joined, [member.name for member in one]

print(len(all_made) > 200, *{said(mine) == said(pythons) for mine, pythons in all_made})
"""


def test_the_enums_of_qt_are_those_that_python_would_have_made():
    assert run(ENUMS) == ["True", "True"]
