"""What a list holds: the ids of all, the rows of what is looked at, and its columns as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from showroom.i18n import _, ngettext
from ui import style
from ui.cells import CELL, CHECKED, CellLook

Index = QModelIndex | QPersistentModelIndex

Fetch = Callable[[list[int]], Sequence[Any]]

Role = Qt.ItemDataRole

AROUND = 22  # beside the words of a cell, pixels
BLOCK = 64  # twice what a screen shows; 200 took as long as all the rest of a page


def room_for(least: int, *said: str) -> int:
    """The width of a column in which each of these can be read; at least `least`."""
    return max(least, *(style.metrics().horizontalAdvance(one) + AROUND for one in said))


class Column(NamedTuple):
    """One column: its title (an `N_` text) and how a row is said in it.

    `text(row)` is what is shown, copied and read aloud. `tone` colours it ("muted", "late",
    "soon", "good", "accent", or a function of the row). `tag(row)` returns a tone to show the
    text as a filled tag, or "" for plain text. `dots(row)` returns the moments as a string of
    g (given), r (refused) and - (not tried). `bar(row)` returns 0…1 for a bar before the text.
    `note(row)` is muted text behind the text. `sort` names the order `Table.sorted` asks for.
    `ground` colours what is behind the text, as `tone` colours it. `edit(row)` returns what is
    typed over in its place, or None where nothing may be typed.
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
    ground: Callable[[Any], str] | None = None
    edit: Callable[[Any], str | None] | None = None
    sort: str = ""


class RowsModel(QAbstractTableModel):
    """Holds the ids of a whole list and fetches the rows that are looked at, `block` at a time."""

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
        self.many = False  # ticks stand before the first column as soon as there are any
        self.checked: set[int] = set()
        self.block = BLOCK
        self._fetch = fetch
        self._ids: list[int] = []
        self._rows: dict[int, Any] = {}
        self._painted: dict[tuple[int, int], CellLook | None] = {}  # by row and column

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these ids in this order; rows are fetched anew. Ticks of ids gone are dropped."""
        self.beginResetModel()
        self._ids = list(ids)
        self._rows = {}
        self._painted = {}
        if self.checked:
            self.checked &= set(self._ids)
        self.endResetModel()

    def refresh(self, ids: Sequence[int]) -> None:
        """Take the same ids again with fresh rows, keeping scroll place and selection.

        What was painted and looks as before stays; where much was painted since, all is anew.
        """
        self._ids = list(ids)
        self._rows = {}
        end = self.columnCount() - 1
        if len(self._painted) > self.block * len(self.columns):
            self._painted = {}
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, end))
            return
        cells = self._painted.items()
        for number in {row for (row, column), look in cells if self._look(row, column) != look}:
            self.dataChanged.emit(self.index(number, 0), self.index(number, end))

    def ids(self) -> list[int]:
        """Return all ids in the order shown."""
        return self._ids

    def row(self, number: int) -> Any:
        """Return the row shown at a place; None when it was deleted meanwhile."""
        id = self._ids[number]
        if id not in self._rows:
            start = number - number % self.block
            block = self._ids[start : start + self.block]
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
        if role == CHECKED:
            first = index.column() == 0 and self.many and bool(self.checked)
            return self._ids[index.row()] in self.checked if first else None
        if role == CELL:
            place = index.row(), index.column() - self.checkable
            look = self._painted[place] = self._look(*place)
            return look
        if role not in _READ:
            return None
        row = self.row(index.row())
        if row is None:
            return "" if role == Role.DisplayRole else None
        if role == Role.DisplayRole:
            return column.text(row)
        if role == Role.ToolTipRole:
            return style.tip(column.tip(row)) if column.tip else None
        said = self._spoken(column, row)
        ticked = self.many and index.column() == 0 and self._ids[index.row()] in self.checked
        return ", ".join((_("Ticked"), said)) if ticked else said

    def _look(self, number: int, place: int) -> CellLook | None:
        column, row = self.columns[place], self.row(number)
        if row is None:
            return None
        return CellLook(
            text=column.text(row),
            align=_ALIGN[column.align],
            tone=column.tone(row) if callable(column.tone) else column.tone,
            tag=column.tag(row) if column.tag else "",
            dots=column.dots(row) if column.dots else "",
            bar=column.bar(row) if column.bar else None,
            note=column.note(row) if column.note else "",
            strong=column.strong,
            ground=column.ground(row) if column.ground else "",
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


_READ = (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole)

_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "center": Qt.AlignmentFlag.AlignCenter,
}
