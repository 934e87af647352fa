"""Bits flip and ends are cut off in the file of a desk: found before a false row is shown.

The same in a copy that is to be restored: it is refused in a sentence, and the desk keeps every
row it has. So are a copy of another desk, one of a newer program and one that is no copy; an
older one of this desk is taken.

The check finds each one. Opening and reading every row either raises the sentence, or, where the
damaged page holds no row, gives exactly the rows that there were. In the write-ahead log, which
SQLite cuts at the first false frame, the rows are those of some moment before: whole actions only,
and the desk says that its end is missing.
"""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from showroom import paths
from showroom.store import backup, damage
from showroom.store.db import Database, connect
from showroom.store.models import Action, everything
from tests import builders
from tests.rigs import desks, rig, shim

# flips, truncations, flips in the log, flips and truncations in a copy that is restored
SHORT, LONG = (120, 20, 12, 40, 10), (1_000, 200, 200, 1_000, 200)

PAGE = 4096
COPY = "desk-20261118T000000Z.db"

Rows = dict[str, list[tuple[Any, ...]]]


def run(*, long: bool) -> rig.Report:
    """Damage a copy in one way after the other, and look at it as the program does."""
    report, chance = rig.Report(), random.Random(20261121)
    flips, cuts, in_log, flips_in_copy, cuts_in_copy = LONG if long else SHORT
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
        _restores(report, root, base, (flips_in_copy, cuts_in_copy), chance)
    return report


def read(db: Database) -> Rows:
    """Every row of every table, through the program's own way of reading."""
    with db.read() as session:
        tables = everything().metadata.sorted_tables
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
    done = shim.trial(lambda ack: ack(len(damage.pages(path, key))))
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
                ack([_actions(db), desks.sound(db, set()), db.lost])

        seen = shim.trial(show)
        if seen.ended == "sentence":
            report.count("refused at the start")
            continue
        actions, faults, lost = seen.acks[-1] if seen.acks else (0, [seen.said], "")
        report.fault(*(f"in the log: {fault}" for fault in faults))
        report.count("an earlier whole moment", int(actions < newest))
        if bool(lost) != (actions - bool(lost) < newest):  # saying it is an entry, too
            report.fault(f"in the log: {newest - actions} entries less, said: {lost!r}")


def _restores(
    report: rig.Report, root: Path, base: Path, times: tuple[int, int], chance: random.Random
) -> None:
    """Restore copies that are damaged, foreign, too new or none at all, and one that is good."""
    folder = rig.copied(base, root / "restored")
    good = folder / "backups" / COPY
    with desks.opened(folder) as db:
        with db.write() as session:
            builders.a_customer(session, "较新")
        rows = read(db)
    content = good.read_bytes()
    flips, cuts = times
    for flip in range(flips):
        changed = bytearray(content)
        page = flip * PAGE % len(content)
        changed[page + chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
        _refused(report, "flips in a copy", folder, bytes(changed), rows)
    for cut in range(cuts):
        short = content[: chance.randrange(1, len(content)) if cut else 0]
        _refused(report, "truncations of a copy", folder, short, rows)
    other = desks.build(root / "stranger", 2)
    for what, path in (
        ("a copy of another desk", other / "showroom.db"),
        ("a copy of a newer program", _newer(root / "newer.db", good, desks.key_of(folder))),
        ("no copy", Path(__file__)),
    ):
        _refused(report, what, folder, path.read_bytes(), rows)
    desk, key = paths.desk(folder), desks.key_of(folder)
    backup.restore(desk.database, key, good, desk.backups, builders.NOW)
    with desks.opened(folder) as db:
        if read(db)["customer"] != rows["customer"][:-1]:
            report.fault("an older copy of this desk was not taken")
    report.count("older copies taken")


def _refused(report: rig.Report, what: str, folder: Path, content: bytes, rows: Rows) -> None:
    """A copy with that content is not restored, and nothing of the desk changes by it."""
    report.count(what)
    desk, key = paths.desk(folder), desks.key_of(folder)
    copy = folder / "to-restore.db"
    copy.write_bytes(content)

    def put_back(ack: shim.Ack) -> None:
        backup.restore(desk.database, key, copy, desk.backups, builders.NOW)
        ack("restored")

    done = shim.trial(put_back)
    copy.unlink()
    if done.ended != "sentence":
        report.fault(f"{what}: {done.ended}: {done.said.strip()[-300:]}")
    left = [path.name for path in folder.rglob("*") if ".part" in path.name]
    report.fault(*(f"{what}: {name} is left over" for name in left))
    with desks.opened(folder) as db:
        if read(db) != rows:
            report.fault(f"{what}: the desk is not what it was")


def _newer(path: Path, copy: Path, key: bytes) -> Path:
    """The copy as a program of next year would have made it."""
    path.write_bytes(copy.read_bytes())
    connection = connect(path, key)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    return path


def _actions(db: Database) -> int:
    with db.read() as session:
        return len(session.scalars(select(Action.id)).all())
