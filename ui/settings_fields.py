"""Settings: the showroom's own fields in a customer's file, and those another trade asks for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from showroom.guard.rights import Right
from showroom.i18n import N_, _, ngettext
from showroom.people import fields
from showroom.people.fields import Field
from showroom.store.models import FieldKind
from ui import style
from ui.forms import Choice, Form, Note, Text
from ui.settings_section import Section
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from ui.page import Page


class FieldsSection(Section):
    """What this showroom wants to know besides: names, kinds, order, in use or not."""

    right = Right.SETTINGS

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Own fields"))
        self.id = 0
        self._fields: dict[int, Field] = {}
        self._make_parts()
        line = QHBoxLayout()
        line.setSpacing(style.M)
        line.addWidget(self.new, 1)
        line.addWidget(self.add)
        self.body.addWidget(
            label(_("They stand in every customer's file, each changed in place."), "muted")
        )
        self.body.addLayout(line)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.form)
        discard = self.discarding("field", self.new, self.form)
        self.body.addLayout(self.buttons(self.up, self.down, self.use, discard, last=self.save))
        presets = [label(_("For another trade"), "label"), *self.presets]
        trade = QHBoxLayout()
        trade.setSpacing(style.M)
        for part in presets:
            trade.addWidget(part)
        trade.addStretch()
        self.body.addLayout(trade)
        page.needs(Right.SETTINGS, self.add, self.save, self.use, self.up, self.down, *self.presets)
        self.new.entered.connect(self._add)
        self.new.edited.connect(lambda _name: self._show_options())
        self.form.entered.connect(self._save)
        self.table.chosen.connect(self._show)
        self.new.set_values({"kind": FieldKind.TEXT.value})
        self._show_options()
        self._show(0)

    def _make_parts(self) -> None:
        button = self.page.button
        kinds = [(kind.value, _(title)) for kind, title in fields.KINDS.items()]
        self.new = Form("settings.new_field")
        self.new.row(
            Text("zh", _("New field"), placeholder=_("Name, then Enter"), max_length=60),
            Text("en", _("In English"), placeholder=_("In English"), max_length=60, width=150),
            Choice("kind", _("Kind"), kinds, optional=False, width=130),
        )
        self.new.row(Note("options", _("To choose from"), lines=3, placeholder=_("One on a line")))
        self.add = button(_("Add"), "", self._add, kind="primary", name="add_field")
        self.table = Table("settings.fields", COLUMNS, self._rows)
        self.table.setAccessibleName(_("Own fields"))
        self.table.set_empty(
            _("No field of your own yet. Type a name above, or take over those of a trade below.")
        )
        self.form = Form("settings.field")
        self.form.row(
            Text("zh", _("Field name"), max_length=60),
            Text("en", _("In English"), placeholder=_("In English"), max_length=60),
        )
        self.form.row(Note("options", _("To choose from"), lines=3))
        self.save = button(_("Save"), "Ctrl+S", self._save, name="save_field")
        self.use = button(_("Out of Use"), "", self._use, name="field_use")
        self.up = button(_("Up"), "Alt+Up", partial(self._move, -1), name="field_up")
        self.down = button(_("Down"), "Alt+Down", partial(self._move, 1), name="field_down")
        self.presets = [
            button(_(title), "", partial(self._take_over, code), name=f"fields_{code}")
            for code, (title, _made) in fields.PRESETS.items()
        ]

    def reload(self) -> None:
        """Read the fields anew."""
        with self.db.read() as session:
            self._fields = {one.id: one for one in fields.every(session, active=None)}
        self.table.show_ids(list(self._fields))
        self._show_buttons()

    def focus_first(self) -> None:
        """Names are typed first."""
        self.new.focus()

    def _rows(self, ids: Sequence[int]) -> list[Field]:
        return [self._fields[id] for id in ids if id in self._fields]

    def _show(self, id: int) -> None:
        self.id = id
        one = self._fields.get(id)
        self.show_in(
            self.form,
            id,
            {
                "zh": one.zh if one else "",
                "en": one.en if one else "",
                "options": "\n".join(one.options) if one else "",
            },
            one.label if one else "",
        )
        self.form.show_row("options", one is not None and one.kind is FieldKind.CHOICE)
        self._show_buttons()

    def _show_buttons(self) -> None:
        one = self._fields.get(self.id)
        for part in (self.form, self.save, self.use, self.up, self.down):
            part.setEnabled(one is not None)
        gone = one is not None and not one.active
        self.use.setText(_("Use Again") if gone else _("Out of Use"))

    def _show_options(self) -> None:
        self.new.show_row("options", self.new.fields["kind"].value() == FieldKind.CHOICE)

    # -- doing --

    def _add(self) -> None:
        added = 0
        with self.new.reporting():
            held = self.new.values()
            kind = FieldKind(held["kind"])
            with self.db.write() as session:
                added = fields.add(
                    session, zh=held["zh"], en=held["en"], kind=kind, options=held["options"]
                ).id
        if added:
            self.new.clear()
            self.new.set_values({"kind": FieldKind.TEXT.value})
            self._show_options()
            self.table.choose(added)
            self.say_typed()
        self.new.focus()

    def _save(self) -> None:
        if self.id:
            with self.form.reporting():
                held = self.form.values()
                with self.db.write() as session:
                    fields.change(session, self.id, **held)
                self.saved(self.form)

    def _use(self) -> None:
        with self.db.write() as session:
            fields.change(session, self.id, active=not self._fields[self.id].active)

    def _move(self, step: int) -> None:
        with self.db.write() as session:
            fields.move(session, self.id, step)

    def _take_over(self, code: str) -> None:
        with self.db.write() as session:
            taken = fields.take_over(session, code)
        self.page.said.emit(
            ngettext("{count} field added.", "{count} fields added.", taken).format(count=taken)
        )


COLUMNS = (
    Column(
        N_("Field"),
        lambda row: row.label,
        stretch=True,
        tone=lambda row: "" if row.active else "muted",
        note=lambda row: "" if row.active else _("out of use"),
    ),
    Column(N_("Kind"), lambda row: _(fields.KINDS[row.kind]), width=110, tone="muted"),
    Column(
        N_("To choose from"),
        lambda row: _(", ").join(row.options),
        width=260,
        tone="muted",
        stretch=True,
    ),
)
