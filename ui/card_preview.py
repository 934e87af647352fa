"""A card as it will lie on the table: the pixels of its PDF on a sheet of paper."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import printing, style


class CardPreview(QWidget):
    """Shows the first page of a PDF as wide as there is room, crisp on any screen."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pdf = b""
        self._shape = 100 / 148
        self._image: QImage | None = None

    def show_pdf(self, pdf: bytes, *, shape: float, words: str) -> None:
        """Show this PDF; `shape` is height ÷ width of the card, `words` is what it says."""
        self._pdf, self._shape, self._image = pdf, shape, None  # b"": an empty sheet
        self.setAccessibleDescription(words)
        self._take_height()
        self.update()

    def picture(self) -> QImage:
        """The pixels that are shown, made when they are first needed."""
        if self._image is None:
            self._image = printing.picture(
                self._pdf, width=self.width(), ratio=self.devicePixelRatioF()
            )
        return self._image

    def _take_height(self) -> None:
        self.setFixedHeight(round(self.width() * self._shape))

    # -- Qt --

    def sizeHint(self) -> QSize:
        return QSize(339, round(339 * self._shape))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._image = None
            self._take_height()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._image = None
            self.update()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect())
        style.rounded(painter, box, style.colour("paper"), None)
        if self._pdf:
            around = QPainterPath()
            around.addRoundedRect(box, style.RADIUS, style.RADIUS)
            painter.setClipPath(around)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
            painter.drawImage(box.topLeft(), self.picture())
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.setClipping(False)
        style.rounded(painter, box, None, style.colour("line"))
