"""Buttons that narrow a list: each opens a menu, and says what it narrows to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from showroom.i18n import _
from ui import style
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
            action.setObjectName(f"{self.objectName()}.{'all' if code is None else code}")
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
        said = words or _("All")
        self.setAccessibleName(f"{self.caption}: {said}")
        self.setChecked(self.code is not None)
        for action in self.menu().actions():
            action.setChecked(action.data() == self.code)

    # -- Qt --

    def nextCheckState(self) -> None:
        """A click opens the menu; only a choice changes the look."""


class MoreFilter(Button):
    """Several narrowings behind one button: a menu each, or a tick where there is one option.

    `codes` is what is chosen, by name; `chosen()` tells a change by the user.
    """

    chosen = Signal()

    def __init__(self, caption: str, name: str) -> None:
        super().__init__(caption, name=name)
        self.caption = caption
        self.codes: dict[str, Any] = {}
        self._options: dict[str, list[tuple[Any, str]]] = {}
        self._menus: dict[str, QMenu] = {}
        self.setCheckable(True)
        self.setMenu(QMenu(self))
        self._say()

    def show_options(
        self, name: str, title: str, options: Sequence[tuple[Any, str]], *, switch: bool = False
    ) -> None:
        """Offer these (code, words) under one title; what is chosen stays.

        A `switch` is one option, on or off.
        """
        self.codes.setdefault(name, None)
        if self._options.get(name) == list(options):
            return
        self._options[name] = list(options)
        menu = self._menus.get(name)
        if menu is None:
            menu = self.menu() if switch else self.menu().addMenu(title)
            self._menus[name] = menu
            menu.aboutToShow.connect(lambda: style.dress_popup(menu))
        if menu is not self.menu():
            menu.clear()
        for code, words in options if switch else [(None, _("All")), *options]:
            action = menu.addAction(words.replace("&", "&&"))
            action.setObjectName(f"{self.objectName()}.{name}.{'all' if code is None else code}")
            action.setData((name, code))
            action.setCheckable(True)
            action.triggered.connect(self._taker(name, code, switch))
        self._say()

    def set_codes(self, codes: dict[str, Any]) -> None:
        """Narrow to these; nobody is told."""
        self.codes = dict(codes)
        self._say()

    def _taker(self, name: str, code: Any, switch: bool) -> Callable[[], None]:
        def take() -> None:
            off = switch and self.codes.get(name) == code
            self.codes[name] = None if off else code
            self._say()
            self.chosen.emit()

        return take

    def _say(self) -> None:
        count = sum(code is not None for code in self.codes.values())
        self.setText(f"{self.caption} {count}" if count else self.caption)
        self.setChecked(count > 0)
        for menu in {self.menu(), *self._menus.values()}:
            for action in menu.actions():
                if action.data() is not None:
                    name, code = action.data()
                    action.setChecked(self.codes.get(name) == code)

    # -- Qt --

    def nextCheckState(self) -> None:
        """A click opens the menu; only a choice changes the look."""
