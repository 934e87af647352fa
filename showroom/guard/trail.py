"""The journal as evidence: proving that nobody doctored it, a short code to keep, reading it.

A file cut back to an earlier state is whole in itself: only a code printed before shows that. Old
entries are kept for `Settings.trail_years`; thinning them is not done yet.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from showroom import choices, dates, words
from showroom.errors import Invalid
from showroom.guard import staff
from showroom.i18n import N_, _, ngettext
from showroom.progress import Progress
from showroom.store import check, journal
from showroom.store.check import Problem
from showroom.store.db import Database
from showroom.store.index import folded
from showroom.store.models import (
    Action,
    Card,
    Change,
    Customer,
    Deal,
    FollowUp,
    ImportBatch,
    Phone,
    Visit,
)
from showroom.store.seals import FIELDS, Sealer, holds

_PREFIX: Final = 12
_ANCHOR: Final = re.compile(r"\s*(\d+)\s*-?\s*([0-9A-F]{12})\s*")
_STEP: Final = 500

_SAYINGS: Final = {
    "changed": N_("Entry {id} was changed, or put in by somebody else."),
    "rows": N_("Entry {id}: what it says about a row was changed."),
    "removed": N_("Entry {id} is missing."),
    "inserted": N_("Entry {id} was put in by somebody else."),
    "moved": N_("Entry {id} stands where another one stood."),
    "cut": N_("The trail was cut off: entry {id} and what followed are missing."),
    "anchor": N_("Entry {id} is not the one that the code was printed for."),
    "shorter": N_("The trail ends before entry {id}, for which the code was printed."),
}


class Verdict(NamedTuple):
    """What the proof found: `what` is a code of `_SAYINGS`, `first_broken` the id of the entry.

    `entries` were proved (all of them when `ok`); `emptied` rows were taken out by erasures.
    """

    ok: bool
    entries: int
    first_broken: int | None
    what: str
    emptied: int = 0

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if not self.ok:
            return _(_SAYINGS[self.what]).format(id=self.first_broken)
        said = ngettext("{count} entry: whole.", "{count} entries: whole.", self.entries)
        parts = [said.format(count=f"{self.entries:,}")]
        if self.emptied:
            said = ngettext(
                "{count} row was emptied by an erasure.",
                "{count} rows were emptied by erasures.",
                self.emptied,
            )
            parts.append(said.format(count=f"{self.emptied:,}"))
        return " ".join(parts)


class TrailRow(NamedTuple):
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


# --- proof


def verify(session: Session, anchor: str = "", progress: Progress | None = None) -> Verdict:
    """Walk the whole chain and name the first entry that does not hold; 100,000 take seconds.

    `anchor` is a code printed earlier: then a trail that was cut back is found, too. Raises
    `Invalid` naming `anchor` when it is no such code.
    """
    progress = progress or Progress()
    number, prefix = _parsed(anchor)
    sealer: Sealer = session.info["sealer"]
    connection = session.connection()
    total = connection.exec_driver_sql("SELECT max(id) FROM action").scalar() or 0
    actions = connection.exec_driver_sql(
        f"SELECT seal, {', '.join(FIELDS)} FROM action ORDER BY id"
    )
    changes = _Changes(session)
    previous, last, emptied, found = "", 0, 0, ""
    for count, (seal, *fields) in enumerate(actions):
        if not count % _STEP:
            progress.step(count, total)
        id = fields[0]
        if id != last + 1:
            return Verdict(False, last, last + 1, "removed")
        rows = changes.of(id)
        wanted = sealer.seal(previous, fields, [(row[0], row[1]) for row in rows])
        if wanted != seal:
            what = _sort_of(session, seal, fields, [(row[0], row[1]) for row in rows])
            return Verdict(False, last, id, what)
        if not all(holds(sealer, row) for row in rows):
            return Verdict(False, last, id, "rows")
        emptied += sum(row[4] is None and row[5] is None for row in rows)
        previous, last = seal, id
        if id == number:
            found = seal[:_PREFIX].upper()
    stray = changes.stray()
    if stray is not None:
        return Verdict(False, last, stray, "inserted" if stray <= last else "cut")
    ever = connection.exec_driver_sql(
        "SELECT seq FROM sqlite_sequence WHERE name = 'action'"
    ).scalar()
    if (ever or 0) > last or (ever is None and last):
        return Verdict(False, last, last + 1, "cut")
    if anchor and number > last:
        return Verdict(False, last, number, "shorter")
    if anchor and found != prefix:
        return Verdict(False, last, number, "anchor")
    return Verdict(True, last, None, "", emptied)


def anchor(session: Session) -> str:
    """The code that stands for the trail so far: how many entries, and the beginning of the seal.

    Kept on paper or in a workbook it shows later that nothing before it was changed or cut.
    """
    last = session.execute(
        select(Action.id, Action.seal).order_by(Action.id.desc()).limit(1)
    ).first()
    return "" if last is None else f"{last.id}-{last.seal[:_PREFIX].upper()}"


def check_all(db: Database, progress: Progress | None = None) -> list[Problem]:
    """Every problem of the file, its rules and its trail."""
    found = check.check(db, progress)
    if any(problem.code == "damage" for problem in found):
        return found
    with db.read() as session:
        verdict = verify(session, progress=progress)
    if not verdict.ok:
        repair = _("Keep this file as it is, and compare it with the last backup.")
        found.append(Problem("trail", 1, verdict.sentence, repair))
    return found


def exported(db: Database, what: str, path: Path | None = None, count: int | None = None) -> None:
    """Note that something left the program: what, how many rows, into which file (its name)."""
    parts = [what]
    if count is not None:
        parts.append(ngettext("{count} row", "{count} rows", count).format(count=f"{count:,}"))
    if path is not None:
        parts.append(path.name)
    with db.write() as session:
        journal.note(session, "export", what=" · ".join(parts))


def _parsed(anchor: str) -> tuple[int, str]:
    if not anchor:
        return 0, ""
    match = _ANCHOR.fullmatch(anchor.upper())
    if match is None:
        raise Invalid({"anchor": _("A code looks like 1234-0A1B2C3D4E5F.")})
    return int(match[1]), match[2]


class _Changes:
    """The changes in the order of their actions, handed out action by action."""

    def __init__(self, session: Session) -> None:
        rows = session.connection().exec_driver_sql(
            "SELECT id, digest, table_name, row_id, before, after, action_id FROM change"
            " ORDER BY action_id, id"
        )
        self._groups: Iterator[tuple[int, Iterator[Any]]] = groupby(rows, lambda row: row[6])
        self._next: tuple[int, list[Any]] | None = self._take()
        self._stray: int | None = None

    def of(self, action_id: int) -> list[Any]:
        """The changes of this action; those of actions that are not there are strays."""
        while self._next is not None and self._next[0] < action_id:
            self._keep_stray()
        if self._next is None or self._next[0] != action_id:
            return []
        rows = self._next[1]
        self._next = self._take()
        return rows

    def stray(self) -> int | None:
        """The first action that has changes and is not there."""
        while self._next is not None:
            self._keep_stray()
        return self._stray

    def _keep_stray(self) -> None:
        assert self._next is not None
        if self._stray is None:
            self._stray = self._next[0]
        self._next = self._take()

    def _take(self) -> tuple[int, list[Any]] | None:
        group = next(self._groups, None)
        return None if group is None else (group[0], [tuple(row)[:6] for row in group[1]])


def _sort_of(
    session: Session, seal: str, fields: Sequence[Any], digests: Sequence[tuple[int, str]]
) -> str:
    """What was probably done to an entry whose seal does not hold."""
    sealer: Sealer = session.info["sealer"]
    seals = dict(session.execute(select(Action.id, Action.seal)).all())
    id = fields[0]
    if not seal or sum(other == seal for other in seals.values()) > 1:
        return "inserted"
    for place in seals:
        was = seals.get(id if place == id + 1 else place - 1, "")
        if place != id and sealer.seal(was, [place, *fields[1:]], digests) == seal:
            return "moved"
    return "changed"


# --- reading


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

    `staff_id` 0 asks for what nobody in person did.
    """
    query = select(Action.id).order_by(Action.at.desc(), Action.id.desc())
    if first is not None:
        query = query.where(Action.at >= dates.at(first, time.min))
    if last is not None:
        query = query.where(Action.at < dates.at(last + timedelta(days=1), time.min))
    if staff_id is not None:
        query = query.where(Action.staff_id == staff_id if staff_id else Action.staff_id.is_(None))
    if verb is not None:
        query = query.where(Action.verb == verb)
    if text.strip():
        query = query.where(_about(text))
    return list(session.scalars(query))


def verbs(session: Session) -> list[tuple[str, str]]:
    """The verbs that occur, with their words, in the order of the words."""
    found = session.scalars(select(Action.verb).distinct())
    return sorted(((verb, _spoken(verb)) for verb in found), key=lambda one: one[1])


def rows(session: Session, ids: Sequence[int]) -> list[TrailRow]:
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
    subjects = _subjects(session, list(actions.values()), names)
    return [
        TrailRow(
            id,
            action.at,
            names.get(action.staff_id or 0, ""),
            _spoken(action.verb),
            subjects.get((action.subject_table, action.subject_id or 0), ""),
            action.why,
            action.what,
            counts.get(id, 0),
        )
        for id in ids
        if (action := actions.get(id)) is not None
    ]


def _spoken(verb: str) -> str:
    return _(words.VERBS.get(verb, verb))


def _about(text: str) -> ColumnElement[bool]:
    """What concerns the customers whose name or phone holds this text."""
    digits = re.sub(r"\D", "", text)
    who = [func.folded(Customer.name).contains(folded(text), autoescape=True)]
    if len(digits) >= 3:
        by_phone = select(Phone.customer_id).where(Phone.number.contains(digits))
        who.append(Customer.id.in_(by_phone))
    people = select(Customer.id).where(or_(*who))
    if not folded(text):
        return false()
    subjects = [and_(Action.subject_table == "customer", Action.subject_id.in_(people))]
    for model in (Visit, Deal, Card, FollowUp):
        theirs = select(model.id).where(model.customer_id.in_(people))
        subjects.append(
            and_(Action.subject_table == model.__tablename__, Action.subject_id.in_(theirs))
        )
    changed = select(Change.action_id).where(
        Change.table_name == "customer", Change.row_id.in_(people)
    )
    return or_(Action.id.in_(changed), *subjects)


def _subjects(
    session: Session, actions: Sequence[Action], names: dict[int, str]
) -> dict[tuple[str, int], str]:
    """What the entries are about, in words: a customer by name, a deal by number, …"""
    wanted: dict[str, set[int]] = defaultdict(set)
    for action in actions:
        if action.subject_id is not None:
            wanted[action.subject_table].add(action.subject_id)
    found: dict[tuple[str, int], str] = {
        (table, id): f"#{id}" for table, ids in wanted.items() for id in ids
    }
    found |= {("staff", id): name for id, name in names.items()}
    for id, name, honorific in session.execute(
        select(Customer.id, Customer.name, Customer.honorific).where(
            Customer.id.in_(wanted["customer"])
        )
    ):
        found["customer", id] = words.called(name, honorific)
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


def _by_customer(session: Session, wanted: dict[str, set[int]]) -> dict[tuple[str, int], str]:
    """Visits, deals, cards and follow-ups by what they are and whose."""
    found: dict[tuple[str, int], str] = {}
    titles: dict[str, tuple[Any, Any]] = {
        "visit": (Visit, Visit.arrived_at),
        "deal": (Deal, Deal.number),
        "card": (Card, Card.kind),
        "follow_up": (FollowUp, FollowUp.rule),
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
    if table == "card":
        return _(words.CARD_KINDS[value])
    if table == "follow_up":
        return _(words.PROMISES[value])
    return str(value)
