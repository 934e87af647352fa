"""The tables, one module a room, and the words they store.

The modules in `_LATER` are loaded when something of them is first asked for: the desk opens without
them, so what it opens with writes `models.Consent` instead of importing the name. Who needs every
table calls `everything()`.
"""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from showroom.store.models.base import Base, Code, Money
from showroom.store.models.care import FollowUp
from showroom.store.models.codes import (
    AdvisoryKind,
    Aim,
    Alert,
    Asked,
    AwayReason,
    CameBy,
    CardKind,
    CareStep,
    Cause,
    ChoiceKind,
    Company,
    DateKind,
    FieldKind,
    Gravity,
    HandOver,
    Heard,
    Honorific,
    Kinship,
    Level,
    LossState,
    Moment,
    Outcome,
    Payment,
    Promise,
    Purpose,
    ReferralState,
    Refusal,
    Reply,
    Role,
    Status,
    TalkStep,
    TraitKind,
    TurnState,
    Verdict,
    VisitKind,
    Way,
    Wording,
)
from showroom.store.models.deals import Deal
from showroom.store.models.door import Ask, DemoCar, Draft, Script, TestDrive, Turn, Visit
from showroom.store.models.people import Choice, Customer, Phone, Staff
from showroom.store.models.shop import Setting

if TYPE_CHECKING:
    from showroom.store.models.archive import CustomField, FieldValue, SpotCheck, Survey
    from showroom.store.models.cards import Card
    from showroom.store.models.circle import Different, LikelyPair, ListEntry, NamedList, Relation
    from showroom.store.models.complaints import Complaint, ComplaintStep, KeyDate
    from showroom.store.models.consents import Consent, Erased, NoticeText
    from showroom.store.models.events import Event, Invitation
    from showroom.store.models.house import Absence, Appointment, DayClose, Gift
    from showroom.store.models.journal import Action, Change
    from showroom.store.models.losses import Loss
    from showroom.store.models.months import MonthExport, MonthOpening, Target
    from showroom.store.models.moves import GiftMove, KeyMove
    from showroom.store.models.notices import Advisory, Reminder, Told
    from showroom.store.models.referrals import Proof, ProofFile, Referral, Talk
    from showroom.store.models.sheets import ImportBatch, ImportRow, SheetLayout, SheetWord
    from showroom.store.models.traits import Trait, Vehicle
    from showroom.store.models.wordings import CardTemplate, Picture

_LATER = {
    "Absence": "house",
    "Action": "journal",
    "Advisory": "notices",
    "Appointment": "house",
    "Card": "cards",
    "CardTemplate": "wordings",
    "Change": "journal",
    "Complaint": "complaints",
    "ComplaintStep": "complaints",
    "Consent": "consents",
    "CustomField": "archive",
    "DayClose": "house",
    "Different": "circle",
    "Erased": "consents",
    "Event": "events",
    "FieldValue": "archive",
    "Gift": "house",
    "GiftMove": "moves",
    "ImportBatch": "sheets",
    "ImportRow": "sheets",
    "Invitation": "events",
    "KeyDate": "complaints",
    "KeyMove": "moves",
    "LikelyPair": "circle",
    "ListEntry": "circle",
    "Loss": "losses",
    "MonthExport": "months",
    "MonthOpening": "months",
    "NamedList": "circle",
    "NoticeText": "consents",
    "Picture": "wordings",
    "Proof": "referrals",
    "ProofFile": "referrals",
    "Referral": "referrals",
    "Relation": "circle",
    "Reminder": "notices",
    "SheetLayout": "sheets",
    "SheetWord": "sheets",
    "SpotCheck": "archive",
    "Survey": "archive",
    "Talk": "referrals",
    "Target": "months",
    "Told": "notices",
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
    "Absence",
    "Action",
    "Advisory",
    "AdvisoryKind",
    "Aim",
    "Alert",
    "Appointment",
    "Ask",
    "Asked",
    "AwayReason",
    "Base",
    "CameBy",
    "Card",
    "CardKind",
    "CardTemplate",
    "CareStep",
    "Cause",
    "Change",
    "Choice",
    "ChoiceKind",
    "Code",
    "Company",
    "Complaint",
    "ComplaintStep",
    "Consent",
    "CustomField",
    "Customer",
    "DateKind",
    "DayClose",
    "Deal",
    "DemoCar",
    "Different",
    "Draft",
    "Erased",
    "Event",
    "FieldKind",
    "FieldValue",
    "FollowUp",
    "Gift",
    "GiftMove",
    "Gravity",
    "HandOver",
    "Heard",
    "Honorific",
    "ImportBatch",
    "ImportRow",
    "Invitation",
    "KeyDate",
    "KeyMove",
    "Kinship",
    "Level",
    "LikelyPair",
    "ListEntry",
    "Loss",
    "LossState",
    "Moment",
    "Money",
    "MonthExport",
    "MonthOpening",
    "NamedList",
    "NoticeText",
    "Outcome",
    "Payment",
    "Phone",
    "Picture",
    "Promise",
    "Proof",
    "ProofFile",
    "Purpose",
    "Referral",
    "ReferralState",
    "Refusal",
    "Relation",
    "Reminder",
    "Reply",
    "Role",
    "Script",
    "Setting",
    "SheetLayout",
    "SheetWord",
    "SpotCheck",
    "Staff",
    "Status",
    "Survey",
    "Talk",
    "TalkStep",
    "Target",
    "TestDrive",
    "Told",
    "Trait",
    "TraitKind",
    "Turn",
    "TurnState",
    "Vehicle",
    "Verdict",
    "Visit",
    "VisitKind",
    "Way",
    "Wording",
    "everything",
]
