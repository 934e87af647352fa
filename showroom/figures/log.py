"""The visitor log: every visit of a period in the columns of DOMAIN §1.2(d)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from showroom import choices, settings, words
from showroom.dates import local
from showroom.door import visits
from showroom.figures.counts import contact_known, filed_before, turn, visit_channel
from showroom.guard import mask, staff
from showroom.i18n import _
from showroom.sheets.write import Column, Kind, Sheet
from showroom.store import barred
from showroom.store.driven import first_of_visit
from showroom.store.models import (
    Action,
    Appointment,
    Ask,
    Change,
    Choice,
    ChoiceKind,
    Customer,
    Deal,
    HandOver,
    Phone,
    TestDrive,
    Visit,
    VisitKind,
    Way,
)

PIECES: Final[dict[str, Any]] = {"execution_options": {"yield_per": 500}}
"""Many rows are fetched in pieces: while all come at once no other thread gets its turn."""

COLLECTING = "delivery"
"""The errand of whoever comes for his car."""


class LogRow(NamedTuple):
    """One visit as the log prints it; clocks are local, words are in the language in use."""

    no: int
    shop: str
    opened_by: str
    day: date
    kind: VisitKind
    people: int
    first: str
    arrived: time
    left: time | None
    stay: timedelta | None
    drive: bool
    drive_from: time | None
    drive_to: time | None
    drive_for: timedelta | None
    driven: str
    consultant: str
    contact: str
    planned: str
    name: str
    phone: str
    model: str
    level: str
    first_channel: str
    group: str
    again_as: str
    quotes: int
    orders: int
    delivered: int
    purpose: str
    collects: bool
    asked_for: str
    asks: int
    note: str
    do_not_contact: bool
    visit_id: int
    kind_name: str
    weekday: str
    hour: int
    counted: int | None
    filed: int | None
    unmet: int | None
    incomplete: int | None


def rows(session: Session, first: date, last: date) -> list[LogRow]:
    """The visits from `first` to `last`, both included, by arrival."""
    found = list(session.execute(_visits(first, last, settings.owed(session)), **PIECES))
    kinds = {kind: _(said) for kind, said in words.VISIT_KINDS.items()}
    weekdays = [_(day) for day in words.WEEKDAYS]
    shop = settings.load(session)
    labels = choices.labels(session)
    names = staff.names(session)
    phones = first_phones(session, select(Visit.customer_id).where(Visit.day.between(first, last)))
    seen = mask.seen(session)
    makers = _makers(session, first, last)
    asks = _asks(session, first, last)
    collecting = {
        o.id
        for o in choices.options(session, ChoiceKind.ERRAND, everything=True)
        if o.code == COLLECTING
    }
    ordered, delivered = _deals(session, found, first, last)
    groups = {code: _(label) for code, label in choices.GROUPS.items()}
    yes, no = _("Yes"), _("No")
    active, dormant, silent = _("Active"), _("Dormant"), _("Do not contact")
    protected = timedelta(days=shop.protection_days)
    lines = []
    for number, v in enumerate(found, 1):
        walk_in = v.kind is VisitKind.WALK_IN
        arrived, left = local(v.arrived_at), local(v.left_at) if v.left_at else None
        errand = v.kind is VisitKind.ERRAND
        channel = "" if errand else labels.get(v.channel, "")
        fresh = v.before is not None and v.day - v.before <= protected
        lines.append(
            LogRow(
                no=number,
                shop=shop.shop_name,
                opened_by=names.get(makers.get(v.id) or 0, ""),
                day=v.day,
                kind=v.kind,
                people=v.people,
                first=(no if v.again else yes) if walk_in else "",
                arrived=clock(arrived),
                left=clock(left) if left else None,
                stay=span(arrived, left),
                drive=v.drive is not None,
                drive_from=clock(local(v.started_at)) if v.started_at else None,
                drive_to=clock(local(v.ended_at)) if v.ended_at else None,
                drive_for=span(v.started_at, v.ended_at),
                driven=labels.get(v.driven or v.model_id, "") if v.drive else "",
                consultant=names.get(v.consultant_id, ""),
                contact=(yes if v.known else no) if walk_in else "",
                planned=(yes if v.planned else no) if walk_in else "",
                name=v.name or v.customer or "",
                phone=phones.get(v.customer_id, ""),
                model=labels.get(v.model_id, ""),
                level=shop.letter(v.level),
                first_channel=channel,
                group="" if errand else groups.get(v.group, ""),
                again_as=(active if fresh else dormant) if walk_in and v.again and v.before else "",
                quotes=int(v.quoted),
                orders=ordered.get(v.id, 0),
                delivered=delivered.get(v.id, 0),
                purpose=_purpose(v, labels),
                collects=v.errand_id in collecting,
                asked_for=(yes if v.hand_over is HandOver.ASKED_FOR else no) if walk_in else "",
                asks=asks.get(v.id, 0),
                note="\n".join(
                    filter(
                        None,
                        (
                            silent if v.do_not_contact else "",
                            mask.text(v.note, whole=v.customer_id in seen),
                        ),
                    )
                ),
                do_not_contact=bool(v.do_not_contact),
                visit_id=v.id,
                kind_name=kinds[v.kind],
                weekday=weekdays[v.day.weekday()],
                hour=arrived.hour,
                counted=1 if walk_in and not v.unmet and v.turn == 1 else None,
                filed=(1 if v.filed else 0) if walk_in else None,
                unmet=1 if v.unmet else None,
                incomplete=1 if v.incomplete else None,
            )
        )
    return lines


def sheet(
    session: Session, first: date, last: date, title: str, chosen: Sequence[Column] = ()
) -> Sheet:
    """The log as a sheet, in the columns of DOMAIN §1.2(d) when no others are chosen."""
    return Sheet(
        title,
        chosen or columns(),
        rows(session, first, last),
        withheld=lambda row: row.do_not_contact,
        freeze=1,
    )


def columns() -> Sequence[Column]:
    """The columns of DOMAIN §1.2(d), in their order; contracts are not kept and stay empty."""
    stay, drive = _("Length of stay"), _("Test ride and drive")

    def nothing(_row: Any) -> None:
        return None

    def some(code: str) -> Any:
        return lambda row: getattr(row, code) or None

    return (
        Column("no", _("No."), kind=Kind.WHOLE),
        Column("shop", _("Shop")),
        Column("opened_by", _("Opened by")),
        Column("first", _("First visit or not")),
        Column("arrived", _("Arrived at"), kind=Kind.CLOCK, group=stay),
        Column("left", _("Left at"), kind=Kind.CLOCK, group=stay),
        Column("stay", _("Length of stay"), kind=Kind.SPAN, group=stay),
        Column("drive_from", _("Drive began"), kind=Kind.CLOCK, group=drive),
        Column("drive_to", _("Drive ended"), kind=Kind.CLOCK, group=drive),
        Column("drive_for", _("Drive lasted"), kind=Kind.SPAN, group=drive),
        Column("driven", _("Model driven"), group=drive),
        Column("consultant", _("Received by")),
        Column("contact", _("Contact left or not")),
        Column("planned", _("Expected by appointment")),
        Column("name", _("Customer's name"), width=13, wrap=True),
        Column("phone", _("Contact phone"), kind=Kind.CODE, contact=True),
        Column("model", _("Model wanted")),
        Column("level", _("Customer level")),
        Column("first_channel", _("Channel of first visit")),
        Column("group", _("Kind of channel")),
        Column("again_as", _("Channel of return (active or dormant)")),
        Column("quotes", _("Quotes made"), some("quotes"), kind=Kind.WHOLE),
        Column("orders", _("Orders made"), some("orders"), kind=Kind.WHOLE),
        Column("contracts", _("Contracts made"), nothing, kind=Kind.WHOLE),
        Column("delivered", _("Cars delivered"), some("delivered"), kind=Kind.WHOLE),
        Column("purpose", _("Purpose of visit")),
        Column("day", _("Date"), kind=Kind.DAY),
        Column("asked_for", _("Asked for a consultant")),
        Column("note", _("Note"), wrap=True, width=26),
    )


def reckoning() -> Sequence[Column]:
    """What the month's workbook counts the log by; beside the columns of the trade."""
    group = _("For the count")

    def drove(row: LogRow) -> int | None:
        return 1 if row.drive and row.kind is VisitKind.WALK_IN else None

    return (
        Column("kind", _("Kind of visit"), lambda row: row.kind_name, group=group),
        Column("people", _("People"), kind=Kind.WHOLE, group=group),
        Column("weekday", _("Weekday"), group=group),
        Column("hour", _("Hour"), kind=Kind.WHOLE, group=group),
        Column("counted", _("Walk-in that counts"), kind=Kind.WHOLE, group=group),
        Column("filed", _("On file before"), kind=Kind.WHOLE, group=group),
        Column("drove", _("Drove"), drove, kind=Kind.WHOLE, group=group),
        Column("unmet", _("Not received"), kind=Kind.WHOLE, group=group),
        Column("incomplete", _("Incomplete"), kind=Kind.WHOLE, group=group),
    )


def clock(moment: datetime) -> time:
    """The clock of a local moment, to the minute."""
    return moment.time().replace(second=0, microsecond=0)


def span(start: datetime | None, end: datetime | None) -> timedelta | None:
    """From one minute to another, as their clocks show it."""
    if start is None or end is None:
        return None
    return end.replace(second=0, microsecond=0) - start.replace(second=0, microsecond=0)


def first_phones(session: Session, of: Select[Any]) -> dict[int, str]:
    """The first phone of the customers whose ids `of` selects, as `digits` writes it.

    Not of those who do not want to be called any more.
    """
    seen = mask.seen(session)
    query = (
        select(Phone.customer_id, Phone.number)
        .where(Phone.customer_id.in_(of), ~barred.withdrawn(Way.PHONE, Phone.customer_id))
        .order_by(Phone.position.desc(), Phone.id.desc())
    )
    return {owner: digits(number, whole=owner in seen) for owner, number in session.execute(query)}


def digits(number: str, *, whole: bool) -> str:
    """A stored number as another system takes it: 13800138000, 075523456789, +85291234567.

    Else it is hidden, 138****8000.
    """
    return mask.phone(number, whole=whole).replace(" ", "")


def _visits(first: date, last: date, owed: Sequence[str]) -> Any:
    earlier = aliased(Visit)
    before = (
        select(func.max(earlier.day))
        .where(
            earlier.customer_id == Visit.customer_id,
            earlier.day < Visit.day,
            earlier.kind == VisitKind.WALK_IN,
        )
        .scalar_subquery()
    )
    return (
        select(
            Visit.id,
            Visit.kind,
            Visit.day,
            Visit.people,
            Visit.again,
            Visit.arrived_at,
            Visit.left_at,
            Visit.consultant_id,
            Visit.hand_over,
            Visit.customer_id,
            Visit.name,
            Visit.model_id,
            Visit.errand_id,
            Visit.level,
            Visit.note,
            Visit.quoted,
            Appointment.id.label("planned"),
            visit_channel().label("channel"),
            Choice.group,
            before.label("before"),
            contact_known().label("known"),
            filed_before().label("filed"),
            Visit.unmet_id.is_not(None).label("unmet"),
            visits.incomplete(owed).label("incomplete"),
            turn().label("turn"),
            Customer.name.label("customer"),
            Customer.do_not_contact,
            TestDrive.id.label("drive"),
            TestDrive.model_id.label("driven"),
            TestDrive.started_at,
            TestDrive.ended_at,
        )
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .outerjoin(Choice, Choice.id == visit_channel())
        .outerjoin(TestDrive, first_of_visit())
        .outerjoin(Appointment, Appointment.visit_id == Visit.id)
        .where(Visit.day.between(first, last))
        .order_by(Visit.arrived_at, Visit.id)
    )


def _makers(session: Session, first: date, last: date) -> dict[int, int | None]:
    """Who opened each visit, out of the journal."""
    ids = select(Visit.id).where(Visit.day.between(first, last))
    query = (
        select(Change.row_id, Action.staff_id)
        .join(Action, Action.id == Change.action_id)
        .where(
            Change.table_name == Visit.__tablename__,
            Change.row_id.in_(ids),
            Change.before.is_(None),
        )
        .order_by(Change.id.desc())
    )
    return {row_id: staff_id for row_id, staff_id in session.execute(query, **PIECES)}


def _asks(session: Session, first: date, last: date) -> dict[int, int]:
    query = (
        select(Ask.visit_id, func.count(Ask.id))
        .join(Visit, Visit.id == Ask.visit_id)
        .where(Visit.day.between(first, last))
        .group_by(Ask.visit_id)
    )
    return {visit: count for visit, count in session.execute(query)}


def _deals(
    session: Session, visits: Sequence[Any], first: date, last: date
) -> tuple[dict[int, int], dict[int, int]]:
    """Orders and deliveries by visit: that of the deal, else the customer's last of that day."""
    last_of = {(v.customer_id, v.day): v.id for v in visits if v.customer_id}
    known = {v.id for v in visits}
    ordered: dict[int, int] = defaultdict(int)
    delivered: dict[int, int] = defaultdict(int)
    query = select(Deal.visit_id, Deal.customer_id, Deal.ordered_on, Deal.delivered_on).where(
        Deal.ordered_on.between(first, last) | Deal.delivered_on.between(first, last)
    )
    for visit_id, customer_id, ordered_on, delivered_on in session.execute(query):
        of_order = visit_id if visit_id in known else last_of.get((customer_id, ordered_on))
        if of_order is not None:
            ordered[of_order] += 1
        of_delivery = last_of.get((customer_id, delivered_on))
        if of_delivery is not None:
            delivered[of_delivery] += 1
    return ordered, delivered


def _purpose(visit: Any, labels: dict[int, str]) -> str:
    if visit.kind is VisitKind.CALL:
        return _("Call")
    if visit.kind is VisitKind.ERRAND:
        return labels.get(visit.errand_id, _("Errand"))
    return _("Look at cars")
