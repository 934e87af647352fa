"""What a customer is known by beside his name and phone."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import TraitKind


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
