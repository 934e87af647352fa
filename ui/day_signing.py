"""Who signs a day, by name; once it is signed what stands there, and the way to open it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom.door.close import Closed
from showroom.guard.rights import Right
from showroom.i18n import _
from ui import style
from ui.forms import Form, Note, Text
from ui.widgets import Card, label

if TYPE_CHECKING:
    from ui.page import Page

WIDTH = 292
LABEL = 84


class Signing(Card):
    """The form of a day that is open, the signatures of one that is closed.

    `sign()` and `reopen()` are called when the day is to be closed or opened again.
    """

    def __init__(
        self, page: Page, sign: Callable[[], object], reopen: Callable[[], object]
    ) -> None:
        super().__init__(_("Signed by"), name="desk.close.signing")
        self.setFixedWidth(WIDTH)
        self._signer = ""
        self.form = Form("desk.close", label_width=LABEL)
        self.form.row(Text("receptionist", _("Receptionist")))
        self.form.row(Text("floor_manager", _("Showroom manager")))
        self.form.row(Text("sales_manager", _("Sales manager")))
        self.form.row(Text("weather", _("Weather")))
        self.form.row(Note("note", _("Remarks"), lines=2))
        self.sign = page.button(
            _("Close the Day"), "Alt+Return", sign, kind="primary", name="close.sign"
        )
        self.signed = label("", name="desk.close.signed", wrap=True)
        self.again = Form("desk.close", label_width=LABEL)
        self.again.row(Text("why", _("Reason"), placeholder=_("why it is opened again")))
        self.reopen = page.button(_("Open Again"), "Alt+O", reopen, name="close.reopen")
        page.needs(Right.CORRECT, self.reopen)
        self.form.entered.connect(self.sign.setFocus)
        self.again.entered.connect(reopen)
        inner = QVBoxLayout()
        inner.setContentsMargins(style.L, style.L, style.L, style.L)
        inner.setSpacing(style.M)
        for widget in (self.form, self.signed, self.sign, self.again, self.reopen):
            inner.addWidget(widget)
        inner.addStretch()
        self.body.addLayout(inner, 1)

    def clear(self) -> None:
        """Another day: what was typed was not meant for it."""
        self._signer = ""
        self.form.clear()
        self.again.clear()

    def show_state(self, closed: Closed | None, signer: str) -> None:
        """Show how the day was closed, else the form; `signer` sits at the desk and signs."""
        field = self.form.fields["receptionist"]
        field.setEnabled(not signer)
        if signer != self._signer:
            field.set_value(signer)
        self._signer = signer
        for widget in (self.form, self.sign):
            widget.setVisible(closed is None)
        for shown in (self.signed, self.again, self.reopen):
            shown.setVisible(closed is not None)
        if closed is not None:
            said = (
                (_("Receptionist"), closed.receptionist),
                (_("Showroom manager"), closed.floor_manager),
                (_("Sales manager"), closed.sales_manager),
                (_("Weather"), closed.weather),
                (_("Remarks"), closed.note),
            )
            self.signed.setText("\n".join(f"{what}: {words}" for what, words in said if words))

    def begin(self) -> None:
        """Put the cursor where the first name is missing."""
        named = not self.form.fields["receptionist"].isEnabled()
        self.form.focus("floor_manager" if named else "receptionist")
