"""Where a line of a card may break: by the rules of Chinese setting (避头尾), Latin words whole.

Widths are in em; nothing here knows a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text, how wide it is set, and the space to add after each character, in em."""

    text: str
    width: float
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Unit:
    """What is never broken: a character with the stops that follow it, a word, a name."""

    text: str
    width: float
    blank: bool = False


def units(text: str, measure: Callable[[str], float], names: Iterable[str] = ()) -> list[Unit]:
    """Cut a paragraph into what must stay together; spaces are units of their own.

    `measure` tells the width of a text; `names` are kept whole when they are short.
    """
    pieces: list[str] = []
    opening = ""
    for piece in _pieces(text, names):
        if piece in NOT_LAST:
            opening += piece
            continue
        if piece.isspace():
            pieces += [opening] if opening else []
            pieces.append(" " if piece.isascii() else piece)
        elif opening:
            pieces.append(opening + piece)
        elif pieces and not pieces[-1].isspace() and piece[0] in NOT_FIRST:
            pieces[-1] += piece
        else:
            pieces.append(piece)
        opening = ""
    if opening:
        pieces.append(opening)
    return [Unit(piece, measure(piece), piece.isspace()) for piece in pieces]


def _pieces(text: str, names: Iterable[str]) -> Iterator[str]:
    """Words and characters; a name that is not too long comes out whole."""
    whole = next((name for name in names if len(name) <= LONGEST_NAME and name in text), "")
    if not whole:
        yield from PIECE.findall(text)
        return
    before, _, after = text.partition(whole)
    yield from _pieces(before, names)
    yield whole
    yield from _pieces(after, names)


def break_lines(
    paragraph: Iterable[Unit], width: float, *, indent: float = 0.0, justify: bool = True
) -> list[Line]:
    """Set one paragraph into lines of `width` em, the first one `indent` shorter."""
    made: list[Line] = []
    line: list[Unit] = []
    filled, count = 0.0, 0
    room = width - indent
    for unit in _fitting(paragraph, width):
        if unit.blank and not line:
            continue
        count += len(unit.text)
        over = filled + unit.width - room
        if line and over > 1e-6 and over > _give(unit, count) + 1e-6:
            made.append(_line(line, room, justify=justify))
            line, filled, count, room = [], 0.0, len(unit.text), width
            if unit.blank:
                continue
        line.append(unit)
        filled += unit.width
    if line:
        made.append(_line(line, room, justify=justify, last=True))
    return made


def _give(last: Unit, count: int) -> float:
    """How much a line of `count` characters may give: its last stop half, each a little with it."""
    if last.blank:
        return last.width
    return 0.5 + SQUEEZE * count if last.text[-1] in HALF else 0.0


def _fitting(found: Iterable[Unit], width: float) -> Iterator[Unit]:
    """Break by force what is wider than a whole line: a very long word."""
    for unit in found:
        if unit.width <= width:
            yield unit
        else:
            each = unit.width / len(unit.text)
            yield from (Unit(char, each) for char in unit.text)


def _line(line: list[Unit], room: float, *, justify: bool, last: bool = False) -> Line:
    while len(line) > 1 and line[-1].blank:
        line = line[:-1]
    text = "".join(unit.text for unit in line)
    width = sum(unit.width for unit in line)
    half = 0.5 if text[-1] in HALF else 0.0
    seen = width - half  # what the eye sees
    gaps = max(1, len(text) - 1)
    if seen > room:
        return Line(text, width, (room - seen) / gaps)
    if last or not justify:
        return Line(text, width)
    spacing = (room - seen) / gaps
    return Line(text, width, spacing if spacing <= STRETCH else 0.0)
