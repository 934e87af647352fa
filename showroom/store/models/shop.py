"""The shop's settings."""

from sqlalchemy.orm import Mapped, mapped_column

from showroom.store.models.base import Base, Id


class Setting(Base):
    """One fact of the shop; the defaults stand in `showroom.settings`."""

    __tablename__ = "setting"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    value: Mapped[str]
