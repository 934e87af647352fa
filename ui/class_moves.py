"""Who moved from which level to which in a month; a number, and who is meant by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from showroom import dates, settings
from showroom.dates import add_months
from showroom.i18n import N_, _
from showroom.people import level_moves
from showroom.people.level_moves import ORDER
from ui import style
from ui.class_pane import Pane, called
from ui.many import ManyBar
from ui.many_table import ManyTable
from ui.move_matrix import MoveMatrix
from ui.tables import Column
from ui.widgets import Card, label

if TYPE_CHECKING:
    from showroom.people.customers import CustomerRow
    from showroom.people.level_moves import Move, Moves
    from showroom.progress import Progress
    from showroom.settings import Settings
    from showroom.store.models import Level
    from ui.pages.customers import CustomersPage

ORIGINS = (None, *ORDER[::-1])
"""The rows of the table: who is new on file first, then from the farthest level up."""


class MoveRow(NamedTuple):
    """One customer who moved."""

    id: int
    customer: CustomerRow
    move: Move


class MovesPane(Pane):
    """A month at a time: Alt+PgUp, Alt+PgDown; arrows choose a number, Enter goes to the names."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.stale = True
        self._month = self.db.today().replace(day=1)
        self._shop = settings.Settings()
        self._moves: Moves | None = None
        self._by_id: dict[int, Move] = {}
        self._cells: dict[tuple[int, int], list[int]] = {}
        self.month = label("", "section", name="customers.classes.month")
        self.earlier = page.button(
            _("Month Before"),
            "Alt+PgUp",
            lambda: self._step(-1),
            kind="quiet",
            name="classes.earlier",
        )
        self.later = page.button(
            _("Month After"),
            "Alt+PgDown",
            lambda: self._step(1),
            kind="quiet",
            name="classes.later",
        )
        self.sums = label("", "note", name="customers.classes.sums")
        self.words = label("", "note", name="customers.classes.moves.words", wrap=True)
        self.matrix = MoveMatrix("customers.classes.matrix")
        self.matrix.setAccessibleName(_("Level moves"))
        self.table = ManyTable("customers.classes.moved", self._columns(), self._rows)
        self.table.set_empty(_("Nobody moved like this. Choose a number above."))
        head = QHBoxLayout()
        head.setSpacing(style.M)
        for widget in (self.earlier, self.month, self.later):
            head.addWidget(widget)
        head.addSpacing(style.L)
        head.addWidget(self.sums, 1)
        picture = Card(name="customers.classes.moves")
        picture.body.addWidget(self.matrix)
        self.words.setContentsMargins(style.L, 0, style.L, style.M)
        picture.body.addWidget(self.words)
        self.card = Card("", name="customers.classes.moved.card")
        self.card.body.addWidget(self.table)
        self.many = ManyBar(page, self.table)
        self.card.body.addWidget(self.many)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addWidget(picture)
        layout.addWidget(self.card, 1)
        self.matrix.chosen.connect(lambda _row, _column: self._show_cell())
        self.matrix.opened.connect(self._to_table)
        self.table.chosen.connect(self._on_customer)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Customer"), lambda row: called(row.customer), width=140, stretch=True),
            Column(N_("Moved"), self._moved, width=110),
            Column(
                N_("When"),
                lambda row: f"{dates.local(row.move.at):%m-%d %H:%M}",
                width=110,
                tone="muted",
            ),
            Column(N_("Consultant"), lambda row: row.customer.consultant or "—", width=100),
        )

    # -- the month --

    def reload(self) -> None:
        super().reload()
        month = self._month
        self.month.setText(f"{month:%Y-%m}")
        self.later.setEnabled(month < self.db.today().replace(day=1))

        def work(_progress: Progress) -> tuple[date, Settings, Moves]:
            with self.db.read() as session:
                last = add_months(month, 1) - timedelta(days=1)
                found = level_moves.between(session, month, last)
                return month, settings.load(session), found

        self.page.job(_("Reading the level moves…"), work, self._on_read)

    def _step(self, by: int) -> None:
        self._month = min(add_months(self._month, by), self.db.today().replace(day=1))
        self.reload()

    def _on_read(self, found: tuple[date, Settings, Moves]) -> None:
        month, self._shop, moves = found
        if month != self._month:
            return
        self._moves = moves
        self._by_id = {move.id: move for move in moves.moves}
        self._cells = {
            (ORIGINS.index(was), ORDER.index(now)): ids for (was, now), ids in moves.table().items()
        }
        self.matrix.show_data(
            [self._level(level) for level in ORIGINS],
            [self._level(level) for level in ORDER],
            {cell: len(ids) for cell, ids in self._cells.items()},
            {cell: _tone(*cell) for cell in self._cells},
            _("from ↓ to →"),
        )
        if self.matrix.cell() not in self._cells:
            most = max(self._cells, key=lambda cell: len(self._cells[cell]), default=(0, 0))
            self.matrix.set_cell(most)
        self._say(moves)
        self._show_cell()

    def _say(self, moves: Moves) -> None:
        up = sum(move.up for move in moves.moves)
        new = sum(move.was is None for move in moves.moves)
        down = len(moves.moves) - up - new
        self.sums.setText(
            _("nearer to buying {up} · farther {down} · new on file {new}").format(
                up=f"{up:,}", down=f"{down:,}", new=f"{new:,}"
            )
        )
        said = _("Before the month and at its end; what went to and fro within it is no move.")
        if not moves.moves:
            said = _("No level changed in this month. A level is set in the file, or by a visit.")
        if moves.since is not None:
            since = _("The journal goes back to {day}: earlier moves are not known.")
            said = since.format(day=dates.local_day(moves.since))
        self.words.setText(said)

    def _level(self, level: Level | None) -> str:
        return _("New on file") if level is None else self._shop.letter(level)

    def take_keyboard(self) -> None:
        self.matrix.setFocus()

    # -- who is meant --

    def _show_cell(self) -> None:
        cell = self.matrix.cell()
        ids = self._cells.get(cell, [])
        was, now = ORIGINS[cell[0]], ORDER[cell[1]]
        self.card.set_title(f"{self._level(was)} → {self._level(now)}", f"{len(ids):,}")
        self.table.show_ids(ids)

    def _to_table(self) -> None:
        ids = self.table.rows.ids()
        if ids:
            if not self.table.current_id():
                _found = self.table.choose(self.page.id) or self.table.choose(ids[0])
            self.table.setFocus()

    def _on_customer(self, id: int) -> None:
        if id:
            self.chosen.emit(id)

    def _rows(self, ids: Sequence[int]) -> list[MoveRow]:
        known = self.known(ids)
        return [
            MoveRow(id, known[id], self._by_id[id])
            for id in ids
            if id in known and id in self._by_id
        ]

    def _moved(self, row: MoveRow) -> str:
        return f"{self._level(row.move.was)} → {self._level(row.move.now)}"


def _tone(row: int, column: int) -> str:
    """Nearer to buying is good, farther is not; new ones are neither."""
    was = ORIGINS[row]
    if was is None:
        return "accent"
    return "good" if column < ORDER.index(was) else "late"
