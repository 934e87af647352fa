"""A gift for who came, once the register form is filled: a digit or a letter, Enter (F10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from showroom import dates
from showroom.door import gifts
from showroom.errors import Invalid, ShowroomError
from showroom.i18n import _
from ui import style
from ui.desk_parts import Tool
from ui.forms import Form, Number
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from showroom.door.visits import VisitRow
    from ui.page import Page

_LETTERS: Final = tuple(
    zip(
        "abcdefghjklmnopqrstwxyz",
        "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝",
        strict=True,
    )
)
"""GB 2312 has its common characters in the order of their reading; these are the first ones."""

_COMMON: Final = ("啊".encode("gbk"), "座".encode("gbk"))


def first_letter(name: str) -> str:
    """The letter a name begins with, of a common Chinese character that of its reading."""
    char = name[:1].lower()
    if char.isascii():
        return char
    code = char.encode("gbk", "ignore")
    if not _COMMON[0] <= code <= _COMMON[1]:
        return ""
    return [letter for letter, first in _LETTERS if first.encode("gbk") <= code][-1]


class GiftList(Table):
    """What there is, numbered: a digit or the first letter chooses, + and − say how many."""

    counted = Signal(int)

    def names(self) -> list[str]:
        """The names in the order shown."""
        rows = (self.rows.row(number) for number in range(len(self.rows.ids())))
        return [row.name for row in rows if row is not None]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed, ids = event.text().lower(), self.rows.ids()
        if event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        ):
            super().keyPressEvent(event)
        elif typed in ("+", "=", "-"):
            self.counted.emit(-1 if typed == "-" else 1)
        elif typed.isdecimal() and 1 <= int(typed) <= len(ids):
            self.choose(ids[int(typed) - 1])
        elif typed.isalpha() and len(typed) == 1:
            found = [id for id, name in zip(ids, self.names(), strict=True) if _is(name, typed)]
            if found:  # the same letter again: the next one that begins with it
                here = self.current_id()
                self.choose(found[(found.index(here) + 1) % len(found) if here in found else 0])
        else:
            super().keyPressEvent(event)


class GiftTool(Tool):
    """The gifts that run today; one goes to who came, and moment 6 is noted."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.go = _("Hand Out")
        self._visit_id = 0
        self._gifts: dict[int, gifts.GiftRow] = {}
        self.given = label("", "quote", name="desk.gift.given", wrap=True)
        self.table = GiftList(
            "desk.gift.list", self._columns(), self._rows, header=False, fit=True, max_rows=9
        )
        self.table.setAccessibleName(_("Gifts"))
        self.form = Form("desk.gift")
        self.count = Number("count", _("How many"), least=1, most=gifts.MOST, width=90)
        self.form.row(self.count)
        self.problem = label("", "problem", name="desk.gift.problem", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        for part in (self.given, self.table, self.problem, self.form):
            layout.addWidget(part)
        layout.addWidget(label(_("A digit or a letter, + for more, Enter."), "muted", wrap=True))
        layout.addStretch()
        self.table.opened.connect(lambda _id: self.accept())
        self.table.counted.connect(self._count)
        self.table.chosen.connect(lambda _id: self._say(""))
        self.form.entered.connect(self.accept)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                "",
                lambda row: str(list(self._gifts).index(row.id) + 1),
                width=28,
                tone="muted",
                align="right",
            ),
            Column("", lambda row: row.name, stretch=True, note=_draw),
            Column("", _stock, width=80, align="right", tone="muted"),
        )

    def begin(self, visit: VisitRow) -> None:
        with self.db.read() as session:
            gifts.require_form(session, visit.id)
        self._visit_id = visit.id
        self._say("")
        self.form.set_values({"count": 1})
        self._read()
        if not self._gifts:
            raise ShowroomError(
                _("No gift is there today. Enter what came in under Settings, gifts.")
            )
        self.table.choose(next(iter(self._gifts)))
        self.table.setFocus()

    def reload(self) -> None:
        """Read stock and what was given anew."""
        self._read()

    def _read(self) -> None:
        with self.db.read() as session:
            listed = gifts.listed(session, self.db.today())
            given = gifts.given(session, self._visit_id)
        self._gifts = {row.id: row for row in listed if row.running}
        self.table.show_ids(list(self._gifts))
        said = [
            _("{time} {gift} × {count}").format(
                time=dates.show_clock(row.at), gift=row.gift, count=row.went
            )
            for row in given
        ]
        self.given.setText(_("Given: {gifts}").format(gifts=_(", ").join(said)))
        self.given.setVisible(bool(said))

    def _rows(self, ids: Sequence[int]) -> list[gifts.GiftRow]:
        return [self._gifts[id] for id in ids if id in self._gifts]

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _count(self, step: int) -> None:
        try:
            count = self.count.value() or 1
        except Invalid:
            count = 1
        self.count.set_value(min(max(count + step, 1), gifts.MOST))

    def accept(self) -> None:
        self._say("")
        chosen = self._gifts.get(self.table.current_id())
        with self.form.reporting():
            count = self.count.value()
            try:
                with self.db.write() as session:
                    gifts.give(
                        session,
                        self._visit_id,
                        chosen.id if chosen is not None else 0,
                        count=count,
                        now=self.db.now(),
                    )
            except Invalid as error:
                if "gift" not in error.problems:
                    raise
                self._say(error.problems["gift"])
                return
            assert chosen is not None
            self.done.emit(_("Handed out: {gift} × {count}.").format(gift=chosen.name, count=count))


def _is(name: str, letter: str) -> bool:
    return first_letter(name) == letter


def _draw(row: gifts.GiftRow) -> str:
    return _("prize") if row.prize else ""


def _stock(row: gifts.GiftRow) -> str:
    return f"{row.stock:,} {row.unit}".strip()
