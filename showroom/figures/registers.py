"""Lists that leave the desk: the customers, the visits, and the register of a day to sign."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import choices, settings, words
from showroom.figures import log
from showroom.figures.log import LogRow
from showroom.figures.tables import WEEKDAYS
from showroom.guard import consent, exports, mask, staff
from showroom.i18n import _
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet
from showroom.store.models import Customer, FollowUp, Phone, VisitKind, Way

GAP = 6
"""Columns from the beginning of one signature to that of the next."""


def visits(
    session: Session, first: date, last: date, path: Path, progress: Progress | None = None
) -> int:
    """Write the visits from `first` to `last` as `.xlsx` or `.csv`; return how many.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    mask.leaving(session)
    *columns, note = log.columns()
    people = Column("people", _("People"), kind=Kind.WHOLE)
    sheet = log.sheet(session, first, last, _("Visitor log"), (*columns, people, note))
    exports.allow(session, len(sheet.rows))
    write.save_table(path, sheet, progress or Progress())
    return len(sheet.rows)


def customers(session: Session, path: Path, progress: Progress | None = None) -> int:
    """Write the customers as `.xlsx` or `.csv`, the newest visit first; return how many.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    mask.leaving(session)
    rows = _customers(session)
    exports.allow(session, len(rows))
    shop = settings.load(session)
    sheet = Sheet(
        _("Customers"),
        (
            Column("name", _("Name"), width=18, wrap=True),
            Column("honorific", _("Honorific"), lambda r: _(words.HONORIFICS[r.honorific])),
            Column("phone", _("Phone"), kind=Kind.CODE, contact=True),
            Column("phone2", _("Other phone"), kind=Kind.CODE, contact=True),
            Column("wechat", _("WeChat"), contact=True),
            Column("level", _("Level"), lambda r: shop.letter(r.level)),
            Column("status", _("Status"), lambda r: _(words.STATUSES[r.status])),
            Column("model", _("Model")),
            Column("channel", _("Channel")),
            Column("consultant", _("Consultant")),
            Column("first_visit_on", _("First visit on"), kind=Kind.DAY),
            Column("last_visit_on", _("Last visit on"), kind=Kind.DAY),
            Column("next_on", _("Next contact on"), kind=Kind.DAY),
            Column("birthday", _("Birthday"), kind=Kind.DAY),
            Column("address", _("Address"), wrap=True, width=30, contact=True),
            Column("postcode", _("Postcode"), kind=Kind.CODE, contact=True),
            Column(
                "do_not_contact",
                _("Do not contact"),
                lambda r: _("Yes") if r.do_not_contact else "",
            ),
            Column("note", _("Note"), wrap=True, width=30),
        ),
        rows,
        withheld=lambda r: r.do_not_contact,
        freeze=1,
    )
    write.save_table(path, sheet, progress or Progress())
    return len(rows)


class _CustomerRow(NamedTuple):
    """One line of the list of customers."""

    name: str
    honorific: Any
    phone: str
    phone2: str
    wechat: str
    level: Any
    status: Any
    model: str
    channel: str
    consultant: str
    first_visit_on: date | None
    last_visit_on: date | None
    next_on: date | None
    birthday: date | None
    address: str
    postcode: str
    do_not_contact: bool
    note: str


def _customers(session: Session) -> list[_CustomerRow]:
    seen = mask.seen(session)
    silent = consent.withdrawn(session)
    phones: dict[int, list[str]] = {}
    for owner, number in session.execute(
        select(Phone.customer_id, Phone.number).order_by(Phone.position, Phone.id)
    ):
        if owner not in silent[Way.PHONE]:
            phones.setdefault(owner, []).append(log.digits(number, whole=owner in seen))
    due: dict[int, date] = {
        owner: on
        for owner, on in session.execute(
            select(FollowUp.customer_id, func.min(FollowUp.due_on))
            .where(FollowUp.done_at.is_(None))
            .group_by(FollowUp.customer_id)
        )
    }
    labels, names = choices.labels(session), staff.names(session)
    found = session.execute(
        select(
            Customer.id,
            Customer.name,
            Customer.honorific,
            Customer.wechat,
            Customer.level,
            Customer.status,
            Customer.model_id,
            Customer.channel_id,
            Customer.consultant_id,
            Customer.first_visit_on,
            Customer.last_visit_on,
            Customer.birthday,
            Customer.address,
            Customer.postcode,
            Customer.do_not_contact,
            Customer.note,
        )
        .where(Customer.erased_at.is_(None))
        .order_by(Customer.last_visit_on.desc().nulls_last(), Customer.id.desc())
    )
    return [
        _CustomerRow(
            c.name,
            c.honorific,
            phone,
            phone2,
            "" if c.id in silent[Way.WECHAT] else mask.wechat(c.wechat, whole=c.id in seen),
            c.level,
            c.status,
            labels.get(c.model_id, ""),
            labels.get(c.channel_id, ""),
            names.get(c.consultant_id, ""),
            c.first_visit_on,
            c.last_visit_on,
            due.get(c.id),
            c.birthday,
            "" if c.id in silent[Way.POST] else mask.text(c.address, whole=c.id in seen),
            "" if c.id in silent[Way.POST] else c.postcode,
            c.do_not_contact,
            mask.text(c.note, whole=c.id in seen),
        )
        for c in found
        for phone, phone2, *_more in [[*phones.get(c.id, ()), "", ""]]
    ]


# --- the register of a day


def register(session: Session, day: date, path: Path, progress: Progress | None = None) -> int:
    """Write the register of a day to be signed (DOMAIN §1.2b); return how many parties.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    mask.leaving(session)
    sheet = register_sheet(session, day)
    exports.allow(session, len(sheet.rows))
    write.save_table(path, sheet, progress or Progress())
    return len(sheet.rows)


def register_sheet(session: Session, day: date) -> Sheet:
    """The register: ticks where there is a choice, text for names, models and remarks only.

    Weather, how they came and rivals are left free for the pen.
    """
    shop = settings.load(session)
    came = (row for row in log.rows(session, day, day) if row.kind is not VisitKind.CALL)
    rows = [row._replace(no=number) for number, row in enumerate(came, 1)]
    columns = _register_columns()
    wide = len(columns)
    head = _("Date: {day}   {weekday}   Weather: {line}").format(
        day=f"{day:%Y-%m-%d}", weekday=_(WEEKDAYS[day.weekday()]), line="__________"
    )
    title = _("Register of visitors")
    signed = (_("Receptionist"), _("Showroom manager"), _("Sales manager"))
    places: list[Cell] = []
    for who in signed:
        places += [Cell(f"{who}:", Role.SIGNED, span=2), Cell(None, Role.SIGN, span=GAP - 3)]
        places.append(Cell(None, Role.SIGNED))
    return Sheet(
        title,
        columns,
        rows,
        lead=(
            Line([Cell(f"{shop.shop_name} {title}".strip(), Role.TITLE)], 30),
            Line([Cell(head, Role.SUBTITLE, span=wide)], 22),
        ),
        foot=(Line(height=14), Line(places[: wide - 1], 28)),
        withheld=lambda row: row.do_not_contact,
        filter=False,
        footer=f"{shop.shop_name} {day:%Y-%m-%d}".strip(),
    )


def _register_columns() -> tuple[Column, ...]:
    purpose, again = _("Purpose of visit"), _("How often")
    course, result = _("Course of the visit"), _("Outcome of the visit")

    def time_here(row: LogRow) -> str:
        left = f"{row.left:%H:%M}" if row.left else ""
        return f"{row.arrived:%H:%M}–{left}"

    def looks(row: LogRow) -> bool:
        return row.kind is VisitKind.WALK_IN

    def nothing(_row: LogRow) -> None:
        return None

    return (
        Column("no", _("No."), kind=Kind.WHOLE, width=6),
        Column("here", _("Time here"), time_here, width=13),
        Column("people", _("People"), kind=Kind.WHOLE, width=7, total=True),
        Column("vehicle", _("Came by"), nothing, width=9),
        Column("consultant", _("Consultant"), width=10),
        Column("name", _("Customer's name"), width=12, wrap=True),
        Column("phone", _("Contact phone"), kind=Kind.CODE, width=14, contact=True),
        Column("model", _("Model wanted"), width=13, wrap=True),
        Column("level", _("Level"), width=7),
        Column("rival", _("Rivals compared"), nothing, width=11),
        Column("look", _("Look at cars"), looks, group=purpose, width=7, tick=True),
        Column(
            "collect",
            _("Delivery"),
            lambda r: r.collects,
            group=purpose,
            width=7,
            tick=True,
        ),
        Column(
            "other",
            _("Other"),
            lambda r: not looks(r) and not r.collects,
            group=purpose,
            width=7,
            tick=True,
        ),
        Column("first", _("First"), lambda r: r.first == _("Yes"), group=again, width=6, tick=True),
        Column("again", _("Again"), lambda r: r.first == _("No"), group=again, width=6, tick=True),
        Column("drive", _("Test drive"), group=course, width=7, tick=True),
        Column(
            "asked",
            _("Asked for a contact"),
            lambda r: r.asks > 0,
            group=course,
            width=7,
            tick=True,
        ),
        Column(
            "kept",
            _("Contact left"),
            lambda r: r.contact == _("Yes"),
            group=result,
            width=8,
            tick=True,
        ),
        Column("sold", _("Ordered"), lambda r: r.orders > 0, group=result, width=8, tick=True),
        Column("note", _("Note"), width=22, wrap=True),
    )
