"""Bits flip and ends are cut off in the file of a desk: found before a false row is shown.

The check finds each one. Opening and reading every row either raises the sentence, or, where the
damaged page holds no row, gives exactly the rows that there were. In the write-ahead log, which
SQLite cuts at the first false frame, the rows are those of some moment before: whole actions only.
"""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from showroom.store import backup, check
from showroom.store.db import Database
from showroom.store.models import Action, Base
from tests.rigs import desks, rig, shim

SHORT, LONG = (120, 20, 12), (1_000, 200, 200)  # flips, truncations, flips in the log

PAGE = 4096
COPY = "desk-20261118T000000Z.db"

Rows = dict[str, list[tuple[Any, ...]]]


def run(*, long: bool) -> rig.Report:
    """Damage a copy in one way after the other, and look at it as the program does."""
    report, chance = rig.Report(), random.Random(20261121)
    flips, cuts, in_log = LONG if long else SHORT
    with rig.scratch() as root:
        base = desks.build(root / "base", 60)
        whole = (base / "showroom.db").read_bytes()
        with desks.opened(base) as db:
            rows = read(db)
        for flip in range(flips):
            content = bytearray(whole)
            page = flip * PAGE % len(whole)  # each page has its turn
            content[page + chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
            _look(report, "flips", base, root / "trial", bytes(content), rows)
        backup.back_up(base / "showroom.db", desks.key_of(base), base / "backups" / COPY)
        for cut in range(cuts):
            content = whole[: chance.randrange(1, len(whole)) if cut else 0]
            _look(report, "truncations", base, root / "trial", content, rows)
        _logs(report, root, base, in_log, chance)
    return report


def read(db: Database) -> Rows:
    """Every row of every table, through the program's own way of reading."""
    with db.read() as session:
        tables = Base.metadata.sorted_tables
        return {
            table.name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in tables
        }


def _look(
    report: rig.Report, what: str, base: Path, trial: Path, content: bytes, rows: Rows
) -> None:
    report.count(what)
    rig.copied(base, trial)
    path = trial / "showroom.db"
    path.write_bytes(content)
    if content and _found(path, desks.key_of(base)):
        report.count("found by the check")
    elif content:  # an empty file is found at the start, which knows of the copies
        report.fault(f"{what}: {_difference(content, base)} not found by the check")
    path.write_bytes(content)

    def show(ack: shim.Ack) -> None:
        with desks.opened(trial) as db:
            ack("opened")
            ack(read(db) == rows)

    seen = shim.trial(show)
    if seen.ended == "broken":
        report.fault(f"{what}: {_difference(content, base)}: {seen.said.strip()[-600:]}")
    elif seen.ended == "sentence":
        report.count("refused while reading" if seen.acks else "refused at the start")
    elif seen.acks[-1] is True:
        report.count("where no row stands")
    else:
        report.fault(f"{what}: {_difference(content, base)}: false rows were shown")


def _found(path: Path, key: bytes) -> bool:
    done = shim.trial(lambda ack: ack(len(check.damage(path, key))))
    return done.ended == "sentence" or (done.ended == "done" and done.acks[-1] > 0)


def _difference(content: bytes, base: Path) -> str:
    whole = (base / "showroom.db").read_bytes()
    if len(content) < len(whole):
        return f"cut to {len(content)} of {len(whole)} bytes"
    place = next(at for at, (one, two) in enumerate(zip(whole, content, strict=True)) if one != two)
    return f"bit flipped in byte {place} of {len(whole)}"


def _logs(report: rig.Report, root: Path, base: Path, times: int, chance: random.Random) -> None:
    """Flip bits in the write-ahead log that a killed program left."""
    live = rig.copied(base, root / "live")
    with desks.opened(live) as db:
        before = _actions(db)

    def save_and_die(ack: shim.Ack) -> None:
        with desks.opened(live) as held:
            _actions(held)  # keeps the file open: the last to close would fold the log away
            desks.save(live, ack)
            os.kill(os.getpid(), signal.SIGKILL)

    newest = before + len(shim.trial(save_and_die).acks)
    log = (live / "showroom.db-wal").read_bytes()
    for _flip in range(times):
        trial = rig.copied(live, root / "trial")
        content = bytearray(log)
        content[chance.randrange(len(log))] ^= 1 << chance.randrange(8)
        (trial / "showroom.db-wal").write_bytes(content)
        report.count("flips in the log")

        def show(ack: shim.Ack, trial: Path = trial) -> None:
            with desks.opened(trial) as db:
                ack([_actions(db), desks.sound(db, set())])

        seen = shim.trial(show)
        if seen.ended == "sentence":
            report.count("refused at the start")
            continue
        actions, faults = seen.acks[-1] if seen.acks else (0, [seen.said])
        report.fault(*(f"in the log: {fault}" for fault in faults))
        report.count("an earlier whole moment", int(actions < newest))


def _actions(db: Database) -> int:
    with db.read() as session:
        return len(session.scalars(select(Action.id)).all())
