"""What goes out from the sheets' page: the month's workbook, registers, visits, customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates, text
from showroom.errors import ShowroomError
from showroom.figures import monthbook, papers, registers
from showroom.figures.papers import FORMS, Ask, Paper
from showroom.i18n import _
from ui import dialogs, leaving, list_paper, style
from ui.forms import Choice, Day, Form, Number, Text
from ui.page import Page
from ui.widgets import Button

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Session

EXCEL = "Excel (*.xlsx)"
TABLES = "Excel (*.xlsx);;CSV (*.csv)"
PAPERS = "Excel (*.xlsx);;PDF (*.pdf);;CSV (*.csv)"


class SheetsOut(QWidget):
    """Periods and a button for each list; each asks where to, and goes through the gate."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        today = self.db.today()
        self.period = Form("sheets")
        self.month = Text("month", _("Month"), placeholder="2026-10")
        self.paper = Choice(
            "paper",
            _("Register"),
            [(paper.value, _(form.title)) for paper, form in FORMS.items()],
            optional=False,
        )
        self.first = Day("first", _("From"), today=self.db.today)
        self.last = Day("last", _("To"), today=self.db.today)
        self.consultant = Choice("consultant", _("Consultant"))
        self.blank = Number(
            "blank",
            _("Empty rows"),
            most=papers.MOST_BLANK,
            help=_("With a number: the empty form for the pen."),
        )
        self.format = Choice("size", _("Paper"), [("a4", "A4"), ("a3", "A3")], optional=False)
        self.period.row(self.month)
        self._begin_with(today)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addWidget(self.period)
        column.addWidget(
            self._button(_("Month's Workbook…"), "Ctrl+E", self._export_month, "month_book")
        )
        column.addSpacing(style.L)
        self.days = Form("sheets")
        for field in (self.first, self.last, self.paper, self.consultant):
            self.days.row(field)
        self.days.row(self.blank, self.format)
        column.addWidget(self.days)
        line = QHBoxLayout()
        line.setSpacing(style.M)
        self.save = self._button(_("Register…"), "Ctrl+R", self._export_register, "register")
        self.print = page.button(
            _("Print"), "Ctrl+P", self._print_register, icon="printer", name="print_register"
        )
        line.addWidget(self.save)
        line.addWidget(self.print)
        column.addLayout(line)
        column.addSpacing(style.L)
        column.addWidget(self._button(_("Visits…"), "", self._export_visits, "visits"))
        column.addWidget(self._button(_("All Customers…"), "", self._export_customers, "customers"))
        self.paper.set_value(Paper.VISITORS.value)
        self.format.set_value("a4")
        self.paper.edited.connect(self._show_fields)
        self._show_fields()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._offer_consultants()

    def _offer_consultants(self) -> None:
        """Who may be asked for: whoever receives."""
        from showroom.guard import staff
        from showroom.store.models import Role

        with self.db.read() as session:
            people = staff.everyone(session, Role.CONSULTANT)
        self.consultant.set_options([(one.id, one.name) for one in people])

    def _show_fields(self) -> None:
        form = FORMS[Paper(self.paper.value())]
        self.days.show_row("consultant", form.by_consultant)

    def _button(self, text: str, key: str, slot: Callable[[], None], name: str) -> Button:
        return self.page.button(text, key, slot, icon="file-down", name=name)

    def _save(self, name: str, what: str, write: Callable[..., int], kinds: str = EXCEL) -> None:
        """Let `write(session, path=…, progress=…)` make the file the user names; `what` it is."""
        path = dialogs.choose_save(self, _("Export"), name, kinds)
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

    def new_day(self, was: date) -> None:
        """The day and the month that were today's are today's again; what was chosen stays."""
        chosen = [field.text() for field in (self.month, self.first, self.last)]
        if chosen == [f"{was:%Y-%m}", f"{was.replace(day=1)}", f"{was}"]:
            self._begin_with(self.db.today())

    def _begin_with(self, today: date) -> None:
        self.month.set_value(f"{today:%Y-%m}")
        self.first.set_value(today.replace(day=1))
        self.last.set_value(today)

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
            TABLES,
        )

    # -- registers --

    def _asked(self) -> Ask:
        """The register that is chosen: of the last day, of the days, or of the month they end in.

        Raises `ShowroomError` for days the wrong way round, or where customers must be chosen.
        """
        first, last = self._days()
        paper = Paper(self.paper.value())
        form, blank = FORMS[paper], self.blank.value() or 0
        if form.of_customers and not blank:
            raise ShowroomError(
                _(
                    "Cards of customers are written from the customers' page: choose them there. "
                    "Here is the empty card: say how many rows it has."
                )
            )
        first = {"day": last, "month": last.replace(day=1)}.get(form.time, first)
        return Ask(
            *(paper, first, last, self.consultant.value()),
            blank=int(blank),
            filled=not blank,
            size=self.format.value() or "a4",
        )

    def _export_register(self) -> None:
        ask = self._asked()
        self._save(
            f"{ask.name}.xlsx",
            ask.name,
            partial(papers.save, ask=ask, now=self.db.now()),
            PAPERS,
        )

    def _print_register(self) -> None:
        ask, now = self._asked(), self.db.now()

        def made(session: Session, progress: Progress) -> tuple[int, bytes]:
            return papers.pdf(session, ask, progress, now=now)

        list_paper.to_printer(self.page, ask.name, made, self.page.said.emit)

    def _export_customers(self) -> None:
        name = _("Customers {day}.xlsx").format(day=self.db.today())
        self._save(name, _("All customers"), registers.customers, f"{TABLES};;vCard (*.vcf)")


def save_cards(page: Page, paper: Paper, ids: list[int]) -> None:
    """Write the cards of these customers where the user says."""
    ask = Ask(paper, page.db.today(), page.db.today(), ids=ids)
    now = page.db.now()

    def write(session: Session, path: Path, progress: Progress) -> int:
        return papers.save(session, ask, path, progress, now=now)

    list_paper.save(page, ask.name, write, page.said.emit)
