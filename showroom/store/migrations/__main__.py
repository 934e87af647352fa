"""Writing history: `python -m showroom.store.migrations "what changes"` after changing a model.

Makes the next step from the difference between the models and the steps so far, and `schema.sql`
anew. Read what it wrote; then set `migrate.HEAD` to its number. A step that was released is never
changed again. (Until the first release: delete `versions/0001_first.py` and run it with "first".)
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlcipher3.dbapi2 as driver
from alembic import command
from alembic.operations.ops import ExecuteSQLOp
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from showroom.store import index, migrate
from showroom.store.db import connect
from showroom.store.models import everything


def write(message: str, home: Path = migrate.HOME) -> str:
    """Write the next step and `schema.sql` under `home`; returns its number."""
    steps = sorted((home / "versions").glob("[0-9]*.py"))
    number = f"{len(steps) + 1:04}"

    def add_index(_context: Any, _revision: Any, directives: Any) -> None:
        if not steps:  # Alembic does not see virtual tables
            directives[0].upgrade_ops.ops.append(ExecuteSQLOp(index.CREATE))

    with TemporaryDirectory() as folder:
        path, key = Path(folder) / "history.db", secrets.token_bytes(32)
        if steps:
            migrate.walk(path, key, home=home)
        engine = create_engine(
            "sqlite://", module=driver, creator=lambda: connect(path, key), poolclass=NullPool
        )
        with engine.connect() as connection:
            config = migrate.config(connection, home)
            config.attributes["metadata"] = everything().metadata
            command.revision(
                config,
                message,
                autogenerate=True,
                rev_id=number,
                process_revision_directives=add_index,
            )
        _tidy(next((home / "versions").glob(f"{number}_*.py")))
        migrate.walk(path, key, home=home)
        (home / "schema.sql").write_text(schema(path, key), "utf-8")
    return number


def _tidy(step: Path) -> None:
    """Take out Alembic's remarks to the developer."""
    lines = step.read_text("utf-8").splitlines()
    kept = [line.rstrip() for line in lines if "# ### " not in line]
    step.write_text("\n".join(kept).rstrip() + "\n", "utf-8")


def schema(path: Path, key: bytes) -> str:
    """The statements that make the tables of this file, an empty line between them."""
    connection = connect(path, key)
    try:
        shadows = {
            name
            for _schema, name, kind, *_rest in connection.execute("PRAGMA table_list")
            if kind == "shadow" or name.startswith("sqlite_")
        }
        found = connection.execute(
            "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        )
        parts = [sql for table, sql in found if table not in shadows]
        version = migrate.revision(connection)
    finally:
        connection.close()
    parts.append(f"INSERT INTO alembic_version VALUES ('{version}')")
    return "\n\n".join(part.replace("\n\n", "\n") for part in parts) + "\n"


if __name__ == "__main__":
    print(write(" ".join(sys.argv[1:])))
