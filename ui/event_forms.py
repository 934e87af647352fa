"""What is typed for an event: the event itself, whom to invite, who walked in, what is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from showroom import text, words
from showroom.care import attendance, clubs, events, invitations
from showroom.door import gifts
from showroom.errors import Invalid
from showroom.guard import staff
from showroom.i18n import _, ngettext
from showroom.people import customers, lists, phones
from showroom.store.models import Honorific, Role
from ui.forms import Check, Choice, Day, Form, Note, Number, Phone, Text

if TYPE_CHECKING:
    from showroom.care.events import EventRow
    from showroom.care.invitations import Invited
    from showroom.progress import Progress
    from ui.page import Page

LISTED = 0
"""The choice of whoever the page lists now, among the named lists."""

FACTS = ("name", "day", "until", "place", "prize", "trace_days", "note")


class EventFormBase(Form):
    """A form about one event; `done(words)` when it was saved, `go` are the words of its button."""

    done = Signal(str)
    go = ""

    def __init__(self, page: Page, name: str) -> None:
        super().__init__(f"customers.events.{name}")
        self.page = page
        self.db = page.db
        self.event_id = 0

    def save(self) -> None:
        """Save what is typed; what cannot be is said beside its field."""


class EventForm(EventFormBase):
    """A new event, or one to be changed; `made(id)` after the commit."""

    made = Signal(int)

    def __init__(self, page: Page) -> None:
        super().__init__(page, "event")
        self.go = _("Save Event")
        self.row(
            Text("name", _("Event name"), max_length=events.LONGEST),
            Text("place", _("Place"), placeholder=_("Place"), max_length=events.LONGEST),
        )
        self.row(
            Day("day", _("First day"), today=self.db.today),
            Day("until", _("Last day"), today=self.db.today),
        )
        self.fields["until"].setPlaceholderText(_("last day, if later"))
        self.row(
            Text("prize", _("Prize drawn"), max_length=events.LONGEST),
            Number("trace_days", _("Days traced"), most=events.MOST_TRACE, width=136),
        )
        self.fields["trace_days"].set_hint(_("days traced"))
        self.fields["trace_days"].setToolTip(
            _("So many days after the event an order of a guest still counts as its fruit.")
        )
        self.row(Note("note", _("Note"), lines=1))

    def begin(self, row: EventRow | None) -> None:
        """Show an event, or an empty form for a new one."""
        self.event_id = row.id if row is not None else 0
        self.clear()
        if row is None:
            self.set_values({"day": self.db.today(), "trace_days": 30})
        else:
            held = {name: getattr(row, name) for name in FACTS}
            self.set_values(held | {"until": row.until if row.until != row.day else None})
        self.focus("name")

    def save(self) -> None:
        with self.reporting():
            facts = self.values()
            with self.db.write() as session:
                if self.event_id:
                    facts["until"] = facts["until"] or facts["day"]
                    events.change(session, self.event_id, **facts)
                else:
                    self.event_id = events.add(session, **facts).id
            self.made.emit(self.event_id)
            self.done.emit(_("{name} stands.").format(name=facts["name"]))


class InviteForm(EventFormBase):
    """Whom to invite: a named list, or whoever the page lists now."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, "invite")
        self.go = _("Invite Them")
        self._listed: list[int] = []
        self.row(Choice("list", _("Whom"), optional=False))
        self.row(Check("introducers", _("And who introduced them")))
        self.passed = frozenset({"introducers"})  # Enter on the list invites

    def begin(self, event_id: int, listed: list[int], club_id: int | None = None) -> None:
        """Offer the named lists, that of its club first, and those that the page lists now."""
        self.event_id, self._listed = event_id, listed
        with self.db.read() as session:
            named = lists.rows(session)
        now = _("the {count} customers listed on this page now").format(count=f"{len(listed):,}")
        options: list[tuple[Any, str]] = [(one.id, one.name) for one in named]
        self.fields["list"].set_options([*options, (LISTED, now)])
        usual = options[0][0] if options else LISTED
        self.fields["list"].set_value(club_id if club_id is not None else usual)
        self.fields["introducers"].set_value(False)
        self.focus("list")

    def save(self) -> None:
        chosen, event_id, ids = self.fields["list"].value(), self.event_id, self._listed
        more = self.fields["introducers"].value()

        def work(_progress: Progress) -> Invited:
            with self.db.write() as session:
                listed = ids
                if chosen != LISTED:
                    listed = lists.members(session, chosen, today=self.db.today())
                if more:
                    listed = [*listed, *clubs.introducers(session, listed)]
                return invitations.invite(session, event_id, listed, now=self.db.now())

        self.page.job(_("Inviting…"), work, self._on_invited, writes=True)

    def _on_invited(self, found: Invited) -> None:
        said = ngettext("{count} customer invited.", "{count} customers invited.", found.new)
        left = found.why()
        words = [said.format(count=f"{found.new:,}")]
        words += [_("Left out: {why}.").format(why=left)] if left else []
        self.done.emit(" ".join(words))


class WalkInForm(EventFormBase):
    """Somebody who is here without an invitation; his phone says whether he is known."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, "walk_in")
        self.go = _("He Is Here")
        self.passed = frozenset({"honorific"})  # after the name one types the number
        self._warned = False
        titles = [(one.value, _(words.HONORIFICS[one])) for one in Honorific]
        self.row(
            Text("name", _("Name"), max_length=customers.LONGEST_NAME),
            Choice("honorific", _("Honorific"), titles, optional=False, width=92),
        )
        self.row(
            Phone("phone", _("Phone"), auto_hint=False),
            Number("people", _("People"), least=1, most=attendance.MOST_PEOPLE, width=92),
        )
        self.fields["people"].set_hint(_("people"))
        self.fields["people"].setToolTip(_("How many came with him, he included"))
        self.row(Choice("consultant_id", _("Consultant"), search=True))
        self.row(Check("may_call", _("May be called about cars (box ticked on the form)")))
        self.edited.connect(self._on_edit)

    def begin(self, event_id: int, typed: str = "") -> None:
        """Start empty; what was looked for in vain is a name or a phone."""
        self.event_id, self._warned = event_id, False
        with self.db.read() as session:
            people = staff.everyone(session, Role.CONSULTANT)
        self.clear()
        self.fields["consultant_id"].set_options([(one.id, one.name) for one in people])
        self.set_values({"honorific": Honorific.NONE.value, "people": 1, "may_call": False})
        is_phone = any(char.isdigit() for char in typed)
        self.set_values({"phone" if is_phone else "name": typed})
        self._on_edit("phone")
        self.focus("name")

    def _on_edit(self, name: str) -> None:
        if name != "phone":
            return
        field = self.fields["phone"]
        typed = field.text()
        hint, tone = text.phone_hint(typed), "muted"
        if text.narrow(typed) and not hint:
            with self.db.read() as session:
                try:
                    found = phones.owners(session, text.phone(typed))
                except Invalid:
                    found = []
                rows = customers.rows(session, found[:1])
            tone = "good"
            hint = words.called(rows[0].name, rows[0].honorific) if rows else _("new")
        field.set_hint(hint, tone)

    def save(self) -> None:
        with self.reporting():
            facts = self.values()
            facts["honorific"] = Honorific(facts["honorific"])
            self._warn(facts["phone"])
            with self.db.write() as session:
                found = attendance.walk_in(session, self.event_id, now=self.db.now(), **facts)
                (row,) = invitations.rows(session, [found.invitation_id])
            said = _("{name} is here, ticket {ticket}.")
            if found.gained:
                said = _("{name} is here, ticket {ticket}. A contact gained.")
            elif found.known:
                said = _("{name} is here, ticket {ticket}. He was on file.")
            self.done.emit(said.format(name=invitations.called(row), ticket=row.ticket))

    def _warn(self, phone: str) -> None:
        """Say once beside an empty phone what is lost by it; the second time he is saved so."""
        if not phone and not self._warned:
            self._warned = True
            raise Invalid(
                {
                    "phone": _(
                        "Without a phone no contact is kept. "
                        "Ctrl+Enter once more notes him all the same."
                    )
                }
            )


class DrawForm(EventFormBase):
    """The draw among those who came: what is won, from the stock or in words, and how many."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, "draw")
        self.go = _("Draw")
        self.row(Choice("gift_id", _("From the stock"), placeholder=_("nothing from the stock")))
        self.row(
            Text("prize", _("Prize drawn"), max_length=events.LONGEST),
            Number("winners", _("Winners"), least=1, most=attendance.MOST_PEOPLE, width=110),
        )
        self.fields["winners"].set_hint(_("winners"))
        self.fields["winners"].setToolTip(_("How many win"))

    def begin(self, row: EventRow) -> None:
        """Offer the gifts in stock; raises nothing when nobody is in the draw."""
        self.event_id = row.id
        with self.db.read() as session:
            there = gifts.listed(session, self.db.today())
        stock = _("{name} · {stock} in stock")
        self.clear()
        self.fields["gift_id"].set_options(
            [
                (one.id, stock.format(name=one.name, stock=one.stock))
                for one in there
                if one.stock > 0
            ]
        )
        self.set_values({"prize": row.prize, "winners": 1})
        self.focus("prize")

    def save(self) -> None:
        with self.reporting():
            facts = self.values()
            with self.db.write() as session:
                won = attendance.draw(session, self.event_id, now=self.db.now(), **facts)
                rows = invitations.rows(session, won)
            said = ngettext(
                "Ticket {tickets} wins: {names}.", "Tickets {tickets} win: {names}.", len(won)
            )
            self.done.emit(
                said.format(
                    tickets=_(", ").join(str(row.ticket) for row in rows),
                    names=_(", ").join(map(invitations.called, rows)),
                )
            )
