"""The desk: who is here, what is still owed, who left; one key opens a visit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from showroom import choices, dates, settings, words
from showroom.door import moments, reception, visits
from showroom.errors import ShowroomError
from showroom.figures import figures
from showroom.guard import staff
from showroom.i18n import N_, _, ngettext
from showroom.store import drafts
from showroom.store.models import ChoiceKind, Level, Moment, Refusal, Role, VisitKind
from ui import style, visit_columns
from ui.arrival import Arrival
from ui.desk_views import Tools, Views
from ui.moments import MomentStrip
from ui.page import Page
from ui.reveal import Reveal
from ui.tables import Column, Table
from ui.visit_form import VisitForm
from ui.widgets import Button, Card, Fig, label

if TYPE_CHECKING:
    from showroom.store.db import Database, Session

CLOCK_MS = 15_000


class DeskPage(Page):
    """Today at the desk: figures, three lists, and the visit that is worked on."""

    title = N_("Desk")
    code = "desk"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._ids: frozenset[int] = frozenset()
        self._visits: dict[int, visits.VisitRow] = {}
        self._letters: dict[Level, str] = {}
        self.new = self.button(_("New Visit"), "F2", self._new, kind="primary", name="new")
        self.call = self.button(_("Call"), "F3", self._call, name="call")
        self.errand = self.button(_("Errand"), "F4", self._errand, name="errand")
        for button in (self.new, self.call, self.errand):
            self.buttons.addWidget(button)

        self.arrival = Arrival()
        letter, stay = self._letter, self._stay
        self.present_card, self.present = self._list(
            "present", _("Here"), visit_columns.present(letter, stay), header=True, most=8
        )
        self.incomplete_card, self.incomplete = self._list(
            "incomplete", _("To complete"), visit_columns.incomplete(stay), header=False, most=4
        )
        self.gone_card, self.gone = self._list(
            "gone", _("Left"), visit_columns.gone(letter, stay), header=False, most=0
        )
        self.lists = QWidget()
        lists = QVBoxLayout(self.lists)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.setSpacing(style.L)
        lists.addWidget(self.present_card)
        lists.addWidget(self.incomplete_card)
        lists.addWidget(self.gone_card, 1)
        self.views = Views(self, self.lists)
        self.body.addWidget(self.arrival)
        self.body.addWidget(self.views, 1)

        self.form = VisitForm(db, "desk")
        self.reveal = Reveal(self, tight=True)
        self.form.beside("phone", self.reveal.button)
        self.strip = MomentStrip("desk.moments")
        self.side.body.addWidget(self.form)
        self.strip_title = QWidget()
        line = QHBoxLayout(self.strip_title)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label(_("Asking for a contact"), "section"))
        line.addWidget(label(_("1-7 · Enter given · \\ refused"), "muted"), 1)
        self.side.body.addWidget(self.strip_title)
        self.side.body.addWidget(self.strip)
        self.leave = self.button(_("Leave"), "F8", self._leave, name="leave")
        self.tools = Tools(self, [self.form, self.strip_title, self.strip])
        self.tools.place(self.leave)
        for number, moment in enumerate(Moment, 1):
            self.key(
                f"Alt+{number}",
                _("Moment: {name}").format(name=_(words.MOMENTS[moment])),
                partial(self._moment, number),
            )
        self.key("Ctrl+Down", _("Next visit"), lambda: self._step(1))
        self.key("Ctrl+Up", _("Previous visit"), lambda: self._step(-1))

        self.arrival.arrived.connect(self.arrive)
        self.arrival.given_up.connect(self.focus_first)
        self.views.chosen.connect(self._show)
        self.tools.put_back.connect(self._back)
        self.strip.asked.connect(self._asked)
        self.form.entered.connect(self.strip.setFocus)
        self.form.captured.connect(self._captured)
        for table in self._tables():
            table.chosen.connect(self._chooser(table))
            table.opened.connect(lambda _id: self.form.focus("name"))
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._show(0)

    def _list(
        self, name: str, title: str, columns: Sequence[Column], *, header: bool, most: int
    ) -> tuple[Card, Table]:
        card = Card(title, name=f"desk.{name}.card")
        table = Table(
            f"desk.{name}",
            columns,
            self._rows,
            header=header,
            fit=most > 0,
            max_rows=most or 8,
        )
        card.body.addWidget(table)
        return card, table

    def _tables(self) -> tuple[Table, Table, Table]:
        return self.present, self.incomplete, self.gone

    def _letter(self, row: visits.VisitRow) -> str:
        return self._letters.get(row.level, "") if row.level is not None else ""

    def _stay(self, row: visits.VisitRow) -> str:
        until = row.left_at or self.db.now()
        return dates.show_span(dates.minutes_between(row.arrived_at, until))

    def _rows(self, ids: Sequence[int]) -> list[visits.VisitRow]:
        """Of the long lists only what is looked at is read, and kept until the day is read anew."""
        unread = [id for id in ids if id not in self._visits]
        if unread:
            with self.db.read() as session:
                self._visits |= {row.id: row for row in visits.rows(session, unread)}
        return [self._visits[id] for id in ids if id in self._visits]

    def _row(self, visit_id: int) -> visits.VisitRow | None:
        return next(iter(self._rows([visit_id])), None) if visit_id in self._ids else None

    # -- showing --

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read the day once on the opening thread, so that its SQL is compiled there."""
        today = db.today()
        with db.read() as session:
            visits.rows(session, visits.of_day(session, today).present)
            figures.day(session, today)
            _letters(session)
            choices.options(session, ChoiceKind.MODEL)
            staff.everyone(session, Role.CONSULTANT)

    def reload(self) -> None:
        """Read the day anew; the form is only told what changed elsewhere."""
        today = self.db.today()
        with self.db.read() as session:
            day = visits.of_day(session, today)
            self._letters = _letters(session)
            sums = figures.day(session, today)
            anybody = bool(staff.everyone(session))
            here = visits.rows(session, day.present)
        self._ids = frozenset(id for part in day for id in part)
        self._visits = {row.id: row for row in here}
        self.figures.show_figures(_figs(sums))
        self.present_card.set_title(_("Here"), str(len(day.present)))
        self.incomplete_card.set_title(_("To complete"), str(len(day.incomplete)))
        self.gone_card.set_title(_("Left"), str(len(day.gone)))
        self.incomplete_card.setVisible(bool(day.incomplete))
        self._say_empty(anybody)
        self.form.load_lists()
        for table, ids in zip(self._tables(), day, strict=True):
            kept = table.blockSignals(True)
            table.show_ids(ids)
            table.blockSignals(kept)
        self._keep_chosen(day)
        self.views.reload()
        self.tools.reload()

    def _keep_chosen(self, day: visits.Day) -> None:
        """The visit in the panel stays; after an undo or at the start another takes its place."""
        visit = self.form.visit
        known = self._row(visit.id) if visit is not None else None
        if known is not None:
            self._mark(known.id)
            self.form.refresh(known)
            self._show_head(known)
            return
        focused = QApplication.focusWidget()
        if visit is not None and focused is not None and self.form.isAncestorOf(focused):
            self.focus_first()  # what is typed next is not meant for another party
        with self.db.read() as session:
            typed = drafts.typed_last(session)
        first = [*day.present, *day.incomplete]
        self._show(typed if typed in first else first[0] if first else 0)

    def _say_empty(self, anybody: bool) -> None:
        if self.present.property("anybody") == anybody:
            return
        self.present.setProperty("anybody", anybody)
        if anybody:
            self.present.set_empty(_("Nobody is here. F2 when a party comes in."))
        else:
            button = Button(_("Who Works Here?"), kind="primary", name="desk.setup")
            button.clicked.connect(lambda: self.open.emit("settings", 0))
            self.present.set_empty(
                _("Welcome. First say who works here, so that a party can be handed over."),
                button,
            )
        self.gone.set_empty(_("Who has left today stands here."))

    def _mark(self, visit_id: int) -> None:
        """Choose the visit in the list it stands in, and nothing in the others."""
        for table in self._tables():
            kept = table.blockSignals(True)
            if visit_id in table.rows.ids():
                table.choose(visit_id)
            else:
                table.setCurrentIndex(QModelIndex())
            table.blockSignals(kept)

    def _chooser(self, table: Table) -> Any:
        def chosen(visit_id: int) -> None:
            if visit_id and not table.signalsBlocked():
                self._show(visit_id)

        return chosen

    def _show(self, visit_id: int) -> None:
        """Work on this visit; 0 is none."""
        self.tools.put_away()
        visit = self._row(visit_id)
        self.form.show_visit(visit)
        visit = self.form.visit
        if visit is None:
            self.side.show_empty(_("F2: a party comes in. It takes three keys."))
            return
        self.side.show_content()
        self._show_head(visit)
        self.strip.start()
        self._mark(visit.id)

    def _show_head(self, visit: visits.VisitRow) -> None:
        kind = {
            VisitKind.WALK_IN: _("Visit {number}"),
            VisitKind.CALL: _("Call {number}"),
            VisitKind.ERRAND: _("Errand {number}"),
        }[visit.kind]
        note = [
            _("{time} in").format(time=dates.show_clock(visit.arrived_at)),
            ngettext("{count} person", "{count} people", visit.people).format(count=visit.people),
        ]
        if visit.kind is VisitKind.WALK_IN:
            note.append(_("Again") if visit.again else _("First"))
        here = visit.left_at is None
        self.side.set_title(
            kind.format(number=visit.number),
            " · ".join(note),
            (_("Here {span}") if here else _("Stayed {span}")).format(span=self._stay(visit)),
            "accent" if here else "muted",
        )
        self.reveal.show_for(visit.customer_id or 0, visit.phone)
        self.strip.show_states(visit.strip)
        self.tools.buttons["drive"].setChecked(visit.drive)
        over = _("End Call") if visit.kind is VisitKind.CALL else _("Leave")
        self.leave.setText(over if here else _("Still Here"))
        self.tools.suit(visit.kind)

    def _tick(self) -> None:
        """The clocks run on."""
        if self.isVisible():
            self.present.rows.refresh(self.present.rows.ids())
            if self.form.visit is not None:
                self._show_head(self._row(self.form.visit.id) or self.form.visit)

    def show_id(self, id: int) -> None:
        """Show one visit of today."""
        self._show(id)

    def focus_first(self) -> None:
        """The list of who is here takes the keyboard."""
        self.present.setFocus()

    # -- what the desk does --

    def _new(self) -> None:
        self.form.flush()
        self.arrival.ask(VisitKind.WALK_IN, [])

    def _errand(self) -> None:
        self.form.flush()
        with self.db.read() as session:
            options = choices.options(session, ChoiceKind.ERRAND)
        self.arrival.ask(VisitKind.ERRAND, [(option.id, option.label) for option in options])

    def _call(self) -> None:
        self.arrive(VisitKind.CALL, 1, None)

    def arrive(self, kind: VisitKind, people: int, errand_id: int | None) -> None:
        """Open a visit; its clock runs, and the cursor stands in the name."""
        self.form.flush()
        with self.reporting():
            with self.db.write() as session:
                visit = reception.arrive(
                    session, people=people, now=self.db.now(), kind=kind, errand_id=errand_id
                )
            self._show(visit.id)
            self.form.focus("name")

    def _current(self) -> visits.VisitRow:
        if self.form.visit is None:
            raise ShowroomError(_("Choose a visit first, or open one with F2."))
        return self.form.visit

    def _asked(self, moment: Moment, refusal: Refusal | None) -> None:
        with self.reporting():
            visit = self._current()
            self.form.flush()
            with self.db.write() as session:
                moments.ask(session, visit.id, moment, refusal=refusal, now=self.db.now())
            if refusal is None and visit.customer_id is None:
                self.form.focus("phone")

    def _moment(self, number: int) -> None:
        self.strip.setFocus()
        self.strip.choose(number - 1)

    def _captured(self) -> None:
        visit = self.form.visit
        if visit is not None:
            again = _("An old customer: welcome back.") if visit.again else _("Contact captured.")
            self.said.emit(again)

    def _leave(self) -> None:
        if self.arrival.isVisible():
            return
        self.form.flush()
        visit = self._current()
        called = words.called(visit.name, visit.honorific) or _("No name")
        with self.db.write() as session:
            if visit.left_at is None:
                reception.leave(session, visit.id, at=self.db.now())
                said = _("Visit {number}, {name}: left.")
            else:
                reception.come_back(session, visit.id)
                said = _("Visit {number}, {name}: still here.")
        self.said.emit(said.format(number=visit.number, name=called))

    def _step(self, step: int) -> None:
        ids = [id for table in self._tables() for id in table.rows.ids()]
        if ids:
            here = self.form.visit.id if self.form.visit is not None else 0
            at = ids.index(here) + step if here in ids else 0
            self._show(ids[at % len(ids)])

    # -- tools --

    def current(self) -> visits.VisitRow:
        """The visit that is worked on, saved. Raises `ShowroomError` when there is none."""
        self.form.flush()
        return self._current()

    def _back(self) -> None:
        """The visit's form is there again: the keyboard must not leave the page."""
        self.form.focus("name")

    # -- Qt --

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.form.flush()


def _letters(session: Session) -> dict[Level, str]:
    shop = settings.load(session)
    return {level: shop.letter(level) for level in Level}


def _figs(day: figures.Day) -> list[Fig]:
    people = ngettext("{count} person", "{count} people", int(day.people.value or 0))
    first, left = day.contacts.denominator, day.contacts.numerator
    return [
        Fig(
            "parties",
            day.parties.shown,
            _("parties today"),
            unit=f"· {people.format(count=day.people.shown)}",
            formula=f"{day.parties.formula}\n{day.people.formula}",
        ),
        Fig(
            "contacts",
            day.contacts.shown,
            _("first visits with contact left"),
            unit=f"{left} / {first}",
            formula=day.contacts.formula,
        ),
        Fig("drives", day.drives.shown, day.drives.title, formula=day.drives.formula),
        Fig("orders", day.orders.shown, day.orders.title, formula=day.orders.formula),
        Fig(
            "incomplete",
            day.incomplete.shown,
            day.incomplete.title,
            formula=day.incomplete.formula,
            tone="soon" if day.incomplete.value else "",
        ),
    ]
