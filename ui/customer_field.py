"""A field that finds one customer by name, pinyin or phone, with the matches below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent

from showroom.errors import Invalid
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.people import customers, search
from showroom.people.customers import CustomerRow
from showroom.text import is_hidden
from showroom.words import called
from ui.fields import ENTER, Text
from ui.tables import Column, Table

if TYPE_CHECKING:
    from showroom.store.db import Database

MOST = 5
COLUMNS = (
    Column(N_("Customer"), lambda row: called(row.name, row.honorific), stretch=True),
    Column(N_("Phone"), lambda row: row.phone, width=112, tone="muted"),
    Column(N_("Consultant"), lambda row: row.consultant, width=64, tone="muted"),
)


class CustomerField(Text):
    """One customer, or none: `value()` is his id; words that name nobody are `Invalid`.

    Place `field.matches` below it with `form.add(field.matches)`. Down and Up walk through the
    matches, Enter takes the marked one, Esc puts them away. `picked(id)` tells the choice (0 when
    it is typed away). `without` returns an id that is not offered, as the customer himself.
    """

    picked = Signal(int)
    unknown = N_("nobody")  # said of words that name nobody

    def __init__(
        self,
        name: str,
        caption: str,
        db: Database,
        page: str,
        *,
        without: Callable[[], int] = lambda: 0,
    ) -> None:
        super().__init__(name, caption, placeholder=_("Name, pinyin or part of the phone"))
        self.db = db
        self._id = 0
        self._without = without
        self.matches = Table(
            f"{page}.{name}.matches", COLUMNS, self._rows, header=False, fit=True, max_rows=MOST
        )
        self.matches.setAccessibleName(_("Matches"))
        self.matches.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.matches.hide()
        self.matches.clicked.connect(lambda index: self.take(self.matches.rows.ids()[index.row()]))
        self.matches.opened.connect(self.take)
        self.edited.connect(self._look)

    def value(self) -> Any:
        """Return the id of the customer, None when empty; `Invalid` for words that name nobody."""
        if self._id:
            return self._id
        if self.text().strip():
            raise Invalid({self.name: _("Choose a customer from the list.")})
        return None

    def set_value(self, value: Any) -> None:
        """Show a customer by his id, or nobody; nobody is told."""
        self._id = 0
        self._hide()
        with self.db.read() as session:
            rows = customers.rows(session, [value]) if value else []
        if rows:
            self._id = rows[0].id
        super().set_value(called(rows[0].name, rows[0].honorific) if rows else "")
        self.setModified(False)  # also where the whole name stood there, typed
        # always hidden: it stays while somebody else sits down
        phone = rows[0].phone if rows else ""
        self.set_hint(phone if is_hidden(phone) else mask.hidden(phone))

    def raw(self) -> Any:
        """Return the id, or what is typed."""
        return self._id or self.text()

    def set_raw(self, raw: Any) -> None:
        """Bring a draft back."""
        self.set_value(raw if isinstance(raw, int) else None)
        if isinstance(raw, str):
            self.setText(raw)

    def take(self, id: int) -> None:
        """Choose one of the matches, as a click on it does."""
        self.set_value(id)
        self.end(False)
        self.picked.emit(self._id)
        self.edited.emit()
        self.entered.emit()

    # -- inside --

    def _rows(self, ids: list[int]) -> Sequence[CustomerRow]:
        with self.db.read() as session:
            return customers.rows(session, ids)

    def _look(self) -> None:
        if self._id and self.isModified():
            self._id = 0
            self.set_hint("")
            self.picked.emit(0)
        if self._id or not self.text().strip():
            self._hide()
            return
        with self.db.read() as session:
            ids = search.find(session, self.text(), limit=MOST + 1)
            waits = search.waits(session, self.text())
        ids = [id for id in ids if id != self._without()][:MOST]
        self.matches.show_ids(ids)
        self.matches.setVisible(bool(ids))
        if ids:
            self.matches.choose(ids[0])
        self.set_hint("" if ids or waits else _(self.unknown))

    def _hide(self) -> None:
        self.matches.hide()
        self.matches.show_ids([])

    # -- Qt --

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.matches.isVisible()
        ):
            event.accept()  # Esc puts the matches away first
            return True
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever sits down next at the locked desk may not see what was offered."""
        super().hideEvent(event)
        self._hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        ids = self.matches.rows.ids() if self.matches.isVisible() else []
        if ids and step:
            at = ids.index(self.matches.current_id()) + step
            self.matches.choose(ids[min(max(at, 0), len(ids) - 1)])
        elif ids and event.key() in ENTER:
            self.take(self.matches.current_id())
        elif ids and event.key() == Qt.Key.Key_Escape:
            self._hide()
        else:
            super().keyPressEvent(event)
