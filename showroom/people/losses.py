"""Who was lost, why and to whom: applied for by anybody, decided by a manager (DOMAIN §2.3-2.4).

Whoever applied does not approve: a loss needs a second person. At a desk without PINs nobody is
told apart, and without another manager nobody else could: there one may do both (`alone`).
Who comes again, or is taken up again, is open; what was noted of the loss stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, text
from showroom.errors import Invalid, ShowroomError
from showroom.guard import consent, rights
from showroom.guard.rights import GRANTS, Right
from showroom.i18n import _
from showroom.people import customers, loss_rows, promises
from showroom.store import journal
from showroom.store.listed import listed
from showroom.store.models import (
    Choice,
    ChoiceKind,
    Customer,
    FollowUp,
    Loss,
    LossState,
    Promise,
    Staff,
    Status,
)
from showroom.text import clean

BOUGHT: Final = (Status.ORDERED, Status.OWNER)
LONGEST: Final = 200

PRICE: Final = frozenset({"offer", "budget", "finance"})
"""The reasons that hide a deeper one: what was behind them is asked for (DOMAIN §2.4)."""

VAGUE: Final = frozenset({"other", "silent"})
"""The reasons that say nothing clear."""

_DEAR: Final = re.compile(r"价|贵|钱|price|dear|expens|money", re.I)


# --- applying and deciding


def apply(
    session: Session,
    customer_id: int,
    *,
    reason_id: int | None,
    rival: str = "",
    price: Decimal | None = None,
    shop: str = "",
    bought_on: date | None = None,
    note: str = "",
    now: datetime,
    today: date,
) -> Loss:
    """Apply for a loss; he stays what he is until a manager decides.

    Raises `Invalid` beside the field, `ShowroomError` for who bought, is lost already, or waits
    for a decision.
    """
    customer = customers.on_file(session, customer_id)
    if customer.status in BOUGHT:
        raise ShowroomError(_("He has ordered: cancel the order first, then he can be lost."))
    if customer.status is Status.LOST:
        raise ShowroomError(_("He is lost already. Take him up again first."))
    if loss_rows.of_customer(session, customer_id, LossState.APPLIED) is not None:
        raise ShowroomError(_("His loss is applied for already: a manager decides it (F11)."))
    note = clean(note)
    problems = _problems(session, reason_id, price, bought_on, note, today)
    if problems:
        raise Invalid(problems)
    loss = Loss(
        customer_id=customer_id,
        reason_id=reason_id,
        rival=clean(rival)[:LONGEST],
        price=price,
        shop=clean(shop)[:LONGEST],
        bought_on=bought_on,
        note=note,
        day=today,
        applied_at=now,
        staff_id=session.info["staff_id"],
        state=LossState.APPLIED,
    )
    journal.act(session, "apply_loss", customer, why=_said(session, loss))
    session.add(loss)
    session.flush()
    return loss


def _problems(
    session: Session,
    reason_id: int | None,
    price: Decimal | None,
    bought_on: date | None,
    note: str,
    today: date,
) -> dict[str, str]:
    problems: dict[str, str] = {}
    reason = session.get(Choice, reason_id or 0)
    if reason is None or reason.kind is not ChoiceKind.LOSS_REASON:
        problems["reason_id"] = _("Choose the reason.")
    elif not note and asks_deeper(reason.code, f"{reason.zh} {reason.en}"):
        problems["note"] = _("Price is the usual answer: write what was behind it.")
    if price is not None and price <= 0:
        problems["price"] = _("Leave the price empty when it is not known.")
    elif price is not None and price < text.LEAST_PRICE:
        problems["price"] = text.too_little(text.show_money(price))
    if bought_on is not None and bought_on > today:
        problems["bought_on"] = _("This day is yet to come.")
    return problems


def asks_deeper(code: str, label: str) -> bool:
    """Whether a reason is about the price, so that what was behind it is asked for."""
    return code in PRICE or (code.startswith("own_") and _DEAR.search(label) is not None)


def _said(session: Session, loss: Loss) -> str:
    """The loss in one line, for the timeline."""
    label = choices.labels(session, ChoiceKind.LOSS_REASON).get(loss.reason_id, "")
    return " · ".join(part for part in (label, loss.rival, loss.note) if part)


def alone(session: Session) -> bool:
    """Whether who sits at the desk may decide what he applied for himself."""
    if not rights.armed(session):
        return True
    person = rights.holder(session)
    others = session.scalars(select(Staff).where(Staff.active, Staff.pin != ""))
    return rights.may(session, Right.APPROVE) and not any(
        Right.APPROVE in GRANTS[one.role] for one in others if person and one.id != person.id
    )


def refusal(session: Session, loss_id: int) -> str:
    """Why who sits at the desk may not decide this loss; "" when he may."""
    said = rights.refusal(session, Right.APPROVE)
    loss = session.get_one(Loss, loss_id)
    if not said and loss.staff_id == session.info["staff_id"] and not alone(session):
        said = _("You applied for it yourself: another manager or owner decides.")
    return said


def decide(
    session: Session,
    loss_id: int,
    *,
    approved: bool,
    answer: str = "",
    now: datetime,
    today: date,
) -> None:
    """Approve a loss, or refuse it with a sentence: then his next contact is due anew.

    Raises `Invalid` beside `answer` when a refusal says nothing, `ShowroomError` for who may not,
    for what is decided, and for approving that somebody is lost who has ordered.
    """
    loss = session.get(Loss, loss_id)
    if loss is None or loss.state is not LossState.APPLIED:
        raise ShowroomError(_("This loss is decided already."))
    refused = refusal(session, loss_id)
    if refused:
        raise ShowroomError(refused)
    customer = customers.on_file(session, loss.customer_id)
    answer = clean(answer)
    if not approved and not answer:
        raise Invalid({"answer": _("Say what is to be tried with him.")})
    if approved and customer.status in BOUGHT:
        raise ShowroomError(_("He has ordered since: refuse the loss."))
    journal.act(session, "decide_loss", customer, why=answer or _said(session, loss))
    _decide(session, customer, loss, approved=approved, answer=answer, now=now)
    promises.next_contact(session, customer, today=today)


def _decide(
    session: Session, customer: Customer, loss: Loss, *, approved: bool, answer: str, now: datetime
) -> None:
    loss.state = LossState.APPROVED if approved else LossState.REFUSED
    loss.decided_at, loss.decided_by_id = now, session.info["staff_id"]
    loss.answer = answer
    if approved:
        customer.status = Status.LOST
    session.flush()


def lose(session: Session, customer_id: int, *, now: datetime, today: date, **facts: Any) -> Loss:
    """Apply, and approve at once where one person may do both (`alone`). `facts` as of `apply`."""
    loss = apply(session, customer_id, now=now, today=today, **facts)
    if alone(session):
        customer = customers.on_file(session, customer_id)
        _decide(session, customer, loss, approved=True, answer="", now=now)
        promises.next_contact(session, customer, today=today)
    return loss


def reason_for(session: Session, why: str) -> int | None:
    """The reason that is called so, else the one for all others."""
    kind = ChoiceKind.LOSS_REASON
    found = choices.find(session, kind, why) or choices.find(session, kind, "other")
    return found or choices.first(session, kind)


def brought_in(
    session: Session, days: dict[int, date], *, staff_id: int | None, now: datetime
) -> None:
    """Customers a list says are lost, with the day it knows: decided where the list comes from."""
    reason = reason_for(session, "")
    if reason is None:
        return
    journal.insert_many(
        session,
        Loss,
        [
            {
                "customer_id": id,
                "reason_id": reason,
                "note": _("from an imported list"),
                "day": day,
                "applied_at": now,
                "staff_id": staff_id,
                "state": LossState.APPROVED,
                "decided_at": now,
                "decided_by_id": staff_id,
            }
            for id, day in days.items()
        ],
    )


# --- open again


def reactivate(
    session: Session, customer_id: int, *, now: datetime, today: date, why: str = ""
) -> None:
    """Take up again somebody who was lost: he is open, and his next contact is due.

    Raises `ShowroomError` for who is not lost.
    """
    customer = customers.on_file(session, customer_id)
    if customer.status is not Status.LOST:
        raise ShowroomError(_("He is not lost."))
    journal.act(session, "reactivate", customer, why=clean(why))
    customer.status = Status.VISITED if customer.contact_on is None else Status.OPEN
    came_back(session, customer_id, now)
    promises.next_contact(session, customer, today=today)


def came_back(session: Session, customer_id: int, now: datetime) -> None:
    """He is no longer lost: his losses say since when."""
    came_back_many(session, [customer_id], now)


def came_back_many(session: Session, ids: Collection[int], now: datetime) -> None:
    """These customers are no longer lost, as far as they were."""
    for loss in session.scalars(
        select(Loss).where(
            Loss.customer_id.in_(listed(ids)),
            Loss.state == LossState.APPROVED,
            Loss.reactivated_at.is_(None),
        )
    ):
        loss.reactivated_at = now
    ask_no_more(session, ids)


def ask_no_more(session: Session, ids: Collection[int]) -> None:
    """Nobody contacts these customers because they were lost; what one was told stays."""
    again = select(FollowUp).where(
        FollowUp.customer_id.in_(listed(ids)),
        FollowUp.rule == Promise.LOST,
        FollowUp.done_at.is_(None),
        FollowUp.agreed.is_(False),
    )
    for one in session.scalars(again):
        session.delete(one)


# --- the manager asks himself


def call_back(session: Session, ids: Collection[int], count: int, *, today: date) -> list[int]:
    """Draw so many of these losses for a call by who manages (DOMAIN §2.4, [S16]); due today.

    Half of what is lost was lost in the consultant's head. Nobody who came back, must not be
    called, or is to be called already is drawn; the same losses on the same day draw the same.
    Returns the customers drawn. Raises `ShowroomError` for who may not approve.
    """
    rights.require(session, Right.APPROVE)
    called = set(
        session.scalars(
            select(FollowUp.customer_id).where(
                FollowUp.rule == Promise.MANAGER_CALL, FollowUp.done_at.is_(None)
            )
        )
    )
    found = session.scalars(
        select(Customer)
        .join(Loss, Loss.customer_id == Customer.id)
        .where(Loss.id.in_(ids), Loss.state == LossState.APPROVED, Loss.reactivated_at.is_(None))
        .where(Customer.status == Status.LOST, Customer.erased_at.is_(None))
        .distinct()
        .order_by(Customer.id)
    )
    able = [c for c in found if c.id not in called and not consent.is_barred(session, c.id)]
    drawn = Random(f"{today}:{[c.id for c in able]}").sample(able, min(count, len(able)))
    if drawn:
        journal.act(session, "follow_up", why=_("Losses drawn for a call by the manager"))
    manager = session.info["staff_id"]
    for customer in sorted(drawn, key=lambda one: one.id):
        promises.promise(session, customer, Promise.MANAGER_CALL, today, staff_id=manager)
    return sorted(customer.id for customer in drawn)
