"""Who is due now, above those who are here: one key checks him in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from showroom import dates, words
from showroom.door import expected
from showroom.i18n import N_, _
from ui.days import minute_words
from ui.tables import Column, Table
from ui.widgets import Card

if TYPE_CHECKING:
    from showroom.door.expected import ExpectedRow
    from showroom.store.db import Database, Session
    from ui.page import Page

KEY = "Shift+F5"


class DueList(Card):
    """The appointments of the next hour and those that are late; gone while nobody is due.

    `opened(appointment id)` for Enter or a double click.
    """

    opened = Signal(int)

    def __init__(self, page: Page) -> None:
        super().__init__(_("Expected now"), name="desk.due.card")
        self.db = page.db
        self._rows: dict[int, ExpectedRow] = {}
        self.table = Table(
            "desk.due", self._columns(), self._fetch, header=False, fit=True, max_rows=3
        )
        self.table.setAccessibleName(_("Expected now"))
        self.body.addWidget(self.table)
        self.table.opened.connect(self.opened)
        self.hide()

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("When"), lambda row: dates.show_clock(row.at), width=64, strong=True),
            Column(N_("Ppl"), lambda row: str(row.people), align="right", width=44),
            Column(
                N_("Customer"),
                lambda row: words.called(row.name, row.honorific) or row.phone,
                width=140,
                stretch=True,
            ),
            Column(N_("Aim"), lambda row: _(words.AIMS[row.aim]), width=112),
            Column(N_("Consultant"), lambda row: row.consultant or "—", width=88),
            Column(N_("Due"), self._late, tag=self._tone, width=112),
            Column("", self._key, align="right", tone="muted", width=96),
        )

    @staticmethod
    def read(session: Session, db: Database) -> list[ExpectedRow]:
        """Who is due now."""
        ids = expected.due(session, now=db.now())
        return expected.rows(session, ids, today=db.today()) if ids else []

    def show_rows(self, rows: Sequence[ExpectedRow]) -> None:
        """Show these; nothing at all when there are none."""
        self._rows = {row.id: row for row in rows}
        self.table.show_ids(list(self._rows))
        self.set_title(_("Expected now"), str(len(rows)))
        self.setVisible(bool(rows))

    def first(self) -> int:
        """The appointment that the key checks in: the chosen one, else the first; 0 for none."""
        chosen = self.table.current_id() if self.table.hasFocus() else 0
        return chosen or next(iter(self._rows), 0)

    def line(self) -> str:
        """Who is due, in words, with the key that checks him in; for the line of an arrival."""
        row = self._rows.get(self.first())
        if row is None:
            return ""
        who = words.called(row.name, row.honorific) or row.phone
        said = _("Is it {name}, expected at {time}? {key} checks in.")
        return said.format(name=who, time=dates.show_clock(row.at), key=KEY)

    def _fetch(self, ids: Sequence[int]) -> list[ExpectedRow]:
        return [self._rows[id] for id in ids if id in self._rows]

    def _minutes(self, row: ExpectedRow) -> int:
        return dates.minutes_between(row.at, self.db.now())

    def _late(self, row: ExpectedRow) -> str:
        return minute_words(self._minutes(row))

    def _tone(self, row: ExpectedRow) -> str:
        return "late" if self._minutes(row) > 0 else "soon"

    def _key(self, row: ExpectedRow) -> str:
        return KEY if row.id == self.first() else ""
