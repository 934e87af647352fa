"""What an event came to, and the lists of who is invited to it and who was there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.care import events, invitations
from showroom.care.invitations import GuestRow, Which
from showroom.figures import ledgers
from showroom.figures.definitions import EVENTS
from showroom.figures.figures import Figure, Value, figure
from showroom.guard import consent, mask
from showroom.i18n import _
from showroom.progress import Progress
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet
from showroom.store.driven import drove
from showroom.store.models import Deal, Event, Invitation, Reply, TestDrive, Visit, Way


def of_event(session: Session, event_id: int) -> list[Figure]:
    """The figures of an event, each with its formula."""
    counted = _counted(session, event_id)
    return [figure(definition.code, None, counted) for definition in EVENTS]


def _counted(session: Session, event_id: int) -> dict[str, Value]:
    invited, there = Invitation.invited_at.is_not(None), Invitation.came_at.is_not(None)
    sums = session.execute(
        select(
            func.count().filter(invited),
            func.count().filter(invited, Invitation.reply != Reply.NONE),
            func.count().filter(invited, there),
            func.count().filter(there),
            func.count().filter(there, Invitation.gained),
        ).where(Invitation.event_id == event_id)
    ).one()
    drives = session.scalar(
        select(func.count(Invitation.id.distinct()))
        .join(Event, Event.id == Invitation.event_id)
        .join(Visit, Visit.customer_id == Invitation.customer_id)
        .join(TestDrive, TestDrive.visit_id == Visit.id)
        .where(Invitation.event_id == event_id, there, drove())
        .where(Visit.day.between(Event.day, Event.until))
    )
    names = ("invited", "replied", "came_invited", "guests", "gained")
    deals = traced(session, event_id)
    return {
        **dict(zip(names, sums, strict=True)),
        "drives": drives or 0,
        "deals": sum(len(prices) for prices in deals.values()),
        "amount": sum((price for prices in deals.values() for price in prices), Decimal(0)),
    }


def traced(session: Session, event_id: int) -> dict[int, list[Decimal]]:
    """The prices of the deals an event led to, by invitation: see the figure's formula."""
    event = events.get(session, event_id)
    found: dict[int, list[Decimal]] = {}
    for id, came_at, ordered_on, price in session.execute(
        select(Invitation.id, Invitation.came_at, Deal.ordered_on, Deal.price)
        .join(Deal, Deal.customer_id == Invitation.customer_id)
        .where(Invitation.event_id == event_id, Invitation.came_at.is_not(None))
        .where(Deal.cancelled_on.is_(None))
        .where(Deal.ordered_on.between(event.day, event.until + timedelta(days=event.trace_days)))
        .order_by(Deal.id)
    ):
        if came_at is not None and ordered_on >= dates.local_day(came_at):
            found.setdefault(id, []).append(price)
    return found


# --- leaving


def save(
    session: Session,
    event_id: int,
    which: Which,
    path: Path,
    progress: Progress | None = None,
) -> int:
    """Write who is invited, or who was there, as `.xlsx`, `.csv` or `.pdf`; returns how many.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    return ledgers.save(sheet(session, event_id, which), session, path, progress)


def pdf(
    session: Session, event_id: int, which: Which, progress: Progress | None = None
) -> tuple[int, bytes]:
    """How many, and the list on A4. Raises `exports.Refused`."""
    found = sheet(session, event_id, which)
    return len(found.rows), ledgers.pdf(found, session, progress)


def sheet(session: Session, event_id: int, which: Which) -> Sheet:
    """Who is invited, with places to tick who came; or who was there, with what came of it."""
    mask.leaving(session)
    event = events.get(session, event_id)
    rows = invitations.rows(session, invitations.guests(session, event_id, which))
    silent = consent.withdrawn(session)[Way.PHONE]
    came = which is Which.CAME
    title = _("Who was there") if came else _("Invitation list")
    columns = _came(traced(session, event_id)) if came else _invited()
    shop, wide = settings.load(session), len(columns)
    what = [event.name, events.days(event.day, event.until), event.place]
    head = "  ·  ".join(part for part in what if part)
    places: list[Cell] = []
    for who in (_("Kept by"), _("Sales manager")):
        places += [Cell(f"{who}:", Role.SIGNED), Cell(None, Role.SIGN, span=2)]
    return Sheet(
        title,
        columns,
        rows,
        lead=(
            Line([Cell(f"{shop.shop_name} {event.name} {title}".strip(), Role.TITLE)], 30),
            Line([Cell(head, Role.SUBTITLE, span=wide)], 22),
            *(ledgers.formulas(of_event(session, event_id), wide) if came else ()),
        ),
        foot=(Line(height=14), Line(places, 28)),
        withheld=lambda row: row.silent or row.customer_id in silent,
        filter=False,
        footer=f"{shop.shop_name} {event.name}".strip(),
    )


def _invited() -> tuple[Column, ...]:
    return (
        Column("name", _("Name"), invitations.called, width=16, wrap=True),
        Column("phone", _("Phone"), kind=Kind.CODE, width=15, contact=True),
        Column("consultant", _("Consultant"), width=11),
        Column("model", _("Interest"), width=14, wrap=True),
        Column("reply", _("Answer"), lambda row: _(invitations.REPLIES[row.reply]), width=13),
        Column("came", _("At the event"), lambda row: row.came_at is not None, width=8, tick=True),
        Column("people", _("People"), _people, kind=Kind.WHOLE, width=8),
        Column("signed", _("Signature"), _nothing, width=20),
    )


def _came(deals: dict[int, list[Decimal]]) -> tuple[Column, ...]:
    def amount(row: GuestRow) -> Decimal | None:
        return sum(deals[row.id], Decimal(0)) if row.id in deals else None

    def at(row: GuestRow) -> Any:
        return None if row.came_at is None else dates.local(row.came_at).replace(tzinfo=None)

    return (
        Column("ticket", _("Ticket"), kind=Kind.WHOLE, width=8),
        Column("name", _("Name"), invitations.called, width=16, wrap=True),
        Column("phone", _("Phone"), kind=Kind.CODE, width=15, contact=True),
        Column("consultant", _("Consultant"), width=11),
        Column("came_at", _("Came at"), at, kind=Kind.MOMENT, width=17),
        Column("people", _("People"), _people, kind=Kind.WHOLE, width=8, total=True),
        Column("invited", _("Invited"), lambda row: row.invited_at is not None, tick=True, width=9),
        Column("visit", _("Visit no."), kind=Kind.WHOLE, width=8),
        Column("gained", _("Contact gained"), width=9, tick=True),
        Column("prize", _("Won"), width=16, wrap=True),
        Column("amount", _("Deals traced"), amount, kind=Kind.MONEY, width=14, total=True),
    )


def _people(row: GuestRow) -> int | None:
    return row.people if row.came_at is not None else None


def _nothing(_row: object) -> None:
    return None
