"""All facts of a customer to be typed: a new one, kept as a draft, or one on file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom import choices, settings, text, words
from showroom.errors import Invalid
from showroom.guard import staff
from showroom.i18n import _
from showroom.people import customers, phones
from showroom.store import drafts
from showroom.store.models import ChoiceKind, Honorific, Level, Role, Status
from ui.forms import Check, Choice, Day, Form, Note, Options, Phone, Text
from ui.widgets import Button, label

if TYPE_CHECKING:
    from showroom.people.customers import File
    from showroom.store.db import Database, Session

DRAFT = "customer:new"
DRAFT_MS = 300
PHONES = ("phone", "phone_2", "phone_3", "phone_4")
LEVELS = (Level.WEEK, Level.FORTNIGHT, Level.MONTH, Level.QUARTER)
SETTABLE = (Status.OPEN, Status.LOST, Status.DORMANT, Status.INVALID)
FACTS = tuple(
    "name honorific title model_id channel_id consultant_id wechat address postcode birthday note "
    "do_not_contact".split()
)


class CustomerForm(Form):
    """`begin_new()` or `begin_edit(file)`, then `save()`.

    `saved(id)` after the commit; `other(id)` when the file that shares the phone is asked for. A
    new customer is kept as a draft every 300 ms until saved.
    """

    saved = Signal(int)
    other = Signal(int)

    def __init__(self, db: Database, page: str) -> None:
        super().__init__(page)
        self.db = db
        self.file: File | None = None
        self._dirty = False
        self._later = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._later.timeout.connect(self.keep_draft)

        titles = [(one.value, _(words.HONORIFICS[one])) for one in Honorific]
        self.row(
            Text("name", _("Name"), max_length=customers.LONGEST_NAME),
            Choice("honorific", _("Honorific"), titles, optional=False, width=96),
        )
        for number, name in enumerate(PHONES):
            self.row(Phone(name, _("Phone") if number == 0 else _("Another phone")))
        self.shared = QWidget()
        self.shared_words = label("", "soon", name=f"{page}.shared", wrap=True)
        self.open_other = Button(_("Open File"), kind="quiet", name=f"{page}.open_other")
        line = QHBoxLayout(self.shared)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.shared_words, 1)
        line.addWidget(self.open_other)
        self.add(self.shared)
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
        self.row(Text("why", _("Why lost"), placeholder=_("the real reason, not “too dear”")))
        self.row(Text("wechat", _("WeChat")))
        self.row(Text("title", _("Job title"), max_length=20))
        self.row(Day("birthday", _("Birthday"), today=db.today))
        self.row(
            Text("address", _("Address")),
            Text("postcode", _("Postcode"), placeholder=_("Postcode"), max_length=10, width=84),
        )
        self.row(Note("note", _("Note")))
        no_contact = Check("do_not_contact", _("Do not contact"))
        no_contact.setToolTip(_("Stops every reminder, card and list at once."))
        self.row(no_contact)

        self.edited.connect(self._on_edit)
        self.open_other.clicked.connect(self._open_other)
        self._other_id = 0
        self._say_shared()

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
        self._say_shared()
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
                "name": row.name,
                "honorific": row.honorific.value,
                "level": row.level.value,
                "status": row.status.value,
                "do_not_contact": row.do_not_contact,
                **{name: number for name, (_id, number) in zip(PHONES, file.phones, strict=False)},
            }
        )
        ordered = row.status in (Status.ORDERED, Status.OWNER)
        self.show_row("level", row.status is not Status.ORDERED)
        self.show_row("status", not ordered)
        self._show_phones()
        self._say_shared()
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
        drafts.drop(session, DRAFT)
        return customer.id

    def _change(
        self, session: Session, file: File, held: dict[str, Any], numbers: dict[str, str]
    ) -> int:
        id, today = file.row.id, self.db.today()
        status = Status(held["status"])
        if status is not file.row.status:
            customers.set_status(session, id, status, today=today, why=held["why"])
        customers.change(session, id, **self._held_facts(held))
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
        return id

    def _held_facts(self, held: dict[str, Any]) -> dict[str, Any]:
        return {**{name: held[name] for name in FACTS}, "honorific": Honorific(held["honorific"])}

    # -- showing --

    def _begin(self, file: File | None) -> None:
        self._later.stop()
        self.file = file
        self.clear()
        self._dirty = False
        self.show_row("why", False)
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
            self.show_row("why", self.fields["status"].value() == Status.LOST)
        if name in PHONES:
            self._show_phones()
            self._say_shared()
        if self.file is None:
            self._later.start()

    def _say_shared(self) -> None:
        """Name the other customer who has one of these phones: a couple may share one."""
        self._other_id = 0
        own = self.file.row.id if self.file is not None else 0
        numbers = []
        for name in PHONES:
            typed = self.fields[name].text()
            if len(typed) >= 7 and not text.phone_hint(typed):
                numbers.append(text.phone(typed))
        if numbers:
            with self.db.read() as session:
                found = [id for one in numbers for id in phones.owners(session, one)]
                rows = customers.rows(session, [id for id in found if id != own][:1])
            if rows:
                self._other_id = rows[0].id
                self.shared_words.setText(
                    _("{name} has this phone too. Two people may share one.").format(
                        name=words.called(rows[0].name, rows[0].honorific)
                    )
                )
        self.shared.setVisible(bool(self._other_id))

    def _open_other(self) -> None:
        self.keep_draft()
        self.other.emit(self._other_id)


def _hideable(file: File) -> dict[str, str]:
    """The fields that may show a number hidden, with what they show."""
    numbers = {name: number for name, (_id, number) in zip(PHONES, file.phones, strict=False)}
    return {**numbers, "wechat": file.wechat, "note": file.note, "address": file.address}
