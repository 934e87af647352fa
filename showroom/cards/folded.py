"""A card that is folded once: its upper edge is the fold, the letter stands inside, below it.

Printed on both sides and turned over like the page of a book. On the sheet's outside the front is
the upper half and stands on its head, so that it is upright once the card is folded.
"""

from __future__ import annotations

from typing import Any, Final

from showroom.cards import glyphs, pictures
from showroom.cards.dress import Dress
from showroom.cards.layout import MM, Box, Paper
from showroom.cards.pens import GREY, INK

EDGE: Final = 14.0  # mm around a picture
FRONT, BACK = 20.0, 9.0  # points


def outside(canvas: Any, paper: Paper, dress: Dress) -> None:
    """The page with front and back."""
    width, height = paper.width * MM, paper.height * MM
    canvas.setPageSize((width, height * 2))
    canvas.saveState()
    canvas.translate(width, height * 2)
    canvas.rotate(180)
    front(canvas, paper, dress)
    canvas.restoreState()
    _back(canvas, paper, dress)
    canvas.showPage()


def front(canvas: Any, paper: Paper, dress: Dress) -> None:
    """The picture, or the corners and the name of the showroom; the logo below."""
    width, height = paper.width * MM, paper.height * MM
    inner = Box(EDGE * MM, EDGE * MM, width - 2 * EDGE * MM, height - 2 * EDGE * MM)
    if dress.cover:
        pictures.draw(canvas, "cover", dress.cover, inner, across=0.5)
        return
    canvas.doForm("ornament")
    if dress.logo:
        pictures.draw(
            canvas,
            "logo",
            dress.logo,
            inner._replace(
                x=width / 2 - 30 * MM, y=height / 2 - 12 * MM, width=60 * MM, height=24 * MM
            ),
            across=0.5,
        )
    elif dress.shop:
        _centred(canvas, dress.shop[0], width, height / 2 - FRONT / 3, FRONT, inner.width)


def _back(canvas: Any, paper: Paper, dress: Dress) -> None:
    """Who sends it, small, at the foot."""
    canvas.setFillColorRGB(*GREY)
    y = EDGE * MM + BACK * 1.6 * (len(dress.shop) - 1)
    for line in dress.shop:
        room = (paper.width - 2 * EDGE) * MM
        _centred(canvas, line, paper.width * MM, y, BACK, room, GREY)
        y -= BACK * 1.6


def _centred(
    canvas: Any,
    text: str,
    width: float,
    y: float,
    size: float,
    room: float,
    ink: tuple[float, float, float] = INK,
) -> None:
    """A line in the middle, smaller when it is too long."""
    runs = list(glyphs.runs(text, (text,)))
    size = min(size, room / max(0.1, sum(run.face.width(run.text) for run in runs)))
    wide = sum(run.face.width(run.text) for run in runs) * size
    written = canvas.beginText((width - wide) / 2, y)
    written.setFillColorRGB(*ink)
    for run in runs:
        written.setFont(run.face.name, size)
        written.textOut(run.text)
    canvas.drawText(written)
