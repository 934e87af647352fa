"""Two customers side by side: whose each fact shall be, chosen by the arrows, then they are one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.errors import ShowroomError
from showroom.i18n import N_, _, headed
from showroom.people import comparing, duplicates, merging
from showroom.people.joining import Side
from ui import style
from ui.tables import Column, Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from showroom.people.comparing import Compared
    from showroom.people.comparing import Row as Fact
    from ui.page import Page


class Line(NamedTuple):
    """One fact of both with what is chosen; `id` is its place."""

    id: int
    fact: Fact
    side: Side

    @property
    def open(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.fact.open) > 1


class Compare(QWidget):
    """`show_two(one, other)`; `merged(id)` once they are one, `parted()` when they stay two.

    Left and Right choose whose it shall be, Space the next that can be, X changes who keeps his
    line, Ctrl+Enter merges.
    """

    merged = Signal(int)
    parted = Signal()
    left = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.db = page, page.db
        self.found: Compared | None = None
        self._chosen: dict[str, Side] = {}
        self.title = label("", "section", name="customers.compare.title")
        self.phones = label("", "muted", name="customers.compare.phones", wrap=True)
        self.table = _Facts("customers.compare", _COLUMNS, self._rows)
        self.table.setAccessibleName(_("Side by side"))
        self.over = label("", "note", name="customers.compare.over", wrap=True)
        self.problem = label("", "problem", name="customers.compare.problem", wrap=True)
        self.go = page.button(
            _("Merge"), "Ctrl+Return", self._merge, kind="primary", name="compare.merge"
        )
        self.swap = page.button(_("Swap the Two"), "Alt+X", self._swap, name="compare.swap")
        self.differ = page.button(
            _("Different People"), "Alt+D", self._differ, name="compare.different"
        )
        self.back = page.button(_("Back to the List"), "", self.left.emit, name="compare.back")

        self.card = Card(_("Side by side"), name="customers.compare.card")
        self.card.body.addWidget(self.table)
        foot = QHBoxLayout()
        foot.setSpacing(style.M)
        for button in (self.back, self.differ, self.swap):
            foot.addWidget(button)
        foot.addStretch()
        foot.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.title, self.phones):
            layout.addWidget(part)
        layout.addWidget(self.card, 1)
        layout.addWidget(self.over)
        layout.addWidget(self.problem)
        layout.addLayout(foot)
        self.table.turned.connect(self._turn)

    def show_two(self, one_id: int, other_id: int) -> None:
        """Show both; who keeps his line is proposed. Raises `ShowroomError` when one is gone."""
        if one_id == other_id:
            raise ShowroomError(_("That is one and the same customer: choose two."))
        with self.db.read() as session:
            self._show(comparing.compare(session, *comparing.keeper(session, one_id, other_id)))
        self.table.choose(next((line.id for line in self._lines() if line.open), 1))

    def reload(self) -> None:
        """Read both anew; what was chosen stays. Tells `parted` when one of them is gone."""
        if self.found is None:
            return
        chosen = dict(self._chosen)
        try:
            with self.db.read() as session:
                self._show(comparing.compare(session, self.found.own_id, self.found.other_id))
        except ShowroomError:
            self.found = None
            self.left.emit()
            return
        for line in self._lines():
            if chosen.get(line.fact.code) in line.fact.open:
                self._chosen[line.fact.code] = chosen[line.fact.code]
        self._fill()

    # -- inside --

    def _show(self, found: Compared) -> None:
        self.found = found
        self._chosen = {row.code: row.side for row in found.rows}
        self.title.setText(
            _("{own} keeps his line, {other} becomes part of it").format(
                own=found.own, other=found.other
            )
        )
        numbers = [
            headed(found.own, found.own_phones or "—"),
            headed(found.other, found.other_phones or "—"),
        ]
        self.phones.setText("    ".join(numbers))
        over = " · ".join(found.over)
        self.over.setText(_("Goes over: {what}").format(what=over) if over else "")
        self.over.setVisible(bool(over))
        self.problem.setText(found.refusal)
        self.problem.setVisible(bool(found.refusal))
        self.go.setEnabled(not found.refusal)
        self.card.set_title(_("Side by side"), _("← → choose · Space: the next"))
        self._fill()

    def _lines(self) -> list[Line]:
        rows = self.found.rows if self.found is not None else []
        return [Line(at, row, self._chosen[row.code]) for at, row in enumerate(rows, 1)]

    def _fill(self) -> None:
        self.table.show_ids([line.id for line in self._lines()])

    def _rows(self, ids: Sequence[int]) -> list[Line]:
        return [line for line in self._lines() if line.id in set(ids)]

    def _turn(self, wanted: str) -> None:
        """Choose a side of the marked fact; "" is the next that can be."""
        line = next((one for one in self._lines() if one.id == self.table.current_id()), None)
        if line is None or not line.open:
            return
        sides = line.fact.open
        side = Side(wanted) if wanted else sides[(sides.index(line.side) + 1) % len(sides)]
        if side in sides:
            self._chosen[line.fact.code] = side
            self._fill()

    def _swap(self) -> None:
        """The other one keeps his line; what was chosen stays chosen."""
        if self.found is None:
            return
        turned = {Side.OWN: Side.OTHER, Side.OTHER: Side.OWN, Side.BOTH: Side.BOTH}
        chosen = {code: turned[side] for code, side in self._chosen.items()}
        with self.db.read() as session:
            self._show(comparing.compare(session, self.found.other_id, self.found.own_id))
        for line in self._lines():
            if chosen.get(line.fact.code) in line.fact.open:
                self._chosen[line.fact.code] = chosen[line.fact.code]
        self._fill()
        self.table.setFocus()

    def _merge(self) -> None:
        if self.found is None or self.found.refusal:
            return
        found = self.found
        with self.db.write() as session:
            self.found = None  # the write reloads the page: they are no two any more
            try:
                merging.merge(
                    session,
                    found.other_id,
                    found.own_id,
                    chosen=self._chosen,
                    now=self.db.now(),
                    today=self.db.today(),
                )
            except ShowroomError:
                self.found = found
                raise
        self.page.said.emit(
            _("{other} is part of {own} now; Ctrl+Z parts them again.").format(
                other=found.other, own=found.own
            )
        )
        self.merged.emit(found.own_id)

    def _differ(self) -> None:
        if self.found is None:
            return
        found, self.found = self.found, None
        with self.db.write() as session:
            duplicates.different(session, found.own_id, found.other_id, now=self.db.now())
        self.page.said.emit(_("Remembered: two different people."))
        self.parted.emit()


class _Facts(Table):
    """`turned(side)` by the arrows, "" by Space."""

    turned = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        side = {
            Qt.Key.Key_Left: Side.OWN.value,
            Qt.Key.Key_Right: Side.OTHER.value,
            Qt.Key.Key_Space: "",
        }
        key = Qt.Key(event.key())
        if key in side and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.turned.emit(side[key])
        else:
            super().keyPressEvent(event)


def _own(line: Line) -> bool:
    return line.side in (Side.OWN, Side.BOTH)


def _other(line: Line) -> bool:
    return line.side in (Side.OTHER, Side.BOTH)


def _same(line: Line) -> bool:
    return line.fact.own == line.fact.other


_COLUMNS = (
    Column(N_("Fact"), lambda line: line.fact.title, width=110, tone="muted"),
    Column(
        N_("Keeps his line"),
        lambda line: line.fact.own or "—",
        width=220,
        stretch=True,
        tag=lambda line: "accent" if _own(line) and not _same(line) and line.fact.own else "",
        tone=lambda line: "muted" if not _own(line) or _same(line) else "",
        tip=lambda line: line.fact.own,
    ),
    Column(
        N_("Becomes part of it"),
        lambda line: line.fact.other or "—",
        width=220,
        stretch=True,
        tag=lambda line: "accent" if _other(line) and not _same(line) and line.fact.other else "",
        tone=lambda line: "muted" if not _other(line) or _same(line) else "",
        tip=lambda line: line.fact.other,
    ),
)
