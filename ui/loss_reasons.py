"""Why customers were lost, as lying bars: by reason, by rival, or by consultant."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal

from showroom.figures import losses as counted
from showroom.figures.losses import By, Tally
from showroom.i18n import _
from ui import style
from ui.charts import Funnel, Step
from ui.segmented import Segmented
from ui.widgets import Card

BARS: Final = 8
WIDEST: Final = 150  # pixels of a reason


class LossReasons(Card):
    """`show_tallies(…)`; `narrowed()` when other losses are asked for, `asked()` for other bars."""

    narrowed = Signal()
    asked = Signal()

    def __init__(self) -> None:
        super().__init__(_("Why"), name="customers.losses.chart.card")
        self._tallies: list[Tally] = []
        self._place = -1
        self.by = Segmented(
            [(by, _(text)) for by, text in counted.BYS.items()],
            name="customers.losses.by",
            optional=False,
        )
        self.by.setAccessibleName(_("Counted"))
        self.by.set_code(By.REASON)
        self.chart = Funnel("customers.losses.chart")
        self.chart.setAccessibleName(_("Reasons for a loss"))
        self.head.addWidget(self.by)
        self.body.addWidget(self.chart)
        self.by.chosen.connect(lambda _code: self.asked.emit())
        self.chart.clicked.connect(self.choose)

    def counted_by(self) -> By:
        """What the bars count by."""
        return By(self.by.code())

    def chosen(self) -> Tally | None:
        """The bar whose losses are asked for."""
        return self._tallies[self._place] if 0 <= self._place < len(self._tallies) else None

    def choose(self, bar: int) -> None:
        """Ask for the losses of one bar; of the same again, or of none there is, for all."""
        there = 0 <= bar < len(self._tallies[:BARS])
        self._place = bar if there and bar != self._place else -1
        self.narrowed.emit()

    def show_all(self) -> None:
        """No bar is chosen any more; nobody is told."""
        self._place = -1

    def show_tallies(self, tallies: list[Tally]) -> None:
        """Show these bars, the first few; the one that is chosen stays."""
        self._tallies = tallies
        if self._place >= len(tallies[:BARS]):
            self._place = -1
        self.chart.show_data(
            [
                Step(
                    f"{number} {_short(one.label)}",
                    one.number,
                    f"{one.share:.0%}",
                    f"{one.label}: {one.number} · {one.share:.0%}",
                )
                for number, one in enumerate(tallies[:BARS], 1)
            ]
        )


def _short(words: str) -> str:
    """As much of a reason as leaves room for its bar."""
    return style.metrics().elidedText(words, Qt.TextElideMode.ElideRight, WIDEST)
