"""The calendar of the follow-ups page (F5): a month, and who it is about on the day chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates, lunar, settings, words, workdays
from showroom.care import calendar, festivals
from showroom.care.calendar import SHOWN, Entry
from showroom.figures.tables import WEEKDAYS
from showroom.i18n import N_, _, language, ngettext
from showroom.store.models import Promise
from ui import dialogs, leaving, style
from ui.care_parts import CareView
from ui.filters import Filter
from ui.month_grid import Cell, Line, MonthGrid
from ui.tables import Column, Table
from ui.widgets import Card, label

if TYPE_CHECKING:
    from collections import Counter

    from ui.page import Page

SOON: Final = 14
"""A day without any shows what falls on so many days after it."""
TONES: Final = {
    Promise.NEXT: "accent",
    Promise.BIRTHDAY: "accent",
    Promise.ANNIVERSARY: "good",
    Promise.FIRST_SERVICE: "soon",
    Promise.INSPECTION: "soon",
    Promise.INSURANCE: "late",
    Promise.LICENCE: "late",
    Promise.WARRANTY: "muted",
}


class CalendarView(CareView):
    """Arrows go from day to day, Page Up and Down to another month, T to today.

    Enter goes to the list of the day, Enter there to the customer's file.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.day = self.db.today()
        self._entries: dict[int, Entry] = {}
        self.title = label("", "section", name="followups.calendar.month")
        button = partial(page.button, kind="quiet")
        self.earlier = button(_("Month Before"), "PgUp", lambda: self._turn(-1), name="earlier")
        self.later = button(_("Month After"), "PgDown", lambda: self._turn(1), name="later")
        self.today = button(_("Today"), "T", self._to_today, name="to_today")
        self.kinds = Filter(_("Everything"), "followups.calendar.kind")
        self.kinds.show_options([(kind, _(words.DAYS[kind])) for kind in SHOWN])
        self.export = button(_("Save Month…"), "Ctrl+E", self._save, name="save_month")
        self.export.setToolTip(
            style.tip(_("A file (.ics) that the calendar of a telephone reads (Ctrl+E)"))
        )
        self.grid = MonthGrid("followups.calendar")
        self.grid.setAccessibleName(_("Calendar"))
        self.nothing = label(
            _(
                "Nothing falls into these weeks. Birthdays stand in the files; the days of cars "
                "are noted there with Ctrl+Shift+D."
            ),
            "muted",
            name="followups.calendar.nothing",
            wrap=True,
        )
        self.panel = self._make_panel()
        self.foot = self._make_foot()
        self._place()
        self.grid.chosen.connect(self.show_day)
        self.grid.opened.connect(lambda _day: self._to_list())
        self.grid.turned.connect(self._turn)
        self.kinds.chosen.connect(self.reload)
        self.table.opened.connect(self._open)

    def _make_panel(self) -> QWidget:
        made = QWidget()
        self.feast = label("", "quote", name="followups.calendar.feast", wrap=True)
        self.table = Table("followups.calendar.day", self._columns(), self._rows, header=False)
        self.table.setAccessibleName(_("What falls on this day"))
        self.table.set_empty(_("Nothing falls on this day, nor soon after it."))
        layout = QVBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addWidget(self.feast)
        layout.addWidget(self.table, 1)
        return made

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(
                N_("Customer"),
                lambda row: words.called(row.name, row.honorific) or _("No name"),
                width=96,
            ),
            Column(N_("What"), self._what, tip=self._what, tone="muted", width=150, stretch=True),
        )

    def _what(self, row: Entry) -> str:
        """What it is; of another day than the one chosen, when."""
        day = f"{row.day:%m-%d}" if row.day != self.day else ""
        clock = f"{row.clock:%H:%M}" if row.clock is not None else ""
        when = " ".join(part for part in (day, clock) if part)
        return " · ".join(part for part in (when, _(words.DAYS[row.kind]), row.about) if part)

    def _make_foot(self) -> QWidget:
        made = QWidget()
        self.file = self.page.button(
            _("Open File"), "Ctrl+O", self._open_chosen, kind="primary", name="calendar_file"
        )
        layout = QHBoxLayout(made)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addStretch()
        layout.addWidget(self.file)
        return made

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(style.S)
        head.addWidget(self.title)
        head.addStretch()
        for widget in (self.earlier, self.today, self.later, self.kinds, self.export):
            head.addWidget(widget)
        card = Card(name="followups.calendar.card")
        card.body.setContentsMargins(style.S, 0, style.S, style.S)
        card.body.addWidget(self.grid, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addWidget(card, 1)
        layout.addWidget(self.nothing)

    # -- what the page uses --

    def begin(self) -> None:
        """The month takes the keyboard."""
        self.grid.setFocus()

    def reload(self) -> None:
        """Read the weeks that are shown and the day anew."""
        first, last = self.grid.span(self.day)
        kind = self.kinds.code
        with self.db.read() as session:
            counted = calendar.counts(session, first, last, kind=kind)
            shop = settings.load(session)
        self._festivals = festivals.in_use(shop)
        feasts = self._names(first, last)
        off, table = festivals.days_off(first, last, shop), workdays.of(shop)
        days = (date.fromordinal(one) for one in range(first.toordinal(), last.toordinal() + 1))
        self._cells = {
            day: Cell(
                feasts.get(day, ""),
                lunar.words(day) if language() == "zh_CN" else "",
                day in off,
                _("holiday") if day in off else _("workday") if table.is_exchanged(day) else "",
                _lines(counted.get(day)),
            )
            for day in days
        }
        self.nothing.setVisible(not counted)
        self._span = first, last
        self._show_day()

    def show_day(self, day: date) -> None:
        """Choose a day; another month is read when it lies there."""
        self.day = day
        if self.grid.span(day) == self._span:
            self._show_day()
        else:
            self.reload()

    # -- inside --

    _span: tuple[date, date] = (date.min, date.min)
    _cells: dict[date, Cell]
    _festivals: tuple[festivals.Festival, ...] = ()

    def _names(self, first: date, last: date) -> dict[date, str]:
        """The festivals of these days; two on one day in one line."""
        found: dict[date, str] = {}
        for day, festival in festivals.between(first, last, self._festivals):
            found[day] = f"{found[day]} · {festival.name}" if day in found else festival.name
        return found

    def _show_day(self) -> None:
        day = self.day
        name = QLocale(language()).toString(QDate(day.year, day.month, 1), _("MMMM yyyy"))
        self.title.setText(name)
        with self.db.read() as session:
            found = calendar.entries(session, day, day, kind=self.kinds.code)
            count = len(found)
            if not found:
                span = day + timedelta(days=1), day + timedelta(days=SOON)
                found = calendar.entries(session, *span, kind=self.kinds.code)
        self._entries = {one.id: one for one in found}
        self.grid.show_month(day, self.db.today(), self._cells)
        said = festivals.between(day, day, self._festivals)
        self.feast.setText("\n".join(_greeted(feast.festival) for feast in said))
        self.feast.setVisible(bool(said))
        self.table.show_ids(list(self._entries))
        if not self.table.current_id() and found:
            self.table.choose(found[0].id)
        self.file.setEnabled(bool(found))
        weekday = _(WEEKDAYS[day.weekday()])
        said_count = ngettext("{count} entry", "{count} entries", count).format(count=f"{count:,}")
        coming = _("Nothing; the next {days} days:").format(days=SOON) if found else ""
        self.page.side.set_title(
            f"{dates.show_day(day, self.db.today())} · {weekday}", said_count if count else coming
        )
        self.page.side.show_content()

    def _rows(self, ids: Sequence[int]) -> list[Entry]:
        return [self._entries[id] for id in ids if id in self._entries]

    def _turn(self, months: int) -> None:
        self.show_day(dates.add_months(self.day, months))

    def _to_today(self) -> None:
        self.show_day(self.db.today())
        self.grid.setFocus()

    def _to_list(self) -> None:
        if self._entries:
            self.table.setFocus()

    def _open(self, id: int) -> None:
        one = self._entries.get(id)
        if one is not None:
            self.page.open.emit("customers", one.customer_id)

    def _open_chosen(self) -> None:
        self._open(self.table.current_id())

    def _save(self) -> None:
        from showroom.sheets import calendar_file

        first = self.day.replace(day=1)
        last = date.fromordinal(dates.add_months(first, 1).toordinal() - 1)
        what = _("Calendar {month}").format(month=f"{first:%Y-%m}")
        path = dialogs.choose_save(self.page, _("Save Month"), f"{what}.ics", "iCalendar (*.ics)")
        if path is None:
            return
        kind, now = self.kinds.code, self.db.now()
        leaving.take_out(
            self.page,
            _("Writing {name}…").format(name=path.name),
            what,
            path,
            lambda session, _progress: calendar_file.save(
                session, path, first, last, kind=kind, now=now
            ),
            lambda _count: self.said.emit(_("Saved: {name}").format(name=path.name)),
        )


def _lines(counted: Counter[Promise] | None) -> list[Line]:
    if counted is None:
        return []
    return [
        Line(TONES[kind], _(words.DAYS[kind]), counted[kind]) for kind in SHOWN if counted[kind]
    ]


def _greeted(festival: festivals.Festival) -> str:
    """A festival and what is said on it, or that nothing is."""
    said = festival.greeting or _("nobody is greeted")
    return _("{name}: {greeting}").format(name=festival.name, greeting=said)
