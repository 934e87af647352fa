"""Settings: the rules of the follow-ups, occasion by occasion, and the public holidays by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import QTimer

from showroom import settings, words, workdays
from showroom.errors import Invalid, ShowroomError
from showroom.guard.rights import Right
from showroom.i18n import N_, _, ngettext
from showroom.people import rules
from showroom.people.rules import Moving, Occasion, Rule, Unit
from showroom.settings import Settings
from showroom.store.models import Role
from ui import dialogs
from ui.forms import Check, Choice, Form, Number, Text
from ui.jobs import Job
from ui.segmented import Segmented
from ui.settings_section import Section
from ui.settings_shop import FormSection
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.progress import Progress
    from ui.page import Page

PREVIEW_MS: Final = 300
WIDE: Final = 640
WIDEST: Final = 900
UNITS: Final = {
    Unit.DAYS: N_("calendar days"),
    Unit.WORKING: N_("working days"),
    Unit.MONTHS: N_("months"),
}


class Line(NamedTuple):
    """One occasion in the list."""

    id: int
    occasion: Occasion
    title: str
    rule: Rule

    @property
    def after(self) -> str:
        """How long after, in words: 2 days, 1 working day, 6 months."""
        if not self.occasion.days:
            return _(self.occasion.counts_from)
        number = self.rule.number
        said = {
            Unit.DAYS: ngettext("{count} day later", "{count} days later", number),
            Unit.WORKING: ngettext(
                "{count} working day later", "{count} working days later", number
            ),
            Unit.MONTHS: ngettext("{count} month later", "{count} months later", number),
        }
        return said[self.rule.unit].format(count=number)


class FollowUpsSection(Section):
    """All rules in one list; below it the one that is marked, and what a change would move."""

    right = Right.SETTINGS

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Rules of the follow-ups"))
        self._lines: dict[int, Line] = {}
        self._shop = Settings()
        self._dirty = False
        self._at = 0  # the rule that stands in the form
        self._drafts: dict[int, dict[str, Any]] = {}  # what is typed of others
        self._asked = 0
        self._soon = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._soon.timeout.connect(self._preview)
        said = _(
            "Each occasion promises a contact. In the list of the day weight × days decides "
            "what stands first; a day that was agreed with the customer counts twice."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        self.table = Table("settings.follow_ups", self._columns(), self._rows)
        self.table.setAccessibleName(_("Rules of the follow-ups"))
        self.body.addWidget(self.table, 1)
        self.counts_from = label("", "muted", name="settings.follow_up.counts_from", wrap=True)
        self.form = self._make_form()
        self.effect = label("", "quote", name="settings.follow_up.effect", wrap=True)
        self.save = page.button(
            _("Save for What Comes"), "Ctrl+S", self._save, name="save_follow_up"
        )
        self.along = page.button(
            _("Save and Move"), "Ctrl+M", self._save_and_move, kind="primary", name="move_follow_up"
        )
        for part in (self.counts_from, self.form, self.effect):
            self.body.addWidget(part)
        self.body.addLayout(self.buttons(self.save, self.discarding("follow_up"), last=self.along))
        page.needs(Right.SETTINGS, self.save, self.along)
        self.table.chosen.connect(self._show)
        self.table.opened.connect(lambda _id: self.form.focus())
        self.form.edited.connect(self._on_edit)
        self.form.entered.connect(self._save)

    def _columns(self) -> tuple[Column, ...]:
        off = self._tone
        return (
            Column(N_("Occasion"), lambda line: line.title, width=180, stretch=True, tone=off),
            Column(N_("When"), lambda line: line.after, width=170, tone=off),
            Column(N_("Who does it"), _who, width=110, tone=off),
            Column(
                N_("Weight"),
                lambda line: str(line.rule.value) if _has_value(line.occasion) else "",
                width=56,
                align="right",
                tone=off,
            ),
            Column(
                N_("State"),
                lambda line: _("on") if line.rule.on else _("off"),
                width=64,
                tag=lambda line: "good" if line.rule.on else "muted",
            ),
        )

    def _tone(self, line: Line) -> str:
        return "" if line.rule.on else "muted"

    def _make_form(self) -> Form:
        form = Form("settings.follow_up", label_width=150)
        form.setMaximumWidth(WIDE)
        form.row(
            Number("number", _("When"), least=1, most=rules.MOST[Unit.DAYS], width=84),
            Choice(
                "unit",
                _("Unit"),
                [(code.value, _(text)) for code, text in UNITS.items()],
                optional=False,
                width=150,
            ),
        )
        people = [
            (role.value, _(words.ROLES[role]))
            for role in (Role.CONSULTANT, Role.MANAGER, Role.RECEPTIONIST)
        ]
        form.row(Choice("who", _("Who does it"), people, optional=False, width=246))
        value = Number("value", _("Weight"), least=1, most=rules.MOST_VALUE, width=84)
        form.row(value, Check("on", _("State"), _("This rule is on")))
        return form

    # -- showing --

    def reload(self) -> None:
        """Read the rules anew; what is half typed stays."""
        with self.db.read() as session:
            self._shop = settings.load(session)
        self._lines = {
            number: Line(
                number, one, rules.title(one, self._shop), rules.rule(self._shop, one.code)
            )
            for number, one in enumerate(rules.OCCASIONS, 1)
        }
        self.table.show_ids(list(self._lines))
        if not self.table.current_id():
            self.table.choose(1)
        if not self._dirty:
            self._show(self.table.current_id())

    def focus_first(self) -> None:
        """The list takes the keyboard."""
        self.table.setFocus()

    def _rows(self, ids: Sequence[int]) -> list[Line]:
        return [self._lines[id] for id in ids if id in self._lines]

    def _show(self, id: int) -> None:
        if self._dirty and self._at != id:
            self._drafts[self._at] = self.form.raw()
            self.say_kept(self._lines[self._at].title)
        self._at = id
        self._soon.stop()
        self._asked += 1
        line = self._lines.get(id)
        for part in (self.form, self.save, self.along):
            part.setEnabled(line is not None)
        self._dirty = False
        self.effect.hide()
        if line is None:
            return
        one, held = line.occasion, line.rule
        said = _("Counts from: {what}") if one.days else "{what}"
        self.counts_from.setText(f"{line.title} · {said.format(what=_(one.counts_from))}")
        self.form.set_values({**held._asdict(), "unit": held.unit.value, "who": held.who.value})
        fixed = one.code == rules.THANKS
        fields = self.form.fields
        fields["number"].setEnabled(one.days)
        fields["unit"].setEnabled(one.days and not fixed)
        fields["who"].setEnabled(one.days and not fixed)
        fields["value"].setEnabled(_has_value(one))
        fields["on"].setEnabled(not one.needed and not fixed)
        self.save.setEnabled(False)
        self.along.setEnabled(False)
        draft = self._drafts.pop(id, None)
        if draft is not None:
            self.form.set_raw(draft)
            self._on_edit()

    def _typed(self) -> tuple[str, Rule]:
        """The occasion that is marked, and its rule as it is typed. Raises `Invalid`."""
        line = self._lines[self.table.current_id()]
        held = self.form.values()
        number = held["number"] or line.rule.number
        value = held["value"] or line.rule.value
        return line.occasion.code, Rule(
            number, Unit(held["unit"]), Role(held["who"]), held["on"], value
        )

    def _on_edit(self) -> None:
        self._dirty = True
        self._asked += 1
        self.save.setEnabled(True)
        self.along.setEnabled(False)
        self.effect.setText(_("Counting…"))
        self.effect.show()
        self._soon.start()

    def _preview(self) -> None:
        """Say what the change would do to what is promised already, counted on a thread."""
        try:
            code, new = self._typed()
        except Invalid:
            self.effect.hide()
            return
        asked, today = self._asked, self.db.today()

        def count(_progress: Progress) -> tuple[int, Moving | None]:
            try:
                with self.db.read() as session:
                    return asked, rules.preview(session, code, new, today=today)
            except Invalid:
                return asked, None

        Job(self, _("Counting…"), count, self._on_counted, quiet=True)

    def _on_counted(self, counted: tuple[int, Moving | None]) -> None:
        asked, found = counted
        if asked != self._asked:
            return
        if found is None:
            self.effect.hide()
            return
        self.effect.setText(effect(found))
        self.effect.show()
        self.along.setEnabled(bool(found.moved))

    # -- keeping --

    def _save(self) -> None:
        self._keep(move=False)

    def _save_and_move(self) -> None:
        self._keep(move=True)

    def _keep(self, *, move: bool) -> None:
        with self.form.reporting():
            code, new = self._typed()
            today = self.db.today()
            self._soon.stop()

            def change(progress: Progress) -> int:
                with self.db.write() as session:
                    return rules.change(
                        session, code, new, move=move, today=today, progress=progress
                    )

            def done(moved: int) -> None:
                self._dirty = False
                self.reload()
                said = ngettext(
                    "Saved; {count} contact moved.", "Saved; {count} contacts moved.", moved
                )
                self.page.said.emit(said.format(count=f"{moved:,}") if move else _("Saved."))
                self.table.setFocus()

            Job(self, _("Saving the rule…"), change, done, writes=True, failed=self._refused)

    def _refused(self, error: Exception) -> None:
        """Beside its field, where it belongs to one; what a change would move is said again."""
        self._soon.start()
        with self.form.reporting():
            if isinstance(error, ShowroomError):
                raise error
            dialogs.show_error(self, error)


def effect(found: Moving) -> str:
    """What a change would do to the open contacts, in one line."""
    parts = [
        (
            found.moved,
            ngettext("{count} open contact moves", "{count} open contacts move", found.moved),
        ),
        (found.same, _("{count} unchanged")),
        (found.agreed, _("{count} were agreed with the customer and stay")),
        (found.chosen, _("{count} were put there by somebody and stay")),
        (found.late, _("{count} are late and stay")),
    ]
    said = [text.format(count=f"{number:,}") for number, text in parts if number]
    return " · ".join(said) or _("Nothing that is promised already would move.")


def _has_value(one: Occasion) -> bool:
    """Whether the list of the day counts by this rule: a card stands in another one."""
    return one.promise is not None


def _who(line: Line) -> str:
    if not line.occasion.days or line.occasion.promise is None:
        return "—"
    return _(words.ROLES[line.rule.who])


class HolidaysSection(FormSection):
    """One year at a time: days off, weekends that are worked, and from where we have it."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Public holidays"), "holidays")
        today = self.db.today()
        years = [str(year) for year in range(today.year - 1, today.year + 3)]
        self.years = Segmented(
            [(year, year) for year in years], name="settings.holidays.year", optional=False
        )
        self.years.setAccessibleName(_("Year"))
        self.years.set_code(str(today.year))
        self._year = self.years.code()  # the one that stands in the form
        self._drafts: dict[str, dict[str, Any]] = {}  # what is typed of others
        said = _(
            "Cards, and rules that count working days, skip weekends and these days. The notice of "
            "a year comes out in November of the year before: enter it then."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        line = self.buttons(self.years)  # type: ignore[arg-type]
        self.body.addLayout(line)
        self.form.row(
            Text("off", _("Days off"), help=_("01-01 for a day, 02-15~02-23 for several."))
        )
        self.form.row(Text("work", _("Weekends worked"), help=_("Days that are exchanged.")))
        self.source = label("", "muted", name="settings.holidays.source", wrap=True)
        self.form.add(self.source)
        self.form.setMaximumWidth(WIDEST)
        self.finish()
        self.years.chosen.connect(self._on_year)

    def _on_year(self, code: str) -> None:
        if self._dirty:
            self._drafts[self._year] = self.form.raw()
            self.say_kept(self._year)
        self._year = code
        self._dirty = False
        self.save.setEnabled(False)
        self.form.clear_problems()
        self.reload()
        draft = self._drafts.pop(code, None)
        if draft is not None:
            self.form.set_raw(draft)
            self._on_edit()

    @property
    def year(self) -> int:
        """The year that is shown."""
        return int(self.years.code())

    def read(self, shop: Settings) -> dict[str, Any]:
        """Return both lists of the year."""
        known = workdays.year_of(shop.holidays, self.year)
        self.source.setText(_(known.source))
        return {"off": known.off, "work": known.work}

    def write(self, shop: Settings, held: dict[str, Any]) -> None:
        """Put both lists of the year back."""
        workdays.change(shop, self.year, off=held["off"], work=held["work"])
