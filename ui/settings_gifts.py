"""Settings: gifts and prize draws, what came in, what went out without a visit, the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from showroom.door import gifts
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from ui import style
from ui.forms import Check, Day, Form, Number, Text
from ui.ledger_row import LedgerRow
from ui.settings_section import Section
from ui.tables import Column, Table

if TYPE_CHECKING:
    from datetime import date

    from showroom.sheets.write import Sheet
    from showroom.store.db import Session
    from ui.page import Page


class GiftsSection(Section):
    """What the desk hands out: names, days, stock; a line moves it in or out."""

    right = Right.SETTINGS

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Gifts"))
        self.id = 0
        self._gifts: dict[int, gifts.GiftRow] = {}
        self._make_fields()
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.new, 1)
        line.addWidget(self.add)
        self.body.addLayout(line)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.form)
        discard = self.discarding("gift", self.new, self.form, self.moves)
        self.body.addLayout(self.buttons(self.use, discard, last=self.save))
        moving = QHBoxLayout()
        moving.setSpacing(style.M)
        moving.addWidget(self.moves, 1)
        moving.addWidget(self.came)
        moving.addWidget(self.went)
        self.body.addLayout(moving)
        self.body.addWidget(self.paper)
        page.needs(Right.SETTINGS, self.add, self.save, self.use)
        self.new.entered.connect(self._add)
        self.form.entered.connect(self._save)
        self.moves.entered.connect(self._entered)
        self.table.chosen.connect(self._show)
        self._show(0)

    def _make_fields(self) -> None:
        button = self.page.button
        self.new = Form("settings.new_gift")
        self.new.row(
            Text("name", _("New gift"), placeholder=_("Name, then Enter"), max_length=40),
            Text("unit", _("Unit"), placeholder=_("Unit"), max_length=6, width=90),
            _number("count", _("In stock"), _("there are")),
        )
        self.add = button(_("Add"), "", self._add, kind="primary", name="add_gift")
        self.table = Table("settings.gifts", GIFTS, self._rows)
        self.table.setAccessibleName(_("Gifts"))
        self.table.set_empty(_("No gift yet. Type a name above, and how many there are."))
        self.form = Form("settings.gift")
        today = self.db.today
        self.form.row(
            Text("name", _("Gift"), max_length=40),
            Text("unit", _("Unit"), placeholder=_("Unit"), max_length=6, width=90),
            Check("prize", _("Prize of a draw")),
        )
        self.form.row(
            Day("starts_on", _("Runs from"), today=today, width=150),
            Day("ends_on", _("Runs until"), today=today, width=150),
        )
        self.save = button(_("Save"), "Ctrl+S", self._save, name="save_gift")
        self.use = button(_("Out of Use"), "", self._use, name="gift_use")
        self.moves = Form("settings.gift_move")
        self.moves.row(
            _number("count", _("How many"), ""),
            Text("receiver", _("Receiver"), placeholder=_("Receiver, when it goes out")),
            Text("note", _("Purpose"), placeholder=_("From where, or what for")),
        )
        self.came = button(_("Came In"), "", self._came, name="gift_in")
        self.went = button(_("Went Out"), "", self._went, name="gift_out")
        self.paper = LedgerRow(self.page, "gift_ledger", _("Gift ledger"), self._sheet)

    def reload(self) -> None:
        """Read the gifts anew."""
        with self.db.read() as session:
            rows = gifts.listed(session, self.db.today(), everything=True)
        self._gifts = {row.id: row for row in rows}
        self.table.show_ids(list(self._gifts))
        self._show_buttons()

    def focus_first(self) -> None:
        """Names are typed first."""
        self.new.focus()

    def _rows(self, ids: Sequence[int]) -> list[gifts.GiftRow]:
        return [self._gifts[id] for id in ids if id in self._gifts]

    def _show(self, id: int) -> None:
        self.id = id
        one = self._gifts.get(id)
        nothing = {"name": "", "unit": "", "prize": False, "starts_on": None, "ends_on": None}
        called = one.name if one else ""
        self.show_in(self.form, id, one._asdict() if one else nothing, called)
        self.show_in(self.moves, id, dict.fromkeys(self.moves.fields), called)
        self._show_buttons()

    def _show_buttons(self) -> None:
        one = self._gifts.get(self.id)
        for part in (self.form, self.save, self.use, self.moves, self.came, self.went):
            part.setEnabled(one is not None)
        gone = one is not None and not one.active
        self.use.setText(_("Use Again") if gone else _("Out of Use"))

    def _sheet(self, session: Session, first: date, last: date) -> Sheet:
        from showroom.figures import ledgers

        return ledgers.gift_ledger(session, first, last, gift_id=self.id or None)

    # -- doing --

    def _add(self) -> None:
        added = 0
        with self.new.reporting():
            held = self.new.values()
            with self.db.write() as session:
                added = gifts.add(
                    session,
                    name=held["name"],
                    unit=held["unit"],
                    count=held["count"] or 0,
                    now=self.db.now(),
                ).id
        if added:
            self.new.clear()
            self.table.choose(added)
            self.say_typed()
        self.new.focus()

    def _save(self) -> None:
        if self.id:
            with self.form.reporting():
                held = self.form.values()
                with self.db.write() as session:
                    gifts.change(session, self.id, **held)
                self.saved(self.form)

    def _use(self) -> None:
        with self.db.write() as session:
            gifts.change(session, self.id, active=not self._gifts[self.id].active)

    def _entered(self) -> None:
        """Enter in the last field: with a receiver it went out."""
        if self.moves.fields["receiver"].value():
            self._went()
        else:
            self._came()

    def _came(self) -> None:
        with self.moves.reporting():
            held = self.moves.values()
            with self.db.write() as session:
                gifts.stock_in(
                    session, self.id, count=held["count"], note=held["note"], now=self.db.now()
                )
            self.moves.clear()
            self.say_typed()

    def _went(self) -> None:
        with self.moves.reporting():
            held = self.moves.values()
            with self.db.write() as session:
                gifts.hand_out(session, self.id, **held, now=self.db.now())
            self.moves.clear()
            self.say_typed()


def _number(name: str, caption: str, hint: str) -> Number:
    made = Number(name, caption, least=0, most=gifts.MOST, width=120)
    made.set_hint(hint)
    return made


def _when(row: gifts.GiftRow) -> str:
    if row.starts_on is None and row.ends_on is None:
        return _("always")
    first = f"{row.starts_on:%m-%d}" if row.starts_on else ""
    last = f"{row.ends_on:%m-%d}" if row.ends_on else ""
    return f"{first} – {last}".strip()


def _state(row: gifts.GiftRow) -> str:
    if not row.active:
        return _("out of use")
    if row.running:
        return _("runs today")
    return _("not today") if row.stock else _("used up")


GIFTS = (
    Column(
        N_("Gift"),
        lambda row: row.name,
        stretch=True,
        tone=lambda row: "" if row.active else "muted",
        note=lambda row: _("prize") if row.prize else "",
    ),
    Column(N_("Stock"), lambda row: f"{row.stock:,} {row.unit}".strip(), align="right", width=110),
    Column(N_("Days"), _when, width=140, tone="muted"),
    Column(N_("State"), _state, width=110, tag=lambda row: "good" if row.running else "muted"),
)
