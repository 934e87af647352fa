"""Settings: the festivals, delivered ones and the showroom's own, and what is said on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from showroom import settings
from showroom.care import festivals, own_festivals
from showroom.care.festivals import By, Festival
from showroom.care.own_festivals import Typed
from showroom.guard.rights import Right
from showroom.i18n import N_, _
from ui.forms import Check, Form, Number, Options, Text
from ui.settings_section import Section
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from ui.page import Page

NEW = 0


class Line(NamedTuple):
    """One festival in the list, with its days of this year and the next."""

    id: int
    festival: Festival
    days: tuple[str, str]
    changed: bool


class FestivalsSection(Section):
    """All festivals in one list; below it the one that is marked, or a new one."""

    right = Right.SETTINGS

    def __init__(self, page: Page) -> None:
        super().__init__(page, _("Festivals"))
        self._lines: dict[int, Line] = {}
        self._dirty = False
        self._at = ""  # the code of what stands in the form; "" for a new one
        self._drafts: dict[str, dict[str, Any]] = {}  # what is typed of others
        said = _(
            "They stand in the calendar, in its file for telephones and on festival cards. Who is "
            "switched off, or has no greeting, is on no card."
        )
        self.body.addWidget(label(said, "quote", wrap=True))
        self.table = Table("settings.festivals", self._columns(), self._rows)
        self.table.setAccessibleName(_("Festivals"))
        self.body.addWidget(self.table, 1)
        self.about = label("", "muted", name="settings.festival.about", wrap=True)
        self.form = self._make_form()
        button = page.button
        self.add = button(_("New Festival"), "Ctrl+N", self._begin, name="add_festival")
        self.away = button(_("As Delivered"), "", self._forget, name="forget_festival")
        self.save = button(_("Save"), "Ctrl+S", self._save, kind="primary", name="save_festival")
        self.body.addWidget(self.about)
        self.body.addWidget(self.form)
        self.body.addLayout(
            self.buttons(self.add, self.away, self.discarding("festival"), last=self.save)
        )
        page.needs(Right.SETTINGS, self.add, self.away, self.save)
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _id: self.form.focus("zh"))
        self.form.edited.connect(lambda _name: self._on_edited())
        self.form.entered.connect(self._save)

    def _columns(self) -> tuple[Column, ...]:
        year = self.db.today().year
        return (
            Column(
                N_("Festival"),
                lambda line: line.festival.name,
                width=150,
                tone=_tone,
                note=lambda line: _("our own") if line.festival.own else "",
            ),
            Column(N_("When"), lambda line: line.festival.when.words(), width=190, tone="muted"),
            Column(str(year), lambda line: line.days[0], width=80, tone=_tone),
            Column(str(year + 1), lambda line: line.days[1], width=80, tone=_tone),
            Column(
                N_("Greeting"),
                lambda line: line.festival.greeting or _("nobody is greeted"),
                width=180,
                stretch=True,
                tone=lambda line: _tone(line) if line.festival.greeting else "muted",
                tip=lambda line: " / ".join(filter(None, line.festival.greetings)),
            ),
            Column(N_("State"), _state, width=80, tag=_state_tone),
        )

    def _make_form(self) -> Form:
        form = Form("settings.festival", label_width=110)
        most = own_festivals.LONGEST_NAME
        english = _("In English")
        form.row(
            Text("name_zh", _("Festival name"), max_length=most),
            Text("name_en", english, placeholder=english, max_length=most),
        )
        years = [(By.SOLAR.value, _("Solar")), (By.LUNAR.value, _("Lunar"))]
        form.row(
            Options("by", _("When"), years, optional=False),
            Number("month", _("Month"), least=1, most=12, width=70),
            Number("day", _("Day"), least=1, most=31, width=70),
        )
        form.fields["month"].set_hint(_("month"))
        form.fields["day"].set_hint(_("day"))
        most = own_festivals.LONGEST
        english = _("Greeting in English")
        form.row(
            Text("zh", _("Greeting"), max_length=most),
            Text("en", english, placeholder=english, max_length=most),
        )
        form.row(Check("on", _("State"), _("In the calendar and on cards")))
        return form

    # -- showing --

    def reload(self) -> None:
        """Read the festivals anew; what is half typed stays."""
        with self.db.read() as session:
            shop = settings.load(session)
        year = self.db.today().year
        self._lines = {
            number: Line(number, one, (_days(one, year), _days(one, year + 1)), held)
            for number, one in enumerate(festivals.known(shop), 1)
            for held in (one.code in shop.festivals,)
        }
        self.table.show_ids(list(self._lines))
        codes = {line.festival.code: id for id, line in self._lines.items()}
        if self._at not in codes and not self._dirty:
            self._at = self._lines[1].festival.code
        self._mark(codes.get(self._at, NEW))
        if not self._dirty:
            self._fill()

    def focus_first(self) -> None:
        """The list takes the keyboard."""
        self.table.setFocus()

    def _rows(self, ids: Sequence[int]) -> list[Line]:
        return [self._lines[id] for id in ids if id in self._lines]

    def _mark(self, id: int) -> None:
        told = self.table.blockSignals(True)
        if id:
            self.table.choose(id)
        else:
            self.table.clearSelection()
        self.table.blockSignals(told)

    def _choose(self, id: int) -> None:
        if id:
            self._turn_to(self._lines[id].festival.code)

    def _turn_to(self, code: str) -> None:
        """Show another one; what was typed of the one before waits."""
        if self._dirty and code != self._at:
            self._drafts[self._at] = self.form.raw()
            line = self._line()
            self.say_kept(_("New Festival") if line is None else line.festival.name)
        self._at = code
        self._fill()

    def _line(self) -> Line | None:
        return next((one for one in self._lines.values() if one.festival.code == self._at), None)

    def _fill(self) -> None:
        """Put the one that is marked into the form."""
        line = self._line()
        held = Typed() if line is None else own_festivals.typed(line.festival)
        own = line is None or line.festival.own
        self.form.clear_problems()
        self.form.set_values({**held._asdict(), "by": held.by.value})
        for name in ("name_zh", "by"):
            self.form.show_row(name, own)
        silent = line is not None and line.festival.code == own_festivals.SILENT
        for name in ("zh", "en"):
            self.form.fields[name].setEnabled(not silent)
        self.about.setText(_("A festival of your own") if line is None else _about(line))
        self.away.setText(_("Take Away") if own else _("As Delivered"))
        self.away.setEnabled(line is not None and line.changed)
        draft = self._drafts.pop(self._at, None)
        self._dirty = draft is not None
        if draft is not None:
            self.form.set_raw(draft)
        self.save.setEnabled(self._dirty)

    def _on_edited(self) -> None:
        self._dirty = True
        self.save.setEnabled(True)

    # -- changing --

    def _begin(self) -> None:
        self._mark(NEW)
        self._turn_to("")
        self.form.focus("name_zh")

    def _save(self) -> None:
        with self.form.reporting():
            held = self.form.values()
            wanted = Typed(**{**held, "by": By(held["by"])})
            with self.db.write() as session:
                self._at = own_festivals.save(session, self._at, wanted)
            self._dirty = False
            self.reload()
            self.page.said.emit(_("Saved. What is printed already keeps its words."))
            self.table.setFocus()

    def _forget(self) -> None:
        with self.page.reporting():
            with self.db.write() as session:
                own_festivals.forget(session, self._at)
            self._dirty = False
            self.reload()
            self.page.said.emit(_("Saved."))


def _days(one: Festival, year: int) -> str:
    """Its days in a year; of this year alone month and day are said."""
    return _(", ").join(f"{day:%m-%d}" for day in one.when.days(year)) or "—"


def _about(line: Line) -> str:
    return " · ".join((line.festival.name, line.festival.when.words()))


def _tone(line: Line) -> str:
    return "" if line.festival.on else "muted"


def _state(line: Line) -> str:
    if not line.festival.on:
        return _("off")
    return _("changed") if line.changed and not line.festival.own else _("on")


def _state_tone(line: Line) -> str:
    return {_("off"): "muted", _("changed"): "accent"}.get(_state(line), "good")
