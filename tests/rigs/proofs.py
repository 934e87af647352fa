"""Each protection taken away in turn: the rig that watches it has to notice."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from showroom import logs, text
from showroom.guard import trail
from showroom.progress import Progress
from showroom.sheets import cells
from showroom.store import backup, damage, disks, journal, keys, migrate, seals, tidemark
from showroom.store import db as store
from showroom.store.models import Action
from tests.rigs import rig

Without = Callable[[], rig.Report]


def of(name: str) -> Iterator[tuple[str, Without]]:
    """What a rig watches, and the rig run without it."""
    for rig_name, removed, patches, options in PROOFS:
        if rig_name == name:
            yield removed, partial(_run, name, patches, options)


class _Noticed(BaseException):
    """The first fault: nothing more has to be shown."""


def _fault(_self: rig.Report, *sentences: str) -> None:
    if sentences:
        raise _Noticed(*sentences)


def _run(name: str, patches: Callable[[], list[Any]], options: dict[str, Any]) -> rig.Report:
    from tests.rigs.__main__ import RIGS

    module = importlib.import_module(f"tests.rigs.{RIGS[name][0]}")
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(rig.Report, "fault", _fault))
        for patch in patches():
            stack.enter_context(patch)
        try:
            report: rig.Report = module.run(long=False, **options)
        except _Noticed as noticed:
            report = rig.Report(faults=list(noticed.args))
        except rig.Skip:
            raise
        except Exception as error:  # it got no further without the protection
            report = rig.Report(faults=[f"{type(error).__name__}: {error}"])
    return report


def _pragma(name: str, value: object) -> Callable[[], list[Any]]:
    return lambda: [mock.patch.dict(store.PRAGMAS, {name: value})]


def _unlocked(unlock: Callable[[Any, bytes], None]) -> list[Any]:
    """Another way to open a connection, wherever one is opened, also where it is refused."""
    patches = [mock.patch.object(module, "unlock", unlock) for module in (store, backup)]
    return [*patches, mock.patch.object(disks, "refuse_plain")]


def _plain(_connection: Any, _key: bytes) -> None:
    """No key: plain SQLite."""


def _unsealed(connection: Any, key: bytes) -> None:
    """Encrypted, but without a seal on each page."""
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA cipher_use_hmac = OFF")


def _no_transaction(self: store.Database) -> Any:
    """Every statement for itself."""
    creator = partial(store.connect, self.path, self.key)
    return create_engine("sqlite://", module=store.driver, creator=creator, poolclass=NullPool)


def _straight(
    path: Path, key: bytes, target: Path, progress: Progress | None = None
) -> backup.Copy:
    """A copy that bears its name from the first page on."""
    source = store.connect(path, key)
    copy = backup._open(target, key)
    source.backup(copy, pages=20)
    rows = dict.fromkeys(["customer"], 0)
    (rows["customer"],) = copy.execute("SELECT count(*) FROM customer").fetchone()
    copy.close()
    source.close()
    return backup.Copy(target, rows)


def _walk_in_parts(*words: Any, **options: Any) -> None:
    """A migration without a transaction of ours."""
    listen = sqlalchemy.event.listen

    def deaf(target: Any, name: str, *rest: Any, **more: Any) -> None:
        if name != "begin":
            listen(target, name, *rest, **more)

    with mock.patch.object(sqlalchemy.event, "listen", deaf):
        _walk(*words, **options)


_walk = migrate.walk


def _look_past_the_log(path: Path, key: bytes) -> list[str]:
    connection = store.connect(path, key)
    try:
        return damage.broken_seals(connection.execute)
    finally:
        connection.close()


def _connect_with_keys(path: Path, key: bytes, *, foreign_keys: bool = True) -> Any:
    return store.connect(path, key)


def _newest_by_clock(session: Session) -> int | None:
    work = select(Action.id).where(Action.verb.not_in(("undo", "redo", "seed")))
    return session.scalar(work.order_by(Action.at.desc()).limit(1))


_seal, _verify = seals.Sealer.seal_rows, trail.verify


def _seal_alone(self: seals.Sealer, _previous: str, *rest: Any) -> str:
    return _seal(self, "", *rest)


def _without_code(session: Session, _anchor: str = "", **options: Any) -> trail.Verdict:
    return _verify(session, **options)


def _same(value: Any, *_rest: Any) -> Any:
    return value


SENTENCES = ("the sentence for what the driver says", lambda: [
    mock.patch.object(store, "_sentence", _same)
])  # fmt: skip

PROOFS: tuple[tuple[str, str, Callable[[], list[Any]], dict[str, Any]], ...] = (
    ("kills", "the write-ahead log", _pragma("journal_mode", "off"), {"works": ["save"]}),
    (
        "kills",
        "one transaction an action",
        lambda: [mock.patch.object(store.Database, "_engine", _no_transaction)],
        {"works": ["save", "deal"]},
    ),
    (
        "kills",
        "one transaction a migration",
        lambda: [mock.patch.object(migrate, "walk", _walk_in_parts)],
        {"works": ["migrate"]},
    ),
    (
        "kills",
        "a draft's name while a copy is made",
        lambda: [mock.patch.object(backup, "back_up", _straight)],
        {"works": ["backup"]},
    ),
    (
        "kills",
        "folding the log in before pages are checked",
        lambda: [mock.patch.object(damage, "pages", _look_past_the_log)],
        {"works": ["save", "deal", "import"]},
    ),
    ("power", "any sync (OFF)", _pragma("synchronous", 0), {"works": ["save"]}),
    ("power", "a sync at each commit (NORMAL)", _pragma("synchronous", 1), {"works": ["save"]}),
    (
        "power",
        "the sync of a copy and its folder",
        lambda: [mock.patch.object(os, "fsync", _same)],
        {"works": ["backup"]},
    ),
    ("errors", *SENTENCES, {"works": ["save"]}),
    ("full", *SENTENCES, {"works": ["save"]}),
    ("damage", "the seal of each page", lambda: _unlocked(_unsealed), {}),
    (
        "damage",
        "the mark beside the data",
        lambda: [mock.patch.object(tidemark, "leave", _same)],
        {},
    ),
    ("damage", "the proof of a copy", lambda: [mock.patch.object(backup, "prove")], {}),
    (
        "starts",
        "that a key is never overwritten",
        lambda: [mock.patch.object(keys, "_place", os.replace)],
        {},
    ),
    (
        "clock",
        "that the journal's order is not the clock's",
        lambda: [mock.patch.object(journal, "last_undoable", _newest_by_clock)],
        {},
    ),
    ("bytes", "encryption", lambda: _unlocked(_plain), {}),
    ("bytes", "the mask of the diary", lambda: [mock.patch.object(logs, "mask", _same)], {}),
    ("naughty", "cleaning of what is typed", lambda: [mock.patch.object(text, "clean", _same)], {}),
    (
        "naughty",
        "the apostrophe before live text",
        lambda: [mock.patch.object(cells, "is_active", return_value=False)],
        {},
    ),
    (
        "tamper",
        "the seal before in each seal",
        lambda: [mock.patch.object(seals.Sealer, "seal_rows", _seal_alone)],
        {},
    ),
    (
        "tamper",
        "the digests of what rows became",
        lambda: [mock.patch.object(trail, "holds", return_value=True)],
        {},
    ),
    (
        "tamper",
        "the code printed before",
        lambda: [mock.patch.object(trail, "verify", _without_code)],
        {},
    ),
    (
        "versions",
        "foreign keys off while tables are made anew",
        lambda: [mock.patch.object(migrate, "connect", _connect_with_keys)],
        {},
    ),
)
