"""Any list of the desk as a sheet: what its lines say, in the usual columns, masked as they are.

    listings.save(session, Kind.DEALS, ids, path, today=db.today())

Customers have their own, fuller list in `registers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import words
from showroom.cards import queue
from showroom.care import complaint_rows, events, followups
from showroom.deals import deals
from showroom.figures import list_columns, log, registers
from showroom.guard import consent, mask
from showroom.i18n import N_, _
from showroom.people import customers, introductions, loss_rows
from showroom.progress import Progress
from showroom.sheets import stamps, write
from showroom.sheets.write import Column, Sheet
from showroom.store.models import Appointment, Customer, Staff, Visit, Way


class Of(StrEnum):
    """What the lines are about."""

    VISITS = "visits"
    CUSTOMERS = "customers"
    DEALS = "deals"
    CARDS = "cards"
    FOLLOW_UPS = "follow_ups"
    APPOINTMENTS = "appointments"
    COMPLAINTS = "complaints"
    INTRODUCTIONS = "introductions"
    LOSSES = "losses"
    EVENTS = "events"


class Listing(NamedTuple):
    """One kind of list: its name, its rows in any order, its columns, and whose line it is.

    `shown` are the columns a narrow list on the screen has; `page` opens a line, by `target`.
    """

    title: str
    rows: Callable[[Session, Sequence[int], date], Sequence[Any]]
    columns: Callable[[Session], Sequence[Column]]
    shown: tuple[str, ...]
    page: str = ""
    target: str = "id"
    owner: str = ""
    id: str = "id"


class AppointmentRow(NamedTuple):
    """One appointment of a time, and whether the party came."""

    id: int
    customer_id: int | None
    day: date
    at: datetime | None
    name: str
    consultant: str
    aim: str
    came: bool


def rows(session: Session, of: Of, ids: Sequence[int], today: date) -> list[Any]:
    """The lines of these ids in this order; an id that is gone has none."""
    listing = LISTINGS[of]
    known = {getattr(row, listing.id): row for row in listing.rows(session, ids, today)}
    return [known[id] for id in ids if id in known]


def save(
    session: Session,
    of: Of,
    ids: Sequence[int],
    path: Path,
    progress: Progress | None = None,
    *,
    today: date,
    title: str = "",
) -> int:
    """Write these lines as `.xlsx`, `.csv` or on paper as `.pdf`; returns how many.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    if path.suffix.lower() == ".pdf":
        count, made_pdf = pdf(session, of, ids, progress, today=today, title=title)
        with write.saving(path) as file:
            file.write(made_pdf)
        return count
    if of is Of.CUSTOMERS:
        return registers.customers(session, path, progress, ids=ids)
    made = _leaving(session, of, ids, today, title)
    if of in MARKED:
        listing = LISTINGS[of]
        made = stamps.marked(session, MARKED[of], made, lambda row: getattr(row, listing.id))
    write.save_table(path, made, progress or Progress())
    return len(made.rows)


def pdf(
    session: Session,
    of: Of,
    ids: Sequence[int],
    progress: Progress | None = None,
    *,
    today: date,
    title: str = "",
) -> tuple[int, bytes]:
    """How many lines, and the list on A4. Raises `exports.Refused`."""
    from showroom.sheets import paper

    made = _leaving(session, of, ids, today, title)
    return len(made.rows), paper.pdf(made, progress=progress)


def _leaving(session: Session, of: Of, ids: Sequence[int], today: date, title: str) -> Sheet:
    mask.leaving(session)
    made = sheet(session, of, ids, today=today, title=title)
    write.allow(session, made)
    return made


def sheet(session: Session, of: Of, ids: Sequence[int], *, today: date, title: str = "") -> Sheet:
    """These lines as a sheet; the contact of who must not be called is left out."""
    listing = LISTINGS[of]
    silent = consent.unreachable(session)[Way.PHONE]

    def withheld(row: Any) -> bool:
        owner = getattr(row, listing.owner) if listing.owner else None
        return getattr(row, "do_not_contact", False) or owner in silent

    known: dict[int, Any] = {}
    in_turn = sorted(set(ids))  # a block of neighbours spans few days, whatever the list's order
    for start in range(0, len(in_turn), 500):
        for row in rows(session, of, in_turn[start : start + 500], today):
            known[getattr(row, listing.id)] = row
    found = [known[id] for id in ids if id in known]
    return Sheet(
        title or _(listing.title), listing.columns(session), found, withheld=withheld, freeze=1
    )


# --- where the rows come from


def _visits(session: Session, ids: Sequence[int], _today: date) -> Sequence[Any]:
    first, last = session.execute(
        select(func.min(Visit.day), func.max(Visit.day)).where(Visit.id.in_(ids))
    ).one()
    if first is None or last is None:
        return []
    wanted = set(ids)
    return [row for row in log.rows(session, first, last) if row.visit_id in wanted]


def _customers(session: Session, ids: Sequence[int], _today: date) -> Sequence[Any]:
    return customers.rows(session, ids)


def _deals(session: Session, ids: Sequence[int], _today: date) -> Sequence[Any]:
    return deals.rows(session, list(ids))


def _cards(session: Session, ids: Sequence[int], today: date) -> Sequence[Any]:
    return queue.rows(session, ids, today=today)


def _follow_ups(session: Session, ids: Sequence[int], today: date) -> Sequence[Any]:
    return followups.rows(session, ids, today)


def _complaints(session: Session, ids: Sequence[int], _today: date) -> Sequence[Any]:
    return complaint_rows.rows(session, ids)


def _introductions(session: Session, ids: Sequence[int], _today: date) -> Sequence[Any]:
    return introductions.rows(session, ids)


def _losses(session: Session, ids: Sequence[int], _today: date) -> Sequence[Any]:
    return loss_rows.rows(session, ids)


def _events(session: Session, ids: Sequence[int], _today: date) -> Sequence[Any]:
    return events.rows(session, list(ids))


def _appointments(session: Session, ids: Sequence[int], _today: date) -> Sequence[Any]:
    query = (
        select(Appointment, Customer.name, Staff.name)
        .outerjoin(Customer, Customer.id == Appointment.customer_id)
        .outerjoin(Staff, Staff.id == Appointment.consultant_id)
        .where(Appointment.id.in_(ids))
    )
    return [
        AppointmentRow(
            one.id,
            one.customer_id,
            one.day,
            list_columns.on_the_wall(one.at),
            one.name or name or "",
            consultant or "",
            _(words.AIMS[one.aim]),
            one.visit_id is not None,
        )
        for one, name, consultant in session.execute(query)
    ]


LISTINGS: Final = {
    Of.VISITS: Listing(
        N_("Visits"),
        _visits,
        list_columns.of_visits,
        ("day", "arrived", "name", "phone", "consultant", "model", "level", "contact", "purpose"),
        page="desk",
        target="visit_id",
        id="visit_id",
    ),
    Of.CUSTOMERS: Listing(
        N_("Customers"),
        _customers,
        list_columns.of_customers,
        ("name", "phone", "level", "status", "model", "consultant", "last_visit_on"),
        page="customers",
        owner="id",
    ),
    Of.DEALS: Listing(
        N_("Deals"),
        _deals,
        list_columns.of_deals,
        ("ordered_on", "number", "customer", "phone", "model", "price", "consultant", "state"),
        page="deals",
        owner="customer_id",
    ),
    Of.CARDS: Listing(
        N_("Cards"),
        _cards,
        list_columns.of_cards,
        ("due_on", "customer", "reason", "consultant", "printed_at", "posted_at"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.FOLLOW_UPS: Listing(
        N_("Follow-ups"),
        _follow_ups,
        list_columns.of_follow_ups,
        ("due_on", "clock", "name", "phone", "rule", "staff", "done_at", "result"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.APPOINTMENTS: Listing(
        N_("Appointments"),
        _appointments,
        list_columns.of_appointments,
        ("day", "at", "name", "aim", "consultant", "came"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.COMPLAINTS: Listing(
        N_("Complaints"),
        _complaints,
        list_columns.of_complaints,
        ("taken_at", "name", "phone", "cause", "responsible", "closed_at"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.INTRODUCTIONS: Listing(
        N_("Introductions"),
        _introductions,
        list_columns.of_introductions,
        ("noted_at", "introducer", "phone", "customer", "state", "reward"),
        page="customers",
        target="customer_id",
        owner="introducer_id",
    ),
    Of.LOSSES: Listing(
        N_("Lost customers"),
        _losses,
        list_columns.of_losses,
        ("day", "name", "phone", "model", "consultant", "reason"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.EVENTS: Listing(
        N_("Events"),
        _events,
        list_columns.of_events,
        ("day", "name", "place", "invited", "came"),
    ),
}


MARKED: Final = {Of.VISITS: stamps.Of.VISIT, Of.DEALS: stamps.Of.DEAL}
"""The lists whose rows are known again when they come back, besides that of customers."""


def narrow(session: Session, of: Of) -> list[Column]:
    """The columns a list on the screen has, in its own order."""
    known = {column.code: column for column in LISTINGS[of].columns(session)}
    return [known[code] for code in LISTINGS[of].shown]
