"""Envelopes by GB/T 1416-2003, in the order of the cards: blank ones whole, printed ones filled in.

Millimetres are counted from the left upper corner of the envelope, as the standard does. Where it
gives no measure (the boxes for the postcode, the frame for the stamp) the place is a setting or
ours, and a test page shows it on plain paper (DOMAIN §8.4).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import settings
from showroom.cards import addressees, glyphs
from showroom.cards.addressees import Addressee, Made
from showroom.cards.layout import MM
from showroom.cards.pens import INK
from showroom.cards.render import A4, finishing
from showroom.errors import ShowroomError
from showroom.guard import exports
from showroom.i18n import _
from showroom.progress import Progress
from showroom.settings import Settings

BOXES: Final = 6
BOX: Final = 8.0
RED: Final = (0.82, 0.15, 0.19)  # Pantone 1795C: boxes and frame, never a name (DOMAIN §8.2)
GREY: Final = (0.6, 0.6, 0.6)
STAMP: Final = 20.0
EDGE: Final = 12.0
BOX_ZONE: Final = (90.0, 26.0)  # from the left upper corner: nothing but the boxes
BAR_ZONE: Final = (55.0, 160.0, 20.0)  # from the right edge, and above the lower one: blank
SMALLEST: Final = 9.0


class Envelope(NamedTuple):
    """An envelope of the standard, flap above; its sides in mm, type in points."""

    code: str
    width: float
    height: float
    size: float

    @property
    def name(self) -> str:
        """As it is called and how large it is."""
        return f"{self.code} {self.width:g} × {self.height:g} mm"


ENVELOPES: Final = {
    one.code: one
    for one in (
        Envelope("DL", 220, 110, 13),
        Envelope("ZL", 230, 120, 13.5),
        Envelope("B6", 176, 125, 12.5),
        Envelope("C5", 229, 162, 15),
        Envelope("C4", 324, 229, 18),
    )
}
FITS: Final = {
    **dict.fromkeys(("148x100", "142x100", "A6"), "B6"),
    **dict.fromkeys(("210x100", "210x99"), "DL"),
    **dict.fromkeys(("203x140", "A5", "145x210"), "C5"),
    **dict.fromkeys(("185x260", "210x285"), "C4"),
}
"""The envelope a card goes into flat (DOMAIN §8.3)."""


class Placed(NamedTuple):
    """A line where it stands: mm from the left upper corner to its foot, points, and its font."""

    x: float
    y: float
    text: str
    size: float
    first: str = "kai"


def envelope(code: str) -> Envelope:
    """The envelope of this code; a sentence naming the choices for any other."""
    try:
        return ENVELOPES[code]
    except KeyError:
        raise ShowroomError(
            _("There is no envelope {size}. Choose one of: {choices}.").format(
                size=code, choices=", ".join(ENVELOPES)
            )
        ) from None


# --- who


def of_cards(session: Session, card_ids: Sequence[int], kind: Envelope) -> Made:
    """Who gets an envelope: one for each card, in their order; the others with their reason."""
    return addressees.of_cards(session, card_ids, lambda one: set_address(one, kind) is not None)


# --- where it stands


def set_address(one: Addressee, kind: Envelope) -> list[Placed] | None:
    """Address above, then the name, larger and in the middle; None when it does not fit.

    The address begins below the boxes, and the name ends above the sender.
    """
    face, whole = glyphs.face("kai"), glyphs.of_name(one.name, "kai")
    his = glyphs.face(whole)
    left = kind.width * 0.16
    wide = (kind.width - 2 * left) * MM
    top, foot = BOX_ZONE[1] + kind.height * 0.08, kind.height - _sender_high(kind)
    size = kind.size
    while size >= SMALLEST:
        lines = glyphs.wrapped(one.address, face, size, wide)
        step = size * 1.5 / MM
        of_name = min(size * 1.5, wide / max(his.width(one.name), 1))
        high = len(lines) * step + of_name * 2 / MM
        if high <= foot - top and of_name >= SMALLEST:
            y = top + max(0.0, (foot - top - high) * 0.35) + step * 0.75
            placed = [Placed(left, y + n * step, line, size) for n, line in enumerate(lines)]
            middle = (kind.width - his.width(one.name) * of_name / MM) / 2
            name_at = y + (len(lines) - 1) * step + of_name * 2 / MM
            return [*placed, Placed(middle, name_at, one.name, of_name, whole)]
        size -= 0.5
    return None


def _sender_high(kind: Envelope) -> float:
    """What the sender takes above the lower edge: two lines, 20 mm above it."""
    return BAR_ZONE[2] + 2.5 + 2 * _small(kind) * 1.5 / MM


def _small(kind: Envelope) -> float:
    return max(SMALLEST, kind.size * 0.75)


# --- on paper


def pdf(
    recipients: Sequence[Addressee],
    kind: Envelope,
    shop: Settings,
    *,
    blank: bool = True,
    progress: Progress | None = None,
) -> bytes:
    """One envelope a page. A blank one gets boxes, frame and sender too; else digits and words.

    Raises `ShowroomError` when there is none.
    """
    if not recipients:
        raise ShowroomError(_("There is no envelope to print: nobody of them has an address."))
    canvas, out = _canvas((kind.width, kind.height))
    for one in (progress or Progress()).track(recipients, every=50):
        _draw(canvas, one, kind, shop, blank=blank)
        canvas.showPage()
    return _finished(canvas, out)


def plain_page(kind: Envelope, shop: Settings) -> bytes:
    """The envelope drawn on plain A4 with a line round it and the zones that stay blank in grey.

    Held against a real envelope it shows how far boxes and words are off. One that is larger than
    the paper is drawn in two halves as large as life, a page each, to be laid together.
    """
    if kind.width <= A4[1] and kind.height <= A4[0]:
        wide, tall = A4[::-1] if kind.width > A4[0] else A4
        canvas, out = _canvas((wide, tall))
        canvas.translate(0, (tall - kind.height) * MM)
        _draw_plain(canvas, kind, shop)
        canvas.showPage()
        return _finished(canvas, out)
    half = kind.width / 2
    left, foot = (A4[0] - half) / 2, A4[1] - kind.height - EDGE
    canvas, out = _canvas(A4)
    for page in range(2):
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(left * MM, foot * MM, half * MM, kind.height * MM)
        canvas.clipPath(path, stroke=0)
        canvas.translate((left - page * half) * MM, foot * MM)
        _draw_plain(canvas, kind, shop)
        canvas.restoreState()
        cut = (left + half if page == 0 else left) * MM
        canvas.setDash(4, 2)
        canvas.line(cut, (foot - 4) * MM, cut, (A4[1] - EDGE + 4) * MM)
        canvas.setDash()
        said = _("{page} of 2: cut along the dashed line and lay both halves together.")
        _say(canvas, left * MM, (foot - EDGE) * MM, said.format(page=page + 1), SMALLEST)
        canvas.showPage()
    return _finished(canvas, out)


def _draw_plain(canvas: Any, kind: Envelope, shop: Settings) -> None:
    canvas.setStrokeColorRGB(*GREY)
    canvas.setLineWidth(0.4)
    canvas.rect(0, 0, kind.width * MM, kind.height * MM)
    canvas.setDash(2, 2)
    near, far, high = BAR_ZONE
    canvas.rect(
        max(0.0, kind.width - far) * MM,
        0,
        (min(far, kind.width) - near) * MM,
        high * MM,
    )
    canvas.rect(0, (kind.height - BOX_ZONE[1]) * MM, BOX_ZONE[0] * MM, BOX_ZONE[1] * MM)
    canvas.setDash()
    sample = Addressee("", "518000", "深圳市福田区莲花路 66 号海悦居 8 栋 1203", "张伟 先生 收")
    _draw(canvas, sample, kind, shop, blank=True)


def _canvas(size: tuple[float, float]) -> tuple[Any, io.BytesIO]:
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    out = io.BytesIO()
    font = glyphs.face("kai").name
    canvas: Any = Canvas(
        out,
        pagesize=(size[0] * MM, size[1] * MM),
        pageCompression=1,
        invariant=1,
        initialFontName=font,
    )
    canvas.setTitle(_("Envelopes"))
    return canvas, out


def _finished(canvas: Any, out: io.BytesIO) -> bytes:
    with finishing:
        canvas.save()
    return out.getvalue()


def _draw(canvas: Any, one: Addressee, kind: Envelope, shop: Settings, *, blank: bool) -> None:
    x, y, pitch = shop.envelope_x, shop.envelope_y, shop.envelope_pitch
    if blank:
        _draw_blank(canvas, kind, shop)
    canvas.setFillColorRGB(*INK)
    digits = glyphs.face("sans")
    if len(one.postcode) == BOXES and one.postcode.isdigit():
        for place, digit in enumerate(one.postcode):
            middle = (x + place * pitch + BOX / 2) * MM - digits.width(digit) * 14 / 2
            _say(canvas, middle, (kind.height - y - BOX * 0.77) * MM, digit, 14, first="sans")
    for line in set_address(one, kind) or ():
        _say(
            canvas, line.x * MM, (kind.height - line.y) * MM, line.text, line.size, first=line.first
        )


def _draw_blank(canvas: Any, kind: Envelope, shop: Settings) -> None:
    """The boxes, the frame for the stamp, the sender, and the words before his postcode."""
    canvas.setStrokeColorRGB(*RED)
    canvas.setLineWidth(0.6)
    for place in range(BOXES):
        left = shop.envelope_x + place * shop.envelope_pitch
        canvas.rect(left * MM, (kind.height - shop.envelope_y - BOX) * MM, BOX * MM, BOX * MM)
    stamp = kind.width - EDGE - STAMP
    canvas.rect(stamp * MM, (kind.height - EDGE - STAMP) * MM, STAMP * MM, STAMP * MM)
    canvas.setFillColorRGB(*RED)
    for row, said in enumerate(("贴邮", "票处")):
        at = (kind.height - EDGE - STAMP / 2 + 1.2 - row * 4.4) * MM
        _say(canvas, (stamp + STAMP / 2) * MM - 10, at, said, 10)
    canvas.setFillColorRGB(*INK)
    small, face = _small(kind), glyphs.face("kai")
    lines = [part for part in (shop.shop_address, shop.shop_name) if part]
    foot = BAR_ZONE[2] + 2.5
    for row, said in enumerate(reversed(lines)):
        size = min(small, (kind.width * 0.6) * MM / max(face.width(said), 1))
        left = (kind.width - EDGE) * MM - face.width(said) * size
        _say(canvas, left, foot * MM + row * small * 1.5, said, size)
    said = f"邮政编码 {shop.shop_postcode}".rstrip()
    left = (kind.width - EDGE) * MM - face.width(said) * small
    _say(canvas, left, 9 * MM, said, small)


def _say(canvas: Any, x: float, y: float, text: str, size: float, *, first: str = "kai") -> None:
    for run in glyphs.runs(text, first=first):
        canvas.setFont(run.face.name, size)
        canvas.drawString(x, y, run.text)
        x += run.face.width(run.text) * size


# --- out of the desk


def take_out(
    session: Session,
    card_ids: Sequence[int],
    kind: Envelope,
    *,
    blank: bool,
    progress: Progress | None = None,
) -> tuple[Made, bytes]:
    """Who gets an envelope and who none, and their PDF, for printer or file.

    Raises `exports.Refused`.
    """
    made = of_cards(session, card_ids, kind)
    exports.allow(session, len(made.addressees), contacts=True)
    shop = settings.load(session)
    done = pdf(made.addressees, kind, shop, blank=blank, progress=progress)
    return made, done
