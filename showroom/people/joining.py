"""What both of two customers have is joined row by row: nothing that only one says is lost."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from showroom.store.models import Reply
from showroom.words import TRAITS

LONGEST: Final = 200
"""Characters of a trait."""


class Side(StrEnum):
    """Whose it shall be: of who keeps his line, of the other one, or of both."""

    OWN = "own"
    OTHER = "other"
    BOTH = "both"


def joins(row: Any, twin: Any) -> bool:
    """Whether the row goes into its twin; a car that does not goes over beside it.

    One VIN with two plates is a car that got another plate: both stay. One plate with two VINs is
    two cars: the plate stays with the twin, the other is known by its VIN.
    """
    if row.__tablename__ != "vehicle":
        return True
    if row.plate and twin.plate and row.plate != twin.plate:
        row.customer_id = twin.customer_id
        return False
    if row.vin and twin.vin and row.vin != twin.vin:
        row.plate, row.customer_id = "", twin.customer_id
        return False
    return True


def join(row: Any, twin: Any, chosen: Mapping[str, Side]) -> None:
    """Put into the twin what the row, which is gone from the file, says more or better."""
    way = _WAYS.get(twin.__tablename__)
    if way is not None:
        way(row, twin, chosen)


def _trait(row: Any, twin: Any, chosen: Mapping[str, Side]) -> None:
    both = Side.BOTH if row.kind in TRAITS else Side.OWN
    side = chosen.get(f"trait:{row.kind.value}", both)
    if side is Side.OTHER:
        twin.words = row.words
    elif side is Side.BOTH and row.words not in twin.words:
        twin.words = f"{row.words} · {twin.words}"[:LONGEST]


def _value(row: Any, twin: Any, chosen: Mapping[str, Side]) -> None:
    if chosen.get(f"field:{row.field_id}") is Side.OTHER:
        twin.words = row.words


def _consent(row: Any, twin: Any, _chosen: Mapping[str, Side]) -> None:
    """A withdrawal wins over a consent; of two consents the one given last."""
    if twin.withdrawn_at is not None:
        return
    later = row.given_at is not None and (twin.given_at is None or row.given_at > twin.given_at)
    if row.withdrawn_at is not None or later:
        told = ("given_at", "how", "wording", "staff_id", "visit_id", "moment", "withdrawn_at")
        for name in told:
            setattr(twin, name, getattr(row, name))


def _vehicle(row: Any, twin: Any, _chosen: Mapping[str, Side]) -> None:
    """What one of them alone says; the kilometres read last, the most visits to the workshop."""
    for name in ("plate", "vin", "model", "plated_on"):
        if not getattr(twin, name):
            setattr(twin, name, getattr(row, name))
    if row.km is not None and (twin.km is None or row.km > twin.km):
        twin.km, twin.km_on = row.km, row.km_on
    twin.services = max(twin.services, row.services)


def _invitation(row: Any, twin: Any, _chosen: Mapping[str, Side]) -> None:
    """Invited once, and came when one of them did."""
    for name in ("staff_id", "invited_at", "came_at", "ticket", "prize"):
        if not getattr(twin, name):
            setattr(twin, name, getattr(row, name))
    if twin.reply is Reply.NONE:
        twin.reply = row.reply
    twin.people = max(twin.people, row.people)
    twin.gained = twin.gained or row.gained


def _check(row: Any, twin: Any, _chosen: Mapping[str, Side]) -> None:
    """The check that was made counts."""
    if twin.verdict is None and row.verdict is not None:
        for name in ("consultant_id", "verdict", "note", "staff_id", "checked_at"):
            setattr(twin, name, getattr(row, name))


def _key_date(row: Any, twin: Any, _chosen: Mapping[str, Side]) -> None:
    """The next day of its kind is the later one."""
    if row.day > twin.day:
        twin.day, twin.note = row.day, row.note or twin.note


_WAYS: Final = {
    "trait": _trait,
    "field_value": _value,
    "consent": _consent,
    "vehicle": _vehicle,
    "invitation": _invitation,
    "spot_check": _check,
    "key_date": _key_date,
}
