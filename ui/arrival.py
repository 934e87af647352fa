"""Few keys at the door: the lines of the desk that ask how many came, on what, or why they went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from showroom.errors import Invalid
from showroom.i18n import _
from showroom.store import pinyin
from showroom.store.models import CameBy, VisitKind
from showroom.text import joined
from showroom.words import CAME_BY
from ui import style
from ui.fields import ENTER
from ui.forms import Number
from ui.widgets import Button, label

WAYS: Final = {
    Qt.Key.Key_C: CameBy.CAR,
    Qt.Key.Key_T: CameBy.TAXI,
    Qt.Key.Key_B: CameBy.TRANSIT,
    Qt.Key.Key_K: CameBy.BIKE,
    Qt.Key.Key_F: CameBy.FOOT,
}
"""The letter after the digit says how they came."""
COLUMNS: Final = 5


class Party(Number):
    """How many came: digits; a letter says on what, without an input method in the way.

    `came_by` is what was said; `typed()` after a digit that is the first key of all.
    """

    typed = Signal()

    def __init__(self) -> None:
        super().__init__("party", _("People in the party"), least=1, most=99, width=132)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.came_by: CameBy | None = None
        self.ways = True
        self._fresh = False

    def begin(self, *, ways: bool) -> None:
        """One person until a digit says otherwise; with `ways` letters count."""
        self.ways, self._fresh = ways, True
        self.say_way(None)
        self.set_value(1)

    def say_way(self, came_by: CameBy | None) -> None:
        """Show how they came; None takes it away."""
        self.came_by = came_by
        self.set_hint(_(CAME_BY[came_by]) if came_by is not None else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        way = WAYS.get(Qt.Key(event.key())) if self.ways and not held else None
        if way is not None:
            self.say_way(None if way is self.came_by else way)
            return
        fresh, self._fresh = self._fresh, False
        super().keyPressEvent(event)
        if fresh and event.text().isdigit():
            self.typed.emit()


class Chips(QWidget):
    """Reasons to choose from by one key: a digit, or the first letters; arrows and Enter.

    `picked(id)` when one was chosen.
    """

    picked = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.parts: dict[int, Button] = {}
        self._options: list[tuple[int, str]] = []
        self._at = 0
        self._letters = ""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(style.S)

    def set_options(self, options: Sequence[tuple[int, str]]) -> None:
        """Offer these (id, words) pairs; the first is marked."""
        if list(options) != self._options:
            for old in self.parts.values():
                old.hide()  # see `Segmented.set_options`
                old.setParent(None)
                old.deleteLater()
            self.parts = {}
            self._options = list(options)
            for number, (id, words) in enumerate(options):
                key = str(number + 1) if number < 9 else ""
                part = Button(words, key, name=f"{self.objectName()}.{number + 1}")
                part.setCheckable(True)
                part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                part.clicked.connect(lambda _on=False, id=id: self.picked.emit(id))
                self.parts[id] = part
                self._grid.addWidget(part, number // COLUMNS, number % COLUMNS)
        self._letters = ""
        self._mark(0)

    def current(self) -> int | None:
        """The id of the marked one; None when there is none."""
        return self._options[self._at][0] if self._options else None

    def _mark(self, at: int) -> None:
        self._at = min(max(at, 0), max(len(self._options) - 1, 0))
        for number, (id, words) in enumerate(self._options):
            self.parts[id].setChecked(number == self._at)
            if number == self._at:
                self.setAccessibleDescription(words)

    def _by_letters(self, typed: str) -> None:
        """Mark the first that the letters begin; the only one is picked."""
        for letters in (self._letters + typed, typed):
            fits = [
                number
                for number, (_id, words) in enumerate(self._options)
                if any(spelt.startswith(letters) for spelt in _spellings(words))
            ]
            if fits:
                self._letters = letters
                self._mark(fits[0])
                if len(fits) == 1:
                    self.picked.emit(self._options[fits[0]][0])
                return
        self._letters = ""

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether the key is ours and no key of the page."""
        held = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        return not held and event.text().isalnum()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._takes(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -COLUMNS,
            Qt.Key.Key_Down: COLUMNS,
        }.get(Qt.Key(event.key()), 0)
        chosen = self.current()
        if step:
            self._mark(self._at + step)
        elif event.key() in ENTER and chosen is not None:
            self.picked.emit(chosen)
        elif self._takes(event) and event.text().isdigit():
            number = int(event.text())
            if 1 <= number <= len(self._options):
                self.picked.emit(self._options[number - 1][0])
        elif self._takes(event):
            self._by_letters(event.text().casefold())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._letters = ""


class Line(QFrame):
    """A line above the lists that asks one thing; Escape closes it, `given_up()` says so."""

    given_up = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.words = label("", "section")
        self.problem = label("", "problem", name=f"{name}.problem")
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(style.L, style.M, style.M, style.M)
        self.rows.setSpacing(style.S)
        self.top = QHBoxLayout()
        self.top.setSpacing(style.M)
        self.top.addWidget(self.words)
        self.rows.addLayout(self.top)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        style.rounded(
            QPainter(self),
            QRectF(self.rect()),
            style.colour("accent_soft"),
            style.colour("accent"),
        )


class Arrival(Line):
    """The line that asks how many came: a digit and Enter; a letter between says on what.

    An errand is named by one more key. `arrived(kind, people, errand id or None, came by or None)`
    when they are here.
    """

    arrived = Signal(object, int, object, object)

    def __init__(self) -> None:
        super().__init__("desk.arrival")
        self.kind = VisitKind.WALK_IN
        self.people = Party()
        self.people.setObjectName("desk.party")
        self.problem.setObjectName("desk.party.problem")
        self.errand = Chips("desk.reason")
        self.errand.setAccessibleName(_("Errand"))
        self.hint = label("", "muted")
        self.expected: QLabel = label("", "muted", name="desk.arrival.expected")
        self.go = Button(_("Arrive"), "Enter", kind="primary", name="desk.arrive")
        for widget in (self.people, self.hint, self.problem):
            self.top.addWidget(widget)
        self.top.addStretch()
        self.top.addWidget(self.go)
        self.rows.addWidget(self.expected)
        self.rows.addWidget(self.errand)
        self.people.entered.connect(self.accept)
        self.people.typed.connect(self._on_digit)
        self.errand.picked.connect(self._on_errand)
        self.go.clicked.connect(self.accept)

    def ask(
        self, kind: VisitKind, errands: Sequence[tuple[int, str]], *, expected: str = ""
    ) -> None:
        """Open the line for a walk-in or an errand; `expected` names who is due and his key."""
        self.kind = kind
        errand = kind is VisitKind.ERRAND
        self.words.setText(_("Errand: how many?") if errand else _("New visit: how many?"))
        self.hint.setText(
            _("A digit, then the errand: its digit or first letters.")
            if errand
            else _("A digit, Enter. How they came: C car, T taxi, B bus, K bike, F foot.")
        )
        self.expected.setText(expected)
        self.expected.setVisible(bool(expected))
        self.errand.set_options(errands)
        self.errand.setVisible(errand)
        self.people.begin(ways=not errand)
        self.problem.setText("")
        self.show()
        self.people.setFocus()
        self.people.selectAll()

    def accept(self) -> None:
        """The party is here."""
        self._arrive(self.errand.current() if self.kind is VisitKind.ERRAND else None)

    def _on_digit(self) -> None:
        if self.kind is VisitKind.ERRAND and self.people.text() != "0":
            self.errand.setFocus()

    def _on_errand(self, id: int) -> None:
        self._arrive(id)

    def _arrive(self, errand: int | None) -> None:
        try:
            people = self.people.value() or 1
        except Invalid as error:
            self.problem.setText(error.problems["party"])
            self.people.setFocus()
            self.people.selectAll()
            return
        self.hide()
        self.arrived.emit(self.kind, people, errand, self.people.came_by)


class Unmet(Line):
    """The line that asks why a party went that nobody had received: one key.

    `picked(reason id)`.
    """

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__("desk.unmet")
        self.reasons = Chips("desk.unmet.reason")
        self.reasons.setAccessibleName(_("Reason"))
        self.top.addWidget(label(_("Why? A digit; Escape: not so."), "muted"))
        self.top.addStretch()
        self.rows.addWidget(self.reasons)
        self.reasons.picked.connect(self._on_picked)

    def ask(self, who: str, reasons: Sequence[tuple[int, str]]) -> None:
        """Open the line for this party."""
        self.words.setText(_("{who}: left without being received").format(who=who))
        self.reasons.set_options(reasons)
        self.show()
        self.reasons.setFocus()

    def _on_picked(self, id: int) -> None:
        self.hide()
        self.picked.emit(id)


def _spellings(words: str) -> tuple[str, str]:
    """How the words may begin as they are typed: themselves, and the initials of their pinyin."""
    words = joined(words)
    return words, "" if words.isascii() else pinyin.initials(words, others=True)
