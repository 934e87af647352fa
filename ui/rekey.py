"""Keying the visits of a day into the dealer's own system, in its order: one copied by one key.

The list at the left, the fields of the chosen visit at the right in the order of DOMAIN §1.2(c).
Enter copies the field under the mark and goes on to the next one; after the last one comes the
next visit. Ctrl+Shift+C copies the whole row, cell by cell, for systems that take it pasted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from showroom.figures import dms
from showroom.figures.dms import DmsRow
from showroom.guard import mask
from showroom.i18n import N_, _
from showroom.sheets import cells
from ui import style
from ui.rows import Column
from ui.tables import Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from showroom.progress import Progress
    from ui.page import Page


class Field(NamedTuple):
    """One field of the other system, and what is keyed into it."""

    id: int
    title: str
    words: str


VISITS = (
    Column(N_("Time"), lambda row: f"{row.arrived_at:%H:%M}", width=64),
    Column(N_("Customer"), lambda row: row.seen.name or "—", stretch=True),
    Column(N_("Consultant"), lambda row: row.seen.consultant, width=84, tone="muted"),
)
FIELDS = (
    Column(N_("Field"), lambda row: row.title, width=130, tone="muted"),
    Column(N_("Keyed as"), lambda row: row.words or "—", stretch=True),
)


class RekeyView(QWidget):
    """The visits of `day()` and the fields of the chosen one; `back()` when it is left."""

    def __init__(self, page: Page, back: Callable[[], None]) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        self.day = page.db.today()
        self._keyboard = False
        self._found: dict[int, DmsRow] = {}
        self._fields: list[Field] = []
        self._noted: set[tuple[int | None, int]] = set()  # who keyed which visit: once in the trail
        self.title = label("", "title", name="figures.rekey.title")
        self.hint = label(
            _("Enter copies a field and goes on; Ctrl+Shift+C copies the whole row."),
            "muted",
            name="figures.rekey.hint",
        )
        self.back = page.button(_("Back"), "Esc", back, icon="chevron-left", name="rekey.back")
        self.row = page.button(
            _("Copy Row"), "Ctrl+Shift+C", self.copy_row, icon="copy", name="rekey.row"
        )
        self.visits = Table("figures.rekey.visits", VISITS, self._rows)
        self.visits.setAccessibleName(_("Visits"))
        self.visits.set_empty(_("Nobody came on this day."))
        self.fields = Table("figures.rekey.fields", FIELDS, self._field_rows)
        self.fields.setAccessibleName(_("Fields in the order of the other system"))
        self.visits.chosen.connect(self._show)
        self.visits.opened.connect(lambda _id: self.fields.setFocus())
        self.fields.opened.connect(self._copy)
        head = QHBoxLayout()
        head.setSpacing(style.M)
        for widget in (self.back, self.title, self.hint):
            head.addWidget(widget)
        head.addStretch()
        head.addWidget(self.row)
        grid = QGridLayout()
        grid.setSpacing(style.L)
        for number, (table, stretch) in enumerate(((self.visits, 2), (self.fields, 3))):
            card = Card()
            card.body.addWidget(table)
            grid.addWidget(card, 0, number)
            grid.setColumnStretch(number, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addLayout(head)
        column.addLayout(grid, 1)

    def open(self, day: date, *, keyboard: bool = False) -> None:
        """Show the visits of a day; with `keyboard` it is theirs once they are there."""
        self.day = day
        self._noted.clear()
        self._keyboard = self._keyboard or keyboard
        self.title.setText(_("Key into the DMS: {day}").format(day=day))
        self.reload()

    def reload(self) -> None:
        """Read them on a thread."""
        from ui.jobs import Job

        day = self.day

        def work(_progress: Progress) -> list[DmsRow]:
            with self.db.read() as session:
                mask.leaving(session)
                return dms.rows(session, day, day)

        done = partial(self._show_visits, day)
        Job(self.page, _("Looking for the rows…"), work, done, quiet=True)

    def _show_visits(self, day: date, rows: list[DmsRow]) -> None:
        if day != self.day:
            return  # another day is asked for by now
        self._found = {row.id: row for row in rows}
        first = not self.visits.current_id()
        self.visits.show_ids(list(self._found))
        if first and rows:
            self.visits.choose(rows[0].id)
        self._show(self.visits.current_id())
        if self._keyboard and self.isVisible():
            (self.fields if rows else self.visits).setFocus()
        self._keyboard = False

    def _rows(self, ids: Sequence[int]) -> list[DmsRow]:
        return [self._found[id] for id in ids if id in self._found]

    def _show(self, id: int) -> None:
        row = self._found.get(id)
        kept = self.fields.current_id()
        self._fields = _fields(row) if row is not None else []
        self.fields.show_ids([])
        self.fields.show_ids([field.id for field in self._fields])
        if self._fields:
            self.fields.choose(kept or 1)
        self.row.setEnabled(row is not None)

    def _field_rows(self, ids: Sequence[int]) -> list[Field]:
        return [self._fields[id - 1] for id in ids if id <= len(self._fields)]

    def _copy(self, id: int) -> None:
        """Copy one field; then the mark is on the next one, after the last on the next visit."""
        field = self._fields[id - 1]
        self._note()
        QGuiApplication.clipboard().setText(field.words)
        said = _("Copied: {title}").format(title=field.title)
        if id < len(self._fields):
            self.fields.choose(id + 1)
        else:
            ids = list(self._found)
            place = ids.index(self.visits.current_id()) + 1
            if place < len(ids):
                self.visits.choose(ids[place])
                self.fields.choose(1)
            else:
                said = _("That was the last visit of the day.")
        self.page.said.emit(said)

    def _note(self) -> None:
        """Say in the trail that this visit leaves, before it does; once for who sits here."""
        key = (self.db.staff_id, self.visits.current_id())
        if key not in self._noted:
            with self.db.write() as session:
                dms.note_keyed(session, key[1])
            self._noted.add(key)

    def copy_row(self) -> None:
        """Copy the whole row, its cells parted by tabs; nothing in it becomes a formula."""
        self._note()
        cells_of = [cells.harmless(f.words.replace("\t", " ")) for f in self._fields]
        QGuiApplication.clipboard().setText("\t".join(cells_of))
        self.page.said.emit(_("The row is copied: paste it into the other system."))


def _fields(row: DmsRow) -> list[Field]:
    """What is keyed, field by field; the contact of who must not be contacted is left out."""
    found: list[Field] = []
    for number, column in enumerate(dms.columns(), 1):
        value: Any = None if column.contact and row.seen.do_not_contact else column.of(row)
        words = cells.plain(value, column.kind).replace("\n", " ")
        found.append(Field(number, column.title, cells.fit(words)))
    return found
