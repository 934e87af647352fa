"""The visits in the order another system asks for them: 展厅流量登记 (DOMAIN §1.2c)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, words
from showroom.dates import local
from showroom.figures import log
from showroom.figures.log import LogRow
from showroom.i18n import N_, _
from showroom.sheets.write import Column, Kind
from showroom.store.models import Visit, VisitKind

TITLE = N_("Showroom traffic for the DMS")


class DmsRow(NamedTuple):
    """One visit, as it is keyed into the other system."""

    seen: LogRow
    customer_id: int | None
    arrived_at: datetime
    colour: str
    second: bool

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
            select(Visit.id, Visit.customer_id, Visit.arrived_at, Visit.colour_id).where(
                Visit.day.between(first, last)
            )
        )
    }
    second = _second(session, {row.customer_id for row in kept.values() if row.customer_id})
    found = []
    for seen in log.rows(session, first, last):
        rest = kept[seen.visit_id]
        found.append(
            DmsRow(
                seen,
                rest.customer_id,
                local(rest.arrived_at).replace(tzinfo=None),
                labels.get(rest.colour_id, ""),
                second.get(rest.customer_id) == seen.day and seen.kind is VisitKind.WALK_IN,
            )
        )
    return found


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
    """The columns in that order, verbatim; what is not kept here stays empty."""

    def of(code: str) -> Any:
        return lambda row: getattr(row.seen, code)

    def nothing(_row: DmsRow) -> None:
        return None

    def left(row: DmsRow) -> datetime | None:
        return datetime.combine(row.arrived_at.date(), row.seen.left) if row.seen.left else None

    return (
        Column("customer_id", _("Customer no."), kind=Kind.WHOLE),
        Column("name", _("Name of customer"), of("name"), width=13, wrap=True),
        Column("way", _("Way of visiting"), lambda r: _(words.VISIT_KINDS[r.seen.kind])),
        Column("arrived_at", _("Time of visit"), kind=Kind.MOMENT),
        Column("consultant", _("Sales consultant"), of("consultant")),
        Column("phone", _("Mobile number"), of("phone"), kind=Kind.CODE, contact=True),
        Column("level", _("Intention level"), of("level")),
        Column("group", _("Customer source"), of("group")),
        Column("channel", _("Channel of information"), of("first_channel")),
        Column("first", _("Is the first visit"), of("first")),
        Column("second", _("Is the second visit"), lambda r: _("Yes") if r.second else _("No")),
        Column("left_at", _("Time of leaving"), left, kind=Kind.MOMENT),
        Column("drive", _("Test ride and drive"), lambda r: _("Yes") if r.seen.drive else _("No")),
        Column("course", _("Course of events"), _course, width=24, wrap=True),
        Column("brand", _("Brand"), nothing),
        Column("series", _("Series"), nothing),
        Column("model", _("Model"), of("model")),
        Column("trim", _("Trim"), nothing),
        Column("colour", _("Colour")),
        Column("offer", _("Price offered"), nothing, kind=Kind.MONEY),
        Column("note", _("Note"), of("note"), width=26, wrap=True),
    )


def _course(row: DmsRow) -> str:
    """What was done with the party, out of what the desk noted."""
    seen = row.seen
    parts = [
        seen.purpose if seen.kind is not VisitKind.WALK_IN else "",
        _("asked for a contact {count} times").format(count=seen.asks) if seen.asks else "",
        _("drove {model}").format(model=seen.driven).strip() if seen.drive else "",
        _("was quoted a price") if seen.quotes else "",
        _("ordered") if seen.orders else "",
    ]
    return _("; ").join(part for part in parts if part)
