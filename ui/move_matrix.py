"""From which level to which: a table of numbers whose tint says how many, chosen by arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui import style
from ui.charts import Chart

ALIGN = Qt.AlignmentFlag
ROW, HEAD, PAD = 30, 30, 12

Cell = tuple[int, int]


class MoveMatrix(Chart):
    """`show_data(rows, columns, counts, tones)`; a cell is (row, column).

    `chosen(row, column)` by arrows or a click, `opened()` for Enter. `tones` say what colour a cell
    is tinted with; cells without one stay plain.
    """

    chosen = Signal(int, int)
    opened = Signal()

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: Sequence[str] = ()
        self._columns: Sequence[str] = ()
        self._counts: Mapping[Cell, int] = {}
        self._tones: Mapping[Cell, str] = {}
        self._corner = ""
        self._cell: Cell = (-1, -1)
        self.clicked.connect(self._on_clicked)

    def show_data(
        self,
        rows: Sequence[str],
        columns: Sequence[str],
        counts: Mapping[Cell, int],
        tones: Mapping[Cell, str],
        corner: str = "",
    ) -> None:
        """Show these numbers; the cell that is chosen stays."""
        self._rows, self._columns = list(rows), list(columns)
        self._counts, self._tones, self._corner = counts, tones, corner
        self._say([self._said(cell) for cell, count in counts.items() if count])
        self.updateGeometry()

    def cell(self) -> Cell:
        """The cell that is chosen."""
        return self._cell

    def set_cell(self, cell: Cell) -> None:
        """Choose a cell without telling anybody."""
        self._cell = cell
        self.update()

    def _said(self, cell: Cell) -> str:
        row, column = cell
        return f"{self._rows[row]} → {self._columns[column]}: {self._counts.get(cell, 0):,}"

    def _on_clicked(self, number: int) -> None:
        self._choose(*divmod(number, len(self._columns)))

    def _choose(self, row: int, column: int) -> None:
        if not self._rows or not self._columns:
            return
        cell = (
            min(max(row, 0), len(self._rows) - 1),
            min(max(column, 0), len(self._columns) - 1),
        )
        if cell != self._cell:
            self._cell = cell
            self.update()
            self.chosen.emit(*cell)

    # -- Qt --

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._places = []
        if not self._rows or not self._columns:
            return
        small = style.metrics(12)
        left = PAD + max(map(small.horizontalAdvance, [*self._rows, self._corner])) + PAD
        wide = (self.width() - left - PAD) / len(self._columns)
        painter.setFont(style.font(12))
        painter.setPen(style.colour("muted"))
        painter.drawText(QRectF(PAD, 0, left, HEAD), ALIGN.AlignVCenter, self._corner)
        for number, name in enumerate(self._columns):
            box = QRectF(left + wide * number, 0, wide, HEAD)
            painter.drawText(box, ALIGN.AlignCenter, name)
        most = max(self._counts.values(), default=0) or 1
        for row, name in enumerate(self._rows):
            painter.setFont(style.font(12))
            painter.setPen(style.colour("muted"))
            line = QRectF(PAD, HEAD + ROW * row, left - PAD, ROW)
            painter.drawText(line, ALIGN.AlignVCenter, name)
            for column in range(len(self._columns)):
                box = QRectF(left + wide * column, HEAD + ROW * row, wide, ROW)
                self._paint_cell(painter, (row, column), box.adjusted(2, 2, -2, -2), most)
                self._places.append((box, self._said((row, column))))

    def _paint_cell(self, painter: QPainter, cell: Cell, box: QRectF, most: int) -> None:
        count = self._counts.get(cell, 0)
        tone = self._tones.get(cell, "")
        share = 0.12 + 0.38 * count / most
        fill = style.blend(tone, "surface", share) if count and tone else style.colour("hover")
        painter.setBrush(fill)
        ring = Qt.PenStyle.NoPen if cell != self._cell else Qt.PenStyle.SolidLine
        line = style.colour("accent" if self.hasFocus() else "faint")
        painter.setPen(QPen(line, 2 if self.hasFocus() else 1.2, ring))
        painter.drawRoundedRect(box, 4, 4)
        if count:
            painter.setFont(style.font(strong=cell == self._cell))
            painter.setPen(style.colour("text"))
            painter.drawText(box, ALIGN.AlignCenter, f"{count:,}")

    def sizeHint(self) -> QSize:
        return QSize(420, HEAD + ROW * max(len(self._rows), 1) + PAD)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        row, column = self._cell
        steps = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in steps:
            down, right = steps[key]
            self._choose(row + down, column + right)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mouseReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
