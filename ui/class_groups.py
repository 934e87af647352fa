"""Cards, relationships and value bands as bars; below them who is in the chosen class, and why."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtWidgets import QVBoxLayout

from showroom import settings
from showroom.dates import show_day
from showroom.i18n import N_, _
from showroom.people import classes, value
from showroom.people.classes import ContactCard, CustomerCard, Relationship
from showroom.people.value import Band
from showroom.text import show_money
from ui import style
from ui.class_bars import BarGroup, ClassBar, ClassBars
from ui.class_pane import Pane, called
from ui.many import ManyBar
from ui.many_table import ManyTable
from ui.tables import Column
from ui.widgets import Card, label

if TYPE_CHECKING:
    from pathlib import Path

    from showroom.people.classes import Census, Classed
    from showroom.people.customers import CustomerRow
    from showroom.progress import Progress
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage

LOSING: Final = "losing"
_TONES: Final = {
    CustomerCard.LOYAL: "good",
    CustomerCard.ACTIVE: "good",
    Relationship.LOYAL: "good",
    Band.FIRST: "good",
    Band.NONE: "muted",
    ContactCard.POTENTIAL: "muted",
    Relationship.POTENTIAL: "muted",
}


class ClassRow(NamedTuple):
    """One customer of a class."""

    id: int
    customer: CustomerRow
    classed: Classed


class GroupsPane(Pane):
    """`show_part(code)` one of cards, relationships, value; `show_census` what was counted."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self._shop = settings.Settings()
        self._census: Census | None = None
        self._part = ""
        self._kept: dict[str, str] = {}
        self._ids: dict[str, list[int]] = {}
        self._ranks: dict[int, int] = {}
        self.bars = ClassBars("customers.classes.bars")
        self.words = label("", "note", name="customers.classes.words", wrap=True)
        self.table = ManyTable("customers.classes.in_class", self._columns(), self._rows)
        self.table.set_empty(_("Counting…"))
        self.export = page.button(
            _("Export…"), "Alt+T", self._export, kind="quiet", icon="file-down", name="classes.out"
        )
        picture = Card(name="customers.classes.picture")
        picture.body.addWidget(self.bars)
        self.words.setContentsMargins(style.L, 0, style.L, style.M)
        picture.body.addWidget(self.words)
        self.card = Card("", name="customers.classes.card")
        self.card.head.addWidget(self.export)
        self.card.body.addWidget(self.table)
        self.many = ManyBar(page, self.table)
        self.card.body.addWidget(self.many)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(picture)
        layout.addWidget(self.card, 1)
        self.bars.chosen.connect(self._on_class)
        self.bars.opened.connect(self._to_table)
        self.table.chosen.connect(self._on_customer)

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Customer"), lambda row: called(row.customer), width=176),
            Column(N_("Why"), self._why, width=260, stretch=True, tone="muted"),
            Column(N_("Sales"), lambda row: show_money(row.classed.money or None), align="right"),
            Column(N_("Consultant"), lambda row: row.customer.consultant or "—", width=84),
            Column(
                N_("Last visit"),
                lambda row: show_day(row.customer.last_visit_on, self.db.today()),
                tone="muted",
                width=90,
            ),
        )

    # -- what is shown --

    def show_part(self, part: str) -> None:
        """Show another part; the class chosen in it stays."""
        if part != self._part:
            self._kept[self._part] = self.bars.code()
            self._part = part
            self._show()

    def show_census(self, session: Session, census: Census) -> None:
        """Show what was counted."""
        self._shop = settings.load(session)
        self._census, self._ranks = census, {}
        self._kept[self._part] = self.bars.code()
        self._show()

    def _show(self) -> None:
        if self._census is None:
            return
        groups = {
            "cards": self._cards,
            "relationships": self._relationships,
            "value": self._value,
        }[self._part](self._census)
        self.bars.show_groups(groups)
        codes = self.bars.codes()
        kept = self._kept.get(self._part, "")
        first = next((code for code in codes if self._ids[code]), codes[0])
        self.bars.set_code(kept if kept in codes else first)
        self.words.setText(self._explained(self._census))
        self._show_class()

    def _cards(self, census: Census) -> list[BarGroup]:
        self._ids = {_key(card): ids for card, ids in census.cards.items()}
        most = max(map(len, census.cards.values())) or 1
        groups: list[tuple[str, type[CustomerCard] | type[ContactCard]]] = [
            (_("Customer cards: bought"), CustomerCard),
            (_("Contact cards: not bought"), ContactCard),
        ]
        return [
            BarGroup(
                title,
                [
                    _bar(
                        _key(card),
                        classes.card_name(card, self._shop),
                        len(census.cards[card]),
                        most,
                        _percent(len(census.cards[card]), census.size),
                        _TONES.get(card, "accent"),
                    )
                    for card in kind
                ],
            )
            for title, kind in groups
        ]

    def _relationships(self, census: Census) -> list[BarGroup]:
        self._ids = {_key(one): ids for one, ids in census.relationships.items()}
        most = max(map(len, census.relationships.values())) or 1
        bars = [
            _bar(
                _key(one),
                _(classes.RELATIONSHIPS[one]),
                len(ids),
                most,
                _percent(len(ids), census.size),
                _TONES.get(one, "accent"),
            )
            for one, ids in census.relationships.items()
        ]
        return [BarGroup(_("Relationship with all customers"), bars)]

    def _value(self, census: Census) -> list[BarGroup]:
        self._ids = {_key(band): ids for band, ids in census.bands.items()}
        self._ids[LOSING] = census.losing
        total = census.borders.money
        bands = [
            ClassBar(
                _key(band),
                _(classes.BANDS[band]),
                len(census.bands[band]),
                float(census.money[band] / total) if total else 0.0,
                self._sold(census.money[band], total),
                _TONES.get(band, "accent"),
            )
            for band in (Band.FIRST, Band.BASIS, Band.REST)
        ]
        beside = [
            (LOSING, _("Losing value"), census.losing, "late"),
            (_key(Band.NONE), _(classes.BANDS[Band.NONE]), census.bands[Band.NONE], "muted"),
        ]
        others = [
            ClassBar(code, name, len(ids), _part(len(ids), census.size), tone=tone)
            for code, name, ids, tone in beside
        ]
        return [
            BarGroup(_("By their part of the sales"), bands),
            BarGroup(_("Beside that"), others),
        ]

    def _sold(self, money: Decimal, total: Decimal) -> str:
        if not total:
            return ""
        return _("{share} of the sales, {money}").format(
            share=_percent(money, total), money=show_money(money)
        )

    def _explained(self, census: Census) -> str:
        shop = self._shop
        if self._part == "value" and not census.borders.money:
            return _("No order counts yet: the bands fill with the first deal that is closed.")
        if self._part == "value":
            since = census.borders.since
            return _(
                "As few customers as make the first {first} % of all orders that stand, then up to "
                "{basis} %. {since} Not seen for {months} months: losing value."
            ).format(
                first=shop.value_first,
                basis=shop.value_basis,
                since=_("All orders count.")
                if since == value.BEGINNING
                else _("Orders since {day} count.").format(day=since),
                months=shop.losing_months or "—",
            )
        if self._part == "cards":
            return _(
                "Loyal: {loyal}+ visits to the workshop, satisfied 100, {introduced}+ introduced. "
                "Active: seen within {months} months, {active}+ visits to the workshop. On record: "
                "archive {record} % or address and birthday."
            ).format(
                loyal=shop.loyal_services,
                introduced=shop.loyal_introduced,
                months=shop.active_months,
                active=shop.active_services,
                record=shop.record_least,
            )
        return _(
            "Loyal: satisfied 100 and introduced others. Key: bought, came on {visits} days, or "
            "introduced somebody. Ordinary: a first contact was made."
        ).format(visits=shop.key_visits)

    def take_keyboard(self) -> None:
        self.bars.setFocus()

    # -- the class that is chosen --

    def _on_class(self, _code: str) -> None:
        self._show_class()

    def _show_class(self) -> None:
        code = self.bars.code()
        ids = self._ids.get(code, [])
        bar = self.bars.bar(code)
        self.card.set_title(bar.label if bar else "", f"{len(ids):,}")
        self.table.set_empty(_("Nobody is in this class now."))
        self.table.show_ids(ids)
        self.export.setEnabled(bool(ids))

    def _to_table(self) -> None:
        ids = self.table.rows.ids()
        if ids:
            if not self.table.current_id():
                _found = self.table.choose(self.page.id) or self.table.choose(ids[0])
            self.table.setFocus()

    def _on_customer(self, id: int) -> None:
        if id:
            self.chosen.emit(id)

    def _rows(self, ids: Sequence[int]) -> list[ClassRow]:
        if self._census is None:
            return []
        with self.db.read() as session:
            found = classes.of(
                session, ids, self._shop, self._census.borders, today=self.db.today()
            )
        known = self.known(ids)
        return [ClassRow(id, known[id], found[id]) for id in ids if id in known and id in found]

    def _why(self, row: ClassRow) -> str:
        one = row.classed
        if self._part == "value":
            return one.losing if self.bars.code() == LOSING else self._rank(row)
        return one.card_why if self._part == "cards" else one.relationship_why

    def _rank(self, row: ClassRow) -> str:
        """His place among all who bought, and his part of the sales."""
        if self._census is None or not row.classed.money:
            return ""
        if not self._ranks:
            ranked = (self._census.bands[band] for band in (Band.FIRST, Band.BASIS, Band.REST))
            self._ranks = {id: rank for rank, id in enumerate(chain.from_iterable(ranked), 1)}
        return _("No. {rank} · {share} of the sales").format(
            rank=f"{self._ranks[row.id]:,}",
            share=_percent(row.classed.money, self._census.borders.money),
        )

    def _export(self) -> None:
        from showroom.figures import class_lists

        bar, ids = self.bars.bar(self.bars.code()), list(self.table.rows.ids())
        if bar is None or self._census is None:
            return
        title, borders, today = bar.label, self._census.borders, self.db.today()

        def write(session: Session, path: Path, progress: Progress) -> int:
            return class_lists.save(session, title, ids, borders, path, progress, today=today)

        self.take_out(title, write)


def _key(member: CustomerCard | ContactCard | Relationship | Band) -> str:
    return f"{type(member).__name__}.{member.value}"


def _bar(code: str, name: str, count: int, most: int, note: str, tone: str) -> ClassBar:
    return ClassBar(code, name, count, count / most, note, tone)


def _part(count: int, whole: int) -> float:
    return count / whole if whole else 0.0


def _percent(part: int | Decimal, whole: int | Decimal) -> str:
    return f"{part / whole:.1%}".replace("%", " %") if whole else ""
