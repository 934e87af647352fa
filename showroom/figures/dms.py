"""The visits in the order another system asks for them: 展厅流量登记 (DOMAIN §1.2c)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, words
from showroom.dates import local
from showroom.figures import log
from showroom.figures.log import LogRow
from showroom.guard import mask, trail
from showroom.i18n import N_, _
from showroom.sheets import course
from showroom.sheets.write import Column, Kind
from showroom.store import journal
from showroom.store.models import Visit, VisitKind

TITLE = N_("Showroom traffic for the DMS")


class DmsRow(NamedTuple):
    """One visit, as it is keyed into the other system."""

    seen: LogRow
    number: int | str | None
    arrived_at: datetime
    colour: str
    second: bool
    source: str
    brand: str
    series: str
    trim: str
    offer: Decimal | None
    course: str

    @property
    def id(self) -> int:
        """The visit's."""
        return self.seen.visit_id


def rows(session: Session, first: date, last: date) -> list[DmsRow]:
    """The visits from `first` to `last`, by arrival, as who sits here may see them."""
    labels = choices.labels(session)
    kept: dict[int, Any] = {
        row.id: row
        for row in session.execute(
            select(
                Visit.id,
                Visit.customer_id,
                Visit.arrived_at,
                Visit.colour_id,
                Visit.source,
                Visit.brand,
                Visit.series,
                Visit.trim,
                Visit.offer,
                Visit.course,
                Visit.their_number,
            ).where(Visit.day.between(first, last))
        )
    }
    whole = mask.seen(session)
    second = _second(session, {row.customer_id for row in kept.values() if row.customer_id})
    found = []
    for seen in log.rows(session, first, last):
        rest = kept[seen.visit_id]
        found.append(
            DmsRow(
                seen,
                rest.their_number or rest.customer_id,
                local(rest.arrived_at).replace(tzinfo=None),
                labels.get(rest.colour_id, ""),
                second.get(rest.customer_id) == seen.day and seen.kind is VisitKind.WALK_IN,
                rest.source or seen.group,
                rest.brand,
                rest.series,
                rest.trim,
                rest.offer,
                mask.text(rest.course, whole=rest.customer_id in whole) or _course(seen),
            )
        )
    return found


def note_keyed(session: Session, visit_id: int) -> None:
    """Note that a visit leaves for the other system: what is copied there is out of our hands."""
    said = trail.what_left(_(TITLE), count=1)
    visit = session.get_one(Visit, visit_id)
    journal.note(session, "export", visit, what=said, why=_("keyed into the DMS by hand"))


def _second(session: Session, ids: set[int]) -> dict[int, date]:
    """The second day on which each of these came; the same day twice is one (DOMAIN §7.2)."""
    days: dict[int, list[date]] = {}
    query = (
        select(Visit.customer_id, Visit.day)
        .where(Visit.customer_id.in_(ids), Visit.kind == VisitKind.WALK_IN)
        .group_by(Visit.customer_id, Visit.day)
        .order_by(Visit.day)
    )
    for owner, day in session.execute(query):
        if owner is not None:
            days.setdefault(owner, []).append(day)
    return {owner: on[1] for owner, on in days.items() if len(on) > 1}


def columns() -> Sequence[Column]:
    """The columns in that order, verbatim; what nobody noted stays empty."""

    def of(code: str) -> Any:
        return lambda row: getattr(row.seen, code)

    def left(row: DmsRow) -> datetime | None:
        return datetime.combine(row.arrived_at.date(), row.seen.left) if row.seen.left else None

    return (
        Column("number", _("Customer no."), kind=Kind.WHOLE),
        Column("name", _("Name of customer"), of("name"), width=13, wrap=True),
        Column("way", _("Way of visiting"), lambda r: _(words.VISIT_KINDS[r.seen.kind])),
        Column("arrived_at", _("Time of visit"), kind=Kind.MOMENT),
        Column("consultant", _("Sales consultant"), of("consultant")),
        Column("phone", _("Mobile number"), of("phone"), kind=Kind.CODE, contact=True),
        Column("level", _("Intention level"), of("level")),
        Column("source", _("Customer source")),
        Column("channel", _("Channel of information"), of("first_channel")),
        Column("first", _("Is the first visit"), of("first")),
        Column("second", _("Is the second visit"), lambda r: _("Yes") if r.second else _("No")),
        Column("left_at", _("Time of leaving"), left, kind=Kind.MOMENT),
        Column("drive", _("Test ride and drive"), lambda r: _("Yes") if r.seen.drive else _("No")),
        Column("course", _("Course of events"), width=24, wrap=True),
        Column("brand", _("Brand")),
        Column("series", _("Series")),
        Column("model", _("Model"), of("model")),
        Column("trim", _("Trim")),
        Column("colour", _("Colour")),
        Column("offer", _("Price offered"), kind=Kind.MONEY),
        Column("note", _("Note"), of("note"), width=26, wrap=True),
    )


def _course(seen: LogRow) -> str:
    return course.said(
        seen.purpose if seen.kind is not VisitKind.WALK_IN else "",
        asks=seen.asks,
        driven=seen.driven if seen.drive else None,
        quoted=bool(seen.quotes),
        ordered=bool(seen.orders),
    )
