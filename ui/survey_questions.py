"""The questions of a short form, one line each: a digit answers and goes on to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from showroom.care.surveys import QUESTIONS
from showroom.i18n import N_, _
from showroom.store.models import Asked
from ui.tables import Column, Table


class QuestionRow(NamedTuple):
    """One question with the words of its answer, "" for none."""

    id: int
    title: str
    answer: str
    score: int | None


class QuestionList(Table):
    """`show_form(asked, scores)`, then `answers()`; Delete takes an answer away.

    `ended()` once the last question was answered.
    """

    ended = Signal()

    def __init__(self, name: str) -> None:
        columns = (
            Column(N_("Question"), lambda row: row.title, stretch=True),
            Column(
                N_("Answer"),
                lambda row: row.answer or "—",
                tone=lambda row: "" if row.answer else "muted",
                width=124,
            ),
        )
        super().__init__(name, columns, self._rows_of, header=False, fit=True, max_rows=8)
        self._form = Asked.WHOLE
        self._scores: Sequence[tuple[int, str]] = ()
        self._held: dict[str, int] = {}
        self.setAccessibleName(_("Questions"))

    def show_form(self, form: Asked, scores: Sequence[tuple[int, str]]) -> None:
        """Show the questions of a form, none answered; `scores` with their words, worst first."""
        self._form, self._scores, self._held = form, scores, {}
        self.show_ids(list(range(1, len(QUESTIONS[form]) + 1)))
        self.choose(1)

    def answers(self) -> dict[str, int]:
        """The scores by question, of those that were answered."""
        return dict(self._held)

    def _codes(self) -> list[str]:
        return list(QUESTIONS[self._form])

    def _rows_of(self, ids: Sequence[int]) -> list[QuestionRow]:
        said = dict(self._scores)
        codes = self._codes()
        return [
            QuestionRow(
                id,
                _(QUESTIONS[self._form][codes[id - 1]].title),
                said.get(self._held.get(codes[id - 1], -1), ""),
                self._held.get(codes[id - 1]),
            )
            for id in ids
            if id <= len(codes)
        ]

    def _answer(self, place: int) -> None:
        id, codes = self.current_id() or 1, self._codes()
        self._held[codes[id - 1]] = self._scores[place][0]
        self.show_ids(self.rows.ids())
        if id < len(codes):
            self.choose(id + 1)
        else:
            self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not held and typed.isdecimal() and 1 <= int(typed) <= len(self._scores):
            self._answer(int(typed) - 1)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.current_id():
            self._held.pop(self._codes()[self.current_id() - 1], None)
            self.show_ids(self.rows.ids())
        else:
            super().keyPressEvent(event)
