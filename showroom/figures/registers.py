"""Lists that leave the desk: the customers and the visits."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from showroom import choices, lunar, settings, text, words
from showroom.errors import ShowroomError
from showroom.figures import log
from showroom.guard import consent, exports, mask, staff
from showroom.i18n import _
from showroom.people import promises
from showroom.progress import Progress
from showroom.sheets import stamps, write
from showroom.sheets.stamps import Of
from showroom.sheets.write import Column, Kind, Sheet
from showroom.store.listed import listed
from showroom.store.models import Customer, Honorific, Phone, Status, Way


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
    sheet = stamps.marked(session, Of.VISIT, sheet, lambda row: row.visit_id)
    write.allow(session, sheet)
    write.save_table(path, sheet, progress or Progress())
    return len(sheet.rows)


def customers(
    session: Session,
    path: Path,
    progress: Progress | None = None,
    *,
    ids: Collection[int] | None = None,
) -> int:
    """Write the customers, or these, as `.xlsx`, `.csv` or `.vcf`, the newest visit first.

    Returns how many; on a vCard is only who may be called and whose number is seen whole. A guest
    who left no contact is nobody to be contacted: he is among them only by his id. Raises
    `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    mask.leaving(session)
    rows = _customers(session, ids)
    if path.suffix.lower() == ".vcf":
        return _cards(session, rows, path)
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
            Column("next_clock", _("Next contact at"), kind=Kind.CLOCK),
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
    sheet = stamps.marked(session, Of.CUSTOMER, sheet, lambda row: row.id)
    write.allow(session, sheet)
    write.save_table(path, sheet, progress or Progress())
    return len(rows)


def _cards(session: Session, rows: list[_CustomerRow], path: Path) -> int:
    """The vCards of whom a phone may call."""
    from showroom.sheets import vcard

    shop = settings.load(session)
    people = [
        vcard.Person(
            row.name,
            [phone for phone in row.phones if not text.is_hidden(phone)],
            is_company=row.honorific is Honorific.COMPANY,
            address="" if text.is_hidden(row.address) else row.address,
            postcode=row.postcode,
            birthday=row.birthday if isinstance(row.birthday, date) else None,
            note=" · ".join(filter(None, (shop.shop_name, row.model, row.consultant, _moon(row)))),
        )
        for row in rows
        if not row.do_not_contact
    ]
    people = [person for person in people if person.phones]
    if not people:
        raise ShowroomError(
            _("Nobody here has a number that you may see and call: there is nothing to write.")
        )
    exports.allow(session, len(people), contacts=True)
    vcard.save(path, people)
    return len(people)


def _moon(row: _CustomerRow) -> str:
    """A lunar birthday: a phone would ring on its day of the sun."""
    if not isinstance(row.birthday, str):
        return ""
    return _("Birthday {day}").format(day=row.birthday)


class _CustomerRow(NamedTuple):
    """One line of the list of customers."""

    id: int
    name: str
    honorific: Any
    phones: tuple[str, ...]
    wechat: str
    level: Any
    status: Any
    model: str
    channel: str
    consultant: str
    first_visit_on: date | None
    last_visit_on: date | None
    next_on: date | None
    next_clock: time | None
    birthday: date | str | None
    address: str
    postcode: str
    do_not_contact: bool
    note: str

    @property
    def phone(self) -> str:
        """The first number."""
        return self.phones[0] if self.phones else ""

    @property
    def phone2(self) -> str:
        """The second one."""
        return self.phones[1] if len(self.phones) > 1 else ""


def _customers(session: Session, ids: Collection[int] | None) -> list[_CustomerRow]:
    seen = mask.seen(session)
    silent = consent.withdrawn(session)
    phones: dict[int, list[str]] = {}
    for owner, number in session.execute(
        select(Phone.customer_id, Phone.number).order_by(Phone.position, Phone.id)
    ):
        if owner not in silent[Way.PHONE]:
            phones.setdefault(owner, []).append(log.digits(number, whole=owner in seen))
    due = promises.first_days(session)
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
            Customer.birthday_more,
            Customer.birthday_lunar,
            Customer.address,
            Customer.postcode,
            Customer.do_not_contact,
            Customer.note,
        )
        .where(
            Customer.erased_at.is_(None),
            or_(Customer.contact_on.is_not(None), Customer.status != Status.VISITED)
            if ids is None
            else Customer.id.in_(listed(ids)),
        )
        .order_by(Customer.last_visit_on.desc().nulls_last(), Customer.id.desc())
    )
    return [
        _CustomerRow(
            c.id,
            c.name,
            c.honorific,
            tuple(phones.get(c.id, ())),
            "" if c.id in silent[Way.WECHAT] else mask.wechat(c.wechat, whole=c.id in seen),
            c.level,
            c.status,
            labels.get(c.model_id, ""),
            labels.get(c.channel_id, ""),
            names.get(c.consultant_id, ""),
            c.first_visit_on,
            c.last_visit_on,
            when.on if (when := due.get(c.id)) is not None else None,
            when.clock if when is not None else None,
            lunar.said(c.birthday, c.birthday_more, c.birthday_lunar),
            "" if c.id in silent[Way.POST] else mask.text(c.address, whole=c.id in seen),
            "" if c.id in silent[Way.POST] else c.postcode,
            c.do_not_contact,
            mask.text(c.note, whole=c.id in seen),
        )
        for c in found
    ]
