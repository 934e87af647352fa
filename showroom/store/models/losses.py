"""Customers who bought elsewhere or not at all."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import LossState


class Loss(Base):
    """That somebody was lost: applied for with the reason, decided by a manager (DOMAIN §2.3-2.4).

    What he bought instead, where, when, at what price; `reactivated_at` once he is open again.
    """

    __tablename__ = "loss"
    __table_args__ = (
        Index("ix_loss_customer_id", "customer_id"),
        Index(
            "uq_loss_applied", "customer_id", unique=True, sqlite_where=text("state = 'applied'")
        ),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("(state = 'applied') = (decided_at IS NULL)", name="decided"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    reason_id: Mapped[int] = mapped_column(ForeignKey("choice.id"))
    rival: Mapped[str] = mapped_column(default="")
    price: Mapped[Decimal | None]
    shop: Mapped[str] = mapped_column(default="")
    bought_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    applied_at: Mapped[datetime]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[LossState] = mapped_column(Code(LossState), default=LossState.APPLIED)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    answer: Mapped[str] = mapped_column(default="")
    reactivated_at: Mapped[datetime | None]
