"""The PIN is a lock on the desk: who sits down gives it, and guessing costs minutes.

Wrong five times locks for 1 minute, then each wrong one for 2, 4, 8 and 15. The columns `pin`,
`failures` and `locked_until` are written past the journal, so that no undo brings an old PIN back
or forgets a failure; what happened is an entry of the journal all the same, by id.

No clock frees anybody early. While the PC runs, a lock lasts by the time since the PC was started,
which nobody can set. After a restart of the PC the clock counts, but never one that went back: it
is at least the time of the newest entry of the journal. All the time since that restart counts in
any case, so that a wrong clock locks nobody out for longer than the lock lasts.
"""

from __future__ import annotations

import json
import logging
import math
import re
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights, staff
from showroom.guard.rights import in_use as in_use
from showroom.guard.staff import KEEPERS
from showroom.i18n import _, ngettext
from showroom.store import journal, models, recovery
from showroom.store.db import Database
from showroom.store.models import Role, Setting, Staff
from showroom.text import narrow

if TYPE_CHECKING:
    from argon2 import PasswordHasher

log = logging.getLogger(__name__)

FREE: Final = 4  # wrong tries that only count
MINUTES: Final = (1, 2, 4, 8, 15)
ROUNDS, KIB = 3, 65536  # what one hash costs (RFC 9106 §4)
LOOKED_BACK: Final = 5000  # entries of the journal


class Seat(NamedTuple):
    """Somebody who may sit down: with a PIN or without, and for how many seconds still locked."""

    id: int
    name: str
    role: Role
    has_pin: bool
    wait: int


def seats(session: Session, *, now: datetime) -> list[Seat]:
    """Everybody who works here, in the order of the list of staff."""
    people = {one.id: one for one in session.scalars(select(Staff).where(Staff.active))}
    return [
        Seat(
            row.id,
            row.name,
            row.role,
            bool(people[row.id].pin),
            _wait(session, people[row.id], now),
        )
        for row in staff.everyone(session)
    ]


# --- at the desk


def check(db: Database, staff_id: int, pin: str, *, verb: str = "sit_down") -> None:
    """Let somebody sit down, or raise `ShowroomError` with the reason.

    `verb` "second": he sits down nowhere, he is the second person of who sits at the desk.

    The try is counted and on the disk before the answer: killing the program takes nothing back.
    One after the other, so that many tries at once are counted each.
    """
    with db.write() as session:
        refused = attempt(session, staff_id, pin, now=db.now(), verb=verb)
    if refused:
        raise ShowroomError(refused)


def attempt(
    session: Session, staff_id: int, pin: str, *, now: datetime, verb: str = "sit_down"
) -> str:
    """Count one try and note it; return why it was refused, or "" when the PIN was right.

    Commit before the answer is told; `check` does. Raises `ShowroomError` where there is nothing
    to try: no PIN, or locked.
    """
    person = session.get(Staff, staff_id)
    if person is None or not person.active:
        raise ShowroomError(_("Nobody with this name works here."))
    if not person.pin:
        raise ShowroomError(
            _("{name} has no PIN yet: it is set in Settings, Staff.").format(name=person.name)
        )
    wait = _wait(session, person, now)
    if wait:
        raise ShowroomError(locked(wait))
    if _matches(person.pin, narrow(pin)):
        if verb == "sit_down":
            session.info["staff_id"] = staff_id
        journal.note(session, verb, person)
        _write(session, person, failures=0, locked_until=None)
        return ""
    session.info["staff_id"] = None  # who tried is not known
    journal.note(session, "wrong_pin", person)
    failures = person.failures + 1
    minutes = _minutes(failures)
    log.warning("wrong PIN: staff %s, %s in a row", staff_id, failures)
    if not minutes:
        _write(session, person, failures=failures)
        left = FREE + 1 - failures
        return ngettext(
            "Wrong PIN. {count} more try.", "Wrong PIN. {count} more tries.", left
        ).format(count=left)
    until = _moment(session, now) + timedelta(minutes=minutes)
    _write(session, person, failures=failures, locked_until=until)
    return locked(minutes * 60)


def locked(seconds: int) -> str:
    """The sentence for whoever must wait that long."""
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "Too many wrong PINs: locked for {count} minute. A manager can unlock it.",
        "Too many wrong PINs: locked for {count} minutes. A manager can unlock it.",
        minutes,
    ).format(count=minutes)


def hand_over(session: Session, staff_id: int) -> None:
    """Let somebody without a PIN take over an open desk.

    Raises `ShowroomError` for who has a PIN and must give it, and for a manager without one.
    """
    person = session.get_one(Staff, staff_id)
    if not in_use(session):
        return
    if person.pin:
        raise ShowroomError(_("{name} must give the PIN.").format(name=person.name))
    if person.role in KEEPERS:
        raise ShowroomError(
            _("{name} needs a PIN to sit here: it is set in Settings, Staff.").format(
                name=person.name
            )
        )


# --- setting


def set_pin(session: Session, staff_id: int, pin: str) -> None:
    """Give somebody a PIN, or another one. It unlocks, too.

    Everybody sets his own, managers and owners everybody's; the first PIN is one of theirs.
    Raises `Invalid` naming `pin`, `ShowroomError` when who sits at the desk may not.
    """
    person = session.get_one(Staff, staff_id)
    if not in_use(session) and person.role not in KEEPERS:
        raise ShowroomError(
            _("The first PIN is a manager's or an owner's: they unlock the others.")
        )
    if session.info["staff_id"] != staff_id:
        keepers_only(session)
    _set(session, person, pin, "set_pin")


def reset(db: Database, staff_id: int, pin: str, code: str) -> None:
    """Give a manager or an owner another PIN by the recovery code of this desk; it unlocks, too.

    The way out when no one is left who knows a PIN. Takes 0.2 s. Raises `Invalid` naming `code` or
    `pin`, `ShowroomError` for anybody else: his PIN is set by a manager.
    """
    key = recovery.unwrap(recovery.beside(db.path), code)
    if key != db.key:
        raise Invalid({"code": _("This recovery code belongs to another desk.")})
    with db.write() as session:
        person = session.get(Staff, staff_id)
        if person is None or not person.active or person.role not in KEEPERS:
            raise ShowroomError(
                _("The recovery code resets the PIN of a manager or an owner; they set the others.")
            )
        session.info["staff_id"] = None  # who holds the page is not known
        _set(session, person, pin, "reset_pin")


def _set(session: Session, person: Staff, pin: str, verb: str) -> None:
    pin = narrow(pin)
    if not re.fullmatch(r"[0-9]{4,8}", pin):
        raise Invalid({"pin": _("A PIN has 4 to 8 digits.")})
    journal.note(session, verb, person)
    _write(session, person, pin=_hasher().hash(pin), failures=0, locked_until=None)


def remove(session: Session, staff_id: int) -> None:
    """Take a PIN away; the last one of a manager or owner goes last, then the desk is open again.

    Raises `ShowroomError` when no manager or owner sits at the desk.
    """
    person = session.get_one(Staff, staff_id)
    keepers_only(session)
    others = session.scalars(select(Staff).where(Staff.pin != "", Staff.id != staff_id)).all()
    if others and not any(one.active and one.role in KEEPERS for one in others):
        raise ShowroomError(staff.last_keeper(person.name))
    journal.note(session, "remove_pin", person)
    _write(session, person, pin="", failures=0, locked_until=None)


def unlock(session: Session, staff_id: int) -> None:
    """Forget somebody's wrong tries. Raises `ShowroomError` as `remove` does."""
    person = session.get_one(Staff, staff_id)
    keepers_only(session)
    journal.note(session, "unlock", person)
    _write(session, person, failures=0, locked_until=None)


def keepers_only(session: Session) -> None:
    """Raise `ShowroomError` when no manager or owner sits here, or one whom nobody asked a PIN."""
    actor = rights.holder(session)
    if actor is None or actor.role not in KEEPERS:
        raise ShowroomError(_("Only a manager or an owner may do this."))
    if not actor.pin and in_use(session):
        raise ShowroomError(_("{name} needs a PIN for this.").format(name=actor.name))


# --- inside


def uptime() -> float:
    """Seconds since this PC was started; nobody can set them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)  # counts sleep, too
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def _minutes(failures: int) -> int:
    """For how long so many failures lock."""
    return MINUTES[min(failures - FREE, len(MINUTES)) - 1] if failures > FREE else 0


def _wait(session: Session, person: Staff, now: datetime) -> int:
    """The whole seconds somebody is still locked."""
    if person.locked_until is None:
        return 0
    span = _minutes(person.failures) * 60
    kept = session.scalar(select(Setting.value).where(Setting.key == _key(person)))
    since, up = float(json.loads(kept or "0")), uptime()
    passed = up - since
    if passed < 0:  # the PC was started again
        clock = _moment(session, now) - (person.locked_until - timedelta(seconds=span))
        passed = max(up, clock.total_seconds())
    return max(math.ceil(span - float(passed)), 0)


def _moment(session: Session, now: datetime) -> datetime:
    """What time it is at least: a clock may have gone back, the journal has not."""
    action = models.Action
    newest = select(action.at).order_by(action.id.desc()).limit(LOOKED_BACK)
    for moment in session.scalars(newest):
        now = max(now, moment)
    return now


def _write(session: Session, person: Staff, **columns: object) -> None:
    """Write past the journal, and where a lock begins: how long the PC has run."""
    people, facts = Staff.__table__, Setting.__table__
    assert isinstance(people, Table)
    assert isinstance(facts, Table)
    rows = session.connection()
    rows.execute(update(people).where(people.c.id == person.id).values(**columns))
    rows.execute(delete(facts).where(facts.c.key == _key(person)))
    if columns.get("locked_until") is not None:
        rows.execute(insert(facts).values(key=_key(person), value=json.dumps(uptime())))
    session.expire(person)


def _key(person: Staff) -> str:
    return f"lock:{person.id}"


def _matches(held: str, pin: str) -> bool:
    from argon2.exceptions import VerifyMismatchError

    try:
        return bool(_hasher().verify(held, pin))
    except VerifyMismatchError:
        return False


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=ROUNDS, memory_cost=KIB, parallelism=1)
