"""The paper of the cards: one PDF with its fonts inside, for preview, printer and file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from threading import Lock
from typing import Any, Final

from showroom.cards import glyphs, layout
from showroom.cards.compose import Letter
from showroom.cards.layout import MM, Page, Paper
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress

A4: Final = (210.0, 297.0)
INK: Final = (0.09, 0.08, 0.07)
GOLD: Final = (0.70, 0.56, 0.34)
GREY: Final = (0.45, 0.45, 0.45)

# A font's tables are read with one cursor: two PDFs are not finished at the same time.
finishing = Lock()


def capacity(size: str) -> int:
    """How many cards of this size one sheet of A4 holds."""
    columns, rows, _upright = _grid(layout.paper(size))
    return columns * rows


def sheet(size: str, per_sheet: int | None) -> tuple[float, float]:
    """The sides of the paper that goes into the printer, in mm: the card's own, or A4."""
    paper = layout.paper(size)
    if per_sheet is None:
        return paper.width, paper.height
    _columns, _rows, upright = _grid(paper)
    return A4 if upright else A4[::-1]


def problems(letters: Sequence[Letter], *, size: str) -> list[str]:
    """What keeps these letters from being printed, a sentence each: glyphs, then room."""
    paper = layout.paper(size)
    found = glyphs.report(glyphs.missing(letters))
    pages = (layout.set_letter(letter, paper) for letter in letters)
    return found + [_too_long(page, paper) for page in pages if not page.fits]


def pdf(
    letters: Sequence[Letter],
    *,
    size: str,
    per_sheet: int | None = None,
    progress: Progress | None = None,
) -> bytes:
    """One PDF of the letters: a page each, or `per_sheet` of them on A4 with cut marks.

    Raises ShowroomError naming the cards with a missing glyph or without room for their words.
    """
    paper = layout.paper(size)
    if not letters:
        raise ShowroomError(_("There is no card to print."))
    bad = glyphs.report(glyphs.missing(letters))
    pages = []
    for letter in (progress or Progress()).track(letters, every=20):
        page = layout.set_letter(letter, paper)
        pages.append(page)
        if not page.fits:
            bad.append(_too_long(page, paper))
    if bad:
        raise ShowroomError("\n".join(bad))
    return _write(pages, paper, per_sheet)


def preview(letter: Letter, *, size: str) -> bytes:
    """The PDF of one letter whatever is wrong with it; what has no glyph shows as a box."""
    paper = layout.paper(size)
    return _write([layout.set_letter(letter, paper)], paper, None)


def _too_long(page: Page, paper: Paper) -> str:
    return _(
        "The words for {name} do not fit on {size}: shorten them or choose a larger card."
    ).format(name=page.letter.who, size=paper.name)


def _grid(paper: Paper) -> tuple[int, int, bool]:
    """Columns, rows, and whether the sheet stands upright: the way that holds more cards."""
    ways = []
    for upright in (True, False):
        wide, tall = A4 if upright else A4[::-1]
        ways.append((int(wide // paper.width), int(tall // paper.height), upright))
    return max(ways, key=lambda way: way[0] * way[1])


def _write(pages: Sequence[Page], paper: Paper, per_sheet: int | None) -> bytes:
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0  # plain binary streams: a fifth smaller, and made faster
    out = io.BytesIO()
    kai = glyphs.face("kai")
    canvas = Canvas(
        out,
        pagesize=(paper.width * MM, paper.height * MM),
        pageCompression=1,
        invariant=1,
        initialFontName=kai.name,
    )
    canvas.setTitle(_("Cards"))
    _ornament(canvas, paper)
    if per_sheet is None:
        for page in pages:
            _draw(canvas, page, 0.0, 0.0)
            canvas.showPage()
    else:
        _sheets(canvas, pages, paper, per_sheet)
    with finishing:
        canvas.save()
    return out.getvalue()


def _draw(canvas: Any, page: Page, left: float, bottom: float) -> None:
    """One card with its left lower corner at that point."""
    if left or bottom:
        canvas.saveState()
        canvas.translate(left, bottom)
    canvas.doForm("ornament")
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


def _sheets(canvas: Any, pages: Sequence[Page], paper: Paper, per_sheet: int) -> None:
    columns, rows, upright = _grid(paper)
    if not 1 <= per_sheet <= columns * rows:
        raise ShowroomError(
            _("A sheet of A4 holds {count} cards of {size}.").format(
                count=columns * rows, size=paper.name
            )
        )
    wide, tall = (side * MM for side in (A4 if upright else A4[::-1]))
    width, height = paper.width * MM, paper.height * MM
    left, bottom = (wide - columns * width) / 2, (tall - rows * height) / 2
    for start in range(0, len(pages), per_sheet):
        canvas.setPageSize((wide, tall))
        for place, page in enumerate(pages[start : start + per_sheet]):
            row, column = divmod(place, columns)
            _draw(canvas, page, left + column * width, bottom + (rows - 1 - row) * height)
        _cut_marks(
            canvas,
            [left + i * width for i in range(columns + 1)],
            [bottom + i * height for i in range(rows + 1)],
        )
        canvas.showPage()


def _cut_marks(canvas: Any, xs: list[float], ys: list[float]) -> None:
    """Hairlines that point at every cut from outside, and a small cross where two cuts meet."""
    canvas.saveState()
    canvas.setStrokeColorRGB(*GREY)
    canvas.setLineWidth(0.3)
    arm, away = 5 * MM, 1.5 * MM
    for x in xs:
        canvas.line(x, ys[0] - away, x, ys[0] - away - arm)
        canvas.line(x, ys[-1] + away, x, ys[-1] + away + arm)
    for y in ys:
        canvas.line(xs[0] - away, y, xs[0] - away - arm, y)
        canvas.line(xs[-1] + away, y, xs[-1] + away + arm, y)
    for x in xs[1:-1]:
        for y in ys:
            canvas.line(x, y - 1.5 * MM, x, y + 1.5 * MM)
    for y in ys[1:-1]:
        for x in xs:
            canvas.line(x - 1.5 * MM, y, x + 1.5 * MM, y)
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
