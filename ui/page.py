"""What every page is: figures on top, a list in the middle, the chosen thing at the right.

class DeskPage(Page):
    title = N_("Desk")
    code = "desk"                                   # objectNames are "desk.…"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.new = self.button(_("New Visit"), "F2", self._new, kind="primary", name="new")
        self.buttons.addWidget(self.new)            # top right
        self.card = Card(_("In the showroom"))
        self.card.body.addWidget(self.table)
        self.body.addWidget(self.card, 1)           # middle
        self.side.body.addWidget(self.form)         # right
        self.side.foot.addStretch()
        self.side.foot.addWidget(self.deal)

    def reload(self) -> None:                       # lists and figures only, never forms
        with self.db.read() as session:
            …
        self.figures.show_figures([Fig("visits", "12", _("visits today"))])
        self.table.show_ids(ids)
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from showroom.errors import Cancelled, ShowroomError
from showroom.guard import rights
from showroom.i18n import _
from ui import dialogs, style
from ui.jobs import Job
from ui.tables import Table
from ui.widgets import Button, Empty, FigureRow, Tag, label, slim

if TYPE_CHECKING:
    from showroom.guard.rights import Right
    from showroom.progress import Progress
    from showroom.store.db import Database

RELOAD_MS = 150
PAINTED_MS = 50  # a page is painted before what it can say later, in a turn of its own
GROUP = "group"  # the property that says what a key is listed under


class SidePanel(QWidget):
    """The right side: a title line, a scrolling body, buttons at the foot.

    `set_title(title, note, tag, tone)`, `body` (vertical), `foot` (horizontal), between them
    `below` (vertical) what does not scroll out of sight,
    `show_empty(sentence)` instead of all that while nothing is chosen, `show_content()` again.
    What takes the keyboard in the body is scrolled into sight.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"{name}.side")
        self.setFixedWidth(style.PANEL)
        self.title = label("", "title", name=f"{name}.side.title")
        self.note = label("", "note")
        self.tag = Tag(name=f"{name}.side.tag")
        self._empty = Empty("")

        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.title)
        line.addWidget(self.note, 1)
        line.addWidget(self.tag)
        self.head = line
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(style.M)
        inner = QWidget()
        hold = QVBoxLayout(inner)
        hold.setContentsMargins(style.XL, 0, style.XL, style.M)
        hold.addLayout(self.body)
        hold.addStretch()
        self.area = QScrollArea()
        slim(self.area)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inner)
        inner.setAutoFillBackground(False)
        inner.installEventFilter(self)
        self.below = QVBoxLayout()
        self.below.setContentsMargins(style.XL, 0, style.XL, 0)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(style.XL, style.M, style.XL, style.XL)
        self.foot.setSpacing(style.M)

        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, style.L, 0, 0)
        column.setSpacing(style.M)
        line.setContentsMargins(style.XL, 0, style.XL, 0)
        column.addLayout(line)
        column.addWidget(self.area, 1)
        column.addLayout(self.below)
        column.addStretch()
        column.addLayout(self.foot)
        self._pile = QStackedLayout(self)
        self._pile.setContentsMargins(1, 0, 0, 0)
        self._pile.addWidget(content)
        self._pile.addWidget(self._empty)
        self._look = QTimer(self, singleShot=True, interval=0)  # when the layout is done
        self._look.timeout.connect(self._look_at_focus)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self.show_focus)

    def set_title(self, title: str, note: str = "", tag: str = "", tone: str = "accent") -> None:
        """Show whose panel this is: a name, muted words beside it, a tag at the right."""
        self.title.setText(title)
        self.note.setText(note)
        self.tag.set_tag(tag, tone)
        self.setAccessibleName(title)

    def show_empty(self, sentence: str) -> None:
        """Show one sentence instead of the content, as long as nothing is chosen."""
        self._empty.sentence.setText(sentence)
        self._pile.setCurrentIndex(1)

    def show_content(self) -> None:
        """Show the content again."""
        self._pile.setCurrentIndex(0)

    def to_top(self) -> None:
        """Show the beginning of what stands here: it is about another one now."""
        self.area.verticalScrollBar().setValue(0)

    @Slot()
    def show_focus(self) -> None:
        """Scroll what has the keyboard in the body into sight, after all that is under way."""
        self._look.start()

    def _look_at_focus(self) -> None:
        here, inner = QApplication.focusWidget(), self.area.widget()
        if here is None or inner is None or not inner.isAncestorOf(here):
            return
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return  # it was seen, and must not move away below the mouse
        top = here.mapTo(inner, QPoint()).y()
        if here.height() < self.area.viewport().height():
            self.area.ensureVisible(0, top + here.height(), 0, style.M)
            self.area.ensureVisible(0, top, 0, style.M)
        elif here.visibleRegion().isEmpty():
            self.area.ensureVisible(0, top, 0, style.M)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What stands below the body follows it closely where there is room."""
        moved = event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
        if moved and isinstance(watched, QWidget) and shiboken6.isValid(self.area):
            hold = watched.layout()
            if hold is not None and self.below.count():
                high = hold.totalHeightForWidth(watched.width())
                self.area.setMaximumHeight(max(high, hold.totalMinimumSize().height()))
        return super().eventFilter(watched, event)

    def is_empty(self) -> bool:
        """Tell whether the sentence is shown."""
        return self._pile.currentIndex() == 1

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), style.colour("surface"))
        painter.fillRect(0, 0, 1, self.height(), style.colour("line"))


class Page(QWidget):
    """One page of the desk; see the module's example.

    Class attributes: `title` (an `N_` text), `code` (prefix of object names), `panel` (False: no
    right side). Attributes: `db`, `figures`, `buttons`, `body`, `side`, `search` (the line
    Ctrl+F goes to, or None). Signals: `open(code, id)` asks the window for another page,
    `said(text)` shows a line in the status bar for some seconds.
    """

    title = ""
    code = ""
    panel = True

    open = Signal(str, int)
    said = Signal(str)
    _changed = Signal()

    def __init__(self, db: Database) -> None:
        super().__init__()
        self.db = db
        self.search: QLineEdit | None = None
        self.setObjectName(self.code)
        self._stale = True
        self.read_already: Any = None
        self._keys: list[tuple[QAction | Button, str]] = []
        self._needs: list[tuple[Right, Button]] = []
        self._soon = QTimer(self, singleShot=True, interval=RELOAD_MS)
        self._soon.timeout.connect(self._reload_now)

        self.figures = FigureRow(self.code)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(style.M)
        self.head = QHBoxLayout()
        self.head.setSpacing(style.XL)
        self.head.addWidget(self.figures, 1, Qt.AlignmentFlag.AlignTop)
        self.head.addLayout(self.buttons)
        self.head.setAlignment(self.buttons, Qt.AlignmentFlag.AlignBottom)
        self.body = QVBoxLayout()
        self.body.setSpacing(style.L)
        inner = QWidget()
        main = QVBoxLayout(inner)
        main.setContentsMargins(style.XL, style.XL, style.XL, style.XL)
        main.setSpacing(style.L)
        main.addLayout(self.head)
        main.addLayout(self.body, 1)
        self.side = SidePanel(self.code)
        if not self.panel:
            self.side.hide()  # showing it here, without a parent yet, would open a window
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        area = QScrollArea()  # for screens that are not large enough
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slim(area)
        area.setWidget(inner)
        inner.setAutoFillBackground(False)
        whole.addWidget(area, 1)
        if self.panel:
            whole.addWidget(self.side)
        else:
            self.side.setParent(self)
            self.side.hide()

        self._changed.connect(self._on_database_changed)
        _listen(self, db)

    # -- what a page writes --

    def reload(self) -> None:
        """Read lists and figures anew. A half-typed form is never touched here."""

    def show_id(self, id: int) -> None:
        """Show one thing; called after another page asked `open(code, id)`."""

    def new_day(self, was: date) -> None:
        """Another day began while the program was open: what stood at `was`, today then, follows.

        The page is read anew: yesterday's “today” is wrong on it.
        """
        self._on_database_changed()

    def look_for(self, typed: str) -> None:
        """List whoever fits this: what the search line found more of than it shows."""
        if self.search is not None:
            self.search.setText(typed)
            self.search.setFocus()

    def focus_first(self) -> None:
        """Take the keyboard when the page is shown."""

    def about(self) -> Any:
        """Return what is worked on at the right: where it changed, nobody is typing there now."""
        return None

    @classmethod
    def warm(cls, db: Database) -> Any:
        """Read once what `reload` will read; on the opening thread, so that SQL is compiled there.

        The first page shown should have it: else the window stands still for it. What it returns
        the first `reload` finds in `read_already`.
        """

    @classmethod
    def read_ahead(cls, db: Database) -> Any:
        """Read what `reload` will read, on a thread that wrote while the page is shown.

        The reload finds it in `read_already`; it looks whether it still holds.
        """

    def make_next(self) -> bool:
        """Make one of its views or tools that nobody asked for yet, while nobody waits.

        False when all are there, or are made when they are first asked for.
        """
        return False

    # -- what a page uses --

    def button(
        self,
        text: str,
        key: str,
        slot: Callable[[], object],
        *,
        kind: str = "",
        icon: str = "",
        name: str = "",
    ) -> Button:
        """Make a button that owns its words, its key and its slot; the page places it.

        The slot runs inside `reporting()`. `kind`: "", primary, quiet, danger. `name` gives the
        object name `page.name`.
        """
        made = Button(text, key, kind=kind, icon=icon, name=f"{self.code}.{name}" if name else "")
        made.clicked.connect(self._reported(slot))
        if key:
            made.setShortcut(QKeySequence(key))
            self._keys.append((made, text))
        return made

    def key(self, key: str, text: str, slot: Callable[[], object], *, name: str = "") -> QAction:
        """Bind a key that has no button; it is listed under F1. The slot runs in `reporting()`."""
        action = QAction(text, self)
        action.setObjectName(f"{self.code}.{name}" if name else "")
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(self._reported(slot))
        self.addAction(action)
        self._keys.append((action, text))
        return action

    def command(
        self, table: Table, text: str, key: str, slot: Callable[[], object], *, name: str = ""
    ) -> QAction:
        """Add a command on the chosen row of a table: context menu, and its own key."""
        action = table.action(
            text, key, self._reported(slot), name=f"{self.code}.{name}" if name else ""
        )
        if key:
            self._keys.append((action, text))
        return action

    def needs(self, right: Right, *buttons: Button) -> None:
        """Say that these buttons need a right: who has it not finds them grey, and why.

        Only the service refuses; this saves the way there. Read anew whenever the page reloads.
        """
        self._needs += [(right, button) for button in buttons]

    def show_rights(self) -> None:
        """Give the buttons to who may press them, and keep them from who may not."""
        if self._needs:
            with self.db.read() as session:
                said = {right: rights.refusal(session, right) for right, _button in self._needs}
            for right, button in self._needs:
                button.withhold(said[right])

    def keys(self) -> list[tuple[str, str]]:
        """Return (key, words) for every key of this page."""
        return [key for group in self.key_groups().values() for key in group]

    def key_groups(self) -> dict[str, list[tuple[str, str]]]:
        """Return the keys of this page, for F1, under what each belongs to."""
        listed: dict[str, list[tuple[str, str]]] = {_(self.title): []}
        for owner, text in self._keys:
            keys = owner.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            words = owner.text() if isinstance(owner, QAction) else text
            group = listed.setdefault(owner.property(GROUP) or _(self.title), [])
            if keys and not self._is_put_away(owner) and (keys, words) not in group:
                group.append((keys, words))
        return {title: group for title, group in listed.items() if group}

    @contextmanager
    def keys_of(self, title: str) -> Iterator[None]:
        """List the keys that are bound meanwhile under `title`."""
        before = len(self._keys)
        yield
        for owner, _text in self._keys[before:]:
            owner.setProperty(GROUP, title)

    def parts(self) -> list[QWidget]:
        """Return the views and tools made so far; keys of one that is put away are not listed."""
        return []

    def _is_put_away(self, owner: QAction | Button) -> bool:
        place = owner.parent() if isinstance(owner, QAction) else owner
        return isinstance(place, QWidget) and any(
            part.isAncestorOf(place) and not part.isVisibleTo(self) for part in self.parts()
        )

    def commands(self) -> list[tuple[str, str, Callable[[], object]]]:
        """Return (words, key, do it) for the Ctrl+K box: all that can be done here now.

        What belongs to something that is not shown cannot.
        """
        found: list[tuple[str, str, Callable[[], object]]] = []
        for owner, text in self._keys:
            keys = owner.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            if owner.isEnabled() and self.shows(owner):
                do = owner.trigger if isinstance(owner, QAction) else owner.click
                found.append((text, keys, do))
        return found

    def shows(self, owner: QAction | Button) -> bool:
        """Tell whether a button, or what an action belongs to, is shown while the page is."""
        place = owner.parent() if isinstance(owner, QAction) else owner
        return place is self or (isinstance(place, QWidget) and place.isVisibleTo(self))

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Say a `ShowroomError` raised inside in a box; `Cancelled` is silent. For slots.

        Slots of `button`, `key` and `command` are inside it already; use `Form.reporting` for
        what belongs beside a field.
        """
        try:
            yield
        except Cancelled:
            pass
        except ShowroomError as error:
            dialogs.show_error(self, error)

    @Slot()
    def reload_soon(self) -> None:
        """Reload 150 ms after the last call: for a search line's `textChanged`."""
        self._soon.start()

    def reload_due(self) -> None:
        """Reload at once, if `reload_soon` was asked for it."""
        if self._soon.isActive():
            self._reload_now()

    def job(
        self,
        text: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None] | None = None,
        *,
        writes: bool = False,
    ) -> Job:
        """Start long work on a thread; see `ui.jobs`."""
        return Job(self, text, work, done, writes=writes)

    # -- inside --

    def _reported(self, slot: Callable[[], object]) -> Callable[..., None]:
        def run(*_args: object) -> None:
            with self.reporting():
                slot()

        return run

    @Slot()
    def _on_database_changed(self) -> None:
        self._stale = True
        self._refresh()

    def _refresh(self) -> None:
        if self._stale and self.isVisible():
            self._reload_now()

    def _reload_now(self) -> None:
        self._soon.stop()
        self._stale = False
        with self.reporting():
            self.reload()
            self.show_rights()

    # -- Qt --

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = style.WIDE_PANEL if self.width() >= 1500 else style.PANEL
        if self.width() < 1180:
            wide = style.NARROW_PANEL
        if self.side.width() != wide:
            self.side.setFixedWidth(wide)


def _listen(page: Page, db: Database) -> None:
    """Tell the page of every write, on its own thread, for as long as it lives."""
    held = weakref.ref(page)

    def tell() -> None:
        alive = held()
        if alive is None or not shiboken6.isValid(alive):
            return
        if threading.current_thread() is not threading.main_thread() and alive.isVisible():
            with suppress(ShowroomError):  # what was written is written; the page will say it
                alive.read_already = alive.read_ahead(db)
        alive._changed.emit()

    db.on_change(tell)
