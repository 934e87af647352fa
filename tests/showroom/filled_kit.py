"""A showroom with two months behind it, and the rows that its lists are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select

from showroom.figures.listings import Of
from showroom.sample import fill
from showroom.store import models
from showroom.store.db import Database

TABLES = {
    Of.VISITS: models.Visit,
    Of.CUSTOMERS: models.Customer,
    Of.DEALS: models.Deal,
    Of.CARDS: models.Card,
    Of.FOLLOW_UPS: models.FollowUp,
    Of.APPOINTMENTS: models.Appointment,
    Of.COMPLAINTS: models.Complaint,
    Of.INTRODUCTIONS: models.Referral,
    Of.LOSSES: models.Loss,
    Of.EVENTS: models.Event,
}


@contextmanager
def filled(
    new_desk: Callable[[], AbstractContextManager[Database]], customers: int, now: datetime
) -> Iterator[Database]:
    """An open desk of so many invented customers, at this moment."""
    with new_desk() as db:
        db.clock = lambda: now
        with db.write() as session:
            fill.fill(session, customers=customers, months=2, seed=7, now=now)
        yield db


def ids_of(session: Any, of: Of, *, most: int | None = None) -> list[int]:
    """The rows of a kind, or so many of them."""
    return list(session.scalars(select(TABLES[of].id).limit(most)))
