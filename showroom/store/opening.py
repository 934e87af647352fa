"""From a folder to an open desk: folders, key, file, tables, default choices.

What can be wrong is said in one sentence: no right to write, a key that is missing, a file of
another program or of a newer version, a full disk, damage.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from showroom import choices
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.paths import Desk, prepare
from showroom.store import backup, check, keys, migrate
from showroom.store.db import Database, connect, speaking
from showroom.store.models import Choice

log = logging.getLogger(__name__)


def open_desk(desk: Desk) -> Database:
    """Open the data of `desk`; make its folders, key, file, tables and choices where missing.

    An older file is copied into the backups and brought to the tables of today. After a crash
    every page is checked. Raises `ShowroomError` when it cannot be opened; then nothing changed.
    """
    prepare(desk)
    path = desk.database
    crashed = _left_open(path)
    key = keys.key_of(desk, made_already=_holds_something(path))
    if crashed:
        _refuse_damage(path, key)
    migrate.bring(
        path,
        key,
        before=lambda: backup.back_up(
            path, key, backup.place(desk.backups, datetime.now(UTC), f"before-{migrate.HEAD}")
        ),
    )
    db = Database(path, key)
    if not _furnished(path, key):
        try:
            with db.write() as session:
                if session.scalar(select(Choice.id).limit(1)) is None:  # two starts at once
                    choices.seed(session)
        except BaseException:
            db.close()
            raise
    return db


def _left_open(path: Path) -> bool:
    """Whether the file was not closed: the program was killed, or another one is at work."""
    log_file = path.with_name(path.name + "-wal")
    return log_file.exists() and log_file.stat().st_size > 0


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _furnished(path: Path, key: bytes) -> bool:
    """Whether the default choices are there, in a file that can be written; takes 1 ms."""
    connection = connect(path, key)
    try:
        with speaking(path):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("PRAGMA user_version = 0")  # a file that is read-only says so here
            (found,) = connection.execute("SELECT EXISTS (SELECT 1 FROM choice)").fetchone()
            connection.execute("ROLLBACK")
            return bool(found)
    finally:
        connection.close()


def _refuse_damage(path: Path, key: bytes) -> None:
    found = check.damage(path, key)
    if found:
        log.error("damaged: %s", found[:5])
        raise ShowroomError(
            _("The data file {path} is damaged. Restore the last backup.").format(path=path)
        )
