"""What every table is made of: names of constraints, money, moments, ids."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import Date, Dialect, Integer, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column


class Money(TypeDecorator[Decimal]):
    """Decimal yuan in Python, whole cents in the file; never float."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Turn yuan into cents; more than two decimals is an error."""
        if value is not None and value * 100 % 1:
            raise ValueError(f"{value} is not in whole cents")
        return None if value is None else int(value * 100)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Turn cents into yuan."""
        return None if value is None else Decimal(value) / 100


_ZERO = datetime(1970, 1, 1)
_ZERO_UTC = _ZERO.replace(tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime in Python, `YYYY-MM-DD HH:MM:SS.mmm` in the file."""

    impl = String(23)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Require a time zone and write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        plain = _ZERO + (value - _ZERO_UTC)  # in half the time of taking the zone away
        return plain.isoformat(" ", "milliseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Read UTC."""
        return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class Clock(TypeDecorator[time]):
    """A time of day by the clock on the wall, `HH:MM` in the file."""

    impl = String(5)
    cache_ok = True

    def process_bind_param(self, value: time | None, dialect: Dialect) -> str | None:
        """Write hour and minute."""
        return None if value is None else f"{value:%H:%M}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> time | None:
        """Read them."""
        return None if value is None else time.fromisoformat(value)


class Code(TypeDecorator[StrEnum]):
    """A `StrEnum` stored by its value."""

    impl = String(20)
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind
        self._members = {member.value: member for member in kind}

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Store the value; a word that is not one of the kind is an error."""
        return None if value is None else str(self.kind(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Read the member back."""
        return None if value is None else self._members[value]


Id = Annotated[int, mapped_column(primary_key=True)]


class Base(DeclarativeBase):
    """The tables of one showroom. The journal follows all that are `journaled`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Decimal: Money,
        datetime: Instant,
        date: Date,
        time: Clock,
    }
    journaled: ClassVar[bool] = True
