"""Who may do what. Services ask here, so that the window and the command line obey the same.

As long as nobody has a PIN the desk is open and everybody may do everything; the banner says so.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from showroom.errors import ShowroomError
from showroom.guard import pins
from showroom.i18n import N_, _
from showroom.store.models import Role, Staff


class Right(StrEnum):
    """What not everybody may do."""

    SEE_PHONES = "see_phones"
    EXPORT_MANY = "export_many"
    DELETE = "delete"
    APPROVE = "approve"
    SETTINGS = "settings"
    STAFF = "staff"
    RESTORE = "restore"


GRANTS: Final[dict[Role, frozenset[Right]]] = {
    Role.RECEPTIONIST: frozenset(),
    Role.CONSULTANT: frozenset(),
    Role.MANAGER: frozenset(Right),
    Role.OWNER: frozenset(Right),
}

REFUSALS: Final[dict[Right, str]] = {
    Right.SEE_PHONES: N_("Only a manager or an owner sees every number."),
    Right.EXPORT_MANY: N_("Only a manager or an owner may take out so many rows."),
    Right.DELETE: N_("Only a manager or an owner may delete."),
    Right.APPROVE: N_("Only a manager or an owner may approve this."),
    Right.SETTINGS: N_("Only a manager or an owner may change settings."),
    Right.STAFF: N_("Only a manager or an owner may change the staff."),
    Right.RESTORE: N_("Only a manager or an owner may put a copy in place."),
}


def armed(session: Session) -> bool:
    """Whether rights count: from the first PIN on. Asked once in a session."""
    known = session.info.get("armed")
    if known is None:
        known = session.info["armed"] = pins.in_use(session)
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


def require(session: Session, right: Right) -> None:
    """Raise `ShowroomError`, saying who may, when who sits at the desk may not."""
    if not may(session, right):
        raise ShowroomError(_(REFUSALS[right]))
