"""What one cell says of whom to reach: the numbers, the name, and how to address its bearer.

As in `values`: a raw cell in, the value, `Wrong` or `Doubt` out, and nothing here raises.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final, NamedTuple

from showroom import text
from showroom.errors import Invalid
from showroom.i18n import _
from showroom.sheets.blanks import NOTHING, no_number
from showroom.sheets.read import ErrorCell
from showroom.sheets.times import Doubt, Wrong
from showroom.sheets.values import error, plain
from showroom.store.models import Honorific

LONGEST_NAME: Final = 100


class Name(NamedTuple):
    """A name without how its bearer is addressed."""

    name: str
    honorific: Honorific
    position: str


class Numbered(NamedTuple):
    """A name in which a number stood, and what that is as a phone."""

    name: Name
    number: str
    phones: tuple[str, ...]


# --- numbers

_MOBILE = re.compile(r"(?<!\d)1[3-9][0-9]{9}(?!\d)")
_SPLIT = re.compile(r"[/、,，;；|\n\r]+|或者?|\band\b|\bor\b")
_QUICK = re.compile(r"1[3-9][0-9]{9}")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|extension|x|#|-)[\s:转分机-]*(\d{1,5})\)?$", re.I)


def phones(cell: Any) -> tuple[str, ...] | Wrong:
    """The E.164 numbers of a cell, most often one; none where nothing was left."""
    if type(cell) is float:
        if 13_000_000_000 <= cell < 20_000_000_000 and cell.is_integer():
            return (f"+86{cell:.0f}",)
        if not cell.is_integer():
            return Wrong(_("This is not a phone number."))
        cell = f"{cell:.0f}"
    if isinstance(cell, ErrorCell):
        return Wrong(error(cell))
    if type(cell) is str and _QUICK.fullmatch(cell):
        return (f"+86{cell}",)
    typed = text.narrow(plain(cell)).strip("'’‘`\" ")
    if no_number(typed):
        return ()
    if "*" in typed or re.search(r"\d[xX]{3,}", typed):
        return Wrong(_("Digits of this phone are hidden; write all of them."))
    if short := re.fullmatch(r"\d(?:\.(\d+))?e\+?(\d{1,3})", typed, re.I):
        if len(short[1] or "") == int(short[2]):  # all digits stand there, as Java writes them
            return phones(f"{Decimal(typed):.0f}")
        return Wrong(
            _("Excel shortened this number to {text}; its digits are lost. Type it again.").format(
                text=typed
            )
        )
    whole = _phone(typed)
    if not isinstance(whole, Wrong):
        return (whole,)
    if (more := _EXTENSION.search(typed)) and not isinstance(
        number := _phone(typed[: more.start()].strip(" (-,")), Wrong
    ):
        return Extended((number,), more[1])
    parts = [part for part in _SPLIT.split(plain(cell)) if part.strip()]
    if len(parts) > 1:
        found = [_phone(text.narrow(part)) for part in parts]
        good = tuple(dict.fromkeys(one for one in found if not isinstance(one, Wrong)))
        bad = [
            one
            for one, part in zip(found, parts, strict=True)
            if isinstance(one, Wrong) and len(re.sub(r"\D", "", part)) > 4
        ]
        if good:
            return bad[0] if bad else good
    mobiles = _MOBILE.findall(re.sub(r"(?<=\d)[ -](?=\d)", "", typed)) or _MOBILE.findall(typed)
    if mobiles:
        return tuple(dict.fromkeys(f"+86{one}" for one in mobiles))
    pair = re.fullmatch(r"(1[3-9]\d{9})(1[3-9]\d{9})", re.sub(r"\D", "", typed))
    return (f"+86{pair[1]}", f"+86{pair[2]}") if pair else whole


class Extended(tuple[str, ...]):
    """A number behind which an extension stood; only the number is dialled by whoever calls."""

    extension: str

    def __new__(cls, numbers: tuple[str, ...], extension: str) -> Extended:
        """The number, and what stood behind it."""
        made = super().__new__(cls, numbers)
        made.extension = extension
        return made


def any_phones(cell: Any) -> tuple[str, ...] | Wrong | Doubt:
    """The numbers of a visit: it comes in without one whose digits are hidden, or none at all."""
    found = phones(cell)
    if type(found) is Wrong and not isinstance(cell, ErrorCell):
        typed = plain(cell)
        if (
            "*" in typed
            or re.search(r"\d[xX]{3,}", typed)
            or not re.search(r"\d", text.narrow(typed))
        ):
            return Doubt(found)
    return found


def _phone(typed: str) -> str | Wrong:
    try:
        return text.phone(typed)
    except Invalid as problem:
        return Wrong(problem.problems["phone"])


# --- names

_HONORIFIC = re.compile(r"^(.*?)\s?(先生|女士|小姐|太太|夫人)$")
_IN_BRACKETS = re.compile(r"(.+?)\s?[(\[](先生|女士|小姐|太太|男|女)[)\]]")
_TWO = re.compile(r"(?:先生|女士|小姐|太太)\s?[/、,&+和与及]\s?\S")
_POSITION = re.compile(
    r"^(.{1,2}?)(副?总经理|董事长|总监|经理|主任|老师|医生|大夫|局长|处长|科长|校长|院长|教授|律师|老板"
    r"|师傅|厂长|所长|部长|书记|总)$"
)
_COMPANY = re.compile(r"(?:公司|集团|有限合伙|事务所|合作社|工厂)$")
_MS = frozenset({"女士", "小姐", "太太", "夫人", "女"})
_LATIN = re.compile(r"^(mr|ms|mrs|miss)\.?\s+(.+)$", re.I)
_SIMPLE = re.compile(r"[\u4e00-\u9fa5]{2,4}")
_TAIL = re.compile(r"[士生姐太人总理长任师医夫授板傅记监公司团伙所社厂]$")
_NUMBER = re.compile(r"\+?\d(?:[ -]?\d){6,}")
_CALLED = re.compile(
    r"[\s,/:;(-]*(?:联系)?(?:电话|手机号?|微信|tel|phone|mobile)?\s*[:.]?\s*[(]?$", re.I
)
_NOBODY: Final = Name("", Honorific.NONE, "")


def given(cell: Any) -> str:
    """A given name beside a surname: Na is one, too."""
    found = "" if isinstance(cell, ErrorCell) else text.narrow(plain(cell))
    return "" if found.lower() in NOTHING - {"na"} else found


def name(cell: Any) -> Name | Numbered | Wrong:
    """A name, how to address it, and a position (王总, 李经理) that goes with a bare surname."""
    if type(cell) is str and _SIMPLE.fullmatch(cell) and not _TAIL.search(cell):
        return _NOBODY if cell in NOTHING else Name(cell, Honorific.NONE, "")
    if isinstance(cell, ErrorCell):
        return Wrong(error(cell))
    found = text.narrow(plain(cell))
    if found.lower() in NOTHING:
        return _NOBODY
    if not found.isascii():
        found = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", found)
    if number := _NUMBER.search(found):
        bare = _CALLED.sub("", found[: number.start()]) + " " + found[number.end() :]
        there = phones(number[0])
        told = name(bare.strip(" ,/:;-_|()"))
        if not isinstance(told, Name):
            return told
        return Numbered(told, number[0], () if isinstance(there, Wrong) else there)
    if len(found) > LONGEST_NAME:
        return Wrong(_("A name has at most {count} characters.").format(count=LONGEST_NAME))
    if match := _LATIN.match(found):
        mr = match[1].lower() == "mr"
        return Name(match[2], Honorific.MR if mr else Honorific.MS, "")
    if match := _IN_BRACKETS.fullmatch(found):
        said = Honorific.MS if match[2] in _MS else Honorific.MR
        within = name(match[1])
        return within._replace(honorific=said) if isinstance(within, Name) else within
    if _TWO.search(found):  # of two people neither is meant alone
        return Name(found, Honorific.NONE, "")
    if match := _HONORIFIC.match(found):
        honorific = Honorific.MS if match[2] in _MS else Honorific.MR
        rest = "" if match[1].lower() in NOTHING else match[1]
        return Name(rest, honorific, "")
    if (match := _POSITION.match(found)) and text.surname(match[1] + "某") == match[1]:
        return Name(match[1], Honorific.NONE, match[2])
    if _COMPANY.search(found) and len(found) > 3:
        return Name(found, Honorific.COMPANY, "")
    return Name(found, Honorific.NONE, "")
