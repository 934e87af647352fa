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

from showroom import dates, settings, words
from showroom.cards import queue
from showroom.care import complaint_rows, events, followups
from showroom.care.complaints import GRAVITIES
from showroom.deals import deals
from showroom.figures import log, registers
from showroom.guard import consent, mask
from showroom.i18n import N_, _
from showroom.people import customers, introductions, loss_rows
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.write import Column, Kind, Sheet
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
    silent = consent.withdrawn(session)[Way.PHONE] | set(
        session.scalars(select(Customer.id).where(Customer.do_not_contact))
    )

    def withheld(row: Any) -> bool:
        owner = getattr(row, listing.owner) if listing.owner else None
        return getattr(row, "do_not_contact", False) or owner in silent

    found: list[Any] = []
    for start in range(0, len(ids), 500):
        found += rows(session, of, ids[start : start + 500], today)
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
            _local(one.at),
            one.name or name or "",
            consultant or "",
            _(words.AIMS[one.aim]),
            one.visit_id is not None,
        )
        for one, name, consultant in session.execute(query)
    ]


# --- what the columns are


def _local(moment: datetime | None) -> datetime | None:
    """A moment as a clock on the wall shows it: a workbook knows no zones."""
    return None if moment is None else dates.local(moment).replace(tzinfo=None)


def _phone(title: str = "", code: str = "phone") -> Column:
    def bare(row: Any) -> str:
        return str(getattr(row, code)).replace(" ", "")

    return Column("phone", title or _("Phone"), bare, kind=Kind.CODE, contact=True)


def _at(code: str, title: str) -> Column:
    return Column(code, title, lambda row: _local(getattr(row, code)), kind=Kind.MOMENT)


def _visit_columns(_session: Session) -> Sequence[Column]:
    *found, note = log.columns()
    return (*found, Column("people", _("People"), kind=Kind.WHOLE), note)


def _customer_columns(session: Session) -> Sequence[Column]:
    shop = settings.load(session)
    return (
        Column("name", _("Name"), lambda r: words.called(r.name, r.honorific), wrap=True, width=16),
        _phone(),
        Column("level", _("Level"), lambda r: shop.letter(r.level)),
        Column("status", _("Status"), lambda r: _(words.STATUSES[r.status])),
        Column("model", _("Model")),
        Column("consultant", _("Consultant")),
        Column("last_visit_on", _("Last visit on"), kind=Kind.DAY),
        Column("next_on", _("Next contact on"), kind=Kind.DAY),
    )


def _deal_columns(_session: Session) -> Sequence[Column]:
    def state(row: Any) -> str:
        return _(_STATES[row.state])

    def paid(row: Any) -> str:
        return _(words.PAYMENTS[row.payment]) if row.payment else ""

    return (
        Column("number", _("Number"), kind=Kind.CODE),
        Column(
            "customer",
            _("Customer"),
            lambda r: words.called(r.customer, r.honorific),
            wrap=True,
            width=16,
        ),
        _phone(),
        Column("model", _("Model")),
        Column("colour", _("Colour")),
        Column("price", _("Price"), kind=Kind.MONEY, total=True),
        Column("deposit", _("Deposit"), kind=Kind.MONEY),
        Column("payment", _("Payment"), paid),
        Column("consultant", _("Consultant")),
        Column("ordered_on", _("Ordered on"), kind=Kind.DAY),
        Column("planned_on", _("Planned for"), kind=Kind.DAY),
        Column("delivered_on", _("Delivered on"), kind=Kind.DAY),
        Column("cancelled_on", _("Cancelled on"), kind=Kind.DAY),
        Column("cancel_reason", _("Reason")),
        Column("vin", _("VIN"), kind=Kind.CODE),
        Column("introducer", _("Introducer")),
        Column("state", _("State"), state),
    )


_STATES: Final = {
    deals.State.ORDERED: N_("Ordered"),
    deals.State.DELIVERED: N_("Delivered"),
    deals.State.CANCELLED: N_("Cancelled"),
}


def _card_columns(_session: Session) -> Sequence[Column]:
    return (
        Column("customer", _("Customer"), wrap=True, width=16),
        Column("reason", _("What for"), wrap=True, width=24),
        Column("consultant", _("Signed by")),
        Column("due_on", _("Due on"), kind=Kind.DAY),
        Column("late_on", _("Late after"), kind=Kind.DAY),
        _at("printed_at", _("Printed at")),
        Column("printed_by", _("Printed by")),
        _at("posted_at", _("Posted at")),
        Column("skip_reason", _("Skipped because"), wrap=True, width=20),
    )


def _follow_up_columns(session: Session) -> Sequence[Column]:
    shop = settings.load(session)
    return (
        Column("name", _("Name"), lambda r: words.called(r.name, r.honorific), wrap=True, width=16),
        _phone(),
        Column("rule", _("What for"), lambda r: _(words.PROMISES[r.rule])),
        Column("due_on", _("Due on"), kind=Kind.DAY),
        Column("staff", _("Who calls")),
        Column("level", _("Level"), lambda r: shop.letter(r.level)),
        Column("status", _("Status"), lambda r: _(words.STATUSES[r.status])),
        Column("model", _("Model")),
        Column("last_contact_on", _("Last contact"), kind=Kind.DAY),
        Column("last_result", _("What he said last"), wrap=True, width=26),
        _at("done_at", _("Done at")),
        Column("result", _("What came of it"), wrap=True, width=26),
    )


def _appointment_columns(_session: Session) -> Sequence[Column]:
    return (
        Column("day", _("Date"), kind=Kind.DAY),
        Column("at", _("Time of day"), kind=Kind.CLOCK),
        Column("name", _("Name"), wrap=True, width=16),
        Column("aim", _("Purpose")),
        Column("consultant", _("Consultant")),
        Column("came", _("Came"), tick=True),
    )


def _complaint_columns(_session: Session) -> Sequence[Column]:
    return (
        _at("taken_at", _("Taken at")),
        Column("name", _("Name"), complaint_rows.called, wrap=True, width=16),
        _phone(),
        Column("car", _("Car")),
        Column("cause", _("Cause")),
        Column("gravity", _("How grave"), lambda r: _(GRAVITIES[r.gravity])),
        Column("words", _("His words"), wrap=True, width=30),
        Column("responsible", _("Responsible")),
        _at("answered_at", _("Answered")),
        _at("closed_at", _("Closed")),
    )


def _introduction_columns(_session: Session) -> Sequence[Column]:
    return (
        _at("noted_at", _("Registered at")),
        Column(
            "introducer",
            _("Introducer"),
            lambda r: words.called(r.introducer, r.introducer_honorific),
            wrap=True,
            width=16,
        ),
        _phone(code="introducer_phone"),
        Column("customer", _("New customer"), lambda r: words.called(r.customer, r.honorific)),
        Column("consultant", _("Consultant")),
        Column("state", _("State"), lambda r: _(introductions.STATES[r.state])),
        Column("deal", _("Order"), kind=Kind.CODE),
        Column("ordered_on", _("Ordered on"), kind=Kind.DAY),
        Column("reward", _("Reward"), kind=Kind.MONEY, total=True),
        Column("reward_words", _("Or in kind"), wrap=True, width=20),
        _at("paid_at", _("Paid at")),
        Column("note", _("Note"), wrap=True, width=26),
    )


def _loss_columns(_session: Session) -> Sequence[Column]:
    return (
        Column("day", _("Date"), kind=Kind.DAY),
        Column("name", _("Name"), loss_rows.called, wrap=True, width=16),
        _phone(),
        Column("model", _("Model")),
        Column("consultant", _("Consultant")),
        Column("reason", _("Reason")),
        Column("rival", _("Rival")),
        Column("price", _("Price there"), kind=Kind.MONEY),
        Column("note", _("Note"), wrap=True, width=30),
        Column("decider", _("Decided by")),
    )


def _event_columns(_session: Session) -> Sequence[Column]:
    return (
        Column("name", _("Event"), wrap=True, width=24),
        Column("day", _("From"), kind=Kind.DAY),
        Column("until", _("To"), kind=Kind.DAY),
        Column("place", _("Place"), wrap=True, width=20),
        Column("invited", _("Invited"), kind=Kind.WHOLE, total=True),
        Column("coming", _("Say they come"), kind=Kind.WHOLE, total=True),
        Column("came", _("Came"), kind=Kind.WHOLE, total=True),
        Column("people", _("People"), kind=Kind.WHOLE, total=True),
    )


LISTINGS: Final = {
    Of.VISITS: Listing(
        N_("Visits"),
        _visits,
        _visit_columns,
        ("day", "arrived", "name", "phone", "consultant", "model", "level", "contact", "purpose"),
        page="desk",
        target="visit_id",
        id="visit_id",
    ),
    Of.CUSTOMERS: Listing(
        N_("Customers"),
        _customers,
        _customer_columns,
        ("name", "phone", "level", "status", "model", "consultant", "last_visit_on"),
        page="customers",
        owner="id",
    ),
    Of.DEALS: Listing(
        N_("Deals"),
        _deals,
        _deal_columns,
        ("ordered_on", "number", "customer", "phone", "model", "price", "consultant", "state"),
        page="deals",
        owner="customer_id",
    ),
    Of.CARDS: Listing(
        N_("Cards"),
        _cards,
        _card_columns,
        ("due_on", "customer", "reason", "consultant", "printed_at", "posted_at"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.FOLLOW_UPS: Listing(
        N_("Follow-ups"),
        _follow_ups,
        _follow_up_columns,
        ("due_on", "name", "phone", "rule", "staff", "done_at", "result"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.APPOINTMENTS: Listing(
        N_("Appointments"),
        _appointments,
        _appointment_columns,
        ("day", "at", "name", "aim", "consultant", "came"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.COMPLAINTS: Listing(
        N_("Complaints"),
        _complaints,
        _complaint_columns,
        ("taken_at", "name", "phone", "cause", "responsible", "closed_at"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.INTRODUCTIONS: Listing(
        N_("Introductions"),
        _introductions,
        _introduction_columns,
        ("noted_at", "introducer", "phone", "customer", "state", "reward"),
        page="customers",
        target="customer_id",
        owner="introducer_id",
    ),
    Of.LOSSES: Listing(
        N_("Lost customers"),
        _losses,
        _loss_columns,
        ("day", "name", "phone", "model", "consultant", "reason"),
        page="customers",
        target="customer_id",
        owner="customer_id",
    ),
    Of.EVENTS: Listing(
        N_("Events"),
        _events,
        _event_columns,
        ("day", "name", "place", "invited", "came"),
    ),
}


def narrow(session: Session, of: Of) -> list[Column]:
    """The columns a list on the screen has, in its own order."""
    known = {column.code: column for column in LISTINGS[of].columns(session)}
    return [known[code] for code in LISTINGS[of].shown]
