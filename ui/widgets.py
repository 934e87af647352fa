"""Small painted widgets: labels, figures, tags, cards, empty lists; and the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import style
from ui.buttons import Button, key_text

__all__ = [
    "Button",
    "Card",
    "Empty",
    "Fig",
    "Figure",
    "FigureRow",
    "ScrollBar",
    "Tag",
    "Words",
    "key_text",
    "label",
    "rule",
    "slim",
]

ALIGN = Qt.AlignmentFlag


def label(text: str = "", role: str = "", *, name: str = "", wrap: bool = False) -> QLabel:
    """Return a plain-text label in a role of the style sheet.

    Roles: muted, note, title, section, help, problem, good, late, soon, quote, or "" for text.
    """
    made = _Quote(text) if role == "quote" else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        style.set_role(made, role=role)
    if name:
        made.setObjectName(name)
    return made


class _Quote(QLabel):
    """Words on a quiet ground, as what may be said to the customer."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setContentsMargins(10, 8, 10, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        style.rounded(painter, QRectF(self.rect()), style.colour("ground"), None)
        painter.end()
        super().paintEvent(event)


class ScrollBar(QScrollBar):
    """A thin bar without arrows."""

    def sizeHint(self) -> QSize:
        return QSize(10, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        upright = self.orientation() == Qt.Orientation.Vertical
        room = (self.height() if upright else self.width()) - 4
        steps = self.maximum() - self.minimum()
        if steps <= 0:
            return
        long = max(room * self.pageStep() / (steps + self.pageStep()), 32.0)
        start = 2 + (room - long) * (self.value() - self.minimum()) / steps
        box = QRectF(2, start, 6, long) if upright else QRectF(start, 2, long, 6)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        held = self.underMouse() or self.isSliderDown()
        painter.setBrush(style.colour("muted" if held else "faint"))
        painter.drawRoundedRect(box, 3, 3)


def slim(area: QAbstractScrollArea) -> None:
    """Give a scrolling thing thin bars and no ground of its own."""
    area.setVerticalScrollBar(ScrollBar(Qt.Orientation.Vertical))
    area.setHorizontalScrollBar(ScrollBar(Qt.Orientation.Horizontal))
    area.setFrameShape(QFrame.Shape.NoFrame)
    # Found by its name: the first `viewport()` makes PySide6 try every class of widget on it, 9 ms
    ground = area.findChild(QWidget, "qt_scrollarea_viewport") or area.viewport()
    ground.setAutoFillBackground(False)


def know_widgets() -> None:
    """Let PySide6 make all its classes of widgets now, 9 ms, and not while somebody waits.

    It does so when Qt first hands it a plain widget that Python did not make.
    """
    QAbstractScrollArea().viewport()


def rule() -> QFrame:
    """Return a horizontal hairline."""
    line = QFrame()
    line.setFixedHeight(1)
    line.setAutoFillBackground(True)
    line.setBackgroundRole(line.backgroundRole().Mid)
    return line


class Words(QWidget):
    """A painted line of text for the window's frame: no style sheet, so it is there at once."""

    clicked = Signal()

    def __init__(
        self,
        text: str = "",
        *,
        size: int = 12,
        tone: str = "muted",
        strong: bool = False,
        name: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._size, self._tone, self._strong = size, tone, strong
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_text(text, tone)

    def text(self) -> str:
        """Return the words shown."""
        return self._text

    def set_text(self, text: str, tone: str = "") -> None:
        """Show other words, perhaps in another tone."""
        self._text, self._tone = text, tone or self._tone
        self.setAccessibleName(text)
        if self.parentWidget() is not None or not text:  # without a parent it would be a window
            self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        size = style.metrics(self._size, strong=self._strong)
        return QSize(size.horizontalAdvance(self._text) + 2, size.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = style.metrics(self._size, strong=self._strong)
        painter.setFont(style.font(self._size, strong=self._strong))
        painter.setPen(style.colour(self._tone))
        shown = size.elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), ALIGN.AlignVCenter, shown)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()


class Fig(NamedTuple):
    """One figure on top of a page: a number said large, its words small.

    `code` names it (`desk.visits`), `formula` is its tooltip and accessible description
    (every figure says how it is made), `tone` colours the number: "", late, soon, good.
    """

    code: str
    value: str
    label: str
    unit: str = ""
    formula: str = ""
    tone: str = ""


class Figure(QWidget):
    """One `Fig` painted; `clicked(code)` when it has a list to show (see `FigureRow`)."""

    clicked = Signal(str)

    marked = False
    stale = False

    def __init__(self, fig: Fig, page: str = "") -> None:
        super().__init__()
        self._hover = False
        self._page = page
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.fig = fig
        self.set_fig(fig)

    def set_fig(self, fig: Fig) -> None:
        """Show another value."""
        self.fig = fig
        self.setObjectName(f"{self._page}.{fig.code}" if self._page else fig.code)
        self.setAccessibleName(f"{fig.label}: {fig.value} {fig.unit}".strip())
        self.setAccessibleDescription(fig.formula)
        self.setToolTip(style.tip(fig.formula))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        value = style.metrics(22, strong=True).horizontalAdvance(self.fig.value)
        unit = style.metrics(13).horizontalAdvance(self.fig.unit)
        words = style.metrics(12).horizontalAdvance(self.fig.label)
        return QSize(max(value + (5 + unit if unit else 0), words) + 2, 46)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.marked:
            painter.fillRect(0, self.height() - 2, self.width(), 2, style.colour("accent"))
        painter.setOpacity(0.4 if self.stale else 1.0)
        base = 23
        painter.setFont(style.font(22, strong=True))
        painter.setPen(style.colour(self.fig.tone or "text"))
        painter.drawText(QPointF(0, base), self.fig.value)
        x = style.metrics(22, strong=True).horizontalAdvance(self.fig.value) + 5
        painter.setPen(style.colour("muted"))
        painter.setFont(style.font(13))
        painter.drawText(QPointF(x, base), self.fig.unit)
        painter.setFont(style.font(12))
        painter.drawText(QPointF(0, base + 18), self.fig.label)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.clicked.emit(self.fig.code)


class FigureRow(QWidget):
    """The figures on top of a page: `row.show_figures([Fig(…), …])`, then `clicked(code)`.

    Where there is no room for all they stand closer, then the last ones go.
    """

    clicked = Signal(str)

    def __init__(self, page: str = "") -> None:
        super().__init__()
        self._page = page
        self._figures: list[Figure] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_figures(self, figs: Sequence[Fig]) -> None:
        """Show these figures in this order; widgets are kept while their number stays."""
        if list(figs) == [figure.fig for figure in self._figures]:
            return
        while len(self._figures) > len(figs):
            self._figures.pop().deleteLater()
        for number, fig in enumerate(figs):
            if number < len(self._figures):
                self._figures[number].set_fig(fig)
            else:
                made = Figure(fig, self._page)
                made.setParent(self)
                made.clicked.connect(self.clicked)
                self._figures.append(made)
        self._place()
        self.updateGeometry()

    def values(self) -> dict[str, str]:
        """Return what is shown, by code: for tests and for copying."""
        return {figure.fig.code: figure.fig.value for figure in self._figures}

    def make_pickable(self, title: str) -> None:
        """Let the keyboard walk over the figures: arrows, Enter is a click. `title` names them."""
        self._title = title
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_stale(self, stale: bool) -> None:
        """Paint paler: what is shown is counted anew."""
        for figure in self._figures:
            figure.stale = stale
            figure.update()

    def _move(self, to: int) -> None:
        shown = [figure for figure in self._figures if not figure.isHidden()]
        self._cursor = min(max(to, 0), len(shown) - 1)
        for figure in self._figures:
            figure.marked = self.hasFocus() and figure is shown[self._cursor]
            figure.update()
        if shown:
            self.setAccessibleName(f"{self._title}: {shown[self._cursor].accessibleName()}")

    _title = ""
    _cursor = 0

    def _place(self) -> None:
        widths = [figure.sizeHint().width() for figure in self._figures]
        gaps = max(len(widths) - 1, 1)
        gap = min(max((self.width() - sum(widths)) // gaps, 14), 28)
        x = 0
        for figure, width in zip(self._figures, widths, strict=True):
            figure.setGeometry(x, 0, width, figure.sizeHint().height())
            figure.setVisible(x == 0 or x + width <= self.width())
            x += width + gap

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if step and plain:
            self._move(self._cursor + step)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._figures:
            self.clicked.emit(self._figures[self._cursor].fig.code)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._move(self._cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._move(self._cursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:
        widths = [figure.sizeHint().width() for figure in self._figures]
        return QSize(sum(widths) + 28 * max(len(widths) - 1, 0), 46 if widths else 0)

    def minimumSizeHint(self) -> QSize:
        if not self._figures:
            return QSize(0, 0)
        return QSize(min(self.sizeHint().width(), 240), 46)


class Tag(QWidget):
    """A small filled tag: `Tag("A", "accent")`; tones: accent good late soon muted."""

    def __init__(self, text: str = "", tone: str = "accent", *, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text, self._tone = "", tone
        self.set_tag(text, tone)

    def text(self) -> str:
        """Return the words shown."""
        return self._text

    def set_tag(self, text: str, tone: str = "accent") -> None:
        """Show other words in another tone; no words hide it."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        if self.parentWidget() is not None or not text:  # without a parent it would be a window
            self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(style.tag_width(self._text), 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        style.paint_tag(QPainter(self), self.rect(), self._text, self._tone)


class Card(QFrame):
    """A white box with a title line: `card.set_title("In the showroom", "3")`, `card.body.add…`.

    Without a title there is no title line. `card.head` takes further widgets at the right.
    """

    def __init__(self, title: str = "", note: str = "", *, name: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self._bar = QWidget()
        self._bar.setFixedHeight(34)
        self.title, self.note = label("", "section"), label("", "note")
        self.head = QHBoxLayout(self._bar)
        self.head.setContentsMargins(12, 0, 8, 0)
        self.head.setSpacing(9)
        self.head.addWidget(self.title)
        self.head.addWidget(self.note)
        self.head.addStretch()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        whole.addWidget(self._bar)
        whole.addLayout(self.body)
        self.set_title(title, note)

    def set_title(self, title: str, note: str = "") -> None:
        """Show a title and, muted beside it, a note as a count."""
        self.title.setText(title)
        self.note.setText(note)
        self._bar.setVisible(bool(title or note))
        self.setAccessibleName(f"{title} {note}".strip())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        style.rounded(painter, QRectF(self.rect()), style.colour("surface"), style.colour("line"))
        if not self._bar.isHidden():
            painter.fillRect(
                1, self._bar.geometry().bottom(), self.width() - 2, 1, style.colour("line")
            )


class Empty(QWidget):
    """What an empty list shows: one sentence, and the button that fills it."""

    def __init__(self, sentence: str, button: Button | None = None) -> None:
        super().__init__()
        self.sentence = label(sentence, "note", wrap=True)
        self.sentence.setAlignment(ALIGN.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.XL, style.M, style.XL, style.M)
        layout.setSpacing(style.L)
        layout.addStretch(2)
        layout.addWidget(self.sentence)
        if button is not None:
            layout.addWidget(button, 0, ALIGN.AlignHCenter)
        layout.addStretch(3)
