"""From a folder to an open desk: folders, key, file, tables, default choices.

What can be wrong is said in one sentence: no right to write, a network drive, a missing key, a file
of another program or of a newer version, one that is not encrypted, a full disk, damage.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from showroom import choices
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.paths import Desk, prepare
from showroom.store import backup, check, copies, disks, keys, migrate
from showroom.store.db import Database, connect, speaking
from showroom.store.models import Choice


def open_desk(desk: Desk) -> Database:
    """Open the data of `desk`; make its folders, key, file, tables and choices where missing.

    Asserted at every start: an SQLite without the known faults, a disk of this PC, an encrypted
    file that the key opens and that is as long as it says; after a crash, every page. An older
    file is copied into the backups and brought to the tables of today. Raises `keys.KeyMissing`
    when the recovery code is needed, `ShowroomError` when the data cannot be opened; then nothing
    changed.
    """
    disks.refuse_engine()
    prepare(desk)
    disks.refuse_network(desk.data)
    path = desk.database
    disks.refuse_plain(path)
    crashed, held = check.in_use(path), _holds_something(path)
    if not held and copies.listed(desk.backups, ""):  # it was lost: an empty desk would hide that
        raise check.Damaged(
            _("The data file {path} is damaged. Restore the last backup.").format(path=path)
        )
    key = keys.key_of(desk, made_already=held)
    if held:
        _refuse_foreign(path, key)
        check.refuse_damage(path, key, check.damage if crashed else check.cut_off)
    migrate.bring(
        path,
        key,
        before=lambda: backup.back_up(
            path, key, copies.place(desk.backups, datetime.now(UTC), f"before-{migrate.HEAD}")
        ),
    )
    disks.refuse_plain(path)
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


def _refuse_foreign(path: Path, key: bytes) -> None:
    try:
        connect(path, key).close()
    except ShowroomError as error:
        if backup.is_foreign(error):
            raise keys.KeyMissing(
                _(
                    "{path} comes from another desk and its key is not on this PC, or its first "
                    "page is damaged. Its recovery code opens it; or restore a backup."
                ).format(path=path)
            ) from error
        raise
