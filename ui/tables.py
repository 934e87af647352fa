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
from typing import Any, Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtGui import QResizeEvent as ResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from showroom.i18n import _
from ui import state, style
from ui.cells import HEAD, CellDelegate, Header
from ui.rows import BLOCK, Column, Fetch, Role, RowsModel
from ui.widgets import Button, Empty, slim

__all__ = ["BLOCK", "Column", "RowsModel", "Table"]

PLENTY: Final = 1.4  # times as wide as its columns ask for, and all of them share in it
WIDER: Final = 1.6  # times as wide a column becomes at most


class Table(QTableView):
    """A list of one kind of thing. See the module's example.

    Signals: `chosen(id)` another row is current (0: none); `opened(id)` Enter or double click;
    `again(id)` the current row was clicked once more;
    `sorted(code, descending)` a header with an order was clicked; `ticked()` ticks changed.
    `fit=True` makes it as high as its rows (for several cards on a page), up to `max_rows`.
    """

    chosen = Signal(int)
    again = Signal(int)
    opened = Signal(int)
    sorted = Signal(str, bool)
    ticked = Signal()
    model_of = RowsModel

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
        self.rows = self.model_of(columns, fetch, self, checkable=checkable)
        self._fit, self._max_rows, self._known_id = fit, max_rows, 0
        self._empty: Empty | None = None

        self._header_row = Header(self)
        self.setHorizontalHeader(self._header_row)  # first: Qt's own would ask for every title
        upright = self.verticalHeader()
        upright.hide()
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
        slim(self)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.verticalScrollBar().setSingleStep(style.ROW)

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
        self.updateGeometry()

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
        header = self._header_row
        header.setVisible(shown)
        header.setHighlightSections(False)
        header.setFixedHeight(HEAD)
        header.setMinimumSectionSize(28)
        header.setSectionsClickable(True)
        header.setStretchLastSection(False)
        kept = state.numbers(f"columns/{self.objectName()}")
        self._by_hand = len(kept) == self.rows.columnCount()
        self._natural: list[int] = []
        stretches = any(column.stretch for column in self.rows.columns)
        total = self.rows.columnCount()
        for section in range(total):
            column = self.rows.column(section)
            if column is None:
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(section, 40)
                self._natural.append(40)
                continue
            self._natural.append(column.width)
            if column.stretch or (not stretches and section == total - 1):
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)
                continue
            words = style.metrics(12).horizontalAdvance(_(column.title)) + 22 if shown else 0
            width = kept[section] if len(kept) == total else max(column.width, words)
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(section, width)
            self._natural[section] = width
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
            self._by_hand = True
            interactive = QHeaderView.ResizeMode.Interactive
            for section in range(self.rows.columnCount()):
                if self._header_row.sectionResizeMode(section) == interactive:
                    self._natural[section] = self._header_row.sectionSize(section)
            widths = [self._header_row.sectionSize(i) for i in range(self.rows.columnCount())]
            state.set_numbers(f"columns/{self.objectName()}", widths)

    def _squeeze(self) -> None:
        """Make the columns narrower where they would not all be seen: nothing scrolls sideways.

        Where there is plenty of room they take their part of it, unless set by hand.
        """
        room, total = self.viewport().width(), sum(self._natural)
        share = room / total if total and room > 0 else 1.0
        if share > 1:
            share = 1.0 if self._by_hand else min(max(share / PLENTY, 1.0), WIDER)
        for section, natural in enumerate(self._natural):
            mode = self._header_row.sectionResizeMode(section)
            if mode == QHeaderView.ResizeMode.Interactive:
                self._header_row.resizeSection(section, max(int(natural * share), 28))

    def _select(self, id: int) -> bool:
        ids = self.rows.ids()
        number = ids.index(id) if id and id in set(ids) else -1
        chosen, wanted = self.selectionModel(), self.rows.index(number, 0)
        if chosen.currentIndex() == wanted and chosen.hasSelection() == wanted.isValid():
            return number >= 0
        flags = QItemSelectionModel.SelectionFlag
        signals = chosen.blockSignals(True)
        if number >= 0:
            chosen.setCurrentIndex(wanted, flags.ClearAndSelect | flags.Rows)
        else:
            chosen.clear()
        chosen.blockSignals(signals)
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
        if id and (self.rows.checkable or self.rows.many):
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
        index, known = self.indexAt(event.position().toPoint()), self._known_id
        super().mousePressEvent(event)
        if index.isValid() and self.rows.checkable and index.column() == 0:
            self._toggle()
        elif index.isValid() and known and known == self.current_id():
            self.again.emit(known)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def resizeEvent(self, event: ResizeEvent) -> None:
        super().resizeEvent(event)
        self._squeeze()
        self._place_empty()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _fit_height(self) -> int:
        top = self._header_row.height() if self._header_row.isVisibleTo(self) else 0
        count = min(max(len(self.rows.ids()), 2 if self._empty else 1), self._max_rows)
        filling = self._empty.minimumSizeHint().height() if self._empty else 0
        return top + max(count * style.ROW, 0 if self.rows.ids() else filling)

    def sizeHint(self) -> QSize:
        return QSize(400, self._fit_height()) if self._fit else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._fit_height() if self._fit else 3 * style.ROW)

    def updateGeometry(self) -> None:
        if self._fit:
            self.setFixedHeight(self._fit_height())
        super().updateGeometry()
