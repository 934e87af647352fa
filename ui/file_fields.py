"""The showroom's own fields in a customer's file, each changed where it stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom.i18n import _
from showroom.store.models import FieldKind
from ui.customer_parts import Section
from ui.fact import Fact
from ui.fact_grid import FactGrid
from ui.forms import Choice, Day, Field, Text

if TYPE_CHECKING:
    from showroom.people.customers import File
    from showroom.people.fields import Held
    from showroom.store.db import Session
    from ui.pages.customers import CustomersPage


class FieldsSection(Section):
    """The fields that hold something, and a line of those that may be filled in."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.grid = FactGrid(page, "add_field")
        self.id = 0
        self._known: list[tuple[int, str, FieldKind, tuple[str, ...], bool]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)
        self.hide()

    def show_for(self, session: Session, file: File) -> None:
        from showroom.people import fields

        self.id = file.row.id
        held = fields.of_customer(session, self.id)
        self.setVisible(bool(held))
        known = [
            (one.field.id, one.field.label, one.field.kind, one.field.options, one.field.active)
            for one in held
        ]
        if known != self._known:
            self.grid.empty()
            self._known = known
            for one in held:
                self.grid.put(self._fact(one))
        for one in held:
            self.grid.facts[f"own_{one.field.id}"].show_value(one.shown, _value(one))
        self.grid.refresh()

    def settle(self) -> bool:
        """Save what is being typed; False where it cannot be."""
        return self.grid.settle()

    def leave(self) -> None:
        """Leave what is being typed as it was."""
        self.grid.leave()

    def _fact(self, one: Held) -> Fact:
        field = one.field

        def save(session: Session, value: object) -> None:
            from showroom.people import fields

            fields.put(session, self.id, field.id, value)

        caption = field.label if field.active else _("{name} (out of use)").format(name=field.label)
        return Fact(
            self.page,
            f"own_{field.id}",
            caption,
            lambda _session: make_field(one, self.page),
            save,
        )


def make_field(held: Held, page: CustomersPage) -> Field:
    """The field for what is held; a choice offers what stands there though it is no longer on."""
    field = held.field
    if field.kind is FieldKind.DAY:
        return Day("value", field.label, today=page.db.today)
    if field.kind is FieldKind.YES_NO:
        return Choice("value", field.label, [("1", _("Yes")), ("0", _("No"))])
    if field.kind is FieldKind.CHOICE:
        options = [*field.options]
        if held.words and held.words not in options:
            options.append(held.words)
        return Choice("value", field.label, [(one, one) for one in options])
    return Text("value", field.label, max_length=400)


def _value(held: Held) -> date | str:
    if held.field.kind is FieldKind.DAY and held.words:
        return date.fromisoformat(held.words)
    return held.words
