"""Who belongs together, who does not, and lists of customers under a name."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import Kinship


class Relation(Base):
    """Two customers who belong together and stay two; of a company the other one is the company."""

    __tablename__ = "relation"
    __table_args__ = (
        UniqueConstraint("customer_id", "other_id"),
        Index("ix_relation_other_id", "other_id"),
        CheckConstraint("customer_id <> other_id", name="not_oneself"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    kind: Mapped[Kinship] = mapped_column(Code(Kinship))
    note: Mapped[str] = mapped_column(default="")
    noted_at: Mapped[datetime]


class Different(Base):
    """Two customers who look like one and are not: somebody said so."""

    __tablename__ = "different"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        Index("ix_different_high_id", "high_id"),
        CheckConstraint("low_id < high_id", name="ordered"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    low_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    noted_at: Mapped[datetime]


class LikelyPair(Base):
    """Two customers who may be one, as the last nightly look found; `reasons` is a JSON list."""

    __tablename__ = "likely_pair"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        Index("ix_likely_pair_high_id", "high_id"),
        CheckConstraint("low_id < high_id", name="ordered"),
        {"sqlite_autoincrement": True},
    )
    journaled = False
    id: Mapped[Id]
    low_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    score: Mapped[int]
    reasons: Mapped[str]
    found_at: Mapped[datetime]


class NamedList(Base):
    """A list of customers under a name: who fits its `rule` (JSON, may be ""), and its entries.

    A `club` is a list whose members do something together (DOMAIN §5.1).
    """

    __tablename__ = "named_list"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    rule: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    club: Mapped[bool] = mapped_column(default=False, server_default="0")


class ListEntry(Base):
    """One customer who was put on a list by hand."""

    __tablename__ = "list_entry"
    __table_args__ = (
        UniqueConstraint("list_id", "customer_id"),
        Index("ix_list_entry_customer_id", "customer_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(ForeignKey("named_list.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
