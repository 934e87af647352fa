"""Work that is left in peace by the collector, which takes what is garbage all the same."""

from __future__ import annotations

import gc
import weakref

import pytest

from showroom.progress import uncollected


class Knot:
    """Holds itself: only the collector takes it away."""

    def __init__(self) -> None:
        self.myself = self


@pytest.fixture
def collecting():
    was_on = gc.isenabled()
    gc.enable()
    yield
    if not was_on:
        gc.disable()


def test_what_was_made_meanwhile_counts_as_old_and_is_taken_with_the_old(collecting):
    with uncollected():
        assert not gc.isenabled()
        rows = [[number] for number in range(10_000)]
        knot = Knot()
    assert gc.isenabled()
    assert gc.get_count()[0] < 1000  # nothing to look through at the next occasion
    assert rows[-1] == [9_999]
    gone = weakref.ref(knot)
    del knot
    gc.collect(0)
    assert gone() is not None
    gc.collect()
    assert gone() is None


def test_where_nobody_collects_nobody_begins_to(collecting):
    gc.disable()
    with uncollected():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_the_collector_is_back_after_a_failure(collecting):
    with pytest.raises(ZeroDivisionError), uncollected():
        _never = 1 / 0
    assert gc.isenabled()
