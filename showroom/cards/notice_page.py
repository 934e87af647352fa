"""The notice on paper: what customers are told before they leave a phone, to hang up or hand out.

One page of A4 in the language of the program (PIPL 17): the shop, the words in force with their
number, the rights, and whom to ask.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from showroom import settings
from showroom.cards import glyphs
from showroom.cards.layout import MM
from showroom.cards.render import finishing
from showroom.errors import ShowroomError
from showroom.guard import notice
from showroom.guard.subject import RIGHTS
from showroom.i18n import N_, _
from showroom.store import journal
from showroom.store.db import Database
from showroom.text import clean

WIDTH, HEIGHT = 210 * MM, 297 * MM
EDGE: Final = 25 * MM
FOOT: Final = 34 * MM
INK: Final = (0.10, 0.14, 0.20)
MUTED: Final = (0.35, 0.40, 0.46)
RULE: Final = (0.80, 0.83, 0.87)
SIZES: Final = (13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0)  # the largest that fits on one page
PURPOSES: Final = N_(
    "You choose by yourself how we may reach you: by phone, text message, WeChat or post, about "
    "the purchase, with cards, to events. Without any of it you are served just the same."
)

SEE: Final = N_("See and copy: a report of everything we hold about you, at any time.")


def hand_out(db: Database) -> bytes:
    """The notice in force as PDF; its words are kept under their number from now on."""
    with db.write() as session:
        journal.act(session, "settings")
        notice.keep(session)
        return pdf(session, today=db.today())


def pdf(session: Session, *, today: date) -> bytes:
    """The notice in force on one page of A4.

    Raises `ShowroomError` when the shop's own words are too long for one page.
    """
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    shop, sans, out = settings.load(session), glyphs.face("sans"), io.BytesIO()
    parts = _parts(shop)
    size = next((size for size in SIZES if _high(parts, sans, size) <= _room()), None)
    if size is None:
        raise ShowroomError(
            _("The notice is too long for one page: shorten it in Settings → Personal data.")
        )
    canvas = Canvas(
        out, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=sans.name
    )
    canvas.setTitle(_("How we treat your data"))
    y = _head(canvas, sans, shop)
    for title, paragraphs in parts:
        y = _write(canvas, sans, title, size + 1.5, y - 2 * MM, MUTED)
        for paragraph in paragraphs:
            y = _write(canvas, sans, paragraph, size, y, INK)
        y -= 0.8 * size
    version = _("Wording {version} · {day}").format(
        version=notice.number(session), day=f"{today:%Y-%m-%d}"
    )
    _foot(canvas, sans, shop, version)
    with finishing:
        canvas.save()
    return out.getvalue()


def _parts(shop: settings.Settings) -> list[tuple[str, list[str]]]:
    return [
        (_("What for"), [clean(line) for line in notice.text(shop).splitlines() if line.strip()]),
        (_("How we may reach you"), [_(PURPOSES)]),
        (_("Your rights"), [f"· {_(right)}" for right in (SEE, *RIGHTS[1:])]),
    ]


def _room() -> float:
    return HEIGHT - EDGE - 34 * MM - FOOT


def _high(parts: list[tuple[str, list[str]]], sans: glyphs.Face, size: float) -> float:
    """How high the parts are at that size."""
    high = 0.0
    for title, paragraphs in parts:
        high += 2 * MM + _lines(title, sans, size + 1.5) * _leading(size + 1.5) + 0.8 * size
        high += sum(_lines(paragraph, sans, size) for paragraph in paragraphs) * _leading(size)
    return high


def _lines(text: str, sans: glyphs.Face, size: float) -> int:
    return len(glyphs.wrapped(text, sans, size, WIDTH - 2 * EDGE))


def _leading(size: float) -> float:
    return 1.75 * size


def _write(
    canvas: Any,
    sans: glyphs.Face,
    text: str,
    size: float,
    y: float,
    colour: tuple[float, float, float],
) -> float:
    """Set a paragraph below `y`; returns where the next begins."""
    canvas.setFillColorRGB(*colour)
    for line in glyphs.wrapped(text, sans, size, WIDTH - 2 * EDGE):
        y -= _leading(size)
        x = EDGE
        for run in glyphs.runs(line, first="sans"):
            canvas.setFont(run.face.name, size)
            canvas.drawString(x, y, run.text)
            x += run.face.width(run.text) * size
    return y


def _head(canvas: Any, sans: glyphs.Face, shop: settings.Settings) -> float:
    top = HEIGHT - EDGE
    _write(canvas, sans, clean(shop.shop_name) or _("This showroom"), 11, top + 14, MUTED)
    _write(canvas, sans, _("How we treat your data"), 24, top - 4 * MM, INK)
    canvas.setStrokeColorRGB(*RULE)
    canvas.line(EDGE, top - 24 * MM, WIDTH - EDGE, top - 24 * MM)
    return top - 26 * MM


def _foot(canvas: Any, sans: glyphs.Face, shop: settings.Settings, version: str) -> None:
    """Whom to ask, and which wording this is."""
    canvas.line(EDGE, FOOT - 4 * MM, WIDTH - EDGE, FOOT - 4 * MM)
    contact = [clean(part) for part in (shop.shop_name, shop.shop_phone, shop.shop_address)]
    said = " · ".join(part for part in contact if part) or _("Ask at the front desk.")
    y = _write(canvas, sans, said, 10, FOOT - 4 * MM, INK)
    _write(canvas, sans, version, 9, y, MUTED)
