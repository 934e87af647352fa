"""The trail as a workbook: the entries that were asked for, and the code that stands for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from showroom import dates
from showroom.guard import entries, exports, trail
from showroom.guard.entries import Entry
from showroom.i18n import _
from showroom.progress import Progress
from showroom.sheets import write
from showroom.sheets.write import Cell, Column, Kind, Line, Role, Sheet

_BLOCK = 1000


def save(session: Session, ids: Sequence[int], path: Path, progress: Progress | None = None) -> int:
    """Write these entries as `.xlsx` or `.csv`, in this order; return how many.

    Raises `exports.Refused`, or `ShowroomError` as `write.save_table` does.
    """
    exports.allow(session, len(ids))
    rows = list(_rows(session, ids))
    sheet = Sheet(
        _("Trail"),
        (
            Column("id", _("Entry"), kind=Kind.WHOLE),
            Column("at", _("When"), lambda row: dates.local(row.at), kind=Kind.MOMENT),
            Column("who", _("Who")),
            Column("verb", _("What"), width=18),
            Column("subject", _("About"), width=28, wrap=True),
            Column("what", _("In detail"), width=30, wrap=True),
            Column("why", _("Why"), width=24, wrap=True),
            Column("rows", _("Rows changed"), kind=Kind.WHOLE),
        ),
        rows,
        lead=(Line([Cell(code_line(session), Role.SUBTITLE)], 22), Line()),
    )
    write.save_table(path, sheet, progress or Progress())
    return len(rows)


def code_line(session: Session) -> str:
    """The code of the trail with what it is for, as a workbook carries it."""
    return _("Code of the trail: {code}").format(code=trail.anchor(session))


def _rows(session: Session, ids: Sequence[int]) -> Iterator[Entry]:
    for start in range(0, len(ids), _BLOCK):
        block: Iterable[Entry] = entries.rows(session, ids[start : start + _BLOCK])
        yield from block
