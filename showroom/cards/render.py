"""The paper of the cards: one PDF with its fonts inside, for preview, printer and file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final, NamedTuple

from showroom.cards import folded, glyphs, layout, pictures
from showroom.cards.compose import Letter
from showroom.cards.dress import PLAIN, ROOM, Dress
from showroom.cards.layout import MM, PEN, PEN_LINE, Box, Page, Paper
from showroom.cards.pens import GOLD, GREY, INK
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress

A4: Final = (210.0, 297.0)
SHEETS: Final = {"A4": A4, "A5": (148.0, 210.0)}
FOLD: Final = "fold"
FOLDED: Final = ("148x100", "210x100", "A6", "A5")
"""Cards that are sold folded once: the fold is their upper edge (DOMAIN §8.3)."""
LOGO: Final = (40.0, 12.0)  # mm at most

# A font's tables are read with one cursor: two PDFs are not finished at the same time.
finishing = Lock()


class Stock(NamedTuple):
    """What lies in the printer: cards of a size, how they lie (`sheets`), and the first place."""

    size: str
    sheet: str = ""
    start: int = 1


def capacity(size: str, sheet: str = "A4") -> int:
    """How many cards of this size one sheet (of `SHEETS`) holds."""
    columns, rows, _upright = _grid(layout.paper(size), sheet)
    return columns * rows


def sheets(size: str) -> list[str]:
    """How a card of this size may lie in the printer: by itself (""), folded, several on A4, A5.

    What no sheet holds twice is cut out of the larger one.
    """
    several = [sheet for sheet in SHEETS if capacity(size, sheet) > 1]
    several = several or [sheet for sheet in SHEETS if capacity(size, sheet)][:1]
    return ["", *([FOLD] if size in FOLDED else []), *several]


def sides(size: str, sheet: str) -> tuple[float, float]:
    """The sides of the paper that goes into the printer, in mm."""
    paper = layout.paper(size)
    if sheet == FOLD:
        return paper.width, paper.height * 2
    if not sheet:
        return paper.width, paper.height
    _columns, _rows, upright = _grid(paper, sheet)
    return SHEETS[sheet] if upright else SHEETS[sheet][::-1]


def problems(letters: Sequence[Letter], *, size: str, dress: Dress = PLAIN) -> list[str]:
    """What keeps these letters from being printed, a sentence each: glyphs, then room."""
    paper = layout.paper(size)
    found = glyphs.report(glyphs.missing(letters))
    pages = (_set(letter, paper, dress) for letter in letters)
    return found + [_too_long(page, paper) for page in pages if not page.fits]


def pdf(
    letters: Sequence[Letter],
    *,
    size: str,
    sheet: str = "",
    start: int = 1,
    dress: Dress = PLAIN,
    progress: Progress | None = None,
) -> bytes:
    """One PDF of the letters, in their order.

    `sheet` is one of `sheets(size)`: "" a page each; `FOLD` two each, outside and inside, turned
    over like the page of a book; else several on a sheet with cut marks, the first one on place
    `start`. Raises ShowroomError naming the cards with a missing glyph or without room for their
    words.
    """
    paper = layout.paper(size)
    if not letters:
        raise ShowroomError(_("There is no card to print."))
    _check(paper, sheet, start)
    bad = glyphs.report(glyphs.missing(letters))
    bad += glyphs.report(glyphs.missing_in(dress.shop) if sheet == FOLD else [])
    pages = []
    for letter in (progress or Progress()).track(letters, every=20):
        page = _set(letter, paper, dress)
        pages.append(page)
        if not page.fits:
            bad.append(_too_long(page, paper))
    if bad:
        raise ShowroomError("\n".join(bad))
    return _write(pages, paper, dress, sheet, start)


def preview(letter: Letter, *, size: str, dress: Dress = PLAIN) -> bytes:
    """The PDF of one letter whatever is wrong with it; what has no glyph shows as a box."""
    paper = layout.paper(size)
    return _write([_set(letter, paper, dress)], paper, dress, "", 1)


def cover(size: str, dress: Dress) -> bytes:
    """The outside of a folded card as it lies closed on the table."""
    paper = layout.paper(size)
    out = io.BytesIO()
    canvas = _begin(out, paper, dress, ())
    folded.front(canvas, paper, dress)
    canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()


def _set(letter: Letter, paper: Paper, dress: Dress) -> Page:
    return layout.set_letter(letter, paper, PEN if dress.sign == ROOM else PEN_LINE)


def _check(paper: Paper, sheet: str, start: int) -> None:
    """Raise ShowroomError for a sheet that this card does not come on, or a place it lacks."""
    if sheet not in sheets(paper.code):
        raise ShowroomError(
            _("Cards of {size} do not come on {sheet}.").format(size=paper.name, sheet=sheet)
        )
    places = capacity(paper.code, sheet) if sheet in SHEETS else 1
    if not 1 <= start <= places:
        raise ShowroomError(
            _("A sheet of {sheet} has places for {count} cards of {size}.").format(
                sheet=sheet or paper.name, count=places, size=paper.name
            )
        )


def _too_long(page: Page, paper: Paper) -> str:
    return _(
        "The words for {name} do not fit on {size}: shorten them or choose a larger card."
    ).format(name=page.letter.who, size=paper.name)


def _grid(paper: Paper, sheet: str) -> tuple[int, int, bool]:
    """Columns, rows, and whether the sheet stands upright: the way that holds more cards."""
    ways = []
    for upright in (True, False):
        wide, tall = SHEETS[sheet] if upright else SHEETS[sheet][::-1]
        ways.append((int(wide // paper.width), int(tall // paper.height), upright))
    return max(ways, key=lambda way: way[0] * way[1])


def _begin(out: io.BytesIO, paper: Paper, dress: Dress, pages: Sequence[Page]) -> Any:
    """A canvas with everything in it that is drawn on many pages: made once, used by name."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0  # plain binary streams: a fifth smaller, and made faster
    canvas = Canvas(
        out,
        pagesize=(paper.width * MM, paper.height * MM),
        pageCompression=1,
        invariant=1,
        initialFontName=glyphs.face("kai").name,
    )
    canvas.setTitle(_("Cards"))
    _ornament(canvas, paper)
    worn = {"logo": dress.logo, "cover": dress.cover}
    worn |= dict(dress.signed(page.letter.sign) for page in pages)
    for name, content in worn.items():
        pictures.define(canvas, name, content)
    return canvas


def _write(pages: Sequence[Page], paper: Paper, dress: Dress, sheet: str, start: int) -> bytes:
    out = io.BytesIO()
    canvas = _begin(out, paper, dress, pages)
    if sheet == FOLD:
        for page in pages:
            folded.outside(canvas, paper, dress)
            canvas.setPageSize((paper.width * MM, paper.height * MM * 2))
            _draw(canvas, page, dress, 0.0, 0.0)
            canvas.showPage()
    elif sheet:
        _sheets(canvas, pages, paper, dress, sheet, start)
    else:
        for page in pages:
            _draw(canvas, page, dress, 0.0, 0.0)
            canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()


def _draw(canvas: Any, page: Page, dress: Dress, left: float, bottom: float) -> None:
    """One card with its left lower corner at that point."""
    if left or bottom:
        canvas.saveState()
        canvas.translate(left, bottom)
    canvas.doForm("ornament")
    _wear(canvas, page, dress)
    if left or bottom:
        canvas.restoreState()
    text = canvas.beginText()
    text.setFillColorRGB(*INK)
    names = page.letter.names
    font: str | None = None
    spacing: float | None = None  # outlives a text object: the first line says its own
    for line in page.placed:
        text.setTextOrigin(left + line.x, bottom + line.y)
        if line.spacing != spacing:
            spacing = line.spacing
            text.setCharSpace(spacing)
        for run in glyphs.runs(line.text, names):
            if run.face.name != font:
                font = run.face.name
                text.setFont(font, page.size)
            if run.text == line.text:
                text.textLine(run.text)  # need not know where it ends
            else:
                text.textOut(run.text)
    canvas.drawText(text)


def _wear(canvas: Any, page: Page, dress: Dress) -> None:
    """The logo at the lower left, and a line or the image of a signature above the name."""
    if dress.logo:
        free = page.corner
        wide, tall = min(free.width, LOGO[0] * MM), min(free.height, LOGO[1] * MM)
        pictures.draw(canvas, "logo", dress.logo, Box(free.x, free.y, wide, tall), across=0.0)
    if not page.letter.signature:
        return
    name, image = dress.signed(page.letter.sign)
    if image:
        pictures.draw(canvas, name, image, page.pen, across=1.0)
    elif dress.sign != ROOM:
        canvas.setStrokeColorRGB(*GREY)
        canvas.setLineWidth(0.4)
        pen, foot = page.pen, page.pen.y + 0.5 * page.size
        canvas.line(pen.x, foot, pen.x + pen.width, foot)


def _sheets(
    canvas: Any, pages: Sequence[Page], paper: Paper, dress: Dress, sheet: str, start: int
) -> None:
    columns, rows, upright = _grid(paper, sheet)
    sides = SHEETS[sheet] if upright else SHEETS[sheet][::-1]
    per_sheet = columns * rows
    wide, tall = (side * MM for side in sides)
    width, height = paper.width * MM, paper.height * MM
    left, bottom = (wide - columns * width) / 2, (tall - rows * height) / 2
    places: list[Page | None] = [*[None] * (start - 1), *pages]
    for first in range(0, len(places), per_sheet):
        canvas.setPageSize((wide, tall))
        for place, page in enumerate(places[first : first + per_sheet]):
            row, column = divmod(place, columns)
            if page is not None:
                x, y = left + column * width, bottom + (rows - 1 - row) * height
                _draw(canvas, page, dress, x, y)
        _cut_marks(
            canvas,
            [left + i * width for i in range(columns + 1)],
            [bottom + i * height for i in range(rows + 1)],
        )
        canvas.showPage()


def _cut_marks(canvas: Any, xs: list[float], ys: list[float]) -> None:
    """Hairlines that point at every cut from outside, and a small cross where two cuts meet.

    Where the cards reach the edge of the sheet the mark lies on the cut itself.
    """
    canvas.saveState()
    canvas.setStrokeColorRGB(*GREY)
    canvas.setLineWidth(0.3)
    arm, away, cross = 5 * MM, 1.5 * MM, 1.5 * MM
    beyond = (away, away + arm) if ys[0] > 2 * away else (0.0, -2 * cross)
    for x in xs:
        canvas.line(x, ys[0] - beyond[0], x, ys[0] - beyond[1])
        canvas.line(x, ys[-1] + beyond[0], x, ys[-1] + beyond[1])
    beyond = (away, away + arm) if xs[0] > 2 * away else (0.0, -2 * cross)
    for y in ys:
        canvas.line(xs[0] - beyond[0], y, xs[0] - beyond[1], y)
        canvas.line(xs[-1] + beyond[0], y, xs[-1] + beyond[1], y)
    for x in xs[1:-1]:
        for y in ys:
            canvas.line(x, y - cross, x, y + cross)
    for y in ys[1:-1]:
        for x in xs:
            canvas.line(x - cross, y, x + cross, y)
    canvas.restoreState()


def _ornament(canvas: Any, paper: Paper) -> None:
    """A hairline corner at the upper left and the lower right, once in the file."""
    width, height = paper.width * MM, paper.height * MM
    inset, long, short, step = 6.5 * MM, 16 * MM, 9 * MM, 1.6 * MM
    canvas.beginForm("ornament", 0, 0, width, height)
    canvas.setStrokeColorRGB(*GOLD)
    canvas.setLineWidth(0.5)
    canvas.setLineCap(0)
    for turned in (False, True):
        canvas.saveState()
        if turned:
            canvas.translate(width, height)
            canvas.rotate(180)
        x, y = inset, height - inset
        path = canvas.beginPath()
        # the long corner, its line folded once into itself as on a picture frame
        path.moveTo(x, y - short)
        path.lineTo(x, y - step)
        path.lineTo(x + step, y - step)
        path.lineTo(x + step, y)
        path.lineTo(x + long, y)
        canvas.drawPath(path)
        canvas.restoreState()
    canvas.endForm()
