"""The keys of a page, shown over the window by F1 or ?; any key or a click closes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from showroom.i18n import _
from ui import style
from ui.widgets import key_text

ROW = 28


class KeysOverlay(QWidget):
    """A card over a dimmed window: `show_keys("Desk", [("F2", "New visit")], [("Ctrl+K", …)])`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("window.keys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = ""
        self._groups: list[tuple[str, list[tuple[str, str]]]] = []
        self._before: QWidget | None = None
        window.installEventFilter(self)
        self.hide()

    def show_keys(
        self, page: str, own: Sequence[tuple[str, str]], everywhere: Sequence[tuple[str, str]]
    ) -> None:
        """Show the keys of the page at the left and those of the window at the right."""
        self._title = page
        self._groups = [(page, list(own)), (_("Everywhere"), list(everywhere))]
        spoken = [f"{key}: {text}" for _title, keys in self._groups for key, text in keys]
        self.setAccessibleName(_("Keys of This Page"))
        self.setAccessibleDescription("; ".join(spoken))
        window = self.parentWidget()
        if window is not None:
            self._before = window.focusWidget()
            self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def keys(self) -> list[tuple[str, str]]:
        """Return all that is shown."""
        return [key for _title, keys in self._groups for key in keys]

    def close_keys(self) -> None:
        """Take the overlay away and give the keyboard back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self._before = None

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
            self.close_keys()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.close_keys()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            window = self.parentWidget()
            if window is not None:
                self.setGeometry(window.rect())
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        rows = max((len(keys) for _title, keys in self._groups), default=0)
        return QSize(720, 72 + rows * ROW + 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("scrim"))
        size = self.sizeHint()
        width, height = min(size.width(), self.width() - 32), min(size.height(), self.height() - 32)
        box = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        style.rounded(painter, box, style.colour("surface"), style.colour("line"))
        half = (width - 72) / 2
        for number, (title, keys) in enumerate(self._groups):
            left = box.left() + 24 + number * (half + 24)
            painter.setFont(style.font(15, strong=True))
            painter.setPen(style.colour("text"))
            top = box.top() + 20
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(left, top, half, 28), middle, title)
            for row, (key, text) in enumerate(keys):
                line = QRectF(left, top + 36 + row * ROW, half, ROW)
                if line.bottom() > box.bottom() - 8:
                    break
                words = key_text(key)
                wide = max(style.metrics(11).horizontalAdvance(words) + 14, 26)
                cap = QRectF(line.left(), line.top() + 4, wide, 20)
                style.rounded(painter, cap, style.colour("ground"), style.colour("line"))
                painter.setFont(style.font(11))
                painter.setPen(style.colour("text"))
                painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, words)
                painter.setFont(style.font())
                rest = line.adjusted(max(wide, 92) + 12, 0, 0, 0)
                cut = style.metrics().elidedText(
                    text, Qt.TextElideMode.ElideRight, int(rest.width())
                )
                painter.drawText(rest, middle, cut)
