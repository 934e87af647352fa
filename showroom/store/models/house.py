"""What the house keeps beside the visits: who is expected, keys, gifts, days that are closed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.people import Honorific


class Aim(StrEnum):
    """What somebody comes for by appointment (DOMAIN §9)."""

    LOOK = "look"
    DRIVE = "drive"
    DELIVERY = "delivery"
    EVENT = "event"


class TraitKind(StrEnum):
    """What somebody without a phone is known again by."""

    CAR = "car"
    COMPANY = "company"
    INTEREST = "interest"
    LOOK = "look"


class Appointment(Base):
    """Somebody who is expected; `visit_id` once he came, `call_id` where a call led to it."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("ix_appointment_day", "day"),
        Index("ix_appointment_customer_id", "customer_id"),
        CheckConstraint("people BETWEEN 1 AND 99", name="people"),
        CheckConstraint("visit_id IS NULL OR cancelled_at IS NULL", name="came_or_cancelled"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    at: Mapped[datetime]
    day: Mapped[date]
    aim: Mapped[Aim] = mapped_column(Code(Aim), default=Aim.LOOK)
    people: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(default="")
    honorific: Mapped[Honorific] = mapped_column(Code(Honorific), default=Honorific.NONE)
    phone: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    note: Mapped[str] = mapped_column(default="")
    made_on: Mapped[date]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), unique=True)
    cancelled_at: Mapped[datetime | None]


class KeyMove(Base):
    """A key that was taken, for a test drive or anything else: every kilometre (DOMAIN §9)."""

    __tablename__ = "key_move"
    __table_args__ = (
        Index("ix_key_move_car_id", "car_id"),
        Index("ix_key_move_test_drive_id", "test_drive_id"),
        CheckConstraint("back_at IS NULL OR back_at >= taken_at", name="back_after_taking"),
        CheckConstraint("km_in IS NULL OR km_in >= km_out", name="km_forwards"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    car_id: Mapped[int] = mapped_column(ForeignKey("demo_car.id"))
    test_drive_id: Mapped[int | None] = mapped_column(ForeignKey("test_drive.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    purpose: Mapped[str] = mapped_column(default="")
    taken_at: Mapped[datetime]
    back_at: Mapped[datetime | None]
    km_out: Mapped[int]
    km_in: Mapped[int | None]


class Gift(Base):
    """Something the desk hands out, or a prize of a draw; `stock` is the sum of its moves."""

    __tablename__ = "gift"
    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="runs_forwards"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str] = mapped_column(default="")
    prize: Mapped[bool] = mapped_column(default=False)
    stock: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)


class GiftMove(Base):
    """Gifts that came in (`count` above zero) or went out (below), and to whom (DOMAIN §9)."""

    __tablename__ = "gift_move"
    __table_args__ = (
        Index("ix_gift_move_gift_id", "gift_id"),
        Index("ix_gift_move_visit_id", "visit_id"),
        Index("ix_gift_move_customer_id", "customer_id"),
        CheckConstraint("count <> 0", name="count"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    gift_id: Mapped[int] = mapped_column(ForeignKey("gift.id"))
    day: Mapped[date]
    at: Mapped[datetime]
    count: Mapped[int]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    receiver: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class DayClose(Base):
    """A day that was closed and signed by name; `totals` is what the register said then, JSON."""

    __tablename__ = "day_close"
    __table_args__ = (UniqueConstraint("day"), {"sqlite_autoincrement": True})
    id: Mapped[Id]
    day: Mapped[date]
    closed_at: Mapped[datetime]
    receptionist: Mapped[str]
    floor_manager: Mapped[str] = mapped_column(default="")
    sales_manager: Mapped[str] = mapped_column(default="")
    weather: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    totals: Mapped[str]


class Trait(Base):
    """What a customer is known again by who left no phone: his car, his company, what he liked."""

    __tablename__ = "trait"
    __table_args__ = (
        UniqueConstraint("customer_id", "kind"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[TraitKind] = mapped_column(Code(TraitKind))
    words: Mapped[str]


class Vehicle(Base):
    """A car of a customer, by its plate."""

    __tablename__ = "vehicle"
    __table_args__ = (
        UniqueConstraint("customer_id", "plate"),
        Index("ix_vehicle_plate", "plate"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    plate: Mapped[str]
    model: Mapped[str] = mapped_column(default="")


class NoticeText(Base):
    """A version of what customers are told before they leave a phone, as it was worded."""

    __tablename__ = "notice_text"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012
    id: Mapped[Id]
    version: Mapped[int] = mapped_column(unique=True)
    words: Mapped[str]
    since: Mapped[datetime]
