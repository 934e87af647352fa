"""Where customers stood at a moment: status, level and consultant, read back from the journal.

Nothing else keeps it (DOMAIN §1.3). What the journal no longer reaches stands as it does now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.store import images
from showroom.store.listed import listed
from showroom.store.models import Action, Change, Customer, Level, Status

PIECE: Final = 500
"""Many rows are fetched in pieces: while all come at once no other thread gets its turn."""


class State(NamedTuple):
    """Where a customer stood at a moment."""

    status: Status
    level: Level
    consultant_id: int | None


class Standing:
    """How all customers stood, or these `ids`, from `begin` on.

    `was_there` are those of whom the journal says since that they were on file already.
    """

    def __init__(
        self, session: Session, begin: datetime, ids: Collection[int] | None = None
    ) -> None:
        self.was_there: set[int] = set()
        made: set[int] = set()
        self._now: dict[int, dict[str, Any]] = {}
        self._changes: dict[int, list[tuple[datetime, dict[str, Any]]]] = {}
        now = select(Customer.id, *(getattr(Customer, name) for name in State._fields))
        since = (
            select(Change.row_id, Action.at, Change.before, Change.after.is_not(None))
            .join(Action, Action.id == Change.action_id)
            .where(Change.table_name == Customer.__tablename__, Action.at >= begin)
            .order_by(Change.id)
        )
        if ids is not None:
            now = now.where(Customer.id.in_(listed(ids)))
            since = since.where(Change.row_id.in_(listed(ids)))
        pieces = {"execution_options": {"yield_per": PIECE}}
        for id, *facts in session.execute(now, **pieces):
            self._now[id] = dict(zip(State._fields, facts, strict=True))
        for piece in session.execute(since, **pieces).partitions():
            looks = images.load_all(before for _id, _at, before, _stays in piece)
            for (id, at, _before, stays), image in zip(piece, looks, strict=True):
                if id not in self.was_there and id not in made:
                    (made if image is None and stays else self.was_there).add(id)
                was = {name: image[name] for name in State._fields if image and name in image}
                if was:
                    self._changes.setdefault(id, []).append((at, was))

    def at(self, id: int, moment: datetime) -> State:
        """How somebody on file stood after what was done at a moment; before he was, as he came."""
        found = self._undone(id, lambda at: at > moment)
        assert found is not None
        return found

    def before(self, id: int, moment: datetime) -> State | None:
        """How somebody stood before what was done at a moment; nothing where nobody knows."""
        return self._undone(id, lambda at: at >= moment)

    def _undone(self, id: int, is_later: Callable[[datetime], bool]) -> State | None:
        facts = dict(self._now.get(id, {}))
        for at, was in reversed(self._changes.get(id, [])):
            if is_later(at):
                facts |= was
        if "status" not in facts or "level" not in facts:
            return None
        return State(Status(facts["status"]), Level(facts["level"]), facts.get("consultant_id"))
