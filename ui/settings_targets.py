"""Settings: what a month is to bring, of the shop and of each consultant."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QHBoxLayout

from showroom import dates
from showroom.figures import targets
from showroom.figures.definitions import BY_CODE
from showroom.figures.monthbook import month_name
from showroom.guard import staff
from showroom.guard.rights import Right
from showroom.i18n import _
from showroom.sheets.cells import Kind
from showroom.store.models import Role
from ui import style
from ui.forms import Choice, Form, Number
from ui.settings_section import Section
from ui.widgets import Button, label

if TYPE_CHECKING:
    from ui.page import Page

WHOLE_SHOP: Final = 0
_WIDE: Final = 620


class TargetsSection(Section):
    """A month, for whom, and a number for each figure; what is typed waits until it is saved."""

    right = Right.SETTINGS

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Targets"))
        self.month = self.db.today().replace(day=1)
        self._typed: dict[tuple[date, int | None, str], int | None] = {}
        self._touched: set[str] = set()
        self._who: int | None = None
        self._make_fields()
        said = _(
            "The month's workbook sets them beside what came of them. Numbers are of the month, "
            "rates in per cent; what is left empty has no target."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(style.S)
        for part in (self.earlier, self.shown, self.later):
            line.addWidget(part)
        line.addSpacing(style.L)
        line.addWidget(self.whose, 1)
        line.addStretch()
        self.body.addLayout(line)
        self.body.addWidget(self.form)
        self.body.addLayout(
            self.buttons(self.copy, self.discarding("targets", self.form), last=self.save)
        )
        self.body.addStretch(1)
        page.needs(Right.SETTINGS, self.save, self.copy)
        self.form.edited.connect(self._on_edit)
        self.form.entered.connect(self._save)
        self.who.edited.connect(self._choose)

    def _make_fields(self) -> None:
        self.earlier = Button("", icon="chevron-left", kind="quiet", name="settings.target_earlier")
        self.later = Button("", icon="chevron-right", kind="quiet", name="settings.target_later")
        for button, words, by in ((self.earlier, _("Earlier"), -1), (self.later, _("Later"), 1)):
            button.setAccessibleName(words)
            button.setToolTip(style.tip(words))
            button.clicked.connect(partial(self._step, by))
        self.shown = label("", "section", name="settings.target_month")
        self.whose = Form("settings.target")
        self.who = Choice("who", _("Targets of"), [], optional=False, width=180)
        self.whose.row(self.who)
        self.form = Form("settings.target", label_width=150)
        self.form.setMaximumWidth(_WIDE)
        for code in targets.CODES:
            made = BY_CODE[code]
            most = 100 if made.kind is Kind.SHARE else targets.MOST - 1
            self.form.row(Number(code, _(made.title), least=1, most=most, width=270))
        self.save = self.page.button(
            _("Save"), "Ctrl+S", self._save, kind="primary", name="save_targets"
        )
        self.copy = self.page.button(_("As Last Month"), "", self._copy, name="copy_targets")

    def reload(self) -> None:
        """Read the targets of the month; what is typed stays."""
        with self.db.read() as session:
            people = [(one.id, one.name) for one in staff.everyone(session, Role.CONSULTANT)]
            held = targets.load(session, self.month)
            before = targets.load(session, dates.add_months(self.month, -1))
        self.who.set_options([(WHOLE_SHOP, _("Whole shop")), *people])
        self.who.set_value(self._who or WHOLE_SHOP)
        self.shown.setText(month_name(self.month))
        values: dict[str, Any] = {}
        typed: dict[str, str] = {}
        for code in targets.CODES:
            if code in self._touched:
                continue
            values[code], key = held.get((self._who, code)), (self.month, self._who, code)
            if key in self._typed:
                typed[code] = str(self._typed[key] or "")
            hint = _hint(code, before.get((self._who, code)))
            self.form.fields[code].set_hint(hint)
        self.form.set_values(values)
        self.form.set_raw(typed)
        self._show_buttons()

    def focus_first(self) -> None:
        """For whom is chosen first."""
        self.who.setFocus()

    # -- month and person --

    def _step(self, by: int) -> None:
        if self._keep():
            self.month = dates.add_months(self.month, by)
            self._touched.clear()
            self.reload()

    def _choose(self) -> None:
        if not self._keep():
            self.who.set_value(self._who or WHOLE_SHOP)
            return
        self._who = self.who.value() or None
        self._touched.clear()
        self.reload()

    # -- typing and saving --

    def _on_edit(self, code: str) -> None:
        self._touched.add(code)
        self.save.setEnabled(True)

    def _show_buttons(self) -> None:
        self.save.setEnabled(bool(self._typed or self._touched))
        self.say_typed()

    def say_typed(self) -> None:
        """Also what is typed of other months and people waits to be saved."""
        self._dirty = bool(self._count_changed())

    def _count_changed(self) -> int:
        here = (self.month, self._who)
        elsewhere = sum(key[:2] != here for key in self._typed)
        return len(self.form.unsettled()) + elsewhere

    def put_back(self) -> None:
        """Forget what is typed, also of other months and people."""
        self._typed.clear()
        self._touched.clear()
        super().put_back()

    def _keep(self) -> bool:
        """Remember what is typed here; False when a field cannot be read, which is then said."""
        with self.form.reporting():
            values = self.form.values()
            with self.db.read() as session:
                held = targets.load(session, self.month)
            for code, value in values.items():
                key = (self.month, self._who, code)
                self._typed.pop(key, None)
                if value != held.get((self._who, code)):
                    self._typed[key] = value
            return True
        return False

    def _save(self) -> None:
        """Save everything that was typed, also of others and of other months."""
        if not self._keep():
            return
        with self.form.reporting():
            months = sorted({month for month, _who, _code in self._typed})
            with self.db.write() as session:
                for month in months:
                    wanted = {
                        (who, code): value
                        for (of, who, code), value in self._typed.items()
                        if of == month
                    }
                    targets.save(session, month, wanted)
            self._typed.clear()
            self._touched.clear()
            self.page.said.emit(_("Saved."))
            self.reload()

    def _copy(self) -> None:
        count = 0
        with self.form.reporting():
            with self.db.write() as session:
                count = targets.copy(session, self.month)
            if not count:
                self.page.said.emit(_("The month before has no target that is missing here."))


def _hint(code: str, before: int | None) -> str:
    unit = "%" if targets.is_share(code) else _(BY_CODE[code].unit)
    if before is None:
        return unit
    return _("{unit} · last month {value}").format(unit=unit, value=f"{before:,}")
