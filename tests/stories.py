"""What many tests of a module begin with: told once to a desk, then its file is copied for each."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from showroom import i18n
from showroom.store.db import Database


class Told(NamedTuple):
    """What a story left: its files, what is known of the desk since, what it returned."""

    files: dict[Path, bytes]
    known: dict[str, Any]
    result: Any


_told: dict[tuple[Any, ...], Told] = {}


def once(db: Database, tell: Callable[..., Any], *words: Any) -> Any:
    """Return what `tell(db, *words)` returns, and leave in the empty desk what it leaves there.

    It may set the clock and who sits there; what it returns is copied (`db` itself is the desk).
    """
    folder, key = db.path.parent, (tell, words, i18n.language())
    assert db.saved_at is None, "a story begins in an empty desk"
    if key not in _told:
        before = dict(vars(db))
        result = tell(db, *words)
        db.engine.dispose()
        files = {path.relative_to(folder): path.read_bytes() for path in _files(folder)}
        known = {name: it for name, it in vars(db).items() if before.get(name, db) is not it}
        _told[key] = Told(files, deepcopy(known), None if result is db else deepcopy(result))
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
    kept = _told[key].result
    return db if kept is None else deepcopy(kept)


def story(tell: Callable[..., Any]) -> Any:
    """A fixture of what `tell(db)` does and returns."""

    @pytest.fixture
    def told(db: Database) -> Any:
        return once(db, tell)

    return told


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
