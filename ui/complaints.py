"""Complaints: open ones on top by what is due first, closed ones and their causes below (F6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.care import complaint_rows, complaints
from showroom.care.complaint_rows import NEXT, ComplaintRow
from showroom.care.complaints import GRAVITIES
from showroom.errors import ShowroomError
from showroom.figures import complaints as counted
from showroom.i18n import N_, _, language
from showroom.store.models import Gravity
from ui import list_paper, style
from ui.care_parts import CareView
from ui.charts import Funnel, Step
from ui.complaint_panel import ComplaintPanel
from ui.list_button import list_button
from ui.tables import Column, Table
from ui.time_span import TimeSpan
from ui.widgets import Button, Card, Fig, FigureRow

if TYPE_CHECKING:
    from showroom.figures.figures import Figure
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.page import Page

TICK_MS: Final = 60_000
BARS: Final = 10
TONES: Final = {Gravity.ORDINARY: "muted", Gravity.ESCALATED: "soon", Gravity.MAJOR: "late"}


class ComplaintsView(CareView):
    """What waits on top: Enter goes to the words of the next step, Ctrl+Enter ticks it."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._id = 0
        self._rows: dict[int, ComplaintRow] = {}
        self.figures = FigureRow("followups.complaints")
        self.time = TimeSpan("followups.complaints", self.db.today)
        self.waiting = Table("followups.complaints.open", self._open_columns(), self._fetch)
        self.waiting.setAccessibleName(_("Open complaints"))
        self.waiting.set_empty(
            _("No complaint is open. One is taken in the customer's file (Ctrl+Shift+K).")
        )
        self.settled = Table("followups.complaints.closed", self._closed_columns(), self._fetch)
        self.settled.setAccessibleName(_("Closed complaints"))
        self.settled.set_empty(_("What was taken in this time and is closed stands here."))
        for table in (self.waiting, self.settled):
            list_paper.offer(page, table, "complaints", table.accessibleName())
        self.chart = Funnel("followups.complaints.chart")
        self.chart.setAccessibleName(_("Complaints by cause"))
        self.panel = self.one = ComplaintPanel(page)
        self.foot = self.one.foot
        self._place()
        for table in (self.waiting, self.settled):
            table.chosen.connect(self._on_chosen(table))
            table.opened.connect(lambda _id: self.one.focus_words())
        self.time.chosen.connect(self.reload)
        self.one.said.connect(self.said)
        self.one.left.connect(self._back)
        self._minute = QTimer(self, interval=TICK_MS)
        self._minute.timeout.connect(self._on_minute)

    def _open_columns(self) -> tuple[Column, ...]:
        cause = 116 if language() == "zh_CN" else 160
        return (
            Column(N_("Due"), self._clock, tag=self._clock_tone, width=104),
            Column(N_("Customer"), complaint_rows.called, width=100),
            Column(N_("Cause"), lambda row: row.cause, tip=lambda row: row.cause, width=cause),
            Column(N_("How grave"), _grave, tag=lambda row: TONES[row.gravity], width=86),
            Column(N_("Next step"), lambda row: _(NEXT[row.step]), width=100),
            Column(N_("Responsible"), lambda row: row.responsible, width=84),
            Column(
                N_("His words"),
                lambda row: row.words.replace("\n", " "),
                tip=lambda row: row.words,
                tone="muted",
                width=120,
                stretch=True,
            ),
        )

    def _closed_columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Closed"), self._closed_day, width=72, tone="muted"),
            Column(N_("Customer"), complaint_rows.called, width=96),
            Column(N_("Cause"), lambda row: row.cause, tip=lambda row: row.cause, stretch=True),
            Column(N_("Answered"), _answered, tag=_answered_tone, width=84),
            Column(N_("Signed by"), lambda row: row.closed_by or "—", width=76),
        )

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(style.XL)
        head.addWidget(self.figures, 1)
        head.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        self.open_card = Card(_("Open"), name="followups.complaints.open.card")
        self.open_card.body.addWidget(self.waiting)
        self.closed_card = Card(_("Closed"), name="followups.complaints.closed.card")
        self.closed_card.body.addWidget(self.settled)
        self.chart_card = Card(_("By cause"), name="followups.complaints.chart.card")
        self.chart_card.body.addWidget(self.chart)
        low = QHBoxLayout()
        low.setSpacing(style.M)
        low.addWidget(self.chart_card, 2)
        low.addWidget(self.closed_card, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addWidget(self.open_card, 1)
        layout.addLayout(low, 1)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QWidget:
        """The row at the foot; a letter counts while one of the lists has the keyboard."""
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        row.addStretch()
        self.buttons: dict[str, Button] = {}
        for text, key, slot, name in (
            (_("Print Slip"), "Q", self._print_slip, "slip"),
            (_("Print List"), "Ctrl+P", self._print, "print"),
            (_("Save List…"), "Ctrl+E", self._save, "save"),
        ):
            button = list_button(
                self.page, (self.waiting, self.settled), text, key, slot, f"complaints.{name}"
            )
            self.buttons[name] = button
            row.addWidget(button)
        return held

    # -- showing --

    def begin(self) -> None:
        self.page.show_rights()
        self._show_one()
        for table in (self.waiting, self.settled):
            if table.rows.ids():
                table.choose(table.current_id() or table.rows.ids()[0])
                table.setFocus()
                return
        self.waiting.setFocus()

    def show_id(self, id: int) -> None:
        self.waiting.choose(id)
        self.waiting.setFocus()

    def reload(self) -> None:
        first, last = self.time.bounds()
        with self.db.read() as session:
            open_ones = complaint_rows.open_ones(session)
            closed = complaint_rows.closed(session, first, last)
            found = counted.look(session, first, last, now=self.db.now())
            self._rows = {row.id: row for row in complaint_rows.rows(session, open_ones)}
        self._show_figures(found.figures)
        self.open_card.set_title(_("Open"), str(len(open_ones)) if open_ones else "")
        self.closed_card.set_title(_("Closed"), str(len(closed)) if closed else "")
        kept = [table.blockSignals(True) for table in (self.waiting, self.settled)]
        self.waiting.show_ids(open_ones)
        self.settled.show_ids(closed)
        for table, before in zip((self.waiting, self.settled), kept, strict=True):
            table.blockSignals(before)
        self.chart.show_data(
            [
                Step(
                    one.label,
                    one.number,
                    f"{one.share:.0%}",
                    f"{one.label}: {one.number} · {one.share:.0%}",
                )
                for one in found.tallies[:BARS]
            ]
        )
        for name in ("print", "save"):
            self.buttons[name].setEnabled(bool(found.tallies))
        self.buttons["slip"].setEnabled(bool(open_ones or closed))
        if self.isVisible():
            self._show_one()

    def _show_figures(self, figures: list[Figure]) -> None:
        shown = []
        for one in figures:
            made = "" if one.denominator is None else f"{one.numerator} / {one.denominator}"
            tone = "late" if one.code == "late" and one.value else ""
            shown.append(
                Fig(one.code, one.shown, one.title, unit=made, formula=one.formula, tone=tone)
            )
        self.figures.show_figures(shown)

    def _show_one(self) -> None:
        """Show at the right what is chosen; when it is gone, what stands in its place."""
        row = self._row(self._id)
        if row is None:
            ids = self.waiting.rows.ids() or self.settled.rows.ids()
            row = self._row(self.waiting.current_id() or (ids[0] if ids else 0))
        self._id = row.id if row is not None else 0
        self.one.show_row(row)

    def _on_chosen(self, table: Table) -> Callable[[int], None]:
        def chosen(id: int) -> None:
            if id and id != self._id:
                self._id = id
                other = self.settled if table is self.waiting else self.waiting
                kept = other.blockSignals(True)
                other.clearSelection()
                other.blockSignals(kept)
                self._show_one()

        return chosen

    def _fetch(self, ids: Sequence[int]) -> list[ComplaintRow]:
        with self.db.read() as session:
            found = complaint_rows.rows(session, ids)
        self._rows |= {row.id: row for row in found}
        return found

    def _row(self, id: int) -> ComplaintRow | None:
        if id and id not in self._rows:
            self._fetch([id])
        return self._rows.get(id)

    def _clock(self, row: ComplaintRow) -> str:
        return complaints.clock(row, self.db.now()) or "—"

    def _clock_tone(self, row: ComplaintRow) -> str:
        if row.due is None:
            return "muted"
        return "late" if row.late(self.db.now()) else "soon"

    def _closed_day(self, row: ComplaintRow) -> str:
        day = None if row.closed_at is None else dates.local_day(row.closed_at)
        return dates.show_day(day, self.db.today())

    def _back(self) -> None:
        """From the words back to the list."""
        table = self.settled if self._id in self.settled.rows.ids() else self.waiting
        table.setFocus()

    def _on_minute(self) -> None:
        if self.isVisible():
            self.reload()

    # -- leaving --

    def _title(self) -> str:
        first, last = self.time.bounds()
        return _("Complaints {first} to {last}").format(
            first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"
        )

    def _save(self) -> None:
        (first, last), now = self.time.bounds(), self.db.now()
        list_paper.save(
            self.page,
            self._title(),
            lambda session, path, progress: counted.save(
                session, first, last, path, progress, now=now
            ),
            self.said.emit,
        )

    def _print(self) -> None:
        (first, last), now = self.time.bounds(), self.db.now()
        list_paper.to_printer(
            self.page,
            self._title(),
            lambda session, progress: counted.pdf(session, first, last, progress, now=now),
            self.said.emit,
        )

    def _print_slip(self) -> None:
        id = self._id
        if not id:
            raise ShowroomError(_("Mark one in the list first."))

        def write(session: Session, progress: Progress) -> tuple[int, bytes]:
            return 1, counted.slip(session, id, progress)

        list_paper.to_printer(self.page, _("Slip for a quick answer"), write, self.said.emit)

    # -- Qt --

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in ("[", "]"):
            self.time.step(-1 if event.text() == "[" else 1)
        else:
            super().keyPressEvent(event)


def _grave(row: ComplaintRow) -> str:
    return _(GRAVITIES[row.gravity])


def _answered(row: ComplaintRow) -> str:
    return _("in time") if row.in_time() else _("late")


def _answered_tone(row: ComplaintRow) -> str:
    return "good" if row.in_time() else "late"
