"""The worst cases of a batch: whoever reads these cards has seen what can go wrong with all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from showroom.cards import glyphs
from showroom.cards.compose import Letter
from showroom.i18n import N_

CASES: Final = {
    "longest": N_("Longest name"),
    "rarest": N_("Rarest character"),
    "untitled": N_("Title missing"),
    "fullest": N_("Most words"),
}


class Worst(NamedTuple):
    """One of `CASES`, the letter it is, and what makes it so: a name or a character."""

    case: str
    letter: Letter
    about: str


def of(letters: Sequence[Letter]) -> list[Worst]:
    """The worst letters of a batch, in the order of `CASES`; a case that nobody is, is left out."""
    if not letters:
        return []
    found = []
    longest = max(letters, key=_width)
    found.append(Worst("longest", longest, longest.who))
    rarest = max(letters, key=lambda one: _rarity(one)[0])
    rarity, char = _rarity(rarest)
    if rarity:
        found.append(Worst("rarest", rarest, char))
    untitled = next((one for one in letters if one.untitled), None)
    if untitled is not None:
        found.append(Worst("untitled", untitled, untitled.who))
    fullest = max(letters, key=lambda one: len(one.text()))
    found.append(Worst("fullest", fullest, fullest.who))
    return found


def _width(letter: Letter) -> float:
    return glyphs.face("kai").width(letter.salutation)


def _rarity(letter: Letter) -> tuple[int, str]:
    """How rare the rarest character of the names is: 0 in every phone, … 4 in none of our fonts."""
    return max(((_rare(char), char) for char in _of_names(letter)), default=(0, ""))


def _of_names(letter: Letter) -> Iterable[str]:
    text = letter.text()
    return (char for name in letter.names if name in text for char in name)


def _rare(char: str) -> int:
    for rank, charset in enumerate(("gb2312", "gbk")):
        try:
            char.encode(charset)
        except UnicodeEncodeError:
            continue
        return rank
    if glyphs.face("kai").has(char):
        return 2
    return 3 if glyphs.face("sans").has(char) else 4
