"""A day of the desk beside an export of the other system: missing here, missing there, different.

The number keyed into the other system must equal this register (DOMAIN §1.2a). Nothing is written
but a note in the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from showroom import settings
from showroom.door import visits
from showroom.errors import ShowroomError
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.progress import Progress
from showroom.settings import Settings
from showroom.sheets import columns, contacts, read, rows, times, titles
from showroom.sheets.columns import Kind, Layout
from showroom.sheets.read import Sheet, Workbook
from showroom.sheets.times import Wrong
from showroom.store import journal
from showroom.store.db import Database
from showroom.store.index import folded
from showroom.store.models import Level, Phone, Visit, VisitKind

NEAR: Final = timedelta(minutes=30)
"""Two parties of one name are the same when they came so close to each other."""

NEARER: Final = timedelta(minutes=10)
"""So close they came where one side knows neither name nor phone."""

FIELDS: Final = {
    "consultant": N_("Consultant"),
    "level": N_("Level"),
    "model": N_("Model"),
    "name": N_("Name"),
    "phone": N_("Phone"),
    "people": N_("People"),
    "again": N_("First or again"),
}


class Side(NamedTuple):
    """One party as one side has it; `place` is its number here, the row of the file there.

    `stated` are the fields this side has a column for. The phones are for matching only; `shown` is
    what may be seen of the first.
    """

    id: int
    place: int
    arrived: datetime
    name: str
    phones: frozenset[str]
    shown: str
    consultant: str
    model: str
    level: Level | None
    people: int | None
    again: bool | None
    stated: frozenset[str]


class Different(NamedTuple):
    """A party both have; `fields` are those that differ, each as it is here and there."""

    here: Side
    there: Side
    fields: list[tuple[str, str, str]]


class Unread(NamedTuple):
    """A row of the file that could not be read."""

    sheet: str
    row: int
    column: str
    reason: str


@dataclass
class Comparison:
    """What came of it; `same` counts the parties in which nothing differs."""

    day: date
    file: str
    same: int = 0
    missing_here: list[Side] = field(default_factory=list)
    missing_there: list[Side] = field(default_factory=list)
    different: list[Different] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    other_days: int = 0

    @property
    def said(self) -> str:
        """The outcome in one line, without anybody's name."""
        return _(
            "{file}: the same {same}, missing here {here}, missing there {there}, "
            "different {different}"
        ).format(
            file=self.file,
            same=self.same,
            here=len(self.missing_here),
            there=len(self.missing_there),
            different=len(self.different),
        )


def run(db: Database, path: Path, day: date, progress: Progress | None = None) -> Comparison:
    """Read a file and compare a day with it; that it was done stands in the trail.

    Raises `ShowroomError` when the file cannot be read or holds no visits.
    """
    book = read.read(path, progress=progress)
    with db.read() as session:
        found = compare(session, book, day, today=db.today())
    with db.write() as session:
        journal.note(session, "compare_day", what=f"{day:%Y-%m-%d} · {found.said}")
    return found


def compare(session: Session, book: Workbook, day: date, *, today: date) -> Comparison:
    """Compare the visits of a day with the rows of a workbook.

    Matched by phone, else by name and a time within `NEAR`; then who has no name on one side, by
    a time within `NEARER`. Errands count on neither side, calls only where the file has calls.
    """
    found = Comparison(day, book.name)
    there, calls = _there(session, book, found, today)
    here = _here(session, day, calls=calls)
    left_here, left_there = list(here), list(there)
    for same in (_same_phone, _same_name, _nameless):
        for one, other in _pairs(left_here, left_there, same):
            left_here.remove(one)
            left_there.remove(other)
            differing = _differing(session, one, other)
            if differing:
                found.different.append(Different(one, other, differing))
            else:
                found.same += 1
    found.different.sort(key=lambda pair: pair.here.arrived)
    found.missing_there = left_here
    found.missing_here = sorted(left_there, key=lambda side: side.arrived)
    return found


# --- the two sides


def _here(session: Session, day: date, *, calls: bool) -> list[Side]:
    kinds = [VisitKind.WALK_IN, *([VisitKind.CALL] if calls else [])]
    query = select(Visit.id).where(Visit.day == day, Visit.kind.in_(kinds))
    found = visits.rows(session, session.scalars(query))
    numbers: dict[int, set[str]] = {}
    owners = [row.customer_id for row in found if row.customer_id]
    for owner, number in session.execute(
        select(Phone.customer_id, Phone.number).where(Phone.customer_id.in_(owners))
    ):
        numbers.setdefault(owner, set()).add(number)
    return [
        Side(
            id=row.id,
            place=row.number,
            arrived=row.arrived_at,
            name=row.name,
            phones=frozenset(numbers.get(row.customer_id or 0, ())),
            shown=row.phone,
            consultant=row.consultant,
            model=row.model,
            level=row.level,
            people=row.people,
            again=row.again if row.kind is VisitKind.WALK_IN else None,
            stated=frozenset(FIELDS),
        )
        for row in found
    ]


def _there(
    session: Session, book: Workbook, found: Comparison, today: date
) -> tuple[list[Side], bool]:
    """The rows of the day, and whether the file has calls among its rows."""
    shop = settings.load(session)
    whole = mask.sees_all(session)
    sides: list[Side] = []
    calls = read_any = False
    for sheet, layout in _sheets(book):
        read_any = True
        about = titles.context(
            layout.title, sheet.name, book.path.stem, today, epoch1904=book.epoch1904
        )
        if about.whole is None:
            on = found.day
            about = replace(about, year=on.year, month=on.month, day=on.day)
        for row in _parsed(sheet, layout, shop, about):
            facts = row.facts
            if facts is None:
                if row.nothing is None:
                    found.unread.append(Unread(sheet.name, row.number, row.column, row.reason))
                continue
            if facts["day"] != found.day:
                found.other_days += 1
                continue
            calls |= facts.get("kind") is VisitKind.CALL
            number = next(iter(facts["phones"]), "")
            sides.append(
                Side(
                    id=len(sides) + 1,
                    place=row.number,
                    arrived=facts["arrived"],
                    name=facts["name"],
                    phones=frozenset(facts["phones"]),
                    shown=mask.phone(number, whole=whole) if number else "",
                    consultant=facts.get("consultant", ""),
                    model=facts.get("model", ""),
                    level=facts.get("level"),
                    people=facts.get("people"),
                    again=facts.get("again"),
                    stated=frozenset(layout.fields),
                )
            )
    if not read_any:
        raise ShowroomError(
            _(
                "No sheet of {name} has visits: a column with the time of arrival is missing."
            ).format(name=book.name)
        )
    return sides, calls


def _sheets(book: Workbook) -> Iterator[tuple[Sheet, Layout]]:
    for sheet in book.sheets:
        layout = columns.layout(sheet)
        if layout is None or layout.kind is not Kind.VISITS:
            continue
        if sheet.hidden and len(book.sheets) > 1:
            continue
        used = rows.USED[Kind.VISITS]
        layout.fields = {name: found for name, found in layout.fields.items() if name in used}
        yield sheet, layout


def _parsed(
    sheet: Sheet, layout: Layout, shop: Settings, about: times.Context
) -> Iterator[rows.Parsed]:
    """The rows, without phones that cannot be read: other systems hide digits in their exports."""
    places = [c.index for name in ("phone", "phone2") for c in layout.fields.get(name, ())]
    for cells in sheet.rows[layout.after :]:
        for place in places:
            cell = cells[place] if place < len(cells) else ""
            if cell != "" and isinstance(contacts.phones(cell), Wrong):
                cells[place] = ""
    return rows.parse(sheet, layout, shop, about)


# --- who is who

Same = Callable[[Side, Side], bool]


def _pairs(here: Sequence[Side], there: Sequence[Side], same: Same) -> list[tuple[Side, Side]]:
    """Those that are the same, each once, the nearest in time first."""
    every = [(_apart(a, b), a.id, b.id, a, b) for a in here for b in there if same(a, b)]
    taken_here, taken_there = set(), set()
    found = []
    for _gap, a_id, b_id, a, b in sorted(every, key=lambda one: one[:3]):
        if a_id not in taken_here and b_id not in taken_there:
            taken_here.add(a_id)
            taken_there.add(b_id)
            found.append((a, b))
    return found


def _same_phone(one: Side, other: Side) -> bool:
    return bool(one.phones & other.phones)


def _same_name(one: Side, other: Side) -> bool:
    return bool(one.name) and folded(one.name) == folded(other.name) and _apart(one, other) <= NEAR


def _nameless(one: Side, other: Side) -> bool:
    """One side knows neither name nor phone: the same time and consultant, as far as it is said."""
    bare = not (one.name or one.phones) or not (other.name or other.phones)
    unlike = one.consultant and other.consultant and one.consultant != other.consultant
    return bare and not unlike and _apart(one, other) <= NEARER


def _apart(one: Side, other: Side) -> timedelta:
    return abs(one.arrived - other.arrived)


# --- what differs


def _differing(session: Session, here: Side, there: Side) -> list[tuple[str, str, str]]:
    shop = settings.load(session)
    first = {True: _("Again"), False: _("First"), None: ""}
    found = []
    for code in FIELDS:
        of = "shown" if code == "phone" else code
        ours, theirs = getattr(here, of), getattr(there, of)
        if code == "again":
            known = there.stated & {"first", "again"} and None not in (ours, theirs)
            alike, ours, theirs = ours == theirs, first[ours], first[theirs]
        elif code == "phone":
            known = bool(here.phones and there.phones)
            alike = _same_phone(here, there)
        else:
            known = code in there.stated
            alike = _alike(code, ours, theirs)
            if code == "level":
                ours, theirs = shop.letter(ours), shop.letter(theirs)
        if known and not alike:
            found.append((code, str(ours or ""), str(theirs or "")))
    return found


def _alike(code: str, ours: Any, theirs: Any) -> bool:
    """The same, but for spaces and case; a model may be written with more words on one side."""
    if code not in ("consultant", "model", "name"):
        return bool(ours == theirs)
    ours, theirs = folded(ours), folded(theirs)
    if code == "model" and ours and theirs:
        return ours in theirs or theirs in ours
    return bool(ours == theirs)
