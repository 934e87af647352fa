"""The fits of this PC's printers, kept with the desk's habits: per printer, paper and tray."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from showroom.cards.fit import Fit
from ui import state

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

KEPT: Final = "printing.fits"
LAST: Final = "printing.fit.last"
LAST_WITH: Final = "printing.fit.last.with"


def place(printer: QPrinter) -> str:
    """What a fit is kept for: `HP · 148 × 100 · 0`, the printer, its paper as it lies, its tray."""
    paper = printer.pageLayout().fullRect(type(printer.pageLayout()).Unit.Millimeter)
    size = f"{paper.width():.0f} × {paper.height():.0f}"
    return f"{printer.printerName() or 'PDF'} · {size} · {printer.paperSource().value}"


def of(place: str) -> Fit:
    """The fit that is kept for a place; that of a printer that does what it is told."""
    found = _all().get(place)
    return Fit(*found) if found else Fit()


def keep(place: str, fit: Fit) -> None:
    """Keep a fit; one that changes nothing is forgotten."""
    kept = {name: numbers for name, numbers in _all().items() if name != place}
    if not fit.is_none:
        kept[place] = [round(number, 5) for number in fit]
    state.set_text(KEPT, json.dumps(kept, ensure_ascii=False))


def printed(place: str, fit: Fit) -> None:
    """Remember where the crosses came out that were printed last, and with which fit."""
    state.set_text(LAST, place)
    state.set_text(LAST_WITH, json.dumps(list(fit)))


def last() -> tuple[str, Fit]:
    """The place whose crosses were printed last, "" for none, and the fit they were printed with.

    The fit says what a ruler finds on that sheet, whatever was kept or forgotten since.
    """
    place = state.text(LAST)
    numbers = _read(LAST_WITH)
    return place, Fit(*numbers) if isinstance(numbers, list) else of(place)


def paint(painter: QPainter, paper: QRectF, image: QImage, fit: Fit, width: float) -> None:
    """Paint a page so that it comes out in its place; `width` of the paper in mm.

    `paper` is the whole paper in the painter's pixels.
    """
    dots = paper.width() / width
    painter.save()
    painter.translate(-fit.left / fit.across * dots, -fit.top / fit.down * dots)
    painter.scale(1 / fit.across, 1 / fit.down)
    painter.drawImage(paper, image)
    painter.restore()


def _all() -> dict[str, list[float]]:
    kept = _read(KEPT)
    return kept if isinstance(kept, dict) else {}


def _read(name: str) -> Any:
    try:
        return json.loads(state.text(name, "null"))
    except ValueError:
        return None
