"""The line above a visit of a day that is closed: why it is corrected, or who may correct it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom.guard import closed
from showroom.i18n import _
from ui import style
from ui.forms import Form, Text
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.door.visits import VisitRow
    from ui.page import Page


class Correction(QWidget):
    """Nothing while the day of the visit is open; `given()` when the reason was said.

    The reason counts for this visit only: another one that is shown asks again.
    """

    given = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.db = page.db
        self._visit: VisitRow | None = None
        self.words = label("", "soon", name=f"{page.code}.closed", wrap=True)
        self.form = Form(page.code)
        self.form.row(Text("why", _("Reason"), placeholder=_("why it is corrected, then Enter")))
        self.form.entered.connect(self._give)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, style.S)
        layout.setSpacing(style.S)
        layout.addWidget(self.words)
        layout.addWidget(self.form)
        self.hide()

    def show_for(self, visit: VisitRow | None) -> None:
        """Say whether the day of this visit is closed, and ask why when it may be corrected."""
        before = self._visit
        if before is not None and (visit is None or visit.id != before.id):
            closed.done(self.db, before.day)
            self.form.clear()
        self._visit = visit
        if visit is None:
            self.hide()
            return
        with self.db.read() as session:
            at = closed.since(session, visit.day, arrived=visit.arrived_at)
            refused = at and closed.refusal(session, visit.day, arrived=visit.arrived_at)
        why = self.db.reasons.get(visit.day, "")
        if at is not None:
            words = refused or closed.said(visit.day, at)
            if why:
                words = _("{closed} It is corrected: {why}").format(closed=words, why=why)
            self.words.setText(words)
        self.form.setVisible(not refused and not why)
        self.setVisible(at is not None)

    def forget(self) -> None:
        """What comes next is no edit of this visit: the reason does not count for it."""
        if self._visit is not None:
            closed.done(self.db, self._visit.day)
            self.show_for(self._visit)

    def _give(self) -> None:
        visit = self._visit
        if visit is None:
            return
        with self.form.reporting():
            closed.correct(self.db, visit.day, self.form.fields["why"].value())
            self.show_for(visit)
            self.given.emit()
