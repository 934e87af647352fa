"""A fact that is read, and turned into its field where it stands: a click, Enter or F2 on it.

Enter and Tab save it, Escape leaves it as it was; what cannot be is said below the field. What is
empty takes no room: a line of what may be added stands below (`FactGrid`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from showroom.errors import Cancelled, Invalid, ShowroomError
from showroom.i18n import _
from showroom.text import is_hidden
from ui import style
from ui.fields import ENTER
from ui.forms import Field
from ui.quiet import Quiet
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.store.db import Session
    from ui.page import Page

Make = Callable[["Session"], Field]
Save = Callable[["Session", Any], None]

LOST_FOR_A_WHILE: Final = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
_RUN: Final = re.compile(r"[!-~]{18}(?=[!-~])")


class Shown(QLabel):
    """The words of a fact; `asked()` when they are to be changed, `copied()` for Ctrl+C."""

    asked = Signal()
    copied = Signal()

    def __init__(self, name: str, caption: str, *, editable: bool) -> None:
        super().__init__()
        self.words, self.editable = "", editable
        self.setObjectName(name)
        self.setAccessibleName(caption)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setContentsMargins(style.S, 2, style.S, 2)
        if editable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_words(self, words: str) -> None:
        """Show these; a long run of letters may break anywhere."""
        if words != self.words:
            self.words = words
            self.setText(_RUN.sub(lambda run: f"{run[0]}\u200b", words))
            self.setAccessibleDescription(words)

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (*ENTER, Qt.Key.Key_F2) and self.editable:
            self.asked.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.editable:
            self.asked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.editable and (self.underMouse() or self.hasFocus()):
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(1, 0, -1, 0)
            if self.underMouse():
                style.rounded(painter, box, style.colour("hover"), None)
            if self.hasFocus():
                painter.setPen(QPen(style.colour("accent"), 2))
                painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), style.RADIUS, style.RADIUS)
            painter.end()
        super().paintEvent(event)


class Fact(QWidget):
    """One fact: `show_value(words, value)`; without `make` and `save` it is only read.

    `make(session)` gives the field, with its lists filled; `save(session, value)` runs in one
    transaction of its own, so that one undo takes it back. `editing(bool)` tells when the field
    comes and goes. `copies`: a click copies what is shown, when it is shown whole.
    """

    editing = Signal(bool)

    def __init__(
        self,
        page: Page,
        name: str,
        caption: str,
        make: Make | None = None,
        save: Save | None = None,
        *,
        copies: bool = False,
    ) -> None:
        super().__init__()
        self.page, self.name, self.caption = page, name, caption
        self._make, self._save, self._copies = make, save, copies
        self._value: Any = None
        self._begun: Any = None
        self._saving = False
        self._before: QWidget | None = None  # what had the keyboard before the field
        self.field: Field | None = None
        self.shown = Shown(f"{page.code}.file.{name}", caption, editable=make is not None)
        self.copy_button = Quiet(icon="copy", name=f"{page.code}.file.{name}.copy")
        self.copy_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.copy_button.setAccessibleName(_("Copy"))
        self.copy_button.setToolTip(style.tip(_("Copy (Ctrl+C on it)")))
        self.copy_button.clicked.connect(self.copy)
        self.copy_button.hide()
        self.problem: QLabel | None = None
        line = QHBoxLayout()
        line.setSpacing(0)
        line.addWidget(self.shown, 1)
        line.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addLayout(line)
        self.shown.asked.connect(self.edit)
        self.shown.copied.connect(self.copy)

    # -- what is shown --

    def show_value(self, words: str, value: Any = None, *, tone: str = "") -> None:
        """Show these words; the field will begin with `value`. What is being typed stays.

        Unless it can be seen no longer: then the field goes.
        """
        if self.field is not None and is_hidden(words) and not is_hidden(self.shown.words):
            self.leave()
        self.shown.show_words(words)
        style.set_role(self.shown, role=tone)
        self._value = value
        self.copy_button.setVisible(self._copies and bool(words) and not is_hidden(words))

    def text(self) -> str:
        """Return the words that are shown."""
        return self.shown.words

    def copy(self) -> None:
        """Put what is shown on the clipboard, unless part of it is hidden."""
        if self._copies and self.text() and not is_hidden(self.text()):
            QGuiApplication.clipboard().setText(self.text())
            self.page.said.emit(_("{what} copied.").format(what=self.caption))

    # -- changing it --

    def edit(self) -> None:
        """Turn the fact into its field, with the keyboard in it."""
        if self._make is None or self.field is not None:
            return
        with self.page.db.read() as session:
            field = self._make(session)
        self.field, self._before = field, QApplication.focusWidget()
        field.setObjectName(f"{self.shown.objectName()}.field")
        field.set_value(self._value)
        self._begun = field.raw()
        field.entered.connect(self._entered)
        field.edited.connect(partial(self.say, ""))
        field.installEventFilter(self)
        self.shown.hide()
        self.copy_button.hide()
        self._column.addWidget(field)
        self.setVisible(True)
        self.editing.emit(True)
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        if hasattr(field, "selectAll"):
            field.selectAll()

    def settle(self) -> bool:
        """Save what is typed and show it; False where it cannot be: the sentence stands below."""
        field = self.field
        if field is None:
            return True
        assert self._save is not None
        try:
            value = field.value()
            if field.raw() != self._begun:
                self._saving = True
                with self.page.db.write() as session:
                    self._save(session, value)
        except Cancelled:
            return False
        except Invalid as error:
            self.say(" ".join(error.problems.values()))
            return False
        except ShowroomError as error:
            self.say(str(error))
            return False
        finally:
            self._saving = False
        self.leave()
        return True

    def is_typing(self) -> bool:
        """Tell whether something is being typed that is not yet saved."""
        return self.field is not None and not self._saving

    def leave(self) -> None:
        """Show the fact again as it is; what is typed is gone."""
        field, self.field = self.field, None
        if field is None:
            return
        field.removeEventFilter(self)
        self.say("")
        had = field.hasFocus()
        self._column.removeWidget(field)
        field.hide()
        field.deleteLater()
        self.shown.show()
        self.copy_button.setVisible(
            self._copies and bool(self.text()) and not is_hidden(self.text())
        )
        self.editing.emit(False)
        if had:
            self._give_back()

    def _give_back(self) -> None:
        """The keyboard to the fact; where an empty one is not shown, to what had it before."""
        before = self._before
        if self.shown.isVisible():
            self.shown.setFocus()
        elif before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus()
        else:
            self.page.focus_first()

    def say(self, problem: str) -> None:
        """Say below the field what is wrong with it."""
        if self.problem is None:
            if not problem:
                return
            name = f"{self.shown.objectName()}.problem"
            self.problem = label("", "problem", name=name, wrap=True)
            self._column.addWidget(self.problem)
        self._column.removeWidget(self.problem)
        self._column.addWidget(self.problem)  # below the field
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        if self.field is not None:
            self.field.setAccessibleDescription(problem)
            style.set_role(self.field, problem="true" if problem else "")

    # -- inside --

    def _entered(self) -> None:
        if self.settle() and self.shown.isVisible():
            self.shown.setFocus()

    def _tab(self, forward: bool) -> None:
        if self.settle():
            start = self.shown if self.shown.isVisible() else self
            start.setFocus()
            self.window().focusNextPrevChild(forward)

    def _gone(self) -> None:
        """The keyboard went elsewhere on this page: what is typed is saved."""
        if self.field is not None and not self.field.hasFocus() and self.page.isVisible():
            self.settle()

    # -- Qt --

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() not in LOST_FOR_A_WHILE:
                QTimer.singleShot(0, self, self._gone)
            return False
        if not isinstance(event, QKeyEvent) or _composes(self.field):
            return False
        key = event.key()
        if kind == QEvent.Type.ShortcutOverride:
            if key == Qt.Key.Key_Escape or _types(event):
                event.accept()  # Esc leaves the fact, letters are typed
            return False
        if kind != QEvent.Type.KeyPress:
            return False
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._tab(key == Qt.Key.Key_Tab)
        else:
            return False
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.field is not None and not event.spontaneous():
            QTimer.singleShot(0, self, self._hidden)

    def _hidden(self) -> None:
        """Another part of the file is shown: what is typed is saved, or left where it cannot be.

        It stays while the whole page is away or the desk is locked.
        """
        if self.page.isVisible() and not self.isVisible() and not self.settle():
            self.leave()


def _types(event: QKeyEvent) -> bool:
    """Tell whether a key types something; Ctrl+1 has a text too, and is a key of the window."""
    alt_gr = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    held = event.modifiers() & (alt_gr | Qt.KeyboardModifier.MetaModifier)
    return bool(event.text()) and event.text().isprintable() and (not held or held == alt_gr)


def _composes(field: Field | None) -> bool:
    return bool(getattr(field, "is_composing", bool)())
