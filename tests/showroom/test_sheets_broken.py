"""Files that are none, or lie, or are made to harm: a sentence, or read whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.amounts import first_of_each, slow_but
from tests.corpus import broken
from tests.corpus.case import Case
from tests.corpus.judge import judge

CASES = [*broken.cases()]
ALL_DAY = first_of_each(CASES, lambda case: (case.problem, case.told))


@pytest.mark.parametrize("case", slow_but(ALL_DAY, CASES), ids=str)
def test_a_trap(case: Case, one_desk, tmp_path: Path):
    judge(case, one_desk, tmp_path)
