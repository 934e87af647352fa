"""Paper: the pages of a PDF as pictures, for the screen and for the system's printers.

    printing.print_pdf(self, pdf, _("Cards"), self._on_printed)   # called with the printer's name

The pixels of the preview and of the printer come from the same pages. `choose_printer` is the only
dialog; tests replace it by name.
"""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtWidgets import QWidget

from showroom import text
from showroom.cards.fit import Fit
from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.progress import Progress
from ui import fits
from ui.jobs import Job

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

log = logging.getLogger(__name__)

DPI: Final = 300
POINTS: Final = 72
MM: Final = 72 / 25.4
FIRST_ERROR: Final = 0x0300  # IPP: 0x00nn succeeded, 0x03nn go elsewhere, 0x04nn and up failed

_pdfium = Lock()  # PDFium serves one thread at a time


# -- pictures ------------------------------------------------------------------------------------


@contextmanager
def _pages(pdf: bytes) -> Iterator[Any]:
    import pypdfium2

    with _pdfium:
        document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        with _pdfium:
            document.close()


def _picture(document: Any, number: int, dpi: float) -> QImage:
    with _pdfium:
        page = document[number]
        bitmap = page.render(scale=dpi / POINTS, rev_byteorder=False, prefer_bgrx=True)
        image = QImage(
            bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32
        ).copy()
        bitmap.close()
        page.close()
    return image


def picture(pdf: bytes, *, width: int, ratio: float = 1.0, page: int = 0) -> QImage:
    """One page of a PDF as a picture `width` device-independent pixels wide, crisp at `ratio`."""
    with _pages(pdf) as document:
        with _pdfium:
            points = document.get_page_size(page)[0]
        image = _picture(document, page, width * ratio / points * POINTS)
    image.setDevicePixelRatio(ratio)
    return image


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with _pages(pdf) as document, _pdfium:
        return len(document)


# -- printing ------------------------------------------------------------------------------------


def print_pdf(parent: QWidget, pdf: bytes, title: str, done: Callable[[str], None]) -> Job | None:
    """Let the user choose a printer and send it the pages; `done(printer)` when it took them all.

    `title` is what the printer's queue shows. A printer that refuses is said in a sentence, and
    `done` is not called; nor is it when the user changes his mind (then there is no job).
    """
    printer = printer_for(parent, pdf, title)
    if printer is None:
        return None
    fit = fits.of(fits.place(printer))

    def work(progress: Progress) -> str:
        return send(pdf, printer, title, progress, fit=fit)

    return Job(parent, _("Printing…"), work, done)


def printer_for(parent: QWidget, pdf: bytes, title: str) -> QPrinter | None:
    """Let the user choose a printer for the pages of a PDF; None when he changes his mind."""
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    _lay_out(printer, pdf)
    return printer if choose_printer(parent, printer, title) else None


def choose_printer(parent: QWidget, printer: QPrinter, title: str) -> bool:
    """Show the system's print dialog for `printer`; True when the user pressed Print."""
    from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog

    from ui import qt_words

    qt_words.complete()
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(title)
    options = QAbstractPrintDialog.PrintDialogOption
    dialog.setOptions(options.PrintToFile | options.PrintCollateCopies)
    return bool(dialog.exec())


def send(
    pdf: bytes,
    printer: QPrinter,
    title: str,
    progress: Progress | None = None,
    *,
    fit: Fit | None = None,
) -> str:
    """Print every page on its exact paper; return the printer's name once it accepted them all.

    With a `fit` each page is shifted and scaled so that it comes out in its place. Runs on any
    thread. Raises ShowroomError when the printer refuses: then nothing is printed.
    """
    progress = progress or Progress()
    name = _name(printer)
    _refuse_if_stopped(printer)
    _lay_out(printer, pdf, strict=True)
    # The queue of a shared printer is read by others: no name of a customer, but one of our own.
    # Some queues make a file of that name.
    printer.setDocName(text.file_name(f"{title} {secrets.token_hex(3)}"))
    printer.setCreator("Showroom Desk")
    painter = QPainter()
    with _pages(pdf) as document:
        if not painter.begin(printer):
            raise _refusal(name)
        try:
            painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
            for number in progress.track(range(len(document))):
                if number and not printer.newPage():
                    raise _refusal(name)
                paper = QRectF(printer.paperRect(type(printer).Unit.DevicePixel))
                with _pdfium:
                    width = document.get_page_size(number)[0] / MM
                image = _picture(document, number, DPI)
                fits.paint(painter, paper, image, fit or Fit(), width)
        except BaseException:
            printer.abort()
            painter.end()
            raise
    state = type(printer).PrinterState
    if not painter.end() or printer.printerState() in (state.Error, state.Aborted):
        raise _refusal(name)
    if not _arrived(printer):
        raise _refusal(name)
    return name


def _lay_out(printer: QPrinter, pdf: bytes, *, strict: bool = False) -> None:
    """Give the printer the size of the PDF's pages, to the edge.

    Printers know a card upright; a wide one is the same paper, turned.
    """
    with _pages(pdf) as document, _pdfium:
        width, height = (side / MM for side in document.get_page_size(0))
    size = QPageSize(
        QSizeF(min(width, height), max(width, height)),
        QPageSize.Unit.Millimeter,
        "",
        QPageSize.SizeMatchPolicy.FuzzyMatch,
    )
    layout = QPageLayout(
        size,
        QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait,
        QMarginsF(),
        QPageLayout.Unit.Millimeter,
        QMarginsF(),
    )
    printer.setFullPage(True)
    printer.setResolution(DPI)
    taken = printer.setPageLayout(layout)
    if strict and not (taken and printer.pageLayout().pageSize().isEquivalentTo(size)):
        raise ShowroomError(
            _(
                "{printer} does not take paper of {width} × {height} mm. Nothing was printed: "
                "choose another printer, or several cards on A4."
            ).format(printer=_name(printer), width=round(width), height=round(height))
        )


def _name(printer: QPrinter) -> str:
    return Path(printer.outputFileName()).name or printer.printerName()


def _refusal(name: str) -> ShowroomError:
    return ShowroomError(
        _("{printer} did not take the pages. See to the printer, then print again.").format(
            printer=name
        )
    )


def _to_file(printer: QPrinter) -> bool:
    return bool(printer.outputFileName())


def _refuse_if_stopped(printer: QPrinter) -> None:
    """A queue that is stopped would take the pages and keep them: say so instead."""
    from PySide6.QtPrintSupport import QPrinterInfo

    if _to_file(printer):
        return
    name = printer.printerName()
    if not name or printer.outputFormat() is type(printer).OutputFormat.PdfFormat:
        raise ShowroomError(_("There is no printer here. Connect one, or save the cards as PDF."))
    info = QPrinterInfo.printerInfo(name)
    state = type(printer).PrinterState
    if info.isNull() or info.state() in (state.Error, state.Aborted):
        raise ShowroomError(
            _("{printer} is stopped or cannot be reached. Nothing was printed.").format(
                printer=name
            )
        )


def _arrived(printer: QPrinter) -> bool:
    """Whether what was printed is there: the file, or a job that the print server took.

    Qt hands the pages to CUPS without looking at the answer, so that a queue which rejects jobs
    looks like one that prints them. CUPS keeps its last answer for the thread that asked.
    """
    if _to_file(printer):
        file = Path(printer.outputFileName())
        return file.is_file() and file.stat().st_size > 0
    if not sys.platform.startswith("linux"):
        return True  # the printer itself said so, page by page
    import ctypes

    try:
        cups = ctypes.CDLL("libcups.so.2")
    except OSError:
        return True
    answer: int = cups.cupsLastError()
    cups.cupsLastErrorString.restype = ctypes.c_char_p
    log.info("the print server answered %#x %s", answer, cups.cupsLastErrorString())
    return answer < FIRST_ERROR
