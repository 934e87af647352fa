"""The daily close: nobody is here any more, then the day is signed by name and its totals freeze.

A day that is closed is corrected by a manager only, with a reason: `showroom.guard.closed`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings
from showroom.door import visits
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed, rights, staff
from showroom.guard.rights import Right
from showroom.i18n import _, ngettext
from showroom.store import driven, journal
from showroom.store.models import Customer, DayClose, DemoCar, KeyMove, TestDrive, Visit
from showroom.text import clean


class Out(NamedTuple):
    """A demo car that is not back: its key was taken, or its test drive runs."""

    car: str
    who: str
    since: datetime
    driving: bool


class Standing(NamedTuple):
    """What stands between a day and its close; ids of visits by arrival.

    `here` are the visits that have no end, also those of earlier days; only they hinder the close.
    """

    here: list[int]
    incomplete: list[int]
    out: list[Out]


class Closed(NamedTuple):
    """A day that was closed; `totals` as they stood then, by their code.

    `since` counts who came after that: while there is somebody, the day is closed once more.
    """

    day: date
    closed_at: datetime
    receptionist: str
    floor_manager: str
    sales_manager: str
    weather: str
    note: str
    totals: dict[str, Any]
    since: int


def standing(session: Session, day: date) -> Standing:
    """Who is still here, which visits of the day lack something, which cars are not back."""
    here = session.scalars(
        select(Visit.id)
        .where(Visit.left_at.is_(None), Visit.day <= day)
        .order_by(Visit.arrived_at, Visit.id)
    )
    incomplete = session.scalars(
        select(Visit.id)
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .where(Visit.day == day, visits.incomplete(settings.owed(session)))
        .order_by(Visit.arrived_at, Visit.id)
    )
    return Standing(list(here), list(incomplete), _out(session, day))


def _out(session: Session, day: date) -> list[Out]:
    """What went out on that day or before, and is not back."""
    end = dates.at(day + timedelta(days=1), time())
    names = staff.names(session)
    labels = choices.labels(session)
    found: dict[int, Out] = {}
    keys = select(KeyMove.car_id, KeyMove.staff_id, KeyMove.taken_at).where(
        KeyMove.back_at.is_(None), KeyMove.taken_at < end
    )
    drives = select(TestDrive.car_id, TestDrive.consultant_id, TestDrive.started_at).where(
        driven.running(), TestDrive.started_at < end
    )
    cars = {
        car.id: " ".join(filter(None, (labels.get(car.model_id or 0, ""), car.plate)))
        for car in session.scalars(select(DemoCar))
    }
    queries: list[tuple[Any, bool]] = [(keys, False), (drives, True)]
    for query, driving in queries:
        for car_id, staff_id, at in session.execute(query):
            found[car_id] = Out(cars[car_id], names.get(staff_id, ""), at, driving)
    return sorted(found.values(), key=lambda out: out.since)


def of_day(session: Session, day: date) -> Closed | None:
    """How a day was closed; nothing while it is open."""
    row = session.scalar(select(DayClose).where(DayClose.day == day))
    if row is None:
        return None
    return Closed(
        row.day,
        row.closed_at,
        row.receptionist,
        row.floor_manager,
        row.sales_manager,
        row.weather,
        row.note,
        json.loads(row.totals),
        _since(session, day),
    )


def _since(session: Session, day: date) -> int:
    """How many came after the close of a day."""
    came = select(func.count(Visit.id)).join(DayClose, closed.late()).where(Visit.day == day)
    return session.scalar(came) or 0


def signer(session: Session) -> str:
    """The name of who sits at the desk and signs; "" when nobody does."""
    person = rights.holder(session)
    return person.name if person is not None else ""


def sign(
    session: Session,
    day: date,
    *,
    totals: Mapping[str, Any],
    receptionist: str,
    floor_manager: str = "",
    sales_manager: str = "",
    weather: str = "",
    note: str = "",
    now: datetime,
) -> DayClose:
    """Close a day; who sits at the desk signs it, else `receptionist` (DOMAIN §1.2b, §7.4).

    A day on which somebody came after its close is closed once more: that takes the place of the
    first close, which stays in the journal. `totals` (`figures.register.totals`) are kept as they
    are at this moment. Raises `Invalid` beside `receptionist`, `ShowroomError` when somebody is
    still here, for a day that has not come, or one that is closed already.
    """
    if day > dates.local_day(now):
        raise ShowroomError(_("{day} has not come yet.").format(day=day))
    row = session.scalar(select(DayClose).where(DayClose.day == day))
    if row is not None and not _since(session, day):
        raise ShowroomError(_("{day} is closed already.").format(day=day))
    here = standing(session, day).here
    if here:
        raise ShowroomError(
            ngettext(
                "{count} visit has no end yet: note when they left, then close the day.",
                "{count} visits have no end yet: note when they left, then close the day.",
                len(here),
            ).format(count=len(here))
        )
    name = signer(session) or clean(receptionist)
    if not name:
        raise Invalid({"receptionist": _("The day is signed by name: whose?")})
    row = row or DayClose(day=day)
    journal.note(session, "close_day", row, what=f"{day:%Y-%m-%d}")
    row.closed_at = now
    row.receptionist = name
    row.floor_manager = clean(floor_manager)
    row.sales_manager = clean(sales_manager)
    row.weather = clean(weather)
    row.note = clean(note)
    row.totals = json.dumps(dict(totals), ensure_ascii=False)
    session.add(row)
    session.flush()
    return row


def reopen(session: Session, day: date, *, why: str) -> None:
    """Open a closed day again; closing it anew takes the place of the first close.

    What stood in the first stays in the journal. Raises `Invalid` beside `why` without a reason,
    `ShowroomError` for who may not, or when the day is open.
    """
    rights.require(session, Right.CORRECT)
    why = clean(why)
    if not why:
        raise Invalid({"why": _("Say why the day is opened again.")})
    row = session.scalar(select(DayClose).where(DayClose.day == day))
    if row is None:
        raise ShowroomError(_("{day} is not closed.").format(day=day))
    journal.note(session, "reopen_day", row, why=why, what=f"{day:%Y-%m-%d}")
    session.delete(row)
