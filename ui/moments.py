"""The seven moments of a visit: chosen by digit, given with Enter, refused with \\ and a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from showroom import words
from showroom.door.moments import State
from showroom.i18n import _
from showroom.store.models import Moment, Outcome, Refusal
from ui import style
from ui.widgets import Button, Words, label

if TYPE_CHECKING:
    from showroom.door.scripts import Line
    from ui.coach import Advice

ROW = 26
DOTS = {Outcome.GIVEN: "g", Outcome.REFUSED: "r", None: "-"}


def dots(states: Sequence[State]) -> str:
    """The strip as a table paints it: g given, r refused, - not tried."""
    return "".join(DOTS[state.outcome] for state in states)


class MomentStrip(QWidget):
    """The seven moments, one a row; `asked(moment, refusal or None)` when one was tried.

    Digits 1-7 or the arrows choose a moment, Enter says given, a backslash (or Delete) says
    refused: then 1-4 give the reason. Escape steps back. The page places two more: beside its
    title `note`, which says how the chosen moment did here, and its keys while the strip has the
    keyboard; where it does not scroll away `script`, what may be said, while there is something
    to ask for.
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
        self.note = Words(name=f"{name}.note")
        self._said = label("", "quote", name=f"{name}.script", wrap=True)
        self._said.setContentsMargins(10, 6, 10, 6)
        self.script = QWidget()
        place = QVBoxLayout(self.script)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(self._said)
        self._advice: Advice | None = None

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for row in self._rows:
            layout.addWidget(row)
        layout.addSpacing(style.S)
        layout.addWidget(self._reasons)

        self.given.setToolTip(_("Given: Enter"))
        self.refused.setToolTip(_("Refused: \\, then 1-4 for the reason"))
        self.given.clicked.connect(self._give)
        self.refused.clicked.connect(self._refuse)
        self.choose(0)

    def _make_reasons(self, name: str) -> QWidget:
        box = QWidget()
        self._grid = grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(style.S)
        for number, refusal in enumerate(Refusal):
            button = Button(
                _(words.REFUSALS[refusal]), str(number + 1), name=f"{name}.{refusal.value}"
            )
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(self._told(refusal))
            self.reasons[refusal] = button
        box.hide()
        return box

    def show_states(self, states: Sequence[State]) -> None:
        """Show how the moments of a visit stand; the chosen row stays."""
        if self._states != list(states):
            self._states = list(states)
            for row in self._rows:
                row.update()

    def show_advice(self, advice: Advice) -> None:
        """Show what may be said to this party and which moment is suggested; the row stays."""
        if advice == self._advice:
            return
        self._advice = advice
        for row, moment in zip(self._rows, Moment, strict=True):
            row.setToolTip(style.tip(f"{advice.note(moment)}\n{advice.formula(moment)}"))
            row.update()
        self._say()

    def start(self) -> None:
        """Choose the suggested moment, for a visit that is shown anew; without one, an open one."""
        suggested = self._advice.suggested if self._advice is not None else None
        untried = [state.moment for state in self._states if state.outcome is None]
        first = suggested or next(iter(untried), Moment.SEATED)
        self.choose(list(Moment).index(first))

    def choose(self, number: int) -> None:
        """Make a moment the current one, 0 to 6."""
        self._current = number
        self._offer_reasons(False)
        line = self._rows[number].line
        line.addWidget(self.given)
        line.addWidget(self.refused)
        self.given.show()
        self.refused.show()
        self._say()
        for row in self._rows:
            row.update()

    def _say(self) -> None:
        """Show what may be said at the chosen moment, and how it did here."""
        name, line = _(words.MOMENTS[self.current()]), self.line()
        note = self._advice.note(self.current()) if self._advice is not None else ""
        said = line.words if line is not None else ""
        tone = "accent" if self.is_suggested(self._current) else "muted"
        if self.hasFocus():
            self.note.set_text(_("1-7 · Enter given · \\ refused"), "muted")
        else:
            self.note.set_text(note, tone)
        self._said.setText(said)
        contact = self._advice is not None and self._advice.contact
        self._said.setVisible(bool(said) and (self.hasFocus() or not contact))
        self.setAccessibleDescription(" ".join(part for part in (name, note, said) if part))

    def current(self) -> Moment:
        """The chosen moment."""
        return list(Moment)[self._current]

    def line(self) -> Line | None:
        """What stands below the chosen moment; nothing before the first advice."""
        return self._advice.lines[self.current()] if self._advice is not None else None

    def numbers(self, number: int) -> str:
        """How a moment did here, 41% 37/90; "" while there are not enough asks."""
        return self._advice.numbers(list(Moment)[number]) if self._advice is not None else ""

    def is_suggested(self, number: int) -> bool:
        """Whether a row is the one to try next."""
        return self._advice is not None and self._advice.suggested is list(Moment)[number]

    def state(self, number: int) -> State | None:
        """How a moment stands; nothing while no visit is shown."""
        return self._states[number] if number < len(self._states) else None

    def is_current(self, number: int) -> bool:
        """Whether a row is the chosen one."""
        return number == self._current

    def _offer_reasons(self, offered: bool) -> None:
        """Ask for the reason right below the moment."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.removeWidget(self._reasons)
        column.insertWidget(self._current + 1, self._reasons)
        if offered:
            self._place_reasons()
        self._reasons.setVisible(offered)

    def _place_reasons(self) -> None:
        """Two beside each other where the strip is wide enough for the longest, else one a row."""
        widest = max(button.sizeHint().width() for button in self.reasons.values())
        columns = 2 if 2 * widest + style.S <= self.width() else 1
        for number, button in enumerate(self.reasons.values()):
            self._grid.addWidget(button, number // columns, number % columns)

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
        """Go on with what to try next; with nothing left to ask the row stays."""
        if self._advice is not None and self._advice.suggested is not None:
            self.start()

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
        self._say()

    def focusOutEvent(self, _event: object) -> None:
        self._rows[self._current].update()
        self._say()


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
        digit = QRect(10, (ROW - 18) // 2, 18, 18)
        suggested = self._strip.is_suggested(self._number)
        if suggested:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("accent"))
            painter.drawEllipse(digit)
        painter.setFont(style.font(11))
        painter.setPen(style.colour("on_accent" if suggested else "muted"))
        painter.drawText(digit, Qt.AlignmentFlag.AlignCenter, str(self._number + 1))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(style.font())
        painter.setPen(style.colour("text"))
        name = _(words.MOMENTS[moment])
        painter.drawText(QRect(34, 0, 140, ROW), middle, name)
        right = self.width() - 26
        if self._strip.is_current(self._number):
            right = self._strip.given.x() - style.S
        left = 34 + style.metrics().horizontalAdvance(name) + style.M
        if state is None:
            return
        self._paint_right(painter, state, QRect(left, 0, right - left, ROW))
        style.paint_dots(painter, QRect(self.width() - 18, 0, 12, ROW), DOTS[state.outcome])

    def _paint_right(self, painter: QPainter, state: State, box: QRect) -> None:
        """Why it was refused; before it was tried, how it did here."""
        size, tone = style.metrics(12), "muted"
        if state.outcome is None:
            shown = self._strip.numbers(self._number)
            tone = "accent" if self._strip.is_suggested(self._number) else tone
            if size.horizontalAdvance(shown) > box.width():
                return  # the note beside the title says it, too
        elif state.refusal is None or self._strip.is_current(self._number):
            return
        else:
            reason = _(words.REFUSALS[state.refusal])
            shown = size.elidedText(reason, Qt.TextElideMode.ElideRight, box.width())
        painter.setFont(style.font(12))
        painter.setPen(style.colour(tone))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown)
