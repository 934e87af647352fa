"""What customers complained of, and what was done about it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import CareStep, DateKind, Gravity
from showroom.store.models.traits import Vehicle


class Complaint(Base):
    """A complaint in the customer's own words; who it is about never handles it (DOMAIN §5.7).

    `answer_by` is the last moment for the first answer; `closed_at` once he was called again and
    is content.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_customer_id", "customer_id"),
        Index("ix_complaint_day", "day"),
        CheckConstraint("about_id <> responsible_id", name="not_by_himself"),
        CheckConstraint("closed_at IS NULL OR answered_at IS NOT NULL", name="answered_first"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    day: Mapped[date]
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    cause_id: Mapped[int] = mapped_column(ForeignKey("choice.id"))
    gravity: Mapped[Gravity] = mapped_column(Code(Gravity), default=Gravity.ORDINARY)
    words: Mapped[str] = mapped_column(default="")
    car: Mapped[str] = mapped_column(default="")
    about_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answer_by: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reopened: Mapped[int] = mapped_column(default=0)


class ComplaintStep(Base):
    """One thing that was done about a complaint."""

    __tablename__ = "complaint_step"
    __table_args__ = (
        Index("ix_complaint_step_complaint_id", "complaint_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    kind: Mapped[CareStep] = mapped_column(Code(CareStep))
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    words: Mapped[str] = mapped_column(default="")


class KeyDate(Base):
    """The next day of its kind for a car, or for its driver where `vehicle_id` is empty."""

    __tablename__ = "key_date"
    __table_args__ = (
        Index("ix_key_date_customer_id", "customer_id"),
        Index("ix_key_date_vehicle_id", "vehicle_id"),
        Index("ix_key_date_day", "day"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    vehicle_id: Mapped[int | None] = mapped_column(ForeignKey(Vehicle.id))
    kind: Mapped[DateKind] = mapped_column(Code(DateKind))
    day: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
