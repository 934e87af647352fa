"""The wordings of cards the showroom wrote itself, and its pictures."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Code, Id
from showroom.store.models.codes import CardKind


class CardTemplate(Base):
    """A wording of the showroom's own; with the code of one that is delivered it replaces that.

    Each text has a line for each paragraph, as in the files of `resources/cards`.
    """

    __tablename__ = "card_template"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str]
    kind: Mapped[CardKind] = mapped_column(Code(CardKind))
    company: Mapped[bool]
    salutation: Mapped[str]
    body: Mapped[str]
    closing_person: Mapped[str]
    closing_business: Mapped[str]
    closing_company: Mapped[str]
    signature: Mapped[str]
    changed_at: Mapped[datetime]


class Picture(Base):
    """The bytes of a picture of the showroom, by their SHA-256; a setting names the one in use."""

    __tablename__ = "picture"
    journaled = False
    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
