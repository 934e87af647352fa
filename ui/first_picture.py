"""The picture that stands while the desk opens: the frame without anything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPainter, QPixmap

from ui import colours, state

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def paint(window: QWidget, pages: int) -> None:
    """Paint it on the window, with a mark in the rail for each page.

    Its pixmaps are of one colour: `fillRect` would first import Qt's name spaces.
    """
    painter = QPainter(window)
    dark = window.palette().window().color().lightness() < 128
    scheme = state.text("scheme", "auto")
    named = colours.DARK if scheme == "dark" or (scheme == "auto" and dark) else colours.LIGHT
    wide, high = window.width(), window.height()
    top, low, rail = colours.TOP_BAR, high - colours.STATUS_BAR, colours.RAIL
    side = wide - colours.PANEL
    boxes = [
        ("surface", 0, 0, wide, high),
        ("ground", rail, top, side - rail, low - top),
        ("ground", rail + 16, 8, 460, 31),
        ("line", 0, top - 1, wide, 1),
        ("line", 0, low, wide, 1),
        ("line", rail - 1, top, 1, low - top),
        ("line", side, top, 1, low - top),
        *(("muted_soft", 46, 72 + 38 * number, 48, 10) for number in range(pages)),
    ]
    one = QPixmap(1, 1)
    for name, x, y, w, h in boxes:
        one.fill(QColor(named[name]))
        painter.drawPixmap(x, y, w, h, one)
    painter.end()
