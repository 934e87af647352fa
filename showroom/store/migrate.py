"""Bringing a file to the tables of this program: a new one at once, an older one step by step.

The steps stand in `showroom/store/migrations`; Alembic is imported only when one has to be walked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import sqlcipher3.dbapi2 as driver

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.store import index, seals
from showroom.store.db import connect, speaking

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

log = logging.getLogger(__name__)

HEAD: Final = "0015"
HOME: Final = Path(__file__).parent / "migrations"


def revision(connection: Any) -> str | None:
    """Return the step a file stands at, None for an empty one; asked of the bare driver in 1 ms.

    Raises `ShowroomError` when there are tables, but not ours.
    """
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not names:
        return None
    if "alembic_version" not in names:
        raise ShowroomError(
            _("This file was not made by this program. Choose the data file of a desk.")
        )
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(version)


def refuse_newer(version: str | None, home: Path = HOME) -> None:
    """Raise `ShowroomError` for a step that this program does not know."""
    if version not in {None, HEAD} and not list(home.glob(f"versions/{version}_*.py")):
        raise ShowroomError(
            _("This file was made by a newer version. Update the program to open it.")
        )


def create(path: Path, key: bytes, home: Path = HOME) -> None:
    """Make all tables of a new file in one transaction, from `schema.sql`: the sum of the steps.

    A file that another start has filled meanwhile is left as it is.
    """
    connection = connect(path, key)
    try:
        with speaking(path):
            connection.execute("BEGIN IMMEDIATE")
            if revision(connection) is None:
                for statement in (home / "schema.sql").read_text("utf-8").split("\n\n"):
                    connection.execute(statement)
                connection.execute(index.MARK)
            connection.execute("COMMIT")
    finally:
        connection.close()


def bring(
    path: Path, key: bytes, before: Callable[[], object] | None = None, home: Path = HOME
) -> str | None:
    """Make the tables of an empty file, or walk an older one forward: all the way, or not at all.

    `before` copies the file away; it is called only when there is something to walk. Returns the
    step the file stood at: None for an empty one, `HEAD` when there was nothing to do. Raises
    `ShowroomError` for a newer or foreign file, a full disk, a step that fails.
    """
    connection = connect(path, key)
    try:
        with speaking(path):
            version = revision(connection)
            (words,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()
    refuse_newer(version, home)
    if version is None:
        create(path, key, home)
    elif version != HEAD or words != index.VERSION:
        if before is not None:
            before()
        log.info("walking the tables from step %s to %s", version, HEAD)
        _forward(path, key, home)
    return version


def _forward(path: Path, key: bytes, home: Path) -> None:
    from sqlalchemy.exc import DBAPIError

    try:
        with speaking(path):
            walk(path, key, home=home)
    except ShowroomError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError) and isinstance(error.orig, driver.OperationalError):
            with speaking(path):
                raise error.orig from error
        log.exception("the step failed")
        raise ShowroomError(
            _(
                "The data could not be brought to this version; nothing was changed. "
                "Go on with the version before, and send its log to whoever looks after it."
            )
        ) from error


def walk(path: Path, key: bytes, target: str = "head", home: Path = HOME) -> None:
    """Walk the steps to `target` in one transaction of ours, so that a failing one leaves nothing.

    Foreign keys are off meanwhile: dropping an old parent table would delete every child row.
    They are checked before the commit, and the search index is made anew. A journal from before
    the seals is sealed here, and one with the seals of before step 0003 anew.
    """
    from alembic import command
    from sqlalchemy import create_engine, event
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import NullPool

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    engine = create_engine(
        "sqlite://",
        module=driver,
        creator=lambda: connect(path, key, foreign_keys=False),
        poolclass=NullPool,
    )
    event.listen(engine, "begin", begin)
    with engine.begin() as connection:
        before, used = _sealing(connection), _used(connection)
        command.upgrade(config(connection, home), target)
        for table, last in used:  # a table that was made anew forgets the ids of rows that went
            connection.exec_driver_sql(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (last, table)
            )
            connection.exec_driver_sql(
                "INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE ? IN"
                " (SELECT name FROM sqlite_master) AND ? NOT IN (SELECT name FROM sqlite_sequence)",
                (table, last, table, table),
            )
        _seal(connection, key, before)
        if target == "head":
            index.rebuild(Session(connection))
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows without what they refer to: {broken[:5]}")


def _used(connection: Connection) -> list[tuple[str, int]]:
    """The greatest id every table ever used."""
    found = "SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence'"
    if connection.exec_driver_sql(found).first() is None:
        return []
    rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all()
    return [(str(name), int(last)) for name, last in rows]


def _sealing(connection: Connection) -> int | None:
    """How the journal is sealed: 0 not yet, 1 as from step 0002, 2 as from 0003; None without."""
    columns = {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(action)")}
    if "seal" not in columns:
        return 0 if columns else None
    return 2 if connection.exec_driver_sql("PRAGMA table_info(erased)").first() else 1


def _seal(connection: Connection, key: bytes, before: int | None) -> None:
    """Seal the entries of a file that walked as its program does now."""
    after, sealer = _sealing(connection), seals.Sealer(key)
    driven, now = connection.connection.driver_connection, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
    if before == 0 and after:
        seals.seal_old(driven, sealer if after == 2 else seals.FirstSealer(key), f"{now}.000")
    elif before == 1 and after == 2:
        seals.carry_over(driven, seals.FirstSealer(key), sealer, f"{now}.000")


def config(connection: Connection, home: Path = HOME) -> Config:
    """Tell Alembic where the steps are and which connection to use; there is no alembic.ini."""
    from alembic.config import Config

    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(home).replace("%", "%%"))
    return made
