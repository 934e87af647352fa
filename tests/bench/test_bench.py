"""Every benchmark runs and tells its figures; what they are is looked at, never asserted here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHES

ROOT = Path(__file__).parents[2]
SAID = {  # how the lines of a benchmark begin
    "sample": "sample of",
    "startup": "first paint",
    "search": "search:",
    "duplicates": "duplicates:",
    "save": "save:",
    "scroll": "customers:",
    "many": "many:",
    "file": "file:",
    "desk": "desk:",
    "shift": "open a party",
    "import": "import of",
    "cards": "3 cards",
    "monthbook": "month's workbook",
    "figures": "figures:",
    "calendar": "calendar:",
    "follow_ups": "follow-ups:",
    "safety": "open the encrypted file",
}


@pytest.mark.slow
def test_every_benchmark_prints_its_table():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(SAID) == set(BENCHES)
    lines = done.stdout.splitlines()
    assert all(word in lines[1] for word in ("ours", "floor", "ratio", "promise"))
    for name, begin in SAID.items():
        assert any(line.startswith(begin) for line in lines), name
    assert not any("MISSED" in line for line in lines)  # tiny amounts say nothing
