"""The shop's settings, the journal of every write, consents, and who was erased."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.door import Moment


class Purpose(StrEnum):
    """What somebody may be contacted for."""

    CONTACT = "contact"
    CARDS = "cards"
    EVENTS = "events"


class Way(StrEnum):
    """How somebody may be reached."""

    PHONE = "phone"
    SMS = "sms"
    WECHAT = "wechat"
    POST = "post"


class Heard(StrEnum):
    """How a consent or its withdrawal reached us."""

    VISIT = "visit"
    DESK = "desk"


class Cause(StrEnum):
    """Why somebody was erased."""

    ASKED = "asked"
    RETENTION = "retention"


class Setting(Base):
    """One fact of the shop; the defaults stand in `showroom.settings`."""

    __tablename__ = "setting"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    value: Mapped[str]


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


class Consent(Base):
    """What one customer agreed to, for one purpose and way: given, withdrawn, or both in turn.

    The row says what holds now, the journal what held before. `wording` is the version of the
    privacy notice he was told; `given_at` is empty for who refused before he was asked. Who heard
    it, at which visit and moment is known where it was said at a visit.
    """

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("customer_id", "purpose", "way"),
        Index(
            "ix_consent_withdrawn",
            "customer_id",
            "way",
            sqlite_where=text("withdrawn_at IS NOT NULL"),
        ),
        CheckConstraint("given_at IS NOT NULL OR withdrawn_at IS NOT NULL", name="said"),
        CheckConstraint("withdrawn_at >= given_at", name="withdrawn_after_given"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[Purpose] = mapped_column(Code(Purpose))
    way: Mapped[Way] = mapped_column(Code(Way))
    given_at: Mapped[datetime | None]
    how: Mapped[Heard] = mapped_column(Code(Heard))
    wording: Mapped[int]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    moment: Mapped[Moment | None] = mapped_column(Code(Moment))
    withdrawn_at: Mapped[datetime | None]


class Erased(Base):
    """Somebody who was erased, so that no copy brings him back: keyed digests, no name, no phone.

    Made and read by `showroom.store.tombs`.
    """

    __tablename__ = "erased"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012
    journaled = False
    id: Mapped[Id]
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    cause: Mapped[Cause] = mapped_column(Code(Cause))
    person: Mapped[str]
    phones: Mapped[str] = mapped_column(default="")
