"""Old entries of the trail go, a month at a time, and the chain stays one that can be proved.

The oldest entries and their changes are taken out; an entry "thin" says which, and carries the seal
of the last of them, from which `trail.verify` goes on. Nothing goes from a trail that does not
hold, for that would wipe away the traces, nor because the clock of the PC is wrong.
"""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.guard import trail
from showroom.store import journal
from showroom.store.db import Database
from showroom.store.models import Action
from showroom.store.seals import Checkpoint

log = logging.getLogger(__name__)

LATELY: Final = timedelta(days=40)
DAYS_AT_WORK: Final = 15  # so many of them: the clock is right, or somebody would have noticed


def thin(db: Database) -> Checkpoint | None:
    """Take out the entries of the months before `Settings.trail_years`; what went, or nothing.

    For closing time: proving 100,000 entries takes seconds. An entry that a newer one undoes stays
    as long as that one, and with it all that came between.
    """
    now, today = db.now(), db.today()
    with db.read() as session:
        years = max(settings.load(session).trail_years, 1)
        last = _last_to_go(session, limit(today, years), now)
        if last is None:
            return None
        if not trail.verify(session, until=last).ok:
            log.warning("the trail does not hold: nothing is taken out of it")
            return None
    with db.write() as session:
        return _take_out(session, last)


def limit(today: date, years: int) -> datetime:
    """What was done before this moment (aware UTC) may go: whole months only."""
    return dates.at(date(today.year - years, today.month, 1), time.min)


def _last_to_go(session: Session, limit: datetime, now: datetime) -> int | None:
    """The id of the last entry that may go, None for nothing.

    The order is the journal's: an entry made while the clock was wrong goes with its neighbours.
    """
    execute = session.connection().exec_driver_sql
    since, until, lately = (_stored(moment) for moment in (limit, now, now - LATELY))
    at_work = execute(
        "SELECT count(DISTINCT substr(at, 1, 10)) FROM action WHERE at > ? AND at <= ?",
        (lately, until),
    ).scalar_one()
    if at_work < DAYS_AT_WORK:
        return None
    # the plus keeps it from the index of moments: only what goes is walked over
    kept = execute(
        "SELECT id FROM action WHERE +at >= ? AND +at <= ? ORDER BY id LIMIT 1", (since, until)
    ).scalar_one()
    while True:
        undone = execute(
            "SELECT min(undoes_id) FROM action WHERE id >= ? AND undoes_id < ?", (kept, kept)
        ).scalar()
        if undone is None:
            break
        kept = undone
    last: int | None = execute(
        "SELECT max(id) FROM action WHERE id < ? AND +at < ?", (kept, since)
    ).scalar()
    return last


def _take_out(session: Session, last: int) -> Checkpoint:
    session.info["staff_id"] = None  # nobody in person
    connection = session.connection()
    (first,) = connection.exec_driver_sql("SELECT min(id) FROM action").one()
    gone = session.get_one(Action, last)
    taken = Checkpoint(first, last, f"{dates.local_day(gone.at)}", gone.seal)
    session.expunge(gone)
    connection.exec_driver_sql("DELETE FROM change WHERE action_id <= ?", (last,))
    connection.exec_driver_sql("DELETE FROM action WHERE id <= ?", (last,))
    journal.note(session, "thin", what=taken.text)
    log.info("entries %d to %d of the trail were taken out", first, last)
    return taken


def _stored(moment: datetime) -> str:
    """A moment as the file keeps it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000"
