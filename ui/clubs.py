"""Clubs (Ctrl+Shift+G): who shares a hobby, what they did last, who came, whom they brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.care import clubs, events
from showroom.care.clubs import ClubRow, MemberRow
from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.people import lists
from ui import dialogs, style
from ui.customer_view import CustomerView
from ui.forms import Choice, Day, Form, Text
from ui.jobs import Job
from ui.list_button import list_button
from ui.tables import Column, Table
from ui.widgets import Button, Card

if TYPE_CHECKING:
    from datetime import date

    from showroom.progress import Progress
    from ui.pages.customers import CustomersPage

NAME = "customers.clubs"


class ClubsView(CustomerView):
    """Clubs above, the members of the chosen one below; his file at the right."""

    page: CustomersPage

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._rows: dict[int, ClubRow] = {}
        self._wanted = 0  # a club that was just founded
        self._shown = 0  # the club whose members are listed
        self._read = 0  # which reading of members is waited for
        self._of = 0  # the club an activity is being written for
        self.buttons: dict[str, Button] = {}
        self.table = Table(f"{NAME}.table", self._columns(), self._fetch)
        self.table.setAccessibleName(_("Clubs"))
        self.first = Button(_("New Club…"), kind="primary", name=f"{NAME}.first")
        self.first.clicked.connect(self._new)
        self.table.set_empty(
            _("No club yet. Hobbies stand in the archives: who shares one makes a club."),
            self.first,
        )
        self.members = Table(f"{NAME}.members", self._member_columns(), self._fetch_members)
        self.members.setAccessibleName(_("Members"))
        self.club = self._club_form()
        self.activity = self._activity_form()
        self._asking: Form | None = None
        self._place()
        self._bind()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Club"), lambda row: row.name, width=130, stretch=True, strong=True),
            Column(
                N_("Rule"),
                lambda row: row.rule or _("by hand"),
                width=120,
                stretch=True,
                tone="muted",
            ),
            Column(N_("Members"), lambda row: f"{row.members:,}", width=72, align="right"),
            Column(N_("Last activity"), lambda row: row.activity or "—", width=130, stretch=True),
            Column(N_("When"), lambda row: self._day(row.activity_on), width=72, tone="muted"),
            Column(N_("Came"), lambda row: f"{row.came:,}", width=56, align="right"),
            Column(N_("Next activity"), lambda row: self._day(row.next_on), width=72),
            Column(N_("Brought"), lambda row: f"{row.brought:,}", width=64, align="right"),
        )

    def _member_columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Customer"), clubs.called, width=120, stretch=True),
            Column(N_("Phone"), lambda row: row.phone, width=128),
            Column(N_("Hobbies"), lambda row: row.hobby or "—", width=130, stretch=True),
            Column(N_("Came"), lambda row: f"{row.came:,}", width=56, align="right"),
            Column(N_("Last time"), lambda row: self._day(row.last_on), width=84, tone="muted"),
            Column(N_("Brought"), lambda row: f"{row.brought:,}", width=64, align="right"),
        )

    def _day(self, day: date | None) -> str:
        return dates.show_day(day, self.db.today()) or "—"

    def _club_form(self) -> Form:
        form = Form(f"{NAME}.club")
        form.row(Text("name", _("Name of the club"), max_length=lists.LONGEST_NAME))
        form.row(Choice("hobby", _("Hobby"), free=True))
        form.row(Choice("list_id", _("Or a list"), placeholder=_("a list there is already")))
        return form

    def _activity_form(self) -> Form:
        form = Form(f"{NAME}.activity")
        form.row(Text("name", _("Activity"), max_length=events.LONGEST))
        form.row(
            Day("day", _("Day"), today=self.db.today),
            Text("place", _("Place"), placeholder=_("Place"), max_length=events.LONGEST),
        )
        return form

    def _place(self) -> None:
        self.card = Card(_("Clubs"), name=f"{NAME}.card")
        self.card.body.addWidget(self.table)
        self.editor = Card(name=f"{NAME}.editor")
        for form in (self.club, self.activity):
            form.setContentsMargins(style.L, style.M, style.L, style.M)
            form.hide()
            self.editor.body.addWidget(form)
        self.go = Button("", "Ctrl+Return", kind="primary", name=f"{NAME}.go")
        self.leave = Button(_("Back"), "Esc", name=f"{NAME}.leave")
        foot = QHBoxLayout()
        foot.setContentsMargins(style.L, 0, style.L, style.M)
        foot.addWidget(self.leave)
        foot.addStretch()
        foot.addWidget(self.go)
        self.editor.body.addLayout(foot)
        self.editor.hide()
        self.below = Card("", name=f"{NAME}.members.card")
        self.below.body.addWidget(self.members)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.editor)
        layout.addWidget(self.card, 2)
        layout.addWidget(self.below, 3)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QWidget:
        """The row at the foot; a letter counts while one of the lists has the keyboard."""
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        for text, key, slot, name in (
            (_("New Club…"), "N", self._new, "new"),
            (_("New Activity…"), "A", self._arrange, "arrange"),
            (_("Activities"), "G", self._open_events, "events"),
            (_("No Club Any More"), "X", self._dissolve, "dissolve"),
        ):
            button = list_button(
                self.page, (self.table, self.members), text, key, slot, f"clubs.{name}"
            )
            self.buttons[name] = button
            row.addWidget(button)
        row.addStretch()
        return held

    def _bind(self) -> None:
        self.follow(self.members)
        self.table.chosen.connect(lambda _id: self._show_members())
        self.table.opened.connect(lambda _id: self._go_down())
        self.members.chosen.connect(self._show_file)
        self.go.clicked.connect(self._accept)
        self.leave.clicked.connect(self._close)
        for form in (self.club, self.activity):
            form.entered.connect(self._accept)

    # -- showing --

    def begin(self) -> None:
        if self._is_asked():
            return
        ids = self.table.rows.ids()
        if ids and not self.table.current_id():
            self.table.choose(ids[0])
        self.table.setFocus()

    def reload(self) -> None:
        today = self.db.today()

        def read(_progress: Progress) -> list[ClubRow]:
            with self.db.read() as session:
                return clubs.rows(session, today=today)

        Job(self, _("Counting…"), read, self._on_read, quiet=True)

    def _on_read(self, rows: list[ClubRow]) -> None:
        """Show what was counted on a thread: with 100,000 customers it takes a while."""
        self._rows = {row.id: row for row in rows}
        self.card.set_title(_("Clubs"), str(len(rows)) if rows else "")
        self.table.show_ids([row.id for row in rows])
        if self._wanted in self._rows:
            self.table.choose(self._wanted)
            self._wanted = 0
        elif rows and not self.table.current_id():
            self.table.choose(rows[0].id)
        self._show_members()

    def _show_members(self) -> None:
        """Look on a thread who is in the marked club: a rule may ask every archive."""
        row = self._rows.get(self.table.current_id())
        for name, button in self.buttons.items():
            button.setEnabled(name in ("new", "events") or row is not None)
        self._read += 1
        if row is None:
            self._list_members(0, _("Members"), [])
            return
        asked, id, name, today = self._read, row.id, row.name, self.db.today()

        def read(_progress: Progress) -> list[int]:
            with self.db.read() as session:
                return lists.members(session, id, today=today)

        def listed(ids: list[int]) -> None:
            if asked == self._read:
                self._list_members(id, name, ids)

        def failed(error: Exception) -> None:
            if not isinstance(error, ShowroomError):
                dialogs.show_error(self, error)
            elif asked == self._read:  # its list was deleted while it was read
                self._list_members(id, name, [], nobody=str(error))

        Job(self, _("Counting…"), read, listed, quiet=True, failed=failed)

    def _list_members(self, club_id: int, name: str, ids: list[int], nobody: str = "") -> None:
        self._shown = club_id
        self.members.set_empty(nobody or _("Nobody is in this club today."))
        self.members.show_ids(ids)
        self.below.set_title(name, f"{len(ids):,}")

    def _fetch(self, ids: Sequence[int]) -> list[ClubRow]:
        return [self._rows[id] for id in ids if id in self._rows]

    def _fetch_members(self, ids: Sequence[int]) -> list[MemberRow]:
        with self.db.read() as session:
            return clubs.member_rows(session, self._shown, ids)

    def _show_file(self, id: int) -> None:
        if id:
            self.chosen.emit(id)

    def _go_down(self) -> None:
        ids = self.members.rows.ids()
        if ids:
            self.members.setFocus()
            if not self.members.current_id():
                self.members.choose(ids[0])

    # -- doing --

    def _marked(self) -> ClubRow:
        row = self._rows.get(self.table.current_id())
        if row is None:
            raise ShowroomError(_("Choose a club first, or found one with N."))
        return row

    def _is_asked(self) -> bool:
        """Whether something is being written already: it takes the keyboard, and stays."""
        if self._asking is not None:
            self._asking.focus()
        return self._asking is not None

    def _ask(self, form: Form, title: str, go: str) -> None:
        for each in (self.club, self.activity):
            each.setVisible(each is form)
        self._asking = form
        form.clear()
        self.editor.set_title(title)
        self.go.setText(go)
        self.editor.show()

    def _new(self) -> None:
        if self._is_asked():
            return
        with self.db.read() as session:
            named = [(row.id, row.name) for row in lists.rows(session) if row.id not in self._rows]
        self._ask(self.club, _("New club"), _("Found Club"))
        Job(self, _("Counting…"), self._hobbies, self._offer, quiet=True)
        self.club.fields["list_id"].set_options(named)
        self.club.focus("name")

    def _hobbies(self, _progress: Progress) -> list[tuple[str, int]]:
        with self.db.read() as session:
            return clubs.hobbies(session)

    def _offer(self, known: list[tuple[str, int]]) -> None:
        self.club.fields["hobby"].set_options([(said, f"{said} {n}") for said, n in known])

    def _arrange(self) -> None:
        if self._is_asked():
            return
        row = self._marked()
        self._of = row.id
        self._ask(
            self.activity,
            _("New activity of {name}").format(name=row.name),
            _("Save, Then Invite"),
        )
        self.activity.focus("name")

    def _accept(self) -> None:
        if self._asking is self.club:
            self._found()
        elif self._asking is self.activity:
            self._save_activity()

    def _found(self) -> None:
        with self.club.reporting():
            held = self.club.values()
            with self.db.write() as session:
                self._wanted = clubs.found(
                    session,
                    held["name"],
                    hobby=str(held["hobby"] or ""),
                    list_id=held["list_id"],
                    now=self.db.now(),
                )
            self._close()
            self.table.setFocus()

    def _save_activity(self) -> None:
        with self.activity.reporting():
            held = self.activity.values()
            with self.db.write() as session:
                event = clubs.arrange(session, self._of, **held)
            self._close()
            self._show_event(event)

    def _open_events(self) -> None:
        self.page.views.open_code("events")

    def _show_event(self, event_id: int) -> None:
        """Go to the events, where the club is invited: its list stands there already."""
        self.page.views.open_code("events")
        shown = self.page.views.made["events"]
        shown.show_id(event_id)
        self.page.views.focus_view()

    def _dissolve(self) -> None:
        row = self._marked()
        with self.db.write() as session:
            clubs.dissolve(session, row.id)
        said = _("{name} is no club any more, and still a list; Ctrl+Z makes it one again.")
        self.said.emit(said.format(name=row.name))

    def _close(self) -> None:
        self._asking = None
        self.editor.hide()

    # -- Qt --

    def is_asking(self) -> bool:
        return self._asking is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._asking is not None:
            self._close()
            self.table.setFocus()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._accept()
        else:
            super().keyPressEvent(event)
