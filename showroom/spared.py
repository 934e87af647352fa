"""What our libraries import and we never use is loaded only if something asks it for anything.

SQLAlchemy imports asyncio, and with it TLS, sockets and child processes, and the list of installed
packages: a seventh of the time its own import takes, on every start.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from types import ModuleType
from typing import Any

# Each module with what is asked of it while its importer is imported
_MODULES: dict[str, dict[str, Any]] = {
    "asyncio": {"iscoroutine": inspect.iscoroutine},
    "importlib.metadata": {},
}


class _Spared(ModuleType):
    """Stands in for a module until anything else is asked of it: then it is the module."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def spare() -> None:
    """Put the stand-ins in place, where nobody has imported the module itself yet."""
    for name, asked in _MODULES.items():
        if name not in sys.modules:
            sys.modules[name] = stand_in = _Spared(name)
            vars(stand_in).update(asked)
            package, _dot, last = name.rpartition(".")
            if package:  # as an import would do it
                setattr(importlib.import_module(package), last, stand_in)
