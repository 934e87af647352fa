"""What keeps a card from being printed with others, or posted: the reasons, as conditions of SQL.

The queries have `Card` and `Customer`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func
from sqlalchemy.orm import Session

from showroom import settings
from showroom.cards import couples
from showroom.i18n import N_
from showroom.store import barred
from showroom.store.listed import listed
from showroom.store.models import Card, Customer

WHY: Final = {
    "stop": N_("Do not contact"),
    "complaint": N_("Open complaint"),
    "address": N_("No address"),
    "over": N_("The day is over"),
    "partner": N_("The words name the other one of the couple, who gets no card now"),
}
"""What keeps a card out of a batch."""
SHORT: Final = WHY | {"partner": N_("Names both")}
"""The same for a narrow column."""
STOPS: Final = ("stop", "complaint", "partner")
"""What keeps it from being posted or printed at all."""


def waits() -> ColumnElement[bool]:
    """Neither printed nor skipped, and he may be written to."""
    return and_(Card.printed_at.is_(None), Card.skipped_at.is_(None), ~barred.from_post())


def goes_out(session: Session, today: date) -> ColumnElement[bool]:
    """What waits and may be printed with others: nothing of `WHY` keeps it."""
    return and_(urgent(session, today), has_address())


def urgent(session: Session, today: date) -> ColumnElement[bool]:
    """What waits and is to be seen to: also without an address, which can be asked for."""
    return and_(waits(), ~barred.complaining(), ~names_partner(session), ~_over(session, today))


def stopped(session: Session) -> ColumnElement[bool]:
    """What may not go to its customer now: one of `STOPS`."""
    return barred.from_post() | barred.complaining() | names_partner(session)


def names_partner(session: Session) -> ColumnElement[bool]:
    """Whose own or printed words name a partner who may get nothing now."""
    return Card.id.in_(listed(couples.unsayable(session)))


def why(session: Session, today: date) -> ColumnElement[str]:
    """The first of `WHY`, or ""."""
    return case(
        (barred.from_post(), "stop"),
        (barred.complaining(), "complaint"),
        (names_partner(session), "partner"),
        (~has_address(), "address"),
        (_over(session, today), "over"),
        else_="",
    )


def _over(session: Session, today: date) -> ColumnElement[bool]:
    return barred.belated(today, settings.card_grace(session))


def has_address() -> ColumnElement[bool]:
    """Whether there is anything to write on the envelope."""
    return func.trim(Customer.address) != ""
