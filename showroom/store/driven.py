"""Which test drives took place, as conditions of SQL: a booking that never started did not."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select

from showroom.store.models import TestDrive, Visit


def drove() -> ColumnElement[bool]:
    """A drive that took place; of one from a file that was never booked no time may be known."""
    return or_(TestDrive.started_at.is_not(None), TestDrive.planned_from.is_(None))


def running() -> ColumnElement[bool]:
    """A drive that is under way; what is noted without a car has no end to wait for."""
    return and_(
        TestDrive.car_id.is_not(None),
        TestDrive.started_at.is_not(None),
        TestDrive.ended_at.is_(None),
    )


def first_of_visit() -> ColumnElement[bool]:
    """Of the drives of a visit that took place the first; the query has `Visit`."""
    first = (
        select(func.min(TestDrive.id))
        .where(TestDrive.visit_id == Visit.id, drove())
        .correlate(Visit)
        .scalar_subquery()
    )
    return TestDrive.id == first
