"""Address labels on sheets of A4: postcode, address, then the name as the postman reads it.

    made = labels.compose(session, ids)          # `made.addressees`, and who is left out and why
    labels.pdf(made.addressees, labels.SHEETS["70x37"], start=4)

The order is that of a Chinese envelope (DOMAIN §8.4): where to, then to whom, 张伟 先生 收.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom.cards import addressees, glyphs
from showroom.cards.addressees import Addressee, Made
from showroom.cards.layout import MM
from showroom.cards.pens import INK
from showroom.cards.render import A4, finishing
from showroom.errors import Invalid, ShowroomError
from showroom.guard import exports
from showroom.i18n import _
from showroom.progress import Progress

LARGEST, SMALLEST = 11.0, 7.0
LEADING: Final = 1.3
BIGGER: Final = 1.3
"""How much larger the name is than the address."""

PAD_X, PAD_Y = 4.0, 3.0  # mm inside a label: printers shift a little
GREY: Final = (0.75, 0.78, 0.82)


class Sheet(NamedTuple):
    """A sheet of A4 with labels: how many across and down, and where they lie, in mm."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap_x: float
    gap_y: float

    @property
    def places(self) -> int:
        """How many labels it holds."""
        return self.columns * self.rows


SHEETS: Final = {
    "70x37": Sheet(3, 8, 70.0, 37.0, 0.0, 0.5, 0.0, 0.0),
    "63.5x38.1": Sheet(3, 7, 63.5, 38.1, 7.25, 15.15, 2.5, 0.0),
    "99.1x38.1": Sheet(2, 7, 99.1, 38.1, 4.65, 15.15, 2.5, 0.0),
}
"""The usual sheets, by the size of a label in mm."""


def check(sheet: Sheet) -> None:
    """Raise `Invalid` beside the measure that cannot be: labels of that size are not on A4."""
    problems: dict[str, str] = {}
    if not 1 <= sheet.columns <= 10:
        problems["columns"] = _("From 1 to 10.")
    if not 1 <= sheet.rows <= 30:
        problems["rows"] = _("From 1 to 30.")
    if sheet.width < 25 or sheet.height < 15:
        problems["width" if sheet.width < 25 else "height"] = _(
            "A label is at least 25 × 15 mm: nothing would stand on a smaller one."
        )
    wide, tall = A4
    too_much = _("That is {total} mm, and the sheet has {room}.")
    across = sheet.left + sheet.columns * (sheet.width + sheet.gap_x) - sheet.gap_x
    down = sheet.top + sheet.rows * (sheet.height + sheet.gap_y) - sheet.gap_y
    if across > wide + 0.5 and not problems:
        problems["width"] = too_much.format(total=f"{across:g}", room=f"{wide:g}")
    if down > tall + 0.5 and not problems:
        problems["height"] = too_much.format(total=f"{down:g}", room=f"{tall:g}")
    if problems:
        raise Invalid(problems)


# --- what stands on them


def compose(session: Session, ids: Sequence[int], sheet: Sheet) -> Made:
    """The labels of these customers; who has no address or wants no post is told by name."""
    return addressees.of_customers(session, ids, lambda one: _set(one, sheet) is not None)


def of_cards(session: Session, card_ids: Sequence[int], sheet: Sheet) -> Made:
    """The labels of these cards, in their order; an open complaint holds them."""
    return addressees.of_cards(session, card_ids, lambda one: _set(one, sheet) is not None)


# --- on paper


class _Line(NamedTuple):
    """A line on a label: its text, its size, how far its foot is below the label's top, and in
    which font it begins: a name is in one."""

    text: str
    size: float
    down: float
    first: str


def _set(label: Addressee, sheet: Sheet) -> list[_Line] | None:
    """The lines of a label as large as they fit, in the middle of its height; None: they do not."""
    wide = (sheet.width - 2 * PAD_X) * MM
    tall = (sheet.height - 2 * PAD_Y) * MM
    face, whole = glyphs.face("sans"), glyphs.of_name(label.name, "sans")
    his = glyphs.face(whole)
    of_both = label.name.replace("、", "、\n").split("\n")
    size = LARGEST
    while size >= SMALLEST:
        texts = [(label.postcode, size, "sans")] if label.postcode else []
        texts += [(line, size, "sans") for line in glyphs.wrapped(label.address, face, size, wide)]
        of_name = max(size, min(size * BIGGER, wide / his.width(label.name)))
        names = of_both if his.width(label.name) * size > wide else [label.name]
        for name in names:
            texts += [(line, of_name, whole) for line in glyphs.wrapped(name, his, of_name, wide)]
        high = sum(of * LEADING for _text, of, _first in texts) + 0.35 * size
        if high <= tall:
            return _placed(texts, (sheet.height * MM - high) / 2, size)
        size -= 0.5
    return None


def _placed(texts: list[tuple[str, float, str]], top: float, gap: float) -> list[_Line]:
    lines: list[_Line] = []
    down = top
    for text, size, first in texts:
        if size > gap and lines and lines[-1].size == gap:
            down += 0.35 * gap  # the name stands by itself
        down += size * LEADING
        lines.append(_Line(text, size, down - 0.3 * size, first))
    return lines


def pdf(
    labels: Sequence[Addressee],
    sheet: Sheet,
    *,
    start: int = 1,
    outlines: bool = False,
    progress: Progress | None = None,
) -> bytes:
    """The sheets as one PDF; `start` is the first place still free on the first sheet.

    With `outlines` the labels are drawn round, for the screen. Raises `ShowroomError` without any
    label, `Invalid` beside `start` or a measure.
    """
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    check(sheet)
    if not 1 <= start <= sheet.places:
        raise Invalid(
            {"start": _("The sheet has places from 1 to {count}.").format(count=sheet.places)}
        )
    if not labels and not outlines:
        raise ShowroomError(_("There is no label to print: nobody of them has an address."))
    rl_config.useA85 = 0
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(A4[0] * MM, A4[1] * MM),
        pageCompression=1,
        invariant=1,
        initialFontName=glyphs.face("sans").name,
    )
    canvas.setTitle(_("Labels"))
    place = start - 1
    if outlines:
        _outlines(canvas, sheet, place)
    for label in (progress or Progress()).track(labels, every=50):
        if place == sheet.places:
            canvas.showPage()
            place = 0
        _draw(canvas, sheet, place, _set(label, sheet) or [])
        place += 1
    canvas.showPage()
    with finishing:
        canvas.save()
    return out.getvalue()


def _corner(sheet: Sheet, place: int) -> tuple[float, float]:
    """The left upper corner of a place, in points."""
    row, column = divmod(place, sheet.columns)
    left = sheet.left + column * (sheet.width + sheet.gap_x)
    top = A4[1] - sheet.top - row * (sheet.height + sheet.gap_y)
    return left * MM, top * MM


def _draw(canvas: Any, sheet: Sheet, place: int, lines: Sequence[_Line]) -> None:
    left, top = _corner(sheet, place)
    canvas.setFillColorRGB(*INK)
    for line in lines:
        x = left + PAD_X * MM
        for run in glyphs.runs(line.text, first=line.first):
            canvas.setFont(run.face.name, line.size)
            canvas.drawString(x, top - line.down, run.text)
            x += run.face.width(run.text) * line.size


def _outlines(canvas: Any, sheet: Sheet, used: int) -> None:
    """The labels drawn round; those that are gone from the sheet are grey."""
    canvas.setStrokeColorRGB(*GREY)
    canvas.setFillColorRGB(*GREY)
    canvas.setLineWidth(0.5)
    for place in range(sheet.places):
        left, top = _corner(sheet, place)
        width, height = sheet.width * MM, sheet.height * MM
        canvas.rect(left, top - height, width, height, stroke=1, fill=int(place < used))


# --- out of the desk


def take_out(
    session: Session,
    ids: Sequence[int],
    sheet: Sheet,
    *,
    start: int = 1,
    progress: Progress | None = None,
) -> tuple[Made, bytes]:
    """Who gets a label and who none, and their PDF. Raises `exports.Refused`, and as `pdf` does."""
    made = compose(session, ids, sheet)
    exports.allow(session, len(made.addressees), contacts=True)
    return made, pdf(made.addressees, sheet, start=start, progress=progress)


def take_out_of_cards(
    session: Session,
    card_ids: Sequence[int],
    sheet: Sheet,
    *,
    start: int = 1,
    progress: Progress | None = None,
) -> tuple[Made, bytes]:
    """Who gets a label for his card and who none, and their PDF. Raises as `take_out` does."""
    made = of_cards(session, card_ids, sheet)
    exports.allow(session, len(made.addressees), contacts=True)
    return made, pdf(made.addressees, sheet, start=start, progress=progress)
