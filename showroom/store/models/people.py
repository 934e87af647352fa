"""Who works here and whom we know: staff, choices, customers and their phones."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import (
    ChoiceKind,
    Honorific,
    Level,
    Role,
    Status,
)


class Staff(Base):
    """Somebody who works here; by his phone he is known as no introducer (DOMAIN §5.5).

    `signature` is the SHA-256 of the `Picture` of his own hand, "" for none.
    """

    __tablename__ = "staff"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(Code(Role))
    active: Mapped[bool] = mapped_column(default=True)
    pin: Mapped[str] = mapped_column(default="", server_default="")
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_until: Mapped[datetime | None]
    phone: Mapped[str] = mapped_column(default="", server_default="")
    signature: Mapped[str] = mapped_column(default="", server_default="")


class Choice(Base):
    """One entry of an editable list; `code` never changes, the labels may."""

    __tablename__ = "choice"
    __table_args__ = (UniqueConstraint("kind", "code"), {"sqlite_autoincrement": True})
    id: Mapped[Id]
    kind: Mapped[ChoiceKind] = mapped_column(Code(ChoiceKind))
    code: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]
    group: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Customer(Base):
    """A person or company we may contact, or an anonymous one known only by a visit.

    `contact_on` is the day he first left a phone or WeChat. The lunar second month has days that no
    February has: `birthday_more` are those after `birthday` then. One who was erased stays as a row
    without a name, so that visits and deals stay counted; he is in no list.
    """

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_last_visit_on", "erased_at", "last_visit_on"),
        Index("ix_customer_consultant_id", "consultant_id"),
        Index("ix_customer_do_not_contact", "id", sqlite_where=text("do_not_contact")),
        Index("ix_customer_wechat", "wechat", sqlite_where=text("wechat <> ''")),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(default="")
    honorific: Mapped[Honorific] = mapped_column(Code(Honorific), default=Honorific.NONE)
    title: Mapped[str] = mapped_column(default="")
    status: Mapped[Status] = mapped_column(Code(Status), default=Status.OPEN)
    level: Mapped[Level] = mapped_column(Code(Level), default=Level.UNRATED)
    consultant_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id"))
    wechat: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    birthday: Mapped[date | None]
    birthday_lunar: Mapped[bool] = mapped_column(default=False, server_default="0")
    birthday_more: Mapped[int] = mapped_column(default=0, server_default="0")
    note: Mapped[str] = mapped_column(default="")
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    contact_on: Mapped[date | None]
    first_visit_on: Mapped[date | None]
    last_visit_on: Mapped[date | None]
    erased_at: Mapped[datetime | None]


class Phone(Base):
    """One number of one customer, E.164; two customers may share it (DESIGN §4.3)."""

    __tablename__ = "phone"
    __table_args__ = (
        UniqueConstraint("customer_id", "number"),
        Index("ix_phone_number", "number"),
        CheckConstraint("number LIKE '+%'", name="international"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[Id]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    number: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
