"""A button that narrows a list to one thing: it opens a menu, and says what it narrows to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from showroom.i18n import _
from ui.widgets import Button


class Filter(Button):
    """`Filter(_("Level"), "customers.level")`: `code` is what is asked for, None for everything.

    `chosen()` tells a change by the user. `show_options([(code, words)])` may be called at every
    reload; what is chosen stays.
    """

    chosen = Signal()

    def __init__(self, caption: str, name: str) -> None:
        super().__init__(caption, name=name)
        self.caption = caption
        self.code: Any = None
        self._options: list[tuple[Any, str]] = []
        self.setCheckable(True)
        self.setMenu(QMenu(self))
        self._say()

    def show_options(self, options: Sequence[tuple[Any, str]]) -> None:
        """Offer these (code, words); the menu is made anew only when they changed."""
        if list(options) == self._options:
            return
        self._options = list(options)
        menu = self.menu()
        menu.clear()
        for code, words in [(None, _("All")), *options]:
            action = menu.addAction(words.replace("&", "&&"))
            action.setObjectName(f"{self.objectName()}.{code or 'all'}")
            action.setData(code)
            action.setCheckable(True)
            action.triggered.connect(self._taker(code))
        self._say()

    def set_code(self, code: Any) -> None:
        """Narrow to a code, or to nothing; nobody is told."""
        self.code = code
        self._say()

    def set_caption(self, caption: str) -> None:
        """Say other words while nothing is chosen, as a count that changes."""
        if caption != self.caption:
            self.caption = caption
            self._say()

    def _taker(self, code: Any) -> Callable[[], None]:
        def take() -> None:
            self.set_code(code)
            self.chosen.emit()

        return take

    def _say(self) -> None:
        words = dict(self._options).get(self.code)
        self.setText(words or self.caption)
        self.setAccessibleName(f"{self.caption}: {words or _('All')}")
        self.setChecked(self.code is not None)
        for action in self.menu().actions():
            action.setChecked(action.data() == self.code)

    # -- Qt --

    def nextCheckState(self) -> None:
        """A click opens the menu; only a choice changes the look."""
