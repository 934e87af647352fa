"""Who brought whom: one level, once for each new customer (DOMAIN §5.5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.errors import Invalid
from showroom.i18n import _
from showroom.store import journal
from showroom.store.models import Referral


def note(session: Session, *, introducer_id: int, customer_id: int, now: datetime) -> Referral:
    """Note who introduced a customer.

    Raises `Invalid` beside `introducer` when he introduced himself, was himself introduced by
    this customer, or when somebody else is noted already.
    """
    journal.act(session, "refer")
    problem = ""
    known = session.scalar(select(Referral).where(Referral.customer_id == customer_id))
    if introducer_id == customer_id:
        problem = _("Nobody introduces himself.")
    elif known is not None and known.introducer_id != introducer_id:
        problem = _("Another introducer is noted for this customer already.")
    elif session.scalar(
        select(Referral.id).where(
            Referral.customer_id == introducer_id, Referral.introducer_id == customer_id
        )
    ):
        problem = _("This customer introduced him: it cannot be the other way round too.")
    if problem:
        raise Invalid({"introducer": problem})
    if known is not None:
        return known
    referral = Referral(introducer_id=introducer_id, customer_id=customer_id, noted_at=now)
    session.add(referral)
    session.flush()
    return referral


def introducer_of(session: Session, customer_id: int) -> int | None:
    """Who introduced this customer."""
    return session.scalar(select(Referral.introducer_id).where(Referral.customer_id == customer_id))
