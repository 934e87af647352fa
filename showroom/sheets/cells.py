"""One value as a spreadsheet keeps it: numbers as numbers, text never as a formula."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from showroom.dates import local

LONGEST = 32_767
"""The most characters a cell of Excel holds."""

ACTIVE = "=+-@\t\r＝＋－＠"
"""A text that begins so would be a formula to somebody."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # one may begin where another ends
_DAY_ZERO = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)
_NOTHING = timedelta(0)
_EXACT = 10**15


class Kind(StrEnum):
    """How a value is shown; the value itself stays a number, a day, a time."""

    TEXT = "text"
    CODE = "code"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    DAY = "day"
    CLOCK = "clock"
    SPAN = "span"
    MOMENT = "moment"


def _escape(text: str) -> str:
    """As XML wants it; the library's own brings half of the web with it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Formula(NamedTuple):
    """A live formula and the value it has now, for whoever looks without reckoning."""

    text: str
    value: int | float | Decimal | timedelta | str | None


def fit(text: str) -> str:
    """The text without what no sheet can hold: control characters, half characters, excess."""
    text = _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 > LONGEST and len(text.encode("utf-16-le")) // 2 > LONGEST:
        cut = text.encode("utf-16-le")[: (LONGEST - 1) * 2].decode("utf-16-le", "ignore")
        return f"{cut}…"
    return text


def is_active(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula."""
    return text[:1] in ACTIVE if text else False


# --- for a workbook


def xml(place: str, value: Any, style: int, active_style: int) -> str:
    """The `<c>` element of a value at a place such as `B7`.

    `active_style` is the same look with the mark that keeps text text while it is edited.
    """
    kind = type(value)
    if kind is str:
        return _text(place, value, style, active_style)
    number = _NUMBERS.get(kind)
    if number is not None:
        found = number(value)
        if found is None:
            return _text(place, plain(value), style, active_style)
        return f'<c r="{place}" s="{style}"><v>{found}</v></c>'
    if value is None:
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(value, Formula):
        return _formula(place, value, style)
    return _text(place, str(value), style, active_style)


def _text(place: str, value: str, style: int, active_style: int) -> str:
    if not value:
        return f'<c r="{place}" s="{style}"/>'
    if value[0] in ACTIVE:
        style = active_style
    if not value.isalnum():
        value = _LOOKS_ESCAPED.sub("_x005F_", _escape(fit(value)))
    elif len(value) * 2 > LONGEST:
        value = fit(value)
    keep = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t{keep}>{value}</t></is></c>'


def _formula(place: str, formula: Formula, style: int) -> str:
    body = f"<f>{_escape(formula.text)}</f>"
    value = formula.value
    if value is None or value == "":
        return f'<c r="{place}" s="{style}" t="str">{body}<v></v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" s="{style}" t="str">{body}<v>{_escape(fit(value))}</v></c>'
    return f'<c r="{place}" s="{style}">{body}<v>{_NUMBERS[type(value)](value)}</v></c>'


def _whole(value: int) -> str | None:
    return str(value) if -_EXACT < value < _EXACT else None


def _float(value: float) -> str | None:
    return repr(value) if value - value == 0 else None


def _decimal(value: Decimal) -> str | None:
    return f"{value:f}" if value.is_finite() and abs(value) < _EXACT else None


def _day(value: date) -> str | None:
    return str(value.toordinal() - _DAY_ZERO) if value >= _FIRST_DAY else None


def _clock(value: time) -> str:
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return repr(seconds / 86400)


def _moment(value: datetime) -> str | None:
    if value.tzinfo is not None:
        value = local(value)
    if value.date() < _FIRST_DAY:
        return None
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return repr(value.toordinal() - _DAY_ZERO + seconds / 86400)


def _span(value: timedelta) -> str | None:
    return repr(value.total_seconds() / 86400) if value >= _NOTHING else None


_NUMBERS: dict[type, Callable[[Any], str | None]] = {
    int: _whole,
    float: _float,
    Decimal: _decimal,
    date: _day,
    time: _clock,
    datetime: _moment,
    timedelta: _span,
}


# --- for a text file


def plain(value: Any, kind: Kind = Kind.TEXT) -> str:
    """The value as plain text: ISO days, 24-hour clocks, spans as hours and minutes."""
    if value is None:
        return ""
    if isinstance(value, Formula):
        return plain(value.value, kind)
    if isinstance(value, datetime):
        moment = local(value) if value.tzinfo is not None else value
        return f"{moment:%H:%M}" if kind is Kind.CLOCK else f"{moment:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        sign = "-" if value < _NOTHING else ""
        hours, minutes = divmod(int(abs(value).total_seconds()) // 60, 60)
        return f"{sign}{hours}:{minutes:02}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value)


def harmless(value: Any, kind: Kind = Kind.TEXT) -> str:
    """`plain`, with an apostrophe before text that a spreadsheet would take for a formula."""
    written = plain(value, kind)
    if isinstance(value, str):
        written = fit(written)
        return f"'{written}" if is_active(written) else written
    return written


# --- how wide


def breadth(value: Any, kind: Kind) -> int:
    """How many digits wide the value stands; a Chinese character is two."""
    if type(value) is str:
        if value.isascii() and "\n" not in value:
            return len(value)
        return max(len(line.encode("gbk", "replace")) for line in value.split("\n"))
    if value is None:
        return 0
    if isinstance(value, Formula):
        return breadth(value.value, kind)
    if isinstance(value, int | float | Decimal):
        if kind is Kind.SHARE:
            return 5
        return len(f"{value:,.0f}") + (2 if kind is Kind.NUMBER else 0)
    return _BREADTHS.get(kind, 10)


_BREADTHS = {Kind.DAY: 10, Kind.CLOCK: 5, Kind.SPAN: 5, Kind.MOMENT: 16}
