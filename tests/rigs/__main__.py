"""Do the worst and print a line for each rig: `uv run python -m tests.rigs [NAME …] [--long]`.

`--prove` takes each protection away in turn and shows that its rig notices. Exit 1 when a
protection failed, or when taking one away was not noticed.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

RIGS = {  # the name on the command line, the module, whether it needs the shim
    "kills": ("kills", True),
    "power": ("power", True),
    "errors": ("errors", True),
    "full": ("full", True),
    "damage": ("damage", True),
    "starts": ("starts", True),
    "clock": ("clocks", True),
    "bytes": ("scan", True),
    "naughty": ("naughty", False),
    "tamper": ("tamper", False),
    "versions": ("versions", False),
}
SHOWN = 30


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.rigs", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(RIGS))
    parser.add_argument("--long", action="store_true", help="as often as promised; takes an hour")
    parser.add_argument(
        "--minutes",
        type=float,
        metavar="N",
        help="kills: stop after so long, and say how far it came",
    )
    parser.add_argument("--prove", action="store_true", help="take the protections away")
    args = parser.parse_args()
    unknown = set(args.names) - set(RIGS)
    if unknown:
        parser.error(f"no rig is called {', '.join(sorted(unknown))}")
    names = args.names or list(RIGS)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from showroom import i18n
    from tests import engines
    from tests.rigs import rig, shim

    i18n.use("en")
    engines.compile_once()
    sys.dont_write_bytecode = True  # Python leaves half of a compiled step on a disk that is full
    logging.disable()
    if not shim.missing() and not shim.loaded():
        with TemporaryDirectory(prefix="showroom-shim-") as folder:
            return shim.again(Path(folder))
    if args.minutes is not None:
        rig.until = time.monotonic() + args.minutes * 60
    failed = False
    for name in names:
        failed |= prove(name) if args.prove else not run(name, long=args.long)
    return int(failed)


def run(name: str, *, long: bool) -> bool:
    """Run one rig and print its line; whether every protection held."""
    from tests.rigs import rig, shim

    module, preloaded = RIGS[name]
    start = time.perf_counter()
    try:
        if preloaded and shim.missing():
            raise rig.Skip(shim.missing())
        report: rig.Report = importlib.import_module(f"tests.rigs.{module}").run(long=long)
    except rig.Skip as reason:
        print(f"{name}: skipped: {reason}", flush=True)
        return True
    print(f"{name}: {report.line} · {time.perf_counter() - start:.0f} s", flush=True)
    for fault in report.faults[:SHOWN]:
        print(f"  {fault}", flush=True)
    return not report.faults


def prove(name: str) -> bool:
    """Take away each protection that a rig watches; whether one was not missed."""
    from tests.rigs import proofs, rig

    failed = False
    for removed, without in proofs.of(name):
        try:
            report = without()
        except rig.Skip as reason:
            print(f"{name} without {removed}: skipped: {reason}", flush=True)
            continue
        said = f"noticed: {report.faults[0][:150]}" if report.faults else "NOT NOTICED"
        print(f"{name} without {removed}: {said}", flush=True)
        failed |= not report.faults
    return failed


if __name__ == "__main__":
    sys.exit(main())
