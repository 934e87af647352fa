"""The views of a page: each takes the place of its lists, by its key or the row of buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from showroom.i18n import _
from ui import style
from ui.widgets import Button

if TYPE_CHECKING:
    from showroom.store.db import Database
    from ui.page import Page

LISTS = "lists"


def is_escape(event: QEvent) -> bool:
    """Tell whether it is asked if Escape is for the keyboard's place; else a button gets it."""
    return (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_Escape
    )


class View(QWidget):
    """Something of the whole page: it takes the place of its lists until Escape.

    `page.button`, `page.command`, `page.reporting` are used as on a page; keys of a view work
    while it is shown. `chosen(id)` shows one thing at the right, `said(words)` a line in the
    status bar, `closed()` goes back to the lists.
    """

    chosen = Signal(int)
    said = Signal(str)
    closed = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.db = page.db

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read once what it will read; any thread. See `Page.warm`."""

    def begin(self) -> None:
        """Take the keyboard: the view is shown from now on. `reload` has run before."""

    def enter(self) -> None:
        """Read and take the keyboard: the view was asked for."""
        self.reload()
        self.begin()

    def mark_shown(self) -> None:
        """Mark what is shown at the right: it has become another."""

    def show_id(self, id: int) -> None:
        """Show one of its things: a reminder was about it."""

    def reload(self) -> None:
        """Read anew; after every write while the view is shown. A half-typed form is kept."""

    def is_asking(self) -> bool:
        """Tell whether Escape closes something inside first, before what stands at the right."""
        return False

    def event(self, event: QEvent) -> bool:
        if is_escape(event) and self.is_asking():
            event.accept()  # else Back at the right would take it, and what is typed there
            return True
        return super().event(event)


class Part(NamedTuple):
    """A view or a tool as data: imported and made when it is first asked for."""

    code: str
    title: str
    key: str
    place: str  # module:Class

    def load(self) -> type[Any]:
        """Import its class; any thread."""
        module, name = self.place.split(":")
        kind: type[Any] = getattr(import_module(module), name)
        return kind

    def make(self, page: Page) -> QWidget:
        """Make it for a page."""
        made: QWidget = self.load()(page)
        return made


class Pile(QStackedWidget):
    """Views on top of each other: only the one that is shown needs room."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _index: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        shown = self.currentWidget()
        return super().minimumSizeHint() if shown is None else shown.minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        return False  # it would be that of the highest


class Views(QWidget):
    """The middle of a page: its lists, called `home`, or the view that was asked for by its key.

    `chosen(id)` when a view shows one thing, `shown(code)` when another view or the lists are.
    Each view is made when it is first asked for. With `bare` the buttons tell their keys by
    tooltips alone: there are many.
    """

    chosen = Signal(int)
    shown = Signal(str)

    def __init__(
        self, page: Page, lists: QWidget, parts: Sequence[Part], home: str, *, bare: bool = False
    ) -> None:
        super().__init__()
        self._bare = bare
        self.page, self.parts = page, parts
        self.made: dict[str, View] = {}
        self.buttons: dict[str, Button] = {}
        self._row = QHBoxLayout()
        self._row.setSpacing(style.S)
        self._pile = Pile()
        self._pile.addWidget(lists)
        self._tab(LISTS, home, "", self.close_view)
        with page.keys_of(_("Views")):
            for part in parts:
                self._tab(part.code, _(part.title), part.key, partial(self.open, part))
        self._row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(self._row)
        layout.addWidget(self._pile, 1)
        self._mark(LISTS)

    def _tab(self, code: str, title: str, key: str, slot: Callable[[], object]) -> None:
        button = self.page.button(title, key, slot, kind="quiet", name=f"tab.{code}")
        button.setCheckable(True)
        button.bare = self._bare
        self.buttons[code] = button
        self._row.addWidget(button)

    def beside(self, widget: QWidget) -> None:
        """Place something at the end of the row."""
        self._row.addWidget(widget)

    @property
    def current(self) -> str:
        """The code of what is shown; `lists` for the lists of the page."""
        shown = self._pile.currentWidget()
        return next((code for code, view in self.made.items() if view is shown), LISTS)

    def open(self, part: Part) -> None:
        """Show a view; asked for again, it takes the keyboard again."""
        if self.current == part.code:
            self.buttons[part.code].setChecked(True)  # a click took the mark off
            self.focus_view()
            return
        view = self.made.get(part.code) or self._make(part)
        self._pile.setCurrentWidget(view)
        self._mark(part.code)
        view.enter()

    def open_code(self, code: str) -> None:
        """Show the view of that code."""
        if self.current != code:
            self.open(next(part for part in self.parts if part.code == code))

    def make_next(self) -> bool:
        """Make a view that nobody asked for yet; False when all are there."""
        missing = next((part for part in self.parts if part.code not in self.made), None)
        if missing is not None:
            self._make(missing)
        return missing is not None

    def _make(self, part: Part) -> View:
        with self.page.keys_of(_(part.title)):
            view = part.make(self.page)
        assert isinstance(view, View)
        view.chosen.connect(self.chosen)
        view.said.connect(self.page.said)
        view.closed.connect(self.close_view)
        self.made[part.code] = view
        self._pile.addWidget(view)
        return view

    def close_view(self) -> None:
        """Go back to the lists of the page."""
        self.leave_view()
        self.page.focus_first()

    def leave_view(self) -> None:
        """Show the lists of the page; the keyboard stays where it is."""
        self._pile.setCurrentIndex(0)
        self._mark(LISTS)

    def focus_view(self) -> bool:
        """Give the keyboard to the view that is shown; False while the lists are."""
        if self.current not in self.made:
            return False
        view = self.made[self.current]
        last = view.focusWidget()  # what had it before
        if last is not None and last.isVisible():
            last.setFocus()
        else:
            view.begin()
        return True

    def mark_shown(self) -> None:
        """Mark in the view that is shown what stands at the right."""
        if self.current in self.made:
            self.made[self.current].mark_shown()

    def reload(self) -> None:
        """Read the view that is shown anew."""
        if self.current in self.made:
            self.made[self.current].reload()

    def _mark(self, code: str) -> None:
        for own, button in self.buttons.items():
            button.setChecked(own == code)
        self.shown.emit(code)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.current != LISTS:
            self.close_view()
        else:
            super().keyPressEvent(event)
