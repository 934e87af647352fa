"""Where the sources lie, and the newest entry of a trail."""

from __future__ import annotations

from pathlib import Path

from showroom import cli, paths
from showroom.guard import entries

ROOT = Path(__file__).parents[3]


def last_entry(folder):
    """The newest entry of the trail."""
    with cli.opened(paths.desk(folder)) as db, db.read() as session:
        return entries.rows(session, entries.find(session)[:1])[0]
