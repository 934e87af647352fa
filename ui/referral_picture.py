"""Who brought whom as a picture, and beside it who brought the most in the period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom import text
from showroom.i18n import N_, _
from showroom.people import introductions
from showroom.words import called
from ui import style
from ui.family_tree import FamilyTree
from ui.tables import Column, Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from showroom.figures.introductions import Top
    from showroom.store.db import Database

WIDE = 316


class ReferralPicture(QWidget):
    """`chosen(id)` shows a file: of who is clicked in the picture or opened in the list."""

    chosen = Signal(int)

    def __init__(self, db: Database) -> None:
        super().__init__()
        self.db = db
        self._top: dict[int, Top] = {}
        self.tree = FamilyTree("customers.referrals.tree")
        self.nobody = label("", "note", name="customers.referrals.nobody", wrap=True)
        self.nobody.setContentsMargins(style.XL, style.XL, style.XL, style.XL)
        self.top = Table("customers.referrals.top", self._columns(), self._rows)
        self.top.setAccessibleName(_("Who brought the most"))
        self.top.set_empty(_("Nobody in this period."))
        drawn = Card(_("Who brought whom"), _("arrows walk, Enter shows, + and − zoom"))
        drawn.body.addWidget(self.tree, 1)
        drawn.body.addWidget(self.nobody)
        most = Card(_("Who brought the most"))
        most.body.addWidget(self.top)
        most.setFixedWidth(WIDE)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(style.M)
        both.addWidget(drawn, 1)
        both.addWidget(most)
        self.tree.chosen.connect(self.chosen)
        self.top.opened.connect(self.chosen)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Introducer"), lambda row: row.name, stretch=True, width=92),
            Column(N_("brought"), lambda row: str(row.brought), width=52, align="right"),
            Column(N_("orders"), lambda row: str(row.deals), width=52, align="right"),
            Column(N_("rewards"), _given, width=70, align="right", tone="muted"),
        )

    def _rows(self, ids: Sequence[int]) -> list[Top]:
        return [self._top[id] for id in ids if id in self._top]

    def show_top(self, top: Sequence[Top]) -> None:
        """Show who brought the most."""
        self._top = {one.id: one for one in top}
        self.top.show_ids(list(self._top))

    def draw(self, empty: str) -> None:
        """Read who brought whom, and draw it; `empty` is said when nobody did."""
        with self.db.read() as session:
            links = introductions.links(session)
            ids = sorted({id for link in links for id in (link.introducer_id, link.customer_id)})
            found = introductions.names(session, ids)
        self.tree.show_links(links, {id: called(*name) for id, name in found.items()})
        self.tree.setVisible(bool(links))
        self.setFocusProxy(self.tree if links else self.top)
        self.nobody.setText(empty)
        self.nobody.setVisible(not links)


def _given(row: Top) -> str:
    return text.show_money(row.rewards) if row.rewards else ""
