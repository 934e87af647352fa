"""What customers were told and agreed to, and who was erased."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import Cause, Heard, Moment, Purpose, Way


class NoticeText(Base):
    """A version of what customers are told before they leave a phone, as it was worded."""

    __tablename__ = "notice_text"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[Id]
    version: Mapped[int] = mapped_column(unique=True)
    words: Mapped[str]
    since: Mapped[datetime]


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
    __table_args__ = ({"sqlite_autoincrement": True},)
    journaled = False
    id: Mapped[Id]
    at: Mapped[datetime]
    staff_id: Mapped[int | None]
    cause: Mapped[Cause] = mapped_column(Code(Cause))
    person: Mapped[str]
    phones: Mapped[str] = mapped_column(default="")
