"""Each rig in its short form, and each proof that it notices when its protection is gone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rigs.__main__ import RIGS

ROOT = Path(__file__).parents[2]


def run(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.rigs", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    if "skipped:" in done.stdout and "noticed" not in done.stdout:
        pytest.skip(done.stdout.strip())
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGS)
def test_the_rig_finds_no_fault(name):
    assert "· 0 faults" in run(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", RIGS)
def test_the_rig_notices_when_its_protection_is_gone(name):
    assert "noticed" in run(name, "--prove")
