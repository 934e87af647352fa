"""An appointment as it is typed: who, when, what for; new, or one that is changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal

from showroom import choices, dates, words
from showroom.door import appointments
from showroom.errors import Invalid
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.store import drafts
from showroom.store.models import Aim, ChoiceKind, Honorific, Role
from ui.customer_field import CustomerField
from ui.days import read_when
from ui.forms import Choice, Form, Note, Number, Options, Phone, Text

if TYPE_CHECKING:
    from showroom.door.expected import ExpectedRow
    from showroom.store.db import Database

DRAFT_MS = 300
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


class When(Text):
    """A day and a time, or none: `+1 14:30`, 明天 14:30, 周六 10点; `value()` a moment or None.

    What was understood stands at the right while it is typed.
    """

    def __init__(self, name: str, caption: str, db: Database) -> None:
        super().__init__(name, caption, placeholder=_("+1 14:30 · Sat 10:00"), max_length=40)
        self.db = db
        self.edited.connect(self._say)
        self.editingFinished.connect(self._tidy)

    def value(self) -> Any:
        """Return the moment, None when empty; raise `Invalid` when it is none."""
        now = dates.local(self.db.now()).replace(tzinfo=None)
        try:
            meant = read_when(self.text(), now)
        except ValueError:
            sentence = _("Write day and time as +1 14:30, Sat 10:00 or 11-21 9:30.")
            raise Invalid({self.name: sentence}) from None
        return None if meant is None else dates.at(meant.date(), meant.time())

    def set_value(self, value: Any) -> None:
        """Show a moment, or nothing."""
        shown = f"{dates.local(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
        super().set_value(shown)
        self._say()

    def set_raw(self, raw: Any) -> None:
        """Bring a draft back."""
        super().set_raw(raw)
        self._say()

    def _say(self) -> None:
        try:
            meant = self.value()
        except Invalid:
            meant = None
        self.set_hint(_spoken(meant, self.db) if meant is not None else "")

    def _tidy(self) -> None:
        try:
            meant = self.value()
        except Invalid:
            return
        if meant is not None:
            self.set_value(meant)


class Who(CustomerField):
    """A customer of the file, or a name nobody there has: `value()` is an id, or the words."""

    unknown = N_("new guest")

    def value(self) -> Any:
        """Return the id of the customer, else what is typed."""
        return self._id or self.text().strip()


class AppointmentForm(Form):
    """`begin(…)` or `begin_change(row)`, then `save()`; `saved(id)` after the commit.

    `wide` puts more fields side by side. With `draft` a new one is kept under that key every 300 ms
    until it is saved or thrown away; `bring_back()` shows it again.
    """

    saved = Signal(int)

    def __init__(self, db: Database, page: str, *, wide: bool = False, draft: str = "") -> None:
        super().__init__(page)
        self.db = db
        self.passed = frozenset({"honorific"})
        self._draft, self._dirty = draft, False
        self._later = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._later.timeout.connect(self._keep_draft)
        self.id = 0
        self._call_id: int | None = None
        self._channel_id: int | None = None
        self._again_of: int | None = None
        self.who = Who("who", _("Guest"), db, page)
        self.honorific = Choice(
            "honorific",
            _("Honorific"),
            [(one, _(words.HONORIFICS[one])) for one in Honorific],
            optional=False,
            width=84,
        )
        self.phone = Phone("phone", _("Phone"))
        self.phone.setPlaceholderText(_("Phone"))
        self.when = When("when", _("When"), db)
        self.aim = Options(
            "aim", _("Aim"), [(one.value, _(words.AIMS[one])) for one in Aim], optional=False
        )
        self.people = Number("people", _("People"), least=1, most=99, width=56)
        self.consultant = Choice(
            "consultant_id", _("Consultant"), search=True, placeholder=_("Consultant")
        )
        self.model = Choice(
            "model_id", _("Interest"), search=True, free=True, placeholder=_("Model")
        )
        self.note = Note("note", _("Note"), lines=1)
        if wide:
            self.row(self.who, self.honorific, self.phone)
            self.add(self.who.matches)
            self.row(self.when, self.aim)
            self.row(self.people, self.consultant, self.model)
        else:
            self.row(self.who, self.honorific)
            self.add(self.who.matches)
            self.row(self.phone)
            self.row(self.when)
            self.row(self.aim)
            self.row(self.people, self.consultant)
            self.row(self.model)
        self.row(self.note)
        self.who.picked.connect(self._on_picked)
        self.edited.connect(self._on_typed)

    # -- what the desk uses --

    def begin(
        self,
        *,
        customer_id: int | None = None,
        call_id: int | None = None,
        channel_id: int | None = None,
        **facts: Any,
    ) -> None:
        """A new appointment, with what is known of it already."""
        self._dirty = False
        self.id, self._call_id, self._channel_id, self._again_of = 0, call_id, channel_id, None
        self._load()
        self.clear()
        self.set_values({"honorific": Honorific.NONE, "aim": Aim.LOOK.value, "people": 1} | facts)
        if customer_id:
            self.who.set_value(customer_id)
            self._on_picked(customer_id)
        self._suit()

    def begin_change(self, row: ExpectedRow, *, again: bool = False) -> None:
        """One that stands; with `again` a new one for the same, who did not come."""
        self.begin(
            customer_id=row.customer_id,
            honorific=row.honorific,
            phone=row.phone if row.customer_id is None else "",
            aim=row.aim.value,
            people=row.people,
            model_id=row.model_id,
            note=row.note,
            when=None if again else row.at,
        )
        if row.customer_id is None:
            self.who.setText(row.name)
        self.consultant.set_value(row.consultant_id)
        self.id = 0 if again else row.id
        self._again_of = row.id if again else None

    def save(self) -> bool:
        """Write it down; what is wrong is said beside its field. Tells whether it was."""
        done = 0
        with self.reporting():
            facts = self._facts()
            with self.db.write() as session:
                now = self.db.now()
                if self.id:
                    appointments.change(session, self.id, now=now, **facts)
                    done = self.id
                else:
                    made = appointments.make(
                        session,
                        now=now,
                        call_id=self._call_id,
                        again_of=self._again_of,
                        **{"channel_id": self._channel_id} | facts,
                    )
                    done = made.id
                    drafts.drop(session, self._draft)
        if done:
            self._dirty = False
            self._later.stop()
            self.saved.emit(done)
        return bool(done)

    def bring_back(self) -> bool:
        """Show the new one that was being typed, also before a crash; False when there is none."""
        if self._dirty and not self.id:
            return True
        with self.db.read() as session:
            kept = drafts.find(session, self._draft)
        if kept:
            self.begin()
            self.set_raw(kept)
            self._suit()
            self._dirty = True
        return bool(kept)

    def throw_away(self) -> None:
        """Forget what was being typed."""
        self._dirty = False
        self._later.stop()
        with self.db.write() as session:
            drafts.drop(session, self._draft)
        self.clear()

    # -- inside --

    def _on_typed(self) -> None:
        self._dirty = True
        if self._draft and not self.id:
            self._later.start()

    def _keep_draft(self) -> None:
        with self.db.write() as session:
            drafts.save(session, self._draft, self.raw(), now=self.db.now())

    def _facts(self) -> dict[str, Any]:
        held = self.values()
        if held["when"] is None:
            raise Invalid({"when": _("Say when: +1 14:30, Sat 10:00 or 11-21 9:30.")})
        who = held["who"]
        facts = {
            "at": held["when"],
            "aim": Aim(held["aim"]),
            "people": held["people"] or 1,
            "consultant_id": held["consultant_id"],
            "model_id": held["model_id"],
            "note": held["note"],
        }
        if isinstance(who, int):
            return facts | {"customer_id": who}
        phone = held["phone"]
        if not phone and sum(char.isdigit() for char in who) >= 7:
            who, phone = "", who
        return facts | {
            "customer_id": None,
            "name": who,
            "honorific": held["honorific"],
            "phone": phone,
        }

    def _load(self) -> None:
        with self.db.read() as session:
            models = choices.options(session, ChoiceKind.MODEL)
            people = staff.everyone(session, Role.CONSULTANT)
        self.model.set_options([(option.id, option.label) for option in models])
        self.consultant.set_options([(person.id, person.name) for person in people])

    def _on_picked(self, customer_id: int) -> None:
        """What the file knows of him."""
        if customer_id:
            with self.db.read() as session:
                file = customers.file(session, customer_id)
            self.consultant.set_value(file.consultant_id)
            self.model.set_value(file.model_id)
            self.honorific.set_value(file.row.honorific)
            self.phone.set_value("")
        else:  # what is typed now is somebody else
            self.consultant.set_value(None)
            self.model.set_value(None)
        self._suit()

    def _suit(self) -> None:
        """A customer of the file has his phone there."""
        known = isinstance(self.who.value(), int)
        self.phone.setEnabled(not known)
        self.honorific.setEnabled(not known)


def _spoken(meant: datetime, db: Database) -> str:
    """`Sat 11-21 10:00`."""
    local = dates.local(meant)
    day = dates.show_day(local.date(), db.today())
    return f"{_(WEEKDAYS[local.weekday()])} {day} {local:%H:%M}"
