"""What is asked once for a whole file: one at a time, answered by Alt and a digit or in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from showroom.i18n import _
from showroom.sheets.questions import Question
from showroom.text import clean
from ui import style
from ui.forms import Form, Text
from ui.page import Page
from ui.widgets import Card, label

ANSWERS = 9
LONGEST = 36


class QuestionStrip(Card):
    """Shows questions in turn; none has to be answered.

    Signals: `answered(answers)` what the plan is made of then; `looked(rows)` the places of the
    rows a question is about.
    """

    answered = Signal(object)
    looked = Signal(object)

    def __init__(self, page: Page) -> None:
        super().__init__(name=f"{page.code}.questions")
        self._questions: Sequence[Question] = ()
        self._at = 0
        self.count = label("", "note", name=f"{page.code}.question_count")
        self.text = label("", name=f"{page.code}.question", wrap=True)
        self.rows = page.button(
            _("Show Rows"), "Alt+0", self._look, kind="quiet", name="question_rows"
        )
        self.next = page.button(
            _("Next Question"), "Alt+N", self._next, kind="quiet", name="question_next"
        )
        self.words = Form(page.code)
        self.words.row(
            Text("question_words", _("Reason"), placeholder=_("why it is corrected, then Enter"))
        )
        self.words.entered.connect(self._say)
        self.options = [
            page.button(
                _("Answer {number} of the Question").format(number=number),
                f"Alt+{number}",
                self._answer(number - 1),
                name=f"answer{number}",
            )
            for number in range(1, ANSWERS + 1)
        ]
        top = QHBoxLayout()
        top.setSpacing(style.M)
        top.addWidget(self.count)
        top.addWidget(self.text, 1)
        top.addWidget(self.rows)
        top.addWidget(self.next)
        line = QHBoxLayout()
        line.setSpacing(style.S)
        for button in self.options:
            line.addWidget(button)
        line.addWidget(self.words, 1)
        line.addStretch()
        whole = QVBoxLayout()
        whole.setContentsMargins(12, 6, 8, 8)
        whole.setSpacing(style.S)
        whole.addLayout(top)
        whole.addLayout(line)
        self.body.addLayout(whole)
        self.hide()

    def ask(self, questions: Sequence[Question]) -> None:
        """Ask these; the one that was being asked stays in front."""
        code = self.question.code if self.question is not None else ""
        self._questions = questions
        codes = [question.code for question in questions]
        self._at = codes.index(code) if code in codes else min(self._at, max(len(codes) - 1, 0))
        self._show()

    @property
    def question(self) -> Question | None:
        """The question in front."""
        return self._questions[self._at] if self._at < len(self._questions) else None

    def _show(self) -> None:
        asked = self.question
        self.setVisible(asked is not None)
        if asked is None:
            return
        total = len(self._questions)
        self.count.setText(f"{self._at + 1}/{total}")
        self.count.setVisible(total > 1)
        self.text.setText(asked.text)
        self.setAccessibleName(asked.text)
        self.next.setVisible(total > 1)
        self.rows.setVisible(bool(asked.rows))
        self.words.setVisible(asked.words is not None)
        for number, button in enumerate(self.options):
            there = number < len(asked.options)
            button.setVisible(there)
            if there:
                text = asked.options[number].text
                button.setText(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
                button.setAccessibleName(text)

    def _answer(self, number: int) -> Callable[[], None]:
        def give() -> None:
            asked = self.question
            if asked is not None and number < len(asked.options):
                self.answered.emit(asked.options[number].answers)

        return give

    def _say(self) -> None:
        asked = self.question
        said = clean(self.words.fields["question_words"].value())
        if asked is not None and asked.words is not None and said:
            self.words.clear()
            self.answered.emit(asked.words(said))

    def _next(self) -> None:
        if self._questions:
            self._at = (self._at + 1) % len(self._questions)
            self._show()

    def _look(self) -> None:
        if self.question is not None:
            self.looked.emit(list(self.question.rows))
