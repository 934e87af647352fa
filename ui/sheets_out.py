"""What goes out from the sheets' page: the month's workbook, visits, a register, customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom import dates, text
from showroom.errors import ShowroomError
from showroom.figures import monthbook, register, registers
from showroom.i18n import _
from ui import dialogs, leaving, style
from ui.forms import Day, Form, Text
from ui.page import Page
from ui.widgets import Button


class SheetsOut(QWidget):
    """Periods and a button for each list; each asks where to, and goes through the gate."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        today = self.db.today()
        self.period = Form("sheets")
        self.month = Text("month", _("Month"), placeholder="2026-10")
        self.first = Day("first", _("From"), today=self.db.today)
        self.last = Day("last", _("To"), today=self.db.today)
        self.period.row(self.month)
        self.month.set_value(f"{today:%Y-%m}")
        self.first.set_value(today.replace(day=1))
        self.last.set_value(today)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addWidget(self.period)
        column.addWidget(
            self._button(_("Month's Workbook…"), "Ctrl+E", self._export_month, "month_book")
        )
        column.addSpacing(style.L)
        days = Form("sheets")
        days.row(self.first)
        days.row(self.last)
        column.addWidget(days)
        column.addWidget(self._button(_("Visits…"), "", self._export_visits, "visits"))
        column.addWidget(self._button(_("Day's Register…"), "", self._export_register, "register"))
        column.addSpacing(style.L)
        column.addWidget(self._button(_("All Customers…"), "", self._export_customers, "customers"))

    def _button(self, text: str, key: str, slot: Callable[[], None], name: str) -> Button:
        return self.page.button(text, key, slot, icon="file-down", name=name)

    def _save(self, name: str, what: str, write: Callable[..., int]) -> None:
        """Let `write(session, path=…, progress=…)` make the file the user names; `what` it is."""
        path = dialogs.choose_save(self, _("Export"), name, "Excel (*.xlsx)")
        if path is None:
            return
        leaving.take_out(
            self.page,
            _("Writing {name}…").format(name=path.name),
            what,
            path,
            lambda session, progress: write(session, path=path, progress=progress),
            lambda _count: self.page.said.emit(_("Saved: {name}").format(name=path.name)),
        )

    def _export_month(self) -> None:
        typed = text.narrow(self.month.text())
        try:
            first, _last = dates.month_of(typed)
        except ValueError:
            self.period.show_problems({"month": _("Write the month as 2026-10.")})
            return
        month = f"{first:%Y-%m}"
        self._save(
            monthbook.file_name(first),
            _("Month's workbook {month}").format(month=month),
            partial(monthbook.write_month, month=month, now=self.db.now()),
        )

    def _days(self) -> tuple[date, date]:
        first, last = self.first.value(), self.last.value()
        if first is None or last is None or first > last:
            raise ShowroomError(_("Say from which day to which day."))
        return first, last

    def _export_visits(self) -> None:
        first, last = self._days()
        self._save(
            _("Visits {first} to {last}.xlsx").format(first=first, last=last),
            _("Visits {first} to {last}").format(first=first, last=last),
            partial(registers.visits, first=first, last=last),
        )

    def _export_register(self) -> None:
        _first, day = self._days()
        self._save(
            _("Register {day}.xlsx").format(day=day),
            _("Register {day}").format(day=day),
            partial(register.save, day=day),
        )

    def _export_customers(self) -> None:
        name = _("Customers {day}.xlsx").format(day=self.db.today())
        self._save(name, _("All customers"), registers.customers)
