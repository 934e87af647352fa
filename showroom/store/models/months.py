"""What a month begins with and what it is measured by: openings, targets, figures that left."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Id


class MonthOpening(Base):
    """Who was open at 00:00 of the 1st; never edited nor undone (DOMAIN §7.4).

    Written once; anew only where a clock that ran ahead wrote it before its month.

    `counts` is JSON: `[[consultant or null, level, number], …]`; `orders` those neither delivered
    nor cancelled then.
    """

    __tablename__ = "month_opening"
    __table_args__ = (
        UniqueConstraint("month"),
        CheckConstraint("orders >= 0", name="orders"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    month: Mapped[date]
    taken_at: Mapped[datetime]
    orders: Mapped[int]
    counts: Mapped[str]


class Target(Base):
    """What a month is to bring, of the whole shop or of one consultant.

    `value` is a number, of a rate per cent, of money whole yuan; `figure` is the code of a figure.
    """

    __tablename__ = "target"
    __table_args__ = (
        Index(
            "uq_target_shop",
            "month",
            "figure",
            unique=True,
            sqlite_where=text("staff_id IS NULL"),
        ),
        Index(
            "uq_target_person",
            "month",
            "staff_id",
            "figure",
            unique=True,
            sqlite_where=text("staff_id IS NOT NULL"),
        ),
        CheckConstraint("value > 0", name="value"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    month: Mapped[date]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    figure: Mapped[str]
    value: Mapped[int]


class MonthExport(Base):
    """The figures of a month as its workbook said them when it left; `upto` is the last action."""

    __tablename__ = "month_export"
    __table_args__ = (Index("ix_month_export_month", "month"), {"sqlite_autoincrement": True})
    id: Mapped[Id]
    month: Mapped[date]
    at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    upto: Mapped[int]
    figures: Mapped[str]
