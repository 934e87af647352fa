"""Lists of a class of customers that leave the desk: a class with its reasons, the sample."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import settings, words
from showroom.figures import log
from showroom.guard import consent, mask, staff
from showroom.i18n import _
from showroom.people import classes
from showroom.people.service_sample import Car, Sample
from showroom.people.value import Borders
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.write import Column, Kind, Sheet
from showroom.store.models import Customer, Phone, Way

_BLOCK = 500


class _Person(NamedTuple):
    """Whom a line is about; the phone as it may leave."""

    name: str
    phone: str
    consultant: str
    last_visit_on: Any
    do_not_contact: bool


class _Line(NamedTuple):
    """A line: whom it is about, and his classes or his car."""

    of: _Person
    what: Any


def save(
    session: Session,
    title: str,
    ids: Sequence[int],
    borders: Borders,
    path: Path,
    progress: Progress | None = None,
    *,
    today: date,
) -> int:
    """Write these customers with their classes and the reasons as `.xlsx` or `.csv`; how many.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    people = _people(session, ids)
    shop = settings.load(session)
    lines = []
    progress = progress or Progress()
    for start in progress.track(range(0, len(ids), _BLOCK)):
        block = ids[start : start + _BLOCK]
        found = classes.of(session, block, shop, borders, today=today)
        lines += [_Line(people[id], found[id]) for id in block if id in found and id in people]
    columns = (
        *_whom(),
        Column("card", _("Customer class"), lambda r: classes.card_name(r.what.card, shop)),
        Column("card_why", _("Why this card"), lambda r: r.what.card_why, wrap=True, width=30),
        Column(
            "relationship",
            _("Relationship"),
            lambda r: _(classes.RELATIONSHIPS[r.what.relationship]),
        ),
        Column("band", _("Share of sales"), lambda r: _(classes.BANDS[r.what.band])),
        Column("money", _("Sales"), lambda r: r.what.money, kind=Kind.MONEY, total=True),
        Column("losing", _("Losing value"), lambda r: r.what.losing, wrap=True, width=24),
    )
    return _save(session, title, columns, lines, path, progress)


def save_sample(
    session: Session, sample: Sample, path: Path, progress: Progress | None = None
) -> int:
    """Write the cars of the sample with their owners as `.xlsx` or `.csv`; returns how many.

    Raises as `save` does.
    """
    people = _people(session, [car.customer_id for car in sample.cars])
    lines = [
        _Line(people[car.customer_id], car) for car in sample.cars if car.customer_id in people
    ]
    columns = (
        Column("plate", _("Plate"), lambda r: _car(r).plate, kind=Kind.CODE),
        *_whom(),
        Column("model", _("Model"), lambda r: _car(r).model),
        Column("daily", _("km a day"), lambda r: round(_car(r).daily_km), kind=Kind.WHOLE),
        Column("plated_on", _("Plate since"), lambda r: _car(r).plated_on, kind=Kind.DAY),
        Column("services", _("Visits to the workshop"), lambda r: _car(r).services, Kind.WHOLE),
    )
    return _save(session, _("Service sample"), columns, lines, path, progress or Progress())


def _car(line: _Line) -> Car:
    car: Car = line.what
    return car


def _whom() -> tuple[Column, ...]:
    return (
        Column("name", _("Name"), lambda r: r.of.name, width=18, wrap=True),
        Column("phone", _("Phone"), lambda r: r.of.phone, kind=Kind.CODE, contact=True),
        Column("consultant", _("Consultant"), lambda r: r.of.consultant),
        Column("last_visit_on", _("Last visit on"), lambda r: r.of.last_visit_on, kind=Kind.DAY),
    )


def _save(
    session: Session,
    title: str,
    columns: Sequence[Column],
    lines: Sequence[_Line],
    path: Path,
    progress: Progress,
) -> int:
    sheet = Sheet(title, columns, lines, withheld=lambda line: line.of.do_not_contact, freeze=1)
    write.allow(session, sheet)
    write.save_table(path, sheet, progress)
    return len(lines)


def _people(session: Session, ids: Sequence[int]) -> dict[int, _Person]:
    """Whom these lines are about; who must not be phoned goes without his number."""
    mask.leaving(session)
    seen, names = mask.seen(session), staff.names(session)
    silent = consent.withdrawn(session)[Way.PHONE]
    wanted = set(ids)
    phones: dict[int, str] = {}
    for owner, number in session.execute(
        select(Phone.customer_id, Phone.number).order_by(Phone.position, Phone.id)
    ):
        if owner in wanted and owner not in silent:
            phones.setdefault(owner, log.digits(number, whole=owner in seen))
    found = session.execute(
        select(
            Customer.id,
            Customer.name,
            Customer.honorific,
            Customer.consultant_id,
            Customer.last_visit_on,
            Customer.do_not_contact,
        ).where(Customer.erased_at.is_(None))
    )
    return {
        id: _Person(
            words.called(name, honorific),
            phones.get(id, ""),
            names.get(consultant_id or 0, ""),
            last_visit_on,
            do_not_contact,
        )
        for id, name, honorific, consultant_id, last_visit_on, do_not_contact in found
        if id in wanted
    }
