"""Settings: the shop's facts, levels, cards, and the look of the desk."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication, QHBoxLayout

from showroom import i18n, settings, words
from showroom.door import visits
from showroom.guard import mask
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from showroom.settings import Settings
from showroom.store.models import Level, Role
from ui import state, style
from ui.forms import Check, Form, Number, Options, Text
from ui.page import Page
from ui.reveal import KEY
from ui.settings_section import Section
from ui.widgets import label

WIDE = 640
SLIPS = {
    "zh": N_("z and zh"),
    "ch": N_("c and ch"),
    "sh": N_("s and sh"),
    "ng": N_("n and ng at the end: lin, ling"),
    "ln": N_("l and n at the start: liu, niu"),
}
"""The pairs of `showroom.store.pinyin.SLIPS` in words."""


class FormSection(Section):
    """A form over some of the settings; Save is there as soon as something was typed.

    What was typed stays when the save is refused: a manager can sit down and save it.
    """

    right = Right.SETTINGS

    def __init__(self, page: Page, title: str, name: str) -> None:
        super().__init__(page, title)
        self._dirty = False
        self.form = Form("settings", label_width=150)
        self.form.setMaximumWidth(WIDE)
        self.save = page.button(
            _("Save"), "Ctrl+S", self._save, kind="primary", name=f"save_{name}"
        )
        self.discarding(name)
        self.form.edited.connect(self._on_edit)
        self.form.entered.connect(self._save)

    def finish(self) -> None:
        """Place form and button below whatever was added before."""
        self.body.addWidget(self.form)
        self.body.addLayout(self.save_line())
        self.body.addStretch(1)
        self.save.setEnabled(False)

    def save_line(self) -> QHBoxLayout:
        """Save, and Discard beside it."""
        assert self.discard is not None
        return self.buttons(self.save, self.discard)

    def reload(self) -> None:
        """Show the settings unless something is being typed."""
        if not self._dirty:
            with self.db.read() as session:
                self.form.set_values(self.read(settings.load(session)))
            self.save.setEnabled(False)

    def focus_first(self) -> None:
        """Take the keyboard."""
        self.form.focus()

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return what the fields show of the settings."""
        return {name: getattr(shop, name) for name in self.form.fields}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """Put what was typed into the settings."""
        for name, value in held.items():
            setattr(shop, name, value)

    def _on_edit(self) -> None:
        self._dirty = True
        self.save.setEnabled(True)

    def _save(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            with self.db.write() as session:
                shop = settings.load(session)
                self.write(shop, held)
                settings.save(session, shop)
            self._dirty = False
            self.save.setEnabled(False)
            self.page.said.emit(_("Saved."))


class ShopSection(FormSection):
    """What stands on cards and workbooks."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("The shop"), "shop")
        self.form.row(Text("shop_name", _("Shop name"), help=_("Stands on cards and workbooks.")))
        self.form.row(Text("shop_phone", _("Shop phone")))
        self.form.row(
            Text("shop_address", _("Address")),
            Text("shop_postcode", _("Postcode"), placeholder=_("Postcode"), max_length=6, width=84),
        )
        self.finish()


class LevelsSection(FormSection):
    """Letters of the levels and how soon they mean to buy; how often they are contacted is a rule.

    The rules stand in `ui.settings_follow_ups`.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Levels"), "levels")
        for level in Level:
            parts: list[Any] = [
                Text(f"letter_{level}", _(words.LEVELS[level]), max_length=2, width=56)
            ]
            if level in Settings().horizons:
                parts.append(days(f"horizon_{level}", _("Days to buying"), _("days to buying")))
            self.form.row(*parts)
        self.form.row(
            days(
                "protection_days",
                _("Consultant kept for"),
                _("days"),
                _("A customer who returns within them goes to the consultant on file."),
            )
        )
        self.finish()

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return letters and days by level."""
        return {
            **{f"letter_{level}": letter for level, letter in shop.letters.items()},
            **{f"horizon_{level}": days for level, days in shop.horizons.items()},
            "protection_days": shop.protection_days,
        }

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """Put letters and days back by level; an empty number stays as it was."""
        for name, value in held.items():
            what, _sep, level = name.partition("_")
            kept: dict[str, Any] = {"letter": shop.letters, "horizon": shop.horizons}
            if what in kept and value is not None:
                kept[what][level] = value
            elif value is not None:
                setattr(shop, name, value)


class OwedSection(FormSection):
    """What a visit lacks until the consultant filled it in."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("To complete"), "owed")
        said = _(
            "A visit that is over stays in the list of those to complete until this is filled in. "
            "Calls owe the consultant only; errands, and who left without being received, nothing."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        for number, (code, fact) in enumerate(visits.FACTS.items()):
            caption = "" if number else _("A visit owes")
            self.form.row(Check(f"owed_{code}", caption, owed_words(fact)))
        self.finish()

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return a tick for each fact."""
        return {f"owed_{code}": code in shop.owed for code in visits.FACTS}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """Put the facts that are ticked back."""
        shop.owed = [code for code in visits.FACTS if held[f"owed_{code}"]]


def owed_words(fact: visits.Fact) -> str:
    """A fact and who owes it, as `level, where a contact was left`."""
    if fact.contact is None:
        return _(fact.words)
    where = _("{fact}, where a contact was left") if fact.contact else _("{fact}, where none was")
    return where.format(fact=_(fact.words))


def days(name: str, caption: str, unit: str, help: str = "") -> Number:
    """A number of days that says inside what it counts."""
    made = Number(name, caption, least=1, most=999, width=190, help=help)
    made.set_hint(unit)
    return made


class SearchSection(FormSection):
    """What a search does not hear apart."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Search"), "finding")
        said = _(
            "Who says these alike types them alike: zangwei finds Zhang Wei too, after whoever is "
            "spelled exactly so."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        for number, (code, said) in enumerate(SLIPS.items()):
            self.form.row(Check(f"slip_{code}", "" if number else _("Sound alike"), _(said)))
        self.finish()

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return a tick for each pair of sounds."""
        return {f"slip_{code}": code in shop.slips for code in SLIPS}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """Put the pairs that are ticked back."""
        shop.slips = [code for code in SLIPS if held[f"slip_{code}"]]


class NumbersSection(FormSection):
    """Which roles see every phone number whole; everybody else sees 138****8000."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Phone numbers"), "numbers")
        said = _(
            "Once PINs are in use these see every phone number and WeChat whole. A consultant "
            "sees those of his own customers; everybody else sees 138****8000, and with {key} one "
            "number for a reason, for {seconds} seconds."
        )
        self.body.addWidget(label(said.format(key=KEY, seconds=mask.SECONDS), "quote", wrap=True))
        for role in reversed(Role):
            caption = _("See every number") if role is Role.OWNER else ""
            self.form.row(Check(role.value, caption, _(words.ROLES[role])))
        self.finish()

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return a tick for each role."""
        return {role.value: role in shop.full_phones for role in Role}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """Put the roles that are ticked back."""
        shop.full_phones = [role for role in Role if held[role.value]]


class ExportSection(FormSection):
    """How many rows leave with whom."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Taking out lists"), "export")
        said = _(
            "Once PINs are in use this counts for every workbook, list and PDF of cards. A row is "
            "a visit, a customer, a card or an entry of the trail."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        self.form.row(_rows("export_alone", _("Everybody up to"), _("rows")))
        self.form.row(
            _rows(
                "export_two",
                _("One manager up to"),
                _("rows"),
                _("More leaves only when a second manager or owner gives the PIN."),
            )
        )
        self.finish()

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """An empty number stays as it was."""
        super().write(shop, {name: value for name, value in held.items() if value is not None})


def _rows(name: str, caption: str, unit: str, help: str = "") -> Number:
    made = Number(name, caption, least=0, most=999_999, width=190, help=help)
    made.set_hint(unit)
    return made


class LookSection(Section):
    """Language and light or dark: this desk's habits, not the shop's facts."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Language and look"))
        self.form = Form("settings", label_width=150)
        self.form.setMaximumWidth(WIDE)
        self.language = Options(
            "language", _("Language"), list(i18n.LANGUAGES.items()), optional=False
        )
        schemes = [("auto", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))]
        self.scheme = Options("scheme", _("Light or dark"), schemes, optional=False)
        self.note = label("", "soon", name="settings.language.note")
        self.form.row(self.language)
        self.form.add(self.note)
        self.form.row(self.scheme)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.language.edited.connect(self._speak)
        self.scheme.edited.connect(self._dress)

    def reload(self) -> None:
        """Show what is in use."""
        self.language.set_value(state.text("language", i18n.language()))
        self.scheme.set_value(state.text("scheme", "auto"))

    def focus_first(self) -> None:
        """Take the keyboard."""
        self.language.setFocus()

    def _speak(self) -> None:
        code = self.language.value()
        state.set_text("language", code)
        again = code != i18n.language()
        self.note.setText(_("The desk speaks it after the next start.") if again else "")

    def _dress(self) -> None:
        scheme = self.scheme.value()
        state.set_text("scheme", scheme)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            style.apply(app, scheme)
