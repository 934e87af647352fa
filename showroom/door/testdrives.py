"""Whether a party drove."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.store import journal
from showroom.store.models import TestDrive, Visit


def set_driven(session: Session, visit_id: int, driven: bool, *, now: datetime) -> None:
    """Note that a party drove, or take it back."""
    visit = session.get_one(Visit, visit_id)
    journal.act(session, "test_drive", visit)
    drive = session.scalar(select(TestDrive).where(TestDrive.visit_id == visit_id))
    if driven and drive is None:
        session.add(TestDrive(visit_id=visit_id, model_id=visit.model_id, started_at=now))
    if not driven and drive is not None:
        session.delete(drive)
