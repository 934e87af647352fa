"""What is typed: on whatever has the keyboard, by keys and by an input method."""

from __future__ import annotations

from typing import Any

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget


def focus() -> QWidget:
    """What has the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def press(
    qtbot: Any, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key on whatever has the keyboard."""
    qtbot.keyClick(focus(), key, held)


def write(words: str) -> None:
    """Type what a key cannot, as an input method commits it."""
    write_into(focus(), words)


def write_into(field: QWidget, words: str) -> None:
    """Type what a key cannot, as an input method commits it."""
    event = QInputMethodEvent("", [])
    event.setCommitString(words)
    QApplication.sendEvent(field, event)


def let_go(qtbot: Any, widget: QWidget) -> None:
    """Wait until every button of `widget` that was pressed by a key has come up and acted."""
    down = [button for button in widget.findChildren(QAbstractButton) if button.isDown()]
    qtbot.waitUntil(lambda: not any(shiboken6.isValid(one) and one.isDown() for one in down))
