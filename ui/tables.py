"""Lists: ids first, rows a block at a time, painted cells, and the keyboard.

COLUMNS = (
    Column(N_("Customer"), lambda row: row.name, width=140, stretch=True),
    Column(N_("Level"), lambda row: row.level, tag=lambda row: "late", width=70),
    Column(N_("Moments"), dots=lambda row: row.dots, width=120),   # "gr-----"
    Column(N_("In shop"), lambda row: row.minutes, align="right", tone="muted"),
)
self.table = Table("customers.list", COLUMNS, self._rows)       # _rows(ids) -> rows with .id
self.table.set_empty(_("No customers yet."), button)
self.table.chosen.connect(self._show)                           # id, 0 when none
self.table.opened.connect(self._open)                           # Enter or double click
self.table.show_ids(ids)                                        # keeps the selection
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtGui import QResizeEvent as ResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from showroom.i18n import _, ngettext
from ui import state, style
from ui.cells import CELL, CHECKED, CellDelegate, CellLook, Header
from ui.widgets import Button, Empty, slim

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[list[int]], Sequence[Any]]
Role = Qt.ItemDataRole

BLOCK = 200


@dataclass(frozen=True)
class Column:
    """One column: its title (an `N_` text) and how a row is said in it.

    `text(row)` is what is shown, copied and read aloud. `tone` colours it ("muted", "late",
    "soon", "good", "accent", or a function of the row). `tag(row)` returns a tone to show the
    text as a filled tag, or "" for plain text. `dots(row)` returns the moments as a string of
    g (given), r (refused) and - (not tried). `bar(row)` returns 0…1 for a bar before the text.
    `note(row)` is muted text behind the text. `sort` names the order `Table.sorted` asks for.
    `width` is in pixels; columns with `stretch` share what is left.
    """

    title: str
    text: Callable[[Any], str] = lambda _row: ""
    align: Literal["left", "right", "center"] = "left"
    width: int = 90
    stretch: bool = False
    tone: str | Callable[[Any], str] = ""
    strong: bool = False
    tag: Callable[[Any], str] | None = None
    dots: Callable[[Any], str] | None = None
    bar: Callable[[Any], float] | None = None
    note: Callable[[Any], str] | None = None
    tip: Callable[[Any], str] | None = None
    sort: str = ""


class RowsModel(QAbstractTableModel):
    """Holds the ids of a whole list and fetches the rows that are looked at."""

    def __init__(
        self,
        columns: Sequence[Column],
        fetch: Fetch,
        parent: QObject | None = None,
        *,
        checkable: bool = False,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.checkable = checkable
        self.checked: set[int] = set()
        self._fetch = fetch
        self._ids: list[int] = []
        self._rows: dict[int, Any] = {}

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these ids in this order; rows are fetched anew. Ticks of ids gone are dropped."""
        self.beginResetModel()
        self._ids = list(ids)
        self._rows = {}
        if self.checked:
            self.checked &= set(self._ids)
        self.endResetModel()

    def refresh(self, ids: Sequence[int]) -> None:
        """Take the same ids again with fresh rows, keeping scroll place and selection."""
        self._ids = list(ids)
        self._rows = {}
        if self._ids:
            last = self.index(len(self._ids) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def ids(self) -> list[int]:
        """Return all ids in the order shown."""
        return self._ids

    def row(self, number: int) -> Any:
        """Return the row shown at a place; None when it was deleted meanwhile."""
        id = self._ids[number]
        if id not in self._rows:
            start = number - number % BLOCK
            block = self._ids[start : start + BLOCK]
            self._rows.update(dict.fromkeys(block))
            self._rows.update((row.id, row) for row in self._fetch(block))
        return self._rows[id]

    def set_checked(self, ids: Sequence[int], checked: bool) -> None:
        """Tick or untick these ids."""
        self.checked = self.checked | set(ids) if checked else self.checked - set(ids)
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, 0))

    # -- Qt --

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns) + self.checkable

    def column(self, section: int) -> Column | None:
        """Return the column of a section; None for the ticks."""
        number = section - self.checkable
        return self.columns[number] if 0 <= number < len(self.columns) else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.column(section)
        if role in (Role.DisplayRole, Role.AccessibleTextRole):
            return "" if column is None else _(column.title) if column.title else ""
        if role == Role.TextAlignmentRole and column is not None:
            return _ALIGN[column.align]
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        column = self.column(index.column())
        if column is None:
            return self._tick(index.row(), role)
        if role == Role.TextAlignmentRole:
            return _ALIGN[column.align]
        if role not in _READ:
            return None
        row = self.row(index.row())
        if row is None:
            return "" if role == Role.DisplayRole else None
        if role == Role.DisplayRole:
            return column.text(row)
        if role == CELL:
            return self._look(column, row)
        if role == Role.ToolTipRole:
            return column.tip(row) if column.tip else None
        return self._spoken(column, row)

    def _look(self, column: Column, row: Any) -> CellLook:
        return CellLook(
            text=column.text(row),
            align=_ALIGN[column.align],
            tone=column.tone(row) if callable(column.tone) else column.tone,
            tag=column.tag(row) if column.tag else "",
            dots=column.dots(row) if column.dots else "",
            bar=column.bar(row) if column.bar else None,
            note=column.note(row) if column.note else "",
            strong=column.strong,
        )

    def _tick(self, number: int, role: int) -> Any:
        on = self._ids[number] in self.checked
        if role == CHECKED:
            return on
        if role == Role.AccessibleTextRole:
            return _("Ticked") if on else _("Not ticked")
        return None

    def _spoken(self, column: Column, row: Any) -> str:
        """Return a cell in words, for a screen reader: title, text, note, moments."""
        parts = [column.text(row)]
        if column.note:
            parts.append(column.note(row))
        if column.dots:
            dots = column.dots(row)
            parts += [
                ngettext("{count} given", "{count} given", dots.count("g")).format(
                    count=dots.count("g")
                ),
                ngettext("{count} refused", "{count} refused", dots.count("r")).format(
                    count=dots.count("r")
                ),
            ]
        said = ", ".join(part for part in parts if part)
        return f"{_(column.title)}: {said}" if column.title else said


_READ = (Role.DisplayRole, CELL, Role.ToolTipRole, Role.AccessibleTextRole)
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "center": Qt.AlignmentFlag.AlignCenter,
}


class Table(QTableView):
    """A list of one kind of thing. See the module's example.

    Signals: `chosen(id)` another row is current (0: none); `opened(id)` Enter or double click;
    `sorted(code, descending)` a header with an order was clicked; `ticked()` ticks changed.
    `fit=True` makes it as high as its rows (for several cards on a page), up to `max_rows`.
    """

    chosen = Signal(int)
    opened = Signal(int)
    sorted = Signal(str, bool)
    ticked = Signal()

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        fetch: Fetch,
        *,
        checkable: bool = False,
        header: bool = True,
        fit: bool = False,
        max_rows: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.rows = RowsModel(columns, fetch, self, checkable=checkable)
        self._fit, self._max_rows, self._known_id = fit, max_rows, 0
        self._empty: Empty | None = None

        self.setModel(self.rows)
        self._cells = CellDelegate(self)
        self._cells.closed = fit
        self.setItemDelegate(self._cells)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        slim(self)
        self.verticalScrollBar().setSingleStep(style.ROW)

        upright = self.verticalHeader()
        upright.hide()
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        upright.setMinimumSectionSize(style.ROW)
        upright.setDefaultSectionSize(style.ROW)
        self._make_header(header)

        self.copy = QAction(_("Copy"), self)
        self.copy.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.copy.triggered.connect(self._copy)
        self.addAction(self.copy)

        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_double_click)
        self.entered.connect(lambda index: self._hover(index.row()))

    # -- what pages use --

    def show_ids(self, ids: Sequence[int]) -> None:
        """Show these ids; the row that was chosen stays chosen if it is still there."""
        kept = self.current_id()
        if list(ids) == self.rows.ids():
            self.rows.refresh(ids)
        else:
            place = self.verticalScrollBar().value()
            signals = self.selectionModel().blockSignals(True)
            self.rows.set_ids(ids)
            self.selectionModel().blockSignals(signals)
            self.verticalScrollBar().setValue(place)
            self._select(kept)
            if self.current_id() != kept:
                self._tell(self.current_id())
        if self._empty is not None:
            self._empty.setVisible(not self.rows.ids())
        self.updateGeometry()

    def current_id(self) -> int:
        """Return the id of the chosen row, or 0."""
        index = self.currentIndex()
        ids = self.rows.ids()
        return ids[index.row()] if index.isValid() and index.row() < len(ids) else 0

    def current_row(self) -> Any:
        """Return the chosen row as `fetch` gave it, or None."""
        index = self.currentIndex()
        return self.rows.row(index.row()) if self.current_id() else None

    def choose(self, id: int) -> bool:
        """Make that id the current row and bring it into view; tell whether it is there."""
        found = self._select(id)
        self._tell(self.current_id())
        if found:
            self.scrollTo(self.currentIndex())
        return found

    def set_empty(self, sentence: str, button: Button | None = None) -> None:
        """Say in one sentence what fills this list, with the button that does."""
        if self._empty is not None:
            self._empty.deleteLater()
        self._empty = Empty(sentence, button)
        self._empty.setParent(self)
        self._place_empty()
        self._empty.setVisible(not self.rows.ids())

    def checked_ids(self) -> list[int]:
        """Return the ticked ids in the order shown."""
        return [id for id in self.rows.ids() if id in self.rows.checked]

    def set_checked(self, ids: Sequence[int], checked: bool = True) -> None:
        """Tick or untick these ids."""
        self.rows.set_checked(ids, checked)
        self._header_row.viewport().update()
        self.ticked.emit()

    def action(self, text: str, key: str, slot: Callable[[], None], *, name: str = "") -> QAction:
        """Add a command on the chosen row: in the context menu and, if given, on a key."""
        made = QAction(text, self)
        made.setObjectName(name)
        if key:
            made.setShortcut(QKeySequence(key))
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        made.triggered.connect(lambda: slot())
        self.insertAction(self.copy, made)
        return made

    # -- inside --

    def _make_header(self, shown: bool) -> None:
        self._header_row = header = Header(self)
        self.setHorizontalHeader(header)
        header.setVisible(shown)
        header.setHighlightSections(False)
        header.setFixedHeight(29)
        header.setMinimumSectionSize(28)
        header.setSectionsClickable(True)
        header.setStretchLastSection(False)
        kept = state.numbers(f"columns/{self.objectName()}")
        stretches = any(column.stretch for column in self.rows.columns)
        total = self.rows.columnCount()
        for section in range(total):
            column = self.rows.column(section)
            if column is None:
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(section, 40)
                continue
            if column.stretch or (not stretches and section == total - 1):
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
                continue
            words = style.metrics(12).horizontalAdvance(_(column.title)) + 22 if shown else 0
            width = kept[section] if len(kept) == total else max(column.width, words)
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(section, width)
        header.sectionClicked.connect(self._on_header)
        header.sectionResized.connect(self._on_resized)

    def _on_header(self, section: int) -> None:
        column = self.rows.column(section)
        if column is None:
            ids = self.rows.ids()
            self.set_checked(ids, len(self.checked_ids()) < len(ids))
        elif column.sort:
            self.sorted.emit(column.sort, self._header_row.turn(section))

    def _on_resized(self) -> None:
        if self._header_row.held:
            widths = [self._header_row.sectionSize(i) for i in range(self.rows.columnCount())]
            state.set_numbers(f"columns/{self.objectName()}", widths)

    def _select(self, id: int) -> bool:
        ids = self.rows.ids()
        number = ids.index(id) if id and id in set(ids) else -1
        flags = QItemSelectionModel.SelectionFlag
        signals = self.selectionModel().blockSignals(True)
        if number >= 0:
            self.selectionModel().setCurrentIndex(
                self.rows.index(number, 0), flags.ClearAndSelect | flags.Rows
            )
        else:
            self.selectionModel().clear()
        self.selectionModel().blockSignals(signals)
        self.viewport().update()
        return number >= 0

    def _tell(self, id: int) -> None:
        if id != self._known_id:
            self._known_id = id
            self.chosen.emit(id)

    def _on_current(self) -> None:
        self._tell(self.current_id())

    def _on_double_click(self, index: QModelIndex) -> None:
        if index.column() >= self.rows.checkable:
            self.opened.emit(self.rows.ids()[index.row()])

    def _copy(self) -> None:
        """Copy the chosen row as cells, as it is shown (so as it is masked)."""
        index = self.currentIndex()
        if not self.current_id():
            return
        cells = [
            str(index.siblingAtColumn(number).data(Role.DisplayRole) or "")
            for number in range(self.rows.checkable, self.rows.columnCount())
        ]
        safe = ["'" + cell if cell[:1] in "=@\t" and cell else cell for cell in cells]
        QGuiApplication.clipboard().setText("\t".join(safe))

    def _hover(self, row: int) -> None:
        if row != self._cells.hovered:
            self._cells.hovered = row
            self.viewport().update()

    def _toggle(self) -> None:
        id = self.current_id()
        if id and self.rows.checkable:
            self.set_checked([id], id not in self.rows.checked)

    def _place_empty(self) -> None:
        if self._empty is not None:
            top = self._header_row.height() if self._header_row.isVisibleTo(self) else 0
            self._empty.setGeometry(0, top, self.width(), max(self.height() - top, 0))

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_id():
            self.opened.emit(self.current_id())
        elif event.key() == Qt.Key.Key_Space and self.rows.checkable:
            self._toggle()
        elif event.key() == Qt.Key.Key_Home and self.rows.ids():
            self.choose(self.rows.ids()[0])
        elif event.key() == Qt.Key.Key_End and self.rows.ids():
            self.choose(self.rows.ids()[-1])
        elif (
            event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
            and not self.current_id()
            and self.rows.ids()
        ):
            self.choose(self.rows.ids()[0])
        elif event.text().isprintable() and event.text():
            event.ignore()  # letters belong to the page's shortcuts, not to Qt's type-ahead
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        if index.isValid() and self.rows.checkable and index.column() == 0:
            self._toggle()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def resizeEvent(self, event: ResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.viewport().update()
        return super().event(event)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)

    def _fit_height(self) -> int:
        top = self._header_row.height() if self._header_row.isVisibleTo(self) else 0
        count = min(max(len(self.rows.ids()), 2 if self._empty else 1), self._max_rows)
        return top + count * style.ROW

    def sizeHint(self) -> QSize:
        return QSize(400, self._fit_height()) if self._fit else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._fit_height() if self._fit else 3 * style.ROW)

    def updateGeometry(self) -> None:
        if self._fit:
            self.setFixedHeight(self._fit_height())
        super().updateGeometry()
