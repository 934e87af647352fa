"""The list of introductions: how far each got, and what is to be done with it next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from showroom.guard import mask, staff
from showroom.i18n import N_
from showroom.people import customers
from showroom.store.models import Customer, Deal, Honorific, Referral, ReferralState

STATES: Final = {
    ReferralState.NOTED: N_("Noted"),
    ReferralState.CHECKED: N_("Checked"),
    ReferralState.DEAL: N_("Deal"),
    ReferralState.PAID: N_("Rewarded"),
    ReferralState.VOID: N_("Void"),
}


class Todo(StrEnum):
    """What is to be done next."""

    CHECK = "check"
    WAIT = "wait"
    PAY = "pay"
    CLAIM = "claim"
    NOTHING = "nothing"


class Part(StrEnum):
    """A part of the list."""

    TODO = "todo"
    WAITING = "waiting"
    PAID = "paid"
    VOID = "void"
    ALL = "all"


class Row(NamedTuple):
    """One introduction; the reward in yuan. An erased person has no name."""

    id: int
    state: ReferralState
    todo: Todo
    noted_at: datetime
    introducer_id: int
    introducer: str
    introducer_honorific: Honorific
    introducer_phone: str
    introducer_silent: bool
    customer_id: int
    customer: str
    honorific: Honorific
    consultant: str
    checked_at: datetime | None
    checked_by: str
    deal: str
    ordered_on: date | None
    delivered_on: date | None
    cancelled_on: date | None
    reward: Decimal | None
    reward_words: str
    paid_at: datetime | None
    paid_by: str
    note: str
    proofs: int


class Link(NamedTuple):
    """Who brought whom, for the picture."""

    introducer_id: int
    customer_id: int
    state: ReferralState


def find(session: Session, part: Part = Part.ALL) -> list[int]:
    """Ids of a part of the list: what waits the longest first, what is over the newest first."""
    query = select(Referral.id).where(_PARTS[part])
    if part in (Part.TODO, Part.WAITING):
        query = query.order_by(Referral.noted_at, Referral.id)
    else:
        query = query.order_by(Referral.noted_at.desc(), Referral.id.desc())
    return list(session.scalars(query))


def counts(session: Session) -> dict[Part, int]:
    """How many stand in each part."""
    return {
        part: session.scalar(select(func.count(Referral.id)).where(where)) or 0
        for part, where in _PARTS.items()
    }


def rows(session: Session, ids: Collection[int]) -> list[Row]:
    """The lines for these ids, in no order; an id that is gone has none."""
    from showroom.store.models import Proof

    introducer = aliased(Customer)
    found = session.execute(
        select(Referral, introducer, Customer, Deal)
        .join(introducer, introducer.id == Referral.introducer_id)
        .join(Customer, Customer.id == Referral.customer_id)
        .outerjoin(Deal, Deal.id == Referral.deal_id)
        .where(Referral.id.in_(ids))
    ).all()
    people = {one.id for _r, brings, new, _d in found for one in (brings, new)}
    phones, seen = customers.first_phones(session, people), mask.seen(session, people)
    names = staff.names(session)
    proofs = Counter(session.scalars(select(Proof.referral_id).where(Proof.referral_id.in_(ids))))
    return [
        Row(
            id=one.id,
            state=one.state,
            todo=todo(one),
            noted_at=one.noted_at,
            introducer_id=brings.id,
            introducer=brings.name,
            introducer_honorific=brings.honorific,
            introducer_phone=phones.get(brings.id, ""),
            introducer_silent=brings.do_not_contact,
            customer_id=new.id,
            customer=new.name,
            honorific=new.honorific,
            consultant=names.get((deal.consultant_id if deal else new.consultant_id) or 0, ""),
            checked_at=one.checked_at,
            checked_by=names.get(one.checked_by_id or 0, ""),
            deal=deal.number if deal else "",
            ordered_on=deal.ordered_on if deal else None,
            delivered_on=deal.delivered_on if deal else None,
            cancelled_on=deal.cancelled_on if deal else None,
            reward=one.reward,
            reward_words=mask.text(one.reward_words, whole=brings.id in seen),
            paid_at=one.paid_at,
            paid_by=names.get(one.paid_by_id or 0, ""),
            note=mask.text(one.note, whole=brings.id in seen and new.id in seen),
            proofs=proofs[one.id],
        )
        for one, brings, new, deal in found
    ]


def of_customer(session: Session, customer_id: int) -> tuple[Row | None, list[Row]]:
    """Who brought him, and whom he brought, the newest first."""
    ids = session.scalars(
        select(Referral.id).where(
            or_(Referral.customer_id == customer_id, Referral.introducer_id == customer_id)
        )
    ).all()
    found = sorted(rows(session, ids), key=lambda row: (row.noted_at, row.id), reverse=True)
    by = next((row for row in found if row.customer_id == customer_id), None)
    return by, [row for row in found if row.introducer_id == customer_id]


def todo(one: Referral) -> Todo:
    """What is to be done next: checked, waited for, paid, or a reward claimed back."""
    if one.state is ReferralState.VOID:
        return Todo.NOTHING if one.paid_at is None else Todo.CLAIM
    if one.state is ReferralState.PAID:
        return Todo.NOTHING
    if one.checked_at is None or one.state is ReferralState.NOTED:
        return Todo.CHECK
    return Todo.PAY if one.state is ReferralState.DEAL else Todo.WAIT


def links(session: Session) -> list[Link]:
    """Everybody who brought somebody, in the order it was noted; the erased are left out."""
    introducer = aliased(Customer)
    found = session.execute(
        select(Referral.introducer_id, Referral.customer_id, Referral.state)
        .join(introducer, introducer.id == Referral.introducer_id)
        .join(Customer, Customer.id == Referral.customer_id)
        .where(introducer.erased_at.is_(None), Customer.erased_at.is_(None))
        .order_by(Referral.noted_at, Referral.id)
    )
    return [Link(*row) for row in found]


def names(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, Honorific]]:
    """Name and honorific by id."""
    found = session.execute(
        select(Customer.id, Customer.name, Customer.honorific).where(Customer.id.in_(ids))
    )
    return {id: (name, honorific) for id, name, honorific in found}


_PAID: ColumnElement[bool] = Referral.paid_at.is_not(None)
_STANDING: ColumnElement[bool] = Referral.state.in_(
    (ReferralState.NOTED, ReferralState.CHECKED, ReferralState.DEAL)
)
_WAITING: ColumnElement[bool] = Referral.state == ReferralState.CHECKED
_PARTS: Final[dict[Part, ColumnElement[bool]]] = {
    Part.TODO: or_(
        and_(_STANDING, not_(_WAITING)), and_(Referral.state == ReferralState.VOID, _PAID)
    ),
    Part.WAITING: _WAITING,
    Part.PAID: Referral.state == ReferralState.PAID,
    Part.VOID: Referral.state == ReferralState.VOID,
    Part.ALL: Referral.id.is_not(None),
}
