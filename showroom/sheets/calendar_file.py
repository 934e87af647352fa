"""The calendar leaves as a file that other calendars read: through the one gate, masked."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from showroom import settings
from showroom.care import calendar, festivals, ical
from showroom.guard import exports, mask
from showroom.sheets.saving import saving
from showroom.store.models import Promise
from showroom.text import surname


def save(
    session: Session,
    path: Path,
    first: date,
    last: date,
    *,
    kind: Promise | None = None,
    now: datetime,
) -> int:
    """Write what falls from `first` to `last`, and the festivals; how many entries left.

    A name leaves whole for whoever sees the numbers of that customer, else only the surname. Of
    one `kind` no festivals. Raises `exports.Refused` for who may not take out so many, and
    `ShowroomError` where the file cannot be written.
    """
    mask.leaving(session)
    found = calendar.entries(session, first, last, kind=kind)
    exports.allow(session, len(found))
    whole = mask.seen(session, {one.customer_id for one in found})
    named = [
        one if one.customer_id in whole else one._replace(name=surname(one.name)) for one in found
    ]
    among = festivals.in_use(settings.load(session)) if kind is None else ()
    feasts = festivals.between(first, last, among)
    with saving(path) as file:
        file.write(ical.text(named, feasts, now=now).encode())
    return len(found)
