"""Who is thanked for a deal: the buyer by a card, his introducer by a card and a call."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from showroom import settings, workdays
from showroom.guard import consent
from showroom.i18n import _
from showroom.people import promises, referrals
from showroom.store.models import Card, CardKind, Customer, Deal, Referral, Way


def note_introducer(
    session: Session, *, introducer_id: int, customer_id: int, now: datetime, today: date
) -> Referral:
    """Note who brought a customer; when he ordered already the introducer is thanked now.

    Raises `Invalid` beside `introducer`, see `referrals.note`.
    """
    noted = referrals.note(session, introducer_id=introducer_id, customer_id=customer_id, now=now)
    deal = referrals.standing_order(session, customer_id)
    if deal is not None and noted.deal_id != deal.id:
        introducer(session, deal, today=today)
        session.flush()
    return noted


def introducer(session: Session, deal: Deal, *, today: date) -> None:
    """Thank whoever brought the buyer, once: a call tomorrow and a card."""
    brought = referrals.ordered(session, deal)
    if brought is not None:
        _thank(session, deal, brought.introducer_id, today)


def called_off(session: Session, deal: Deal, *, today: date) -> None:
    """The deal was cancelled: it is void who brought him, unless another order of his stands."""
    other = referrals.standing_order(session, deal.customer_id)
    brought = referrals.called_off(session, deal, other=other)
    if brought is not None and other is not None:
        _thank(session, other, brought.introducer_id, today)


def card(session: Session, deal: Deal, customer_id: int, kind: CardKind, *, today: date) -> None:
    """A card becomes due; who gets no post has it skipped, with the reason."""
    shop = settings.load(session)
    silent = consent.is_barred(session, customer_id, Way.POST)
    session.add(
        Card(
            kind=kind,
            customer_id=customer_id,
            deal_id=deal.id,
            skipped_at=deal.closed_at if silent else None,
            skip_reason=_(consent.STOPPED) if silent else "",
            due_on=workdays.of(shop).after(today, shop.card_due_days),
            late_on=workdays.of(shop).after(today, shop.card_late_days),
        )
    )


def _thank(session: Session, deal: Deal, introducer_id: int, today: date) -> None:
    one = session.get_one(Customer, introducer_id)
    if not one.do_not_contact and one.erased_at is None:
        promises.by_rule(session, one, "thank_introducer", today, deal_id=deal.id)
        card(session, deal, introducer_id, CardKind.INTRODUCER, today=today)
