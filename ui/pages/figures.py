"""Figures: any time at one look beside an earlier one, with pictures, and the rows behind each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import settings
from showroom.errors import ShowroomError
from showroom.figures import behind, monthbook, overview
from showroom.figures.behind import Behind
from showroom.figures.overview import Asked, Overview, Span, Versus
from showroom.i18n import N_, _
from ui import dialogs, leaving, style
from ui.behind import BehindView
from ui.fields import Day
from ui.figure_words import HEAD, VERSUS, YEAR_AGO, fig
from ui.page import Page
from ui.picks import Choice
from ui.pictures import Pictures
from ui.segmented import Segmented
from ui.views import Pile
from ui.widgets import Button

if TYPE_CHECKING:
    from showroom.progress import Progress
    from showroom.store.db import Database
    from ui.jobs import Job
    from ui.rekey import RekeyView

PALE_MS = 150
"""After so long without an answer the old numbers grow pale."""

CLOSER = {Span.WEEK: Span.DAY, Span.MONTH: Span.DAY, Span.QUARTER: Span.WEEK, Span.YEAR: Span.MONTH}


class FiguresPage(Page):
    """What came of a time: figures with their formulas, pictures, and the rows behind them."""

    title = N_("Figures")
    code = "figures"
    panel = False

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.day = db.today()
        self.shown: Overview | None = None
        self._behind: Callable[..., Behind] | None = None
        self._counting = self._again = False
        self.span = Segmented(
            [(span, _(text)) for span, text in overview.SPANS.items()],
            name="figures.span",
            optional=False,
        )
        self.span.setAccessibleName(_("Time looked at"))
        self.span.set_code(Span.MONTH)
        self.earlier = Button("", icon="chevron-left", kind="quiet", name="figures.earlier")
        self.now = Button("", kind="quiet", name="figures.now")
        self.later = Button("", icon="chevron-right", kind="quiet", name="figures.later")
        self.first = Day("first", _("From"), today=db.today)
        self.last = Day("last", _("To"), today=db.today)
        self.versus = Choice("versus", _("Compared with"), optional=False)
        self.export = self.button(
            _("Export Month"), "Ctrl+E", self._export, kind="primary", name="export"
        )
        self.picture = self.button(
            _("Picture…"), "Ctrl+Shift+S", self._save_picture, name="picture"
        )
        self.print = self.button(_("Print"), "Ctrl+P", self._print, name="print")
        self._place_head()

        self.pictures = Pictures()
        self.sheet = QWidget()
        self.sheet.setObjectName("figures.sheet")
        inner = QVBoxLayout(self.sheet)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(style.L)
        inner.addWidget(self.figures)
        inner.addWidget(self.pictures, 1)
        self.behind = BehindView(self, self._close_behind)
        self.pile = Pile()
        self.pile.addWidget(self.sheet)
        self.pile.addWidget(self.behind)
        self.key("F6", _("Key Visits into the DMS"), self._open_rekey, name="rekey")
        self.body.addWidget(self.pile, 1)
        self._pale = QTimer(self, singleShot=True, interval=PALE_MS)
        self._pale.timeout.connect(partial(self._set_stale, True))
        self.figures.make_pickable(_("Figures"))
        self._last_place: QWidget = self.figures
        self._connect()

    def _place_head(self) -> None:
        self.head.removeWidget(self.figures)
        time = QWidget()
        line = QHBoxLayout(time)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(style.S)
        line.addWidget(self.span)
        line.addSpacing(style.S)
        for button in (self.earlier, self.now, self.later):
            line.addWidget(button)
        for field in (self.first, self.last):
            field.setObjectName(f"figures.{field.name}")
            field.setFixedWidth(128)
            field.hide()
            line.addWidget(field)
        self.versus.setObjectName("figures.versus")
        self.versus.setMinimumWidth(120)
        self.versus.setMaximumWidth(260)
        line.addWidget(self.versus, 1)
        line.addStretch()
        self.head.insertWidget(0, time, 1)
        for button in (self.picture, self.print, self.export):
            self.buttons.addWidget(button)
        self.picture.bare = self.print.bare = True

    def _connect(self) -> None:
        self.span.chosen.connect(self._go_to_span)
        for button, words_of, key, by in (
            (self.earlier, _("Earlier"), "Alt+Left", -1),
            (self.later, _("Later"), "Alt+Right", 1),
        ):
            action = self.key(key, words_of, partial(self._step, by))
            button.setAccessibleName(words_of)
            button.setToolTip(style.tip(f"{words_of} ({key})"))
            button.clicked.connect(action.trigger)
        back = self.key("Alt+Home", _("Back to Today"), self._to_today)
        self.now.clicked.connect(back.trigger)
        self.first.edited.connect(self.reload_soon)
        self.last.edited.connect(self.reload_soon)
        self.versus.edited.connect(self.reload)
        parts = self.pictures
        self.figures.clicked.connect(self._figure_rows)
        parts.bars.clicked.connect(self._open_bar)
        parts.funnel.clicked.connect(self._step_rows)
        parts.heat.clicked.connect(self._hour_rows)
        parts.levels.clicked.connect(self._level_rows)
        parts.moments.opened.connect(self._moment_rows)
        parts.consultants.opened.connect(self._consultant_rows)

    # -- showing --

    def asked(self) -> Asked:
        """The time that is chosen. Raises `ShowroomError` for days the wrong way round."""
        span, versus = Span(self.span.code()), Versus(self.versus.value() or Versus.BEFORE)
        if span is not Span.DAYS:
            return Asked(span, self.day, versus=versus)
        first, last = self.first.value(), self.last.value()
        if first is None or last is None or first > last:
            raise ShowroomError(_("Say from which day to which day."))
        return Asked(span, first, last, versus)

    def reload(self) -> None:
        """Count anew on a thread of its own; the old numbers stand there until it is done."""
        try:
            asked = self.asked()
        except ShowroomError:
            return  # half a date is typed
        today = self.db.today()
        self._name(asked)
        if self._counting:
            self._again = True
            return

        def work(_progress: Progress) -> Overview:
            with self.db.read() as session:
                return overview.look(session, asked, today)

        from ui.jobs import Job

        self._counting = True
        if self.shown is not None:
            self._pale.start()
        job = Job(self, _("Counting…"), work, self._show, quiet=True)
        job.finished.connect(self._on_counted)

    def _on_counted(self) -> None:
        self._counting = False
        if self._again:
            self._again = False
            self.reload()
            return
        self._pale.stop()
        self._set_stale(False)

    def _set_stale(self, stale: bool) -> None:
        self.figures.set_stale(stale)
        self.pictures.set_stale(stale)

    def _name(self, asked: Asked) -> None:
        span, today = asked.span, self.db.today()
        _first, last = overview.shown(asked, today)
        self.now.setText(overview.name(span, asked.day, asked.until))
        self.now.setToolTip(_("Back to Today"))
        whole = overview.bounds(span, asked.day)[1] if span is not Span.DAYS else last
        self.later.setEnabled(whole < today)
        of_whole, of_part = VERSUS[span]
        same = _(of_part if last < whole else of_whole)
        self.versus.set_options([(Versus.BEFORE, same), (Versus.YEAR, _(YEAR_AGO[span]))])
        self.versus.set_value(asked.versus)

    def _show(self, found: Overview) -> None:
        self.shown = found
        comparable = bool(found.before["parties"].value)
        self.figures.show_figures(
            [
                fig(found.figures[code], found.before[code], comparable, found.target(code))
                for code in (*HEAD, *(code for code in found.targets if code not in HEAD))
            ]
        )
        self.pictures.show_overview(found, hourly=found.first == found.last)
        self._open_behind()
        if self.pile.currentWidget() not in (self.sheet, self.behind):
            self.rekey.open(found.last)

    def focus_first(self) -> None:
        """The choice of the time takes the keyboard; the rows behind a number keep it."""
        if self.pile.currentWidget() is self.sheet:
            self.span.setFocus()
        elif self.pile.currentWidget() is not self.behind:
            self.rekey.fields.setFocus()
        elif self.behind.found is not None:
            self.behind.table.setFocus()

    def new_day(self, was: date) -> None:
        """What stood at today goes on with it; who looks at an earlier time goes on looking."""
        if self.day == was:
            self.day = self.db.today()
        super().new_day(was)

    # -- going through time --

    def _go_to_span(self, code: str) -> None:
        days = code == Span.DAYS
        if days and self.first.value() is None:
            bounds = (self.shown.first, self.shown.last) if self.shown else (self.day, self.day)
            self.first.set_value(bounds[0])
            self.last.set_value(bounds[1])
        for widget, shown in (
            (self.earlier, not days),
            (self.now, not days),
            (self.later, not days),
            (self.first, days),
            (self.last, days),
        ):
            widget.setVisible(shown)
        self.reload()

    def _step(self, by: int) -> None:
        span = Span(self.span.code())
        if span is Span.DAYS or (by > 0 and not self.later.isEnabled()):
            return
        self.day = overview.step(span, self.day, by)
        self.reload()

    def _to_today(self) -> None:
        self.day = self.db.today()
        self.reload()

    def _open_bar(self, number: int) -> None:
        """A bar of a long time opens the days it stands for, one of a day its parties."""
        if self.shown is None or number >= len(self.shown.bars):
            return
        bar = self.shown.bars[number]
        if self.shown.first == self.shown.last:
            weekday, hour = bar.first.weekday(), int(bar.label)
            self._rows_of(behind.of_hour, weekday=weekday, hour=hour, title=bar.name)
            return
        self.day = bar.first
        self.span.set_code(CLOSER.get(Span(self.span.code()), Span.DAY))
        self._go_to_span(self.span.code())

    # -- the rows behind a number --

    def _rows_of(self, find: Callable[..., Behind], **facts: Any) -> None:
        """Show the rows that `find(session, first=…, last=…, **facts)` finds."""
        self._behind = partial(find, **facts)
        self.pile.setCurrentWidget(self.behind)
        self._open_behind()

    def _open_behind(self) -> None:
        """Find the rows of the time that is shown."""
        found, find = self.shown, self._behind
        if found is None or find is None:
            return
        first, last = found.first, found.last
        period = f"{first}" if first == last else f"{first} – {last}"
        self.behind.open(lambda session: find(session, first=first, last=last), period)

    def _close_behind(self) -> None:
        self._behind = None
        self.behind.close_list()
        self.pile.setCurrentWidget(self.sheet)
        self._last_place.setFocus()

    def _figure_rows(self, code: str) -> None:
        self._last_place = self.figures
        self._rows_of(behind.of_figure, code=code)

    def _step_rows(self, number: int) -> None:
        if self.shown is not None:
            self._last_place = self.pictures.funnel
            step = self.shown.steps[number]
            self._rows_of(behind.of_step, code=step.code, title=step.label)

    def _hour_rows(self, number: int) -> None:
        if self.shown is not None:
            self._last_place = self.pictures.heat
            weekday, column = divmod(number, len(self.shown.hours[0]))
            hour = self.shown.first_hour + column
            title = f"{self.pictures.weekday(weekday)} {hour}:00"
            self._rows_of(behind.of_hour, weekday=weekday, hour=hour, title=title)

    def _moment_rows(self, id: int) -> None:
        if self.shown is not None:
            self._last_place = self.pictures.moments
            self._rows_of(behind.of_moment, moment=self.shown.moments[id - 1].moment)

    def _consultant_rows(self, id: int) -> None:
        if self.shown is not None:
            self._last_place = self.pictures.consultants
            one = self.shown.consultants[id - 1]
            self._rows_of(behind.of_consultant, consultant_id=one.key, name=one.label)

    def _level_rows(self, number: int) -> None:
        if self.shown is not None:
            self._last_place = self.pictures.levels
            level = self.shown.levels[number]
            self._rows_of(behind.of_level, level=level.level, title=level.label)

    # -- keying into another system --

    @cached_property
    def rekey(self) -> RekeyView:
        """The visits of a day in the order of the DMS; made when it is first asked for."""
        from ui.rekey import RekeyView

        made = RekeyView(self, self._close_behind)
        self.pile.addWidget(made)
        return made

    def _open_rekey(self) -> None:
        """The visits of the last day that is shown."""
        self._last_place = self.span
        self._behind = None
        self.behind.close_list()
        self.pile.setCurrentWidget(self.rekey)
        self.rekey.open(self.shown.last if self.shown is not None else self.day, keyboard=True)

    # -- the picture --

    def _heading(self) -> str:
        with self.db.read() as session:
            shop = settings.load(session).shop_name
        parts = (shop, self.title and _(self.title), self.now.text(), self.versus.currentText())
        return " · ".join(part for part in parts if part)

    def _save_picture(self) -> None:
        from ui import page_picture

        name = f"{_(self.title)} {self.now.text()}".replace("/", "-")
        page_picture.save(self, self.sheet, self._heading(), name)

    def _print(self) -> None:
        from ui import page_picture

        if self.pile.currentWidget() is self.behind:
            self.behind.print_list()
        else:
            page_picture.to_printer(self, self.sheet, self._heading())

    # -- the workbook --

    def _export(self) -> None:
        """Write the workbook of the month that is looked at."""
        month = self.day.replace(day=1)
        path = dialogs.choose_save(
            self, _("Export Month"), monthbook.file_name(month), _("Excel workbook (*.xlsx)")
        )
        if path is None:
            return
        now = self.db.now()

        code = f"{month:%Y-%m}"
        leaving.take_out(
            self,
            _("Exporting {month}…").format(month=monthbook.month_name(month)),
            _("Month's workbook {month}").format(month=code),
            path,
            lambda session, progress: monthbook.write_month(
                session, code, path, now=now, progress=progress
            ),
            lambda _count: self.said.emit(_("Saved: {path}").format(path=path)),
            watch=self._watch,
        )

    def _watch(self, job: Job) -> None:
        self.export.setEnabled(False)
        job.finished.connect(lambda: self.export.setEnabled(True))
