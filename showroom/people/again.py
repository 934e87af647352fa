"""Who came before: first or again by the days of his visits; anonymous without a contact."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from showroom.store.models import Customer, Status, Visit, VisitKind


def is_anonymous(customer: Customer) -> bool:
    """Whether he left no contact so far, and is nobody who was erased."""
    buyer = customer.status in (Status.OPEN, Status.ORDERED, Status.OWNER)
    return customer.contact_on is None and customer.erased_at is None and not buyer


_HIS: Final = (  # made once: it is asked with every number that is left
    select(Visit).where(Visit.customer_id == bindparam("customer_id")).order_by(Visit.day, Visit.id)
)


def reckon(session: Session, customer_id: int, *, anew: Collection[int] | None = None) -> None:
    """Decide first or again of his visits by their days; again on the same day is one visit day.

    What a file that came in said of his first day stays, but for the visits of `anew` (all: None).
    Calls are counted by themselves. On a day that is closed, too: who came is no correction of it,
    and what was signed stays as it was signed (`showroom.guard.closed`).
    """
    visits = session.scalars(_HIS, {"customer_id": customer_id}).all()
    first = min((visit.day for visit in visits if visit.kind is VisitKind.WALK_IN), default=None)
    for visit in visits:
        if visit.kind is VisitKind.CALL:
            continue
        later = first is not None and visit.day > first
        told = anew is not None and visit.id not in anew
        visit.again = later or (told and visit.again)
    session.flush()
