"""What a page shows as a picture: into a PNG, or onto a sheet of A4; always in the light scheme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QPointF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from showroom.guard import exports, trail
from showroom.i18n import _
from ui import dialogs, leaving, printing, style

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.page import Page

RATIO: Final = 2
EDGE: Final = 20
HEAD: Final = 44


def png(widget: QWidget, heading: str) -> bytes:
    """The whole widget, also what is scrolled away, below its heading; crisp enough for paper."""
    wide, high = widget.width() + 2 * EDGE, widget.height() + HEAD + 2 * EDGE
    image = QImage(wide * RATIO, high * RATIO, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(RATIO)
    with style.on_paper(widget):
        image.fill(style.colour("ground"))
        painter = QPainter(image)
        painter.setFont(style.font(15, strong=True))
        painter.setPen(style.colour("text"))
        painter.drawText(QPointF(EDGE, EDGE + 20), heading)
        widget.render(painter, QPoint(EDGE, EDGE + HEAD))
        painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def save(page: Page, widget: QWidget, heading: str, name: str) -> None:
    """Ask where to, and write the picture there."""
    path = dialogs.choose_save(page, _("Save Picture"), f"{name}.png", "PNG (*.png)")
    if path is None:
        return
    made = png(widget, heading)

    def write(session: Session, _progress: Progress) -> None:
        from showroom.sheets.saving import saving

        exports.allow(session, 0)
        with saving(path) as file:
            file.write(made)

    leaving.take_out(
        page,
        _("Writing {name}…").format(name=path.name),
        heading,
        path,
        write,
        lambda _none: page.said.emit(_("Saved: {name}").format(name=path.name)),
    )


def to_printer(page: Page, widget: QWidget, heading: str) -> None:
    """Print the picture on A4; noted once the printer took it."""
    made = png(widget, heading)

    def printed(printer: str) -> None:
        trail.exported(page.db, f"{heading} · {printer}", None, 0, by=page.db.staff_id)
        page.said.emit(_("The picture was sent to {printer}.").format(printer=printer))

    def set_page(session: Session, _progress: Progress) -> bytes:
        from showroom.sheets import picture_page

        exports.allow(session, 0)
        return picture_page.pdf(made, heading)

    def set_on_paper(pdf: bytes) -> None:
        printing.print_pdf(page, pdf, heading, printed)

    leaving.take_out(
        page,
        _("Setting the picture…"),
        heading,
        None,
        set_page,
        set_on_paper,
        notes=False,
    )
