"""The tables, one module a room, and the words they store.

The modules in `_LATER` are loaded when something of them is first asked for: the desk opens without
them, so what it opens with writes `models.Consent` instead of importing the name. Who needs every
table calls `everything()`.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from showroom.store.models.base import Base, Code, Money
from showroom.store.models.cards import Card
from showroom.store.models.care import FollowUp
from showroom.store.models.codes import (
    Aim,
    AwayReason,
    CameBy,
    CardKind,
    Cause,
    ChoiceKind,
    Company,
    HandOver,
    Heard,
    Honorific,
    Level,
    Moment,
    Outcome,
    Payment,
    Promise,
    Purpose,
    Refusal,
    Role,
    Status,
    TraitKind,
    TurnState,
    VisitKind,
    Way,
    Wording,
)
from showroom.store.models.deals import Deal
from showroom.store.models.door import Ask, DemoCar, Draft, Script, TestDrive, Turn, Visit
from showroom.store.models.guard import Action, Change, Setting
from showroom.store.models.house import Appointment, DayClose, Gift
from showroom.store.models.people import Choice, Customer, Phone, Referral, Staff

if TYPE_CHECKING:
    from showroom.store.models.consents import Consent, Erased, NoticeText
    from showroom.store.models.moves import GiftMove, KeyMove
    from showroom.store.models.sheets import ImportBatch, ImportRow
    from showroom.store.models.traits import Trait, Vehicle

_LATER = {
    "Consent": "consents",
    "Erased": "consents",
    "GiftMove": "moves",
    "ImportBatch": "sheets",
    "ImportRow": "sheets",
    "KeyMove": "moves",
    "NoticeText": "consents",
    "Trait": "traits",
    "Vehicle": "traits",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)


@cache
def everything() -> type[Base]:
    """Load every table; `Base.metadata` and its registry know all of them from then on."""
    for module in set(_LATER.values()):
        import_module(f"{__name__}.{module}")
    return Base


__all__ = [
    "Action",
    "Aim",
    "Appointment",
    "Ask",
    "AwayReason",
    "Base",
    "CameBy",
    "Card",
    "CardKind",
    "Cause",
    "Change",
    "Choice",
    "ChoiceKind",
    "Code",
    "Company",
    "Consent",
    "Customer",
    "DayClose",
    "Deal",
    "DemoCar",
    "Draft",
    "Erased",
    "FollowUp",
    "Gift",
    "GiftMove",
    "HandOver",
    "Heard",
    "Honorific",
    "ImportBatch",
    "ImportRow",
    "KeyMove",
    "Level",
    "Moment",
    "Money",
    "NoticeText",
    "Outcome",
    "Payment",
    "Phone",
    "Promise",
    "Purpose",
    "Referral",
    "Refusal",
    "Role",
    "Script",
    "Setting",
    "Staff",
    "Status",
    "TestDrive",
    "Trait",
    "TraitKind",
    "Turn",
    "TurnState",
    "Vehicle",
    "Visit",
    "VisitKind",
    "Way",
    "Wording",
    "everything",
]
