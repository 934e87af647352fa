"""What was sold: the month's orders, their delivery and their cancelling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from showroom import words
from showroom.dates import add_months, show_day
from showroom.deals import deals
from showroom.deals.deals import DealRow, State
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.text import show_money
from ui import list_paper, style
from ui.days import late_words
from ui.deal_form import DealForm
from ui.deal_panel import CancelForm, DealEdit, DealFacts, DeliverForm
from ui.finder import Finder
from ui.forms import Choice
from ui.page import Page
from ui.reveal import Reveal
from ui.segmented import Segmented
from ui.tables import Column, Table
from ui.widgets import Button, Card, Fig

if TYPE_CHECKING:
    from showroom.store.db import Database

STATES = {
    State.ORDERED: N_("Ordered"),
    State.DELIVERED: N_("Delivered"),
    State.CANCELLED: N_("Cancelled"),
}
TONES = {State.ORDERED: "accent", State.DELIVERED: "good", State.CANCELLED: "muted"}
# what the panel shows; the names of the forms that are made when first needed
DEAL, NEW, DELIVER, CANCEL = "deal", "deal_form", "deliver_form", "cancel_form"


class DealsPage(Page):
    """The deals of a month, and the chosen one."""

    title = N_("Deals")
    code = "deals"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.id = 0
        self._shown = DEAL
        self.new = self.button(_("New Deal"), "Ctrl+N", self._new, kind="primary", name="new")
        self.buttons.addWidget(self.new)

        self.finder = Finder(
            "search",
            _("Search"),
            "deals.search",
            placeholder=_("Name, phone, number"),
            width=190,
        )
        self.search = self.finder
        self.month = Choice("month", _("Month"), optional=False, width=124)
        self.month.setObjectName("deals.month")
        self.earlier = self._stepper(-1, _("Earlier month"), "Alt+Left", "chevron-left", "earlier")
        self.later = self._stepper(1, _("Later month"), "Alt+Right", "chevron-right", "later")
        states = [("all", _("All")), *((code.value, _(text)) for code, text in STATES.items())]
        self.state = Segmented(states, name="deals.state", optional=False)
        self.state.setAccessibleName(_("State"))
        self.state.set_code("all")
        narrow = QHBoxLayout()
        narrow.setSpacing(style.M)
        narrow.addWidget(self.finder)
        narrow.addWidget(self.earlier)
        narrow.addWidget(self.month)
        narrow.addWidget(self.later)
        narrow.addStretch()
        narrow.addWidget(self.state)
        self.body.addLayout(narrow)

        self.table = Table("deals.list", self._columns(), self._rows)
        self.table.setAccessibleName(_("Deals"))
        self.first_deal = self.button(_("New Deal"), "", self._new, name="first")
        self.table.set_empty(_("No deal here yet."), self.first_deal)
        list_paper.offer(self, self.table, "deals", _("Deals"))
        card = Card()
        card.body.addWidget(self.table)
        self.body.addWidget(card, 1)

        self._make_side()
        self.finder.textChanged.connect(self.reload_soon)
        self.finder.entered.connect(self.table.setFocus)
        self.month.edited.connect(self.reload)
        self.state.chosen.connect(self.reload)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(lambda _id: self.edit.focus("price"))
        self._show_none()

    def _stepper(self, step: int, words: str, key: str, icon: str, name: str) -> Button:
        """A small button without words, and its key."""
        made = self.button("", "", lambda: self._step(step), icon=icon, name=name)
        made.setAccessibleName(words)
        made.setToolTip(style.tip(f"{words} ({key})"))
        self.key(key, words, lambda: self._step(step))
        return made

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Number"), lambda row: row.number, tone="muted", width=100),
            Column(
                N_("Customer"),
                lambda row: words.called(row.customer, row.honorific) or _("No name"),
                width=130,
                stretch=True,
            ),
            Column(N_("Product"), _product, width=146),
            Column(N_("Price"), lambda row: show_money(row.price), align="right", width=92),
            Column(N_("Consultant"), lambda row: row.consultant or "—", width=84),
            Column(N_("Delivery"), self._delivery, tone="muted", width=80),
            Column(N_("State"), self._state, tag=self._state_tone, width=88),
            Column(N_("Card"), _card, tag=_card_tone, width=78),
        )

    def _make_side(self) -> None:
        self.reveal = Reveal(self)
        self.facts = DealFacts("deals", self.reveal.button)
        self.edit = DealEdit(self.db, "deals")
        self.side.body.addWidget(self.facts)
        self.side.body.addWidget(self.edit)
        self.side.body.addStretch(1)  # a form takes no more than it needs
        self.back = self.button(_("Back"), "Esc", self._back, name="back")
        self.cancel = self.button(
            _("Cancel Deal…"), "Ctrl+R", self._cancel, kind="danger", name="cancel"
        )
        self.needs(Right.APPROVE, self.cancel)
        self.deliver = self.button(
            _("Deliver…"), "Ctrl+D", self._deliver, kind="primary", name="deliver"
        )
        self.save = self.button(_("Save"), "Ctrl+S", self.edit.save, kind="primary", name="save")
        last = partial(self.button, key="Ctrl+Return", kind="primary")
        self.close_deal = last(
            _("Close Deal"), slot=lambda: self.deal_form.close_deal(), name="close_deal"
        )
        self.hand_over = last(
            _("Deliver"), slot=lambda: self.deliver_form.deliver(), name="hand_over"
        )
        self.call_off = last(
            _("Cancel Deal"), slot=lambda: self.cancel_form.cancel(), name="call_off"
        )
        foot = self.side.foot
        for button in (self.back, self.cancel):
            foot.addWidget(button)
        foot.addStretch()
        for button in (self.deliver, self.save, self.close_deal, self.hand_over, self.call_off):
            foot.addWidget(button)
        self.facts.customer.clicked.connect(self._open_customer)
        self.edit.edited.connect(lambda _name: self._show(DEAL))
        self.edit.entered.connect(self.save.setFocus)
        self.edit.saved.connect(lambda: self._show(DEAL))

    # the forms are made when they are first needed: the page opens sooner

    @cached_property
    def deal_form(self) -> DealForm:
        """A new deal."""
        made = DealForm(self.db, "deals")
        made.hide()
        self.side.body.insertWidget(2, made)
        made.entered.connect(self.close_deal.setFocus)
        made.closed.connect(self._on_deal)
        return made

    @cached_property
    def deliver_form(self) -> DeliverForm:
        """The delivery of the deal that is shown."""
        made = DeliverForm(self.db, "deals")
        made.hide()
        self.side.body.insertWidget(2, made)
        made.entered.connect(self.hand_over.setFocus)
        made.saved.connect(self._leave)
        return made

    @cached_property
    def cancel_form(self) -> CancelForm:
        """The cancelling of the deal that is shown."""
        made = CancelForm(self.db, "deals")
        made.hide()
        self.side.body.insertWidget(2, made)
        made.entered.connect(self.call_off.setFocus)
        made.saved.connect(self._leave)
        return made

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read once what list and panel read, so that its SQL is compiled on a thread."""
        month = f"{db.today():%Y-%m}"
        with db.read() as session:
            deals.span(session)
            deals.totals(session, month)
            deals.rows(session, deals.find(session, month=month)[:1])

    # -- the list --

    def reload(self) -> None:
        """Read the month, its figures and the deal that is shown anew; a form is not touched."""
        with self.db.read() as session:
            self._offer_months(deals.span(session))
            month = self.month.value() or ""
            ids = deals.find(session, self.finder.text(), state=self._chosen_state(), month=month)
            totals = deals.totals(session, month)
        self._show_totals(totals)
        self.table.show_ids(ids)
        if self._shown == DEAL and self.id:
            self._show_deal(self.id)

    def new_day(self, was: date) -> None:
        """The month that was this one is left for the one that began."""
        if self.month.value() == f"{was:%Y-%m}" != f"{self.db.today():%Y-%m}":
            self.month.set_options([])
        super().new_day(was)

    def _offer_months(self, span: tuple[date, date] | None) -> None:
        today = self.db.today()
        first, last = span or (today, today)
        last = max(last, today)
        months = [("", _("All months"))]
        step = last.replace(day=1)
        while step >= first.replace(day=1):
            month = step.isoformat()[:7]  # %Y of the year 206 is no year that is read again
            months.append((month, month))
            step = add_months(step, -1)
        if [self.month.itemData(n) for n in range(self.month.count())] != [m for m, _t in months]:
            chosen = self.month.currentData()
            self.month.set_options(months)
            self.month.set_value(f"{today:%Y-%m}" if chosen is None else chosen)

    def _chosen_state(self) -> State | None:
        code = self.state.code()
        return None if code == "all" else State(code)

    def _show_totals(self, totals: deals.Totals) -> None:
        self.figures.show_figures(
            [
                Fig(
                    "orders",
                    str(totals.ordered),
                    _("orders"),
                    formula=_("Orders of the month, also those cancelled since"),
                ),
                Fig(
                    "deliveries",
                    str(totals.delivered),
                    _("delivered"),
                    formula=_("Cars handed over in the month, whenever they were ordered"),
                ),
                Fig(
                    "cancellations",
                    str(totals.cancelled),
                    _("cancelled"),
                    formula=_("Orders called off in the month, whenever they were made"),
                    tone="late" if totals.cancelled else "",
                ),
                Fig(
                    "amount",
                    show_money(totals.amount),
                    _("amount"),
                    unit=_("yuan"),
                    formula=_("Sum of the prices of the month's orders that still stand"),
                ),
            ]
        )

    def _rows(self, ids: Sequence[int]) -> list[DealRow]:
        with self.db.read() as session:
            return deals.rows(session, ids)

    def _delivery(self, row: DealRow) -> str:
        day = row.delivered_on or row.planned_on
        return "" if row.state is State.CANCELLED else show_day(day, self.db.today())

    def _late(self, row: DealRow) -> str:
        planned = row.planned_on if row.state is State.ORDERED else None
        return late_words(planned, self.db.today())

    def _state(self, row: DealRow) -> str:
        return self._late(row) or _(STATES[row.state])

    def _state_tone(self, row: DealRow) -> str:
        return "late" if self._late(row) else TONES[row.state]

    def _step(self, step: int) -> None:
        """One month later or earlier; the list of months begins with all, then the newest."""
        at = self.month.currentIndex() - step
        if 1 <= at < self.month.count():
            self.month.setCurrentIndex(at)
            self.reload()

    # -- what the panel shows --

    def show_id(self, id: int) -> None:
        """Show a deal, whichever month it is of."""
        with self.db.read() as session:
            rows = deals.rows(session, [id])
        if not rows or not self._leave_form():
            return
        self.finder.clear()
        self.state.set_code("all")
        self.month.set_value(f"{rows[0].ordered_on:%Y-%m}")
        self._shown = DEAL
        self.reload()
        self.table.choose(id)
        self._on_chosen(id)

    def focus_first(self) -> None:
        """The list takes the keyboard."""
        self.table.setFocus()

    def about(self) -> int:
        return self.id

    def _on_chosen(self, id: int) -> None:
        if not self._leave_form():
            self.table.choose(self.id)
            return
        self.id = id
        if id:
            self._shown = DEAL
            self._show_deal(id)
        else:
            self._show_none()

    def _leave_form(self) -> bool:
        """Save what was corrected before another deal is shown; False when it cannot be."""
        if self._shown == DEAL and self.id and self.edit.is_dirty():
            return self.edit.save()
        return True

    def _show_deal(self, id: int) -> None:
        listed = self.table.current_id() == id
        row = self.table.current_row() if listed else next(iter(self._rows([id])), None)
        if row is None:  # undone meanwhile
            self._show_none()
            return
        today = self.db.today()
        name = words.called(row.customer, row.honorific) or _("No name")
        self.side.set_title(name, row.number, self._state(row), self._state_tone(row))
        self.facts.show_deal(row, today)
        self.reveal.show_for(row.customer_id, row.phone)
        if not self.edit.is_dirty() or self.edit.id != id:
            self.edit.begin(row)
        self._row = row
        self._show(DEAL)

    def _show_none(self) -> None:
        self.id = 0
        self._show(DEAL)
        self.side.show_empty(_("Choose a deal, or close a new one."))

    def _show(self, what: str) -> None:
        """Show the deal or one of the forms, with the buttons it has."""
        self._shown = what
        self.side.show_content()
        is_open = self.edit.isEnabled()
        dirty = self.edit.is_dirty()
        for widget, shown in (
            (self.facts, what == DEAL),
            (self.edit, what == DEAL),
            (self.cancel, what == DEAL and is_open),
            (self.deliver, what == DEAL and is_open and not dirty),
            (self.save, what == DEAL and is_open and dirty),
            (self.close_deal, what == NEW),
            (self.hand_over, what == DELIVER),
            (self.call_off, what == CANCEL),
            (self.back, what != DEAL),
        ):
            widget.setVisible(shown)
        for name in (NEW, DELIVER, CANCEL):
            if what == name or name in vars(self):
                getattr(self, name).setVisible(what == name)

    # -- what the desk does --

    def _new(self) -> None:
        if self._leave_form():
            self.deal_form.begin()
            self.side.set_title(_("New deal"))
            self._show(NEW)
            self.deal_form.focus_first()

    def _deliver(self) -> None:
        if self._leave_form():
            self._show(DELIVER)
            self.deliver_form.begin(self._row)

    def _cancel(self) -> None:
        if self._leave_form():
            self._show(CANCEL)
            self.cancel_form.begin(self._row)

    def _back(self) -> None:
        self._leave()

    def _leave(self) -> None:
        """Back to the deal that is chosen in the list."""
        self._shown = DEAL
        self._on_chosen(self.table.current_id())
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_deal(self, deal_id: int) -> None:
        self._shown = DEAL
        self.show_id(deal_id)
        self.table.setFocus()
        self.said.emit(_("Deal closed. The thank-you card is in the queue."))

    def _open_customer(self) -> None:
        self.open.emit("customers", self._row.customer_id)


def _product(row: DealRow) -> str:
    return " · ".join(part for part in (row.model, row.colour) if part)


def _card(row: DealRow) -> str:
    if row.card_printed:
        return _("Printed")
    return "" if row.state is State.CANCELLED else _("To print")


def _card_tone(row: DealRow) -> str:
    return "good" if row.card_printed else "soon"
