"""The notice on paper, from wherever it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from showroom.i18n import _
from ui import printing

if TYPE_CHECKING:
    from showroom.progress import Progress
    from ui.page import Page


def print_notice(page: Page) -> None:
    """Set the notice in force on one page and send it to a printer."""

    def work(_progress: Progress) -> bytes:
        from showroom.cards import notice_page

        return notice_page.hand_out(page.db)

    def give(pdf: bytes) -> None:
        printing.print_pdf(page, pdf, _("Privacy notice"), told)

    def told(printer: str) -> None:
        page.said.emit(_("The notice went to {printer}.").format(printer=printer))

    page.job(_("Setting the page…"), work, give)
