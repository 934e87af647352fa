"""One muted line at a visit: what the archive of who is here lacks most, to be asked today."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel

from showroom.door.visits import VisitRow
from showroom.i18n import _
from showroom.store.db import Database
from showroom.store.models import VisitKind
from ui import style
from ui.jobs import Job

if TYPE_CHECKING:
    from showroom.people.archive import Archive
    from showroom.progress import Progress

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
        """On a thread: when the first visit of a day is shown, all the rest is being loaded."""
        id = self._customer_id

        def work(_progress: Progress) -> Archive | None:
            from showroom.people import archive

            with self.db.read() as session:
                return archive.of_many(session, [id]).get(id)

        Job(self, "", work, partial(self._show, id), quiet=True)

    def _show(self, id: int, held: Archive | None) -> None:
        if id != self._customer_id:  # somebody else stands there by now
            return
        from showroom.people import archive

        asked = held.next() if held is not None else []
        fields = [f"{_(archive.TITLES[field])} +{gain}" for field, gain in asked]
        hints = [
            f"{_(archive.TITLES[field])}: {_(archive.HINTS.get(field, archive.TITLES[field]))}"
            for field, _gain in asked
        ]
        self.setText(_("Ask today: {fields}").format(fields=" · ".join(fields)))
        self.setToolTip(style.tip("\n".join(hints), wrapped=True))
        self.setVisible(bool(asked))
