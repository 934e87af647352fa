"""What a stop took out comes back when the stop goes: the contacts, the cards, a closing call.

A contact comes back as it was, as an undo brings it. What was over for more than `OVER` days is not
asked for any more, but for what was said to the customer and the call that closes a complaint.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from showroom import i18n, settings
from showroom.guard import consent
from showroom.people import promises
from showroom.store import barred, images, journal
from showroom.store.models import Card, Customer, Deal, FollowUp, Promise, Way

OVER: Final = timedelta(days=14)
_STOPS: Final = """
SELECT action_id FROM change WHERE table_name = 'customer' AND row_id = :id
   AND json_extract(after, '$.do_not_contact') = 1
UNION
SELECT action_id FROM change WHERE table_name = 'consent'
   AND row_id IN (SELECT id FROM consent WHERE customer_id = :id)
   AND json_extract(after, '$.withdrawn_at') IS NOT NULL
"""
_TAKEN: Final = f"""
SELECT table_name, row_id, before, after FROM change AS taken
 WHERE action_id IN ({_STOPS}) AND table_name = 'follow_up' AND after IS NULL
   AND json_extract(before, '$.customer_id') = :id
   AND NOT EXISTS (SELECT 1 FROM change AS later WHERE later.table_name = 'follow_up'
                      AND later.row_id = taken.row_id AND later.id > taken.id)
 ORDER BY id
"""
"""The contacts of a customer that a stop removed, and nothing touched since."""


def contacts(session: Session, customer: Customer, *, today: date) -> None:
    """Bring back the contacts that were promised when the stop came, and a closing call."""
    session.flush()
    connection = session.connection()
    found = connection.exec_driver_sql(_TAKEN, {"id": customer.id}).all()
    waits = select(FollowUp.rule, FollowUp.deal_id).where(
        FollowUp.customer_id == customer.id, FollowUp.done_at.is_(None)
    )
    there = {(rule.value, deal_id) for rule, deal_id in session.execute(waits)}
    back = []
    for row in found:
        was: dict[str, Any] = images.load(row.before) or {}
        asks = was["rule"], was["deal_id"]
        if asks not in there and _wanted(session, was, today):
            there.add(asks)
            back.append(row)
    journal.take_back(session, back)
    from showroom.people import closing_calls

    for one in closing_calls.waiting(session, customer.id):
        closing_calls.promise(session, one, customer)


def _wanted(session: Session, was: dict[str, Any], today: date) -> bool:
    """Whether a contact that was taken out is still to be made."""
    deal = session.get(Deal, was["deal_id"]) if was["deal_id"] else None
    if was.get("agreed"):  # older records do not know it
        return True
    if was["rule"] == Promise.COMPLAINT or (deal is not None and deal.cancelled_on is not None):
        return False
    due_on = date.fromisoformat(was["due_on"])
    return due_on >= (today if Promise(was["rule"]) in promises.DATES else today - OVER)


def cards(session: Session, customer: Customer, *, today: date) -> None:
    """Put back into the queue what waited to be printed when the stop came."""
    if consent.is_barred(session, customer.id, Way.POST):
        return
    skipped = select(Card).where(
        Card.customer_id == customer.id,
        Card.printed_at.is_(None),
        Card.skipped_at.is_not(None),
        Card.skip_reason.in_(i18n.everywhere(consent.STOPPED)),
        ~barred.belated(today, settings.card_grace(session)),
        or_(Card.kind.in_(barred.DATED), Card.late_on >= today - OVER),
    )
    for card in session.scalars(skipped):
        card.skipped_at, card.skip_reason = None, ""
