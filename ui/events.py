"""Events in the shop: whom to invite, who came, the draw, what came of it (Ctrl+G)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.cards import event_page
from showroom.care import events
from showroom.care.events import EventRow
from showroom.care.invitations import Which
from showroom.errors import ShowroomError
from showroom.figures import events as counted
from showroom.i18n import N_, _
from ui import list_paper, style
from ui.customer_view import CustomerView
from ui.event_forms import DrawForm, EventForm, EventFormBase, InviteForm, WalkInForm
from ui.event_guests import EventGuests
from ui.list_button import list_button
from ui.tables import Column, Table
from ui.widgets import Button, Card, Fig, FigureRow

if TYPE_CHECKING:
    from showroom.figures.figures import Figure
    from ui.pages.customers import CustomersPage


class EventsView(CustomerView):
    """The events at the left; of the marked one its figures on top and its guests at the right."""

    page: CustomersPage

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._rows: dict[int, EventRow] = {}
        self.buttons: dict[str, Button] = {}
        self.figures = FigureRow("customers.events")
        self.table = Table("customers.events", self._columns(), self._fetch)
        self.table.setAccessibleName(_("Events"))
        list_paper.offer(page, self.table, "events", _("Events"))
        self.first = Button(_("New Event…"), kind="primary", name="customers.events.first")
        self.first.clicked.connect(self._new)
        self.table.set_empty(
            _("No event yet: a day in the shop that customers are invited to."), self.first
        )
        self.guests = EventGuests(page)
        self.forms: dict[str, EventFormBase] = {
            "event": EventForm(page),
            "invite": InviteForm(page),
            "walk_in": WalkInForm(page),
            "draw": DrawForm(page),
        }
        self._open_form = ""
        self._back: Table | None = None
        self._place()
        self._bind()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Event"), lambda row: row.name, width=70, stretch=True),
            Column(N_("When"), self._when, tag=self._tone, width=72),
            Column(N_("Guests"), _counts, width=64, align="right", tone="muted"),
        )

    def _place(self) -> None:
        self.card = Card(_("Events"), name="customers.events.card")
        self.card.body.addWidget(self.table)
        self.editor = Card(name="customers.events.editor")
        self.go = Button("", "Ctrl+Return", kind="primary", name="customers.events.go")
        self.leave = Button(_("Back"), "Esc", name="customers.events.leave")
        foot = QHBoxLayout()
        foot.setContentsMargins(style.L, 0, style.L, style.M)
        foot.setSpacing(style.M)
        foot.addWidget(self.leave)
        foot.addStretch()
        foot.addWidget(self.go)
        for form in self.forms.values():
            form.setContentsMargins(style.L, style.M, style.L, style.M)
            form.hide()
            self.editor.body.addWidget(form)
        self.editor.body.addLayout(foot)
        self.editor.hide()
        left = QVBoxLayout()
        left.setSpacing(style.M)
        left.addWidget(self.card, 1)
        left.addWidget(self._own_buttons())
        right = QVBoxLayout()
        right.setSpacing(style.M)
        right.addWidget(self.editor)
        right.addWidget(self.guests, 1)
        right.addWidget(self._guest_buttons())
        both = QHBoxLayout()
        both.setSpacing(style.M)
        both.addLayout(left, 5)
        both.addLayout(right, 11)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.figures)
        layout.addLayout(both, 1)

    def _own_buttons(self) -> QWidget:
        held = QWidget()
        grid = QGridLayout(held)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(style.S)
        for place, button in enumerate(
            (
                self._button(_("New Event…"), "N", self._new, "new"),
                self._button(_("Change…"), "M", self._change, "change"),
                self._button(_("Call Off"), "X", self._cancel, "cancel"),
                self._button(_("Print Form"), "F", self._print_form, "form"),
                self._button(_("Print List"), "Ctrl+P", self._print, "print"),
                self._button(_("Save List…"), "Ctrl+E", self._save, "save"),
            )
        ):
            grid.addWidget(button, place // 2, place % 2)
        return held

    def _guest_buttons(self) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        row.addWidget(self._button(_("Invite…"), "I", self._invite, "invite"))
        row.addWidget(self._button(_("Walk-in…"), "W", self._walk_in, "walk_in"))
        row.addWidget(self._button(_("Draw…"), "D", self._draw, "draw"))
        row.addStretch()
        return held

    def _button(self, text: str, key: str, slot: Callable[[], None], name: str) -> Button:
        """A button whose letter counts while one of the two lists has the keyboard."""
        tables = (self.table, self.guests.table)
        self.buttons[name] = list_button(self.page, tables, text, key, slot, f"events.{name}")
        return self.buttons[name]

    def _bind(self) -> None:
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _id: self.guests.begin())
        self.guests.chosen.connect(self.chosen)
        self.follow(self.guests.table, self.guests.of)
        self.guests.said.connect(self.said)
        self.guests.unknown.connect(self._walk_in)
        self.go.clicked.connect(self._accept)
        self.leave.clicked.connect(self._close)
        for form in self.forms.values():
            form.entered.connect(self._accept)
            form.done.connect(self._on_done)
        made = self.forms["event"]
        assert isinstance(made, EventForm)
        made.made.connect(self._on_made)

    # -- showing --

    def begin(self) -> None:
        self._close()
        if self.table.rows.ids() and not self.table.current_id():
            self.table.choose(self.table.rows.ids()[0])
        self.table.setFocus()

    def show_id(self, id: int) -> None:
        self.table.choose(id)

    def reload(self) -> None:
        with self.db.read() as session:
            ids = events.listed(session)
            self._rows = {row.id: row for row in events.rows(session, ids)}
        self.table.show_ids(ids)
        self.card.set_title(_("Events"), str(len(ids)) if ids else "")
        self._show_event()

    def _show_event(self) -> None:
        row = self._rows.get(self.table.current_id())
        figures: list[Figure] = []
        if row is not None:
            with self.db.read() as session:
                figures = counted.of_event(session, row.id)
        self.figures.show_figures([_fig(one) for one in figures])
        self.guests.show_event(row)
        for name, button in self.buttons.items():
            button.setEnabled(name == "new" or row is not None)
        off = row is not None and row.cancelled_at is not None
        self.buttons["cancel"].setText(_("Takes Place") if off else _("Call Off"))

    def _on_chosen(self, _id: int) -> None:
        if self._open_form not in ("", "event"):
            self._close()
        self._show_event()
        self.mark_shown()

    def _fetch(self, ids: Sequence[int]) -> list[EventRow]:
        return [self._rows[id] for id in ids if id in self._rows]

    def _when(self, row: EventRow) -> str:
        if row.cancelled_at is not None:
            return _("Off")
        return dates.show_day(row.day, self.db.today())

    def _tone(self, row: EventRow) -> str:
        if row.cancelled_at is not None:
            return "late"
        today = self.db.today()
        return "good" if row.day <= today <= row.until else "accent" if row.day > today else "muted"

    # -- the forms --

    def _marked(self) -> EventRow:
        row = self._rows.get(self.table.current_id())
        if row is None:
            raise ShowroomError(_("Mark an event first, or make one with N."))
        return row

    def _show_form(self, name: str, title: str) -> None:
        self._back = self.guests.table if self.guests.table.hasFocus() else self.table
        for own, form in self.forms.items():
            form.setVisible(own == name)
        self._open_form = name
        self.editor.set_title(title)
        self.go.setText(self.forms[name].go)
        self.editor.show()

    def _form(self, name: str) -> Any:
        return self.forms[name]

    def _new(self) -> None:
        self._show_form("event", _("New event"))
        self._form("event").begin(None)

    def _change(self) -> None:
        row = self._marked()
        self._show_form("event", _("Change {name}").format(name=row.name))
        self._form("event").begin(row)

    def _invite(self) -> None:
        row = self._marked()
        self._show_form("invite", _("Invite to {name}").format(name=row.name))
        self._form("invite").begin(row.id, list(self.page.table.rows.ids()), row.club_id)

    def _walk_in(self, typed: str = "") -> None:
        row = self._marked()
        self._show_form("walk_in", _("Here without an invitation"))
        self._form("walk_in").begin(row.id, typed)

    def _draw(self) -> None:
        row = self._marked()
        self._show_form("draw", _("Draw among those who came"))
        self._form("draw").begin(row)

    def _cancel(self) -> None:
        row = self._marked()
        with self.db.write() as session:
            if row.cancelled_at is None:
                events.cancel(session, row.id, now=self.db.now())
            else:
                events.put_back(session, row.id)

    def _accept(self) -> None:
        if self._open_form:
            self.forms[self._open_form].save()

    def _on_made(self, id: int) -> None:
        self.reload()
        self.table.choose(id)

    def _on_done(self, words: str) -> None:
        again = self._open_form == "walk_in"
        self.said.emit(words)
        self.reload()
        if again:  # one guest comes after the other
            self._form("walk_in").begin(self._marked().id)
            return
        self._close()

    def _close(self) -> None:
        self._open_form = ""
        self.editor.hide()
        if self._back is not None:
            self._back.setFocus()
        self._back = None

    # -- leaving --

    def _which(self) -> tuple[Which, str]:
        row = self._marked()
        which = Which.CAME if self.guests.which() is Which.CAME else Which.INVITED
        what = _("Who was there") if which is Which.CAME else _("Invitation list")
        return which, f"{row.name} {what}"

    def _save(self) -> None:
        id, (which, title) = self._marked().id, self._which()
        list_paper.save(
            self.page,
            title,
            lambda session, path, progress: counted.save(session, id, which, path, progress),
            self.said.emit,
        )

    def _print(self) -> None:
        id, (which, title) = self._marked().id, self._which()
        list_paper.to_printer(
            self.page,
            title,
            lambda session, progress: counted.pdf(session, id, which, progress),
            self.said.emit,
        )

    def _print_form(self) -> None:
        row = self._marked()
        pages = -(-max(row.coming, event_page.LINES) // event_page.LINES)
        list_paper.to_printer(
            self.page,
            row.name + " " + _("Registration and draw"),
            lambda session, _progress: (0, event_page.hand_out(session, row.id, pages=pages)),
            self.said.emit,
        )

    # -- Qt --

    def is_asking(self) -> bool:
        return bool(self._open_form)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._open_form:
            self._close()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._accept()
        else:
            super().keyPressEvent(event)


def _fig(figure: Figure) -> Fig:
    made = "" if figure.denominator is None else f"{figure.numerator} / {figure.denominator}"
    return Fig(figure.code, figure.shown, figure.title, unit=made, formula=figure.formula)


def _counts(row: EventRow) -> str:
    return f"{row.came}/{row.invited}"
