"""The losses as a list shows them: waiting, decided, of one customer (DOMAIN §2.3-2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from showroom import choices, words
from showroom.guard import mask, staff
from showroom.i18n import _
from showroom.people import customers
from showroom.store.models import Customer, Honorific, Loss, LossState, Visit


class LossRow(NamedTuple):
    """One loss as the list shows it; `came_on` when he was here after it was applied for."""

    id: int
    customer_id: int
    name: str
    honorific: Honorific
    phone: str
    model: str
    consultant: str
    reason: str
    rival: str
    price: Decimal | None
    shop: str
    bought_on: date | None
    note: str
    day: date
    applicant: str
    state: LossState
    decider: str
    answer: str
    decided_at: datetime | None
    reactivated_at: datetime | None
    came_on: date | None
    do_not_contact: bool


def of_customer(
    session: Session, customer_id: int, state: LossState | None = None
) -> LossRow | None:
    """The last loss of a customer, of that state when one is named."""
    query = select(Loss.id).where(Loss.customer_id == customer_id)
    if state is not None:
        query = query.where(Loss.state == state)
    found = session.scalar(query.order_by(Loss.id.desc()).limit(1))
    return rows(session, [found])[0] if found is not None else None


def ids_of(session: Session, customer_id: int) -> list[int]:
    """All losses of a customer, whatever became of them."""
    return list(session.scalars(select(Loss.id).where(Loss.customer_id == customer_id)))


def waiting(session: Session) -> list[int]:
    """The losses that wait for a decision, the oldest first."""
    query = (
        select(Loss.id)
        .join(Customer, Customer.id == Loss.customer_id)
        .where(Loss.state == literal_column("'applied'"), Customer.erased_at.is_(None))  # indexed
    )
    return list(session.scalars(query.order_by(Loss.day, Loss.id)))


def decided(session: Session, first: date, last: date) -> list[int]:
    """The losses applied for from `first` to `last` that are decided, the newest first."""
    query = select(Loss.id).where(Loss.day.between(first, last), Loss.state != LossState.APPLIED)
    return list(session.scalars(query.order_by(Loss.day.desc(), Loss.id.desc())))


def rivals(session: Session, customer_id: int) -> tuple[str, list[str]]:
    """The rival he last compared with at a visit, and all that were noted, the usual ones first.

    What would be shown hidden is not offered: it is to be written down again.
    """
    his = select(Visit.rival).where(Visit.customer_id == customer_id, Visit.rival != "")
    known = select(Loss.rival).where(Loss.rival != "").group_by(Loss.rival)
    last = session.scalar(his.order_by(Visit.id.desc()).limit(1)) or ""
    usual = session.scalars(known.order_by(func.count().desc(), Loss.rival).limit(50)).all()
    whole, every = customer_id in mask.seen(session, [customer_id]), mask.sees_all(session)
    last = last if mask.text(last, whole=whole) == last else ""
    return last, [one for one in usual if mask.text(one, whole=every) == one]


def rows(session: Session, ids: Sequence[int]) -> list[LossRow]:
    """The lines for these ids in their order, as who sits at the desk may see them."""
    query = (
        select(Loss, Customer)
        .join(Customer, Customer.id == Loss.customer_id)
        .where(Loss.id.in_(ids))
    )
    found = {loss.id: (loss, customer) for loss, customer in session.execute(query)}
    owners = {customer.id for _loss, customer in found.values()}
    seen, phones = mask.seen(session, owners), customers.first_phones(session, owners)
    labels, names = choices.labels(session), staff.names(session)
    return [
        LossRow(
            id=loss.id,
            customer_id=customer.id,
            name=customer.name,
            honorific=customer.honorific,
            phone=phones.get(customer.id, ""),
            model=labels.get(customer.model_id or 0, ""),
            consultant=names.get(customer.consultant_id or 0, ""),
            reason=labels.get(loss.reason_id, ""),
            rival=mask.text(loss.rival, whole=customer.id in seen),
            price=loss.price,
            shop=mask.text(loss.shop, whole=customer.id in seen),
            bought_on=loss.bought_on,
            note=mask.text(loss.note, whole=customer.id in seen),
            day=loss.day,
            applicant=names.get(loss.staff_id or 0, ""),
            state=loss.state,
            decider=names.get(loss.decided_by_id or 0, ""),
            answer=mask.text(loss.answer, whole=customer.id in seen),
            decided_at=loss.decided_at,
            reactivated_at=loss.reactivated_at,
            came_on=_since(customer.last_visit_on, loss.day),
            do_not_contact=customer.do_not_contact,
        )
        for loss, customer in (found[id] for id in ids if id in found)
    ]


def _since(last_visit_on: date | None, day: date) -> date | None:
    return last_visit_on if last_visit_on is not None and last_visit_on > day else None


def called(row: LossRow) -> str:
    """Whose loss it is; one who was erased has no name."""
    return words.called(row.name, row.honorific) or _("No name")


def count_waiting(session: Session) -> int:
    """How many losses wait for a decision."""
    query = select(func.count()).select_from(Loss).join(Customer, Customer.id == Loss.customer_id)
    applied = Loss.state == literal_column("'applied'")
    # the plus keeps SQLite from walking all customers: the losses are few
    on_file = literal_column("+customer.erased_at").is_(None)
    return session.scalar(query.where(applied, on_file)) or 0
