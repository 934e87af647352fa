"""Everybody we know: found as one types, read in the panel, changed in place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import settings, words
from showroom.dates import show_day
from showroom.guard import amends, staff
from showroom.i18n import N_, _, ngettext
from showroom.people import customers, phones, promises, search, timeline
from showroom.people.customers import CustomerRow
from showroom.store import drafts
from showroom.store.models import Level, Role, Status
from ui import style
from ui.appointment_form import AppointmentForm
from ui.customer_file import CustomerFile, late_words
from ui.customer_filters import CustomerFilters
from ui.customer_form import DRAFT, CustomerForm
from ui.customer_parts import VIEWS
from ui.customer_rights import CustomerRights
from ui.customer_tools import FileTools
from ui.deal_form import DealForm
from ui.page import Page
from ui.reveal import Reveal
from ui.services import said
from ui.tables import Column, Table
from ui.views import LISTS, Views
from ui.widgets import Card, Tag, label

if TYPE_CHECKING:
    from showroom.store.db import Database

FILE, FORM, DEAL = "file", "form", "deal_form"  # the names of what the panel shows
APPOINTMENT = "appointment_form"
TOOL = "tool"


class CustomersPage(Page):
    """The list of customers, and the file of the chosen one."""

    title = N_("Customers")
    code = "customers"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.id = 0
        self._shown = FILE
        self._shop = settings.Settings()
        self._first = True

        self.filters = CustomerFilters(db, "customers")
        self.finder = self.search = self.filters.finder
        self.count = label("", "note", name="customers.count")
        self.new = self.button(_("New Customer"), "Ctrl+N", self._new, kind="primary", name="new")

        self.table = Table("customers.list", self._columns(), self._rows)
        self.table.setAccessibleName(_("Customers"))
        self.first_customer = self.button(_("New Customer"), "", self._new, name="first")
        self.table.set_empty(_("No customers yet."), self.first_customer)
        self.views = Views(self, self._make_lists(), VIEWS, _("Customers"), bare=True)
        self.views.beside(self.new)
        self.figures.hide()
        self.body.addWidget(self.views, 1)
        self.views.chosen.connect(self.show_in_panel)

        self._make_side()
        self.finder.textChanged.connect(self.reload_soon)
        self.finder.entered.connect(self.table.setFocus)
        self.filters.chosen.connect(self.reload)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _id: self._edit())
        self._show_none()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                N_("Customer"),
                lambda row: words.called(row.name, row.honorific) or _("No name"),
                width=150,
                stretch=True,
            ),
            Column(N_("Phone"), lambda row: row.phone, width=128),
            Column(N_("Interest"), lambda row: row.model, width=106, stretch=True),
            Column(N_("Level"), self._standing, tag=_standing_tone, width=92),
            Column(N_("Consultant"), lambda row: row.consultant or "—", width=84),
            Column(
                N_("Last visit"),
                lambda row: show_day(row.last_visit_on, self.db.today()),
                tone="muted",
                width=96,
            ),
            Column(N_("Next contact"), self._next, tag=self._next_tone, width=104),
        )

    def _make_lists(self) -> QWidget:
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.filters)
        line.addStretch()
        line.addWidget(self.count)
        card = Card()
        card.body.addWidget(self.table)
        lists = QWidget()
        column = QVBoxLayout(lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addLayout(line)
        column.addWidget(card, 1)
        return lists

    def _make_side(self) -> None:
        self.letter = Tag(name="customers.file.letter")
        self.side.head.insertWidget(1, self.letter)
        self.side.note.setAlignment(Qt.AlignmentFlag.AlignRight)
        copy = self.button(_("Copy"), "C", self._copy, name="copy")
        undo = self.button(_("Undo This"), "Alt+U", self._undo, kind="quiet", name="undo")
        self.reveal = Reveal(self)
        self.rights = CustomerRights(self)
        self.file = CustomerFile(self, copy, undo, self.reveal.button, self.rights.strip)
        self.tools = FileTools(self)
        self.tools.fill(self.rights.button.menu())
        self.side.body.addWidget(self.file)
        self.side.body.addStretch(1)  # a form takes no more than it needs
        foot = self.side.foot
        self.edit = self.button(_("Edit"), "Ctrl+E", self._edit, name="edit")
        self.back = self.button(_("Back"), "Esc", self._back, name="back")
        self.throw_away = self.button(
            _("Throw Away"), "", self._throw_away, kind="quiet", name="throw_away"
        )
        self.deal = self.button(_("Deal"), "F9", self._deal, kind="primary", name="deal")
        self.save = self.button(
            _("Save"), "Ctrl+S", lambda: self.form.save(), kind="primary", name="save"
        )
        self.close_deal = self.button(
            _("Close Deal"),
            "Ctrl+Return",
            lambda: self.deal_form.close_deal(),
            kind="primary",
            name="close_deal",
        )
        for button in (self.edit, self.rights.button, self.back, self.throw_away):
            foot.addWidget(button)
        foot.addStretch()
        self.appoint = self.button(
            _("Save Appointment"),
            "Ctrl+Return",
            lambda: self.appointment_form.save(),
            kind="primary",
            name="appoint",
        )
        for button in (self.deal, self.save, self.close_deal, self.appoint, self.tools.finish):
            foot.addWidget(button)
        self.key("Ctrl+I", _("Appointment"), self._appoint, name="invite")
        self.file.leveled.connect(self._set_level)
        self.file.other.connect(self.show_id)
        self.rights.erased.connect(self._show_none)

    # the forms are made when they are first needed: the page opens sooner

    @cached_property
    def form(self) -> CustomerForm:
        """All facts of a customer, new or on file."""
        made = CustomerForm(self.db, "customers")
        made.hide()
        self.side.body.insertWidget(1, made)
        made.saved.connect(self._on_saved)
        made.other.connect(self.show_id)
        made.entered.connect(self.save.setFocus)
        return made

    @cached_property
    def deal_form(self) -> DealForm:
        """The deal with the customer that is shown."""
        made = DealForm(self.db, "customers")
        made.hide()
        self.side.body.insertWidget(1, made)
        made.entered.connect(self.close_deal.setFocus)
        made.closed.connect(self._on_deal)
        return made

    @cached_property
    def appointment_form(self) -> AppointmentForm:
        """When the customer that is shown will come."""
        made = AppointmentForm(self.db, "customers.appointment")
        made.hide()
        self.side.body.insertWidget(1, made)
        made.entered.connect(self.appoint.setFocus)
        made.saved.connect(self._on_appointment)
        return made

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read once what list, file and forms read, so that its SQL is compiled on a thread."""
        today = db.today()
        with db.read() as session:
            settings.load(session)
            staff.everyone(session, Role.CONSULTANT)
            promises.waiting(session, today)
            drafts.find(session, DRAFT)
            ids = search.find(session)[:1]
            search.find(session, "13")
            search.find(session, "王")
            for id in ids:
                customers.file(session, id)
                timeline.of_customer(session, id)
                phones.sharing(session, id)

    # -- the list --

    def reload(self) -> None:
        """Read the list and the file that is shown anew; a form is never touched."""
        with self.db.read() as session:
            self._shop = settings.load(session)
            draft = bool(drafts.find(session, DRAFT)) if self._first else False
        ids = self.filters.ids(self._shop)
        self._say_count(len(ids))
        self.table.show_ids(ids)
        self.views.reload()
        if self._shown == FORM:
            self.form.show_numbers()
        self.tools.reload()
        if self.id:
            self._show_file(self.id)
        if self._first:
            self._first = False
            if draft:
                self._new()

    def _say_count(self, count: int) -> None:
        self.count.setText(f"{count:,}")
        spoken = ngettext("{count} customer", "{count} customers", count)
        self.count.setToolTip(style.tip(spoken.format(count=f"{count:,}")))
        self.count.setAccessibleName(spoken.format(count=f"{count:,}"))
        said = "" if count else self.filters.nobody()
        if not count and said != (self.table.property("said") or ""):
            self.table.setProperty("said", said)
            if said:
                self.table.set_empty(said)
            else:
                self.table.set_empty(_("No customers yet."), self.first_customer)

    def _rows(self, ids: Sequence[int]) -> list[CustomerRow]:
        with self.db.read() as session:
            return customers.rows(session, ids)

    def _standing(self, row: CustomerRow) -> str:
        """The letter of who is still to be won; else where he stands."""
        if row.status in (Status.OPEN, Status.ORDERED):
            return self._shop.letter(row.level)
        return _(words.STATUSES[row.status])

    def _next(self, row: CustomerRow) -> str:
        if row.do_not_contact:
            return _("Do not contact")
        today = self.db.today()
        return late_words(row.next_on, today) or show_day(row.next_on, today)

    def _next_tone(self, row: CustomerRow) -> str:
        if row.do_not_contact:
            return "muted"
        return "late" if late_words(row.next_on, self.db.today()) else ""

    # -- what the panel shows --

    def show_id(self, id: int) -> None:
        """Show the file of a customer, also when the list is narrowed to others."""
        if not self.leave_panel():
            return
        self.views.leave_view()
        if id not in self.table.rows.ids():
            self.search_all()
        self._shown = FILE
        kept = self.table.blockSignals(True)
        self.table.choose(id)
        self.table.blockSignals(kept)
        self._on_chosen(id)

    def show_in_panel(self, id: int) -> None:
        """Show a file beside the view that is shown; the list stays as it is."""
        if self.leave_panel() and id:
            self.id = id
            self._show(FILE)
            self._show_file(id)

    def search_all(self) -> None:
        """Take every narrowing away."""
        self.filters.clear()
        self.reload()

    def focus_first(self) -> None:
        """The search takes the keyboard: one finds first."""
        self.finder.setFocus()

    def _on_chosen(self, id: int) -> None:
        if not self.leave_panel():
            if id != self.id:
                self.table.choose(self.id)
            return
        self.id = id
        if id:
            self._show(FILE)
            self._show_file(id)
        else:
            self._show_none()

    def leave_panel(self) -> bool:
        """Keep what is typed before something else is shown; False when it cannot be kept."""
        if self._shown != FORM:
            return True
        if self.form.file is None:
            self.form.keep_draft()
            return True
        if not self.form.is_dirty():
            return True
        self._shown = FILE  # or saving would come back here
        if self.form.save():
            return True
        self._shown = FORM
        return False

    def _show(self, what: str) -> None:
        """Show the file, the form or the deal in the panel, with the buttons it has."""
        self._shown = what
        self.side.show_content()
        new = what == FORM and self.form.file is None
        for widget, shown in (
            (self.file, what == FILE),
            (self.edit, what == FILE),
            (self.rights.button, what == FILE),
            (self.deal, what == FILE),
            (self.save, what == FORM),
            (self.throw_away, new),
            (self.close_deal, what == DEAL),
            (self.appoint, what == APPOINTMENT),
            (self.back, what != FILE),
        ):
            widget.setVisible(shown)
        for name in (FORM, DEAL, APPOINTMENT):
            if what == name or name in vars(self):
                getattr(self, name).setVisible(what == name)
        self.tools.arrange(what == TOOL)
        if new:
            self.side.set_title(_("New customer"), _("kept as you type"))
            self.letter.set_tag("")

    def _show_none(self) -> None:
        self.id = 0
        self._show(FILE)
        sentence = _("Choose a customer, or type part of a name, pinyin, phone or plate.")
        self.side.show_empty(sentence)

    def _show_file(self, id: int) -> None:
        with self.db.read() as session:
            if not customers.rows(session, [id]):  # undone meanwhile
                if self._shown == FILE:
                    self._show_none()
                return
            file = customers.file(session, id)
            events = timeline.of_customer(session, id)
            sharing = customers.rows(session, phones.sharing(session, id))
            self.file.show_sections(session, file)
        row = file.row
        self.file.show_file(file, events, sharing, self._shop, self.db.today())
        self.reveal.show_for(id, row.phone + file.wechat)
        self.rights.show_for(id)
        if self._shown != FORM or self.form.file is not None:
            self._show_title(row)

    def refresh_file(self) -> None:
        """Read the file that is shown anew."""
        if self.id and self._shown == FILE:
            self._show_file(self.id)

    def _show_title(self, row: CustomerRow) -> None:
        name = words.called(row.name, row.honorific) or _("No name")
        self.side.set_title(name, row.consultant)
        open_now = row.status in (Status.OPEN, Status.ORDERED)
        letter = self._shop.letter(row.level) if open_now else ""
        self.letter.set_tag(letter, _standing_tone(row) or "accent")

    # -- what the desk does --

    def _new(self) -> None:
        if not self.leave_panel():
            return
        if self._shown == FORM and self.form.file is None:
            self.form.focus("name")
            return
        back = self.form.begin_new()
        self._show(FORM)
        self.form.focus("name")
        if back:
            self.said.emit(_("Brought back what was being typed."))

    def _edit(self) -> None:
        if not self.id or self._shown != FILE:
            return
        with self.db.read() as session:
            file = customers.file(session, self.id)
        self.form.begin_edit(file)
        self._show(FORM)
        self.form.focus("name")

    def _back(self) -> None:
        if self._shown == FORM and self.form.file is None:
            self.form.keep_draft()
        self._leave()

    def _throw_away(self) -> None:
        self.form.throw_away()
        self._leave()

    def _leave(self) -> None:
        """Back to the file: of who was shown beside a view, else of who is chosen in the list."""
        self._shown = FILE
        if self.views.current != LISTS:
            self.show_in_panel(self.id)
            return
        self._on_chosen(self.table.current_id())
        self.table.setFocus()

    def show_tool(self) -> None:
        """Show the tool that was begun in the place of the file."""
        self._show(TOOL)

    def leave_tool(self) -> None:
        """Show the file again, read anew."""
        self._leave()

    def _on_saved(self, id: int) -> None:
        self._shown = FILE
        self.show_id(id)
        self.table.setFocus()

    def _copy(self) -> None:
        if self._shown == FILE and self.id:
            with self.db.read() as session:
                (row,) = customers.rows(session, [self.id])
            QGuiApplication.clipboard().setText(row.phone.replace(" ", ""))
            self.said.emit(_("Phone copied."))

    def _set_level(self, code: str) -> None:
        with self.reporting(), self.db.write() as session:
            level = Level(code or Level.UNRATED)
            customers.set_level(session, self.id, level, today=self.db.today())

    def _undo(self) -> None:
        action_id = self.file.timeline.current_id()
        if action_id:
            with self.db.write() as session:
                undone = amends.undo(session, action_id)
            self.said.emit(said(_("Undone: {what}"), undone))

    def _deal(self) -> None:
        if self.id:
            self.deal_form.begin(self.id)
            self._show(DEAL)
            self.deal_form.focus_first()

    def _appoint(self) -> None:
        if self.id and self.leave_panel():
            self.appointment_form.begin(customer_id=self.id)
            self._show(APPOINTMENT)
            self.appointment_form.focus("when")

    def _on_appointment(self, _id: int) -> None:
        self._leave()
        self.said.emit(_("The appointment stands among the expected (F5 at the desk)."))

    def _on_deal(self, _deal_id: int) -> None:
        self._leave()
        self.said.emit(_("Deal closed. The thank-you card is in the queue."))


def _standing_tone(row: CustomerRow) -> str:
    if row.status is Status.OWNER:
        return "good"
    if row.status not in (Status.OPEN, Status.ORDERED) or row.level is Level.UNRATED:
        return "muted"
    return {Level.WEEK: "late", Level.ORDERED: "good"}.get(row.level, "accent")
