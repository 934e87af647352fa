"""The entries of the trail as people read them: who, when, what, about whom, why."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, dates, words
from showroom.guard import mask, staff
from showroom.i18n import N_, _
from showroom.store import index
from showroom.store.models import (
    Action,
    Appointment,
    Card,
    Change,
    Customer,
    Deal,
    FollowUp,
    ImportBatch,
    Phone,
    Visit,
)
from showroom.store.seals import read_checkpoint, readable

_PEOPLE: Final = 200
_FEW: Final = 5
_SPOKEN: Final = {  # what an entry may be about, and what it is called when it is gone
    "staff": N_("Staff"),
    "customer": N_("Customer"),
    "visit": N_("Visit"),
    "deal": N_("Deal"),
    "card": N_("Card"),
    "follow_up": N_("Follow-up"),
    "appointment": N_("Appointment"),
    "choice": N_("List"),
    "import_batch": N_("Import"),
}

Row = tuple[str, int]


class Entry(NamedTuple):
    """One entry as it is read: `who` is "" for the program itself, `rows` how many it changed."""

    id: int
    at: datetime
    who: str
    verb: str
    subject: str
    why: str
    what: str
    rows: int

    @property
    def detail(self) -> str:
        """Why, and what no row shows."""
        return " · ".join(part for part in (self.what, self.why) if part)


def find(
    session: Session,
    text: str = "",
    *,
    first: date | None = None,
    last: date | None = None,
    staff_id: int | None = None,
    verb: str | None = None,
) -> list[int]:
    """The entries that fit, the newest first. `text` is part of a customer's name or phone.

    Of a frequent name the newest 200 customers are looked at. `staff_id` 0 asks for what
    nobody in person did.
    """
    query = select(Action.id)
    if first is not None:
        query = query.where(Action.at >= dates.at(first, time.min))
    if last is not None:
        query = query.where(Action.at < dates.at(last + timedelta(days=1), time.min))
    if staff_id is not None:
        query = query.where(Action.staff_id == staff_id if staff_id else Action.staff_id.is_(None))
    if verb is not None:
        query = query.where(Action.verb == verb)
    if text.strip():
        query = query.where(_about(session, text))
    newest = query.order_by(Action.id.desc()).subquery()
    # one value instead of 100,000 rows, as in `people.search`
    ids: list[int] = json.loads(session.scalar(select(func.json_group_array(newest.c.id))) or "[]")
    return ids


def verbs(session: Session) -> list[tuple[str, str]]:
    """The verbs that occur, with their words, in the order of the words."""
    found = session.scalars(select(Action.verb).distinct())
    return sorted(((verb, _spoken(verb)) for verb in found), key=lambda one: one[1])


def rows(session: Session, ids: Sequence[int]) -> list[Entry]:
    """These entries as they are read, in this order."""
    names = staff.names(session)
    actions = {each.id: each for each in session.scalars(select(Action).where(Action.id.in_(ids)))}
    counts = dict(
        session.execute(
            select(Change.action_id, func.count())
            .where(Change.action_id.in_(ids))
            .group_by(Change.action_id)
        ).all()
    )
    about = {
        each.id: (each.subject_table, each.subject_id)
        for each in actions.values()
        if each.subject_id is not None
    }
    about |= _first_rows(session, [id for id in actions if id not in about])
    subjects = _subjects(session, about.values(), names)
    undone = _undone(session, [each.undoes_id for each in actions.values() if each.undoes_id])
    whole = mask.sees_all(session)
    return [
        Entry(
            id,
            action.at,
            names.get(action.staff_id or 0, ""),
            _spoken(action.verb),
            subjects.get(about[id], "") if id in about else "",
            mask.text(readable(action.why), whole=whole),
            undone.get(action.undoes_id or 0)
            or _taken(action)
            or mask.text(readable(action.what), whole=whole),
            counts.get(id, 0),
        )
        for id in ids
        if (action := actions.get(id)) is not None
    ]


def _first_rows(session: Session, ids: Sequence[int]) -> dict[int, Row]:
    """What actions that name no subject are about: the row that those of a few rows changed."""
    first = (
        select(func.min(Change.id))
        .where(Change.action_id.in_(ids))
        .group_by(Change.action_id)
        .having(func.count() <= _FEW)
    )
    found = select(Change.action_id, Change.table_name, Change.row_id).where(Change.id.in_(first))
    return {id: (table, row_id) for id, table, row_id in session.execute(found)}


def _undone(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What undos took back, in words."""
    verbs = session.execute(select(Action.id, Action.verb).where(Action.id.in_(ids)))
    return {id: _("Entry {id}: {verb}").format(id=id, verb=_spoken(verb)) for id, verb in verbs}


def _taken(action: Action) -> str:
    """Which entries were taken out because their time was over, in words."""
    taken = read_checkpoint(action.what) if action.verb == "thin" else None
    if taken is None:
        return ""
    return _("Entries {first} to {last}, until {day}").format(
        first=f"{taken.first:,}", last=f"{taken.last:,}", day=taken.day
    )


def _spoken(verb: str) -> str:
    return _(words.VERBS.get(verb, verb))


def _about(session: Session, typed: str) -> ColumnElement[bool]:
    """What concerns the customers whose name or phone holds what was typed, the newest of them.

    Whoever does not see all numbers finds by the whole number or what he sees of it
    (`index.found_by`).
    """
    digits = re.sub(r"[\s+-]", "", typed)
    number, hidden = digits.isdecimal(), not mask.sees_all(session)
    if not number:
        tokens = index.name_tokens(typed)
    elif len(digits) > (3 if hidden else 2):
        tokens = index.digit_tokens(digits, hidden=hidden)
    else:
        tokens = []
    people: list[int] = []
    if tokens:
        found = session.connection().exec_driver_sql(
            "SELECT rowid FROM customer_fts WHERE customer_fts MATCH ? ORDER BY rowid DESC LIMIT ?",
            (" AND ".join(f'"{token}"' for token in tokens), _PEOPLE),
        )
        people = [id for (id,) in found]
    if number and hidden:
        phones = select(Phone.customer_id, Phone.number).where(Phone.customer_id.in_(people))
        people = [id for id, whole in session.execute(phones) if index.found_by(whole, digits)]
    subjects = [and_(Action.subject_table == "customer", Action.subject_id.in_(people))]
    for model in (Visit, Deal, Card, FollowUp, Appointment):
        theirs = select(model.id).where(model.customer_id.in_(people))
        subjects.append(
            and_(Action.subject_table == model.__tablename__, Action.subject_id.in_(theirs))
        )
    changed = select(Change.action_id).where(
        Change.table_name == "customer", Change.row_id.in_(people)
    )
    return or_(Action.id.in_(changed), *subjects)


def _subjects(session: Session, about: Iterable[Row], names: dict[int, str]) -> dict[Row, str]:
    """What the entries are about, in words: a customer by name, a deal by number, …"""
    wanted: dict[str, set[int]] = defaultdict(set)
    for table, id in about:
        wanted[table].add(id)
    found = {
        (table, id): f"{_(word)} #{id}" for table, word in _SPOKEN.items() for id in wanted[table]
    }
    found |= {("staff", id): name for id, name in names.items()}
    for id, name, honorific in session.execute(
        select(Customer.id, Customer.name, Customer.honorific).where(
            Customer.id.in_(wanted["customer"])
        )
    ):
        found["customer", id] = words.called(name, honorific) or found["customer", id]
    if wanted["choice"]:
        found |= {("choice", id): label for id, label in choices.labels(session).items()}
    found |= _by_customer(session, wanted)
    for id, name in session.execute(
        select(ImportBatch.id, ImportBatch.file_name).where(
            ImportBatch.id.in_(wanted["import_batch"])
        )
    ):
        found["import_batch", id] = name
    return found


def _by_customer(session: Session, wanted: dict[str, set[int]]) -> dict[Row, str]:
    """Visits, deals, cards, follow-ups and appointments by what they are and whose."""
    found: dict[Row, str] = {}
    titles: dict[str, tuple[Any, Any]] = {
        "visit": (Visit, Visit.arrived_at),
        "deal": (Deal, Deal.number),
        "card": (Card, Card.kind),
        "follow_up": (FollowUp, FollowUp.rule),
        "appointment": (Appointment, Appointment.at),
    }
    for table, (model, column) in titles.items():
        if not wanted[table]:
            continue
        for id, value, name, honorific in session.execute(
            select(model.id, column, Customer.name, Customer.honorific)
            .outerjoin(Customer, Customer.id == model.customer_id)
            .where(model.id.in_(wanted[table]))
        ):
            whose = words.called(name, honorific) if name is not None else ""
            found[table, id] = " · ".join(part for part in (_title(table, value), whose) if part)
    return found


def _title(table: str, value: Any) -> str:
    if table == "visit":
        return _("Visit {moment}").format(moment=f"{dates.local(value):%m-%d %H:%M}")
    if table == "appointment":
        return _("Appointment {moment}").format(moment=f"{dates.local(value):%m-%d %H:%M}")
    if table == "card":
        return _(words.CARD_KINDS[value])
    if table == "follow_up":
        return _(words.PROMISES[value])
    return str(value)
