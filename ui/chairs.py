"""Who may sit down at the locked desk, each a line of its list."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from ui import style

LINE = 44


class Chair(NamedTuple):
    """Somebody who may sit down; `note` says that he is locked, and for how long.

    A `keeper` who forgot the PIN resets it by the recovery code.
    """

    id: int
    name: str
    role: str
    has_pin: bool
    note: str = ""
    keeper: bool = False


class ChairButton(QAbstractButton):
    """One line of the list: the digit that chooses it, the name, the role."""

    def __init__(self, chair: Chair, digit: str) -> None:
        super().__init__()
        self.chair, self._digit = chair, digit
        self.setObjectName(f"lock.chair.{chair.id}")
        self.setText(chair.name)
        self.setAccessibleName(" ".join(filter(None, (chair.name, chair.role, chair.note))))
        self.setFixedHeight(LINE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        near = self.underMouse() or self.isDown()
        line = "accent" if self.hasFocus() else "line"
        style.rounded(
            painter, box, style.colour("hover" if near else "surface"), style.colour(line)
        )
        cap = QRectF(12, (self.height() - 20) / 2, 22, 20)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        if self._digit:
            style.rounded(painter, cap, style.colour("ground"), style.colour("line"))
            painter.setFont(style.font(11))
            painter.setPen(style.colour("text"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._digit)
        words = QRect(46, 0, self.width() - 60, self.height())
        note = self.chair.note or self.chair.role
        painter.setFont(style.font(12))
        painter.setPen(style.colour("late" if self.chair.note else "muted"))
        painter.drawText(words, middle | int(Qt.AlignmentFlag.AlignRight), note)
        room = words.width() - style.metrics(12).horizontalAdvance(note) - 8
        painter.setFont(style.font(15, strong=True))
        painter.setPen(style.colour("text"))
        shown = style.metrics(15, strong=True).elidedText(
            self.chair.name, Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(words, middle, shown)
