"""What becomes of each row of a file before anything is written: looked at, mended, decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom.i18n import _, headed, ngettext
from showroom.sheets import grid, headings, plan
from showroom.sheets.answers import Answers
from showroom.sheets.columns import Column as FileColumn
from showroom.sheets.grid import Problem
from showroom.sheets.plan import Outcome, Plan
from ui import plan_columns, style
from ui.plan_columns import PlanRow
from ui.plan_grid import PlanGrid
from ui.plan_seen import EVERYTHING, Mended, Seen
from ui.plan_side import Change, PlanSide
from ui.question_strip import QuestionStrip
from ui.segmented import Segmented
from ui.widgets import Card, label

if TYPE_CHECKING:
    from ui.page import Page


NAMED = 8
"""So many columns that are not taken are named."""


class PlanView(QWidget):
    """The grid of a plan, its filters, and the questions about it.

    `decided(answers)`: the plan is to be made anew with these. `left()`: a cell was typed.
    Decisions are taken back with Ctrl+Z and done again with Ctrl+Shift+Z while the keyboard is
    here; nothing is written before.
    """

    decided = Signal(object)
    left = Signal()

    def __init__(self, page: Page, side: PlanSide) -> None:
        super().__init__()
        self.page, self.side = page, side
        self.seen: Seen | None = None
        self.mended: Mended | None = None
        self._past: list[Answers] = []
        self._ahead: list[Answers] = []
        self._asked: Answers | None = None  # under way
        self._only: set[int] | None = None  # the rows a question is about

        self.filter = Segmented([], name="sheets.filter", optional=False)
        self.filter.setAccessibleName(_("Rows by what becomes of them"))
        self.filter.chosen.connect(lambda _code: self._filtered())
        self.problems = Segmented([], name="sheets.problems")
        self.problems.setAccessibleName(_("Rows to look at"))
        self.problems.chosen.connect(lambda _code: self._filtered())
        self.about = label("", "muted", name="sheets.about", wrap=True)
        self.told = label("", "muted", name="sheets.told", wrap=True)
        self.warned = label("", "problem", name="sheets.warned", wrap=True)
        self.aside = label("", "muted", name="sheets.aside", wrap=True)
        self.aside.setTextFormat(Qt.TextFormat.RichText)
        self.aside.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.aside.setAccessibleName(_("Columns that are not taken"))
        self.aside.linkActivated.connect(self._ask_aside)
        self.strip = QuestionStrip(page)
        self.strip.answered.connect(self.decide)
        self.strip.looked.connect(self._look_at)
        self.card = Card()
        self.rows = PlanGrid("sheets.rows", (), self._fetch, fixed=2)
        self.card.body.addWidget(self.rows)
        self._shown: list[str] = []
        self._several = False
        for key, said, slot, name in (
            ("M", _("What This Column Is"), self._ask_column, "meaning"),
            ("H", _("The Headings Stand in This Row"), self._head, "headings"),
            ("Shift+H", _("The List Has No Headings"), self._headless, "no_headings"),
        ):
            page.key(key, said, slot, name=name).setParent(self)  # without a plan it is not listed

        line = QHBoxLayout()
        line.setSpacing(style.L)
        line.addWidget(self.filter)
        line.addStretch()
        below = QHBoxLayout()
        below.setSpacing(style.L)
        below.addWidget(self.problems)
        below.addWidget(self.about, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addLayout(line)
        column.addLayout(below)
        column.addWidget(self.told)
        column.addWidget(self.warned)
        column.addWidget(self.strip)
        column.addWidget(self.aside)
        column.addWidget(self.card, 1)

    # -- showing --

    def start(self, seen: Seen, *, keep: bool = False) -> None:
        """Show the plan of another file, or of the same read anew: then `keep` what is decided."""
        self._only = self.mended = None
        if not keep:
            self._past, self._ahead = [], []
        self.filter.set_code("")
        self.problems.set_code("")
        self.show_seen(seen)
        data = [
            place
            for place, row in enumerate(seen.plan.rows, 1)
            if row.outcome is not Outcome.IGNORED
        ]
        after = next((sheet.after for sheet in seen.plan.sheets if sheet.columns), 0)
        if seen.plan.rows:
            first = data[0] if data else min(after + 1, len(seen.plan.rows))
            self.rows.choose_cell(first, self.rows.fixed)

    def show_seen(self, seen: Seen) -> None:
        """Show a plan, made anew or for the first time; the keyboard stays where it is."""
        place, section = self.rows.current_id(), self.rows.column_shown()
        on = self._column_at(place, section)
        self.seen = seen
        made = seen.plan
        several = sum(1 for sheet in made.sheets if sheet.kind) > 1
        if (seen.fields, several) != (self._shown, self._several):
            self._shown, self._several = seen.fields, several
            self._make_grid(made)
        self.about.setText(_about(made))
        self._show_filters(seen)
        self._show_aside(made)
        self.strip.ask(seen.questions)
        self.side.show_plan(made, seen.effect)
        self._filtered()
        if place:
            self.rows.choose_cell(place, self._section_of(place, on, section))
        self.side.show_row(self.rows.current_id())

    def _column_at(self, place: int, section: int) -> FileColumn | None:
        """The column of the file that a section shows of a row."""
        at = section - self.rows.fixed
        if self.seen is None or not place or not 0 <= at < len(self._shown):
            return None
        made = self.seen.plan
        return plan_columns.file_column(made, made.rows[place - 1], self._shown[at])

    def _section_of(self, place: int, on: FileColumn | None, former: int) -> int:
        """Where a column stands that may be taken for another now."""
        assert self.seen is not None
        made = self.seen.plan
        if on is not None and place <= len(made.rows):
            for now in made.sheets[made.rows[place - 1].sheet].columns:
                name = plan_columns.shown_as(now)
                if now.index == on.index and name in self._shown:
                    return self.rows.fixed + self._shown.index(name)
        return former

    def row_keys(self) -> list[tuple[str, str]]:
        """The keys of a row, for F1; the grid that has them is another for every file."""
        shown = (action for action in self.rows.actions() if action.objectName())
        return [(action.shortcut().toString(), action.text()) for action in shown]

    def put_away(self) -> None:
        """Show nothing: the file came in, or does not."""
        self.seen = None
        self._past, self._ahead = [], []
        self.rows.show_ids([])
        self.side.show_plan(None)
        self.strip.ask([])
        for told in (self.told, self.warned, self.aside):
            told.setText("")

    def _make_grid(self, made: Plan) -> None:
        old = self.rows
        self.rows = PlanGrid(
            "sheets.rows", plan_columns.columns(made, self._shown), self._fetch, fixed=2
        )
        self.rows.set_empty(_("No row of this kind."))
        self.rows.chosen.connect(self.side.show_row)
        self.rows.opened.connect(lambda _id: self.rows.type_over())
        self.rows.typed.connect(self._typed)
        self.rows.left.connect(self.left)
        self.rows.headed.connect(self._ask_about)
        self.rows.meant.connect(self._meant)
        self.rows.action(_("Type Over the Cell"), "F2", self.rows.type_over, name="sheets.mend")
        self.rows.action(
            _("Leave the Row Out or Let It In"), "Delete", self._leave_out, name="sheets.leave_out"
        )
        self.card.body.replaceWidget(old, self.rows)
        if self.page.focusWidget() is old:  # also where the window is not in front
            self.rows.show()
            self.rows.setFocus()
        old.hide()
        old.setParent(None)
        old.deleteLater()

    def _show_filters(self, seen: Seen) -> None:
        counts = seen.plan.counts
        code = self.filter.code()
        self.filter.set_options(
            [
                (EVERYTHING, _("All {count}").format(count=f"{len(seen.plan.rows):,}")),
                *(
                    (outcome.value, f"{_(plan.OUTCOMES[outcome])} {counts[outcome]:,}")
                    for outcome in Outcome
                    if counts[outcome]
                ),
            ]
        )
        self.filter.set_code(code if code in self.filter.buttons else EVERYTHING)
        self.problems.set_options(
            [
                (problem.value, f"{_(grid.PROBLEMS[problem])} {len(found):,}")
                for problem in Problem
                if (found := seen.places.get(problem.value))
            ]
        )
        self.problems.setVisible(bool(self.problems.buttons))

    def _show_aside(self, made: Plan) -> None:
        """Which columns of the file are not taken; a click, or M in them, says what they are."""
        known = any(sheet.kind for sheet in made.sheets)
        aside = plan_columns.aside(self._shown) if known else []
        links = [
            f'<a href="{self._shown.index(name)}" style="color: {style.colour("accent").name()}">'
            f"{escape(name.removeprefix(plan_columns.ASIDE))}</a>"
            for name in aside[:NAMED]
        ]
        said = ngettext(
            "{count} column is not taken: {names}. M says what it is.",
            "{count} columns are not taken: {names}. M says what one is.",
            len(aside),
        )
        names = _(", ").join(links) + ("…" if len(aside) > NAMED else "")
        self.aside.setText(said.format(count=len(aside), names=names))
        self.aside.setVisible(bool(aside))

    def _ask_aside(self, at: str) -> None:
        """Bring the keyboard to a column that is not taken, and ask what it is."""
        if self.seen is None:
            return
        made, name = self.seen.plan, self._shown[int(at)]
        ids = self.rows.rows.ids()
        there = (id for id in ids if plan_columns.file_column(made, made.rows[id - 1], name))
        place = next(there, 0)
        if place:
            self.rows.setFocus()
            self.rows.choose_cell(place, self.rows.fixed + int(at))
            self._ask_about(self.rows.fixed + int(at))

    def _filtered(self) -> None:
        seen = self.seen
        if seen is None:
            return
        shown = seen.places.get(self.filter.code() or EVERYTHING, [])
        if self.problems.code():
            wanted = set(seen.places.get(self.problems.code(), ()))
            shown = [place for place in shown if place in wanted]
        if self._only is not None:
            shown = [place for place in shown if place - 1 in self._only]
        self.rows.show_ids(shown)

    def _look_at(self, places: Iterable[int]) -> None:
        """Show the rows of a question only; once more shows all again."""
        wanted = set(places)
        self._only = None if self._only == wanted else wanted
        self.filter.set_code(EVERYTHING)
        self.problems.set_code("")
        self._filtered()
        if self.rows.rows.ids():
            self.rows.choose(self.rows.rows.ids()[0])
        self.rows.setFocus()

    def _fetch(self, ids: Sequence[int]) -> list[PlanRow]:
        return plan_columns.plan_rows(self.seen.plan, ids) if self.seen is not None else []

    # -- deciding --

    def decide_on(self, change: Change) -> None:
        """Decide one thing more, beside what is under way."""
        if self.seen is not None:
            self.decide(change(self._now()))

    def decide(self, answers: Answers) -> None:
        """Make the plan anew with other answers; Ctrl+Z goes back to those before."""
        if self.seen is not None and answers != self._now():
            self._past.append(self._now())
            self._ahead.clear()
            self._give(answers)

    def back(self) -> None:
        """Take the last decision back."""
        if self._past:
            self._ahead.append(self._now())
            self._give(self._past.pop())

    def forward(self) -> None:
        """Do again what was taken back."""
        if self._ahead:
            self._past.append(self._now())
            self._give(self._ahead.pop())

    def _now(self) -> Answers:
        assert self.seen is not None
        return self._asked if self._asked is not None else self.seen.plan.answers

    def _give(self, answers: Answers) -> None:
        self._asked = answers
        self._only = None
        self.decided.emit(answers)
        self.rows.setFocus()
        self.strip.setEnabled(False)  # its answers build on the plan that is shown

    def answers(self) -> Answers:
        """What is decided of the plan that is shown, be it still under way."""
        return self._now()

    def settled(self) -> None:
        """The plan with the last answers is shown."""
        self._asked = None
        self.strip.setEnabled(True)

    def is_typing(self) -> bool:
        """Whether a cell is being typed over."""
        return self.rows.is_typing()

    def finish_typing(self) -> None:
        """Take what is typed in a cell, as Enter does."""
        self.rows.finish_typing()

    def _typed(self, place: int, section: int, text: str) -> None:
        if self.seen is None:
            return
        made = self.seen.plan
        row = made.rows[place - 1]
        column = plan_columns.file_column(made, row, self._shown[section - self.rows.fixed])
        if column is None:
            return
        cell = (row.sheet, row.number, column.index)
        was = self.rows.rows.row(self.rows.rows.ids().index(place)).cells[column.field]
        stood = was.before if was.mark is grid.Mark.REPAIRED else was.text
        self.mended = (cell, stood, text)
        self.decide(self._now().mend({cell: text}))

    def _ask_column(self) -> None:
        self._ask_about(self.rows.column_shown())

    def _ask_about(self, section: int) -> None:
        """Ask what a column is: by the sheet of the row the keyboard is on."""
        place = self.rows.current_id() or next(iter(self.rows.rows.ids()), 0)
        column = self._column_at(place, section)
        if self.seen is None or column is None:
            return
        sheet = self.seen.plan.sheets[self.seen.plan.rows[place - 1].sheet]
        caption = _("What {column} is").format(column=plan_columns.heading(column))
        offered = plan_columns.offered(sheet.columns, column.index)
        self.rows.ask_meaning(section, caption, offered, column.field)

    def _meant(self, section: int, name: str) -> None:
        place = self.rows.current_id() or next(iter(self.rows.rows.ids()), 0)
        column = self._column_at(place, section)
        if self.seen is not None and column is not None:
            sheet = self.seen.plan.rows[place - 1].sheet
            self.decide(self._now().means((sheet, column.index), name))

    def _head(self) -> None:
        """The headings of a sheet stand in the row the keyboard is on."""
        place = self.rows.current_id()
        if self.seen is None or not place:
            return
        made = self.seen.plan
        row = made.rows[place - 1]
        sheet = made.sheets[row.sheet]
        if sheet.columns:
            read = made.books[sheet.book].sheets[sheet.place]
            lines = headings.lines_at(read, row.number - 1)
            self.decide(self._now().headed(row.sheet, row.number - 1, lines))

    def _headless(self) -> None:
        place = self.rows.current_id()
        if self.seen is not None and place:
            sheet = self.seen.plan.rows[place - 1].sheet
            self.decide(self._now().headed(sheet, 0, headings.NONE))

    def _leave_out(self) -> None:
        place = self.rows.current_id()
        if self.seen is not None and place:
            self.decide(self._now().leave_out(self.seen.plan.rows[place - 1].place))

    # -- Qt --

    def event(self, event: QEvent) -> bool:
        """Undo and redo are of the grid while the keyboard is in it, before they are the desk's."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            undo = event.matches(QKeySequence.StandardKey.Undo)
            if undo or _is_redo(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.back()
        elif _is_redo(event):
            self.forward()
        else:
            super().keyPressEvent(event)


def _is_redo(event: QKeyEvent) -> bool:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    return event.key() == Qt.Key.Key_Z and event.modifiers() == both


def _about(made: Plan) -> str:
    """How the files were understood, and what joins the lists."""
    parts = [made.name]
    parts += [
        headed(sheet.name, _(plan.KINDS[sheet.kind])) if sheet.name else _(plan.KINDS[sheet.kind])
        for sheet in made.sheets
        if sheet.kind
    ][:6]
    if made.is_known:
        parts.append(_("read as before"))
    for title, new in (
        (_("new consultants"), made.consultants),
        (_("new models"), made.models),
        (_("new channels"), made.channels),
    ):
        if new:
            parts.append(title + ": " + _(", ").join(new[:12]) + ("…" if len(new) > 12 else ""))
    return " · ".join(parts)
