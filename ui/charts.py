"""Pictures of numbers, painted by ourselves: bars, funnel, heat map, lines.

Data in, `clicked(index)` out; what is painted is also said in the accessible description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui import style

ALIGN = Qt.AlignmentFlag


class Chart(QWidget):
    """What the four have in common: places that know a tooltip and can be clicked."""

    clicked = Signal(int)

    place = -1
    stale = False

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._places: list[tuple[QRectF, str]] = []

    def make_pickable(self, title: str) -> None:
        """Let the keyboard walk over the places: arrows, Enter is a click. `title` names it."""
        self._title = title
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_stale(self, stale: bool) -> None:
        """Paint paler: what is shown is counted anew."""
        if stale != self.stale:
            self.stale = stale
            self.update()

    def _begin(self) -> QPainter:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.4 if self.stale else 1.0)
        self._places = []
        return painter

    def _end(self, painter: QPainter) -> None:
        """Mark the place of the keyboard; every painting ends with it."""
        if self.hasFocus() and 0 <= self.place < len(self._places):
            painter.setOpacity(1.0)
            painter.setPen(QPen(style.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(self._places[self.place][0].intersected(inside), 4, 4)

    def _move(self, to: int) -> None:
        self.place = min(max(to, 0), len(self._places) - 1)
        if self._places:
            self.setAccessibleName(f"{self._title}: {self._places[self.place][1]}")
        self.update()

    _title = ""

    def _say(self, parts: Sequence[str]) -> None:
        self.setAccessibleDescription("; ".join(parts))
        self.update()

    def _at(self, point: QPointF) -> int:
        for number, (place, _tip) in enumerate(self._places):
            if place.contains(point):
                return number
        return -1

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._at(QPointF(event.pos()))
            words = self._places[number][1] if number >= 0 else ""
            QToolTip.showText(event.globalPos(), style.tip(words))
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            Qt.Key.Key_Left: self.place - 1,
            Qt.Key.Key_Up: self.place - self._stride(),
            Qt.Key.Key_Right: self.place + 1,
            Qt.Key.Key_Down: self.place + self._stride(),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._places),
        }
        key = Qt.Key(event.key())
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and key in keys:
            self._move(keys[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._title:
            if 0 <= self.place < len(self._places):
                self.clicked.emit(self.place)
        else:
            super().keyPressEvent(event)

    def _stride(self) -> int:
        """How many places up and down jump over."""
        return 1

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._move(max(self.place, 0))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 190)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)


@dataclass(frozen=True)
class Bar:
    """One bar: `part` of `whole` is filled dark, the rest light; `whole` alone is dark."""

    label: str
    whole: float
    part: float | None = None
    tip: str = ""


class Bars(Chart):
    """Upright bars, as visits (light) and captures (dark) by day: `show_data([Bar(…)])`."""

    def show_data(self, bars: Sequence[Bar]) -> None:
        """Show these bars from left to right."""
        self._bars = list(bars)
        self._say([bar.tip or f"{bar.label}: {bar.whole:g}" for bar in bars])

    _bars: Sequence[Bar] = ()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self._begin()
        if not self._bars:
            return
        small = style.metrics(11)
        left, right, bottom = 12, 12, 26
        height = self.height() - bottom - 20
        step = (self.width() - left - right) / len(self._bars)
        wide = min(max(step * 0.44, 4), 28)
        top = max((bar.whole for bar in self._bars), default=0) or 1
        widest = max(small.horizontalAdvance(bar.label) for bar in self._bars)
        every = max(1, -(-(widest + 4) // max(int(step), 1)))
        painter.setFont(style.font(11))
        light = style.blend("accent", "surface", 0.28)
        for number, bar in enumerate(self._bars):
            x = left + step * (number + 0.5) - wide / 2
            base = self.height() - bottom
            tall = height * bar.whole / top
            dark = height * (bar.whole if bar.part is None else bar.part) / top
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(light)
            _upright(painter, QRectF(x, base - tall, wide, tall))
            painter.setBrush(style.colour("accent"))
            _upright(painter, QRectF(x, base - dark, wide, dark))
            self._places.append(
                (
                    QRectF(left + step * number, 0, step, self.height()),
                    bar.tip or f"{bar.label}: {bar.whole:g}",
                )
            )
            if number % every == 0:
                painter.setPen(style.colour("muted"))
                box = QRectF(left + step * number - 20, base + 4, step + 40, 18)
                painter.drawText(box, ALIGN.AlignCenter, bar.label)
        painter.fillRect(
            QRectF(left, self.height() - bottom, self.width() - left - right, 1),
            style.colour("line"),
        )
        self._end(painter)


def _upright(painter: QPainter, box: QRectF) -> None:
    """Paint a bar with its upper corners rounded."""
    if box.height() <= 0:
        return
    painter.save()
    painter.setClipRect(box)
    radius = min(3.0, box.height())
    painter.drawRoundedRect(box.adjusted(0, 0, 0, radius), radius, radius)
    painter.restore()


@dataclass(frozen=True)
class Step:
    """One step of the journey: how many came so far, and a share said beside it."""

    label: str
    count: int
    note: str = ""
    tip: str = ""


class Funnel(Chart):
    """Lying bars that get shorter, as visit → captured → order: `show_data([Step(…)])`."""

    def show_data(self, steps: Sequence[Step]) -> None:
        """Show these steps from top to bottom."""
        self._steps = list(steps)
        self._say([f"{step.label}: {step.count} {step.note}".strip() for step in steps])

    _steps: Sequence[Step] = ()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self._begin()
        if not self._steps:
            return
        words = max(style.metrics().horizontalAdvance(step.label) for step in self._steps)
        start = max(12 + words + 16, 72)
        said = max(
            style.metrics().horizontalAdvance(f"{step.count:,} {step.note}") for step in self._steps
        )
        room = max(self.width() - start - said - 28, 20)
        most = max(step.count for step in self._steps) or 1
        row = min(46.0, (self.height() - 16) / len(self._steps))
        thick = 10 if row < 34 else 14
        for number, step in enumerate(self._steps):
            y = 8 + row * number
            box = QRectF(0, y, self.width(), row)
            painter.setFont(style.font())
            painter.setPen(style.colour("muted"))
            painter.drawText(box.adjusted(12, 0, 0, 0), ALIGN.AlignVCenter, step.label)
            long = max(room * step.count / most, 2.0 if step.count else 0.0)
            painter.setPen(Qt.PenStyle.NoPen)
            fade = 1 - 0.6 * number / max(len(self._steps) - 1, 1)
            painter.setBrush(style.blend("accent", "surface", fade))
            painter.drawRoundedRect(QRectF(start, y + (row - thick) / 2, long, thick), 3, 3)
            painter.setPen(style.colour("text"))
            after = box.adjusted(start + long + 8, 0, 0, 0)
            painter.drawText(after, ALIGN.AlignVCenter, f"{step.count:,}")
            painter.setPen(style.colour("muted"))
            gap = style.metrics().horizontalAdvance(f"{step.count:,} ")
            painter.drawText(after.adjusted(gap, 0, 0, 0), ALIGN.AlignVCenter, step.note)
            self._places.append((box, step.tip or f"{step.label}: {step.count} {step.note}"))
        self._end(painter)


class Heat(Chart):
    """A field of squares, as weekday by hour: `show_data(rows, columns, values)`.

    `clicked` tells row × number of columns + column.
    """

    _rows: Sequence[str] = ()
    _columns: Sequence[str] = ()
    _values: Sequence[Sequence[float]] = ()

    def show_data(
        self, rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float]]
    ) -> None:
        """Show `values[row][column]`; `columns` may hold "" where nothing is written."""
        self._rows, self._columns, self._values = list(rows), list(columns), values
        self._say(
            [
                f"{row}: " + ", ".join(f"{value:g}" for value in values[number])
                for number, row in enumerate(rows)
            ]
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self._begin()
        if not self._rows or not self._columns:
            return
        left = max(style.metrics(12).horizontalAdvance(row) for row in self._rows) + 26
        wide = (self.width() - left - 12) / len(self._columns)
        tall = (self.height() - 12 - 26) / len(self._rows)
        most = max((max(row, default=0) for row in self._values), default=0) or 1
        painter.setFont(style.font(12))
        for y, row in enumerate(self._rows):
            line = QRectF(12, 12 + tall * y, left - 12, tall)
            painter.setPen(style.colour("muted"))
            painter.drawText(line, ALIGN.AlignVCenter, row)
            for x, value in enumerate(self._values[y]):
                box = QRectF(left + wide * x, 12 + tall * y, wide, tall)
                share = 0.06 + 0.94 * value / most if value else 0.06
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(style.blend("accent", "surface", share))
                painter.drawRoundedRect(box.adjusted(1, 2, -1, -2), 3, 3)
                self._places.append(
                    (box, f"{row} {self._columns[x]}: {value:g}".replace("  ", " "))
                )
        painter.setFont(style.font(11))
        painter.setPen(style.colour("muted"))
        for x, words in enumerate(self._columns):
            box = QRectF(left + wide * x - 20, self.height() - 24, wide + 40, 18)
            painter.drawText(box, ALIGN.AlignCenter, words)
        self._end(painter)

    def _stride(self) -> int:
        return max(len(self._columns), 1)


@dataclass(frozen=True)
class Line:
    """One line: its name and its values from left to right."""

    label: str
    values: Sequence[float]
    tone: str = "accent"


class Lines(Chart):
    """Lines over the same labels, as levels moving: `show_data(labels, [Line(…)])`."""

    _labels: Sequence[str] = ()
    _lines: Sequence[Line] = ()

    def show_data(self, labels: Sequence[str], lines: Sequence[Line]) -> None:
        """Show these lines; each has as many values as there are labels."""
        self._labels, self._lines = list(labels), list(lines)
        self._say([f"{line.label}: " + ", ".join(f"{v:g}" for v in line.values) for line in lines])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self._begin()
        if not self._labels or not self._lines:
            return
        ends = max(style.metrics(12).horizontalAdvance(_last(line)) for line in self._lines) + 12
        area = QRect(12, 14, self.width() - 12 - 12 - ends, self.height() - 14 - 26)
        most = max((max(line.values, default=0) for line in self._lines), default=0) or 1
        step = area.width() / max(len(self._labels) - 1, 1)
        for number, words in enumerate(self._labels):
            column = QRectF(area.left() + step * (number - 0.5), 0, step, self.height())
            tip = "\n".join(f"{line.label} {line.values[number]:g}" for line in self._lines)
            self._places.append((column, f"{words}\n{tip}"))
            painter.setFont(style.font(11))
            painter.setPen(style.colour("muted"))
            every = max(
                1, -(-(style.metrics(11).horizontalAdvance(words) + 8) // max(int(step), 1))
            )
            if number % every == 0:
                painter.drawText(
                    QRectF(max(column.center().x() - 40, 4), self.height() - 22, 80, 18),
                    ALIGN.AlignCenter if column.center().x() > 44 else ALIGN.AlignLeft,
                    words,
                )
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, style.colour("line"))
        for line in self._lines:
            points = [
                QPointF(area.left() + step * x, area.bottom() - area.height() * value / most)
                for x, value in enumerate(line.values)
            ]
            painter.setPen(QPen(style.colour(line.tone), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
            painter.setBrush(style.colour(line.tone))
            for point in points if len(points) <= 31 else points[-1:]:
                painter.drawEllipse(point, 2, 2)
            painter.setFont(style.font(12))
            painter.drawText(points[-1] + QPointF(8, 4), _last(line))
        self._end(painter)


def _last(line: Line) -> str:
    """What stands at the end of a line: its name, and where it is."""
    return f"{line.label} {line.values[-1]:g}" if line.values else line.label
