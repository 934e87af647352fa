"""One contact at the right of the follow-ups: what is known, what came of it, or why not now."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from showroom import dates, settings, words
from showroom.care.followups import NO_ANSWER, NOT_SATISFIED, REASONS, RESULTS, TOLD, FollowUpRow
from showroom.i18n import _
from showroom.people import rules
from showroom.settings import Settings
from showroom.store.models import Level, Promise, Status
from ui import style
from ui.day_time import DayTime
from ui.days import late_words, minute_words
from ui.forms import Check, Choice, Form, Note, Options
from ui.widgets import Button, label

if TYPE_CHECKING:
    from ui.page import Page


class ContactPanel(QWidget):
    """`show_row(row, shop, now)`; `said()` and `postponed()` are what the services take.

    `result` is the code chosen of `RESULTS`; what is typed stays while the same one is shown.
    """

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.db = page.db
        self.row: FollowUpRow | None = None
        self.result = ""
        self._shop = settings.Settings()
        self.about = label("", "muted", name="followups.about", wrap=True)
        self.place = label("", "note", name="followups.place", wrap=True)
        self.results: dict[str, Button] = {}
        grid = QGridLayout()
        grid.setSpacing(style.M)
        for number, (code, text) in enumerate(RESULTS.items()):
            button = Button(_(text), str(number + 1), name=f"followups.result.{code}")
            button.setCheckable(True)
            button.clicked.connect(partial(self.choose, code))
            self.results[code] = button
            grid.addWidget(button, number // 2, number % 2)
        self.form = self._make_form()
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(style.M)
        body.addWidget(self.about)
        body.addWidget(self.place)
        body.addWidget(label(_("What came of it"), "section"))
        body.addLayout(grid)
        body.addWidget(self.form)
        body.addStretch(1)  # the form takes no more than it needs

    def _make_form(self) -> Form:
        form, now = Form("followups"), self.db.now
        self.note = Note("note", _("Note"))
        self.level = Options("level", _("Level"), [])
        self.next = DayTime("next", _("Next contact"), now=now)
        self.to = DayTime("to", _("Postpone to"), now=now)
        reasons = [(code, _(text)) for code, text in REASONS.items()]
        self.why = Choice("why", _("Because"), reasons, free=True, placeholder=_("Choose or type"))
        self.told = Check("agreed", _("Agreed"), _("agreed with him"))
        self.told.setToolTip(_("He was told this day: no rule moves it, and it counts twice."))
        form.row(self.note)
        form.row(self.level)
        form.row(self.next)
        form.section(_("Not now"))
        form.row(self.to)
        form.row(self.told)
        form.row(self.why)
        self.level.edited.connect(self._say_next)
        self.to.edited.connect(self._on_to)
        return form

    # -- what the page uses --

    def show_row(self, row: FollowUpRow, shop: Settings, now: datetime) -> None:
        """Show a contact; nothing is said yet of one that was not shown before."""
        other = self.row is None or row.id != self.row.id
        self.row, self._shop = row, shop
        self.about.setText(self._facts(row))
        self.place.setText(urgency_words(row, shop, now))
        self.place.setVisible(row.done_at is None)
        for widget in (self.form, *self.results.values()):
            widget.setEnabled(row.done_at is None)
        if other:
            self._start(row)

    def said(self) -> dict[str, Any]:
        """What came of it, as `followups.done` takes it. Raises `Invalid`."""
        held, row = self.form.values(), self.row
        result = [_(RESULTS[self.result])] if self.result else []
        level = Level(held["level"]) if held["level"] else None
        return {
            "result": " · ".join(filter(None, [*result, held["note"]])),
            "level": level if row is not None and level is not row.level else None,
            "reached": self.result != NO_ANSWER,
            "content": self.result != NOT_SATISFIED,
            "next_on": held["next"] and held["next"].on,
            "next_clock": held["next"] and held["next"].clock,
        }

    def postponed(self) -> dict[str, Any]:
        """To which day and why, as `followups.postpone` takes it. Raises `Invalid`."""
        held = self.form.values()
        why = held["why"] or held["note"]
        return {
            "to": held["to"] and held["to"].on,
            "clock": held["to"] and held["to"].clock,
            "why": _(REASONS[why]) if why in REASONS else why,
            "agreed": held["agreed"],
        }

    def focus_results(self) -> None:
        """The first result is at hand."""
        self.results[next(iter(RESULTS))].setFocus()

    def choose(self, code: str) -> None:
        """Say what came of it; again takes it back."""
        if self.row is not None and self.row.done_at is None:
            self.result = "" if code == self.result else code
        self._mark()

    def choose_level(self, level: Level) -> None:
        """A letter while the list has the keyboard: his new level; again takes it back."""
        if self.row is not None and self.row.done_at is None:
            self.level.set_value(None if self.level.value() == level.value else level.value)
            self._say_next()

    # -- inside --

    def _mark(self) -> None:
        for code, button in self.results.items():
            button.setChecked(code == self.result)

    def _start(self, row: FollowUpRow) -> None:
        """Nothing is said of this one yet."""
        letter = _("{letter} {days} d")
        self.level.set_options(
            [
                (code, letter.format(letter=self._shop.letter(Level(code)), days=days))
                for code, days in self._shop.horizons.items()
            ]
        )
        self.form.clear()
        self.level.set_value(row.level.value if row.level in self._shop.horizons else None)
        self.to.set_value(dates.When(self.db.today() + timedelta(days=1), row.clock))
        self._say_next()
        self.result = ""
        self._mark()

    def _on_to(self) -> None:
        """Who names a time was told it, unless somebody says otherwise."""
        if self.row is not None and self.to.clock() not in (None, self.row.clock):
            self.told.set_value(True)

    def _facts(self, row: FollowUpRow) -> str:
        today = self.db.today()
        facts = [_(words.PROMISES[row.rule]), *self._days(row), row.model, row.consultant]
        if row.covered:
            facts.append(row.staff)
        if row.agreed and row.done_at is None:
            when = dates.inside(dates.show_when(row.due_on, row.clock, today))
            facts.append(_("agreed for {day}").format(day=when))
        elif row.clock is not None and row.done_at is None:
            facts.append(dates.show_when(row.due_on, row.clock, today))
        if row.last_visit_on is not None:
            day = dates.inside(dates.show_day(row.last_visit_on, today))
            facts.append(_("last visit {day}").format(day=day))
        if row.last_contact_on is not None and row.done_at is None:
            day = dates.inside(dates.show_day(row.last_contact_on, today))
            facts.append(_("last contact {day}: {result}").format(day=day, result=row.last_result))
        if row.done_at is not None:
            facts.append(row.result)
        return " · ".join(fact for fact in facts if fact)

    def _days(self, row: FollowUpRow) -> list[str]:
        """The day of a car or a person that the contact is about."""
        from showroom.care import calendar

        if row.done_at is not None or row.rule not in calendar.KINDS:
            return []
        with self.db.read() as session:
            found = calendar.of_contact(session, row.customer_id, row.rule, today=self.db.today())
        return [
            " ".join(part for part in (dates.show_day(one.day, self.db.today()), one.about) if part)
            for one in found
        ]

    def _say_next(self) -> None:
        """When the next contact would be without a day that is typed."""
        row, level, today = self.row, self.level.value(), self.db.today()
        said = _("none, unless you enter a day")
        if row is not None and row.rule is Promise.NEXT:
            code = rules.of_level(Level(level) if level else row.level)
            said = _("by rule {day}").format(
                day=dates.show_day(rules.day(self._shop, code, today), today)
            )
        elif row is not None and row.rule is Promise.TWO_MONTHS:
            day = rules.day(self._shop, rules.OF_PROMISE[row.rule], today)
            said = _("by rule {day}").format(day=dates.show_day(day, today))
        self.next.setPlaceholderText(said)


def standing(row: FollowUpRow, shop: Settings) -> str:
    """The letter of who is still to be won; else where he stands."""
    if row.status in (Status.OPEN, Status.ORDERED):
        return shop.letter(row.level)
    return _(words.STATUSES[row.status])


def urgency_words(row: FollowUpRow, shop: Settings, now: datetime) -> str:
    """Why a row stands where it stands: its time comes or has come, or
    9 (H) × (2 days late + 1) × 2 (agreed) = 54."""
    if row.done_at is not None:
        return ""
    minutes = row.minutes(now)
    if row.clock is not None and minutes is not None and row.is_pressing(now):
        said = f"{row.clock:%H:%M}"
        if not row.late:
            said = f"{said} · {minute_words(minutes)}"
        if minutes < 0:
            return _("{time}: from an hour before his time he stands on top.").format(time=said)
        return _("{time}: his time has come, he stands on top.").format(time=said)
    if not row.urgency:
        return _("To come: it counts from its day on.")
    visited = row.asked_by in (rules.FIRST_VISIT, rules.AGAIN)
    what = _("rule") if visited or row.rule is not Promise.NEXT else shop.letter(row.level)
    late = late_words(row.due_on, row.due_on + timedelta(days=row.late))
    days = f"({late} + 1)" if late else _("1 (due today)")
    parts = [f"{row.value} ({what})", days]
    if row.agreed:
        parts.append(_("{count} (agreed)").format(count=TOLD))
    sum = f"{' × '.join(parts)} = {row.urgency}"
    return _("Urgency: weight × days = {sum}").format(sum=sum)
