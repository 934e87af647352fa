"""Who signs a day, by name; once it is signed what stands there, and the way to open it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from showroom.door.close import Closed
from showroom.guard.rights import Right
from showroom.i18n import _, ngettext
from ui import style
from ui.forms import Form, Note, Text
from ui.widgets import Card, label

if TYPE_CHECKING:
    from ui.page import Page

WIDTH = 292
LABEL = 84


class Signing(Card):
    """The form of a day that is open, the signatures of one that is closed.

    Where somebody came since the close, the form stands there again with the same names.
    `sign()` and `reopen()` are called when the day is to be closed or opened again.
    """

    def __init__(
        self, page: Page, sign: Callable[[], object], reopen: Callable[[], object]
    ) -> None:
        super().__init__(_("Signed by"), name="desk.close.signing")
        self.setFixedWidth(WIDTH)
        self._signer = ""
        self._again_from: Closed | None = None
        self.since = label("", "soon", name="desk.close.since", wrap=True)
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
        for widget in (self.since, self.form, self.signed, self.sign, self.again, self.reopen):
            inner.addWidget(widget)
        inner.addStretch()
        self.body.addLayout(inner, 1)

    def clear(self) -> None:
        """Another day: what was typed was not meant for it."""
        self._signer = ""
        self._again_from = None
        self.form.clear()
        self.again.clear()

    def show_state(self, closed: Closed | None, signer: str) -> None:
        """Show how the day was closed, else the form; `signer` sits at the desk and signs."""
        once_more = closed is not None and closed.since > 0
        if closed is not None and once_more:
            self._bring_back(closed)
        field = self.form.fields["receptionist"]
        field.setEnabled(not signer)
        if signer != self._signer:
            field.set_value(signer)
        self._signer = signer
        self.since.setVisible(once_more)
        for widget in (self.form, self.sign):
            widget.setVisible(closed is None or once_more)
        for shown in (self.signed, self.again, self.reopen):
            shown.setVisible(closed is not None and not once_more)
        if closed is not None:
            said = (
                (_("Receptionist"), closed.receptionist),
                (_("Showroom manager"), closed.floor_manager),
                (_("Sales manager"), closed.sales_manager),
                (_("Weather"), closed.weather),
                (_("Remarks"), closed.note),
            )
            line = _("{what}: {words}")
            self.signed.setText(
                "\n".join(line.format(what=what, words=words) for what, words in said if words)
            )

    def _bring_back(self, closed: Closed) -> None:
        """Say who came since, and write what was signed into the form, once for each close."""
        self.since.setText(
            ngettext(
                "{count} party since the close: close the day again",
                "{count} parties since the close: close the day again",
                closed.since,
            ).format(count=closed.since)
        )
        before, self._again_from = self._again_from, closed
        if before is not None and before.closed_at == closed.closed_at:
            return  # what was typed since stays
        for name, field in self.form.fields.items():
            field.set_value(getattr(closed, name))

    def begin(self) -> None:
        """Put the cursor where the first name is missing."""
        named = not self.form.fields["receptionist"].isEnabled()
        self.form.focus("floor_manager" if named else "receptionist")
