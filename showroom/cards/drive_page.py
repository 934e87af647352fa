"""The agreement of a test drive on paper: car, time, route, rules, who bears what, signatures.

No number of an identity card or a licence is asked from the program: the customer writes it on the
sheet by hand, and only the sheet keeps it (DOMAIN §9, §4.4).
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from showroom import choices, dates, settings, words
from showroom.cards import glyphs
from showroom.cards.layout import MM
from showroom.cards.render import finishing
from showroom.guard import exports, staff
from showroom.i18n import N_, _
from showroom.store.models import DemoCar, Visit
from showroom.text import clean

WIDTH, HEIGHT = 210 * MM, 297 * MM
EDGE: Final = 22 * MM
WIDE: Final = WIDTH - 2 * EDGE
INK: Final = (0.10, 0.14, 0.20)
MUTED: Final = (0.35, 0.40, 0.46)
RULE: Final = (0.62, 0.66, 0.72)
SIZE: Final = 10.0
LINE: Final = 5.9 * MM
ROW: Final = 9.5 * MM
LABEL: Final = 25 * MM
FOOT: Final = 62 * MM
"""The room the signatures need."""

TERMS: Final = (
    N_(
        "The driver has held a driving licence for at least one year, is not in the probation "
        "period, is of age, and is sober and fit to drive. The original licence was shown; the "
        "showroom keeps no copy of it."
    ),
    N_(
        "He drives the agreed route only, keeps to the traffic rules and to the speed limits, and "
        "does not use the motorway. Everybody in the car wears a seat belt; the consultant comes "
        "along and may end the drive at any time for safety."
    ),
    N_(
        "The car is used for this drive only, is not handed to anybody else, and is brought back "
        "at the agreed time in the state in which it was taken."
    ),
    N_(
        "The car is insured as the law asks. Damage in an accident is paid by the insurance first; "
        "what it does not pay is borne by whoever is at fault, as the law says. Fines and penalty "
        "points for breaking traffic rules during the drive are borne by the driver."
    ),
    N_(
        "Whoever breaks this agreement makes good the damage that follows from it. Disputes are "
        "settled by talking first, otherwise by the court at the place of the showroom."
    ),
    N_("What is written on this sheet is used for this test drive only. Each side keeps one copy."),
)


class Agreement(NamedTuple):
    """What stands on the sheet; `terms` are paragraphs."""

    shop: str
    driver: str
    plate: str
    model: str
    start: datetime
    until: datetime
    route: str
    consultant: str
    terms: list[str]


def agreement(
    session: Session,
    *,
    visit_id: int,
    car_id: int,
    start: datetime,
    minutes: int | None = None,
    route: str = "",
) -> Agreement:
    """The agreement of a party for a car, with the shop's own text or the one we ship."""
    shop = settings.load(session)
    visit = session.get_one(Visit, visit_id)
    car = session.get_one(DemoCar, car_id)
    own = [clean(line) for line in shop.drive_terms.splitlines()]
    return Agreement(
        shop.shop_name,
        words.called(visit.name, visit.honorific),
        car.plate,
        choices.labels(session).get(car.model_id or 0, ""),
        start,
        start + timedelta(minutes=minutes or shop.drive_minutes),
        clean(route),
        staff.names(session).get(visit.consultant_id or 0, ""),
        [line for line in own if line] or default_terms(),
    )


def default_terms() -> list[str]:
    """The text we ship, numbered."""
    return [f"{number}. {_(term)}" for number, term in enumerate(TERMS, 1)]


def hand_out(session: Session, **facts: Any) -> bytes:
    """The sheet of a party as PDF, for paper; `facts` as for `agreement`.

    Raises `exports.Refused` as `exports.allow` does.
    """
    exports.allow(session, 1)
    return pdf(agreement(session, **facts))


def pdf(said: Agreement) -> bytes:
    """A4, one page unless the shop's own text is longer. Text is drawn as it is, without markup."""
    from reportlab import rl_config
    from reportlab.pdfgen.canvas import Canvas

    rl_config.useA85 = 0
    sans, out = glyphs.face("sans"), io.BytesIO()
    canvas = Canvas(
        out, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=sans.name
    )
    canvas.setTitle(_("Test drive agreement"))
    y = _facts(canvas, said, _head(canvas, said))
    for paragraph in said.terms:
        for line in glyphs.wrapped(paragraph, sans, SIZE, WIDE):
            if y < EDGE + LINE:
                canvas.showPage()
                y = HEIGHT - EDGE
            _write(canvas, EDGE, y, line)
            y -= LINE
        y -= 0.28 * LINE
    if y < EDGE + FOOT:
        canvas.showPage()
        y = HEIGHT - EDGE
    _signatures(canvas, min(y - 6 * MM, EDGE + FOOT + 12 * MM))
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
) -> float:
    """Draw a line; returns where it ends."""
    canvas.setFillColorRGB(*colour)
    for run in glyphs.runs(text, first="sans"):
        canvas.setFont(run.face.name, size)
        canvas.drawString(x, y, run.text)
        x += run.face.width(run.text) * size
    return x


def _head(canvas: Any, said: Agreement) -> float:
    top = HEIGHT - EDGE
    _write(canvas, EDGE, top, said.shop or _("Showroom Desk"), colour=MUTED)
    day = f"{dates.local(said.start):%Y-%m-%d}"
    sans = glyphs.face("sans")
    _write(canvas, WIDTH - EDGE - sans.width(day) * SIZE, top, day, colour=MUTED)
    title = _("Test drive agreement")
    wide = sans.width(title) * 20
    _write(canvas, (WIDTH - wide) / 2, top - 17 * MM, title, size=20)
    return top - 27 * MM


def _facts(canvas: Any, said: Agreement, top: float) -> float:
    """The facts in a frame, two in a line; what is to be written by hand stays empty."""
    start, until = dates.local(said.start), dates.local(said.until)
    rows = [
        (_("Car"), f"{said.model}  {said.plate}".strip(), _("Consultant"), said.consultant),
        (_("Drive time"), f"{start:%Y-%m-%d %H:%M} – {until:%H:%M}", _("Route"), said.route),
        (_("Driver"), said.driver, _("Driver's phone"), ""),
        (_("Licence no."), "", _("Licence since"), ""),
    ]
    middle = EDGE + WIDE / 2
    bottom = top - len(rows) * ROW
    canvas.setStrokeColorRGB(*RULE)
    canvas.setLineWidth(0.6)
    canvas.rect(EDGE, bottom, WIDE, top - bottom)
    canvas.line(middle, top, middle, bottom)
    sans = glyphs.face("sans")
    for number, row in enumerate(rows):
        y = top - (number + 1) * ROW
        if number:
            canvas.line(EDGE, y + ROW, WIDTH - EDGE, y + ROW)
        for left, label, value in ((EDGE, *row[:2]), (middle, *row[2:])):
            room = WIDE / 2 - LABEL - 2 * MM
            size = min(SIZE, SIZE * room / max(sans.width(value) * SIZE, 1.0))
            _write(canvas, left + 3 * MM, y + 3.2 * MM, label, size=9, colour=MUTED)
            _write(canvas, left + LABEL, y + 3.2 * MM, value, size=size)
    by_hand = _("Phone and licence are written by hand: the program does not keep them.")
    _write(canvas, EDGE, bottom - 5 * MM, by_hand, size=8, colour=MUTED)
    return bottom - 14 * MM


def _signatures(canvas: Any, top: float) -> None:
    """Three places to sign, each with its date."""
    wide = WIDE / 3
    for number, who in enumerate((_("Customer"), _("Consultant"), _("Front desk"))):
        left = EDGE + number * wide
        _write(canvas, left, top, who, colour=MUTED)
        for step, label in enumerate((_("Signature"), _("Date"))):
            y = top - (16 + 14 * step) * MM
            end = _write(canvas, left, y, label, size=8.5, colour=MUTED)
            canvas.setStrokeColorRGB(*RULE)
            canvas.line(end + 2 * MM, y - 1 * MM, left + wide - 6 * MM, y - 1 * MM)
