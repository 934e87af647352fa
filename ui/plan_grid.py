"""The rows of a plan as a grid: a cell at a time by the keyboard, typed over, with its mark.

The first columns always stand there; of the others as many as there is room for. Right at the last
of them brings the next one in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QWidget,
)

from ui import style
from ui.cells import CellDelegate
from ui.fields import ENTER, KEYS, Text
from ui.picks import Choice
from ui.rows import Column, Fetch, RowsModel
from ui.tables import Table

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
WHY = 150
"""So much room the reason keeps."""
MEANING = 176
LONGEST = 32767
"""So many characters a cell of Excel holds."""


class _Rows(RowsModel):
    """Rows whose cells may be typed over."""

    typed: Callable[[int, int, str], None]

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if self._typable(index) is not None else found

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if role == Role.EditRole and index.isValid():
            return self._typable(index) or ""
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole or value == self._typable(index):
            return False
        self.typed(self.ids()[index.row()], index.column(), value)
        return True

    def _typable(self, index: Index) -> str | None:
        column = self.column(index.column())
        if column is None or column.edit is None or index.row() >= len(self.ids()):
            return None
        row = self.row(index.row())
        return None if row is None else column.edit(row)


class _Cells(CellDelegate):
    """Shows which cell the keyboard is on, and the line one types into."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        table = self.parent()
        assert isinstance(table, PlanGrid)
        if table.hasFocus() and index == table.currentIndex():
            painter.save()
            painter.setPen(QPen(style.colour("accent"), 2))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -3), 3, 3)
            painter.restore()

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        heading = str(index.model().headerData(index.column(), Qt.Orientation.Horizontal))
        line = Text("cell", heading, max_length=LONGEST)
        line.setParent(parent)
        line.setObjectName("sheets.cell")
        line.setTextMargins(4, 0, 4, 0)
        return line

    def eventFilter(self, line: QObject, event: QEvent) -> bool:
        composing = isinstance(line, Text) and line.is_composing()
        if composing and event.type() in KEYS:
            return False  # of the input method: Enter takes its word, not the cell
        return super().eventFilter(line, event)


class _Meaning(Choice):
    """What a column is taken for, over its heading; it goes when its list does."""

    closed = Signal()

    def showPopup(self) -> None:
        super().showPopup()
        self.view().window().installEventFilter(self)

    def eventFilter(self, popup: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            QTimer.singleShot(0, self, self.closed.emit)
        return super().eventFilter(popup, event)


class PlanGrid(Table):
    """Rows of a plan; `fixed` columns stand at the left, the last one (why) at the right.

    `typed(id, section, text)`: somebody typed over a cell; `left()`: the line is gone again.
    `headed(section)`: a heading was clicked; `meant(section, code)`: its column is taken for that.
    """

    typed = Signal(int, int, str)
    left = Signal()
    headed = Signal(int)
    meant = Signal(int, str)
    model_of = _Rows

    def __init__(self, name: str, columns: Sequence[Column], fetch: Fetch, *, fixed: int) -> None:
        self.fixed, self._from = fixed, 0
        super().__init__(name, columns, fetch)
        assert isinstance(self.rows, _Rows)
        self.rows.typed = self.typed.emit
        self._cells = _Cells(self)
        self.setItemDelegate(self._cells)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)

    def column_shown(self) -> int:
        """Return the section the keyboard is on."""
        return max(self.currentIndex().column(), 0)

    def choose_cell(self, id: int, section: int) -> None:
        """Bring the keyboard to a cell."""
        ids = self.rows.ids()
        if id in set(ids):
            self._reveal(section)
            self.setCurrentIndex(self.rows.index(ids.index(id), section))
            self.scrollTo(self.currentIndex())

    def type_over(self) -> None:
        """Type over the cell the keyboard is on; the first that may be, where this may not."""
        index = self.currentIndex()
        for section in (index.column(), *range(self.fixed, self.rows.columnCount())):
            there = index.siblingAtColumn(section)
            if there.flags() & Qt.ItemFlag.ItemIsEditable:
                self._reveal(section)
                self.setCurrentIndex(there)
                self.edit(there)
                return

    def ask_meaning(
        self, section: int, caption: str, offered: Sequence[tuple[str, str]], value: str
    ) -> None:
        """Let what a column is be chosen from a list over its heading."""
        self._reveal(section)
        header = self.horizontalHeader()
        pick = _Meaning("means", caption, offered, optional=False)
        pick.setObjectName("sheets.means")
        pick.setParent(self)
        width = max(header.sectionSize(section), MEANING)
        left = min(header.x() + header.sectionViewportPosition(section), self.width() - width)
        pick.setGeometry(max(left, 0), header.y(), width, header.height())
        pick.set_value(value)
        pick.edited.connect(lambda: self.meant.emit(section, pick.value() or ""))
        pick.closed.connect(lambda: self._put_by(pick))
        pick.show()
        pick.setFocus()
        pick.showPopup()

    def _put_by(self, pick: _Meaning) -> None:
        had = self.window().focusWidget() is pick
        pick.hide()
        pick.deleteLater()
        if had:
            self.setFocus()

    def _on_header(self, section: int) -> None:
        self.headed.emit(section)

    def is_typing(self) -> bool:
        """Whether a cell is being typed over."""
        return self.state() == QAbstractItemView.State.EditingState

    def finish_typing(self) -> None:
        """Take what is typed in the cell, as Enter does."""
        line = self.indexWidget(self.currentIndex()) if self.is_typing() else None
        if line is not None:
            self.commitData(line)
            self.closeEditor(line, QAbstractItemDelegate.EndEditHint.NoHint)

    # -- inside --

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        QTimer.singleShot(0, self, self.left.emit)

    def _select(self, id: int) -> bool:
        section = self.column_shown()
        found = super()._select(id)
        if found and section:
            signals = self.selectionModel().blockSignals(True)
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(
                self.currentIndex().siblingAtColumn(section), flags.ClearAndSelect | flags.Rows
            )
            self.selectionModel().blockSignals(signals)
        return found

    def _squeeze(self) -> None:
        """Show as many columns as there is room for, from the one that was reached."""
        last = self.rows.columnCount() - 1
        if last < 0 or len(self._natural) <= last:
            return
        middle = range(self.fixed, last)
        room = self.viewport().width() - sum(self._natural[: self.fixed]) - WHY
        self._from = min(self._from, max(len(middle) - 1, 0))
        while self._from and sum(self._natural[at] for at in middle[self._from - 1 :]) <= room:
            self._from -= 1
        for at in middle:
            first = at == self.fixed + self._from
            shown = first or (at > self.fixed + self._from and room >= self._natural[at])
            if shown:
                room -= self._natural[at]
            elif at >= self.fixed + self._from:
                room = 0
            self.setColumnHidden(at, not shown)
        header = self.horizontalHeader()
        for at in range(last):
            if header.sectionResizeMode(at) == QHeaderView.ResizeMode.Interactive:
                header.resizeSection(at, self._natural[at])

    def _reveal(self, section: int) -> None:
        if not self.fixed <= section < self.rows.columnCount() - 1:
            return
        if section < self.fixed + self._from:
            self._from = section - self.fixed
            self._squeeze()
        while self.isColumnHidden(section) and self._from < section - self.fixed:
            self._from += 1
            self._squeeze()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_typing():
            return  # what the line did not want: it is of the line nevertheless
        if event.key() in ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # it imports, as soon as the plan is made
            return
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if (
            step
            and self.current_id()
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            section = min(max(self.column_shown() + step, 0), self.rows.columnCount() - 1)
            self._reveal(section)
            self.setCurrentIndex(self.currentIndex().siblingAtColumn(section))
            return
        super().keyPressEvent(event)
