"""What goes out and comes back: keys with their kilometres, gifts."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Id
from showroom.store.models.house import Gift


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
    gift_id: Mapped[int] = mapped_column(ForeignKey(Gift.id))
    day: Mapped[date]
    at: Mapped[datetime]
    count: Mapped[int]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    receiver: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
