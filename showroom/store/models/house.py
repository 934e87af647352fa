"""What the house keeps beside the visits: who is expected or away, gifts, days that are closed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import Aim, Honorific


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


class Absence(Base):
    """Days on which somebody is not here; `stand_in_id` makes his calls, none: the manager."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_begin"),
        CheckConstraint("stand_in_id <> staff_id", name="not_himself"),
        Index("ix_absence_staff_id", "staff_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
