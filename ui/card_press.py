"""Cards become paper or a file: set in the background, printed once, marked only when printed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from showroom.cards import envelopes, labels, queue, taken_back
from showroom.errors import ShowroomError
from showroom.i18n import _, ngettext
from showroom.progress import Progress
from showroom.sheets import saving
from ui import dialogs, leaving, printing

if TYPE_CHECKING:
    from showroom.cards.addressees import Made
    from showroom.cards.envelopes import Envelope
    from showroom.cards.labels import Sheet
    from showroom.cards.render import Stock
    from showroom.settings import Settings
    from showroom.store.db import Session
    from ui.jobs import Job
    from ui.page import Page

AT_ONCE: Final = 20
"""So many cards are marked while the page waits; more on a thread."""


NAMED: Final = 5
"""So many are named in a question."""


class CardPress(QObject):
    """Prints and saves cards for a page; while it works there is no second batch.

    Signals: `changed()` it began or ended to work (`busy`), `printed(count)` so many cards were
    printed and are marked so, `labelled(count)` so many labels.
    """

    changed = Signal()
    printed = Signal(int)
    labelled = Signal(int)

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.busy = False

    def print_cards(
        self, ids: Sequence[int], stock: Stock, *, again: str = "", left_out: Sequence[str] = ()
    ) -> None:
        """Let the user choose a printer, print, and mark what the printer took, in one action.

        `left_out` says of which cards none was printed, and why. Of which the printing was undone,
        it asks first: their pages may lie there. `again` is why all of them are printed again.
        """
        with self._page.db.read() as session:
            undone = {} if again else taken_back.said(session, ids)
            whose = queue.whose(session, ids)
        meant = ids if again else list(undone)
        if undone:
            named = list(undone.values())[:NAMED] + ["…"] * (len(undone) > NAMED)
            first = _(", ").join(named)
            question = _("Printed before, and the printing undone: {list}. Print again?")
            asked = question.format(list=first)
            if not dialogs.confirm(self._page, asked, _("Print Again")):
                return
            again = _("again, after {list}").format(list=first)

        def choose(pdf: bytes) -> None:
            job = printing.print_pdf(
                self._page,
                pdf,
                _("Cards"),
                lambda printer: self._mark(whose, printer, meant, again, left_out),
            )
            if job is not None:
                self._watch(job)

        self._set(ids, stock, choose)

    def print_again(self, card_id: int, stock: Stock) -> None:
        """Ask first, saying when and by whom it was printed; then print it once more."""
        with self._page.db.read() as session:
            (before,) = queue.when_printed(session, [card_id])
        question = _("This card was printed before: {list}. Print it again?").format(list=before)
        if dialogs.confirm(self._page, question, _("Print Again")):
            again = _("again, after {list}").format(list=before)
            self.print_cards([card_id], stock, again=again)

    def save_cards(self, ids: Sequence[int], stock: Stock, *, left_out: Sequence[str] = ()) -> None:
        """Save the cards as a PDF where the user says; nothing is marked as printed.

        `left_out` says whose cards are not in it, and why.
        """
        if not ids:
            raise ShowroomError(_("There is no card to print."))
        name = _("cards-{day}.pdf").format(day=self._page.db.today())
        path = dialogs.choose_save(self._page, _("Save Cards as PDF"), name, "PDF (*.pdf)")
        if path is not None:
            self._set(ids, stock, lambda _pdf: self._kept(path, left_out), path)

    # -- envelopes or labels: printing one again does no harm, nothing is marked --

    def print_envelopes(
        self, ids: Sequence[int], kind: Envelope | Sheet, *, blank: bool, start: int = 1
    ) -> None:
        """Let the user choose a printer and print the envelopes of these cards, in their order.

        On a sheet of labels from the place `start` on.
        """
        on_labels = isinstance(kind, labels.Sheet)

        def choose(found: tuple[Made, bytes]) -> None:
            made, pdf = found
            count = len(made.addressees)
            if on_labels:
                said = ngettext("{count} label printed.", "{count} labels printed.", count)
            else:
                said = ngettext("{count} envelope printed.", "{count} envelopes printed.", count)

            def taken(_printer: str) -> None:
                self._page.said.emit(said.format(count=count) + _without(made))
                if on_labels:
                    self.labelled.emit(count)

            what = _("Labels") if on_labels else _("Envelopes")
            job = printing.print_pdf(self._page, pdf, what, taken)
            if job is not None:
                self._watch(job)

        self._set_envelopes(ids, kind, blank, start, choose, None)

    def save_envelopes(
        self, ids: Sequence[int], kind: Envelope | Sheet, *, blank: bool, start: int = 1
    ) -> None:
        """Save the envelopes or labels of these cards as a PDF where the user says."""
        day = self._page.db.today()
        if isinstance(kind, labels.Sheet):
            title, name = _("Save Labels as PDF"), _("Labels {day}.pdf").format(day=day)
        else:
            title, name = _("Save Envelopes as PDF"), _("envelopes-{day}.pdf").format(day=day)
        path = dialogs.choose_save(self._page, title, name, "PDF (*.pdf)")
        if path is not None:
            said = _("Saved: {name}").format(name=path.name)

            def kept(found: tuple[Made, bytes]) -> None:
                self._page.said.emit(said + _without(found[0]))

            self._set_envelopes(ids, kind, blank, start, kept, path)

    def print_plain(self, kind: Envelope, shop: Settings) -> None:
        """Print the envelope on plain paper, to hold a real one against it."""
        pdf = envelopes.plain_page(kind, shop)
        job = printing.print_pdf(self._page, pdf, _("Envelopes"), lambda _printer: None)
        if job is not None:
            self._watch(job)

    def _set_envelopes(
        self,
        ids: Sequence[int],
        kind: Envelope | Sheet,
        blank: bool,
        start: int,
        done: Callable[[tuple[Made, bytes]], None],
        path: Path | None,
    ) -> None:
        if self.busy or not ids:
            return
        on_labels = isinstance(kind, labels.Sheet)

        def work(session: Session, progress: Progress) -> tuple[Made, bytes]:
            if isinstance(kind, labels.Sheet):
                made, pdf = labels.take_out_of_cards(
                    session, ids, kind, start=start, progress=progress
                )
            else:
                made, pdf = envelopes.take_out(session, ids, kind, blank=blank, progress=progress)
            if path is not None:
                with saving.saving(path) as file:
                    file.write(pdf)
            return made, pdf

        leaving.take_out(
            self._page,
            _("Setting the labels…") if on_labels else _("Setting the envelopes…"),
            _("Labels") if on_labels else _("Envelopes"),
            path,
            work,
            done,
            watch=self._watch,
        )

    # -- inside --

    def _set(
        self,
        ids: Sequence[int],
        stock: Stock,
        done: Callable[[bytes], None],
        path: Path | None = None,
    ) -> None:
        """Set the cards, into a file when it is named; on paper they are noted once printed."""
        if self.busy or not ids:
            return
        today = self._page.db.today()

        def work(session: Session, progress: Progress) -> bytes:
            pdf = queue.pdf(session, ids, today=today, **stock._asdict(), progress=progress)
            if path is not None:
                with saving.saving(path) as file:
                    file.write(pdf)
            return pdf

        leaving.take_out(
            self._page,
            _("Setting the cards…"),
            _("Cards"),
            path,
            work,
            done,
            notes=path is not None,
            watch=self._watch,
        )

    def _watch(self, job: Job) -> None:
        self.busy = True
        job.finished.connect(self._on_finished)
        self.changed.emit()

    def _on_finished(self) -> None:
        self.busy = False
        self.changed.emit()

    def _mark(
        self,
        whose: Mapping[int, str],
        printer: str,
        meant: Collection[int],
        again: str,
        left_out: Sequence[str],
    ) -> None:
        ids, now = list(whose), self._page.db.now()

        def write(_progress: Progress | None = None) -> list[str]:
            with self._page.db.write() as session:
                return queue.mark_printed(
                    session,
                    ids,
                    printer=printer,
                    now=now,
                    again=meant,
                    again_reason=again,
                    whose=whose,
                )

        def told(odd: list[str]) -> None:
            said = ngettext("{count} card printed.", "{count} cards printed.", len(ids))
            said = said.format(count=len(ids))
            if left_out:
                said += " " + _("Not printed: {list}").format(list=_(", ").join(left_out))
            if odd:
                said += " " + _("Not to be posted: {list}").format(list=_(", ").join(odd))
            self._page.said.emit(said)
            self.printed.emit(len(ids))

        if len(ids) > AT_ONCE:
            self._watch(self._page.job(_("Noting what was printed…"), write, told, writes=True))
            return
        with self._page.reporting():
            told(write())

    def _kept(self, path: Path, left_out: Sequence[str]) -> None:
        said = _("Saved as {name}. Nothing is marked as printed.").format(name=path.name)
        if left_out:
            said += " " + _("Left out: {list}").format(list=_(", ").join(left_out))
        self._page.said.emit(said)


def _without(made: Made) -> str:
    """Who got no envelope, and why, so that the cards can be laid beside them."""
    if not made.left_out:
        return ""
    said = _(", ").join(one.sentence for one in made.left_out)
    return " " + _("Left out: {list}").format(list=said)
