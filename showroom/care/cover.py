"""Who is away, and who stands in for him: no call waits for somebody who is on leave.

Away is who is noted as absent on a day (`Absence`), who rests or is on leave in today's roster, and
who left. Where nobody was named a manager or owner stands in, or who stands in for him, else the
front desk, whoever is here: he makes what is nobody's, too. The promise stays his: it is his again
when he is back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from showroom.errors import Invalid, ShowroomError
from showroom.guard import staff
from showroom.i18n import _
from showroom.store import journal
from showroom.store.models import Absence, AwayReason, FollowUp, Role, Staff, Turn, TurnState

ALL_DAY: Final = (AwayReason.LEAVE, AwayReason.PRIVATE)
LONGEST: Final = 366
CHIEFS: Final = (Role.MANAGER, Role.OWNER)
STANDS: Final = (*CHIEFS, Role.RECEPTIONIST, Role.CONSULTANT)
"""Who stands in where nobody was named: the first of these who is here."""


class AbsenceRow(NamedTuple):
    """One absence; an `id` below 0 is not noted, the roster says it. `stand_in` "" is nobody.

    `due` counts his contacts that are due today.
    """

    id: int
    staff_id: int
    name: str
    stand_in_id: int | None
    stand_in: str
    first_on: date
    last_on: date
    due: int = 0


class Cover(NamedTuple):
    """Who does what on a day: `doer` by who is away (None: nobody is left), and all names.

    `here` are those who stand in where nobody was named, in their order.
    """

    doer: dict[int, int | None]
    names: dict[int, str]
    here: tuple[int, ...]

    def whose(self, staff_id: int) -> list[int]:
        """Whose contacts somebody makes on that day: his own, unless he is away, and others'."""
        own = [] if staff_id in self.doer else [staff_id]
        return [*own, *(away for away, doer in self.doer.items() if doer == staff_id)]

    def does(self, staff_id: int | None, besides: Collection[int] = ()) -> int | None:
        """Who makes what was given to somebody (None: to nobody); never one of `besides`."""
        doer = None if staff_id is None else self.doer.get(staff_id, staff_id)
        if doer is None or doer in besides:
            return next((id for id in self.here if id not in besides), None)
        return doer

    def said(self, staff_id: int | None, besides: Collection[int] = ()) -> str:
        """A name as the list shows it: 李娜 for 王强 who is away."""
        name, by = self.names.get(staff_id or 0, ""), self.does(staff_id, besides)
        if by == staff_id:
            return name
        doer = self.names.get(by or 0, "")
        if not name:
            return _("{doer} (nobody's)").format(doer=doer) if doer else ""
        if not doer:
            return _("{name} (away)").format(name=name)
        return _("{doer} for {name}").format(doer=doer, name=name)


def on(session: Session, day: date, *, today: date) -> Cover:
    """Who makes whose contacts on a day; the roster counts on the very day only."""
    people = staff.everyone(session, active=None)
    named = {row.staff_id: row.stand_in_id for row in _of_day(session, day)}
    away = set(named) | {one.id for one in people if not one.active}
    if day == today:
        away |= set(session.scalars(_resting()))
    doer: dict[int, int | None] = {}
    for id in away:
        stands, seen = named.get(id), {id}
        while stands in away and stands not in seen:
            seen.add(stands)
            stands = named.get(stands)
        doer[id] = None if stands in away else stands
    by_role = [one for role in STANDS for one in people if one.role is role and one.active]
    chiefs = [one.id for one in by_role if one.role in CHIEFS]
    order = [*(id for id in chiefs if id not in away), *(doer.get(id) for id in chiefs)]
    order += [one.id for one in by_role if one.id not in away]
    here = tuple(id for id in dict.fromkeys(order) if id is not None)
    doer = {id: stands or next(iter(here), None) for id, stands in doer.items()}
    return Cover(doer, {one.id: one.name for one in people}, here)


def _of_day(session: Session, day: date) -> list[Absence]:
    within = select(Absence).where(Absence.first_on <= day, Absence.last_on >= day)
    return list(session.scalars(within.order_by(Absence.id)))


def _resting() -> Select[int]:
    """Who is out for the whole day by the roster; who is at lunch comes back to his calls."""
    return select(Turn.staff_id).where(
        (Turn.state == TurnState.RESTING)
        | ((Turn.state == TurnState.AWAY) & Turn.reason.in_(ALL_DAY))
    )


def listed(session: Session, *, today: date) -> list[AbsenceRow]:
    """Who is away today and later, the nearest first; who rests by the roster among them."""
    here = on(session, today, today=today)
    rows = session.scalars(
        select(Absence).where(Absence.last_on >= today).order_by(Absence.first_on, Absence.id)
    ).all()
    noted = {row.staff_id for row in rows if row.first_on <= today}
    resting = [id for id in session.scalars(_resting()) if id not in noted]
    found = [AbsenceRow(-id, id, "", None, "", today, today) for id in resting]
    found += [
        AbsenceRow(row.id, row.staff_id, "", row.stand_in_id, "", row.first_on, row.last_on)
        for row in rows
    ]
    waiting = dict(
        session.execute(
            select(FollowUp.staff_id, func.count())
            .where(FollowUp.done_at.is_(None), FollowUp.due_on <= today)
            .where(FollowUp.staff_id.in_([row.staff_id for row in found]))
            .group_by(FollowUp.staff_id)
        ).all()
    )

    def told(row: AbsenceRow) -> AbsenceRow:
        away = row.first_on <= today
        then = here if away else on(session, row.first_on, today=today)
        doer = then.doer.get(row.staff_id)
        return row._replace(
            name=here.names[row.staff_id],
            stand_in=here.names.get(doer or 0, ""),
            due=waiting.get(row.staff_id, 0) if away else 0,
        )

    return [told(row) for row in found]


def note(
    session: Session,
    *,
    staff_id: int | None,
    stand_in_id: int | None = None,
    first_on: date | None,
    last_on: date | None = None,
    absence_id: int | None = None,
    today: date,
) -> Absence:
    """Note, or change, that somebody is away from one day to another (none: that day alone).

    Raises `Invalid` beside `staff_id`, `stand_in_id`, `first_on` or `last_on`, `ShowroomError` when
    the absence is gone.
    """
    until = last_on or first_on
    problems = {}
    if staff_id is None:
        problems["staff_id"] = _("Choose who is away.")
    elif stand_in_id == staff_id:
        problems["stand_in_id"] = _("Nobody stands in for himself.")
    if first_on is None or until is None:
        problems["first_on"] = _("Enter the first day.")
    elif until < first_on:
        problems["last_on"] = _("The last day cannot be before the first.")
    elif until < today:
        problems["last_on"] = _("These days are over.")
    elif (until - first_on).days > LONGEST:
        problems["last_on"] = _("That is more than a year: check the days.")
    elif staff_id is not None and _overlaps(session, staff_id, first_on, until, absence_id):
        problems["first_on"] = _("An absence is noted for these days already: change that one.")
    if problems or staff_id is None or first_on is None or until is None:
        raise Invalid(problems)
    row = _one(session, absence_id) if absence_id else None
    journal.act(session, "absence", session.get_one(Staff, staff_id))
    if row is None:
        row = Absence()
        session.add(row)
    row.staff_id, row.stand_in_id, row.first_on, row.last_on = (
        *(staff_id, stand_in_id),
        *(first_on, until),
    )
    session.flush()
    return row


def remove(session: Session, absence_id: int) -> None:
    """Somebody is not away after all. Raises `ShowroomError` when that is gone."""
    row = _one(session, absence_id)
    journal.act(session, "absence", session.get_one(Staff, row.staff_id))
    session.delete(row)


def _one(session: Session, absence_id: int) -> Absence:
    row = session.get(Absence, absence_id)
    if row is None:
        raise ShowroomError(_("This absence is no longer noted."))
    return row


def _overlaps(
    session: Session, staff_id: int, first: date, last: date, absence_id: int | None
) -> bool:
    found = select(Absence.id).where(
        Absence.staff_id == staff_id, Absence.first_on <= last, Absence.last_on >= first
    )
    return any(id != absence_id for id in session.scalars(found))
