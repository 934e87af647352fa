"""Beside the grid: the row the keyboard is on, what the columns mean, what numbers become."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from showroom import words
from showroom.figures.effect import LABELS, Effect, Number
from showroom.i18n import N_, _
from showroom.sheets import grid, plan, stamps
from showroom.sheets.answers import NOBODY, Answers
from showroom.sheets.plan import Outcome
from showroom.text import show_money
from ui import plan_columns, style
from ui.picks import Choice
from ui.plan_columns import CELLS, TONES
from ui.segmented import Segmented
from ui.widgets import Tag, label

if TYPE_CHECKING:
    from ui.page import Page

OFFERED = 3
SAMPLES = 3
SAME = (
    ("same", "S", N_("The Same Person")),
    ("same2", "Shift+S", N_("The Second Is the Same Person")),
    ("same3", "Alt+S", N_("The Third Is the Same Person")),
)
Change = Callable[[Answers], Answers]


class PlanSide(QWidget):
    """The three views of a plan's side. `decided(change)`: something was decided here."""

    decided = Signal(object)

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.plan: plan.Plan | None = None
        self._place = 0
        self._sheet = -1
        self._effect: Effect | None = None
        self.view = Segmented(
            [("row", _("Row")), ("columns", _("Columns")), ("numbers", _("Numbers"))],
            name="sheets.view",
            optional=False,
        )
        self.view.set_code("row")
        self.view.setAccessibleName(_("What is shown beside the rows"))
        self.view.chosen.connect(lambda _code: self.refresh())
        self.turn = page.key("F6", _("Row, Columns, Numbers"), self._turn, name="turn_view")
        self.turn.setParent(self)  # without a plan it is not listed
        self.same = [
            page.button(_(said), key, partial(self._is, number), kind="quiet", name=name)
            for number, (name, key, said) in enumerate(SAME)
        ]
        self.other = page.button(
            _("Another Person"), "D", self._nobody, kind="quiet", name="other_person"
        )
        self.people = QWidget()
        self._people = QVBoxLayout(self.people)
        self._people.setContentsMargins(0, 0, 0, 0)
        self._people.setSpacing(2)
        self.who = [label("", wrap=True, name=f"sheets.likely{n}") for n in range(1, OFFERED + 1)]
        self.person = label("", "section", name="sheets.person", wrap=True)
        self.likely = label(_("Maybe on file"), "section")
        self._people.addWidget(self.person)
        self._people.addWidget(self.likely)
        for who, button in zip(self.who, self.same, strict=True):
            self._people.addWidget(who)
            self._people.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._people.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        self._body = QVBoxLayout()
        self._body.setSpacing(style.S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.M)
        column.addWidget(self.view)
        column.addWidget(self.people)
        column.addLayout(self._body)

    def show_plan(self, made: plan.Plan | None, effect: Effect | None = None) -> None:
        """Show another plan, or nothing."""
        self.plan, self._effect, self._place, self._sheet = made, effect, 0, -1
        self.refresh()

    def show_row(self, place: int) -> None:
        """Show the row at a place of the plan, from 1."""
        self._place = place
        if self.view.code() == "row" or self._row_sheet() != self._sheet:
            self.refresh()

    def refresh(self) -> None:
        """Show the chosen view anew."""
        while (item := self._body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        self.people.hide()
        for told in (self.person, *self.who):
            told.setText("")
        if self.plan is None:
            return
        self._sheet = self._row_sheet()
        {"row": self._show_row, "columns": self._show_columns, "numbers": self._show_numbers}[
            self.view.code() or "row"
        ](self.plan)

    # -- the row --

    def _row(self) -> plan.Row | None:
        made = self.plan
        there = made is not None and 0 < self._place <= len(made.rows)
        return made.rows[self._place - 1] if made is not None and there else None

    def _row_sheet(self) -> int:
        row = self._row()
        return row.sheet if row is not None else -1

    def _show_row(self, made: plan.Plan) -> None:
        row = self._row()
        if row is None:
            self.page.side.set_title(made.name)
            return
        sheet = made.sheets[row.sheet]
        line = sheet.line(row)
        self.page.side.set_title(
            (_("Row {number}") if line.isdigit() else _("Column {number}")).format(number=line),
            sheet.name,
            _(plan.OUTCOMES[row.outcome]),
            TONES[row.outcome],
        )
        self._show_likely(made, row)
        if row.reason:
            role = "problem" if row.outcome is Outcome.REFUSED else "quote"
            self._body.addWidget(label(row.reason, role, name="sheets.reason", wrap=True))
        heads = {column.index: column for column in sheet.columns}
        for index in range(len(row.cells)):
            head = heads.get(index)
            if head is None:
                told = grid.GridCell(str(row.cells[index] or ""))
            else:
                told = grid.cell(made, row, head)
            if (told.text or told.mark) and not stamps.read(row.cells[index]):
                taken = head is None or bool(head.field)
                self._cell(head.label if head is not None else "", told, taken=taken)

    def _show_likely(self, made: plan.Plan, row: plan.Row) -> None:
        decided = made.answers.people.get(row.place)
        known = row.person if row.person is not None and row.person.id is not None else None
        self.people.setVisible(bool(row.likely) or known is not None)
        self.person.setVisible(known is not None)
        self.likely.setVisible(bool(row.likely))
        if known is not None:
            called = words.called(known.name, known.facts["honorific"]) or _("No name")
            self.person.setText(_("On file as {name}").format(name=called))
        for number, (who, button) in enumerate(zip(self.who, self.same, strict=True)):
            there = number < len(row.likely)
            who.setVisible(there)
            button.setVisible(there and decided is None)
            if there:
                one = row.likely[number]
                parts = (one.name, one.phone, one.consultant)
                points = _("{score} points: {why}").format(score=one.score, why=one.why)
                who.setText(" · ".join(filter(None, parts)) + "\n" + points)
        apart = bool(row.likely) or (known is not None and row.stamp is None)
        self.other.setVisible(apart and decided is None)

    def _cell(self, head: str, told: grid.GridCell, *, taken: bool) -> None:
        name = label(head or "—", "label", wrap=True)
        name.setFixedWidth(104)
        name.setAlignment(Qt.AlignmentFlag.AlignTop)
        shown = QVBoxLayout()
        shown.setSpacing(2)
        value = label(told.text, "" if taken else "muted", wrap=True)
        if not taken:
            value.setToolTip(_("This column is not taken; it stays with the row."))
        shown.addWidget(value)
        if told.mark is not None:
            sign = f"{grid.SIGNS[told.mark]} {_(grid.MARKS[told.mark])}"
            line = QHBoxLayout()
            line.setSpacing(style.S)
            line.addWidget(Tag(sign, CELLS[told.mark]))
            if told.before:
                line.addWidget(label(told.before, "muted", wrap=True), 1)
            else:
                line.addStretch()
            shown.addLayout(line)
        holder = QWidget()
        whole = QHBoxLayout(holder)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.M)
        whole.addWidget(name)
        whole.addLayout(shown, 1)
        self._body.addWidget(holder)

    def _is(self, number: int) -> None:
        row = self._row()
        if row is not None and self.plan is not None and number < len(row.likely):
            self._say({row.place: row.likely[number].id})

    def _nobody(self) -> None:
        row = self._row()
        if row is not None and self.plan is not None:
            self._say({row.place: NOBODY})

    def _say(self, who: dict[tuple[int, int], int]) -> None:
        self.decided.emit(lambda answers: answers.is_(who))

    # -- the columns --

    def _show_columns(self, made: plan.Plan) -> None:
        """What each column is taken for; another choice is remembered with the layout."""
        at = max(self._sheet, 0)
        if not made.sheets[at].columns:
            at = next((n for n, sheet in enumerate(made.sheets) if sheet.columns), at)
        sheet = made.sheets[at]
        if not sheet.columns:
            return
        kind = _(plan.KINDS[sheet.kind]) if sheet.kind else _("No list yet")
        tone = "muted" if sheet.kind else "soon"
        self.page.side.set_title(_("Columns"), sheet.name, kind, tone)
        lines = QWidget()
        rows = QGridLayout(lines)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(2)
        rows.setColumnStretch(1, 1)
        read: dict[str, str] = {}  # the first column of each field
        for number, column in enumerate(sheet.columns):
            told = plan_columns.samples(made, at, column, SAMPLES)
            if not told and not column.label:
                continue
            name = plan_columns.heading(column)
            pick = Choice(
                f"column{column.index}",
                name,
                plan_columns.offered(sheet.columns, column.index),
                optional=False,
            )
            pick.setObjectName(f"sheets.column{column.index}")
            pick.set_value(column.field)
            pick.edited.connect(self._meant(at, column.index, pick))
            caption = label(name, "label", wrap=True)
            caption.setFixedWidth(128)
            caption.setBuddy(pick)
            rows.addWidget(caption, 2 * number, 0)
            rows.addWidget(pick, 2 * number, 1)
            said = _(", ").join(told)
            if column.field and column.field in read and column.field not in ("phone", "phone2"):
                first = _("Read only where {column} is blank.").format(column=read[column.field])
                said = f"{first} {said}"
            read.setdefault(column.field, name)
            sample = label(said, "note", name=f"sheets.sample{column.index}", wrap=True)
            sample.setContentsMargins(0, 0, 0, style.S)
            rows.addWidget(sample, 2 * number + 1, 0, 1, 2)
        self._body.addWidget(lines)

    def _meant(self, sheet: int, column: int, pick: Choice) -> Callable[[], None]:
        def decide() -> None:
            told = pick.value() or ""
            self.decided.emit(lambda answers: answers.means((sheet, column), told))

        return decide

    # -- the numbers --

    def _show_numbers(self, made: plan.Plan) -> None:
        self.page.side.set_title(_("Numbers"), _("before → after"))
        if self._effect is None:
            return
        self._numbers(_("On file"), self._effect.totals)
        for month in self._effect.months:
            self._numbers(f"{month.first:%Y-%m}", month.numbers)
        if not self._effect.months:
            self._body.addWidget(label(_("No figure of any month moves."), "muted", wrap=True))
        del made

    def _numbers(self, title: str, numbers: list[Number]) -> None:
        self._body.addWidget(label(title, "section"))
        holder = QWidget()
        rows = QGridLayout(holder)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(style.L)
        rows.setVerticalSpacing(2)
        rows.setColumnStretch(0, 1)
        for place, number in enumerate(numbers):
            rows.addWidget(label(_(LABELS[number.code]), "label"), place, 0)
            money = number.code == "amount"
            for at, value in ((1, number.before), (3, number.after)):
                told = show_money(value) if money else f"{value:,}"  # type: ignore[arg-type]
                shown = label(told, "muted" if at == 1 else "")
                shown.setObjectName(f"sheets.effect.{number.code}.{at}")
                rows.addWidget(shown, place, at, Qt.AlignmentFlag.AlignRight)
            rows.addWidget(label("→" if number.changes else "=", "muted"), place, 2)
        self._body.addWidget(holder)

    def _turn(self) -> None:
        codes = list(self.view.buttons)
        self.view.set_code(codes[(codes.index(self.view.code() or "row") + 1) % len(codes)])
        self.refresh()
