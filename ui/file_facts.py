"""The facts of a customer in his file, each changed where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from showroom import choices, lunar, words
from showroom.dates import When, inside, show_day, show_when
from showroom.errors import Invalid
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.people import customers
from showroom.store.models import ChoiceKind, Honorific, Role, Status
from ui.day_time import DayTime
from ui.days import late_words
from ui.fact import Fact
from ui.fact_grid import FactGrid
from ui.forms import Birthday, Choice, Field, Note, Text

if TYPE_CHECKING:
    from datetime import date

    from showroom.people.customers import File
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage

LONG = 400  # what is too long is refused with a sentence, not cut
SETTABLE = (Status.OPEN, Status.DORMANT, Status.INVALID)


class _Spec(NamedTuple):
    """A fact: its caption, what is shown of a file, what its field begins with, and its field."""

    caption: str
    shown: Callable[[File, date], str]
    value: Callable[[File], Any]
    make: Callable[[FileFacts, Session], Field] | None = None
    save: Callable[[FileFacts, Session, Any], None] | None = None
    copies: bool = False
    quiet: bool = False  # it stands elsewhere in the panel


class FileFacts(FactGrid):
    """All facts of a file; `show_file(file, today)`."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page, "add")
        self.page = page
        self.file: File | None = None
        for name, spec in FACTS.items():
            self.put(self._fact(name, spec), quiet=spec.quiet)

    def _fact(self, name: str, spec: _Spec) -> Fact:
        make, save = spec.make, spec.save
        if make is None or save is None:
            return Fact(self.page, name, _(spec.caption))
        return Fact(
            self.page,
            name,
            _(spec.caption),
            lambda session: make(self, session),
            lambda session, value: save(self, session, value),
            copies=spec.copies,
        )

    def show_file(self, file: File, today: date) -> None:
        """Show the facts of a file."""
        self.file = file
        late = file.due is not None and file.due.on < today
        for name, spec in FACTS.items():
            tone = "late" if late and name == "next" else ""
            self.facts[name].show_value(spec.shown(file, today), spec.value(file), tone=tone)
        sold = file.row.status in (Status.ORDERED, Status.OWNER)
        lunar = () if file.birthday else ("birthday_lunar",)
        self.withhold("next", *(("status",) if sold else ()), *lunar)
        self.refresh()

    # -- what the fields save --

    def change(self, session: Session, **facts: Any) -> None:
        """Change facts of the customer's own row."""
        assert self.file is not None
        customers.change(session, self.file.row.id, **facts)


# --- fields


def _text(name: str, caption: str) -> Callable[[FileFacts, Session], Field]:
    return lambda _facts, _session: Text(name, _(caption), max_length=LONG)


def _plain(name: str) -> Callable[[FileFacts, Session, Any], None]:
    return lambda facts, session, value: facts.change(session, **{name: value})


def _listed(
    name: str, caption: str, kind: ChoiceKind, *, free: bool = False
) -> Callable[[FileFacts, Session], Field]:
    def make(facts: FileFacts, session: Session) -> Field:
        now_is = getattr(facts.file, name, None)
        options = choices.options(session, kind, everything=True)
        offered = [(one.id, one.label) for one in options if one.active or one.id == now_is]
        return Choice(name, _(caption), offered, search=True, free=free)

    return make


def _consultants(facts: FileFacts, session: Session) -> Field:
    now_is = facts.file.consultant_id if facts.file is not None else None
    offered = [
        (one.id, one.name)
        for one in staff.everyone(session, active=None)
        if (one.active and one.role is Role.CONSULTANT) or one.id == now_is
    ]
    return Choice("consultant_id", _("Consultant"), offered, search=True)


def _honorifics(_facts: FileFacts, _session: Session) -> Field:
    offered = [(one.value, _(words.HONORIFICS[one])) for one in Honorific]
    return Choice("honorific", _("Honorific"), offered, optional=False)


def _statuses(facts: FileFacts, _session: Session) -> Field:
    assert facts.file is not None
    now_is = facts.file.row.status
    offered = [now_is, *(one for one in SETTABLE if one is not now_is)]
    titles = [(one.value, _(words.STATUSES[one])) for one in offered]
    return Choice("status", _("Status"), titles, optional=False)


def _yes_no(_facts: FileFacts, _session: Session) -> Field:
    offered = [("no", _("No")), ("yes", _("Yes"))]
    return Choice("do_not_contact", _("Do not contact"), offered, optional=False)


def _save_status(facts: FileFacts, session: Session, value: str) -> None:
    assert facts.file is not None
    today = facts.page.db.today()
    customers.set_status(session, facts.file.row.id, Status(value), today=today)


def _save_email(facts: FileFacts, session: Session, value: str) -> None:
    assert facts.file is not None
    customers.set_email(session, facts.file.row.id, value)


def _save_next(facts: FileFacts, session: Session, value: When | None) -> None:
    from showroom.care import followups

    assert facts.file is not None
    if value is None:
        raise Invalid({"to": _("Choose a day after today.")})
    if facts.file.due is not None:
        followups.postpone(
            session,
            facts.file.due.id,
            to=value.on,
            clock=value.clock,
            why=_("Changed in the file"),
            agreed=value.clock is not None,
            now=facts.page.db.now(),
            today=facts.page.db.today(),
        )


# --- what is shown


def _next(file: File, today: date) -> str:
    if file.due is None:
        return ""
    rule = words.PROMISES[file.due.rule] if file.due.rule != "next" else ""
    parts = (show_when(file.due.on, file.due.clock, today), late_words(file.due.on, today), _(rule))
    return " · ".join(part for part in parts if part)


def _visits(file: File, today: date) -> str:
    if not file.visits:
        return ""
    return _("{count} · last {day}").format(
        count=file.visits, day=inside(show_day(file.row.last_visit_on, today)) or "—"
    )


def _birthday(file: File, today: date) -> str:
    """The day as it was said; of a lunar one also when it comes next."""
    if file.birthday is None:
        return ""
    said = lunar.written(file.birthday, file.birthday_more)
    if not file.birthday_lunar:
        return said

    last = today.replace(year=today.year + 2, day=1)  # some lunar days skip a solar year
    coming = lunar.birthdays(file.birthday, True, today, last, more=file.birthday_more)[:1]
    return _("{day} lunar · next on {next}").format(
        day=said, next=show_day(coming[0], today) if coming else "—"
    )


def _lunars(_facts: FileFacts, _session: Session) -> Field:
    offered = [("no", _("Solar")), ("yes", _("Lunar"))]
    return Choice("birthday_lunar", _("Lunar birthday"), offered, optional=False)


def _silent(file: File) -> str:
    return "yes" if file.row.do_not_contact else "no"


FACTS: dict[str, _Spec] = {
    "name": _Spec(
        N_("Name"),
        lambda file, _today: file.row.name,
        lambda file: file.row.name,
        _text("name", "Name"),
        _plain("name"),
        quiet=True,
    ),
    "honorific": _Spec(
        N_("Honorific"),
        lambda file, _today: _(words.HONORIFICS[file.row.honorific]),
        lambda file: file.row.honorific.value,
        _honorifics,
        lambda facts, session, value: facts.change(session, honorific=Honorific(value)),
        quiet=True,
    ),
    "consultant": _Spec(
        N_("Consultant"),
        lambda file, _today: file.row.consultant,
        lambda file: file.consultant_id,
        _consultants,
        _plain("consultant_id"),
        quiet=True,
    ),
    "status": _Spec(
        N_("Status"),
        lambda file, _today: _(words.STATUSES[file.row.status]),
        lambda file: file.row.status.value,
        _statuses,
        _save_status,
        quiet=True,
    ),
    "no_contact_fact": _Spec(
        N_("Do not contact"),
        lambda file, _today: _("Yes") if file.row.do_not_contact else "",
        _silent,
        _yes_no,
        lambda facts, session, value: facts.change(session, do_not_contact=value == "yes"),
        quiet=True,
    ),
    "next": _Spec(
        N_("Next contact"),
        _next,
        lambda file: file.due and When(file.due.on, file.due.clock),
        lambda facts, _session: DayTime("next", _("Next contact"), now=facts.page.db.now),
        _save_next,
    ),
    "interest": _Spec(
        N_("Interest"),
        lambda file, _today: file.row.model,
        lambda file: file.model_id,
        _listed("model_id", "Interest", ChoiceKind.MODEL, free=True),
        _plain("model_id"),
    ),
    "channel": _Spec(
        N_("Channel"),
        lambda file, _today: file.channel,
        lambda file: file.channel_id,
        _listed("channel_id", "Channel", ChoiceKind.CHANNEL),
        _plain("channel_id"),
    ),
    "visits": _Spec(N_("Visits"), _visits, lambda _file: None),
    "wechat": _Spec(
        N_("WeChat"),
        lambda file, _today: file.wechat,
        lambda file: file.wechat,
        _text("wechat", "WeChat"),
        _plain("wechat"),
        copies=True,
    ),
    "birthday": _Spec(
        N_("Birthday"),
        _birthday,
        lambda file: file.birthday_said,
        lambda facts, _session: Birthday("birthday", _("Birthday"), today=facts.page.db.today),
        _plain("birthday"),
    ),
    "birthday_lunar": _Spec(
        N_("Lunar birthday"),
        lambda file, _today: _("Yes") if file.birthday_lunar and file.birthday else "",
        lambda file: "yes" if file.birthday_lunar else "no",
        _lunars,
        lambda facts, session, value: facts.change(session, birthday_lunar=value == "yes"),
    ),
    "address": _Spec(
        N_("Address"),
        lambda file, _today: file.address,
        lambda file: file.address,
        _text("address", "Address"),
        _plain("address"),
        copies=True,
    ),
    "postcode": _Spec(
        N_("Postcode"),
        lambda file, _today: file.postcode,
        lambda file: file.postcode,
        lambda _facts, _session: Text("postcode", _("Postcode"), max_length=10),
        _plain("postcode"),
        copies=True,
    ),
    "email": _Spec(
        N_("E-mail"),
        lambda file, _today: file.email,
        lambda file: file.email,
        _text("email", "E-mail"),
        _save_email,
        copies=True,
    ),
    "title": _Spec(
        N_("Job title"),
        lambda file, _today: file.title,
        lambda file: file.title,
        lambda _facts, _session: Text("title", _("Job title"), max_length=20),
        _plain("title"),
    ),
    "known": _Spec(N_("Known by"), lambda file, _today: file.known_by, lambda _file: None),
    "note": _Spec(
        N_("Note"),
        lambda file, _today: file.note,
        lambda file: file.note,
        lambda _facts, _session: Note("note", _("Note"), lines=3),
        _plain("note"),
    ),
}
