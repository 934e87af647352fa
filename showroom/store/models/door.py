"""Who comes in: turns, visits, asks with their scripts, test drives, and what is being typed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import (
    AwayReason,
    CameBy,
    Company,
    HandOver,
    Honorific,
    Level,
    Moment,
    Outcome,
    Refusal,
    TurnState,
    VisitKind,
    Wording,
)


class Turn(Base):
    """A consultant's place in the order of receiving; the smallest position is next.

    `owed` turns passed while he was kept by what is made good (DOMAIN §3.4); `team` counts where
    the roster is in groups or fixed, see `Settings.roster`.
    """

    __tablename__ = "turn"
    __table_args__ = (
        CheckConstraint("owed >= 0", name="owed"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), unique=True)
    position: Mapped[int]
    state: Mapped[TurnState] = mapped_column(
        Code(TurnState), default=TurnState.POST, server_default=TurnState.POST
    )
    reason: Mapped[AwayReason | None] = mapped_column(Code(AwayReason))
    since: Mapped[datetime | None]
    team: Mapped[int] = mapped_column(default=1, server_default="1")
    owed: Mapped[int] = mapped_column(default=0, server_default="0")


class Visit(Base):
    """One party, however many people; `day` is the local business day of the arrival.

    From `brand` on: what was wanted and offered in the words of another system (DOMAIN §1.2c),
    `source` and `their_number` what it calls where the customer came from, and him.
    """

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
    came_by: Mapped[CameBy | None] = mapped_column(Code(CameBy))
    colour_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    rival: Mapped[str] = mapped_column(default="", server_default="")
    quoted: Mapped[bool] = mapped_column(default=False, server_default="0")
    stands_in_for_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    unmet_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    brand: Mapped[str] = mapped_column(default="", server_default="")
    series: Mapped[str] = mapped_column(default="", server_default="")
    trim: Mapped[str] = mapped_column(default="", server_default="")
    offer: Mapped[Decimal | None]
    course: Mapped[str] = mapped_column(default="", server_default="")
    source: Mapped[str] = mapped_column(default="", server_default="")
    their_number: Mapped[str] = mapped_column(default="", server_default="")


class Script(Base):
    """What may be said at a moment, to whom; two wordings of the same are tried in turn.

    A text that was used is never changed: a new one takes its place, so that what was said is known
    of every ask. `again`, `model_id` and `company` narrow whom it is for; empty fits all.
    """

    __tablename__ = "script"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[Id]
    moment: Mapped[Moment] = mapped_column(Code(Moment))
    wording: Mapped[Wording] = mapped_column(Code(Wording))
    words: Mapped[str]
    again: Mapped[bool | None]
    model_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    company: Mapped[Company | None] = mapped_column(Code(Company))
    active: Mapped[bool] = mapped_column(default=True)


class Ask(Base):
    """One attempt at one moment of one visit: given, or refused for one of four reasons.

    `script_id` is what was on the screen when it was asked; empty for the words we ship, whose
    `wording` says which of the two it was.
    """

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
    script_id: Mapped[int | None] = mapped_column(ForeignKey("script.id"))
    wording: Mapped[Wording | None] = mapped_column(Code(Wording))


class DemoCar(Base):
    """A car that customers drive; `km` is what its odometer said last."""

    __tablename__ = "demo_car"
    __table_args__ = (CheckConstraint("km >= 0", name="km"), {"sqlite_autoincrement": True})
    id: Mapped[Id]
    plate: Mapped[str] = mapped_column(unique=True)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    km: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class TestDrive(Base):
    """A test drive: of a visit, or booked for somebody who is expected.

    Booked while `planned_from` is known and `started_at` not; begin and end are known when the desk
    noted them.
    """

    __test__ = False
    __tablename__ = "test_drive"
    __table_args__ = (
        Index("ix_test_drive_visit_id", "visit_id"),
        Index("ix_test_drive_car_id", "car_id"),
        CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_starting"),
        CheckConstraint(
            "planned_until IS NULL OR planned_until > planned_from", name="planned_forwards"
        ),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    car_id: Mapped[int | None] = mapped_column(ForeignKey("demo_car.id"))
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    planned_from: Mapped[datetime | None]
    planned_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    route: Mapped[str] = mapped_column(default="", server_default="")
    licence_seen: Mapped[bool] = mapped_column(default=False, server_default="0")
    agreed_at: Mapped[datetime | None]


class Draft(Base):
    """What is typed and not yet said to be right; gone as soon as it is saved."""

    __tablename__ = "draft"
    journaled = False
    key: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[str]
    at: Mapped[datetime]
