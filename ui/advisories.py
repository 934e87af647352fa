"""Weather and service notices (F8): one is written, its customers are told one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates, words
from showroom.care import advisories
from showroom.care.advisories import AdvisoryRow, PersonRow
from showroom.errors import ShowroomError
from showroom.figures import advisories as lists
from showroom.guard import consent
from showroom.i18n import N_, _, ngettext
from showroom.store.models import Alert
from ui import dialogs, list_paper, style
from ui.advisory_panel import NAME, AdvisoryPanel
from ui.care_parts import CareView
from ui.jobs import Job
from ui.list_button import list_button
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.widgets import Button, Card

if TYPE_CHECKING:
    from showroom.progress import Progress
    from ui.pages.followups import FollowUpsPage

WAITING, TOLD = "waiting", "told"
TONES = {Alert.BLUE: "accent", Alert.YELLOW: "soon", Alert.ORANGE: "soon", Alert.RED: "late"}


class Lists(NamedTuple):
    """Who waits to be told of a notice, and who was."""

    advisory_id: int
    waiting: list[int]
    told: list[int]


class AdvisoriesView(CareView):
    """Notices above, their customers below: Enter copies the words, T notes who was told."""

    page: FollowUpsPage

    def __init__(self, page: FollowUpsPage) -> None:
        super().__init__(page)
        self._rows: dict[int, AdvisoryRow] = {}
        self._lists = Lists(0, [], [])
        self._next = 0
        self.table = Table(f"{NAME}.table", self._columns(), self._fetch)
        self.table.setAccessibleName(_("Weather and service notices"))
        self.first = Button(_("New Notice…"), kind="primary", name=f"{NAME}.first")
        self.first.clicked.connect(self._new)
        self.table.set_empty(
            _("No notice yet. Before a storm, or when the season changes, customers are warned."),
            self.first,
        )
        self.people = Table(f"{NAME}.people", self._people_columns(), self._fetch_people)
        self.people.setAccessibleName(_("Customers of the notice"))
        self.shown = Segmented(
            [(WAITING, _("To be told")), (TOLD, _("Told"))], name=f"{NAME}.shown", optional=False
        )
        self.shown.setAccessibleName(_("Which customers"))
        self.shown.set_code(WAITING)
        self.panel = self.one = AdvisoryPanel(page)
        self.foot = self.one.foot
        self._place()
        self._bind()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("When"), self._when, width=84, tone="muted"),
            Column(N_("Notice"), _title, tag=_tone, width=168),
            Column(N_("Whom it meets"), lambda row: row.reach, width=150, stretch=True),
            Column(N_("Sent by"), lambda row: _(consent.WAYS[row.way]), width=72, tone="muted"),
            Column(N_("Told"), lambda row: f"{row.told:,}", width=64, align="right"),
            Column(N_("Made by"), lambda row: row.by or "—", width=76, tone="muted"),
        )

    def _people_columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Customer"), advisories.called, width=110, stretch=True),
            Column(N_("Reached at"), lambda row: row.contact, width=132),
            Column(N_("Car"), lambda row: row.car or "—", width=140, stretch=True),
            Column(N_("Consultant"), lambda row: row.consultant or "—", width=84, tone="muted"),
            Column(N_("Told at"), self._told_at, width=132, tone="muted"),
        )

    def _place(self) -> None:
        self.card = Card(_("Weather and service notices"), name=f"{NAME}.card")
        self.card.body.addWidget(self.table)
        self.below = Card("", name=f"{NAME}.people.card")
        self.below.head.addWidget(self.shown)
        self.below.body.addWidget(self.people)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.card, 2)
        layout.addWidget(self.below, 3)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QWidget:
        """The row at the foot; a letter counts while one of the lists has the keyboard."""
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        self.buttons: dict[str, Button] = {}
        for text, key, slot, name in (
            (_("New Notice…"), "N", self._new, "new"),
            (_("Told"), "T", self.one.note_told, "tell"),
            (_("All Told…"), "A", self._all_told, "all"),
            (_("Save List…"), "Ctrl+E", self._save, "save"),
        ):
            button = list_button(
                self.page, (self.table, self.people), text, key, slot, f"notices.{name}"
            )
            self.buttons[name] = button
            row.addWidget(button)
            if name == "new":
                row.addStretch()
        return held

    def _bind(self) -> None:
        self.table.chosen.connect(lambda _id: self._read_people())
        self.table.opened.connect(lambda _id: self._go_down())
        self.people.chosen.connect(lambda _id: self._show_one())
        self.people.opened.connect(lambda _id: self._copy())
        self.shown.chosen.connect(lambda _code: self._show_people())
        self.one.made.connect(self._on_made)
        self.one.told.connect(self._on_told)
        self.one.left.connect(self._focus)
        self.one.said.connect(self.said)

    # -- showing --

    def begin(self) -> None:
        """The notices take the keyboard, the newest is chosen."""
        ids = self.table.rows.ids()
        if ids and not self.table.current_id():
            self.table.choose(ids[0])
        self._show_one()
        if self.one.is_writing():
            self.one.begin()
        else:
            self._focus()

    def _focus(self) -> None:
        table = self.people if self.people.rows.ids() and self.people.current_id() else self.table
        table.setFocus()

    def reload(self) -> None:
        with self.db.read() as session:
            ids = advisories.listed(session)
            self._rows = {row.id: row for row in advisories.rows(session, ids)}
        self.card.set_title(_("Weather and service notices"), str(len(ids)) if ids else "")
        self.table.show_ids(ids)
        self._read_people()

    def _read_people(self) -> None:
        """Look on a thread who is to be told: of 100,000 that takes a while."""
        id = self.table.current_id()
        if not id:
            self._on_read(Lists(0, [], []))
            return

        def read(_progress: Progress) -> Lists:
            with self.db.read() as session:
                if id not in advisories.listed(session):
                    return Lists(0, [], [])
                return Lists(id, advisories.waiting(session, id), advisories.told_ids(session, id))

        Job(self, _("Counting…"), read, self._on_read, quiet=True)

    def _on_read(self, found: Lists) -> None:
        if found.advisory_id == self.table.current_id():
            self._lists = found
            self._show_people()

    def _show_people(self) -> None:
        told = self.shown.code() == TOLD
        ids = self._lists.told if told else self._lists.waiting
        name = ""
        if self._lists.advisory_id in self._rows:
            name = _title(self._rows[self._lists.advisory_id])
        counts = _("{waiting} to be told, {told} told").format(
            waiting=f"{len(self._lists.waiting):,}", told=f"{len(self._lists.told):,}"
        )
        self.below.set_title(name or _("Customers of the notice"), counts if name else "")
        self.people.set_empty(_empty(bool(name), told, bool(self._lists.told)))
        at = self.people.currentIndex().row()
        self.people.show_ids(ids)
        if ids and not self.people.current_id():
            wanted = self._next if self._next in ids else ids[min(max(at, 0), len(ids) - 1)]
            self.people.choose(wanted)
        self._next = 0
        for key in ("tell", "all"):
            self.buttons[key].setEnabled(bool(ids) and not told)
        self.buttons["save"].setEnabled(bool(ids))
        self._show_one()

    def _show_one(self) -> None:
        if self.isVisible():
            row = self.people.current_row()
            self.one.show_person(self._lists.advisory_id, row)

    def _fetch(self, ids: Sequence[int]) -> list[AdvisoryRow]:
        return [self._rows[id] for id in ids if id in self._rows]

    def _fetch_people(self, ids: Sequence[int]) -> list[PersonRow]:
        with self.db.read() as session:
            return advisories.people(session, self._lists.advisory_id, ids)

    def _when(self, row: AdvisoryRow) -> str:
        return dates.show_day(row.day, self.db.today())

    def _told_at(self, row: PersonRow) -> str:
        if row.told_at is None:
            return "—"
        day = dates.show_day(dates.local_day(row.told_at), self.db.today())
        return " ".join((day, dates.show_clock(row.told_at), row.told_by))

    # -- doing --

    def _marked(self) -> AdvisoryRow:
        row = self._rows.get(self.table.current_id())
        if row is None:
            raise ShowroomError(_("Choose a notice first, or write one with N."))
        return row

    def _new(self) -> None:
        self.one.begin()

    def _go_down(self) -> None:
        if self.people.rows.ids():
            self.people.setFocus()

    def _copy(self) -> None:
        with self.page.reporting():
            self.one.copy_words()

    def _on_made(self, id: int) -> None:
        self.reload()
        self.shown.set_code(WAITING)
        self.table.choose(id)
        self.table.setFocus()

    def _on_told(self, id: int) -> None:
        ids = self.people.rows.ids()
        after = ids.index(id) + 1 if id in ids else 0
        self._next = ids[after] if after < len(ids) else 0
        self.people.setFocus()

    def _all_told(self) -> None:
        row, ids = self._marked(), list(self._lists.waiting)
        if self._lists.advisory_id != row.id:
            self.said.emit(_("Counting…"))  # those that are listed are still of another notice
            return
        if self.shown.code() == TOLD:
            return  # the button is grey, too
        notice = f"{_title(row)} · {self._when(row)} · {row.reach}"
        question = ngettext(
            "Note that {count} customer was told?",
            "Note that {count} customers were told?",
            len(ids),
        ).format(count=f"{len(ids):,}")
        if ids and dialogs.confirm(self, question, _("All Told"), detail=notice):
            with self.db.write() as session:
                advisories.tell(session, row.id, ids, now=self.db.now())
            self.said.emit(_("Noted; Ctrl+Z takes it back."))

    def _save(self) -> None:
        row, told = self._marked(), self.shown.code() == TOLD
        what = _("Told") if told else _("To be told")
        list_paper.save(
            self.page,
            f"{_title(row)} {what} {row.day}",
            lambda session, path, progress: lists.save(session, row.id, told, path, progress),
            self.said.emit,
        )

    # -- Qt --

    def is_asking(self) -> bool:
        return self.one.is_writing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.one.is_writing():
            self.one.put_away()
        else:
            super().keyPressEvent(event)


def _title(row: AdvisoryRow) -> str:
    return words.advisory(row.kind, row.colour)


def _tone(row: AdvisoryRow) -> str:
    return TONES[row.colour] if row.colour is not None else "muted"


def _empty(chosen: bool, told: bool, any_told: bool) -> str:
    """Why nobody stands there."""
    if not chosen:
        return _("Choose a notice above.")
    if told:
        return _("Nobody was told yet.")
    if any_told:
        return _("Everybody whom it meets was told.")
    return _("It meets nobody who agreed to be told this way.")
