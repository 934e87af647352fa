"""Many cases of one behaviour: a few of them prove it all day, all of them with the slow tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from itertools import product
from typing import Any

import pytest


def slow_but(kept: Collection[Any], cases: Iterable[Any]) -> list[Any]:
    """The cases for `parametrize`, those not in `kept` slow; a tuple is for several names."""
    return [
        case
        if case in kept
        else pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.slow)
        for case in cases
    ]


def first_of_each(cases: Iterable[Any], kind: Callable[[Any], Hashable]) -> list[Any]:
    """The first case of every kind."""
    found: dict[Hashable, Any] = {}
    for case in cases:
        found.setdefault(kind(case), case)
    return list(found.values())


LISTS_OUT = pytest.mark.parametrize(
    ("language", "ending"),
    slow_but([("zh_CN", "xlsx"), ("en", "csv")], product(("zh_CN", "en"), ("xlsx", "csv"))),
)
"""A list that goes out and comes back, in both languages and both kinds of file."""
