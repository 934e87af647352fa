"""Looking into a copy before it is put back, and putting it back, also on a PC without its key."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import sqlcipher3.dbapi2 as driver

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.paths import Desk, prepare
from showroom.progress import Progress
from showroom.store import backup, damage, disks, keys, migrate, recovery, tombs
from showroom.store.db import speaking

log = logging.getLogger(__name__)

COUNTED: Final = ("customer", "visit", "deal", "action")


class Preview(NamedTuple):
    """What a copy holds: how many of what, and the newest entry in it (aware UTC)."""

    customers: int
    visits: int
    deals: int
    newest: datetime | None
    entries: int  # of the journal


class Loss(NamedTuple):
    """How many entries of the journal are here and not in the copy.

    `same_desk` is False when the copy has another history: then all that is here goes.
    """

    entries: int
    same_desk: bool


class Look(NamedTuple):
    """A copy looked at, next to what is here now.

    `erasures` are the persons in it who were erased since: they are erased again.
    """

    path: Path
    holds: Preview
    here: Preview
    loses: Loss
    erasures: int = 0


Settle = Callable[[Path, bytes, tombs.Graves], object]
"""Done to the rows of a copy, in a file with that key, before anybody sees them."""


def key_of(copy: Path, own: bytes | None, code: str = "") -> bytes:
    """The key of a copy: the desk's own when it opens it, else the one the recovery code frees.

    Raises `keys.KeyMissing` when a code is needed, `Invalid` naming `code` when it is wrong, and
    `ShowroomError` when there is no such file or nothing beside it that a code could open.
    """
    if not copy.is_file():
        raise ShowroomError(_("There is no file {path}.").format(path=copy))
    if own is not None and backup.opens(copy, own):
        return own
    side = recovery.beside(copy)
    if not side.is_file():
        raise ShowroomError(
            _(
                "{path} is no backup of this desk. If another desk made it, bring {side} from "
                "beside it, too, and its recovery code."
            ).format(path=copy, side=side.name)
        )
    if not code:
        raise keys.KeyMissing(
            _("{path} was made by another desk, or the key is lost: its recovery code opens it.")
            .format(path=copy)
        )  # fmt: skip
    key = recovery.unwrap(side, code)
    if not backup.opens(copy, key):
        raise ShowroomError(
            _("{path} is damaged, or {side} does not belong to it. Take another backup.").format(
                path=copy, side=side.name
            )
        )
    return key


def look(copy: Path, copy_key: bytes, path: Path, key: bytes) -> Look:
    """Look into a copy, and at what would be lost of the data at `path`; takes some 10 ms.

    Half a second where somebody was erased since the copy of 100,000 customers was made. Raises
    `ShowroomError` for a copy that is damaged, empty or made by a newer program.
    """
    graves = tombs.gather(path, key, copy, copy_key, path.parent / "backups")
    there = backup.open_copy(copy, copy_key)
    try:
        with speaking(copy):
            version = migrate.revision(there)
            if version is None:
                raise ShowroomError(_("{path} holds no data of a desk.").format(path=copy))
            migrate.refuse_newer(version)
            holds, last = _preview(there), _last(there)
            erasures = len(tombs.found(there, graves))
    finally:
        there.close()
    here = backup.open_copy(path, key)
    try:
        with speaking(path):
            now = _preview(here)
            same = last is None or _has(here, last)
            entries = _since(here, last[0] if last and same else 0)
    finally:
        here.close()
    return Look(copy, holds, now, Loss(entries, same), erasures)


def restore(
    path: Path,
    key: bytes,
    copy: Path,
    backups: Path,
    now: datetime,
    progress: Progress | None = None,
    *,
    code: str = "",
    settle: Settle | None = None,
) -> backup.Copy | None:
    """Put a copy back into a desk that has its key; see `backup.restore`.

    `settle` (`guard.erasure.settle`) does to its rows what must outlive a restore.

    A copy of another desk needs `code`, and gets this desk's key; the page with the code stays
    good for both.
    """
    copy_key = key_of(copy, key, code)
    after = _after(settle, key, tombs.gather(path, key, copy, copy_key, backups))
    kept = backup.restore(
        path, key, copy, backups, now, progress, source_key=copy_key, settle=after
    )
    if copy_key != key:
        recovery.write(recovery.beside(path), key, code, now)
    return kept


def restore_desk(
    desk: Desk,
    copy: Path,
    now: datetime,
    code: Callable[[], str],
    progress: Progress | None = None,
    *,
    settle: Settle | None = None,
) -> backup.Copy | None:
    """Put a copy into a desk that is not open, perhaps on a PC that never had a key.

    `code` is asked for the recovery code only when the keys that are here do not open the copy.
    A desk without a key takes over the copy's. What was there is kept, see `backup.restore`.
    """
    prepare(desk)
    disks.refuse_network(desk.data)
    own = keys.found(desk)
    try:
        key, typed = key_of(copy, own), ""
    except keys.KeyMissing:
        typed = code()
        key = key_of(copy, own, typed)
    if own is not None:
        return restore(
            desk.database, own, copy, desk.backups, now, progress, code=typed, settle=settle
        )
    keys.adopt(desk, key, now)
    after = _after(settle, key, tombs.gather(desk.database, None, copy, key, desk.backups))
    kept = backup.restore(desk.database, key, copy, desk.backups, now, progress, settle=after)
    recovery.carry(copy, desk.database)
    return kept


def open_with_code(desk: Desk, code: str, now: datetime) -> None:
    """Bring back the lost key of a desk whose data is there: from beside it, by the code.

    Raises `Invalid` naming `code`, or `ShowroomError` when that is not possible.
    """
    key = recovery.unwrap(recovery.beside(desk.database), code)
    if not backup.opens(desk.database, key):
        raise ShowroomError(
            _("{path} is damaged, or {side} does not belong to it. Restore a backup.").format(
                path=desk.database, side=recovery.beside(desk.database).name
            )
        )
    keys.adopt(desk, key, now)


def helps(error: Exception) -> bool:
    """Whether a backup or a recovery code is the way out of what opening a desk raised."""
    if isinstance(error, (keys.KeyMissing, damage.Damaged, disks.NotEncrypted)):
        return True
    cause = error.__cause__
    return isinstance(cause, driver.DatabaseError) and not isinstance(
        cause, driver.OperationalError
    )


# --- inside


def _after(
    settle: Settle | None, key: bytes, graves: tombs.Graves
) -> Callable[[Path], object] | None:
    return None if settle is None else lambda draft: settle(draft, key, graves)


def _preview(connection: Any) -> Preview:
    customers, visits, deals, entries = (
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED
    )
    last = _last(connection)
    newest = datetime.fromisoformat(last[1]).replace(tzinfo=UTC) if last else None
    return Preview(customers, visits, deals, newest, entries)


def _last(connection: Any) -> tuple[int, str] | None:
    found: tuple[int, str] | None = connection.execute(
        "SELECT id, at FROM action ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return found


def _has(connection: Any, action: tuple[int, str]) -> bool:
    """Whether this history contains that very action."""
    found = connection.execute("SELECT 1 FROM action WHERE id = ? AND at = ?", action).fetchone()
    return found is not None


def _since(connection: Any, id: int) -> int:
    count: int = connection.execute("SELECT count(*) FROM action WHERE id > ?", (id,)).fetchone()[0]
    return count
