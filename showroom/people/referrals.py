"""Who brought whom: one level, once for each new customer, from note to reward (DOMAIN §5.5).

An introduction is noted, checked by a manager, becomes a deal, and its reward is paid, or it is
void. Nobody is paid for whom his introduced introduced (禁止传销条例 art. 7): a reward belongs to
one row, and a row names one introducer and one customer. A deal may come before the check (then
`checked_at` is empty still); an order that is called off makes it void until the same customer
orders again. What was no introduction is void with the reason in `note`.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.people import introducers
from showroom.store import journal
from showroom.store.models import (
    Card,
    CardKind,
    Customer,
    Deal,
    FollowUp,
    Promise,
    Referral,
    ReferralState,
)
from showroom.text import clean

State = ReferralState


def note(session: Session, *, introducer_id: int, customer_id: int, now: datetime) -> Referral:
    """Note who introduced a customer.

    The same one again changes nothing. A void one is replaced by who may approve; what proved it
    of another goes. Raises `Invalid` beside `introducer` with the reason when he cannot have
    (`introducers.refusal`), or when somebody else is noted already.
    """
    journal.act(session, "refer", session.get(Customer, customer_id))
    known = of_customer(session, customer_id)
    if known is not None and known.introducer_id == introducer_id and not _is_none(known):
        return known
    if known is not None and known.state is not State.VOID:
        raise Invalid({"introducer": _("Another introducer is noted for this customer already.")})
    problem = introducers.refusal(
        session, introducer_id, customer_id, today=dates.local_day(now), late=known is not None
    )
    if problem:
        raise Invalid({"introducer": problem})
    if known is None:
        known = Referral(introducer_id=introducer_id, customer_id=customer_id, noted_at=now)
        session.add(known)
    else:
        rights.require(session, Right.APPROVE)
        _refuse_paid(known)
        if known.introducer_id != introducer_id:
            _drop_proofs(session, known)
        known.introducer_id, known.noted_at, known.state = introducer_id, now, State.NOTED
        known.checked_at = known.checked_by_id = known.deal_id = None
        known.note = ""
    session.flush()
    return known


def of_customer(session: Session, customer_id: int) -> Referral | None:
    """The introduction of this customer, void ones too."""
    return session.scalar(select(Referral).where(Referral.customer_id == customer_id))


def introducer_of(session: Session, customer_id: int) -> int | None:
    """Who introduced this customer; nobody when it was void for another reason than his order."""
    known = of_customer(session, customer_id)
    return None if known is None or _is_none(known) else known.introducer_id


def check(session: Session, referral_id: int, *, now: datetime) -> None:
    """A manager looked: it is so. Raises `ShowroomError` for who may not, or with what is wrong."""
    rights.require(session, Right.APPROVE)
    one = _one(session, referral_id)
    if one.state is not State.NOTED and (one.state is not State.DEAL or one.checked_at is not None):
        raise ShowroomError(_("Only what was noted and not checked yet can be checked."))
    _refuse_wrong(session, one, now)
    journal.act(session, "check_referral", session.get(Customer, one.customer_id))
    one.checked_at, one.checked_by_id = now, session.info["staff_id"]
    if one.state is State.NOTED:
        deal = standing_order(session, one.customer_id)  # a note from before may not know it yet
        one.deal_id = deal.id if deal is not None else None
        one.state = State.CHECKED if deal is None else State.DEAL


def pay(
    session: Session,
    referral_id: int,
    *,
    reward: Decimal | None = None,
    words: str = "",
    now: datetime,
) -> None:
    """The introducer has his reward: money in yuan, or words for a gift or a service.

    Raises `Invalid` beside `reward`, `ShowroomError` for who may not, without a deal that stands,
    or without a proof.
    """
    from showroom.store.models import Proof

    rights.require(session, Right.APPROVE)
    one = _one(session, referral_id)
    if one.state is State.PAID:
        raise ShowroomError(
            _("The reward was paid on {day} already.").format(day=_day(one.paid_at))
        )
    if one.state is not State.DEAL or one.checked_at is None or not _stands(session, one):
        raise ShowroomError(
            _("A reward is paid once the introduction is checked and the new customer ordered.")
        )
    _refuse_wrong(session, one, now)
    said = clean(words)
    if reward is not None and reward <= 0:
        raise Invalid({"reward": _("A reward is more than 0; for a gift leave it empty.")})
    if reward is None and not said:
        raise Invalid({"reward": _("Enter the amount, or below what he was given.")})
    if not session.scalar(select(func.count(Proof.id)).where(Proof.referral_id == one.id)):
        raise ShowroomError(
            _("Attach a proof first: the signed receipt or the transfer, as picture or PDF.")
        )
    journal.act(session, "pay_referral", session.get(Customer, one.customer_id))
    one.reward, one.reward_words = reward, said
    one.paid_at, one.paid_by_id, one.state = now, session.info["staff_id"], State.PAID


def void(session: Session, referral_id: int, *, why: str) -> None:
    """It was none: nobody is thanked or paid for it any more. What is printed or done stays.

    Raises `Invalid` beside `why` without a reason, `ShowroomError` for who may not, or when the
    reward was paid.
    """
    rights.require(session, Right.APPROVE)
    one = _one(session, referral_id)
    if one.state is State.VOID:
        raise ShowroomError(_("This introduction is void already."))
    _refuse_paid(one)
    said = clean(why)
    if not said:
        raise Invalid({"why": _("Say why it was no introduction.")})
    journal.act(session, "void_referral", session.get(Customer, one.customer_id), why=said)
    one.state, one.note = State.VOID, said
    _stop_thanks(session, one)


def take_out(session: Session, referral_id: int) -> None:
    """It was noted by mistake, or the two are one person: nothing is left of it, nor its proofs.

    Raises `ShowroomError` for who may not, or when the reward was paid.
    """
    rights.require(session, Right.APPROVE)
    one = _one(session, referral_id)
    _refuse_paid(one)
    journal.act(session, "void_referral", session.get(Customer, one.customer_id))
    _stop_thanks(session, one)
    _drop_proofs(session, one)
    session.delete(one)


def _drop_proofs(session: Session, one: Referral) -> None:
    from showroom.store.models import Proof

    for proof in session.scalars(select(Proof).where(Proof.referral_id == one.id)):
        session.delete(proof)
    session.flush()


def _stop_thanks(session: Session, one: Referral) -> None:
    """Nobody is thanked for it any more; what is printed or done stays."""
    if one.deal_id is None:
        return
    his = (FollowUp.deal_id == one.deal_id, FollowUp.rule == Promise.THANK_INTRODUCER)
    cards = (Card.deal_id == one.deal_id, Card.kind == CardKind.INTRODUCER)
    for promise in session.scalars(select(FollowUp).where(*his, FollowUp.done_at.is_(None))):
        session.delete(promise)
    for card in session.scalars(select(Card).where(*cards, Card.printed_at.is_(None))):
        session.delete(card)


# --- what deals do to it


def standing_order(session: Session, customer_id: int) -> Deal | None:
    """His first order that was not cancelled."""
    return session.scalar(
        select(Deal)
        .where(Deal.customer_id == customer_id, Deal.cancelled_on.is_(None))
        .order_by(Deal.ordered_on, Deal.id)
        .limit(1)
    )


def ordered(session: Session, deal: Deal) -> Referral | None:
    """The introduced customer ordered. Returns the introduction when this deal is its own.

    None when nobody brought him, when it was none, or when an earlier order of his stands.
    """
    one = of_customer(session, deal.customer_id)
    if one is None or _is_none(one):
        return None
    if one.deal_id is not None and one.deal_id != deal.id and _stands(session, one):
        return None
    one.deal_id = deal.id
    one.state = State.DEAL if one.paid_at is None else State.PAID
    return one if one.paid_at is None else None


def is_thanked(session: Session, customer_id: int) -> bool:
    """Whether an earlier order of his has set the thanks going already."""
    one = of_customer(session, customer_id)
    return one is not None and (one.paid_at is not None or _stands(session, one))


def called_off(session: Session, deal: Deal, *, other: Deal | None) -> Referral | None:
    """The order is cancelled: the introduction passes on to another order of his, or is void.

    Returns it when it passed on to `other`, whose thanks are then due.
    """
    one = session.scalar(select(Referral).where(Referral.deal_id == deal.id))
    if one is None or one.state is State.VOID:
        return None
    if other is not None:
        one.deal_id = other.id
        return one if one.paid_at is None else None
    one.state = State.VOID
    return None


# --- inside


def _one(session: Session, referral_id: int) -> Referral:
    one = session.get(Referral, referral_id)
    if one is None:
        raise ShowroomError(_("This introduction is no longer there."))
    return one


def _stands(session: Session, one: Referral) -> bool:
    """Whether its order is there and was not cancelled."""
    deal = session.get(Deal, one.deal_id) if one.deal_id is not None else None
    return deal is not None and deal.cancelled_on is None


def _is_none(one: Referral) -> bool:
    """Whether it is void because somebody said so, and not by a cancelled order."""
    return one.state is State.VOID and bool(one.note)


def _refuse_wrong(session: Session, one: Referral, now: datetime) -> None:
    """What was right when it was noted may be wrong by now: a number was added, a couple linked."""
    problem = introducers.refusal(
        session, one.introducer_id, one.customer_id, today=dates.local_day(now), late=True
    )
    if problem:
        raise ShowroomError(problem)


def _refuse_paid(one: Referral) -> None:
    if one.paid_at is not None:
        raise ShowroomError(
            _("The reward was paid on {day} already.").format(day=_day(one.paid_at))
        )


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{dates.local_day(at):%Y-%m-%d}"
