"""The four lists of cards: to print, printed, posted, skipped; one card of them all is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom import dates
from showroom.cards import queue, taken_back
from showroom.cards.queue import CardRow, State
from showroom.i18n import N_, _, ngettext
from ui import style
from ui.tables import Column, Table
from ui.widgets import Button, Card

if TYPE_CHECKING:
    from showroom.store.db import Database

TONES: Final = {
    State.LATE: "late",
    State.TODAY: "soon",
    State.DUE: "soon",
    State.HELD: "muted",
}
LEAST_POSTED: Final = 3  # rows
SEEN: Final = 24  # so many rows of a list are read at once: no list here has the whole screen


class CardLists(QWidget):
    """Attributes `waiting`, `printed`, `posted`, `skipped` are its tables.

    Signals: `chosen(id)` another card was chosen by the user, `opened()` Enter or double click,
    `ticked()`. What is due is ticked when it first appears, unless it was printed once.
    """

    chosen = Signal(int)
    opened = Signal()
    ticked = Signal()

    def __init__(self, db: Database) -> None:
        super().__init__()
        self._db = db
        self._offered: set[int] = set()
        self._ahead: dict[int, CardRow] | None = None
        self.waiting = Table("cards.waiting", self._waiting_columns(), self._rows, checkable=True)
        self.waiting.set_empty(_("No card waits. Closing a deal puts one here."))
        self.printed = Table(
            "cards.printed",
            (
                *_WHOSE,
                Column("", self._printed_note, width=200, tone="muted", align="right"),
                Column("", _problem, tag=lambda _row: "soon", tip=_problems, width=112),
            ),
            self._rows,
            checkable=True,
            header=False,
            fit=True,
            max_rows=3,
        )
        self.posted = Table(
            "cards.posted",
            (
                Column("", lambda row: self._day(row.posted_at), width=80),
                *_WHOSE,
                Column("", _posted_note, tag=lambda _row: "muted", width=110, align="right"),
            ),
            self._rows,
            header=False,
        )
        self.posted.set_empty(_("The cards posted this month stand here."))
        self.skipped = Table(
            "cards.skipped",
            (*_WHOSE, Column("", lambda row: row.skip_reason, width=270, tone="muted")),
            self._rows,
            header=False,
            fit=True,
            max_rows=2,
        )
        self.tables = (self.waiting, self.printed, self.posted, self.skipped)
        self._cards = {table: Card(name=f"{table.objectName()}.card") for table in self.tables}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.L)
        for table, card in self._cards.items():
            table.rows.block = SEEN
            card.body.addWidget(table)
            layout.addWidget(card, 1 if table is self.posted else 0)
            table.chosen.connect(self._chooser(table))
            table.opened.connect(lambda _id: self.opened.emit())
            table.ticked.connect(self.ticked)

    def _waiting_columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Due"), self._due, tag=_tone, width=96),
            Column(N_("Customer"), lambda row: row.customer, width=150),
            Column(N_("Occasion"), lambda row: row.reason, stretch=True),
            Column(N_("Consultant"), lambda row: row.consultant, width=76),
            Column(N_("Post by"), lambda row: f"{row.late_on:%m-%d}", align="right", width=70),
            Column("", _problem, tag=lambda _row: "soon", tip=_problems, width=112),
        )

    # -- what the page uses --

    def add_button(self, table: Table, button: Button) -> None:
        """Put a button into the title line of a list."""
        self._cards[table].head.addWidget(button)

    def reload(self) -> None:
        """Read all lists anew, and tell what is `ticked` then; nobody is told what is chosen."""
        today = self._db.today()
        with self._db.read() as session:
            lists = (
                queue.waiting(session),
                queue.printed(session),
                queue.posted(session, today),
                queue.skipped(session, today),
            )
            due = queue.due(session, today)
            fresh = set(due) - self._offered
            ticked = fresh - set(taken_back.printed_at(session, fresh))
        self._ahead = None
        for table, ids in zip(self.tables, lists, strict=True):
            told = table.blockSignals(True)
            table.show_ids(ids)
            table.blockSignals(told)
        self._offered |= fresh
        self.waiting.set_checked(list(ticked))
        self._say_titles()
        self._fit_rows()

    def ids(self) -> list[int]:
        """Every card, those that wait first."""
        return [id for table in self.tables for id in table.rows.ids()]

    def row(self, card_id: int) -> CardRow | None:
        """The row of a card, also of one that stands in none of the lists; 0 is none."""
        for table in self.tables:
            if card_id in table.rows.ids():
                found: CardRow | None = table.rows.row(table.rows.ids().index(card_id))
                return found
        return next(iter(self._read([card_id])), None) if card_id else None

    def mark(self, card_id: int) -> None:
        """Choose the card in the list it stands in, and nothing in the others; nobody is told."""
        for table in self.tables:
            told = table.blockSignals(True)
            if card_id in table.rows.ids():
                table.choose(card_id)
            else:
                table.setCurrentIndex(QModelIndex())
            table.blockSignals(told)

    # -- inside --

    def _say_titles(self) -> None:
        titles = (_("To print"), _("Printed, to sign and post"), _("Posted"), _("Skipped"))
        for table, title in zip(self.tables, titles, strict=True):
            count = len(table.rows.ids())
            note = _("{count} this month") if table is self.posted else "{count}"
            self._cards[table].set_title(title, note.format(count=count))
        for table in (self.printed, self.skipped):
            self._cards[table].setVisible(bool(table.rows.ids()))

    def _fit_rows(self) -> None:
        """The queue takes the rows it has, as long as the other lists keep their place."""
        others = sum(
            self._cards[table].sizeHint().height() + style.L
            for table in (self.printed, self.skipped)
            if not self._cards[table].isHidden()
        )
        bars = 2 * style.ROW + style.L + 4  # two titles, the gap between, hairlines
        head = self.waiting.horizontalHeader().height()
        room = (self.height() - others - bars - head) // style.ROW
        count = min(max(len(self.waiting.rows.ids()), 2), max(3, room - LEAST_POSTED))
        self.waiting.setFixedHeight(head + count * style.ROW)

    def _chooser(self, table: Table) -> Callable[[int], None]:
        def chosen(card_id: int) -> None:
            if card_id and not table.signalsBlocked():
                self.mark(card_id)
                self.chosen.emit(card_id)

        return chosen

    def _rows(self, ids: Sequence[int]) -> list[CardRow]:
        """What stands first in the lists is read of all at once, when one of them is painted."""
        if self._ahead is None:
            first = [id for table in self.tables for id in table.rows.ids()[:SEEN]]
            self._ahead = {row.id: row for row in self._read(first)}
        if all(id in self._ahead for id in ids):
            return [self._ahead[id] for id in ids]
        return self._read(ids)

    def _read(self, ids: Sequence[int]) -> list[CardRow]:
        with self._db.read() as session:
            return queue.rows(session, ids, today=self._db.today())

    def _due(self, row: CardRow) -> str:
        if row.state is State.LATE:
            late = ngettext("{count} day late", "{count} days late", row.days)
            return late.format(count=row.days)
        if row.state is State.TODAY:
            return _("Due today")
        if row.state is State.DUE:
            return _("Due")
        if row.state is State.HELD:
            return _("Held back")
        return dates.show_day(row.due_on, self._db.today())

    def _day(self, moment: datetime | None) -> str:
        return dates.show_day(dates.local_day(moment), self._db.today()) if moment else ""

    def _printed_note(self, row: CardRow) -> str:
        moment = row.signed_at if row.state is State.SIGNED else row.printed_at
        when = f"{dates.inside(self._day(moment))} {dates.show_clock(moment)}"
        if row.state is State.SIGNED:
            return _("signed {when}").format(when=when)
        said = _("{name} {when} on {printer}") if row.printed_by else _("{when} on {printer}")
        return said.format(name=row.printed_by, when=when, printer=row.printer)

    # -- Qt --

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()


_WHOSE = (
    Column("", lambda row: row.customer, width=190),
    Column("", lambda row: row.reason, stretch=True),
)


def _tone(row: CardRow) -> str:
    return TONES.get(row.state, "accent")


def _problem(row: CardRow) -> str:
    return row.problems[0] if row.problems else ""


def _problems(row: CardRow) -> str:
    return ", ".join(row.problems)


def _posted_note(row: CardRow) -> str:
    late = row.posted_at is not None and dates.local_day(row.posted_at) > row.late_on
    return _("posted late") if late else ""
