"""The spot check of a quarter: files drawn by lot, and what a manager found (DOMAIN §6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from random import Random
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from showroom import dates, settings, text
from showroom.errors import Invalid, ShowroomError
from showroom.guard import mask, rights, staff
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.people.quarters import Quarter
from showroom.store import barred, journal
from showroom.store.models import Customer, Honorific, SpotCheck, Verdict

VERDICTS: Final = {
    Verdict.TRUE: N_("True"),
    Verdict.PARTLY: N_("True in part"),
    Verdict.FALSE: N_("Not true"),
}
LONGEST: Final = 200


def made_in(quarter: Quarter) -> ColumnElement[bool]:
    """The condition on `Customer` that his file was made in a quarter."""
    return Customer.contact_on.between(quarter.first, quarter.last)


class Check(NamedTuple):
    """One file that was drawn; `name` is "" when who it is about was erased."""

    id: int
    customer_id: int
    name: str
    honorific: Honorific
    consultant_id: int | None
    consultant: str
    verdict: Verdict | None
    note: str
    checked_by: str
    checked_at: datetime | None


def checks(session: Session, quarter: Quarter) -> list[Check]:
    """The files that were drawn in a quarter, consultant by consultant."""
    names = staff.names(session)
    rows = session.execute(
        select(SpotCheck, Customer)
        .join(Customer, Customer.id == SpotCheck.customer_id)
        .where(SpotCheck.quarter_on == quarter.first)
        .order_by(SpotCheck.consultant_id, SpotCheck.id)
    ).all()
    seen = mask.seen(session, [one.id for _check, one in rows])
    return [
        Check(
            id=check.id,
            customer_id=one.id,
            name="" if one.erased_at else one.name,
            honorific=one.honorific,
            consultant_id=check.consultant_id,
            consultant=names.get(check.consultant_id or 0, ""),
            verdict=check.verdict,
            note=mask.text(check.note, whole=one.id in seen),
            checked_by=names.get(check.staff_id or 0, ""),
            checked_at=check.checked_at,
        )
        for check, one in rows
    ]


def draw(session: Session, quarter: Quarter, *, now: datetime) -> int:
    """Draw `Settings.contest_sample` files of each consultant, once a quarter; how many it were.

    The lot is seeded by the moment and the consultant, so that it can be drawn again from what is
    stored. Who must not be contacted is not drawn: checking means asking him. Raises
    `ShowroomError` for who may not approve, when it was drawn already, and when there is no file.
    """
    rights.require(session, Right.APPROVE)
    _found, drawn_at = tally(session, quarter)
    if drawn_at is not None:
        said = _("The files of this quarter were drawn on {day}: it is done once.")
        raise ShowroomError(said.format(day=f"{dates.local_day(drawn_at):%Y-%m-%d}"))
    shop = settings.load(session)
    owned: dict[int, list[int]] = {}
    for id, owner in session.execute(
        select(Customer.id, Customer.consultant_id)
        .where(
            made_in(quarter),
            Customer.consultant_id.is_not(None),
            Customer.erased_at.is_(None),
            ~barred.from_contact(),
        )
        .order_by(Customer.id)
    ):
        owned.setdefault(owner or 0, []).append(id)
    if not owned:
        raise ShowroomError(_("No file of this quarter belongs to a consultant: none to draw."))
    journal.act(session, "spot_check")
    chosen = [
        (id, owner)
        for owner in sorted(owned)
        for id in lot(owned[owner], shop.contest_sample, now=now, consultant_id=owner)
    ]
    for id, owner in chosen:
        session.add(
            SpotCheck(quarter_on=quarter.first, customer_id=id, consultant_id=owner, drawn_at=now)
        )
    session.flush()
    journal.note(session, "spot_check", what=f"{quarter.title} · {len(chosen)}")
    return len(chosen)


def lot(ids: Sequence[int], count: int, *, now: datetime, consultant_id: int) -> list[int]:
    """So many of these ids, drawn by lot: always the same of the same ids, moment, consultant."""
    seed = f"{now.isoformat(timespec='milliseconds')} {consultant_id}"
    return sorted(Random(seed).sample(sorted(ids), min(count, len(ids))))


def judge(
    session: Session, check_id: int, verdict: Verdict | None, *, note: str = "", now: datetime
) -> None:
    """Say what a spot check found; None takes it back.

    Raises `Invalid` beside `note` when something is not so and it is not said what, `ShowroomError`
    for who may not approve or when the draw was undone.
    """
    rights.require(session, Right.APPROVE)
    check = session.get(SpotCheck, check_id)
    if check is None:
        raise ShowroomError(_("This file is no longer among those drawn."))
    note = mask.meant(text.clean(" ".join(note.split())), check.note)
    if len(note) > LONGEST:
        raise Invalid({"note": _("At most {count} characters.").format(count=LONGEST)})
    if verdict in (Verdict.PARTLY, Verdict.FALSE) and not note:
        raise Invalid({"note": _("Say what is not so: the consultant will ask.")})
    customer = session.get_one(Customer, check.customer_id)
    journal.act(session, "spot_check", customer)
    check.verdict = verdict
    check.note = note
    check.checked_at = None if verdict is None else now
    check.staff_id = None if verdict is None else session.info["staff_id"]


def tally(
    session: Session, quarter: Quarter
) -> tuple[dict[int, tuple[int, dict[Verdict, int]]], datetime | None]:
    """By consultant how many files were drawn, and what was found; and when they were drawn."""
    drawn: dict[int, int] = {}
    found: dict[int, dict[Verdict, int]] = {}
    at: datetime | None = None
    for owner, verdict, count, drawn_at in session.execute(
        select(
            SpotCheck.consultant_id,
            SpotCheck.verdict,
            func.count(),
            func.min(SpotCheck.drawn_at),
        )
        .where(SpotCheck.quarter_on == quarter.first)
        .group_by(SpotCheck.consultant_id, SpotCheck.verdict)
    ):
        at = min(at or drawn_at, drawn_at)
        if owner is not None:
            drawn[owner] = drawn.get(owner, 0) + count
            if verdict is not None:
                found.setdefault(owner, {})[verdict] = count
    return {id: (count, found.get(id, {})) for id, count in drawn.items()}, at


def honesty(found: dict[Verdict, int]) -> Fraction | None:
    """The share of what was found true, half for what was so in part; None when nothing was."""
    checked = sum(found.values())
    if not checked:
        return None
    return (found.get(Verdict.TRUE, 0) + Fraction(found.get(Verdict.PARTLY, 0), 2)) / checked
