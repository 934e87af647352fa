"""The month's workbook (月报): every sheet of DOMAIN §7.4, counted by live formulas.

What it says is kept when it has left, so that the next one tells what changed since.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from showroom import dates, settings
from showroom.errors import ShowroomError
from showroom.figures import changes, cuts
from showroom.guard import exports, mask
from showroom.i18n import N_, _
from showroom.progress import Progress, uncollected
from showroom.sheets import write

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


@uncollected()
def write_month(
    session: Session,
    month: str,
    path: Path,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> int:
    """Write the workbook of a month `YYYY-MM`; return how many of its rows name somebody.

    Through `exports.leaving` its figures are kept once it has left. Raises `exports.Refused`, or
    `ShowroomError` as `write.saving` does.
    """
    if path.suffix.lower() != ".xlsx":
        raise ShowroomError(
            _("Give the file a name that ends in .xlsx, not {name}.").format(name=path.name)
        )
    from showroom.figures import balance, months, workbook

    first, last = dates.month_of(month)
    mask.leaving(session)
    levels = balance.of_month(session, first, now=now)
    found = months.of_month(session, first, now=now, opening=levels.opening)
    title = _title(session, first)
    made = workbook.sheets(session, title, (first, last), found, levels, now=now)
    people = sum(len(sheet.rows) for sheet in made if sheet.withheld is not None)
    write.allow(session, *made, rows=people)
    write.save(path, made, progress or Progress(), title=title)
    kept = changes.snapshot(found, cuts.by_day(session, first, last))
    upto = changes.last_action(session)
    exports.afterwards(session, partial(changes.keep, month=first, kept=kept, upto=upto, now=now))
    return people


def month_name(first: date) -> str:
    """A month in words: October 2026, 2026年10月."""
    return _("{month} {year}").format(month=_(MONTHS[first.month - 1]), year=first.year)


def file_name(first: date) -> str:
    """What the workbook of a month is called when nobody says otherwise."""
    return _("Showroom {month}.xlsx").format(month=f"{first:%Y-%m}")


def _title(session: Session, first: date) -> str:
    shop = settings.load(session).shop_name
    return f"{shop} {month_name(first)}".strip()
