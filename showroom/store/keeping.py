"""Copies made by themselves: at close, every half hour, before an import; here and on a stick.

Beside them lies who was erased, as digests (`showroom.store.tombs`).
"""

from __future__ import annotations

import logging
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from shutil import copyfile
from typing import NamedTuple

from showroom.errors import ShowroomError
from showroom.progress import Progress
from showroom.store import backup, copies, tombs
from showroom.store.db import speaking

log = logging.getLogger(__name__)


class Second(StrEnum):
    """What became of the copy in the second folder: a stick that is not there is no error."""

    NONE = ""
    DONE = "done"
    ABSENT = "absent"
    FAILED = "failed"


class Kept(NamedTuple):
    """What `keep_safe` did: the copy it made, if there was anything new, and the second one."""

    copy: backup.Copy | None
    second: Second


def keep_safe(
    path: Path,
    key: bytes,
    folder: Path,
    now: datetime,
    progress: Progress | None = None,
    *,
    why: str = "desk",
    second: Path | None = None,
) -> Kept:
    """Copy the file when it changed since the newest copy, thin the copies, fill `second` too.

    Before an import `why` is "before-import". Nothing is copied when nothing was written since.
    `second` is a folder on another disk; when it is not there or does not take the copy, that is
    said in `Kept.second` and nowhere else: the copy in `folder` counts.
    """
    newest = copies.newest(folder, now)
    made = None
    if newest is None or not _holds_all(newest, path, key):
        made = backup.back_up(path, key, copies.place(folder, now, why), progress)
        newest = made.path
        copies.thin(folder)
    tombs.write(folder, tombs.of_file(path, key))
    return Kept(made, fill(second, newest, key, now))


def fill(second: Path | None, newest: Path, key: bytes, now: datetime) -> Second:
    """Bring the newest copy into the second folder, proved, unless its like is there."""
    if second is None:
        return Second.NONE
    try:
        if not second.is_dir():
            return Second.ABSENT
        tombs.write(second, tombs.read(newest.parent))
        copies.sweep(second)
        there = copies.newest(second, now)
        if there is None or not _holds_all(there, newest, key):
            _carry(newest, second, key)
            copies.thin(second)
    except (OSError, ShowroomError):
        log.warning("no copy in the second folder", exc_info=True)
        return Second.FAILED
    return Second.DONE


def _carry(copy: Path, folder: Path, key: bytes) -> None:
    """Copy a closed, proved copy to another disk, and prove it there."""
    made = copies.moment(copy)
    target = folder / copy.name if made is None else copies.place(folder, made)
    draft = target.with_name(f".{target.name}.part")
    with backup.saying(target):
        backup.remove(draft)
        try:
            connection = backup.open_copy(copy, key)
            try:
                rows = backup.count(connection)
            finally:
                connection.close()
            copyfile(copy, draft)
            backup.prove(draft, key, rows)
            backup.give_name(draft, target, copy)
        finally:
            backup.remove(draft)


def _holds_all(copy: Path, path: Path, key: bytes) -> bool:
    """Whether the copy holds the last thing written; one that cannot be read does not."""
    here = _latest(path, key)
    try:
        return _latest(copy, key) == here
    except ShowroomError:
        return False


def _latest(path: Path, key: bytes) -> tuple[int, str] | None:
    """The newest action: it says whether anything was written since."""
    connection = backup.open_copy(path, key)
    try:
        with speaking(path):
            newest: tuple[int, str] | None = connection.execute(
                "SELECT id, at FROM action ORDER BY id DESC LIMIT 1"
            ).fetchone()
            return newest
    finally:
        connection.close()
