"""Thank-you cards: what is due, how it will look, printed once, signed, posted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer

from showroom import settings
from showroom.cards import compose, dress, envelopes, glyphs, labels, queue, render, templates
from showroom.cards.queue import CardRow, State
from showroom.errors import Invalid, ShowroomError
from showroom.i18n import N_, _, ngettext
from showroom.progress import Progress
from ui import dialogs, list_paper, state, style
from ui.card_lists import CardLists
from ui.card_panel import CardPanel, prepare
from ui.card_press import CardPress
from ui.card_review import BatchReview
from ui.fit_panel import FitPanel
from ui.page import PAINTED_MS, Page
from ui.widgets import Button, Fig

if TYPE_CHECKING:
    from collections.abc import Callable

    from showroom.store.db import Database

FIT: Final = "fit"  # the mode in which the panel fits the printer
DONE: Final = (State.PRINTED, State.SIGNED, State.POSTED, State.SKIPPED)


class CardsPage(Page):
    """The queue at the left, the card that is looked at on its paper at the right."""

    title = N_("Cards")
    code = "cards"

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._row: CardRow | None = None
        self._preparing = False
        self.press = CardPress(self)
        self.key("Ctrl+B", _("Card or Envelope"), self._turn, name="turn")
        self.key("Ctrl+R", _("Worst Case of the Batch"), self._look_on, name="look_on")
        self.plain = self.button(_("Test on Plain Paper"), "", self._print_plain, name="plain")
        self.save_pdf = self.button(_("Save as PDF"), "Ctrl+Shift+S", self._save, name="save_pdf")
        self.print = self.button(
            _("Print the Ticked Cards"), "Ctrl+P", self._print, kind="primary", name="print"
        )
        for button in (self.plain, self.save_pdf, self.print):
            self.buttons.addWidget(button)

        self.lists = CardLists(db)
        for table in self.lists.tables:
            list_paper.offer(self, table, "cards", _("Cards"))
        self.close_deal = Button(_("Close a Deal"), kind="quiet", name="cards.close_deal")
        self.post = self.button(
            _("Mark as Posted"), "Ctrl+M", self._post, kind="quiet", name="post"
        )
        self.sign = self.button(
            _("Mark as Signed"), "Ctrl+I", self._sign, kind="quiet", name="sign"
        )
        self.jam = self.button(_("Did Not Come Out"), "Ctrl+J", self._jam, kind="quiet", name="jam")
        self.jam.setToolTip(
            style.tip(_("The ticked cards, or the chosen one and all after it, are due again."))
        )
        self.lists.add_button(self.lists.waiting, self.close_deal)
        self.lists.add_button(self.lists.printed, self.jam)
        self.lists.add_button(self.lists.printed, self.sign)
        self.lists.add_button(self.lists.printed, self.post)
        self.body.addWidget(self.lists, 1)

        self.card = CardPanel()
        self.fit = FitPanel(self)
        self.to_fit = self.button(_("Printer Fit…"), "", self._fit, kind="quiet", name="to_fit")
        self.card.below_paper.addWidget(self.to_fit)
        for widget in (self.card, self.fit):
            self.side.body.addWidget(widget)
        self._make_foot()
        self.review = BatchReview(self)
        self._soon_checked = QTimer(self, singleShot=True, interval=150)

        self.close_deal.clicked.connect(lambda: self.open.emit("deals", 0))
        self.lists.chosen.connect(self._choose)
        self.lists.opened.connect(self._edit_words)
        self.lists.ticked.connect(self._count)
        self.lists.ticked.connect(self._soon_checked.start)
        self.card.paper_chosen.connect(self._on_paper)
        self.card.template_chosen.connect(self._on_template)
        self.card.envelope_chosen.connect(self._on_envelope)
        for form in (self.card, self.fit):
            form.entered.connect(self.keep.click)
        self.press.changed.connect(self._count)
        self.press.printed.connect(self._on_printed)
        self.press.labelled.connect(self._on_labelled)
        self._soon_checked.timeout.connect(self.review.look)
        self._show(0)

    def _make_foot(self) -> None:
        self.edit = self.button(_("Edit Words"), "F2", self._edit_words, name="edit")
        self.skip = self.button(_("Skip…"), "Ctrl+D", self._ask_reason, name="skip")
        self.cancel = self.button(_("Cancel"), "Esc", self._cancel, name="cancel")
        self.usual = self.button(
            _("Template's Words"), "", self._use_template, kind="quiet", name="usual"
        )
        self.card.below_words.addWidget(self.usual)
        self.one = self.button(
            _("Print This Card"), "", self._print_one, kind="primary", name="one"
        )
        self.key("Ctrl+Shift+P", _("Print This Card"), self._print_one)
        self.back = self.button(_("Put Back"), "", self._put_back, kind="primary", name="back")
        self.keep = self.button(
            _("Save Words"), "Ctrl+Return", self._keep, kind="primary", name="keep"
        )
        for button in (self.edit, self.skip, self.cancel):
            self.side.foot.addWidget(button)
        self.side.foot.addStretch()
        for button in (self.one, self.back, self.keep):
            self.side.foot.addWidget(button)

    @classmethod
    def warm(cls, db: Database) -> None:
        """Read once what lists and panel read, so that its SQL is compiled on a thread."""
        today = db.today()
        with db.read() as session:
            queue.counts(session, today)
            queue.due(session, today)
            for ids in (queue.printed(session), queue.posted(session, today)):
                queue.rows(session, ids[:1], today=today)
            queue.skipped(session, today)
            queue.batch(session, queue.waiting(session)[:1], today)
            compose.compose_many(session, queue.waiting(session)[:1], today=today)

    # -- showing --

    def reload(self) -> None:
        """Read figures and lists anew; words that are being edited stay."""
        with self.db.read() as session:
            usual = settings.load(session).card_size
            counts = queue.counts(session, self.db.today())
            self.card.dress = dress.load(session)
        if self.card.paper.value() is None:
            place = state.text("cards.start", "1")
            start = int(place) if place.isdecimal() else 1
            self.card.use_paper(state.text("cards.paper") or usual, start)
            blank = state.text("cards.envelope.printed") != "1"
            self.card.use_envelope(state.text("cards.envelope"), blank=blank)
        self.figures.show_figures(_figures(counts))
        first = self._row is None and not self.card.ready and not glyphs.loaded()
        told = self.lists.blockSignals(first)  # the lists are painted before they are counted
        self.lists.reload()
        self.lists.blockSignals(told)
        self.close_deal.setVisible(not self.lists.waiting.rows.ids())
        known = self.lists.ids()
        if known:
            self._prepare(known)
        if first:
            QTimer.singleShot(PAINTED_MS, self, self._begin)
        elif self._row is None or self._row.id not in known:
            self._choose(known[0] if known else 0)
        elif not self.card.mode:
            self._show(self._row.id)

    def _begin(self) -> None:
        """Look at the first card unless another was chosen meanwhile; then count what is ticked."""
        if self._row is None:
            self._choose(next(iter(self.lists.ids()), 0))
        QTimer.singleShot(0, self.lists, self.lists.ticked.emit)

    def _prepare(self, ids: list[int]) -> None:
        """Load the fonts beside the desk's work; until then the card is not shown yet."""
        if self.card.ready or self._preparing:
            return
        if glyphs.loaded():
            self.card.ready = True
            return
        self._preparing = True
        today = self.db.today()

        def work(_progress: Progress) -> None:
            with self.db.read() as session:
                letters = compose.compose_many(session, ids, today=today)
            prepare(letters)

        QTimer.singleShot(  # the page is painted first
            PAINTED_MS, self, lambda: self.job(_("Fetching the fonts…"), work, self._on_prepared)
        )

    def _on_prepared(self, _result: None) -> None:
        self.card.ready = True
        if not self.card.mode and self._row is not None:
            self._show(self._row.id)

    def _choose(self, card_id: int) -> None:
        self._set_mode("")
        self._show(card_id)

    def _show(self, card_id: int) -> None:
        """Look at this card; 0 is none."""
        today = self.db.today()
        self._row = self.lists.row(card_id)
        if self._row is None:
            self.side.show_empty(_("The card stands here as it will be printed."))
            return
        with self.db.read() as session:
            letter = compose.compose(session, card_id, today=today)
            known = templates.known(session)
        self.lists.mark(card_id)
        self.side.show_content()
        self._set_mode(self.card.mode)
        self.card.show_card(self._row, letter, templates.of_kind(self._row.kind, known))
        if self.card.on_envelope():
            self._show_envelope()
        tags = {
            State.PRINTED: _("Printed"),
            State.SIGNED: _("Signed"),
            State.POSTED: _("Posted"),
            State.SKIPPED: _("Skipped"),
        }
        self.side.set_title(
            self._row.customer,
            self.card.posted_in() if self.card.on_envelope() else self.card.paper_name(),
            tags.get(self._row.state, ""),
            "muted" if self._row.state is State.SKIPPED else "good",
        )
        self.review.look()

    def shown(self) -> int:
        """The card whose words can be checked now; 0: none, or something else is looked at."""
        row = self._row
        return 0 if row is None or self.card.mode or self.card.on_envelope() else row.id

    def _look_on(self) -> None:
        if self.shown():
            self.card.next_look()

    def _count(self) -> None:
        """The buttons say how many cards they are about."""
        ticked, busy = len(self.lists.waiting.checked_ids()), self.press.busy
        self.plain.setVisible(self.card.on_envelope() and not self._on_labels())
        if self.card.on_envelope():
            printable = ticked = len(self._enveloped())
            text = ngettext("Print {count} Envelope", "Print {count} Envelopes", ticked)
            if self._on_labels():
                text = ngettext("Print {count} Label", "Print {count} Labels", ticked)
        else:
            printable = len(self._batch()[0])
            text = ngettext("Print {count} Card", "Print {count} Cards", printable)
        self.print.setText(text.format(count=printable))
        self.print.setEnabled(bool(ticked) and not busy)
        self.save_pdf.setEnabled(bool(ticked or self._row) and not busy)
        self.one.setEnabled(not busy)
        to_post = len(self.lists.printed.checked_ids() or self.lists.printed.rows.ids())
        self.sign.setText(
            ngettext("Mark {count} Signed", "Mark {count} Signed", to_post).format(count=to_post)
        )
        self.post.setText(
            ngettext("Mark {count} Posted", "Mark {count} Posted", to_post).format(count=to_post)
        )

    def show_id(self, id: int) -> None:
        """Show one card."""
        self._choose(id)

    def focus_first(self) -> None:
        """The queue takes the keyboard; the first card is looked at when the lists are painted."""
        waiting = self.lists.waiting
        told = waiting.blockSignals(self._row is None)
        waiting.setFocus()
        waiting.blockSignals(told)

    # -- the card at the right --

    def _set_mode(self, mode: str) -> None:
        """Show the buttons that belong to looking, to editing the words, or to skipping."""
        row = self._row
        waits = row is not None and row.state not in DONE
        skipped = row is not None and row.state is State.SKIPPED
        self.edit.setVisible(not mode and waits and not self.card.on_envelope())
        self.skip.setVisible(not mode and waits)
        self.one.setVisible(not mode and not skipped)
        self.one.setText(_("Print This Card") if waits else _("Print Again…"))
        if self.card.on_envelope():
            self.one.setText(
                _("Print This Label") if self._on_labels() else _("Print This Envelope")
            )
        self.back.setVisible(not mode and skipped)
        self.cancel.setVisible(bool(mode))
        self.keep.setVisible(bool(mode))
        self.keep.setText(_("Save Words") if mode == "words" else _("Skip This Card"))
        fitting = mode == FIT
        if fitting:
            self.keep.setText(_("Save the Fit"))
        self.card.setVisible(not fitting)
        self.fit.setVisible(fitting)
        self.to_fit.setVisible(not mode)
        if mode != self.card.mode:
            self.card.set_mode(mode)

    def _edit_words(self) -> None:
        if self._row is not None and self._row.state not in DONE:
            self._set_mode("words")

    def _ask_reason(self) -> None:
        if self._row is not None and self._row.state not in DONE:
            self._set_mode("skip")

    def _cancel(self) -> None:
        self._choose(self._row.id if self._row else 0)
        self.focus_first()

    def _keep(self) -> None:
        if self.card.mode == "words":
            try:
                self._reword(self.card.words.value())
            except Invalid as error:
                self.card.say(list(error.problems.values()))
        elif self.card.mode == FIT:
            if self.fit.save():
                self._cancel()
                self.said.emit(_("The printer is put right from now on."))
        elif self.card.mode == "skip" and self._row is not None:
            with self.card.reason.reporting():
                reason = self.card.reason.values()["reason"]
                with self.db.write() as session:
                    queue.skip(session, self._row.id, reason, now=self.db.now())
                self._next()

    def _use_template(self) -> None:
        self._reword("")

    def _reword(self, text: str) -> None:
        assert self._row is not None
        with self.db.write() as session:
            queue.reword(session, self._row.id, text, today=self.db.today())
        self._cancel()

    def _put_back(self) -> None:
        assert self._row is not None
        with self.db.write() as session:
            queue.unskip(session, self._row.id)

    def _next(self) -> None:
        """Go on with the first card that waits."""
        ids = self.lists.waiting.rows.ids()
        self._choose(ids[0] if ids else self._row.id if self._row else 0)
        self.focus_first()

    def _on_printed(self, count: int) -> None:
        """The next batch begins where this one ended on its sheet."""
        stock = self.card.stock()
        if stock.sheet in render.SHEETS:
            places = render.capacity(stock.size, stock.sheet)
            self.card.start.set_value((stock.start - 1 + count) % places + 1)
            self._on_paper()
        self._next()

    def _on_template(self, code: str) -> None:
        assert self._row is not None
        kept = False
        with self.reporting():
            with self.db.write() as session:
                queue.set_template(session, self._row.id, code)
            kept = True
        if not kept:
            self._show(self._row.id)  # with the wording it has

    def _on_paper(self) -> None:
        state.set_text("cards.paper", str(self.card.paper.value()))
        state.set_text("cards.start", str(self.card.start.value() or 1))
        if self._row is not None:
            self._show(self._row.id)

    def _fit(self) -> None:
        """Fit the printer to the paper that is chosen."""
        wide, tall = self.card.lying()
        self._set_mode(FIT)
        self.side.set_title(_("Printer Fit"), f"{wide:g} × {tall:g} mm")
        self.fit.begin(wide, tall)

    # -- envelopes --

    def _enveloped(self) -> list[int]:
        """The cards whose envelopes are printed: ticked ones, else all that wait to be posted."""
        lists = self.lists
        ticked = lists.waiting.checked_ids() + lists.printed.checked_ids()
        return ticked or lists.printed.rows.ids()

    def _on_labels(self) -> bool:
        return self.card.on_envelope() and isinstance(self.card.kind(), labels.Sheet)

    def _posting(self) -> dict[str, Any]:
        card = self.card
        return {"kind": card.kind(), "blank": card.is_blank(), "start": card.begins()}

    def _on_labelled(self, count: int) -> None:
        """The next labels begin where these ended on their sheet."""
        self.card.go_on(count)
        self._on_envelope()

    def _turn(self) -> None:
        """Look at the envelope instead of the card, or at the card again."""
        if not self.card.mode:
            self.card.turn()

    def _on_envelope(self) -> None:
        state.set_text("cards.envelope", str(self.card.envelope.value()))
        state.set_text("cards.envelope.printed", "" if self.card.is_blank() else "1")
        if self._row is not None:
            self._show(self._row.id)
        self._count()

    def _show_envelope(self) -> None:
        assert self._row is not None
        with self.db.read() as session:
            kind = self.card.kind()
            if isinstance(kind, labels.Sheet):
                made = labels.of_cards(session, [self._row.id], kind)
            else:
                made = envelopes.of_cards(session, [self._row.id], kind)
            shop = settings.load(session)
        self.card.show_envelope(made, shop)

    def _print_plain(self) -> None:
        with self.db.read() as session:
            shop = settings.load(session)
        kind = self.card.kind()
        if not isinstance(kind, labels.Sheet):
            self.press.print_plain(kind, shop)

    # -- paper --

    def _print(self) -> None:
        if self.card.on_envelope():
            self.press.print_envelopes(self._enveloped(), **self._posting())
            return
        ids, left_out = self._batch()
        if not ids:
            raise ShowroomError("\n".join([_("None of these cards can be printed."), *left_out]))
        self.press.print_cards(ids, self.card.stock(), left_out=left_out)

    def _batch(self) -> tuple[list[int], list[str]]:
        """The ticked cards that may be printed together, and who is left out and why."""
        ticked = self.lists.waiting.checked_ids()
        if not ticked:
            return [], []
        with self.db.read() as session:
            return queue.batch(session, ticked, self.db.today())

    def _print_one(self) -> None:
        if self._row is None or self._row.state is State.SKIPPED or self.card.mode:
            return
        if self.card.on_envelope():
            self.press.print_envelopes([self._row.id], **self._posting())
            return
        if self._row.printed_at is None:
            self.press.print_cards([self._row.id], self.card.stock())
        else:
            self.press.print_again(self._row.id, self.card.stock())

    def _save(self) -> None:
        if self.card.on_envelope():
            ids = self._enveloped() or ([self._row.id] if self._row else [])
            self.press.save_envelopes(ids, **self._posting())
            return
        ids, left_out = self._batch()
        if left_out and not ids:
            raise ShowroomError("\n".join([_("None of these cards can be printed."), *left_out]))
        ids = ids or ([self._row.id] if self._row else [])
        self.press.save_cards(ids, self.card.stock(), left_out=left_out)

    def _jam(self) -> None:
        """A jam in the middle: what did not come out is due again."""
        printed = self.lists.printed
        with self.db.read() as session:
            ids = printed.checked_ids() or queue.batch_from(session, printed.current_id() or 0)
        said = ngettext("{count} card is due again.", "{count} cards are due again.", len(ids))
        self._mark(ids, queue.not_come_out, said.format(count=f"{len(ids):,}"))

    def _sign(self) -> None:
        ids = self.lists.printed.checked_ids() or self.lists.printed.rows.ids()
        said = ngettext("{count} card is signed.", "{count} cards are signed.", len(ids))
        said = said.format(count=f"{len(ids):,}")
        self._mark(ids, partial(queue.mark_signed, now=self.db.now()), said)

    def _post(self) -> None:
        """Those that may be posted; of the others, if they are ticked, it asks."""
        ticked = self.lists.printed.checked_ids()
        ids = ticked or self.lists.printed.rows.ids()
        with self.db.read() as session:
            free, kept = queue.postable(session, ids, self.db.today())
        stopped = _("Not to be posted: {list}").format(list=_(", ").join(kept))
        before = False
        if kept and ticked:
            question = _("{said}. Were they in the post already?").format(said=stopped)
            before = dialogs.confirm(self, question, _("Mark as Posted"))
        chosen = ids if before else free
        said = ngettext("{count} card is posted.", "{count} cards are posted.", len(chosen))
        said = said.format(count=f"{len(chosen):,}")
        if kept and not before:
            said = f"{said} {stopped}" if chosen else stopped
            if not chosen:
                self.said.emit(said)
        self._mark(chosen, partial(queue.mark_posted, now=self.db.now(), before=before), said)

    def _mark(self, ids: list[int], write: Callable[..., None], said: str) -> None:
        """Write it of all these cards on a thread: a thousand take a while."""

        def work(progress: Progress) -> None:
            with self.db.write() as session:
                write(session, ids, progress=progress)

        def done(_result: None) -> None:
            self.said.emit(said)

        if ids:
            self.job(_("Marking the cards…"), work, done, writes=True)


def _figures(counts: queue.Counts) -> list[Fig]:
    return [
        Fig("due", str(counts.due), _("to print today")),
        Fig("late", str(counts.late), _("late"), tone="late" if counts.late else ""),
        Fig(
            "held",
            str(counts.held),
            _("held back"),
            formula=_(
                "Due, but without an address, while a complaint is open, after the day, or naming "
                "the other one of a couple, who gets none"
            ),
        ),
        Fig(
            "in_time",
            str(counts.in_time),
            _("posted in time this month"),
            unit=f"/ {counts.month}",
            formula=_("Posted by their last day ÷ cards whose last day is over or posted"),
        ),
    ]
