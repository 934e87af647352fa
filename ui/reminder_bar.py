"""What became due, in one quiet line above the page: opened or put away by a key.

It never takes the keyboard from who types. What is done meanwhile goes by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom.i18n import _, ngettext
from ui import style
from ui.widgets import Button, Words

if TYPE_CHECKING:
    from showroom.care.reminders import Due
    from ui.main_window import MainWindow

OPEN, AWAY = "Ctrl+Shift+O", "Ctrl+Shift+X"
HIGH: Final = 40


class ReminderBar(QWidget):
    """`add(found)` and `keep(still)`; `asked(Due)` when somebody wants to see what one is about.

    What came last is shown, for its time is now, and how many wait behind it.
    """

    asked = Signal(object)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("window.reminder")
        self.setFixedHeight(HIGH)
        self._waiting: list[Due] = []
        self._named = False
        self.words = Words(size=13, tone="text", name="window.reminder.words")
        self.more = Words(name="window.reminder.more")
        self.open = Button(_("Show It"), OPEN, name="window.reminder.open")
        self.away = Button(_("Put Away"), AWAY, kind="quiet", name="window.reminder.away")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.XL + style.ICON + style.M, 0, style.XL, 1)
        layout.setSpacing(style.L)
        layout.addWidget(self.words)
        layout.addWidget(self.more)
        layout.addStretch(1)
        self._keys: list[QAction] = []
        for button, slot in ((self.open, self._open), (self.away, self._put_away)):
            button.setFixedHeight(28)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(slot)
            layout.addWidget(button)
            action = QAction(button.text(), window)
            action.setObjectName(f"window.key.{button.key}")
            action.setShortcut(QKeySequence(button.key))
            action.triggered.connect(slot)
            window.addAction(action)
            self._keys.append(action)
        self._show()

    def add(self, found: Sequence[Due], *, named: bool) -> None:
        """Show these, too; `named`: somebody sits here who may read the names."""
        there = {one.key for one in self._waiting}
        self._waiting += [one for one in found if one.key not in there]
        self._waiting.sort(key=lambda one: one.at, reverse=True)
        self._named = named
        self._show()

    def keep(self, still: Sequence[Due], *, named: bool) -> None:
        """Of those that wait keep what is due still, in the words of now."""
        fresh = {one.key: one for one in still}
        self._waiting = [fresh[one.key] for one in self._waiting if one.key in fresh]
        self._named = named
        self._show()

    def waiting(self) -> list[str]:
        """The keys of what waits here to be seen."""
        return [one.key for one in self._waiting]

    def keys(self) -> list[tuple[str, str]]:
        """Return (key, words) of the keys that work while something is shown."""
        said = ((OPEN, _("Open the reminder")), (AWAY, _("Put the reminder away")))
        return list(said) if self._waiting else []

    # -- inside --

    def _open(self) -> None:
        if self._waiting and not self._window.is_locked():
            one = self._waiting.pop(0)
            self._show()
            self.asked.emit(one)

    def _put_away(self) -> None:
        if not self._window.is_locked():
            del self._waiting[:1]
            self._show()

    def _show(self) -> None:
        first, behind = self._waiting[:1], len(self._waiting) - 1
        self.words.set_text(first[0].said(named=self._named) if first else "")
        said = ngettext("and {count} more", "and {count} more", behind).format(count=behind)
        self.more.set_text(said if behind > 0 else "")
        for action in self._keys:
            action.setEnabled(bool(first))
        self.setVisible(bool(first))

    # -- Qt --

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("soon_soft"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, style.colour("line"))
        top = (self.height() - style.ICON) // 2
        style.paint_icon(painter, "bell", "soon", QRect(style.XL, top, style.ICON, style.ICON))
