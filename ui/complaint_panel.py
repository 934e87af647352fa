"""One complaint at the right: what he said, what was done, and the step that comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.care import complaint_rows, complaints
from showroom.care.complaint_rows import HINTS, NEXT, TITLES
from showroom.care.complaints import GRAVITIES
from showroom.guard import staff
from showroom.i18n import N_, _, headed
from showroom.store.models import CareStep, Gravity
from ui import style
from ui.appointment_form import When
from ui.forms import Choice, Form, Note, Options
from ui.timeline import Entry, Timeline
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.care.complaint_rows import ComplaintRow
    from ui.page import Page

DO = {
    CareStep.CALMED: N_("Calmed"),
    CareStep.ANSWERED: N_("Answered"),
    CareStep.HANDLED: N_("Handled"),
    CareStep.CALLED: N_("Called Back"),
    None: N_("Sign and Close"),
}
"""What the button says that ticks the next step."""
TONES = {CareStep.REOPENED: "late", CareStep.NOTE: "muted"}


class ComplaintPanel(QWidget):
    """`show_row(row)` at the right of a page; `foot` are its buttons, `said` a line about it.

    What is typed stays while the same complaint is shown. `left` when Escape leaves the words.
    """

    said = Signal(str)
    left = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        self.row: ComplaintRow | None = None
        name = "followups.complaint"
        self.facts = label("", "muted", name=f"{name}.facts", wrap=True)
        self.words = label("", "quote", name=f"{name}.words", wrap=True)
        self.next = label("", "section", name=f"{name}.next", wrap=True)
        self.hint = label("", "help", name=f"{name}.hint", wrap=True)
        self.form = Form(name)
        self.form.row(Note("words", _("In words"), lines=3))
        self.form.row(When("at", _("When"), self.db))
        self.form.fields["at"].setPlaceholderText(_("now"))
        self.steps = Timeline(f"{name}.steps")
        self.steps.setAccessibleName(_("Done about it"))
        self.steps.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.who = Form(f"{name}.who")
        self.who.row(Choice("responsible_id", _("Responsible"), optional=False))
        self.who.row(Choice("about_id", _("About whom"), placeholder=_("nobody in particular")))
        self.who.row(
            Options(
                "gravity",
                _("How grave"),
                [(code.value, _(text)) for code, text in GRAVITIES.items()],
                optional=False,
            )
        )
        self.save = page.button(_("Save"), "Ctrl+S", self._save, name="complaint.save")
        self.remark = page.button(
            _("Only a Note"), "Ctrl+B", self._note, kind="quiet", name="complaint.note"
        )
        self.file = page.button(
            _("Open File"), "Ctrl+O", self._open_file, kind="quiet", name="complaint.file"
        )
        self._place()
        self.foot = self._make_foot()
        self.form.entered.connect(self._on_entered)

    def _place(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        noting = QHBoxLayout()
        noting.addWidget(self.file)
        noting.addStretch()
        noting.addWidget(self.remark)
        saving = QHBoxLayout()
        saving.addStretch()
        saving.addWidget(self.save)
        for part in (self.next, self.hint, self.form):
            layout.addWidget(part)
        layout.addLayout(noting)
        layout.addWidget(label(_("What he said"), "section"))
        layout.addWidget(self.words)
        layout.addWidget(self.facts)
        layout.addWidget(self.steps)
        layout.addWidget(label(_("Who looks after it"), "section"))
        layout.addWidget(self.who)
        layout.addLayout(saving)
        layout.addStretch(1)

    def _make_foot(self) -> QWidget:
        button = self.page.button
        self.again = button(_("Not Content"), "Ctrl+R", self._reopen, name="complaint.again")
        self.tick = button(
            _(DO[CareStep.CALMED]), "Ctrl+Return", self._tick, kind="primary", name="complaint.tick"
        )
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        row.addStretch()
        row.addWidget(self.again)
        row.addWidget(self.tick)
        return held

    # -- showing --

    def show_row(self, row: ComplaintRow | None) -> None:
        """Show one complaint; None for none."""
        side = self.page.side
        other = row is None or self.row is None or (row.id, row.step) != self._shown()
        self.row = row
        self.foot.setVisible(row is not None)
        if row is None:
            side.show_empty(_("Choose a complaint: the next step stands here."))
            return
        now = self.db.now()
        side.show_content()
        clock = complaints.clock(row, now)
        tone = "late" if row.late(now) else "soon"
        if row.closed_at is not None:
            clock, tone = _("closed"), "good"
        side.set_title(complaint_rows.called(row), row.phone, clock, tone)
        self.words.setText(row.words)
        self.facts.setText("\n".join(filter(None, self._facts(row))))
        self._show_next(row)
        self._show_steps(row)
        self._show_who(row)
        if other:
            self.form.clear()

    def _shown(self) -> tuple[int, CareStep | None]:
        assert self.row is not None
        return self.row.id, self.row.step

    def _facts(self, row: ComplaintRow) -> list[str]:
        moment = f"{dates.local(row.taken_at):%m-%d %H:%M}"
        return [
            " · ".join(filter(None, (row.cause, _(GRAVITIES[row.gravity]), row.car))),
            " · ".join(filter(None, (_("taken {moment}").format(moment=moment), row.taken_by))),
            _("about {name}").format(name=row.about) if row.about else "",
            _("opened again × {count}").format(count=row.reopened) if row.reopened else "",
        ]

    def _show_next(self, row: ComplaintRow) -> None:
        closed = row.closed_at is not None
        said = _("Next: {step}").format(step=_(NEXT[row.step]))
        if closed:
            said = " · ".join(filter(None, (_("Closed"), row.closed_by)))
        self.next.setText(said)
        hint = _("Not content after all? Write what is missing and open it again.")
        self.hint.setText(hint if closed else _(HINTS[row.step]))
        self.tick.setVisible(not closed)
        self.tick.setText(_(DO[row.step]))
        self.remark.setVisible(not closed)
        self.form.show_row("at", not closed and row.step is not None)
        self.again.setVisible(row.handled_at is not None)
        self.save.setEnabled(not closed)
        self.who.setEnabled(not closed)
        with self.db.read() as session:
            refused = complaints.refusal(session, row)
        self.tick.withhold(refused)

    def _show_steps(self, row: ComplaintRow) -> None:
        self.steps.show_entries(
            [
                Entry(
                    0,
                    f"{dates.local(step.at):%m-%d %H:%M}",
                    " · ".join(filter(None, (_(TITLES[step.kind]), step.staff))),
                    step.words,
                    TONES.get(step.kind, "good"),
                )
                for step in row.steps
            ]
        )
        self.steps.setVisible(bool(row.steps))
        self._fit()

    def _fit(self) -> None:
        """As high as its entries: the panel scrolls, not the list in it."""
        high = sum(self.steps.sizeHintForRow(n) for n in range(len(self.steps.entries())))
        self.steps.setFixedHeight(high + 4)

    def _show_who(self, row: ComplaintRow) -> None:
        with self.db.read() as session:
            people = [(one.id, one.name) for one in staff.everyone(session)]
        known = {id for id, _name in people}
        about = [*people]
        if row.about_id is not None and row.about_id not in known:
            about.append((row.about_id, row.about))
        self.who.fields["responsible_id"].set_options(
            [
                *people,
                *([(row.responsible_id, row.responsible)] * (row.responsible_id not in known)),
            ]
        )
        self.who.fields["about_id"].set_options(about)
        self.who.set_values(
            {
                "responsible_id": row.responsible_id,
                "about_id": row.about_id,
                "gravity": row.gravity.value,
            }
        )

    def focus_words(self) -> None:
        """The words of the next step are written."""
        if self.row is not None:
            self.form.focus("words")

    # -- doing --

    def _tick(self) -> None:
        row = self.row
        if row is None or row.closed_at is not None:
            return
        name = complaint_rows.called(row)
        with self.form.reporting():
            held = self.form.values()
            now = self.db.now()
            with self.db.write() as session:
                if row.step is None:
                    complaints.close(session, row.id, now=now)
                else:
                    complaints.tick(session, row.id, row.step, **held, now=now)
            self.form.clear()
            if row.step is None:
                self.said.emit(_("Closed: the complaint of {name}.").format(name=name))
            else:
                self.said.emit(headed(name, _(TITLES[row.step])))

    def _note(self) -> None:
        row = self.row
        if row is not None and row.closed_at is None:
            with self.form.reporting():
                with self.db.write() as session:
                    complaints.note(
                        session, row.id, self.form.fields["words"].value(), now=self.db.now()
                    )
                self.form.clear()

    def _reopen(self) -> None:
        row = self.row
        if row is not None:
            with self.form.reporting():
                with self.db.write() as session:
                    complaints.reopen(
                        session, row.id, self.form.fields["words"].value(), now=self.db.now()
                    )
                self.form.clear()
                self.said.emit(
                    _("Open again: the complaint of {name}.").format(
                        name=complaint_rows.called(row)
                    )
                )

    def _save(self) -> None:
        row = self.row
        if row is not None and row.closed_at is None:
            with self.who.reporting():
                held = self.who.values()
                held["gravity"] = Gravity(held["gravity"])
                with self.db.write() as session:
                    complaints.change(session, row.id, **held)

    def _open_file(self) -> None:
        if self.row is not None:
            self.page.open.emit("customers", self.row.customer_id)

    def _on_entered(self) -> None:
        with self.page.reporting():
            self._tick()

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
