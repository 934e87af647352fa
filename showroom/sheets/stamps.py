"""What a list that goes out says of each row, so that it is known again when it comes back.

The last column of a list holds a stamp a row: whose row it is, and a short mark of every cell as it
left. What comes back with its mark was not touched: only cells that were really edited count, also
where the desk changed the same row meanwhile, where a number was hidden or withheld, and whatever
rows or columns were sorted, moved or deleted.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from showroom.i18n import N_, _, everywhere
from showroom.sheets.synonyms import field_of
from showroom.sheets.values import plain
from showroom.sheets.write import Blank, Column, Sheet
from showroom.store.listed import listed
from showroom.store.models import Change, Customer, Deal, Visit
from showroom.text import narrow

_STAMP: Final = re.compile(r"([CDV])(\d{1,12})-([A-Z2-7]{6})-((?:[A-Z2-7]{4})*)")
_CLOCK: Final = re.compile(r"(?:1899-12-3[01] |1900-01-0\d )?(\d?\d):(\d\d)(?::\d\d(?:\.\d+)?)?")
_DAY: Final = re.compile(
    r"(\d{4})(?P<sign>[-/.])(\d?\d)(?P=sign)(\d?\d)(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
)
"""Also as Excel writes them anew when it saves a text file: 9:42, 2026/10/4."""
_MOMENT: Final = re.compile(r"(\d{4})([-/.])(\d?\d)\2(\d?\d)[ T](\d?\d):(\d\d)(?::\d\d(?:\.\d+)?)?")


_ONCE: Final = frozenset(
    (
        "name sex phone phone2 wechat birthday address postcode model level channel consultant "
        "note do_not_contact status people left first date arrived drive_model purpose next next_at"
    ).split()
)
TAKEN: Final = _ONCE | frozenset(
    "again span stay kind drive colour brand series trim offer course source past_level "
    "price deposit payment vin ordered delivered cancelled".split()
)
"""The fields of which an edit is looked for; of lists of before the forms had marks only some."""

ASIDE: Final = {
    "number": N_("Number"),
    "cancel_reason": N_("Reason"),
    "introducer": N_("Introducer"),
    "status": N_("State"),
}
"""The headings of a list of deals under which an edit is looked for only to be told of."""

HEADING: Final = N_("Mark of the row (leave as it is)")
EDITION: Final = "3"
_FIELDS: Final = {EDITION: TAKEN | {"planned", *ASIDE}, "2": TAKEN}
"""Of which fields a list bears marks, by its edition."""

TICK: Final = "√"


class Of(StrEnum):
    """Whose row it is."""

    CUSTOMER = "C"
    VISIT = "V"
    DEAL = "D"


class Stamp(NamedTuple):
    """A row that left: of whom, what proves that it was this desk, and the marks of its cells."""

    of: Of
    id: int
    proof: str
    marks: frozenset[str]

    def holds(self, field: str, cell: Any) -> bool:
        """Whether a cell stands there as it left."""
        return _mark(field, cell) in self.marks

    def holds_tick(self, label: str, cell: Any) -> bool:
        """The same for a cell of ticks, by its heading."""
        return _mark(f"{TICK}{label}", cell) in self.marks

    @property
    def taken(self) -> frozenset[str]:
        """The fields of which it bears the marks."""
        told = (fields for edition, fields in _FIELDS.items() if self.holds("edition", edition))
        return next(told, _ONCE)


def make(of: Of, id: int, since: object, cells: Iterable[tuple[str, Any]]) -> str:
    """The stamp of a row; `since` is what `since` of this module says of it, `cells` by field."""
    marks = sorted({_mark(field, cell) for field, cell in (("edition", EDITION), *cells)})
    return f"{of.value}{id}-{_proof(of, id, since)}-{''.join(marks)}"


def marked(
    session: Session,
    of: Of,
    sheet: Sheet,
    id_of: Callable[[Any], int],
    names: Mapping[str, str] | None = None,
) -> Sheet:
    """A sheet with a last column, out of sight in a workbook: the stamp of each row.

    `names` says by their codes what columns mean whose headings do not tell it.
    """
    withheld = sheet.withheld
    assert withheld is not None
    began = since(session, of, [id_of(row) for row in sheet.rows if type(row) is not Blank])
    told = [
        (name, column)
        for column in sheet.columns
        if (name := (of is Of.DEAL and aside(column.title)) or _called(column, names or {})) != ""
    ]

    def stamp(row: Any) -> str:
        hidden = withheld(row)
        cells = [
            (name, None if hidden and column.contact else column.of(row)) for name, column in told
        ]
        return make(of, id_of(row), began.get(id_of(row), ""), cells)

    made = replace(sheet, columns=(*sheet.columns, _column(stamp)))
    made.title = sheet.title
    return made


def _column(stamp: Callable[[Any], str]) -> Column:
    return Column("stamp", _(HEADING), stamp, hidden=True)


def _called(column: Column, names: Mapping[str, str]) -> str:
    """Under what the cells of a column leave their mark; "" where an edit is not looked for."""
    if column.code in names:
        return names[column.code]
    found = field_of(column.title) or field_of(column.group + column.title)
    if column.tick:
        return f"{TICK}{narrow(column.title)}" if found or column.group else ""
    return found[0] if found and found[0] in _FIELDS[EDITION] else ""


def aside(heading: str) -> str:
    """The field of a heading of `ASIDE`, in whatever language; "" for any other."""
    return next((name for name, said in ASIDE.items() if heading in everywhere(said)), "")


def read(cell: Any) -> Stamp | None:
    """The stamp in a cell; nothing where there is none."""
    found = _STAMP.fullmatch(cell) if type(cell) is str else None
    if found is None:
        return None
    marks = found[4]
    return Stamp(
        Of(found[1]),
        int(found[2]),
        found[3],
        frozenset(marks[at : at + 4] for at in range(0, len(marks), 4)),
    )


def column(rows: Sequence[Sequence[Any]]) -> int | None:
    """Which column of a sheet holds stamps, counted from 0."""
    for row in rows[:60]:
        for place in range(len(row) - 1, -1, -1):
            if read(row[place]) is not None:
                return place
    return None


def ours(session: Session, stamps: Iterable[Stamp]) -> set[tuple[Of, int]]:
    """Whose stamps are of this desk: their rows are on file, be they of somebody erased."""
    return _proved(stamps, lambda of, ids: since(session, of, ids))


def left(session: Session, stamps: Iterable[Stamp]) -> set[tuple[Of, int]]:
    """Whose stamps are of this desk though their rows went since, as the journal remembers them."""
    return _proved(stamps, lambda of, ids: _once(session, of, ids))


def _proved(
    stamps: Iterable[Stamp], basis_of: Callable[[Of, list[int]], dict[int, str]]
) -> set[tuple[Of, int]]:
    told: dict[Of, dict[int, set[str]]] = {of: {} for of in Of}
    for stamp in stamps:
        told[stamp.of].setdefault(stamp.id, set()).add(stamp.proof)
    found: set[tuple[Of, int]] = set()
    for of, proofs in told.items():
        for id, basis in basis_of(of, list(proofs)).items() if proofs else ():
            if _proof(of, id, basis) in proofs[id]:
                found.add((of, id))
    return found


def erased(session: Session, stamps: Iterable[Stamp]) -> set[tuple[Of, int]]:
    """Which of these stamps are of somebody who was erased, or of a visit or deal of his."""
    told: dict[Of, set[int]] = {of: set() for of in Of}
    for stamp in stamps:
        told[stamp.of].add(stamp.id)
    gone = Customer.erased_at.is_not(None)
    asked = {
        Of.CUSTOMER: select(Customer.id).where(
            gone, Customer.id.in_(listed(sorted(told[Of.CUSTOMER])))
        ),
        Of.VISIT: select(Visit.id)
        .join(Customer, Customer.id == Visit.customer_id)
        .where(gone, Visit.id.in_(listed(sorted(told[Of.VISIT])))),
        Of.DEAL: select(Deal.id)
        .join(Customer, Customer.id == Deal.customer_id)
        .where(gone, Deal.id.in_(listed(sorted(told[Of.DEAL])))),
    }
    return {(of, id) for of, query in asked.items() if told[of] for id in session.scalars(query)}


def since(session: Session, of: Of, ids: Sequence[int]) -> dict[int, str]:
    """What never changes of some rows: when they began."""
    if of is Of.CUSTOMER:
        query = select(Customer.id, Customer.created_at)
        rows = session.execute(query.where(Customer.id.in_(listed(ids))))
        return {id: created.isoformat() for id, created in rows}
    if of is Of.DEAL:
        numbers = select(Deal.id, Deal.number).where(Deal.id.in_(listed(ids)))
        return {id: number for id, number in session.execute(numbers)}
    made = select(Visit.id, func.strftime("%Y-%m-%d", Visit.day), Visit.number)
    rows_ = session.execute(made.where(Visit.id.in_(listed(ids))))
    return {id: f"{day} {number}" for id, day, number in rows_}


def _once(session: Session, of: Of, ids: Sequence[int]) -> dict[int, str]:
    """What `since` said of rows that are gone."""
    table = {Of.CUSTOMER: Customer, Of.VISIT: Visit, Of.DEAL: Deal}[of].__tablename__
    gone = session.execute(
        select(Change.row_id, Change.before).where(
            Change.table_name == table,
            Change.row_id.in_(listed(ids)),
            Change.after.is_(None),
            Change.before.is_not(None),
        )
    )
    found = {}
    for id, before in gone:
        image = json.loads(before or "{}")
        if of is Of.CUSTOMER and "created_at" in image:
            found[id] = datetime.fromisoformat(image["created_at"]).replace(tzinfo=UTC).isoformat()
        elif of is Of.VISIT and "number" in image:
            found[id] = f"{image['day']} {image['number']}"
        elif of is Of.DEAL and "number" in image:
            found[id] = image["number"]
    return found


def _proof(of: Of, id: int, since: object) -> str:
    return _digest(f"{of.value}{id} {since}", 30)[:6]


def _mark(field: str, cell: Any) -> str:
    return _digest(f"{field}={_said(cell)}", 20)[:4]


def _digest(told: str, bits: int) -> str:
    raw = hashlib.sha256(told.encode("utf-8", "replace")).digest()[: (bits + 7) // 8 + 1]
    return base64.b32encode(raw).decode()


def _said(cell: Any) -> str:
    """A value and the cell that was read from it as one text."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, datetime):
        cell = cell.isoformat(" ", "minutes")
    elif isinstance(cell, date):
        return cell.isoformat()
    elif isinstance(cell, time):
        return f"{cell:%H:%M}"
    elif isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    told = "".join(narrow(plain(cell)).split()).removeprefix("'")
    spaced = narrow(plain(cell)).strip()
    if found := _CLOCK.fullmatch(spaced):
        return f"{found[1]:0>2}:{found[2]}"
    if found := _DAY.fullmatch(spaced):
        return f"{found[1]}-{found[3]:0>2}-{found[4]:0>2}"
    if found := _MOMENT.fullmatch(spaced):
        year, _sign, month, number, hour, minute = found.groups()
        return f"{year}-{month:0>2}-{number:0>2}{hour:0>2}:{minute}"
    return told
