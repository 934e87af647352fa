"""Who brought the customer of a visit: one line among what else is noted of him."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from showroom.deals import thanks
from showroom.errors import Invalid
from showroom.i18n import _
from showroom.people import customers, introducers, referrals
from showroom.words import called
from ui.customer_field import CustomerField
from ui.forms import Form

if TYPE_CHECKING:
    from showroom.store.db import Database


class BroughtBy(Form):
    """Noted as soon as somebody is chosen; `noted(words)` tells it.

    Hidden for who left no contact, and for who has been known too long to be brought by anybody.
    """

    noted = Signal(str)

    def __init__(self, db: Database, page: str) -> None:
        super().__init__(page)
        self.db = db
        self._id = 0
        self.introducer = CustomerField(
            "introducer", _("Introduced by"), db, page, without=lambda: self._id
        )
        self.row(self.introducer)
        self.add(self.introducer.matches)
        self.introducer.entered.connect(self._note)
        self.introducer.edited.connect(self._on_typed)
        self.hide()

    def show_for(self, customer_id: int | None) -> None:
        """Show who brought this customer; what is typed for the same one stays."""
        with self.db.read() as session:
            late, by = "", None
            if customer_id is not None:
                by = referrals.introducer_of(session, customer_id)
                customer = customers.on_file(session, customer_id)
                late = introducers.too_late(session, customer, today=self.db.today())
        self.setVisible(customer_id is not None and (by is not None or not late))
        undone = by is None and not self.introducer.isEnabled()
        if by is not None or undone or customer_id != self._id:
            self.introducer.set_value(by)
            self.clear_problems()
        self._id = customer_id or 0
        self.introducer.setEnabled(by is None)

    def _on_typed(self) -> None:
        if not self.introducer.raw():
            self.clear_problems()

    def _note(self) -> None:
        raw = self.introducer.raw()
        if not isinstance(raw, int) or not raw or not self._id:
            return
        try:
            with self.db.write() as session:
                thanks.note_introducer(
                    session,
                    introducer_id=raw,
                    customer_id=self._id,
                    now=self.db.now(),
                    today=self.db.today(),
                )
                pair = {row.id: row for row in customers.rows(session, [raw, self._id])}
        except Invalid as error:
            self.show_problems(error.problems)
            return
        self.noted.emit(
            _("{introducer} brought {customer}: noted.").format(
                introducer=called(pair[raw].name, pair[raw].honorific),
                customer=called(pair[self._id].name, pair[self._id].honorific),
            )
        )
