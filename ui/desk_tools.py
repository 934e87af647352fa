"""The tools at the foot of the desk's panel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from showroom.errors import Cancelled, Invalid
from showroom.i18n import _
from showroom.store.models import VisitKind
from ui import style
from ui.desk_parts import TOOLS, Tool
from ui.views import Part
from ui.widgets import Button

if TYPE_CHECKING:
    from ui.pages.desk import DeskPage

SHORT = frozenset(part.code for part in TOOLS if part.key.startswith("F"))
"""Tools whose buttons have room for their key; F1 lists the others."""


class Tools(QObject):
    """The foot of the desk's panel: a button for each tool; the tool takes the form's place.

    Their keys also change from one tool to another. `put_back(widget)` when the visit's form is
    there again: what of it had the keyboard before, or None.
    """

    put_back = Signal(object)

    def __init__(self, page: DeskPage, visit: Sequence[QWidget]) -> None:
        super().__init__(page)
        self.page = page
        self.made: dict[str, Tool] = {}
        self.current: Tool | None = None
        self._before: QWidget | None = None
        self._visit = list(visit)
        self._kind = VisitKind.WALK_IN
        self.buttons: dict[str, Button] = {}
        self.keys: dict[str, QAction] = {}
        for part in TOOLS:
            kind = "primary" if part.code == "deal" else ""
            with page.keys_of(_("With this visit")):
                key = page.key(part.key, _(part.title), partial(self.open, part))
            key.setShortcutContext(Qt.ShortcutContext.WindowShortcut)  # as that of a button
            shown = part.key if part.code in SHORT else ""
            button = Button(_(part.title), shown, kind=kind, name=f"{page.code}.{part.code}")
            button.clicked.connect(key.trigger)
            self.keys[part.code], self.buttons[part.code] = key, button
        self.buttons["drive"].setCheckable(True)
        self.back = page.button(_("Back"), "Esc", self.put_away_now, name="back")
        self.finish = page.button(
            _("Finish what is open"), "Ctrl+Return", self._accept, kind="primary", name="finish"
        )

    def place(self, leave: Button) -> None:
        """Place the buttons at the foot; `leave` stands among them."""
        foot = self.page.side.foot
        foot.setSpacing(style.S)
        self.leave = leave
        *first, deal = self.buttons.values()
        for button in (*first, leave, self.back):
            foot.addWidget(button)
        foot.addStretch()
        foot.addWidget(self.finish)
        foot.addWidget(deal)
        self._arrange()

    def open(self, part: Part) -> None:
        """Do something for the visit that is shown; another tool is left as by Escape."""
        tool = self.made.get(part.code)
        if tool is not None and tool is self.current:
            return
        if self.current is None:
            self._before = self._typed_in()
        else:
            self.put_away_now()
        visit = self.page.current()
        if tool is None:
            tool = self._make(part)
        self.buttons["drive"].setChecked(visit.drive)
        try:
            tool.begin(visit)
        except Cancelled:
            return
        except Invalid as error:
            self.page.form.say(error.problems)
            self.page.form.focus(next(iter(error.problems)))
            return
        self.current = tool
        self.finish.setText(tool.go)
        self._arrange()

    def make_next(self) -> bool:
        """Make a tool that nobody asked for yet; False when all are there."""
        missing = next((part for part in TOOLS if part.code not in self.made), None)
        if missing is not None:
            self._make(missing)
        return missing is not None

    def _make(self, part: Part) -> Tool:
        tool = part.make(self.page)
        assert isinstance(tool, Tool)
        self.made[part.code] = tool
        tool.hide()
        tool.done.connect(self._done)
        tool.entered.connect(self.finish.setFocus)
        self.page.side.body.addWidget(tool)
        return tool

    def _typed_in(self) -> QWidget | None:
        """The field of the visit, or the moments, that have the keyboard."""
        focused = QApplication.focusWidget()
        parts = [*self.page.form.fields.values(), self.page.strip]
        return next(
            (p for p in parts if focused and (p is focused or p.isAncestorOf(focused))), None
        )

    def put_away(self) -> None:
        """Show the form of the visit instead."""
        if self.current is None:
            return
        focused = QApplication.focusWidget()
        inside = focused is not None and self.current.isAncestorOf(focused)
        if inside:
            self.page.focus_first()  # before it hides: the keyboard must not leave the page
        self.current = None
        self._arrange()

    def put_away_now(self) -> None:
        """Escape: show the form of the visit, and type into it."""
        self.put_away()
        self.put_back.emit(self._before)

    def reload(self) -> None:
        """Read the tool that is shown anew."""
        if self.current is not None:
            self.current.reload()

    def suit(self, kind: VisitKind) -> None:
        """Show what there is for this kind of visit."""
        self._kind = kind
        self._arrange()

    def _done(self, words: str) -> None:
        self.put_away_now()
        if words:
            self.page.said.emit(words)

    def _accept(self) -> None:
        if self.current is not None:
            self.current.accept()

    def _arrange(self) -> None:
        walk_in, errand = self._kind is VisitKind.WALK_IN, self._kind is VisitKind.ERRAND
        form, *moments = self._visit
        tool = self.current
        for made in self.made.values():
            made.setVisible(made is tool)
        form.setVisible(tool is None)
        for widget in moments:
            widget.setVisible(tool is None and walk_in)
        for code, button in self.buttons.items():
            fits = walk_in or code == "guest" or (code in ("deal", "drive") and not errand)
            if code == "invite":  # a guest who is here is asked with F5
                fits = self._kind is VisitKind.CALL
            button.setVisible(tool is None and fits)
            if code in SHORT:
                self.keys[code].setEnabled(fits)
        self.leave.setVisible(tool is None)
        self.back.setVisible(tool is not None)
        self.finish.setVisible(tool is not None and bool(tool.go))
