"""Who brought whom: how owners are asked whom they know, and what proves an introduction."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import ReferralState, TalkStep


class Referral(Base):
    """Who brought whom: one level, once per new customer (DOMAIN §5.5)."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("introducer_id <> customer_id", name="not_oneself"),
        CheckConstraint("reward >= 0", name="reward"),
        Index("ix_referral_introducer_id", "introducer_id"),
        Index("ix_referral_deal_id", "deal_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    introducer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), unique=True)
    noted_at: Mapped[datetime]
    state: Mapped[ReferralState] = mapped_column(
        Code(ReferralState), default=ReferralState.NOTED, server_default="noted"
    )
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    reward: Mapped[Decimal | None]
    reward_words: Mapped[str] = mapped_column(default="", server_default="")
    paid_at: Mapped[datetime | None]
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(default="", server_default="")


class Talk(Base):
    """An owner who is asked whom he knows, and how far the talk got (DOMAIN §6, seed 001)."""

    __tablename__ = "talk"
    __table_args__ = (
        Index("ix_talk_customer_id", "customer_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    begun_at: Mapped[datetime]
    step: Mapped[TalkStep] = mapped_column(Code(TalkStep))
    note: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]


class Proof(Base):
    """A picture or PDF that proves an introduction or its reward; `ProofFile` holds it."""

    __tablename__ = "proof"
    __table_args__ = (
        Index("ix_proof_referral_id", "referral_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"))
    name: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class ProofFile(Base):
    """The bytes of a proof, by their SHA-256; they lie in the encrypted file and its copies."""

    __tablename__ = "proof_file"
    journaled = False
    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
