"""A day of 200 parties by keyboard alone: how many keys each one takes.

Three keys open a party; at most 14, and the text itself, finish one with phone, level, model, one
refusal and one contact given (issue of the reception, DESIGN §7). Characters of a name, a phone or
a model are text; whatever else is pressed is a key. A mouse event ends the bench.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from showroom.store.models import Role
from tests.bench import desks, startup
from tests.bench.measure import Measure
from tests.bench.window import Step, told

Key, Alt = Qt.Key, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
PARTIES, PATIENCE = 200, 5000
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "伟芳娜敏静磊洋艳勇杰"


def run(quick: bool) -> list[Measure]:
    """The keys of each party, to open it and to finish it, and its text."""
    folder = desks.copy(quick, "shift")
    db = desks.opened(folder)
    with db.write() as session:
        from showroom.guard import staff

        for person in staff.everyone(session, Role.CONSULTANT)[3:]:
            staff.change(session, person.id, active=False)
    db.close()
    parties = 4 if quick else PARTIES
    got = startup.told(startup.OURS, str(folder), "shift", str(parties))
    assert got["mouse"] == 0
    assert len(got["keys"]) == parties
    return [
        Measure(
            f"{name} a party by keyboard",
            [one[name] for one in got["keys"]],
            unit="keys",
            promises=(("longest", most),) if most else (),
        )
        for name, most in (("open", 3.0), ("finish", 14.0), ("text of", 0.0))
    ]


class Fingers(QObject):
    """They press keys where the keyboard is, and count; a mouse event is counted, too."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.keys = self.text = self.mouse = 0
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            self.mouse += 1
        return False

    def press(self, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """One key."""
        self.keys += 1
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def sign(self, sign: str) -> None:
        """One key that writes a character which is no text: a digit that chooses."""
        self.keys += 1
        QTest.keyClicks(QApplication.focusWidget(), sign)

    def write(self, words: str) -> None:
        """Text; Chinese comes from the input method."""
        self.text += len(words)
        target = QApplication.focusWidget()
        if words.isascii():
            QTest.keyClicks(target, words)
        else:
            event = QInputMethodEvent()
            event.setCommitString(words)
            QApplication.sendEvent(target, event)

    def take(self) -> tuple[int, int]:
        """The keys and the characters since they were taken last."""
        taken = self.keys, self.text
        self.keys = self.text = 0
        return taken


def until(done: Callable[[], object], what: str) -> None:
    """Let the program run until something has happened."""
    clock = QElapsedTimer()
    clock.start()
    while not done():
        if clock.elapsed() > PATIENCE:
            focus = QApplication.focusWidget()
            sys.exit(f"the window does not do what its keys say: {what}; {focus}")
        QTest.qWait(1)


def shift(window: Any, parties: int) -> Any:
    """Play the day; each party is one step."""
    fingers = Fingers(window)
    desk = window.pages["desk"]
    chance = random.Random(7)
    told["keys"] = []

    def party(number: int) -> Callable[[], None]:
        def receive() -> None:
            told["keys"].append(_receive(fingers, desk, number, chance))
            told["mouse"] = fingers.mouse

        return receive

    steps: list[Step] = [("a party", 1, party(number)) for number in range(parties)]
    return iter(steps)


def _receive(fingers: Fingers, desk: Any, number: int, chance: random.Random) -> dict[str, int]:
    form, strip = desk.form, desk.strip
    before = form.visit.id if form.visit is not None else 0
    fingers.press(Key.Key_F2)
    until(desk.arrival.people.hasFocus, "F2 asks how many")
    fingers.sign(str(chance.randint(1, 4)))
    fingers.press(Key.Key_Return)
    until(lambda: form.visit is not None and form.visit.id > before, "Enter opens the visit")
    until(form.name.hasFocus, "the cursor stands in the name")
    opened, _text = fingers.take()

    fingers.write(chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN))
    fingers.press(Key.Key_Return)
    until(form.phone.hasFocus, "Enter goes on to the phone")
    fingers.write(f"139{number:04}{chance.randint(1000, 9999)}")
    fingers.press(Key.Key_Return)
    until(lambda: form.visit.customer_id is not None, "the phone captures him")
    until(lambda: form.model.hasFocus() or form.model.lineEdit().hasFocus(), "then the model")
    fingers.write("海豚")
    fingers.press(Key.Key_Return)
    until(lambda: form.visit.model_id is not None, "the model is saved")
    while not form.level.hasFocus():  # what lies between counts
        fingers.press(Key.Key_Tab)
    fingers.sign(chance.choice("HABC"))
    until(lambda: form.visit.level is not None, "a letter sets the level")
    asks = sum(state.asks for state in form.visit.strip)
    fingers.press(Key.Key_1, Alt)
    until(strip.hasFocus, "Alt+1 chooses the moment")
    fingers.sign("\\")
    fingers.sign(str(chance.randint(1, 4)))
    fingers.sign("2")
    fingers.press(Key.Key_Return)
    until(lambda: _asks(desk) == asks + 2, "one refusal, one contact given")
    fingers.press(Key.Key_F8)
    until(lambda: desk.form.visit.left_at is not None, "F8: they left")
    finished, text = fingers.take()
    return {"open": opened, "finish": finished, "text of": text}


def _asks(desk: Any) -> int:
    return sum(state.asks for state in desk.form.visit.strip)
