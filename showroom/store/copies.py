"""A folder of copies: their names and ages, and which of them stay.

Regular copies are thinned to the newest few, then one a day, one a week, one a month. Those made
before a restore, an import or a step of the tables are kept by number.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from showroom.dates import local_day
from showroom.store import recovery

NEWEST: Final = 4  # the last two hours of a busy day
DAILY: Final = 12
WEEKLY: Final = 10
MONTHLY: Final = 9
BEFORE: Final = 12  # made before a restore, an import, a step of the tables
ABANDONED: Final = 600  # seconds since a draft was written to
FUTURE: Final = timedelta(hours=1)  # a copy "made" later than that: the clock was wrong

_NAME: Final = re.compile(r"(desk|before-\w+)-(\d{8}T\d{6}Z)(?:-(\d+))?\.db")
_BUCKETS: Final[tuple[tuple[int, Callable[[date], Any]], ...]] = (
    (DAILY, lambda day: day),
    (WEEKLY, lambda day: day.isocalendar()[:2]),
    (MONTHLY, lambda day: (day.year, day.month)),
)


def place(folder: Path, now: datetime, why: str = "desk") -> Path:
    """A free name in `folder` for a copy made now: `desk-20261121T024100Z.db`."""
    stem = f"{why}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (folder / f"{stem}{tail}.db" for tail in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for path in names if not path.exists())


def listed(folder: Path, why: str = "desk") -> list[Path]:
    """The copies in `folder`, oldest first: the regular ones, those "before" something, "" all."""
    found = [(made, path) for path in folder.glob("*.db") if (made := _made(path, why))]
    return [path for _moment, path in sorted(found)]


def moment(path: Path) -> datetime | None:
    """When a copy was made (aware UTC), by its name; None for any other file."""
    made = _made(path, "")
    return made[0] if made else None


def newest(folder: Path, now: datetime, why: str = "") -> Path | None:
    """The newest copy in `folder`, None without any.

    One from the future, by `now`, says that a clock was wrong, not that the data is safe.
    """
    known = [
        path
        for path in listed(folder, why)
        if (made := moment(path)) is not None and made <= now + FUTURE
    ]
    return known[-1] if known else None


def last(folder: Path, now: datetime) -> datetime | None:
    """When the newest copy in `folder` was made (aware UTC), None without any."""
    path = newest(folder, now)
    return moment(path) if path else None


def kept(moments: Iterable[datetime]) -> set[datetime]:
    """Of copies made at these moments (aware), those that stay.

    The newest four; the newest of each of the last 12 days, 10 weeks and 9 months that have one.
    Days on which nobody worked have none and take no place.
    """
    newest_first = sorted(set(moments), reverse=True)
    stay = set(newest_first[:NEWEST])
    for places, bucket in _BUCKETS:
        seen: set[Any] = set()
        for made in newest_first:
            name = bucket(local_day(made))
            if name not in seen:
                if len(seen) == places:
                    break
                seen.add(name)
                stay.add(made)
    return stay


def thin(folder: Path) -> list[Path]:
    """Remove the copies that need not stay, with what lies beside them; returns them.

    Never removes the newest of either sort.
    """
    regular = {path: made for path in listed(folder) if (made := _made(path))}
    newest_of = {made: (made, number) for made, number in sorted(regular.values())}
    stay = {newest_of[made] for made in kept(newest_of)}
    removed = [path for path, made in regular.items() if made not in stay]
    removed += listed(folder, "before")[:-BEFORE]
    for path in removed:
        path.unlink(missing_ok=True)
        recovery.beside(path).unlink(missing_ok=True)
    return removed


def sweep(folder: Path) -> list[Path]:
    """Remove the drafts of copies that a killed program left in `folder`; returns them.

    One that was written to a short while ago may still be in the making.
    """
    removed = []
    for draft in folder.glob(".*.db.part*"):
        with suppress(OSError):  # somebody else removed it, or may not be bothered
            if time.time() - draft.stat().st_mtime > ABANDONED:
                draft.unlink()
                removed.append(draft)
    return removed


def _made(path: Path, why: str = "desk") -> tuple[datetime, int] | None:
    """When a copy of this sort was made, and the how manieth of that second; None for others."""
    found = _NAME.fullmatch(path.name)
    if found is None or not found[1].startswith(why):
        return None
    return datetime.fromisoformat(found[2]), int(found[3] or 1)
