"""What becomes of each row of a file before anything is written: looked at, mended, decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates
from showroom.figures import effect
from showroom.figures.effect import Effect
from showroom.i18n import _
from showroom.sheets import grid, history, notices, plan, questions
from showroom.sheets.answers import Answers, Cell
from showroom.sheets.grid import Problem
from showroom.sheets.notices import Notice
from showroom.sheets.plan import Outcome, Plan
from showroom.sheets.questions import Question
from ui import plan_columns, style
from ui.plan_columns import PlanRow
from ui.plan_grid import PlanGrid
from ui.plan_side import Change, PlanSide
from ui.question_strip import QuestionStrip
from ui.segmented import Segmented
from ui.widgets import Card, label

if TYPE_CHECKING:
    from showroom.store.db import Database
    from ui.page import Page

EVERYTHING = "all"
Mended = tuple[Cell, str, str]


class Seen(NamedTuple):
    """A plan with all that is shown of it; made on the thread that planned.

    `places` are those of the rows by outcome and by problem, counted from 1; `notices` what is to
    be told of the files; `earlier` says for each that came in before when and by whom.
    """

    plan: Plan
    effect: Effect
    questions: list[Question]
    places: dict[str, list[int]]
    fields: list[str]
    notices: list[Notice]
    earlier: list[str]


def see(db: Database, made: Plan, mended: Mended | None = None) -> Seen:
    """Look at a plan closely; `mended` is the cell that was just typed over, was and now."""
    with db.read() as session:
        moved = effect.effect(session, made)
        before = [
            (book.name, history.earlier(session, book.sha256)) for book in made.books if book.sha256
        ]
    asked = questions.ask(made)
    alike = questions.alike(made, *mended) if mended is not None else None
    places: dict[str, list[int]] = {EVERYTHING: list(range(1, len(made.rows) + 1))}
    mended_rows = {cell[:2] for cell in made.answers.cells}
    for place, row in enumerate(made.rows, 1):
        places.setdefault(row.outcome.value, []).append(place)
        for problem in grid.problems(made, row):
            places.setdefault(problem.value, []).append(place)
        if mended_rows and row.place in mended_rows:
            places.setdefault(Problem.MENDED.value, []).append(place)
    told = [
        _("{name} came in on {day} already, by {staff}.").format(
            name=name, day=f"{dates.local(one.at):%Y-%m-%d %H:%M}", staff=one.staff or "—"
        )
        for name, one in before
        if one is not None
    ]
    return Seen(
        made,
        moved,
        [alike, *asked] if alike is not None else asked,
        places,
        plan_columns.fields(made),
        [one for book in made.books for one in notices.notices(book)],
        told,
    )


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
        self.strip = QuestionStrip(page)
        self.strip.answered.connect(self.decide)
        self.strip.looked.connect(self._look_at)
        self.card = Card()
        self.rows = PlanGrid("sheets.rows", (), self._fetch, fixed=2)
        self.card.body.addWidget(self.rows)
        self._shown: list[str] = []
        self._several = False

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
        column.addWidget(self.card, 1)

    # -- showing --

    def start(self, seen: Seen) -> None:
        """Show the plan of another file."""
        self._past, self._ahead, self._only, self.mended = [], [], None, None
        self.filter.set_code("")
        self.problems.set_code("")
        self.show_seen(seen)
        data = [
            place
            for place, row in enumerate(seen.plan.rows, 1)
            if row.outcome is not Outcome.IGNORED
        ]
        if data:
            self.rows.choose_cell(data[0], self.rows.fixed)

    def show_seen(self, seen: Seen) -> None:
        """Show a plan, made anew or for the first time; the keyboard stays where it is."""
        place, section = self.rows.current_id(), self.rows.column_shown()
        self.seen = seen
        made = seen.plan
        several = sum(1 for sheet in made.sheets if sheet.kind) > 1
        if (seen.fields, several) != (self._shown, self._several):
            self._shown, self._several = seen.fields, several
            self._make_grid(made)
        self.about.setText(_about(made))
        self._show_filters(seen)
        self.strip.ask(seen.questions)
        self.side.show_plan(made, seen.effect)
        self._filtered()
        if place:
            self.rows.choose_cell(place, section)
        self.side.show_row(self.rows.current_id())

    def put_away(self) -> None:
        """Show nothing: the file came in, or does not."""
        self.seen = None
        self._past, self._ahead = [], []
        self.rows.show_ids([])
        self.side.show_plan(None)
        self.strip.ask([])
        for told in (self.told, self.warned):
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
        self.rows.action(_("Type Over the Cell"), "F2", self.rows.type_over, name="sheets.mend")
        self.rows.action(
            _("Leave the Row Out or Let It In"), "Delete", self._leave_out, name="sheets.leave_out"
        )
        self.card.body.replaceWidget(old, self.rows)
        had = old.hasFocus()
        old.hide()
        old.setParent(None)
        old.deleteLater()
        if had:
            self.rows.setFocus()

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
        f"{sheet.name}: {_(plan.KINDS[sheet.kind])}" if sheet.name else _(plan.KINDS[sheet.kind])
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
