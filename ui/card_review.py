"""What is wrong with a batch before it is printed: who is affected, and its worst cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from showroom.cards import compose, queue, render, worst
from showroom.cards.compose import Letter
from showroom.cards.worst import Worst
from ui.jobs import Job

if TYPE_CHECKING:
    from showroom.progress import Progress
    from ui.pages.cards import CardsPage

AT_ONCE: Final = 20
"""So many cards are looked through while the page waits; more on a thread."""


class BatchReview(QObject):
    """Looks through the ticked cards together with the one that is shown; the panel says it."""

    def __init__(self, page: CardsPage) -> None:
        super().__init__(page)
        self._page = page
        self._asked = 0

    def look(self) -> None:
        """Look through them again, unless something else is shown."""
        page = self._page
        shown = page.shown()
        if not shown or not page.card.ready:
            return
        ids = page.lists.waiting.checked_ids()
        if shown not in ids:
            ids = [shown]
        with page.db.read() as session:
            free, left_out = queue.batch(session, ids, page.db.today())
        ids = free or [shown]
        self._asked += 1
        if len(ids) <= AT_ONCE:
            with page.db.read() as session:
                letters = compose.compose_many(session, ids, today=page.db.today())
            page.card.say_problems(letters, left_out)
            page.card.show_worst(worst.of(letters) if len(letters) > 1 else [])
            return
        asked, size, dress = self._asked, page.card.card_size(), page.card.dress

        def work(progress: Progress) -> tuple[int, list[str], list[Letter], list[Worst], list[str]]:
            with page.db.read() as session:
                letters = compose.compose_many(session, ids, today=page.db.today())
            return (
                asked,
                render.problems(letters, size=size, dress=dress),
                letters,
                worst.of(letters),
                left_out,
            )

        Job(page, "", work, self._on_looked, quiet=True)

    def _on_looked(
        self, found: tuple[int, list[str], list[Letter], list[Worst], list[str]]
    ) -> None:
        asked, problems, letters, cases, left_out = found
        if asked == self._asked and self._page.shown():
            self._page.card.say(problems, letters, left_out)
            self._page.card.show_worst(cases)
