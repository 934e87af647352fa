"""The tools of the customers' page: each takes the place of the file in the panel until Escape."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from showroom.errors import Cancelled, ShowroomError
from showroom.i18n import _
from showroom.people import customers
from ui.customer_parts import TOOLS, FileTool

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from ui.pages.customers import CustomersPage
    from ui.views import Part


class FileTools(QObject):
    """`current` is the tool that is shown, None while the file is; `finish` is its button."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.page = page
        self.made: dict[str, FileTool] = {}
        self.current: FileTool | None = None
        self._typing: tuple[tuple[str, int], dict[str, Any]] | None = None
        self._kept: dict[tuple[str, int], dict[str, Any]] = {}
        self.keys: dict[str, QAction] = {}
        with page.keys_of(_("With this customer")):
            for part in TOOLS:
                self.keys[part.code] = page.key(
                    part.key, _(part.title), partial(self.open, part), name=part.code
                )
        self.finish = page.button(
            _("Finish what is open"), "Ctrl+Return", self._accept, kind="primary", name="finish"
        )

    def fill(self, menu: QMenu) -> None:
        """Put the tools on top of a menu."""
        first = menu.actions()[0] if menu.actions() else None
        for action in self.keys.values():
            menu.insertAction(first, action) if first else menu.addAction(action)
        if first is not None:
            menu.insertSeparator(first)

    def open_code(self, code: str) -> None:
        """Open the tool of that code for the customer that is shown."""
        self.open(next(part for part in TOOLS if part.code == code))

    def open(self, part: Part) -> None:
        """Do something with the customer that is shown; another tool is left as by Escape."""
        if not self.page.id:
            raise ShowroomError(_("Choose a customer first."))
        tool = self.made.get(part.code)
        if (tool is not None and tool is self.current) or not self.page.leave_panel():
            return
        if tool is None:
            with self.page.keys_of(_(part.title)):
                made = part.make(self.page)
            assert isinstance(made, FileTool)
            tool = made
            self.take(part.code, tool)
        with self.page.db.read() as session:
            file = customers.file(session, self.page.id)
        self._keep()
        try:
            tool.begin(file)
        except Cancelled:
            return
        self.show(tool)
        self._bring_back(part.code)

    def take(self, code: str, tool: FileTool) -> None:
        """Keep a tool that was made, in the panel, to be shown whenever it is asked for."""
        self.made[code] = tool
        tool.hide()
        tool.done.connect(self._done)
        tool.entered.connect(self.finish.setFocus)
        self.page.side.body.insertWidget(1, tool)

    def _keep(self) -> None:
        """What is half typed in the tool that is left waits for when it is opened for him again."""
        form = getattr(self.current, "form", None)
        if form is not None and self._typing is not None:
            (code, id), begun = self._typing
            typed = form.raw()
            if typed != begun:
                self._kept[code, id] = typed
        self._typing = None

    def _bring_back(self, code: str) -> None:
        """Put back what was half typed for this customer."""
        form = getattr(self.current, "form", None)
        if form is None:
            return
        key = code, self.page.id
        self._typing = key, form.raw()
        kept = self._kept.pop(key, None)
        if kept is not None:
            form.set_raw(kept)
            self.page.said.emit(_("Brought back what was being typed."))

    def show(self, tool: FileTool) -> None:
        """Show a tool in the place of the file."""
        self.current = tool
        self.finish.setText(tool.go)
        self.page.show_tool()

    def reload(self) -> None:
        """Read the tool that is shown anew."""
        if self.current is not None:
            self.current.reload()

    def arrange(self, shown: bool) -> None:
        """Show the current tool with its button, or put it away."""
        if not shown:
            self._keep()
            self.current = None
        for made in self.made.values():
            made.setVisible(made is self.current)
        self.finish.setVisible(self.current is not None and bool(self.current.go))

    def _done(self, words: str) -> None:
        self._typing = None
        self.page.leave_tool()
        if words:
            self.page.said.emit(words)

    def _accept(self) -> None:
        if self.current is not None:
            self.current.accept()
