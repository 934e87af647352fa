"""What happened with one customer, newest first: a line of dots with words beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import style
from ui.widgets import slim

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
WHEN, DOT, WORDS = 76, 84, 96  # where the three columns begin
WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)


@dataclass(frozen=True)
class Entry:
    """One thing that happened.

    `id` is what `opened` tells (an action to undo; 0: nothing to open), `when` short words at
    the left, `tone` the dot's colour: accent, good, late, soon or muted.
    """

    id: int
    when: str
    title: str
    note: str = ""
    tone: str = "accent"


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show_entries(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == Role.DisplayRole:
            return entry.title
        if role == Role.UserRole:
            return entry
        if role == Role.AccessibleTextRole:
            return ", ".join(part for part in (entry.when, entry.title, entry.note) if part)
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry = index.data(Role.UserRole)
        view = self.parent()
        assert isinstance(view, Timeline)
        title, note = _boxes(entry, view.viewport().width())
        return QSize(0, 8 + title.height() + (2 + note.height() if entry.note else 0) + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, rect = index.data(Role.UserRole), option.rect
        view = self.parent()
        assert isinstance(view, Timeline)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected and view.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.colour("accent_soft"))
            painter.drawRoundedRect(rect.adjusted(DOT + 6, 1, -1, -1), 4, 4)
        middle = rect.top() + 8 + style.metrics().height() / 2
        top = middle if index.row() == 0 else rect.top()
        last = index.row() == index.model().rowCount() - 1
        painter.setPen(style.colour("line"))
        painter.drawLine(QPointF(DOT, top), QPointF(DOT, middle if last else rect.bottom() + 1))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.colour("surface"))
        painter.drawEllipse(QPointF(DOT, middle), 6, 6)
        painter.setBrush(style.colour("faint" if entry.tone == "muted" else entry.tone))
        painter.drawEllipse(QPointF(DOT, middle), 4, 4)

        painter.setFont(style.font(12))
        painter.setPen(style.colour("muted"))
        when = QRect(rect.left(), rect.top() + 8, WHEN, style.metrics().height())
        painter.drawText(when, int(Qt.AlignmentFlag.AlignVCenter), entry.when)
        title, note = _boxes(entry, rect.width())
        title.translate(rect.left(), rect.top() + 8)
        note.translate(rect.left(), title.bottom() + 3)
        painter.setFont(style.font())
        painter.setPen(style.colour("text"))
        painter.drawText(title, WRAP, entry.title)
        painter.setFont(style.font(12))
        painter.setPen(style.colour("muted"))
        painter.drawText(note, WRAP, entry.note)
        painter.restore()


def _boxes(entry: Entry, width: int) -> tuple[QRect, QRect]:
    """Return the boxes of title and note, as high as their words need in a view that wide."""
    room = QRect(WORDS, 0, max(width - WORDS - 6, 60), 10_000)
    title = style.metrics().boundingRect(room, WRAP, entry.title)
    note = style.metrics(12).boundingRect(room, WRAP, entry.note)
    title.setRight(room.right())
    note.setRight(room.right())
    return title, QRect(note.left(), 0, note.width(), note.height())


class Timeline(QListView):
    """The painted list of `Entry`s: `show_entries([…])`; `opened(id)` on Enter or double click."""

    opened = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        slim(self)
        self.doubleClicked.connect(lambda _index: self._open())

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, in this order."""
        place = self.verticalScrollBar().value()
        self._model.show_entries(entries)
        self.verticalScrollBar().setValue(place)

    def entries(self) -> list[Entry]:
        """Return what is shown."""
        return self._model.entries

    def current_id(self) -> int:
        """Return the id of the chosen entry, or 0."""
        index = self.currentIndex()
        return self._model.entries[index.row()].id if index.isValid() else 0

    def action(self, text: str, key: str, slot: Callable[[], object]) -> QAction:
        """Add a command on the chosen entry: context menu and, if given, a key."""
        made = QAction(text, self)
        if key:
            made.setShortcut(QKeySequence(key))
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        made.triggered.connect(lambda: slot())
        self.addAction(made)
        return made

    def _open(self) -> None:
        if self.current_id():
            self.opened.emit(self.current_id())

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:
        return QSize(300, 240)
