"""What a customer is known by beside his name and phone."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import TraitKind


class Trait(Base):
    """One thing that is noted of a customer: see `TraitKind`."""

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
    """A car of a customer, by its plate or its VIN.

    `plated_on` is the day of its plate, `km` what it had run on `km_on`, `services` how often it
    was in the workshop (DOMAIN §6).
    """

    __tablename__ = "vehicle"
    __table_args__ = (
        Index(
            "uq_vehicle_customer_id",
            "customer_id",
            "plate",
            unique=True,
            sqlite_where=text("plate <> ''"),
        ),
        Index("ix_vehicle_customer_id", "customer_id"),
        Index("ix_vehicle_plate", "plate"),
        Index("ix_vehicle_vin", "vin"),
        CheckConstraint("plate <> '' OR vin <> ''", name="known"),
        CheckConstraint("km >= 0", name="km"),
        CheckConstraint("services >= 0", name="services"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    plate: Mapped[str] = mapped_column(default="", server_default="")
    model: Mapped[str] = mapped_column(default="", server_default="")
    vin: Mapped[str] = mapped_column(default="", server_default="")
    plated_on: Mapped[date | None]
    km: Mapped[int | None]
    km_on: Mapped[date | None]
    services: Mapped[int] = mapped_column(default=0, server_default="0")
