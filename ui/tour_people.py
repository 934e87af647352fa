"""What the invented showroom did with its customers: lists, events, a draw, an introduction, days
that were noted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from showroom.care import attendance, events, invitations, key_dates
from showroom.people import (
    customers,
    introductions,
    lists,
    pairs,
    proofs,
    quarters,
    referrals,
    search,
)
from showroom.people import spot_checks as checks
from showroom.people.filters import Filter
from showroom.people.introductions import Part
from showroom.store.models import DateKind, Honorific, ReferralState, Reply, Status
from ui import tour_day

if TYPE_CHECKING:
    from showroom.store.db import Database

BORN: Final = ("11-03", "11-09", "11-12", "11-18", "11-25", "11-25", "11-28", "12-02", "12-05")
NOTED: Final = (  # so many days on
    (DateKind.INSURANCE, (7, 11, 14, 16)),
    (DateKind.LICENCE, (3, 10, 13)),
    (DateKind.INSPECTION, (6, 15)),
)

RECEIPT = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"


def prepare(db: Database) -> None:
    """Fill lists, events, the draw of the quarter; one introducer has his reward."""
    db.staff_id = tour_day.manager(db)
    _lists_and_events(db)
    _draw(db)
    _introduction(db)
    _twins(db)
    _days(db)
    pairs.look(db)
    db.staff_id = tour_day.receptionist(db)


def _lists_and_events(db: Database) -> None:
    today, now = tour_day.TODAY, db.now()
    with db.read() as session:
        owners = search.find(session, status=Status.OWNER)
        warm = search.find(session, status=Status.OPEN)
    with db.write() as session:
        lists.add(session, "保有客户", wanted=Filter(status=Status.OWNER), now=now)
    with db.write() as session:
        lists.add(session, "周末试驾邀约", ids=warm[:18], now=now)
    with db.write() as session:
        day = today - timedelta(days=12)
        past = events.add(session, name="双十一赏车会", day=day, prize="500 元油卡").id
    with db.write() as session:
        invitations.invite(session, past, owners[:14] + warm[:20], now=now)
    with db.read() as session:
        guests = invitations.guests(session, past)
    for place, guest in enumerate(guests):
        with db.write() as session:
            if place % 3 != 2:
                attendance.came(session, guest, people=1 + place % 2, now=now)
            elif place % 2:
                invitations.answer(session, guest, Reply.NOT)
    with db.write() as session:
        events.add(session, name="家庭试驾日", day=today + timedelta(days=8), place="展厅")


def _draw(db: Database) -> None:
    with db.write() as session:
        checks.draw(session, quarters.quarter_of(tour_day.TODAY), now=db.now())


def _introduction(db: Database) -> None:
    with db.read() as session:
        known = introductions.rows(session, introductions.find(session, Part.TODO))
    bought = [one.id for one in known if one.state is ReferralState.DEAL]
    for id in bought[:1]:
        with db.write() as session:
            referrals.check(session, id, now=db.now())
        with db.write() as session:
            proofs.attach(session, id, name="收条.pdf", content=RECEIPT, now=db.now())
        with db.write() as session:
            referrals.pay(session, id, reward=Decimal(500), now=db.now())


def _twins(db: Database) -> None:
    """Somebody who was written down twice, once with a digit too few seen."""
    with db.write() as session:
        customers.add(
            session,
            name="陈铖",
            honorific=Honorific.MR,
            phone="13510947762",
            now=db.now(),
            today=tour_day.TODAY - timedelta(days=1),
        )


def _days(db: Database) -> None:
    """Birthdays of owners, and days of cars and drivers, in the weeks around this one."""
    with db.read() as session:
        owners = search.find(session, status=Status.OWNER)
        warm = search.find(session, status=Status.OPEN)
    for number, (id, day) in enumerate(zip(owners, BORN, strict=False)):
        with db.write() as session:
            born = date.fromisoformat(f"{1971 + 3 * number}-{day}")
            customers.change(session, id, birthday=born, birthday_lunar=False)
    asked = [(kind, days) for kind, all_days in NOTED for days in all_days]
    for id, (kind, days) in zip(warm[3::5], asked, strict=False):
        with db.write() as session:
            on = tour_day.TODAY + timedelta(days=days)
            key_dates.note(session, id, kind=kind, day=on, today=tour_day.TODAY)
