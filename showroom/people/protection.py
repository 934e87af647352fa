"""For how long a customer still belongs to his consultant after the last contact (DOMAIN §3.4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.store.models import Customer, FollowUp


def days_left(session: Session, ids: Collection[int], *, today: date) -> dict[int, int]:
    """How many days the protection goes on from today, of each customer with a consultant on file.

    It lasts `Settings.protection_days` from his last visit or the last contact that was made,
    whichever is later; from the day he came on file when there was none. Below 0 it is over.
    """
    days = settings.load(session).protection_days
    left = {}
    for id, visited, created, contacted in session.execute(_owned(), {"ids": list(ids)}):
        known = [visited, dates.local_day(contacted) if contacted is not None else None]
        last = max((day for day in known if day is not None), default=dates.local_day(created))
        left[id] = days - (today - last).days
    return left


@cache
def _owned() -> Select[int, date | None, datetime, datetime | None]:
    """Made once: it is asked with every number that is left, and with who fits what is typed."""
    spoken = (
        select(func.max(FollowUp.done_at))
        .where(FollowUp.customer_id == Customer.id)
        .scalar_subquery()
    )
    return select(Customer.id, Customer.last_visit_on, Customer.created_at, spoken).where(
        Customer.id.in_(bindparam("ids")), Customer.consultant_id.is_not(None)
    )
