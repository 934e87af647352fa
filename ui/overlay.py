"""The keys of a page, shown over the window by F1 or ?; any key or a click closes it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from showroom.i18n import _
from ui import style
from ui.widgets import key_text

ROW, COLUMN, FRAME, MARGIN = 28, 348, 88, 32


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
        """Show the keys of the page at the left, in as many columns as it
        needs, and those of the window at the right."""
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

    def columns(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the groups as columns that the window is high enough for."""
        most = max((self.height() - MARGIN - FRAME) // ROW, 1)
        columns: list[tuple[str, list[tuple[str, str]]]] = []
        for title, keys in self._groups:
            parts = max(-(-len(keys) // most), 1)
            each = max(-(-len(keys) // parts), 1)
            columns += [
                ("" if start else title, keys[start : start + each])
                for start in range(0, max(len(keys), 1), each)
            ]
        return columns

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
        columns = self.columns()
        rows = max((len(keys) for _title, keys in columns), default=0)
        return QSize(24 + len(columns) * COLUMN, FRAME + rows * ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("scrim"))
        size = self.sizeHint()
        width, height = min(size.width(), self.width() - MARGIN), size.height()
        box = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        style.rounded(painter, box, style.colour("surface"), style.colour("line"))
        columns = self.columns()
        wide_each = (width - 24) / max(len(columns), 1) - 24
        for number, (title, keys) in enumerate(columns):
            left = box.left() + 24 + number * (wide_each + 24)
            painter.setFont(style.font(15, strong=True))
            painter.setPen(style.colour("text"))
            top = box.top() + 20
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(left, top, wide_each, 28), middle, title)
            for row, (key, text) in enumerate(keys):
                line = QRectF(left, top + 36 + row * ROW, wide_each, ROW)
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
