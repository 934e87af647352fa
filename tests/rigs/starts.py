"""Several starts at once: of a new desk, and of one that is there; all write, nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

from showroom import choices
from showroom.store.models import ChoiceKind
from tests import builders
from tests.rigs import desks, rig, shim

SHORT, LONG = 10, 300
AT_ONCE = 3
WRITES = 4


def run(*, long: bool) -> rig.Report:
    """Start at the same moment, again and again."""
    report = rig.Report()
    with rig.scratch() as root:
        base = desks.build(root / "base", 5)
        for round_ in range(LONG if long else SHORT):
            for name in ("new", "known"):
                folder = root / f"{name}{round_}"
                if name == "known":
                    rig.copied(base, folder)
                _together(report, name, folder)
    return report


def _together(report: rig.Report, name: str, folder: Path) -> None:
    gate, opener = os.pipe()

    def work(ack: shim.Ack) -> None:
        os.close(opener)
        os.read(gate, 1)  # returns when the gate opens, for all
        with desks.opened(folder) as db:
            for number in range(WRITES):
                with desks.writing(db, ack) as session:
                    phone = f"138{os.getpid() % 10_000:04}{number:04}"
                    builders.a_customer(session, f"客户{number}", phone=phone)

    waits = [shim.start(work) for _start in range(AT_ONCE)]
    os.close(gate)
    os.close(opener)
    ended = [wait() for wait in waits]
    report.count("starts", AT_ONCE)
    acked = {desks.Known(*ack).action for one in ended for ack in one.acks}
    report.count("acknowledged", len(acked))
    for one in ended:
        if one.ended != "done":
            report.fault(f"{name}: {one.ended}: {one.said.strip()[-400:]}")
    with desks.opened(folder) as db:
        faults = desks.sound(db, acked)
        with db.read() as session:
            codes = [each.code for each in choices.options(session, ChoiceKind.CHANNEL)]
        if len(codes) != len(set(codes)) or not codes:
            faults.append("the lists were made twice, or never")
    report.fault(*(f"{name}: {fault}" for fault in faults))
