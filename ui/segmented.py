"""Options side by side of which one may be chosen, as the level or the day, week, month."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui import style


class Segmented(QWidget):
    """Options side by side of which one may be chosen: `Segmented([("week", "H 7 days"), …])`.

    Left/Right move, Space or the first letter chooses, Delete clears; `chosen(code)` tells a
    change by the user. `buttons[code]` are the parts. Used by `forms.Level` and page filters.
    """

    chosen = Signal(str)

    def __init__(
        self, options: Sequence[tuple[str, str]] = (), *, name: str = "", optional: bool = True
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.buttons: dict[str, _Segment] = {}
        self._code, self._optional, self._fixed = "", optional, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(style.CONTROL)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 1)
        self._layout.setSpacing(0)
        self.set_options(options)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these (code, text) pairs; the chosen code stays if it is among them."""
        for old in self.buttons.values():
            old.hide()  # the layout shows later what it was given now: without a parent as a window
            old.setParent(None)
            old.deleteLater()
        self.buttons = {}
        for number, (code, text) in enumerate(options):
            part = _Segment(text, first=number == 0, last=number == len(options) - 1)
            part.setObjectName(f"{self.objectName()}.{code}")
            part.clicked.connect(self._pressed(code))
            self.buttons[code] = part
            self._layout.addWidget(part)
        self.set_code(self._code if self._code in self.buttons else "")

    def code(self) -> str:
        """Return the chosen code, or ""."""
        return self._code

    def set_code(self, code: str) -> None:
        """Choose without telling anybody; "" chooses nothing."""
        self._code = code if code in self.buttons else ""
        for own, part in self.buttons.items():
            part.setChecked(own == self._code)
        self.setAccessibleDescription(
            self.buttons[self._code].text() if self._code in self.buttons else ""
        )

    def fix(self, fixed: bool) -> None:
        """Let nobody choose something else (`fixed`), or again everybody."""
        self._fixed = fixed
        for code, part in self.buttons.items():
            part.setEnabled(not fixed or code == self._code)

    def _pressed(self, code: str) -> Callable[[], None]:
        return lambda: self._choose("" if self._optional and code == self._code else code)

    def _choose(self, code: str) -> None:
        code = self._code if self._fixed else code
        changed = code != self._code
        self.set_code(code)
        if changed:
            self.chosen.emit(code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        codes = list(self.buttons)
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and codes:
            at = codes.index(self._code) + step if self._code else (0 if step > 0 else -1)
            self._choose(codes[min(max(at, 0), len(codes) - 1)])
            return
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._optional:
            self._choose("")
            return
        code = self._lettered(event)
        if code:
            self._choose(code)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._lettered(event)
        ):
            event.accept()  # the letter of an option is no key of the page
            return True
        return super().event(event)

    def _lettered(self, event: QKeyEvent) -> str:
        """The option that a letter typed without Ctrl or Alt begins, or nothing."""
        held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        letter = event.text().strip().upper() if not held else ""
        found = (code for code, part in self.buttons.items() if part.text().upper()[:1] == letter)
        return next(found, "") if letter else ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        style.paint_field(QPainter(self), self, focus=self.hasFocus())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._repaint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._repaint()

    def _repaint(self) -> None:
        self.update()
        for part in self.buttons.values():
            part.update()


class _Segment(QPushButton):
    """One option of a `Segmented`."""

    def __init__(self, text: str, *, first: bool, last: bool) -> None:
        super().__init__(text)
        self._first, self._last = first, last
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(style.metrics(strong=True).horizontalAdvance(self.text()) + 22, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(style.metrics(strong=True).horizontalAdvance(self.text()) + 6, 28)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ink = "text" if self.isEnabled() else "disabled"
        box = QRectF(self.rect())
        if self.isChecked():
            painter.setBrush(style.colour("accent" if self.isEnabled() else "muted_soft"))
            ink = "on_accent" if self.isEnabled() else "disabled"
        else:
            hover = self.underMouse() and self.isEnabled()
            painter.setBrush(style.colour("hover" if hover else "surface"))
        painter.setClipRect(box)
        left = 0 if self._first else style.RADIUS
        right = 0 if self._last else style.RADIUS
        painter.drawRoundedRect(
            box.adjusted(-left, 0, right, 0), style.RADIUS - 1, style.RADIUS - 1
        )
        if not self._last:
            painter.fillRect(self.width() - 1, 0, 1, self.height(), style.colour("line"))
        parent = self.parentWidget()
        if parent is not None and parent.hasFocus() and not self.isChecked():
            # the inner half of the ring that the parent paints round all
            start = style.RADIUS - 1 if self._first else 0
            end = self.width() - (style.RADIUS - 1 if self._last else 0)
            for top in (0, self.height() - 1):
                painter.fillRect(start, top, end - start, 1, style.colour("accent"))
        painter.setFont(style.font(strong=self.isChecked()))
        painter.setPen(style.colour(ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
