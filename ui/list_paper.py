"""A list of a view leaves: to the printer, or into a workbook or a PDF."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from showroom.errors import ShowroomError
from showroom.guard import trail
from showroom.i18n import _
from ui import dialogs, leaving, printing

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.page import Page
    from ui.tables import Table

Say = Callable[[str], None]
TABLES: Final = "Excel (*.xlsx);;CSV (*.csv);;PDF (*.pdf)"
KEY: Final = "Ctrl+Shift+E"


def offer(page: Page, table: Table, of: str, title: str) -> None:
    """Let a list leave by its key; `of` is a `listings.Of`."""
    page.command(table, _("Export This List…"), KEY, partial(take_out, page, table, of, title))


def take_out(page: Page, table: Table, of: str, title: str) -> None:
    """Let a list leave as it stands, or who is ticked in it. Raises `ShowroomError` for none."""
    ids = table.checked_ids() or table.rows.ids()
    if not ids:
        raise ShowroomError(_("Nothing stands in this list: there is nothing to export."))
    save_listing(page, of, ids, f"{title} {page.db.today()}", page.said.emit)


def save_listing(page: Page, of: str, ids: list[int], name: str, said: Say) -> None:
    """Ask where to, and write these lines there."""
    today = page.db.today()

    def write(session: Session, path: Path, progress: Progress) -> int:
        from showroom.figures import listings

        return listings.save(session, listings.Of(of), ids, path, progress, today=today, title=name)

    save(page, name, write, said, kinds=TABLES)


def save(
    page: Page,
    title: str,
    write: Callable[[Session, Path, Progress], int],
    said: Say,
    *,
    kinds: str = "Excel (*.xlsx);;PDF (*.pdf)",
) -> None:
    """Ask where to, and write the list there; `said` tells that it is done."""
    path = dialogs.choose_save(page, _("Export the List"), f"{title}.xlsx", kinds)
    if path is None:
        return
    leaving.take_out(
        page,
        _("Writing {name}…").format(name=path.name),
        title,
        path,
        lambda session, progress: write(session, path, progress),
        lambda _count: said(_("Saved: {name}").format(name=path.name)),
    )


def to_printer(
    page: Page,
    title: str,
    write: Callable[[Session, Progress], tuple[int, bytes]],
    said: Say,
) -> None:
    """Set the list (how many rows, and the PDF) and print it; noted once the printer took it."""

    def made(found: tuple[int, bytes]) -> None:
        rows, paper = found
        printing.print_pdf(page, paper, title, partial(printed, rows))

    def printed(rows: int, printer: str) -> None:
        trail.exported(page.db, f"{title} · {printer}", None, rows, by=page.db.staff_id)
        said(_("The list was sent to {printer}.").format(printer=printer))

    leaving.take_out(page, _("Setting the list…"), title, None, write, made, notes=False)
