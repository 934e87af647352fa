"""One visit in the side panel: everything optional, saved as typed, kept as a draft until right."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit

from showroom import choices, dates, text, words
from showroom.door import guests, handover, identity, reception, visits
from showroom.errors import Invalid, ShowroomError
from showroom.guard import closed, notice
from showroom.i18n import _
from showroom.store import drafts, pinyin
from showroom.store.models import ChoiceKind, HandOver, Honorific, Level, VisitKind
from ui import style
from ui.ask_next import AskNext
from ui.forms import Choice, Field, Form, Note, Number, Options, Phone, Text
from ui.hand_over import WhyHim
from ui.known_list import KnownList
from ui.level_hint import LevelHint
from ui.visit_alike import VisitAlike
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.settings import Settings
    from showroom.store.db import Database
    from ui.desk_reading import Lists

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
        self.honorific.setToolTip(_("Typed with the name: Mr Lee"))
        self.phone = Phone("phone", _("Phone"), auto_hint=False)
        self.known = KnownList(db, page, (self.name, self.phone))
        self.twice = label("", "soon", name=f"{page}.phone.twice", wrap=True)
        self.model = Choice(
            "model_id", _("Interest"), [], search=True, free=True, placeholder=_("Model")
        )
        self.channel = Choice("channel_id", _("Channel"), [], search=True, placeholder=_("Channel"))
        self.errand = Choice("errand_id", _("Errand"), [], search=True)
        self.level = Options("level", _("Level"), [])
        self.next = LevelHint(self.level, f"{page}.level.next", db.today)
        self.ask_next = AskNext(db, f"{page}.ask_next")
        self.consultant = Choice("consultant_id", _("Consultant"), [], search=True)
        self._crew: dict[int, str] = {}
        self._levels: list[tuple[str, str]] = []
        self._ordered = ("", "")
        self.people = Number("people", _("People"), least=1, most=99, width=56)
        self.arrived = Text("arrived", _("Arrived"), placeholder=_("arrived"))
        self.left = Text("left", _("Left"), placeholder=_("left"))
        self.note = Note("note", _("Note"), lines=1)
        self.note.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

        self.row(self.name, self.honorific)
        self.row(self.phone)
        self.add(self.known)
        self.add(self.known.about)
        self.add(self.twice)
        self.alike = VisitAlike(db, f"{page}.alike")
        self.add(self.alike)
        self.row(self.errand)
        self.row(self.model, self.channel)
        self.row(self.level)
        self.add(self.next)
        self.add(self.ask_next)
        self.row(self.consultant)
        self.why = WhyHim(db, self.consultant, page)
        self.add(self.why)
        self.row(self.people, self.arrived, self.left)
        self.row(self.note)

        self.passed = frozenset({"honorific"})  # it is typed with the name, or by Tab
        self.why.given.connect(self._say_why)
        self.why.entered.connect(lambda: self.focus("people"))
        self.edited.connect(self._on_field_edited)
        self.known.opened.connect(self._take_known)
        self.alike.taken.connect(self._take_known)
        self.alike.left.connect(self._leave_alike)
        self.known.left.connect(lambda field: self._leaver(field)())
        for field in self.fields.values():
            if isinstance(field, Choice):
                field.activated.connect(self._leaver(field))
            line = field.lineEdit() if isinstance(field, Choice) else field
            if isinstance(line, QLineEdit):
                line.editingFinished.connect(self._leaver(field))
        self.note.installEventFilter(self)

    # -- what the page uses --

    def load_lists(self, shop: Settings, lists: Lists) -> None:
        """Offer the lists to choose from, where they changed."""
        _offer(self.model, lists.models)
        _offer(self.channel, lists.channels)
        _offer(self.errand, lists.errands)
        self._crew = dict(lists.consultants)
        self.phone.setToolTip(style.tip(notice.text(shop), wrapped=True))
        self._levels = [
            (
                level.value,
                _("{letter} {days} d").format(letter=shop.letter(level), days=shop.horizons[level]),
            )
            for level in LEVELS
        ]
        self._ordered = (Level.ORDERED.value, shop.letter(Level.ORDERED))
        self._offer_levels(self.visit)

    def _offer_levels(self, visit: visits.VisitRow | None) -> None:
        """The levels to choose from; who ordered stands at his, which a deal gives and takes."""
        ordered = visit is not None and visit.level is Level.ORDERED
        levels = [self._ordered, *self._levels] if ordered else self._levels
        if [(code, part.text()) for code, part in self.level.buttons.items()] != levels:
            self.level.set_options(levels)
        self.level.fix(ordered)

    def show_visit(self, visit: visits.VisitRow | None) -> None:
        """Show a visit, with what was being typed for it; the one before is saved first."""
        self.flush()
        self.visit = visit
        self._dirty.clear()
        self.known.clear()
        self.alike.clear()
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
            self._look_up("name" if "name" in draft and "phone" not in draft else "phone")

    def refresh(self, visit: visits.VisitRow) -> None:
        """Show what changed elsewhere in the fields nobody is typing in."""
        self.visit = visit
        self._show_facts(visit, every=False)
        if not self.known.isHidden():  # who sits here now may not see their numbers
            self._look_up(self.known.asks.name)

    def flush(self) -> None:
        """Save what can be saved of what was typed; the rest stays a draft."""
        for name in sorted(self._dirty):
            self._save(name)
        if self._later.isActive():
            self._later.stop()
            self._keep_draft()

    def resume(self) -> None:
        """Put the cursor behind what is half typed; with nothing of that, into the name."""
        begun = [name for name, field in self.fields.items() if name in self._dirty]
        shown = [name for name in begun if not self.fields[name].isHidden()]
        name = shown[0] if shown else "name"
        self.focus(name)
        field = self.fields[name]
        line = field.lineEdit() if isinstance(field, Choice) else field
        if isinstance(line, QLineEdit):
            line.end(False)
        elif isinstance(line, Note):
            line.moveCursor(QTextCursor.MoveOperation.End)

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
        crew = dict(self._crew)
        if visit.consultant_id is not None:  # also who receives no more has received this party
            crew.setdefault(visit.consultant_id, visit.consultant)
        _offer(self.consultant, list(crew.items()))
        self._offer_levels(visit)
        for name, value in facts.items():
            field = self.fields[name]
            if every or name not in self._dirty:
                field.set_value(value)
        self.level.fix(visit.level is Level.ORDERED)
        reason = _(words.HAND_OVERS[visit.hand_over]) if visit.hand_over else ""
        self.consultant.set_tag(reason, "good" if visit.hand_over is HandOver.ON_FILE else "accent")
        self.why.show_visit(visit, set(self._crew))
        if "phone" not in self._dirty:
            self._say_known(visit)
            self._say_twice([visit.customer_id] if visit.customer_id is not None else [])
        self.next.show_visit(visit)
        self.ask_next.show_visit(visit)

    def _say_known(self, visit: visits.VisitRow) -> None:
        if not visit.contact:
            self.phone.set_hint("")
        elif visit.again:
            self.phone.set_hint(_("✓ known"), "good")
        else:
            self.phone.set_hint(_("✓ captured"), "good")

    def _say_twice(self, customer_ids: list[int]) -> None:
        """Below the phone: the customer is in the showroom already, with another visit."""
        said = ""
        if customer_ids and self.visit is not None:
            with self.db.read() as session:
                said = guests.here_already(session, customer_ids, but=self.visit.id)
        self.twice.setText(said)
        self.twice.setVisible(bool(said))

    # -- typing --

    def _key(self) -> str:
        return f"visit:{self.visit.id}" if self.visit is not None else ""

    def _on_field_edited(self, name: str) -> None:
        if self.visit is None:
            return
        self._dirty.add(name)
        if name in ("name", "phone"):
            self._look_up(name)
        if name == "level":
            self._save(name)
        self._later.start()

    def _leaver(self, field: Field) -> Any:
        def left() -> None:
            choosing = self.known.is_chosen_from(field) or self.alike.has_keyboard()
            if field.name in self._dirty and not choosing:
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
                if name in ("name", "phone"):
                    self.known.clear()  # now: the page that is read anew would look once more
                typed = {n: v for n, v in self.raw().items() if n in self._dirty}
                drafts.save(session, self._key(), typed, now=self.db.now())
        except (Invalid, closed.DayClosed) as error:
            self._dirty.add(name)
            self._keep_draft()
            self.say(error.problems if isinstance(error, Invalid) else {name: str(error)})
            return
        except ShowroomError:
            self._dirty.add(name)  # the disk took nothing: it stays as typed and is tried again
            raise
        now_is = self._shown_anew(visit)
        known = visit.contact and visit.customer_id == now_is.customer_id
        captured = now_is.contact and not known
        if captured or name in ("name", "phone"):
            self.known.clear()
            self.alike.clear()
            self.alike.settle(now_is.id, now_is.customer_id)
            self._say_twice([now_is.customer_id] if now_is.customer_id is not None else [])
        self.saved.emit()
        if captured:
            self.captured.emit()

    def _shown_anew(self, before: visits.VisitRow) -> visits.VisitRow:
        """The visit as it is now, shown; a page in sight has read it with all the rest."""
        shown = self.visit
        if shown is None or shown is before or shown.id != before.id:
            with self.db.read() as session:
                shown = self.visit = visits.row(session, before.id)
            self._show_facts(shown, every=False)
        return shown

    def _say_why(self, reason: HandOver) -> None:
        """The consultant receives this party for another reason."""
        visit = self.visit
        if visit is None:
            return
        self._clear_problem("consultant_id")
        try:
            with self.db.write() as session:
                handover.hand_over(session, visit.id, visit.consultant_id, reason)
        except (Invalid, closed.DayClosed) as error:
            problems = error.problems if isinstance(error, Invalid) else {}
            self.say(problems or {"consultant_id": str(error)})
        self._shown_anew(visit)
        self.saved.emit()

    def say(self, problems: dict[str, str]) -> None:
        """Write each sentence below its field, without taking the cursor there."""
        for name, sentence in problems.items():
            shown = self.problems[name if name in self.problems else "name"]
            shown.setText(sentence)
            shown.show()

    def _write(self, session: Any, visit: visits.VisitRow, name: str, value: Any) -> None:
        now = self.db.now()
        if name == "consultant_id":
            handover.hand_over(session, visit.id, value)
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
        """The one model these words are part of, or spell; else the words: a new one."""
        wanted = text.joined(typed)
        options = choices.options(session, ChoiceKind.MODEL)
        fits = [option.id for option in options if wanted in text.joined(option.label)]
        if not fits and wanted.isascii():
            fits = [
                one.id
                for one in options
                if pinyin.spelled(text.joined(one.label)).startswith(wanted)
            ]
        if len(fits) == 1:
            return fits[0]
        return typed

    def _clock(self, visit: visits.VisitRow, name: str, typed: str) -> datetime:
        clock = read_clock(typed)
        if clock is None:
            raise Invalid({name: _("Write a time as 09:42.")})
        at = dates.at(_day_of(visit, name, clock), clock)
        if at > self.db.now():
            raise Invalid({name: _("It is not that late yet.")})
        return at

    # -- who is it --

    def _look_up(self, name: str) -> None:
        """Show who fits what stands in that field, the name or the phone; nobody is taken."""
        if self.visit is None:
            return
        asks = self.phone if name == "phone" else self.name
        if asks is self.name and self.visit.customer_id is not None:
            return  # his name is corrected
        found = self.known.look(asks, self.visit)
        if asks is self.name:
            return
        typed = self.phone.text()
        self.alike.look(
            self.visit.id,
            self.visit.customer_id,
            name=self.name.text(),
            phone=typed,
            model_id=self.model.raw(),
            but=self.known.rows.ids(),
        )
        self._say_twice(self.known.rows.ids())
        hint = text.phone_hint(typed)
        if hint:
            self.phone.set_hint(hint if len(hint) < 14 else "", "muted")
        elif any(char.isdigit() for char in typed):
            self.phone.set_hint(_("✓ known") if found else _("✓ new customer"), "good")
        else:
            self.phone.set_hint("")

    def _take_known(self, customer_id: int) -> None:
        """This is the one: the party is that customer, under his name on file."""
        visit, known = self.visit, self.known.row(customer_id)
        if visit is None:
            return
        named = known is None or bool(known.name)  # who is almost that number has one
        with self.reporting():
            now = self.db.now()
            done = {"phone", "name"} if named else {"phone"}
            with self.db.write() as session:
                if named and visit.name:
                    reception.complete(session, visit.id, now=now, name="")
                identity.join(session, visit.id, customer_id)
                typed = {n: v for n, v in self.raw().items() if n in self._dirty - done}
                drafts.save(session, self._key(), typed, now=now)
            self._dirty -= done
            with self.db.read() as session:
                self.visit = visits.row(session, visit.id)
            self.known.clear()
            self.alike.clear()
            self._clear_problem("phone")
            self._show_facts(self.visit, every=False)
            self.saved.emit()
            self.captured.emit()
            self.focus("model_id")

    def _leave_alike(self) -> None:
        """Nobody was chosen: the phone counts as left, unless the cursor is back in it."""
        if not self.phone.hasFocus():
            self._leaver(self.phone)()

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Down or not self.alike.enter():
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.note and event.type() == QEvent.Type.FocusOut:
            self._leaver(self.note)()
        return super().eventFilter(watched, event)


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
