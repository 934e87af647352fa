"""An invitation out of a call: the appointment's form in the place of the visit's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom.i18n import _
from showroom.store.models import VisitKind
from ui.appointment_form import AppointmentForm
from ui.desk_parts import Tool
from ui.widgets import Button

if TYPE_CHECKING:
    from showroom.door.visits import VisitRow
    from ui.page import Page


class InviteTool(Tool):
    """When who is on the phone will come, and what for; what the call told stands there."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.go = _("Invite")
        self.form = AppointmentForm(page.db, "desk.invite")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        self.form.entered.connect(self._on_entered)
        self.form.saved.connect(lambda _id: self.done.emit(_("Invited: he is expected.")))

    def begin(self, visit: VisitRow) -> None:
        self.form.begin(
            customer_id=visit.customer_id,
            call_id=visit.id if visit.kind is VisitKind.CALL else None,
            channel_id=visit.channel_id,
            honorific=visit.honorific,
        )
        if visit.customer_id is None:
            self.form.who.setText(visit.name)
        if visit.model_id is not None:
            self.form.model.set_value(visit.model_id)
        if visit.consultant_id is not None:
            self.form.consultant.set_value(visit.consultant_id)
        known = visit.customer_id is not None or visit.name
        self.form.focus("when" if known else "who")

    def accept(self) -> None:
        self.form.save()

    def _on_entered(self) -> None:
        finish = self.page.findChild(Button, "desk.finish")
        if finish is not None:
            finish.setFocus()
