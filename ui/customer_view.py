"""A view of the customers' page: whoever is marked in it is who is shown at the right."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from ui.views import View

if TYPE_CHECKING:
    from ui.pages.customers import CustomersPage
    from ui.tables import Table

RowsOf = Callable[[int], Collection[int]]


class CustomerView(View):
    """`follow` tells which of its lists are of customers; a key there acts on the marked row.

    So the mark goes with the panel: to the row of who is shown, and off every other row.
    """

    page: CustomersPage

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._lists: list[tuple[Table, RowsOf]] = []

    def follow(self, table: Table, rows_of: RowsOf | None = None) -> None:
        """A list of customers: `rows_of(customer id)` are his rows, without it the id itself."""
        self._lists.append((table, rows_of or _himself))
        table.again.connect(lambda id: self._show_again(table, id))

    def enter(self) -> None:
        """Mark who is shown; has he no row here, show who is marked."""
        kept = self.blockSignals(True)
        self.reload()
        self.mark_shown()
        self.begin()
        self.blockSignals(kept)
        for table, rows_of in self._lists:
            id = table.current_id()
            if table.hasFocus() and id and id not in rows_of(self.page.id):
                table.chosen.emit(id)
        self.mark_shown()

    def mark_shown(self) -> None:
        """Mark the row of who is shown, in each list; no other row stays marked."""
        kept = self.blockSignals(True)
        for table, rows_of in self._lists:
            his, now = rows_of(self.page.id), table.current_id()
            if now not in his:
                row = next((id for id in table.rows.ids() if id in his), 0)
                if row or now:
                    table.choose(row)
        self.blockSignals(kept)

    def marked_list(self) -> Table | None:
        """The first list that has somebody marked."""
        return next((table for table, _rows_of in self._lists if table.current_id()), None)

    def _show_again(self, table: Table, id: int) -> None:
        """A click on the marked row: he is shown, whatever stands at the right."""
        if not self.page.is_about(self.page.id) or id not in dict(self._lists)[table](self.page.id):
            table.chosen.emit(id)


def _himself(id: int) -> Collection[int]:
    return (id,)
