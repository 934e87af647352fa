"""Follow-ups: who is to be contacted, the most urgent first; done with a result in two keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom import dates, settings, words
from showroom.care import followups
from showroom.care.followups import Board, FollowUpRow
from showroom.guard import consent, staff
from showroom.i18n import N_, _
from showroom.store.models import Level, Promise, Status
from ui import list_paper, style
from ui.care_parts import VIEWS, CareView
from ui.contact_panel import ContactPanel, standing, urgency_words
from ui.days import late_words, minute_words
from ui.filters import Filter
from ui.jobs import Job
from ui.page import Page
from ui.reveal import Reveal
from ui.rows import AROUND, room_for
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.views import LISTS, Views
from ui.widgets import Card, Fig

if TYPE_CHECKING:
    from datetime import date, datetime, time

    from PySide6.QtGui import QShowEvent

    from showroom.store.db import Database

AHEAD = 7
DUE, COMING, DONE = "due", "coming", "done"
EMPTY = {
    DUE: N_("Nobody is to be contacted today. Who left a contact is promised the next one."),
    COMING: N_("Nobody is to be contacted in the coming seven days."),
    DONE: N_("What is done today stands here."),
}


class _Reading(NamedTuple):
    """What the page shows, as of when: its lists, the shop, who works here, how many complain."""

    now: datetime
    board: Board
    shop: settings.Settings
    people: list[tuple[int, str]]
    angry: int


class FollowUpsPage(Page):
    """The list of promised contacts at the left, one of them and its result at the right."""

    title = N_("Follow-ups")
    code = "followups"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._row: FollowUpRow | None = None
        self._begun = self._shown_once = False
        self._shop = settings.Settings()
        self._now = db.now()  # list and panel count the same minutes
        self.list = Segmented(
            [(DUE, _("Due")), (COMING, _("Coming 7 days")), (DONE, _("Done today"))],
            name="followups.list",
            optional=False,
        )
        self.list.setAccessibleName(_("Follow-ups"))
        self.list.set_code(DUE)
        self.whose = Filter(_("For everybody"), "followups.whose")
        self.buttons.addWidget(self.list)
        self.buttons.addWidget(self.whose)

        self.table = Table("followups.table", self._columns(), self._rows)
        self.table.setAccessibleName(_("Follow-ups"))
        list_paper.offer(self, self.table, "follow_ups", _("Follow-ups"))
        self.card = Card()
        self.card.body.addWidget(self.table)
        self.views = Views(self, self.card, VIEWS, _("Follow-ups"), bare=True)
        self.body.addWidget(self.views, 1)
        self._make_side()

        self._clock = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self._clock.start(dates.until_minute(db.now()))
        self.views.shown.connect(self._on_view)
        self.list.chosen.connect(lambda _code: self.reload())
        self.whose.chosen.connect(self.reload)
        self.table.chosen.connect(self._show)
        self.table.opened.connect(lambda _id: self._on_enter())
        self._show(0)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                N_("When"),
                self._when,
                tip=self._when,
                tone=self._when_tone,
                width=room_for(104, f"00:00 {minute_words(88)}", _("Tomorrow") + " 00:00"),
            ),
            Column(
                N_("Why"),
                lambda row: _(words.PROMISES[row.rule]),
                tip=lambda row: _(words.PROMISES[row.rule]),
                width=126,
                stretch=True,
            ),
            Column(
                N_("Customer"),
                lambda row: words.called(row.name, row.honorific) or _("No name"),
                width=106,
            ),
            Column(N_("Phone"), lambda row: row.phone, width=110),
            Column(
                N_("Level"),
                lambda row: standing(row, self._shop),
                tag=_standing_tone,
                width=max(62, style.tag_width(_(words.STATUSES[Status.OWNER])) + AROUND),
            ),
            Column(
                N_("Urgency"),
                lambda row: str(row.urgency) if row.urgency and row.done_at is None else "",
                tip=lambda row: urgency_words(row, self._shop, self._now),
                align="right",
                width=60,
            ),
            Column(
                N_("For"),
                lambda row: row.staff or "—",
                tip=lambda row: row.staff,
                tone=lambda row: "soon" if row.covered else "",
                width=room_for(76, _("{doer} for {name}").format(doer="陈志远", name="王强")),
            ),
            Column(
                N_("Last result"),
                lambda row: row.result or row.last_result,
                tone="muted",
                tip=lambda row: row.result or row.last_result,
                width=78,
            ),
        )

    def _make_side(self) -> None:
        self.reveal = Reveal(self)
        self.reveal.button.setFixedHeight(24)  # as high as the words beside it
        self.side.head.insertWidget(2, self.reveal.button)
        self.contact = ContactPanel(self)
        self.contact.next.entered.connect(self._on_day_entered)
        digits = enumerate(self.contact.results.items(), 1)
        self._digits = [
            self.key(str(number), button.text(), partial(self.contact.choose, code), name=code)
            for number, (code, button) in digits
        ]
        self.key("Ctrl+D", _("Day of the next contact"), self.contact.next.setFocus, name="next")
        self._letters = {
            level: self.command(
                self.table,
                _("Level: {level}").format(level=_(words.LEVELS[level])),
                self._shop.letter(level),
                partial(self.contact.choose_level, level),
                name=f"level_{level}",
            )
            for level in map(Level, self._shop.horizons)
        }
        self.file = self.button(_("Open File"), "Ctrl+O", self._open_file, name="file")
        self.later = self.button(_("Postpone"), "Ctrl+M", self._postpone, name="postpone")
        self.done = self.button(_("Done"), "Ctrl+Return", self._done, kind="primary", name="done")
        self.contact_foot = QWidget()
        foot = QHBoxLayout(self.contact_foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(style.M)
        foot.addWidget(self.file)
        foot.addStretch()
        foot.addWidget(self.later)
        foot.addWidget(self.done)
        self.side.body.addWidget(self.contact)
        self.side.foot.addWidget(self.contact_foot)

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read once what the page reads, so that it is imported and compiled on a thread."""
        from showroom.care import calendar

        today = db.today()
        with db.read() as session:
            found = followups.board(session, today, ahead=AHEAD, now=db.now())
            consent.count_complaining(session)
            for row in followups.rows(session, found.due[:1], today):
                calendar.of_contact(session, row.customer_id, Promise.BIRTHDAY, today=today)

    # -- the list --

    def reload(self) -> None:
        """Read figures and list anew; what is typed for the one at the right stays.

        The first time it is read on a thread: little of the file is at hand then.
        """
        whose = self.whose.code
        if self._begun:
            self._put(self._read(whose))
        else:
            self._begun = True
            Job(self, "", lambda _progress: self._read(whose), self._begin, quiet=True)

    def _begin(self, reading: _Reading) -> None:
        """Show what was read first, unless it was read anew since."""
        if not self._shown_once:
            self._put(reading)

    def _read(self, whose: int | None) -> _Reading:
        now, today = self.db.now(), self.db.today()
        with self.db.read() as session:
            return _Reading(
                now,
                followups.board(session, today, ahead=AHEAD, staff_id=whose, now=now),
                settings.load(session),
                [(one.id, one.name) for one in staff.everyone(session)],
                consent.count_complaining(session),
            )

    def _put(self, reading: _Reading) -> None:
        self._shown_once = True
        self._now, board, self._shop, people, angry = reading
        listed = self.list.code()
        ids = {DUE: board.due, COMING: board.coming, DONE: board.done}[listed]
        self.whose.show_options(people)
        for level, action in self._letters.items():
            action.setShortcut(self._shop.letter(level))
        title = _("Complaints")
        self.views.buttons["complaints"].setText(f"{title} {angry}" if angry else title)
        self.figures.show_figures(_figures(board))
        self.table.set_empty(_(EMPTY[listed]))
        at = self.table.currentIndex().row()
        self.table.show_ids(ids)
        if not self.table.current_id() and ids:
            self.table.choose(ids[min(max(at, 0), len(ids) - 1)])
        if self.views.current == LISTS:
            self._show(self.table.current_id())
        self.views.reload()

    def _rows(self, ids: list[int]) -> list[FollowUpRow]:
        with self.db.read() as session:
            return followups.rows(session, ids, self.db.today())

    def _tick(self) -> None:
        """A minute of the clock begins: somebody whose time has come moves up."""
        self._clock.start(dates.until_minute(self.db.now()))
        if self.isVisible() and self.views.current == LISTS and self.list.code() != DONE:
            self.reload()

    def _when(self, row: FollowUpRow) -> str:
        if row.done_at is not None:
            return dates.show_clock(row.done_at)
        today, clock = self.db.today(), row.clock
        late = late_words(row.due_on, today)
        if late or clock is None:
            shown = late or dates.show_day(row.due_on, today)
            return f"{shown} {clock:%H:%M}" if clock is not None else shown
        minutes = row.minutes(self._now)
        if minutes is not None and row.is_pressing(self._now):
            return f"{clock:%H:%M} {minute_words(minutes)}"
        return dates.show_when(row.due_on, clock, today)

    def _when_tone(self, row: FollowUpRow) -> str:
        if row.done_at is not None:
            return "muted"
        if row.late > 0 or (row.minutes(self._now) or 0) > 0:
            return "late"
        return "soon" if row.is_pressing(self._now) else ""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._shown_once and f"{self._now:%H:%M}" != f"{self.db.now():%H:%M}":
            self._tick()

    def show_id(self, id: int) -> None:
        """Show one contact, where it is due."""
        self._begun = True
        self.views.leave_view()
        self.list.set_code(DUE)
        self.whose.set_code(None)
        self.reload()
        self.table.choose(id)

    def parts(self) -> list[QWidget]:
        return list(self.views.made.values())

    def focus_first(self) -> None:
        """The list takes the keyboard, or the view that is shown."""
        if not self.views.focus_view():
            self.table.setFocus()

    def _on_view(self, code: str) -> None:
        """The right side, the figures and the digits belong to what is shown."""
        lists = code == LISTS
        for widget in (self.figures, self.list, self.whose, self.contact, self.contact_foot):
            widget.setVisible(lists)
        if not lists:
            self.reveal.show_for(0, "")
        for digit in self._digits:
            digit.setEnabled(lists)
        panels = False
        for own, view in self.views.made.items():
            assert isinstance(view, CareView)
            for part, place in ((view.panel, self.side.body), (view.foot, self.side.foot)):
                if part is not None:
                    if part.parentWidget() is None:
                        place.addWidget(part)
                    part.setVisible(own == code)
                    panels = panels or own == code
        self.side.setVisible(lists or panels)
        if lists:
            self._show(self.table.current_id())

    # -- the one at the right --

    def _show(self, follow_up_id: int) -> None:
        row = self.table.current_row() if follow_up_id else None
        self._row = row
        if row is None:
            self.side.show_empty(_("Choose who was contacted."))
            return
        self.side.show_content()
        name = words.called(row.name, row.honorific) or _("No name")
        late = late_words(row.due_on, self.db.today()) if row.done_at is None else ""
        self.side.set_title(name, row.phone, late, "late")
        self.reveal.show_for(row.customer_id, row.phone)
        self.contact.show_row(row, self._shop, self._now)
        for button in (self.later, self.done):
            button.setEnabled(row.done_at is None)

    def _on_enter(self) -> None:
        """Enter on the list: done when a result is chosen, else the first result is at hand."""
        if self.contact.result:
            with self.reporting():
                self._done()
        elif self._row is not None and self._row.done_at is None:
            self.contact.focus_results()

    def _on_day_entered(self) -> None:
        """With a result the day of the next contact is the last word: Enter finishes it."""
        if self.contact.result:
            with self.reporting():
                self._done()

    def _tell(self, row: FollowUpRow, done: str, day: date | None, clock: time | None) -> None:
        """Say of whom it was, and when he is heard of again where somebody named the day."""
        name = words.called(row.name, row.honorific) or _("No name")
        when = dates.show_when(day, clock, self.db.today()) if day is not None else ""
        self.said.emit(" · ".join(filter(None, (done.format(name=name), when))))

    def _done(self) -> None:
        row = self._row
        if row is None or row.done_at is not None:
            return
        with self.contact.form.reporting():
            said = self.contact.said()
            with self.db.write() as session:
                followups.done(session, row.id, **said, now=self.db.now(), today=self.db.today())
            self.table.setFocus()
            self._tell(row, _("Done: {name}"), said["next_on"], said["next_clock"])
            if not said["content"] and row.rule is not Promise.COMPLAINT:
                self.open.emit("customers", row.customer_id)
                self.said.emit(_("Not satisfied: take it as a complaint with Ctrl+Shift+K."))

    def _postpone(self) -> None:
        row = self._row
        if row is None or row.done_at is not None:
            return
        with self.contact.form.reporting():
            said = self.contact.postponed()
            with self.db.write() as session:
                now, today = self.db.now(), self.db.today()
                followups.postpone(session, row.id, **said, now=now, today=today)
            self.table.setFocus()
            self._tell(row, _("Postponed: {name}"), said["to"], said["clock"])

    def _open_file(self) -> None:
        if self._row is not None:
            self.open.emit("customers", self._row.customer_id)


def _standing_tone(row: FollowUpRow) -> str:
    if row.status is Status.OWNER:
        return "good"
    if row.status not in (Status.OPEN, Status.ORDERED) or row.level is Level.UNRATED:
        return "muted"
    return {Level.WEEK: "late", Level.ORDERED: "good"}.get(row.level, "accent")


def _figures(board: Board) -> list[Fig]:
    return [
        Fig(
            "today",
            f"{len(board.due) - board.late:,}",
            _("due today"),
            formula=_("Contacts promised for today and not done"),
        ),
        Fig(
            "late",
            f"{board.late:,}",
            _("late"),
            formula=_("Contacts promised for an earlier day and not done"),
            tone="late" if board.late else "",
        ),
        Fig(
            "coming",
            f"{len(board.coming):,}",
            _("coming 7 days"),
            formula=_("Contacts promised for the seven days after today"),
        ),
        Fig(
            "done",
            f"{len(board.done):,}",
            _("done today"),
            formula=_("Contacts done today, with whatever result"),
            tone="good" if board.done else "",
        ),
    ]
