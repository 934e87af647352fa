"""The register of a day on paper or in a file (Ctrl+P, Ctrl+Shift+P, Ctrl+S)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom.figures import register
from showroom.figures.register import Form as Paper
from showroom.guard import trail
from showroom.i18n import _
from ui import dialogs, leaving, printing, style

if TYPE_CHECKING:
    from ui.page import Page


class DayPaper(QWidget):
    """The buttons of the register of `day()`; `said(words)` when it was printed or saved."""

    said = Signal(str)

    def __init__(self, page: Page, day: Callable[[], date]) -> None:
        super().__init__()
        self.page = page
        self.db = page.db
        self._day = day
        self.print = page.button(
            _("Print Register"), "Ctrl+P", partial(self._print, Paper.VISITORS), name="close.print"
        )
        self.print_short = page.button(
            _("Print Traffic Sheet"),
            "Ctrl+Shift+P",
            partial(self._print, Paper.TRAFFIC),
            name="close.print_traffic",
        )
        self.save = page.button(_("Save Register…"), "Ctrl+E", self._save, name="close.save")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        for button in (self.print, self.print_short, self.save):
            row.addWidget(button)

    def _print(self, form: Paper) -> None:
        day = self._day()
        what = _("Register {day}").format(day=day)

        def made(found: tuple[int, bytes]) -> None:
            rows, paper = found
            printing.print_pdf(self.page, paper, what, partial(self._printed, what, rows))

        leaving.take_out(
            self.page,
            _("Setting the register…"),
            what,
            None,
            lambda session, progress: register.pdf(session, day, progress, form=form),
            made,
            notes=False,
        )

    def _printed(self, what: str, rows: int, printer: str) -> None:
        """The printer took it: now it has left."""
        trail.exported(self.db, f"{what} · {printer}", None, rows, by=self.db.staff_id)
        self.said.emit(_("The register was sent to {printer}.").format(printer=printer))

    def _save(self) -> None:
        day = self._day()
        path = dialogs.choose_save(
            self.page,
            _("Save Register"),
            _("Register {day}.xlsx").format(day=day),
            "Excel (*.xlsx);;PDF (*.pdf)",
        )
        if path is None:
            return
        leaving.take_out(
            self.page,
            _("Writing {name}…").format(name=path.name),
            _("Register {day}").format(day=day),
            path,
            lambda session, progress: register.save(session, day, path, progress),
            lambda _count: self.said.emit(_("Saved: {name}").format(name=path.name)),
        )
