"""Settings: when the desk reminds, when it is quiet, and whether it stays in the tray."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSystemTrayIcon

from showroom.i18n import _
from showroom.settings import REMIND_MOST
from ui import tray
from ui.forms import Check, Number, Text
from ui.settings_shop import FormSection
from ui.widgets import label

if TYPE_CHECKING:
    from ui.page import Page

HALF = 216


class RemindersSection(FormSection):
    """Times of day of the shop; the tray is a habit of this desk, kept as it is ticked."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Reminders"), "reminders")
        said = _(
            "Contacts, late cards and events are told once in the morning, an appointment before "
            "its time, a complaint before its hours run out, the daily close in the evening. Each "
            "is told once. With the window put away they come from the tray."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        self.tray = Check("tray", _("Closing the window leaves the desk in the tray"))
        self.tray.setObjectName("settings.tray")
        self.tray.edited.connect(lambda: tray.want(self.tray.value()))
        self.tray.setEnabled(QSystemTrayIcon.isSystemTrayAvailable())
        none = _("This system has no tray: closing the window ends the program.")
        self.none = label(none, "help", name="settings.tray.none", wrap=True)
        self.none.setVisible(not self.tray.isEnabled())
        self.body.addWidget(self.tray)
        self.body.addWidget(self.none)
        self._time("remind_morning", _("In the morning"))
        before = Number(
            "remind_before", _("Before an appointment"), least=0, most=REMIND_MOST, width=HALF
        )
        before.set_hint(_("minutes"))
        self.form.row(before)
        self._time("remind_close", _("Daily close"), _("empty: never"))
        self._time("quiet_from", _("Quiet from"))
        self._time("quiet_to", _("Quiet until"))
        self.finish()

    def _time(self, name: str, caption: str, hint: str = "") -> None:
        made = Text(name, caption, placeholder="HH:MM", max_length=5, width=HALF)
        made.set_hint(hint)
        self.form.row(made)

    def reload(self) -> None:
        """Show the settings unless something is being typed, and the habit."""
        super().reload()
        self.tray.set_value(tray.is_wanted())
