"""What stands below a heading over several columns: words to tick, or one thing of two moments.

来店频率 over 初 and 再, 级别 over H, A and B: a tick says the word above it (DOMAIN §1.2 b).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from showroom.sheets import values
from showroom.sheets.contents import Column
from showroom.sheets.synonyms import field_of
from showroom.sheets.times import Doubt

_LEVELS: Final = re.compile(r"[A-Z]\d?(?:级|类)?", re.I)
_KINDS: Final = re.compile(r"来店|到店|进店|展厅|来?电|电话|call|walk.?in", re.I)


def _says(reader: Callable[[Any], Any]) -> Callable[[str], bool]:
    return lambda word: reader(word) is not None and not isinstance(reader(word), Doubt)


_IS_WORD: Final[dict[str, Callable[[str], bool]]] = {
    "again": _says(values.again),
    "first": _says(values.first),
    "drive": _says(values.yes),
    "sex": _says(values.honorific),
    "payment": _says(values.payment),
    "level": lambda word: _LEVELS.fullmatch(word) is not None,
    "kind": lambda word: _KINDS.fullmatch(word) is not None,
}
_ANY_WORD: Final = frozenset({"purpose", "channel"})
_RATED: Final = re.compile(r"级别|等级")
_BEFORE: Final = re.compile(r"原有?|原来|原级别?|上次|前次|变更前")
_NOW: Final = re.compile(r"现在?|现有|现级别?|目前|当前|本次|变更后")
_COMES: Final = re.compile(r".*(?:到店|来店|进店|到达)")


def ticked(top: Sequence[str], below: Sequence[str]) -> dict[int, tuple[str, str]]:
    """The columns of two rows of headings whose ticks say a word: field and word, by their place.

    Also those that hold a level of then or of now; the one of then means no field.
    """
    found: dict[int, tuple[str, str]] = {}
    starts = [place for place, above in enumerate(top) if above]
    width = max(len(top), len(below))
    for start, end in zip(starts, (*starts[1:], width), strict=False):
        words = {place: below[place] for place in range(start, min(end, len(below)))}
        words = {place: word for place, word in words.items() if word}
        if len(words) < 2:
            continue
        if _RATED.search(top[start]) and any(map(_NOW.fullmatch, words.values())):
            for place, word in words.items():
                if _BEFORE.fullmatch(word) or _NOW.fullmatch(word):
                    found[place] = ("level" if _NOW.fullmatch(word) else "", "")
            continue
        means = field_of(top[start])
        name = means[0] if means else ""
        is_word = _IS_WORD.get(name)
        if name in _ANY_WORD and all(
            (field_of(word) or ("",))[0] != name for word in words.values()
        ):
            told = words
        else:
            told = {at: word for at, word in words.items() if is_word and is_word(word)}
        if len(told) > 1:
            found |= {place: (name, word) for place, word in told.items()}
    return found


def beside(columns: Sequence[Column]) -> None:
    """到店 beside 离店 is the time of arrival; 日 beside a time of arrival is the day."""
    fields = {column.field for column in columns}
    labels = {column.label: column for column in columns if not column.field}
    if "left" in fields and not fields & {"arrived", "span"}:
        comes = next(filter(_COMES.fullmatch, labels), "")
        if comes and not labels[comes].tick:
            labels[comes].field = "arrived"
    elif fields & {"arrived", "span"} and "date" not in fields and "月" not in labels:
        for label in labels.keys() & {"日", "号"}:
            labels[label].field = "date"


def of_tick(column: Column, reader: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Read a column of ticks: each says the word of its heading; other words for themselves."""

    def read(cell: Any) -> Any:
        said = values.yes(cell)
        if said is True:
            return reader(column.tick)
        if isinstance(said, Doubt):
            typed = values.plain(cell)
            return said if typed.isdigit() else reader(cell)
        return None

    return read
