"""Settings: who works here and whose turn it is, and the lists to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtWidgets import QHBoxLayout

from showroom import choices, words
from showroom.cards import dress
from showroom.choices import Entry
from showroom.door import turns
from showroom.guard import pins, staff
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.store.models import ChoiceKind, Role
from ui import style
from ui.forms import Choice, Form, Phone, Text
from ui.page import Page
from ui.picture_pick import PicturePick
from ui.segmented import Segmented
from ui.settings_pins import PinPart
from ui.settings_section import Section
from ui.tables import Column, Table

if TYPE_CHECKING:
    from showroom.store.db import Database


class Person(NamedTuple):
    """One line of the list of staff; `place` in the order of receiving, 0 without one."""

    id: int
    name: str
    role: Role
    active: bool
    place: int
    away: bool


class StaffSection(Section):
    """Who works here: a name and Enter adds one; the chosen one is changed below."""

    right = Right.STAFF

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Who works here?"))
        self._people: dict[int, Person] = {}
        self.id = 0
        roles = [(role.value, _(words.ROLES[role])) for role in Role]
        self.new = Form("settings.new_staff")
        self.name = Text("name", _("New colleague"), placeholder=_("Full name, then Enter"))
        self.role = Choice("role", _("Role"), roles, optional=False, width=160)
        self.new.row(self.name, self.role)
        self.add = page.button(_("Add"), "", self._add, kind="primary", name="add_staff")
        self.table = Table("settings.staff", self._columns(), self._rows)
        self.table.setAccessibleName(_("Staff"))
        self.table.set_empty(
            _("Nobody yet. Add the consultants who receive, the receptionist and the manager.")
        )
        self.form = Form("settings.staff_one")
        self.form.row(
            Text("name", _("Name")), Choice("role", _("Role"), roles, optional=False, width=160)
        )
        help = _("Whoever works here is noted as nobody's introducer: by his number he is known.")
        self.form.row(Phone("phone", _("Phone"), help=help, width=160))
        self.save = page.button(_("Save"), "Ctrl+S", self._save, name="save_staff")
        self.left = page.button(_("Has Left"), "", self._left, name="staff_left")
        self.signature = PicturePick(
            page,
            "staff_signature",
            _("Signature"),
            lambda path: dress.read(path, "signature"),
            dress.keep_own,
            flat=True,
        )

        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.new, 1)
        line.addWidget(self.add)
        self.body.addLayout(line)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.form)
        self.body.addWidget(self.signature)
        discard = self.discarding("staff", self.new, self.form)
        self.body.addLayout(self.buttons(self.left, discard, last=self.save))
        page.needs(Right.STAFF, self.add, self.save, self.left)
        page.needs(Right.STAFF, self.signature.choose, self.signature.away)
        self.pins = PinPart(page)
        self.body.addWidget(self.pins)

        self.new.set_values({"role": Role.CONSULTANT.value})
        self.name.entered.connect(self._add)
        self.new.entered.connect(self._add)
        self.table.chosen.connect(self._show)
        self.form.entered.connect(self._save)
        self._show(0)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                N_("Name"),
                lambda row: row.name,
                stretch=True,
                tone=lambda row: "" if row.active else "muted",
            ),
            Column(N_("Role"), lambda row: _(words.ROLES[row.role]), width=160, tone="muted"),
            Column(N_("Turn"), _turn, width=110, tag=_turn_tone),
        )

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read once what it will read; any thread. See `Page.warm`."""
        with db.read() as session:
            rows = staff.everyone(session, active=None)
            turns.order(session, db.today())
            for row in rows[:1]:
                staff.phone_of(session, row.id)
                dress.own(session, row.id)
            pins.seats(session, now=db.now())
            pins.in_use(session)

    def reload(self) -> None:
        """Read staff and turns anew."""
        with self.db.read() as session:
            rows = staff.everyone(session, active=None)
            order = turns.order(session, self.db.today())
        places = {row.staff_id: (number, row.away) for number, row in enumerate(order, 1)}
        people = [
            Person(row.id, row.name, row.role, row.active, *places.get(row.id, (0, False)))
            for row in rows
        ]
        people.sort(key=lambda one: (not one.active, one.place == 0, one.place))
        self._people = {one.id: one for one in people}
        with self.db.read() as session:
            self.signature.show_picture(dress.own(session, self.id))
        self.table.show_ids(list(self._people))
        self._show_buttons()
        self.pins.show_person(self.id)

    def focus_first(self) -> None:
        """Names are typed first."""
        self.name.setFocus()

    def has_anybody(self) -> bool:
        """Tell whether somebody works here."""
        with self.db.read() as session:
            return bool(staff.everyone(session))

    def _rows(self, ids: Sequence[int]) -> list[Person]:
        return [self._people[id] for id in ids if id in self._people]

    def _show(self, id: int) -> None:
        self.id = id
        one = self._people.get(id)
        with self.db.read() as session:
            phone = staff.phone_of(session, id)
            signature = dress.own(session, id)
        self.signature.of = id
        self.signature.show_picture(signature)
        self.signature.setEnabled(one is not None)
        self.show_in(
            self.form,
            id,
            {
                "name": one.name if one else "",
                "role": one.role.value if one else None,
                "phone": phone,
            },
            one.name if one else "",
        )
        self._show_buttons()
        self.pins.show_person(id)

    def _show_buttons(self) -> None:
        one = self._people.get(self.id)
        self.form.setEnabled(one is not None)
        for button in (self.save, self.left):
            button.setEnabled(one is not None)
        gone = one is not None and not one.active
        self.left.setText(_("Works Here Again") if gone else _("Has Left"))

    def _add(self) -> None:
        added = False
        with self.new.reporting():
            held = self.new.values()
            with self.db.write() as session:
                staff.add(session, name=held["name"], role=Role(held["role"]))
            added = True
        if added:
            self.new.set_values({"name": "", "role": held["role"]})
            self.say_typed()
        self.name.setFocus()

    def _save(self) -> None:
        if self.id:
            with self.form.reporting():
                held = self.form.values()
                held["role"] = Role(held["role"])
                with self.db.write() as session:
                    staff.change(session, self.id, **held)
                self.saved(self.form)

    def _left(self) -> None:
        active = self._people[self.id].active
        with self.db.write() as session:
            staff.change(session, self.id, active=not active)


class ListsSection(Section):
    """The lists to choose from: models, colours, channels, errands, reasons."""

    right = Right.SETTINGS

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Lists"))
        self.id = 0
        self._entries: dict[int, Entry] = {}
        kinds = [(kind.value, _(text)) for kind, text in words.CHOICES.items()]
        self.kind = Segmented(kinds, name="settings.kind", optional=False)
        self.kind.setAccessibleName(_("List"))
        self.kind.set_code(ChoiceKind.MODEL.value)
        self.new = Form("settings.new_entry")
        self.name = Text("name", _("New entry"), placeholder=_("Name, then Enter"))
        self.new.row(self.name)
        self.add = page.button(_("Add"), "", self._add, kind="primary", name="add_entry")
        self.table = Table("settings.entries", self._columns(), self._rows)
        self.table.setAccessibleName(_("Entries"))
        self.table.set_empty(_("This list is empty. Type a name above."))
        self.form = Form("settings.entry")
        groups = [(code, _(text)) for code, text in choices.GROUPS.items()]
        self.form.row(Text("zh", _("Chinese")), Text("en", _("English"), placeholder=_("English")))
        self.form.row(Choice("group", _("Group"), groups))
        self.save = page.button(_("Save"), "Ctrl+S", self._save, name="save_entry")
        self.up = page.button(_("Up"), "Alt+Up", lambda: self._move(-1), name="entry_up")
        self.down = page.button(_("Down"), "Alt+Down", lambda: self._move(1), name="entry_down")
        self.use = page.button(_("Out of Use"), "", self._use, name="entry_use")

        page.needs(Right.SETTINGS, self.add, self.save, self.up, self.down, self.use)
        self.body.addWidget(self.kind)
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.new, 1)
        line.addWidget(self.add)
        self.body.addLayout(line)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.form)
        discard = self.discarding("entry", self.new, self.form)
        self.body.addLayout(self.buttons(self.up, self.down, self.use, discard, last=self.save))

        self.kind.chosen.connect(self._on_kind)
        self.name.entered.connect(self._add)
        self.new.entered.connect(self._add)
        self.table.chosen.connect(self._show)
        self.form.entered.connect(self._save)
        self._show(0)

    def _columns(self) -> tuple[Column, ...]:
        def tone(row: Entry) -> str:
            return "" if row.active else "muted"

        return (
            Column(N_("Chinese"), lambda row: row.zh, width=200, tone=tone, stretch=True),
            Column(N_("English"), lambda row: row.en, width=180, tone=tone),
            Column(
                N_("Group"),
                lambda row: _(choices.GROUPS[row.group]) if row.group in choices.GROUPS else "",
                width=200,
                tone="muted",
            ),
            Column(
                N_("Use"),
                lambda row: "" if row.active else _("out of use"),
                width=96,
                tag=lambda _row: "muted",
            ),
        )

    def _chosen_kind(self) -> ChoiceKind:
        return ChoiceKind(self.kind.code())

    def reload(self) -> None:
        """Read the list anew."""
        with self.db.read() as session:
            entries = choices.entries(session, self._chosen_kind())
        self._entries = {one.id: one for one in entries}
        self.table.show_ids(list(self._entries))
        self.form.show_row("group", self._chosen_kind() is ChoiceKind.CHANNEL)
        self._show_buttons()

    def focus_first(self) -> None:
        """Names are typed first."""
        self.name.setFocus()

    def _on_kind(self) -> None:
        self.new.clear()
        self.reload()
        self.say_typed()

    def _rows(self, ids: Sequence[int]) -> list[Entry]:
        return [self._entries[id] for id in ids if id in self._entries]

    def _show(self, id: int) -> None:
        self.id = id
        one = self._entries.get(id)
        held = one._asdict() if one else {"zh": "", "en": "", "group": None}
        self.show_in(self.form, id, held, one.zh if one else "")
        self._show_buttons()

    def _show_buttons(self) -> None:
        one = self._entries.get(self.id)
        self.form.setEnabled(one is not None)
        for button in (self.save, self.up, self.down, self.use):
            button.setEnabled(one is not None)
        out = one is not None and not one.active
        self.use.setText(_("Use Again") if out else _("Out of Use"))

    def _add(self) -> None:
        added = 0
        with self.new.reporting(), self.db.write() as session:
            added = choices.add(session, self._chosen_kind(), self.name.value()).id
        if added:
            self.new.clear()
            self.table.choose(added)
            self.say_typed()
        self.name.setFocus()

    def _save(self) -> None:
        if self.id:
            with self.form.reporting():
                held: dict[str, Any] = self.form.values()
                held["group"] = held["group"] or ""
                with self.db.write() as session:
                    choices.change(session, self.id, **held)
                self.saved(self.form)

    def _move(self, step: int) -> None:
        if self.id:
            with self.db.write() as session:
                choices.move(session, self.id, step)

    def _use(self) -> None:
        active = self._entries[self.id].active
        with self.db.write() as session:
            choices.change(session, self.id, active=not active)


def _turn(row: Person) -> str:
    if not row.active:
        return _("has left")
    if not row.place:
        return ""
    return _("away") if row.away else _("no. {place}").format(place=row.place)


def _turn_tone(row: Person) -> str:
    if not row.active:
        return "muted"
    return "soon" if row.away else "good" if row.place == 1 else "accent"
