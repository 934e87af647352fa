"""Closing a deal at the desk: the deal's form in the place of the visit's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom.deals import deals
from showroom.errors import Cancelled, Invalid
from showroom.i18n import _
from ui.deal_form import DealForm
from ui.desk_parts import Tool

if TYPE_CHECKING:
    from showroom.door.visits import VisitRow
    from ui.page import Page


class DealTool(Tool):
    """The deal of the visit that is shown; one that was made already opens on its own page."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.go = _("Close Deal")
        self.form = DealForm(page.db, "desk")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        self.form.entered.connect(self.entered)
        self.form.closed.connect(
            lambda _id: self.done.emit(_("Deal closed. The thank-you card is in the queue."))
        )

    def begin(self, visit: VisitRow) -> None:
        if visit.customer_id is None or not (visit.contact or visit.phone):
            raise Invalid({"phone": _("A deal needs a customer: enter his phone first.")})
        with self.db.read() as session:
            known = deals.of_visit(session, visit.id)
        if known is not None:
            self.page.open.emit("deals", known)
            raise Cancelled
        self.form.begin(visit.customer_id, visit.id)
        self.form.focus("model" if visit.model_id is None else "price")

    def accept(self) -> None:
        self.form.close_deal()
