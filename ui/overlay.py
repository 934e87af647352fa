"""The keys of a page, shown over the window by F1 or ?; any key or a click closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from showroom.i18n import _
from ui import place, style
from ui.widgets import key_text

ROW, COLUMN, FRAME, MARGIN = 26, 320, 40, 32
MIDDLE = Qt.AlignmentFlag.AlignVCenter


class KeysOverlay(QWidget):
    """A card over a dimmed window: `show_keys({"Desk": [("F2", "New Visit")]}, [])`."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("window.keys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._groups: list[tuple[str, list[tuple[str, str]]]] = []
        self._before: place.Place | None = None
        window.installEventFilter(self)
        self.hide()

    def show_keys(
        self,
        own: Mapping[str, Sequence[tuple[str, str]]],
        everywhere: Sequence[tuple[str, str]],
    ) -> None:
        """Show the keys of the page, each under what it belongs to, and those of the window."""
        self._groups = [(title, list(keys)) for title, keys in own.items()]
        self._groups += [(_("Everywhere"), list(everywhere))]
        spoken = [f"{key}: {text}" for _title, keys in self._groups for key, text in keys]
        self.setAccessibleName(_("Keys of This Page"))
        self.setAccessibleDescription("; ".join(spoken))
        window = self.parentWidget()
        if window is not None:
            self._before = place.keep(window.focusWidget())
            self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def keys(self) -> list[tuple[str, str]]:
        """Return all that is shown."""
        return [key for _title, keys in self._groups for key in keys]

    def columns(self) -> list[list[tuple[str, str]]]:
        """Return the lines of each column, as even as they can be: (key, words), or a heading
        without a key; a heading stands above at least two of its keys.
        """
        most = max((self.height() - MARGIN - FRAME) // ROW, 4)
        fewest = len(self._filled(most))
        total = sum(len(keys) + 2 for _title, keys in self._groups)
        even = max(-(-total // fewest), 4)
        tries = (self._filled(high) for high in range(min(even, most), most + 1))
        return next(columns for columns in tries if len(columns) == fewest)

    def _filled(self, most: int) -> list[list[tuple[str, str]]]:
        columns: list[list[tuple[str, str]]] = [[]]
        for title, keys in self._groups:
            if columns[-1] and len(columns[-1]) + 4 > most:
                columns.append([])
            columns[-1] += [("", ""), ("", title)] if columns[-1] else [("", title)]
            for key in keys:
                if len(columns[-1]) >= most:
                    columns.append([("", "")])
                columns[-1].append(key)
        return columns

    def close_keys(self) -> None:
        """Take the overlay away and give the keyboard back."""
        self.hide()
        window = self.parentWidget()
        if window is not None:
            place.give_back(self._before, window)
        self._before = None

    # -- Qt --

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:  # no key is meant for the page below
            event.accept()
            return True
        return super().event(event)

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
        rows = max(map(len, columns))
        return QSize(24 + len(columns) * COLUMN, FRAME + rows * ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("scrim"))
        size = self.sizeHint()
        width, height = min(size.width(), self.width() - MARGIN), size.height()
        box = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
        style.rounded(painter, box, style.colour("surface"), style.colour("line"))
        columns = self.columns()
        wide_each = (width - 24) / len(columns) - 24
        for number, lines in enumerate(columns):
            left = box.left() + 24 + number * (wide_each + 24)
            for row, (key, words) in enumerate(lines):
                line = QRectF(left, box.top() + FRAME / 2 + row * ROW, wide_each, ROW)
                if key:
                    _draw_key(painter, line, key_text(key), words)
                else:
                    painter.setFont(style.font(15, strong=True))
                    painter.setPen(style.colour("text"))
                    painter.drawText(line, MIDDLE, words)


def _draw_key(painter: QPainter, line: QRectF, key: str, words: str) -> None:
    wide = max(style.metrics(11).horizontalAdvance(key) + 14, 26)
    cap = QRectF(line.left(), line.top() + 4, wide, 20)
    style.rounded(painter, cap, style.colour("ground"), style.colour("line"))
    painter.setFont(style.font(11))
    painter.setPen(style.colour("text"))
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
    painter.setFont(style.font())
    rest = line.adjusted(max(wide, 92) + 12, 0, 0, 0)
    cut = style.metrics().elidedText(words, Qt.TextElideMode.ElideRight, int(rest.width()))
    painter.drawText(rest, MIDDLE, cut)
