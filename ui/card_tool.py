"""Writing a card for a customer: what for, which words, on which day it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom import words
from showroom.cards import occasions
from showroom.errors import ShowroomError
from showroom.guard import consent
from showroom.i18n import _
from showroom.store.models import Way
from ui import style
from ui.customer_parts import FileTool
from ui.forms import Choice, Day, Form
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.people.customers import File
    from ui.pages.customers import CustomersPage


class CardTool(FileTool):
    """The occasions of `occasions.BY_HAND` with their wordings; the card joins the queue."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.go = _("Put in the Queue")
        self._id = 0
        self.form = Form("customers.card")
        self.form.row(Choice("template", _("Card"), optional=False))
        self.form.row(Day("on", _("Due on"), today=page.db.today))
        self.words = label("", "quote", name="customers.card.words", wrap=True)
        self.address = label(
            _("No address is noted: hand the card over, or note the address first."),
            "soon",
            name="customers.card.address",
            wrap=True,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.form)
        layout.addWidget(self.address)
        layout.addWidget(self.words)
        self.form.entered.connect(self.entered)
        self.form.edited.connect(lambda _name: self._show_words())

    def begin(self, file: File) -> None:
        self._id = file.row.id
        with self.db.read() as session:
            if consent.is_barred(session, self._id, Way.POST):
                raise ShowroomError(
                    _("{name} is not to be contacted.").format(name=file.row.name or _("No name"))
                )
            offer = occasions.offer(session, self._id, today=self.db.today())
        self.form.clear()
        self.form.fields["template"].set_options(
            [(one.code, f"{_(words.CARD_KINDS[one.kind])} · {one.name}") for one in offer.templates]
        )
        self.form.fields["template"].set_value(offer.likely.code)
        self.address.setVisible(not offer.has_address)
        self.form.fields["on"].set_value(self.db.today())
        self._show_words()
        self.form.focus("template")

    def accept(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            with self.db.write() as session:
                occasions.write(
                    session,
                    self._id,
                    held["template"] or "",
                    on=held["on"] or self.db.today(),
                    today=self.db.today(),
                )
            self.done.emit(_("The card is in the queue (Ctrl+4)."))

    def _show_words(self) -> None:
        code = str(self.form.fields["template"].value() or "")
        with self.db.read() as session:
            said = occasions.preview(session, self._id, code, today=self.db.today())
        self.words.setText(said)
