"""Named lists (F5): what lists there are, who is on the chosen one, what is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.dates import local_day, show_day
from showroom.errors import ShowroomError
from showroom.i18n import N_, _
from showroom.people import filters, lists
from showroom.people.lists import ListRow
from ui import style
from ui.customer_view import CustomerView
from ui.jobs import Job
from ui.many import ManyBar, export
from ui.many_table import ManyTable
from ui.name_line import NameLine
from ui.tables import Column, Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from showroom.progress import Progress
    from ui.pages.customers import CustomersPage


class ListsView(CustomerView):
    """All lists above, the customers of the chosen one below; his file at the right.

    Enter goes down to the customers, Delete takes a list away, Alt+D who is ticked off the list.
    """

    page: CustomersPage

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._rows: dict[int, ListRow] = {}
        self._counts: dict[int, int] = {}
        self._asked = 0
        self._stood = 0  # where the list stood that was marked last
        self.new = page.button(_("New List"), "N", self._new, kind="quiet", name="lists.new")
        self.name = NameLine("customers.lists.name")
        self.table = Table("customers.lists", self._columns(), self._fetch)
        self.table.setAccessibleName(_("Named Lists"))
        self.table.set_empty(
            _(
                "No list yet. Narrow the customers and save that as a list (Ctrl+Shift+N), or tick "
                "some and put them on one (Alt+A)."
            )
        )
        self.all = Card(_("Named Lists"), name="customers.lists.card")
        self.all.head.addWidget(self.new)
        self.problem = label("", "soon", name="customers.lists.problem", wrap=True)
        fetch = page.lists.fetch_rows
        self.members = ManyTable("customers.members", page.table.rows.columns, fetch)
        self.members.setAccessibleName(_("Customers of the list"))
        self.members.set_empty(_("Choose a list above."))
        self.many = ManyBar(page, self.members, self.table.current_id)
        button = partial(page.button, kind="quiet")
        self.rename = button(_("Rename"), "E", self._rename, name="lists.rename")
        self.rule = button(_("Change Rule"), "R", self._change_rule, name="lists.rule")
        self.labels = button(_("Labels…"), "Ctrl+P", self._labels, name="lists.labels")
        self.export = button(_("Export…"), "Ctrl+Shift+E", self._export, name="lists.export")
        self.delete = button(_("Delete"), "", self._delete, name="lists.delete")
        self.below = Card("", name="customers.members.card")
        self._place()
        page.command(self.table, _("Delete the list"), "Del", self._delete, name="lists.del")
        self.follow(self.members)
        self.table.chosen.connect(self._show_members)
        self.table.opened.connect(lambda _id: self._go_down())
        self.members.chosen.connect(self._show_file)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                N_("Name of the list"), lambda row: row.name, width=150, stretch=True, strong=True
            ),
            Column(N_("Customers"), self._count, align="right", width=80),
            Column(
                N_("Rule"),
                lambda row: row.rule or _("by hand"),
                note=lambda row: (
                    _("and {count} by hand").format(count=f"{row.by_hand:,}")
                    if row.rule and row.by_hand
                    else ""
                ),
                tone=lambda row: "soon" if row.problem else "" if row.rule else "muted",
                tip=lambda row: row.problem,
                width=220,
                stretch=True,
            ),
            Column(N_("Made by"), lambda row: row.by or "—", width=72, tone="muted"),
            Column(
                N_("Made on"),
                lambda row: show_day(local_day(row.made_at), self.db.today()),
                width=84,
                tone="muted",
            ),
        )

    def _place(self) -> None:
        asked = QWidget()
        pad = QVBoxLayout(asked)
        pad.setContentsMargins(style.L, style.S, style.L, 0)
        pad.addWidget(self.name)
        self.all.body.addWidget(asked)
        self.all.body.addWidget(self.table)
        self.table.setMinimumHeight(5 * style.ROW)
        for each in (self.rename, self.rule, self.labels, self.export, self.delete):
            each.bare = True
            self.below.head.addWidget(each)
        told = QHBoxLayout()
        told.setContentsMargins(style.L, 0, style.L, 0)
        told.addWidget(self.problem)
        self.below.body.addLayout(told)
        self.below.body.addWidget(self.members, 1)
        self.below.body.addWidget(self.many)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.all, 2)
        layout.addWidget(self.below, 3)

    # -- showing --

    def begin(self) -> None:
        """The lists take the keyboard, the first one is chosen."""
        ids = self.table.rows.ids()
        if ids and not self.table.current_id():
            self.table.choose(ids[0])
        (self.table if ids else self.new).setFocus()

    def reload(self) -> None:
        """Read the lists anew, then on a thread how many are on each."""
        with self.db.read() as session:
            rows = lists.rows(session)
        self._rows = {row.id: row for row in rows}
        self.all.set_title(_("Named Lists"), str(len(rows)) if rows else "")
        self.table.show_ids([row.id for row in rows])
        if rows and self.table.hasFocus() and not self.table.current_id():
            self.table.choose(rows[min(self._stood, len(rows) - 1)].id)  # it went, or came back
        self._show_members(self.table.current_id())
        self._asked += 1
        ids, today, asked = list(self._rows), self.db.today(), self._asked

        def counted(_progress: Progress) -> tuple[int, dict[int, int]]:
            with self.db.read() as session:
                there = {row.id for row in lists.rows(session)}
                return asked, {
                    id: lists.count(session, id, today=today) for id in ids if id in there
                }

        Job(self, _("Counting…"), counted, self._on_counted, quiet=True)

    def _on_counted(self, found: tuple[int, dict[int, int]]) -> None:
        asked, counts = found
        if asked == self._asked:
            self._counts = counts
            self.table.show_ids(self.table.rows.ids())

    def _fetch(self, ids: Sequence[int]) -> list[ListRow]:
        return [self._rows[id] for id in ids if id in self._rows]

    def _count(self, row: ListRow) -> str:
        return f"{self._counts[row.id]:,}" if row.id in self._counts else "…"

    def _show_members(self, list_id: int) -> None:
        """Who is on the chosen list."""
        row = self._rows.get(list_id)
        ids: list[int] = []
        if row is not None:
            self._stood = self.table.rows.ids().index(row.id)
            with self.db.read() as session:
                ids = lists.members(session, row.id, today=self.db.today())
        empty = _("Choose a list above.") if row is None else _empty(row)
        self.members.set_empty(empty)
        self.members.show_ids(ids)
        self.below.set_title(row.name if row is not None else _("Customers"), f"{len(ids):,}")
        self.problem.setText(row.problem if row is not None else "")
        self.problem.setVisible(bool(self.problem.text()))
        for button in (self.rename, self.rule, self.delete):
            button.setEnabled(row is not None)
        for button in (self.labels, self.export):
            button.setEnabled(bool(ids))

    def _show_file(self, id: int) -> None:
        if id:
            self.chosen.emit(id)

    def _go_down(self) -> None:
        ids = self.members.rows.ids()
        if ids:
            self.members.setFocus()
            if not self.members.current_id():
                _found = self.members.choose(self.page.id) or self.members.choose(ids[0])

    def _chosen(self) -> ListRow:
        row = self._rows.get(self.table.current_id())
        if row is None:
            raise ShowroomError(_("Choose a list first, or make one with N."))
        return row

    # -- what is done --

    def _new(self) -> None:
        question = _("An empty list, to be filled by hand:")
        self.name.ask(question, _("Save List"), self._add, back=self.table)

    def _add(self, name: str) -> None:
        with self.db.write() as session:
            made = lists.add(session, name, now=self.db.now())
            id = made.id
        self.table.choose(id)

    def _rename(self) -> None:
        row = self._chosen()

        def rename(name: str) -> None:
            with self.db.write() as session:
                lists.rename(session, row.id, name)

        question = _("A new name for {name}:").format(name=row.name)
        self.name.ask(question, _("Rename"), rename, name=row.name, back=self.table)

    def _change_rule(self) -> None:
        """Narrow the customers to the rule, to be changed there and kept."""
        row = self._chosen()
        wanted = filters.Filter()
        with self.db.read() as session:
            rule = lists.get(session, row.id).rule
        with self.page.reporting():
            wanted = filters.of_rule(rule)
        self.page.filter_bar.change_rule(row.id, row.name, wanted)
        self.closed.emit()
        self.page.reload()

    def _delete(self) -> None:
        row = self._chosen()
        with self.db.write() as session:
            lists.delete(session, row.id)
        said = _("{name} is deleted; Ctrl+Z brings it back.")
        self.said.emit(said.format(name=row.name))

    def _labels(self) -> None:
        from ui.label_tool import open_labels

        open_labels(self.page, self.members.rows.ids())

    def _export(self) -> None:
        row = self._chosen()
        ids = list(self.members.rows.ids())
        if not ids:
            raise ShowroomError(_("Nobody is on this list."))
        what = _("List {name}").format(name=row.name)
        export(self.page, ids, f"{row.name} {self.db.today()}.xlsx", what)


def _empty(row: ListRow) -> str:
    """Why nobody is on a list, and what fills it."""
    if row.rule:
        return _("Nobody fits the rule today. R changes the rule.")
    return _("Nobody is on it yet. Tick customers in their list, then Alt+A puts them here.")
