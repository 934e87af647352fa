"""How far the journal had come, in a small file beside the data: has the desk lost its end?

SQLite ends its write-ahead log at the first frame that is not whole. A bit that flips in there, or
an older file put in the place of the newer one, sets the desk back silently to an earlier moment.
The mark is written after every save and not synced, for it need only outlive the program: after a
power cut it is at most older than the data, never newer.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple


class Mark(NamedTuple):
    """The last entry of the journal that was saved, and when it was made (aware UTC)."""

    id: int
    at: datetime


def beside(path: Path) -> Path:
    """The file of the mark of the data file at `path`."""
    return path.with_name(f"{path.name}-last")


def leave(path: Path, mark: Mark) -> None:
    """Write the mark; takes some 20 µs. That it cannot be written is no reason to fail a save."""
    said = f"{mark.id:>20} {_stored(mark.at)}".encode()
    with suppress(OSError), open(beside(path), "r+b" if beside(path).exists() else "wb") as file:
        file.write(b"%s %08x\n" % (said, zlib.crc32(said)))


def read(path: Path) -> Mark | None:
    """The mark; None where there is none, or where it was not written whole."""
    try:
        said, code = beside(path).read_bytes().rstrip().rsplit(b" ", 1)
        if int(code, 16) != zlib.crc32(said):
            return None
        id, at = said.decode("ascii").split(maxsplit=1)
        return Mark(int(id), datetime.fromisoformat(at).replace(tzinfo=UTC))
    except (OSError, ValueError):
        return None


def forget(path: Path) -> None:
    """Another file takes the place of this one, and rightly so.

    A mark that cannot be removed is emptied: it would call the other file shortened.
    """
    try:
        beside(path).unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            beside(path).write_bytes(b"")


def missing(path: Path, connection: Any) -> Mark | None:
    """The mark when the journal, open in a connection of the driver, does not hold its entry."""
    mark = read(path)
    if mark is None:
        return None
    found = connection.execute(
        "SELECT 1 FROM action WHERE id = ? AND at = ?", (mark.id, _stored(mark.at))
    ).fetchone()
    return None if found else mark


def _stored(moment: datetime) -> str:
    """A moment as the journal keeps it."""
    return moment.astimezone(UTC).isoformat(" ", "milliseconds")[:23]
