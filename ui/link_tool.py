"""Linking two customers who belong together: who it is, how, Ctrl+Enter (Ctrl+Shift+P)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom import words
from showroom.errors import Invalid
from showroom.i18n import _
from showroom.people import customers, phones, relations
from showroom.store.models import Honorific
from ui import style
from ui.customer_field import CustomerField
from ui.customer_parts import FileTool
from ui.forms import Choice, Form, Text
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.people.customers import File
    from ui.pages.customers import CustomersPage


class LinkTool(FileTool):
    """Finds the other one as the search does; both files stay, and show each other."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.go = _("Link")
        self.id = 0
        self.name = ""
        self.form = Form("customers.link")
        self.other = CustomerField(
            "other", _("The other one"), self.db, "customers.link", without=lambda: self.id
        )
        self.kind = Choice(
            "kind",
            _("How"),
            [(code, _(word)) for code, word in relations.KINDS.items()],
            optional=False,
        )
        self.form.row(self.other)
        self.form.add(self.other.matches)
        self.form.row(self.kind)
        self.form.row(Text("note", _("Note"), placeholder=_("daughter, driver, boss …")))
        self.said = label("", "quote", name="customers.link.said", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.form)
        layout.addWidget(self.said)
        layout.addStretch()
        self.form.edited.connect(lambda _name: self._say())
        self.form.entered.connect(self.entered)
        self.other.picked.connect(self._on_picked)

    def begin(self, file: File) -> None:
        self.id = file.row.id
        self.name = words.called(file.row.name, file.row.honorific) or _("No name")
        self.form.clear()
        company = file.row.honorific is Honorific.COMPANY
        self.kind.set_value(relations.PEOPLE if company else "couple")
        with self.db.read() as session:
            known = {one.other_id for one in relations.of_customer(session, self.id)}
            near = [id for id in phones.sharing(session, self.id) if id not in known]
        if near:
            self.other.set_value(near[0])
        self._say()
        self.form.focus("kind" if near else "other")

    def _on_picked(self, id: int) -> None:
        """Of a company one works there."""
        if id:
            with self.db.read() as session:
                rows = customers.rows(session, [id])
            if rows and rows[0].honorific is Honorific.COMPANY:
                self.kind.set_value("company")
        self._say()

    def _say(self) -> None:
        """Say in a sentence what the link says."""
        try:
            other = self.other.value()
        except Invalid:
            other = None
        kind = self.kind.value()
        if not other or not kind:
            self.said.hide()
            return
        sentences = {
            "couple": _("{other} and {name} are a couple."),
            "family": _("{other} and {name} are family."),
            "friend": _("{other} and {name} are friends."),
            "colleague": _("{other} and {name} work together."),
            "company": _("{name} works at {other}."),
            relations.PEOPLE: _("{other} works at {name}."),
        }
        self.said.setText(sentences[kind].format(other=self.other.text(), name=self.name))
        self.said.show()

    def accept(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            if held["other"] is None:
                raise Invalid({"other": _("Choose who belongs to him.")})
            with self.db.write() as session:
                relations.link(
                    session,
                    self.id,
                    held["other"],
                    held["kind"],
                    note=held["note"],
                    now=self.db.now(),
                )
            self.done.emit(_("Linked: {other}.").format(other=self.other.text()))
