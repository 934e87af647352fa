"""The numbers in a customer's file, and whose a number is; a couple may share one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from showroom import dates, text
from showroom.errors import Invalid
from showroom.guard import mask
from showroom.i18n import _
from showroom.people import customers, promises
from showroom.store import journal
from showroom.store.models import Customer, Phone


def add(session: Session, customer_id: int, phone: str, *, on: date | None = None) -> Phone:
    """One more number, left today or `on` that day; an anonymous customer is known from then on.

    Raises `Invalid` beside `phone` when it cannot be or is there already.
    """
    customer = customers.on_file(session, customer_id)
    number = text.phone(phone)
    numbers = session.scalars(select(Phone.number).where(Phone.customer_id == customer_id)).all()
    if number in numbers:
        raise Invalid({"phone": _("This number is in the file already.")})
    journal.act(session, "change_customer", customer)
    row = Phone(customer_id=customer_id, number=number, position=len(numbers))
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
    row = session.get_one(Phone, phone_id)
    if mask.is_same(phone, row.number):
        return
    number = text.phone(phone)
    if number != row.number:
        journal.act(session, "change_customer", session.get_one(Customer, row.customer_id))
        row.number = number


def remove(session: Session, phone_id: int) -> None:
    """Take a number out of the file."""
    row = session.get_one(Phone, phone_id)
    customer = session.get_one(Customer, row.customer_id)
    journal.act(session, "change_customer", customer)
    session.delete(row)
    customers.lost_contact(session, customer)


def owners(session: Session, number: str) -> list[int]:
    """The customers with this E.164 number, last visit first; a couple may share one."""
    return list(
        session.scalars(
            select(Customer.id)
            .join(Phone, Phone.customer_id == Customer.id)
            .where(Phone.number == number)
            .order_by(Customer.last_visit_on.desc().nulls_last(), Customer.id.desc())
        )
    )


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
