"""Rows of a file that would write into a day that is closed: refused until somebody says why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from showroom.guard import closed
from showroom.i18n import _
from showroom.sheets.drafts import Drafted
from showroom.sheets.outcomes import Outcome, Row

WRITES = (Outcome.NEW, Outcome.FILLED, Outcome.CHANGED)


def days(session: Session, drafts: Iterable[Drafted]) -> list[date]:
    """The closed days whose visits are written; not of who came after the close."""
    visits = [draft for draft in drafts if "arrived_at" in draft.values]
    ends = closed.ends(session, {draft.values["day"] for draft in visits})
    if not ends:
        return []
    return sorted({draft.values["day"] for draft in visits if _is_sealed(draft, ends)})


def blocked(session: Session, rows: Iterable[Row]) -> dict[tuple[int, int], tuple[date, str]]:
    """The rows that may not be written now: their day, and why not."""
    writing = [
        (row, row.draft)
        for row in rows
        if row.outcome in WRITES and row.draft is not None and "arrived_at" in row.draft.values
    ]
    ends = closed.ends(session, {draft.values["day"] for _row, draft in writing})
    ends = {day: at for day, at in ends.items() if not session.info["reasons"].get(day)}
    if not ends:
        return {}
    why = {day: _why(session, day) for day in ends}
    return {
        row.place: (draft.values["day"], why[draft.values["day"]])
        for row, draft in writing
        if _is_sealed(draft, ends)
    }


def _is_sealed(draft: Drafted, ends: dict[date, datetime]) -> bool:
    at = ends.get(draft.values["day"])
    return at is not None and draft.values["arrived_at"] <= at


def _why(session: Session, day: date) -> str:
    refused = closed.refusal(session, day)
    at = closed.since(session, day)
    assert at is not None
    return refused or _("{closed} Say why it is corrected.").format(closed=closed.said(day, at))
