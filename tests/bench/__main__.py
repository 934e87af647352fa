"""Measure and print one table: `uv run python -m tests.bench [NAME …] [--quick]`.

Exit 1 when a promise of DESIGN §10 is missed. `--quick` takes tiny amounts: it shows that every
benchmark runs, says nothing about the promises, and exits 0.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time

from tests.bench import measure

BENCHES = {  # the first one invents the desk the others look at
    "sample": "samples",
    "startup": "startup",
    "search": "search",
    "duplicates": "duplicates",
    "save": "save",
    "scroll": "scroll",
    "many": "many",
    "file": "files",
    "desk": "desk",
    "shift": "shift",
    "import": "imports",
    "cards": "cards",
    "monthbook": "monthbook",
    "figures": "figures",
    "calendar": "calendars",
    "follow_ups": "follow_ups",
    "safety": "safety",
}


def main() -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="tiny amounts, only to see it run")
    args = parser.parse_args()
    unknown = set(args.names) - set(BENCHES)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    measures: list[measure.Measure] = []
    for name in args.names or BENCHES:
        start = time.perf_counter()
        print(f"{name} … ", end="", file=sys.stderr, flush=True)
        measures += importlib.import_module(f"tests.bench.{BENCHES[name]}").run(args.quick)
        print(f"{time.perf_counter() - start:.1f} s", file=sys.stderr)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors{load}")
    print(*measure.lines(measures, judged=not args.quick), sep="\n")
    missed = [each.name for each in measures if not each.kept]
    if missed and not args.quick:
        print(f"Missed: {'; '.join(missed)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
