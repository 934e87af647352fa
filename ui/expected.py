"""Who is expected: today's appointments, those to come, and who did not come lately."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom import dates, words
from showroom.door import appointments, expected
from showroom.door.appointments import Standing
from showroom.door.expected import ExpectedRow
from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from ui import style
from ui.appointment_form import AppointmentForm
from ui.days import minute_words
from ui.tables import Column, Table
from ui.views import View
from ui.widgets import Card, label

if TYPE_CHECKING:
    from showroom.store.db import Database
    from ui.pages.desk import DeskPage

DRAFT = "appointment:new"
TONES = {
    Standing.CAME: "good",
    Standing.MISSED: "late",
    Standing.CANCELLED: "muted",
    Standing.OPEN: "",
}


class ExpectedView(View):
    """The list of who is expected, and the form of one appointment above it.

    Enter checks in who is marked; N makes a new appointment, E changes one, Delete cancels it or
    puts it back.
    """

    page: DeskPage

    def __init__(self, page: DeskPage) -> None:
        super().__init__(page)
        self._rows: dict[int, ExpectedRow] = {}
        self._first = True
        self.form = AppointmentForm(page.db, "desk.expected", wide=True, draft=DRAFT)
        self.new = page.button(_("New Appointment"), "N", self._new, name="expected.new")
        self.save = page.button(
            _("Save"), "Ctrl+S", self._save, kind="primary", name="expected.save"
        )
        self.throw = page.button(
            _("Throw Away"), "", self._throw_away, kind="quiet", name="expected.throw_away"
        )
        self.figures = label("", "note", name="desk.expected.figures")
        self.editor = Card(_("New appointment"), name="desk.expected.editor")
        inside = QWidget()
        pad = QVBoxLayout(inside)
        pad.setContentsMargins(style.L, style.M, style.L, style.M)
        pad.addWidget(self.form)
        self.editor.body.addWidget(inside)
        self.editor.head.addWidget(self.throw)
        self.editor.head.addWidget(self.save)
        self.table = Table("desk.expected", self._columns(), self._fetch)
        self.table.setAccessibleName(_("Expected"))
        self.table.set_empty(_("Nobody is expected. N makes an appointment."))
        card = Card(_("Expected"), name="desk.expected.card")
        card.head.addWidget(self.figures)
        card.head.addWidget(self.new)
        card.body.addWidget(self.table)
        self.card = card
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.L)
        layout.addWidget(self.editor)
        layout.addWidget(card, 1)
        self.editor.hide()

        page.command(self.table, _("Change"), "E", self._change, name="expected.change")
        page.command(self.table, _("Cancel or put back"), "Del", self._cancel, name="expected.off")
        self.table.opened.connect(self._check_in)
        self.form.entered.connect(self.save.setFocus)
        self.form.saved.connect(self._on_saved)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Day"), self._day, width=72),
            Column(N_("When"), lambda row: dates.show_clock(row.at), width=56, strong=True),
            Column(N_("Ppl"), lambda row: str(row.people), align="right", width=40),
            Column(
                N_("Customer"),
                lambda row: words.called(row.name, row.honorific) or row.phone,
                note=lambda row: _("Do not contact") if row.barred else "",
                width=130,
                stretch=True,
            ),
            Column(N_("Aim"), lambda row: _(words.AIMS[row.aim]), width=96),
            Column(N_("Consultant"), lambda row: row.consultant or "—", width=84),
            Column(N_("Interest"), lambda row: row.model, width=84),
            Column(N_("Note"), lambda row: row.note, tone="muted", width=90),
            Column(N_("Standing"), self._standing, tag=self._tone, width=120),
        )

    # -- showing --

    def begin(self) -> None:
        if self._first and self.form.bring_back():
            self._open(_("New appointment"))
        self._first = False
        if not self.editor.isHidden():
            self.form.focus("when")
            return
        self.table.setFocus()
        if not self.table.current_id() and self.table.rows.ids():
            self.table.choose(self.table.rows.ids()[0])

    def show_id(self, id: int) -> None:
        self.table.choose(id)

    @classmethod
    def warm(cls, db: Database) -> None:
        today = db.today()
        with db.read() as session:
            ids = expected.listed(session, today=today)
            expected.rows(session, ids or [0], today=today)
            appointments.day_counts(session, today, today=today)

    def reload(self) -> None:
        today = self.db.today()
        with self.db.read() as session:
            ids = expected.listed(session, today=today)
            self._rows = {row.id: row for row in expected.rows(session, ids, today=today)}
            counts = appointments.day_counts(session, today, today=today)
        self.figures.setText(
            _("Today: {made} made, {came} came, {open} still open, {missed} did not come").format(
                made=counts.made, came=counts.came, open=counts.open, missed=counts.missed
            )
        )
        self.table.show_ids(ids)

    def _fetch(self, ids: Sequence[int]) -> list[ExpectedRow]:
        return [self._rows[id] for id in ids if id in self._rows]

    def _day(self, row: ExpectedRow) -> str:
        return dates.show_day(row.day, self.db.today())

    def _minutes(self, row: ExpectedRow) -> int:
        return dates.minutes_between(row.at, self.db.now())

    def _standing(self, row: ExpectedRow) -> str:
        if row.standing is Standing.CAME:
            return _("came {time}").format(time=dates.show_clock(row.came_at))
        if row.standing is Standing.MISSED:
            return _("did not come")
        if row.standing is Standing.CANCELLED:
            return _("called off")
        minutes = self._minutes(row)
        return minute_words(minutes) if row.day == self.db.today() and minutes >= -60 else ""

    def _tone(self, row: ExpectedRow) -> str:
        if row.standing is Standing.OPEN:
            return "late" if self._minutes(row) > 0 else "soon"
        return TONES[row.standing]

    # -- what the desk does --

    def _chosen(self) -> ExpectedRow:
        row = self._rows.get(self.table.current_id())
        if row is None:
            raise ShowroomError(_("Choose an appointment first, or make one with N."))
        return row

    def _new(self) -> None:
        """A new one; for the guest who is shown at the right, when there is one."""
        if self.form.bring_back():
            self._open(_("New appointment"))
            self.form.focus("who")
            self.said.emit(_("Brought back what was being typed."))
            return
        self._open(_("New appointment"))
        visit = self.page.form.visit
        self.form.begin(customer_id=visit.customer_id if visit is not None else None)
        if visit is not None and visit.customer_id is None:
            self.form.who.setText(visit.name)
        self.form.focus("who")
        self.form.who.selectAll()  # another guest's name takes its place

    def _change(self) -> None:
        row = self._chosen()
        if row.standing is Standing.CAME:
            raise ShowroomError(self._was_here(row))
        again = row.standing is Standing.MISSED
        self._open(_("Ask him again") if again else _("Change the appointment"))
        self.form.begin_change(row, again=again)
        self.form.focus("when")
        self.form.when.selectAll()

    def _open(self, title: str) -> None:
        self.editor.set_title(title)
        self.editor.show()

    def _save(self) -> None:
        self.form.save()

    def _on_saved(self, id: int) -> None:
        self._close()
        self.table.choose(id)
        row = self._rows.get(id)
        if row is not None:
            name = words.called(row.name, row.honorific) or row.phone
            when = f"{self._day(row)} {dates.show_clock(row.at)}"
            self.said.emit(_("{name} is expected: {when}.").format(name=name, when=when))

    def _throw_away(self) -> None:
        self.form.throw_away()
        self._close()

    def _close(self) -> None:
        self.editor.hide()
        self.table.setFocus()

    def _cancel(self) -> None:
        row = self._chosen()
        with self.db.write() as session:
            if row.standing is Standing.CANCELLED:
                appointments.put_back(session, row.id, now=self.db.now())
            else:
                appointments.cancel(session, row.id, now=self.db.now())

    def _check_in(self, id: int) -> None:
        row = self._rows[id]
        if row.visit_id is not None:
            self.chosen.emit(row.visit_id)
            self.said.emit(self._was_here(row))
            return
        if row.standing is Standing.MISSED and row.day != self.db.today():
            self._change()
            return
        with self.page.reporting():
            self.page.door.check_in(id)
            self.closed.emit()
            self.page.form.focus("name")

    def _was_here(self, row: ExpectedRow) -> str:
        return _("{name} was here at {time} as visit {number}.").format(
            name=words.called(row.name, row.honorific) or _("This guest"),
            time=dates.show_clock(row.came_at),
            number=row.visit_number,
        )

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.editor.isHidden():
            self._close()
        else:
            super().keyPressEvent(event)
