"""What came in before: one line a file, with the action that takes it back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import words
from showroom.errors import ShowroomError
from showroom.guard import amends, staff
from showroom.i18n import _
from showroom.people import customers
from showroom.store import images, journal
from showroom.store.models import Action, Change, Customer, ImportBatch


class Batch(NamedTuple):
    """One file that came in; `undone` when it was taken back since."""

    id: int
    file_name: str
    at: datetime
    staff: str
    new: int
    changed: int
    known: int
    refused: int
    action_id: int | None
    undone: bool


class Earlier(NamedTuple):
    """When the very same file came in before, and who brought it."""

    at: datetime
    staff: str


def earlier(session: Session, sha256: str) -> Earlier | None:
    """The last time a file with this content came in and was not taken back."""
    found = session.execute(
        select(ImportBatch.at, ImportBatch.staff_id)
        .where(ImportBatch.sha256 == sha256)
        .order_by(ImportBatch.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    return Earlier(found.at, staff.names(session).get(found.staff_id or 0, ""))


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
                changed=counts.get("changed", 0),
                known=counts.get("same", 0) + counts.get("duplicate", 0),
                refused=counts.get("refused", 0),
                action_id=action_id,
                undone=action_id in undone,
            )
        )
    return found


class Kept(NamedTuple):
    """What was edited since and stays as it is: how many rows, and whose."""

    rows: int
    names: list[str]


NAMED: Final = 12


def take_back(session: Session, batch: Batch) -> Kept:
    """Take an import back, also weeks later; what was edited since is kept and named.

    Files that came in together go together. Raises `ShowroomError` as `amends.undo` does.
    """
    undone = amends.undo(session, batch.action_id)
    return Kept(len(undone.kept), _whose(session, undone.kept))


def do_again(session: Session, batch: Batch) -> Kept:
    """Bring back what taking an import back took away.

    Raises `ShowroomError` when it was not taken back, or as `amends.undo` does.
    """
    fallen = journal.fallen(session, [batch.action_id or 0])
    by = select(Action.id).where(Action.undoes_id == batch.action_id).order_by(Action.id.desc())
    action_id = session.scalar(by.limit(1))
    if not fallen or action_id is None:
        raise ShowroomError(_("This import stands; it was not taken back."))
    undone = amends.undo(session, action_id)
    return Kept(len(undone.kept), _whose(session, undone.kept))


def _whose(session: Session, kept: Sequence[journal.Touched]) -> list[str]:
    """The customers whose rows were kept, as who sits here may see them."""
    ids = [
        row.id if row.table == Customer.__tablename__ else row.image.get("customer_id")
        for row in kept
    ]
    whose = [id for id in dict.fromkeys(ids) if isinstance(id, int)]
    rows = {row.id: row for row in customers.rows(session, whose[:NAMED])}
    names = [
        words.called(rows[id].name, rows[id].honorific) or _("No name")
        for id in whose
        if id in rows
    ]
    return [*names, "…"] if len(whose) > NAMED else names
