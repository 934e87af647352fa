"""What is promised: the contacts that are due."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import Promise


class FollowUp(Base):
    """One contact that is due, with the rule that asked for it.

    `asked_by` is the occasion of `showroom.people.rules` that gave the day, counted from `since`;
    "" when somebody chose the day. `agreed`: the customer was told this day. `clock`: at what time
    of that day, by the clock on the wall; only of a day that somebody chose.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_customer_id", "customer_id"),
        Index("ix_follow_up_deal_id", "deal_id"),
        Index(  # the list of the day is read from it alone
            "ix_follow_up_due_on",
            *("due_on", "rule", "asked_by", "agreed", "staff_id", "customer_id", "clock"),
            sqlite_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_follow_up_done_at",
            *("done_at", "staff_id"),
            sqlite_where=text("done_at IS NOT NULL"),
        ),
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
    agreed: Mapped[bool] = mapped_column(default=False, server_default="0")
    asked_by: Mapped[str] = mapped_column(default="", server_default="")
    since: Mapped[date | None]
    clock: Mapped[time | None]
