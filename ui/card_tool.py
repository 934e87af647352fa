"""Writing a card for a customer: what for, which words, on which day it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout

from showroom import words
from showroom.cards import occasions
from showroom.errors import ShowroomError
from showroom.guard import consent
from showroom.i18n import _, ngettext
from showroom.store.models import Way
from ui import style
from ui.customer_parts import FileTool
from ui.forms import Choice, Day, Form
from ui.widgets import label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from showroom.people.customers import File
    from showroom.progress import Progress
    from ui.pages.customers import CustomersPage

MANY: Final = "cards"
DIRECT: Final = 20
"""So many cards are written at once; more of them on a thread, with progress."""

NAMED: Final = 3
"""So many of who gets no card are named."""


class CardTool(FileTool):
    """The occasions of `occasions.BY_HAND` with their wordings; the card joins the queue."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.go = _("Put in the Queue")
        self._ids: list[int] = []
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
        self._ids = [file.row.id]
        with self.db.read() as session:
            if consent.is_barred(session, file.row.id, Way.POST):
                raise ShowroomError(
                    _("{name} is not to be contacted.").format(name=file.row.name or _("No name"))
                )
        self.title = ""
        self._offer()

    def begin_with(self, ids: list[int]) -> None:
        """The same card for several, as for a festival."""
        self._ids = ids
        said = ngettext("Cards for {count} customer", "Cards for {count} customers", len(ids))
        self.title = said.format(count=f"{len(ids):,}")
        self._offer(festival=True)

    def _offer(self, *, festival: bool = False) -> None:
        """Show the wordings for the first of them; several are greeted at a festival."""
        with self.db.read() as session:
            offer = occasions.offer(session, self._ids[0], today=self.db.today())
            coming = occasions.next_festival(session, self.db.today()) if festival else None
        likely, on = coming or (offer.likely, self.db.today())
        self.form.clear()
        self.form.fields["template"].set_options(
            [(one.code, f"{_(words.CARD_KINDS[one.kind])} · {one.name}") for one in offer.templates]
        )
        self.form.fields["template"].set_value(likely.code)
        self.address.setVisible(not offer.has_address and len(self._ids) == 1)
        self.form.fields["on"].set_value(on)
        self._show_words()
        self.form.focus("template")

    def accept(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            today = self.db.today()
            template, on = held["template"] or "", held["on"] or today
            if len(self._ids) > DIRECT:
                self._write_many(template, on)
                return
            with self.db.write() as session:
                if len(self._ids) == 1:
                    occasions.write(session, self._ids[0], template, on=on, today=today)
                    made = occasions.Written(1, [])
                else:
                    made = occasions.write_many(session, self._ids, template, on=on, today=today)
            self._said(made)

    def _write_many(self, template: str, on: date) -> None:
        """On a thread, with progress, while the window waits."""
        ids, today = self._ids, self.db.today()

        def write(progress: Progress) -> occasions.Written:
            with self.db.write() as session:
                return occasions.write_many(
                    session, ids, template, on=on, today=today, progress=progress
                )

        self.page.job(self.title, write, self._said, writes=True)

    def _said(self, made: occasions.Written) -> None:
        if len(self._ids) == 1:
            self.done.emit(_("The card is in the queue (Ctrl+4)."))
            return
        said = ngettext(
            "{count} card is in the queue (Ctrl+4).",
            "{count} cards are in the queue (Ctrl+4).",
            made.cards,
        ).format(count=f"{made.cards:,}")
        if made.left_out:
            first = made.left_out[:NAMED] + ["…"] * (len(made.left_out) > NAMED)
            said += " " + _("No card: {list}").format(list=_(", ").join(first))
        self.done.emit(said)

    def _show_words(self) -> None:
        code = str(self.form.fields["template"].value() or "")
        with self.db.read() as session:
            said = occasions.preview(session, self._ids[0], code, today=self.db.today())
        self.words.setText(said)


def open_cards(page: CustomersPage, ids: Sequence[int]) -> None:
    """Write a card to these customers in the panel. Raises `ShowroomError` without any."""
    if not ids:
        raise ShowroomError(_("Nobody is on this list."))
    if not page.leave_panel():
        return
    tool = page.tools.made.get(MANY)
    if tool is None:
        tool = CardTool(page)
        page.tools.take(MANY, tool)
    assert isinstance(tool, CardTool)
    tool.begin_with(list(ids))
    page.tools.show(tool)
