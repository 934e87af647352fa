"""A proof as it was attached, inside the program: a picture, or the pages of a PDF below another.

Nothing is written to the disk for it; a file outside is made only where `guard.exports` lets it.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from showroom.errors import ShowroomError
from showroom.i18n import _, ngettext
from showroom.people import proofs
from showroom.people.proofs import Sort
from ui import printing, style
from ui.widgets import label, slim

PIXELS = 1200
"""So broad the pages of a PDF are rendered."""
PAGES = 6
"""So many pages are shown."""
LARGEST = 12_000
"""A picture with a longer side is no receipt, and would take all memory."""


def pictures(content: bytes, *, most: int = PAGES) -> tuple[list[QImage], int]:
    """What a proof shows, `most` pages of it, and how many it has; may run on any thread.

    Raises `ShowroomError` when it cannot be shown: then it proves nothing.
    """
    if proofs.sort_of(content) is not Sort.PDF:
        from PySide6.QtCore import QBuffer
        from PySide6.QtGui import QImageReader

        data = QByteArray(content)
        buffer = QBuffer(data)
        reader = QImageReader(buffer)
        reader.setAutoTransform(True)
        if max(reader.size().width(), reader.size().height()) > LARGEST:
            raise ShowroomError(_("The picture is too large. Save it smaller."))
        image = reader.read()
        if image.isNull():
            raise ShowroomError(_("The picture is damaged and cannot be shown."))
        return [image], 1
    import pypdfium2

    try:
        count = printing.pages(content)
        shown = [
            printing.picture(content, width=PIXELS, page=number)
            for number in range(min(count, most))
        ]
    except pypdfium2.PdfiumError as error:
        raise ShowroomError(
            _("The PDF is damaged or asks for a password. Save it without one.")
        ) from error
    if not shown:
        raise ShowroomError(_("The PDF has no page."))
    return shown, count


class ProofView(QScrollArea):
    """The pages one below the other, as broad as there is room; arrows and the wheel scroll."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        slim(self)
        self.setWidgetResizable(True)
        self.setAccessibleName(_("Proof"))
        self._images: list[QImage] = []
        self._pages: list[QLabel] = []
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(style.M, style.M, style.M, style.M)
        self._column.setSpacing(style.M)
        self.more = label("", "note", name=f"{name}.more")
        self._column.addWidget(self.more)
        self._column.addStretch()
        self.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)

    def show_pages(self, images: list[QImage], count: int) -> None:
        """Show these pages of `count`."""
        for old in self._pages:
            old.deleteLater()
        self._images, self._pages = images, []
        for number in range(len(images)):
            page = QLabel()
            page.setTextFormat(Qt.TextFormat.PlainText)
            page.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._pages.append(page)
            self._column.insertWidget(number, page)
        left = count - len(images)
        said = ngettext("{count} more page", "{count} more pages", left).format(count=left)
        self.more.setText(said if left > 0 else "")
        self.more.setVisible(left > 0)
        self.verticalScrollBar().setValue(0)
        self._fit()

    def forget(self) -> None:
        """Show nothing any more: whoever sits down next may not see it."""
        self.show_pages([], 0)

    def page_count(self) -> int:
        """How many pages are shown."""
        return len(self._pages)

    def _fit(self) -> None:
        room = self.viewport().width() - 2 * style.M
        ratio = self.devicePixelRatioF()
        for page, image in zip(self._pages, self._images, strict=True):
            wide = min(room, round(image.width()))
            scaled = image.scaledToWidth(
                max(round(wide * ratio), 1), Qt.TransformationMode.SmoothTransformation
            )
            scaled.setDevicePixelRatio(ratio)
            page.setPixmap(QPixmap.fromImage(scaled))

    # -- Qt --

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the view goes back to its list
        else:
            super().keyPressEvent(event)
