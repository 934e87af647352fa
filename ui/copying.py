"""The copies that are made by themselves, and the line about them in the status bar."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from showroom.dates import local, show_clock
from showroom.i18n import _, ngettext
from showroom.store import copies, keeping
from showroom.store.keeping import Kept, Second
from ui import state

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Database

EVERY_MS = 30 * 60 * 1000
OLD = timedelta(days=1)
_FOLDER, _RESULT = "second_backup", "second_backup_result"


def second() -> Path | None:
    """The second folder for copies, a habit of this desk; None without one."""
    kept = state.text(_FOLDER)
    return Path(kept) if kept else None


def set_second(folder: Path | None) -> None:
    """Copy into that folder, too, from now on."""
    state.set_text(_FOLDER, str(folder or ""))
    state.set_text(_RESULT, "")


def result() -> Second:
    """What became of the last copy for the second folder."""
    kept = state.text(_RESULT)
    return Second(kept) if kept in set(Second) else Second.NONE


def keep(
    db: Database, folder: Path, extra: Path | None, progress: Progress | None = None
) -> Kept:  # fmt: skip
    """Copy what changed into `folder` and into `extra`; any thread."""
    return keeping.keep_safe(db.path, db.key, folder, db.now(), progress, second=extra)


def note(kept: Kept) -> None:
    """Remember what became of the second copy, for the status bar; on the UI's thread."""
    state.set_text(_RESULT, kept.second)


def line(folder: Path, now: datetime) -> tuple[str, str]:
    """Words and tone for the status bar: how old the newest copy is, and the second one."""
    moment = copies.last(folder, now)
    words, tone = age(moment, now)
    if second() is not None:
        if result() is Second.ABSENT:
            return " · ".join((words, _("second folder not there"))), tone
        if result() is Second.FAILED:
            return " · ".join((words, _("second folder takes no copy"))), "soon"
    return words, tone


def age(moment: datetime | None, now: datetime) -> tuple[str, str]:
    """Words and tone for a copy of that age."""
    if moment is None:
        return _("No backup yet"), "muted"
    if now - moment <= OLD:
        return _("Backup {time} ✓").format(time=show_clock(moment)), "muted"
    days = max((local(now).date() - local(moment).date()).days, 1)
    words = ngettext("Backup {count} day old", "Backup {count} days old", days)
    return words.format(count=days), "soon"
