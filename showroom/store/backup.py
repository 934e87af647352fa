"""Whole copies of the file: made by SQLite itself, proved by opening and counting, then named.

A copy carries the desk's own encryption and key, and beside it lies that key wrapped with the
recovery code, where there is one (`showroom/store/recovery.py`). A shutil copy of a live file would
be empty: what was written last is still in its write-ahead log.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any, Final, NamedTuple

import sqlcipher3.dbapi2 as driver

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress
from showroom.store import copies, migrate, recovery, seals, tidemark
from showroom.store.db import connect, speaking, unlock
from showroom.store.images import quoted

log = logging.getLogger(__name__)

_PAGES: Final = 2000


class Copy(NamedTuple):
    """A proved copy: where it lies, and how many rows of which table it holds."""

    path: Path
    rows: dict[str, int]


def back_up(
    path: Path,
    key: bytes,
    target: Path,
    progress: Progress | None = None,
    *,
    deep: bool = True,
) -> Copy:
    """Copy the file at `path`, in use or not, to `target`, which must not exist yet.

    `target` appears only when its copy was opened, checked and counted; `deep` checks how its
    pages hang together, too. Raises `ShowroomError` when it exists, when the disk is full or not
    writable, or when the copy is not whole.
    """
    with saying(target):
        taken = _is_there(target)
    if taken:
        raise ShowroomError(
            _("{path} exists already, and a copy never overwrites. Choose another name.").format(
                path=target
            )
        )
    if not path.exists():
        raise ShowroomError(_("There is no data in {path} yet.").format(path=path))
    draft = target.with_name(f".{target.name}.part")
    with saying(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        remove(draft)
        try:
            source = connect(path, key)
            try:
                rows = _copy(source, path, draft, key, progress or Progress(), deep=deep)
            finally:
                source.close()
            give_name(draft, target, path)
        finally:
            remove(draft)
    log.info("copied %d rows to a backup", sum(rows.values()))
    return Copy(target, rows)


def restore(
    path: Path,
    key: bytes,
    source: Path,
    backups: Path,
    now: datetime,
    progress: Progress | None = None,
    *,
    source_key: bytes | None = None,
    settle: Callable[[Path], object] | None = None,
) -> Copy | None:
    """Put the copy `source` in the place of the file at `path`; all of it, or nothing.

    `source_key` is the key of a copy that another desk made: its rows get the key of this one.
    `settle` is called with the rows that come back, an encrypted file with `key`, before anybody
    sees them: what must outlive a restore (erasures) is done to them there.

    The present data is copied into `backups` first and returned (None when there is none). Whoever
    has the file open sees the restored rows at once. An older copy is brought to the tables of
    today. Raises `ShowroomError` when `source` is foreign, damaged, or made by a newer program.
    """
    if not source.is_file():
        raise ShowroomError(_("There is no file {path}.").format(path=source))
    progress = progress or Progress()
    draft = path.with_name(f".{path.name}.part")
    with saying(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        remove(draft)
        try:
            _take(source, draft, source_key or key, progress)
            migrate.bring(draft, source_key or key)  # with its own key: its seals are proved
            if source_key not in {None, key}:
                _rekey(draft, source_key or key, key)
            if source_key not in {None, key}:
                _seal_anew(draft, source_key or key, key, now)
            if settle is not None:
                settle(draft)
            kept = _put_aside(path, key, backups, now, progress)
            tidemark.forget(path)  # what comes now may well end earlier
            if path.exists():
                _overwrite(path, draft, key, progress)
            else:
                for tail in ("-wal", "-shm"):  # of a file that is gone: it must not come back
                    path.with_name(path.name + tail).unlink(missing_ok=True)
                _name(draft, path)
        finally:
            remove(draft)
    log.info("restored a backup")
    return kept


def opens(path: Path, key: bytes) -> bool:
    """Whether a lone file is one of SQLite that this key opens."""
    try:
        open_copy(path, key).close()
    except ShowroomError as error:
        if is_foreign(error):
            return False
        raise
    return True


def is_foreign(error: ShowroomError) -> bool:
    """Whether the driver said that the key does not fit, or that this is no database."""
    said = str(error.__cause__)
    return "file is not a database" in said or "hmac check failed" in said


def open_copy(path: Path, key: bytes) -> Any:
    """Open a copy for reading only, also on a disk that cannot be written; the caller closes it."""
    return _open(path, key, "mode=ro" if _is_open(path) else "immutable=1")


# --- inside


def _copy(
    source: Any, origin: Path, draft: Path, key: bytes, progress: Progress, *, deep: bool = True
) -> dict[str, int]:
    """Copy one moment of `source`, which is open from `origin`, into `draft`, and prove it."""
    copy = _open(draft, key)
    try:
        if source.execute("PRAGMA cipher_integrity_check").fetchone():
            raise driver.DatabaseError("malformed")  # SQLite would copy a false page as zeros
        source.execute("BEGIN")
        rows = count(source)  # begins the moment that the copy shows
        source.backup(copy, pages=_PAGES, progress=_reporter(progress))
        source.execute("ROLLBACK")
    except driver.Error as error:
        here = isinstance(error, driver.OperationalError)  # else what was read is damaged
        with speaking(draft.parent if here else origin):
            raise
    finally:
        copy.close()
    prove(draft, key, rows, deep=deep)
    return rows


def _take(source: Path, draft: Path, key: bytes, progress: Progress) -> None:
    """Read a copy that may lie on a disk we cannot write to; a closed one byte by byte."""
    connection = open_copy(source, key)
    try:
        with speaking(source):
            version = migrate.revision(connection)
            if version is None:
                raise ShowroomError(_("{path} holds no data of a desk.").format(path=source))
            migrate.refuse_newer(version)
        if _is_open(source):
            _copy(connection, source, draft, key, progress)
            return
        progress.step(0, 1)
        copyfile(source, draft)
        with speaking(source):
            prove(draft, key, count(connection), read_from=source)
    finally:
        connection.close()


def _is_open(path: Path) -> bool:
    return path.with_name(path.name + "-wal").exists()


def _rekey(draft: Path, old: bytes, new: bytes) -> None:
    """Encrypt a draft anew with another key."""
    connection = _open(draft, old)
    try:
        with speaking(draft):
            connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
    finally:
        connection.close()
    _open(draft, new).close()


def _seal_anew(draft: Path, old: bytes, new: bytes, now: datetime) -> None:
    """Give the journal of a draft that got another key the seals of that key."""
    connection = _open(draft, new)
    try:
        with speaking(draft):
            connection.execute("BEGIN IMMEDIATE")
            stamp = f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000"
            seals.carry_over(connection, seals.Sealer(old), seals.Sealer(new), stamp)
            connection.execute("COMMIT")
    finally:
        connection.close()


def _put_aside(
    path: Path, key: bytes, backups: Path, now: datetime, progress: Progress
) -> Copy | None:
    """Copy the present data away; what cannot be copied because it is damaged is moved away."""
    if not path.exists() or not path.stat().st_size:
        return None
    target = copies.place(backups, now, "before-restore")
    try:
        return back_up(path, key, target, progress, deep=False)
    except ShowroomError as error:
        if not isinstance(error.__cause__, driver.DatabaseError) or isinstance(
            error.__cause__, driver.OperationalError
        ):
            raise
        backups.mkdir(parents=True, exist_ok=True)
        recovery.carry(path, target)
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


def prove(
    draft: Path,
    key: bytes,
    rows: dict[str, int],
    *,
    read_from: Path | None = None,
    deep: bool = True,
) -> None:
    """Open the copy anew: every page is authentic, `deep`: in its place, and every row is there.

    A false page of a draft that was `read_from` a file byte by byte was false there already.
    """
    connection = _open(draft, key)
    try:
        with speaking(read_from or draft):
            connection.execute("PRAGMA journal_mode = DELETE")
            pages = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            (whole,) = connection.execute("PRAGMA quick_check(1)").fetchone() if deep else ("ok",)
            found = count(connection)
    finally:
        connection.close()
    if pages and read_from is not None:
        with speaking(read_from):
            raise driver.DatabaseError("malformed")
    if pages or whole != "ok" or found != rows:
        log.error("the copy is not whole: %s; %s", len(pages), found.items() ^ rows.items())
        raise ShowroomError(_("The copy is not whole and was thrown away. Try another disk."))


def count(connection: Any) -> dict[str, int]:
    """The rows of every table, but the search index's own."""
    tables = [
        name
        for _schema, name, kind, *_rest in connection.execute("PRAGMA main.table_list")
        if kind == "table" and not name.startswith("sqlite_")
    ]
    return {
        name: connection.execute(f"SELECT count(*) FROM {quoted([name])}").fetchone()[0]
        for name in tables
    }


def give_name(draft: Path, target: Path, origin: Path) -> None:
    """Name a copy, its wrapped key first: no copy is ever without what opens it elsewhere."""
    carried = recovery.carry(origin, target)
    try:
        _name(draft, target)
    except BaseException:
        if carried:
            recovery.beside(target).unlink(missing_ok=True)
        raise


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


def remove(draft: Path) -> None:
    for tail in ("", "-wal", "-shm", "-journal"):
        draft.with_name(draft.name + tail).unlink(missing_ok=True)


def _is_there(path: Path) -> bool:
    """Whether there is something; a name that no file can have is an error of the system."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except ValueError as error:  # a null byte, half a character
        raise OSError(errno.EINVAL, "no name for a file") from error
    return True


@contextmanager
def saying(path: Path) -> Iterator[None]:
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
