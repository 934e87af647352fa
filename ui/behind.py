"""The rows behind a number, in place of the page that says it: opened, printed, taken out.

view = BehindView(page, back)                   # `back()` when the page is wanted again
view.open(lambda session: behind.of_figure(session, "orders", first, last), period)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.figures import listings
from showroom.figures.behind import Behind
from showroom.figures.listings import LISTINGS, Of
from showroom.i18n import _
from showroom.sheets import cells
from showroom.sheets.cells import Kind
from ui import list_paper, style
from ui.rows import BLOCK, Column
from ui.tables import Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.sheets.write import Column as Told
    from showroom.store.db import Session
    from ui.page import Page

RIGHT = (Kind.WHOLE, Kind.NUMBER, Kind.MONEY, Kind.SHARE)
WIDTHS = {Kind.DAY: 104, Kind.CLOCK: 74, Kind.MOMENT: 140, Kind.MONEY: 100, Kind.CODE: 124}
MARK = "√"


class _Row:
    """One line on the screen: its id and the row it says."""

    def __init__(self, id: int, row: Any, counts: bool) -> None:
        self.id, self.row, self.counts = id, row, counts


class BehindView(QWidget):
    """A title with the number and its formula, and the rows; Enter opens one, Escape goes back."""

    def __init__(self, page: Page, back: Callable[[], None]) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        self.found: Behind | None = None
        self._make: Callable[[Session], Behind] | None = None
        self._period = ""
        self._question = 0  # counts what was asked: a late answer to an earlier one is dropped
        self._read: dict[int, Any] = {}  # the first ones come with the job
        self._tables: dict[tuple[Of, bool], Table] = {}
        self.title = label("", "title", name="figures.behind.title")
        self.count = label("", "muted", name="figures.behind.count")
        self.formula = label("", "muted", name="figures.behind.formula", wrap=True)
        self.back = page.button(_("Back"), "Esc", back, icon="chevron-left", name="behind.back")
        self.save = page.button(
            _("Export List…"), "Ctrl+Shift+E", self._save, icon="file-down", name="behind.save"
        )
        self.print = page.button(
            _("Print List"), "Ctrl+Shift+P", self.print_list, icon="printer", name="behind.print"
        )
        head = QHBoxLayout()
        head.setSpacing(style.M)
        head.addWidget(self.back)
        head.addSpacing(style.M)
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch()
        head.addWidget(self.print)
        head.addWidget(self.save)
        self.card = Card()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addLayout(head)
        column.addWidget(self.formula)
        column.addWidget(self.card, 1)

    def open(self, make: Callable[[Session], Behind], period: str) -> None:
        """Find the rows on a thread and show them; `period` says of which time they are."""
        self._make, self._period = make, period
        self.reload()

    def reload(self) -> None:
        """Find them anew."""
        make = self._make
        if make is None:
            return

        today = self.db.today()
        self._question += 1

        def work(_progress: Progress) -> tuple[Behind, list[Told], list[Any]]:
            with self.db.read() as session:
                found = make(session)
                first = listings.rows(session, found.of, found.ids[:BLOCK], today)
                return found, listings.narrow(session, found.of), first

        from ui.jobs import Job

        done = partial(self._show, self._question)
        Job(self.page, _("Looking for the rows…"), work, done, quiet=True)

    def _show(self, question: int, made: tuple[Behind, list[Told], list[Any]]) -> None:
        if question != self._question:
            return
        found, columns, rows = made
        by = LISTINGS[found.of].id
        self._read = {getattr(row, by): row for row in rows}
        first = self.found is None
        keyboard = first or any(table.hasFocus() for table in self._tables.values())
        self.found = found
        self.title.setText(found.title)
        self.count.setText(f"{found.said} · {self._period}")
        self.formula.setText(found.formula)
        self.formula.setVisible(bool(found.formula))
        partly = len(found.counted) != len(found.ids)
        key = (found.of, partly)
        for own, table in self._tables.items():
            table.setVisible(own == key)
        if key not in self._tables:
            self._tables[key] = self._table(found.of, columns, partly)
        table = self.table
        table.setAccessibleName(f"{found.title}: {found.said}")
        table.show_ids(found.ids)
        for button in (self.save, self.print):
            button.setEnabled(bool(found.ids))
        if first and found.ids:
            table.choose(found.ids[0])
        if keyboard:
            table.setFocus()

    @property
    def table(self) -> Table:
        """The list that is shown."""
        assert self.found is not None
        partly = len(self.found.counted) != len(self.found.ids)
        return self._tables[self.found.of, partly]

    def _table(self, of: Of, columns: Sequence[Told], partly: bool) -> Table:
        made = Table(f"figures.behind.{of}", _columns(columns, partly), self._rows)
        made.set_empty(_("Nothing is behind this number in this time."))
        made.opened.connect(self._open)
        self.card.body.addWidget(made)
        return made

    def _rows(self, ids: list[int]) -> list[_Row]:
        found = self.found
        if found is None:
            return []
        unread = [id for id in ids if id not in self._read]
        if unread:
            with self.db.read() as session:
                rows = listings.rows(session, found.of, unread, self.db.today())
            self._read |= {getattr(row, LISTINGS[found.of].id): row for row in rows}
        return [_Row(id, self._read[id], id in found.counted) for id in ids if id in self._read]

    def _open(self, _id: int) -> None:
        """Ask for the page of what the row is about."""
        found = self.found
        row = self.table.current_row() if found is not None else None
        if row is None or found is None:
            return
        listing = LISTINGS[found.of]
        target = getattr(row.row, listing.target)
        if listing.page and target:
            self.page.open.emit(listing.page, target)
        else:
            self.page.said.emit(_("Nobody is known here: the party left no contact."))

    # -- leaving --

    def close_list(self) -> None:
        """Forget what was shown, and what is still sought."""
        self._question += 1
        self.found = self._make = None

    def _name(self) -> str:
        assert self.found is not None
        return f"{self.found.title} {self._period}".replace("/", "-")

    def _save(self) -> None:
        if self.found is not None:
            said = self.page.said.emit
            list_paper.save_listing(self.page, self.found.of, self.found.ids, self._name(), said)

    def print_list(self) -> None:
        """Print the rows that are shown."""
        found, today = self.found, self.db.today()
        if found is None:
            return
        name = self._name()

        def made(session: Session, progress: Progress) -> tuple[int, bytes]:
            return listings.pdf(session, found.of, found.ids, progress, today=today, title=name)

        list_paper.to_printer(self.page, name, made, self.page.said.emit)


def _columns(columns: Sequence[Told], partly: bool) -> list[Column]:
    """The columns of a sheet as those of a list; of a rate, a mark for who counts."""
    made = [Column(column.title, partial(_said, column), **_look(column)) for column in columns]
    if partly:
        made.insert(0, Column(_("Counts"), lambda row: MARK if row.counts else "", width=64))
    return made


def _said(column: Told, row: _Row) -> str:
    value = column.of(row.row)
    if column.kind is Kind.MONEY and value is not None:
        return f"{value:,.0f}"
    if column.code == "phone" and isinstance(value, str):
        whole = len(value) == 11 and value.isdecimal()
        return f"{value[:3]} {value[3:7]} {value[7:]}" if whole else value
    return cells.plain(value, column.kind).replace("\n", " ")


def _look(column: Told) -> dict[str, Any]:
    return {
        "width": WIDTHS.get(column.kind, 110),
        "align": "right" if column.kind in RIGHT else "left",
        "stretch": column.wrap or column.code in ("customer", "name"),
    }
