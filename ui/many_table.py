"""A list in which several rows are chosen: ticks that appear with the first of them.

Ctrl+click ticks one more; Shift with arrows, Page Up and Down, Home, End or a click all between;
Escape takes the ticks away (Space and Ctrl+A are commands of `ui.many`). Ticks are ids: they stay
while the list scrolls or is read anew, and none is kept of who is not listed any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from ui import style
from ui.cells import TICK_ROOM
from ui.rows import Column, Fetch
from ui.tables import Table

KEYS = Qt.Key
MODIFIERS = (KEYS.Key_Shift, KEYS.Key_Control, KEYS.Key_Alt, KEYS.Key_Meta)
LEFT = Qt.MouseButton.LeftButton


class ManyTable(Table):
    """A `Table` whose rows can be ticked; `ticked()` when that changed, `rows.checked` who is."""

    def __init__(self, name: str, columns: Sequence[Column], fetch: Fetch, **looks: Any) -> None:
        super().__init__(name, columns, fetch, **looks)
        self.rows.many = True
        self._range: tuple[int, frozenset[int]] | None = None  # its first row, the ticks before it

    def show_ids(self, ids: Sequence[int]) -> None:
        """Show these ids; ticks of those who are gone go, too."""
        before = len(self.rows.checked)
        self._range = None
        super().show_ids(ids)
        if len(self.rows.checked) != before:
            self.ticked.emit()

    def tick_one(self) -> None:
        """Tick the chosen row, or take its tick away."""
        self._range = None
        self._toggle()

    def tick_all(self) -> None:
        """Tick every row of the list, also those that were never shown."""
        self._range = None
        self.set_checked(self.rows.ids())

    def tick_none(self) -> None:
        """Take all ticks away."""
        self._range = None
        self.set_checked(list(self.rows.checked), checked=False)

    # -- inside --

    def _reach(self, place: int, start: int) -> None:
        """Tick all between the row at which the range began and this one."""
        ids = self.rows.ids()
        if self._range is None:
            self._range = (max(start, 0), frozenset(self.rows.checked))
        first, before = self._range
        place = min(max(place, 0), len(ids) - 1)
        self.rows.checked = set(before)
        self.set_checked(ids[min(first, place) : max(first, place) + 1])
        self.choose(ids[place])

    def _steps(self, key: int) -> int:
        """How many rows a key goes further."""
        page, all_rows = max(self.viewport().height() // style.ROW - 1, 1), len(self.rows.ids())
        return {
            KEYS.Key_Down: 1,
            KEYS.Key_Up: -1,
            KEYS.Key_PageDown: page,
            KEYS.Key_PageUp: -page,
            KEYS.Key_End: all_rows,
            KEYS.Key_Home: -all_rows,
        }.get(KEYS(key), 0)

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, steps = max(self.currentIndex().row(), 0), self._steps(event.key())
        if event.key() == KEYS.Key_Escape and self.rows.checked:
            self.tick_none()
        elif steps and event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.rows.ids():
            self._reach(row + steps, row)
        else:
            if event.key() not in MODIFIERS:
                self._range = None
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        was = self.currentIndex().row()
        place = event.position().toPoint()
        super().mousePressEvent(event)
        index, held = self.indexAt(place), event.modifiers()
        if not index.isValid() or event.button() != LEFT:
            return
        if held & Qt.KeyboardModifier.ShiftModifier:
            self._reach(index.row(), was)
            return
        self._range = None
        if held & Qt.KeyboardModifier.ControlModifier:
            if not self.rows.checked and was >= 0 and was != index.row():
                self.set_checked([self.rows.ids()[was]])  # who was chosen is meant, too
            self._toggle()
        elif self.rows.checked and place.x() < TICK_ROOM:
            self._toggle()
