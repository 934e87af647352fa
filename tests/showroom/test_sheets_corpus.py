"""Every way to write a list down: what stands in it comes in right, and nothing is written yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.amounts import slow_but
from tests.corpus import broken, cells, formats, layouts
from tests.corpus.case import Case
from tests.corpus.judge import judge

FORMATS = [*formats.cases()]
WRITTEN = [*layouts.cases(), *cells.cases()]
CASES = [*FORMATS, *WRITTEN]
KINDS = FORMATS[:24]  # of files, before what may stand in each
ALL_DAY = [*KINDS[::2], *FORMATS[24::8], *WRITTEN[::16]]


def test_there_are_as_many_traps_as_promised():
    traps = [case.trap for case in [*CASES, *broken.cases()]]
    assert len(traps) >= 150
    assert len({*traps}) == len(traps)


@pytest.mark.parametrize("case", slow_but(ALL_DAY, CASES), ids=str)
def test_a_trap(case: Case, one_desk, tmp_path: Path):
    judge(case, one_desk, tmp_path)
