"""Is the file whole: asked of the bare driver, before anything in it is believed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.store import disks
from showroom.store.db import connect, speaking

log = logging.getLogger(__name__)


class Damaged(ShowroomError):
    """The data file is damaged: a backup has to be restored."""


def pages(path: Path, key: bytes) -> list[str]:
    """The pages of a file whose seal is broken; quick enough for a start after a crash.

    Raises `ShowroomError` when the file cannot be opened at all.
    """
    connection = connect(path, key)
    try:
        with speaking(path):
            # SQLCipher looks past the log: pages that a cut left half written are whole in there
            connection.execute("PRAGMA wal_checkpoint").fetchall()
            return broken_seals(connection.execute)
    finally:
        connection.close()


def cut_off(path: Path, key: bytes) -> list[str]:
    """Say whether a closed file is shorter than it says it is; 1 ms, for every start.

    A page that is there and damaged is found when it is read: each carries a seal.
    """
    connection = connect(path, key)
    try:
        with speaking(path):
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        if in_use(path):  # somebody opened it meanwhile: the rest is in the log
            return []
        return ["the file is cut off"] if disks.is_cut(path, int(pages), int(size)) else []
    finally:
        connection.close()


def in_use(path: Path) -> bool:
    """Whether the file was not closed: the program was killed, or another one is at work."""
    log_file = path.with_name(path.name + "-wal")
    try:
        return log_file.stat().st_size > 0
    except FileNotFoundError:  # also when another start closes the file just now
        return False


def refuse(path: Path, key: bytes, look: Callable[[Path, bytes], list[str]] = pages) -> None:
    """Raise `Damaged` when `look`, `pages` or `cut_off`, finds something."""
    found = look(path, key)
    if found:
        log.error("damaged: %s", found[:5])
        raise Damaged(
            _("The data file {path} is damaged. Restore the last backup.").format(path=path)
        )


def broken_seals(execute: Callable[[str], Any]) -> list[str]:
    """What SQLCipher finds wrong with the pages, asked through `execute`."""
    return [str(row[0]) for row in execute("PRAGMA cipher_integrity_check").fetchall()]
