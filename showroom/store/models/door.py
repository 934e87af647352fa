"""Who comes in: turns, visits, asks, test drives, and what is being typed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.people import Honorific, Level


class VisitKind(StrEnum):
    """Why somebody is counted."""

    WALK_IN = "walk_in"
    CALL = "call"
    ERRAND = "errand"


class Moment(StrEnum):
    """The seven moments to ask for a contact, in their order (DOMAIN §4.1)."""

    SEATED = "seated"
    OFFER = "offer"
    RAPPORT = "rapport"
    BUSINESS_CARD = "business_card"
    PRIZE = "prize"
    GIFT = "gift"
    FAREWELL = "farewell"


class Outcome(StrEnum):
    """What came of an ask."""

    GIVEN = "given"
    REFUSED = "refused"


class Refusal(StrEnum):
    """The four reasons for not leaving a contact (DOMAIN §4.2)."""

    SPAM = "spam"
    CONTROL = "control"
    NO_REASON = "no_reason"
    NOT_BUYER = "not_buyer"


class HandOver(StrEnum):
    """Why this consultant received the party (DOMAIN §3.4)."""

    TURN = "turn"
    ON_FILE = "on_file"
    ASKED_FOR = "asked_for"
    ASSIGNED = "assigned"


class Turn(Base):
    """A consultant's place in the order of receiving; the smallest position is next."""

    __tablename__ = "turn"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012
    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), unique=True)
    position: Mapped[int]
    away: Mapped[bool] = mapped_column(default=False)


class Visit(Base):
    """One party, however many people; `day` is the local business day of the arrival."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("day", "number"),
        Index("ix_visit_customer_id", "customer_id", "day"),
        Index("ix_visit_arrived_at", "arrived_at"),
        Index("ix_visit_here", "left_at", "consultant_id", sqlite_where=text("left_at IS NULL")),
        CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name="leaves_after_arriving"),
        CheckConstraint("people BETWEEN 1 AND 99", name="people"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    kind: Mapped[VisitKind] = mapped_column(Code(VisitKind), default=VisitKind.WALK_IN)
    day: Mapped[date]
    number: Mapped[int]
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=1)
    again: Mapped[bool] = mapped_column(default=False)
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    hand_over: Mapped[HandOver | None] = mapped_column(Code(HandOver))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    name: Mapped[str] = mapped_column(default="")
    honorific: Mapped[Honorific] = mapped_column(Code(Honorific), default=Honorific.NONE)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    errand_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    level: Mapped[Level | None] = mapped_column(Code(Level))
    note: Mapped[str] = mapped_column(default="")


class Ask(Base):
    """One attempt at one moment of one visit: given, or refused for one of four reasons."""

    __tablename__ = "ask"
    __table_args__ = (
        Index("ix_ask_visit_id", "visit_id"),
        CheckConstraint("(outcome = 'given') = (refusal IS NULL)", name="refused_has_its_reason"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    moment: Mapped[Moment] = mapped_column(Code(Moment))
    outcome: Mapped[Outcome] = mapped_column(Code(Outcome))
    refusal: Mapped[Refusal | None] = mapped_column(Code(Refusal))
    at: Mapped[datetime]


class TestDrive(Base):
    """A test drive of a visit; begin and end are known when the desk noted them."""

    __test__ = False
    __tablename__ = "test_drive"
    __table_args__ = (
        Index("ix_test_drive_visit_id", "visit_id"),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_starting"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Draft(Base):
    """What is typed and not yet said to be right; gone as soon as it is saved."""

    __tablename__ = "draft"
    journaled = False
    key: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[str]
    at: Mapped[datetime]
