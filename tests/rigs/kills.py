"""Kill -9 at every Nth call that changes a file, before it or in the middle of a write."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.rigs import desks, rig, shim

SHORT, LONG = 20, 10_000  # a work; in all


def run(*, long: bool, works: list[str] | None = None) -> rig.Report:
    """Kill each work at calls spread over all it makes; then open the desk and look."""
    report = rig.Report()
    with rig.scratch() as root:
        folders = desks.prepare(root)
        for name in works or list(folders):
            folder = folders[name]
            whole = _whole(name, folder, root / "trial")
            report.count("calls counted", whole.calls)
            cuts = whole.cuts(whole.calls if long else SHORT)
            for turn in range(1 + LONG // len(folders) // len(cuts) if long else 1):
                for number, at in enumerate(cuts):
                    what = shim.TORN if (number + turn) % 2 else shim.KILL
                    _kill(report, name, folder, root / "trial", what, at)
    return report


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
