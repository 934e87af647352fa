"""The Ctrl+K box in the top bar: one line that finds customers and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from showroom.i18n import _
from ui import style
from ui.widgets import key_text, slim

Index = QModelIndex | QPersistentModelIndex
CUSTOMERS, COMMANDS, ROW = 8, 8, 36


class Hit(NamedTuple):
    """Something found: what is said left, muted behind it and at the right, and what opens it."""

    title: str
    do: Callable[[], object]
    note: str = ""
    key: str = ""
    tag: str = ""
    tone: str = "accent"
    icon: str = "user"


class Command(NamedTuple):
    """A command of the window or of a page: its words, its key, what does it, which other page."""

    text: str
    key: str
    do: Callable[[], object]
    page: str = ""


def matching(commands: Sequence[Command], typed: str) -> list[Hit]:
    """Return the commands that hold every word typed: who begins so first, else as given.

    A word may also be the name of the page.
    """
    words = typed.casefold().split()
    found = [
        command
        for command in commands
        if all(word in f"{command.text} {command.page}".casefold() for word in words)
    ]
    if words:
        found.sort(key=lambda command: not command.text.casefold().startswith(words[0]))
    return [
        Hit(command.text, command.do, note=command.page, key=command.key, icon="arrow-right")
        for command in found
    ]


class SearchBox(QLineEdit):
    """The line in the top bar; its list of hits hangs below it while something is typed.

    `look(text) -> hits`, `commands() -> commands` of what is shown, and `elsewhere() -> commands`
    of the other pages, which are listed after them once something is typed, are handed in when the
    data is open; `left` is emitted when the user is done, so that the page takes the keyboard back.
    """

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window.search")
        self.setAccessibleName(_("Find customers and commands"))
        self.setPlaceholderText(_("Name · pinyin · any part of a phone · command"))
        self.setToolTip(style.tip(_("Find customers and commands") + " (Ctrl+K)"))
        self.setFrame(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Ctrl+K is its key; it takes no leftovers
        self.setFixedHeight(style.CONTROL)
        style.see_through(self)
        self.setTextMargins(36, 0, 60, 0)
        self.look: Callable[[str], Sequence[Hit]] = lambda _text: ()
        self.commands: Callable[[], Sequence[Command]] = lambda: ()
        self.elsewhere: Callable[[], Sequence[Command]] = lambda: ()
        self._composing = False
        self._list: Results | None = None
        self._soon = QTimer(self, singleShot=True, interval=30)
        self._soon.timeout.connect(self.show_hits)
        self.textEdited.connect(lambda _text: self._soon.start())

    def results(self) -> Results:
        """Return the list of hits (made when first needed)."""
        if self._list is None:
            self._list = Results(self.window())
            self._list.picked.connect(self._open)
        return self._list

    def begin(self) -> None:
        """Take the keyboard and show the commands: what Ctrl+K does."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self.show_hits()

    def show_hits(self) -> None:
        """Look for what is typed now and show it."""
        typed = self.text().strip()
        hits = list(self.look(typed)) if typed else []
        commands = matching(self.commands(), typed)
        if typed:
            commands += matching(self.elsewhere(), typed)
        hits += commands[:COMMANDS]
        shown = self.results()
        shown.show_hits(hits)
        shown.place(self)

    def finish(self) -> None:
        """Close the list, forget what was typed, give the keyboard back."""
        self._soon.stop()
        self.clear()
        if self._list is not None:
            self._list.show_hits([])  # nobody comes back to what another one found
            self._list.hide()
        self.left.emit()

    def _open(self, hit: Hit) -> None:
        self.finish()
        hit.do()

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.finish()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if self._list is None or not self._list.isVisible():
                self.show_hits()
            else:
                self._list.move_by(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._soon.isActive():
                self._soon.stop()
                self.show_hits()
            hit = self._list.current() if self._list is not None else None
            if hit is not None:
                self._open(hit)
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = bool(event.preeditString())

    def event(self, event: QEvent) -> bool:
        keys = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if getattr(self, "_composing", False) and event.type() in keys:
            event.accept()
            return True
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()  # it closes this list, not what is half typed on the page
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._list is not None and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._list.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = "accent" if self.hasFocus() else "line"
        fill = "surface" if self.hasFocus() else "ground"
        style.rounded(painter, QRectF(self.rect()), style.colour(fill), style.colour(line))
        style.paint_icon(painter, "search", "muted", QRect(12, 8, 16, 16))
        words = key_text("Ctrl+K")
        width = style.metrics(11).horizontalAdvance(words) + 12
        cap = QRectF(self.width() - width - 10, 7, width, 18)
        style.rounded(painter, cap, style.colour("surface"), style.colour("line"))
        painter.setFont(style.font(11))
        painter.setPen(style.colour("muted"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        super().paintEvent(event)


class _Model(QAbstractListModel):
    hits: Sequence[Hit] = ()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        hit = self.hits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(part for part in (hit.title, hit.tag, hit.note, hit.key) if part)
        return hit if role == Qt.ItemDataRole.UserRole else None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hits = self.parent()
        assert isinstance(hits, Results)
        hit: Hit = index.data(Qt.ItemDataRole.UserRole)
        rect = option.rect.adjusted(5, 1, -5, -1)
        painter.save()
        if hits.selectionModel().isSelected(index):  # `QStyle` takes long to import
            style.rounded(painter, QRectF(rect), style.colour("accent_soft"), None)
        style.paint_icon(
            painter, hit.icon, "muted", QRect(rect.left() + 8, rect.center().y() - 7, 16, 16)
        )
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        right = middle | int(Qt.AlignmentFlag.AlignRight)
        words = rect.adjusted(34, 0, -10, 0)
        painter.setFont(style.font(11))
        painter.setPen(style.colour("muted"))
        painter.drawText(words, right, hit.key)
        room = words.width() - style.metrics(11).horizontalAdvance(hit.key) - 8
        title = style.metrics().elidedText(hit.title, Qt.TextElideMode.ElideRight, room)
        painter.setFont(style.font())
        painter.setPen(style.colour("text"))
        painter.drawText(words, middle, title)
        left = words.left() + style.metrics().horizontalAdvance(title) + 8
        if hit.tag:
            left += style.paint_tag(
                painter, QRect(left, rect.top(), 200, rect.height()), hit.tag, hit.tone
            )
            left += 8
        note = QRect(left, rect.top(), words.left() + room - left, rect.height())
        if note.width() > 24:
            painter.setPen(style.colour("muted"))
            cut = style.metrics().elidedText(hit.note, Qt.TextElideMode.ElideRight, note.width())
            painter.drawText(note, middle, cut)
        painter.restore()


class Results(QListView):
    """The list of hits that hangs below the search line; it never takes the keyboard."""

    picked = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("window.hits")
        self.setAccessibleName(_("What was found"))
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        slim(self)
        self.setViewportMargins(0, 6, 0, 6)
        self.entered.connect(self.setCurrentIndex)
        self.clicked.connect(lambda index: self.picked.emit(self._model.hits[index.row()]))
        self.hide()

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show these; the first is chosen."""
        self._model.beginResetModel()
        self._model.hits = list(hits)
        self._model.endResetModel()
        self.setCurrentIndex(self._model.index(0, 0))

    def hits(self) -> list[Hit]:
        """Return what is shown."""
        return list(self._model.hits)

    def current(self) -> Hit | None:
        """Return the chosen hit while the list is shown."""
        row = self.currentIndex().row()
        return self._model.hits[row] if self.isVisible() and row >= 0 else None

    def move_by(self, step: int) -> None:
        """Choose the next or the previous hit, round the ends."""
        count = len(self._model.hits)
        if count:
            row = (self.currentIndex().row() + step) % count
            self.setCurrentIndex(self._model.index(row, 0))

    def place(self, below: QWidget) -> None:
        """Hang below that widget, as high as the hits need."""
        window = self.parentWidget()
        if window is None:
            return
        corner = below.mapTo(window, QPoint(0, below.height() + 4))
        room = window.height() - corner.y() - 16
        height = min(max(len(self._model.hits), 1) * ROW + 12, room)
        self.setGeometry(corner.x(), corner.y(), max(below.width(), 420), height)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        if not self._model.hits:
            painter.setFont(style.font())
            painter.setPen(style.colour("muted"))
            painter.drawText(
                self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, _("Nothing found.")
            )
        painter.end()
        super().paintEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            painter = QPainter(self)
            box = QRectF(self.rect())
            edge = style.blend("faint", "line", 0.4)
            style.rounded(painter, box, style.colour("surface"), edge)
            painter.end()
        return super().event(event)
