"""The page with the recovery code: printed once, kept in the safe, read by eye or by camera."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from showroom import dates
from showroom.cards import glyphs
from showroom.cards.layout import MM
from showroom.cards.render import finishing
from showroom.i18n import _
from showroom.store import recovery

WIDTH, HEIGHT = 210 * MM, 297 * MM
EDGE: Final = 25 * MM
QR: Final = 46 * MM
INK: Final = (0.10, 0.14, 0.20)
MUTED: Final = (0.35, 0.40, 0.46)
LINE: Final = (0.80, 0.83, 0.87)


def pdf(code: str, *, shop: str, path: Path, now: datetime) -> bytes:
    """One page of A4 with the code as groups and as QR, and what it is for, in words.

    `shop` is the shop's name (may be empty), `path` the data file. Takes about 0.3 s.
    """
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    out = io.BytesIO()
    sans = glyphs.face("sans")
    canvas = Canvas(
        out, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=sans.name
    )
    canvas.setTitle(_("Recovery code"))
    canvas.setFillColorRGB(*INK)
    top = HEIGHT - EDGE
    canvas.setFont(sans.name, 11)
    canvas.drawString(EDGE, top, shop or _("Showroom Desk"))
    canvas.drawRightString(WIDTH - EDGE, top, f"{dates.local_day(now):%Y-%m-%d}")
    canvas.setFont(sans.name, 26)
    canvas.drawString(EDGE, top - 20 * MM, _("Recovery code"))
    _code(canvas, sans, code, top - 34 * MM)
    y = top - 34 * MM - QR - 12 * MM
    canvas.setFont(sans.name, 11)
    for words in _words(path):
        for line in glyphs.wrapped(words, sans, 11, WIDTH - 2 * EDGE):
            canvas.drawString(EDGE, y, line)
            y -= 6.4 * MM
        y -= 3 * MM
    with finishing:
        canvas.save()
    return out.getvalue()


def _words(path: Path) -> list[str]:
    """What whoever finds this page in three years has to know."""
    return [
        _(
            "This code opens the data and every backup of this desk on a new PC, or when the key "
            "is lost."
        ),
        _(
            "1. Install Showroom Desk and start it. When it asks, or in Settings → Data and backup,"
            " choose the backup: a file ending in .db."
        ),
        _("2. The file of the same name ending in .db.recovery must lie beside the backup."),
        _(
            "3. Type this code, or scan it. Capitals, spaces and dashes do not matter; 0, 1, I and "
            "O never occur."
        ),
        _(
            "Keep this page locked away and not beside the PC: whoever has it and a backup can read"
            " all customers. The program does not know the code and cannot print it again; a new "
            "page can be made at any time, then this one opens only the backups made until then."
        ),
        _("Data: {path}").format(path=path),
    ]


def _code(canvas: Any, sans: glyphs.Face, code: str, top: float) -> None:
    """Two lines of four groups in a frame, the same as QR beside them."""
    canvas.setStrokeColorRGB(*LINE)
    canvas.roundRect(EDGE, top - QR - 2 * MM, WIDTH - 2 * EDGE, QR + 4 * MM, 3 * MM)
    groups = code.split("-")
    half = len(groups) // 2
    for number, groups_of_line in enumerate((groups[:half], groups[half:])):
        for place, group in enumerate(groups_of_line):
            x, y = EDGE + (7 + 26 * place) * MM, top - (19 + 20 * number) * MM
            canvas.setFillColorRGB(*INK)
            canvas.setFont(sans.name, 20)
            for at, char in enumerate(group):
                canvas.drawCentredString(x + (2.5 + 5.1 * at) * MM, y, char)
            canvas.setFillColorRGB(*MUTED)
            canvas.setFont(sans.name, 7)
            canvas.drawString(x, y - 4.5 * MM, str(number * half + place + 1))
    _qr(canvas, recovery.read_code(code), WIDTH - EDGE - QR - 4 * MM, top - QR)


def _qr(canvas: Any, text: str, left: float, bottom: float) -> None:
    """A QR code of that side, its quiet zone inside."""
    from reportlab.graphics.barcode.qr import QrCodeWidget

    qr = QrCodeWidget(text, barLevel="Q").qr
    qr.make()
    count = qr.getModuleCount()
    side = QR / (count + 4)
    canvas.setFillColorRGB(*INK)
    for row in range(count):
        for column in range(count):
            if qr.isDark(row, column):
                canvas.rect(
                    left + (column + 2) * side,
                    bottom + (count + 1 - row) * side,
                    side * 1.02,
                    side * 1.02,
                    stroke=0,
                    fill=1,
                )
