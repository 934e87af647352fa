"""The form that closes a deal, from a visit, from a customer's file, or for somebody searched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal

from showroom import choices, words
from showroom.dates import show_day
from showroom.deals import closing
from showroom.door import visits
from showroom.errors import Invalid
from showroom.guard import staff
from showroom.i18n import _
from showroom.people import customers, referrals
from showroom.store import drafts
from showroom.store.models import CardKind, ChoiceKind, Payment, Role
from showroom.text import LEAST_PRICE, show_money
from ui.customer_field import CustomerField
from ui.forms import Choice, Day, Form, Money, Options
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.store.db import Database

DRAFT_MS = 300


class DealForm(Form):
    """What was bought, for how much and when; `begin(…)` first, `close_deal()` at the end.

    `closed(deal id)` tells that it is done. Object names are `<page>.deal.<field>`; Enter moves
    on, and `entered` says that it left the last field (let it focus the page's button). What is
    typed is kept as a draft until the deal is closed. The lines at the foot say what closing will
    set going.
    """

    closed = Signal(int)

    def __init__(self, db: Database, page: str) -> None:
        name = f"{page}.deal"
        super().__init__(name)
        self.db = db
        self.visit_id: int | None = None
        self._typed: set[str] = set()
        self.customer = CustomerField("customer", _("Customer"), db, name)
        self.model = Choice("model", _("Product"), search=True, free=True, placeholder=_("Model"))
        self.colour = Choice("colour", _("Colour"), search=True, placeholder=_("Colour"), width=96)
        self.price = Money("price", _("Price"))
        self.price.setPlaceholderText(_("218,000 or 21.8万"))
        self.deposit = Money("deposit", _("Deposit"))
        self.ordered_on = Day("ordered_on", _("Ordered on"), today=db.today)
        self.planned_on = Day("planned_on", _("Delivery by"), today=db.today)
        self.payment = Options(
            "payment", _("Payment"), [(p.value, _(words.PAYMENTS[p])) for p in Payment]
        )
        self.introducer = CustomerField(
            "introducer", _("Introduced by"), db, name, without=self._buyer
        )
        self.consultant = Choice("consultant", _("Consultant"), search=True)
        self.effects = label("", "quote", name=f"{name}.effects", wrap=True)
        self._key = ""
        self._later = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._later.timeout.connect(self.keep_draft)

        self.row(self.customer)
        self.add(self.customer.matches)
        self.row(self.model, self.colour)
        self.row(self.price)
        self.row(self.deposit)
        self.row(self.ordered_on)
        self.row(self.planned_on)
        self.row(self.payment)
        self.row(self.introducer)
        self.add(self.introducer.matches)
        self.row(self.consultant)
        self.add(self.effects)

        self.edited.connect(self._on_edit)
        self.price.edited.connect(self._say_price)
        self.customer.picked.connect(self._fill)

    # -- what pages use --

    def begin(self, customer_id: int | None = None, visit_id: int | None = None) -> None:
        """Start a deal, with what was being typed for it; without a customer it asks who it is."""
        self.keep_draft()
        self.clear()
        self._typed.clear()
        self.visit_id = visit_id
        self._key = f"deal:{customer_id or 'new'}"
        with self.db.read() as session:
            draft = drafts.find(session, self._key)
            self.model.set_options(_pairs(choices.options(session, ChoiceKind.MODEL)))
            self.colour.set_options(_pairs(choices.options(session, ChoiceKind.COLOUR)))
            people = staff.everyone(session, Role.CONSULTANT)
            self.consultant.set_options([(one.id, one.name) for one in people])
        self.show_row("customer", customer_id is None)
        self.customer.set_value(customer_id)
        self.ordered_on.set_value(self.db.today())
        self.set_raw(draft)
        self._typed.update(draft)
        self._fill(self._buyer())
        self._say_price()
        self.focus_first()

    def focus_first(self) -> None:
        """Put the cursor where the first fact is missing."""
        if not self.customer.raw():
            self.focus("customer")
        else:
            self.focus("price" if self.model.raw() else "model")

    def close_deal(self) -> None:
        """Close the deal; what cannot be is said beside its field."""
        deal_id = 0
        with self.reporting():
            facts = self._facts()
            with self.db.write() as session:
                deal_id = closing.close(
                    session, now=self.db.now(), today=self.db.today(), **facts
                ).id
                drafts.drop(session, self._key)
        if deal_id:
            self._later.stop()
            self._typed.clear()
            self.closed.emit(deal_id)

    def keep_draft(self) -> None:
        """Keep what is typed; called by itself while one types."""
        self._later.stop()
        if self._typed:
            typed = {name: value for name, value in self.raw().items() if name in self._typed}
            with self.db.write() as session:
                drafts.save(session, self._key, typed, now=self.db.now())

    # -- inside --

    def _say_price(self) -> None:
        """Who types 15 means 150,000: he is told while he types."""
        try:
            price = self.price.value()
        except Invalid:
            price = None
        low = price is not None and price < LEAST_PRICE
        said = _("only {amount} yuan").format(amount=show_money(price)) if low else ""
        self.price.set_hint(said, "soon")

    def _buyer(self) -> int:
        return self.customer.raw() if isinstance(self.customer.raw(), int) else 0

    def _facts(self) -> dict[str, Any]:
        held = self.values()
        wrong = {}
        if held["customer"] is None:
            wrong["customer"] = _("Choose who bought.")
        if held["ordered_on"] is None:
            wrong["ordered_on"] = _("Enter the day of the order.")
        if wrong:
            raise Invalid(wrong)
        return {
            "customer_id": held["customer"],
            "visit_id": self.visit_id,
            "model_id": held["model"],
            "colour_id": held["colour"],
            "price": held["price"],
            "deposit": held["deposit"] if held["deposit"] is not None else Decimal(0),
            "ordered_on": held["ordered_on"],
            "planned_on": held["planned_on"],
            "payment": Payment(held["payment"]) if held["payment"] else None,
            "introducer_id": held["introducer"],
            "consultant_id": held["consultant"],
        }

    def _fill(self, customer_id: int) -> None:
        """Offer what the file and the visit know already; nothing typed is overwritten."""
        with self.db.read() as session:
            if customer_id:
                file = customers.file(session, customer_id)
                visit = visits.row(session, self.visit_id) if self.visit_id else None
                model = (visit.model_id if visit else None) or file.model_id
                consultant = (visit.consultant_id if visit else None) or file.consultant_id
                introducer = referrals.introducer_of(session, customer_id)
                for field, value in (
                    (self.model, model),
                    (self.consultant, consultant),
                    (self.introducer, introducer),
                ):
                    if field.name not in self._typed:
                        field.set_value(value)
                self.introducer.setEnabled(introducer is None)
            else:
                self.introducer.setEnabled(True)
        self._say_effects()

    def _on_edit(self, name: str) -> None:
        self._typed.add(name)
        self._later.start()
        if name in ("ordered_on", "planned_on", "introducer", "model"):
            self._say_effects()

    def _say_effects(self) -> None:
        today = self.db.today()
        try:
            ordered = self.ordered_on.value() or today
            planned = self.planned_on.value()
        except Invalid:
            ordered, planned = today, None
        with self.db.read() as session:
            due = closing.sets_going(
                session,
                ordered_on=ordered,
                planned_on=planned,
                introduced=bool(self.introducer.raw())
                and not referrals.is_thanked(session, self._buyer()),
                today=today,
            )
        lines = [_("Closing sets going:"), *(_due(one, today) for one in due)]
        model = self.model.raw()
        if isinstance(model, str) and model:
            lines.append(_("{model} joins the list of models.").format(model=model))
        self.effects.setText("\n".join(lines))


def _pairs(options: Sequence[choices.Option]) -> list[tuple[int, str]]:
    return [(option.id, option.label) for option in options]


def _due(due: closing.Due, today: date) -> str:
    kinds, rules = words.CARD_KINDS, words.PROMISES
    what = _(kinds[due.what] if isinstance(due.what, CardKind) else rules[due.what])
    if isinstance(due.what, CardKind):
        what = _("Card: {kind}").format(kind=what)
    return " · ".join(part for part in (show_day(due.on, today), what, due.who) if part)
