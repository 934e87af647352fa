"""Below the phone of a visit: who of almost that number may be meant, while it is typed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom.store.models import Kinship

if TYPE_CHECKING:
    from showroom.store.db import Database
    from ui.alike import AlikeBox

SAYS = 7
"""From so many digits on; before that nothing of this is even imported."""


class VisitAlike(QWidget):
    """`look(…)` shows who may be meant beside those who are known by the number itself.

    `taken(id)`: it is he; `other(id)` asks for his file; `left()`: the cursor went on from here.
    That two are a couple, or different people, is written down as soon as the party is somebody:
    `settle(visit_id, customer_id)`.
    """

    taken = Signal(int)
    other = Signal(int)
    left = Signal()

    def __init__(self, db: Database, name: str) -> None:
        super().__init__()
        self.db, self._name = db, name
        self.box: AlikeBox | None = None
        self._noted: dict[int, str] = {}
        self._visit = self._customer = 0
        self._hold = QVBoxLayout(self)
        self._hold.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def look(
        self,
        visit_id: int,
        customer_id: int | None,
        *,
        name: str,
        phone: str,
        model_id: object,
        but: Collection[int],
    ) -> None:
        """Show who may be meant by what is typed, but those who are shown already."""
        if visit_id != self._visit:
            self._visit, self._noted = visit_id, {}
        self._customer = customer_id or 0
        if sum(map(str.isdigit, phone)) < SAYS:
            self.clear()
            return
        from showroom.people import duplicates

        facts = duplicates.typed(own=self._customer, name=name, phones=[phone], model_id=model_id)
        box = self.box or self._make()
        box.look(facts, but=[*but, *self._noted])
        self.setVisible(bool(box.shown()))

    def clear(self) -> None:
        """Show nobody."""
        if self.box is not None:
            self.box.clear()
        self.hide()

    def enter(self) -> bool:
        """Take the keyboard where there is anybody to choose."""
        if self.box is None or not self.isVisible():
            return False
        self.box.enter()
        return True

    def has_keyboard(self) -> bool:
        """Tell whether somebody is being chosen here: the phone is not left yet."""
        return self.box is not None and self.box.table.hasFocus()

    def settle(self, visit_id: int, customer_id: int | None) -> None:
        """The party is somebody: what was said about him and the others is written down."""
        if not customer_id or visit_id != self._visit:
            return
        from showroom.people import duplicates, relations
        from ui.alike import COUPLE

        while self._noted:
            id, what = self._noted.popitem()
            if id == customer_id:
                continue
            with self.db.write() as session:
                if what == COUPLE:
                    kind, now = Kinship.COUPLE.value, self.db.now()
                    relations.link(session, customer_id, id, kind, now=now)
                else:
                    duplicates.different(session, customer_id, id, now=self.db.now())

    # -- inside --

    def _make(self) -> AlikeBox:
        from ui.alike import COUPLE, DIFFERENT, OPEN, SAME, AlikeBox

        self.box = AlikeBox(self.db, self._name, (OPEN, SAME, COUPLE, DIFFERENT))
        self._hold.addWidget(self.box)
        self.box.asked.connect(self._on_asked)
        self.box.table.installEventFilter(self)
        return self.box

    def _on_asked(self, what: str, id: int) -> None:
        from ui.alike import OPEN, SAME

        if what in (OPEN, SAME):
            (self.taken if what == SAME else self.other).emit(id)
            return
        self._noted[id] = what
        box = self.box
        assert box is not None
        box.show_found([row for row in box.shown() if row.id != id])
        self.setVisible(bool(box.shown()))
        self.settle(self._visit, self._customer)

    # -- Qt --

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)
