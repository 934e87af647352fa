"""Thank-you cards: what is due, how it will look, printed once, signed, posted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from showroom import dates, settings
from showroom.cards import compose, glyphs, layout, queue, render, templates
from showroom.cards.compose import Letter
from showroom.cards.queue import CardRow, State
from showroom.errors import ShowroomError
from showroom.i18n import N_, _, ngettext
from showroom.progress import Progress
from ui import dialogs, printing, state, style
from ui.card_preview import CardPreview
from ui.forms import Choice, Form, Note, Text
from ui.page import Page
from ui.tables import Column, Table
from ui.widgets import Button, Card, Fig, label

if TYPE_CHECKING:
    from showroom.store.db import Database

TONES = {State.LATE: "late", State.TODAY: "soon", State.DUE: "soon"}
CHECKED_AT_ONCE = 50  # cards whose words are measured while ticking; all are before printing
LEAST_POSTED = 3  # rows


class CardsPage(Page):
    """The queue at the left, the card that is looked at on its paper at the right."""

    title = N_("Cards")
    code = "cards"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._row: CardRow | None = None
        self._letter: Letter | None = None
        self._offered: set[int] = set()
        self._mode = ""
        self._busy = False

        self.save_pdf = self.button(_("Save as PDF"), "Ctrl+Shift+S", self._save, name="save_pdf")
        self.print = self.button("", "Ctrl+P", self._print_ticked, kind="primary", name="print")
        for button in (self.save_pdf, self.print):
            self.buttons.addWidget(button)

        self.waiting = Table("cards.waiting", self._waiting_columns(), self._rows, checkable=True)
        self.waiting.set_empty(_("No card waits. Closing a deal puts one here."))
        self.printed = Table(
            "cards.printed",
            (
                Column("", lambda row: row.customer, width=150),
                Column("", lambda row: row.reason, stretch=True),
                Column("", self._printed_note, width=260, tone="muted"),
            ),
            self._rows,
            checkable=True,
            header=False,
            fit=True,
            max_rows=3,
        )
        self.posted = Table(
            "cards.posted",
            (
                Column("", lambda row: self._day(row.posted_at), width=80),
                Column("", lambda row: row.customer, width=150),
                Column("", lambda row: row.reason, stretch=True),
                Column("", _posted_note, tag=_posted_tone, width=110),
            ),
            self._rows,
            header=False,
        )
        self.posted.set_empty(_("The cards posted this month stand here."))
        self.skipped = Table(
            "cards.skipped",
            (
                Column("", lambda row: row.customer, width=150),
                Column("", lambda row: row.reason, width=220),
                Column("", lambda row: row.skip_reason, stretch=True, tone="muted"),
            ),
            self._rows,
            header=False,
            fit=True,
            max_rows=2,
        )
        self.post = self.button("", "Ctrl+M", self._post, kind="quiet", name="post")
        self.close_deal = Button(_("Close a Deal"), kind="quiet", name="cards.close_deal")
        self._cards = {
            table: self._place(table, stretch)
            for table, stretch in (
                (self.waiting, 0),
                (self.printed, 0),
                (self.posted, 1),
                (self.skipped, 0),
            )
        }
        self._cards[self.printed].head.addWidget(self.post)
        self._cards[self.waiting].head.addWidget(self.close_deal)
        self._make_side()
        self._soon_checked = QTimer(self, singleShot=True, interval=150)
        self._soon_typed = QTimer(self, singleShot=True, interval=150)

        self.close_deal.clicked.connect(lambda: self.open.emit("deals", 0))
        for table in self._cards:
            table.chosen.connect(self._chooser(table))
            table.opened.connect(lambda _id: self._edit_words())
        self.waiting.ticked.connect(self._count)
        self.waiting.ticked.connect(self._soon_checked.start)
        self.printed.ticked.connect(self._count)
        self.form.edited.connect(self._on_edited)
        self.words.edited.connect(self._soon_typed.start)
        self._soon_typed.timeout.connect(self._show_typed)
        self._soon_checked.timeout.connect(self._say_problems)
        self._show(0)

    # -- building --

    def _waiting_columns(self) -> tuple[Column, ...]:
        return (
            Column(N_("Due"), self._due, tag=_tone, width=96),
            Column(N_("Customer"), lambda row: row.customer, stretch=True),
            Column(N_("Reason"), lambda row: row.reason, stretch=True),
            Column(N_("Consultant"), lambda row: row.consultant, width=76),
            Column(N_("Post by"), lambda row: f"{row.late_on:%m-%d}", align="right", width=70),
            Column("", _problem, tag=lambda _row: "soon", tip=_problems, width=112),
        )

    def _place(self, table: Table, stretch: int) -> Card:
        card = Card(name=f"{table.objectName()}.card")
        card.body.addWidget(table)
        self.body.addWidget(card, stretch)
        return card

    def _make_side(self) -> None:
        self.preview = CardPreview("cards.preview")
        self.template = Choice("template", _("Wording"), optional=False)
        self.paper = Choice("paper", _("Paper"), _papers(), optional=False)
        self.form = Form("cards")
        self.form.row(self.template)
        self.form.row(self.paper)
        self.note = label("", "quote", name="cards.note", wrap=True)
        self.words = Note("words", _("Words"), lines=10)
        self.words.setObjectName("cards.words")
        self.reason = Form("cards")
        self.reason.row(Text("reason", _("Reason"), placeholder=_("handed over in person")))
        self.editing = QWidget()
        column = QVBoxLayout(self.editing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.S)
        column.addWidget(self.words)
        column.addWidget(
            label(_("A line for each paragraph; the signature stays."), "help", wrap=True)
        )
        for widget in (self.preview, self.form, self.editing, self.reason, self.note):
            self.side.body.addWidget(widget)

        self.edit = self.button(_("Edit Words"), "Ctrl+E", self._edit_words, name="edit")
        self.skip = self.button(_("Skip…"), "Ctrl+D", self._ask_reason, name="skip")
        self.cancel = self.button(_("Cancel"), "Esc", self._leave_mode, name="cancel")
        self.usual = self.button(_("Template's Words"), "", self._use_template, name="usual")
        self.one = self.button("", "Ctrl+Shift+P", self._print_one, kind="primary", name="one")
        self.back = self.button(_("Put Back"), "", self._put_back, kind="primary", name="back")
        self.keep = self.button("", "Ctrl+Return", self._keep, kind="primary", name="keep")
        self.reason.entered.connect(self.keep.click)
        for button in (self.edit, self.skip, self.cancel, self.usual):
            self.side.foot.addWidget(button)
        self.side.foot.addStretch()
        for button in (self.one, self.back, self.keep):
            self.side.foot.addWidget(button)

    # -- rows --

    def _rows(self, ids: Sequence[int]) -> list[CardRow]:
        with self.db.read() as session:
            return queue.rows(session, ids, today=self.db.today())

    def _due(self, row: CardRow) -> str:
        if row.state is State.LATE:
            return ngettext("{count} day late", "{count} days late", row.days).format(
                count=row.days
            )
        if row.state is State.TODAY:
            return _("Due today")
        if row.state is State.DUE:
            return _("Due")
        return dates.show_day(row.due_on, self.db.today())

    def _day(self, moment: Any) -> str:
        return dates.show_day(dates.local_day(moment), self.db.today()) if moment else ""

    def _printed_note(self, row: CardRow) -> str:
        when = f"{self._day(row.printed_at)} {dates.show_clock(row.printed_at)}"
        said = _("{name} {when} on {printer}") if row.printed_by else _("{when} on {printer}")
        return said.format(name=row.printed_by, when=when, printer=row.printer)

    # -- showing --

    def reload(self) -> None:
        """Read the lists anew; words that are being edited stay."""
        today = self.db.today()
        with self.db.read() as session:
            counts = queue.counts(session, today)
            lists = {
                self.waiting: queue.waiting(session),
                self.printed: queue.printed(session),
                self.posted: queue.posted(session, today),
                self.skipped: queue.skipped(session, today),
            }
            due = queue.due(session, today)
            if self.paper.value() is None:
                kept = state.text("cards.paper") or settings.load(session).card_size
                self.paper.set_value(kept if kept in dict(_papers()) else "148x100")
        for table, ids in lists.items():
            told = table.blockSignals(True)
            table.show_ids(ids)
            table.blockSignals(told)
        fresh = [id for id in due if id not in self._offered]
        self._offered |= set(fresh)
        self.waiting.set_checked(fresh)
        self._say_counts(counts, {table: len(ids) for table, ids in lists.items()})
        self._fit_rows()
        self._count()
        self._keep_chosen()

    def _say_counts(self, counts: queue.Counts, lengths: dict[Table, int]) -> None:
        self.figures.show_figures(
            [
                Fig("due", str(counts.due), _("to print")),
                Fig("late", str(counts.late), _("late"), tone="late" if counts.late else ""),
                Fig(
                    "in_time",
                    str(counts.in_time),
                    _("posted in time this month"),
                    unit=f"/ {counts.month}",
                    formula=_("Posted by their last day ÷ cards whose last day is over or posted"),
                ),
            ]
        )
        titles = {
            self.waiting: _("To print"),
            self.printed: _("Printed, to sign and post"),
            self.posted: _("Posted"),
            self.skipped: _("Skipped"),
        }
        for table, card in self._cards.items():
            count = str(lengths[table])
            if table is self.posted:
                count = _("{count} this month").format(count=count)
            card.set_title(titles[table], count)
        self._cards[self.printed].setVisible(bool(lengths[self.printed]))
        self._cards[self.skipped].setVisible(bool(lengths[self.skipped]))
        self.close_deal.setVisible(not lengths[self.waiting])

    def _fit_rows(self) -> None:
        """The queue takes the rows it has, as long as the other lists keep their place."""
        others = sum(
            card.sizeHint().height() + style.L
            for table, card in self._cards.items()
            if table not in (self.waiting, self.posted) and not card.isHidden()
        )
        least = style.ROW * (LEAST_POSTED + 1) + style.L
        room = self.height() - self.head.sizeHint().height() - 3 * style.XL - others - least
        head = self.waiting.horizontalHeader().height()
        fitting = max(3, (room - 2 * style.ROW - head) // style.ROW)
        count = min(max(len(self.waiting.rows.ids()), 2), fitting)
        self.waiting.setFixedHeight(head + count * style.ROW)

    def _keep_chosen(self) -> None:
        """The card at the right stays; when it is gone the next one that waits takes its place."""
        known = [id for table in self._cards for id in table.rows.ids()]
        if self._row is not None and self._row.id in known:
            if not self._mode:
                self._show(self._row.id)
            return
        self._mode = ""
        self._show(known[0] if known else 0)

    def _chooser(self, table: Table) -> Callable[[int], None]:
        def chosen(card_id: int) -> None:
            if card_id and not table.signalsBlocked():
                self._mode = ""
                self._show(card_id)

        return chosen

    def _mark(self, card_id: int) -> None:
        """Choose the card in the list it stands in, and nothing in the others."""
        for table in self._cards:
            told = table.blockSignals(True)
            if card_id in table.rows.ids():
                table.choose(card_id)
            else:
                table.setCurrentIndex(QModelIndex())
            table.blockSignals(told)

    def _show(self, card_id: int) -> None:
        """Look at this card; 0 is none."""
        found = self._rows([card_id]) if card_id else []
        self._row = found[0] if found else None
        if self._row is None:
            self._letter = None
            self.side.show_empty(_("The card stands here as it will be printed."))
            return
        with self.db.read() as session:
            self._letter = compose.compose(session, card_id, today=self.db.today())
        self._mark(card_id)
        self.template.set_options(
            [(template.code, template.name) for template in templates.of_kind(self._row.kind)]
        )
        self.template.set_value(self._row.template)
        self.template.set_tag(_("own words") if self._row.own_words else "", "soon")
        self.side.show_content()
        self._show_letter(self._letter)
        self._set_mode(self._mode)

    def _show_letter(self, letter: Letter) -> None:
        paper = layout.paper(self._size())
        row = self._row
        assert row is not None
        tags = {State.PRINTED: _("Printed"), State.POSTED: _("Posted"), State.SKIPPED: _("Skipped")}
        self.side.set_title(row.customer, paper.name, tags.get(row.state, ""), "good")
        pdf = render.preview(letter, size=paper.code)
        self.preview.show_pdf(pdf, shape=paper.height / paper.width, words=letter.text())
        self._say_problems()

    def _say_problems(self) -> None:
        """Under the preview: whether every character is there and the words fit."""
        if self._letter is None:
            return
        letters = [self._letter]
        ids = self.waiting.checked_ids()
        if not self._mode and self._row and self._row.id in ids and len(ids) <= CHECKED_AT_ONCE:
            with self.db.read() as session:
                letters = compose.compose_many(session, ids, today=self.db.today())
        problems = render.problems(letters, size=self._size())
        said = problems or [
            ngettext(
                "{count} card: no character is missing, the words fit.",
                "{count} cards: no character is missing, the words fit.",
                len(letters),
            ).format(count=len(letters))
        ]
        said += [
            _("“{name}” is set whole in the other font, which has all its characters.").format(
                name=name
            )
            for name in glyphs.substituted(letters)
            if not problems
        ]
        self.note.setText("\n".join(said))
        style.set_role(self.note, tone="late" if problems else "")

    def _count(self) -> None:
        """The buttons say how many cards they are about."""
        ticked = len(self.waiting.checked_ids())
        self.print.setText(
            ngettext("Print {count} Card", "Print {count} Cards", ticked).format(count=ticked)
        )
        self.print.setEnabled(bool(ticked) and not self._busy)
        self.save_pdf.setEnabled(bool(ticked or self._row) and not self._busy)
        self.one.setEnabled(not self._busy)
        to_post = len(self.printed.checked_ids() or self.printed.rows.ids())
        self.post.setText(
            ngettext("Mark {count} Posted", "Mark {count} Posted", to_post).format(count=to_post)
        )

    def show_id(self, id: int) -> None:
        """Show one card."""
        self._mode = ""
        self._show(id)

    def focus_first(self) -> None:
        """The queue takes the keyboard."""
        self.waiting.setFocus()

    # -- wording and paper --

    def _size(self) -> str:
        return str(self.paper.value() or "148x100").partition("/")[0]

    def _on_edited(self, name: str) -> None:
        with self.reporting():
            if name == "paper":
                state.set_text("cards.paper", str(self.paper.value()))
                if self._letter is not None:
                    self._show_letter(self._letter)
            elif self._row is not None:
                with self.db.write() as session:
                    queue.set_template(session, self._row.id, self.template.value())

    def _set_mode(self, mode: str) -> None:
        """ "" looks, "words" edits the words, "skip" asks why a card is skipped."""
        self._mode = mode
        row = self._row
        waits = row is not None and row.state not in (State.PRINTED, State.POSTED, State.SKIPPED)
        skipped = row is not None and row.state is State.SKIPPED
        self.form.setVisible(not mode)
        self.editing.setVisible(mode == "words")
        self.reason.setVisible(mode == "skip")
        self.note.setVisible(mode != "skip")
        self.edit.setVisible(not mode and not skipped)
        self.skip.setVisible(not mode and waits)
        self.one.setVisible(not mode and not skipped)
        self.one.setText(_("Print This Card") if waits else _("Print Again…"))
        self.back.setVisible(not mode and skipped)
        for button in (self.cancel, self.keep):
            button.setVisible(bool(mode))
        self.usual.setVisible(mode == "words")
        self.keep.setText(_("Save Words") if mode == "words" else _("Skip This Card"))

    def _leave_mode(self) -> None:
        self._mode = ""
        if self._row is not None:
            self._show(self._row.id)
        self.focus_first()

    def _edit_words(self) -> None:
        if self._letter is None or self._row is None or self._row.state is State.SKIPPED:
            return
        self.words.set_value(compose.words_of(self._letter))
        self._set_mode("words")
        self.words.setFocus()

    def _show_typed(self) -> None:
        if self._mode == "words" and self._letter is not None:
            self._show_letter(compose.reworded(self._letter, self.words.value()))

    def _use_template(self) -> None:
        self._reword("")

    def _ask_reason(self) -> None:
        if self._row is not None:
            self.reason.clear()
            self._set_mode("skip")
            self.reason.focus("reason")

    def _keep(self) -> None:
        if self._mode == "words":
            self._reword(self.words.value())
        elif self._row is not None:
            with self.reason.reporting():
                reason = self.reason.values()["reason"]
                with self.db.write() as session:
                    queue.skip(session, self._row.id, reason, now=self.db.now())
                self._next()

    def _reword(self, text: str) -> None:
        assert self._row is not None
        self._mode = ""
        with self.db.write() as session:
            queue.reword(session, self._row.id, text, today=self.db.today())
        self.focus_first()

    def _put_back(self) -> None:
        assert self._row is not None
        with self.db.write() as session:
            queue.unskip(session, self._row.id)

    def _next(self) -> None:
        """Go on with the first card that waits."""
        self._mode = ""
        ids = self.waiting.rows.ids()
        self._show(ids[0] if ids else self._row.id if self._row else 0)
        self.focus_first()

    # -- paper --

    def _print_ticked(self) -> None:
        self._print(self.waiting.checked_ids())

    def _print_one(self) -> None:
        row = self._row
        if row is None:
            return
        if row.printed_at is None:
            self._print([row.id])
            return
        with self.db.read() as session:
            (before,) = queue.when_printed(session, [row.id])
        question = _("This card was printed before: {list}. Print it again?").format(list=before)
        if dialogs.confirm(self, question, _("Print Again")):
            self._print([row.id], again=_("again, after {list}").format(list=before))

    def _print(self, ids: list[int], again: str = "") -> None:
        def chosen(pdf: bytes) -> None:
            job = printing.print_pdf(
                self, pdf, _("Cards"), lambda printer: self._on_printed(ids, printer, again)
            )
            if job is not None:
                self._be_busy(job)

        self._set(ids, chosen)

    def _on_printed(self, ids: list[int], printer: str, again: str) -> None:
        with self.reporting():
            with self.db.write() as session:
                queue.mark_printed(
                    session,
                    ids,
                    printer=printer,
                    now=self.db.now(),
                    again=bool(again),
                    again_reason=again,
                )
            self.said.emit(
                ngettext("{count} card printed.", "{count} cards printed.", len(ids)).format(
                    count=len(ids)
                )
            )
            self._next()

    def _save(self) -> None:
        ids = self.waiting.checked_ids() or ([self._row.id] if self._row else [])
        if not ids:
            raise ShowroomError(_("There is no card to print."))
        name = _("cards-{day}.pdf").format(day=self.db.today())
        path = dialogs.choose_save(self, _("Save Cards as PDF"), name, "PDF (*.pdf)")
        if path is not None:
            self._set(ids, lambda pdf: self._keep_pdf(pdf, path))

    def _keep_pdf(self, pdf: bytes, path: Path) -> None:
        with self.reporting():
            _write(path, pdf)
            self.said.emit(_("Saved as {name}. Nothing is marked as printed.").format(name=path))

    def _set(self, ids: list[int], done: Callable[[bytes], None]) -> None:
        """Make the PDF of these cards in the background, then go on with it."""
        if self._busy or not ids:
            return
        size, _slash, per_sheet = str(self.paper.value()).partition("/")
        today = self.db.today()

        def work(progress: Progress) -> bytes:
            with self.db.read() as session:
                letters = compose.compose_many(session, ids, today=today)
            return render.pdf(
                letters,
                size=size,
                per_sheet=int(per_sheet) if per_sheet else None,
                progress=progress,
            )

        self._be_busy(self.job(_("Setting the cards…"), work, done))

    def _be_busy(self, job: Any) -> None:
        """No second batch while one is on its way: nothing is printed twice."""
        self._busy = True
        job.finished.connect(self._on_idle)
        self._count()

    def _on_idle(self) -> None:
        self._busy = False
        self._count()

    def _post(self) -> None:
        ids = self.printed.checked_ids() or self.printed.rows.ids()
        if ids:
            with self.db.write() as session:
                queue.mark_posted(session, ids, now=self.db.now())

    # -- Qt --

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()


def _papers() -> list[tuple[str, str]]:
    """What may lie in the printer: one card, or A4 with several to cut."""
    single = [(paper.code, paper.name) for paper in layout.PAPERS.values()]
    return single + [
        (
            f"{code}/{render.capacity(code)}",
            _("A4, {count} cards of {size}").format(count=render.capacity(code), size=name),
        )
        for code, name in single
    ]


def _tone(row: CardRow) -> str:
    return TONES.get(row.state, "accent")


def _problem(row: CardRow) -> str:
    return row.problems[0] if row.problems else ""


def _problems(row: CardRow) -> str:
    return ", ".join(row.problems)


def _posted_note(row: CardRow) -> str:
    late = row.posted_at is not None and dates.local_day(row.posted_at) > row.late_on
    return _("posted late") if late else ""


def _posted_tone(_row: CardRow) -> str:
    return "muted"


def _write(path: Path, data: bytes) -> None:
    """Write beside the target, then take its place: a full disk leaves the old file whole."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".pdf", delete=False) as file:
            kept = Path(file.name)
            file.write(data)
        os.replace(kept, path)
    except OSError as error:
        raise ShowroomError(
            _("{name} could not be saved: {why}. Choose another folder.").format(
                name=path.name, why=error.strerror
            )
        ) from error
