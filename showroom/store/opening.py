"""From a folder to an open desk: folders, key, file, tables, default choices.

What can be wrong is said in one sentence: no right to write, a network drive, a missing key, a file
of another program or of a newer version, one that is not encrypted, a full disk, damage.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from showroom import dates
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.paths import Desk, prepare
from showroom.store import (
    backup,
    copies,
    damage,
    disks,
    furniture,
    journal,
    keys,
    migrate,
    tidemark,
)
from showroom.store.db import Database, connect, speaking

log = logging.getLogger(__name__)


def open_desk(desk: Desk) -> Database:
    """Open the data of `desk`; make its folders, key, file, tables and choices where missing.

    Asserted at every start: an SQLite without the known faults, a disk of this PC, an encrypted
    file that the key opens and that is as long as it says; after a crash, every page. When entries
    are missing that were saved, `lost` of what is returned says so. An older
    file is copied into the backups and brought to the tables of today. Raises `keys.KeyMissing`
    when the recovery code is needed, `ShowroomError` when the data cannot be opened; then nothing
    changed.
    """
    disks.refuse_engine()
    prepare(desk)
    disks.refuse_network(desk.data)
    path = desk.database
    disks.refuse_plain(path)
    copied = copies.listed(desk.backups, "")  # first: another start may be making file and copy
    crashed, held = damage.in_use(path), _holds_something(path)
    if not held and copied:  # it was lost: an empty desk would hide that
        raise damage.Damaged(
            _("The data file {path} is damaged. Restore the last backup.").format(path=path)
        )
    key = keys.key_of(desk, made_already=held)
    if held:
        with _refusing_foreign(path):
            damage.refuse(path, key, damage.pages if crashed else damage.cut_off)
    migrate.bring(
        path,
        key,
        before=lambda: backup.back_up(
            path, key, copies.place(desk.backups, datetime.now(UTC), f"before-{migrate.HEAD}")
        ),
    )
    disks.refuse_plain(path)
    furnished, missing = _look(path, key)
    db = Database(path, key)
    try:
        if missing is not None:
            _say_lost(db, missing)
        if not furnished:
            with db.write() as session:
                furniture.seed(session)
    except BaseException:
        db.close()
        raise
    for folder in (desk.backups, desk.data):
        copies.sweep(folder)
    return db


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _say_lost(db: Database, mark: tidemark.Mark) -> None:
    """What was saved last is not there any more: `db.lost` says it, and so does the journal."""
    moment = f"{dates.local(mark.at):%Y-%m-%d %H:%M}"
    log.warning("entry %d of %s is missing", mark.id, moment)
    with db.write() as session:
        journal.note(session, "set_back", what=f"{mark.id} · {moment}")
    db.lost = _(
        "The data ends earlier than it did: entry {id} of {moment} was saved and is not there. "
        "Look at what was done last, and compare the newest backup before you go on."
    ).format(id=f"{mark.id:,}", moment=moment)


def _look(path: Path, key: bytes) -> tuple[bool, tidemark.Mark | None]:
    """Whether the usual lists are there, in a file that can be written; what is lost. 1 ms."""
    connection = connect(path, key)
    try:
        with speaking(path):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("PRAGMA user_version = 0")  # a file that is read-only says so here
            kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT kind FROM choice")}
            lost = tidemark.missing(path, connection)
            connection.execute("ROLLBACK")
            return kinds >= furniture.KINDS, lost
    finally:
        connection.close()


@contextmanager
def _refusing_foreign(path: Path) -> Iterator[None]:
    try:
        yield
    except ShowroomError as error:
        if backup.is_foreign(error):
            raise keys.KeyMissing(
                _(
                    "{path} comes from another desk and its key is not on this PC, or its first "
                    "page is damaged. Its recovery code opens it; or restore a backup."
                ).format(path=path)
            ) from error
        raise
