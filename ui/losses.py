"""Who is lost: what waits for a manager's decision, what was decided, and the reasons (F11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.errors import ShowroomError
from showroom.figures import losses as counted
from showroom.figures.losses import Look
from showroom.guard.rights import Right
from showroom.i18n import N_, _, language, ngettext
from showroom.people import loss_rows, losses
from showroom.people.loss_rows import LossRow
from showroom.store.models import LossState
from ui import list_paper, style
from ui.customer_view import CustomerView
from ui.forms import Form, Text
from ui.list_button import list_button
from ui.loss_reasons import LossReasons
from ui.tables import Column, Table
from ui.time_span import TimeSpan
from ui.widgets import Button, Card, Fig, FigureRow

if TYPE_CHECKING:
    from showroom.figures.figures import Figure
    from showroom.progress import Progress
    from ui.pages.customers import CustomersPage

SAMPLE: Final = 5
"""So many losses are drawn for a call by the manager."""

TONES: Final = {LossState.APPROVED: "muted", LossState.REFUSED: "soon"}


class LossesView(CustomerView):
    """The applications on top: A approves, R refuses with a sentence; the reasons below.

    A digit shows the losses of that bar, 0 all. T takes up again who is marked.
    """

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._rows: dict[int, LossRow] = {}
        self._decided: list[int] = []
        self._counting = self._again = False
        self.figures = FigureRow("customers.losses")
        self.time = TimeSpan("customers.losses", self.db.today)
        self.waiting = Table("customers.losses.waiting", self._waits(), self._fetch, fit=True)
        self.waiting.setAccessibleName(_("Losses applied for"))
        self.decided = Table("customers.losses.decided", self._done(), self._fetch)
        self.decided.setAccessibleName(_("Losses decided"))
        self.decided.set_empty(_("What is decided on losses of this time stands here."))
        for table in (self.waiting, self.decided):
            list_paper.offer(page, table, "losses", table.accessibleName())
        self.reasons = LossReasons()
        self.form = Form("customers.losses")
        self.form.row(
            Text(
                "answer",
                _("Refuse"),
                placeholder=_("What is to be tried with him? Enter refuses."),
                max_length=losses.LONGEST,
            )
        )
        self._place()
        self._bind()

    def _waits(self) -> tuple[Column, ...]:
        reason = 110 if language() == "zh_CN" else 150
        return (
            Column(N_("Customer"), loss_rows.called, width=110, note=_came),
            Column(N_("Reason"), lambda row: row.reason, tip=lambda row: row.reason, width=reason),
            Column(N_("Bought instead"), lambda row: row.rival, width=100),
            Column(N_("What was behind it"), lambda row: row.note, tone="muted", stretch=True),
            Column(N_("Applied by"), lambda row: row.applicant or "—", width=84),
            Column(N_("Applied on"), self._day, tag=self._old, width=84),
        )

    def _done(self) -> tuple[Column, ...]:
        return (
            Column(N_("Applied on"), self._day, width=66, tone="muted"),
            Column(N_("Customer"), loss_rows.called, width=98),
            Column(N_("Reason"), lambda row: row.reason, tip=lambda row: row.reason, stretch=True),
            Column(N_("Bought instead"), lambda row: row.rival, width=92, tone="muted"),
            Column(N_("Decision"), self._state, tag=self._state_tone, width=92),
        )

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(style.XL)
        head.addWidget(self.figures, 1)
        head.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        self.waiting_card = Card(_("Waits for a decision"), name="customers.losses.waiting.card")
        self.waiting_card.body.addWidget(self.waiting)
        self.waiting_card.body.addWidget(self.form)
        self.form.setContentsMargins(style.L, style.S, style.L, style.S)
        self.form.hide()
        self.decided_card = Card(_("Decided"), name="customers.losses.decided.card")
        self.decided_card.body.addWidget(self.decided)
        low = QHBoxLayout()
        low.setSpacing(style.M)
        low.addWidget(self.reasons, 2)
        low.addWidget(self.decided_card, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addWidget(self.waiting_card)
        layout.addLayout(low, 1)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QWidget:
        """The row at the foot; a letter counts while one of the lists has the keyboard."""
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        self.buttons: dict[str, Button] = {}
        for table, text, key, slot, name in (
            (self.waiting, _("Approve"), "A", self._approve, "approve"),
            (self.waiting, _("Refuse…"), "R", self._ask, "refuse"),
            (self.decided, _("Take Up Again"), "T", self._take_up, "again"),
            (None, _("Draw for a Call"), "B", self._draw, "draw"),
            (None, _("Print List"), "Ctrl+P", self._print, "print"),
            (None, _("Save List…"), "Ctrl+E", self._save, "save"),
        ):
            tables = (table,) if table is not None else (self.decided, self.waiting)
            button = list_button(self.page, tables, text, key, slot, f"losses.{name}")
            self.buttons[name] = button
            if name == "draw":
                row.addStretch()
            row.addWidget(button)
        self.buttons["draw"].setToolTip(
            style.tip(
                _(
                    "About half of what is lost is lost in the consultant's opinion only. Draws "
                    "up to {count} of the losses listed for a call by the manager, due today."
                ).format(count=SAMPLE),
                wrapped=True,
            )
        )
        self.page.needs(
            Right.APPROVE, self.buttons["approve"], self.buttons["refuse"], self.buttons["draw"]
        )
        return held

    def _bind(self) -> None:
        for table in (self.waiting, self.decided):
            table.chosen.connect(self._show)
            table.opened.connect(self._show)
            self.follow(table, self._of)
        self.time.chosen.connect(self._read_anew)
        self.reasons.asked.connect(self._read_anew)
        self.reasons.narrowed.connect(self._show_decided)
        self.form.entered.connect(self._refuse)

    # -- showing --

    def begin(self) -> None:
        self.page.show_rights()
        self._hide_form()
        table = self.marked_list() or (self.waiting if self.waiting.rows.ids() else self.decided)
        if not table.current_id() and table.rows.ids():
            table.choose(table.rows.ids()[0])
        table.setFocus()

    def reload(self) -> None:
        first, last = self.time.bounds()
        with self.db.read() as session:
            waiting = loss_rows.waiting(session)
            self._decided = loss_rows.decided(session, first, last)
            rows = loss_rows.rows(session, waiting)
        self._rows = {row.id: row for row in rows}
        said = str(len(waiting)) if waiting else _("nobody waits")
        self.waiting_card.set_title(_("Waits for a decision"), said)
        self.waiting.show_ids(waiting)
        self.waiting.setVisible(bool(waiting))
        if not waiting:
            self._hide_form()
        self._show_decided()
        for name, there in (("approve", waiting), ("refuse", waiting), ("again", self._decided)):
            self.buttons[name].setEnabled(bool(there))
        self._count(first, last)

    def _count(self, first: date, last: date) -> None:
        """Count at once, or of very many customers on a thread."""
        by = self.reasons.counted_by()
        if self._counting:
            self._again = True
            return
        with self.db.read() as session:
            if counted.is_quick(session):
                self._show_counts(counted.look(session, first, last, by))
                return

        def work(_progress: Progress) -> Look:
            with self.db.read() as session:
                return counted.look(session, first, last, by)

        self._counting = True
        job = self.page.job(_("Counting…"), work, self._show_counts)
        job.finished.connect(self._on_counted)

    def _on_counted(self) -> None:
        self._counting = False
        if self._again:
            self._again = False
            self._count(*self.time.bounds())

    def _show_counts(self, found: Look) -> None:
        self._show_figures(found.figures, len(self.waiting.rows.ids()))
        self.reasons.show_tallies(found.tallies)
        self._show_decided()

    def _show_figures(self, figures: list[Figure], waiting: int) -> None:
        waits = Fig(
            "waiting",
            str(waiting),
            _("to decide"),
            formula=_("Losses applied for that wait for a manager, whenever applied for"),
            tone="soon" if waiting else "",
        )
        self.figures.show_figures([waits, *(_fig(one) for one in figures)])

    def _show_decided(self) -> None:
        ids, said = self._decided, str(len(self._decided))
        tally = self.reasons.chosen()
        if tally is not None:
            ids = tally.ids
            said = " · ".join((f"{tally.label} {tally.number}", _("0 shows all")))
        self.decided_card.set_title(_("Decided"), said)
        self.decided.show_ids(ids)

    def _read_anew(self) -> None:
        self.reasons.show_all()
        self.reload()

    def _fetch(self, ids: Sequence[int]) -> list[LossRow]:
        with self.db.read() as session:
            found = loss_rows.rows(session, ids)
        self._rows |= {row.id: row for row in found}
        return found

    def _show(self, id: int) -> None:
        row = self._row(id)
        if row is not None and row.name:
            self.chosen.emit(row.customer_id)

    def _of(self, customer_id: int) -> list[int]:
        with self.db.read() as session:
            return loss_rows.ids_of(session, customer_id)

    def _row(self, id: int) -> LossRow | None:
        if id and id not in self._rows:
            self._fetch([id])
        return self._rows.get(id)

    def _day(self, row: LossRow) -> str:
        return dates.show_day(row.day, self.db.today())

    def _old(self, row: LossRow) -> str:
        return "late" if (self.db.today() - row.day).days > 1 else ""

    def _state(self, row: LossRow) -> str:
        if row.reactivated_at is not None:
            day = dates.show_day(dates.local_day(row.reactivated_at), self.db.today())
            return _("Won back {day}").format(day=day)
        return _(counted.STATES[row.state])

    def _state_tone(self, row: LossRow) -> str:
        return "good" if row.reactivated_at is not None else TONES.get(row.state, "")

    # -- deciding --

    def _marked(self, table: Table) -> LossRow:
        row = self._row(table.current_id())
        if row is None:
            raise ShowroomError(_("Mark one in the list first."))
        return row

    def _approve(self) -> None:
        row = self._marked(self.waiting)
        self._decide(row, approved=True)
        self.said.emit(_("{name} is lost. Ctrl+Z takes it back.").format(name=_name(row)))

    def _ask(self) -> None:
        row = self._marked(self.waiting)
        with self.db.read() as session:
            refused = losses.refusal(session, row.id)
        if refused:
            raise ShowroomError(refused)
        self.form.clear()
        self.form.labels["answer"].setText(_("Refuse"))
        self.form.show()
        self.form.focus("answer")

    def _refuse(self) -> None:
        with self.form.reporting():
            row = self._marked(self.waiting)
            self._decide(row, approved=False, answer=self.form.fields["answer"].value())
            self._hide_form()
            self.said.emit(
                _("{name} stays open, his next contact is due anew.").format(name=_name(row))
            )

    def _decide(self, row: LossRow, *, approved: bool, answer: str = "") -> None:
        place = self.waiting.rows.ids().index(row.id)
        with self.db.write() as session:
            losses.decide(
                session,
                row.id,
                approved=approved,
                answer=answer,
                now=self.db.now(),
                today=self.db.today(),
            )
        self.reload()
        ids = self.waiting.rows.ids()
        if ids:
            self.waiting.choose(ids[min(place, len(ids) - 1)])
            self.waiting.setFocus()
        else:
            self.decided.choose(row.id)
            self.decided.setFocus()

    def _take_up(self) -> None:
        row = self._marked(self.decided)
        with self.db.write() as session:
            losses.reactivate(session, row.customer_id, now=self.db.now(), today=self.db.today())
        self.said.emit(_("{name} is open again.").format(name=_name(row)))

    def _draw(self) -> None:
        ids = self.decided.rows.ids()
        with self.db.write() as session:
            drawn = losses.call_back(session, ids, SAMPLE, today=self.db.today())
        if not drawn:
            raise ShowroomError(_("Nobody of those listed can be drawn for a call."))
        said = ngettext(
            "{count} lost customer is due for a call by the manager today.",
            "{count} lost customers are due for a call by the manager today.",
            len(drawn),
        )
        self.said.emit(said.format(count=len(drawn)))

    def _hide_form(self) -> None:
        self.form.hide()
        self.form.clear()

    # -- leaving --

    def _title(self) -> str:
        first, last = self.time.bounds()
        return _("Lost customers {first} to {last}").format(
            first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"
        )

    def _save(self) -> None:
        first, last = self.time.bounds()
        list_paper.save(
            self.page,
            self._title(),
            lambda session, path, progress: counted.save(session, first, last, path, progress),
            self.said.emit,
        )

    def _print(self) -> None:
        first, last = self.time.bounds()
        list_paper.to_printer(
            self.page,
            self._title(),
            lambda session, progress: counted.pdf(session, first, last, progress),
            self.said.emit,
        )

    # -- Qt --

    def is_asking(self) -> bool:
        return not self.form.isHidden()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if event.key() == Qt.Key.Key_Escape and not self.form.isHidden():
            self._hide_form()
            self.waiting.setFocus()
        elif typed in ("[", "]"):
            self.time.step(-1 if typed == "[" else 1)
        elif len(typed) == 1 and typed in "0123456789" and not event.modifiers():
            self.reasons.choose(int(typed) - 1)
        else:
            super().keyPressEvent(event)


def _fig(figure: Figure) -> Fig:
    made = "" if figure.denominator is None else f"{figure.numerator} / {figure.denominator}"
    return Fig(figure.code, figure.shown, figure.title, unit=made, formula=figure.formula)


def _name(row: LossRow) -> str:
    return loss_rows.called(row)


def _came(row: LossRow) -> str:
    return _("was here since") if row.came_on is not None else ""
