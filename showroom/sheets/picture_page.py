"""A picture on a sheet of A4, as large as it goes, lying or standing as it is itself."""

from __future__ import annotations

import io
from typing import Final

from showroom.cards.layout import MM
from showroom.cards.render import finishing

EDGE: Final = 10 * MM
LONG, SHORT = 297 * MM, 210 * MM


def pdf(png: bytes, title: str) -> bytes:
    """The page."""
    from reportlab import rl_config
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    image = ImageReader(io.BytesIO(png))
    wide, high = image.getSize()
    page = (LONG, SHORT) if wide >= high else (SHORT, LONG)
    scale = min((page[0] - 2 * EDGE) / wide, (page[1] - 2 * EDGE) / high)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=page, pageCompression=1, invariant=1)
    canvas.setTitle(title)
    left, top = (page[0] - wide * scale) / 2, page[1] - EDGE
    canvas.drawImage(image, left, top - high * scale, wide * scale, high * scale)
    canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()
