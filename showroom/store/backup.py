"""Whole copies of the file: made by SQLite itself, proved by opening and counting, then named.

A copy carries the desk's own encryption and key. A shutil copy of a live file would be empty: what
was written last is still in its write-ahead log.
"""

from __future__ import annotations

import errno
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import sqlcipher3.dbapi2 as driver

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress
from showroom.store import migrate
from showroom.store.db import connect, speaking, unlock

log = logging.getLogger(__name__)

KEPT: Final = 12
_PAGES: Final = 2000
_NAME: Final = re.compile(r"(desk|before-\w+)-(\d{8}T\d{6}Z)(?:-(\d+))?\.db")


class Copy(NamedTuple):
    """A proved copy: where it lies, and how many rows of which table it holds."""

    path: Path
    rows: dict[str, int]


def back_up(path: Path, key: bytes, target: Path, progress: Progress | None = None) -> Copy:
    """Copy the file at `path`, in use or not, to `target`, which must not exist yet.

    `target` appears only when its copy was opened, checked and counted. Raises `ShowroomError`
    when it exists, when the disk is full or not writable, or when the copy is not whole.
    """
    if target.exists():
        raise ShowroomError(
            _("{path} exists already, and a copy never overwrites. Choose another name.").format(
                path=target
            )
        )
    if not path.exists():
        raise ShowroomError(_("There is no data in {path} yet.").format(path=path))
    draft = target.with_name(f".{target.name}.part")
    with _saying(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove(draft)
        try:
            source = connect(path, key)
            try:
                rows = _copy(source, path, draft, key, progress or Progress())
            finally:
                source.close()
            _name(draft, target)
        finally:
            _remove(draft)
    log.info("copied %d rows to a backup", sum(rows.values()))
    return Copy(target, rows)


def restore(
    path: Path,
    key: bytes,
    source: Path,
    backups: Path,
    now: datetime,
    progress: Progress | None = None,
) -> Copy | None:
    """Put the copy `source` in the place of the file at `path`; all of it, or nothing.

    The present data is copied into `backups` first and returned (None when there is none). Whoever
    has the file open sees the restored rows at once. An older copy is brought to the tables of
    today. Raises `ShowroomError` when `source` is foreign, damaged, or made by a newer program.
    """
    if not source.is_file():
        raise ShowroomError(_("There is no file {path}.").format(path=source))
    progress = progress or Progress()
    draft = path.with_name(f".{path.name}.part")
    with _saying(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove(draft)
        try:
            _take(source, draft, key, progress)
            migrate.bring(draft, key)
            kept = _put_aside(path, key, backups, now, progress)
            if path.exists():
                _overwrite(path, draft, key, progress)
            else:
                for tail in ("-wal", "-shm"):  # of a file that is gone: it must not come back
                    path.with_name(path.name + tail).unlink(missing_ok=True)
                _name(draft, path)
        finally:
            _remove(draft)
    log.info("restored a backup")
    return kept


def place(folder: Path, now: datetime, why: str = "desk") -> Path:
    """A free name in `folder` for a copy made now: `desk-20261121T024100Z.db`."""
    stem = f"{why}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (folder / f"{stem}{tail}.db" for tail in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for path in names if not path.exists())


def copies(folder: Path, why: str = "desk") -> list[Path]:
    """The copies in `folder`, oldest first: the regular ones, or those made "before" a restore."""
    found = [(made, path) for path in folder.glob("*.db") if (made := _made(path, why))]
    return [path for _moment, path in sorted(found)]


def last(folder: Path) -> datetime | None:
    """When the newest regular copy in `folder` was made (aware UTC), None without any."""
    found = copies(folder)
    made = _made(found[-1]) if found else None
    return made[0] if made else None


def rotate(folder: Path, keep: int = KEPT) -> list[Path]:
    """Remove all but the newest `keep` copies of either sort, never the last; returns them."""
    removed = [path for why in ("desk", "before") for path in copies(folder, why)[: -max(1, keep)]]
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def keep_safe(
    path: Path,
    key: bytes,
    folder: Path,
    now: datetime,
    keep: int = KEPT,
    progress: Progress | None = None,
) -> Copy | None:
    """Copy the file when it changed since the newest copy, then thin the copies: at every close.

    Returns None when nothing was written since.
    """
    newest = copies(folder)[-1:]
    here = _latest(path, key)
    with suppress(ShowroomError):  # a copy that cannot be read is no reason to make none
        if newest and _latest(newest[0], key) == here:
            return None
    made = back_up(path, key, place(folder, now), progress)
    rotate(folder, keep)
    return made


# --- inside


def _copy(source: Any, origin: Path, draft: Path, key: bytes, progress: Progress) -> dict[str, int]:
    """Copy one moment of `source`, which is open from `origin`, into `draft`, and prove it."""
    copy = _open(draft, key)
    try:
        if source.execute("PRAGMA cipher_integrity_check").fetchone():
            raise driver.DatabaseError("malformed")  # SQLite would copy a false page as zeros
        source.execute("BEGIN")
        rows = _count(source)  # begins the moment that the copy shows
        source.backup(copy, pages=_PAGES, progress=_reporter(progress))
        source.execute("ROLLBACK")
    except driver.Error as error:
        here = isinstance(error, driver.OperationalError)  # else what was read is damaged
        with speaking(draft.parent if here else origin):
            raise
    finally:
        copy.close()
    _prove(draft, key, rows)
    return rows


def _take(source: Path, draft: Path, key: bytes, progress: Progress) -> None:
    """Read a copy that may lie on a disk we cannot write to."""
    busy = source.with_name(source.name + "-wal").exists()
    mode = "mode=ro" if busy else "immutable=1"
    connection = _open(source, key, mode)
    try:
        with speaking(source):
            version = migrate.revision(connection)
            if version is None:
                raise ShowroomError(_("{path} holds no data of a desk.").format(path=source))
            migrate.refuse_newer(version)
        _copy(connection, source, draft, key, progress)
    finally:
        connection.close()


def _put_aside(
    path: Path, key: bytes, backups: Path, now: datetime, progress: Progress
) -> Copy | None:
    """Copy the present data away; what cannot be copied because it is damaged is moved away."""
    if not path.exists() or not path.stat().st_size:
        return None
    target = place(backups, now, "before-restore")
    try:
        return back_up(path, key, target, progress)
    except ShowroomError as error:
        if not isinstance(error.__cause__, driver.DatabaseError) or isinstance(
            error.__cause__, driver.OperationalError
        ):
            raise
        backups.mkdir(parents=True, exist_ok=True)
        for tail in ("-wal", "-shm", ""):
            with suppress(FileNotFoundError):
                os.replace(path.with_name(path.name + tail), target.with_name(target.name + tail))
        return Copy(target, {})


def _overwrite(path: Path, draft: Path, key: bytes, progress: Progress) -> None:
    """Write all pages in one transaction of SQLite: a crash leaves what was there."""
    source = _open(draft, key)
    try:
        here = connect(path, key)
        try:
            with speaking(path):
                source.backup(here, pages=_PAGES, progress=_reporter(progress))
        finally:
            here.close()
    finally:
        source.close()


def _reporter(progress: Progress) -> Callable[[int, int, int], None]:
    def report(_status: int, remaining: int, total: int) -> None:
        progress.step(total - remaining, total)

    return report


def _open(path: Path, key: bytes, mode: str = "mode=rwc") -> Any:
    """Open a copy: a lone file without a write-ahead log of its own."""
    with speaking(path):
        connection = driver.connect(
            f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None
        )
        try:
            unlock(connection, key)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def _prove(draft: Path, key: bytes, rows: dict[str, int]) -> None:
    """Open the copy anew: every page is authentic, and every row is there."""
    connection = _open(draft, key)
    try:
        with speaking(draft):
            connection.execute("PRAGMA journal_mode = DELETE")
            pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            (whole,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            found = _count(connection)
    finally:
        connection.close()
    if pages or whole != "ok" or found != rows:
        log.error("the copy is not whole: %s; %s", len(pages), found.items() ^ rows.items())
        raise ShowroomError(_("The copy is not whole and was thrown away. Try another disk."))


def _count(connection: Any) -> dict[str, int]:
    """The rows of every table, but the search index's own."""
    tables = [
        name
        for _schema, name, kind, *_rest in connection.execute("PRAGMA main.table_list")
        if kind == "table" and not name.startswith("sqlite_")
    ]
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables
    }


def _latest(path: Path, key: bytes) -> tuple[int, str] | None:
    """The newest action: it says whether anything was written since."""
    connection = _open(path, key, "mode=ro")
    try:
        with speaking(path):
            newest: tuple[int, str] | None = connection.execute(
                "SELECT id, at FROM action ORDER BY id DESC LIMIT 1"
            ).fetchone()
            return newest
    finally:
        connection.close()


def _made(path: Path, why: str = "desk") -> tuple[datetime, int] | None:
    """When a copy of this sort was made, and the how manieth of that second; None for others."""
    found = _NAME.fullmatch(path.name)
    if found is None or not found[1].startswith(why):
        return None
    made = datetime.strptime(found[2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return made, int(found[3] or 1)


def _name(draft: Path, target: Path) -> None:
    """Give a whole copy its name, on the disk too."""
    with open(draft, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(draft, target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _remove(draft: Path) -> None:
    for tail in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + tail).unlink(missing_ok=True)


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    """Turn what the system says about folders and disks into a sentence."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        text = (
            _("The disk is full: nothing was saved. Free some space on {path} and try again.")
            if full
            else _("{path} cannot be written. Choose another folder.")
        )
        raise ShowroomError(text.format(path=path)) from error
