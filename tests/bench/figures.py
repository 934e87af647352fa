"""The figures page on 100,000 customers: counting stops nobody, no silence over 50 ms."""

from __future__ import annotations

from tests.bench import desks, startup
from tests.bench.measure import Measure


def run(quick: bool) -> list[Measure]:
    """The steps of `scripts.figures`, each kind by itself."""
    folder = str(desks.big(quick).folder)
    rounds = "1" if quick else "2"
    times = range(1 if quick else 3)
    told = [startup.told(startup.OURS, folder, "figures", rounds)["steps"] for _run in times]
    return startup.stalls("figures", told)
