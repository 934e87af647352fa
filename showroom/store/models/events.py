"""Days in the shop that customers are invited to (店头活动)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.circle import NamedList
from showroom.store.models.codes import Reply


class Event(Base):
    """An event: its deals are those of who came, within `trace_days` after it.

    `club_id` is the list of the club whose activity it is.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_day", "day"),
        Index("ix_event_club_id", "club_id"),
        CheckConstraint("trace_days BETWEEN 0 AND 365", name="trace_days"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    name: Mapped[str]
    day: Mapped[date]
    until: Mapped[date]
    place: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    prize: Mapped[str] = mapped_column(default="")
    trace_days: Mapped[int] = mapped_column(default=30)
    cancelled_at: Mapped[datetime | None]
    club_id: Mapped[int | None] = mapped_column(ForeignKey(NamedList.id))


class Invitation(Base):
    """A customer and an event: invited or not, what he said, when he came, with how many.

    `gained` says that his contact was left there; `ticket` is his number in the draw.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("event_id", "customer_id"),
        UniqueConstraint("event_id", "ticket", name="uq_invitation_ticket"),
        Index("ix_invitation_customer_id", "customer_id"),
        CheckConstraint("people BETWEEN 1 AND 99", name="people"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    invited_at: Mapped[datetime | None]
    reply: Mapped[Reply] = mapped_column(Code(Reply), default=Reply.NONE)
    came_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=1)
    gained: Mapped[bool] = mapped_column(default=False)
    ticket: Mapped[int | None]
    prize: Mapped[str] = mapped_column(default="")
