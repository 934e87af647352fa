"""Opening the encrypted file ≤ 60 ms; a restore of 100,000 customers ≤ 10 s, with its proofs.

The floor of opening reads the first page of an unencrypted file; the floor of copying is a copy of
the bytes, which proves nothing.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable

from showroom import paths
from showroom.store import backup, copies, damage, restoring
from showroom.store.opening import open_desk
from tests.bench import desks
from tests.bench.measure import Measure


def run(quick: bool) -> list[Measure]:
    """Open, copy, look, read every page, restore."""
    folder = desks.copy(quick, "safety")
    desk = paths.desk(folder)
    plain = folder / "plain.db"
    with sqlite3.connect(plain) as made:
        made.execute("CREATE TABLE customer (name TEXT)")
    made.close()
    times = 3 if quick else 20
    opening = [_took(lambda: open_desk(desk).close()) * 1000 for _time in range(times)]
    floor = [_took(lambda: _read(plain)) * 1000 for _time in range(times)]
    db = open_desk(desk)
    bytes_only = [_took(lambda: shutil.copyfile(db.path, folder / "bytes")) for _time in range(3)]
    made_at = copies.place(db.backups, db.now())
    copying = [_took(lambda: backup.back_up(db.path, db.key, made_at))]
    looking = [_took(lambda: restoring.look(made_at, db.key, db.path, db.key)) * 1000]
    reading = [_took(lambda: damage.refuse(db.path, db.key))]
    putting_back = [
        _took(lambda: restoring.restore(db.path, db.key, made_at, db.backups, db.now()))
        for _time in range(1 if quick else 3)
    ]
    db.close()
    return [
        Measure("open the encrypted file", opening, floor, promises=(("median", 60.0),)),
        Measure("back up, proved", copying, bytes_only, unit="s"),
        Measure("look into a backup", looking),
        Measure("read every page", reading, bytes_only, unit="s"),
        Measure(
            "restore, proved", putting_back, bytes_only, unit="s", promises=(("median", 10.0),)
        ),
    ]


def _read(path: object) -> None:
    connection = sqlite3.connect(str(path))
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.close()


def _took(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
