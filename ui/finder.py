"""The line in which a list is searched: with its sign, emptied by a click."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui import style
from ui.fields import Text


class Finder(Text):
    """`Finder("search", _("Search"), "customers.search", …)`; nothing searched begins with a space.

    A space at its beginning goes on to what stands around it: it was meant for the list.
    """

    def __init__(
        self, name: str, caption: str, object_name: str, *, placeholder: str, width: int = 0
    ) -> None:
        super().__init__(name, caption, placeholder=placeholder, width=width)
        self.setObjectName(object_name)
        self.addAction(style.icon("search"), Text.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(True)

    def _on_edited(self) -> None:
        """Also what was pasted, or comes from an input method."""
        typed = self.text()
        if typed[:1].isspace():
            at = self.cursorPosition()
            self.setText(typed.lstrip())
            self.setCursorPosition(max(at - len(typed) + len(self.text()), 0))
        super()._on_edited()

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        begin = self.selectionStart() if self.hasSelectedText() else self.cursorPosition()
        if event.key() == Qt.Key.Key_Space and begin == 0:
            event.ignore()
        else:
            super().keyPressEvent(event)
