"""What leaves the desk: how many rows who may take out, the second person, the note in the trail.

    with exports.leaving(db, _("All customers"), path, second=second) as session:
        registers.customers(session, path)          # calls `allow` before it writes

Whatever writes customers into a file or onto paper calls `allow` first; nothing is written when it
refuses. `leaving` notes both what left and what was refused. Where numbers or addresses go into a
file, who sits here says what for and to whom (PIPL art. 6, 51).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.errors import ShowroomError
from showroom.guard import pins, rights, trail
from showroom.guard.rights import GRANTS, Right
from showroom.i18n import N_, _
from showroom.store import journal
from showroom.store.db import Database
from showroom.store.models import Action, Staff

PURPOSES: Final = (
    N_("Follow-up by the consultants"),
    N_("Sales meeting"),
    N_("Keying into the DMS"),
    N_("Event or mailing"),
    N_("Accounts"),
    N_("Asked for by the customer"),
)
SEPARATOR: Final = " → "


class Second(NamedTuple):
    """The other manager or owner, who gave his PIN for this export; made by `second_person`."""

    id: int
    name: str


class WhatFor(NamedTuple):
    """What contacts of persons leave for, and who gets them; the recipient may be nobody else."""

    purpose: str
    recipient: str = ""

    @property
    def words(self) -> str:
        """Both as the trail keeps them."""
        return SEPARATOR.join(part for part in (self.purpose, self.recipient) if part)


class Refused(ShowroomError):
    """So many rows may not leave; `rows` says how many."""

    def __init__(self, sentence: str, rows: int) -> None:
        super().__init__(sentence)
        self.rows = rows


class SecondMissing(Refused):
    """A second manager or owner must give his PIN first."""


class PurposeMissing(Refused):
    """What these contacts leave for must be said first."""


def allow(session: Session, rows: int, *, contacts: bool = False) -> None:
    """Let so many rows (persons, visits, cards, entries) leave, or raise `Refused` saying who may.

    Up to `Settings.export_alone` everybody; more a manager or an owner; above
    `Settings.export_two` only together with a second one, see `leaving`. With `contacts` among them
    the purpose must be said, where `leaving` asks for it.
    """
    session.info["leaving"] = rows
    _count(session, rows)
    if contacts and rows and session.info.get("asks_purpose"):
        raise PurposeMissing(_("Say what these contacts are for, and who gets them."), rows)


def _count(session: Session, rows: int) -> None:
    """Whether so many rows may leave at all."""
    if not rights.armed(session):
        return
    shop = settings.load(session)
    if rows > shop.export_alone and not rights.may(session, Right.EXPORT_MANY):
        raise Refused(
            _(
                "Rows: {count}. More than {limit} may be taken out only by a manager or an owner."
            ).format(count=f"{rows:,}", limit=f"{shop.export_alone:,}"),
            rows,
        )
    second: Second | None = session.info.get("second")
    if rows > shop.export_two and (second is None or not _may_second(session, second.id)):
        raise SecondMissing(
            _(
                "Rows: {count}. More than {limit} may be taken out only by two: a second manager "
                "or owner gives the PIN."
            ).format(count=f"{rows:,}", limit=f"{shop.export_two:,}"),
            rows,
        )


@contextmanager
def leaving(
    db: Database,
    what: str,
    path: Path | None = None,
    *,
    second: Second | None = None,
    asks: bool = False,
    notes: bool = True,
    what_for: WhatFor | None = None,
    asks_purpose: bool = False,
) -> Iterator[Session]:
    """A session for looking, whose rows leave into `path`; what became of it is noted.

    Who `asks` for the second person, and comes again, is not refused yet: he says `give_up` when
    there is none. With `asks_purpose` contacts leave only once `what_for` is said
    (`PurposeMissing`). Without `notes` the caller notes himself what left (cards on paper). It left
    with whoever sat here when it began, though somebody else may sit here when it is done.
    """
    by = db.staff_id
    try:
        with db.read() as session:
            session.info["second"] = second
            session.info["asks_purpose"] = asks_purpose and what_for is None
            yield session
            rows = session.info.get("leaving")
    except Refused as error:
        waits = asks and isinstance(error, SecondMissing)
        if not waits and not isinstance(error, PurposeMissing):
            give_up(db, what, error, path, by=by)
        raise
    if rows is None:
        raise RuntimeError("rows left the desk that nobody counted: call exports.allow first")
    for write in session.info.get("afterwards", ()):
        with db.write() as writing:
            writing.info["staff_id"] = by
            write(writing, by=by)
    if notes:
        trail.exported(
            db,
            what,
            path,
            rows,
            by=by,
            second=second.name if second else "",
            why=what_for.words if what_for else "",
        )


def afterwards(session: Session, write: Callable[..., None]) -> None:
    """Write something once it has left: `write(session, by=…)`, in a transaction of its own.

    What does not leave through `leaving` is not written.
    """
    session.info.setdefault("afterwards", []).append(write)


def purposes(session: Session) -> list[str]:
    """What lists usually leave for: the shop's own words, else the usual ones."""
    return settings.load(session).export_purposes or [_(words) for words in PURPOSES]


def last_purpose(session: Session) -> WhatFor | None:
    """What who sits here said the last time; nothing when he never did."""
    query = (
        select(Action.why)
        .where(Action.verb == "export", Action.why != "")
        .where(Action.staff_id == session.info.get("staff_id"))
        .order_by(Action.id.desc())
        .limit(1)
    )
    purpose, _separator, recipient = (session.scalar(query) or "").partition(SEPARATOR)
    return WhatFor(purpose, recipient) if purpose else None


def give_up(
    db: Database, what: str, error: Refused, path: Path | None = None, *, by: int | None
) -> None:
    """Note an export that was refused to `by`: what, how many rows, and why."""
    said = trail.what_left(what, path, error.rows)
    with db.write() as session:
        session.info["staff_id"] = by
        journal.note(session, "export_refused", what=said, why=str(error))


def second_person(db: Database, staff_id: int, pin: str) -> Second:
    """The second person, once the PIN is right; a wrong one counts as at the desk (`pins.check`).

    Raises `ShowroomError` for who sits at the desk himself, or may not take out many rows.
    """
    with db.read() as session:
        person = session.get(Staff, staff_id)
        if person is None or not person.active or Right.EXPORT_MANY not in GRANTS[person.role]:
            raise ShowroomError(_("The second person is a manager or an owner."))
        if not _may_second(session, staff_id):
            raise ShowroomError(
                _("{name} sits at the desk: the second person is somebody else.").format(
                    name=person.name
                )
            )
        name = person.name
    pins.check(db, staff_id, pin, verb="second")
    return Second(staff_id, name)


def second_people(session: Session) -> list[tuple[int, str]]:
    """Who may be the second person: id and name."""
    people = session.scalars(select(Staff).order_by(Staff.role, Staff.id))
    return [(one.id, one.name) for one in people if one.pin and _may_second(session, one.id)]


def _may_second(session: Session, staff_id: int) -> bool:
    person = session.get(Staff, staff_id)
    return (
        person is not None
        and person.active
        and staff_id != session.info.get("staff_id")
        and Right.EXPORT_MANY in GRANTS[person.role]
    )
