"""Closing a deal makes, in one transaction, all that follows from it (DESIGN §4.8)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings
from showroom.deals import thanks
from showroom.errors import Invalid, ShowroomError
from showroom.guard import rights, staff
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.people import customers, promises, referrals, rules, vehicles
from showroom.store import journal
from showroom.store.models import (
    Card,
    CardKind,
    ChoiceKind,
    Customer,
    Deal,
    FollowUp,
    Level,
    Payment,
    Promise,
    Role,
    Status,
    Visit,
)
from showroom.text import LEAST_PRICE, narrow, show_money, too_little

INTRODUCER = "thank_introducer"
CHANGEABLE = frozenset("model_id price deposit colour_id planned_on payment consultant_id".split())
_BEFORE_ORDER = (
    "SELECT json_extract(before, '$.status') FROM change WHERE table_name = 'customer'"
    " AND row_id = ? AND json_extract(after, '$.status') = 'ordered' ORDER BY id DESC LIMIT 1"
)


class Due(NamedTuple):
    """One thing that closing a deal sets going: a promise or a card, its day, and who does it."""

    what: Promise | CardKind
    on: date
    who: str


def sets_going(
    session: Session,
    *,
    ordered_on: date,
    introduced: bool,
    planned_on: date | None = None,
    today: date,
) -> list[Due]:
    """What closing a deal of that day would set going, in the order it falls due."""
    shop, names = settings.load(session), staff.names(session)
    since = {"manager_call": today}
    since |= {code: planned_on or ordered_on for code in rules.AFTER_DEAL}
    if introduced:
        since[INTRODUCER] = today
    posted = rules.day(shop, rules.THANKS, today)
    due = [Due(CardKind.THANKS, posted, "")]
    for code, day in since.items():
        held, asks = rules.rule(shop, code), rules.OCCASION[code].promise
        who = rules.doer(session, held, None) if held.who is not Role.CONSULTANT else None
        if held.on and asks is not None:
            due.append(Due(asks, rules.day(shop, code, day), names.get(who or 0, "")))
    if introduced:
        due.append(Due(CardKind.INTRODUCER, posted, ""))
    return sorted(due, key=lambda one: one.on)


def close(
    session: Session,
    *,
    customer_id: int,
    model_id: int | str | None,
    price: Decimal | None,
    ordered_on: date,
    deposit: Decimal = Decimal(0),
    colour_id: int | None = None,
    planned_on: date | None = None,
    payment: Payment | None = None,
    consultant_id: int | None = None,
    introducer_id: int | None = None,
    visit_id: int | None = None,
    now: datetime,
    today: date,
) -> Deal:
    """Close a deal with a customer, from a visit or his file; price and deposit in yuan.

    `model_id` may be the name of a model, which joins the list when it is new. Makes number,
    level, status, the thank-you card, the manager's call within 24 hours, the follow-up calendar
    and the introducer's thanks. Raises `Invalid` beside the field, `model` when it was closed
    already.
    """
    customer = session.get(Customer, customer_id)
    if customer is None or customer.erased_at is not None:
        raise ShowroomError(_("This customer is no longer in the file."))
    if customer.status is Status.VISITED and customer.contact_on is None:
        raise ShowroomError(_("A deal needs a customer: enter his phone first."))
    if isinstance(model_id, str):
        model_id = choices.find(session, ChoiceKind.MODEL, model_id) or narrow(model_id) or None
    _refuse_twice(session, customer_id, visit_id, model_id, ordered_on)
    problems = _problems(model_id, price, deposit, ordered_on, planned_on, today)
    if ordered_on > today:
        problems["ordered_on"] = _("The order cannot lie in the future.")
    elif said := dates.too_old(ordered_on, today, dates.ORDER_YEARS):
        problems["ordered_on"] = said
    if problems:
        raise Invalid(problems)
    visit = session.get(Visit, visit_id) if visit_id is not None else None
    deal = Deal(
        number=_next_number(session, ordered_on),
        customer_id=customer_id,
        visit_id=visit_id,
        consultant_id=consultant_id
        or (visit.consultant_id if visit else None)
        or customer.consultant_id,
        colour_id=colour_id,
        price=price,
        deposit=deposit,
        payment=payment,
        ordered_on=ordered_on,
        planned_on=planned_on,
        closed_at=now,
    )
    journal.act(session, "close_deal", deal)
    if isinstance(model_id, str):
        model_id = choices.find_or_add(session, ChoiceKind.MODEL, model_id)
    assert model_id is not None
    deal.model_id = model_id
    session.add(deal)
    session.flush()
    if customer.status in customers.AWAY:
        from showroom.people import losses

        losses.came_back(session, customer_id, now)
    customer.status, customer.level = Status.ORDERED, Level.ORDERED
    customer.model_id = model_id
    promises.hand_over(session, customer, customer.consultant_id or deal.consultant_id)
    if visit is not None:
        visit.level = Level.ORDERED
        visit.model_id = visit.model_id or model_id
    _set_going(session, deal, customer, today)
    if introducer_id is not None:
        referrals.note(session, introducer_id=introducer_id, customer_id=customer_id, now=now)
    thanks.introducer(session, deal, today=today)
    session.flush()
    return deal


def _problems(
    model_id: int | str | None,
    price: Decimal | None,
    deposit: Decimal,
    ordered_on: date,
    planned_on: date | None,
    today: date,
) -> dict[str, str]:
    problems = {}
    if model_id is None:
        problems["model"] = _("Choose what was bought.")
    if price is None or price <= 0:
        problems["price"] = _("Enter the agreed price; it cannot be 0.")
    elif price < LEAST_PRICE:
        problems["price"] = too_little(show_money(price))
    elif not 0 <= deposit <= price:
        problems["deposit"] = _("The deposit is between 0 and the price.")
    if planned_on is not None and (said := planned_problem(planned_on, ordered_on, today)):
        problems["planned_on"] = said
    return problems


def planned_problem(planned_on: date, ordered_on: date, today: date) -> str:
    """What is wrong with the day a delivery is planned for; "" where it can be."""
    if planned_on < ordered_on:
        return _("The delivery cannot be before the order.")
    return dates.too_far(planned_on, today, dates.DELIVERY_YEARS)


def _refuse_twice(
    session: Session,
    customer_id: int,
    visit_id: int | None,
    model_id: int | str | None,
    ordered_on: date,
) -> None:
    """One deal of a visit; without a visit, not the same product for the same person that day."""
    same = select(Deal.number).where(Deal.cancelled_on.is_(None))
    if visit_id is not None:
        same = same.where(Deal.visit_id == visit_id)
    else:
        same = same.where(
            Deal.customer_id == customer_id,
            Deal.model_id == model_id,
            Deal.ordered_on == ordered_on,
        )
    number = session.scalar(same.limit(1))
    if number is not None:
        sentence = _("This deal is closed already, with number {number}.")
        raise Invalid({"model": sentence.format(number=number)})


def _next_number(session: Session, day: date) -> str:
    """`20261121-03` for the third deal of a day; a number is never used twice."""
    prefix = f"{day:%Y%m%d}-"
    numbers = session.scalars(select(Deal.number).where(Deal.number.startswith(prefix)))
    last = max((int(number.rsplit("-", 1)[1]) for number in numbers), default=0)
    return f"{prefix}{last + 1:02}"


def _set_going(session: Session, deal: Deal, customer: Customer, today: date) -> None:
    promises.next_contact(session, customer, today=today)
    thanks.card(session, deal, customer.id, CardKind.THANKS, today=today)
    promises.by_rule(session, customer, "manager_call", today, deal_id=deal.id)
    promises.after_deal(session, customer, deal, today=today, missed=True)


def deliver(session: Session, deal_id: int, *, on: date, vin: str = "", today: date) -> None:
    """The car is handed over: the customer is an owner, the calendar counts from now.

    With a VIN it joins his cars. Raises `Invalid` beside `delivered_on` or `vin`, `ShowroomError`
    when it was delivered or cancelled.
    """
    deal = _open(session, deal_id)
    if on < deal.ordered_on:
        raise Invalid({"delivered_on": _("The delivery cannot be before the order.")})
    if on > today:
        raise Invalid({"delivered_on": _("The delivery cannot lie in the future.")})
    journal.act(session, "deliver", deal)
    deal.delivered_on, deal.vin = on, vehicles.vin(vin) or deal.vin
    vehicles.delivered(session, deal)
    customer = session.get_one(Customer, deal.customer_id)
    if not _others(session, deal):
        customer.status, customer.level = Status.OWNER, Level.UNRATED
    promises.next_contact(session, customer, today=today)
    _count_anew(session, deal, customer, on)
    session.flush()


def _count_anew(
    session: Session, deal: Deal, customer: Customer, since: date, *, again: bool = True
) -> None:
    """What comes after the deal counts from its handover; a day that was said to him stays.

    What was done before the handover already is done `again` after it: it is about the car.
    """
    shop = settings.load(session)
    waiting = {promise.rule: promise for promise in _open_promises(session, deal)}
    for code in rules.AFTER_DEAL:
        asks = rules.OCCASION[code].promise
        assert asks is not None
        promise = waiting.get(asks)
        if promise is None and again and asks is not Promise.TWO_MONTHS:
            promises.by_rule(session, customer, code, since, deal_id=deal.id)
        elif promise is not None and not promise.agreed and (again or promise.asked_by):
            promise.due_on, promise.clock = rules.day(shop, code, since), None
            promise.asked_by, promise.since = code, since


def cancel(
    session: Session, deal_id: int, *, reason_id: int | None, note: str = "", on: date
) -> None:
    """The order is called off; it stays, with its reason (DESIGN §4.7).

    What is still due because of it is due no more, but for a day that was said to the customer;
    he is waited for again; who has a car from here is an owner again. Raises `Invalid` beside
    `reason`, `ShowroomError` for who may not, or when it was delivered or cancelled.
    """
    rights.require(session, Right.APPROVE)
    deal = _open(session, deal_id)
    if reason_id is None:
        raise Invalid({"reason": _("Choose why the deal was cancelled.")})
    journal.act(session, "cancel_deal", deal)
    deal.cancelled_on, deal.cancel_reason_id, deal.cancel_note = on, reason_id, note.strip()
    for promise in _open_promises(session, deal):
        if promise.agreed:
            promise.deal_id = None
        else:
            session.delete(promise)
    for card in session.scalars(
        select(Card).where(Card.deal_id == deal.id, Card.printed_at.is_(None))
    ):
        session.delete(card)
    session.flush()
    thanks.called_off(session, deal, today=on)
    customer = session.get_one(Customer, deal.customer_id)
    if not _others(session, deal):
        customer.status, customer.level = _before_it(session, customer)
    promises.next_contact(session, customer, today=on)
    session.flush()
    promises.resume(session, customer, today=on)


def _before_it(session: Session, customer: Customer) -> tuple[Status, Level]:
    """What a customer is again whose last open order is called off: an owner, if a car is his.

    He got one here, or was one before he ordered, by a list that came in.
    """
    his = (Deal.customer_id == customer.id, Deal.cancelled_on.is_(None))
    got = select(Deal.id).where(*his, Deal.delivered_on.is_not(None)).limit(1)
    before = session.connection().exec_driver_sql(_BEFORE_ORDER, (customer.id,)).scalar()
    if before == Status.OWNER or session.scalar(got) is not None:
        return Status.OWNER, Level.UNRATED
    return Status.OPEN, Level.WEEK


def change(session: Session, deal_id: int, **facts: Any) -> None:
    """Correct facts of `CHANGEABLE` of an open deal; a model may be named anew, as in `close`.

    Raises `Invalid` beside the field.
    """
    deal = _open(session, deal_id)
    now_is = {name: facts.get(name, getattr(deal, name)) for name in CHANGEABLE}
    problems = _problems(
        now_is["model_id"],
        now_is["price"],
        now_is["deposit"],
        deal.ordered_on,
        now_is["planned_on"],
        dates.local_day(session.info["now"]),
    )
    if problems:
        raise Invalid(problems)
    journal.act(session, "change_deal", deal)
    planned = deal.planned_on
    for name, value in facts.items():
        if name not in CHANGEABLE:
            raise ValueError(name)
        if name == "model_id" and isinstance(value, str):
            value = choices.find_or_add(session, ChoiceKind.MODEL, value)
        setattr(deal, name, value)
    if deal.planned_on != planned:
        follow_plan(session, deal)


def follow_plan(session: Session, deal: Deal) -> None:
    """What comes after an open deal counts from the day its delivery is planned for now."""
    customer = session.get_one(Customer, deal.customer_id)
    _count_anew(session, deal, customer, deal.planned_on or deal.ordered_on, again=False)


def _open(session: Session, deal_id: int) -> Deal:
    deal = session.get(Deal, deal_id)
    if deal is None:
        raise ShowroomError(_("This deal is no longer there."))
    if deal.delivered_on is not None:
        raise ShowroomError(
            _("This deal was delivered on {day} already.").format(day=deal.delivered_on)
        )
    if deal.cancelled_on is not None:
        raise ShowroomError(
            _("This deal was cancelled on {day} already.").format(day=deal.cancelled_on)
        )
    return deal


def _others(session: Session, deal: Deal) -> bool:
    """Whether the customer has another deal that is neither delivered nor cancelled."""
    return (
        session.scalar(
            select(Deal.id).where(
                Deal.customer_id == deal.customer_id,
                Deal.id != deal.id,
                Deal.delivered_on.is_(None),
                Deal.cancelled_on.is_(None),
            )
        )
        is not None
    )


def _open_promises(session: Session, deal: Deal) -> list[FollowUp]:
    return list(
        session.scalars(
            select(FollowUp).where(FollowUp.deal_id == deal.id, FollowUp.done_at.is_(None))
        )
    )
