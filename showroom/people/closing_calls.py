"""The call that closes a complaint: within the day after it is handled (DOMAIN §5.7).

A customer has one open call, whatever number of his complaints waits for it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.people import promises
from showroom.store.models import (
    CareStep,
    Complaint,
    ComplaintStep,
    Customer,
    FollowUp,
    Promise,
)


def waiting(session: Session, customer_id: int) -> list[Complaint]:
    """His complaints that are handled and not called about yet, the first handled first."""
    last = (
        select(ComplaintStep.kind)
        .where(ComplaintStep.complaint_id == Complaint.id, ComplaintStep.kind != CareStep.NOTE)
        .order_by(ComplaintStep.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    handled = select(Complaint).where(
        Complaint.customer_id == customer_id,
        Complaint.handled_at.is_not(None),
        Complaint.closed_at.is_(None),
        last == CareStep.HANDLED,
    )
    return list(session.scalars(handled.order_by(Complaint.handled_at, Complaint.id)))


def due(session: Session, customer_id: int) -> list[FollowUp]:
    """The closing calls he is promised; of two files that became one there may be two."""
    waits = select(FollowUp).where(
        FollowUp.customer_id == customer_id,
        FollowUp.rule == Promise.COMPLAINT,
        FollowUp.done_at.is_(None),
    )
    return list(session.scalars(waits.order_by(FollowUp.id)))


def promise(session: Session, complaint: Complaint, customer: Customer) -> None:
    """Promise the call about a handled complaint, unless he is to be called already."""
    hours = settings.load(session).complaint_call_hours
    assert complaint.handled_at is not None
    day = dates.local_day(complaint.handled_at + timedelta(hours=hours))
    if not due(session, customer.id):
        promises.promise(
            session, customer, Promise.COMPLAINT, day, staff_id=complaint.responsible_id
        )
