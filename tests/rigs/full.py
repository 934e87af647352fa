"""A disk with room for so many kilobytes more, and folders that cannot be written."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

from tests.rigs import desks, rig, shim

SHORT, LONG = 96, 4  # kilobytes from one trial to the next


def run(*, long: bool, works: list[str] | None = None) -> rig.Report:
    """Do each work on a disk that is nearly full, and in folders that are read-only."""
    rig.need_root()
    report = rig.Report()
    with rig.scratch() as root:
        folders = desks.prepare(root)
        for name in works or list(folders):
            _full(report, root, name, folders[name], LONG if long else SHORT)
            _locked(report, root, name, folders[name])
    return report


def _full(report: rig.Report, root: Path, name: str, folder: Path, step: int) -> None:
    for room in range(0, 1200, step):
        with rig.mounted(root / "disk", "-t", "tmpfs", "-o", "size=12m", "tmpfs") as disk:
            desk = rig.copied(folder, disk / "desk")
            free = os.statvfs(disk).f_bavail * 4096
            (disk / "ballast").write_bytes(b"x" * max(0, free - room * 1024))
            done = shim.trial(partial(desks.WORKS[name], desk))
            report.count("trials on a full disk")
            _judge(report, f"{name}, {room} KB of room", name, desk, done, disk / "ballast")
            if done.ended == "done":
                return


def _judge(
    report: rig.Report, where: str, name: str, desk: Path, done: shim.Trial, ballast: Path
) -> None:
    report.count("acknowledged", len(done.acks))
    if done.ended == "sentence":
        report.count("told in a sentence")
    if done.ended == "broken":
        report.fault(f"{where}: {done.said.strip()[-900:]}")
    ballast.unlink(missing_ok=True)
    for found in desks.proof(name, desk, done.acks):
        report.fault(f"{where}: {found}")


def _locked(report: rig.Report, root: Path, name: str, folder: Path) -> None:
    """The whole folder on a disk that is read-only; then one thing in it that is."""
    with rig.mounted(root / "disk", "-t", "tmpfs", "-o", "size=12m", "tmpfs") as disk:
        desk = rig.copied(folder, disk / "desk")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        done = shim.trial(partial(desks.WORKS[name], desk))
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        report.count("trials on a read-only disk")
        if done.ended != "sentence":
            report.fault(f"{name}, read-only: {done.ended} {done.said.strip()[-300:]}")
        _judge(report, f"{name}, read-only", name, desk, done, disk / "none")
    shutil.rmtree(root / "disk", ignore_errors=True)
