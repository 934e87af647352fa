"""Why this consultant receives the party: one digit after he was chosen, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom.door import turns
from showroom.i18n import N_, _
from showroom.store.models import HandOver, VisitKind
from ui import style
from ui.segmented import Segmented
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.door.visits import VisitRow
    from showroom.store.db import Database
    from ui.forms import Choice

REASONS: Final = {
    HandOver.ASKED_FOR: N_("1 Asked for"),
    HandOver.COMPENSATION: N_("2 Made good"),
    HandOver.ASSIGNED: N_("3 Assigned"),
}
"""What only people know; the other reasons the desk finds itself."""


class WhyHim(QWidget):
    """Stands below the consultant of a visit: three reasons by digit, and a sentence.

    The reasons are there while one of them holds, or the cursor is in `consultant`; Enter there
    goes to them. `given(reason)` when one is chosen, `entered()` when Enter passes by.
    """

    given = Signal(HandOver)
    entered = Signal()

    def __init__(self, db: Database, consultant: Choice, page: str) -> None:
        super().__init__()
        self.db = db
        self._consultant = consultant
        self._visit: VisitRow | None = None
        self.reasons = Segmented(
            [(reason.value, _(text)) for reason, text in REASONS.items()],
            name=f"{page}.hand_over",
            optional=False,
        )
        self.reasons.setAccessibleName(_("Why this consultant"))
        self.sentence = label("", "soon", name=f"{page}.hand_over.sentence", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.S)
        layout.addWidget(self.reasons)
        layout.addWidget(self.sentence)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._arrange)
        self.reasons.chosen.connect(lambda code: self.given.emit(HandOver(code)))
        consultant.entered.connect(self._go_on)
        line = consultant.lineEdit()
        assert line is not None  # he is searched for by name
        for watched in (line, self.reasons):
            watched.installEventFilter(self)
        self.hide()

    def show_visit(self, visit: VisitRow | None, crew: set[int]) -> None:
        """Show what holds for a visit; `crew` are the consultants who receive."""
        self._visit = visit
        if visit is None:
            return
        self.reasons.set_code(visit.hand_over.value if visit.hand_over in REASONS else "")
        said = self._wrong(visit, crew)
        self.sentence.setText(said)
        self.sentence.setVisible(bool(said))
        self._arrange()

    def _wrong(self, visit: VisitRow, crew: set[int]) -> str:
        if visit.kind is not VisitKind.WALK_IN or visit.left_at is not None:
            return ""
        if visit.consultant_id is None:
            with self.db.read() as session:
                said = turns.nobody(session, visit.day)
            return said or _("Nobody receives this party: choose who does.")
        if visit.consultant_id not in crew:
            return _("{name} receives no more: choose who takes over.").format(
                name=visit.consultant
            )
        if visit.hand_over is HandOver.STAND_IN and visit.stands_in_for:
            return _("Standing in for {name}, whose customer this stays.").format(
                name=visit.stands_in_for
            )
        return ""

    def _arrange(self, *, asked: bool = False) -> None:
        visit = self._visit
        line = self._consultant.lineEdit()
        inside = asked or self.reasons.hasFocus() or (line is not None and line.hasFocus())
        walks_in = visit is not None and visit.kind is VisitKind.WALK_IN
        given = visit is not None and visit.consultant_id is not None
        holds = visit is not None and visit.hand_over in REASONS
        self.reasons.setVisible(walks_in and given and (holds or inside))
        self.setVisible(not self.reasons.isHidden() or not self.sentence.isHidden())

    def _go_on(self) -> None:
        """Enter in the consultant: why him?"""
        self._arrange(asked=True)
        if not self.reasons.isHidden():
            self.reasons.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._soon.start()
        elif (
            watched is self.reasons
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self.entered.emit()
            return True
        return super().eventFilter(watched, event)
