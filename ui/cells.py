"""How a cell of a list is painted: text, tag, moments, bar, tick, and the header above them."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui import style

CELL = Qt.ItemDataRole.UserRole + 1
CHECKED = Qt.ItemDataRole.UserRole + 2
PAD = 10
TICK_ROOM = 38  # where a tick stands before the words of a row
BAR = 100
HEAD = 29


class CellLook(NamedTuple):
    """All a delegate needs to paint one cell; made by `tables.RowsModel`."""

    text: str
    align: Qt.AlignmentFlag
    tone: str = ""
    tag: str = ""
    dots: str = ""
    bar: float | None = None
    note: str = ""
    strong: bool = False
    ground: str = ""


class CellDelegate(QStyledItemDelegate):
    """Paints the cells of a `Table`: hairline below, soft accent when chosen."""

    hovered = -1  # the row under the mouse
    closed = False  # the card's own line stands below the last row

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect = option.rect
        table = self.parent()
        assert isinstance(table, QTableView)
        chosen = table.selectionModel().isSelected(index)  # `QStyle` takes long to import
        if chosen:
            painter.fillRect(rect, style.colour("accent_soft"))
        elif self.hovered == index.row():
            painter.fillRect(rect, style.colour("hover"))
        if not (self.closed and index.row() == index.model().rowCount() - 1):
            line = QRect(rect.left(), rect.bottom(), rect.width(), 1)
            painter.fillRect(line, style.colour("line"))
        if chosen and table.hasFocus() and index.column() == 0:
            painter.fillRect(
                QRect(rect.left(), rect.top(), 3, rect.height() - 1), style.colour("accent")
            )
        inner = rect.adjusted(PAD, 0, -PAD, -1)
        model = index.model()  # asked itself: by way of the index Qt asks it, and turns all round
        look = model.data(index, CELL)
        ticked = model.data(index, CHECKED) if index.column() == 0 else None
        if isinstance(look, CellLook) and look.ground:
            ground = style.blend(look.ground, "accent_soft" if chosen else "surface", 0.13)
            painter.fillRect(rect.adjusted(1, 1, -1, -1), ground)
        if ticked is not None:
            side = 16
            box = QRect(rect.left() + 12, rect.center().y() - side // 2, side, side)
            paint_check(painter, box, bool(ticked))
            inner = inner.adjusted(TICK_ROOM - PAD, 0, 0, 0)
        if isinstance(look, CellLook):
            _paint(painter, inner, look, chosen=chosen)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, style.ROW)


def _paint(painter: QPainter, rect: QRect, look: CellLook, *, chosen: bool) -> None:
    if look.dots:
        style.paint_dots(painter, rect, look.dots)
        return
    right = bool(look.align & Qt.AlignmentFlag.AlignRight)
    if look.tag and look.text:
        style.paint_tag(painter, rect, look.text, look.tag, right=right, chosen=chosen)
        return
    size = style.metrics(strong=look.strong)
    if look.bar is not None:
        room = rect.width() - size.horizontalAdvance(look.text) - 8  # the number is never cut
        width = max(min(BAR, rect.width() // 2, room), 0) * min(max(look.bar, 0.0), 1.0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour(look.tone or "good"))
        painter.drawRoundedRect(QRectF(rect.left(), rect.center().y() - 4, width, 10), 3, 3)
        painter.restore()
        rect = rect.adjusted(round(width) + 6, 0, 0, 0)
    painter.setFont(style.font(strong=look.strong))
    tone = "text" if look.bar is not None else look.tone or "text"
    painter.setPen(style.ink(tone, chosen=chosen))
    shown = style.elided(look.text, rect.width(), strong=look.strong)
    painter.drawText(rect, int(look.align), shown)
    if look.note:
        left = rect.left() + size.horizontalAdvance(shown) + 5
        rest = QRect(left, rect.top(), rect.right() - left + 1, rect.height())
        if rest.width() > 16:
            painter.setFont(style.font(12))
            painter.setPen(style.colour("muted"))
            note = style.elided(look.note, rest.width(), 12)
            painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter), note)


def paint_check(painter: QPainter, box: QRect, on: bool, *, part: bool = False) -> None:
    """Paint a tick box; `part` is the header's state when some rows are ticked."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
    if on or part:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("accent"))
        painter.drawRoundedRect(QRectF(box), 4, 4)
        painter.setPen(
            QPen(
                style.colour("on_accent"),
                1.8,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        x, y, side = box.left(), box.top(), box.width() / 16
        points = [(4.2, 8.4), (6.9, 11), (11.8, 5.4)] if on else [(4.5, 8), (11.5, 8)]
        for (ax, ay), (bx, by) in pairwise(points):
            painter.drawLine(
                int(x + ax * side), int(y + ay * side), int(x + bx * side), int(y + by * side)
            )
    else:
        painter.setPen(QPen(style.colour("faint"), 1.2))
        painter.setBrush(style.colour("surface"))
        painter.drawRoundedRect(frame, 4, 4)
    painter.restore()


class Header(QHeaderView):
    """The header of a `Table`: small muted titles, an arrow where it is sorted, a tick for all."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.held = False
        self._sorted, self._descending = -1, False

    def sizeHint(self) -> QSize:
        return QSize(0, HEAD)  # else Qt asks for every title, several times

    def turn(self, section: int) -> bool:
        """Sort by a section, or turn its order; return whether the order is descending."""
        self._descending = section == self._sorted and not self._descending
        self._sorted = section
        self.viewport().update()
        return self._descending

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.held = True
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.held = False

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), style.colour("line"))
        text = model.headerData(section, Qt.Orientation.Horizontal)
        align = model.headerData(
            section, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole
        )
        if align is None:
            checked = len(getattr(model, "checked", ()))
            box = QRect(rect.left() + 12, rect.center().y() - 8, 16, 16)
            whole = bool(checked) and checked == model.rowCount()
            paint_check(painter, box, whole, part=bool(checked) and not whole)
            return
        inner = rect.adjusted(PAD, 0, -PAD, -1)
        painter.setFont(style.font(12))
        painter.setPen(style.colour("text" if section == self._sorted else "muted"))
        size = style.metrics(12)
        arrow = 14 if section == self._sorted else 0
        shown = style.elided(text, inner.width() - arrow, 12)
        if align & Qt.AlignmentFlag.AlignRight:
            painter.drawText(inner, int(align), shown)
            left = inner.right() - size.horizontalAdvance(shown) - arrow
        else:
            painter.drawText(inner, int(align), shown)
            left = inner.left() + size.horizontalAdvance(shown) + 2
        if arrow:
            name = "chevron-down" if self._descending else "chevron-up"
            box = QRect(left, inner.center().y() - 5, 12, 12)
            style.paint_icon(painter, name, "muted", box)
