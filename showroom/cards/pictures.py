"""The showroom's pictures on paper: in the file once, drawn as often as there are cards."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from showroom.cards.layout import Box


def define(canvas: Any, name: str, content: bytes) -> None:
    """Put a picture into the PDF under this name, one point wide and high; b"" puts none."""
    if not content:
        return
    from reportlab.lib.utils import ImageReader

    canvas.beginForm(name, 0, 0, 1, 1)
    canvas.drawImage(ImageReader(io.BytesIO(content)), 0, 0, 1, 1, mask="auto")
    canvas.endForm()


def draw(canvas: Any, name: str, content: bytes, box: Box, *, across: float) -> Box:
    """Draw a picture as large as it fits into a box; returns where it stands.

    `across` says where it stands when it is narrower than the box: 0 left, 0.5 middle, 1 right; it
    stands in the middle of its height.
    """
    wide, tall = _pixels(content)
    scale = min(box.width / wide, box.height / tall)
    width, height = wide * scale, tall * scale
    x, y = box.x + (box.width - width) * across, box.y + (box.height - height) / 2
    if scale > 0:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.scale(width, height)
        canvas.doForm(name)
        canvas.restoreState()
    return Box(x, y, width, height)


@lru_cache(maxsize=64)
def _pixels(content: bytes) -> tuple[int, int]:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as opened:
        return opened.size
