"""Who may do what. Services ask here, so that the window and the command line obey the same.

As long as nobody has a PIN the desk is open and everybody may do everything; the banner says so.
Everything stands on this module: it knows nothing but the staff.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.store.models import Role, Staff


class Right(StrEnum):
    """What not everybody may do."""

    EXPORT_MANY = "export_many"
    DELETE = "delete"
    APPROVE = "approve"
    SETTINGS = "settings"
    STAFF = "staff"
    RESTORE = "restore"
    TAKE_BACK = "take_back"
    CORRECT = "correct"


GRANTS: Final[dict[Role, frozenset[Right]]] = {
    Role.RECEPTIONIST: frozenset(),
    Role.CONSULTANT: frozenset(),
    Role.MANAGER: frozenset(Right),
    Role.OWNER: frozenset(Right),
}

REFUSALS: Final[dict[Right, str]] = {
    Right.EXPORT_MANY: N_("Only a manager or an owner may take out so many rows."),
    Right.DELETE: N_("Only a manager or an owner may delete."),
    Right.APPROVE: N_("Only a manager or an owner may approve this."),
    Right.SETTINGS: N_("Only a manager or an owner may change settings."),
    Right.STAFF: N_("Only a manager or an owner may change the staff."),
    Right.RESTORE: N_("Only a manager or an owner may restore, repair, or make a recovery code."),
    Right.CORRECT: N_("Only a manager or an owner may correct a day that is closed."),
    Right.TAKE_BACK: N_(
        "Only a manager or an owner may take back what somebody else did on an earlier day."
    ),
}


_IN_USE: Final = select(Staff.id).where(Staff.pin != "", Staff.active).limit(1)  # made once


def in_use(session: Session) -> bool:
    """Whether anybody has a PIN: from the first one on the desk is locked."""
    return session.scalar(_IN_USE) is not None


def armed(session: Session) -> bool:
    """Whether rights count: from the first PIN on. Asked once in a session."""
    known = session.info.get("armed")
    if known is None:
        known = session.info["armed"] = in_use(session)
    return bool(known)


def holder(session: Session) -> Staff | None:
    """Who sits at the desk, as far as his rights go: nobody when he has left or nobody sits."""
    staff_id: int | None = session.info.get("staff_id")
    person = None if staff_id is None else session.get(Staff, staff_id)
    return person if person is not None and person.active else None


def may(session: Session, right: Right) -> bool:
    """Whether who sits at the desk may do this."""
    if not armed(session):
        return True
    person = holder(session)
    # a keeper's rights are behind his PIN: without one anybody could sit down as him
    return person is not None and bool(person.pin) and right in GRANTS[person.role]


def refusal(session: Session, right: Right) -> str:
    """The sentence for who sits at the desk and may not do this, saying who may; "" when he may."""
    return "" if may(session, right) else _(REFUSALS[right])


def require(session: Session, right: Right) -> None:
    """Raise `ShowroomError`, saying who may, when who sits at the desk may not."""
    sentence = refusal(session, right)
    if sentence:
        raise ShowroomError(sentence)
