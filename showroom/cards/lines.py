"""Where a line of a card may break: by the rules of Chinese setting (避头尾), Latin words whole.

Widths are in em; nothing here knows a page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from copy import copy
from itertools import accumulate
from typing import Final, NamedTuple

NOT_FIRST: Final = "，。、；：！？,.;:!?）)》〉」』】〕”’％%·…—～~"
NOT_LAST: Final = "（(《〈「『【〔“‘¥￥$#"
# Their right half is blank: at a line's end only the left half counts.
HALF: Final = "，。、；：！？）》」』】〕"
PIECE: Final = re.compile(
    r"[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ'’.,:/&@_+%-]*[A-Za-z0-9À-ɏ%+])?"  # a Latin word, a number
    r"|—+|…+|\s+|.",
    re.DOTALL,
)
LONGEST_NAME: Final = 8
SQUEEZE: Final = 0.025  # em a character may give to draw one more stop into the line
STRETCH: Final = 0.12  # em a character may be given to reach the margin


class Line(NamedTuple):
    """One line: its text, how wide it is set, and the space to add after each character, in em."""

    text: str
    width: float
    spacing: float = 0.0


class Unit(NamedTuple):
    """What is never broken: a character with the stops that follow it, a word, a name."""

    text: str
    width: float
    blank: bool = False


class Paragraph:
    """A text cut into what must stay together, measured once, to be set at any width.

    `measure` tells the width of a text; `names` are kept whole when they are short.
    """

    def __init__(
        self, text: str, measure: Callable[[str], float], names: Iterable[str] = ()
    ) -> None:
        self._take([Unit(p, measure(p), p.isspace()) for p in _kept_together(text, names)])

    def _take(self, units: list[Unit]) -> None:
        self.units = units
        self.text = "".join(unit.text for unit in units)
        self.ends = [0.0, *accumulate(unit.width for unit in units)]
        self.offsets = [0, *accumulate(len(unit.text) for unit in units)]
        self.width = self.ends[-1]
        self.widest = max((unit.width for unit in units), default=0.0)

    def broken(self, width: float) -> Paragraph:
        """The same with what is wider than a line cut into characters: a very long word."""
        units: list[Unit] = []
        for unit in self.units:
            each = unit.width / len(unit.text)
            wide = unit.width > width
            units += [Unit(char, each) for char in unit.text] if wide else [unit]
        made = copy(self)
        made._take(units)
        return made


def _kept_together(text: str, names: Iterable[str]) -> list[str]:
    short = [name for name in names if 0 < len(name) <= LONGEST_NAME and name in text]
    pieces: list[str] = []
    opening = ""
    for piece in _pieces(text, short):
        if piece in NOT_LAST:
            opening += piece
            continue
        if piece.isspace():
            pieces += [opening] if opening else []
            pieces.append(" " if piece.isascii() else piece)
        elif opening:
            pieces.append(opening + piece)
        elif piece[0] in NOT_FIRST and pieces and not pieces[-1].isspace():
            pieces[-1] += piece
        else:
            pieces.append(piece)
        opening = ""
    return [*pieces, opening] if opening else pieces


def _pieces(text: str, names: list[str]) -> list[str]:
    """Words and characters; the names come out whole."""
    if not names:
        return PIECE.findall(text)
    found: list[str] = []
    for number, part in enumerate(text.split(names[0])):
        found += [names[0]] if number else []
        found += _pieces(part, names[1:])
    return found


def break_lines(
    paragraph: Paragraph, width: float, *, indent: float = 0.0, justify: bool = True
) -> list[Line]:
    """Set a paragraph into lines of `width` em, the first one `indent` shorter."""
    if paragraph.widest > width - indent:
        paragraph = paragraph.broken(width - indent)
    units, ends, offsets = paragraph.units, paragraph.ends, paragraph.offsets
    made: list[Line] = []
    start, room = 0, width - indent
    while True:
        while start < len(units) and units[start].blank:
            start += 1
        if start == len(units):
            return made
        end = max(start + 1, bisect_right(ends, ends[start] + room + 1e-6) - 1)
        if end < len(units):
            over = ends[end + 1] - ends[start] - room
            end += over <= _give(units[end], offsets[end + 1] - offsets[start])
        stop = end
        while units[stop - 1].blank:
            stop -= 1
        text = paragraph.text[offsets[start] : offsets[stop]]
        spread = justify and end < len(units)
        made.append(_line(text, ends[stop] - ends[start], room, spread=spread))
        start, room = end, width


def _give(last: Unit, count: int) -> float:
    """How much a line of `count` characters may give: its last stop half, each a little with it."""
    if last.blank:
        return last.width
    return 0.5 + SQUEEZE * count if last.text[-1] in HALF else 0.0


def _line(text: str, width: float, room: float, *, spread: bool) -> Line:
    seen = width - 0.5 if text[-1] in HALF else width
    gaps = max(1, len(text) - 1)
    if seen > room:
        return Line(text, width, (room - seen) / gaps)
    spacing = (room - seen) / gaps if spread else 0.0
    return Line(text, width, spacing if spacing <= STRETCH else 0.0)
