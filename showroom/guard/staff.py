"""The people who work here. Who comes and goes, and in which role, is `Right.STAFF`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from showroom import text
from showroom.errors import Invalid, ShowroomError
from showroom.guard import mask, rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.store import journal
from showroom.store.models import Role, Staff, Turn, TurnState
from showroom.text import narrow

KEEPERS: Final = frozenset({Role.MANAGER, Role.OWNER})  # who set and unlock the PINs of others


class StaffRow(NamedTuple):
    """One member of staff."""

    id: int
    name: str
    role: Role
    active: bool


def everyone(
    session: Session, role: Role | None = None, *, active: bool | None = True
) -> list[StaffRow]:
    """The staff by role and name; `active=None` includes who has left."""
    return [StaffRow(*row) for row in session.execute(_everyone(role, active))]


@cache
def _everyone(role: Role | None, active: bool | None) -> Select[int, str, Role, bool]:
    """Made once: it is asked after every save, as the next one."""
    query = select(Staff.id, Staff.name, Staff.role, Staff.active).order_by(Staff.role, Staff.id)
    if role is not None:
        query = query.where(Staff.role == role)
    if active is not None:
        query = query.where(Staff.active == active)
    return query


_NAMES: Final = select(Staff.id, Staff.name)


def names(session: Session) -> dict[int, str]:
    """Every name by id, also of who has left."""
    return {id: name for id, name in session.execute(_NAMES)}


def add(session: Session, *, name: str, role: Role) -> Staff:
    """A new member of staff; a consultant joins the turn list at its end.

    Raises `Invalid` when the name is empty or taken, `ShowroomError` for who may not.
    """
    rights.require(session, Right.STAFF)
    return _add(session, [name], role, away=False)[0]


def consultants(session: Session, names: Sequence[str]) -> list[int]:
    """The ids of new consultants whom a list of customers names, away from the turn list.

    They can do nothing here, so whoever may bring in the list may do this. Raises `Invalid` when a
    name is empty or taken.
    """
    return [person.id for person in _add(session, names, Role.CONSULTANT, away=True)]


def _add(session: Session, names: Sequence[str], role: Role, *, away: bool) -> list[Staff]:
    """New members of staff, all in one flush."""
    journal.act(session, "staff")
    people = [Staff(name=name, role=role) for name in _free_names(session, names)]
    session.add_all(people)
    session.flush()
    if role is Role.CONSULTANT:
        _join_turns(session, *(person.id for person in people), away=away)
    return people


def change(
    session: Session,
    staff_id: int,
    *,
    name: str | None = None,
    role: Role | None = None,
    active: bool | None = None,
    phone: str | None = None,
) -> None:
    """Rename, give another role, or note that somebody left (his visits keep his name).

    By his `phone` ("" for none) he is known as no introducer (DOMAIN §5.5). Raises `Invalid` when
    the name is empty or taken or the phone cannot be, `ShowroomError` for who may not, or when
    nobody would be left who can unlock the desk.
    """
    rights.require(session, Right.STAFF)
    journal.act(session, "staff")
    person = session.get_one(Staff, staff_id)
    if active is False or (role is not None and role not in KEEPERS):
        _refuse_last_keeper(session, person)
    if name is not None and narrow(name) != person.name:
        (person.name,) = _free_names(session, [name])
    if phone is not None and not mask.is_same(phone, person.phone):
        person.phone = _free_phone(session, phone, staff_id) if narrow(phone) else ""
    if role is not None:
        person.role = role
    if active is not None:
        person.active = active
    turn = session.scalar(select(Turn).where(Turn.staff_id == staff_id))
    receives = person.active and person.role is Role.CONSULTANT
    if turn is not None and not receives:
        session.delete(turn)
    if turn is None and receives:
        _join_turns(session, staff_id)


def phone_of(session: Session, staff_id: int) -> str:
    """His phone as people write it, or "": whole for who changes the staff, else hidden."""
    person = session.get(Staff, staff_id)
    if person is None or not person.phone:
        return ""
    return mask.phone(person.phone, whole=rights.may(session, Right.STAFF))


def last_keeper(name: str) -> str:
    """The sentence for what would leave nobody who can unlock the desk."""
    return _(
        "{name} is the last one who can unlock the desk. Give another manager or owner a PIN first."
    ).format(name=name)


def _refuse_last_keeper(session: Session, person: Staff) -> None:
    held = session.scalars(select(Staff).where(Staff.pin != "", Staff.active)).all()
    keepers = [one.id for one in held if one.role in KEEPERS]
    if keepers == [person.id]:
        raise ShowroomError(last_keeper(person.name))


def _free_names(session: Session, names: Sequence[str]) -> list[str]:
    free = [narrow(name) for name in names]
    if not all(free):
        raise Invalid({"name": _("Enter a name.")})
    taken = session.scalar(select(Staff.name).where(Staff.name.in_(free)))
    if taken is not None:
        raise Invalid(
            {
                "name": _("{name} works here already; add something to tell them apart.").format(
                    name=taken
                )
            }
        )
    return free


def _free_phone(session: Session, phone: str, staff_id: int) -> str:
    number = text.phone(phone)
    other = session.scalar(
        select(Staff.name).where(Staff.phone == number, Staff.id != staff_id, Staff.active)
    )
    if other is not None:
        raise Invalid({"phone": _("This is the number of {name}.").format(name=other)})
    return number


def _join_turns(session: Session, *staff_ids: int, away: bool = False) -> None:
    last = session.scalar(select(func.max(Turn.position))) or 0
    state = TurnState.AWAY if away else TurnState.POST
    session.add_all(
        Turn(staff_id=staff_id, position=position, state=state)
        for position, staff_id in enumerate(staff_ids, last + 1)
    )
