"""Writing a card for a customer: what for, which words, on which day it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QVBoxLayout

from showroom import words
from showroom.cards import feasts, occasions, templates
from showroom.errors import ShowroomError
from showroom.guard import consent
from showroom.i18n import _, ngettext
from showroom.store.models import CardKind, Way
from ui import style
from ui.customer_parts import FileTool
from ui.forms import Choice, Day, Form
from ui.widgets import label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from showroom.cards.feasts import Coming
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
        self._coming: dict[str, Coming] = {}
        self._kinds: dict[str, CardKind] = {}
        self.form = Form("customers.card")
        self.form.row(Choice("template", _("Card"), optional=False))
        self.form.row(Choice("festival", _("Festival")))
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
        self.form.edited.connect(self._on_edited)

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
        today = self.db.today()
        with self.db.read() as session:
            offer = occasions.offer(session, self._ids[0], today=today)
            language = offer.templates[0].language
            coming = feasts.coming(session, today, language=language)
        self._coming = {one.feast.festival.code: one for one in coming}
        self._kinds = {one.code: one.kind for one in offer.templates}
        fields = self.form.fields
        self.form.clear()
        fields["template"].set_options([(one.code, _named(one)) for one in offer.templates])
        fields["festival"].set_options(
            [
                (one.feast.festival.code, f"{one.feast.festival.name} · {one.feast.day}")
                for one in coming
            ]
        )
        fields["template"].set_value(offer.likely.code)
        fields["on"].set_value(today)
        likely = feasts.likely(coming) if festival else None
        if likely is not None:
            fields["festival"].set_value(likely.feast.festival.code)
            self._on_festival()
        self._say_addresses(offer.has_address)
        self._show()
        self.form.focus("template")

    def _say_addresses(self, first: bool) -> None:
        """Of one: that none is noted. Of several: who therefore gets no card, and the way out."""
        if len(self._ids) == 1:
            self.address.setText(
                _("No address is noted: hand the card over, or note the address first.")
            )
            self.address.setVisible(not first)
            return
        with self.db.read() as session:
            names = occasions.without_address(session, self._ids)
        said = ngettext(
            "{count} gets no card, no address is noted: {list}. Note it in the file first.",
            "{count} get no card, no address is noted: {list}. Note it in their files first.",
            len(names),
        )
        first_names = names[:NAMED] + ["…"] * (len(names) > NAMED)
        self.address.setText(said.format(count=f"{len(names):,}", list=_(", ").join(first_names)))
        self.address.setVisible(bool(names))

    def _on_edited(self, name: str) -> None:
        if name == "festival":
            self._on_festival()
        elif name == "template":
            self._on_template()
        self._show()

    def _on_festival(self) -> None:
        """The wording of a festival, and when its cards are to be posted."""
        one = self._coming.get(str(self.form.fields["festival"].value() or ""))
        if one is not None:
            self.form.fields["template"].set_value(one.wording.code)
            self.form.fields["on"].set_value(one.on)

    def _on_template(self) -> None:
        """The festival that a wording is for; one that is for any keeps what was chosen."""
        code = self.form.fields["template"].value()
        if self._kinds.get(str(code)) is not CardKind.FESTIVAL:
            self.form.fields["festival"].set_value(None)
            return
        with self.db.read() as session:
            known = templates.known(session)
            meant = feasts.code_of(session, known[code]) if code in known else ""
        meant = meant or self._festival() or next(iter(self._coming), "")
        one = self._coming.get(meant)
        if one is not None:
            self.form.fields["festival"].set_value(meant)
            self.form.fields["on"].set_value(one.on)

    def _festival(self) -> str:
        return str(self.form.fields["festival"].value() or "")

    def accept(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            today = self.db.today()
            template, on = held["template"] or "", held["on"] or today
            feast = held["festival"] or ""
            if len(self._ids) > DIRECT:
                self._write_many(template, on, feast)
                return
            with self.db.write() as session:
                if len(self._ids) == 1:
                    occasions.write(
                        session, self._ids[0], template, on=on, today=today, festival=feast
                    )
                    made = occasions.Written(1, [])
                else:
                    made = occasions.write_many(
                        session, self._ids, template, on=on, today=today, festival=feast
                    )
                    _some(made)
            self._said(made)

    def _write_many(self, template: str, on: date, feast: str) -> None:
        """On a thread, with progress, while the window waits."""
        ids, today = self._ids, self.db.today()

        def write(progress: Progress) -> occasions.Written:
            with self.db.write() as session:
                made = occasions.write_many(
                    session, ids, template, on=on, today=today, festival=feast, progress=progress
                )
                _some(made)
                return made

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
            said += " " + _no_card(made)
        self.done.emit(said)

    def _show(self) -> None:
        """What would stand on the first card; a festival is chosen for festival cards alone."""
        code = str(self.form.fields["template"].value() or "")
        self.form.show_row("festival", self._kinds.get(code) is CardKind.FESTIVAL)
        with self.db.read() as session:
            said = occasions.preview(
                session, self._ids[0], code, festival=self._festival(), today=self.db.today()
            )
        self.words.setText(said)


def _named(one: templates.Template) -> str:
    """The occasion and the wording; one name when they are the same."""
    kind = _(words.CARD_KINDS[one.kind])
    return one.name if one.name == kind else f"{kind} · {one.name}"


def _some(made: occasions.Written) -> None:
    """Raises `ShowroomError` where nobody gets a card: nothing is written, the panel stays."""
    if not made.cards:
        raise ShowroomError(_no_card(made))


def _no_card(made: occasions.Written) -> str:
    first = made.left_out[:NAMED] + ["…"] * (len(made.left_out) > NAMED)
    return _("No card: {list}").format(list=_(", ").join(first))


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
