"""The guests of an event: found as one types, noted as here, their answers, by one key each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.care import attendance, invitations
from showroom.care.invitations import GuestRow, Which
from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.people import search
from showroom.store.models import Reply
from ui import style
from ui.finder import Finder
from ui.list_button import list_button
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.widgets import Button, Card

if TYPE_CHECKING:
    from showroom.care.events import EventRow
    from ui.page import Page

TONES = {Reply.NONE: "", Reply.COMES: "good", Reply.MAYBE: "soon", Reply.NOT: "muted"}


class EventGuests(QWidget):
    """`show_event(row)`, then Space notes who is marked as here, + and − how many they are.

    `chosen(customer)` when a guest is marked, `unknown(typed)` when nobody on the list is called so
    and Enter is pressed, `said(words)` what was done.
    """

    chosen = Signal(int)
    unknown = Signal(str)
    said = Signal(str)

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.db = page.db
        self._event: EventRow | None = None
        self._rows: dict[int, GuestRow] = {}
        self.finder = Finder(
            "guest",
            _("Guest"),
            "customers.events.finder",
            placeholder=_("Guest: name, pinyin, phone"),
        )
        self.shown = Segmented(
            [
                (Which.ALL, _("All")),
                (Which.INVITED, _("Invited")),
                (Which.CAME, _("Present")),
            ],
            name="customers.events.shown",
            optional=False,
        )
        self.shown.setAccessibleName(_("Which guests"))
        self.shown.set_code(Which.ALL)
        self.table = Table("customers.events.guests", self._columns(), self._fetch)
        self.table.setAccessibleName(_("Guests"))
        self.card = Card(name="customers.events.guests.card")
        self._place()
        self.finder.textChanged.connect(lambda _text: self.reload())
        self.finder.entered.connect(self._found)
        self.shown.chosen.connect(lambda _code: self.reload())
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._on_chosen)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Ticket"), lambda row: str(row.ticket or ""), width=62, align="right"),
            Column(
                N_("Guest"),
                invitations.called,
                note=_note,
                width=84,
                stretch=True,
            ),
            Column(N_("Phone"), lambda row: "" if row.silent else row.phone, width=114),
            Column(N_("Answer"), _answer, tag=lambda row: TONES[row.reply], width=80),
            Column(N_("Came at"), self._here, tag=_here_tone, width=78),
            Column(N_("People"), _people, width=62, align="right"),
            Column(N_("Won"), lambda row: row.prize, width=56),
        )

    def _place(self) -> None:
        line = QHBoxLayout()
        line.setContentsMargins(style.M, style.M, style.M, style.M)
        line.setSpacing(style.M)
        line.addWidget(self.finder, 1)
        line.addWidget(self.shown)
        self.card.body.addLayout(line)
        self.card.body.addWidget(self.table, 1)
        self.card.body.addWidget(self._keys())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)

    def _keys(self) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(style.S, style.S, style.S, style.S)
        row.setSpacing(2)
        self.buttons: dict[str, Button] = {}
        for text, key, slot, name in (
            (_("Is Here"), "Space", self._came, "here"),
            (_("One More"), "+", partial(self._count, 1), "more"),
            (_("One Less"), "-", partial(self._count, -1), "less"),
            (_("Comes"), "1", partial(self._answer, Reply.COMES), "comes"),
            (_("Maybe"), "2", partial(self._answer, Reply.MAYBE), "maybe"),
            (_("Declines"), "3", partial(self._answer, Reply.NOT), "not"),
            (_("Take Off"), "Del", self._take_off, "off"),
        ):
            tables, named = (self.table,), f"events.{name}"
            button = list_button(self.page, tables, text, key, slot, named, kind="quiet")
            button.clicked.connect(lambda: self.table.setFocus())
            if key == "Del":
                button.bare = True
            if key in "+-":  # the sign says it
                button.setText("＋" if key == "+" else "−")
                button.bare = True
                button.setAccessibleName(text)
                button.setToolTip(style.tip(f"{text} ({key})"))
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch()
        return held

    # -- showing --

    def show_event(self, event: EventRow | None) -> None:
        """Show the guests of an event; none without one."""
        other = event is None or self._event is None or event.id != self._event.id
        self._event = event
        if other:
            blocked = self.finder.blockSignals(True)
            self.finder.clear()
            self.finder.blockSignals(blocked)
        self.reload()

    def begin(self) -> None:
        """Take the keyboard: one looks for a guest first."""
        self.finder.setFocus()

    def which(self) -> Which:
        """Which guests are listed."""
        return Which(self.shown.code())

    def reload(self) -> None:
        """Read the guests anew; who is marked stays."""
        ids: list[int] = []
        event = self._event
        if event is not None:
            typed = self.finder.text().strip()
            with self.db.read() as session:
                ids = invitations.guests(session, event.id, self.which())
                if typed:
                    found = search.find(session, typed)
                    fit = set(invitations.of_customers(session, event.id, found))
                    ids = [id for id in ids if id in fit]
        self._rows = {}
        self.table.set_empty(self._nobody())
        self.table.show_ids(ids)
        self._say_title(len(ids))
        for button in self.buttons.values():
            button.setEnabled(bool(ids))

    def _say_title(self, count: int) -> None:
        event = self._event
        if event is None:
            self.card.set_title(_("Guests"))
            return
        day = (
            f"{event.day:%m-%d}"
            if event.day == event.until
            else (f"{event.day:%m-%d} – {event.until:%m-%d}")
        )
        note = [day, event.place, event.prize and _("draw: {prize}").format(prize=event.prize)]
        self.card.set_title(event.name, " · ".join(filter(None, [*note, str(count)])))

    def _nobody(self) -> str:
        if self._event is None:
            return _("Mark an event at the left.")
        if self.finder.text().strip():
            return _("Nobody on the list is called so. Enter notes him as a walk-in.")
        if self.which() is Which.CAME:
            return _("Nobody is noted as here. Space notes who is marked, W a walk-in.")
        return _("Nobody is invited yet. I invites a named list.")

    def _fetch(self, ids: Sequence[int]) -> list[GuestRow]:
        with self.db.read() as session:
            found = invitations.rows(session, ids)
        self._rows |= {row.id: row for row in found}
        return found

    def _here(self, row: GuestRow) -> str:
        if row.came_at is None:
            return ""
        at = dates.local(row.came_at)
        return f"{at:%H:%M}" if at.date() == self.db.today() else f"{at:%m-%d}"

    def _on_chosen(self, id: int) -> None:
        row = self._row(id)
        if row is not None and not row.erased:
            self.chosen.emit(row.customer_id)

    def of(self, customer_id: int) -> list[int]:
        """A customer's place among the guests."""
        if self._event is None:
            return []
        with self.db.read() as session:
            return invitations.of_customers(session, self._event.id, [customer_id])

    def _row(self, id: int) -> GuestRow | None:
        if id and id not in self._rows:
            self._fetch([id])
        return self._rows.get(id)

    def _found(self) -> None:
        """Enter: to the guests that are found; nobody on the list is a walk-in."""
        ids = self.table.rows.ids()
        if ids:
            self.table.choose(ids[0])
            self.table.setFocus()
        elif self._event is not None:
            self.unknown.emit(self.finder.text().strip())

    # -- what the desk does --

    def _marked(self) -> GuestRow:
        row = self._row(self.table.current_id())
        if row is None:
            raise ShowroomError(_("Mark a guest first."))
        return row

    def _came(self) -> None:
        row = self._marked()
        with self.db.write() as session:
            guest = attendance.came(session, row.id, now=self.db.now())
            ticket = guest.ticket
        said = _("{name} is here, ticket {ticket}.")
        self.said.emit(said.format(name=invitations.called(row), ticket=ticket))

    def _count(self, step: int) -> None:
        row = self._marked()
        if row.came_at is None:
            raise ShowroomError(_("Note first that he is here (Space)."))
        with self.db.write() as session:
            attendance.came(session, row.id, people=row.people + step, now=self.db.now())
        self._tell(row, str(row.people + step))

    def _answer(self, reply: Reply) -> None:
        row = self._marked()
        with self.db.write() as session:
            invitations.answer(session, row.id, Reply.NONE if row.reply is reply else reply)
        self._tell(row, _(invitations.REPLIES[Reply.NONE if row.reply is reply else reply]))

    def _take_off(self) -> None:
        """He was not there after all; who was not there is taken off the list."""
        row = self._marked()
        with self.db.write() as session:
            if row.came_at is not None:
                attendance.not_there(session, row.id)
            else:
                invitations.take_back(session, row.id)
        self.said.emit(_("Taken out: {name}.").format(name=invitations.called(row)))

    def _tell(self, row: GuestRow, what: str) -> None:
        self.said.emit(_("{name}: {what}").format(name=invitations.called(row), what=what))


def _answer(row: GuestRow) -> str:
    if row.invited_at is None:
        return _("not invited")
    return "" if row.reply is Reply.NONE else _(invitations.REPLIES[row.reply])


def _note(row: GuestRow) -> str:
    """That he must not be contacted, or which visit of that day is his."""
    if row.silent and not row.erased:
        return _("Do not contact")
    return _("visit {number}").format(number=row.visit) if row.visit is not None else ""


def _people(row: GuestRow) -> str:
    return str(row.people) if row.came_at is not None else ""


def _here_tone(row: GuestRow) -> str:
    if row.came_at is None:
        return ""
    return "accent" if row.gained else "good"
