"""The ledger of introductions on paper or in a file, and a proof that leaves (Ctrl+P, Ctrl+E)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom.figures import introductions as ledger
from showroom.guard import trail
from showroom.i18n import _
from showroom.people import proofs
from ui import dialogs, leaving, printing, style

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.page import Page

FILES = "(*.png *.jpg *.jpeg *.pdf)"


class LedgerPaper(QWidget):
    """The buttons of the ledger of `span()`; `said(words)` when it was printed or saved."""

    said = Signal(str)

    def __init__(self, page: Page, span: Callable[[], tuple[date, date]]) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        self._span = span
        self.save = page.button(
            _("Save Ledger…"), "Ctrl+E", self._save, kind="quiet", name="referrals.save"
        )
        self.print = page.button(_("Print Ledger"), "Ctrl+P", self._print, name="referrals.print")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.S)
        row.addWidget(self.save)
        row.addWidget(self.print)

    def _what(self) -> str:
        first, last = self._span()
        return _("Ledger of introductions {first} – {last}").format(first=first, last=last)

    def _print(self) -> None:
        what, (first, last) = self._what(), self._span()

        def made(found: tuple[int, bytes]) -> None:
            rows, paper = found
            printing.print_pdf(self.page, paper, what, partial(self._printed, what, rows))

        leaving.take_out(
            self.page,
            _("Setting the ledger…"),
            what,
            None,
            lambda session, progress: ledger.pdf(session, first, last, progress),
            made,
            notes=False,
        )

    def _printed(self, what: str, rows: int, printer: str) -> None:
        """The printer took it: now it has left."""
        trail.exported(self.db, f"{what} · {printer}", None, rows, by=self.db.staff_id)
        self.said.emit(_("The ledger was sent to {printer}.").format(printer=printer))

    def _save(self) -> None:
        what, (first, last) = self._what(), self._span()
        path = dialogs.choose_save(
            self.page, _("Save Ledger"), f"{what}.xlsx", "Excel (*.xlsx);;PDF (*.pdf)"
        )
        if path is not None:
            leaving.take_out(
                self.page,
                _("Writing {name}…").format(name=path.name),
                what,
                path,
                lambda session, progress: ledger.save(session, first, last, path, progress),
                lambda _count: self.said.emit(_("Saved: {name}").format(name=path.name)),
            )

    def save_proof(self, proof_id: int, name: str) -> None:
        """A proof into a file outside, where it may leave."""
        with self.db.read() as session:
            proofs.leaving(session, proof_id)  # refused before a name is asked
        path = dialogs.choose_save(self.page, _("Save Proof"), name, _("Proof") + " " + FILES)
        if path is None:
            return

        def write(session: Session, _progress: Progress) -> None:
            ledger.save_proof(session, proof_id, path)

        leaving.take_out(
            self.page,
            _("Writing {name}…").format(name=path.name),
            _("Proof of an introduction"),
            path,
            write,
            lambda _done: self.said.emit(_("Saved: {name}").format(name=path.name)),
        )
