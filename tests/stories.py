"""What many tests of a module begin with: told once to a desk, then its file is copied for each."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import pytest

from showroom import i18n
from showroom.store.db import Database


class Told(NamedTuple):
    """What a story left: its files, what is known of the desk since, what it returned."""

    files: dict[Path, bytes]
    known: dict[str, Any]
    result: Any


_told: dict[tuple[Any, ...], Told] = {}
_DESK = object()  # stands for the desk in what a story returned
_ended = WeakKeyDictionary[Database, Any]()  # the story after which nobody wrote in that desk


def once(db: Database, tell: Callable[..., Any], *words: Any) -> Any:
    """Return what `tell(db, *words)` returns, and leave in the desk what it leaves there.

    The desk is empty, or as another story left it. It may set the clock and who sits there; what
    it returns is copied (`db` in it is the desk).
    """
    return _once(db, tell, words, words)


def _once(
    db: Database, tell: Callable[..., Any], words: tuple[Any, ...], name: tuple[Any, ...]
) -> Any:
    earlier = _ended.pop(db, None)
    assert earlier or db.saved_at is None, "a story begins in an empty desk, or after a story"
    folder, key = db.path.parent, (tell, name, i18n.language(), earlier)
    if key not in _told:
        before = dict(vars(db))
        result = tell(db, *words)
        db.engine.dispose()
        files = {path.relative_to(folder): path.read_bytes() for path in _files(folder)}
        known = {name: it for name, it in vars(db).items() if before.get(name, db) is not it}
        _told[key] = Told(files, deepcopy(known), deepcopy(result, {id(db): _DESK}))
    else:
        db.engine.dispose()
        for path in _files(folder):
            if path.relative_to(folder) not in _told[key].files:
                path.unlink()
        for name, content in _told[key].files.items():
            path = folder / name
            if not path.exists() or path.read_bytes() != content:  # the key stays its owner's
                path.write_bytes(content)
        vars(db).update(deepcopy(_told[key].known))
    _ended[db] = key
    db.on_change(lambda: _ended.pop(db, None))
    return deepcopy(_told[key].result, {id(_DESK): db})


def story(tell: Callable[..., Any]) -> Any:
    """A fixture of what `tell(db, …)` does and returns; what else it takes are earlier stories."""
    _db, *earlier = signature(tell).parameters

    @pytest.fixture
    def told(db: Database, request: pytest.FixtureRequest) -> Any:
        return _once(db, tell, tuple(request.getfixturevalue(name) for name in earlier), ())

    return told


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
