"""Which month, quarter or year a view looks at: three options, earlier and later."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from showroom.figures import overview
from showroom.figures.overview import Span
from showroom.i18n import _
from ui import style
from ui.segmented import Segmented
from ui.widgets import Button, label

if TYPE_CHECKING:
    from collections.abc import Callable


class TimeSpan(QWidget):
    """`bounds()` are the first and the last day looked at; `chosen()` when the user changed it."""

    chosen = Signal()

    def __init__(self, name: str, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self._day = today()
        spans = (Span.MONTH, Span.QUARTER, Span.YEAR)
        self.span = Segmented(
            [(one, _(overview.SPANS[one])) for one in spans], name=f"{name}.span", optional=False
        )
        self.span.setAccessibleName(_("Time looked at"))
        self.span.set_code(Span.MONTH)
        self.earlier = Button("", icon="chevron-left", kind="quiet", name=f"{name}.earlier")
        self.later = Button("", icon="chevron-right", kind="quiet", name=f"{name}.later")
        self.words = label("", "note", name=f"{name}.time")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.S)
        for part in (self.span, self.earlier, self.words, self.later):
            row.addWidget(part)
        for button, said, by in ((self.earlier, _("Earlier"), -1), (self.later, _("Later"), 1)):
            button.setAccessibleName(said)
            button.clicked.connect(partial(self.step, by))
        self.earlier.setToolTip(style.tip(_("Earlier") + " ([)"))
        self.later.setToolTip(style.tip(_("Later") + " (])"))
        self.span.chosen.connect(self._choose)
        self._say()

    def bounds(self) -> tuple[date, date]:
        """The first and the last day, both included; none after today."""
        first, last = overview.bounds(Span(self.span.code()), self._day)
        return first, min(last, self._today())

    def step(self, by: int) -> None:
        """An earlier or a later time; none that is yet to come."""
        first, last = overview.bounds(Span(self.span.code()), self._day)
        day = first - timedelta(days=1) if by < 0 else last + timedelta(days=1)
        self._day = min(day, self._today())
        self._tell()

    def _choose(self, _code: str) -> None:
        self._tell()

    def _tell(self) -> None:
        self._say()
        self.chosen.emit()

    def _say(self) -> None:
        first, last = self.bounds()
        shown = {
            Span.MONTH: f"{first:%Y-%m}",
            Span.QUARTER: f"{first.year} Q{(first.month + 2) // 3}",
            Span.YEAR: f"{first.year}",
        }
        self.words.setText(shown[Span(self.span.code())])
        self.later.setEnabled(last < self._today())
