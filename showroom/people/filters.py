"""What narrows the customers beside words: level, channel, who is due, birthdays, and so on.

A filter is data: the page makes conditions of it, a named list keeps it as its rule (JSON). What
is typed into the search is no part of it: a rule would keep somebody's name for ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from showroom import choices, dates, settings, words
from showroom.errors import ShowroomError
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.people import promises, search
from showroom.people.birthdays import born_within
from showroom.store import models
from showroom.store.models import (
    Choice,
    ChoiceKind,
    Customer,
    FollowUp,
    Level,
    Purpose,
    Status,
    TraitKind,
)

NOBODY: Final = 0
"""As `consultant_id`: who has none."""

DUE: Final = {"due": N_("Due by today"), "late": N_("Late")}
BIRTHDAYS: Final = {
    "week": N_("Birthday within 7 days"),
    "month": N_("Birthday this month"),
    "next": N_("Birthday next month"),
}
AWAY: Final = (30, 60, 90, 180, 365)
"""Days that are offered for `Filter.away`."""


class Filter(NamedTuple):
    """Who is meant; None is everybody. All that is said must hold.

    `level` means whoever is still to be won (`search.RATED`): of the lost, the dormant and the
    owners the old level says nothing; with a `status`, whoever has that one. `due` is a code of
    `DUE`, `birthday` of `BIRTHDAYS`; `away`: the last visit was longer ago than so many days;
    `no_consent`: nothing he agreed to stands; `hobby`: words of his archive's hobbies.
    """

    level: Level | None = None
    status: Status | None = None
    consultant_id: int | None = None
    channel_id: int | None = None
    model_id: int | None = None
    due: str | None = None
    birthday: str | None = None
    away: int | None = None
    no_consent: bool | None = None
    hobby: str | None = None

    @property
    def narrows(self) -> bool:
        """Whether it says anything."""
        return any(value is not None for value in self)

    @property
    def broad(self) -> bool:
        """Whether most customers fit what it says."""
        return all(value is None for value in self._replace(away=None, no_consent=None))


TITLES: Final = {
    "level": N_("Level"),
    "status": N_("Status"),
    "consultant_id": N_("Consultant"),
    "channel_id": N_("Channel"),
    "model_id": N_("Model"),
    "due": N_("Due"),
    "birthday": N_("Birthday"),
    "away": N_("Last visit"),
    "no_consent": N_("Consent"),
    "hobby": N_("Hobby"),
}
"""What each part of a filter is called."""


class Said(NamedTuple):
    """One part of a filter in words; `problem` says why it may find nobody any more."""

    field: str
    words: str
    problem: str = ""


# --- as conditions


def conditions(wanted: Filter, *, today: date) -> list[ColumnElement[bool]]:
    """The filter as conditions of a query that has `Customer`."""
    found: list[ColumnElement[bool]] = []
    for field in ("level", "status", "channel_id", "model_id"):
        value = getattr(wanted, field)
        if value is not None:
            found.append(getattr(Customer, field) == value)
    if wanted.level is not None and wanted.status is None:
        found.append(Customer.status.in_(search.RATED))
    if wanted.consultant_id == NOBODY:
        found.append(Customer.consultant_id.is_(None))
    elif wanted.consultant_id is not None:
        found.append(Customer.consultant_id == wanted.consultant_id)
    if wanted.due is not None:
        until = promises.due_day(today, late=wanted.due == "late")
        due = select(FollowUp.customer_id).where(
            FollowUp.done_at.is_(None), FollowUp.due_on <= until
        )
        found.append(Customer.id.in_(due))
    if wanted.birthday is not None:
        found.append(_born(wanted.birthday, today))
    if wanted.away is not None:
        found.append(Customer.last_visit_on < today - timedelta(days=wanted.away))
    if wanted.no_consent:
        agreed = select(models.Consent.customer_id).where(
            models.Consent.given_at.is_not(None),
            models.Consent.withdrawn_at.is_(None),
            models.Consent.purpose != Purpose.EVENTS,
        )
        found.append(Customer.id.not_in(agreed))
    if wanted.hobby is not None:
        likes = select(models.Trait.customer_id).where(
            models.Trait.kind == TraitKind.LEISURE,
            models.Trait.words.icontains(wanted.hobby, autoescape=True),
        )
        found.append(Customer.id.in_(likes))
    return found


def _born(code: str, today: date) -> ColumnElement[bool]:
    """Whose birthday it is then; lunar ones as this year has them."""
    if code == "week":
        return born_within(today, today + timedelta(days=7))
    first = dates.add_months(today.replace(day=1), 0 if code == "month" else 1)
    return born_within(first, dates.add_months(first, 1) - timedelta(days=1))


# --- as a rule


def rule(wanted: Filter) -> str:
    """The filter as JSON. Raises `ShowroomError` when it says nothing."""
    held = {name: value for name, value in wanted._asdict().items() if value is not None}
    if not held:
        raise ShowroomError(
            _("Choose above what narrows the customers: that becomes the rule of the list.")
        )
    return json.dumps(held, sort_keys=True)


def of_rule(kept: str) -> Filter:
    """The filter of a rule; of none the one that says nothing.

    Raises `ShowroomError` for what this version does not know: to leave it out would find more.
    """
    held: dict[str, Any] = json.loads(kept) if kept else {}
    try:
        made = Filter(**held)
        return made._replace(
            level=None if made.level is None else Level(made.level),
            status=None if made.status is None else Status(made.status),
        )
    except (TypeError, ValueError):
        raise ShowroomError(
            _("This rule was made by a newer version of the program. Make the rule anew.")
        ) from None


# --- in words


def said(session: Session, wanted: Filter) -> list[Said]:
    """What the filter says, part by part; whoever left and whatever is out of use is told."""
    known: dict[str, Callable[[Any], tuple[str, str]]] = {
        "level": lambda level: _level(settings.load(session), level),
        "status": lambda status: (_(words.STATUSES[status]), ""),
        "consultant_id": lambda id: _consultant(session, id),
        "channel_id": lambda id: _choice(session, id),
        "model_id": lambda id: _choice(session, id),
        "due": lambda code: (_(DUE[code]), ""),
        "birthday": lambda code: (_(BIRTHDAYS[code]), ""),
        "away": lambda days: (away_words(days), ""),
        "no_consent": lambda _yes: (_("No consent"), ""),
        "hobby": lambda said: (_("Hobby: {words}").format(words=said), ""),
    }
    return [
        Said(field, *known[field](value))
        for field, value in wanted._asdict().items()
        if value is not None
    ]


def away_words(days: int) -> str:
    """How long nobody saw him."""
    return _("Not here for {count} days").format(count=days)


def _level(shop: settings.Settings, level: Level) -> tuple[str, str]:
    return f"{shop.letter(level)} · {_(words.LEVELS[level])}", ""


def _consultant(session: Session, id: int) -> tuple[str, str]:
    if id == NOBODY:
        return _("No consultant"), ""
    for person in staff.everyone(session, active=None):
        if person.id == id:
            name = person.name
            if person.active:
                return name, ""
            return left_words(name), _("{name} does not work here any more.").format(name=name)
    return "?", _("The consultant of this rule is no longer in the file.")


def left_words(name: str) -> str:
    """A consultant who left, in a list of consultants."""
    return _("{name} (left)").format(name=name)


def _choice(session: Session, id: int) -> tuple[str, str]:
    choice = session.get(Choice, id)
    label = choices.labels(session).get(id, "")
    if choice is None:
        return "?", _("What this rule names is no longer in the file.")
    if choice.active:
        return label, ""
    return (
        _("{name} (out of use)").format(name=label),
        _("{name} is out of use: nobody new comes under it.").format(name=label),
    )


# --- what is offered


class Offer(NamedTuple):
    """What can be chosen: code and words, by part of the filter."""

    consultants: list[tuple[int, str]]
    channels: list[tuple[int, str]]
    models: list[tuple[int, str]]
    hobbies: list[tuple[str, str]]


def offer(session: Session) -> Offer:
    """Consultants, those who left and still have customers among them; channels, models."""
    theirs = select(Customer.id).where(Customer.consultant_id == models.Staff.id)
    having = set(session.scalars(select(models.Staff.id).where(theirs.exists())))
    people = [
        (person.id, person.name if person.active else left_words(person.name))
        for person in staff.everyone(session, models.Role.CONSULTANT, active=None)
        if person.active or person.id in having
    ]
    free = select(Customer.id).where(Customer.consultant_id.is_(None)).limit(1)
    if session.scalar(free) is not None:
        people.append((NOBODY, _("No consultant")))
    channels, cars = (
        [(option.id, option.label) for option in choices.options(session, kind)]
        for kind in (ChoiceKind.CHANNEL, ChoiceKind.MODEL)
    )
    return Offer(people, channels, cars, [(said, said) for said in _hobbies(session)])


def _hobbies(session: Session) -> list[str]:
    """The hobbies that rules of clubs name; to ask all archives takes too long here."""
    club = models.NamedList.club
    rules = map(json.loads, session.scalars(select(models.NamedList.rule).where(club)).all())
    return sorted({rule["hobby"] for rule in rules if rule.get("hobby")})
