"""Who may be one and the same (F6): likely pairs, who was said to be two, and who was merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from showroom import dates, words
from showroom.errors import ShowroomError
from showroom.i18n import N_, _, ngettext
from showroom.people import customers, duplicates, pairs, unmerging
from showroom.people.pairs import Apart, Pair, Standing
from showroom.store.models import Kinship
from ui import style
from ui.compare import Compare
from ui.customer_field import CustomerField
from ui.customer_view import CustomerView
from ui.segmented import Segmented
from ui.services import said
from ui.tables import Column, Table
from ui.widgets import Button, Card

if TYPE_CHECKING:
    from showroom.people.customers import CustomerRow
    from showroom.people.unmerging import Merged
    from ui.pages.customers import CustomersPage

LIKELY, APART, MERGED = "likely", "apart", "merged"


class PairsView(CustomerView):
    """Three lists of pairs; Enter compares a likely one side by side, O shows the other file."""

    page: CustomersPage

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._pairs: dict[int, Standing] = {}
        self._apart: dict[int, Apart] = {}
        self._merged: dict[int, Merged] = {}
        self._looked = ""
        self.buttons: dict[str, list[Button]] = {}
        self.kind = Segmented(name="customers.pairs.kind", optional=False)
        self.kind.setAccessibleName(_("Which pairs"))
        self.look = page.button(_("Look Now"), "Alt+L", self._look, name="pairs.look")
        self.other = CustomerField(
            "with", _("Compare with"), self.db, "customers.pairs", without=lambda: self.page.id
        )
        self.other.setObjectName("customers.pairs.with")
        self.other.setPlaceholderText(_("Compare the shown file with…"))
        self.tables = {LIKELY: self._likely(), APART: self._two(), MERGED: self._one()}
        self.table = self.tables[LIKELY]
        self.compare = Compare(page)

        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.kind)
        line.addWidget(self.other, 1)
        line.addWidget(self.look)
        self.card = Card(_("Duplicates"), name="customers.pairs.card")
        self.pile = QStackedWidget()
        for table, foot in self._feet.items():
            held = QWidget()
            column = QVBoxLayout(held)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(self.tables[table], 1)
            column.addLayout(foot)
            self.pile.addWidget(held)
        self.card.body.addWidget(self.pile)
        lists = QWidget()
        column = QVBoxLayout(lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addLayout(line)
        column.addWidget(self.other.matches)
        column.addWidget(self.card, 1)
        self.whole = QStackedWidget()
        self.whole.addWidget(lists)
        self.whole.addWidget(self.compare)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.whole)

        for kind, listed in self.tables.items():
            self.follow(listed, partial(self._of, kind))
        self.kind.chosen.connect(self._show_kind)
        self.other.picked.connect(self._on_picked)
        self.compare.left.connect(self._show_lists)
        self.compare.parted.connect(self._show_lists)
        self.compare.merged.connect(self._on_merged)
        self._show_kind(LIKELY)

    # -- the lists --

    def _likely(self) -> Table:
        table = Table("customers.pairs", _LIKELY, self._fetch)
        table.setAccessibleName(_("Likely pairs"))
        table.chosen.connect(lambda id: self._show_file(id, other=False))
        table.opened.connect(lambda _id: self._compare())
        self._feet = {
            LIKELY: self._foot(
                table,
                ("Return", _("Compare"), self._compare, "compare"),
                ("O", _("The Other File"), self._show_other, "other"),
                ("K", _("They Are a Couple"), self._couple, "couple"),
                ("D", _("Different People"), self._differ, "different"),
            )
        }
        return table

    def _two(self) -> Table:
        table = Table("customers.pairs.apart", _APART, lambda ids: _of(self._apart, ids))
        table.setAccessibleName(_("Different people"))
        table.set_empty(_("Nobody was said to be two different people yet."))
        table.chosen.connect(self._show_apart)
        self._feet[APART] = self._foot(
            table, ("Delete", _("Take Back"), self._not_different, "not_different")
        )
        return table

    def _one(self) -> Table:
        table = Table("customers.pairs.merged", _MERGED, lambda ids: _of(self._merged, ids))
        table.setAccessibleName(_("Merged"))
        table.set_empty(_("Nobody was merged yet. Two who were can be parted again here."))
        table.chosen.connect(self._show_merged)
        self._feet[MERGED] = self._foot(
            table, ("U", _("Part Them Again"), self._unmerge, "unmerge")
        )
        return table

    def _foot(self, table: Table, *acts: tuple[str, str, Callable[[], None], str]) -> QHBoxLayout:
        """The buttons below a list; their keys count while the list has the keyboard."""
        row = QHBoxLayout()
        row.setContentsMargins(style.L, style.S, style.L, style.S)
        row.setSpacing(style.S)
        for key, text, slot, name in acts:
            button = Button(text, key, kind="quiet", name=f"customers.pairs.{name}")
            if key == "Return":  # the list tells it by itself
                button.clicked.connect(self._reported(slot))
            else:
                command = self.page.command(table, text, key, slot, name=f"pairs.{name}.key")
                button.clicked.connect(command.trigger)
            row.addWidget(button)
            self.buttons.setdefault(table.objectName(), []).append(button)
        row.addStretch()
        return row

    def _reported(self, slot: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            with self.page.reporting():
                slot()

        return run

    # -- showing --

    def begin(self) -> None:
        self._show_lists()

    def reload(self) -> None:
        with self.db.read() as session:
            self._pairs = {row.id: row for row in pairs.standing(session)}
            self._apart = {row.id: row for row in pairs.apart(session)}
            if self.table is self.tables[MERGED]:  # the whole journal is asked for it
                self._merged = {row.id: row for row in unmerging.merged(session)}
            looked = pairs.last_look(session)
        today = self.db.today()
        self._looked = ""
        if looked is not None:
            day = dates.show_day(dates.local_day(looked), today)
            self._looked = _("looked through {day} {time}").format(
                day=day, time=dates.show_clock(looked)
            )
        self.tables[LIKELY].set_empty(
            _("Nobody is on file twice, as far as can be seen: {looked}.").format(
                looked=self._looked
            )
            if looked is not None
            else _(
                "Nobody looked through the file yet: Look Now, or it is done when the desk rests."
            )
        )
        rows: dict[str, dict[int, Any]] = {
            LIKELY: self._pairs,
            APART: self._apart,
            MERGED: self._merged,
        }
        for code, found in rows.items():
            self.tables[code].show_ids(list(found))
            for button in self.buttons[self.tables[code].objectName()]:
                button.setEnabled(bool(found))
        options = [
            (LIKELY, _("Likely") + f" {len(self._pairs):,}"),
            (APART, _("Different people") + f" {len(self._apart):,}"),
            (MERGED, _("Merged")),
        ]
        if [(code, part.text()) for code, part in self.kind.buttons.items()] != options:
            self.kind.set_options(options)
            self.kind.set_code(next(code for code, one in self.tables.items() if one is self.table))
        self._title()
        if self.whole.currentWidget() is self.compare:
            self.compare.reload()

    def _title(self) -> None:
        count = len(self._pairs)
        said = ngettext("{count} likely pair", "{count} likely pairs", count)
        note = " · ".join(filter(None, (said.format(count=f"{count:,}"), self._looked)))
        self.card.set_title(_("Who may be one and the same"), note)

    def _show_kind(self, code: str) -> None:
        self.kind.set_code(code)
        self.table = self.tables[code]
        self.pile.setCurrentIndex(list(self.tables).index(code))
        if code == MERGED:
            self.reload()

    def _take_keyboard(self) -> None:
        if not self.table.current_id() and self.table.rows.ids():
            self.table.choose(self.table.rows.ids()[0])
        self.table.setFocus()

    def _show_lists(self) -> None:
        self.whole.setCurrentIndex(0)
        self.other.set_value(None)
        self._take_keyboard()

    def _show_file(self, id: int, *, other: bool) -> None:
        pair = self._pairs.get(id)
        if pair is not None:
            self.chosen.emit(pair.other_id if other else pair.one_id)

    def _show_apart(self, id: int) -> None:
        if id in self._apart:
            self.chosen.emit(self._apart[id].one_id)

    def _show_merged(self, id: int) -> None:
        if id in self._merged:
            self.chosen.emit(self._merged[id].customer_id)

    def _of(self, code: str, customer_id: int) -> list[int]:
        """The rows of that list that are about a customer, as the one or the other."""
        if code == LIKELY:
            likely = self._pairs.values()
            return [row.id for row in likely if customer_id in (row.one_id, row.other_id)]
        if code == APART:
            return [row.id for row in self._apart.values() if row.one_id == customer_id]
        return [row.id for row in self._merged.values() if row.customer_id == customer_id]

    # -- what is done --

    def _fetch(self, ids: Sequence[int]) -> list[Pair]:
        with self.db.read() as session:
            return pairs.listed(session, _of(self._pairs, ids))

    def _pair(self) -> Standing:
        pair = self._pairs.get(self.tables[LIKELY].current_id())
        if pair is None:
            raise ShowroomError(_("Mark a pair first."))
        return pair

    def _compare(self) -> None:
        with self.page.reporting():
            pair = self._pair()
            self.show_two(pair.one_id, pair.other_id)

    def show_two(self, one_id: int, other_id: int) -> None:
        """Compare two side by side. Raises `ShowroomError` when that cannot be."""
        self.compare.show_two(one_id, other_id)
        self.whole.setCurrentWidget(self.compare)
        self.compare.table.setFocus()

    def _on_picked(self, id: int) -> None:
        with self.page.reporting():
            if id and not self.page.id:
                raise ShowroomError(_("Choose a customer first."))
            if id:
                self.show_two(self.page.id, id)

    def _show_other(self) -> None:
        """Show the other file, and again the first."""
        pair = self._pair()
        self._show_file(pair.id, other=self.page.id != pair.other_id)
        self.table.setFocus()

    def _couple(self) -> None:
        from showroom.people import relations

        pair = self._pair()
        place = self.table.rows.ids().index(pair.id)
        with self.db.write() as session:
            relations.link(
                session, pair.one_id, pair.other_id, Kinship.COUPLE.value, now=self.db.now()
            )
        self._go_on(place)
        self._tell(pair, _("Linked as a couple: they stay two."))

    def _tell(self, pair: Standing, words: str) -> None:
        with self.db.read() as session:
            both = [_called(row) for row in customers.rows(session, [pair.one_id, pair.other_id])]
        self.said.emit(_("{name}: {what}").format(name=" · ".join(both), what=words))

    def _differ(self) -> None:
        pair = self._pair()
        place = self.table.rows.ids().index(pair.id)
        with self.db.write() as session:
            duplicates.different(session, pair.one_id, pair.other_id, now=self.db.now())
        self._go_on(place)
        self._tell(pair, _("Remembered: two different people."))

    def _not_different(self) -> None:
        id = self.tables[APART].current_id()
        if id:
            with self.db.write() as session:
                duplicates.not_different(session, id)

    def _unmerge(self) -> None:
        id = self.tables[MERGED].current_id()
        if id:
            with self.db.write() as session:
                undone = unmerging.undo(session, id)
            self.said.emit(said(_("Undone: {what}"), undone))

    def _go_on(self, place: int) -> None:
        """One pair comes after the other: mark what stands now where the last one stood."""
        self.reload()
        ids = self.table.rows.ids()
        if ids:
            self.table.choose(ids[min(place, len(ids) - 1)])
        self.table.setFocus()

    def _on_merged(self, id: int) -> None:
        self._show_lists()
        self.chosen.emit(id)
        self.table.setFocus()

    def _look(self) -> None:
        self.look.setEnabled(False)
        job = self.page.job(
            _("Looking for duplicates…"),
            lambda progress: pairs.look(self.db, progress),
            self._on_looked,
        )
        job.finished.connect(lambda: self.look.setEnabled(True))

    def _on_looked(self, found: pairs.Look) -> None:
        text = ngettext("{count} likely pair", "{count} likely pairs", found.pairs)
        self.said.emit(text.format(count=f"{found.pairs:,}"))

    # -- Qt --

    def is_asking(self) -> bool:
        return self.whole.currentWidget() is self.compare

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.whole.currentWidget() is self.compare:
            self._show_lists()
        elif event.key() == Qt.Key.Key_Down and self.kind.hasFocus():
            self._take_keyboard()
        else:
            super().keyPressEvent(event)


def _of(rows: dict[int, Any], ids: Sequence[int]) -> list[Any]:
    return [rows[id] for id in ids if id in rows]


def _called(row: CustomerRow) -> str:
    return words.called(row.name, row.honorific) or _("No name")


def _tone(row: Pair) -> str:
    return "late" if row.score >= 80 else "soon"


_LIKELY = (
    Column(N_("Score"), lambda row: str(row.score), width=56, tag=_tone),
    Column(N_("Customer"), lambda row: _called(row.one), width=112),
    Column(N_("Phone"), lambda row: row.one.phone, width=112, tone="muted"),
    Column(N_("The other"), lambda row: _called(row.other), width=112),
    Column(N_("His phone"), lambda row: row.other.phone, width=112, tone="muted"),
    Column(N_("Why"), lambda row: row.why, width=200, stretch=True, tip=lambda row: row.why),
)
_APART = (
    Column(N_("Customer"), lambda row: row.one, width=160, stretch=True),
    Column(N_("The other"), lambda row: row.other, width=160, stretch=True),
    Column(N_("Noted on"), lambda row: f"{dates.local(row.noted_at):%Y-%m-%d %H:%M}", width=150),
)
_MERGED = (
    Column(N_("Customer"), lambda row: row.name, width=160, stretch=True),
    Column(N_("Became part of it"), lambda row: row.gone, width=160, stretch=True),
    Column(N_("When"), lambda row: f"{dates.local(row.at):%Y-%m-%d %H:%M}", width=150),
    Column(N_("By"), lambda row: row.by, width=90, tone="muted"),
)
