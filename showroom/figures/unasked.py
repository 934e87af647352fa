"""Who left no contact, and whether he was asked at all (DOMAIN §4.2)."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from showroom.door import visits
from showroom.store.models import Ask, Customer, Visit, VisitKind


class NotLeft(NamedTuple):
    """Parties that left nothing: all of them, never asked, asked once, asked more often."""

    parties: int
    never: int
    once: int
    more: int


def look(session: Session, first: date, last: date) -> NotLeft:
    """The walk-ins that were received and whose contact is not known, each party by itself."""
    asks = select(Ask.visit_id, func.count().label("asks")).group_by(Ask.visit_id).subquery()
    tried = func.coalesce(asks.c.asks, 0)
    row = session.execute(
        select(
            func.count(),
            func.count(case((tried == 0, 1))),
            func.count(case((tried == 1, 1))),
            func.count(case((tried > 1, 1))),
        )
        .select_from(Visit)
        .outerjoin(Customer, Customer.id == Visit.customer_id)
        .outerjoin(asks, asks.c.visit_id == Visit.id)
        .where(
            Visit.day.between(first, last),
            Visit.kind == VisitKind.WALK_IN,
            Visit.unmet_id.is_(None),
            ~visits.contact_left(),
        )
    ).one()
    return NotLeft(*row)
