"""Who may be noted as having brought somebody, and who not, with the reason (DOMAIN §2.3, §5.5).

A customer is new for `NEW_DAYS` after he was first known here (a visit, a contact left, a deal):
so long an introducer may be noted, at the visit, in the file or at the deal; afterwards nobody
brought him. Spouses, parents and children are one customer (DOMAIN §3.5): they bring one another
to nobody. Who works here is paid by no reward. Nobody stands in a circle, of any length.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from showroom import dates
from showroom.guard import mask
from showroom.i18n import _
from showroom.store.models import Customer, Deal, Kinship, Phone, Referral, Staff, Status
from showroom.text import narrow

NEW_DAYS: Final = 30
"""So many days after he was first known an introducer may be noted."""

ONE_CUSTOMER: Final = (Kinship.COUPLE, Kinship.FAMILY)


def refusal(
    session: Session, introducer_id: int, customer_id: int, *, today: date, late: bool = False
) -> str:
    """Why the one cannot have brought the other, in a sentence; "" when he can.

    With `late` it is no question how long the customer has been known: it was noted in time.
    """
    introducer = session.get(Customer, introducer_id)
    customer = session.get(Customer, customer_id)
    if introducer is None or introducer.erased_at is not None:
        return _("The introducer is no longer in the file.")
    if customer is None or customer.erased_at is not None:
        return _("This customer is no longer in the file.")
    if introducer_id == customer_id:
        return _("Nobody introduces himself.")
    if _is_nobody(introducer):
        return _("The introducer left no phone yet: enter it in his file first.")
    if _is_nobody(customer):
        return _("Enter the customer's phone first: only by it one sees whether he is new.")
    return (
        _circle(session, introducer_id, customer_id)
        or _one_household(session, introducer, customer)
        or _staff(session, introducer, customer)
        or ("" if late else too_late(session, customer, today=today))
    )


def doubts(session: Session, introducer_id: int, customer_id: int, *, today: date) -> list[str]:
    """What is no reason to refuse, but worth a look before a reward is paid, in sentences."""
    introducer = session.get_one(Customer, introducer_id)
    said = []
    if introducer.status is not Status.OWNER and not _bought(session, introducer_id):
        said.append(_("The introducer never bought here: he is no owner."))
    since = first_known(session, introducer)
    known = first_known(session, session.get_one(Customer, customer_id))
    if since > known:
        said.append(_("The introducer came on file after the one he is said to have brought."))
    elif known < today:
        said.append(
            _("The customer was known before it was noted, since {day}.").format(
                day=f"{known:%Y-%m-%d}"
            )
        )
    if introducer.do_not_contact:
        said.append(_("The introducer must not be contacted: no call and no card thanks him."))
    return said


def above(session: Session, customer_id: int) -> list[int]:
    """Who brought him, who brought that one, and so on; each once, however they stand."""
    found: list[int] = []
    here: int | None = customer_id
    while True:
        here = session.scalar(select(Referral.introducer_id).where(Referral.customer_id == here))
        if here is None or here == customer_id or here in found:
            return found
        found.append(here)


def first_known(session: Session, customer: Customer) -> date:
    """The day he was first known here: came on file, visited, left a contact or ordered."""
    ordered = session.scalar(
        select(func.min(Deal.ordered_on)).where(Deal.customer_id == customer.id)
    )
    days = (customer.first_visit_on, customer.contact_on, ordered)
    return min([dates.local_day(customer.created_at), *(day for day in days if day is not None)])


def too_late(session: Session, customer: Customer, *, today: date) -> str:
    """Why this customer is no new one any more, whoever brought him; "" while he is."""
    known = first_known(session, customer)
    if known < today - timedelta(days=NEW_DAYS):
        return _(
            "This customer has been known since {day}: an introducer is noted within {days} days."
        ).format(day=f"{known:%Y-%m-%d}", days=NEW_DAYS)
    if customer.status is Status.OWNER and not _bought(session, customer.id):
        return _("This customer owned a car before: nobody brought him.")
    return ""


# --- inside


def _is_nobody(customer: Customer) -> bool:
    """Whether he is known by a visit alone."""
    return customer.status is Status.VISITED and customer.contact_on is None


def _circle(session: Session, introducer_id: int, customer_id: int) -> str:
    over = above(session, introducer_id)
    if customer_id not in over:
        return ""
    if over[0] == customer_id:
        return _("This customer introduced him: it cannot be the other way round too.")
    return _("This customer brought, over others, his own introducer: that would be a circle.")


def _one_household(session: Session, introducer: Customer, customer: Customer) -> str:
    from showroom.store.models import Relation

    kind = session.scalar(
        select(Relation.kind).where(
            or_(
                (Relation.customer_id == introducer.id) & (Relation.other_id == customer.id),
                (Relation.customer_id == customer.id) & (Relation.other_id == introducer.id),
            ),
            Relation.kind.in_(ONE_CUSTOMER),
        )
    )
    if kind is Kinship.COUPLE:
        return _("The two are a couple: they count as one customer.")
    if kind is Kinship.FAMILY:
        return _("The two are one family: they count as one customer.")
    shared = _numbers(session, introducer.id) & _numbers(session, customer.id)
    if shared:
        return _("The two share the number {phone}: they count as one customer.").format(
            phone=mask.hidden(min(shared))
        )
    if introducer.wechat and introducer.wechat.lower() == customer.wechat.lower():
        return _("The two share one WeChat: they count as one customer.")
    return ""


def _staff(session: Session, introducer: Customer, customer: Customer) -> str:
    """Nobody who works here brings customers for a reward, nor is he brought.

    A namesake with a number of his own is told apart by it.
    """
    people = session.execute(select(Staff.name, Staff.phone).where(Staff.active)).all()
    for one in (introducer, customer):
        numbers = _numbers(session, one.id)
        for name, phone in people:
            if phone and phone in numbers:
                said = _("{name} works here: for colleagues there is no reward.")
                return said.format(name=name)
            if not phone and narrow(name) == narrow(one.name):
                said = _(
                    "Somebody called {name} works here. Note his phone under Settings, staff: "
                    "then the two can be told apart."
                )
                return said.format(name=name)
    return ""


def _bought(session: Session, customer_id: int) -> bool:
    return (
        session.scalar(
            select(Deal.id)
            .where(Deal.customer_id == customer_id, Deal.cancelled_on.is_(None))
            .limit(1)
        )
        is not None
    )


def _numbers(session: Session, customer_id: int) -> set[str]:
    found: Iterable[str] = session.scalars(
        select(Phone.number).where(Phone.customer_id == customer_id)
    )
    return set(found)
