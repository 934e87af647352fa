"""The buttons at the foot of the customers' panel: those of what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from showroom.i18n import _

if TYPE_CHECKING:
    from ui.pages.customers import CustomersPage

# what the panel shows; the forms by the names of their attributes
FILE: Final = "file"
FORM: Final = "form"
DEAL: Final = "deal_form"
APPOINTMENT: Final = "appointment_form"
TOOL: Final = "tool"


class PanelFoot:
    """Edit and deal below the file, save below a form, and so on; `arrange(what)`."""

    def __init__(self, page: CustomersPage) -> None:
        button = page.button
        self.edit = button(_("Edit"), "Shift+F2", page.begin_edit, name="edit")
        self.more = page.rights.button
        self.back = button(_("Back"), "Esc", page.go_back, name="back")
        self.throw_away = button(
            _("Throw Away"), "", page.throw_away_draft, kind="quiet", name="throw_away"
        )
        self.deal = button(_("Deal"), "F9", page.begin_deal, kind="primary", name="deal")
        self.save = button(
            _("Save"), "Ctrl+S", lambda: page.form.save(), kind="primary", name="save"
        )
        self.close_deal = button(
            _("Close Deal"),
            "Ctrl+Return",
            lambda: page.deal_form.close_deal(),
            kind="primary",
            name="close_deal",
        )
        self.appoint = button(
            _("Save Appointment"),
            "Ctrl+Return",
            lambda: page.appointment_form.save(),
            kind="primary",
            name="appoint",
        )
        foot = page.side.foot
        for one in (self.edit, self.more, self.back, self.throw_away):
            foot.addWidget(one)
        foot.addStretch()
        for one in (self.deal, self.save, self.close_deal, self.appoint, page.tools.finish):
            foot.addWidget(one)

    def arrange(self, what: str, *, new: bool) -> None:
        """Show the buttons of what the panel shows; `new` is a customer who is not on file yet."""
        for button, shown in (
            (self.edit, what == FILE),
            (self.more, what == FILE),
            (self.deal, what == FILE),
            (self.save, what == FORM),
            (self.throw_away, new),
            (self.close_deal, what == DEAL),
            (self.appoint, what == APPOINTMENT),
            (self.back, what != FILE),
        ):
            button.setVisible(shown)
