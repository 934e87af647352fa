"""What the parts of the classes have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from showroom import words
from showroom.i18n import _
from showroom.people import customers

if TYPE_CHECKING:
    from pathlib import Path

    from showroom.people.customers import CustomerRow
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage


class Pane(QWidget):
    """A part of the view: `chosen(id)` shows a customer, `said(words)` says something.

    `stale` when it has to be read anew before it is shown.
    """

    chosen = Signal(int)
    said = Signal(str)

    def __init__(self, page: CustomersPage) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        self.stale = False

    def reload(self) -> None:
        """Read anew."""
        self.stale = False

    def take_keyboard(self) -> None:
        """Put the keyboard into the picture."""

    def take_out(self, title: str, write: Callable[[Session, Path, Progress], int]) -> None:
        """Ask where to, and let `write` make the file."""
        from showroom import text
        from ui import dialogs, leaving

        name = text.file_name(f"{title} {self.db.today():%Y-%m-%d}.xlsx")
        path = dialogs.choose_save(self.page, _("Export"), name, "Excel (*.xlsx);;CSV (*.csv)")
        if path is None:
            return
        leaving.take_out(
            self.page,
            _("Writing {name}…").format(name=path.name),
            title,
            path,
            lambda session, progress: write(session, path, progress),
            lambda _count: self.said.emit(_("Saved: {name}").format(name=path.name)),
        )

    def known(self, ids: Sequence[int]) -> dict[int, CustomerRow]:
        """The lines of these customers by id."""
        with self.db.read() as session:
            return {row.id: row for row in customers.rows(session, ids)}


def called(row: CustomerRow) -> str:
    """What a customer is called in a list."""
    return words.called(row.name, row.honorific) or _("No name")
