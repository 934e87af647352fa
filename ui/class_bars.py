"""How many there are of each class: lying bars in groups, one of them chosen by keys or click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui import style
from ui.charts import Chart

ALIGN = Qt.AlignmentFlag
ROW, HEAD, PAD = 28, 30, 12


@dataclass(frozen=True)
class ClassBar:
    """One class: `share` of the widest bar is filled; `count` and `note` stand behind it."""

    code: str
    label: str
    count: int
    share: float
    note: str = ""
    tone: str = "accent"


@dataclass(frozen=True)
class BarGroup:
    """Classes that belong together, below a title."""

    title: str
    bars: Sequence[ClassBar]


class ClassBars(Chart):
    """Groups side by side: `show_groups([BarGroup(…)])`; `chosen(code)` by arrows or a click.

    `opened()` for Enter. Left and Right go to the other group.
    """

    chosen = Signal(str)
    opened = Signal()

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._groups: Sequence[BarGroup] = ()
        self._code = ""
        self.clicked.connect(self._on_clicked)

    def show_groups(self, groups: Sequence[BarGroup]) -> None:
        """Show these groups; the class that is chosen stays while there is one of that code."""
        self._groups = list(groups)
        if self._code not in self.codes():
            self._code = next(iter(self.codes()), "")
        self._say([_said(bar) for group in groups for bar in group.bars])
        self.updateGeometry()

    def codes(self) -> list[str]:
        """The codes of all classes, group after group."""
        return [bar.code for group in self._groups for bar in group.bars]

    def code(self) -> str:
        """The class that is chosen."""
        return self._code

    def bar(self, code: str) -> ClassBar | None:
        """What is shown of a class."""
        bars = (bar for group in self._groups for bar in group.bars)
        return next((bar for bar in bars if bar.code == code), None)

    def set_code(self, code: str) -> None:
        """Choose a class without telling anybody."""
        if code in self.codes():
            self._code = code
            self.update()

    def _choose(self, code: str) -> None:
        if code != self._code and code in self.codes():
            self._code = code
            self.update()
            self.chosen.emit(code)

    def _on_clicked(self, number: int) -> None:
        self._choose(self.codes()[number])

    def _move(self, step: int) -> None:
        codes = self.codes()
        if codes:
            at = codes.index(self._code) + step
            self._choose(codes[min(max(at, 0), len(codes) - 1)])

    def _cross(self, step: int) -> None:
        """To the same place of the group beside."""
        for number, group in enumerate(self._groups):
            codes = [bar.code for bar in group.bars]
            if self._code in codes and 0 <= number + step < len(self._groups):
                other = self._groups[number + step].bars
                self._choose(other[min(codes.index(self._code), len(other) - 1)].code)
                return

    # -- Qt --

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._places = []
        if not self._groups:
            return
        wide = self.width() / len(self._groups)
        for number, group in enumerate(self._groups):
            self._paint_group(painter, group, QRectF(wide * number, 0, wide, self.height()))

    def _paint_group(self, painter: QPainter, group: BarGroup, box: QRectF) -> None:
        painter.setFont(style.font(12))
        painter.setPen(style.colour("muted"))
        head = QRectF(box.left() + PAD, box.top(), box.width() - 2 * PAD, HEAD)
        painter.drawText(head, ALIGN.AlignVCenter, group.title)
        size = style.metrics()
        words = max(size.horizontalAdvance(bar.label) for bar in group.bars)
        said = max(size.horizontalAdvance(f"{bar.count:,}  {bar.note}") for bar in group.bars)
        start = box.left() + PAD + 8 + words + 12
        room = max(box.right() - PAD - 8 - said - 8 - start, 16.0)
        for row, bar in enumerate(group.bars):
            place = QRectF(box.left() + PAD / 2, HEAD + ROW * row, box.width() - PAD, ROW)
            self._places.append((place, _said(bar)))
            self._paint_bar(painter, bar, place, start, room)

    def _paint_bar(
        self, painter: QPainter, bar: ClassBar, place: QRectF, start: float, room: float
    ) -> None:
        mine = bar.code == self._code
        if mine:
            painter.setBrush(style.colour("accent_soft"))
            ring = style.colour("accent") if self.hasFocus() else None
            painter.setPen(QPen(ring, 1.5) if ring is not None else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), style.RADIUS, style.RADIUS)
        painter.setFont(style.font(strong=mine))
        painter.setPen(style.colour("text" if mine else "muted"))
        painter.drawText(place.adjusted(PAD / 2 + 8, 0, 0, 0), ALIGN.AlignVCenter, bar.label)
        long = max(room * bar.share, 2.0 if bar.count else 0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.blend(bar.tone, "surface", 1.0 if mine else 0.62))
        painter.drawRoundedRect(QRectF(start, place.center().y() - 6, long, 12), 3, 3)
        painter.setFont(style.font())
        painter.setPen(style.colour("text"))
        after = QPointF(start + long + 8, place.top())
        text = QRectF(after.x(), after.y(), place.right() - after.x(), place.height())
        painter.drawText(text, ALIGN.AlignVCenter, f"{bar.count:,}")
        painter.setPen(style.colour("muted"))
        gap = style.metrics().horizontalAdvance(f"{bar.count:,}  ")
        painter.drawText(text.adjusted(gap, 0, 0, 0), ALIGN.AlignVCenter, bar.note)

    def sizeHint(self) -> QSize:
        rows = max((len(group.bars) for group in self._groups), default=4)
        return QSize(400, HEAD + ROW * rows + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        sides = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif key in steps:
            self._move(steps[key])
        elif key in sides:
            self._cross(sides[key])
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


def _said(bar: ClassBar) -> str:
    return f"{bar.label}: {bar.count:,} {bar.note}".strip()
