"""Settings: the words of the cards, those that are delivered and the showroom's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from showroom import words
from showroom.cards import dress, filling, layout, render, templates, wordings
from showroom.cards.dress import PLAIN
from showroom.cards.templates import Template
from showroom.cards.wordings import Wording
from showroom.errors import Invalid
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.store.models import CardKind
from ui import style
from ui.card_preview import CardPreview
from ui.forms import Choice, Form, Note, Options, Text
from ui.jobs import Job
from ui.segmented import Segmented
from ui.settings_section import Section
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from ui.page import Page

WORDS: Final = "words"
SIZE: Final = "148x100"
TITLES: Final = {
    "person": N_("To a person"),
    "couple": N_("To a couple"),
    "company": N_("To a company"),
    "bare": N_("Little known"),
}


class Row(NamedTuple):
    """One line of the list."""

    id: int
    template: Template


class WordingsSection(Section):
    """A wording is chosen at the left, changed at the right and seen as it will be printed."""

    right = Right.SETTINGS

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Words of the cards"))
        self.code = ""
        self._dirty = False
        self._drafts: dict[str, dict[str, Any]] = {}  # what is typed of others
        self._rows_by_id: dict[int, Row] = {}
        self._dress = PLAIN
        self.table = Table("settings.wordings", COLUMNS, self._rows, header=False)
        self.table.setAccessibleName(_("Words of the cards"))
        self.table.setFixedWidth(230)
        self.look = Segmented(
            [(WORDS, _("Words")), *((code, _(said)) for code, said in TITLES.items())],
            name="settings.wording_look",
            optional=False,
        )
        self.look.setAccessibleName(_("Words, or how they look on a card"))
        self.look.set_code(WORDS)
        self.form = self._make_form()
        self.preview = CardPreview("settings.wording_preview")
        self.note = label("", "help", name="settings.wording_note", wrap=True)
        button = page.button
        self.add = button(_("Add as New"), "", self._add, name="add_wording")
        self.withdraw = button(_("Out of Use"), "", self._withdraw, name="withdraw_wording")
        self.save = button(_("Save"), "Ctrl+S", self._save, kind="primary", name="save_wording")
        page.needs(Right.SETTINGS, self.add, self.withdraw, self.save)

        column = QVBoxLayout()
        column.setSpacing(style.M)
        for widget in (self.look, self.form, self.preview, self.note):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(
            self.buttons(self.add, self.withdraw, self.discarding("wording"), last=self.save)
        )
        line = QHBoxLayout()
        line.setSpacing(style.XL)
        line.addWidget(self.table)
        line.addLayout(column, 1)
        self.body.addLayout(line, 1)

        self.table.chosen.connect(self._choose)
        self.look.chosen.connect(lambda _code: self._show_look())
        self.form.edited.connect(lambda _name: self._on_edited())
        self._show_look()

    def _make_form(self) -> Form:
        form = Form("settings.wording", label_width=96)
        kinds = [(kind.value, _(said)) for kind, said in words.CARD_KINDS.items()]
        form.row(
            Text("name", _("Wording called"), max_length=40),
            Choice("kind", _("What for"), kinds, optional=False, width=196),
        )
        whom = [("", _("a person")), ("company", _("a company"))]
        form.row(
            Options("language", _("Language"), list(templates.LANGUAGES.items()), optional=False),
            Options("company", _("To whom"), whom, optional=False),
        )
        form.row(Note("body", _("Words"), lines=5))
        form.row(Note("closing_person", _("Closing"), lines=2))
        form.row(Note("closing_business", _("… business"), lines=2))
        form.row(Note("closing_company", _("… company"), lines=2))
        form.row(Note("signature", _("Signed by"), lines=2))
        self.language = form.fields["language"]
        return form

    # -- showing --

    def reload(self) -> None:
        """Read the wordings anew; what is being typed stays."""
        with self.db.read() as session:
            known = templates.known(session)
            self._dress = dress.load(session)
        self._rows_by_id = {n: Row(n, one) for n, one in enumerate(known.values(), 1)}
        self.table.show_ids(list(self._rows_by_id))
        if self.code not in known:
            self._dirty = False
            self.code = next(iter(known))
        self._mark()
        if not self._dirty:
            self._fill()

    def focus_first(self) -> None:
        """The list takes the keyboard."""
        self.table.setFocus()

    def _rows(self, ids: Sequence[int]) -> list[Row]:
        return [self._rows_by_id[id] for id in ids if id in self._rows_by_id]

    def _choose(self, id: int) -> None:
        if id:
            if self._dirty:
                self._drafts[self.code] = self.form.raw()
                self.say_kept(str(self.form.raw()["name"]))
            self.code = self._rows_by_id[id].template.code
            self._fill()

    def _mark(self) -> None:
        told = self.table.blockSignals(True)
        for row in self._rows_by_id.values():
            if row.template.code == self.code:
                self.table.choose(row.id)
        self.table.blockSignals(told)

    def _template(self) -> Template:
        return next(
            row.template for row in self._rows_by_id.values() if row.template.code == self.code
        )

    def _fill(self) -> None:
        """Put the chosen wording into the form."""
        template = self._template()
        typed = wordings.typed(template)
        self.form.clear_problems()
        self.form.set_values(
            {
                **{name: getattr(typed, name) for name in self.form.fields},
                "kind": typed.kind.value,
                "company": "company" if typed.company else "",
            }
        )
        draft = self._drafts.pop(self.code, None)
        if draft is not None:
            self.form.set_raw(draft)
        self._dirty = draft is not None
        self.save.setEnabled(self._dirty)
        self.withdraw.setEnabled(bool(template.own_id))
        delivered = template.own_id and template.code in templates.everything()
        self.withdraw.setText(_("As Delivered") if delivered else _("Out of Use"))
        self._show_look()

    def _show_look(self) -> None:
        """The words to be edited, or a card with them."""
        look = self.look.code()
        self.form.setVisible(look == WORDS)
        self.preview.setVisible(look != WORDS)
        if look == WORDS:
            said = _(
                "{places} are filled in. A sentence with an empty one is left out; of [[…]] only "
                "the part in brackets. [[{condition}: …]] is said to them alone, "
                "[[!{condition}: …]] to everybody else; there are: {conditions}."
            )
            conditions = filling.conditions()
            self.note.setText(
                "\n".join(
                    [
                        said.format(
                            places=" ".join(filling.places()),
                            condition=conditions[-1],
                            conditions=_(", ").join(conditions),
                        ),
                        *templates.faults(),
                    ]
                )
            )
            style.set_role(self.note, tone="late" if templates.faults() else "")
            return
        try:
            made = wordings.checked(self._typed(), self.code)
        except Invalid as error:
            self.note.setText(" ".join(error.problems.values()))
            style.set_role(self.note, tone="late")
            return
        self.note.setText(_("An invented customer; nothing is printed."))
        style.set_role(self.note, tone="")
        on, worn = self.db.today(), self._dress
        Job(self, "", lambda _p: _pictured(made, look, on, worn), self._on_pictured, quiet=True)

    def _on_pictured(self, found: tuple[bytes, str]) -> None:
        paper = layout.paper(SIZE)
        pdf, said = found
        self.preview.show_pdf(pdf, shape=paper.height / paper.width, words=said)

    # -- changing --

    def _on_edited(self) -> None:
        self._dirty = True
        self.save.setEnabled(True)

    def _typed(self) -> Wording:
        held = self.form.values()
        texts = {name: held[name] or "" for name in wordings.TYPED}
        return Wording(
            **texts,
            language=held["language"],
            kind=CardKind(held["kind"]),
            company=held["company"] == "company",
        )

    def _save(self) -> None:
        self._keep(self.code)

    def _add(self) -> None:
        self._keep("")

    def _keep(self, code: str) -> None:
        self.look.set_code(WORDS)
        self._show_look()
        with self.form.reporting():
            with self.db.write() as session:
                self.code = wordings.save(session, code, self._typed())
            self._dirty = False
            self.reload()
            self.page.said.emit(_("Saved. What is printed already keeps its words."))

    def _withdraw(self) -> None:
        with self.db.write() as session:
            wordings.withdraw(session, self.code)
        self._dirty = False
        self.reload()


def _pictured(template: Template, look: str, on: date, worn: dress.Dress) -> tuple[bytes, str]:
    letter = wordings.example(template, look, on)
    return render.preview(letter, size=SIZE, dress=worn), letter.text()


def _whose(row: Row) -> str:
    return _("own") if row.template.own_id else ""


COLUMNS: Final = (
    Column("", lambda row: row.template.name, stretch=True),
    Column("", _whose, tag=lambda _row: "accent", width=56, align="right"),
)
