"""The receptionist's hands: the day of `ui.tour_day` typed into the real window, key by key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from showroom import choices
from showroom.door import visits
from showroom.store.models import ChoiceKind, Honorific, Refusal, VisitKind
from ui.lock import LockPage
from ui.tour_day import DAY, HALF_A_PHONE, PIN, TODAY, Party, Try, moment, receptionist

if TYPE_CHECKING:
    from showroom.store.db import Database
    from ui.deal_form import DealForm
    from ui.deal_tool import DealTool
    from ui.drive_tool import DriveTool
    from ui.main_window import MainWindow
    from ui.pages.desk import DeskPage

PATIENCE_MS: Final = 5000


class Hands:
    """The receptionist's hands: they press keys and type into the real window."""

    def __init__(self, window: MainWindow, db: Database) -> None:
        self.window = window
        self.db = db
        self.visits: dict[Party, int] = {}

    @property
    def desk(self) -> DeskPage:
        """The desk page."""
        return cast("DeskPage", self.window.page("desk"))

    def play(self) -> None:
        """Play the day up to the moment the pictures are taken."""
        steps: list[tuple[str, int, Callable[[], None]]] = []
        for number, party in enumerate(DAY):
            steps += [(clock, number, step) for clock, step in self._steps(party)]
        for clock, _number, step in sorted(steps, key=lambda each: each[:2]):
            self.db.clock = partial(moment, clock)
            step()

    def sit_down(self) -> None:
        """The receptionist gives her PIN at the locked desk."""
        lock = self.window.findChild(LockPage)
        assert isinstance(lock, LockPage)
        chairs = [button.chair.id for button in lock.chairs]
        QTest.keyClicks(lock, str(chairs.index(receptionist(self.db)) + 1))
        self.write(lock.pin, PIN)
        self.press(Qt.Key.Key_Return, lock.pin)
        until(lambda: not self.window.is_locked())

    def type_half_a_phone(self) -> None:
        """The party of 09:42 is just saying its phone number."""
        with self.db.read() as session:
            present = visits.of_day(session, TODAY).present
        self.desk.show_id(present[0])
        self.write(self.desk.form.phone, HALF_A_PHONE)

    def _steps(self, party: Party) -> list[tuple[str, Callable[[], None]]]:
        steps: list[tuple[str, Callable[[], None]]] = [(party.came, partial(self.arrive, party))]
        steps += [(each.clock, partial(self.ask, party, each)) for each in party.tries]
        filled = max((each.clock for each in party.tries), default=party.came)
        steps.append((filled, partial(self.complete, party)))
        if party.drove:
            steps.append((party.drove, partial(self.drive_off, party)))
        if party.back:
            steps.append((party.back, partial(self.come_back, party)))
        if party.bought:
            steps.append((party.bought, partial(self.close_deal, party)))
        if party.left:
            steps.append((party.left, partial(self.note, party, Qt.Key.Key_F8)))
        return steps

    def turn_to(self, party: Party) -> None:
        """Choose the party's visit."""
        self.desk.show_id(self.visits[party])

    def arrive(self, party: Party) -> None:
        """F2, a digit, Enter; or F3 for a call, F4 for an errand."""
        desk = self.desk
        before = desk.form.visit
        key = {VisitKind.CALL: Qt.Key.Key_F3, VisitKind.ERRAND: Qt.Key.Key_F4}.get(
            party.kind, Qt.Key.Key_F2
        )
        self.press(key)
        if party.kind is not VisitKind.CALL:
            until(desk.arrival.isVisible)
            QTest.keyClicks(desk.arrival.people, str(party.people))
            if party.errand:
                with self.db.read() as session:
                    errand = choices.find(session, ChoiceKind.ERRAND, party.errand)
                assert errand is not None
                place = list(desk.arrival.errand.parts).index(errand) + 1
                QTest.keyClicks(desk.arrival.errand, str(place))
            else:
                self.press(Qt.Key.Key_Return, desk.arrival.people)
        until(lambda: desk.form.visit not in (None, before))
        assert desk.form.visit is not None
        self.visits[party] = desk.form.visit.id

    def ask(self, party: Party, tried: Try) -> None:
        """Choose the moment by its digit; Enter for given, a backslash and a digit for refused."""
        self.turn_to(party)
        strip = self.desk.strip
        strip.setFocus()
        QTest.keyClicks(strip, str(tried.moment))
        if tried.refused is None:
            self.press(Qt.Key.Key_Return, strip)
        else:
            QTest.keyClicks(strip, "\\" + str(list(Refusal).index(tried.refused) + 1))

    def complete(self, party: Party) -> None:
        """Type what is known of the party."""
        self.turn_to(party)
        form = self.desk.form
        if party.name:
            self.write(form.name, party.name)
            self.press(Qt.Key.Key_Tab, form.name)
            form.honorific.setFocus()
            for _step in range(list(Honorific).index(party.honorific)):
                self.press(Qt.Key.Key_Down, form.honorific)
        if party.phone:
            self.write(form.phone, party.phone)
            self.press(Qt.Key.Key_Tab, form.phone)
        for field, words in (
            (form.model, party.model),
            (form.channel, party.channel),
            (form.consultant, party.consultant),
        ):
            if words and not field.isHidden():
                self.choose(field, words)
        if party.level:
            form.level.setFocus()
            QTest.keyClicks(form.level, party.level)
        if party.note:
            form.note.setFocus()
            self.commit(form.note, party.note)
        form.name.setFocus()

    def drive_off(self, party: Party) -> None:
        """F6, the licence seen, Ctrl+Enter."""
        self.turn_to(party)
        tool = self.drive_tool()
        tool.licence.setFocus()
        self.press(Qt.Key.Key_Space, tool.licence)
        self.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
        until(lambda: self.desk.tools.current is None)

    def come_back(self, party: Party) -> None:
        """F6, what the odometer says, Enter."""
        self.turn_to(party)
        tool = self.drive_tool()
        assert tool.out is not None
        self.write(tool.km, str((tool.out.km_out or 0) + 7))
        self.press(Qt.Key.Key_Return, tool.km)
        until(lambda: self.desk.tools.current is None)

    def drive_tool(self) -> DriveTool:
        """What F6 opens."""
        self.press(Qt.Key.Key_F6)
        until(lambda: self.desk.tools.current is not None)
        return cast("DriveTool", self.desk.tools.current)

    def note(self, party: Party, key: Qt.Key) -> None:
        """F8, they left."""
        self.turn_to(party)
        visit = self.desk.form.visit
        self.press(key)
        until(lambda: self.desk.form.visit != visit)

    def close_deal(self, party: Party) -> None:
        """F9, price, deposit, Ctrl+Enter."""
        desk = self.desk
        self.turn_to(party)
        self.press(Qt.Key.Key_F9)
        deal = self.deal_form()
        self.write(deal.price, "20.58万")
        self.write(deal.deposit, "5000")
        self.choose(deal.colour, "灰色")
        self.write(deal.planned_on, "+18")
        self.press(Qt.Key.Key_Return, modifier=Qt.KeyboardModifier.ControlModifier)
        until(lambda: desk.tools.current is None)

    def begin_deal(self) -> None:
        """F9 for the customer who came again."""
        with self.db.read() as session:
            present = visits.of_day(session, TODAY).present
        self.desk.show_id(present[1])
        self.press(Qt.Key.Key_F9)
        self.write(self.deal_form().price, "15.28万")

    def deal_form(self) -> DealForm:
        """The form that F9 opened."""
        until(lambda: self.desk.tools.current is not None)
        return cast("DealTool", self.desk.tools.current).form

    # -- fingers

    def press(
        self,
        key: Qt.Key,
        widget: QWidget | None = None,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        """Press one key where the keyboard is, or in a widget."""
        target = widget or QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier)

    def write(self, field: QLineEdit, words: str) -> None:
        """Type over what stands in a field; Chinese comes from the input method."""
        field.setFocus()
        field.selectAll()
        if words.isascii():
            QTest.keyClicks(field, words)
        else:
            self.commit(field, words)

    def commit(self, widget: QWidget, words: str) -> None:
        """Let the input method hand over its words."""
        event = QInputMethodEvent()
        event.setCommitString(words)
        QApplication.sendEvent(widget, event)

    def choose(self, field: QComboBox, words: str) -> None:
        """Type a word of a list and go on."""
        line = field.lineEdit()
        assert line is not None
        self.write(line, words)
        completer = field.completer()
        popup = completer.popup() if completer is not None else None
        if popup is not None:
            popup.hide()
        self.press(Qt.Key.Key_Tab, line)


def until(done: Callable[[], bool]) -> None:
    """Let the program run until something has happened."""
    clock = QElapsedTimer()
    clock.start()
    while not done():
        if clock.elapsed() > PATIENCE_MS:
            raise TimeoutError("the window did not do what its keys say")
        QTest.qWait(5)
