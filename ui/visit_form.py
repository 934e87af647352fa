"""One visit in the side panel: everything optional, saved as typed, kept as a draft until right."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from showroom import choices, dates, settings, text, words
from showroom.door import reception, visits
from showroom.errors import Invalid
from showroom.guard import notice, staff
from showroom.i18n import N_, _
from showroom.people import search
from showroom.store import drafts
from showroom.store.models import ChoiceKind, HandOver, Honorific, Level, Role, VisitKind
from ui import style
from ui.forms import Choice, Field, Form, Note, Number, Options, Phone, Text
from ui.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showroom.people.search import Known
    from showroom.store.db import Database

DRAFT_MS = 300
LEVELS = (Level.WEEK, Level.FORTNIGHT, Level.MONTH, Level.QUARTER)


class VisitForm(Form):
    """The facts of one visit.

    A choice is saved when it is made, text when the cursor leaves it; what is being typed is kept
    as a draft every 300 ms, also when it cannot be saved yet (half a phone). `saved()` after each
    save, `captured()` when a phone made or found the customer.
    """

    saved = Signal()
    captured = Signal()

    def __init__(self, db: Database, page: str) -> None:
        super().__init__(page)
        self.db = db
        self.visit: visits.VisitRow | None = None
        self._dirty: set[str] = set()
        self._known: dict[int, Known] = {}
        self._later = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._later.timeout.connect(self._keep_draft)

        self.name = Text("name", _("Name"))
        self.honorific = Choice(
            "honorific",
            _("Honorific"),
            [(h, _(words.HONORIFICS[h])) for h in Honorific],
            optional=False,
            width=84,
        )
        self.phone = Phone("phone", _("Phone"), auto_hint=False)
        self.known = Table(
            f"{page}.known", _KNOWN_COLUMNS, self._known_rows, header=False, fit=True, max_rows=3
        )
        self.model = Choice(
            "model_id", _("Interest"), [], search=True, free=True, placeholder=_("Model")
        )
        self.channel = Choice("channel_id", _("Channel"), [], search=True, placeholder=_("Channel"))
        self.errand = Choice("errand_id", _("Errand"), [], search=True)
        self.level = Options("level", _("Level"), [])
        self.consultant = Choice("consultant_id", _("Consultant"), [], search=True)
        self.people = Number("people", _("People"), least=1, most=99, width=56)
        self.arrived = Text("arrived", _("Arrived"), placeholder=_("arrived"))
        self.left = Text("left", _("Left"), placeholder=_("left"))
        self.note = Note("note", _("Note"), lines=1)
        self.note.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

        self.row(self.name, self.honorific)
        self.row(self.phone)
        self.add(self.known)
        self.row(self.errand)
        self.row(self.model, self.channel)
        self.row(self.level)
        self.row(self.consultant)
        self.row(self.people, self.arrived, self.left)
        self.row(self.note)
        self.known.hide()

        self.name.entered.connect(lambda: self.focus("phone"))
        self.edited.connect(self._on_field_edited)
        self.known.opened.connect(self._take_known)
        for field in self.fields.values():
            if isinstance(field, Choice):
                field.activated.connect(self._leaver(field))
            line = field.lineEdit() if isinstance(field, Choice) else field
            if isinstance(line, QLineEdit):
                line.editingFinished.connect(self._leaver(field))
        self.note.installEventFilter(self)
        self.phone.installEventFilter(self)

    # -- what the page uses --

    def load_lists(self) -> None:
        """Read the lists to choose from anew."""
        with self.db.read() as session:
            shop = settings.load(session)
            models = choices.options(session, ChoiceKind.MODEL)
            channels = choices.options(session, ChoiceKind.CHANNEL)
            errands = choices.options(session, ChoiceKind.ERRAND)
            consultants = staff.everyone(session, Role.CONSULTANT)
        _offer(self.model, [(option.id, option.label) for option in models])
        _offer(self.channel, [(option.id, option.label) for option in channels])
        _offer(self.errand, [(option.id, option.label) for option in errands])
        _offer(self.consultant, [(person.id, person.name) for person in consultants])
        self.phone.setToolTip(style.tip(notice.text(shop), wrapped=True))
        levels = [
            (
                level.value,
                _("{letter} {days} d").format(letter=shop.letter(level), days=shop.horizons[level]),
            )
            for level in LEVELS
        ]
        if [(code, part.text()) for code, part in self.level.buttons.items()] != levels:
            self.level.set_options(levels)

    def show_visit(self, visit: visits.VisitRow | None) -> None:
        """Show a visit, with what was being typed for it; the one before is saved first."""
        self.flush()
        self.visit = visit
        self._dirty.clear()
        self._show_known([])
        if visit is None:
            return
        self.clear_problems()
        self._show_facts(visit, every=True)
        walk_in = visit.kind is VisitKind.WALK_IN
        self.show_row("errand_id", visit.kind is VisitKind.ERRAND)
        self.show_row("level", walk_in or visit.kind is VisitKind.CALL)
        with self.db.read() as session:
            draft = drafts.find(session, self._key())
        if draft:
            self.set_raw(draft)
            self._dirty = set(draft)
            self._look_up()

    def refresh(self, visit: visits.VisitRow) -> None:
        """Show what changed elsewhere in the fields nobody is typing in."""
        self.visit = visit
        self._show_facts(visit, every=False)
        if self._known:  # who sits here now may not see their numbers
            self._look_up()

    def flush(self) -> None:
        """Save what can be saved of what was typed; the rest stays a draft."""
        for name in sorted(self._dirty):
            self._save(name)
        if self._later.isActive():
            self._later.stop()
            self._keep_draft()

    # -- showing --

    def _show_facts(self, visit: visits.VisitRow, *, every: bool) -> None:
        facts = {
            "name": visit.name,
            "honorific": visit.honorific,
            "phone": visit.phone,
            "model_id": visit.model_id,
            "channel_id": visit.channel_id,
            "errand_id": visit.errand_id,
            "level": visit.level.value if visit.level is not None else None,
            "consultant_id": visit.consultant_id,
            "people": visit.people,
            "arrived": dates.show_clock(visit.arrived_at),
            "left": dates.show_clock(visit.left_at),
            "note": visit.note,
        }
        for name, value in facts.items():
            field = self.fields[name]
            if every or name not in self._dirty:
                field.set_value(value)
        reason = _(words.HAND_OVERS[visit.hand_over]) if visit.hand_over else ""
        self.consultant.set_tag(reason, "good" if visit.hand_over is HandOver.ON_FILE else "accent")
        if "phone" not in self._dirty:
            self._say_known(visit)

    def _say_known(self, visit: visits.VisitRow) -> None:
        if visit.customer_id is None:
            self.phone.set_hint("")
        elif visit.again:
            self.phone.set_hint(_("✓ known"), "good")
        else:
            self.phone.set_hint(_("✓ captured"), "good")

    # -- typing --

    def _key(self) -> str:
        return f"visit:{self.visit.id}" if self.visit is not None else ""

    def _on_field_edited(self, name: str) -> None:
        if self.visit is None:
            return
        self._dirty.add(name)
        if name == "phone":
            self._look_up()
        if name == "level":
            self._save(name)
        self._later.start()

    def _leaver(self, field: Field) -> Any:
        def left() -> None:
            if field.name in self._dirty:
                self._save(field.name)

        return left

    def _keep_draft(self) -> None:
        if self.visit is None:
            return
        typed = {name: value for name, value in self.raw().items() if name in self._dirty}
        with self.db.write() as session:
            drafts.save(session, self._key(), typed, now=self.db.now())

    def _save(self, name: str) -> None:
        """Save one field; what cannot be is said beside it and stays a draft."""
        visit = self.visit
        if visit is None:
            return
        self._clear_problem(name)
        try:
            value = self.fields[name].value()
            with self.db.write() as session:
                self._write(session, visit, name, value)
                self._dirty.discard(name)
                typed = {n: v for n, v in self.raw().items() if n in self._dirty}
                drafts.save(session, self._key(), typed, now=self.db.now())
        except Invalid as error:
            self._dirty.add(name)
            self._keep_draft()
            self.say(error.problems)
            return
        with self.db.read() as session:
            now_is = visits.row(session, visit.id)
        captured = now_is.customer_id is not None and visit.customer_id != now_is.customer_id
        self.visit = now_is
        self._show_facts(now_is, every=False)
        if captured or name == "phone":
            self._show_known([])
        self.saved.emit()
        if captured:
            self.captured.emit()

    def say(self, problems: dict[str, str]) -> None:
        """Write each sentence below its field, without taking the cursor there."""
        for name, sentence in problems.items():
            shown = self.problems[name if name in self.problems else "name"]
            shown.setText(sentence)
            shown.show()

    def _write(self, session: Any, visit: visits.VisitRow, name: str, value: Any) -> None:
        now = self.db.now()
        if name == "consultant_id":
            reception.hand_over(session, visit.id, value)
        elif name == "arrived":
            reception.change_arrival(session, visit.id, self._clock(visit, name, value))
        elif name == "left":
            if value:
                reception.leave(session, visit.id, at=self._clock(visit, name, value))
            elif visit.left_at is not None:
                reception.come_back(session, visit.id)
        elif name == "model_id" and isinstance(value, str):
            reception.complete(session, visit.id, now=now, model_id=self._model(session, value))
        elif name == "level":
            reception.complete(session, visit.id, now=now, level=Level(value) if value else None)
        else:
            reception.complete(session, visit.id, now=now, **{name: value})

    def _model(self, session: Any, typed: str) -> int | str:
        """The one model these words are part of, else the words: a new one for the list."""
        wanted = text.narrow(typed).casefold()
        fits = [
            option.id
            for option in choices.options(session, ChoiceKind.MODEL)
            if wanted in option.label.casefold()
        ]
        if len(fits) == 1:
            return fits[0]
        return typed

    def _clock(self, visit: visits.VisitRow, name: str, typed: str) -> datetime:
        clock = read_clock(typed)
        if clock is None:
            raise Invalid({name: _("Write a time as 09:42.")})
        return dates.at(_day_of(visit, name, clock), clock)

    # -- who is it --

    def _look_up(self) -> None:
        typed = self.phone.text()
        with self.db.read() as session:
            found = search.known(session, typed)
        own = self.visit.customer_id if self.visit is not None else None
        self._show_known([known for known in found if known.id != own])
        hint = text.phone_hint(typed)
        if hint:
            self.phone.set_hint(hint if len(hint) < 14 else "", "muted")
        elif any(char.isdigit() for char in typed):
            self.phone.set_hint(_("✓ known") if found else _("✓ new customer"), "good")
        else:
            self.phone.set_hint("")

    def _known_rows(self, ids: Sequence[int]) -> list[Known]:
        return [self._known[id] for id in ids if id in self._known]

    def _show_known(self, found: list[Known]) -> None:
        self._known = {known.id: known for known in found}
        self.known.show_ids([known.id for known in found])
        self.known.setVisible(bool(found))

    def _take_known(self, customer_id: int) -> None:
        """This is the one: the party is that customer."""
        visit = self.visit
        if visit is None:
            return
        with self.reporting():
            with self.db.write() as session:
                reception.join(session, visit.id, customer_id)
                self._dirty.discard("phone")
                drafts.drop(session, self._key())
            with self.db.read() as session:
                self.visit = visits.row(session, visit.id)
            self._show_known([])
            self._show_facts(self.visit, every=True)
            self.saved.emit()
            self.captured.emit()
            self.focus("model_id")

    # -- Qt --

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.note and event.type() == QEvent.Type.FocusOut:
            if "note" in self._dirty:
                self._save("note")
        elif (
            watched is self.phone
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Down
            and self.known.isVisible()
        ):
            self.known.setFocus()
            self.known.selectRow(0)
            return True
        return super().eventFilter(watched, event)


_KNOWN_COLUMNS = (
    Column(N_("Customer"), lambda row: row.name or _("no name"), width=84, stretch=True),
    Column(N_("Phone"), lambda row: row.phone, width=112),
    Column(N_("Consultant"), lambda row: row.consultant, width=64, tone="muted"),
    Column(N_("Last visit"), lambda row: _month_day(row.last_visit_on), width=58, tone="muted"),
)


def _month_day(day: date | None) -> str:
    return f"{day:%m-%d}" if day is not None else ""


def _offer(field: Choice, options: list[tuple[Any, str]]) -> None:
    """Change the list only when it changed: a field that is open is left alone."""
    if [(field.itemData(n), field.itemText(n)) for n in range(field.count())] != options:
        value = field.value()
        field.set_options(options)
        field.set_value(value)


def read_clock(typed: str) -> time | None:
    """A time of day as people type it: 9:42, 09：42, 942, 9.42, 9点42."""
    digits = "".join(c if c.isdigit() else " " for c in text.narrow(typed)).split()
    if len(digits) == 1 and len(digits[0]) in (3, 4):
        digits = [digits[0][:-2], digits[0][-2:]]
    try:
        hour, minute = (int(part) for part in digits)
        return time(hour, minute)
    except ValueError:
        return None


def _day_of(visit: visits.VisitRow, name: str, clock: time) -> date:
    """The day a clock time of a visit lies on: a stay over midnight ends on the next day."""
    arrived = dates.local(visit.arrived_at)
    if name == "left" and clock.hour < 5 and arrived.hour >= 19:
        return visit.day + timedelta(days=1)
    return visit.day
