"""100,000 customers on their page: shown, paged, searched; no silence over 50 ms.

The floor of the bar is a bare `QTableView` of as many rows that are all in the memory. The script
is played several times and each step's median counts: so a long one is ours, not the machine's.
"""

from __future__ import annotations

from tests.bench import desks, startup
from tests.bench.measure import Measure, steady

BARE = "from tests.bench import scripts; scripts.plain()"


def run(quick: bool) -> list[Measure]:
    """The steps of `scripts.scroll`, each kind by itself."""
    folder = str(desks.big(quick).folder)
    ours, floor = [], []
    for _run in range(1 if quick else 5):
        floor.append(startup.told(BARE, "200" if quick else "100000")["steps"])
        ours.append(startup.told(startup.OURS, folder, "scroll", "1" if quick else "5")["steps"])
    least = steady([[ms for _name, ms in steps] for steps in floor])
    return [
        Measure(one.name, one.ours, least, promises=one.promises) if "the bar," in one.name else one
        for one in startup.stalls("customers", ours)
    ]
