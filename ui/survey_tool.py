"""How satisfied he is: a digit, a word to it, Enter (Ctrl+Shift+S)."""

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
from ui import style
from ui.customer_parts import FileTool
from ui.forms import Choice, Day, Form, Note
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
        self.question = label(_("How satisfied is he?"), "section")
        self.table = ScoreList(
            f"{name}.score", self._columns(), self._rows, header=False, fit=True, max_rows=4
        )
        self.table.setAccessibleName(_("How satisfied is he?"))
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
        for part in (self.question, self.table, self.problem, self.form, self.before):
            layout.addWidget(part)
        layout.addWidget(label(_("1–4 chooses, Enter notes it, Tab goes on."), "muted", wrap=True))
        layout.addStretch()
        self.table.opened.connect(lambda _id: self._enter())
        self.table.chosen.connect(lambda _id: self._say(""))
        self.about.edited.connect(self._on_about)
        self.form.entered.connect(self.entered)

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
        self.table.choose(0)
        self.form.clear()
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
                        today=self.db.today(),
                    )
            except Invalid as error:
                self._say(error.problems.get("score", ""))
                rest = {name: said for name, said in error.problems.items() if name != "score"}
                if rest:
                    raise Invalid(rest) from None
                self.table.setFocus()
                return
            assert chosen is not None
            self.done.emit(
                _("Noted: {words} ({score}).").format(words=chosen.words, score=chosen.score)
            )
