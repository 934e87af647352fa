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
from showroom.guard.exports import PurposeMissing, Second, SecondMissing, WhatFor
from showroom.i18n import headed
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
    what_for: WhatFor | None = None,
) -> None:
    """Start the job; `done` is called with what `write` returned, on the UI thread.

    `write(session, progress)` runs on a worker and calls `exports.allow` before it writes, see
    `exports.leaving`. Contacts that go into a file ask what for, and the work begins anew then.
    `watch` is told of every job that is started.
    """
    db = page.db

    def work(progress: Progress) -> Any:
        with exports.leaving(
            db,
            what,
            path,
            second=second,
            asks=second is None,
            notes=notes,
            what_for=what_for,
            asks_purpose=path is not None,
        ) as session:
            return write(session, progress)

    def again(second: Second | None, what_for: WhatFor | None) -> None:
        take_out(
            page,
            text,
            what,
            path,
            write,
            done,
            notes=notes,
            watch=watch,
            second=second,
            what_for=what_for,
        )

    def failed(error: Exception) -> None:
        if isinstance(error, SecondMissing) and second is None:
            _ask(page, what, path, error, lambda found: again(found, what_for))
        elif isinstance(error, PurposeMissing):
            ask_purpose(page, what, str(error), lambda found: again(second, found))
        else:
            dialogs.show_error(page, error)

    job = Job(page, text, work, done, failed=failed)
    if watch is not None:
        watch(job)


def ask_purpose(page: Page, what: str, sentence: str, said: Callable[[WhatFor], None]) -> None:
    """Ask what contacts leave for and who gets them; what was said the last time stands there."""
    if dialogs.is_held():
        return
    with page.db.read() as session:
        offered, last = exports.purposes(session), exports.last_purpose(session)
    dialogs.ask_purpose(page.window(), headed(what, sentence), offered, last, said)


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
