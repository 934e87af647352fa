"""What was ordered, delivered or cancelled."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import Payment


class Deal(Base):
    """An order; delivered or cancelled when the date says so, never both."""

    __tablename__ = "deal"
    __table_args__ = (
        Index("ix_deal_customer_id", "customer_id"),
        Index("ix_deal_ordered_on", "ordered_on"),
        Index("ix_deal_visit_id", "visit_id"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("deposit >= 0 AND deposit <= price", name="deposit"),
        CheckConstraint("delivered_on IS NULL OR delivered_on >= ordered_on", name="delivery"),
        CheckConstraint("planned_on IS NULL OR planned_on >= ordered_on", name="plan"),
        CheckConstraint(
            "(cancelled_on IS NULL) = (cancel_reason_id IS NULL)", name="cancelled_has_its_reason"
        ),
        CheckConstraint("cancelled_on IS NULL OR delivered_on IS NULL", name="one_end"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    model_id: Mapped[int] = mapped_column(ForeignKey("choice.id"))
    colour_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    price: Mapped[Decimal]
    deposit: Mapped[Decimal] = mapped_column(default=Decimal(0))
    payment: Mapped[Payment | None] = mapped_column(Code(Payment))
    vin: Mapped[str] = mapped_column(default="")
    ordered_on: Mapped[date]
    planned_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    cancel_reason_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    cancel_note: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime]
