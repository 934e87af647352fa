"""Where customers stood at a moment: their level and status then, read back from the journal.

Nothing else keeps it (DOMAIN §1.3). What the journal no longer reaches stands as it does now.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.store.models import Action, Change, Customer, Level, Status


class Stood(NamedTuple):
    """Level and status of one customer from `at` on."""

    at: datetime
    level: Level
    status: Status


class Standing:
    """How these customers stood from `begin` on; ask `at(id, moment)` for any moment since."""

    def __init__(self, session: Session, ids: Collection[int], begin: datetime) -> None:
        wanted = set(ids)
        self._now: dict[int, tuple[Level, Status]] = {
            id: (level, status)
            for id, level, status in session.execute(
                select(Customer.id, Customer.level, Customer.status)
            )
            if id in wanted
        }
        sides = (Change.before, Change.after)
        query = (
            select(
                Change.row_id,
                Action.at,
                *(func.json_extract(side, "$.level") for side in sides),
                *(func.json_extract(side, "$.status") for side in sides),
            )
            .join(Action, Action.id == Change.action_id)
            .where(Change.table_name == Customer.__tablename__, Action.at >= begin)
            .order_by(Change.id.desc())
        )
        self._changes: dict[int, list[Stood]] = {}
        known = dict(self._now)
        for id, at, was, now, status_was, status_now in session.execute(query):
            if id not in known or (now is None and status_now is None):
                continue
            level, status = known[id]
            self._changes.setdefault(id, []).append(Stood(at, level, status))
            known[id] = (
                Level(was) if was is not None else level,
                Status(status_was) if status_was is not None else status,
            )
        self._before = known

    def at(self, id: int, moment: datetime) -> tuple[Level, Status]:
        """Level and status at a moment; who was not there yet as he came on file."""
        for change in self._changes.get(id, ()):
            if change.at <= moment:
                return change.level, change.status
        return self._before[id]
