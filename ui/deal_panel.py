"""One deal in the side panel: its facts to be corrected, its delivery, its cancelling."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from showroom import choices, words
from showroom.dates import show_day
from showroom.deals import closing
from showroom.deals.deals import DealRow, State
from showroom.errors import Invalid
from showroom.guard import staff
from showroom.i18n import N_, _
from showroom.store.models import ChoiceKind, Payment, Role
from ui import style
from ui.forms import Choice, Day, Form, Money, Note, Options, Text
from ui.widgets import Button, label

if TYPE_CHECKING:
    from showroom.store.db import Database

VIN = 17
FACTS = {
    "ordered": N_("Ordered on"),
    "delivered": N_("Delivered"),
    "cancelled": N_("Cancelled"),
    "vin": N_("VIN"),
    "introducer": N_("Introduced by"),
    "card": N_("Thank-you card"),
}


class DealFacts(QWidget):
    """What stands in a deal and is not typed here; `customer` opens the file of who bought."""

    def __init__(self, page: str, reveal: Button) -> None:
        super().__init__()
        self.phone = label("", name=f"{page}.file.phone")
        self.customer = Button(_("Open File"), icon="user", name=f"{page}.customer")
        self.facts: dict[str, tuple[QLabel, QLabel]] = {}
        line = QHBoxLayout()
        line.addWidget(self.phone)
        line.addWidget(reveal)
        line.addStretch()
        line.addWidget(self.customer)
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.L)
        grid.setVerticalSpacing(style.S)
        grid.setColumnStretch(1, 1)
        for number, (name, title) in enumerate(FACTS.items()):
            caption, fact = (
                label(_(title), "label"),
                label("", name=f"{page}.file.{name}", wrap=True),
            )
            fact.setAccessibleName(_(title))
            grid.addWidget(caption, number, 0)
            grid.addWidget(fact, number, 1)
            self.facts[name] = (caption, fact)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(line)
        layout.addLayout(grid)

    def show_deal(self, row: DealRow, today: date) -> None:
        """Show these facts of a deal; those it does not have are left out."""
        self.phone.setText(row.phone or _("No phone"))
        reason = " · ".join(part for part in (row.cancel_reason, row.cancel_note) if part)
        cancelled = f"{show_day(row.cancelled_on, today)} · {reason}" if row.cancelled_on else ""
        card = _("Printed") if row.card_printed else _("Still to print")
        shown = {
            "ordered": show_day(row.ordered_on, today),
            "delivered": show_day(row.delivered_on, today),
            "cancelled": cancelled,
            "vin": row.vin,
            "introducer": row.introducer,
            "card": "" if row.cancelled_on and not row.card_printed else card,
        }
        for name, text in shown.items():
            for part in self.facts[name]:
                part.setVisible(bool(text))
            self.facts[name][1].setText(text)


class DealEdit(Form):
    """The facts of a deal that may be corrected while it is open: `begin(row)`, then `save()`."""

    saved = Signal()

    def __init__(self, db: Database, page: str) -> None:
        super().__init__(page)
        self.db = db
        self.id = 0
        self._dirty = False
        self.row(
            Choice("model_id", _("Product"), search=True, free=True, placeholder=_("Model")),
            Choice("colour_id", _("Colour"), search=True, placeholder=_("Colour"), width=96),
        )
        self.row(Money("price", _("Price")))
        self.row(Money("deposit", _("Deposit")))
        self.row(Day("planned_on", _("Delivery by"), today=db.today))
        self.row(
            Options("payment", _("Payment"), [(p.value, _(words.PAYMENTS[p])) for p in Payment])
        )
        self.row(Choice("consultant_id", _("Consultant"), search=True))
        self.edited.connect(self._on_edit)

    def begin(self, row: DealRow) -> None:
        """Show a deal; one that is delivered or cancelled can only be read."""
        self.id = row.id
        self._dirty = False
        with self.db.read() as session:
            for name, kind in (("model_id", ChoiceKind.MODEL), ("colour_id", ChoiceKind.COLOUR)):
                options = choices.options(session, kind, everything=True)
                self.fields[name].set_options(
                    [
                        (one.id, one.label)
                        for one in options
                        if one.active or one.id == getattr(row, name)
                    ]
                )
            people = staff.everyone(session, active=None)
        self.fields["consultant_id"].set_options(
            [
                (one.id, one.name)
                for one in people
                if (one.active and one.role is Role.CONSULTANT) or one.id == row.consultant_id
            ]
        )
        self.set_values(
            {name: getattr(row, name) for name in self.fields}
            | {"payment": row.payment.value if row.payment else None}
        )
        self.setEnabled(row.state is State.ORDERED)

    def is_dirty(self) -> bool:
        """Tell whether anything was typed since the deal was shown."""
        return self._dirty

    def save(self) -> bool:
        """Save; what cannot be is said beside its field. Tell whether it was saved."""
        done = False
        with self.reporting():
            held = self.values()
            held["payment"] = Payment(held["payment"]) if held["payment"] else None
            held["deposit"] = held["deposit"] or 0
            with self.db.write() as session:
                closing.change(session, self.id, **held)
            done = True
        if done:
            self._dirty = False
            self.saved.emit()
        return done

    def show_problems(self, problems: Any) -> dict[str, str]:
        """The service speaks of the model; the field is the model's id."""
        return super().show_problems(
            {"model_id" if name == "model" else name: text for name, text in problems.items()}
        )

    def _on_edit(self, _name: str) -> None:
        self._dirty = True


class DeliverForm(Form):
    """When the car was handed over, and which one: `begin(row)`, then `deliver()`."""

    saved = Signal()

    def __init__(self, db: Database, page: str) -> None:
        super().__init__(f"{page}.deliver")
        self.db = db
        self.id = 0
        self.vin = Text("vin", _("VIN"), max_length=VIN)
        self.row(Day("delivered_on", _("Delivered"), today=db.today))
        self.row(self.vin)
        self.vin.edited.connect(self._count)

    def begin(self, row: DealRow) -> None:
        """Offer today."""
        self.id = row.id
        self.clear()
        self.set_values({"delivered_on": self.db.today(), "vin": row.vin})
        self._count()
        self.focus("delivered_on")

    def deliver(self) -> None:
        """Hand the car over; what cannot be is said beside its field."""
        done = False
        with self.reporting():
            held = self.values()
            if held["delivered_on"] is None:
                raise Invalid({"delivered_on": _("Enter the day of the delivery.")})
            with self.db.write() as session:
                closing.deliver(
                    session,
                    self.id,
                    on=held["delivered_on"],
                    vin=held["vin"],
                    today=self.db.today(),
                )
            done = True
        if done:
            self.saved.emit()

    def _count(self) -> None:
        typed = len(self.vin.text().strip())
        self.vin.set_hint(f"{typed} / {VIN}" if typed else "", "good" if typed == VIN else "muted")


class CancelForm(Form):
    """Why an order was called off: `begin(row)`, then `cancel()`; the deal stays, with it."""

    saved = Signal()

    def __init__(self, db: Database, page: str) -> None:
        super().__init__(f"{page}.cancel")
        self.db = db
        self.id = 0
        self.row(Choice("reason", _("Reason")))
        self.row(Note("note", _("Note"), lines=3))
        words = _("The deal stays in the list. Its card and calls that are still due are dropped.")
        self.add(label(words, "quote", wrap=True))

    def begin(self, row: DealRow) -> None:
        """Offer the reasons in use."""
        self.id = row.id
        self.clear()
        with self.db.read() as session:
            reasons = choices.options(session, ChoiceKind.CANCEL_REASON)
        self.fields["reason"].set_options([(one.id, one.label) for one in reasons])
        self.focus("reason")

    def cancel(self) -> None:
        """Call the order off; what cannot be is said beside its field."""
        done = False
        with self.reporting():
            held = self.values()
            with self.db.write() as session:
                closing.cancel(
                    session,
                    self.id,
                    reason_id=held["reason"],
                    note=held["note"],
                    on=self.db.today(),
                )
            done = True
        if done:
            self.saved.emit()
