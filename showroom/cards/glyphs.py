"""The two fonts of a card, and every character that neither of them has, by name (DOMAIN §8.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from showroom import paths
from showroom.i18n import _

if TYPE_CHECKING:
    from showroom.cards.compose import Letter

FILES: Final = {"kai": "LXGWWenKai-Regular.ttf", "sans": "NotoSansSC-Regular.ttf"}

_WORD: Final = 200  # characters: no line holds a longer word
ORPHAN: Final = 6
"""So many characters a line has to give two of them to the next."""
_NEVER_FIRST: Final = "，。、；：！？）”》…—,.;:!?)"
_loading = Lock()


@dataclass(frozen=True, slots=True)
class Face:
    """One font: its name in the PDF, the glyph of each character it has, widths in 1/1000 em."""

    name: str
    glyphs: dict[int, int]
    widths: dict[int, float]

    def has(self, text: Iterable[str]) -> bool:
        """Whether every character has a glyph."""
        return all(map(self.glyphs.__contains__, map(ord, text)))

    def width(self, text: str) -> float:
        """The width of a text in em."""
        return sum([self.widths.get(code, 1000.0) for code in map(ord, text)]) / 1000


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font."""

    face: Face
    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Characters of one card that no font has."""

    who: str
    chars: str


def face(which: str) -> Face:
    """The font `kai` (cards) or `sans` (what kai lacks), loaded once in about 0.1 s."""
    with _loading:
        return _face(which)


@cache
def _face(which: str) -> Face:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font: Any = TTFont(f"showroom-{which}", str(paths.resources() / "fonts" / FILES[which]))
    pdfmetrics.registerFont(font)
    return Face(font.fontName, font.face.charToGlyph, font.face.charWidths)


def loaded() -> bool:
    """Whether a card can be set without waiting for its font."""
    return _face.cache_info().currsize > 0


def runs(text: str, names: Iterable[str] = (), *, first: str = "kai") -> Iterator[Run]:
    """Cut a text into runs: kai, and sans for what kai lacks — for a *whole* name among `names`.

    `first` is the font that is used as far as it goes.
    """
    kai, other = face(first), "sans" if first == "kai" else "kai"
    if kai.has(text):
        if text:
            yield Run(kai, text)
        return
    foreign = [name for name in names if name in text and not kai.has(name)]
    current, stretch, at = kai, "", 0
    while at < len(text):
        piece = next((name for name in foreign if text.startswith(name, at)), text[at])
        wanted = kai if kai.has(piece) else face(other)
        if wanted is not current and stretch:
            yield Run(current, stretch)
            stretch = ""
        current, stretch, at = wanted, stretch + piece, at + len(piece)
    yield Run(current, stretch)


def of_name(name: str, first: str) -> str:
    """The font a whole name is set in: `first`, or the other when that alone has all of it."""
    other = "sans" if first == "kai" else "kai"
    return other if not face(first).has(name) and face(other).has(name) else first


def missing(letters: Iterable[Letter]) -> list[Missing]:
    """What cannot be printed, card by card, in the order of the letters."""
    kai = face("kai")
    known: set[str] = {"\n"}
    found = []
    for letter in letters:
        strange = [char for char in dict.fromkeys(letter.text()) if char not in known]
        rest = [char for char in strange if not kai.has(char)]
        if rest:
            sans = face("sans")
            rest = [char for char in rest if not sans.has(char)]
        known.update(char for char in strange if char not in rest)
        if rest:
            found.append(Missing(letter.who, "".join(rest)))
    return found


def missing_in(lines: Iterable[str]) -> list[Missing]:
    """What cannot be printed of the showroom's own lines."""
    kai, sans = face("kai"), face("sans")
    found = []
    for line in lines:
        rest = "".join(char for char in line if not kai.has(char) and not sans.has(char))
        if rest:
            found.append(Missing(line, rest))
    return found


def substituted(letters: Iterable[Letter]) -> list[str]:
    """The names that are set whole in the other font because this one lacks a character."""
    kai = face("kai")
    names = (name for letter in letters for name in letter.names if name in letter.text())
    return list(dict.fromkeys(name for name in names if not kai.has(name)))


def report(found: Iterable[Missing]) -> list[str]:
    """A sentence for each card: which characters, and on whose card."""
    return [
        _("No font has “{characters}” ({name}).").format(
            characters="”, “".join(card.chars), name=card.who
        )
        for card in found
    ]


def wrapped(text: str, face: Face, size: float, room: float) -> list[str]:
    """Lines of plain text that fit into `room` points at `size`.

    Broken between words and between any two Chinese characters; a word that fits into no line is
    broken anywhere. No Chinese character stands alone in the last line of a long text.
    """
    lines, line, at = [], "", 0
    while at < len(text):
        end = at + 1
        while end < min(len(text), at + _WORD) and _joined(text[at]) and _joined(text[end]):
            if text[end - 1] == " ":
                break
            end += 1
        while end - at > 1 and (wide := face.width(text[at:end].rstrip()) * size) > room:
            end = at + max(1, min(end - at - 1, int((end - at) * room / wide)))
        piece = text[at:end]
        if "\n" in piece:
            end = at + piece.index("\n") + 1
            piece = text[at : end - 1]
            lines.append(line + piece)
            line, at = "", end
            continue
        if line and face.width(line + piece.rstrip()) * size > room and piece not in _NEVER_FIRST:
            lines.append(line.rstrip())
            line = ""
        line += piece
        at = end
    return _no_orphan([*lines, line.rstrip()], text, lambda said: face.width(said) * size <= room)


def _joined(char: str) -> bool:
    """Whether it belongs to a word or a number: 2301–2305."""
    return char.isascii() or char == "–"


def _no_orphan(lines: list[str], text: str, fits: Callable[[str], bool]) -> list[str]:
    """The lines, the last one not a single Chinese character: two come down to it."""
    if len(lines) < 2 or len(lines[-1]) != 1 or len(lines[-2]) < ORPHAN:
        return lines
    last, taken = lines[-1], lines[-2][-2:]
    before = text.rstrip()[:-1].rstrip()
    gap = text.rstrip()[len(before) : -1]
    down = taken + gap + last
    if last.isascii() or not before.endswith(taken) or any(map(_joined, taken)) or not fits(down):
        return lines
    return [*lines[:-2], lines[-2][:-2], down]
