"""Who asks for an unattended job, and the desk he asks it of: folder, name, PIN, recovery code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from showroom import paths
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.terminal import SECOND_PIN_FILE, pin

if TYPE_CHECKING:
    import argparse

    from showroom.guard.exports import Second
    from showroom.store.db import Database

CODE_FILE: Final = "SHOWROOM_RECOVERY_CODE_FILE"


@contextmanager
def opened(
    desk: paths.Desk, args: argparse.Namespace | None = None, *, make: bool = False
) -> Iterator[Database]:
    """The open data of a desk; a desk that is not there is made, or said not to be there.

    With `args` somebody sits down: every job hands them in but the check and the backup of a
    night without anybody, which hand them in only when they name somebody (`named`).
    """
    if not make and not desk.database.exists():
        raise ShowroomError(
            _(
                "There is no desk in {folder} yet. Name its folder with --data, "
                "or open the desk once."
            ).format(folder=desk.data)
        )
    from showroom import logs
    from showroom.store.opening import open_desk

    db = open_desk(desk)
    logs.start(desk.logs)
    if db.lost:
        print(db.lost, file=sys.stderr)
    try:
        if args is not None:
            sit_down(db, args.staff)
        yield db
    finally:
        db.close()
        logs.stop()


def named(args: argparse.Namespace) -> argparse.Namespace | None:
    """For jobs that need nobody: whoever is named all the same gives his PIN."""
    return args if args.staff is not None else None


def sit_down(db: Database, name: str | None) -> None:
    """Let the journal name who asked; once PINs are in use nobody comes in without his."""
    from showroom.guard import pins

    with db.read() as session:
        locked = pins.in_use(session)
    if name is None:
        if locked:
            raise ShowroomError(_("This desk is locked: say who you are with --staff NAME."))
        return
    staff_id = person(db, name)
    if locked:
        pins.check(db, staff_id, pin())
    db.staff_id = staff_id


def person(db: Database, name: str) -> int:
    """The id of who works here under this name; raises `ShowroomError` when nobody does."""
    from showroom.guard import staff

    with db.read() as session:
        known = {one.name: one.id for one in staff.everyone(session)}
    if name not in known:
        raise ShowroomError(_("Nobody called {name} works here.").format(name=name))
    return known[name]


def second_person(db: Database, args: argparse.Namespace) -> Second | None:
    """Who is named with --second, once his PIN is right; on an open desk nobody is needed."""
    from showroom.guard import exports, pins

    if args.second is None:
        return None
    with db.read() as session:
        if not pins.in_use(session):
            return None
    prompt = _("PIN of {name}:").format(name=args.second)
    return exports.second_person(db, person(db, args.second), pin(SECOND_PIN_FILE, prompt))


def recovery_code() -> str:
    """The recovery code from the file named in `SHOWROOM_RECOVERY_CODE_FILE`, or from a prompt."""
    named = os.environ.get(CODE_FILE)
    if named:
        try:
            return Path(named).read_text("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ShowroomError(
                _("The recovery code cannot be read from {path}.").format(path=named)
            ) from error
    if not sys.stdin.isatty():
        raise ShowroomError(
            _(
                "The recovery code is needed: write it into a file and name that file in "
                "{variable}."
            ).format(variable=CODE_FILE)
        )
    print(_("Recovery code:"), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()
