"""Filters and many customers at once: each filter ≤ 50 ms of 100,000, 10,000 given away ≤ 5 s.

The floor of a change is the bare statement in the same file. The memory is what the process takes
for a list of 1,000,000 that was shown, ticked from end to end and scrolled to its end: ≤ 300 MB.
"""

from __future__ import annotations

import itertools
from functools import partial

from showroom.guard import amends
from showroom.people import filters, many, search
from showroom.people.filters import Filter
from showroom.store.db import Database
from showroom.store.models import Level, Status
from tests.bench import desks, startup
from tests.bench.measure import Measure, each_in_turn, in_turn

FILTERS = (
    Filter(level=Level.MONTH),
    Filter(status=Status.OWNER),
    Filter(consultant_id=filters.NOBODY),
    Filter(channel_id=12),
    Filter(model_id=40),
    Filter(due="late"),
    Filter(birthday="month"),
    Filter(birthday="week", status=Status.OWNER),
    Filter(away=90),
    Filter(no_consent=True),
    Filter(no_consent=True, away=90, birthday="next"),
)
SCREEN, CHANGE, MEMORY = (("longest", 50.0),), (("median", 5.0),), (("median", 300.0),)
HELD = "from tests.bench import many; many.held()"
BARE = "UPDATE customer SET consultant_id = ? WHERE id IN (SELECT id FROM customer LIMIT ?)"


def run(quick: bool) -> list[Measure]:
    """Filters, a change of many and its undo, the memory of a list."""
    db = desks.opened(desks.copy(quick, "many"))
    today = db.today()

    def ours(wanted: object) -> None:
        assert isinstance(wanted, Filter)
        with db.read() as session:
            where = filters.conditions(wanted, today=today)
            search.find(session, where=where, broad=wanted.broad)

    def floor(_wanted: object) -> None:
        with db.read() as session:
            session.connection().exec_driver_sql("SELECT count(name) FROM customer").scalar()

    each_in_turn(1, FILTERS, ours, floor)  # the first time SQL is compiled, too
    mine, least = each_in_turn(1 if quick else 5, FILTERS, ours, floor)
    size = 100 if quick else 10_000
    changed, bare, undone = _given(db, size, 1 if quick else 3)
    db.close()
    return [
        Measure("many: a filter of all customers", mine, least, promises=SCREEN),
        Measure(f"many: consultant of {size:,}", changed, bare, "s", CHANGE),
        Measure("… taken back", undone, (), "s", CHANGE),
        Measure("many: a list of 1,000,000", _memory(quick), (), "MB", MEMORY),
    ]


def _given(db: Database, size: int, runs: int) -> tuple[list[float], list[float], list[float]]:
    """So many customers given to one consultant after the other, and taken back."""
    with db.read() as session:
        ids = search.find(session)[:size]
        people = itertools.cycle([id for id, _name in many.consultants(session) if id])
    undone: list[float] = []

    def give() -> None:
        with db.write() as session:
            many.change_consultant(session, ids, next(people))

    def back() -> None:
        with db.write() as session:
            amends.undo(session)

    def bare() -> None:
        with db.read() as session:  # thrown away
            session.connection().exec_driver_sql(BARE, (next(people), size))

    changed: list[float] = []
    least: list[float] = []
    for _run in range(runs):
        mine, its = in_turn(1, give, bare, unit=1)
        taken, _its = in_turn(1, back, bare, unit=1)
        changed, least, undone = changed + mine, least + its, undone + taken
    return changed, least, undone


def _memory(quick: bool) -> list[float]:
    """MB, in processes of their own."""
    told = partial(startup.told, HELD, "1000" if quick else "1000000")
    return [told()["mb"] for _run in range(1 if quick else 3)]


def held() -> None:
    """Tell what the list of customers takes when it holds so many; run in a process of its own."""
    import json
    import os
    import sys
    from types import SimpleNamespace

    from PySide6.QtWidgets import QApplication

    from ui.many_table import ManyTable
    from ui.rows import Column

    _app = QApplication([])
    columns = [Column("", lambda row: row.name)] * 7
    table = ManyTable(
        "bench.list", columns, lambda ids: [SimpleNamespace(id=id, name=f"张伟 {id}") for id in ids]
    )
    table.resize(900, 600)
    table.show()
    table.grab()
    before = _resident()
    table.show_ids(json.loads(json.dumps(list(range(1, int(sys.argv[1]) + 1)))))  # as `find` does
    table.tick_all()
    table.scrollToBottom()
    table.grab()
    print(json.dumps({"mb": _resident() - before}), flush=True)
    os._exit(0)


def _resident() -> float:
    """MB of this process that ever were in the memory at once."""
    import resource
    import sys

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 1024)
