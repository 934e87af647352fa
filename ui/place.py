"""Where somebody was typing: the field with its cursor and its mark, to come back to."""

from __future__ import annotations

from typing import Any, NamedTuple

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget


class Place(NamedTuple):
    """What had the keyboard, `anchor` and `at` of its cursor, and what it was `about`."""

    widget: QWidget
    anchor: int
    at: int
    about: Any = None


def keep(widget: QWidget | None, about: Any = None) -> Place | None:
    """Remember where the cursor stands; before the keyboard goes, for a line forgets its mark."""
    if widget is None or not shiboken6.isValid(widget):
        return None
    anchor = at = 0
    typed = _typed(widget)
    if isinstance(typed, QLineEdit):
        at = typed.cursorPosition()
        start, end = typed.selectionStart(), typed.selectionEnd()
        anchor = at if start < 0 else start if at == end else end
    elif typed is not None:
        anchor, at = typed.textCursor().anchor(), typed.textCursor().position()
    return Place(widget, anchor, at, about)


def give_back(place: Place | None, within: QWidget, about: Any = None) -> bool:
    """Give the keyboard back; False where the place is gone, hidden, or about something else."""
    if place is None or not shiboken6.isValid(place.widget) or place.about != about:
        return False
    widget = place.widget
    if not (within.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled()):
        return False
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    typed = _typed(widget)
    if isinstance(typed, QLineEdit):
        typed.setCursorPosition(place.anchor)
        typed.cursorForward(True, place.at - place.anchor)
    elif typed is not None:
        cursor, last = typed.textCursor(), len(typed.toPlainText())
        cursor.setPosition(min(place.anchor, last))
        cursor.setPosition(min(place.at, last), QTextCursor.MoveMode.KeepAnchor)
        typed.setTextCursor(cursor)
    return True


def _typed(widget: QWidget) -> QLineEdit | QPlainTextEdit | QTextEdit | None:
    """What is typed into there, if anything is."""
    if isinstance(widget, QComboBox):
        return widget.lineEdit()
    return widget if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit) else None
