"""The numbers in a customer's file, and whose a number is; a couple may share one."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from showroom import dates, text
from showroom.errors import Invalid, ShowroomError
from showroom.guard import mask
from showroom.i18n import _
from showroom.people import customers, promises
from showroom.store import journal
from showroom.store.models import Customer, Phone

MOST = 30
"""Numbers in one file."""


def add(session: Session, customer_id: int, phone: str, *, on: date | None = None) -> Phone:
    """One more number, left today or `on` that day; an anonymous customer is known from then on.

    Raises `Invalid` beside `phone` when it cannot be or is there already.
    """
    customer = customers.on_file(session, customer_id)
    number = text.phone(phone)
    his = select(Phone.number, Phone.position).where(Phone.customer_id == customer_id)
    numbers = dict(session.execute(his).all())
    if number in numbers:
        raise Invalid({"phone": _("This number is in the file already.")})
    if len(numbers) >= MOST:
        sentence = _("A file holds {count} numbers at most: take out one that is no longer his.")
        raise Invalid({"phone": sentence.format(count=MOST)})
    journal.act(session, "change_customer", customer)
    position = max(numbers.values(), default=-1) + 1
    row = Phone(customer_id=customer_id, number=number, position=position)
    session.add(row)
    session.flush()
    today = on or dates.local_day(session.info["now"])
    if customer.contact_on is None:
        customers.left_contact(customer, today)
        promises.next_contact(session, customer, today=today, moved=False)
    return row


def change(session: Session, phone_id: int, phone: str) -> None:
    """Correct a number; one that comes back as it was shown hidden stays.

    Raises `Invalid` beside `phone`.
    """
    row = _there(session, phone_id)
    if mask.is_same(phone, row.number):
        return
    number = text.phone(phone)
    if number != row.number:
        customer = customers.on_file(session, row.customer_id)
        his = select(Phone.id).where(Phone.customer_id == customer.id, Phone.number == number)
        if session.scalar(his) is not None:
            raise Invalid({"phone": _("This number is in the file already.")})
        journal.act(session, "change_customer", customer)
        row.number = number


def put_first(session: Session, phone_id: int) -> None:
    """Make a number the first one: that is shown in lists, called and copied."""
    row = _there(session, phone_id)
    journal.act(session, "change_customer", customers.on_file(session, row.customer_id))
    others = select(Phone).where(Phone.customer_id == row.customer_id, Phone.id != phone_id)
    row.position = 0
    for place, other in enumerate(
        session.scalars(others.order_by(Phone.position, Phone.id)).all(), 1
    ):
        other.position = place


def remove(session: Session, phone_id: int) -> None:
    """Take a number out of the file."""
    row = _there(session, phone_id)
    customer = customers.on_file(session, row.customer_id)
    journal.act(session, "change_customer", customer)
    session.delete(row)
    customers.lost_contact(session, customer)


def _there(session: Session, phone_id: int) -> Phone:
    row = session.get(Phone, phone_id)
    if row is None:
        raise ShowroomError(_("This number is no longer in the file."))
    return row


_OWNERS: Final = (  # made once: it is asked with every number that is left
    select(Customer.id)
    .join(Phone, Phone.customer_id == Customer.id)
    .where(Phone.number == bindparam("number"))
    .order_by(Customer.last_visit_on.desc().nulls_last(), Customer.id.desc())
)


def owners(session: Session, number: str) -> list[int]:
    """The customers with this E.164 number, last visit first; a couple may share one."""
    return list(session.scalars(_OWNERS, {"number": number}))


def sharing(session: Session, customer_id: int) -> list[int]:
    """The other customers who have one of his numbers, as a couple does (DESIGN §4.3)."""
    his, other = aliased(Phone), aliased(Phone)
    return list(
        session.scalars(
            select(other.customer_id)
            .join(his, his.number == other.number)
            .where(his.customer_id == customer_id, other.customer_id != customer_id)
            .distinct()
        )
    )
