"""The form of an event on paper: guests write themselves in, and have a ticket for the draw.

What it asks for and what for stands on the sheet; who wants no calls leaves the box empty and is in
the draw all the same (DOMAIN §4.4). Nobody's data is on it when it is printed.
"""

from __future__ import annotations

import io
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import settings
from showroom.cards import glyphs
from showroom.cards.layout import MM
from showroom.cards.render import finishing
from showroom.care import attendance, events
from showroom.guard import exports
from showroom.i18n import _
from showroom.text import clean

WIDTH, HEIGHT = 210 * MM, 297 * MM
EDGE: Final = 15 * MM
WIDE: Final = WIDTH - 2 * EDGE
INK: Final = (0.10, 0.14, 0.20)
MUTED: Final = (0.35, 0.40, 0.46)
RULE: Final = (0.62, 0.66, 0.72)
SHADE: Final = (0.91, 0.935, 0.96)
SIZE: Final = 10.0
ROW: Final = 9.6 * MM
LINES: Final = 20
"""So many guests write themselves in on a page."""

ACROSS, DOWN = 2, 5
"""The tickets on a page."""

MOST: Final = 20
"""So many pages of the form at most."""


class Form(NamedTuple):
    """What stands on the form of an event; `first` is the first ticket that is free."""

    shop: str
    name: str
    facts: str
    prize: str
    first: int


def form(session: Session, event_id: int) -> Form:
    """The form of an event; its tickets go on where those handed out end."""
    event, shop = events.get(session, event_id), settings.load(session)
    facts = [events.days(event.day, event.until), event.place]
    return Form(
        clean(shop.shop_name) or _("Showroom Desk"),
        event.name,
        "  ·  ".join(part for part in facts if part),
        event.prize,
        attendance.next_ticket(session, event_id),
    )


def hand_out(session: Session, event_id: int, *, pages: int = 1) -> bytes:
    """The form as PDF, for paper: `pages` to write oneself in, each with its tickets.

    Raises `exports.Refused` as `exports.allow` does.
    """
    exports.allow(session, 0)
    return pdf(form(session, event_id), pages=min(max(pages, 1), MOST))


def pdf(said: Form, *, pages: int = 1) -> bytes:
    """A4: a page to write oneself in, then as many pages of tickets as its lines need."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(WIDTH, HEIGHT),
        pageCompression=1,
        invariant=1,
        initialFontName=glyphs.face("sans").name,
    )
    canvas.setTitle(" · ".join((said.name, _("Registration and draw"))))
    for page in range(pages):
        first = said.first + page * LINES
        _registration(canvas, said, first)
        canvas.showPage()
        for start in range(first, first + LINES, ACROSS * DOWN):
            _tickets(canvas, said, start)
            canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()


def _write(
    canvas: Any,
    x: float,
    y: float,
    text: str,
    *,
    size: float = SIZE,
    colour: tuple[float, float, float] = INK,
    room: float = 0.0,
    centre: bool = False,
) -> float:
    """Draw a line, smaller where it has no `room`; returns where it ends."""
    wide = sum(run.face.width(run.text) for run in glyphs.runs(text, first="sans"))
    if room and wide * size > room:
        size = room / wide
    x -= wide * size / 2 if centre else 0
    canvas.setFillColorRGB(*colour)
    for run in glyphs.runs(text, first="sans"):
        canvas.setFont(run.face.name, size)
        canvas.drawString(x, y, run.text)
        x += run.face.width(run.text) * size
    return x


def _registration(canvas: Any, said: Form, first: int) -> None:
    top = HEIGHT - EDGE
    _write(canvas, EDGE, top - 4 * MM, said.shop, colour=MUTED, room=WIDE)
    _write(canvas, WIDTH / 2, top - 14 * MM, said.name, size=20, room=WIDE, centre=True)
    title = _("Registration and draw")
    line = "  ·  ".join(part for part in (title, said.facts) if part)
    _write(canvas, WIDTH / 2, top - 21.5 * MM, line, size=10.5, room=WIDE, centre=True)
    y = top - 26 * MM
    if said.prize:
        prize = _("Drawn among all who are here: {prize}").format(prize=said.prize)
        _write(canvas, WIDTH / 2, y - 2 * MM, prize, room=WIDE, centre=True)
        y -= 4 * MM
    y = _table(canvas, first, y - 3 * MM)
    _small_print(canvas, y - 3 * MM)


def _table(canvas: Any, first: int, top: float) -> float:
    """The lines to write in, with their tickets; returns where they end."""
    columns = (
        (_("Ticket"), 14),
        (_("Name"), 32),
        (_("Phone"), 40),
        (_("People"), 14),
        (_("Interest"), 36),
        (_("May call me"), 18),
        (_("Signature"), 26),
    )
    rights = [EDGE]
    for _title, wide in columns:
        rights.append(rights[-1] + wide * MM)
    canvas.setStrokeColorRGB(*RULE)
    canvas.setLineWidth(0.5)
    canvas.setFillColorRGB(*SHADE)
    canvas.rect(EDGE, top - ROW, WIDE, ROW, stroke=0, fill=1)
    bottom = top - ROW * (LINES + 1)
    for number in range(LINES + 2):
        canvas.line(EDGE, top - number * ROW, EDGE + WIDE, top - number * ROW)
    for x in rights:
        canvas.line(x, top, x, bottom)
    for (title, wide), left in zip(columns, rights, strict=False):
        middle = left + wide * MM / 2
        _write(canvas, middle, top - 6 * MM, title, size=9, centre=True, room=wide * MM - 2 * MM)
    for number in range(LINES):
        y = top - (number + 2) * ROW
        _write(canvas, EDGE + 7 * MM, y + 3.2 * MM, str(first + number), centre=True)
        box = rights[5] + 9 * MM
        canvas.rect(box - 1.8 * MM, y + 3 * MM, 3.6 * MM, 3.6 * MM, stroke=1, fill=0)
    return bottom


def _small_print(canvas: Any, top: float) -> None:
    paragraphs = (
        _(
            "What you write here is used to tell the winner and to count our guests. We call you "
            "about cars only if you tick the box; you are in the draw all the same."
        ),
        _(
            "Each party has one ticket. It is drawn in public among all who are here; who wins "
            "need not buy anything. You may see, correct or have erased what we keep of you, and "
            "take your consent back at any time: ask at the front desk."
        ),
    )
    sans = glyphs.face("sans")
    y = top
    for paragraph in paragraphs:
        for line in glyphs.wrapped(paragraph, sans, 8.5, WIDE):
            y -= 4.3 * MM
            _write(canvas, EDGE, y, line, size=8.5, colour=MUTED)
        y -= 0.8 * MM


def _tickets(canvas: Any, said: Form, first: int) -> None:
    """Tickets to cut out: the number twice, one half for the guest, one for the box."""
    wide, high = WIDE / ACROSS, (HEIGHT - 2 * EDGE) / DOWN
    canvas.setStrokeColorRGB(*RULE)
    canvas.setLineWidth(0.5)
    for place in range(ACROSS * DOWN):
        left = EDGE + place % ACROSS * wide
        top = HEIGHT - EDGE - place // ACROSS * high
        canvas.setDash(2, 2)
        canvas.rect(left, top - high, wide, high, stroke=1, fill=0)
        canvas.line(left + wide * 0.62, top, left + wide * 0.62, top - high)
        canvas.setDash()
        _ticket(canvas, said, first + place, left, top, wide)


def _ticket(canvas: Any, said: Form, number: int, left: float, top: float, wide: float) -> None:
    guest, box = wide * 0.62, wide * 0.38
    middle = left + guest / 2
    room = guest - 8 * MM
    _write(canvas, middle, top - 9 * MM, said.name, size=11, room=room, centre=True)
    _write(canvas, middle, top - 15 * MM, said.facts, size=8, colour=MUTED, room=room, centre=True)
    _write(canvas, middle, top - 31 * MM, str(number), size=30, centre=True)
    if said.prize:
        _write(canvas, middle, top - 39 * MM, said.prize, size=9, room=room, centre=True)
    keep = _("Keep this half")
    _write(canvas, middle, top - 47 * MM, keep, size=8, colour=MUTED, room=room, centre=True)
    middle = left + guest + box / 2
    room = box - 6 * MM
    _write(canvas, middle, top - 9 * MM, _("For the draw"), size=9, room=room, centre=True)
    _write(canvas, middle, top - 31 * MM, str(number), size=24, centre=True)
    name = _("Name")
    end = _write(canvas, left + guest + 3 * MM, top - 47 * MM, name, size=8, colour=MUTED)
    canvas.line(end + 1 * MM, top - 47.6 * MM, left + wide - 3 * MM, top - 47.6 * MM)
