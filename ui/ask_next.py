"""One muted line at a visit: what the archive of who is here lacks most, to be asked today."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel

from showroom.door.visits import VisitRow
from showroom.i18n import _
from showroom.store.db import Database
from showroom.store.models import VisitKind
from ui import style

SHOWN_MS = 300  # the visit is shown first


class AskNext(QLabel):
    """Shows what to ask of a customer who is known; nothing of anybody else, nor when all is there.

    The archive is read a moment after the visit is shown, so that the desk opens without it.
    """

    def __init__(self, db: Database, name: str) -> None:
        super().__init__()
        self.db = db
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        style.set_role(self, role="help")
        self._customer_id = 0
        self._soon = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._soon.timeout.connect(self._read)
        self.hide()

    def show_visit(self, visit: VisitRow) -> None:
        """Say it of who came with this visit, or called; the last words stay while he does."""
        known = visit.customer_id if visit.contact and visit.kind is not VisitKind.ERRAND else None
        if known != self._customer_id:
            self.hide()
        self._customer_id = known or 0
        if known:
            self._soon.start()
        else:
            self._soon.stop()

    def _read(self) -> None:
        from showroom.people import archive

        with self.db.read() as session:
            held = archive.of_many(session, [self._customer_id]).get(self._customer_id)
        asked = held.next() if held is not None else []
        fields = [f"{_(archive.TITLES[field])} +{gain}" for field, gain in asked]
        hints = [
            f"{_(archive.TITLES[field])}: {_(archive.HINTS.get(field, archive.TITLES[field]))}"
            for field, _gain in asked
        ]
        self.setText(_("Ask today: {fields}").format(fields=" · ".join(fields)))
        self.setToolTip(style.tip("\n".join(hints), wrapped=True))
        self.setVisible(bool(asked))
