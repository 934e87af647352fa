"""A visit is saved with FULL sync: p99 ≤ 15 ms; the floor inserts one bare row, FULL too.

The log is folded into the file between the saves now and then, as the window does it when nobody
types.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from showroom.door import moments, reception
from showroom.store.db import Database, connect
from showroom.store.models import Honorific, Level, Moment
from tests.bench import desks
from tests.bench.measure import Measure, in_turn

FAST = (("p99", 15.0),)
QUIET = 20  # saves without a pause of three seconds
COLUMNS = (
    "kind, day, number, arrived_at, people, again, name, honorific, note, "
    "consultant_id, customer_id, model_id, channel_id, level"
)


def run(quick: bool) -> list[Measure]:
    """Parties come in, are asked, leave a phone, go: each is a transaction of its own."""
    folder = desks.copy(quick, "save")
    db = desks.opened(folder)
    bare = connect(folder / "bare.db", db.key)  # in the same one it would empty our page cache
    bare.execute(f"CREATE TABLE bare (id INTEGER PRIMARY KEY, {COLUMNS})")
    count = 3 if quick else 300
    measures = []
    for name, work in steps(db).items():
        mine, its = [], []
        for _some in range(max(count // QUIET, 1)):
            more, least_of_them = in_turn(min(count, QUIET), work, lambda: least(bare))
            mine += more
            its += least_of_them
            db.fold()
        measures.append(Measure(f"save: {name}", mine, its, promises=FAST))
    bare.close()
    db.close()
    return measures


def steps(db: Database) -> dict[str, Any]:
    """The steps of a visit; each call does it for the next party."""
    now = db.now()
    here: list[int] = []
    done = dict.fromkeys(("ask", "captured", "leave"), 0)

    def following(step: str) -> int:
        done[step] += 1
        return here[done[step] - 1]

    def arrive() -> None:
        with db.write() as session:
            here.append(reception.arrive(session, people=2, now=now).id)

    def ask() -> None:
        with db.write() as session:
            moments.ask(session, following("ask"), Moment.SEATED, refusal=None, now=now)

    def captured() -> None:
        visit = following("captured")
        with db.write() as session:
            reception.complete(
                session,
                visit,
                now=now,
                name="欧阳思远",
                honorific=Honorific.MR,
                phone=str(19_000_000_000 + visit),
                level=Level.FORTNIGHT,
            )

    def leave() -> None:
        with db.write() as session:
            reception.leave(session, following("leave"), at=now + timedelta(minutes=40))

    return {"a party arrives": arrive, "asked": ask, "phone captured": captured, "leaves": leave}


def least(bare: Any) -> None:
    """One row as wide as a visit, in a transaction of its own."""
    bare.execute("BEGIN IMMEDIATE")
    bare.execute(
        f"INSERT INTO bare ({COLUMNS}) "
        "VALUES ('walk_in', '2026-11-21', 1, '2026-11-21 09:42:00', 2, 0, '欧阳思远', 'mr', '', "
        "1, 1, 1, 1, 'a')"
    )
    bare.execute("COMMIT")
