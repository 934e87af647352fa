"""The locked desk: one page over the whole window, and the watch that locks when nobody moves."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from showroom.errors import ShowroomError
from showroom.i18n import _
from ui import dialogs, jobs, place, style
from ui.chairs import LINE, Chair, ChairButton
from ui.fields import Text
from ui.jobs import Job
from ui.widgets import Button, label, slim

WIDE, SHOWN = 360, 8
AGAIN_MS = 1000  # a writing job is waited for

_MOVES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)


Check = Callable[[int, str], None]  # id, PIN
Reset = Callable[[int, str, str], None]  # id, recovery code, new PIN


class LockPage(QWidget):
    """Who sits down: a digit chooses somebody, then the PIN and Enter; Escape goes back.

    `check(id, pin)` runs on a thread and raises the sentence of a refusal; `opened(id)` follows
    the right PIN. `reset(id, code, pin)` does so with a recovery code and a new PIN.
    """

    opened = Signal(int)

    def __init__(self, window: QWidget, check: Check, reset: Reset | None = None) -> None:
        super().__init__(window)
        self.setObjectName("lock")
        self.setAccessibleName(_("The desk is locked"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.chairs: list[ChairButton] = []
        self._check, self._reset = check, reset
        self._chair: Chair | None = None
        self._checking = False

        self.title = label(_("Who sits down?"), "title", name="lock.title")
        self.without = label("", "muted", name="lock.without", wrap=True)
        self._list = QWidget()
        self._lines = QVBoxLayout(self._list)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        area = QScrollArea()
        slim(area)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._list)
        self._list.setAutoFillBackground(False)
        self._area = area
        choosing = QWidget()
        column = QVBoxLayout(choosing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addWidget(self.title)
        column.addWidget(area)
        column.addWidget(self.without)
        column.addStretch()

        self.name = label("", "title", name="lock.name")
        self.role = label("", "note", name="lock.role")
        self.pin = Text("pin", _("PIN"), placeholder=_("PIN, then Enter"), max_length=8)
        self.pin.setObjectName("lock.pin")
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setInputMethodHints(
            Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhHiddenText
        )
        self.problem = label("", "problem", name="lock.problem", wrap=True)
        self.enter = Button(_("Sit Down"), "Return", kind="primary", name="lock.enter")
        self.back = Button(_("Somebody Else"), "Esc", name="lock.back")
        self.forgot = Button(_("Forgotten PIN…"), kind="quiet", name="lock.forgot")
        who = QHBoxLayout()
        who.setSpacing(style.M)
        who.addWidget(self.name)
        who.addWidget(self.role, 1)
        foot = QHBoxLayout()
        foot.setSpacing(style.M)
        foot.addWidget(self.enter)
        foot.addWidget(self.back)
        foot.addStretch()
        foot.addWidget(self.forgot)
        asking = QWidget()
        column = QVBoxLayout(asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addLayout(who)
        column.addWidget(self.pin)
        column.addWidget(self.problem)
        column.addLayout(foot)
        column.addStretch()

        self.pile = QStackedWidget()
        self.pile.addWidget(choosing)
        self.pile.addWidget(asking)
        self.pile.setFixedWidth(WIDE)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addSpacing(72)  # the lock and the name of the program are painted there
        whole.addWidget(self.pile, 3, Qt.AlignmentFlag.AlignHCenter)

        self.pin.entered.connect(self._try)
        self.pin.edited.connect(lambda: self.problem.setText(""))
        self.enter.clicked.connect(self._try)
        self.back.clicked.connect(self._choose_again)
        self.forgot.clicked.connect(self._forget)
        self.hide()

    def show_chairs(self, chairs: Sequence[Chair], staff_id: int = 0) -> None:
        """Ask who sits down; with `staff_id` (or only one to choose) ask for the PIN at once."""
        self._fill(chairs)
        window = self.parentWidget()
        assert window is not None
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        known = [button.chair for button in self.chairs]
        chosen = [one for one in known if one.id == staff_id] or known[: len(known) == 1]
        if chosen:
            self._ask(chosen[0])
        else:
            self._choose_again()

    def _fill(self, chairs: Sequence[Chair]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.chairs = []
        for number, chair in enumerate((one for one in chairs if one.has_pin), 1):
            button = ChairButton(chair, str(number) if number < 10 else "")
            button.clicked.connect(self._asker(chair))
            self._lines.addWidget(button)
            self.chairs.append(button)
        self._lines.addStretch()
        self._area.setFixedHeight(min(len(self.chairs), SHOWN) * LINE)
        names = [one.name for one in chairs if not one.has_pin]
        words = _("No PIN yet: {names}").format(names=" · ".join(names)) if names else ""
        self.without.setText(words)
        self.without.setVisible(bool(words))

    def _asker(self, chair: Chair) -> Callable[[], None]:
        return lambda: self._ask(chair)

    def _ask(self, chair: Chair) -> None:
        self._chair = chair
        self.name.setText(chair.name)
        self.role.setText(chair.role)
        self.problem.setText("")
        self.pin.clear()
        self.back.setVisible(len(self.chairs) > 1)
        self.forgot.setVisible(chair.keeper and self._reset is not None)
        self._drop_forgotten()
        self.pile.setCurrentIndex(1)
        self.pin.setFocus()

    def _choose_again(self) -> None:
        if self._checking:
            return
        self._chair = None
        self.pin.clear()
        self._drop_forgotten()
        self.pile.setCurrentIndex(0)
        (self.chairs[0] if self.chairs else self).setFocus()

    def _forget(self) -> None:
        """Ask for the recovery code and a new PIN instead."""
        chair, reset = self._chair, self._reset
        if chair is None or reset is None or self._checking:
            return
        from ui.forgotten import ForgottenPage

        page = ForgottenPage(chair.id, chair.name, reset)
        page.done.connect(self.opened)
        page.back.connect(lambda: self._ask(chair))
        self.pile.setCurrentIndex(self.pile.addWidget(page))
        page.setFocus()

    def _drop_forgotten(self) -> None:
        while self.pile.count() > 2:
            page = self.pile.widget(2)
            assert page is not None
            self.pile.removeWidget(page)
            page.deleteLater()

    def _try(self) -> None:
        chair, typed = self._chair, self.pin.text()
        if chair is None or not typed or self._checking:
            return
        self._checking = True
        self.pin.setReadOnly(True)
        Job(
            self,
            "",
            lambda _progress: self._check(chair.id, typed),
            lambda _none: self._let_in(chair.id),
            quiet=True,
            failed=self._refuse,
        )

    def _let_in(self, id: int) -> None:
        self._end_check()
        self.opened.emit(id)

    def _refuse(self, error: Exception) -> None:
        self._end_check()
        if not isinstance(error, ShowroomError):
            raise error
        self.problem.setText(str(error))
        self.pin.setFocus()

    def _end_check(self) -> None:
        self._checking = False
        self.pin.setReadOnly(False)
        self.pin.clear()

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Nothing typed here goes anywhere else."""
        number = event.text()
        key = event.key()
        if self._chair is not None and key == Qt.Key.Key_Escape and self.pile.count() > 2:
            self._ask(self._chair)
        elif self._chair is not None and key == Qt.Key.Key_Escape and len(self.chairs) > 1:
            self._choose_again()
        elif self._chair is None and number.isdecimal() and 0 < int(number) <= len(self.chairs):
            self._ask(self.chairs[int(number) - 1].chair)
        elif self._chair is None and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("ground"))
        left, top = self.pile.x(), self.pile.y() - 56
        style.paint_icon(painter, "lock", "accent", QRect(left, top, 24, 24))
        painter.setFont(style.font(15, strong=True))
        painter.setPen(style.colour("text"))
        words = QRect(left + 34, top, WIDE, 24)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), _("Showroom Desk"))


class Lock(QObject):
    """Locks a window and lets somebody in again; `watch(seconds)` locks it when nobody moves.

    `opened(id)` follows when the window is as it was. `leave` keeps what is half typed.
    """

    opened = Signal(int)

    def __init__(
        self,
        window: QMainWindow,
        chairs: Callable[[], Sequence[Chair]],
        check: Check,
        leave: Callable[[], None],
        reset: Reset | None = None,
    ) -> None:
        super().__init__(window)
        self.page = LockPage(window, check, reset)
        self.page.opened.connect(self._open)
        self.clock: Callable[[], float] = time.monotonic
        self._window, self._chairs, self._leave = window, chairs, leave
        self._seconds = 0
        self._moved = 0.0
        self._before: place.Place | None = None
        self._hidden: list[QWidget] = []
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        window.installEventFilter(self)

    def is_locked(self) -> bool:
        """Tell whether the page stands over the window."""
        return not self.page.isHidden()

    def watch(self, seconds: int) -> None:
        """Lock after so many seconds without a key or a move of the mouse; 0: never."""
        app = QApplication.instance()
        if seconds == self._seconds or app is None:
            return
        app.removeEventFilter(self)
        self._timer.stop()
        self._seconds = seconds
        if seconds:
            self._moved = self.clock()
            app.installEventFilter(self)
            self._timer.start(seconds * 1000)

    def end(self) -> None:
        """Watch no more: the window closes."""
        self.watch(0)
        if self.is_locked():
            dialogs.release(say=False)

    def lock(self, staff_id: int = 0) -> None:
        """Cover the window now; with `staff_id` that person's PIN is asked for."""
        if not self.is_locked():
            self._cover()
        self.page.show_chairs(self._chairs(), staff_id)

    def _cover(self) -> None:
        window = self._window
        QGuiApplication.inputMethod().commit()
        with suppress(ShowroomError):  # what cannot be saved now stays in its field
            self._leave()
        self._close_others()
        dialogs.hold()
        self._before = place.keep(window.focusWidget())
        for action in window.actions():
            action.setEnabled(action.objectName() == "window.key.Ctrl+Q")
        pages = window.centralWidget()
        self._hidden = [pages] if pages is not None else []
        for child in window.children():
            if isinstance(child, QWidget) and child is not self.page and not child.isHidden():
                child.hide()
        window.setWindowTitle(_("Showroom Desk"))

    def _close_others(self) -> None:
        """Close menus, lists, tooltips, questions and previews: no word of them stays."""
        QToolTip.hideText()
        for _popup in range(8):
            popup = QApplication.activePopupWidget()
            if popup is None:
                break
            popup.close()
        for other in QApplication.topLevelWidgets():
            if other is self._window or not other.isVisible():
                continue
            if isinstance(other, QDialog):
                other.reject()
            else:
                other.close()

    def _open(self, id: int) -> None:
        for child in self._hidden:
            child.show()
        self.page.hide()
        for action in self._window.actions():
            action.setEnabled(True)
        self._moved = self.clock()
        place.give_back(self._before, self._window)
        self._before = None
        self.opened.emit(id)
        QTimer.singleShot(0, self, dialogs.release)

    def _look(self) -> None:
        left = self._seconds - (self.clock() - self._moved)
        if left <= 0 and any(job.writes for job in jobs.running()):
            left = AGAIN_MS / 1000
        if left <= 0 and not self.is_locked():
            self.lock()
        self._timer.start(round(left * 1000) if left > 0 else self._seconds * 1000)

    # -- Qt --

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _MOVES:
            self._moved = self.clock()
        elif kind == QEvent.Type.Resize and watched is self._window:
            self.page.setGeometry(self._window.rect())
        return False
