"""The journal as evidence: proving that nobody doctored it, and a short code to keep.

A file cut back to an earlier state is whole in itself: only a code printed before shows that. Old
entries go after `Settings.trail_years` (`showroom.guard.thinning`); the chain then begins at a
checkpoint, which is proved like any other entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom.errors import Invalid
from showroom.i18n import N_, _, ngettext
from showroom.progress import Progress
from showroom.store import check, journal
from showroom.store.check import Problem
from showroom.store.db import Database
from showroom.store.models import Action
from showroom.store.seals import FIELDS, Sealer, checkpoint, holds

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

    `entries` were proved (all that are kept when `ok`); `emptied` rows were taken out by erasures,
    entries up to `thinned` because their time was over. `older` is the entry of a printed code that
    was among those: it can be compared no more.
    """

    ok: bool
    entries: int
    first_broken: int | None
    what: str
    emptied: int = 0
    thinned: int = 0
    older: int = 0

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
        if self.thinned:
            said = _("Entries up to {id} were taken out when their time was over.")
            parts.append(said.format(id=f"{self.thinned:,}"))
        if self.older:
            said = _("The code is of entry {id}, which is kept no longer: nothing to compare.")
            parts.append(said.format(id=f"{self.older:,}"))
        return " ".join(parts)


# --- proof


def verify(
    session: Session,
    anchor: str = "",
    progress: Progress | None = None,
    *,
    until: int | None = None,
) -> Verdict:
    """Walk the whole chain and name the first entry that does not hold; 100,000 take seconds.

    `anchor` is a code printed earlier: then a trail that was cut back is found, too. With `until`
    the walk ends at that entry, and what follows is not looked at. Raises `Invalid` naming `anchor`
    when it is no such code.
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
    thin, taken = checkpoint(connection.connection.driver_connection)
    if thin and not _holds_alone(session, thin):
        return Verdict(False, 0, thin, "changed")
    previous, last, emptied, found = taken.seal, taken.last, 0, taken.seal[:_PREFIX].upper()
    for count, (seal, *fields) in enumerate(actions):
        if not count % _STEP:
            progress.step(count, total)
        id = fields[0]
        if id != last + 1:
            return Verdict(False, last, last + 1, "removed")
        tally = _Tally(sealer)
        if sealer.seal(previous, fields, tally.of(changes.of(id))) != seal:
            return Verdict(False, last, id, _sort_of(session, seal, fields))
        if not tally.hold:
            return Verdict(False, last, id, "rows")
        emptied += tally.emptied
        previous, last = seal, id
        if id == number:
            found = seal[:_PREFIX].upper()
        if id == until:
            return Verdict(True, last - taken.last, None, "", emptied, taken.last)
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
    older = number if anchor and number < taken.last else 0
    if anchor and not older and found != prefix:
        return Verdict(False, last, number, "anchor")
    return Verdict(True, last - taken.last, None, "", emptied, taken.last, older)


def goes_back_to(session: Session) -> datetime | None:
    """When the oldest entry was made that is still kept (aware UTC); None while all are."""
    first = session.execute(select(Action.id, Action.at).order_by(Action.id).limit(1)).first()
    return None if first is None or first.id == 1 else first.at


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
        repair = f"{verdict.sentence} {repair}"
        found.append(Problem("trail", 1, _("The trail does not hold"), repair))
    return found


def exported(
    db: Database,
    what: str,
    path: Path | None = None,
    count: int | None = None,
    *,
    by: int | None = None,
    second: str = "",
    why: str = "",
) -> None:
    """Note that something left the program: what, how many rows, into which file (its name).

    `why` says what for, and who got it. It left with `by`, else with who sits here; `second` names
    who gave his PIN as the second person.
    """
    said = what_left(what, path, count)
    if second:
        said = " · ".join((said, _("second person: {name}").format(name=second)))
    with db.write() as session:
        session.info["staff_id"] = by or db.staff_id
        journal.note(session, "export", what=said, why=why)


def what_left(what: str, path: Path | None = None, count: int | None = None) -> str:
    """What left the program, in words: what, how many rows, the file's name."""
    parts = [what]
    if count is not None:
        parts.append(ngettext("{count} row", "{count} rows", count).format(count=f"{count:,}"))
    if path is not None:
        parts.append(path.name)
    return " · ".join(parts)


def _parsed(anchor: str) -> tuple[int, str]:
    if not anchor:
        return 0, ""
    match = _ANCHOR.fullmatch(anchor.upper())
    if match is None:
        raise Invalid({"anchor": _("A code looks like 1234-0A1B2C3D4E5F.")})
    return int(match[1]), match[2]


class _Tally:
    """Looks at the changes of one action while their digests go into its seal, one at a time."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self.hold, self.emptied = True, 0

    def of(self, rows: Iterator[Any]) -> Iterator[tuple[int, str]]:
        for row in rows:
            change = row[:6]
            self.hold = self.hold and holds(self._sealer, change)
            self.emptied += change[4] is None and change[5] is None
            yield change[0], change[1]


class _Changes:
    """The changes in the order of their actions, handed out action by action, never all at once."""

    def __init__(self, session: Session) -> None:
        rows = session.connection().exec_driver_sql(
            "SELECT id, digest, table_name, row_id, before, after, action_id FROM change"
            " ORDER BY action_id, id"
        )
        self._groups: Iterator[tuple[int, Iterator[Any]]] = groupby(rows, lambda row: row[6])
        self._next = next(self._groups, None)
        self._given = False
        self._stray: int | None = None

    def of(self, action_id: int) -> Iterator[Any]:
        """The changes of this action; those of actions that are not there are strays."""
        self._pass(action_id)
        if self._next is None or self._next[0] != action_id:
            return iter(())
        self._given = True
        return self._next[1]

    def stray(self) -> int | None:
        """The first action that has changes and is not there."""
        self._pass(None)
        return self._stray

    def _pass(self, action_id: int | None) -> None:
        """Go on to the changes of this action, or to the end."""
        if self._given:
            self._next, self._given = next(self._groups, None), False
        while self._next is not None and (action_id is None or self._next[0] < action_id):
            if self._stray is None:
                self._stray = self._next[0]
            self._next = next(self._groups, None)


def _holds_alone(session: Session, id: int) -> bool:
    """Whether the seal of one entry holds over the one before it and its own changes."""
    connection = session.connection()
    seal, *fields = connection.exec_driver_sql(
        f"SELECT seal, {', '.join(FIELDS)} FROM action WHERE id = ?", (id,)
    ).one()
    previous = connection.exec_driver_sql(
        "SELECT seal FROM action WHERE id < ? ORDER BY id DESC LIMIT 1", (id,)
    ).scalar()
    sealer: Sealer = session.info["sealer"]
    return bool(sealer.seal(previous or "", fields, _digests(session, id)) == seal)


def _digests(session: Session, action_id: int) -> list[tuple[int, str]]:
    rows = session.connection().exec_driver_sql(
        "SELECT id, digest FROM change WHERE action_id = ? ORDER BY id", (action_id,)
    )
    return [(id, digest) for id, digest in rows]


def _sort_of(session: Session, seal: str, fields: Sequence[Any]) -> str:
    """What was probably done to an entry whose seal does not hold."""
    sealer: Sealer = session.info["sealer"]
    seals = dict(session.execute(select(Action.id, Action.seal)).all())
    id = fields[0]
    rows = _digests(session, id)
    if not seal or sum(other == seal for other in seals.values()) > 1:
        return "inserted"
    for place in seals:
        was = seals.get(place if place == id + 1 else place - 1, "")
        if place != id and sealer.seal(was, [place, *fields[1:]], rows) == seal:
            return "moved"
    return "changed"
