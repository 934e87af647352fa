"""What keeps a card from being printed with others, or posted: the reasons, as conditions of SQL.

The queries have `Card` and `Customer`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func

from showroom.i18n import N_
from showroom.store import barred
from showroom.store.models import Card, Customer

WHY: Final = {
    "stop": N_("Do not contact"),
    "complaint": N_("Open complaint"),
    "address": N_("No address"),
    "over": N_("The day is over"),
}
"""What keeps a card out of a batch."""
STOPS: Final = ("stop", "complaint")
"""What keeps it from being posted or printed at all."""


def waits() -> ColumnElement[bool]:
    """Neither printed nor skipped, and he may be written to."""
    return and_(Card.printed_at.is_(None), Card.skipped_at.is_(None), ~barred.from_post())


def goes_out(today: date) -> ColumnElement[bool]:
    """What waits and may be printed with others: nothing of `WHY` keeps it."""
    return and_(urgent(today), _has_address())


def urgent(today: date) -> ColumnElement[bool]:
    """What waits and is to be seen to: also without an address, which can be asked for."""
    return and_(waits(), ~barred.complaining(), ~barred.belated(today))


def stopped() -> ColumnElement[bool]:
    """Whose customer may get nothing now: one of `STOPS`."""
    return barred.from_post() | barred.complaining()


def why(today: date) -> ColumnElement[str]:
    """The first of `WHY`, or ""."""
    return case(
        (barred.from_post(), "stop"),
        (barred.complaining(), "complaint"),
        (~_has_address(), "address"),
        (barred.belated(today), "over"),
        else_="",
    )


def _has_address() -> ColumnElement[bool]:
    return func.trim(Customer.address) != ""
