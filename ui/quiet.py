"""Small quiet buttons that stand in a line of text: a sign alone, or words from the left edge."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy

from ui import style

SIGN, HIGH, WIDE = 14, 24, 26


class Quiet(QAbstractButton):
    """A sign, words, or both; `tone` of the words. `set_menu` opens a menu below it."""

    def __init__(
        self, text: str = "", *, icon: str = "", tone: str = "text", size: int = 13, name: str = ""
    ) -> None:
        super().__init__()
        self._icon, self._tone, self._size = icon, tone, size
        self.setObjectName(name)
        self.setText(text)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_menu(self, menu: QMenu) -> None:
        """Open this menu when pressed."""
        self._menu = menu
        menu.aboutToShow.connect(lambda: style.dress_popup(menu))
        self.clicked.connect(lambda: menu.popup(self.mapToGlobal(QPoint(0, self.height()))))

    def menu(self) -> QMenu | None:
        """Return the menu it opens."""
        return getattr(self, "_menu", None)

    # -- Qt --

    def setText(self, text: str) -> None:
        super().setText(text)
        if text:
            self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if not self.text():
            return QSize(WIDE, HIGH)
        wide = style.metrics(self._size).horizontalAdvance(self.text()) + 2 * style.S
        return QSize(wide + (SIGN + style.S if self._icon else 0) + 2, HIGH)

    def minimumSizeHint(self) -> QSize:
        return QSize(WIDE, HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        if lit:
            style.rounded(painter, box, style.colour("hover"), None)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(style.colour("accent"), 2))
            painter.drawRoundedRect(box, style.RADIUS - 1, style.RADIUS - 1)
        left = style.S if self.text() else (self.width() - SIGN) // 2
        tone = "accent" if lit and self.text() else self._tone
        if self._icon:
            spot = QRect(left, (self.height() - SIGN) // 2, SIGN, SIGN)
            style.paint_icon(painter, self._icon, "text" if lit else "muted", spot)
            left += SIGN + style.S
        if self.text():
            room = self.rect().adjusted(left, 0, -style.S, 0)
            metrics = style.metrics(self._size)
            shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width() + 1)
            painter.setFont(style.font(self._size))
            painter.setPen(style.colour(tone if self.isEnabled() else "disabled"))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
