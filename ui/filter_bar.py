"""The line below the filters: what narrows, each part removable, and how it becomes a list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.errors import ShowroomError
from showroom.i18n import _
from showroom.people import filters
from ui import style
from ui.customer_filters import MORE, CustomerFilters
from ui.name_line import NameLine
from ui.widgets import Button, label

if TYPE_CHECKING:
    from ui.page import Page


class FilterBar(QWidget):
    """Is there while the filters narrow, or while the rule of a list is being changed."""

    def __init__(self, page: Page, chosen: CustomerFilters) -> None:
        super().__init__()
        self.page, self.filters = page, chosen
        self.list_id = 0  # whose rule is being changed
        self._told: list[filters.Said] = []
        self.chips: dict[str, Button] = {}
        self.rule_of = label("", "label", name=f"{page.code}.rule_of")
        self._line = QHBoxLayout()
        self._line.setSpacing(style.S)
        self.save = page.button(
            _("Save as List…"), "Ctrl+Shift+N", self._ask, kind="quiet", name="save_list"
        )
        self.keep = page.button(
            _("Save Rule"), "", self._keep_rule, kind="primary", name="save_rule"
        )
        self.clear = page.button(
            _("Show All"), "Ctrl+0", self._clear, kind="quiet", name="clear_filters"
        )
        self.name = NameLine(f"{page.code}.list_name")
        row = QHBoxLayout()
        row.setSpacing(style.M)
        row.addWidget(self.rule_of)
        row.addLayout(self._line)
        row.addStretch()
        for button in (self.keep, self.save, self.clear):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.S)
        layout.addLayout(row)
        layout.addWidget(self.name)
        self.hide()

    def reload(self) -> None:
        """Show what narrows now."""
        wanted = self.filters.wanted
        with self.page.db.read() as session:
            said = [one for one in filters.said(session, wanted) if one.field in MORE]
        if said != self._told:
            self._told = said
            self._show_chips(said)
        changing = bool(self.list_id)
        self.rule_of.setVisible(changing)
        self.keep.setVisible(changing)
        self.save.setVisible(not changing)
        if not wanted.narrows:
            self.name.hide()
        self.setVisible(wanted.narrows or changing)

    def change_rule(self, list_id: int, name: str, wanted: filters.Filter) -> None:
        """Narrow to the rule of a list; what is chosen then can be kept as its rule."""
        self.list_id = list_id
        self.rule_of.setText(_("Rule of {name}").format(name=name))
        self.filters.take(wanted)

    def _show_chips(self, said: list[filters.Said]) -> None:
        for chip in self.chips.values():
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        for one in said:
            chip = Button(one.words, icon="x", name=f"{self.page.code}.chip.{one.field}")
            chip.setAccessibleName(_("{words}: take away").format(words=one.words))
            chip.setToolTip(
                style.tip(one.problem or _("{words}: take away").format(words=one.words))
            )
            chip.clicked.connect(partial(self._take_away, one.field))
            self._line.addWidget(chip)
            self.chips[one.field] = chip

    def _take_away(self, field: str) -> None:
        codes = self.filters.more.codes
        self.filters.more.set_codes({**codes, field: None})
        self.filters.chosen.emit()

    def _clear(self) -> None:
        self.list_id = 0
        self.filters.clear()
        self.filters.chosen.emit()

    def _refuse_words(self) -> None:
        if self.filters.finder.text():
            raise ShowroomError(
                _(
                    "What is typed in the search is no part of a rule: it would keep a name. Take "
                    "the words out, or choose who was found (Ctrl+A) and put them on a list."
                )
            )

    def _ask(self) -> None:
        self._refuse_words()
        question = _("A list of who fits, looked up anew each time:")
        self.name.ask(question, _("Save List"), self._save, back=self.filters.finder)

    def _save(self, name: str) -> None:
        from showroom.people import lists

        db = self.page.db
        with db.write() as session:
            made = lists.add(session, name, wanted=self.filters.wanted, now=db.now())
            said = _("The list {name} is kept (F5).").format(name=made.name)
        self.page.said.emit(said)

    def _keep_rule(self) -> None:
        from showroom.people import lists

        self._refuse_words()
        wanted = self.filters.wanted
        with self.page.db.write() as session:
            lists.set_rule(session, self.list_id, wanted if wanted.narrows else None)
        self.list_id = 0
        self.reload()
        self.page.said.emit(_("The rule is kept."))
