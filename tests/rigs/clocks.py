"""The clock of the PC is wrong, by up to 400 days back and 12 years on, and jumps while open.

The shim moves the clock of the process, so that everything that asks for the time gets the wrong
one: records, journal, names of copies, the keystore's own.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from showroom import paths
from showroom.deals import deals
from showroom.door import reception, visits
from showroom.people import search
from showroom.store import backup, journal
from showroom.store.db import Database
from showroom.store.opening import open_desk
from tests import builders
from tests.rigs import desks, rig, shim

DAY = 86_400
JUMPS = (0, -400, 1, 4383, -1, 30, -30, 365, 0)  # days
LONG_JUMPS = tuple((number * 977) % 4783 - 400 for number in range(300))


def run(*, long: bool) -> rig.Report:
    """Work through a day at each of the moments, in one desk that stays open and in new starts."""
    report = rig.Report()
    with rig.scratch() as root:
        folder = root / "desk"
        for number, days in enumerate(LONG_JUMPS if long else JUMPS):
            done = shim.trial(lambda ack, n=number, d=days: _work(folder, n, d, ack))
            report.count("wrong moments")
            report.count("acknowledged", len(done.acks))
            if done.ended != "done":
                report.fault(f"{days} days: {done.ended}: {done.said.strip()[-600:]}")
            acked = {desks.Known(*ack).action for ack in done.acks if ack[0]}
            with desks.opened(folder) as db:
                report.fault(*(f"{days} days: {fault}" for fault in _sound(db, acked)))
    return report


def _sound(db: Database, acked: set[int]) -> list[str]:
    """As after any other work; that visits of another day are open, or promises, is no fault."""
    return [fault for fault in desks.sound(db, acked) if "left_open" not in fault]


def _work(folder: Path, number: int, days: int, ack: shim.Ack) -> None:
    """A party comes and the clock jumps before it goes; a deal, a search, a copy, an undo."""
    desk = paths.desk(folder)
    db = open_desk(desk)
    phone = f"1390000{number:04}"
    with desks.writing(db, ack) as session:
        visit = reception.arrive(session, people=2, now=db.now()).id
    with desks.writing(db, ack) as session:
        reception.complete(session, visit, now=db.now(), name=f"来客{number}", phone=phone)
    with shim.shifted(days * DAY):
        now = db.now()
        assert abs((now - datetime.now(UTC)).total_seconds()) < 5, "the clock was not moved"
        with desks.writing(db, ack) as session:
            reception.leave(session, visit, at=max(now, visits.row(session, visit).arrived_at))
        with db.read() as session:
            (customer,) = search.find(session, phone)
        with desks.writing(db, ack) as session:
            facts = {"ordered_on": db.today(), "now": now, "today": db.today()}
            deal = builders.a_deal(session, customer, **facts)
        with desks.writing(db, ack) as session:
            builders.a_customer(session, f"又{number}", phone=f"1380000{number:04}")
        with desks.writing(db, ack) as session:
            undone = journal.undo(session)
        assert undone.verb == "add_customer", f"undo took back {undone.verb}, not the last thing"
        with db.read() as session:
            assert deals.rows(session, [deal]), "the deal is gone"
        copy = backup.back_up(db.path, db.key, desk.backups / f"desk-{now:%Y%m%dT%H%M%SZ}.db")
        db.close()
        db = open_desk(desk)  # a start with the wrong clock
        with desks.writing(db, ack) as session:
            builders.a_customer(session, f"再{number}", phone=f"1370000{number:04}", now=db.now())
        db.close()
    assert copy.rows["customer"]
