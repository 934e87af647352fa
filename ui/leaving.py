"""Rows leave the desk: a job that writes them, and before very many the second person's PIN.

leaving.take_out(
    page,
    _("Writing {name}…").format(name=path.name),
    _("All customers"),                                   # what the trail says
    path,
    lambda session, progress: registers.customers(session, path, progress=progress),
    lambda _count: page.said.emit(…),
)
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from showroom.errors import ShowroomError
from showroom.guard import exports
from showroom.guard.exports import Second, SecondMissing
from ui import dialogs
from ui.jobs import Job
from ui.second import SecondDialog

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.page import Page

Write = Callable[["Session", "Progress"], Any]


def take_out(
    page: Page,
    text: str,
    what: str,
    path: Path | None,
    write: Write,
    done: Callable[[Any], None],
    *,
    notes: bool = True,
    watch: Callable[[Job], object] | None = None,
    second: Second | None = None,
) -> None:
    """Start the job; `done` is called with what `write` returned, on the UI thread.

    `write(session, progress)` runs on a worker and calls `exports.allow` before it writes, see
    `exports.leaving`. `watch` is told of every job that is started.
    """
    db = page.db

    def work(progress: Progress) -> Any:
        with exports.leaving(
            db, what, path, second=second, asks=second is None, notes=notes
        ) as session:
            return write(session, progress)

    def again(second: Second) -> None:
        take_out(page, text, what, path, write, done, notes=notes, watch=watch, second=second)

    def failed(error: Exception) -> None:
        if isinstance(error, SecondMissing) and second is None:
            _ask(page, what, path, error, again)
        else:
            dialogs.show_error(page, error)

    job = Job(page, text, work, done, failed=failed)
    if watch is not None:
        watch(job)


def _ask(
    page: Page,
    what: str,
    path: Path | None,
    error: SecondMissing,
    again: Callable[[Second], None],
) -> None:
    """Ask for the second person; where there is none, or nobody comes, it is refused."""
    db, by = page.db, page.db.staff_id

    def give_up() -> None:
        with page.reporting():
            exports.give_up(db, what, error, path, by=by)

    with db.read() as session:
        people = exports.second_people(session)
    if not people or dialogs.is_held():
        give_up()
        dialogs.show_error(page, ShowroomError(str(error)))
        return
    dialog = SecondDialog(page.window(), db, str(error), people)
    dialog.given.connect(again)
    dialog.rejected.connect(give_up)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
