"""Every published version of the tables, with data in it, comes to the tables of today.

A published file lies as `tests/data/desk-NNNN.db` with the key below. For a step without one, a
file is made by walking to that step, with the rows of an invented showroom that fit into it.
"""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

from showroom import paths
from showroom.errors import ShowroomError
from showroom.sample import fill
from showroom.store import check, migrate
from showroom.store.db import connect
from showroom.store.opening import open_desk
from tests.rigs import desks, rig

KEY = bytes(range(32))
FILES = Path(__file__).parents[1] / "data"
STEPS = sorted(path.name[:4] for path in (migrate.HOME / "versions").glob("[0-9]*_*.py"))
OWN = re.compile(r"alembic_version|sqlite_|customer_fts_")
MOMENT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)


def run(*, long: bool) -> rig.Report:
    """Open each version as the program does; every row of it is there."""
    report = rig.Report()
    with rig.scratch() as root:
        today = root / "today"
        _keyed(today)
        db = open_desk(paths.desk(today))
        db.clock = lambda: MOMENT
        with db.write() as session:
            fill.fill(session, customers=2_000 if long else 100, months=2, seed=1, now=MOMENT)
        db.close()
        for step in STEPS:
            published = FILES / f"desk-{step}.db"
            folder = root / step
            _keyed(folder)
            if published.exists():
                shutil.copy(published, folder / "showroom.db")
                report.count("published files")
            else:
                _made(folder / "showroom.db", today / "showroom.db", step)
                report.count("files made by walking")
            _open(report, step, folder)
        with desks.later_version():
            _walk_on(report, today, root / "history")
    return report


def _walk_on(report: rig.Report, folder: Path, home: Path) -> None:
    """A step to come makes the table anew that most others refer to, and keeps their rows."""
    desks.history(
        home,
        "with op.batch_alter_table('customer', recreate='always') as table:",
        "    table.add_column(sa.Column('rig', sa.String))",
    )
    before = _counts(folder / "showroom.db")
    try:
        migrate.bring(folder / "showroom.db", KEY, home=home)
    except ShowroomError as error:
        report.fault(f"{desks.LATER}: {error} {error.__cause__}")
    report.count("tables made anew")
    after = _counts(folder / "showroom.db")
    lost = [name for name, count in before.items() if after.get(name, 0) < count]
    report.fault(*(f"{desks.LATER}: rows of {name} are lost" for name in lost))


def _keyed(folder: Path) -> None:
    folder.mkdir()
    key = paths.desk(folder).key
    key.write_text(KEY.hex())
    key.chmod(0o600)


def _made(path: Path, today: Path, step: str) -> None:
    """A file at a step, with the rows and columns of today's that it has a place for."""
    migrate.walk(path, KEY, step)
    connection = connect(path, KEY, foreign_keys=False)
    connection.execute(f"ATTACH ? AS today KEY \"x'{KEY.hex()}'\"", (str(today),))
    connection.execute("BEGIN")
    for name in _tables(connection):
        columns = {row[1] for row in connection.execute(f"PRAGMA today.table_info('{name}')")}
        here = [row[1] for row in connection.execute(f"PRAGMA main.table_info('{name}')")]
        both = ", ".join(f'"{column}"' for column in here if column in columns)
        if both:
            connection.execute(f'DELETE FROM main."{name}"')
            connection.execute(
                f'INSERT INTO main."{name}" ({both}) SELECT {both} FROM today."{name}"'
            )
    connection.execute("COMMIT")
    connection.close()


def _tables(connection: object) -> list[str]:
    rows = connection.execute(  # type: ignore[attr-defined]
        "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name <> 'customer_fts'"
    )
    return [name for (name,) in rows if not OWN.match(name)]


def _counts(path: Path) -> dict[str, int]:
    connection = connect(path, KEY)
    names = _tables(connection)
    counts = {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names
    }
    connection.close()
    return counts


def _open(report: rig.Report, step: str, folder: Path) -> None:
    before = _counts(folder / "showroom.db")
    db = open_desk(paths.desk(folder))
    db.clock = lambda: MOMENT
    if any(found.code == "index" for found in check.check(db)):
        check.mend(db)  # the search index is made anew, not carried over
    problems = check.check(db)
    with db.read() as session:
        faults = desks.half(session)
    db.close()
    after = _counts(folder / "showroom.db")
    lost = [name for name, count in before.items() if after.get(name, 0) < count]
    report.count("rows", sum(before.values()))
    report.fault(*(f"{step}: {problem.count} {problem.code}" for problem in problems))
    report.fault(*(f"{step}: {fault}" for fault in faults))
    report.fault(*(f"{step}: rows of {name} are lost" for name in lost))
