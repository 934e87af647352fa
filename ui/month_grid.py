"""A month on six lines of seven days: festivals, the lunar day, how much falls on each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from showroom import dates
from showroom.i18n import N_, _
from ui import style

ALIGN = Qt.AlignmentFlag
WEEKS: Final = 6
HEAD: Final = 26
TOP: Final = 24  # of a cell: the day and the festival
LINE: Final = 16
PAD: Final = 7
WEEKDAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class Line(NamedTuple):
    """So many of one kind on a day: the tone of its dot, its words."""

    tone: str
    words: str
    many: int


class Cell(NamedTuple):
    """What stands in a day beside its number: a festival, the lunar day, whether one is off.

    `work` says in a word that one is off, or that a weekend is worked.
    """

    festival: str = ""
    lunar: str = ""
    off: bool = False
    work: str = ""
    lines: Sequence[Line] = ()


class MonthGrid(QWidget):
    """`show_month(day, today, cells)`; `chosen(day)` when another day is, `opened(day)` by Enter.

    Arrows go from day to day and over the edge into the next month; `turned(months)` for Page Up
    and Down.
    """

    chosen = Signal(object)
    opened = Signal(object)
    turned = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.day = self._today = date(2000, 1, 1)
        self._cells: Mapping[date, Cell] = {}

    def show_month(self, day: date, today: date, cells: Mapping[date, Cell]) -> None:
        """Show the month of `day` with this day marked."""
        self.day, self._today, self._cells = day, today, cells
        self.setAccessibleDescription(self._words(day))
        self.update()

    def span(self, day: date | None = None) -> tuple[date, date]:
        """The first and last day that are shown with a day."""
        first = (day or self.day).replace(day=1)
        first -= timedelta(days=first.weekday())
        return first, first + timedelta(days=WEEKS * 7 - 1)

    def place(self, day: date) -> QRect:
        """Where a day stands."""
        number = (day - self.span()[0]).days
        x = [round(self.width() * column / 7) for column in range(8)]
        high = self.height() - HEAD
        y = [HEAD + round(high * line / WEEKS) for line in range(WEEKS + 1)]
        line, column = divmod(number, 7)
        return QRect(x[column], y[line], x[column + 1] - x[column], y[line + 1] - y[line])

    def day_at(self, point: QPointF) -> date | None:
        """The day at a place, None beside them."""
        first = self.span()[0]
        days = (first + timedelta(days=step) for step in range(WEEKS * 7))
        return next((day for day in days if self.place(day).contains(point.toPoint())), None)

    # -- inside --

    def _words(self, day: date) -> str:
        cell = self._cells.get(day, Cell())
        counts = [f"{line.words} {line.many:,}" for line in cell.lines]
        named = cell.festival, cell.lunar
        return " · ".join(part for part in (f"{day}", cell.work, *named, *counts) if part)

    def _choose(self, day: date) -> None:
        if day != self.day:
            self.chosen.emit(day)

    def _paint_head(self, painter: QPainter) -> None:
        painter.setFont(style.font(12))
        painter.setPen(style.colour("muted"))
        for number, words in enumerate(WEEKDAYS):
            x = round(self.width() * number / 7)
            box = QRect(x, 0, round(self.width() * (number + 1) / 7) - x, HEAD)
            painter.drawText(box.adjusted(PAD, 0, -PAD, 0), ALIGN.AlignVCenter, _(words))

    def _paint_day(self, painter: QPainter, day: date) -> None:
        box, cell = self.place(day), self._cells.get(day, Cell())
        inside = day.month == self.day.month
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if not inside:
            painter.fillRect(box, style.colour("ground"))
        painter.setPen(QPen(style.colour("line"), 1))
        painter.drawLine(box.topLeft(), box.topRight())
        if day.weekday():
            painter.drawLine(box.topLeft(), box.bottomLeft())
        if day == self.day:
            fill = style.blend("accent", "surface", 0.14 if self.hasFocus() else 0.08)
            line = style.colour("accent" if self.hasFocus() else "faint")
            style.rounded(painter, QRectF(box).adjusted(2, 2, -1, -1), fill, line)
        self._paint_number(painter, box, day, cell)
        self._paint_lines(painter, box, cell, inside)

    def _paint_number(self, painter: QPainter, box: QRect, day: date, cell: Cell) -> None:
        top = QRect(box.left() + PAD, box.top() + 4, box.width() - 2 * PAD, TOP - 4)
        inside, number = day.month == self.day.month, str(day.day)
        font = style.metrics(13, strong=True)
        wide = max(font.horizontalAdvance(number) + 10, 22)
        painter.setFont(style.font(13, strong=inside))
        if day == self._today:
            mark = QRectF(top.left() - 4, top.top(), wide, 20)
            style.rounded(painter, mark, style.colour("accent"), None)
            painter.setPen(style.colour("surface"))
            painter.drawText(mark, ALIGN.AlignCenter, number)
        else:
            tone = "late" if cell.off and inside else "text" if inside else "muted"
            painter.setPen(style.colour(tone))
            painter.drawText(top, ALIGN.AlignVCenter | ALIGN.AlignLeft, number)
        small = style.metrics(11)
        painter.setFont(style.font(11))
        words = " ".join(part for part in (cell.work, cell.festival or cell.lunar) if part)
        tone = "late" if cell.off else "accent" if cell.festival else "muted"
        painter.setPen(style.colour(tone if inside else "muted"))
        rest = top.adjusted(wide, 0, 0, 0)
        if small.horizontalAdvance(words) > rest.width():
            words = cell.festival or words
        shown = small.elidedText(words, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, ALIGN.AlignVCenter | ALIGN.AlignRight, shown)

    def _paint_lines(self, painter: QPainter, box: QRect, cell: Cell, inside: bool) -> None:
        room = max((box.height() - TOP - 4) // LINE, 0)
        lines = list(cell.lines)
        if len(lines) > room:
            kept = max(room - 1, 0)
            rest = sum(line.many for line in lines[kept:])
            lines = [*lines[:kept], Line("", _("and more"), rest)][:room]
        small = style.metrics(12)
        painter.setFont(style.font(12))
        for number, line in enumerate(lines):
            y = box.top() + TOP + 2 + number * LINE
            x = box.left() + PAD
            if line.tone:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(style.colour(line.tone))
                painter.drawEllipse(QRectF(x, y + LINE / 2 - 3, 6, 6))
            count = f"{line.many:,}"
            wide = small.horizontalAdvance(count)
            place = QRect(x + 11, y, box.width() - 2 * PAD - 11, LINE)
            painter.setPen(style.colour("text" if inside else "muted"))
            painter.drawText(place, ALIGN.AlignVCenter | ALIGN.AlignRight, count)
            painter.setPen(style.colour("muted"))
            words = small.elidedText(
                line.words, Qt.TextElideMode.ElideRight, place.width() - wide - 4
            )
            painter.drawText(place, ALIGN.AlignVCenter | ALIGN.AlignLeft, words)

    # -- Qt --

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_head(painter)
        first, last = self.span()
        for step in range((last - first).days + 1):
            self._paint_day(painter, first + timedelta(days=step))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -7,
            Qt.Key.Key_Down: 7,
        }
        key = Qt.Key(event.key())
        if key in steps and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._choose(self.day + timedelta(days=steps[key]))
        elif key == Qt.Key.Key_Home:
            self._choose(self.day.replace(day=1))
        elif key == Qt.Key.Key_End:
            self._choose(dates.add_months(self.day.replace(day=1), 1) - timedelta(days=1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.day)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position())
        if day is not None and event.button() == Qt.MouseButton.LeftButton:
            self._choose(day)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.day_at(event.position()) is not None:
            self.opened.emit(self.day)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            self.turned.emit(-1 if event.angleDelta().y() > 0 else 1)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self.day_at(QPointF(event.pos()))
            words = self._words(day) if day is not None else ""
            QToolTip.showText(event.globalPos(), style.tip(words))
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(820, 520)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, HEAD + WEEKS * (TOP + LINE))
