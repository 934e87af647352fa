"""A hidden number is shown for a short while: one key, one digit for the reason.

self.reveal = Reveal(self)                       # the page places `self.reveal.button`
self.reveal.show_for(row.customer_id, row.phone) # whenever that number is shown anew
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from showroom.guard import mask
from showroom.i18n import _
from showroom.text import is_hidden
from ui import style
from ui.forms import Text
from ui.widgets import Button, label

if TYPE_CHECKING:
    from ui.page import Page

KEY: Final = "F7"
TICK_MS: Final = 200
WIDE: Final = 250


class Reveal(QObject):
    """An eye beside a hidden number; while the number is shown it says for how long still.

    `tight`: its key stands in the tooltip only.
    """

    def __init__(self, page: Page, *, tight: bool = False) -> None:
        super().__init__(page)
        self._page, self._id, self._tight = page, 0, tight
        self.button = page.button(
            _("Show Number"), KEY, self._press, kind="quiet", icon="eye", name="reveal"
        )
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.hide()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._count)

    @cached_property
    def box(self) -> ReasonBox:
        """The question, made when it is first asked: the page opens sooner."""
        made = ReasonBox(self._page)
        made.chosen.connect(self._show)
        return made

    def show_for(self, customer_id: int, shown: str) -> None:
        """Stand beside the number of a customer as it is shown now; 0 is nobody's."""
        if customer_id != self._id and "box" in vars(self):
            self.box.hide()
        self._id = customer_id
        self.button.setVisible(bool(self._left()) or is_hidden(shown))
        self._count()

    def _left(self) -> int:
        return mask.left(self._page.db, self._id)

    def _press(self) -> None:
        if self._left():
            mask.hide(self._page.db, self._id)
        else:
            self.box.ask(self.button)

    def _show(self, reason: str) -> None:
        with self._page.reporting():
            mask.reveal(self._page.db, self._id, reason)

    def _count(self) -> None:
        """Say for how long still; hide what is over."""
        left = self._left()
        words = _("Shown for {count} s").format(count=left) if left else _("Show Number")
        if words != self.button.accessibleDescription():
            self.button.key = "" if left or self._tight else KEY
            self.button.setText(_("{count} s").format(count=left) if left else "")
            self.button.setAccessibleName(_("Hide it now") if left else words)
            self.button.setAccessibleDescription(words)
            self.button.setToolTip(style.tip(f"{self.button.accessibleName()} ({KEY})"))
        if self._page.db.revealed:
            self._tick.start()
        else:
            self._tick.stop()
        mask.hide(self._page.db)


class ReasonBox(QFrame):
    """Asks why a number is needed: a digit, or words and Enter; Escape closes it.

    `chosen(reason)` in words.
    """

    chosen = Signal(str)

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.setObjectName(f"{page.code}.reason_box")
        self.setAccessibleName(_("Why is the number needed?"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(WIDE)
        self._before: QWidget | None = None
        self.buttons: list[Button] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.L, style.L, style.L, style.L)
        layout.setSpacing(style.S)
        layout.addWidget(label(_("Why is the number needed?"), "section"))
        for number, (code, words) in enumerate(mask.REASONS.items(), 1):
            button = Button(_(words), str(number), name=f"{self.objectName()}.{code}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _on=False, words=words: self._choose(_(words)))
            self.buttons.append(button)
            layout.addWidget(button)
        other = len(self.buttons) + 1
        self.other = Text(
            "other", _("Another reason"), placeholder=_("{key} · another reason").format(key=other)
        )
        self.other.setObjectName(f"{self.objectName()}.other")
        self.other.entered.connect(lambda: self._choose(self.other.value()))
        layout.addWidget(self.other)
        layout.addWidget(label(_("It is noted in the trail."), "muted"))
        self.hide()

    def ask(self, button: QWidget) -> None:
        """Open below a button, or above it where there is no room."""
        page = self.parentWidget()
        assert page is not None
        self._before = QApplication.focusWidget()
        self.other.set_value("")
        self.adjustSize()
        spot = button.mapTo(page, QPoint(0, button.height() + style.S))
        if spot.y() + self.height() > page.height() - style.M:
            spot.setY(spot.y() - self.height() - button.height() - 2 * style.S)
        spot.setX(max(min(spot.x(), page.width() - self.width() - style.M), style.M))
        self.move(spot)
        self.show()
        self.raise_()
        self.setFocus()

    def _choose(self, reason: str) -> None:
        if reason:
            self.hide()
            self.chosen.emit(reason)

    # -- Qt --

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.text().isdecimal() or event.key() == Qt.Key.Key_Escape)
        ):
            event.accept()  # they mean something else on the page
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif not typed.isdecimal() or self.other.hasFocus():
            super().keyPressEvent(event)
        elif 0 < int(typed) <= len(self.buttons):
            self.buttons[int(typed) - 1].click()
        elif int(typed) == len(self.buttons) + 1:
            self.other.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Also when the desk locks or another page is shown: nobody comes back to a question."""
        super().hideEvent(event)
        self.setVisible(False)
        if self._before is not None and self._before.isVisible():
            self._before.setFocus()
        self._before = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        style.rounded(
            QPainter(self), QRectF(self.rect()), style.colour("surface"), style.colour("line")
        )
