"""What is promised: the contacts that are due."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import Promise


class FollowUp(Base):
    """One contact that is due, with the rule that asked for it."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_customer_id", "customer_id"),
        Index("ix_follow_up_deal_id", "deal_id"),
        Index("ix_follow_up_due_on", "due_on", sqlite_where=text("done_at IS NULL")),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    rule: Mapped[Promise] = mapped_column(Code(Promise))
    due_on: Mapped[date]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    done_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(default="")
