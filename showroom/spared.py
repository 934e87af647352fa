"""What a start does without is loaded when something of it is first asked for.

SQLAlchemy imports asyncio, and with it TLS and child processes, and the list of installed packages:
a seventh of the time its own import takes. Logging imports sockets. PySide6 compiles the source of
what describes its functions, a third of its import. And of our own modules the first picture of the
desk needs half; they import the other half at their tops, as modules should.
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

# What of ours the desk opens without; a test keeps it true
OURS = (
    *("showroom.door." + name for name in ("appointments", "bookings", "cars", "checkin", "coach")),
    *("showroom.door." + name for name in ("expected", "gifts", "guests", "handover", "identity")),
    *("showroom.door." + name for name in ("levels", "reception", "scripts", "testdrives")),
    *("showroom.guard." + name for name in ("amends", "closed", "consent")),
    *("showroom.people." + name for name in ("again", "asking", "birthdays", "phones")),
    *("showroom.people." + name for name in ("protection", "rules", "search", "titles")),
    *("showroom.store." + name for name in ("backup", "barred", "characters", "pinyin")),
    *("showroom.store." + name for name in ("recovery", "stock", "tombs", "undoing")),
    *("showroom.logs", "showroom.lunar", "showroom.workdays", "ui.dialogs"),
)
LIBRARIES = ("asyncio", "importlib.metadata", "socket")
# What PySide6 takes for the words of a `TypeError` and for help; it keeps them as source only
DESCRIPTIONS = tuple(
    f"shibokensupport/signature/{name}.py"
    for name in (
        *("errorhandler", "layout", "mapping", "parser"),
        *("lib/enum_sig", "lib/pyi_generator", "lib/tool"),
    )
)
# What is asked of a module by who imports it, before anybody uses it
_ASKED: dict[str, dict[str, Any]] = {"asyncio": {"iscoroutine": inspect.iscoroutine}}


_changing = threading.Lock()


class _Spared(ModuleType):
    """Stands in for a module until anything of it is asked for, and then answers for it."""

    def __getattr__(self, name: str) -> Any:
        own = vars(self)
        if "_module" not in own:  # kept: who imported the stand-in asks it thousands of times
            own["_module"] = _real(self.__name__)
        return getattr(own["_module"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_real(self.__name__), name, value)


def _real(name: str) -> ModuleType:
    with _changing:  # two threads may ask at once; the import itself has its own locks
        if isinstance(sys.modules.get(name), _Spared):
            del sys.modules[name]
    return importlib.import_module(name)


def spare(names: Iterable[str]) -> None:
    """Let something stand in for these modules, where nobody has imported them yet."""
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = stand_in = _Spared(name)
            vars(stand_in).update(_ASKED.get(name, {}))
            package, _dot, last = name.rpartition(".")
            if package:  # as an import would do it
                setattr(importlib.import_module(package), last, stand_in)


def load(names: Iterable[str]) -> None:
    """Load those of these modules that nobody asked for anything yet; any thread."""
    for name in names:
        _real(name)


# --- sources that are compiled at every start

_unread: dict[str, Any] = {}  # by file name
_reading = threading.RLock()  # one of them imports another
_LATER = """
from showroom import spared

def __getattr__(name):
    return spared.read(globals(), {file!r}, name)

def update_mapping():  # libshiboken looks for it in the module's own dict
    return __getattr__("update_mapping")()

def make_helptext(asked):  # of Python's own, too: SQLAlchemy copies what is said of lists
    if getattr(asked, "__objclass__", None) in (dict, list, set):
        return asked.__doc__
    return __getattr__("make_helptext")(asked)
"""


@contextmanager
def unread(files: Iterable[str]) -> Iterator[None]:
    """Whoever compiles these sources meanwhile gets modules that are read when first asked."""
    compiled = builtins.compile

    def later(source: Any, filename: Any, *how: Any, **named: Any) -> Any:
        if filename in files:
            _unread[filename], source = source, _LATER.format(file=filename)
        return compiled(source, filename, *how, **named)

    builtins.compile = later
    try:
        yield
    finally:
        builtins.compile = compiled


def read(module: dict[str, Any], file: str, name: str) -> Any:
    """Fill a module whose source was left unread, and return what was asked of it; any thread."""
    if name.startswith("__"):  # the import asks whether it is a package
        raise AttributeError(name)
    with _reading:
        source = _unread.pop(file, None)
        if source is not None:
            exec(compile(source, file, "exec", dont_inherit=True), module)
    if name not in module:
        raise AttributeError(name)
    return module[name]
