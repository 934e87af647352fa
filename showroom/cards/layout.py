"""A letter on its paper: which size of type, which lines, and where each one stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Final, NamedTuple

from showroom.cards import glyphs, lines
from showroom.cards.compose import Letter
from showroom.cards.lines import Line, Paragraph
from showroom.errors import ShowroomError
from showroom.i18n import _

MM: Final = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Paper:
    """A card flat on the table: sides, margins and type sizes. Millimetres and points."""

    code: str
    name: str
    width: float
    height: float
    margin_x: float
    margin_y: float
    largest: float
    smallest: float


# DOMAIN §8.3; the names are the same in every language.
PAPERS: Final = {
    paper.code: paper
    for paper in (
        Paper("148x100", "148 × 100 mm", 148, 100, 15, 12, 13.5, 9),
        Paper("142x100", "142 × 100 mm", 142, 100, 14, 12, 13.5, 9),
        Paper("210x100", "210 × 100 mm", 210, 100, 24, 12, 14, 9),
        Paper("210x99", "210 × 99 mm", 210, 99, 24, 12, 14, 9),
        Paper("203x140", "203 × 140 mm", 203, 140, 23, 17, 16.5, 10),
        Paper("A6", "A6 (148 × 105 mm)", 148, 105, 15, 12.5, 14, 9),
        Paper("A5", "A5 (210 × 148 mm)", 210, 148, 24, 18, 17, 10),
        Paper("145x210", "145 × 210 mm", 145, 210, 18, 24, 16, 10),
        Paper("185x260", "16K (185 × 260 mm)", 185, 260, 25, 32, 19, 10),
        Paper("210x285", "16K (210 × 285 mm)", 210, 285, 29, 36, 21, 10),
    )
}
LEADING: Final = 1.75
TIGHT: Final = 1.5
PEN: Final = 0.6  # lines left above the signature, where the pen signs beside the printed name
PEN_LINE: Final = 1.7  # … when a line for the pen, or the image of a signature, stands there
PEN_WIDE: Final = 42 * MM
ASCENT: Final = 0.88  # em


class Placed(NamedTuple):
    """One line where it stands: points from the card's left lower corner, and its letter space."""

    x: float
    y: float
    text: str
    spacing: float


class Box(NamedTuple):
    """A free place: points from the card's left lower corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Page:
    """A letter set: type size in points and all its lines.

    `fits` is false when it runs over, `lonely` true when a paragraph ends with one lone character.
    `pen` is where it is signed, `corner` what is free at the lower left.
    """

    letter: Letter
    size: float
    placed: tuple[Placed, ...]
    fits: bool
    lonely: bool
    pen: Box
    corner: Box


def paper(code: str) -> Paper:
    """The paper of this code, or of these sides (100x148, either way); a sentence for any other."""
    if code in PAPERS:
        return PAPERS[code]
    for one in PAPERS.values():
        if code in (f"{one.width:g}x{one.height:g}", f"{one.height:g}x{one.width:g}"):
            return one
    raise ShowroomError(
        _("There is no card of size {size}. Choose one of: {choices}.").format(
            size=code, choices=", ".join(PAPERS)
        )
    )


@lru_cache(maxsize=256)
def set_letter(letter: Letter, paper: Paper, pen: float = PEN) -> Page:
    """Set a letter as large as it fits, in steps of half a point down to the smallest.

    `pen` lines are left above the signature. A smaller step is taken when it spares a paragraph
    that ends with one character on its own line.
    """
    draft = _Draft(letter, pen)
    size, first = paper.largest, None
    while size > paper.smallest and draft.is_hopeless(size, paper):
        size -= 0.5
    while True:
        trial = draft.at(size, paper)
        if trial.fits and not trial.lonely:
            return draft.page(trial, paper)
        if trial.fits and first is None:
            first = trial
        size -= 0.5
        if first is not None and size < max(first.size - 1, paper.smallest):
            return draft.page(first, paper)
        if size < paper.smallest:
            return draft.page(trial, paper)


class _Part(NamedTuple):
    """A paragraph, the salutation, or a line of the closing; the indent in em."""

    paragraph: Paragraph
    indent: float


class _Trial(NamedTuple):
    """A letter at one size; leading and what is left over of the height are in em."""

    size: float
    parts: list[list[Line]]
    leading: float
    left_over: float
    fits: bool
    lonely: bool


class _Draft:
    """A letter cut into units once, to be tried at several sizes."""

    def __init__(self, letter: Letter, pen: float) -> None:
        self.letter = letter
        self.pen = pen
        self.chinese = letter.language == "zh"
        indent = 2.0 if self.chinese else 0.0
        # Chinese paragraphs are told by their indent, English ones by a gap (in lines).
        self.between = 0.0 if self.chinese else 0.45
        self.parts = [self._part(letter.salutation, 0.0)]
        self.parts += [self._part(paragraph, indent) for paragraph in letter.paragraphs]
        # 敬祝 stands two in, what is wished stands at the left again.
        for number, text in enumerate(letter.closing):
            first = number == 0 and len(letter.closing) > 1
            self.parts.append(self._part(text, indent if first else 0.0))
        self.signature = [(text, _width(text, letter.names)) for text in letter.signature]
        self.widest = max((width for _text, width in self.signature), default=0.0)

    def _part(self, text: str, indent: float) -> _Part:
        names = tuple(name for name in self.letter.names if name in text)
        return _Part(_paragraph(text, names), indent)

    def is_hopeless(self, size: float, paper: Paper) -> bool:
        """Whether the words are too many for this size however their lines break."""
        column, tall = _inside(paper, size)
        fullest = column * (1 + lines.SQUEEZE) + 0.5
        least = sum(ceil((part.paragraph.width + part.indent) / fullest) for part in self.parts)
        return self._steps(least) * TIGHT > tall - 1

    def _steps(self, count: int) -> float:
        """From the first baseline to the last, in lines, when the parts have `count` lines."""
        below = len(self.signature) + (self.pen if self.signature else 0.0)
        return count - 1 + self.between * (len(self.parts) - 1) + below

    def at(self, size: float, paper: Paper) -> _Trial:
        """Try one size of type, with the widest leading that fits."""
        column, tall = _inside(paper, size)
        parts = [self._lines(part, column) for part in self.parts]
        steps = self._steps(sum(map(len, parts)))
        leading = min(LEADING, max(TIGHT, (tall - 1) / max(1.0, steps)))
        left_over = tall - 1 - steps * leading
        return _Trial(
            size,
            parts,
            leading,
            max(0.0, left_over),
            fits=left_over > -1e-6 and self.widest <= column,
            lonely=any(len(rows) > 1 and self._is_lonely(rows[-1]) for rows in parts),
        )

    def _lines(self, part: _Part, column: float) -> list[Line]:
        return lines.break_lines(part.paragraph, column, indent=part.indent, justify=self.chinese)

    def _is_lonely(self, line: Line) -> bool:
        return len(line.text) <= 2 if self.chinese else " " not in line.text

    def page(self, trial: _Trial, paper: Paper) -> Page:
        """Put the lines of a trial in their places: a little above the middle, the date below."""
        left, right = paper.margin_x * MM, (paper.width - paper.margin_x) * MM
        size, step = trial.size, trial.leading * trial.size
        y = (paper.height - paper.margin_y) * MM - (trial.left_over * 0.3 + ASCENT) * size
        placed = []
        for part, rows in zip(self.parts, trial.parts, strict=True):
            for number, line in enumerate(rows):
                x = left if number else left + part.indent * size
                placed.append(Placed(x, y, line.text, line.spacing * size))
                y -= step
            y -= self.between * step
        foot = y + step + self.between * step  # the last line of the closing
        y -= (self.pen - self.between) * step + trial.left_over * 0.35 * size
        wide = self.widest * size
        pen = Box(right - PEN_WIDE, y + size, PEN_WIDE, max(0.0, foot - 0.35 * size - y - size))
        low = paper.margin_y * MM
        corner = Box(
            left, low, max(0.0, right - left - wide - size), max(0.0, foot - 0.6 * size - low)
        )
        for text, width in self.signature:
            placed.append(Placed(right - width * size, y, text, 0.0))
            y -= step
        return Page(self.letter, size, tuple(placed), trial.fits, trial.lonely, pen, corner)


def _inside(paper: Paper, size: float) -> tuple[float, float]:
    """Width and height inside the margins, in em of this size."""
    width = (paper.width - 2 * paper.margin_x) * MM / size
    return width, (paper.height - 2 * paper.margin_y) * MM / size


@lru_cache(maxsize=512)
def _paragraph(text: str, names: tuple[str, ...]) -> Paragraph:
    """A paragraph measured; most cards of a batch share theirs."""
    return Paragraph(text, lambda piece: _width(piece, names), names)


def _width(text: str, names: tuple[str, ...]) -> float:
    """The width of a text in em, in the fonts it will be set in."""
    width = _kai_width(text)
    if width is None:
        width = sum(run.face.width(run.text) for run in glyphs.runs(text, names))
    return width


@lru_cache(maxsize=4096)
def _kai_width(text: str) -> float | None:
    kai = glyphs.face("kai")
    return kai.width(text) if kai.has(text) else None
