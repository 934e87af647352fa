"""What replaces or repairs the whole file, and the page that opens it: `Right.RESTORE`."""

from __future__ import annotations

from pathlib import Path

from showroom.guard import consent, erasure, rights, staff
from showroom.guard.rights import Right
from showroom.paths import Desk
from showroom.progress import Progress
from showroom.store import backup, check, journal, recovery, restoring
from showroom.store.db import Database
from showroom.store.opening import open_desk


def mend(db: Database) -> None:
    """Repair what the check found and can repair. Raises `ShowroomError` for who may not."""
    require(db)
    check.mend(db)
    with db.write() as session:
        journal.act(session, "change_customer")
        consent.stop(session, now=db.now())


def restore(
    db: Database,
    copy: Path,
    progress: Progress | None = None,
    *,
    code: str = "",
) -> backup.Copy | None:
    """Put a copy in place of what is here, see `restoring.restore`; who was erased stays erased.

    Whoever the copy does not know by this name sits at the desk no more. Raises `ShowroomError` for
    who may not.
    """
    require(db)
    with db.read() as session:
        person = rights.holder(session)
        name = person.name if person is not None else ""
    kept = restoring.restore(
        db.path, db.key, copy, db.backups, db.now(), progress, code=code, settle=erasure.settle
    )
    with db.read() as session:
        person = rights.holder(session)
        stays = person is not None and person.name == name
    if not stays:
        db.seat(None)
    _note(db, copy, name)
    return kept


def restored(desk: Desk, copy: Path, name: str = "") -> None:
    """Note in a desk that was not open that this copy is in place now, and who asked for it."""
    db = open_desk(desk)
    try:
        _note(db, copy, name)
    finally:
        db.close()


def _note(db: Database, copy: Path, name: str) -> None:
    """The trail of the copy does not know of it; who asked may have another id there, or none."""
    with db.write() as session:
        known = {name: id for id, name in staff.names(session).items()}
        session.info["staff_id"] = known.get(name)
        journal.note(session, "restore", what=" · ".join(filter(None, (copy.name, name))))


def new_code(db: Database, code: str) -> None:
    """Let this recovery code count from now on: who holds it opens every backup and resets PINs.

    Raises `ShowroomError` for who may not.
    """
    require(db)
    recovery.write(recovery.beside(db.path), db.key, code, db.now())
    with db.write() as session:
        journal.note(session, "recovery_code")


def require(db: Database) -> None:
    """Raise `ShowroomError` when who sits at the desk may do none of this."""
    with db.read() as session:
        rights.require(session, Right.RESTORE)
