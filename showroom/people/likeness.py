"""How likely it is that two customers are one: 0 to 100, with the reasons, strongest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from showroom.i18n import N_
from showroom.store import index, pinyin


class Reason(StrEnum):
    """What two customers have in common."""

    VIN = "vin"
    PHONE = "phone"
    WECHAT = "wechat"
    PLATE = "plate"
    NEAR = "near"
    BEGINS = "begins"
    NAME = "name"
    ADDRESS = "address"
    MODEL = "model"
    SOUND = "sound"


REASONS: Final = {
    Reason.VIN: N_("same VIN"),
    Reason.PHONE: N_("same phone"),
    Reason.WECHAT: N_("same WeChat"),
    Reason.PLATE: N_("same plate"),
    Reason.NEAR: N_("phone one slip apart"),
    Reason.BEGINS: N_("phone begins the same"),
    Reason.NAME: N_("same name"),
    Reason.ADDRESS: N_("same address"),
    Reason.MODEL: N_("same model"),
    Reason.SOUND: N_("name sounds the same"),
}
POINTS: Final = {
    Reason.VIN: 70,
    Reason.PHONE: 60,
    Reason.WECHAT: 60,
    Reason.PLATE: 45,
    Reason.NEAR: 40,
    Reason.BEGINS: 40,
    Reason.NAME: 25,
    Reason.ADDRESS: 25,
    Reason.MODEL: 15,
    Reason.SOUND: 15,
}
"""Address and model count with the name only: many live in one house and want one model."""
GUESSED: Final = frozenset({Reason.NEAR, Reason.BEGINS})
"""What only who sees every number may know: it would tell the digits he does not see."""
RARE: Final = 15
"""More points for the same name and model (or address) where few in the file have that name."""
FEW: Final = 3
MORE: Final = 5
"""More points for each digit after the seventh of a number that is still being typed."""
WARNED: Final = 40
LISTED: Final = 50
"""From how many points on somebody is warned of while typing, and a pair stands in the list."""
BEGUN: Final = 7
"""From so many digits on a number that is being typed says something."""


class Facts(NamedTuple):
    """What is compared: names folded, numbers E.164; `begun` are the digits of one half typed."""

    id: int = 0
    name: str = ""
    model_id: int | None = None
    wechat: str = ""
    address: str = ""
    numbers: Sequence[str] = ()
    plates: Sequence[str] = ()
    vins: Sequence[str] = ()
    begun: Sequence[str] = ()


class Likeness(NamedTuple):
    """Points and reasons."""

    score: int
    reasons: tuple[Reason, ...]


def compare(one: Facts, other: Facts, *, rare: bool = False, whole: bool = True) -> Likeness:
    """How alike two are; `rare`: few have that name; `whole`: who asks sees every number."""
    found = set(_same(one, other))
    if Reason.PHONE not in found and whole:
        if any(near(mine, its) for mine in one.numbers for its in other.numbers):
            found.add(Reason.NEAR)
        elif begins(one, other):
            found.add(Reason.BEGINS)
    named = {Reason.NAME, Reason.SOUND} & found
    if not named:
        found -= {Reason.ADDRESS, Reason.MODEL}
    score = sum(POINTS[reason] for reason in found)
    if rare and Reason.NAME in found and found & {Reason.MODEL, Reason.ADDRESS}:
        score += RARE
    if Reason.BEGINS in found:
        score += MORE * (begins(one, other) - BEGUN)
    return Likeness(min(score, 100), tuple(reason for reason in Reason if reason in found))


def without_guesses(likeness: Likeness) -> Likeness:
    """The same for who does not see every number."""
    kept = tuple(reason for reason in likeness.reasons if reason not in GUESSED)
    lost = sum(POINTS[reason] for reason in likeness.reasons if reason in GUESSED)
    return Likeness(likeness.score - lost, kept) if lost else likeness


def _same(one: Facts, other: Facts) -> Iterator[Reason]:
    if set(one.numbers) & set(other.numbers):
        yield Reason.PHONE
    if one.wechat and one.wechat.casefold() == other.wechat.casefold():
        yield Reason.WECHAT
    if set(one.vins) & set(other.vins):
        yield Reason.VIN
    if set(one.plates) & set(other.plates):
        yield Reason.PLATE
    if len(one.name) > 1 and one.name == other.name:
        yield Reason.NAME
    elif sounds_like(one.name, other.name):
        yield Reason.SOUND
    if one.model_id is not None and one.model_id == other.model_id:
        yield Reason.MODEL
    if one.address and bare(one.address) == bare(other.address):
        yield Reason.ADDRESS


def sounds_like(one: str, other: str) -> bool:
    """Whether two names that are written differently are spelled the same: 张伟 and 章玮."""
    if len(one) < 2 or one == other or len(one) != len(other):
        return False
    return pinyin.spelled(one) == pinyin.spelled(other)


def bare(address: str) -> str:
    """An address as it is compared."""
    return index.folded(address).replace(",", "").replace("，", "")


def begins(one: Facts, other: Facts) -> int:
    """How many digits of a number that is half typed one of the other's begins with; 0: none."""
    return max(
        (
            len(digits)
            for digits in one.begun
            for its in other.numbers
            if index.national(its).startswith(digits)
        ),
        default=0,
    )


# --- numbers one slip apart


def near(one: str, other: str) -> bool:
    """Whether two numbers differ in one digit, or in two neighbours that changed places."""
    if len(one) != len(other):
        return False
    places = [at for at, (mine, its) in enumerate(zip(one, other, strict=True)) if mine != its]
    if len(places) == 1:
        return places[0] >= _fixed(one)
    if len(places) != 2 or places[1] != places[0] + 1 or places[0] < _fixed(one):
        return False
    at = places[0]
    return one[at] == other[at + 1] and one[at + 1] == other[at]


def neighbours(number: str) -> list[str]:
    """Every number one slip apart from this one."""
    found = []
    for at in range(_fixed(number), len(number)):
        digits = (digit for digit in "0123456789" if digit != number[at])
        found += [f"{number[:at]}{digit}{number[at + 1 :]}" for digit in digits]
        if number[at : at + 2] != number[at : at + 2][::-1]:
            found.append(f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}")
    return found


def slips(number: str) -> list[str]:
    """Marks of a number; two numbers with one of them in common are the same or one slip apart."""
    found = []
    for at in range(_fixed(number), len(number)):
        found.append(f"{number[:at]}?{number[at + 1 :]}")
        two = number[at : at + 2]
        if len(two) == 2 and two[0] != two[1]:
            found.append(f"{number[:at]}<{''.join(sorted(two))}>{number[at + 2 :]}")
    return found


def _fixed(number: str) -> int:
    """Where the digits begin that somebody may mistype: of a mobile all but +86 1."""
    return 4 if number.startswith("+861") and len(number) == 14 else max(len(number) - 7, 1)
