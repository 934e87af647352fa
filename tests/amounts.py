"""Many cases of one behaviour: a few of them prove it all day, all of them with the slow tests."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def slow_but(kept: Collection[Any], cases: Iterable[Any]) -> list[Any]:
    """The cases for `parametrize`; those not in `kept` are slow."""
    return [case if case in kept else pytest.param(case, marks=pytest.mark.slow) for case in cases]
