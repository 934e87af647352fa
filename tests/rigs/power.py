"""Power cuts: a process dies on an ext4 of its own, and only what the device has got survives.

The desk lies on an ext4 in a loop device. At the Nth call that changes a file the process is
killed, and what the device holds at that moment is taken as the disk after the cut: everything
that the kernel still kept in memory is gone, names and sizes too, and ext4 replays its journal when
it is mounted again. At every second cut some random ranges of the files reach the device before,
out of their order. Not shown: a drive that lies about having written, or tears a sector.
"""

from __future__ import annotations

import ctypes
import random
import subprocess
from functools import partial
from pathlib import Path

from tests.rigs import desks, rig, shim

SHORT, LONG = 8, 1_000  # a work; in all
MEGABYTES = 24


def run(*, long: bool, works: list[str] | None = None) -> rig.Report:
    """Cut each work at calls spread over all it makes; then mount what is left and look."""
    rig.need_root()
    report, chance = rig.Report(), random.Random(20261121)
    with rig.scratch() as root:
        folders = desks.prepare(root)
        for name in works or list(folders):
            disk = _disk(root, folders[name])
            whole = _work(root, disk, name, None)
            for number, at in enumerate(whole.cuts(LONG // len(folders) if long else SHORT)):
                fault = shim.Fault(root / "disk" / "desk", shim.KILL, at)
                done = _work(root, disk, name, fault, chance if number % 2 else None)
                report.count("cuts" if done.ended == "killed" else "ran through")
                report.count("acknowledged", len(done.acks))
                if done.ended in ("broken", "sentence"):
                    report.fault(f"{name}, call {at}: {done.ended}: {done.said}")
                with rig.mounted(root / "after", "-o", "loop", str(root / "cut.img")) as after:
                    for fault_found in desks.proof(name, after / "desk", done.acks):
                        report.fault(f"{name}, cut at call {at}: {fault_found}")
    return report


def _disk(root: Path, folder: Path) -> Path:
    """An image of an ext4 with the desk in it."""
    image = root / "disk.img"
    image.unlink(missing_ok=True)
    with open(image, "wb") as file:
        file.truncate(MEGABYTES << 20)
    made = subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], capture_output=True, text=True)
    if made.returncode:
        raise rig.Skip(f"cannot make an ext4: {made.stderr.strip()}")
    with rig.mounted(root / "disk", "-o", "loop", str(image)) as disk:
        rig.copied(folder, disk / "desk")
    return image


def _work(
    root: Path,
    disk: Path,
    name: str,
    fault: shim.Fault | None,
    chance: random.Random | None = None,
) -> shim.Trial:
    """Do a work on a fresh disk, and leave in `cut.img` what the device has got at its end."""
    live = root / "live.img"
    _copy(disk, live)
    # no help from ext4 for programs that rename without a sync
    options = "loop,noauto_da_alloc"
    with rig.mounted(root / "disk", "-o", options, str(live)) as mounted:
        folder = mounted / "desk"
        done = shim.trial(partial(desks.WORKS[name], folder), fault or shim.Fault(folder))
        if chance is not None:
            _write_some(folder, chance)
        _copy(live, root / "cut.img")
    return done


def _write_some(folder: Path, chance: random.Random) -> None:
    """Let the kernel write random ranges of the files, as it may at any time."""
    sync = ctypes.CDLL(None, use_errno=True).sync_file_range
    sync.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    for path in folder.rglob("*.db*"):
        with open(path, "rb") as file:
            pages = path.stat().st_size // 4096 + 1
            for _range in range(3):
                start = chance.randrange(pages)
                sync(file.fileno(), start * 4096, chance.randint(1, 8) * 4096, 7)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "--sparse=always", str(source), str(target)], check=True)
