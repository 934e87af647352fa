"""Printed cards that are due, printed or skipped; the wordings and pictures of the showroom."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import CardKind


class Card(Base):
    """One card for one customer; printed once, again only when asked (DESIGN §4.9).

    `said` is the letter that was printed (JSON of `showroom.cards.compose.Letter`): whatever is
    worded otherwise later, a printed card keeps its words. `festival` is the code of the one it is
    for, "" of any other card.
    """

    __tablename__ = "card"
    __table_args__ = (
        Index("ix_card_customer_id", "customer_id"),
        Index("ix_card_due_on", "due_on"),
        Index("ix_card_deal_id", "deal_id"),
        CheckConstraint("late_on >= due_on", name="late"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    kind: Mapped[CardKind] = mapped_column(Code(CardKind))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    due_on: Mapped[date]
    late_on: Mapped[date]
    template: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    printed_at: Mapped[datetime | None]
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    printer: Mapped[str] = mapped_column(default="")
    said: Mapped[str] = mapped_column(default="", server_default="")
    signed_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    skipped_at: Mapped[datetime | None]
    skip_reason: Mapped[str] = mapped_column(default="")
    festival: Mapped[str] = mapped_column(default="", server_default="")
