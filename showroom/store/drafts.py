"""What is typed and not yet right: kept as it stands, so that a crash takes nothing."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from showroom.store.models import Draft


def save(session: Session, key: str, fields: dict[str, str], *, now: datetime) -> None:
    """Keep what is being typed under a key such as `visit:12`; empty fields drop it."""
    if not any(fields.values()):
        drop(session, key)
        return
    session.merge(Draft(key=key, fields=json.dumps(fields, ensure_ascii=False), at=now))


def find(session: Session, key: str) -> dict[str, str]:
    """What was being typed under that key, or nothing."""
    found = session.get(Draft, key)
    fields: dict[str, str] = json.loads(found.fields) if found is not None else {}
    return fields


_TYPED_LAST: Final = (  # made once: it is asked after every save
    select(Draft.key).where(Draft.key.startswith("visit:")).order_by(Draft.at.desc()).limit(1)
)


def typed_last(session: Session) -> int | None:
    """The visit that was being typed last, and is a draft still: where a crash interrupted."""
    key = session.scalar(_TYPED_LAST)
    return int(key.partition(":")[2]) if key is not None else None


def drop(session: Session, key: str) -> None:
    """What was typed is saved, or thrown away."""
    session.execute(delete(Draft).where(Draft.key == key))
