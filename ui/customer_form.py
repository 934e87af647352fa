"""All facts of a customer to be typed: a new one, kept as a draft, or one on file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from showroom import choices, settings, text, words
from showroom.errors import Invalid
from showroom.guard import mask, staff
from showroom.i18n import _
from showroom.people import customers, duplicates, phones
from showroom.store import drafts
from showroom.store.models import ChoiceKind, Honorific, Kinship, Level, Role, Status
from ui.alike import COUPLE, DIFFERENT, OPEN, SAME, AlikeBox
from ui.forms import Birthday, Check, Choice, Form, Note, Options, Phone, Text

if TYPE_CHECKING:
    from showroom.people.customers import File
    from showroom.store.db import Database, Session

DRAFT = "customer:new"
DRAFT_MS = 300
LOOK_MS = 150
LONG = 400  # what is too long is refused with a sentence, not cut
COMPARED = ("name", "model_id", "wechat", "address")
FILLABLE = tuple(
    "title model_id channel_id wechat address postcode birthday birthday_lunar note".split()
)
PHONES = ("phone", "phone_2", "phone_3", "phone_4")
LEVELS = (Level.WEEK, Level.FORTNIGHT, Level.MONTH, Level.QUARTER)
SETTABLE = (Status.OPEN, Status.LOST, Status.DORMANT, Status.INVALID)
FACTS = tuple(
    "name honorific title model_id channel_id consultant_id wechat address postcode birthday "
    "birthday_lunar note do_not_contact".split()
)


class CustomerForm(Form):
    """`begin_new()` or `begin_edit(file)`, then `save()`.

    `saved(id)` after the commit. Who is on file already is said while one types (`alike`):
    `other(id)` asks for his file, `used(id)` tells that the form fills his file from now on,
    `same(own, id)` that two on file are one. A new customer is kept as a draft every 300 ms until
    saved.
    """

    saved = Signal(int)
    other = Signal(int)
    used = Signal(int)
    same = Signal(int, int)

    def __init__(self, db: Database, page: str) -> None:
        super().__init__(page)
        self.db = db
        self.file: File | None = None
        self._dirty = False
        self._later = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._later.timeout.connect(self.keep_draft)
        self._soon = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._soon.timeout.connect(self._look)
        self._noted: dict[int, str] = {}
        self._from_draft = False
        self.passed = frozenset({"honorific"})  # after the name one types the number

        titles = [(one.value, _(words.HONORIFICS[one])) for one in Honorific]
        self.row(
            Text("name", _("Name"), max_length=LONG),
            Choice("honorific", _("Honorific"), titles, optional=False, width=96),
        )
        for number, name in enumerate(PHONES):
            self.row(Phone(name, _("Phone") if number == 0 else _("Another phone")))
        self.alike = AlikeBox(db, f"{page}.alike", (OPEN, SAME, COUPLE, DIFFERENT))
        self.add(self.alike)
        self.row(
            Choice(
                "model_id",
                _("Interest"),
                search=True,
                free=True,
                placeholder=_("Model"),
            ),
            Choice("channel_id", _("Channel"), search=True, placeholder=_("Channel")),
        )
        self.row(Options("level", _("Level")))
        self.row(Choice("consultant_id", _("Consultant"), search=True))
        self.row(Choice("status", _("Status"), optional=False))
        self.row(
            Choice("reason_id", _("Reason"), search=True, placeholder=_("Reason for the loss"))
        )
        self.row(Text("why", _("Why lost"), placeholder=_("the real reason, not “too dear”")))
        self.row(Text("wechat", _("WeChat")))
        self.row(Text("email", _("E-mail")))
        self.row(Text("title", _("Job title"), max_length=20))
        lunar = Check("birthday_lunar", _("Lunar birthday"), _("Lunar"))
        lunar.setToolTip(_("Month and day are those of the lunar calendar."))
        self.row(Birthday("birthday", _("Birthday"), today=db.today), lunar)
        self.row(
            Text("address", _("Address")),
            Text("postcode", _("Postcode"), placeholder=_("Postcode"), max_length=10, width=84),
        )
        self.row(Note("note", _("Note")))
        no_contact = Check("do_not_contact", _("Do not contact"))
        no_contact.setToolTip(_("Stops every reminder, card and list at once."))
        self.row(no_contact)

        self.edited.connect(self._on_edit)
        self.alike.asked.connect(self._on_alike)

    # -- what the page uses --

    def begin_new(self) -> bool:
        """Start a new customer with what was being typed; tell whether there was anything."""
        with self.db.read() as session:
            draft = drafts.find(session, DRAFT)
            self._offer(session)
        self._begin(None)
        self.fields["honorific"].set_value(Honorific.NONE.value)
        self.set_raw(draft)
        self._show_phones()
        self._look()
        self.focus("name")
        return bool(draft)

    def begin_edit(self, file: File) -> None:
        """Show all facts of a file to be changed."""
        with self.db.read() as session:
            self._offer(session, file)
        self._begin(file)
        row = file.row
        self.set_values(
            {
                **{name: getattr(file, name, None) for name in FACTS},
                "birthday": file.birthday_said,
                "name": row.name,
                "honorific": row.honorific.value,
                "level": row.level.value,
                "status": row.status.value,
                "do_not_contact": row.do_not_contact,
                "email": file.email,
                **{name: number for name, (_id, number) in zip(PHONES, file.phones, strict=False)},
            }
        )
        ordered = row.status in (Status.ORDERED, Status.OWNER)
        self.show_row("level", row.status is not Status.ORDERED)
        self.show_row("status", not ordered)
        self._show_phones()
        self._look()
        self.focus("name")

    def show_numbers(self) -> None:
        """Show what may be seen now where nothing was typed: the desk may have another hand."""
        before = self.file
        if before is None:
            return
        with self.db.read() as session:
            if not customers.rows(session, [before.row.id]):
                return
            now = customers.file(session, before.row.id)
        if [id for id, _number in now.phones] != [id for id, _number in before.phones]:
            return
        shown = _hideable(before)
        for name, value in _hideable(now).items():
            if self.fields[name].raw() == shown[name]:
                self.fields[name].set_value(value)
        self.file = before._replace(
            row=before.row._replace(phone=now.row.phone),
            phones=now.phones,
            wechat=now.wechat,
            address=now.address,
            note=now.note,
        )

    def is_dirty(self) -> bool:
        """Tell whether anything was typed since the form was begun."""
        return self._dirty

    def save(self) -> bool:
        """Save; what cannot be is said beside its field. Tell whether it was saved."""
        saved = 0
        with self.reporting():
            held = self.values()
            numbers = self._numbers(held)
            with self.db.write() as session:
                if self.file is None:
                    saved = self._add(session, held, numbers)
                else:
                    saved = self._change(session, self.file, held, numbers)
        if saved:
            self._later.stop()
            self._dirty = False
            self.saved.emit(saved)
        return bool(saved)

    def keep_draft(self) -> None:
        """Keep what is typed for a new customer; called by itself while one types."""
        self._later.stop()
        if self.file is None and self._dirty:
            typed = {name: value for name, value in self.raw().items() if value}
            if typed == {"honorific": Honorific.NONE.value}:
                typed = {}
            with self.db.write() as session:
                drafts.save(session, DRAFT, typed, now=self.db.now())

    def throw_away(self) -> None:
        """Forget the draft of a new customer."""
        self._dirty = False
        self._later.stop()
        with self.db.write() as session:
            drafts.drop(session, DRAFT)

    # -- saving --

    def _numbers(self, held: dict[str, Any]) -> dict[str, str]:
        """The numbers typed, by field, as the file keeps them; `Invalid` beside what is wrong."""
        numbers, wrong = {}, {}
        for name in PHONES:
            if held[name] and not text.is_hidden(held[name]):
                try:
                    numbers[name] = text.phone(held[name])
                except Invalid as error:
                    wrong[name] = error.problems["phone"]
        seen: set[str] = set()
        for name, number in numbers.items():
            if number in seen:
                wrong[name] = _("This number is in the file already.")
            seen.add(number)
        if not text.clean(held["name"]):
            wrong["name"] = _("Enter a name.")
        if wrong:
            raise Invalid(wrong)
        return numbers

    def _add(self, session: Session, held: dict[str, Any], numbers: dict[str, str]) -> int:
        customer = customers.add(
            session,
            phone=numbers.get("phone", ""),
            level=Level(held["level"] or Level.UNRATED),
            now=self.db.now(),
            today=self.db.today(),
            **self._held_facts(held),
        )
        for name in PHONES[1:]:
            if name in numbers:
                phones.add(session, customer.id, numbers[name])
        if held["email"]:
            customers.set_email(session, customer.id, held["email"])
        drafts.drop(session, DRAFT)
        self._note(session, customer.id)
        return customer.id

    def _change(
        self, session: Session, file: File, held: dict[str, Any], numbers: dict[str, str]
    ) -> int:
        id, today = file.row.id, self.db.today()
        status = Status(held["status"])
        if status is not file.row.status:
            why, reason = held["why"], held["reason_id"]
            if status is Status.LOST and reason is None:
                raise Invalid({"reason_id": _("Choose the reason.")})
            customers.set_status(session, id, status, today=today, why=why, reason_id=reason)
        customers.change(session, id, **self._held_facts(held))
        if held["email"] != file.email:
            customers.set_email(session, id, held["email"])
        for at, name in enumerate(PHONES):
            old = file.phones[at] if at < len(file.phones) else None
            new = numbers.get(name)
            if text.is_hidden(held[name]):
                continue  # it stays what it is
            if old is not None and new is None:
                phones.remove(session, old[0])
            elif old is not None and new is not None:
                phones.change(session, old[0], new)
            elif new is not None:
                phones.add(session, id, new)
        level = Level(held["level"] or Level.UNRATED)
        if file.row.status is not Status.ORDERED and level is not file.row.level:
            customers.set_level(session, id, level, today=today)
        if self._from_draft:
            drafts.drop(session, DRAFT)
        return id

    def _held_facts(self, held: dict[str, Any]) -> dict[str, Any]:
        return {**{name: held[name] for name in FACTS}, "honorific": Honorific(held["honorific"])}

    # -- showing --

    def _begin(self, file: File | None) -> None:
        self._later.stop()
        self.file = file
        self.clear()
        self._dirty = self._from_draft = False
        self._noted = {}
        for name in ("reason_id", "why"):
            self.show_row(name, False)
        self.show_row("status", file is not None)
        self.show_row("level", True)
        self.show_row("do_not_contact", file is not None)

    def _offer(self, session: Session, file: File | None = None) -> None:
        """Fill the lists; what this file has stays on offer though it is no longer in use."""
        shop = settings.load(session)
        fields = self.fields
        for name, kind in (("model_id", ChoiceKind.MODEL), ("channel_id", ChoiceKind.CHANNEL)):
            now_is = getattr(file, name, None)
            options = choices.options(session, kind, everything=True)
            fields[name].set_options(
                [(one.id, one.label) for one in options if one.active or one.id == now_is]
            )
        reasons = choices.options(session, ChoiceKind.LOSS_REASON)
        fields["reason_id"].set_options([(one.id, one.label) for one in reasons])
        consultant = file.consultant_id if file is not None else None
        people = staff.everyone(session, active=None)
        fields["consultant_id"].set_options(
            [
                (one.id, one.name)
                for one in people
                if (one.active and one.role is Role.CONSULTANT) or one.id == consultant
            ]
        )
        letter = _("{letter} {days} d")
        fields["level"].set_options(
            [
                (one.value, letter.format(letter=shop.letter(one), days=shop.horizons[one]))
                for one in LEVELS
            ]
        )
        now_is = [file.row.status] if file is not None and file.row.status not in SETTABLE else []
        fields["status"].set_options(
            [(one.value, _(words.STATUSES[one])) for one in (*now_is, *SETTABLE)]
        )

    def _show_phones(self) -> None:
        """Show the fields that hold a number, and one more."""
        held = [bool(self.fields[name].text().strip()) for name in PHONES]
        for number, name in enumerate(PHONES[1:], 1):
            self.show_row(name, held[number] or (held[number - 1] and self.file is not None))

    def _on_edit(self, name: str) -> None:
        self._dirty = True
        if name == "status":
            for one in ("reason_id", "why"):
                self.show_row(one, self.fields["status"].value() == Status.LOST)
        if name in PHONES:
            self._show_phones()
            self._look()
        elif name in COMPARED:
            self._soon.start()
        if self.file is None:
            self._later.start()

    # -- on file already? --

    def _look(self) -> None:
        """Say who on file may be the one that is typed; two people may share a phone."""
        self._soon.stop()
        facts = duplicates.typed(
            own=self.file.row.id if self.file is not None else 0,
            phones=[self.fields[name].text() for name in PHONES],
            **{name: self.fields[name].raw() or "" for name in COMPARED},
        )
        self.alike.look(facts, but=self._noted)

    def _on_alike(self, what: str, id: int) -> None:
        """What is to be done with the one who was marked."""
        if what == OPEN:
            self.keep_draft()
            self.other.emit(id)
        elif what == SAME and self.file is None:
            self._use(id)
        elif what == SAME and self.file is not None:
            self.same.emit(self.file.row.id, id)
        else:
            self._noted[id] = what
            with self.reporting():
                if self.file is not None:
                    with self.db.write() as session:
                        self._note(session, self.file.row.id)
            self._look()

    def _use(self, id: int) -> None:
        """It is he: what was typed fills what his file lacks; the draft stays until it is saved."""
        self.keep_draft()
        typed = {name: self.fields[name].raw() for name in FILLABLE}
        numbers = [self.fields[name].text() for name in PHONES if self.fields[name].text().strip()]
        with self.db.read() as session:
            file = customers.file(session, id)
            known = {mask.hidden(number) for _id, number in file.phones}
        self.begin_edit(file)
        for name, value in typed.items():
            if value and not self.fields[name].raw():
                self.fields[name].set_raw(value)
        empty = [name for name in PHONES if not self.fields[name].text().strip()]
        new = [number for number in numbers if mask.hidden(number) not in known]
        for name, number in zip(empty, new, strict=False):
            self.fields[name].set_raw(number)
        self._dirty = self._from_draft = True
        self._show_phones()
        self._look()
        self.used.emit(id)

    def _note(self, session: Session, own: int) -> None:
        """Write down who belongs to him and who is somebody else, as it was said while typing."""
        from showroom.people import relations

        while self._noted:
            id, what = self._noted.popitem()
            if what == COUPLE:
                relations.link(session, own, id, Kinship.COUPLE.value, now=self.db.now())
            else:
                duplicates.different(session, own, id, now=self.db.now())

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.alike.isVisible():
            self.alike.enter()
        else:
            super().keyPressEvent(event)


def _hideable(file: File) -> dict[str, str]:
    """The fields that may show a number hidden, with what they show."""
    numbers = {name: number for name, (_id, number) in zip(PHONES, file.phones, strict=False)}
    return {**numbers, "wechat": file.wechat, "note": file.note, "address": file.address}
