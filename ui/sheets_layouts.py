"""How sheets are read: the layouts that are remembered, named, forgotten, taken to another desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from showroom import dates
from showroom.errors import ShowroomError
from showroom.i18n import N_, _, ngettext
from showroom.sheets import layouts
from ui import dialogs
from ui.name_line import NameLine
from ui.page import Page
from ui.tables import Column, Table
from ui.widgets import Card

ROWS = 5


class _Row(NamedTuple):
    id: int
    name: str
    headings: str
    used: str


LAYOUTS = (
    Column(
        N_("Layout"),
        lambda row: row.name or _("without a name"),
        tone=lambda row: "" if row.name else "muted",
        width=150,
    ),
    Column(N_("Headings"), lambda row: row.headings, tone="muted", width=240, stretch=True),
    Column(N_("Last learnt"), lambda row: row.used, width=100, tone="muted"),
)


class SheetsLayouts(Card):
    """The layouts; F2 names one, Delete forgets one."""

    def __init__(self, page: Page) -> None:
        super().__init__(_("Read as before"), name="sheets.layouts.card")
        self.page, self.db = page, page.db
        self._known: dict[int, _Row] = {}
        self.table = Table("sheets.layouts", LAYOUTS, self._rows, fit=True, max_rows=ROWS)
        self.table.set_empty(_("Once a file came in, the next one like it is read the same way."))
        self.take = page.button(
            _("Import Layouts…"), "", self._load, kind="quiet", name="load_layouts"
        )
        self.give = page.button(
            _("Export Layouts…"), "", self._save, kind="quiet", name="save_layouts"
        )
        self.head.addWidget(self.take)
        self.head.addWidget(self.give)
        self.name = NameLine("sheets.layout_name")
        self.name.setContentsMargins(12, 6, 12, 6)
        self.body.addWidget(self.table)
        self.body.addWidget(self.name)
        page.command(self.table, _("Name This Layout"), "F2", self._ask, name="name_layout")
        page.command(self.table, _("Forget This Layout"), "Delete", self._forget, name="forget")

    def reload(self) -> None:
        """Read the list anew."""
        with self.db.read() as session:
            self._known = {
                one.id: _Row(
                    one.id,
                    one.name,
                    _(", ").join(label for label in one.labels if label),
                    f"{dates.local(one.used_at):%Y-%m-%d}",
                )
                for one in layouts.known(session).values()
            }
        self.set_title(_("Read as before"), str(len(self._known)))
        self.table.show_ids(list(self._known))
        self.give.setEnabled(bool(self._known))

    def _rows(self, ids: Sequence[int]) -> list[Any]:
        return [self._known[id] for id in ids if id in self._known]

    def _chosen(self) -> _Row:
        row: _Row | None = self.table.current_row()
        if row is None:
            raise ShowroomError(_("Choose a layout."))
        return row

    def _ask(self) -> None:
        row = self._chosen()

        def rename(name: str) -> None:
            with self.db.write() as session:
                layouts.rename(session, row.id, name)

        self.name.ask(_("Name of the layout"), _("Save"), rename, name=row.name, back=self.table)

    def _forget(self) -> None:
        row = self._chosen()
        with self.db.write() as session:
            layouts.forget(session, row.id)
        self.page.said.emit(_("Forgotten. Ctrl+Z brings it back."))

    def _save(self) -> None:
        path = dialogs.choose_save(self, _("Export Layouts"), _("Layouts.json"), "JSON (*.json)")
        if path is not None:
            with self.db.read() as session:
                layouts.save(session, list(self._known), path)
            self.page.said.emit(_("Saved: {name}").format(name=path.name))

    def _load(self) -> None:
        paths = dialogs.choose_open(self, _("Import Layouts"), "JSON (*.json)")
        if paths:
            with self.db.write() as session:
                count = layouts.load(session, paths[0], now=self.db.now())
            self.page.said.emit(
                ngettext("{count} layout taken.", "{count} layouts taken.", count).format(
                    count=count
                )
            )
