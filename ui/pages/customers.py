"""Everybody we know: found as one types, read in the panel, changed in place."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from showroom import settings, words
from showroom.figures import changes
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.people import customers, filters, loss_rows, pairs, phones, promises, search, timeline
from showroom.people.customers import CustomerRow
from showroom.store import drafts
from showroom.store.models import Level, Role, Status
from ui import style
from ui.appointment_form import AppointmentForm
from ui.customer_file import CustomerFile
from ui.customer_foot import APPOINTMENT, DEAL, FILE, FORM, TOOL, PanelFoot
from ui.customer_form import DRAFT, CustomerForm
from ui.customer_list import CustomerList, standing_tone
from ui.customer_parts import VIEWS
from ui.customer_rights import CustomerRights
from ui.customer_tools import FileTools
from ui.deal_form import DealForm
from ui.forms import name_key
from ui.page import PAINTED_MS, Page
from ui.reveal import Reveal
from ui.services import said
from ui.views import LISTS, Views
from ui.widgets import Tag

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from showroom.store.db import Database

TITLE_ROOM = 90  # beside a name: its letter and what is between


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

        self.new = self.button(_("New Customer"), "Ctrl+N", self._new, kind="primary", name="new")
        self.first_customer = self.button(_("New Customer"), "", self._new, name="first")
        self.lists = CustomerList(self, self.first_customer)
        self.table, self.filters = self.lists.table, self.lists.filters
        self.finder = self.search = self.filters.finder
        self.count = self.lists.count
        self.filter_bar, self.many = self.lists.filter_bar, self.lists.many
        self.views = Views(self, self.lists, VIEWS, _("Customers"), bare=True)
        self.views.beside(self.new)
        self.figures.hide()
        self.body.addWidget(self.views, 1)
        self.views.chosen.connect(self.show_in_panel)

        self._make_side()
        self.finder.textChanged.connect(self.reload_soon)
        self.finder.entered.connect(self.table.setFocus)
        self.filters.chosen.connect(self.reload)
        self.views.shown.connect(self._on_view)
        self.table.chosen.connect(self._on_chosen)
        self.table.again.connect(self._on_again)
        self.table.opened.connect(self._on_opened)
        self._show_none()

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
        self.foot = PanelFoot(self)
        self.edit, self.save = self.foot.edit, self.foot.save
        self.throw_away = self.foot.throw_away
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
        made.used.connect(self._on_used)
        made.same.connect(self._on_same)
        made.entered.connect(self.save.setFocus)
        return made

    @cached_property
    def deal_form(self) -> DealForm:
        """The deal with the customer that is shown."""
        made = DealForm(self.db, "customers")
        made.hide()
        self.side.body.insertWidget(1, made)
        made.entered.connect(self.foot.close_deal.setFocus)
        made.closed.connect(self._on_deal)
        return made

    @cached_property
    def appointment_form(self) -> AppointmentForm:
        """When the customer that is shown will come."""
        made = AppointmentForm(self.db, "customers.appointment")
        made.hide()
        self.side.body.insertWidget(1, made)
        made.entered.connect(self.foot.appoint.setFocus)
        made.saved.connect(self._on_appointment)
        return made

    @classmethod
    def warm(cls, db: Database) -> tuple[int, list[int]]:
        """Read once what list, file and forms read, so that its SQL is compiled on a thread.

        Returns everybody, and the newest action there was.
        """
        today = db.today()
        with db.read() as session:
            last = changes.last_action(session)
            settings.load(session)
            staff.everyone(session, Role.CONSULTANT)
            promises.waiting(session, today)
            filters.offer(session)
            drafts.find(session, DRAFT)
            pairs.count(session)
            loss_rows.count_waiting(session)
            everybody = search.find(session)
            search.find(session, "13")
            search.find(session, "王")
            for id in everybody[:1]:
                CustomerFile.warm(session, customers.file(session, id), today)
        return last, everybody

    # -- the list --

    def reload(self) -> None:
        """Read the list and the file that is shown anew; a form is never touched."""
        with self.db.read() as session:
            self._shop = settings.load(session)
            draft = bool(drafts.find(session, DRAFT)) if self._first else False
        if self._first:  # the list is painted before it is said what else there is
            QTimer.singleShot(PAINTED_MS, self, self._offer)
            QTimer.singleShot(2 * PAINTED_MS, self, self._say_waiting)
        else:
            self._offer()
            self._say_waiting()
        ids = self._ids()
        self.filter_bar.reload()
        self.lists.show_ids(ids, self._shop)
        self.views.reload()
        if self._shown == FORM:
            self.form.show_numbers()
        if self.id:
            self._show_file(self.id)
        self.tools.reload()
        if self._first:
            self._first = False
            if draft:
                self._new()

    def _ids(self) -> list[int]:
        """Who is listed; everybody was read already, if nothing changed since the opening."""
        read, self.read_already = self.read_already, None
        if read is not None and not self.finder.text() and not self.filters.wanted.narrows:
            last, everybody = read
            with self.db.read() as session:
                if changes.last_action(session) == last:
                    return list(everybody)
        return self.filters.ids()

    def _offer(self) -> None:
        """Offer what narrows the list."""
        self.filters.offer(self._shop)

    def _say_waiting(self) -> None:
        """Say on the buttons of the views what waits there."""
        with self.db.read() as session:
            alike = pairs.count(session)
            lost = loss_rows.count_waiting(session)
        for code, title, count in (
            ("pairs", _("Duplicates"), alike),
            ("losses", _("Losses"), lost),
        ):
            self.views.buttons[code].setText(f"{title} {count}" if count else title)

    # -- what the panel shows --

    def show_id(self, id: int) -> None:
        """Show the file of a customer, also when the list is narrowed to others."""
        if not self.leave_panel():
            return
        self.views.leave_view()
        if id not in self.table.rows.ids():
            self.search_all()
        self._shown = FILE
        self._mark(id)
        self._on_chosen(id)

    def show_in_panel(self, id: int) -> None:
        """Show a file beside the view that is shown; the list stays as it is."""
        if self.leave_panel() and id:
            if id != self.id:
                self.side.to_top()
            self.id = id
            self._show(FILE)
            self._show_file(id)
        self.views.mark_shown()

    def is_about(self, id: int) -> bool:
        """Tell whether the panel is about this customer: his file, or a form or tool for him."""
        return bool(id) and id == self.id and self._is_about_him()

    def _mark(self, id: int) -> None:
        """Mark who is shown in the list; nobody when he is not in it."""
        kept = self.table.blockSignals(True)
        self.table.choose(id)
        self.table.blockSignals(kept)

    def _on_view(self, code: str) -> None:
        """Back in the list: who was shown beside the view is marked, else the marked one shown."""
        marked = self.table.current_id()
        if code != LISTS or not self.id or self.id == marked:
            return
        if self._shown == FILE and marked and self.id not in self.table.rows.ids():
            self._on_chosen(marked)
        if self.id != self.table.current_id():
            self._mark(self.id)

    def _on_again(self, id: int) -> None:
        """The marked row was clicked: it is shown, whatever stands at the right."""
        if not self.is_about(id):
            self._on_chosen(id)

    def _on_opened(self, id: int) -> None:
        self._on_again(id)
        if self.id == id:
            self.begin_edit()

    def look_for(self, typed: str) -> None:
        self.views.leave_view()
        self.filters.clear()
        super().look_for(typed)

    def search_all(self) -> None:
        """Take every narrowing away."""
        self.filters.clear()
        self.reload()

    def focus_first(self) -> None:
        """The search takes the keyboard, one finds first; or the view that is shown."""
        if not self.views.focus_view():
            self.finder.setFocus()

    def key_groups(self) -> dict[str, list[tuple[str, str]]]:
        """Return its keys, and how a name is typed while all facts are."""
        groups = super().key_groups()
        groups[_(self.title)] += [name_key()] if self._shown == FORM else []
        return groups

    def about(self) -> int:
        return self.id

    def _on_chosen(self, id: int) -> None:
        if not self.leave_panel():
            if id != self.id:
                self.table.choose(self.id)
            return
        if id != self.id:
            self.side.to_top()
        self.id = id
        if id:
            self._show(FILE)
            self._show_file(id)
        else:
            self._show_none()

    def leave_panel(self) -> bool:
        """Keep what is typed before something else is shown; False when it cannot be kept."""
        if self._shown != FORM:
            return self._shown != FILE or self.file.settle()
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
        self.file.setVisible(what == FILE)
        self.foot.arrange(what, new=new)
        for name in (FORM, DEAL, APPOINTMENT):
            if what == name or name in vars(self):
                getattr(self, name).setVisible(what == name)
        self.tools.arrange(what == TOOL)
        if self.tools.current is not None and self.tools.current.title:
            self.side.set_title(self.tools.current.title)
            self.letter.set_tag("")
        if new:
            self.side.set_title(_("New customer"), _("kept as you type"))
            self.letter.set_tag("")

    def _show_none(self) -> None:
        held = self.focusWidget()
        if held is not None and held.hasFocus() and self.side.isAncestorOf(held):
            self.focus_first()  # what has the keyboard is about to go
        self.id = 0
        self._show(FILE)
        sentence = _("Choose a customer, or type part of a name, pinyin, phone or plate.")
        self.side.show_empty(sentence)

    def _show_file(self, id: int) -> None:
        with self.db.read() as session:
            if not customers.rows(session, [id]):  # undone or erased meanwhile
                if self._is_about_him():
                    self._show_none()
                    self.said.emit(_("This customer is no longer in the file."))
                return
            file = customers.file(session, id)
            told = self.file.tells()
            events = timeline.of_customer(session, id) if told else None
            sharing = customers.rows(session, phones.sharing(session, id))
            self.file.show_sections(session, file)
        row = file.row
        self.file.show_file(file, events, sharing, self._shop, self.db.today())
        self.reveal.show_for(id, row.phone + file.wechat)
        self.rights.show_for(id)
        if self._shown != FORM or self.form.file is not None:
            self._show_title(row)

    def _is_about_him(self) -> bool:
        """Tell whether the panel shows something of who is on file; his name goes with him."""
        if self._shown == FORM:
            return self.form.file is not None
        return self.tools.current is None or not self.tools.current.title

    def refresh_file(self) -> None:
        """Read the file that is shown anew."""
        if self.id and self._shown == FILE:
            self._show_file(self.id)

    def refresh_sections(self) -> None:
        """Read only the parts of the file that are shown anew."""
        if self.id and self._shown == FILE:
            with self.db.read() as session:
                self.file.show_sections(session, customers.file(session, self.id))

    def _show_title(self, row: CustomerRow) -> None:
        if self.tools.current is not None and self.tools.current.title:
            self.side.set_title(self.tools.current.title)
            self.letter.set_tag("")
            return
        name = words.called(row.name, row.honorific) or _("No name")
        room = self.side.width() - TITLE_ROOM - style.metrics().horizontalAdvance(row.consultant)
        short = style.metrics(15, strong=True).elidedText(name, Qt.TextElideMode.ElideRight, room)
        self.side.set_title(short, row.consultant)
        self.side.title.setToolTip(style.tip("" if short == name else name))
        open_now = row.status in (Status.OPEN, Status.ORDERED)
        letter = self._shop.letter(row.level) if open_now else ""
        self.letter.set_tag(letter, standing_tone(row) or "accent")

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

    def begin_edit(self) -> None:
        """All facts of the file that is shown, to be changed."""
        if not self.id or self._shown != FILE or not self.file.settle():
            return
        with self.db.read() as session:
            file = customers.file(session, self.id)
        self.form.begin_edit(file)
        self._show(FORM)
        self.form.focus("name")

    def go_back(self) -> None:
        """Back to the file; a new customer stays as a draft."""
        if self._shown == FORM and self.form.file is None:
            self.form.keep_draft()
        self._leave()

    def throw_away_draft(self) -> None:
        """Forget the new customer that is being typed."""
        self.form.throw_away()
        self._leave()

    def _leave(self) -> None:
        """Back to the file: of who was shown beside a view, else of who is chosen in the list."""
        self._shown = FILE
        if self.views.current != LISTS:
            self.views.focus_view()  # before the field that has the keyboard is hidden
            if self.id:
                self.show_in_panel(self.id)
            else:
                self._show_none()
            return
        marked = self.table.current_id()
        if self.id and not marked:
            self.finder.setFocus()  # the list would mark its first one
        self._on_chosen(marked or self.id)
        if marked or not self.id:
            self.table.setFocus()

    def parts(self) -> list[QWidget]:
        return [*self.views.made.values(), *self.tools.made.values()]

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

    def _on_used(self, id: int) -> None:
        """Who was typed is on file: his file is filled in from now on."""
        self.id = id
        self._mark(id)
        self.views.mark_shown()
        self._show(FORM)
        self._show_file(id)
        self.form.focus("name")

    def _on_same(self, own: int, other: int) -> None:
        """Two on file are one: they are compared side by side, once what is typed is saved."""
        from ui.pairs import PairsView

        if self.leave_panel():
            self.views.open_code("pairs")
            view = self.views.made["pairs"]
            assert isinstance(view, PairsView)
            self.show_in_panel(own)
            view.show_two(own, other)

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
            from showroom.people import unmerging

            with self.db.write() as session:
                undone = unmerging.undo(session, action_id)
            self.said.emit(said(_("Undone: {what}"), undone))

    def begin_deal(self) -> None:
        """A deal with the customer that is shown."""
        if self.id and self.leave_panel():
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
