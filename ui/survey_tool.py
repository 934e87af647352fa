"""How satisfied he is: a digit, a word to it, Enter (Ctrl+Shift+M)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from showroom import settings, words
from showroom.care import surveys
from showroom.errors import Invalid
from showroom.i18n import _
from showroom.store.models import Asked
from ui import style
from ui.customer_parts import FileTool
from ui.forms import Choice, Day, Form, Note
from ui.segmented import Segmented
from ui.survey_questions import QuestionList
from ui.tables import Column, Table
from ui.widgets import label

if TYPE_CHECKING:
    from showroom.care.surveys import Occasion
    from showroom.people.customers import File
    from ui.pages.customers import CustomersPage


class ScoreRow(NamedTuple):
    """One answer: its place from 1, its score and its words."""

    id: int
    score: int
    words: str


class ScoreList(Table):
    """The answers, numbered: a digit chooses; none is until then."""

    def picked(self) -> int:
        """The answer that was chosen, 0 for none: the keyboard alone chooses nothing."""
        return self.current_id() if self.selectionModel().hasSelection() else 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed, ids = event.text(), self.rows.ids()
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not held and typed.isdecimal() and 1 <= int(typed) <= len(ids):
            self.choose(ids[int(typed) - 1])
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and not self.picked():
            self.choose(ids[0])
        else:
            super().keyPressEvent(event)


class SurveyTool(FileTool):
    """One of four answers, what it is about, the day he said it, and his own words."""

    def __init__(self, page: CustomersPage) -> None:
        super().__init__(page)
        self.go = _("Note Satisfaction")
        self._id = 0
        self._scores: dict[int, ScoreRow] = {}
        self._occasions: list[Occasion] = []
        name = f"{page.code}.survey"
        self.asked = Segmented(
            [(form.value, _(title)) for form, title in surveys.FORMS.items()],
            name=f"{name}.asked",
            optional=False,
        )
        self.asked.setAccessibleName(_("Which questions"))
        self.question = label(_("How satisfied is he?"), "section")
        self.table = ScoreList(
            f"{name}.score", self._columns(), self._rows, header=False, fit=True, max_rows=4
        )
        self.table.setAccessibleName(_("How satisfied is he?"))
        self.questions = QuestionList(f"{name}.questions")
        self.problem = label("", "problem", name=f"{name}.score.problem", wrap=True)
        self.form = Form(name)
        self.about = Choice("about", _("Concerning"), [], placeholder=_("nothing in particular"))
        self.day = Day("day", _("Said on"), today=self.db.today)
        self.form.row(self.about)
        self.form.row(self.day)
        self.form.row(Note("note", _("His words"), lines=3))
        self.before = label("", "quote", name=f"{name}.before", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        self.hint = label("", "muted", wrap=True)
        said = (self.asked, self.question, self.table, self.questions, self.problem, self.hint)
        for part in (*said, self.form, self.before):
            layout.addWidget(part)
        layout.addStretch()
        self.table.opened.connect(lambda _id: self._enter())
        self.table.chosen.connect(lambda _id: self._say(""))
        self.about.edited.connect(self._on_about)
        self.form.entered.connect(self.entered)
        self.asked.chosen.connect(lambda _code: self._choose_form())
        self.questions.opened.connect(lambda _id: self._enter())
        self.questions.ended.connect(lambda: self._say(""))

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column("", lambda row: str(row.id), width=28, tone="muted", align="right"),
            Column("", lambda row: row.words, stretch=True),
            Column("", lambda row: str(row.score), width=56, align="right", tone="muted"),
        )

    def begin(self, file: File) -> None:
        self._id = file.row.id
        self._say("")
        self._read()
        self.asked.set_code(Asked.WHOLE)
        self.table.choose(0)
        self.form.clear()
        self._choose_form()
        self.day.set_value(self.db.today())
        latest = next((one for one in self._occasions if one.deal_id is not None), None)
        self.about.set_value(self._occasions.index(latest) + 1 if latest else None)
        self.table.setFocus()

    def reload(self) -> None:
        """Read what he said before anew; what is typed stays."""
        if self._id:
            self._read()

    def _read(self) -> None:
        with self.db.read() as session:
            scores = surveys.scores(settings.load(session))
            self._occasions = surveys.occasions(session, self._id)
            before = surveys.of_customer(session, self._id)
        self._scores = {
            place: ScoreRow(place, score, said) for place, (score, said) in enumerate(scores, 1)
        }
        self.table.show_ids(list(self._scores))
        options = [(place, one.words) for place, one in enumerate(self._occasions, 1)]
        self.about.set_options(options)
        said = [
            _("{day}: {words} ({score})").format(
                day=one.day, words=words.satisfaction(one.score), score=one.score
            )
            for one in before[:3]
        ]
        self.before.setText("\n".join(said))
        self.before.setVisible(bool(said))

    def _choose_form(self) -> None:
        """Show the one answer, or the questions of a short form; nothing is answered yet."""
        form = Asked(self.asked.code())
        whole = form is Asked.WHOLE
        self.table.setVisible(whole)
        self.questions.setVisible(not whole)
        scores = [(row.score, row.words) for row in self._scores.values()]
        said = "  ".join(f"{place} {row.words}" for place, row in self._scores.items())
        one = _("1–4 chooses, Enter notes it, Tab goes on.")
        many = _("{answers}. A question that was not asked stays empty.").format(answers=said)
        self.hint.setText(one if whole else many)
        self._say("")
        if not whole:
            self.questions.show_form(form, scores)
        (self.table if whole else self.questions).setFocus()

    def _rows(self, ids: Sequence[int]) -> list[ScoreRow]:
        return [self._scores[id] for id in ids if id in self._scores]

    def _occasion(self) -> Occasion | None:
        place = self.about.value()
        return self._occasions[place - 1] if place else None

    def _on_about(self) -> None:
        """A day he was here is the day he said it."""
        one = self._occasion()
        if one is not None and one.deal_id is None:
            self.day.set_value(one.day)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _enter(self) -> None:
        with self.page.reporting():
            self.accept()

    def accept(self) -> None:
        chosen = self._scores.get(self.table.picked())
        form = Asked(self.asked.code())
        answers = self.questions.answers()
        one = self._occasion()
        self._say("")
        with self.form.reporting():
            held = self.form.values()
            try:
                with self.db.write() as session:
                    surveys.note(
                        session,
                        self._id,
                        score=chosen.score if chosen else None,
                        day=held["day"],
                        deal_id=one.deal_id if one else None,
                        note=held["note"],
                        asked=form,
                        answers=answers if form is not Asked.WHOLE else None,
                        today=self.db.today(),
                    )
            except Invalid as error:
                self._say(error.problems.get("score", ""))
                rest = {name: said for name, said in error.problems.items() if name != "score"}
                if rest:
                    raise Invalid(rest) from None
                (self.table if form is Asked.WHOLE else self.questions).setFocus()
                return
            score = chosen.score if chosen else 0
            if form is not Asked.WHOLE:
                score = surveys.index(form, answers) or 0
            said = [_("Noted: {words} ({score}).")]
            if score < surveys.UNHAPPY:
                said.append(_("Not satisfied: take it as a complaint with Ctrl+Shift+K."))
            self.done.emit(" ".join(said).format(words=words.satisfaction(score), score=score))
