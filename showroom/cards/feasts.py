"""Which wording a festival has, which festival a card is for, and when its cards are posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import settings
from showroom.cards import templates
from showroom.cards.templates import Template
from showroom.care import festivals
from showroom.care.festivals import Feast, Festival
from showroom.errors import Invalid
from showroom.i18n import _
from showroom.store.models import Card, CardKind

BEFORE: Final = timedelta(days=7)
"""So long before a festival its cards are posted."""


class Coming(NamedTuple):
    """A festival on its next day: the wording of its cards, and when they are to be posted."""

    feast: Feast
    wording: Template
    on: date


def meant(name: str, among: Iterable[Festival]) -> Festival | None:
    """The festival that a wording of this name is for, 春节祝福; None: for any of them.

    The longest name at its beginning counts: 春节团拜 is not 春节.
    """
    found = [
        (len(start), one) for one in among for start in _beginnings(one) if name.startswith(start)
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def _beginnings(one: Festival) -> tuple[str, ...]:
    short = one.names[0].removesuffix("节")
    names = [*one.names, *([short] if len(short) > 1 else [])]
    return tuple(name for name in names if name)


def named(code: str, among: Iterable[Festival]) -> Festival | None:
    """The festival of this code; None for "" and for one that was taken away."""
    return next((one for one in among if one.code == code), None) if code else None


def of_card(card: Card, wording: Template, among: Sequence[Festival]) -> Festival | None:
    """The festival of a card: the one its wording is for, else the one it was written for."""
    if wording.kind is not CardKind.FESTIVAL:
        return None
    return meant(wording.name, among) or named(card.festival, among)


def code_of(session: Session, wording: Template, festival: str = "") -> str:
    """What a card of this wording keeps: the festival the wording is for, else the one given."""
    if wording.kind is not CardKind.FESTIVAL:
        return ""
    one = meant(wording.name, festivals.known(settings.load(session)))
    return festival if one is None else one.code


def is_unsaid(session: Session, festival: str, language: str) -> bool:
    """Whether the festival of this code has no words in that language."""
    one = named(festival, festivals.known(settings.load(session)))
    return one is not None and not one.wish(language)


def refuse_unsaid(session: Session, festival: str, wording: Template) -> None:
    """Raise `Invalid` beside `template` where nothing is said on the festival in its language."""
    if is_unsaid(session, festival, wording.language):
        raise Invalid(
            {
                "template": _(
                    "This festival has no greeting in {language}: write one in Settings."
                ).format(language=templates.LANGUAGES[wording.language])
            }
        )


def wording_of(
    one: Festival, known: Mapping[str, Template], among: Sequence[Festival], *, language: str = "zh"
) -> Template:
    """The usual wording for a festival: its own, else one that is for any; in Chinese where
    nothing is said on it in that language."""
    language = language if one.wish(language) else "zh"
    found = templates.of_kind(CardKind.FESTIVAL, known)
    found = [wording for wording in found if wording.language == language] or found
    whose = {wording.code: meant(wording.name, among) for wording in found}
    own = [wording for wording in found if whose[wording.code] == one]
    return (own or [wording for wording in found if whose[wording.code] is None] or found)[0]


def coming(session: Session, today: date, *, language: str = "zh") -> list[Coming]:
    """Every festival with words in that language, on its next day; the nearest first."""
    shop = settings.load(session)
    known, among = templates.known(session), festivals.known(shop)
    used = tuple(one for one in among if one.on and one.wish(language))
    found: dict[str, Coming] = {}
    for feast in festivals.between(today, today.replace(year=today.year + 2, day=1), used):
        wording = wording_of(feast.festival, known, among, language=language)
        on = max(today, feast.day - BEFORE)
        found.setdefault(feast.festival.code, Coming(feast, wording, on))
    return list(found.values())


def likely(found: Iterable[Coming]) -> Coming | None:
    """The next one with a wording of its own, or of the showroom's own: so cards are usual."""
    for one in found:
        if one.feast.festival.own or meant(one.wording.name, [one.feast.festival]) is not None:
            return one
    return None
