"""Facts of one kind below each other, and a line of those that may be added."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QVBoxLayout, QWidget

from showroom.i18n import _
from ui import style
from ui.fact import Fact
from ui.quiet import Quiet
from ui.widgets import label

if TYPE_CHECKING:
    from ui.page import Page


class FactGrid(QWidget):
    """Captions with their facts; below them what may be added, in one quiet line with a menu.

    `put(fact)` in the order shown; `refresh()` after the values changed. `offer(caption, slot)`
    adds something else to the menu, `change(name)` a fact that is never shown of itself.
    """

    def __init__(self, page: Page, name: str) -> None:
        super().__init__()
        self.facts: dict[str, Fact] = {}
        self._captions: dict[str, QLabel] = {}
        self._quiet: set[str] = set()
        self._fixed: set[str] = set()
        self._more: list[tuple[str, Callable[[], object]]] = []
        self.grid = QGridLayout()
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(style.M)
        self.grid.setVerticalSpacing(2)
        self.grid.setColumnStretch(1, 1)
        object_name = f"{page.code}.file.{name}"
        self.add = Quiet(icon="plus", tone="muted", size=12, name=object_name)
        menu = QMenu(self.add)
        menu.setObjectName(f"{object_name}_menu")
        menu.aboutToShow.connect(self._fill)
        self.add.set_menu(menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self.grid)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    def put(self, fact: Fact, *, quiet: bool = False) -> Fact:
        """Add a fact below the others; a `quiet` one is seen only while it is changed."""
        number = len(self.facts)
        words = label(fact.caption, "label", wrap=True)
        words.setFixedWidth(style.LABEL + style.XL)
        words.setBuddy(fact.shown)
        words.setContentsMargins(0, 2, 0, 2)
        self.grid.addWidget(words, number, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(fact, number, 1, Qt.AlignmentFlag.AlignTop)
        self.facts[fact.name], self._captions[fact.name] = fact, words
        if quiet:
            self._quiet.add(fact.name)
        fact.editing.connect(lambda _on: self.refresh())
        return fact

    def empty(self) -> None:
        """Take all facts away."""
        for name, fact in self.facts.items():
            for part in (fact, self._captions[name]):
                part.hide()  # see `Segmented.set_options`
                part.setParent(None)
                part.deleteLater()
        self.facts, self._captions = {}, {}
        self._quiet.clear()

    def offer(self, caption: str, slot: Callable[[], object]) -> None:
        """Put something else into the menu of what may be added."""
        self._more.append((caption, slot))

    def withhold(self, *names: str) -> None:
        """Keep these out of the menu: they cannot be added now."""
        self._fixed = set(names)

    def is_withheld(self, name: str) -> bool:
        """Tell whether a fact cannot be changed now."""
        return name in self._fixed

    def refresh(self) -> None:
        """Show what holds something or is being typed; offer the rest."""
        for name, fact in self.facts.items():
            words = bool(fact.text()) and name not in self._quiet
            shown = words or fact.field is not None
            fact.setVisible(shown)
            self._captions[name].setVisible(shown)
        missing = [caption for caption, _slot in self._missing()]
        self.add.setVisible(bool(missing) or bool(self._quiet))
        self.add.setText(_(", ").join(missing) or _("More"))
        self.add.setAccessibleName(_("Add: {what}").format(what=_(", ").join(missing)))

    def open(self, name: str) -> None:
        """Turn a fact into its field, also one that is empty."""
        self.facts[name].edit()
        self.refresh()

    def settle(self) -> bool:
        """Save what is being typed; False where it cannot be."""
        return all([fact.settle() for fact in self.facts.values()])

    def leave(self) -> None:
        """Leave what is being typed as it was."""
        for fact in self.facts.values():
            fact.leave()

    def _missing(self) -> list[tuple[str, Callable[[], object]]]:
        empty = [
            (fact.caption, partial(self.open, name))
            for name, fact in self.facts.items()
            if not fact.text()
            and fact.field is None
            and fact.shown.editable
            and name not in self._quiet | self._fixed
        ]
        return [*empty, *self._more]

    def _fill(self) -> None:
        menu = self.add.menu()
        assert menu is not None
        menu.clear()
        for caption, slot in self._missing():
            menu.addAction(caption, partial(QTimer.singleShot, 0, self, slot))
        kept = [name for name in self.facts if name in self._quiet - self._fixed]
        if kept:
            menu.addSeparator()
        for name in kept:
            slot = partial(self.open, name)
            menu.addAction(self.facts[name].caption, partial(QTimer.singleShot, 0, self, slot))
