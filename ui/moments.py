"""The seven moments of a visit: chosen by digit, given with Enter, refused with \\ and a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from showroom import words
from showroom.door.moments import State
from showroom.i18n import _
from showroom.store.models import Moment, Outcome, Refusal
from ui import style
from ui.widgets import Button, label

ROW = 28
DOTS = {Outcome.GIVEN: "g", Outcome.REFUSED: "r", None: "-"}


def dots(states: Sequence[State]) -> str:
    """The strip as a table paints it: g given, r refused, - not tried."""
    return "".join(DOTS[state.outcome] for state in states)


class MomentStrip(QWidget):
    """The seven moments, one a row; `asked(moment, refusal or None)` when one was tried.

    Digits 1-7 or the arrows choose a moment, Enter says given, a backslash (or Delete) says
    refused: then 1-4 give the reason. Escape steps back.
    """

    asked = Signal(object, object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(_("The seven moments"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._states: list[State] = []
        self._current = 0
        self._rows = [_Row(number, self) for number in range(len(Moment))]
        self.given = Button(_("Given"), name=f"{name}.given")
        self.refused = Button(_("Refused"), name=f"{name}.refused")
        for button in (self.given, self.refused):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setFixedHeight(24)
        self.reasons: dict[Refusal, Button] = {}
        self._reasons = self._make_reasons(name)
        self._script = label("", "quote", name=f"{name}.script", wrap=True)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for row in self._rows:
            layout.addWidget(row)
        layout.addSpacing(style.M)
        layout.addWidget(self._reasons)
        layout.addWidget(self._script)

        self.given.setToolTip(_("Given: Enter"))
        self.refused.setToolTip(_("Refused: \\, then 1-4 for the reason"))
        self.given.clicked.connect(self._give)
        self.refused.clicked.connect(self._refuse)
        self.choose(0)

    def _make_reasons(self, name: str) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(style.S)
        for number, refusal in enumerate(Refusal):
            button = Button(
                _(words.REFUSALS[refusal]), str(number + 1), name=f"{name}.{refusal.value}"
            )
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(self._told(refusal))
            self.reasons[refusal] = button
            grid.addWidget(button, number // 2, number % 2)
        box.hide()
        return box

    def show_states(self, states: Sequence[State]) -> None:
        """Show how the moments of a visit stand; the chosen row stays."""
        self._states = list(states)
        for row in self._rows:
            row.update()

    def start(self) -> None:
        """Choose the first moment that was not tried, for a visit that is shown anew."""
        untried = [n for n, state in enumerate(self._states) if state.outcome is None]
        self.choose(untried[0] if untried else 0)

    def choose(self, number: int) -> None:
        """Make a moment the current one, 0 to 6."""
        self._current = number
        self._offer_reasons(False)
        line = self._rows[number].line
        line.addWidget(self.given)
        line.addWidget(self.refused)
        self.given.show()
        self.refused.show()
        moment = list(Moment)[number]
        self._script.setText(_(words.SCRIPTS[moment]))
        self.setAccessibleDescription(_(words.MOMENTS[moment]))
        for row in self._rows:
            row.update()

    def current(self) -> Moment:
        """The chosen moment."""
        return list(Moment)[self._current]

    def state(self, number: int) -> State | None:
        """How a moment stands; nothing while no visit is shown."""
        return self._states[number] if number < len(self._states) else None

    def is_current(self, number: int) -> bool:
        """Whether a row is the chosen one."""
        return number == self._current

    def _offer_reasons(self, offered: bool) -> None:
        """Ask for the reason right below the moment, in the place of what one may say."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.removeWidget(self._reasons)
        column.insertWidget(self._current + 1, self._reasons)
        self._reasons.setVisible(offered)
        self._script.setVisible(not offered)

    def _give(self) -> None:
        self._offer_reasons(False)
        self.asked.emit(self.current(), None)
        self._next()

    def _refuse(self) -> None:
        self._offer_reasons(True)
        self.setFocus()

    def _told(self, refusal: Refusal) -> Callable[[], None]:
        def tell() -> None:
            self._offer_reasons(False)
            self.asked.emit(self.current(), refusal)
            self._next()

        return tell

    def _next(self) -> None:
        if self._current + 1 < len(self._rows):
            self.choose(self._current + 1)

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, typed = Qt.Key(event.key()), event.text()
        if typed.isdigit() and self._reasons.isVisible() and "1" <= typed <= "4":
            list(self.reasons.values())[int(typed) - 1].click()
        elif typed.isdigit() and "1" <= typed <= "7":
            self.choose(int(typed) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.given.click()
        elif typed in ("\\", "、") or key == Qt.Key.Key_Delete:
            self.refused.click()
        elif key == Qt.Key.Key_Escape and self._reasons.isVisible():
            self._offer_reasons(False)
        elif key == Qt.Key.Key_Down and self._current + 1 < len(self._rows):
            self.choose(self._current + 1)
        elif key == Qt.Key.Key_Up and self._current > 0:
            self.choose(self._current - 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, _event: object) -> None:
        self._rows[self._current].update()

    def focusOutEvent(self, _event: object) -> None:
        self._rows[self._current].update()


class _Row(QWidget):
    """One moment: its number, its name, the reason it was refused for, its dot."""

    def __init__(self, number: int, strip: MomentStrip) -> None:
        super().__init__(strip)
        self._number, self._strip = number, strip
        self.setFixedHeight(ROW)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(style.L, 2, 26, 2)
        self.line.setSpacing(style.S)
        self.line.addStretch()

    def sizeHint(self) -> QSize:
        return QSize(240, ROW)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self._strip.setFocus()
        self._strip.choose(self._number)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        moment = list(Moment)[self._number]
        state = self._strip.state(self._number)
        if self._strip.is_current(self._number):
            line = style.colour("accent") if self._strip.hasFocus() else None
            style.rounded(painter, QRectF(self.rect()), style.colour("accent_soft"), line)
        painter.setFont(style.font(11))
        painter.setPen(style.colour("muted"))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(12, 0, 14, ROW), middle, str(self._number + 1))
        painter.setFont(style.font())
        painter.setPen(style.colour("text"))
        name = _(words.MOMENTS[moment])
        painter.drawText(QRect(32, 0, 140, ROW), middle, name)
        if state is None:
            return
        if state.refusal is not None and not self._strip.is_current(self._number):
            painter.setFont(style.font(12))
            painter.setPen(style.colour("muted"))
            left = 32 + style.metrics().horizontalAdvance(name) + style.L
            box = QRect(left, 0, self.width() - left - 26, ROW)
            reason = _(words.REFUSALS[state.refusal])
            shown = style.metrics(12).elidedText(reason, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, shown)
        style.paint_dots(painter, QRect(self.width() - 18, 0, 12, ROW), DOTS[state.outcome])
