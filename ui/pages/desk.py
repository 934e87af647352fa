"""The desk: who is here, what is still owed, who left; one key opens a visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates, settings, words
from showroom.door import moments, visits
from showroom.errors import ShowroomError
from showroom.figures import figures
from showroom.i18n import N_, _, ngettext
from showroom.store.models import Level, Moment, Refusal, VisitKind
from ui import desk_reading, style, visit_columns
from ui.coach import SHOWN_MS, Coach
from ui.correction import Correction
from ui.desk_parts import VIEWS
from ui.desk_reading import Reading, Rest
from ui.desk_tools import Tools
from ui.door import Door
from ui.forms import name_key
from ui.jobs import Job
from ui.moments import MomentStrip
from ui.owes import Owes
from ui.page import Page
from ui.reveal import Reveal
from ui.tables import Column, Table
from ui.views import Views
from ui.visit_form import VisitForm
from ui.widgets import Button, Card, Fig, label

if TYPE_CHECKING:
    from showroom.store.db import Database
    from ui.day_close import DayCloseView

CLOCK_MS = 15_000


class DeskPage(Page):
    """Today at the desk: figures, lists, and the visit that is worked on."""

    title = N_("Desk")
    code = "desk"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._ids: frozenset[int] = frozenset()
        self._elsewhere = 0  # a visit of another day that was asked for
        self.coming = 0  # the visit that is written just now: it is the next to be worked on
        self._unclosed: list[date] = []
        self._lacks_rest = False
        self._visits: dict[int, visits.VisitRow] = {}
        self._letters: dict[Level, str] = {}
        self.door = Door(self)
        self.arrival, self.unmet, self.due = self.door.arrival, self.door.unmet, self.door.due
        letter, stay, today = self._letter, self._stay, db.today
        self.present_card, self.present = self._list(
            "present", _("Here"), visit_columns.present(letter, stay, today), header=True, most=8
        )
        self.calls_card, self.calls = self._list(
            "calls", _("On the phone"), visit_columns.calls(stay), header=False, most=3
        )
        self.incomplete_card, self.incomplete = self._list(
            "incomplete", _("To complete"), visit_columns.incomplete(stay), header=False, most=4
        )
        self.owes = Owes("desk.owes")
        self.incomplete_card.head.addWidget(self.owes)
        self.gone_card, self.gone = self._list(
            "gone", _("Left"), visit_columns.gone(letter, stay), header=False, most=0
        )
        self.gone.rows.block = desk_reading.SEEN
        self.lists = QWidget()
        lists = QVBoxLayout(self.lists)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.setSpacing(style.L)
        lists.addWidget(self.due)
        lists.addWidget(self.present_card)
        lists.addWidget(self.calls_card)
        lists.addWidget(self.incomplete_card)
        lists.addWidget(self.gone_card, 1)
        self.views = Views(self, self.lists, VIEWS, _("Today"))
        self.unclosed = self.button(
            _("Close an Earlier Day"),
            "Shift+F12",
            self._close_earlier,
            kind="quiet",
            name="unclosed",
        )
        self.views.beside(self.unclosed)
        self.body.addWidget(self.arrival)
        self.body.addWidget(self.unmet)
        self.body.addWidget(self.views, 1)

        self.form = VisitForm(db, "desk")
        self.reveal = Reveal(self, tight=True)
        self.form.beside("phone", self.reveal.button)
        self.strip = MomentStrip("desk.moments")
        self.coach = Coach(self, self.strip)
        self.correction = Correction(self)
        self.side.body.addWidget(self.correction)
        self.side.body.addWidget(self.form)
        self.strip_title = QWidget()
        line = QHBoxLayout(self.strip_title)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label(_("Asking for a contact"), "section"))
        line.addWidget(self.strip.note, 1)
        self.side.body.addWidget(self.strip_title)
        self.side.body.addWidget(self.strip)
        self.leave = self.door.leave
        self.side.below.addWidget(self.strip.script)
        self.tools = Tools(self, [self.form, self.strip_title, self.strip, self.strip.script])
        self.tools.place(self.leave)
        for number, moment in enumerate(Moment, 1):
            self.key(
                f"Alt+{number}",
                _("Moment: {name}").format(name=_(words.MOMENTS[moment])),
                partial(self._moment, number),
            )
        self.key("Ctrl+O", _("Whose visits to complete"), self._turn_owes, name="owes")
        self.key("Ctrl+Down", _("Next visit"), lambda: self._step(1))
        self.key("Ctrl+Up", _("Previous visit"), lambda: self._step(-1))

        self.owes.chosen.connect(lambda _code: self._show_owed())
        self.views.chosen.connect(self.show_id)
        self.correction.given.connect(self.form.flush)
        self.tools.put_back.connect(self._back)
        self.strip.asked.connect(self._asked)
        self.form.entered.connect(self.strip.setFocus)
        self.form.captured.connect(self._captured)
        self.form.alike.other.connect(lambda id: self.open.emit("customers", id))
        for table in self._tables():
            table.chosen.connect(self._chooser(table))
            table.opened.connect(lambda _id: self.form.focus("name"))
            self.command(
                table, _("Export This List…"), "Ctrl+Shift+E", partial(self._take_out, table)
            )
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

    def _take_out(self, table: Table) -> None:
        """Let a list of the day leave; what that needs is loaded only now."""
        from ui import list_paper

        list_paper.take_out(self, table, "visits", _("Visits"))

    def _tables(self) -> tuple[Table, Table, Table, Table]:
        """In the order of `visits.Day`."""
        return self.present, self.incomplete, self.gone, self.calls

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
    def warm(cls, db: Database) -> Reading:
        """Read the day once on the opening thread, for the first picture."""
        return desk_reading.read(db, first=True)

    @classmethod
    def read_ahead(cls, db: Database) -> Reading:
        """Read the day on the thread that wrote."""
        return desk_reading.read(db)

    def make_next(self) -> bool:
        return self.views.make_next() or self.tools.make_next()

    def reload(self) -> None:
        """Read the day anew; the form is only told what changed elsewhere."""
        known, self.read_already = self.read_already, None
        holds = isinstance(known, Reading) and known.holds(self.db)
        reading: Reading = known if holds else desk_reading.read(self.db)
        self._lacks_rest = reading.rest is None
        if reading.rest is None:
            QTimer.singleShot(SHOWN_MS, self, self._read_rest)
        else:
            self._show_rest(reading.rest)
        day, owing = reading.day, reading.owing
        self._letters = _letters(reading.shop)
        self.coach.read(reading.shop)
        self._ids = frozenset(id for part in day for id in part)
        self._ids |= {self._elsewhere} - {0}
        self._visits = {row.id: row for row in reading.seen}
        self.figures.show_figures(_figs(reading.sums))
        self.present_card.set_title(_("Here"), str(len(day.present)))
        self.incomplete_card.set_title(_("To complete"), str(len(day.incomplete)))
        self.gone_card.set_title(_("Left"), str(len(day.gone)))
        self.calls_card.set_title(_("On the phone"), str(len(day.calls)))
        self.calls_card.setVisible(bool(day.calls))
        self.incomplete_card.setVisible(bool(day.incomplete))
        self.owes.show_owing(owing, day.incomplete)
        self._say_empty(reading.anybody)
        self.form.load_lists(reading.shop, reading.lists)
        listed = day._replace(incomplete=self.owes.ids())
        for table, ids in zip(self._tables(), listed, strict=True):
            kept = table.blockSignals(True)
            table.show_ids(ids)
            table.blockSignals(kept)
        self._keep_chosen(day, reading.typed_last)
        self.views.reload()
        self.tools.reload()

    def _read_rest(self) -> None:
        """After the first picture, on a thread: the window answers meanwhile."""
        if self.window().isVisible():
            Job(self, "", lambda _none: desk_reading.rest(self.db), self._on_rest, quiet=True)

    def _on_rest(self, rest: Rest) -> None:
        if self._lacks_rest:  # else it was read anew with all the day
            self._lacks_rest = False
            self._show_rest(rest)

    def _show_rest(self, rest: Rest) -> None:
        self._unclosed = rest.unclosed
        self._say_unclosed()
        self.due.show_rows(rest.expected)

    def _keep_chosen(self, day: visits.Day, typed: int | None) -> None:
        """The visit in the panel stays; after an undo or at the start another takes its place."""
        coming, self.coming = self.coming, 0
        if coming in self._ids:
            self._show(coming)
            return
        visit = self.form.visit
        known = self._row(visit.id) if visit is not None else None
        if known is not None:
            self._mark(known.id)
            self.form.refresh(known)
            self._show_head(known)
            self.coach.follow(known)
            return
        focused = QApplication.focusWidget()
        if visit is not None and focused is not None and self.form.isAncestorOf(focused):
            self.focus_first()  # what is typed next is not meant for another party
        first = [*day.present, *day.calls, *day.incomplete]
        self._show(typed if typed in first else first[0] if first else 0)

    def _say_unclosed(self) -> None:
        """A day that nobody closed is spoken of until somebody does."""
        days = [f"{day:%m-%d}" for day in self._unclosed]
        if days:
            shown = _(", ").join(days[:2] + ["…"] * (len(days) > 2))
            self.unclosed.setText(_("{day} is not closed yet").format(day=shown))
        self.unclosed.setVisible(bool(days))

    def _close_earlier(self) -> None:
        if not self._unclosed:
            raise ShowroomError(_("No earlier day waits to be closed."))
        self.views.open_code("day_close")
        view = cast("DayCloseView", self.views.made["day_close"])
        view.show_day(self._unclosed[0])

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
        self.form.flush()  # of the same visit, shown again, what was typed last counts
        visit = self._row(visit_id)
        self.form.show_visit(visit)
        visit = self.form.visit
        if visit is None:
            self.correction.show_for(None)
            self.side.show_empty(_("F2: a party comes in. It takes three keys."))
            return
        self.side.show_content()
        self._show_head(visit)
        self.coach.begin(visit)
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
        if visit.kind is VisitKind.CALL:
            note = [dates.show_clock(visit.arrived_at)]
        if visit.kind is not VisitKind.ERRAND:
            note.append(_("Again") if visit.again else _("First"))
        self.side.set_title(
            kind.format(number=visit.number),
            " · ".join(note),
            *self._tag(visit),
        )
        self.correction.show_for(visit)
        self.reveal.show_for(visit.customer_id or 0, visit.phone)
        self.strip.show_states(visit.strip)
        self.tools.buttons["drive"].setChecked(visit.drive)
        over = _("End") if visit.kind is VisitKind.CALL else _("Leave")
        self.leave.setText(over if visit.left_at is None else _("Still Here"))
        self.tools.suit(visit.kind)

    def _tag(self, visit: visits.VisitRow) -> tuple[str, str]:
        """How long they are here, or since when they are out driving."""
        if visit.driving is not None:
            return _("Driving since {time}").format(time=dates.show_clock(visit.driving)), "soon"
        if visit.left_at is None and visit.kind is VisitKind.CALL:
            return _("On the phone {span}").format(span=self._stay(visit)), "accent"
        if visit.unmet:
            return _("Waited {span}").format(span=self._stay(visit)), "late"
        if visit.left_at is None:
            return _("Here {span}").format(span=self._stay(visit)), "accent"
        return _("Stayed {span}").format(span=self._stay(visit)), "muted"

    def _tick(self) -> None:
        """The clocks run on."""
        if self.isVisible():
            for table in (self.present, self.calls):
                table.rows.refresh(table.rows.ids())
            with self.db.read() as session:
                expected = self.due.read(session, self.db)
            self.due.show_rows(expected)
            if self.form.visit is not None:
                self._show_head(self._row(self.form.visit.id) or self.form.visit)

    def show_id(self, id: int) -> None:
        """Show one visit, of today or of another day."""
        self._elsewhere = id
        self._ids |= {id}
        self._show(id)

    def _show_owed(self) -> None:
        """List what one consultant has to complete, and show the first of it."""
        ids = self.owes.ids()
        self.incomplete.show_ids(ids)
        self._show(ids[0])

    def _turn_owes(self) -> None:
        if self.incomplete.rows.ids():
            self.owes.turn()
            self.incomplete.setFocus()

    def focus_first(self) -> None:
        """The list of who is here takes the keyboard, or the view that is shown."""
        if not self.views.focus_view():
            self.present.setFocus()

    def about(self) -> int:
        return self.form.visit.id if self.form.visit is not None else 0

    def key_groups(self) -> dict[str, list[tuple[str, str]]]:
        """Return its keys, and those of the moments."""
        groups = super().key_groups()
        groups[_(self.title)].append(name_key())
        return groups | {
            _("Moments"): [
                ("1…7", _("Choose a moment")),
                ("Enter", _("The moment was given")),
                ("\\", _("The moment was refused")),
                ("1…4", _("Why it was refused")),
                ("↓", _("Next moment")),
            ],
        }

    def parts(self) -> list[QWidget]:
        return [*self.views.made.values(), *self.tools.made.values()]

    # -- what the desk does --

    def _current(self) -> visits.VisitRow:
        if self.form.visit is None:
            raise ShowroomError(_("Choose a visit first, or open one with F2."))
        return self.form.visit

    def _asked(self, moment: Moment, refusal: Refusal | None) -> None:
        with self.reporting():
            visit, line = self._current(), self.strip.line()
            self.form.flush()
            with self.db.write() as session:
                moments.ask(
                    session,
                    visit.id,
                    moment,
                    refusal=refusal,
                    script_id=line.script_id if line is not None else None,
                    wording=line.wording if line is not None else None,
                    now=self.db.now(),
                )
            if refusal is None and not visit.contact:
                self.form.focus("phone")

    def _moment(self, number: int) -> None:
        self.strip.setFocus()
        self.strip.choose(number - 1)

    def _captured(self) -> None:
        visit = self.form.visit
        if visit is not None:
            again = _("An old customer: welcome back.") if visit.again else _("Contact captured.")
            self.said.emit(again)

    def _step(self, step: int) -> None:
        tables = (self.present, self.calls, self.incomplete, self.gone)
        ids = [id for table in tables for id in table.rows.ids()]
        if ids:
            here = self.form.visit.id if self.form.visit is not None else 0
            at = ids.index(here) + step if here in ids else 0
            self._show(ids[at % len(ids)])
            self.form.resume()
            self.side.show_focus()  # it may have been there before, and scrolled out of sight

    # -- tools --

    def current(self) -> visits.VisitRow:
        """The visit that is worked on, saved. Raises `ShowroomError` when there is none."""
        self.form.flush()
        return self._current()

    def _back(self, before: QWidget | None) -> None:
        """The visit's form is there again: the keyboard goes back to where it was in it."""
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.form.resume()

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:  # in the panel: the view goes, the cursor stays
            self.views.leave_view()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.form.flush()


def _letters(shop: settings.Settings) -> dict[Level, str]:
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
