"""What came in before: one line a file, with the action that takes it back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.guard import staff
from showroom.store import images, journal
from showroom.store.models import Action, Change, ImportBatch


class Batch(NamedTuple):
    """One file that came in; `undone` when it was taken back since."""

    id: int
    file_name: str
    at: datetime
    staff: str
    new: int
    known: int
    refused: int
    action_id: int | None
    undone: bool


def batches(session: Session) -> list[Batch]:
    """The files that came in, the latest first; also those that were taken back."""
    names = staff.names(session)
    actions = session.execute(
        select(Action.id, Change.row_id, Change.after)
        .join(Change, Change.action_id == Action.id)
        .where(Change.table_name == ImportBatch.__tablename__, Change.before.is_(None))
        .where(Action.verb == "import")
        .order_by(Action.id.desc(), Change.row_id.desc())
    ).all()
    undone = journal.fallen(session, [action_id for action_id, _batch, _image in actions])
    emptied = [batch_id for _action, batch_id, image in actions if image is None]
    table = images.named(ImportBatch.__tablename__)
    assert table is not None
    there = images.current(session.connection(), table, emptied)  # its name spoke of somebody
    found = []
    for action_id, batch_id, image in actions:
        batch = images.load(image) or there.get(batch_id)
        if batch is None:
            continue
        counts = json.loads(batch["counts"])
        found.append(
            Batch(
                id=batch_id,
                file_name=batch["file_name"],
                at=datetime.fromisoformat(batch["at"]).replace(tzinfo=UTC),
                staff=names.get(batch["staff_id"] or 0, ""),
                new=counts.get("new", 0) + counts.get("filled", 0),
                known=counts.get("same", 0) + counts.get("duplicate", 0),
                refused=counts.get("refused", 0),
                action_id=action_id,
                undone=action_id in undone,
            )
        )
    return found
