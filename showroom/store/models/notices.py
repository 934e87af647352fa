"""What customers are told for their safety, and what the desk was reminded of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import AdvisoryKind, Alert, Way


class Advisory(Base):
    """A notice about weather or service (温馨提示), its words, and by `rule` (JSON) whom it meets.

    `way` is how the customers are told; `colour` is that of the weather warning, if it is one.
    """

    __tablename__ = "advisory"
    __table_args__ = (Index("ix_advisory_day", "day"), {"sqlite_autoincrement": True})
    id: Mapped[Id]
    kind: Mapped[AdvisoryKind] = mapped_column(Code(AdvisoryKind))
    colour: Mapped[Alert | None] = mapped_column(Code(Alert))
    day: Mapped[date]
    way: Mapped[Way] = mapped_column(Code(Way))
    words: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Told(Base):
    """Somebody was told of a notice: once, whoever told him."""

    __tablename__ = "told"
    __table_args__ = (
        UniqueConstraint("advisory_id", "customer_id"),
        Index("ix_told_customer_id", "customer_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    advisory_id: Mapped[int] = mapped_column(ForeignKey("advisory.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Reminder(Base):
    """A reminder that was shown, by its key, so that none is shown twice."""

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_at", "at"), {"sqlite_autoincrement": True})
    journaled = False
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
