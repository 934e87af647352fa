"""The list of customers with its filters: found as one types, several chosen at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import settings, words
from showroom.dates import show_day, show_when
from showroom.i18n import N_, _, ngettext
from showroom.people import customers
from showroom.people.customers import CustomerRow
from showroom.store.models import Level, Status
from ui import style
from ui.customer_filters import CustomerFilters
from ui.days import late_words
from ui.filter_bar import FilterBar
from ui.many import ManyBar
from ui.many_table import ManyTable
from ui.rows import AROUND, room_for
from ui.tables import Column
from ui.widgets import Button, Card, label

if TYPE_CHECKING:
    from ui.pages.customers import CustomersPage


class CustomerList(QWidget):
    """`table` with `filters` and `count` above it, `filter_bar` and what is done to `many`.

    `show_ids(ids, shop)`; `first` is the button that stands in an empty list.
    """

    def __init__(self, page: CustomersPage, first: Button) -> None:
        super().__init__()
        self.page, self.db, self._first = page, page.db, first
        self._shop = settings.Settings()
        self.filters = CustomerFilters(self.db, "customers")
        self.count = label("", "note", name="customers.count")
        self.table = ManyTable("customers.list", self._columns(), self.fetch_rows)
        self.table.setAccessibleName(_("Customers"))
        self.table.set_empty(_("No customers yet."), first)
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.filters)
        line.addStretch()
        line.addWidget(self.count)
        self.filter_bar = FilterBar(page, self.filters)
        self.many = ManyBar(page, self.table)
        card = Card()
        card.body.addWidget(self.table)
        card.body.addWidget(self.many)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addLayout(line)
        column.addWidget(self.filter_bar)
        column.addWidget(card, 1)

    def _columns(self) -> tuple[Column, ...]:
        level = max(92, style.tag_width(_(words.STATUSES[Status.VISITED])) + AROUND)
        return (
            Column(
                N_("Customer"),
                lambda row: words.called(row.name, row.honorific) or _("No name"),
                width=150,
                stretch=True,
            ),
            Column(N_("Phone"), lambda row: row.phone, width=116),
            Column(N_("Interest"), lambda row: row.model, width=106, stretch=True),
            Column(N_("Level"), self._standing, tag=standing_tone, width=level),
            Column(N_("Consultant"), lambda row: row.consultant or "—", width=84),
            Column(
                N_("Last visit"),
                lambda row: show_day(row.last_visit_on, self.db.today()),
                tone="muted",
                width=88,
            ),
            Column(
                N_("Next contact"),
                self._next,
                tag=self._next_tone,
                width=room_for(104, _("Tomorrow") + " 00:00", _("Do not contact")),
            ),
        )

    def show_ids(self, ids: Sequence[int], shop: settings.Settings) -> None:
        """Show these customers, and how many they are."""
        self._shop = shop
        self._say_count(len(ids))
        self.table.show_ids(ids)

    def fetch_rows(self, ids: Sequence[int]) -> list[CustomerRow]:
        with self.db.read() as session:
            return customers.rows(session, ids)

    def _standing(self, row: CustomerRow) -> str:
        return customers.standing(row, self._shop)

    def _next(self, row: CustomerRow) -> str:
        if row.do_not_contact:
            return _("Do not contact")
        today = self.db.today()
        late = late_words(row.next_on, today)
        return late or show_when(row.next_on, row.next_clock, today)

    def _next_tone(self, row: CustomerRow) -> str:
        if row.do_not_contact:
            return "muted"
        return "late" if late_words(row.next_on, self.db.today()) else ""

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down from the search goes to the first who was found.

        So does Space in the empty line to who is chosen in the list, and ticks him.
        """
        finder = self.filters.finder
        if event.key() == Qt.Key.Key_Space and finder.hasFocus() and not finder.text():
            self.page.reload_due()
            if self.table.current_id():
                self.table.setFocus()
                self.table.tick_one()
        elif event.key() == Qt.Key.Key_Down and finder.hasFocus():
            self.page.reload_due()
            ids = self.table.rows.ids()
            if ids:
                self.table.choose(ids[0])
                self.table.setFocus()
        else:
            super().keyPressEvent(event)

    def _say_count(self, count: int) -> None:
        self.count.setText(f"{count:,}")
        spoken = ngettext("{count} customer", "{count} customers", count)
        self.count.setToolTip(style.tip(spoken.format(count=f"{count:,}")))
        self.count.setAccessibleName(spoken.format(count=f"{count:,}"))
        said = "" if count else self.filters.nobody()
        if not count and said != (self.table.property("said") or ""):
            self.table.setProperty("said", said)
            if said:
                self.table.set_empty(said)
            else:
                self.table.set_empty(_("No customers yet."), self._first)


def standing_tone(row: CustomerRow) -> str:
    """The tone of the letter or the words that say where somebody stands."""
    if row.status is Status.OWNER:
        return "good"
    if row.status not in (Status.OPEN, Status.ORDERED) or row.level is Level.UNRATED:
        return "muted"
    return {Level.WEEK: "late", Level.ORDERED: "good"}.get(row.level, "accent")
