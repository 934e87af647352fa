"""Taking a complaint: his own words, what about, who looks after it (Ctrl+Shift+K).

The desk takes it and does not judge it. How grave it is and who is responsible is proposed as one
types, with the reason; who types decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from showroom import choices, dates, settings, words
from showroom.care import complaint_rows, complaints
from showroom.care.complaints import GRAVITIES
from showroom.guard import staff
from showroom.i18n import _
from showroom.people import vehicles
from showroom.store.models import ChoiceKind, Gravity
from ui import style
from ui.appointment_form import When
from ui.customer_parts import FileTool
from ui.forms import Choice, Form, Note, Options
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.people.customers import File
    from ui.pages.customers import CustomersPage

LOOK_MS = 250


class ComplaintTool(FileTool):
    """One complaint of the customer that is shown; open ones stand above it."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.go = _("Take Complaint")
        self._id, self._name = 0, ""
        self._own: set[str] = set()  # what was chosen by hand is not proposed any more
        name = f"{page.code}.complaint"
        self.before = label("", "quote", name=f"{name}.before", wrap=True)
        self.form = Form(name)
        self.form.row(
            Note(
                "words",
                _("His words"),
                lines=5,
                placeholder=_("As he says it. First listen: do not judge, promise nothing yet."),
            )
        )
        self.form.row(Choice("cause_id", _("Cause"), placeholder=_("Cause")))
        self.form.row(Choice("car", _("Car"), free=True, placeholder=_("may be left empty")))
        self.form.row(Choice("about_id", _("About whom"), placeholder=_("nobody in particular")))
        self.form.row(
            Choice("responsible_id", _("Responsible"), placeholder=_("never whom it is about"))
        )
        self.form.row(
            Options(
                "gravity",
                _("How grave"),
                [(code.value, _(text)) for code, text in GRAVITIES.items()],
                optional=False,
            )
        )
        self.why = label("", "late", name=f"{name}.why", wrap=True)
        self.by = label("", "help", name=f"{name}.by", wrap=True)
        self.form.add(self.why)
        self.form.add(self.by)
        self.form.row(When("taken_at", _("Said at"), self.db))
        self.form.fields["taken_at"].setPlaceholderText(_("now"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(label(_("Take a complaint"), "section"))
        layout.addWidget(self.before)
        layout.addWidget(self.form)
        layout.addStretch()
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self._propose)
        self.form.edited.connect(self._on_edited)
        self.form.entered.connect(self.entered)

    def begin(self, file: File) -> None:
        self._id = file.row.id
        self._name = words.called(file.row.name, file.row.honorific) or _("No name")
        self._own.clear()
        self.form.clear()
        self._read()
        self.form.set_values({"gravity": Gravity.ORDINARY.value})
        cars = self.form.fields["car"]
        if len(self._cars) == 1:
            cars.set_value(self._cars[0])
        self._propose()
        self.form.focus("words")

    def reload(self) -> None:
        """Read the lists anew; what is typed stays."""
        if self._id:
            self._read()

    def _read(self) -> None:
        with self.db.read() as session:
            causes = choices.options(session, ChoiceKind.COMPLAINT_CAUSE)
            people = staff.everyone(session, active=None)
            self._cars = [
                " ".join(filter(None, (car.plate, car.model)))
                for car in vehicles.cars(session, self._id)
            ]
            ids = complaint_rows.open_ones(session, customer_id=self._id)
            rows = complaint_rows.rows(session, ids)
        left = _("{name} (left)")
        fields = self.form.fields
        fields["cause_id"].set_options([(one.id, one.label) for one in causes])
        fields["car"].set_options([(car, car) for car in self._cars if car])
        people.sort(key=lambda one: not one.active)
        fields["about_id"].set_options(
            [(one.id, one.name if one.active else left.format(name=one.name)) for one in people]
        )
        fields["responsible_id"].set_options([(one.id, one.name) for one in people if one.active])
        said = [
            _("Open: {cause}, taken {day} · {next}").format(
                cause=row.cause,
                day=dates.show_day(row.day, self.db.today()),
                next=_(complaint_rows.NEXT[row.step]),
            )
            for row in rows
        ]
        self.before.setText("\n".join(said))
        self.before.setVisible(bool(said))

    def _on_edited(self, name: str) -> None:
        if name in ("gravity", "responsible_id"):
            self._own.add(name)
        self._soon.start()

    def _propose(self) -> None:
        """Propose how grave it is and who looks after it, unless that was chosen by hand."""
        if not self._id:
            return
        held = self.form.raw()
        about = self.form.fields["about_id"].value()
        with self.db.read() as session:
            found = complaints.propose(
                session,
                self._id,
                words=held["words"],
                cause_id=self.form.fields["cause_id"].value(),
            )
            who = complaints.responsible_for(session, self._id, about_id=about)
            hours = settings.load(session).complaint_hours
        gravity, responsible = self.form.fields["gravity"], self.form.fields["responsible_id"]
        if "gravity" not in self._own:
            gravity.set_value(found.gravity.value)
        if "responsible_id" not in self._own or responsible.value() == about:
            responsible.set_value(who)
        self.why.setText(found.why)
        self.why.setVisible(bool(found.why))
        chosen = Gravity(gravity.value() or Gravity.ORDINARY)
        said = _("First answer within {count} hours. Nights, weekends and holidays count.")
        parts = [said.format(count=hours[chosen])]
        if chosen is not Gravity.ORDINARY:
            parts.append(_("Tell a manager within the hour."))
        self.by.setText(" ".join(parts))

    def accept(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            held["gravity"] = Gravity(held["gravity"] or Gravity.ORDINARY)
            held["car"] = held["car"] or ""
            with self.db.write() as session:
                complaints.take(session, self._id, now=self.db.now(), **held)
            self.done.emit(
                _("Taken: the complaint of {name} waits under Follow-ups (Ctrl+5, F6).").format(
                    name=self._name
                )
            )
