"""Settings: how long before a day somebody is reminded, and the numbers of the rules for cars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from showroom import words
from showroom.care import vehicle_dates
from showroom.care.calendar import KINDS
from showroom.errors import Invalid
from showroom.i18n import _
from showroom.settings import DATE_LIMITS, GRACE_MOST, Settings
from showroom.text import narrow
from ui.forms import Number, Text
from ui.settings_shop import FormSection
from ui.widgets import label

if TYPE_CHECKING:
    from ui.forms import Field
    from ui.page import Page

LISTS: Final = ("inspection_marks", "inspection_tests", "licence_years")
NUMBERS: Final = (*DATE_LIMITS, "greet_grace_days")
HALF: Final = 216


class DatesSection(FormSection):
    """The days before as lists of numbers, each a contact; then rule by rule with its source."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Dates and reminders"), "dates")
        said = _(
            "So many days before a day a contact becomes due; several numbers make several, none "
            "means that nobody is reminded. 0 is the day itself."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        for kind in KINDS:
            self.form.row(self._list(f"lead_{kind}", _(words.DAYS[kind]), _("days before")))
        grace = Number(
            "greet_grace_days",
            _("Belated greetings"),
            least=0,
            most=GRACE_MOST["greet_grace_days"],
            width=HALF,
            help=_("So long after a birthday or an anniversary that was missed one still calls."),
        )
        grace.set_hint(_("days after"))
        self.form.row(grace)
        self.form.section(_("Rules for cars and drivers (look at them once a year)"))
        self._rule(
            "first_service",
            self._number("service_months", _("First service"), _("months")),
            self._number("service_km", _("First service"), _("km")),
        )
        self._rule(
            "inspection",
            self._list("inspection_marks", _("Inspection"), _("in years, then each")),
            self._list("inspection_tests", _("Inspection"), _("of them with a test")),
        )
        self._rule("insurance", self._number("insurance_months", _("Insurance"), _("months")))
        self._rule("licence", self._list("licence_years", _("Driving licence"), _("years")))
        self._rule(
            "repair",
            self._number("repair_months", _("Free repairs"), _("months")),
            self._number("repair_km", _("Free repairs"), _("km")),
        )
        self._rule(
            "return",
            self._number("return_months", _("Exchange and return"), _("months")),
            self._number("return_km", _("Exchange and return"), _("km")),
        )
        self.finish()

    def _number(self, name: str, caption: str, unit: str) -> Field:
        least, most = DATE_LIMITS[name]
        made = Number(name, caption, least=least, most=most, width=HALF)
        made.setAccessibleName(f"{caption}: {unit}")
        made.set_hint(unit)
        return made

    def _list(self, name: str, caption: str, hint: str) -> Field:
        made = Text(name, caption, max_length=40, width=HALF)
        made.setAccessibleName(f"{caption}: {hint}")
        made.set_hint(hint)
        return made

    def _rule(self, code: str, *fields: Field) -> None:
        rule = vehicle_dates.RULE[code]
        self.form.row(*fields)
        for said in (rule.title, rule.source):
            self.form.add(label(_(said), "note"))

    # -- what is shown and kept --

    def read(self, shop: Settings) -> dict[str, Any]:
        """Lists as numbers with spaces between them."""
        held: dict[str, Any] = {
            f"lead_{kind}": _spaced(shop.date_leads.get(kind, [])) for kind in KINDS
        }
        held |= {name: _spaced(getattr(shop, name)) for name in LISTS}
        return held | {name: getattr(shop, name) for name in NUMBERS}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """An empty number stays as it was; of an empty list nobody is reminded."""
        problems: dict[str, str] = {}
        for name, value in held.items():
            if name in NUMBERS:
                if value is not None:
                    setattr(shop, name, value)
                continue
            try:
                numbers = [int(part) for part in _parts(value)]
            except ValueError:
                problems[name] = _("Enter whole numbers with spaces between them: 45 30 15.")
                continue
            if name in LISTS:
                setattr(shop, name, sorted(set(numbers)) or getattr(shop, name))
            else:
                kind = name.removeprefix("lead_")
                shop.date_leads[kind] = sorted(set(numbers), reverse=True)
        if problems:
            raise Invalid(problems)


def _spaced(numbers: list[int]) -> str:
    return " ".join(str(number) for number in numbers)


def _parts(typed: Any) -> list[str]:
    """The numbers that were typed, whatever stands between them."""
    said = narrow(str(typed or ""))
    for mark in ",;、/":
        said = said.replace(mark, " ")
    return said.split()
