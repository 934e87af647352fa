"""Satisfaction (F10): the figures of a time, how they move, which question is weak, who said it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from showroom import dates, words
from showroom.care.surveys import FORMS, UNHAPPY
from showroom.figures import surveys as counted
from showroom.figures.surveys import LOYAL, AnswerRow, Look
from showroom.i18n import N_, _
from ui import list_paper, style
from ui.care_parts import CareView
from ui.charts import Funnel, Line, Lines, Step
from ui.jobs import Job
from ui.list_button import list_button
from ui.tables import Column, Table
from ui.time_span import TimeSpan
from ui.widgets import Card, Fig, FigureRow

if TYPE_CHECKING:
    from showroom.progress import Progress
    from ui.page import Page

NAME = "followups.surveys"


class SurveysView(CareView):
    """Who is not satisfied stands first: Enter opens the file."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._question = 0
        self.figures = FigureRow(NAME)
        self.time = TimeSpan(NAME, self.db.today)
        self.trend = Lines(f"{NAME}.trend")
        self.trend.setAccessibleName(_("Satisfaction by month"))
        self.parts = Funnel(f"{NAME}.parts")
        self.parts.setAccessibleName(_("Points by question"))
        self.table = Table(f"{NAME}.table", self._columns(), self._fetch)
        self.table.setAccessibleName(_("Answers"))
        self._place()
        self.time.chosen.connect(self.reload)
        self.table.opened.connect(lambda _id: self._open())

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Points"), lambda row: str(row.score), tag=_tone, width=64),
            Column(N_("Answer"), lambda row: words.satisfaction(row.score), width=118),
            Column(N_("Customer"), counted.called, width=110, stretch=True),
            Column(N_("Phone"), lambda row: row.phone, width=128),
            Column(N_("Form"), lambda row: _(FORMS[row.asked]), width=92, tone="muted"),
            Column(N_("Said on"), self._day, width=76, tone="muted"),
            Column(N_("Deal"), lambda row: row.about or "—", width=104, tone="muted"),
            Column(
                N_("His words"),
                lambda row: row.words.replace("\n", " "),
                tip=lambda row: row.words,
                width=120,
                stretch=True,
            ),
            Column(N_("Asked by"), lambda row: row.staff or "—", width=76, tone="muted"),
        )

    def _place(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(style.XL)
        head.addWidget(self.figures, 1)
        head.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        trend = Card(_("Points by month"), name=f"{NAME}.trend.card")
        trend.body.addWidget(self.trend)
        self.parts_card = Card(_("Points by question"), name=f"{NAME}.parts.card")
        self.parts_card.body.addWidget(self.parts)
        charts = QHBoxLayout()
        charts.setSpacing(style.M)
        charts.addWidget(trend, 1)
        charts.addWidget(self.parts_card, 1)
        self.card = Card(_("Answers"), name=f"{NAME}.card")
        self.card.body.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.M)
        layout.addLayout(head)
        layout.addLayout(charts, 3)
        layout.addWidget(self.card, 4)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.M)
        row.addStretch()
        made = partial(list_button, self.page, (self.table,))
        row.addWidget(made(_("Open File"), "O", self._open, "surveys.open"))
        self.save = made(_("Save List…"), "Ctrl+E", self._save, "surveys.save")
        row.addWidget(self.save)
        return held

    # -- showing --

    def begin(self) -> None:
        self._choose_first()
        self.table.setFocus()

    def _choose_first(self) -> None:
        ids = self.table.rows.ids()
        if ids and not self.table.current_id():
            self.table.choose(ids[0])

    def reload(self) -> None:
        """Count on a thread of its own; what was counted for an earlier question is dropped."""
        first, last = self.time.bounds()
        self._question += 1
        self.table.set_empty(_("Counting…"))

        def work(_progress: Progress) -> tuple[Look, list[int]]:
            with self.db.read() as session:
                return counted.look(session, first, last), counted.answers(session, first, last)

        Job(self.page, _("Counting…"), work, partial(self._counted, self._question), quiet=True)

    def _counted(self, question: int, made: tuple[Look, list[int]]) -> None:
        if question != self._question:
            return
        found, ids = made
        self._show(found)
        self.table.set_empty(
            _("Nobody was asked in this time. It is noted in the customer's file (Ctrl+Shift+M).")
        )
        self.card.set_title(_("Answers"), str(len(ids)) if ids else "")
        self.table.show_ids(ids)
        self._choose_first()
        self.save.setEnabled(bool(ids))

    def _show(self, found: Look) -> None:
        self.figures.show_figures(
            [
                Fig(
                    one.code,
                    one.shown,
                    one.title,
                    unit="" if one.denominator is None else f"{one.numerator} / {one.denominator}",
                    formula=one.formula,
                    tone="late" if one.code == "unhappy" and one.value else "",
                )
                for one in found.figures
            ]
        )
        months = [month for month in found.trend if month.mean is not None]
        self.trend.show_data(
            [f"{month.first:%Y-%m}" for month in months],
            [
                Line(_("points"), [round(month.mean or 0) for month in months]),
                Line(
                    _("very satisfied, %"),
                    [round(100 * (month.loyal or 0)) for month in months],
                    "good",
                ),
            ]
            if months
            else [],
        )
        self.parts.show_data(
            [
                Step(
                    part.title,
                    round(part.mean),
                    _("of {count}").format(count=part.number),
                    f"{_(FORMS[part.form])} · {part.title}: {part.mean:.1f}",
                )
                for part in found.parts
            ]
        )

    def _fetch(self, ids: Sequence[int]) -> list[AnswerRow]:
        with self.db.read() as session:
            return counted.rows(session, ids)

    def _day(self, row: AnswerRow) -> str:
        return dates.show_day(row.day, self.db.today())

    # -- doing --

    def _open(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.page.open.emit("customers", row.customer_id)

    def _save(self) -> None:
        first, last = self.time.bounds()
        list_paper.save(
            self.page,
            " ".join((_("Satisfaction"), f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}")),
            lambda session, path, progress: counted.save(session, first, last, path, progress),
            self.said.emit,
        )

    # -- Qt --

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() in ("[", "]"):
            self.time.step(-1 if event.text() == "[" else 1)
        else:
            super().keyPressEvent(event)


def _tone(row: AnswerRow) -> str:
    if row.score >= LOYAL:
        return "good"
    return "late" if row.score < UNHAPPY else "soon" if row.score < 60 else "muted"
