"""How a printer misses its paper, measured on a page with two crosses, and what puts it right.

A printer that is told x puts it at `a + b·x`: a little aside, a little too large. Who measures
where the crosses came out tells a and b, and from then on it is told `(x - a) / b`.
"""

from __future__ import annotations

import io
from typing import Any, Final, NamedTuple

from showroom.cards import glyphs
from showroom.cards.layout import LEADING, MM
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


def aside(left: float, top: float, width: float, height: float) -> Measured:
    """What was measured where the size is right: two numbers say it all."""
    return wanted(width, height)._replace(left=left, top=top)


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


def seen(kept: Fit, before: Fit, width: float, height: float) -> Measured:
    """What a ruler says on crosses printed with the fit `before` where `kept` is right."""
    want = wanted(width, height)
    across, down = kept.across / before.across, kept.down / before.down
    return Measured(
        kept.left - across * before.left + across * NEAR,
        kept.top - down * before.top + down * NEAR,
        across * want.across,
        down * want.down,
    )


def told(fit: Fit, x: float, y: float) -> tuple[float, float]:
    """What the printer has to be told so that something comes out at x, y (mm)."""
    return (x - fit.left) / fit.across, (y - fit.top) / fit.down


def page(width: float, height: float) -> bytes:
    """The page with the two crosses, each with a ruler along its arms, and what to measure.

    Usually two lengths: lines from the edges to the upper left cross bear the numbers 1 and 2.
    """
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    face = glyphs.face("sans")
    canvas: Any = Canvas(
        out, pagesize=(width * MM, height * MM), invariant=1, initialFontName=face.name
    )
    for x, y in ((NEAR, height - NEAR), (width - NEAR, NEAR)):
        _cross(canvas, x * MM, y * MM)
    _to_edges(canvas, height, face)
    want = wanted(width, height)
    said = (
        _("Measure 1 and 2 from the edge of the paper to the middle of the cross."),
        _("Both are {near} mm where the printer fits.").format(near=f"{NEAR:g}"),
        _("From cross to cross: {across} mm across, {down} mm down.").format(
            across=f"{want.across:g}", down=f"{want.down:g}"
        ),
    )
    room = (width - 2 * ARM) * MM
    size = min(9.0, *(room / max(face.width(line), 1) for line in said))
    canvas.setFillColorRGB(*INK)
    canvas.setFont(face.name, size)
    for number, line in enumerate(said):
        canvas.drawCentredString(
            width * MM / 2, height * MM / 2 + (0.6 - number) * size * LEADING, line
        )
    canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()


def _to_edges(canvas: Any, height: float, face: glyphs.Face) -> None:
    """Lines from the upper left cross to the edges it is measured from, with their numbers."""
    x, y, free = NEAR * MM, (height - NEAR) * MM, 5 * MM  # few printers print nearer to an edge
    canvas.setStrokeColorRGB(*GREY)
    canvas.setFillColorRGB(*INK)
    canvas.setLineWidth(0.35)
    canvas.setDash(1.5, 1.5)
    canvas.line(free, y, x - ARM * MM, y)
    canvas.line(x, height * MM - free, x, y + ARM * MM)
    canvas.setDash()
    canvas.setFont(face.name, 9)
    canvas.drawString(free, y + 1.2 * MM, "1")
    canvas.drawString(x + 1.2 * MM, height * MM - free - 9, "2")


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
