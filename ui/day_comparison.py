"""What came of comparing a day with another system's export: three lists, and what was not read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.i18n import N_, _
from showroom.sheets.compare import FIELDS, Comparison, Different, Side, Unread
from ui import style
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from ui.page import Page

LISTS = {
    "here": N_("Missing here {count}"),
    "there": N_("Missing there {count}"),
    "different": N_("Different {count}"),
    "unread": N_("Not read {count}"),
}
EMPTY = {
    "here": N_("Whoever stands in the file stands here, too."),
    "there": N_("Whoever was here stands in the file, too."),
    "different": N_("Nothing differs in those that both have."),
    "unread": N_("Every row of the file could be read."),
}


class _Line(NamedTuple):
    """One line of a list; `visit` is its visit here, 0 where there is none."""

    id: int
    visit: int
    came: str
    name: str
    phone: str
    consultant: str
    words: str


COLUMNS = (
    Column(N_("Arrived"), lambda line: line.came, width=64),
    Column(N_("Customer"), lambda line: line.name or _("no name"), width=80),
    Column(N_("Phone"), lambda line: line.phone, width=108, tone="muted"),
    Column(N_("Consultant"), lambda line: line.consultant, width=68, tone="muted"),
    Column("", lambda line: line.words, width=120, stretch=True, tip=lambda line: line.words),
)


class DayComparison(QWidget):
    """The lists by Left and Right, `closed()` when the visits of the day are wanted again."""

    closed = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.setObjectName("desk.compare")
        self._lines: dict[str, list[_Line]] = {}
        self.lists = Segmented(name="desk.compare.lists", optional=False)
        self.lists.setAccessibleName(_("What the comparison found"))
        self.note = label("", "muted", name="desk.compare.note", wrap=True)
        self.table = Table("desk.compare.table", COLUMNS, self._rows)
        self.back = page.button(
            _("Back to the Visits"), "Alt+Left", self.closed.emit, kind="quiet", name="compare.back"
        )
        card = Card(name="desk.compare.card")
        card.body.addWidget(self.table)
        head = QHBoxLayout()
        head.setSpacing(style.M)
        head.addWidget(self.lists)
        head.addStretch()
        head.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addWidget(self.note)
        layout.addWidget(card, 1)
        self.lists.chosen.connect(self._show)

    def begin(self) -> None:
        """Take the keyboard."""
        self.lists.setFocus()

    def show_found(self, found: Comparison) -> None:
        """Show what was found; the first list that holds something is looked at."""
        self._lines = {
            "here": [_side(n, side, 0) for n, side in enumerate(found.missing_here, 1)],
            "there": [_side(n, side, side.id) for n, side in enumerate(found.missing_there, 1)],
            "different": [_pair(n, pair) for n, pair in enumerate(found.different, 1)],
            "unread": [_row(n, row) for n, row in enumerate(found.unread, 1)],
        }
        said = [found.file, _("the same: {count}").format(count=found.same)]
        if found.other_days:
            said.append(_("of other days: {count}").format(count=found.other_days))
        self.note.setText(" · ".join(said))
        shown = {c: w for c, w in LISTS.items() if c != "unread" or self._lines[c]}
        self.lists.set_options(
            [(code, _(words).format(count=len(self._lines[code]))) for code, words in shown.items()]
        )
        self.lists.set_code(next((code for code in shown if self._lines[code]), "here"))
        self._show(self.lists.code())

    def visit(self, id: int) -> int:
        """The visit here that a line is about, or 0."""
        return next((line.visit for line in self._lines[self.lists.code()] if line.id == id), 0)

    def lines(self, code: str) -> list[str]:
        """What a list says, a line each: for tests and for copying."""
        return [" ".join(filter(None, line[2:])) for line in self._lines[code]]

    def _show(self, code: str) -> None:
        self.table.set_empty(_(EMPTY[code]))
        self.table.show_ids([])
        self.table.show_ids([line.id for line in self._lines[code]])

    def _rows(self, ids: Sequence[int]) -> list[_Line]:
        lines = {line.id: line for line in self._lines.get(self.lists.code(), ())}
        return [lines[id] for id in ids if id in lines]


def _side(number: int, side: Side, visit: int) -> _Line:
    place = _("visit {number}") if visit else _("row {number} of the file")
    said = [side.model, place.format(number=side.place)]
    return _Line(
        number,
        visit,
        dates.show_clock(side.arrived),
        side.name,
        side.shown,
        side.consultant,
        " · ".join(filter(None, said)),
    )


def _pair(number: int, pair: Different) -> _Line:
    here = pair.here
    said = [
        _("{field}: here {here}, there {there}").format(
            field=_(FIELDS[code]), here=ours or "—", there=theirs or "—"
        )
        for code, ours, theirs in pair.fields
    ]
    return _side(number, here, here.id)._replace(words=" · ".join(said))


def _row(number: int, row: Unread) -> _Line:
    place = _("row {number} of the file").format(number=row.row)
    said = " · ".join(filter(None, (place, row.column, row.reason)))
    return _Line(number, 0, "", "—", "", "", said)
