"""Settings: where the classes of customers part, and the score of who is not satisfied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from showroom.i18n import _
from showroom.settings import CLASS_LIMITS, Settings
from ui.forms import Number
from ui.settings_shop import FormSection
from ui.widgets import label

if TYPE_CHECKING:
    from ui.page import Page


class ClassesSection(FormSection):
    """The borders of cards, relationship, value and sample, each with its unit."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Classes of customers"), "classes")
        said = _(
            "The classes have no numbers of their own: these are ours. Loyal is only who said that "
            "he is very satisfied (100). A 0 asks for nothing."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        visits = _("visits to the workshop")
        self._line(
            _("Loyal customer"), ("loyal_services", visits), ("loyal_introduced", _("introduced"))
        )
        self._line(
            _("Active customer"), ("active_months", _("months since")), ("active_services", visits)
        )
        self._line(_("Customer on record"), ("record_least", _("% of the archive")))
        self._line(_("Key relation"), ("key_visits", _("days he came")))
        self._line(
            _("Share of sales"), ("value_first", _("% first target")), ("value_basis", _("% basis"))
        )
        self._line(_("Orders that count"), ("value_years", _("years, 0: all")))
        self._line(_("Losing value"), ("losing_months", _("months not seen")))
        self._line(
            _("Service sample"), ("sample_km_least", _("km from")), ("sample_km_most", _("km to"))
        )
        self._line(
            _("Its plate and visits"),
            ("sample_months", _("months of plate")),
            ("sample_services", visits),
        )
        self._line(_("Not satisfied"), ("dissatisfied", _("points")))
        self.finish()

    def _line(self, caption: str, *fields: tuple[str, str]) -> None:
        parts = []
        for name, unit in fields:
            least, most = CLASS_LIMITS[name]
            made = Number(name, caption, least=least, most=most, width=216)
            made.setAccessibleName(f"{caption}: {unit}")
            made.set_hint(unit)
            parts.append(made)
        self.form.row(*parts)

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """An empty number stays as it was."""
        super().write(shop, {name: value for name, value in held.items() if value is not None})
