"""Every Nth call to the disk fails, once or for ever, with ENOSPC or EIO: a sentence, no loss."""

from __future__ import annotations

import itertools
from functools import partial
from pathlib import Path

from tests.rigs import desks, rig, shim

SHORT = 4  # a work and kind of error; long: every call


def run(*, long: bool, works: list[str] | None = None) -> rig.Report:
    """Let calls of each work fail; the program says it in a sentence, and then goes on."""
    report = rig.Report()
    with rig.scratch() as root:
        folders = desks.prepare(root)
        for name in works or list(folders):
            for kinds in (shim.CHANGES, shim.READS):
                calls = _whole(name, folders[name], root / "trial", kinds)
                errors = rig.ERRORS if kinds == shim.CHANGES else {"EIO": rig.ERRORS["EIO"]}
                for (word, errno), what in itertools.product(
                    errors.items(), (shim.ONCE, shim.EVER)
                ):
                    times = calls if long else min(SHORT, calls)
                    for number in range(times):
                        fault = shim.Fault(
                            root / "trial", what, 1 + number * calls // times, kinds, errno
                        )
                        _fail(report, name, folders[name], fault, word)
    return report


def _whole(name: str, folder: Path, trial: Path, kinds: int) -> int:
    rig.copied(folder, trial)
    return shim.trial(partial(desks.WORKS[name], trial), shim.Fault(trial, kinds=kinds)).calls


def _fail(report: rig.Report, name: str, folder: Path, fault: shim.Fault, word: str) -> None:
    trial = rig.copied(folder, fault.below)
    done = shim.trial(partial(desks.WORKS[name], trial), fault)
    report.count("errors")
    report.count({"sentence": "told in a sentence", "done": "got over"}.get(done.ended, "worse"))
    report.count("acknowledged", len(done.acks))
    how = "once" if fault.what == shim.ONCE else "for ever"
    where = f"{name}, {word} {how} from call {fault.at} of kinds {fault.kinds}"
    if done.ended in ("broken", "killed"):
        report.fault(f"{where}: {done.said.strip()[-900:]}")
    for found in desks.proof(name, trial, done.acks):
        report.fault(f"{where}: {found}")
