"""What the showroom says on a festival, which it leaves out, and those of its own (DOMAIN §5.4).

Kept in `Settings.festivals` by code: of a delivered one what was changed of it, of an own one
(`own-1`, the showroom's anniversary, a local festival) all there is.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom import offers, settings
from showroom.care import festivals
from showroom.care.festivals import FESTIVAL, FESTIVALS, By, Festival, When
from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _, ngettext
from showroom.store import journal
from showroom.store.models import Card
from showroom.text import clean

LONGEST_NAME: Final = 20
LONGEST: Final = 60
SILENT: Final = "ghosts"
"""On this day nobody is greeted at all."""
GRAVE: Final = {"bright": "清明", "dragon_boat": "端午"}
"""On these days nobody is wished a merry one."""
_HAN_MERRY: Final = "快乐|欢乐|愉快|开心|喜庆|大吉|恭喜|贺喜"
_MERRY: Final = re.compile(
    rf"{_HAN_MERRY}|\b(?:happy|merry|joy\w*|cheer\w*|celebrat\w*)\b", re.IGNORECASE
)
_WISHED: Final = re.compile(
    rf"((?:{'|'.join(GRAVE.values())}|中元)(?:时?节)?)[，,\s]*[^，,。！!？?；;\s]{{0,4}}?({_HAN_MERRY})"
)
"""A merry one wished of such a day in a text: 端午快乐, 清明节，祝您快乐."""
_DAYS: Final = {By.SOLAR: (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), By.LUNAR: (30,) * 12}


class Typed(NamedTuple):
    """A festival as it is typed. Names and day count for an own one alone."""

    name_zh: str = ""
    name_en: str = ""
    by: By = By.SOLAR
    month: int | None = None
    day: int | None = None
    zh: str = ""
    en: str = ""
    on: bool = True


def typed(one: Festival) -> Typed:
    """A festival as it is edited; name and day of a delivered one are fixed."""
    zh, en = one.greetings
    if not one.own:
        return Typed(zh=zh, en=en, on=one.on)
    return Typed(*one.names, one.when.by, one.when.month, one.when.day, zh, en, one.on)


def save(session: Session, code: str, wanted: Typed) -> str:
    """Keep a festival; `code` "" makes a new one of the showroom's own. Returns its code.

    Raises `Invalid` beside what cannot be: a name that is taken, a day no year has, a greeting that
    sells something or does not fit the day; `ShowroomError` for who may not change settings.
    """
    shop = settings.load(session)
    wanted = wanted._replace(
        name_zh=clean(wanted.name_zh),
        name_en=clean(wanted.name_en),
        zh=clean(wanted.zh),
        en=clean(wanted.en),
    )
    delivered = FESTIVAL.get(code)
    known = {one.code: one for one in festivals.known(shop)}
    if delivered is None and code and code not in known:
        raise ShowroomError(_("This festival is no longer in the table."))
    problems: dict[str, str] = {}
    made = delivered
    if made is None:
        made, problems = _own(code, wanted, [one for one in known.values() if one.code != code])
    problems |= {
        field: said
        for field in ("zh", "en")
        if (said := refusal(made, getattr(wanted, field))) and field not in problems
    }
    if problems:
        raise Invalid(problems)
    code = code or _new_code(session, shop)
    if delivered is not None:
        _put(shop.festivals, code, _changes(delivered, wanted))
    else:
        shop.festivals[code] = {**wanted._asdict(), "by": wanted.by.value}
    journal.act(session, "festival", why=made.name)
    settings.save(session, shop)
    return code


def forget(session: Session, code: str) -> None:
    """Take an own festival away; what was changed of a delivered one is as it was delivered.

    Raises `ShowroomError` while cards for an own one wait, and for who may not.
    """
    shop = settings.load(session)
    one = next((one for one in festivals.known(shop) if one.code == code), None)
    if one is None:
        raise ShowroomError(_("This festival is no longer in the table."))
    if one.own:
        _refuse_waiting(session, one)
    shop.festivals.pop(code, None)
    journal.act(session, "festival", why=one.name)
    settings.save(session, shop)


def refusal(one: Festival, greeting: str) -> str:
    """Why this is not said on that day, in a sentence; "" when it may be."""
    if not greeting:
        return ""
    if len(greeting) > LONGEST:
        return _("At most {count} characters.").format(count=LONGEST)
    sells = offers.found(greeting)
    if sells:
        said = _("“{words}” sells something: a greeting makes no offer. Take it out.")
        return said.format(words="”, “".join(sells))
    if is_silent(one):
        return _("On this day the dead are remembered: nobody is greeted. Leave it empty.")
    return unfit(one, greeting)


def is_silent(one: Festival) -> bool:
    """Whether nobody is greeted on that day."""
    return _kin(one) == SILENT


def unfit(one: Festival | None, text: str) -> str:
    """Which merry word does not fit that day, or the day it is said of in the text, in a sentence.

    "" when there is none.
    """
    merry = _MERRY.search(text) if one is not None and _kin(one) in GRAVE else None
    if merry is not None and one is not None:
        word, name = merry[0], one.name
    elif wished := _WISHED.search(text):
        word, name = wished[2], wished[1]
    else:
        return ""
    said = _("“{word}” does not fit {name}: wish health and peace (安康).")
    return said.format(word=word, name=name)


def _kin(one: Festival) -> str:
    """Which delivered festival an own one is, by its name or its day; of a delivered one itself."""
    if not one.own:
        return one.code
    for other in FESTIVALS:
        if other.names[0].removesuffix("节") in one.names[0] or other.when == one.when:
            return other.code
    return ""


def _own(code: str, wanted: Typed, others: list[Festival]) -> tuple[Festival, dict[str, str]]:
    """The own festival that was typed, and what is wrong with its name and day."""
    problems: dict[str, str] = {}
    taken = {name.casefold() for one in others for name in one.names}
    for field in ("name_zh", "name_en"):
        name: str = getattr(wanted, field)
        if len(name) > LONGEST_NAME:
            problems[field] = _("At most {count} characters.").format(count=LONGEST_NAME)
        elif name and name.casefold() in taken:
            problems[field] = _("There is a festival of this name.")
    if not wanted.name_zh and not wanted.name_en:
        problems["name_zh"] = _("Give the festival a name.")
    month, day = wanted.month or 0, wanted.day or 0
    if not 1 <= month <= 12:
        problems["month"] = _("Enter a month from 1 to 12.")
    elif day not in range(1, (most := _DAYS[wanted.by][month - 1]) + 1):
        problems["day"] = _("This month has the days 1 to {most}.").format(most=most)
    when = When(wanted.by, month, day)
    names = wanted.name_zh, wanted.name_en
    return Festival(code, names, (wanted.zh, wanted.en), when, own=True), problems


def _changes(delivered: Festival, wanted: Typed) -> dict[str, Any]:
    """What differs from what is delivered."""
    zh, en = delivered.greetings
    before = {"zh": zh, "en": en, "on": True}
    return {name: value for name, was in before.items() if (value := getattr(wanted, name)) != was}


def _put(table: dict[str, dict[str, Any]], code: str, changes: dict[str, Any]) -> None:
    table.pop(code, None)
    if changes:
        table[code] = changes


def _refuse_waiting(session: Session, one: Festival) -> None:
    query = select(func.count()).where(
        Card.festival == one.code, Card.printed_at.is_(None), Card.skipped_at.is_(None)
    )
    waiting = session.scalar(query) or 0
    if waiting:
        said = ngettext(
            "{count} card for {name} waits: print or skip it first, or switch the festival off.",
            "{count} cards for {name} wait: print or skip them first, or switch the festival off.",
            waiting,
        )
        raise ShowroomError(said.format(count=waiting, name=one.name))


def _new_code(session: Session, shop: settings.Settings) -> str:
    """own-1, own-2 …; one whose cards are there still is not used again."""
    used = set(session.scalars(select(Card.festival).where(Card.festival != "").distinct()))
    number = 1
    while f"own-{number}" in {*shop.festivals, *used}:
        number += 1
    return f"own-{number}"
