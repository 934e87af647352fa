"""The files that came in: when, by whom, what of them; taken back weeks later, and done again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from showroom.errors import ShowroomError
from showroom.i18n import _, ngettext
from showroom.sheets import history
from showroom.sheets.history import Batch
from ui.page import Page
from ui.plan_columns import HISTORY
from ui.tables import Table
from ui.widgets import Card, label


class SheetsPast(Card):
    """The list of files; what an undo kept is named below it."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("Files that came in"), name="sheets.history.card")
        self.page, self.db = page, page.db
        self._past: dict[int, Batch] = {}
        self.table = Table("sheets.history", HISTORY, self._rows)
        self.table.set_empty(
            _("No file came in yet. Choose one or drop it here; you see each row first.")
        )
        self.kept = label("", "soon", name="sheets.kept", wrap=True)
        self.kept.setContentsMargins(12, 6, 12, 8)
        self.kept.hide()
        self.body.addWidget(self.table)
        self.body.addWidget(self.kept)
        page.command(self.table, _("Undo This Import"), "Ctrl+Backspace", self._undo, name="undo")
        page.command(
            self.table,
            _("Do This Import Again"),
            "Ctrl+Shift+Backspace",
            self._again,
            name="again",
        )

    def reload(self) -> None:
        """Read the list anew."""
        with self.db.read() as session:
            self._past = {row.id: row for row in history.batches(session)}
        self.set_title(_("Files that came in"), str(len(self._past)))
        self.table.show_ids(list(self._past))

    def _rows(self, ids: Sequence[int]) -> list[Any]:
        return [self._past[id] for id in ids if id in self._past]

    def _batch(self, sentence: str) -> Batch:
        batch: Batch | None = self.table.current_row()
        if batch is None or batch.action_id is None:
            raise ShowroomError(sentence)
        return batch

    def _undo(self) -> None:
        batch = self._batch(_("Choose the import to take back."))
        with self.db.write() as session:
            undone = history.take_back(session, batch)
        self._tell(
            undone,
            _("Taken back."),
            ngettext(
                "Taken back; {count} row was edited since and stays.",
                "Taken back; {count} rows were edited since and stay.",
                undone.rows,
            ),
        )

    def _again(self) -> None:
        batch = self._batch(_("Choose the import to do again."))
        with self.db.write() as session:
            undone = history.do_again(session, batch)
        self._tell(
            undone,
            _("Done again."),
            ngettext(
                "Done again; {count} row was edited since and stays.",
                "Done again; {count} rows were edited since and stay.",
                undone.rows,
            ),
        )

    def _tell(self, kept: history.Kept, all_of_it: str, some: str) -> None:
        self.page.said.emit(some.format(count=kept.rows) if kept.rows else all_of_it)
        self.kept.setText(
            _("Edited since, so it stays: {names}").format(names=_(", ").join(kept.names))
        )
        self.kept.setVisible(bool(kept.rows))
