"""The journal of every write: actions and the rows they changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Id


class Action(Base):
    """Who did what, when, to whom and why; an undo is an action too.

    `what` says in words what no row shows: which file, how many lines. `seal` and `Change.digest`
    are made by `showroom.store.seals`.
    """

    __tablename__ = "action"
    __table_args__ = (
        Index("ix_action_subject", "subject_table", "subject_id"),
        Index("ix_action_at", "at"),
        {"sqlite_autoincrement": True},
    )
    journaled = False
    id: Mapped[Id]
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    verb: Mapped[str]
    subject_table: Mapped[str] = mapped_column(default="")
    subject_id: Mapped[int | None]
    why: Mapped[str] = mapped_column(default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"), index=True)
    what: Mapped[str] = mapped_column(default="", server_default="")
    seal: Mapped[str] = mapped_column(default="", server_default="")


class Change(Base):
    """One row an action made, changed or removed: the columns before and after, as JSON."""

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_action_id", "action_id"),
        Index("ix_change_row", "table_name", "row_id"),
        {"sqlite_autoincrement": True},
    )
    journaled = False
    id: Mapped[Id]
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    table_name: Mapped[str]
    row_id: Mapped[int]
    before: Mapped[str | None]
    after: Mapped[str | None]
    digest: Mapped[str] = mapped_column(default="", server_default="")
