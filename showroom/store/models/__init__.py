"""The tables, one module a room."""

from showroom.store.models.base import Base, Code, Money
from showroom.store.models.cards import Card, CardKind
from showroom.store.models.care import FollowUp, Promise
from showroom.store.models.deals import Deal, Payment
from showroom.store.models.door import (
    Ask,
    Draft,
    HandOver,
    Moment,
    Outcome,
    Refusal,
    TestDrive,
    Turn,
    Visit,
    VisitKind,
)
from showroom.store.models.guard import Action, Change, Setting
from showroom.store.models.people import (
    Choice,
    ChoiceKind,
    Customer,
    Honorific,
    Level,
    Phone,
    Referral,
    Role,
    Staff,
    Status,
)
from showroom.store.models.sheets import ImportBatch, ImportRow

__all__ = [
    "Action",
    "Ask",
    "Base",
    "Card",
    "CardKind",
    "Change",
    "Choice",
    "ChoiceKind",
    "Code",
    "Customer",
    "Deal",
    "Draft",
    "FollowUp",
    "HandOver",
    "Honorific",
    "ImportBatch",
    "ImportRow",
    "Level",
    "Moment",
    "Money",
    "Outcome",
    "Payment",
    "Phone",
    "Promise",
    "Referral",
    "Refusal",
    "Role",
    "Setting",
    "Staff",
    "Status",
    "TestDrive",
    "Turn",
    "Visit",
    "VisitKind",
]
