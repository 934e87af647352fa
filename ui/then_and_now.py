"""A picture of things at two times, as the levels at the start of a month and at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent

from ui import style
from ui.charts import ALIGN, Chart


@dataclass(frozen=True)
class Pair:
    """One thing at two times: how many there were, and how many there are."""

    label: str
    was: int
    now: int
    tip: str = ""


class Pairs(Chart):
    """Two lying bars for each thing, before (light) and now (dark): `show_data([Pair(…)])`."""

    _pairs: Sequence[Pair] = ()

    def show_data(self, pairs: Sequence[Pair]) -> None:
        """Show these from top to bottom."""
        self._pairs = list(pairs)
        self._say([pair.tip or f"{pair.label}: {pair.was} → {pair.now}" for pair in pairs])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = self._begin()
        if not self._pairs:
            return
        metrics = style.metrics()
        start = max(12 + max(metrics.horizontalAdvance(p.label) for p in self._pairs) + 14, 40)
        said = [(f"{p.now:,}", _change(p.now - p.was)) for p in self._pairs]
        room = max(
            self.width() - start - max(metrics.horizontalAdvance(" ".join(s)) for s in said) - 28,
            20,
        )
        most = max(max(p.was, p.now) for p in self._pairs) or 1
        row = min(46.0, (self.height() - 16) / len(self._pairs))
        thick = min(8.0, row / 2 - 4)
        for number, pair in enumerate(self._pairs):
            y = 8 + row * number
            box = QRectF(0, y, self.width(), row)
            painter.setFont(style.font())
            painter.setPen(style.colour("muted"))
            painter.drawText(box.adjusted(12, 0, 0, 0), ALIGN.AlignVCenter, pair.label)
            painter.setPen(Qt.PenStyle.NoPen)
            top, longest = y + row / 2 - thick, 0.0
            for value, share in ((pair.was, 0.28), (pair.now, 1.0)):
                long = max(room * value / most, 2.0 if value else 0.0)
                longest = max(long, longest)
                painter.setBrush(style.blend("accent", "surface", share))
                painter.drawRoundedRect(QRectF(start, top, long, thick - 1), 2, 2)
                top += thick
            after = box.adjusted(start + longest + 8, 0, 0, 0)
            painter.setPen(style.colour("text"))
            painter.drawText(after, ALIGN.AlignVCenter, said[number][0])
            painter.setPen(style.colour("muted"))
            gap = metrics.horizontalAdvance(f"{said[number][0]} ")
            painter.drawText(after.adjusted(gap, 0, 0, 0), ALIGN.AlignVCenter, said[number][1])
            self._places.append((box, pair.tip or f"{pair.label}: {pair.was} → {pair.now}"))
        self._end(painter)


def _change(by: int) -> str:
    return f"{'▲' if by > 0 else '▼'} {abs(by):,}" if by else ""
