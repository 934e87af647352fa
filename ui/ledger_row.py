"""A ledger leaves the desk: from when to when, saved as a file or printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom.errors import Invalid
from showroom.i18n import _
from ui import dialogs, leaving, printing, style
from ui.forms import Day, Form

if TYPE_CHECKING:
    from datetime import date

    from showroom.progress import Progress
    from showroom.sheets.write import Sheet
    from showroom.store.db import Session
    from ui.page import Page

Make = Callable[["Session", "date", "date"], "Sheet"]


class LedgerRow(QWidget):
    """Two days and two buttons; `make(session, first, last)` is what leaves, `title` its name."""

    def __init__(self, page: Page, name: str, title: str, make: Make) -> None:
        super().__init__()
        self.page, self.title, self._make = page, title, make
        self.form = Form(f"{page.code}.{name}")
        self.first = Day("first", _("Ledger"), today=page.db.today, width=130)
        self.last = Day("last", _("to"), today=page.db.today, width=130)
        self.form.row(self.first, self.last)
        self.first.set_value(page.db.today().replace(day=1))
        self.last.set_value(page.db.today())
        self.save = page.button(_("Save as…"), "", self._save, name=f"{name}.save")
        self.paper = page.button(_("Print…"), "", self._print, name=f"{name}.print")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.M)
        line.addWidget(self.form)
        line.addStretch()
        line.addWidget(self.save)
        line.addWidget(self.paper)

    def _days(self) -> tuple[date, date]:
        held = self.form.values()
        first, last = held["first"], held["last"]
        if first is None or last is None or first > last:
            raise Invalid({"first": _("Say from which day to which day.")})
        return first, last

    def _save(self) -> None:
        with self.form.reporting():
            first, last = self._days()
            name = f"{self.title} {first} {last}.xlsx"
            kinds = "Excel (*.xlsx);;PDF (*.pdf);;CSV (*.csv)"
            path = dialogs.choose_save(self, self.title, name, kinds)
            if path is None:
                return

            def write(session: Session, progress: Progress) -> int:
                from showroom.figures import ledgers

                return ledgers.save(self._make(session, first, last), session, path, progress)

            leaving.take_out(
                self.page,
                _("Writing {name}…").format(name=path.name),
                self.title,
                path,
                write,
                lambda _count: self.page.said.emit(_("Saved: {name}").format(name=path.name)),
            )

    def _print(self) -> None:
        with self.form.reporting():
            first, last = self._days()

            def write(session: Session, progress: Progress) -> bytes:
                from showroom.figures import ledgers

                return ledgers.pdf(self._make(session, first, last), session, progress)

            leaving.take_out(
                self.page, _("Setting the page…"), self.title, None, write, self._paper
            )

    def _paper(self, pdf: bytes) -> None:
        with self.page.reporting():
            printing.print_pdf(self, pdf, self.title, lambda _printer: None)
