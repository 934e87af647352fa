"""Kill -9 at every Nth call that changes a file, before it or in the middle of a write.

The long form strikes at every call of every work in a random order, again and again, so that it may
be stopped by the clock at any moment and has looked at all works alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.rigs import desks, rig, shim

SHORT, LONG = 14, 10_000  # a work; in all

Strike = tuple[str, int, int]  # which work, at which call, and how


def run(*, long: bool, works: list[str] | None = None) -> rig.Report:
    """Kill each work at calls spread over all it makes; then open the desk and look."""
    report = rig.Report()
    with rig.scratch() as root:
        folders = desks.prepare(root)
        cuts: dict[str, list[int]] = {}
        for name in works or list(folders):
            whole = _whole(name, folders[name], root / "trial")
            report.count("calls counted", whole.calls)
            cuts[name] = whole.cuts(whole.calls if long else SHORT)
        for name, at, what in _strikes(cuts) if long else _once(cuts):
            if report.figures.get("kills") == LONG:
                break
            if rig.time_is_up():
                report.count("stopped by the clock")
                break
            _kill(report, name, folders[name], root / "trial", what, at)
            report.count(f"of {name}")
    return report


def _once(cuts: dict[str, list[int]]) -> list[Strike]:
    """Each call of each work; before it or torn, in turns."""
    return [
        (name, at, (shim.KILL, shim.TORN)[number % 2])
        for name, calls in cuts.items()
        for number, at in enumerate(calls)
    ]


def _strikes(cuts: dict[str, list[int]]) -> Iterator[Strike]:
    """Strikes without end, each work as often as the others, both ways, in a random order."""
    chance = random.Random(20261122)
    waiting: dict[str, list[Strike]] = {name: [] for name in cuts}
    while True:
        for name, calls in cuts.items():
            if not waiting[name]:
                both = (shim.KILL, shim.TORN)
                waiting[name] = [(name, at, what) for at in calls for what in both]
                chance.shuffle(waiting[name])
            yield waiting[name].pop()


def _whole(name: str, folder: Path, trial: Path) -> shim.Trial:
    """A work that nothing cuts short."""
    rig.copied(folder, trial)
    whole = shim.trial(partial(desks.WORKS[name], trial), shim.Fault(trial))
    assert whole.ended == "done", whole.said
    faults = desks.proof(name, trial, whole.acks)
    assert not faults, (name, faults)
    return whole


def _kill(report: rig.Report, name: str, folder: Path, trial: Path, what: int, at: int) -> None:
    rig.copied(folder, trial)
    done = shim.trial(partial(desks.WORKS[name], trial), shim.Fault(trial, what, at))
    report.count("kills" if done.ended == "killed" else "ran through")
    report.count("acknowledged", len(done.acks))
    if done.ended in ("broken", "sentence"):
        report.fault(f"{name}, call {at}: {done.ended}: {done.said}")
    for fault in desks.proof(name, trial, done.acks):
        report.fault(f"{name}, killed at call {at}: {fault}")
