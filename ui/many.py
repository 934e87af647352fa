"""What is done with several customers of a list: a bar below it, there while rows are ticked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from showroom import settings, words
from showroom.i18n import _, ngettext
from showroom.store.models import Level, Status
from ui import dialogs, leaving, style
from ui.name_line import NameLine
from ui.widgets import Button, label, rule

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.many_table import ManyTable
    from ui.pages.customers import CustomersPage

DIRECT: Final = 20
"""So many rows are changed at once; more of them on a thread, with progress."""

Work = Callable[["Session", list[int], "Progress"], str]


class ManyBar(QWidget):
    """`ManyBar(page, table)`: consultant, level, status, lists, labels, cards, export.

    With `list_id()` the rows are those of a list: they can be taken off it. `keys` gives the
    buttons their keys; of two bars on one page the one that is shown has them.
    """

    def __init__(
        self, page: CustomersPage, table: ManyTable, list_id: Callable[[], int] | None = None
    ) -> None:
        super().__init__()
        self.page, self.table, self.db, self._list_id = page, table, page.db, list_id
        name = table.objectName().split(".")[-1]
        self.setObjectName(f"{page.code}.{name}.many")
        self.count = label("", "section", name=f"{self.objectName()}.count")

        def menu(text: str, key: str, code: str, fill: Callable[[QMenu], None]) -> Button:
            made = page.button(text, key, _nothing, kind="quiet", name=f"{name}.many.{code}")
            made.bare = True
            own = QMenu(made)
            own.setObjectName(f"{made.objectName()}.menu")
            made.setMenu(own)
            own.aboutToShow.connect(partial(self._filled, own, fill))
            return made

        button = partial(page.button, kind="quiet")
        self.consultant = menu(_("Consultant"), "Alt+C", "consultant", self._consultants)
        self.level = menu(_("Level"), "Alt+L", "level", self._levels)
        self.status = menu(_("Status"), "Alt+S", "status", self._statuses)
        self.lists = menu(_("To List"), "Alt+A", "lists", self._lists)
        self.off = button(_("Take Off List"), "Alt+D", self._off, name=f"{name}.many.off")
        self.labels = button(_("Labels…"), "Alt+P", self._labels, name=f"{name}.many.labels")
        self.cards = button(_("Cards…"), "Alt+W", self._cards, name=f"{name}.many.cards")
        self.export = menu(_("Export…"), "Alt+X", "export", self._exports)
        self.none = button("", "", table.tick_none, icon="x", name=f"{name}.many.none")
        self.none.setAccessibleName(_("Choose none"))
        self.none.setToolTip(style.tip(_("Choose none (Esc)")))
        self.name = NameLine(f"{self.objectName()}.name")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.S)
        row.addWidget(self.count)
        row.addStretch()
        for each in (self.consultant, self.level, self.status, self.lists, self.off):
            row.addWidget(each)
        for each in (self.labels, self.cards, self.export, self.none):
            each.bare = True
            row.addWidget(each)
        self.off.bare = True
        if list_id is None:
            self.off.hide()  # showing it here, without a parent yet, would open a window
        inner = QVBoxLayout()
        inner.setContentsMargins(style.L, style.S, style.M, style.S)
        inner.setSpacing(style.S)
        inner.addWidget(self.name)
        inner.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rule())
        layout.addLayout(inner)
        self.hide()
        table.ticked.connect(self._show_count)
        page.command(table, _("Choose This One Too"), "Space", table.tick_one)
        page.command(table, _("Choose All"), "Ctrl+A", table.tick_all)

    def ids(self) -> list[int]:
        """Who is ticked, in the order shown."""
        return self.table.checked_ids()

    def _show_count(self) -> None:
        count = len(self.table.rows.checked)
        said = ngettext("{count} chosen", "{count} chosen", count)
        self.count.setText(said.format(count=f"{count:,}"))
        self.setVisible(count > 0)
        if not count:
            self.name.hide()

    # -- the menus, made when they are opened --

    def _filled(self, menu: QMenu, fill: Callable[[QMenu], None]) -> None:
        menu.clear()
        fill(menu)
        for each in (menu, *(action.menu() for action in menu.actions())):
            if isinstance(each, QMenu):
                style.dress_popup(each)

    def _add(self, menu: QMenu, words: str, code: object, do: Callable[[], None]) -> None:
        action = menu.addAction(words.replace("&", "&&"))
        action.setObjectName(f"{menu.objectName()}.{code}")
        action.triggered.connect(partial(self._reported, do))

    def _reported(self, do: Callable[[], None], _checked: bool = False) -> None:
        """Do it once the menu is closed."""
        QTimer.singleShot(0, self, partial(self._run, do))

    def _run(self, do: Callable[[], None]) -> None:
        with self.page.reporting():
            do()

    def _consultants(self, menu: QMenu) -> None:
        from showroom.people import many

        with self.db.read() as session:
            people = many.consultants(session)
        for id, name in people:

            def work(
                session: Session, ids: list[int], progress: Progress, id: int | None = id
            ) -> str:
                return many.change_consultant(session, ids, id, progress=progress).sentence

            self._add(menu, name, id or 0, partial(self._do, work))

    def _levels(self, menu: QMenu) -> None:
        from showroom.people import many

        with self.db.read() as session:
            shop = settings.load(session)
        today = self.db.today()
        for level in Level:
            if level is Level.ORDERED:
                continue

            def work(
                session: Session, ids: list[int], progress: Progress, level: Level = level
            ) -> str:
                return many.set_level(session, ids, level, today=today, progress=progress).sentence

            said = f"{shop.letter(level)} · {_(words.LEVELS[level])}"
            self._add(menu, said, level.value, partial(self._do, work))

    def _statuses(self, menu: QMenu) -> None:
        from showroom.people import many

        for status in many.PUT_AWAY:

            def work(
                session: Session, ids: list[int], progress: Progress, status: Status = status
            ) -> str:
                return many.set_status(session, ids, status, progress=progress).sentence

            self._add(menu, _(words.STATUSES[status]), status.value, partial(self._do, work))

    def _lists(self, menu: QMenu) -> None:
        from showroom.people import lists

        with self.db.read() as session:
            rows = lists.rows(session)
        self._add(menu, _("New List…"), "new", self._ask_name)
        if rows:
            menu.addSeparator()
        for one in rows:
            self._add(menu, one.name, one.id, partial(self._put_on, one.id, one.name))

    # -- doing it --

    def _do(self, work: Work) -> None:
        """Do it with who is ticked: few at once, many on a thread while the window waits."""
        ids = self.ids()
        if len(ids) <= DIRECT:
            from showroom.progress import Progress

            with self.db.write() as session:
                said = work(session, ids, Progress())
            self.page.said.emit(said)
            return

        def write(progress: Progress) -> str:
            with self.db.write() as session:
                return work(session, ids, progress)

        text = _("Changing {count} customers…").format(count=f"{len(ids):,}")
        self.page.job(text, write, self.page.said.emit, writes=True)

    def _ask_name(self) -> None:
        question = _("A list of who is chosen:")
        self.name.ask(question, _("Save List"), self._new_list, back=self.table)

    def _new_list(self, name: str) -> None:
        from showroom.people import lists

        ids = self.ids()
        with self.db.write() as session:
            made = lists.add(session, name, ids=ids, now=self.db.now())
            said = _("The list {name} is kept (F5).").format(name=made.name)
        self.page.said.emit(said)

    def _put_on(self, list_id: int, name: str) -> None:
        from showroom.people import lists

        def work(session: Session, ids: list[int], _progress: Progress) -> str:
            new = lists.put_on(session, list_id, ids)
            said = ngettext("{count} put on {name}.", "{count} put on {name}.", new)
            parts = [said.format(count=f"{new:,}", name=name)]
            if new < len(ids):
                there = _("On it already: {count}.")
                parts.append(there.format(count=f"{len(ids) - new:,}"))
            return " ".join(parts)

        self._do(work)

    def _off(self) -> None:
        from showroom.people import lists

        list_id = self._list_id() if self._list_id is not None else 0
        if not list_id:
            return
        today = self.db.today()

        def work(session: Session, ids: list[int], _progress: Progress) -> str:
            return off_words(lists.take_off(session, list_id, ids, today=today))

        self._do(work)

    def _labels(self) -> None:
        from ui.label_tool import open_labels

        open_labels(self.page, self.ids())

    def _cards(self) -> None:
        from ui.card_tool import open_cards

        open_cards(self.page, self.ids())

    def _exports(self, menu: QMenu) -> None:
        """The list itself, or the card of each."""
        from showroom.figures.papers import FORMS, Paper
        from ui.sheets_out import save_cards

        self._add(menu, _("List: Excel, CSV, vCard…"), "list", self._export)
        for paper in (Paper.PROSPECT, Paper.OWNER):
            said = f"{_(FORMS[paper].title)}…"
            do = partial(self._save_cards, save_cards, paper)
            self._add(menu, said, paper.value, do)

    def _save_cards(self, save: Callable[..., None], paper: object) -> None:
        save(self.page, paper, self.ids())

    def _export(self) -> None:
        ids = self.ids()
        day = self.db.today()
        export(self.page, ids, _("Customers {day}.xlsx").format(day=day), _("Chosen customers"))


def off_words(taken: Any) -> str:
    """What became of taking customers off a list."""
    said = ngettext("{count} taken off the list.", "{count} taken off the list.", taken.off)
    parts = [said.format(count=f"{taken.off:,}")]
    if taken.by_rule:
        there = _("By its rule {count} stand on it still: change the rule.")
        parts.append(there.format(count=f"{taken.by_rule:,}"))
    return " ".join(parts)


def export(page: CustomersPage, ids: list[int], name: str, what: str) -> None:
    """Write these customers where the user says; nothing leaves of who must not be contacted."""
    path = dialogs.choose_save(
        page, _("Export"), name, "Excel (*.xlsx);;CSV (*.csv);;vCard (*.vcf)"
    )
    if path is None:
        return

    def write(session: Session, progress: Progress) -> int:
        from showroom.figures import registers

        return registers.customers(session, path, progress, ids=ids)

    leaving.take_out(
        page,
        _("Writing {name}…").format(name=path.name),
        what,
        path,
        write,
        lambda _count: page.said.emit(_("Saved: {name}").format(name=path.name)),
    )


def _nothing() -> None:
    """A button with a menu opens it; that is all."""
