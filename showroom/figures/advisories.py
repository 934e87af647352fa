"""The list of who is met by a notice, as it leaves: to be told by hand, or proved later."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from showroom import dates, settings, words
from showroom.care import advisories
from showroom.care.advisories import PersonRow
from showroom.figures import ledgers
from showroom.guard import consent, mask
from showroom.i18n import _
from showroom.progress import Progress
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet


def save(
    session: Session, advisory_id: int, told: bool, path: Path, progress: Progress | None = None
) -> int:
    """Write who is still to be told, or who was `told`, as `.xlsx`, `.csv` or `.pdf`; how many.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    return ledgers.save(sheet(session, advisory_id, told), session, path, progress)


def sheet(session: Session, advisory_id: int, told: bool) -> Sheet:
    """The people of a notice with what they are told and a place to tick."""
    mask.leaving(session)
    one = advisories.get(session, advisory_id)
    read = advisories.told_ids if told else advisories.waiting
    rows = advisories.people(session, advisory_id, read(session, advisory_id))
    shop, name = settings.load(session).shop_name, words.advisory(one.kind, one.colour)
    title = _("Weather and service notices")
    what = _("Told") if told else _("To be told")
    head = "  ·  ".join((name, f"{one.day:%Y-%m-%d}", _(consent.WAYS[one.way]), what))
    silent = consent.unreachable(session)[one.way]
    columns = (
        Column("name", _("Name"), advisories.called, width=16, wrap=True),
        Column("contact", _(consent.WAYS[one.way]), kind=Kind.CODE, width=18, contact=True),
        Column("car", _("Car"), width=22, wrap=True),
        Column("consultant", _("Consultant"), width=12),
        Column("told_at", _("Told at"), _at, kind=Kind.MOMENT, width=17),
        Column("told_by", _("Told by"), width=12),
    )
    return Sheet(
        name,
        columns,
        rows,
        lead=(
            Line([Cell(f"{shop} {title}".strip(), Role.TITLE)], 30),
            Line([Cell(head, Role.SUBTITLE, span=len(columns))], 22),
            Line([Cell(one.words, Role.NOTE, span=len(columns))], 44),
        ),
        withheld=lambda row: row.id in silent,
        filter=False,
        footer=f"{shop} {name}".strip(),
    )


def _at(row: PersonRow) -> datetime | None:
    return None if row.told_at is None else dates.local(row.told_at).replace(tzinfo=None)
