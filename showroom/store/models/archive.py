"""What a showroom wants to know beside the usual: its own fields, and who checked the archive."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import Asked, FieldKind, Verdict


class CustomField(Base):
    """A field of the showroom's own; `options` of a choice stand on a line each."""

    __tablename__ = "custom_field"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[Id]
    zh: Mapped[str] = mapped_column(unique=True)
    en: Mapped[str]
    kind: Mapped[FieldKind] = mapped_column(Code(FieldKind))
    options: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class FieldValue(Base):
    """What stands in such a field of one customer, as words: a day as YYYY-MM-DD, yes as 1."""

    __tablename__ = "field_value"
    __table_args__ = (
        UniqueConstraint("customer_id", "field_id"),
        Index("ix_field_value_field_id", "field_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    field_id: Mapped[int] = mapped_column(ForeignKey("custom_field.id"))
    words: Mapped[str]


class SpotCheck(Base):
    """A file that was drawn in a quarter's contest, and what the manager found (DOMAIN §6).

    `quarter_on` is the first day of the quarter.
    """

    __tablename__ = "spot_check"
    __table_args__ = (
        UniqueConstraint("quarter_on", "customer_id"),
        Index("ix_spot_check_customer_id", "customer_id"),
        CheckConstraint("(verdict IS NULL) = (checked_at IS NULL)", name="checked"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    quarter_on: Mapped[date]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    drawn_at: Mapped[datetime]
    verdict: Mapped[Verdict | None] = mapped_column(Code(Verdict))
    note: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    checked_at: Mapped[datetime | None]


class Survey(Base):
    """How satisfied somebody said he is, 0 to 100 (DOMAIN §5.6).

    Of a short form `score` is its weighted mean and `answers` each answer, JSON by question.
    """

    __tablename__ = "survey"
    __table_args__ = (
        Index("ix_survey_customer_id", "customer_id"),
        Index("ix_survey_day", "day"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    day: Mapped[date]
    score: Mapped[int]
    words: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    asked: Mapped[Asked] = mapped_column(Code(Asked), default=Asked.WHOLE, server_default="whole")
    answers: Mapped[str] = mapped_column(default="", server_default="")
