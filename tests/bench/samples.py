"""A showroom of 100,000 customers invented in ≤ 60 s, from the start of the program to its end.

The floor puts the same rows into the same tables by the bare driver, without journal and index.
"""

from __future__ import annotations

from showroom import paths
from showroom.store import keys, migrate
from showroom.store.db import connect
from tests.bench import desks
from tests.bench.measure import Measure, seconds


def run(quick: bool) -> list[Measure]:
    """It is invented once; the other benchmarks look at it."""
    made = desks.big(quick)
    desk = paths.desk(made.folder)
    key = keys.key_of(desk, made_already=True)
    source = connect(desk.database, key)
    skipped = "customer_fts%"
    tables = [
        name
        for (name,) in source.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT NULL "
            "AND name NOT LIKE ? AND name NOT LIKE 'sqlite_%' "
            "AND name NOT IN ('alembic_version', 'change')",
            (skipped,),
        )
    ]
    rows = {name: source.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    source.close()
    path = desks.scratch() / "floor.db"
    migrate.walk(path, key)
    bare = connect(path, key, foreign_keys=False)

    def write() -> None:
        bare.execute("BEGIN IMMEDIATE")
        for name, lines in rows.items():
            if lines:
                marks = ", ".join("?" * len(lines[0]))
                bare.executemany(f"INSERT INTO {name} VALUES ({marks})", lines)
        bare.execute("COMMIT")

    floor = seconds(write)
    bare.close()
    path.unlink()
    customers = len(rows["customer"])
    return [
        Measure(
            f"sample of {customers:,} customers", [made.seconds], [floor], "s", (("median", 60.0),)
        )
    ]
