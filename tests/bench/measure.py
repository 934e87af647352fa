"""What was measured, what nobody can go below, what we promise; and the table of it all."""

from __future__ import annotations

import math
import statistics
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Thread

TICK = 0.01


@dataclass(frozen=True)
class Measure:
    """One thing measured, a value for each time it was done; the floor was measured in turn.

    `promises` name a figure ("median", "p99", "longest", "ratio") and how much it may be at most.
    """

    name: str
    ours: Sequence[float]
    floor: Sequence[float] = ()
    unit: str = "ms"
    promises: tuple[tuple[str, float], ...] = ()

    def figure(self, name: str) -> float:
        """A figure of ours; the ratio is that of the medians."""
        if name == "ratio":
            return statistics.median(self.ours) / statistics.median(self.floor)
        if name == "p99":
            return sorted(self.ours)[math.ceil(len(self.ours) * 0.99) - 1]
        return max(self.ours) if name == "longest" else statistics.median(self.ours)

    @property
    def kept(self) -> bool:
        """Whether every promise is kept."""
        return all(self.figure(name) <= most for name, most in self.promises)

    def cells(self, judged: bool) -> list[str]:
        """Its line of the table; not judged where the amounts are tiny."""
        many = len(self.ours) > 1
        return [
            self.name,
            self._shown(self.figure("median")),
            self._shown(self.figure("p99")) if len(self.ours) >= 100 else "",
            self._shown(self.figure("longest")) if many else "",
            self._shown(statistics.median(self.floor)) if self.floor else "",
            f"{self.figure('ratio'):.2f}" if self.floor else "",
            ", ".join(
                f"{name} ≤ {most:g}" + ("" if name == "ratio" else f" {self.unit}")
                for name, most in self.promises
            ),
            ("kept" if self.kept else "MISSED") if self.promises and judged else "",
        ]

    def _shown(self, value: float) -> str:
        return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f} {self.unit}"


HEAD = ["", "ours", "p99", "longest", "floor", "ratio", "promise", ""]


def lines(measures: Sequence[Measure], *, judged: bool = True) -> list[str]:
    """The measures as lines of one table."""
    rows = [HEAD, *(measure.cells(judged) for measure in measures)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in rows]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def seconds(work: Callable[..., object], *words: object) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work(*words)
    return time.perf_counter() - start


def in_turn(
    runs: int, ours: Callable[[], object], floor: Callable[[], object], unit: float = 1000
) -> tuple[list[float], list[float]]:
    """Both in turn, so that a busy machine is busy for both; in ms, or what `unit` makes of s."""
    pairs = [(seconds(floor) * unit, seconds(ours) * unit) for _run in range(runs)]
    return [mine for _its, mine in pairs], [its for its, _mine in pairs]


def steady(rounds: Sequence[Sequence[float]]) -> list[float]:
    """The same steps done several times: each step's median, so that the machine's noise is gone.

    The longest of these is a step that is long, not a moment at which something else ran.
    """
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def each_in_turn(
    rounds: int,
    words: Sequence[object],
    ours: Callable[..., object],
    floor: Callable[..., object],
) -> tuple[list[float], list[float]]:
    """Both for each word, all of them several times over; ms, each word's median."""
    mine: list[list[float]] = []
    its: list[list[float]] = []
    for _round in range(rounds):
        pairs = [(seconds(floor, word) * 1000, seconds(ours, word) * 1000) for word in words]
        its.append([one for one, _other in pairs])
        mine.append([other for _one, other in pairs])
    return steady(mine), steady(its)


def beat(work: Callable[[], object]) -> float:
    """How late this thread came at most, in milliseconds, while another one does the work."""
    worker = Thread(target=work)
    worst, last = 0.0, time.perf_counter()
    worker.start()
    while worker.is_alive():
        time.sleep(TICK)
        now = time.perf_counter()
        worst, last = max(worst, now - last - TICK), now
    worker.join()
    return worst * 1000


def spin(seconds: float) -> None:
    """Count, in plain Python."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
