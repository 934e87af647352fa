"""Three keys at the door: the line of the desk that asks how many came."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from showroom.errors import Invalid
from showroom.i18n import _
from showroom.store.models import VisitKind
from ui import style
from ui.forms import Choice, Number
from ui.widgets import Button, label


class Arrival(QFrame):
    """The line that asks how many came: a digit and Enter; Escape closes it.

    `arrived(kind, people, errand id or None)` when they are here, `given_up()` when not.
    """

    arrived = Signal(object, int, object)
    given_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("desk.arrival")
        self.kind = VisitKind.WALK_IN
        self.words = label("", "section")
        self.people = Number("party", _("People in the party"), least=1, most=99, width=64)
        self.people.setObjectName("desk.party")
        self.errand = Choice("reason", _("Errand"), [], optional=False, width=160)
        self.errand.setObjectName("desk.reason")
        self.hint = label(_("A digit, then Enter. Escape: not now."), "muted")
        self.problem = label("", "problem", name="desk.party.problem")
        self.go = Button(_("Arrive"), "Enter", kind="primary", name="desk.arrive")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(style.L, style.M, style.M, style.M)
        layout.setSpacing(style.M)
        for widget in (self.words, self.people, self.errand, self.hint, self.problem):
            layout.addWidget(widget)
        layout.addStretch()
        layout.addWidget(self.go)
        self.people.entered.connect(self.accept)
        self.errand.entered.connect(self.accept)
        self.go.clicked.connect(self.accept)
        self.hide()

    def ask(self, kind: VisitKind, errands: list[tuple[int, str]]) -> None:
        """Open the line for a walk-in or an errand."""
        self.kind = kind
        errand = kind is VisitKind.ERRAND
        self.words.setText(_("Errand: how many?") if errand else _("New visit: how many?"))
        self.errand.set_options(errands)
        self.errand.setVisible(errand)
        if errand and errands:
            self.errand.set_value(errands[0][0])
        self.people.set_value(1)
        self.problem.setText("")
        self.show()
        self.people.setFocus()
        self.people.selectAll()

    def accept(self) -> None:
        """The party is here."""
        try:
            people = self.people.value() or 1
        except Invalid as error:
            self.problem.setText(error.problems["party"])
            self.people.selectAll()
            return
        self.hide()
        errand = self.errand.value() if self.kind is VisitKind.ERRAND else None
        self.arrived.emit(self.kind, people, errand)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        style.rounded(
            QPainter(self),
            QRectF(self.rect()),
            style.colour("accent_soft"),
            style.colour("accent"),
        )
