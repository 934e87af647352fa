"""How a printer misses its paper, measured on a page with two crosses, and what puts it right.

A printer that is told x puts it at `a + b·x`: a little aside, a little too large. Who measures
where the crosses came out tells a and b, and from then on it is told `(x - a) / b`.
"""

from __future__ import annotations

import io
from typing import Any, Final, NamedTuple

from showroom.cards import glyphs
from showroom.cards.layout import MM
from showroom.cards.pens import GREY, INK
from showroom.cards.render import finishing
from showroom.errors import Invalid
from showroom.i18n import _

NEAR: Final = 20.0
"""How far the crosses stand from the edges, mm."""
ARM: Final = 8.0
FARTHEST: Final = 12.0
MOST: Final = 0.06


class Fit(NamedTuple):
    """Of what a printer is told it makes `left + across·x` and `top + down·y`; mm and factors."""

    left: float = 0.0
    top: float = 0.0
    across: float = 1.0
    down: float = 1.0

    @property
    def is_none(self) -> bool:
        """Whether the printer does what it is told."""
        return self == Fit()


class Measured(NamedTuple):
    """What a ruler says on the printed page, mm: edges to the first cross, cross to cross."""

    left: float
    top: float
    across: float
    down: float


def wanted(width: float, height: float) -> Measured:
    """What a printer that fits would give on paper of that size."""
    return Measured(NEAR, NEAR, width - 2 * NEAR, height - 2 * NEAR)


def measured(found: Measured, width: float, height: float) -> Fit:
    """The fit of a printer on paper of that size in mm.

    Raises `Invalid` beside the number that cannot be: measured on another paper, or mistyped.
    """
    want = wanted(width, height)
    problems: dict[str, str] = {}
    for name in ("left", "top"):
        if not abs(getattr(found, name) - NEAR) <= FARTHEST:
            problems[name] = _("The cross should be {wanted} mm from the edge: measure again.")
    for name in ("across", "down"):
        if not abs(getattr(found, name) / getattr(want, name) - 1) <= MOST:
            problems[name] = _("The crosses should be {wanted} mm apart: measure again.")
    if problems:
        raise Invalid(
            {
                name: said.format(wanted=f"{getattr(want, name):g}")
                for name, said in problems.items()
            }
        )
    across, down = found.across / want.across, found.down / want.down
    return Fit(found.left - across * NEAR, found.top - down * NEAR, across, down)


def after(left_over: Fit, before: Fit) -> Fit:
    """The fit of a printer whose crosses, printed with the fit `before`, are still off by this."""
    return Fit(
        left_over.left + left_over.across * before.left,
        left_over.top + left_over.down * before.top,
        left_over.across * before.across,
        left_over.down * before.down,
    )


def told(fit: Fit, x: float, y: float) -> tuple[float, float]:
    """What the printer has to be told so that something comes out at x, y (mm)."""
    return (x - fit.left) / fit.across, (y - fit.top) / fit.down


def page(width: float, height: float) -> bytes:
    """The page with the two crosses, each with a ruler along its arms, and what to measure."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    face = glyphs.face("sans")
    canvas: Any = Canvas(
        out, pagesize=(width * MM, height * MM), invariant=1, initialFontName=face.name
    )
    for x, y in ((NEAR, height - NEAR), (width - NEAR, NEAR)):
        _cross(canvas, x * MM, y * MM)
    want = wanted(width, height)
    said = _("Edge to cross {near} mm · across {across} mm · down {down} mm").format(
        near=f"{NEAR:g}", across=f"{want.across:g}", down=f"{want.down:g}"
    )
    size = min(9.0, (width - 2 * ARM) * MM / max(face.width(said), 1))
    canvas.setFillColorRGB(*INK)
    canvas.setFont(face.name, size)
    canvas.drawCentredString(width * MM / 2, height * MM / 2 - size / 2, said)
    canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()


def _cross(canvas: Any, x: float, y: float) -> None:
    canvas.setStrokeColorRGB(*INK)
    canvas.setLineWidth(0.35)
    arm = ARM * MM
    canvas.line(x - arm, y, x + arm, y)
    canvas.line(x, y - arm, x, y + arm)
    canvas.setStrokeColorRGB(*GREY)
    canvas.setLineWidth(0.2)
    for step in range(-int(ARM), int(ARM) + 1):
        if step:
            tick = (1.6 if step % 5 == 0 else 0.9) * MM
            canvas.line(x + step * MM, y - tick, x + step * MM, y + tick)
            canvas.line(x - tick, y + step * MM, x + tick, y + step * MM)
