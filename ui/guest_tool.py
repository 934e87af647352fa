"""More about a visit: was he here before, what he is known again by, what he agrees to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from showroom import choices, dates, words
from showroom.door import identity, reception, traits, visits
from showroom.errors import ShowroomError
from showroom.guard import consent
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.store import drafts
from showroom.store.models import CameBy, ChoiceKind, Purpose, TraitKind, VisitKind, Way
from ui import notice, style
from ui.brought_by import BroughtBy
from ui.desk_parts import Tool
from ui.forms import Check, Choice, Form, Money, Text
from ui.tables import Column, Table
from ui.widgets import Button, label

if TYPE_CHECKING:
    from showroom.door.traits import GuestRow, More
    from showroom.door.visits import VisitRow
    from showroom.guard.consent import Said
    from showroom.store.db import Database, Session
    from ui.page import Page

FACTS: Final = ("came_by", "colour_id", "rival", "quoted", "trim", "offer")
EVENTS: Final = "events"
AGREE: Final = {
    **{
        way.value: (words_, key)
        for (way, words_), key in zip(consent.WAYS.items(), "PSWO", strict=True)
    },
    EVENTS: (N_("Events"), "E"),
}
"""What he may agree to: its words, and the letter that turns it together with Alt."""
ASKED: Final = {
    Way.PHONE.value: N_("calls about the purchase"),
    Way.SMS.value: N_("text messages about the purchase"),
    Way.WECHAT.value: N_("WeChat about the purchase"),
    Way.POST.value: N_("cards by post"),
    EVENTS: N_("invitations to events"),
}
MARKS: Final = {True: "✓ ", False: "✗ ", None: ""}


class GuestTool(Tool):
    """Every field is saved when it is left; Enter on a guest says that this is he.

    Alt and a letter turns what he agrees to, or withdraws it.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.go = _("Done")
        self._visit: VisitRow | None = None
        self._more: More | None = None
        self._dirty: set[str] = set()

        self.search = Text("search", _("Here before?"), placeholder=_("Car, company, model, day"))
        self.guests = Table(
            "desk.guests", _COLUMNS, self._guest_rows, header=False, fit=True, max_rows=3
        )
        self.guests.setAccessibleName(_("Guests who left no contact"))
        self.guests.set_empty(_("Nobody who left no contact fits."))
        self.since = label("", "help", name="desk.guest_since", wrap=True)
        self.part = page.button(_("Not He"), "", self._part, kind="quiet", name="not_he")
        self.before = Form("desk")
        self.before.row(self.search)
        self.before.add(self.guests)
        again = QWidget()
        line = QHBoxLayout(again)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.since, 1)
        line.addWidget(self.part)
        self.before.add(again)
        self.form = Form("desk")
        self._make_form()
        self.brought = BroughtBy(page.db, "desk")
        self.notice = page.button(
            _("Print the Notice…"),
            "",
            partial(notice.print_notice, page),
            kind="quiet",
            name="notice",
        )
        self.agree = self._make_agree()

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for widget in (self.before, self.form, self.brought, self.agree):
            layout.addWidget(widget)

        self.search.edited.connect(self._look)
        self.search.entered.connect(self._into_guests)
        self.search.installEventFilter(self)
        self.guests.opened.connect(self._recognise)
        self.form.edited.connect(self._on_edited)
        self.form.entered.connect(self._finish)
        self.brought.noted.connect(page.said)

    def _make_form(self) -> None:
        said = {kind: _(words_) for kind, words_ in words.TRAITS.items()}
        car, company, interest, look = (
            Text(kind.value, said[kind], placeholder=_(EXAMPLES[kind])) for kind in EXAMPLES
        )
        self.form.row(car)
        self.form.row(company, look)
        self.form.row(interest, Text("plate", _("Plate"), placeholder="粤B12345", width=92))
        self.form.row(
            Choice(
                "came_by", _("Came by"), [(code, _(said)) for code, said in words.CAME_BY.items()]
            ),
            Choice("colour_id", _("Colour"), [], search=True, placeholder=_("Colour")),
        )
        self.form.row(
            Text("rival", _("Compares"), placeholder=_("Other make")), Check("quoted", _("Quoted"))
        )
        offer = Money("offer", _("Price offered"), example="218,000")
        offer.setPlaceholderText(_("Price offered"))
        self.form.row(Text("trim", _("Trim"), placeholder=_("Flagship")), offer)
        for field in self.form.fields.values():
            if isinstance(field, Choice):
                field.activated.connect(partial(self._save, field.name))
            elif isinstance(field, Check):
                field.clicked.connect(partial(self._save, field.name))
            line = field.lineEdit() if isinstance(field, Choice) else field
            if isinstance(line, QLineEdit):
                line.editingFinished.connect(self._leaver(field.name))

    def _make_agree(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(style.S)
        self.agreed = label(_("Agreed to"), "label", name="desk.agreed", wrap=True)
        grid.addWidget(self.agreed, 0, 0)
        grid.addWidget(self.notice, 0, 1)
        self.ways: dict[str, Button] = {}
        for number, (code, (said, key)) in enumerate(AGREE.items()):
            button = self.page.button(
                _(said), f"Alt+{key}", partial(self._turn, code), name=f"agree.{code}"
            )
            button.setCheckable(True)
            self.ways[code] = button
            grid.addWidget(button, 1 + number // 2, number % 2)
        return box

    # -- the tool --

    @classmethod
    def warm(cls, db: Database) -> None:
        with db.read() as session:
            drafts.find(session, "")
            choices.options(session, ChoiceKind.COLOUR)
            traits.likely(session, today=db.today())
            today = visits.of_day(session, db.today())
            for visit in [*today.present, *today.gone][:1]:
                traits.more(session, visit)

    def begin(self, visit: VisitRow) -> None:
        self._visit = visit
        self.search.clear()
        self.form.clear_problems()
        with self.db.read() as session:
            colours = choices.options(session, ChoiceKind.COLOUR)
            draft = drafts.find(session, self._key(visit))
        self.form.fields["colour_id"].set_options([(one.id, one.label) for one in colours])
        self._dirty = set(draft)
        self._show(every=True)
        self.form.set_raw(draft)
        found = bool(self.guests.rows.ids()) and not self._known()
        if found and not self.before.isHidden():
            self.search.setFocus()
        else:
            self.form.focus("car")

    def reload(self) -> None:
        self._show(every=False)

    def accept(self) -> None:
        for name in sorted(self._dirty):
            self._save(name)
        if not self._dirty:
            self.done.emit("")

    # -- showing --

    def _known(self) -> bool:
        return self._more is not None and self._more.contact

    def _show(self, *, every: bool) -> None:
        visit = self._visit
        if visit is None:
            return
        said: list[Said] = []
        try:
            with self.db.read() as session:
                self._more = more = traits.more(session, visit.id)
                if more.customer_id is not None:
                    said = consent.of_customer(session, more.customer_id)
                    said.append(consent.events(session, more.customer_id))
        except ShowroomError:  # undone meanwhile: the page shows another visit
            return
        held = {name: getattr(more, name) for name in (*FACTS, "plate")}
        held |= {kind.value: more.traits.get(kind, "") for kind in words.TRAITS}
        for name, value in held.items():
            if every or name not in self._dirty:
                self.form.fields[name].set_value(value)
        self.before.setVisible(visit.kind is not VisitKind.ERRAND)
        self._look()
        self._say_since(more)
        self.brought.show_for(more.customer_id if more.contact else None)
        self._show_agreed(more, said)

    def _say_since(self, more: More) -> None:
        since = more.guest_since
        self.since.setVisible(since is not None)
        self.part.setVisible(since is not None)
        if since is not None:
            day = dates.show_day(since, self.db.today())
            self.since.setText(_("Here before, first on {day}; left no contact.").format(day=day))

    def _show_agreed(self, more: More, said: list[Said]) -> None:
        self.agreed.setText(
            _("Agreed to") if more.contact else _("He left no contact: nothing to agree to yet.")
        )
        for button, one in zip(self.ways.values(), said, strict=False):
            state = one.open if one.given_at or one.withdrawn_at else None
            code = next(code for code, own in self.ways.items() if own is button)
            button.setText(MARKS[state] + _(AGREE[code][0]))
            button.setChecked(bool(state))
            button.setToolTip(style.tip(self._told(code, one)))
        for button in self.ways.values():
            button.setVisible(more.contact)

    def _told(self, code: str, said: Said) -> str:
        today = self.db.today()
        if said.withdrawn_at is not None:
            day = dates.show_day(dates.local_day(said.withdrawn_at), today)
            told = _("{what}: withdrawn {day}")
        elif said.given_at is not None:
            day = dates.show_day(dates.local_day(said.given_at), today)
            told = _("{what}: agreed {day}, wording {version}")
        else:
            day, told = "", _("{what}: nothing said yet")
        return told.format(what=_(ASKED[code]), day=day, version=said.wording)

    # -- is it he --

    def _look(self) -> None:
        own = self._more.customer_id if self._more is not None else None
        with self.db.read() as session:
            ids = traits.likely(
                session, self.search.text(), today=self.db.today(), but=own, limit=20
            )
        self.guests.show_ids(ids)

    def _guest_rows(self, ids: Sequence[int]) -> list[GuestRow]:
        with self.db.read() as session:
            return traits.rows(session, ids)

    def _into_guests(self) -> None:
        ids = self.guests.rows.ids()
        if ids:
            self.guests.setFocus()
            self.guests.choose(ids[0])

    def _recognise(self, guest_id: int) -> None:
        visit = self._visit
        if visit is None:
            return
        with self.page.reporting():
            with self.db.read() as session:
                (guest,) = traits.rows(session, [guest_id])
            with self.db.write() as session:
                identity.recognise(session, visit.id, guest_id)
            self.done.emit(_("{guest}: both visits are his.").format(guest=traits.called(guest)))

    def _part(self) -> None:
        if self._visit is not None:
            with self.db.write() as session:
                identity.part(session, self._visit.id)

    # -- saving --

    def _on_edited(self, name: str) -> None:
        self._dirty.add(name)

    def _leaver(self, name: str) -> Callable[[], None]:
        def left() -> None:
            if name in self._dirty:
                self._save(name)

        return left

    def _save(self, name: str, *_args: object) -> None:
        """Save one field; what cannot be is said beside it and stays as it was typed."""
        visit = self._visit
        if visit is None:
            return
        self._dirty.add(name)
        with self.form.reporting():
            value = self.form.fields[name].value()
            try:
                with self.db.write() as session:
                    self._write(session, visit.id, name, value)
                    self._dirty.discard(name)
                    self._keep(session, visit)
            except ShowroomError:
                self._dirty.add(name)  # the disk took nothing: it is tried again
                raise
            return
        with self.db.write() as session:
            self._keep(session, visit)

    def _keep(self, session: Session, visit: VisitRow) -> None:
        """What cannot be saved yet stays a draft."""
        typed = {name: said for name, said in self.form.raw().items() if name in self._dirty}
        drafts.save(session, self._key(visit), typed, now=self.db.now())

    def _key(self, visit: VisitRow) -> str:
        return f"more:{visit.id}"

    def _write(self, session: Session, visit_id: int, name: str, value: Any) -> None:
        now = self.db.now()
        if name == "plate":
            traits.note_plate(session, visit_id, value, now=now)
        elif name in FACTS:
            if name == "came_by" and value:
                value = CameBy(value)
            reception.complete(session, visit_id, now=now, **{name: value})
        else:
            traits.note_traits(session, visit_id, {TraitKind(name): value}, now=now)

    def _finish(self) -> None:
        finish = self.page.findChild(Button, "desk.finish")
        if finish is not None:
            finish.setFocus()

    # -- what he agrees to --

    def _turn(self, code: str) -> None:
        """Agreed, or withdrawn: one key turns it, undo turns it back."""
        visit, more = self._visit, self._more
        if visit is None or more is None or more.customer_id is None:
            return
        his, now = more.customer_id, self.db.now()
        with self.db.write() as session:
            if code == EVENTS:
                given = not consent.events(session, his).open
                if given:
                    purpose = Purpose.EVENTS
                    consent.give(
                        session, his, consent.EVENTS, purpose=purpose, visit_id=visit.id, now=now
                    )
                else:
                    consent.withdraw_events(session, his, now=now)
            else:
                way = Way(code)
                given = not {one.way: one for one in consent.of_customer(session, his)}[way].open
                if given:
                    customers.agree(session, his, way, visit_id=visit.id, now=now)
                else:
                    consent.withdraw(session, his, way, now=now)
        told = _("{way}: consent noted.")
        if not given:
            told = _("{way}: withdrawn. What waited for it is stopped.")
        self.page.said.emit(told.format(way=_(AGREE[code][0])))

    # -- Qt --

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.search
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Down
        ):
            self._into_guests()
            return True
        return super().eventFilter(watched, event)


EXAMPLES: Final = {
    TraitKind.CAR: N_("White Audi, old Golf"),
    TraitKind.COMPANY: N_("Wife, boy of 5"),
    TraitKind.INTEREST: N_("Boot, range, price"),
    TraitKind.LOOK: N_("Tall, glasses"),
}


def _line(row: GuestRow) -> str:
    """His name and what he is known by, as far as there is any."""
    named = words.called(row.name, row.honorific)
    return " · ".join(part for part in (named, row.known_by) if part) or _("no name")


def _month_day(day: date | None) -> str:
    return f"{day:%m-%d}" if day is not None else ""


_COLUMNS = (
    Column(N_("Guest"), _line, width=150, stretch=True),
    Column(N_("Model"), lambda row: row.model, width=64, tone="muted"),
    Column(N_("Last visit"), lambda row: _month_day(row.last_visit_on), width=58, tone="muted"),
)
