"""Settings: which fields the archive has and what they weigh, and what the contest goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from showroom.errors import Invalid
from showroom.i18n import _
from showroom.people.archive import BASIC, EXTRA, SENSITIVE, TITLES, WHY_OFF
from showroom.people.contest import RULES, Rule
from ui.forms import Check, Choice, Number, Text
from ui.settings_shop import FormSection
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.settings import Settings
    from ui.page import Page

ABREAST = 3
"""So many fields stand in one line."""

NUMBERS = ("archive_basic", "contest_sample", "contest_least")


class ArchiveSection(FormSection):
    """A tick for each field, the weight of the basic ones; the rule of each quarter, the reward."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Archive and contest"), "archive")
        self.body.addWidget(label(_(WHY_OFF), "quote", wrap=True))
        for title, fields in ((_("Basic fields"), BASIC), (_("Extra fields"), EXTRA)):
            for start in range(0, len(fields), ABREAST):
                line = fields[start : start + ABREAST]
                caption = "" if start else title
                self.form.row(
                    *(
                        Check(_name(field), "" if number else caption, _words(field))
                        for number, field in enumerate(line)
                    )
                )
        self.form.row(
            _number(
                "archive_basic",
                _("Weight of the basic fields"),
                "%",
                0,
                100,
                _("The extra fields have the rest. Equal within each group."),
            )
        )
        rules = [(rule.value, _(title)) for rule, title in RULES.items()]
        for number in range(4):
            caption = _("Quarter {number} decided by").format(number=number + 1)
            self.form.row(Choice(f"rule_{number}", caption, rules, optional=False))
        self.form.row(
            Text("contest_free", _("Points by hand for"), placeholder=_("What the shop wants"))
        )
        self.form.row(
            _number("contest_sample", _("Drawn of each consultant"), _("files each"), 1, 99),
        )
        self.form.row(
            _number("contest_least", _("In a place from"), _("files each"), 1, 999),
        )
        self.form.row(Text("contest_reward", _("Reward")))
        self.form.row(
            Text(
                "contest_penalty",
                _("For who comes last"),
                help=_("Stands on the paper. Empty: nothing. Fines on staff are legally doubtful."),
            )
        )
        self.finish()

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return a tick for each field that is on, the rules by quarter, the rest as it is."""
        return {
            **{_name(field): field not in shop.archive_off for field in (*BASIC, *EXTRA)},
            **{f"rule_{number}": rule for number, rule in enumerate(shop.contest_rules)},
            **{name: getattr(shop, name) for name in NUMBERS},
            "contest_free": shop.contest_free,
            "contest_reward": shop.contest_reward,
            "contest_penalty": shop.contest_penalty,
        }

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """Put them back; an empty number stays as it was.

        Raises `Invalid` beside the first field when none is on.
        """
        off = [str(field) for field in (*BASIC, *EXTRA) if not held[_name(field)]]
        if len(off) == len(BASIC) + len(EXTRA):
            raise Invalid({_name(BASIC[0]): _("Leave one field on at least.")})
        shop.archive_off = off
        shop.contest_rules = [str(Rule(held[f"rule_{number}"])) for number in range(4)]
        for name in NUMBERS:
            if held[name] is not None:
                setattr(shop, name, held[name])
        for name in ("contest_free", "contest_reward", "contest_penalty"):
            setattr(shop, name, held[name])


def _name(field: str) -> str:
    return f"archive_{field}"


def _words(field: str) -> str:
    title = _(TITLES[field])
    return _("{field} (sensitive)").format(field=title) if field in SENSITIVE else title


def _number(name: str, caption: str, unit: str, least: int, most: int, help: str = "") -> Number:
    made = Number(name, caption, least=least, most=most, width=190, help=help)
    made.set_hint(unit)
    return made
