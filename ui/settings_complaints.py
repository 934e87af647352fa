"""Settings: how long a complaint may wait for its first answer and for the closing call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from showroom.care.complaints import GRAVITIES
from showroom.i18n import _
from showroom.settings import COMPLAINT_MOST, Settings
from ui.forms import Number
from ui.settings_shop import FormSection
from ui.widgets import label

if TYPE_CHECKING:
    from ui.page import Page

CALL = "complaint_call"


class ComplaintsSection(FormSection):
    """A number of hours for each kind of complaint, and one for the call."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Complaints"), "complaints")
        said = _(
            "Hours from the taking to the first answer. Nights, weekends and holidays count. What "
            "is taken already keeps its time."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        for gravity, text in GRAVITIES.items():
            self._hours(f"complaint_{gravity}", _(text))
        self._hours(CALL, _("Closing call"))
        self.form.fields[CALL].set_hint(_("hours after handling"))
        self.finish()

    def _hours(self, name: str, caption: str) -> None:
        made = Number(name, caption, least=1, most=COMPLAINT_MOST, width=216)
        made.set_hint(_("hours"))
        self.form.row(made)

    def read(self, shop: Settings) -> dict[str, Any]:
        """The hours of the settings by field."""
        hours = {f"complaint_{gravity}": count for gravity, count in shop.complaint_hours.items()}
        return {**hours, CALL: shop.complaint_call_hours}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """An empty number stays as it was."""
        for gravity in GRAVITIES:
            count = held[f"complaint_{gravity}"]
            if count is not None:
                shop.complaint_hours[gravity] = count
        if held[CALL] is not None:
            shop.complaint_call_hours = held[CALL]
